//! Selections between constants by the value of one node, which become a lookup in a constant array, or in the bits of a
//! constant.
//!
//! Every condition on the node is a comparison with a constant, or a combination of such comparisons. So the selected
//! constant is the same for all values from one above the greatest of those constants on, and for all values below the least.
//! Values outside the node's known range do not count.

use std::ops::RangeInclusive;

use xls_aot_ir::{Bits, NodeId, Op, Operands, Type, Value};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) OR: Select = or_is_lookup }
rules! { pub(super) SEL: Select = sel_is_lookup, sel_chain_is_lookup }
rules! { pub(super) PRIORITY_SEL: Select = priority_is_lookup, priority_covers }
rules! { pub(super) ONE_HOT_SEL: Select = one_hot_sel_is_lookup }

/// Fewest constants to compare with for which a lookup is cheaper than comparing with each.
const MIN_COMPARED: usize = 4;

/// Most constants that are compared with.
const MAX_COMPARED: usize = 256;

/// Deepest nesting of a condition that is looked into.
const MAX_NESTING: u32 = 6;

/// Deepest nesting of two-way selections that are looked into.
const MAX_CHAIN: u32 = 64;

/// Widest element of a table.
const MAX_ELEMENT: u32 = 512;

/// Most single bits that are looked up in a constant.
const MAX_BIT_ENTRIES: u64 = 64;

/// Most entries of a table of elements of `width` bits that takes the place of `compared` comparisons.
fn max_entries(width: u32, compared: usize) -> u64 {
    let in_memory = 4 * compared as u64 + 8;
    if width == 1 {
        in_memory.max(MAX_BIT_ENTRIES)
    } else {
        in_memory
    }
}

/// What conditions compare.
#[derive(Default)]
struct Compared {
    /// The node.
    node: Option<NodeId>,
    /// The constants that it is compared with.
    constants: Vec<u64>,
}

impl Compared {
    /// Adds what a condition compares; `None` if it is not made of unsigned comparisons of one node with constants.
    fn add(&mut self, g: &Graph<'_>, condition: NodeId, nesting: u32) -> Option<()> {
        let args = g.args(condition);
        match g.op(condition) {
            Op::And | Op::Or | Op::Not if nesting > 0 && g.width(condition) == 1 => {
                args.iter().try_for_each(|&arg| self.add(g, arg, nesting - 1))
            }
            Op::Eq | Op::Ne | Op::Ult | Op::Ule | Op::Ugt | Op::Uge => {
                let constant = g.constant(args[1])?.to_u64()?;
                self.add_node(g, args[0])?;
                self.constants.push(constant);
                (self.constants.len() <= MAX_COMPARED).then_some(())
            }
            _ => {
                let (mask, x) = bit_of_constant(g, condition)?;
                self.add_node(g, x)?;
                self.constants.extend((0..u64::from(mask.width())).filter(|&i| mask.bit(i as u32)));
                (self.constants.len() <= MAX_COMPARED).then_some(())
            }
        }
    }

    /// Adds the values of the node from or up to which an arm of a selection changes; `None` if it is not made of constants by two-way
    /// selections and lookups.
    fn add_arm(&mut self, g: &Graph<'_>, arm: NodeId, nesting: u32) -> Option<()> {
        if g.constant(arm).is_some() {
            return Some(());
        }
        if let Some((condition, a, b)) = two_way(g, arm) {
            self.add(g, condition, MAX_NESTING)?;
            let nesting = nesting.checked_sub(1)?;
            self.add_arm(g, a, nesting)?;
            return self.add_arm(g, b, nesting);
        }
        let table = Table::of(g, arm)?;
        self.add_node(g, table.x)?;
        let last = table.entries.last()?;
        let others = table.entries.iter().enumerate().filter(|(_, entry)| *entry != last);
        self.constants.extend(others.map(|(i, _)| table.first + i as u64));
        (self.constants.len() <= MAX_COMPARED).then_some(())
    }

    fn add_node(&mut self, g: &Graph<'_>, x: NodeId) -> Option<()> {
        match self.node {
            Some(node) => (node == x).then_some(()),
            None => {
                self.node = Some(x);
                ((1..=64).contains(&g.width(x)) && g.constant(x).is_none()).then_some(())
            }
        }
    }
}

