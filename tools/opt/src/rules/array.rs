//! Rules for arrays. Most replace operations with constant indices by operations on the elements.
//!
//! In each dimension, an index beyond the end reads the last element, and an update with such an index changes nothing.

use std::collections::BTreeMap;

use xls_aot_ir::{NodeId, Op, Operands, Type, Value};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) ARRAY: Aggregate = array_of_elements }
rules! { pub(super) ARRAY_INDEX: Aggregate =
    index_nothing,
    index_of_array,
    index_of_index,
    index_of_update,
    index_of_array_concat,
    index_of_selection,
    index_single_element,
    index_short,
    index_in_bounds,
}
rules! { pub(super) ARRAY_UPDATE: Aggregate =
    update_whole,
    update_beyond,
    update_of_array,
    update_with_same,
    update_twice,
    update_hidden,
    update_everything,
    update_index_short,
}
rules! { pub(super) SELECTION: Aggregate = selection_of_arrays, selection_of_updated }
rules! { pub(super) ARRAY_SLICE: Aggregate = array_slice_constant }
rules! { pub(super) ARRAY_CONCAT: Aggregate = array_concat_single, array_concat_of_arrays }

/// Most elements of an array that a rule writes out as a list of elements.
const MAX_ELEMENTS: u64 = 64;

/// Most elements of arrays between which a selection is split.
const MAX_SELECTED: u64 = 32;

/// Fewest elements of an array for which selecting whole arrays costs more than reading one element. Smaller arrays are not
/// in memory.
const MIN_UPDATED: u64 = 9;

/// Most updates of an array, one after the other, that are looked at together.
const MAX_UPDATED: usize = 64;

/// Most updates that are made conditional.
const MAX_UPDATES: usize = 8;

/// Most cases of a selection between arrays that an index is moved into.
const MAX_CASES: usize = 4;

/// Element type and length.
fn array_type(g: &Graph<'_>, id: NodeId) -> Option<(Type, u64)> {
    match g.ty(id) {
        Type::Array(array) => Some((array.element.clone(), array.len)),
        Type::Bits(_) | Type::Token | Type::Tuple(_) => None,
    }
}

/// A constant index; `u64::MAX` if it does not fit.
fn constant_index(g: &Graph<'_>, id: NodeId) -> Option<u64> {
    Some(g.constant(id)?.to_u64().unwrap_or(u64::MAX))
}

/// `array[indices..]`.
fn index(g: &mut Graph<'_>, array: NodeId, indices: &[NodeId], ty: &Type) -> NodeId {
    if indices.is_empty() {
        return array;
    }
    let args: Operands = std::iter::once(array).chain(indices.iter().copied()).collect();
    g.add(Op::ArrayIndex { assumed_in_bounds: false }, args, ty.clone())
}

/// `array` with `value` at `indices`.
fn update(g: &mut Graph<'_>, array: NodeId, value: NodeId, indices: &[NodeId]) -> NodeId {
    if indices.is_empty() {
        return value;
    }
    let args: Operands = [array, value].into_iter().chain(indices.iter().copied()).collect();
    g.same(Op::ArrayUpdate { assumed_in_bounds: false }, args)
}

/// The elements of an array that is written out, at most so many.
fn elements_of(g: &mut Graph<'_>, array: NodeId, limit: u64) -> Option<Vec<NodeId>> {
    let (_, len) = array_type(g, array)?;
    if len > limit {
        return None;
    }
    match g.op(array) {
        Op::Array => Some(g.args(array).to_vec()),
        Op::Literal { .. } => (0..len).map(|i| g.array_element(array, i)).collect(),
        _ => None,
    }
}

/// `[a[0], a[1], ..] = a`
fn array_of_elements(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &first = e.args.first()?;
    let Op::ArrayIndex { .. } = g.op(first) else { return None };
    let array = g.args(first)[0];
    if g.ty(array) != e.ty {
        return None;
    }
    let is_element = |(i, &x): (u64, &NodeId)| match (g.op(x), g.args(x)) {
        (Op::ArrayIndex { .. }, &[from, index]) => from == array && constant_index(g, index) == Some(i),
        _ => false,
    };
    (0..).zip(e.args).all(is_element).then_some(array)
}

/// `a[] = a`
fn index_nothing(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args.len() == 1).then_some(e.args[0])
}

