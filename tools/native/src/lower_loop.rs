//! `counted_for` and `dynamic_counted_for`.
//!
//! The index of a `counted_for` is counted modulo 2^64, then cut to the body's width or extended with zeros.
//!
//! Index and state are block parameters, or have one place each in memory. The body owns the state, so that it can update it in
//! place; the loop moves the body's result into that place. The loop shares the index and the invariants with the body, because
//! it needs them afterwards. Trip counts can be as large as 2^63, so only short loops are unrolled.

use std::rc::Rc;

use cranelift_codegen::ir::{types, BlockArg, InstBuilder, Value};
use xls_aot_ir::{Bits, FuncId, Type, Value as Constant};

use crate::function::FnCtx;
use crate::lower_select::element_type;
use crate::node::Site;
use crate::ownership::{MemRef, Reserved, Writable};
use crate::repr::in_memory;
use crate::result_place::{without_places, Wanted};
use crate::value::{Bv, Lowered};
use crate::Fault;

/// How often the body runs.
enum Trips {
    /// At least once.
    Constant(u64),
    /// Any number, as I64.
    Dynamic(Value),
}

/// How the index changes from one iteration to the next.
enum Step {
    /// It grows by a value of its type, modulo 2^width.
    Value(Lowered),
    /// Its lowest word grows by this number, modulo 2^64. The index is wider than 64 bits; its other words stay zero.
    LowestWord(i64),
}

/// A loop about to be written, which owns all these values.
struct Loop {
    trips: Trips,
    index: Lowered,
    index_ty: Type,
    /// Bound of the index; the width if nothing better is known.
    index_bound: u32,
    step: Step,
    state: Lowered,
    state_ty: Type,
    body: FuncId,
    invariants: Vec<Lowered>,
}