/// The condition and the arms of `if condition { b } else { a }`: condition, a, b.
fn two_way(g: &Graph<'_>, id: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
    match (g.op(id), g.args(id)) {
        (Op::Sel { has_default: false }, &[condition, a, b]) if g.width(condition) == 1 => Some((condition, a, b)),
        _ => None,
    }
}

/// A lookup of x in a constant array: the first entry is that of `first`, and the last entry is that of all other values, too.
struct Table<'g> {
    x: NodeId,
    first: u64,
    entries: &'g [Value],
}

impl<'g> Table<'g> {
    /// A node that is `table[x]` or `table[x - first]`, where `x - first` is written `x + -first`.
    fn of(g: &'g Graph<'_>, id: NodeId) -> Option<Self> {
        let (&Op::ArrayIndex { assumed_in_bounds: false }, &[table, index]) = (g.op(id), g.args(id)) else {
            return None;
        };
        let Op::Literal { value } = g.op(table) else { return None };
        let Value::Array(entries) = &**value else { return None };
        let greatest = u64::MAX >> 64u32.checked_sub(g.width(index)).filter(|&unused| unused < 64)?;
        let sum = g.pair_of(index, &Op::Add).and_then(|(x, c)| Some((x, g.constant(c)?.to_u64()?)));
        let (x, first) = sum.map_or((index, 0), |(x, c)| (x, c.wrapping_neg() & greatest));
        // No entry but the last one is for values below the first.
        let last = first.checked_add(entries.len().checked_sub(1)? as u64)?;
        (last <= greatest).then_some(Table { x, first, entries })
    }

    fn entry(&self, value: u64) -> Option<&'g Bits> {
        let at = value.checked_sub(self.first).and_then(|at| self.entries.get(usize::try_from(at).ok()?));
        at.or(self.entries.last())?.as_bits()
    }
}

/// What an arm that [`Compared::add_arm`] accepted is for a value of the node.
fn arm_for<'g>(g: &'g Graph<'_>, mut arm: NodeId, value: u64) -> Option<&'g Bits> {
    while let Some((condition, a, b)) = two_way(g, arm) {
        arm = if holds(g, condition, value) { b } else { a };
    }
    match g.constant(arm) {
        Some(constant) => Some(constant),
        None => Table::of(g, arm)?.entry(value),
    }
}

/// The constant c and the node x of a condition `(c >> x)[0]`.
fn bit_of_constant<'g>(g: &'g Graph<'_>, condition: NodeId) -> Option<(&'g Bits, NodeId)> {
    let (&Op::BitSlice { start: 0 }, &[shifted], 1) = (g.op(condition), g.args(condition), g.width(condition)) else {
        return None;
    };
    let (c, x) = g.pair_of(shifted, &Op::Shrl)?;
    Some((g.constant(c).filter(|c| c.width() <= 64)?, x))
}

/// Whether a condition that [`Compared::add`] accepted holds for a value of the node.
fn holds(g: &Graph<'_>, condition: NodeId, value: u64) -> bool {
    let args = g.args(condition);
    let constant = || g.constant(args[1]).and_then(Bits::to_u64).unwrap_or(u64::MAX);
    match g.op(condition) {
        Op::And => args.iter().all(|&arg| holds(g, arg, value)),
        Op::Or => args.iter().any(|&arg| holds(g, arg, value)),
        Op::Not => !holds(g, args[0], value),
        Op::Eq => value == constant(),
        Op::Ne => value != constant(),
        Op::Ult => value < constant(),
        Op::Ule => value <= constant(),
        Op::Ugt => value > constant(),
        Op::Uge => value >= constant(),
        _ => bit_of_constant(g, condition)
            .is_some_and(|(c, _)| u32::try_from(value).is_ok_and(|at| at < c.width() && c.bit(at))),
    }
}

/// The positions in `values` of those for which a condition that [`Compared::add`] accepted holds.
fn positions(g: &Graph<'_>, condition: NodeId, values: &RangeInclusive<u64>) -> Vec<usize> {
    let first = *values.start();
    if let (Op::Eq, Some(only)) = (g.op(condition), g.args(condition).get(1).and_then(|&c| g.constant(c)?.to_u64())) {
        return if values.contains(&only) { vec![(only - first) as usize] } else { Vec::new() };
    }
    values.clone().filter(|&value| holds(g, condition, value)).map(|value| (value - first) as usize).collect()
}

