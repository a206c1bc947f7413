//! Lowering of packs. A pack is lowered before its last node, and a sum of lanes before the node that is the sum, which the
//! scope then has a value of.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};
use xls_aot_ir::Function;

use super::lane_op::{Combine, LaneOp};
use super::lanes::{vector_count, vector_type, Lanes};
use super::pack::{Pack, PackId, PackKind};
use super::plan::VectorPlan;
use super::reduction::Reduction;
use super::VECTOR_BITS;
use crate::analysis::FuncInfo;
use crate::function::FnCtx;
use crate::lower_logic::Bitwise;
use crate::node::Scope;
use crate::value::{Bv, Lowered};
use crate::Fault;

impl<'p> FnCtx<'_, 'p> {
    /// What of a function's body is computed in vectors; `None` if nothing is.
    pub fn vector_plan(
        &self,
        function: &Function,
        info: &FuncInfo,
        arguments: &[Option<Lowered>],
    ) -> Result<Option<VectorPlan>, Fault> {
        if !self.program.has_vectors {
            return Ok(None);
        }
        let loaded_from = self.loaded_parameters(function, arguments)?;
        let infos = &self.program.info;
        let has_effects = |op: &xls_aot_ir::Op| op.callee().is_some_and(|callee| infos[callee.index()].effects);
        Ok(VectorPlan::of(function, &self.program.layouts, info, loaded_from, has_effects))
    }

    /// Lowers what of the plan comes before node `index`.
    pub fn lower_packs(&mut self, scope: &mut Scope<'p>, plan: &VectorPlan, index: usize) -> Result<(), Fault> {
        for lowered in plan.at.get(&(index as u32)).into_iter().flatten() {
            let lanes = self.lower_pack(scope, plan, lowered.pack)?;
            if !lowered.extracted.is_empty() {
                let lanes = self.lanes_for_extraction(&lanes);
                for &(lane, node) in &lowered.extracted {
                    let value = Lowered::Bits(self.lane_value(&lanes, lane));
                    scope.values[node.index()] = Some(value);
                }
            }
            // At once, so that only the sum is needed from here on.
            for &sum in plan.added_to.get(&lowered.pack).into_iter().flatten() {
                let op = plan.reductions[&sum].op;
                self.add_lanes(op, scope.sums.entry(sum).or_default(), &lanes);
            }
            scope.lanes.insert(lowered.pack, lanes);
        }
        if let Some(reduction) = plan.reductions.get(&(index as u32)) {
            let value = Lowered::Bits(self.lower_reduction(scope, plan, index as u32, reduction)?);
            scope.values[index] = Some(value);
        }
        Ok(())
    }

    /// Lets go the values whose last use is by what was lowered at node `index`.
    pub fn release_pack_operands(&mut self, scope: &mut Scope<'p>, plan: &VectorPlan, index: usize) {
        let mut used = Vec::new();
        let mut uses_of = |pack: &Pack| match &pack.kind {
            PackKind::Splat => used.push(pack.lanes[0]),
            PackKind::Gather => used.extend(&pack.lanes),
            PackKind::Load { base, .. } => used.push(*base),
            PackKind::Apply { .. } | PackKind::Constant(_) => {}
        };
        for lowered in plan.at.get(&(index as u32)).into_iter().flatten() {
            let pack = &plan.packs[lowered.pack];
            match &pack.kind {
                PackKind::Apply { operands, .. } => {
                    operands
                        .iter()
                        .map(|&operand| &plan.packs[operand])
                        .filter(|pack| is_of_scalars(pack))
                        .for_each(&mut uses_of);
                }
                PackKind::Load { .. } => uses_of(pack),
                PackKind::Splat | PackKind::Gather | PackKind::Constant(_) => {}
            }
        }
        if let Some(reduction) = plan.reductions.get(&(index as u32)) {
            reduction
                .packs
                .iter()
                .map(|&pack| &plan.packs[pack])
                .filter(|pack| is_of_scalars(pack))
                .for_each(&mut uses_of);
            used.extend(&reduction.rest);
        }
        for node in used {
            if scope.info.last_use[node.index()] == index as u32 {
                if let Some(value) = scope.values[node.index()].take() {
                    self.no_longer_needed(&value);
                }
            }
        }
    }

    /// The lanes of a pack that others use: lowered before, or made of scalar values now.
    fn lanes_of(&mut self, scope: &mut Scope<'p>, plan: &VectorPlan, pack: PackId) -> Result<Lanes, Fault> {
        if let Some(lanes) = scope.lanes.get(&pack) {
            return Ok(lanes.clone());
        }
        if !is_of_scalars(&plan.packs[pack]) {
            return Err(Fault::Internal(format!(
                "pack {pack} of function {} is used before it is lowered",
                scope.function.name
            )));
        }
        let lanes = self.lower_pack(scope, plan, pack)?;
        scope.lanes.insert(pack, lanes.clone());
        Ok(lanes)
    }

    fn lower_pack(&mut self, scope: &mut Scope<'p>, plan: &VectorPlan, id: PackId) -> Result<Lanes, Fault> {
        let pack = &plan.packs[id];
        let count = pack.lanes.len();
        match &pack.kind {
            PackKind::Apply { op, operands } => {
                let operands = operands
                    .iter()
                    .map(|&operand| self.lanes_of(scope, plan, operand))
                    .collect::<Result<Vec<_>, _>>()?;
                self.lower_lane_op(*op, pack.width, &operands)
                    .ok_or_else(|| Fault::Internal(format!("{op:?} of lanes without operands")))
            }
            PackKind::Load { base, loads } => {
                let place = match (plan.loaded_from.get(base), &scope.values[base.index()]) {
                    (Some(place), _) => place.clone(),
                    (None, Some(Lowered::Mem(place))) => place.clone(),
                    (None, _) => {
                        return Err(Fault::Internal("lanes are loaded from a value that is not in memory".to_owned()))
                    }
                };
                let vectors = self.load_vectors(loads, pack.lane(), &place);
                Ok(Lanes::numbers(pack.width, pack.width, pack.lane(), count, vectors))
            }
            PackKind::Splat => {
                let (value, bound) = self.lane_scalar(scope, pack, 0)?;
                let vector = self.b.ins().splat(vector_type(pack.lane()), value);
                let vectors = vec![vector; vector_count(count, pack.lane())];
                Ok(Lanes::numbers(pack.width, bound, pack.lane(), count, vectors))
            }
            PackKind::Constant(values) => Ok(self.constant_lanes(pack.width, values)),
            PackKind::Gather => self.gathered(scope, pack),
        }
    }

    /// The scalar value of a lane in as many bits as the lane has, and its bound.
    fn lane_scalar(&mut self, scope: &Scope<'p>, pack: &Pack, index: usize) -> Result<(Value, u32), Fault> {
        let node = pack.lanes[index];
        let Some(Lowered::Bits(bits)) = &scope.values[node.index()] else {
            return Err(Fault::Internal(format!(
                "node {} of function {} is not there for a vector",
                scope.function.node(node).display_name(),
                scope.function.name
            )));
        };
        let ty = vector_type(pack.lane()).lane_type();
        let value = self.convert(bits.first(), ty);
        Ok((value, bits.bound.min(pack.lane())))
    }

    /// Lanes put together from scalar values.
    fn gathered(&mut self, scope: &Scope<'p>, pack: &Pack) -> Result<Lanes, Fault> {
        let ty = vector_type(pack.lane());
        let in_vector = (VECTOR_BITS / pack.lane()) as usize;
        let mut vectors: Vec<Value> = Vec::new();
        let mut bound = 0;
        for index in 0..pack.lanes.len() {
            let (value, value_bound) = self.lane_scalar(scope, pack, index)?;
            bound = bound.max(value_bound);
            let last = vectors.last_mut().filter(|_| index % in_vector != 0);
            match last {
                None => vectors.push(self.vector_of_scalar(value, ty)),
                Some(vector) => *vector = self.b.ins().insertlane(*vector, value, (index % in_vector) as u8),
            }
        }
        Ok(Lanes::numbers(pack.width, bound, pack.lane(), pack.lanes.len(), vectors))
    }

    fn lower_lane_op(&mut self, op: LaneOp, width: u32, operands: &[Lanes]) -> Option<Lanes> {
        let x = operands.first()?;
        let y = operands.get(1).unwrap_or(x);
        let and = |ctx: &mut Self, a, b| ctx.b.ins().band(a, b);
        let or = |ctx: &mut Self, a, b| ctx.b.ins().bor(a, b);
        let xor = |ctx: &mut Self, a, b| ctx.b.ins().bxor(a, b);
        let all = |ctx: &mut Self, is_and: bool, f: fn(&mut Self, Value, Value) -> Value| {
            let rest = operands[1..].iter();
            rest.fold(x.clone(), |all, operand| ctx.lanes_bitwise(&all, operand, is_and, f))
        };
        Some(match op {
            LaneOp::Add => self.lanes_added(x, y),
            LaneOp::Sub => self.lanes_subtracted(x, y),
            LaneOp::Neg => self.lanes_negated(x),
            LaneOp::Not => self.lanes_inverted(x),
            LaneOp::Multiply { signed } => self.lanes_multiplied(x, y, width, signed),
            LaneOp::And => all(self, true, and),
            LaneOp::Or => all(self, false, or),
            LaneOp::Xor => all(self, false, xor),
            LaneOp::Nand => {
                let all = all(self, true, and);
                self.lanes_inverted(&all)
            }
            LaneOp::Nor => {
                let all = all(self, false, or);
                self.lanes_inverted(&all)
            }
            LaneOp::Equal => self.lanes_compared(IntCC::Equal, x, y, false),
            LaneOp::NotEqual => self.lanes_compared(IntCC::NotEqual, x, y, false),
            LaneOp::Less { signed, or_equal } => {
                let condition = match (signed, or_equal) {
                    (false, false) => IntCC::UnsignedLessThan,
                    (false, true) => IntCC::UnsignedLessThanOrEqual,
                    (true, false) => IntCC::SignedLessThan,
                    (true, true) => IntCC::SignedLessThanOrEqual,
                };
                self.lanes_compared(condition, x, y, signed)
            }
            LaneOp::ShiftLeft(by) => self.lanes_shifted_left(x, by),
            LaneOp::ShiftRight(by) => self.lanes_shifted_right(x, by),
            LaneOp::ShiftRightSigned(by) => self.lanes_shifted_right_signed(x, by),
            LaneOp::ZeroExtend => self.extended_lanes(x, width, super::lane_bits(width), false),
            LaneOp::SignExtend => self.extended_lanes(x, width, super::lane_bits(width), true),
            LaneOp::Slice(start) => self.sliced_lanes(x, start, width),
            LaneOp::Concat => self.joined_lanes(operands, width)?,
            LaneOp::Select => self.lanes_selected(x, operands.get(2)?, y),
        })
    }

    fn lower_reduction(
        &mut self,
        scope: &mut Scope<'p>,
        plan: &VectorPlan,
        index: u32,
        reduction: &Reduction,
    ) -> Result<Bv, Fault> {
        let mut sum = scope.sums.remove(&index).flatten();
        // Packs of scalar values and constants are lowered where they are used.
        for &pack in &reduction.packs {
            let lanes = self.lanes_of(scope, plan, pack)?;
            if is_of_scalars(&plan.packs[pack]) {
                self.add_lanes(reduction.op, &mut sum, &lanes);
            }
        }
        let nothing = || Fault::Internal("a sum without lanes".to_owned());
        let of_lanes = self.reduced_lanes(reduction.op, sum.ok_or_else(nothing)?).ok_or_else(nothing)?;
        let mut values = vec![of_lanes];
        for &node in &reduction.rest {
            match &scope.values[node.index()] {
                Some(Lowered::Bits(bits)) => values.push(bits.clone()),
                _ => return Err(Fault::Internal("an addend of lanes is not there".to_owned())),
            }
        }
        let op = reduction.op;
        let total = self.combine(values, Bv::first, |ctx, x, y| match op {
            Combine::Add => ctx.add(&x, &y),
            Combine::And => ctx.bitwise(Bitwise::And, &x, &y),
            Combine::Or => ctx.bitwise(Bitwise::Or, &x, &y),
            Combine::Xor => ctx.bitwise(Bitwise::Xor, &x, &y),
        });
        total.ok_or_else(nothing)
    }
}

/// Whether a pack is lowered where it is used, because it consists of scalar values or constants.
fn is_of_scalars(pack: &Pack) -> bool {
    match pack.kind {
        PackKind::Splat | PackKind::Constant(_) | PackKind::Gather => true,
        PackKind::Apply { .. } | PackKind::Load { .. } => false,
    }
}