impl<'p> FnCtx<'_, 'p> {
    /// `counted_for`: `operands` are the initial state and the invariants.
    pub fn lower_counted_for(
        &mut self,
        site: &mut Site<'p>,
        trips: u64,
        stride: i64,
        body: FuncId,
    ) -> Result<Lowered, Fault> {
        if trips == 0 {
            return Ok(site.operands[0].clone());
        }
        let state = self.take_operand(site, 0);
        let invariants = self.take_operands(site, 1);
        let index_ty = self.index_type(site, body)?;
        let width = index_ty.bit_count().unwrap_or(0);
        if self.program.plan.is_written_out(body, trips) {
            return self.unroll(trips, stride, &index_ty, state, body, invariants);
        }
        let largest = u64::try_from(stride).ok().and_then(|stride| stride.checked_mul(trips - 1));
        let index_bound = largest.map_or(64, |largest| 64 - largest.leading_zeros()).min(width);
        let step = if width > 64 {
            Step::LowestWord(stride)
        } else {
            let step = Bits::from_words(width, &[stride as u64]);
            Step::Value(self.constant(&Constant::Bits(step), &index_ty)?)
        };
        let index = self.zero_value(&index_ty)?;
        let state_ty = site.node.ty.clone();
        self.lower_loop(Loop {
            trips: Trips::Constant(trips),
            index,
            index_ty,
            index_bound,
            step,
            state,
            state_ty,
            body,
            invariants,
        })
    }

    /// `dynamic_counted_for`: `operands` are initial state, trip count, stride, invariants. A stride of zero means no
    /// trip at all, because the loop ends when the index equals trip count times stride.
    pub fn lower_dynamic_counted_for(&mut self, site: &mut Site<'p>, body: FuncId) -> Result<Lowered, Fault> {
        let index_ty = self.index_type(site, body)?;
        let width = index_ty.bit_count().unwrap_or(0);
        let trips = self.saturated_word(&site.operands[1], site.operand_type(1))?;
        let stride = self.saturated_word(&site.operands[2], site.operand_type(2))?;
        let zero = self.imm(types::I64, 0);
        let moving = self.b.ins().icmp_imm_u(cranelift_codegen::ir::condcodes::IntCC::NotEqual, stride, 0);
        let trips = self.b.ins().select(moving, trips, zero);
        let step = Step::Value(self.sign_extend_value(&site.operands[2], site.operand_type(2), width)?);
        let state = self.take_operand(site, 0);
        let invariants = self.take_operands(site, 3);
        let index = self.zero_value(&index_ty)?;
        let state_ty = site.node.ty.clone();
        self.lower_loop(Loop {
            trips: Trips::Dynamic(trips),
            index,
            index_ty,
            index_bound: width,
            step,
            state,
            state_ty,
            body,
            invariants,
        })
    }

    fn index_type(&self, site: &Site<'p>, body: FuncId) -> Result<Type, Fault> {
        let function = self.program.package.function(body);
        function
            .params
            .first()
            .map(|&param| function.node(param).ty.clone())
            .filter(|ty| ty.bit_count().is_some())
            .ok_or_else(|| site.fault("loop body has no index parameter"))
    }

    fn unroll(
        &mut self,
        trips: u64,
        stride: i64,
        index_ty: &Type,
        mut state: Lowered,
        body: FuncId,
        invariants: Vec<Lowered>,
    ) -> Result<Lowered, Fault> {
        let width = index_ty.bit_count().unwrap_or(0);
        invariants.iter().for_each(|value| self.needed(value));
        for trip in 0..trips {
            let index = Bits::from_words(width, &[trip.wrapping_mul(stride as u64)]);
            let index = self.constant(&Constant::Bits(index), index_ty)?;
            let mut arguments = vec![index, state];
            arguments.extend(invariants.iter().cloned());
            let wanted = self.wanted.of_callee();
            state = self.apply(body, arguments, wanted)?;
        }
        invariants.iter().for_each(|value| self.no_longer_needed(value));
        Ok(state)
    }

    fn lower_loop(&mut self, plan: Loop) -> Result<Lowered, Fault> {
        let Loop { trips, index, index_ty, index_bound, step, state, state_ty, body, invariants } = plan;
        let mut places = Vec::new();
        let wanted = self.wanted.clone();
        let (state, wanted) = self.enter_state(state, &state_ty, &wanted, &mut places)?;
        let head = self.b.create_block();
        let done = self.b.create_block();
        let remaining = self.b.append_block_param(head, types::I64);
        let (count, test_first) = match trips {
            Trips::Constant(count) => (self.imm(types::I64, count), false),
            Trips::Dynamic(count) => (count, true),
        };
        let mut entering = vec![BlockArg::from(count)];
        self.push_leaves(&index, &mut entering);
        self.push_leaves(&state, &mut entering);
        self.b.ins().jump(head, &entering);
        self.b.switch_to_block(head);
        let index = self.head_value(head, index, Some(index_bound));
        let state = self.head_value(head, state, None);
        if test_first {
            let inside = self.b.create_block();
            self.b.ins().brif(remaining, inside, &[], done, &[]);
            self.b.seal_block(inside);
            self.b.switch_to_block(inside);
        }
        let first = test_first.then(|| without_places(&state));
        let mut shared = vec![index];
        shared.extend(invariants);
        let mut arguments = vec![shared[0].clone(), state];
        arguments.extend(shared[1..].iter().cloned());
        shared.iter().for_each(|value| self.needed(value));
        let result = self.apply(body, arguments, wanted)?;
        let result = self.move_leaves(result, &places)?;
        shared.iter().for_each(|value| self.no_longer_needed(value));
        let next_index = self.stepped(shared.swap_remove(0), &step, &index_ty, index_bound)?;
        let left = self.b.ins().iadd_imm_s(remaining, -1);
        let mut again = vec![BlockArg::from(left)];
        self.push_leaves(&next_index, &mut again);
        self.push_leaves(&result, &mut again);
        if test_first {
            self.b.ins().jump(head, &again);
        } else {
            self.b.ins().brif(left, head, &again, done, &[]);
        }
        self.b.seal_block(head);
        self.b.seal_block(done);
        self.b.switch_to_block(done);
        with_places(first.unwrap_or(result), &state_ty, &mut places.iter().map(|place| place.value()))
    }

    /// The index of the next iteration. An index in memory is stepped in place, because the body no longer needs it.
    fn stepped(&mut self, index: Lowered, step: &Step, ty: &Type, bound: u32) -> Result<Lowered, Fault> {
        Ok(match (index, step) {
            (Lowered::Bits(index), Step::Value(Lowered::Bits(step))) => {
                let next = self.add(&index, step);
                Lowered::Bits(self.clean(&next))
            }
            (Lowered::Bits(index), Step::LowestWord(stride)) => {
                let mut limbs = index.limbs().to_vec();
                limbs[0] = self.b.ins().iadd_imm_s(limbs[0], *stride);
                Lowered::Bits(Bv::from_limbs(index.width, limbs, bound))
            }
            (Lowered::Mem(index), step) => {
                let still_used = |_| Fault::Internal("the index of a loop is used after the body".to_owned());
                let place = Writable::claim(index).map_err(still_used)?;
                match step {
                    Step::Value(step) => self.advance_in_memory(&place, step, ty.bit_count().unwrap_or(0))?,
                    Step::LowestWord(stride) => {
                        let word = self.load_word(place.written(), 0);
                        let word = self.b.ins().iadd_imm_s(word, *stride);
                        self.store_word(word, &place.whole(), 0);
                    }
                }
                Lowered::Mem(place.into_value())
            }
            _ => return Err(Fault::Internal("loop index is not a bit vector".to_owned())),
        })
    }

    /// The initial state, with its carriers cleaned. The loop reserves places for the leaves in memory and lends them to the
    /// body, which is to leave its results there. The places are those where the loop's result is `wanted`, if possible.
    fn enter_state(
        &mut self,
        value: Lowered,
        ty: &Type,
        wanted: &Wanted,
        places: &mut Vec<Rc<Reserved>>,
    ) -> Result<(Lowered, Wanted), Fault> {
        match value {
            Lowered::Bits(bv) => Ok((Lowered::Bits(self.clean(&bv)), Wanted::Anywhere)),
            Lowered::Mem(source) => {
                let size = self.size_of(ty)?;
                let (place, value) = self.take_for_writing(source, size, wanted)?.lend(size);
                let place = Rc::new(place);
                places.push(place.clone());
                Ok((Lowered::Mem(value), Wanted::Place(place)))
            }
            Lowered::Agg(_) => {
                let (mut entered, mut next) = (Vec::new(), Vec::new());
                for (i, part) in value.into_parts().into_iter().enumerate() {
                    let (part, wanted) = self.enter_state(part, element_type(ty, i)?, &wanted.element(i), places)?;
                    entered.push(part);
                    next.push(wanted);
                }
                Ok((Lowered::Agg(entered.into()), Wanted::Elements(next.into())))
            }
        }
    }

    fn push_leaves(&mut self, value: &Lowered, leaves: &mut Vec<BlockArg>) {
        match value {
            Lowered::Bits(bv) => leaves.extend(self.clean(bv).limbs().iter().map(|&limb| BlockArg::from(limb))),
            Lowered::Mem(_) => {}
            Lowered::Agg(parts) => parts.iter().for_each(|part| self.push_leaves(part, leaves)),
        }
    }

    /// A value at the head of the loop: block parameters for carriers, the same places for leaves in memory.
    fn head_value(&mut self, head: cranelift_codegen::ir::Block, like: Lowered, bound: Option<u32>) -> Lowered {
        match like {
            Lowered::Bits(bv) => {
                let tys: Vec<_> = bv.limbs().iter().map(|&limb| self.type_of(limb)).collect();
                let limbs = tys.into_iter().map(|ty| self.b.append_block_param(head, ty)).collect();
                Lowered::Bits(Bv::from_limbs(bv.width, limbs, bound.unwrap_or(bv.width)))
            }
            Lowered::Mem(place) => Lowered::Mem(place),
            Lowered::Agg(_) => {
                let parts = like.into_parts().into_iter();
                Lowered::Agg(parts.map(|part| self.head_value(head, part, bound)).collect())
            }
        }
    }
}

/// The opposite of [`without_places`].
fn with_places(carriers: Lowered, ty: &Type, leaves: &mut impl Iterator<Item = MemRef>) -> Result<Lowered, Fault> {
    if in_memory(ty) {
        let leaf = leaves.next().ok_or_else(|| Fault::Internal("loop state without its memory".to_owned()))?;
        return Ok(Lowered::Mem(leaf));
    }
    match carriers {
        Lowered::Agg(_) => {
            let mut parts = carriers.into_parts();
            for (i, part) in parts.iter_mut().enumerate() {
                *part = with_places(std::mem::replace(part, Lowered::unit()), element_type(ty, i)?, leaves)?;
            }
            Ok(Lowered::Agg(parts.into()))
        }
        Lowered::Bits(_) | Lowered::Mem(_) => Ok(carriers),
    }
}
