//! Lowering of function bodies: walks the nodes, keeps their values, dispatches on the operation.

use std::collections::BTreeMap;
use std::rc::Rc;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::Value;
use xls_aot_ir::family::{Logic, Order, Reduction, Shift};
use xls_aot_ir::{FuncId, Function, Node, NodeId, Op, Type};

use crate::analysis::{FuncInfo, LIVES_ON};
use crate::bit_op::BitOp;
use crate::function::FnCtx;
use crate::lower_logic::Bitwise;
use crate::lower_shift::Direction;
use crate::repr::SSA_BITS_MAX;
use crate::result_place::{wanted_nodes, Wanted};
use crate::shared_divisions::{Division, Part};
use crate::value::{Bv, Lowered};
use crate::vector::{LaneSum, Lanes, PackId};
use crate::Fault;

/// One (possibly inlined) activation of an IR function.
pub(crate) struct Scope<'p> {
    pub function: &'p Function,
    pub info: Rc<FuncInfo>,
    pub values: Vec<Option<Lowered>>,
    /// The packs that were lowered.
    pub lanes: BTreeMap<PackId, Lanes>,
    /// The sums of packs lowered so far, by the nodes that are the sums.
    pub sums: BTreeMap<u32, Option<LaneSum>>,
    /// By node, where its value is wanted, if not anywhere.
    wanted: BTreeMap<usize, Wanted>,
}

/// The node being lowered and its operands. Operands with their last use here are no longer in the scope's table. If the node
/// takes such an operand over, it may be the only reference to its memory, and the node's code may overwrite it.
pub(crate) struct Site<'p> {
    pub function: &'p Function,
    pub node: &'p Node,
    pub operands: Vec<Lowered>,
}

impl<'p> Site<'p> {
    /// Type of operand `index`.
    pub fn operand_type(&self, index: usize) -> &'p Type {
        &self.function.node(self.node.operands[index]).ty
    }

    /// The node that computes operand `index`.
    pub fn operand_node(&self, index: usize) -> &'p Node {
        self.function.node(self.node.operands[index])
    }

    /// Width of the result, which is a bits type.
    pub fn width(&self) -> u32 {
        self.node.ty.bit_count().unwrap_or(0)
    }

    /// Operand `index`, a bits type in SSA values.
    pub fn bits(&self, index: usize) -> Result<&Bv, Fault> {
        match self.operands.get(index) {
            Some(Lowered::Bits(bv)) => Ok(bv),
            _ => Err(self.fault("operand is not a bit vector in registers")),
        }
    }

    /// An internal error at this node.
    pub fn fault(&self, what: &str) -> Fault {
        Fault::Internal(format!("{what}, in node {} of function {}", self.node.display_name(), self.function.name))
    }
}