/// The result as a lookup, where `results` gives the results for a range of values of the node.
fn lookup(
    g: &mut Graph<'_>,
    ty: &Type,
    compared: &Compared,
    limit: u64,
    results: impl Fn(&Graph<'_>, RangeInclusive<u64>) -> Option<Vec<Bits>>,
) -> Option<NodeId> {
    let x = compared.node?;
    let width = g.width(x);
    let constants = &compared.constants;
    if constants.len() < MIN_COMPARED || !(1..=MAX_ELEMENT).contains(&ty.bit_count()?) {
        return None;
    }
    let range = g.known(x).range();
    let (lowest, greatest_value) = range.map_or((0, u64::MAX >> (64 - width)), |range| (range.least, range.greatest));
    let least = *constants.iter().min()?;
    // The entry at `last` stands for all values above, too.
    let last = constants.iter().max()?.saturating_add(1).min(greatest_value);
    let (first, index) = if last < limit {
        (0, x)
    } else if least > 0 && last - least < limit && results(g, least - 1..=least - 1)? == results(g, last..=last)? {
        // Values below the least constant become values beyond the end.
        let first = g.number(width, least);
        (least, g.same(Op::Sub, [x, first]))
    } else {
        return None;
    };
    let entries = results(g, first..=last)?;
    // The last entry stands for all values above, too.
    let reached = &entries[(lowest.clamp(first, last) - first) as usize..];
    if first == 0 && reached.iter().all(|entry| *entry == reached[0]) {
        return Some(g.bits(reached[0].clone()));
    }
    bit_lookup(g, &entries, index).or_else(|| Some(table_lookup(g, ty, entries, index)))
}

/// Single bits are in a constant, if zeros stand above them or complete it.
fn bit_lookup(g: &mut Graph<'_>, entries: &[Bits], index: NodeId) -> Option<NodeId> {
    if entries[0].width() != 1 || entries.len() as u64 > MAX_BIT_ENTRIES {
        return None;
    }
    let width = if entries.len() <= 32 { 32 } else { 64 };
    let above = entries.last().is_some_and(|last| !last.is_zero());
    let mut mask = Bits::zero(width);
    for (i, entry) in entries.iter().enumerate() {
        mask.set_bit(i as u32, entry.is_zero() == above);
    }
    let mask = g.bits(mask);
    let shifted = g.same(Op::Shrl, [mask, index]);
    let bit = g.slice(shifted, 0, 1);
    Some(if above { g.not(bit) } else { bit })
}

fn table_lookup(g: &mut Graph<'_>, ty: &Type, entries: Vec<Bits>, index: NodeId) -> NodeId {
    let array = Type::array(ty.clone(), entries.len() as u64);
    let table = g.literal(Value::Array(entries.into_iter().map(Value::Bits).collect()), array);
    // An index beyond the end reads the last entry.
    g.add(Op::ArrayIndex { assumed_in_bounds: false }, [table, index], ty.clone())
}

/// The conditions of a selector of single bits, the lowest first, and what they compare.
fn compared_by(g: &Graph<'_>, selector: NodeId) -> Option<(Vec<NodeId>, Compared)> {
    if *g.op(selector) != Op::Concat || g.args(selector).len() > MAX_COMPARED {
        return None;
    }
    let conditions: Vec<NodeId> = g.args(selector).iter().rev().copied().collect();
    let mut compared = Compared::default();
    for &condition in &conditions {
        compared.add(g, condition, MAX_NESTING)?;
    }
    Some((conditions, compared))
}

/// `priority_sel(c1(x) ++ c0(x), [a, b], default = d) = table[x]` for constants a, b, d and conditions on x, where entry i of
/// the table is what the selection gives for x = i
fn priority_is_lookup(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, cases) = e.args.split_first()?;
    let values = constants(g, cases)?;
    let (conditions, compared) = compared_by(g, selector)?;
    let limit = max_entries(e.width(), compared.constants.len());
    lookup(g, e.ty, &compared, limit, |g, range| {
        let (default, cases) = values.split_last()?;
        let mut results = vec![default.clone(); range.clone().count()];
        for (&condition, case) in conditions.iter().zip(cases).rev() {
            for at in positions(g, condition, &range) {
                results[at].clone_from(case);
            }
        }
        Some(results)
    })
}

