//! `counted_for` and `dynamic_counted_for`.
//!
//! The index of a `counted_for` is counted modulo 2^64, then cut to the body's width or extended with zeros.
//!
//! The loop's state (index and accumulator) lives in block parameters; leaves in memory have one buffer each. The body
//! may update the accumulator in place, because it returns the next one. It may not do so with the index: the loop holds
//! it, because it needs it after the body to step it. Trip counts reach 2^63, so only short loops are written out.

use cranelift_codegen::ir::{types, BlockArg, InstBuilder, Value};
use xls_aot_ir::{Bits, FuncId, Type, Value as Constant};

use crate::function::FnCtx;
use crate::lower_select::element_type;
use crate::node::Site;
use crate::repr::{in_memory, size_of};
use crate::value::{Bv, Lowered, MemRef};
use crate::Fault;

/// How often the body runs.
enum Trips {
    /// At least once.
    Constant(u64),
    /// Any number, as I64.
    Dynamic(Value),
}

/// How the index moves on.
enum Step {
    /// By a value of its type, modulo 2^width.
    Value(Lowered),
    /// In its lowest word, modulo 2^64; it is wider, and its other words stay zero.
    LowestWord(i64),
}

/// A loop about to be written. All values are held by it.
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
        site: &mut Site<'_, 'p>,
        trips: u64,
        stride: i64,
        body: FuncId,
    ) -> Result<Lowered, Fault> {
        let state = site.operands[0].clone();
        let invariants = site.operands[1..].to_vec();
        self.retain(&state);
        if trips == 0 {
            return Ok(state);
        }
        invariants.iter().for_each(|value| self.retain(value));
        self.release_dying(site);
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
    pub fn lower_dynamic_counted_for(&mut self, site: &mut Site<'_, 'p>, body: FuncId) -> Result<Lowered, Fault> {
        let index_ty = self.index_type(site, body)?;
        let width = index_ty.bit_count().unwrap_or(0);
        let trips = self.saturated_word(&site.operands[1], site.operand_type(1))?;
        let stride = self.saturated_word(&site.operands[2], site.operand_type(2))?;
        let zero = self.imm(types::I64, 0);
        let moving = self.b.ins().icmp_imm_u(cranelift_codegen::ir::condcodes::IntCC::NotEqual, stride, 0);
        let trips = self.b.ins().select(moving, trips, zero);
        let step = Step::Value(self.sign_extend_value(&site.operands[2], site.operand_type(2), width)?);
        let state = site.operands[0].clone();
        let invariants = site.operands[3..].to_vec();
        self.retain(&state);
        invariants.iter().for_each(|value| self.retain(value));
        self.release_dying(site);
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

    fn index_type(&self, site: &Site<'_, 'p>, body: FuncId) -> Result<Type, Fault> {
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
        for trip in 0..trips {
            let index = Bits::from_words(width, &[trip.wrapping_mul(stride as u64)]);
            let index = self.constant(&Constant::Bits(index), index_ty)?;
            let mut arguments = vec![index, state];
            for invariant in &invariants {
                self.retain(invariant);
                arguments.push(invariant.clone());
            }
            state = self.apply(body, arguments)?;
        }
        invariants.iter().for_each(|value| self.release(value));
        Ok(state)
    }

    fn lower_loop(&mut self, plan: Loop) -> Result<Lowered, Fault> {
        let Loop { trips, index, index_ty, index_bound, step, state, state_ty, body, invariants } = plan;
        let state = self.enter_state(&state, &state_ty)?;
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
        let index_now = self.head_value(head, &index, Some(index_bound));
        let state_now = self.head_value(head, &state, None);
        if test_first {
            let inside = self.b.create_block();
            self.b.ins().brif(remaining, inside, &[], done, &[]);
            self.b.seal_block(inside);
            self.b.switch_to_block(inside);
        }
        let mut arguments = vec![index_now.clone(), state_now.clone()];
        arguments.extend(invariants.iter().cloned());
        arguments.iter().for_each(|argument| self.retain(argument));
        let result = self.apply(body, arguments)?;
        let result = self.leave_iteration(&state, &state_ty, result)?;
        let next_index = match (&index_now, &step) {
            (Lowered::Bits(index), Step::Value(Lowered::Bits(step))) => {
                let next = self.add(index, step);
                Lowered::Bits(self.clean(&next))
            }
            (Lowered::Bits(index), Step::LowestWord(stride)) => {
                let mut limbs = index.limbs().to_vec();
                limbs[0] = self.b.ins().iadd_imm_s(limbs[0], *stride);
                Lowered::Bits(Bv::from_limbs(index.width, limbs, index_bound))
            }
            (Lowered::Mem(place), Step::Value(step)) => {
                self.advance_in_memory(place, step, index_ty.bit_count().unwrap_or(0))?;
                index_now.clone()
            }
            (Lowered::Mem(place), Step::LowestWord(stride)) => {
                let word = self.load_word(place, 0);
                let word = self.b.ins().iadd_imm_s(word, *stride);
                self.store_word(word, place, 0);
                index_now.clone()
            }
            _ => return Err(Fault::Internal("loop index is not a bit vector".to_owned())),
        };
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
        let last = if test_first { state_now } else { result };
        self.leave_state(&last);
        self.release(&index_now);
        if let Step::Value(step) = &step {
            self.release(step);
        }
        invariants.iter().for_each(|value| self.release(value));
        Ok(last)
    }

    /// Takes over `value`: its carriers cleaned, its leaves in memory in buffers that belong to the loop (pinned, so
    /// that they stay while nobody holds them).
    fn enter_state(&mut self, value: &Lowered, ty: &Type) -> Result<Lowered, Fault> {
        match value {
            Lowered::Bits(bv) => Ok(Lowered::Bits(self.clean(bv))),
            Lowered::Mem(source) => {
                let place = if self.is_exclusive(source) {
                    source.clone()
                } else {
                    let place = self.allocate(size_of(ty)?)?;
                    self.copy(&place, source, ty)?;
                    self.release_mem(source);
                    place
                };
                for &buffer in place.buffers.iter() {
                    self.frame.pin(buffer);
                }
                self.release_mem(&place);
                Ok(Lowered::Mem(place))
            }
            Lowered::Agg(parts) => {
                let mut entered = Vec::with_capacity(parts.len());
                for (i, part) in parts.iter().enumerate() {
                    entered.push(self.enter_state(part, element_type(ty, i)?)?);
                }
                Ok(Lowered::Agg(entered.into()))
            }
        }
    }

    /// Ends the loop's claim on the buffers of its state; the caller holds them from now on.
    fn leave_state(&mut self, value: &Lowered) {
        let frame = &mut self.frame;
        value.for_each_mem(&mut |place| place.buffers.iter().for_each(|&buffer| frame.unpin_and_hold(buffer)));
    }

    fn push_leaves(&mut self, value: &Lowered, leaves: &mut Vec<BlockArg>) {
        match value {
            Lowered::Bits(bv) => leaves.extend(self.clean(bv).limbs().iter().map(|&limb| BlockArg::from(limb))),
            Lowered::Mem(_) => {}
            Lowered::Agg(parts) => parts.iter().for_each(|part| self.push_leaves(part, leaves)),
        }
    }

    /// The state at the head of the loop: block parameters for carriers, the same places for leaves in memory.
    fn head_value(&mut self, head: cranelift_codegen::ir::Block, like: &Lowered, bound: Option<u32>) -> Lowered {
        match like {
            Lowered::Bits(bv) => {
                let tys: Vec<_> = bv.limbs().iter().map(|&limb| self.type_of(limb)).collect();
                let limbs = tys.into_iter().map(|ty| self.b.append_block_param(head, ty)).collect();
                Lowered::Bits(Bv::from_limbs(bv.width, limbs, bound.unwrap_or(bv.width)))
            }
            Lowered::Mem(place) => Lowered::Mem(place.clone()),
            Lowered::Agg(parts) => {
                let parts: Vec<_> = parts.iter().map(|part| self.head_value(head, part, bound)).collect();
                Lowered::Agg(parts.into())
            }
        }
    }

    /// Brings the leaves in memory of a body's result into the loop's buffers. Gives the state for the next trip.
    fn leave_iteration(&mut self, state: &Lowered, ty: &Type, result: Lowered) -> Result<Lowered, Fault> {
        let mut own = Vec::new();
        state.for_each_mem(&mut |place| own.extend(place.buffers.iter().copied()));
        let mut moves = Vec::new();
        self.collect_moves(state, ty, &result, &mut moves)?;
        // A result that lies in another leaf's buffer must be saved before that buffer is overwritten.
        let tangled = |place: &MemRef| place.buffers.iter().any(|buffer| own.contains(buffer));
        let mut saved = Vec::new();
        for (_, source, size) in moves.iter_mut() {
            if tangled(source) {
                let copy = self.allocate(*size)?;
                self.copy_bytes(&copy, source, *size);
                *source = copy.clone();
                saved.push(copy);
            }
        }
        for (target, source, size) in &moves {
            self.copy_bytes(target, source, *size);
        }
        for copy in saved {
            self.release_mem(&copy);
        }
        self.release(&result);
        Ok(with_places_of(&result, state))
    }

    fn collect_moves(
        &mut self,
        state: &Lowered,
        ty: &Type,
        result: &Lowered,
        moves: &mut Vec<(MemRef, MemRef, u64)>,
    ) -> Result<(), Fault> {
        match (state, result) {
            (Lowered::Mem(target), Lowered::Mem(source)) => {
                if !target.same_place(source) {
                    moves.push((target.clone(), source.clone(), size_of(ty)?));
                }
            }
            (Lowered::Agg(targets), Lowered::Agg(sources)) => {
                for (i, (target, source)) in targets.iter().zip(sources.iter()).enumerate() {
                    self.collect_moves(target, element_type(ty, i)?, source, moves)?;
                }
            }
            (Lowered::Bits(_), Lowered::Bits(_)) => {}
            _ => return Err(Fault::Internal("loop state changes its shape".to_owned())),
        }
        debug_assert!(in_memory(ty) == matches!(state, Lowered::Mem(_)));
        Ok(())
    }
}

/// `carriers` with its leaves in memory replaced by those of `places`.
fn with_places_of(carriers: &Lowered, places: &Lowered) -> Lowered {
    match (carriers, places) {
        (Lowered::Agg(carriers), Lowered::Agg(places)) => {
            let parts: Vec<_> = carriers.iter().zip(places.iter()).map(|(c, p)| with_places_of(c, p)).collect();
            Lowered::Agg(parts.into())
        }
        (Lowered::Mem(_), Lowered::Mem(place)) => Lowered::Mem(place.clone()),
        _ => carriers.clone(),
    }
}