impl<'p> FnCtx<'_, 'p> {
    /// Lowers the body of `id` in place; it owns `arguments`. The result is where it is `wanted`, or elsewhere.
    pub fn lower_body(&mut self, id: FuncId, arguments: Vec<Lowered>, wanted: Wanted) -> Result<Lowered, Fault> {
        let package = self.program.package;
        let function = package.function(id);
        let info = self.program.info[id.index()].clone();
        let mut arguments: Vec<Option<Lowered>> = arguments.into_iter().map(Some).collect();
        let plan = self.vector_plan(function, &info, &arguments)?;
        let info = plan.as_ref().map_or(info, |plan| plan.info.clone());
        let wanted = wanted_nodes(function, &info, wanted);
        let values = vec![None; function.nodes.len()];
        let mut scope = Scope { function, info, values, lanes: BTreeMap::new(), sums: BTreeMap::new(), wanted };
        for (&param, argument) in function.params.iter().zip(&mut arguments) {
            if !scope.info.live[param.index()] {
                *argument = None;
            }
        }
        for (index, node) in function.nodes.iter().enumerate() {
            if let Some(plan) = &plan {
                self.lower_packs(&mut scope, plan, index)?;
            }
            // The results of a division that was done before are there already. They and the operands are in SSA values, so
            // there is nothing to release.
            if scope.info.live[index] && scope.values[index].is_none() {
                self.lower_in_scope(&mut scope, NodeId::new(index), node, &mut arguments)?;
            }
            if let Some(plan) = &plan {
                self.release_pack_operands(&mut scope, plan, index);
            }
        }
        let result = scope.values[function.ret.index()]
            .take()
            .ok_or_else(|| Fault::Internal(format!("function {} has no result", function.name)))?;
        self.no_longer_needed(&result);
        Ok(result)
    }

    fn lower_in_scope(
        &mut self,
        scope: &mut Scope<'p>,
        id: NodeId,
        node: &'p Node,
        arguments: &mut [Option<Lowered>],
    ) -> Result<(), Fault> {
        let index = id.index() as u32;
        let operands = self.operands_of(scope, id, node)?;
        let mut site = Site { function: scope.function, node, operands };
        let wanted = scope.wanted.get(&id.index()).cloned().unwrap_or_default();
        let outer = std::mem::replace(&mut self.wanted, wanted);
        let value = if let Op::Param { index } = node.op {
            let argument = arguments.get_mut(index as usize).and_then(Option::take);
            argument.ok_or_else(|| site.fault("parameter without an argument"))?
        } else if Division::of(node).is_some() && site.width() <= SSA_BITS_MAX {
            self.lower_divide(&site, scope.info.divisions.others(id), &mut scope.values)?
        } else {
            self.lower_node(&mut site)?
        };
        self.wanted = outer;
        site.operands.iter().for_each(|operand| self.no_longer_needed(operand));
        self.owners.report_violation().map_err(|violation| site.fault(&violation))?;
        // A node that is its own last use is computed for its effects only.
        if scope.info.last_use[id.index()] != index {
            debug_assert!(scope.info.last_use[id.index()] == LIVES_ON || scope.info.last_use[id.index()] > index);
            self.needed(&value);
            scope.values[id.index()] = Some(value);
        }
        Ok(())
    }

    /// The operands of a node, which are needed until it is done or takes them over. A value leaves the scope's table with
    /// its last use.
    fn operands_of(&mut self, scope: &mut Scope<'p>, id: NodeId, node: &Node) -> Result<Vec<Lowered>, Fault> {
        let mut operands = Vec::with_capacity(node.operands.len());
        for &operand in node.operands.iter() {
            let value = scope.values[operand.index()].clone().ok_or_else(|| {
                Fault::Internal(format!(
                    "node {} of function {} is used before it is computed",
                    scope.function.node(operand).display_name(),
                    scope.function.name
                ))
            })?;
            self.needed(&value);
            operands.push(value);
        }
        for &operand in node.operands.iter() {
            if scope.info.last_use[operand.index()] == id.index() as u32 {
                if let Some(last_used) = scope.values[operand.index()].take() {
                    self.no_longer_needed(&last_used);
                }
            }
        }
        Ok(operands)
    }

    /// Operand `index`, taken over: the node's code may overwrite its memory, if nothing else refers to it.
    pub fn take_operand(&mut self, site: &mut Site<'p>, index: usize) -> Lowered {
        let operand = std::mem::replace(&mut site.operands[index], Lowered::unit());
        self.no_longer_needed(&operand);
        operand
    }

    /// All operands from `first` on, taken over.
    pub fn take_operands(&mut self, site: &mut Site<'p>, first: usize) -> Vec<Lowered> {
        (first..site.operands.len()).map(|index| self.take_operand(site, index)).collect()
    }

    fn lower_node(&mut self, site: &mut Site<'p>) -> Result<Lowered, Fault> {
        match &site.node.op {
            Op::Param { .. } => Err(site.fault("parameter out of place")),
            Op::Literal { value } => self.constant(value, &site.node.ty),
            Op::Identity => Ok(site.operands[0].clone()),
            Op::Not => self.lower_bits(site, BitOp::Not),
            Op::Neg => self.lower_bits(site, BitOp::Neg),
            Op::Reverse => self.lower_bits(site, BitOp::Reverse),
            Op::And => self.lower_bits(site, BitOp::Logic(Logic::And)),
            Op::Or => self.lower_bits(site, BitOp::Logic(Logic::Or)),
            Op::Xor => self.lower_bits(site, BitOp::Logic(Logic::Xor)),
            Op::Nand => self.lower_bits(site, BitOp::Logic(Logic::Nand)),
            Op::Nor => self.lower_bits(site, BitOp::Logic(Logic::Nor)),
            Op::AndReduce => self.lower_bits(site, BitOp::Reduction(Reduction::AndReduce)),
            Op::OrReduce => self.lower_bits(site, BitOp::Reduction(Reduction::OrReduce)),
            Op::XorReduce => self.lower_bits(site, BitOp::Reduction(Reduction::XorReduce)),
            Op::Add => self.lower_bits(site, BitOp::Add),
            Op::Sub => self.lower_bits(site, BitOp::Sub),
            Op::Umul => self.lower_bits(site, BitOp::Multiply { signed: false }),
            Op::Smul => self.lower_bits(site, BitOp::Multiply { signed: true }),
            Op::Umulp => self.lower_partial_product(site, false),
            Op::Smulp => self.lower_partial_product(site, true),
            Op::Udiv => self.lower_bits(site, BitOp::Divide { signed: false, part: Part::Quotient }),
            Op::Umod => self.lower_bits(site, BitOp::Divide { signed: false, part: Part::Remainder }),
            Op::Sdiv => self.lower_bits(site, BitOp::Divide { signed: true, part: Part::Quotient }),
            Op::Smod => self.lower_bits(site, BitOp::Divide { signed: true, part: Part::Remainder }),
            Op::Eq => Ok(Lowered::bool(self.equal_operands(site)?)),
            Op::Ne => {
                let equal = self.equal_operands(site)?;
                Ok(Lowered::Bits(self.not(&Bv::bool(equal))))
            }
            Op::Ult => self.lower_bits(site, BitOp::Order(Order::Ult)),
            Op::Ule => self.lower_bits(site, BitOp::Order(Order::Ule)),
            Op::Ugt => self.lower_bits(site, BitOp::Order(Order::Ugt)),
            Op::Uge => self.lower_bits(site, BitOp::Order(Order::Uge)),
            Op::Slt => self.lower_bits(site, BitOp::Order(Order::Slt)),
            Op::Sle => self.lower_bits(site, BitOp::Order(Order::Sle)),
            Op::Sgt => self.lower_bits(site, BitOp::Order(Order::Sgt)),
            Op::Sge => self.lower_bits(site, BitOp::Order(Order::Sge)),
            Op::Shll => self.lower_bits(site, BitOp::Shift(Shift::Shll)),
            Op::Shrl => self.lower_bits(site, BitOp::Shift(Shift::Shrl)),
            Op::Shra => self.lower_bits(site, BitOp::Shift(Shift::Shra)),
            Op::ZeroExt => self.lower_bits(site, BitOp::ZeroExt),
            Op::SignExt => self.lower_bits(site, BitOp::SignExt),
            Op::BitSlice { start } => self.lower_bits(site, BitOp::BitSlice { start: *start }),
            Op::DynamicBitSlice => self.lower_bits(site, BitOp::DynamicBitSlice),
            Op::BitSliceUpdate => self.lower_bits(site, BitOp::BitSliceUpdate),
            Op::Concat => self.lower_bits(site, BitOp::Concat),
            Op::OneHot { lsb_prio } => self.lower_bits(site, BitOp::OneHot { lsb_prio: *lsb_prio }),
            Op::Encode => self.lower_bits(site, BitOp::Encode),
            Op::Decode => self.lower_bits(site, BitOp::Decode),
            Op::Sel { has_default } => self.lower_sel(site, *has_default),
            Op::OneHotSel => self.lower_one_hot_sel(site),
            Op::PrioritySel => self.lower_priority_sel(site),
            Op::Gate => self.lower_gate(site),
            Op::Tuple | Op::Array => self.lower_make_aggregate(site),
            Op::TupleIndex { index } => self.lower_tuple_index(site, *index),
            Op::ArrayIndex { .. } => self.lower_array_index(site),
            Op::ArrayUpdate { .. } => self.lower_array_update(site),
            Op::ArraySlice => self.lower_array_slice(site),
            Op::ArrayConcat => self.lower_array_concat(site),
            Op::Invoke { to_apply } => self.lower_invoke(site, *to_apply),
            Op::Map { to_apply } => self.lower_map(site, *to_apply),
            Op::CountedFor { trip_count, stride, body } => self.lower_counted_for(site, *trip_count, *stride, *body),
            Op::DynamicCountedFor { body } => self.lower_dynamic_counted_for(site, *body),
            Op::AfterAll | Op::MinDelay { .. } => Ok(Lowered::unit()),
            Op::Assert { message, .. } => self.lower_assert(site, message),
            Op::Trace { verbosity, .. } => self.lower_trace(site, *verbosity),
            Op::Cover { label } => self.lower_cover(site, label),
        }
    }

    /// Whether the two operands are equal.
    fn equal_operands(&mut self, site: &Site<'p>) -> Result<Value, Fault> {
        self.equal_values(site.operand_type(0), &site.operands[0], &site.operands[1])
    }

    /// An operation on bit vectors: in SSA values, unless one of the vectors is too wide or only words in memory have code.
    fn lower_bits(&mut self, site: &Site<'p>, op: BitOp) -> Result<Lowered, Fault> {
        let is_wide = |ty: &Type| matches!(ty, Type::Bits(width) if *width > SSA_BITS_MAX);
        let any_wide = is_wide(&site.node.ty) || site.node.operands.iter().any(|&o| is_wide(&site.function.node(o).ty));
        if !any_wide {
            if let Some(bits) = self.lower_in_ssa_values(site, op)? {
                return Ok(Lowered::Bits(bits));
            }
        }
        self.lower_wide(site, op)
    }

    /// An operation on bit vectors in SSA values; `None` if only [`FnCtx::lower_wide`] lowers it.
    fn lower_in_ssa_values(&mut self, site: &Site<'p>, op: BitOp) -> Result<Option<Bv>, Fault> {
        let width = site.width();
        Ok(Some(match op {
            BitOp::Not => self.not(site.bits(0)?),
            BitOp::Neg => self.neg(site.bits(0)?),
            BitOp::Reverse => self.reverse(site.bits(0)?),
            BitOp::Logic(logic) => self.logic(site, logic)?,
            BitOp::Reduction(Reduction::AndReduce) => self.and_reduce(site.bits(0)?),
            BitOp::Reduction(Reduction::OrReduce) => self.or_reduce(site.bits(0)?),
            BitOp::Reduction(Reduction::XorReduce) => self.xor_reduce(site.bits(0)?),
            BitOp::Add => self.add(site.bits(0)?, site.bits(1)?),
            BitOp::Sub => self.sub(site.bits(0)?, site.bits(1)?),
            BitOp::Multiply { signed } => {
                let x = self.multiplicand(site.bits(0)?, width, signed);
                let y = self.multiplicand(site.bits(1)?, width, signed);
                return Ok(self.multiply(&x, &y, width));
            }
            // Divisions in SSA values are lowered together with those that share their code (`lower_divide`).
            BitOp::Divide { .. } => return Ok(None),
            BitOp::Order(order) => self.order(site, order)?,
            BitOp::Shift(Shift::Shll) => self.shift(Direction::Left, site)?,
            BitOp::Shift(Shift::Shrl) => self.shift(Direction::Right, site)?,
            BitOp::Shift(Shift::Shra) => match self.shift_arithmetic(site.bits(0)?, site.bits(1)?) {
                Some(shifted) => shifted,
                None => self.shift_limbs_arithmetic(site.bits(0)?, site.bits(1)?)?,
            },
            BitOp::ZeroExt => self.zero_extend(site.bits(0)?, width),
            BitOp::SignExt => self.sign_extend(site.bits(0)?, width),
            BitOp::BitSlice { start } => self.extract(site.bits(0)?, start, width),
            BitOp::DynamicBitSlice => match self.dynamic_bit_slice(site.bits(0)?, site.bits(1)?, width) {
                Some(slice) => slice,
                None => self.slice_limbs(site.bits(0)?, site.bits(1)?, width)?,
            },
            BitOp::BitSliceUpdate => match self.bit_slice_update(site.bits(0)?, site.bits(1)?, site.bits(2)?) {
                Some(updated) => updated,
                None => self.update_limbs(site.bits(0)?, site.bits(1)?, site.bits(2)?)?,
            },
            BitOp::Concat => {
                let parts = (0..site.operands.len()).map(|i| site.bits(i).cloned()).collect::<Result<Vec<_>, _>>()?;
                self.join(&parts)
            }
            BitOp::OneHot { lsb_prio } => match self.one_hot(site.bits(0)?, lsb_prio) {
                Some(hot) => hot,
                None => {
                    let x = site.bits(0)?;
                    let hot = self.one_hot_limbs(x, lsb_prio);
                    if x.width <= 64 {
                        hot.one_hot_of(x, lsb_prio)
                    } else {
                        hot
                    }
                }
            },
            BitOp::Encode => {
                let x = site.bits(0)?;
                match self.encode_one_hot(x, width).or_else(|| self.encode(x, width)) {
                    Some(index) => index,
                    None => self.encode_limbs(x, width),
                }
            }
            BitOp::Decode => {
                let x = site.bits(0)?;
                self.decode(x, width).unwrap_or_else(|| self.decode_limbs(x, width))
            }
        }))
    }

    fn logic(&mut self, site: &Site<'p>, logic: Logic) -> Result<Bv, Fault> {
        let (op, invert) = match logic {
            Logic::And => (Bitwise::And, false),
            Logic::Or => (Bitwise::Or, false),
            Logic::Xor => (Bitwise::Xor, false),
            Logic::Nand => (Bitwise::And, true),
            Logic::Nor => (Bitwise::Or, true),
        };
        let operands = (0..site.operands.len()).map(|i| site.bits(i).cloned()).collect::<Result<Vec<_>, _>>()?;
        let all = self.combine(operands, Bv::first, |ctx, x, y| ctx.bitwise(op, &x, &y));
        let all = all.ok_or_else(|| site.fault("operation without operands"))?;
        Ok(if invert { self.not(&all) } else { all })
    }

    fn shift(&mut self, direction: Direction, site: &Site<'p>) -> Result<Bv, Fault> {
        let (x, amount) = (site.bits(0)?, site.bits(1)?);
        match self.shift_logical(direction, x, amount) {
            Some(shifted) => Ok(shifted),
            None => self.shift_limbs_logical(direction, x, amount),
        }
    }

    fn order(&mut self, site: &Site<'p>, order: Order) -> Result<Bv, Fault> {
        let condition = match order {
            Order::Ult => IntCC::UnsignedLessThan,
            Order::Ule => IntCC::UnsignedLessThanOrEqual,
            Order::Ugt => IntCC::UnsignedGreaterThan,
            Order::Uge => IntCC::UnsignedGreaterThanOrEqual,
            Order::Slt => IntCC::SignedLessThan,
            Order::Sle => IntCC::SignedLessThanOrEqual,
            Order::Sgt => IntCC::SignedGreaterThan,
            Order::Sge => IntCC::SignedGreaterThanOrEqual,
        };
        Ok(Bv::bool(self.compare(condition, site.bits(0)?, site.bits(1)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::analyse;
    use crate::entry::{begin, frame_on_stack};
    use crate::program::Program;
    use cranelift_frontend::FunctionBuilderContext;
    use xls_aot_backend::{Cpu, Target};
    use xls_aot_ir::read_package;
    use xls_aot_opt::{CodePlan, OptLevel};

    /// Lowers a function that adds 600 bits, in a frame where a value of `needed` bytes is needed that nothing refers to.
    fn lower_beside(needed: Option<u64>) -> Result<Lowered, Fault> {
        let ir = "package p\ntop fn f(x: bits[600]) -> bits[600] {\n  ret sum: bits[600] = add(x, x)\n}\n";
        let package = read_package("p.ir", ir.as_bytes()).unwrap();
        let top = FuncId::new(0);
        let target = Target::X86_64Linux;
        let plan = CodePlan::of(&package, &[top], OptLevel::None);
        let mut program =
            Program::new(&package, analyse(&package), plan, target, Cpu::default_of(target), true).unwrap();
        let index = program.declare(crate::entry::xls_signature(program.call_conv()));
        let mut code = program.new_function(index);
        let mut context = FunctionBuilderContext::new();
        let (mut b, parameters) = begin(&mut code, &mut context);
        let (_, frame_base) = frame_on_stack(&mut b);
        let mut ctx = FnCtx::new(b, &mut program, frame_base, None);
        if let Some(bytes) = needed {
            let lost = ctx.allocate(bytes)?.into_value();
            ctx.needed(&Lowered::Mem(lost));
        }
        let argument = Lowered::Mem(crate::ownership::MemRef::constant(parameters[0], 0));
        ctx.lower_body(top, vec![argument], Wanted::Anywhere)
    }

    #[test]
    fn writing_what_is_needed_is_an_error_that_names_the_node() {
        assert!(lower_beside(None).is_ok());
        let Err(Fault::Internal(what)) = lower_beside(Some(16)) else { panic!("the write was not found") };
        assert_eq!(
            what,
            "bytes 0..128 of the frame are a new buffer while a value in bytes 0..16 is still needed, \
             in node sum of function f"
        );
    }
}