/// Cases that are never selected are dropped, and the last case becomes the default if no value is left for the default, for
/// conditions on x and all values that x can have
fn priority_covers(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, rest) = e.args.split_first()?;
    let (&default, cases) = rest.split_last()?;
    let (conditions, compared) = compared_by(g, selector)?;
    let range = g.known(compared.node?).range().filter(|range| range.greatest - range.least < MAX_BIT_ENTRIES)?;
    let mut left: Vec<u64> = (range.least..=range.greatest).collect();
    let mut selected: Vec<(NodeId, NodeId)> = Vec::with_capacity(cases.len());
    for (&condition, &case) in conditions.iter().zip(cases) {
        let before = left.len();
        left.retain(|&value| !holds(g, condition, value));
        if left.len() < before {
            selected.push((condition, case));
        }
    }
    if selected.len() == cases.len() && !left.is_empty() {
        return None;
    }
    let default = if left.is_empty() { selected.pop()?.1 } else { default };
    if selected.is_empty() {
        return Some(default);
    }
    let selector = g.concat(selected.iter().rev().map(|&(condition, _)| condition).collect::<Operands>());
    let cases = selected.iter().map(|&(_, case)| case);
    Some(g.add(
        Op::PrioritySel,
        [selector].into_iter().chain(cases).chain([default]).collect::<Operands>(),
        e.ty.clone(),
    ))
}

/// `one_hot_sel(c1(x) ++ c0(x), [a, b]) = table[x]` for constants, likewise
fn one_hot_sel_is_lookup(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, cases) = e.args.split_first()?;
    let values = constants(g, cases)?;
    let (conditions, compared) = compared_by(g, selector)?;
    let width = e.width();
    let limit = max_entries(e.width(), compared.constants.len());
    lookup(g, e.ty, &compared, limit, |g, range| {
        let mut results = vec![Bits::zero(width); range.clone().count()];
        for (&condition, case) in conditions.iter().zip(&values) {
            for at in positions(g, condition, &range) {
                results[at].words_mut().iter_mut().zip(case.words()).for_each(|(to, from)| *to |= from);
            }
        }
        Some(results)
    })
}

/// `sel(x, [a, b, ..], default = d) = [a, b, .., d][x]` for constants
fn sel_is_lookup(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&x, cases) = e.args.split_first()?;
    let Op::Sel { has_default } = *e.op else { return None };
    if !(1..=64).contains(&g.width(x)) || cases.len() > MAX_COMPARED {
        return None;
    }
    let values = constants(g, cases)?;
    let count = (cases.len() - usize::from(has_default)) as u64;
    let compared = Compared { node: Some(x), constants: (0..count).collect() };
    let limit = max_entries(e.width(), compared.constants.len());
    lookup(g, e.ty, &compared, limit, |_, range| {
        range.map(|value| values.get(usize::try_from(value).ok()?).or(values.last()).cloned()).collect()
    })
}

/// `if c(x) { b } else { a } = table[x]` for a condition on x and arms that are constants, such selections, or lookups of x in
/// constants, where entry i of the table is what the selection gives for x = i
fn sel_chain_is_lookup(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&Op::Sel { has_default: false }, &[condition, a, b]) = (e.op, e.args) else { return None };
    if g.width(condition) != 1 {
        return None;
    }
    let mut compared = Compared::default();
    compared.add(g, condition, MAX_NESTING)?;
    compared.add_arm(g, a, MAX_CHAIN)?;
    compared.add_arm(g, b, MAX_CHAIN)?;
    compared.constants.sort_unstable();
    compared.constants.dedup();
    let limit = max_entries(e.width(), compared.constants.len());
    lookup(g, e.ty, &compared, limit, |g, range| {
        range.map(|value| arm_for(g, if holds(g, condition, value) { b } else { a }, value).cloned()).collect()
    })
}

/// `c0(x) | c1(x) | .. = (m >> x)[0]` for conditions on x, where bit i of m is what they give for x = i
fn or_is_lookup(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if e.width() != 1 || e.args.len() > MAX_COMPARED {
        return None;
    }
    let mut compared = Compared::default();
    e.args.iter().try_for_each(|&condition| compared.add(g, condition, MAX_NESTING))?;
    // A table would take longer than the comparisons.
    lookup(g, e.ty, &compared, MAX_BIT_ENTRIES, |g, range| {
        let bit = |value| u64::from(e.args.iter().any(|&condition| holds(g, condition, value)));
        Some(range.map(|value| Bits::from_u64(1, bit(value))).collect())
    })
}

/// The values of nodes that are all constants of a bits type.
fn constants(g: &Graph<'_>, nodes: &[NodeId]) -> Option<Vec<Bits>> {
    nodes.iter().map(|&node| g.constant(node).cloned()).collect()
}