/// `[x0, x1, ..][c] = xc`; an element of a constant array is a constant
fn index_of_array(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&array, indices) = e.args.split_first()?;
    let (&first, rest) = indices.split_first()?;
    let (element, len) = array_type(g, array)?;
    let at = constant_index(g, first)?.min(len.checked_sub(1)?) as usize;
    let x = match g.op(array) {
        Op::Array => *g.args(array).get(at)?,
        Op::Literal { value } => match &**value {
            Value::Array(elements) => {
                let value = elements.get(at)?.clone();
                g.literal(value, element)
            }
            Value::Bits(_) | Value::Token | Value::Tuple(_) => return None,
        },
        _ => return None,
    };
    Some(index(g, x, rest, e.ty))
}

/// `a[i][j] = a[i, j]`
fn index_of_index(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::ArrayIndex { .. } = g.op(e.args[0]) else { return None };
    let inner = g.args(e.args[0]).to_vec();
    let indices: Vec<NodeId> = inner[1..].iter().chain(&e.args[1..]).copied().collect();
    Some(index(g, inner[0], &indices, e.ty))
}

/// `(a with v at c)[d]` for constants is v if c = d, and `a[d]` if not; with further indices, of that element. For an
/// index that is not constant: `(a with v at i)[i] = v` if i is within bounds always.
fn index_of_update(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&updated, indices) = e.args.split_first()?;
    let Op::ArrayUpdate { .. } = g.op(updated) else { return None };
    let (_, len) = array_type(g, updated)?;
    let parts = g.args(updated).to_vec();
    let (array, value, updates) = (parts[0], parts[1], &parts[2..]);
    let (&read, more_reads) = indices.split_first()?;
    let (&written, more_writes) = updates.split_first()?;
    match (constant_index(g, read), constant_index(g, written)) {
        (Some(read_at), Some(written_at)) => {
            let read_at = read_at.min(len.checked_sub(1)?);
            if read_at != written_at {
                return Some(index(g, array, indices, e.ty));
            }
            let element = if more_writes.is_empty() {
                value
            } else {
                let element = g.array_element(array, read_at)?;
                update(g, element, value, more_writes)
            };
            Some(index(g, element, more_reads, e.ty))
        }
        _ => {
            let width = g.width(read);
            let in_bounds = width <= 128 && g.known(read).greatest(width) < u128::from(len);
            (read == written && in_bounds && more_writes.is_empty()).then(|| index(g, value, more_reads, e.ty))
        }
    }
}

/// `(a ++ b)[c]` for a constant is an element of a or b
fn index_of_array_concat(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&array, indices) = e.args.split_first()?;
    let (&first, rest) = indices.split_first()?;
    if *g.op(array) != Op::ArrayConcat {
        return None;
    }
    let (element, len) = array_type(g, array)?;
    let mut at = constant_index(g, first)?.min(len.checked_sub(1)?);
    for &part in &g.args(array).to_vec() {
        let (_, part_len) = array_type(g, part)?;
        if at < part_len {
            let x = g.array_element(part, at)?;
            debug_assert_eq!(*g.ty(x), element);
            return Some(index(g, x, rest, e.ty));
        }
        at -= part_len;
    }
    None
}

/// `(if s { b } else { a })[c] = if s { b[c] } else { a[c] }` for a constant; so for `sel`, `priority_sel` and
/// `one_hot_sel` of few cases
fn index_of_selection(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selected, indices) = e.args.split_first()?;
    let op = g.op(selected).clone();
    if !matches!(op, Op::Sel { .. } | Op::PrioritySel | Op::OneHotSel) || g.args(selected).len() > MAX_CASES + 1 {
        return None;
    }
    if indices.iter().any(|&index| g.constant(index).is_none()) {
        return None;
    }
    let cases = g.args(selected).to_vec();
    let mut args = vec![cases[0]];
    for &case in &cases[1..] {
        args.push(index(g, case, indices, e.ty));
    }
    Some(g.add(op, args, e.ty.clone()))
}

/// `a[i] = a[0]` for an array of one element
fn index_single_element(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&array, indices) = e.args.split_first()?;
    let (&first, rest) = indices.split_first()?;
    let (_, len) = array_type(g, array)?;
    if len != 1 || g.constant(first).is_some() {
        return None;
    }
    let element = g.array_element(array, 0)?;
    Some(index(g, element, rest, e.ty))
}

/// Indices without high bits that are known to be zero, if there are any; at least one bit wide.
fn short_indices(g: &mut Graph<'_>, indices: &[NodeId]) -> Option<Vec<NodeId>> {
    let significant = |g: &Graph<'_>, index: NodeId| g.known(index).significant.max(1);
    if indices.iter().all(|&index| significant(g, index) >= g.width(index)) {
        return None;
    }
    let mut short = Vec::with_capacity(indices.len());
    for &index in indices {
        let width = significant(g, index).min(g.width(index));
        short.push(g.slice(index, 0, width));
    }
    Some(short)
}

