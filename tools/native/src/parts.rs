//! Cuts large functions into parts, each of which is compiled as a function of its own.
//!
//! The time and memory that Cranelift needs grow faster than the size of a function: its optimiser numbers long blocks again and
//! again, and its register allocator searches longer lists for each value. What does not fit the processor's caches is slow, too.
//! Parts of one size take a time that grows with their number.
//!
//! A part is a stretch of the function that is entered at its begin and left at its end, possibly with branches and loops inside
//! (`regions`). In the rest of the function, a call stands for it. All parts share one place on the stack of the rest, whose address is
//! their only parameter. A value that is computed in one part and read in another (or in the rest) is written there where it is
//! computed, and read where it is needed (`carried`). Such a value would mostly wait on the stack anyway. So the cuts are
//! where few values are needed later, and the parts are large enough that the calls do not count.
//!
//! Invariants: the parts and the rest compute the same, in the same order of effects. What a part reads from the shared place, it does
//! not write: a value has its bytes from where it is computed to the end of the last part that reads it.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{types, AbiParam, Function, Inst, Signature, UserFuncName, Value};
use cranelift_codegen::isa::CallConv;

use crate::Fault;

mod carried;
mod copy;
mod order;
mod regions;

#[cfg(test)]
mod tests;

use carried::Carried;
use copy::{Copier, Copies};
use order::Order;
use regions::Regions;

/// Most instructions of a part, and of a function that is not cut.
pub(crate) const PART_SIZE: usize = 8192;

/// The signature of all parts: the address of the shared place.
pub(crate) fn part_signature(call_conv: CallConv) -> Signature {
    let mut signature = Signature::new(call_conv);
    signature.params.push(AbiParam::new(types::I64));
    signature
}

/// How a function is cut.
pub(crate) struct Cut<'f> {
    source: &'f Function,
    order: Order,
    regions: Regions,
    carried: Carried,
    copies: Copies,
}

impl<'f> Cut<'f> {
    /// Parts of at most `size` instructions for a function that has more; `None` if it stays whole.
    pub fn of(source: &'f Function, size: usize) -> Option<Self> {
        if source.dfg.num_insts() <= size {
            return None;
        }
        let order = Order::of(source)?;
        let regions = Regions::of(source, &order, size);
        if regions.is_empty() {
            return None;
        }
        let carried = Carried::of(source, &order, &regions)?;
        Some(Cut { source, order, regions, carried, copies: Copies { next: 1, values: SecondaryMap::new() } })
    }

    /// How many parts there are.
    pub fn parts(&self) -> usize {
        self.regions.len()
    }

    /// A part.
    pub fn part(&mut self, number: usize, name: UserFuncName, call_conv: CallConv) -> Result<Function, Fault> {
        let target = Function::with_name_signature(name, part_signature(call_conv));
        self.copier(target, Some(number)).part(number)
    }

    /// The rest, where the parts have consecutive indices in the program, from `first`.
    pub fn rest(&mut self, first: u32) -> Result<Function, Fault> {
        let target = Function::with_name_signature(self.source.name.clone(), self.source.signature.clone());
        self.copier(target, None).rest(first)
    }

    fn copier(&mut self, target: Function, part: Option<usize>) -> Copier<'_> {
        Copier::new(self.source, &self.order, &self.regions, &self.carried, &mut self.copies, target, part)
    }
}

/// The values that an instruction reads.
fn operands(function: &Function, inst: Inst) -> impl Iterator<Item = Value> + '_ {
    function.dfg.inst_values(inst).map(|value| function.dfg.resolve_aliases(value))
}
