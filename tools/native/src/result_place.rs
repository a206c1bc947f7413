//! Results are made where they go: in the caller's memory, or in the place of a loop's state.
//!
//! A copy would not only take time. It would read with wide loads what narrow stores have just written, and a processor waits
//! for these stores to end before it can do that.
//!
//! A place is only wanted. A node that makes a value in memory uses the place that is wanted for it if no value lies there
//! that somebody still refers to ([`Reserved::take_back`]), and a new buffer otherwise. So nothing relies on a value being in the
//! place that was wanted: whoever wants it looks, and copies it if it is elsewhere.

use std::collections::BTreeMap;
use std::rc::Rc;

use cranelift_codegen::ir::Value;
use xls_aot_ir::{Function, NodeId, Op, Type};

use crate::analysis::FuncInfo;
use crate::function::FnCtx;
use crate::ownership::{MemRef, Reserved, Writable};
use crate::repr::{in_memory, shape_of};
use crate::value::Lowered;
use crate::Fault;

/// Where a value is wanted.
#[derive(Clone, Default)]
pub(crate) enum Wanted {
    /// Anywhere.
    #[default]
    Anywhere,
    /// In this place; it is a value in memory.
    Place(Rc<Reserved>),
    /// As a list of its elements, although values of its type are in memory: nothing but the end of the function uses it.
    List,
    /// The elements of a list of values, each where it is wanted.
    Elements(Rc<[Wanted]>),
}

impl Wanted {
    /// The same for the result of a function that is applied: other code may use it, so that it must have its usual form.
    pub fn of_callee(&self) -> Wanted {
        match self {
            Wanted::List => Wanted::Anywhere,
            Wanted::Anywhere | Wanted::Place(_) | Wanted::Elements(_) => self.clone(),
        }
    }

    /// Where element `index` of a list is wanted.
    pub fn element(&self, index: usize) -> Wanted {
        match self {
            Wanted::Elements(elements) => elements.get(index).cloned().unwrap_or_default(),
            Wanted::Anywhere | Wanted::Place(_) | Wanted::List => Wanted::Anywhere,
        }
    }
}

/// Where the values of a function's nodes are wanted whose result is wanted somewhere: those that become the result, or a part
/// of it, by changes in place.
pub(crate) fn wanted_nodes(function: &Function, info: &FuncInfo, result: Wanted) -> BTreeMap<usize, Wanted> {
    let mut nodes = BTreeMap::new();
    let mut left = BTreeMap::from([(function.ret.index(), result)]);
    // Users come after their operands, so what is wanted of the last node that is left is complete.
    while let Some((index, wanted)) = left.pop_last() {
        if matches!(wanted, Wanted::Anywhere) {
            continue;
        }
        let node = &function.nodes[index];
        let is_last_use = |operand: NodeId| info.last_use[operand.index()] == index as u32;
        match (&wanted, node.operands.first()) {
            (Wanted::Elements(elements), _) if matches!(node.op, Op::Tuple | Op::Array) => {
                for (operand, element) in node.operands.iter().zip(elements.iter()) {
                    left.entry(operand.index()).or_insert_with(|| element.clone());
                }
            }
            (Wanted::Place(_) | Wanted::Elements(_), Some(&tuple)) if matches!(node.op, Op::TupleIndex { .. }) => {
                let Type::Tuple(types) = &function.node(tuple).ty else { continue };
                let anywhere = || Wanted::Elements(vec![Wanted::Anywhere; types.len()].into());
                let of_tuple = left.entry(tuple.index()).or_insert_with(anywhere);
                if let (Wanted::Elements(elements), &Op::TupleIndex { index }) = (of_tuple, &node.op) {
                    if let Some(element @ Wanted::Anywhere) = Rc::make_mut(elements).get_mut(index as usize) {
                        *element = wanted.clone();
                    }
                }
            }
            (Wanted::Place(_) | Wanted::Elements(_), Some(&first))
                if is_changed_in_place(&node.op) && is_last_use(first) =>
            {
                left.entry(first.index()).or_insert_with(|| wanted.clone());
            }
            _ => {}
        }
        nodes.insert(index, wanted);
    }
    nodes
}

/// Whether the operation changes its first operand, if nothing else uses it.
fn is_changed_in_place(op: &Op) -> bool {
    matches!(op, Op::ArrayUpdate { .. } | Op::CountedFor { .. } | Op::DynamicCountedFor { .. } | Op::Identity)
}

/// Where a function's caller wants its result.
pub(crate) struct ResultPlaces {
    pub wanted: Wanted,
    /// The places of the leaves in memory, in order.
    leaves: Vec<Rc<Reserved>>,
    address: Value,
}

impl FnCtx<'_, '_> {
    /// The places of a result of type `ty` that the caller wants at `address`.
    pub fn result_places(&mut self, ty: &Type, address: Value) -> Result<ResultPlaces, Fault> {
        let mut leaves = Vec::new();
        let wanted =
            if shape_of(ty).has_memory { self.wanted_at(ty, address, 0, &mut leaves)? } else { Wanted::Anywhere };
        Ok(ResultPlaces { wanted, leaves, address })
    }