/// The indices without high bits that are known to be zero
fn index_short(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut args = short_indices(g, &e.args[1..])?;
    args.insert(0, e.args[0]);
    Some(g.add(e.op.clone(), args, e.ty.clone()))
}

/// An index that is within bounds always is marked so
fn index_in_bounds(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if !matches!(e.op, Op::ArrayIndex { assumed_in_bounds: false }) {
        return None;
    }
    let mut ty = g.ty(e.args[0]).clone();
    for &index in &e.args[1..] {
        let Type::Array(array) = &ty else { return None };
        let width = g.width(index);
        if width > 128 || g.known(index).greatest(width) >= u128::from(array.len) {
            return None;
        }
        ty = array.element.clone();
    }
    Some(g.add(Op::ArrayIndex { assumed_in_bounds: true }, e.args.to_vec(), e.ty.clone()))
}

/// A selection between arrays, at least one of them written out, is the array of the selections between their elements,
/// if those are bits. That holds for `sel`, `priority_sel` and `one_hot_sel`.
fn selection_of_arrays(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Type::Array(ty) = e.ty else { return None };
    let cases = &e.args[1..];
    let is_small = ty.len <= MAX_SELECTED && cases.len() <= MAX_CASES && matches!(ty.element, Type::Bits(_));
    if !is_small || !cases.iter().any(|&case| *g.op(case) == Op::Array) {
        return None;
    }
    let mut elements = Vec::new();
    for i in 0..ty.len {
        let mut args = vec![e.args[0]];
        for &case in cases {
            args.push(g.array_element(case, i)?);
        }
        elements.push(g.add(e.op.clone(), args, ty.element.clone()));
    }
    Some(g.add(Op::Array, elements, e.ty.clone()))
}

/// `if s { a with v at i } else { a } = a with (if s { v } else { a[i] }) at i`, also where i is beyond the end; so for
/// several updates one after the other, and for the other case. Instead of the arrays, elements are selected.
fn selection_of_updated(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[s, no, yes] = e.args else { return None };
    let (_, len) = array_type(g, no)?;
    if g.width(s) != 1 || len < MIN_UPDATED || !matches!(e.op, Op::Sel { has_default: false }) {
        return None;
    }
    let (base, updates, when) = match (updates_between(g, no, yes), updates_between(g, yes, no)) {
        (Some(updates), _) => (no, updates, true),
        (None, Some(updates)) => (yes, updates, false),
        (None, None) => return None,
    };
    let mut array = base;
    for node in updates.into_iter().rev() {
        let args = g.args(node).to_vec();
        let (new, indices) = (args[1], &args[2..]);
        let ty = g.ty(new).clone();
        let old = index(g, array, indices, &ty);
        let value = if when { g.select(s, new, old) } else { g.select(s, old, new) };
        array = update(g, array, value, indices);
    }
    Some(array)
}

/// The updates, the last first, that make `updated` of `base` and have no other use, if there are few and all are of bits.
fn updates_between(g: &Graph<'_>, base: NodeId, updated: NodeId) -> Option<Vec<NodeId>> {
    let mut updates = Vec::new();
    let mut at = updated;
    while at != base {
        let is_update = matches!(g.op(at), Op::ArrayUpdate { .. }) && matches!(g.ty(g.args(at)[1]), Type::Bits(_));
        if !is_update || g.is_shared(at) || updates.len() == MAX_UPDATES {
            return None;
        }
        updates.push(at);
        at = g.args(at)[0];
    }
    (!updates.is_empty()).then_some(updates)
}

/// `a with v at [] = v`
fn update_whole(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args.len() == 2).then(|| e.args[1])
}

/// A constant index beyond the end changes nothing
fn update_beyond(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut ty = e.ty.clone();
    for &index in &e.args[2..] {
        let Type::Array(array) = &ty else { return None };
        if constant_index(g, index).is_some_and(|index| index >= array.len) {
            return Some(e.args[0]);
        }
        ty = array.element.clone();
    }
    None
}

/// `[x0, x1, ..] with v at c` has v in place of xc
fn update_of_array(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&first, rest) = e.args.get(2..)?.split_first()?;
    let at = usize::try_from(constant_index(g, first)?).ok()?;
    let mut elements = elements_of(g, e.args[0], MAX_ELEMENTS)?;
    let element = elements.get_mut(at)?;
    *element = update(g, *element, e.args[1], rest);
    Some(g.add(Op::Array, elements, e.ty.clone()))
}