    fn wanted_at(&mut self, ty: &Type, base: Value, at: u64, leaves: &mut Vec<Rc<Reserved>>) -> Result<Wanted, Fault> {
        if in_memory(ty) {
            let place = Rc::new(self.owners.place_of_caller(base, at as i64, self.program.layouts.size_of(ty)?));
            leaves.push(place.clone());
            return Ok(Wanted::Place(place));
        }
        match ty {
            Type::Bits(_) | Type::Token | Type::Array(_) => Ok(Wanted::Anywhere),
            Type::Tuple(elements) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                let mut wanted = Vec::with_capacity(elements.len());
                for (element, offset) in elements.iter().zip(&*offsets) {
                    wanted.push(self.wanted_at(element, base, at + offset, leaves)?);
                }
                Ok(Wanted::Elements(wanted.into()))
            }
        }
    }

    /// Writes what is not there yet of a function's result.
    pub fn store_result(&mut self, result: Lowered, ty: &Type, places: ResultPlaces) -> Result<(), Fault> {
        let carriers = self.move_leaves(result, &places.leaves)?;
        self.store(&carriers, ty, &Writable::result_of_caller(places.address).whole())
    }

    /// A buffer for the result of the node that is lowered: the place where it is wanted, if that is free, or a new one.
    pub fn allocate_result(&mut self, size: u64) -> Result<Writable, Fault> {
        let wanted = self.wanted.clone();
        self.allocate_wanted(&wanted, size)
    }

    /// A buffer for a value that is wanted somewhere.
    pub fn allocate_wanted(&mut self, wanted: &Wanted, size: u64) -> Result<Writable, Fault> {
        if let Wanted::Place(place) = wanted {
            if let Some(place) = place.take_back().filter(|_| place.size() == size) {
                return Ok(place);
            }
        }
        self.allocate(size)
    }

    /// Memory with a value of `size` bytes that may be changed: its own, if it has no other user, otherwise a copy where it is
    /// wanted.
    pub fn take_for_writing(&mut self, value: MemRef, size: u64, wanted: &Wanted) -> Result<Writable, Fault> {
        match Writable::claim(value) {
            Ok(place) => Ok(place),
            Err(value) => {
                let place = self.allocate_wanted(wanted, size)?;
                self.copy_bytes(&place.whole(), &value, size);
                Ok(place)
            }
        }
    }

    /// Moves the leaves in memory of a value to their places. Returns the value's carriers.
    pub fn move_leaves(&mut self, value: Lowered, places: &[Rc<Reserved>]) -> Result<Lowered, Fault> {
        let carriers = without_places(&value);
        let mut leaves = Vec::new();
        take_leaves(value, &mut leaves);
        if leaves.len() != places.len() {
            return Err(Fault::Internal("a value is not of the shape of its places".to_owned()));
        }
        // A value of no bytes is in its place wherever it is. Its reference would keep others from the place of another leaf, which
        // may begin at the same byte.
        let mut leaves: Vec<(MemRef, &Rc<Reserved>)> =
            leaves.into_iter().zip(places).filter(|(_, place)| place.size() > 0).collect();
        // A value that lies in the place of another leaf must be saved before that place is overwritten.
        for (leaf, place) in &mut leaves {
            if !place.is_place_of(leaf) && places.iter().any(|place| place.shares_buffer(leaf)) {
                let copy = self.allocate(place.size())?;
                self.copy_bytes(&copy.whole(), leaf, place.size());
                *leaf = copy.into_value();
            }
        }
        leaves.iter().for_each(|(leaf, _)| self.owners.needed(leaf));
        for (leaf, place) in &leaves {
            if !place.is_place_of(leaf) {
                let still_used = || Fault::Internal("a place is used after the code that owned it".to_owned());
                let target = place.take_back().ok_or_else(still_used)?;
                self.copy_bytes(&target.whole(), leaf, place.size());
            }
        }
        leaves.iter().for_each(|(leaf, _)| self.owners.no_longer_needed(leaf));
        Ok(carriers)
    }
}

/// The value without its leaves in memory.
pub(crate) fn without_places(value: &Lowered) -> Lowered {
    match value {
        Lowered::Bits(bv) => Lowered::Bits(bv.clone()),
        Lowered::Mem(_) => Lowered::unit(),
        Lowered::Agg(parts) => Lowered::Agg(parts.iter().map(without_places).collect()),
    }
}

/// The leaves in memory, in order.
fn take_leaves(value: Lowered, leaves: &mut Vec<MemRef>) {
    match value {
        Lowered::Bits(_) => {}
        Lowered::Mem(leaf) => leaves.push(leaf),
        Lowered::Agg(_) => value.into_parts().into_iter().for_each(|part| take_leaves(part, leaves)),
    }
}