/// `a with a[i] at i = a`, also where i is beyond the end
fn update_with_same(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::ArrayIndex { .. } = g.op(e.args[1]) else { return None };
    let (&from, indices) = g.args(e.args[1]).split_first()?;
    (from == e.args[0] && *indices == e.args[2..]).then_some(from)
}

/// `(a with u at i) with v at i = a with v at i`
fn update_twice(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::ArrayUpdate { .. } = g.op(e.args[0]) else { return None };
    let inner = g.args(e.args[0]).to_vec();
    (inner[2..] == e.args[2..]).then(|| update(g, inner[0], e.args[1], &e.args[2..]))
}

/// An update and those before it, the last first: the places, which are constant, and the values. Only the first may have other
/// uses, because the others are written again or not at all.
fn constant_updates(g: &Graph<'_>, e: &Expr<'_>) -> Vec<(NodeId, Vec<u64>, NodeId)> {
    let constants = |indices: &[NodeId]| indices.iter().map(|&index| constant_index(g, index)).collect();
    let mut updates = Vec::new();
    let Some(place) = constants(&e.args[2..]) else { return updates };
    updates.push((e.args[0], place, e.args[1]));
    let mut at = e.args[0];
    while matches!(g.op(at), Op::ArrayUpdate { .. }) && !g.is_shared(at) && updates.len() < MAX_UPDATED {
        let args = g.args(at);
        let Some(place) = constants(&args[2..]) else { break };
        updates.push((args[0], place, args[1]));
        at = args[0];
    }
    updates
}

/// `((a with u at c) with .. at d) with v at c = (a with .. at d) with v at c` for constants c and d of one number of indices that
/// differ, likewise with more updates between, none of which has another use
fn update_hidden(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let updates = constant_updates(g, e);
    let (_, place, _) = updates.first()?;
    let same_length = updates.iter().take_while(|(_, other, _)| other.len() == place.len());
    let hidden = same_length.skip(1).position(|(_, other, _)| other == place)? + 1;
    let mut array = updates[hidden].0;
    for (_, place, value) in updates[..hidden].iter().rev() {
        let indices: Vec<NodeId> = place.iter().map(|&index| g.number(64, index)).collect();
        array = update(g, array, *value, &indices);
    }
    Some(array)
}

/// Updates at all places of an array, at constants, make `[x0, x1, ..]`, if none but the last has another use
fn update_everything(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Type::Array(ty) = e.ty else { return None };
    if ty.len > MAX_ELEMENTS {
        return None;
    }
    let mut elements: BTreeMap<u64, NodeId> = BTreeMap::new();
    for (_, place, value) in constant_updates(g, e) {
        let &[place] = &place[..] else { break };
        if place < ty.len {
            elements.entry(place).or_insert(value);
        }
    }
    let is_everything = ty.len > 0 && elements.len() as u64 == ty.len;
    is_everything.then(|| g.add(Op::Array, elements.into_values().collect::<Operands>(), e.ty.clone()))
}

/// The indices without high bits that are known to be zero
fn update_index_short(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let short = short_indices(g, &e.args[2..])?;
    let args: Operands = e.args[..2].iter().copied().chain(short).collect();
    Some(g.add(e.op.clone(), args, e.ty.clone()))
}

/// `array_slice(a, c) = [a[c], a[c+1], ..]`, the last element of a repeated beyond the end
fn array_slice_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let start = constant_index(g, e.args[1])?;
    let (_, len) = array_type(g, e.args[0])?;
    let Type::Array(ty) = e.ty else { return None };
    if ty.len > MAX_ELEMENTS {
        return None;
    }
    let last = len.checked_sub(1)?;
    if start == 0 && ty.len == len {
        return Some(e.args[0]);
    }
    let mut elements = Vec::new();
    for i in 0..ty.len {
        elements.push(g.array_element(e.args[0], start.saturating_add(i).min(last))?);
    }
    Some(g.add(Op::Array, elements, e.ty.clone()))
}

/// `array_concat(a) = a`
fn array_concat_single(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args.len() == 1).then_some(e.args[0])
}

/// `[x, ..] ++ [y, ..] = [x, .., y, ..]`
fn array_concat_of_arrays(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Type::Array(ty) = e.ty else { return None };
    if ty.len > MAX_ELEMENTS || ty.len == 0 {
        return None;
    }
    let mut elements = Vec::new();
    for &part in e.args {
        elements.extend(elements_of(g, part, MAX_ELEMENTS)?);
    }
    Some(g.add(Op::Array, elements, e.ty.clone()))
}
