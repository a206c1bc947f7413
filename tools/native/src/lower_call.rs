//! `invoke` and `map`; calls of functions that are compiled on their own.
//!
//! # Convention of local functions
//!
//! Parameters: the frame that the caller provides; the address of the result unless that is one carrier or nothing;
//! context and event sink if the function can record events; then the arguments. An argument of few leaves is passed
//! as those leaves (carriers, and addresses of leaves in memory), any other as the address of its ABI layout.

use cranelift_codegen::ir::{types, AbiParam, InstBuilder, Signature, Type as ClifType, Value};
use cranelift_codegen::isa::CallConv;
use xls_aot_ir::{FuncId, Function, Op, Type};

use crate::function::{Environment, FnCtx};
use crate::lower_select::element_type;
use crate::node::Site;
use crate::ownership::{MemRef, Writable};
use crate::repr::{in_memory, layout, shape_of};
use crate::result_place::Wanted;
use crate::value::{carrier, limb_count, Bv, Lowered};
use crate::Fault;

/// Most leaves of an argument that is passed by its leaves.
const ARGUMENT_LEAVES_MAX: u64 = 8;

/// How a result is returned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Returned {
    /// It has no leaves.
    Nothing,
    /// As the return value.
    Value(ClifType),
    /// Through an address that the caller provides.
    Memory,
}

/// How results of a type are returned.
pub(crate) fn returned(ty: &Type) -> Returned {
    match ty {
        Type::Bits(width) if *width <= 64 => Returned::Value(carrier(*width)),
        Type::Bits(_) | Type::Tuple(_) | Type::Array(_) | Type::Token if shape_of(ty).leaves == 0 => Returned::Nothing,
        Type::Bits(_) | Type::Tuple(_) | Type::Array(_) | Type::Token => Returned::Memory,
    }
}

/// Types of the leaves of a value that is passed by them; `None` if it is passed by address.
pub(crate) fn argument_leaves(ty: &Type) -> Option<Vec<ClifType>> {
    fn collect(ty: &Type, leaves: &mut Vec<ClifType>) {
        if in_memory(ty) {
            leaves.push(types::I64);
            return;
        }
        match ty {
            Type::Bits(width) => leaves.extend(vec![carrier(*width); limb_count(*width)]),
            Type::Token => {}
            Type::Tuple(elements) => elements.iter().for_each(|element| collect(element, leaves)),
            Type::Array(array) => (0..array.len).for_each(|_| collect(&array.element, leaves)),
        }
    }
    if shape_of(ty).leaves > ARGUMENT_LEAVES_MAX {
        return None;
    }
    let mut leaves = Vec::new();
    collect(ty, &mut leaves);
    Some(leaves)
}

/// The signature of a function that is compiled separately.
pub(crate) fn local_signature(function: &Function, effects: bool, call_conv: CallConv) -> Signature {
    let mut signature = Signature::new(call_conv);
    signature.params.push(AbiParam::new(types::I64));
    match returned(&function.return_type) {
        Returned::Nothing => {}
        Returned::Value(ty) => signature.returns.push(AbiParam::new(ty)),
        Returned::Memory => signature.params.push(AbiParam::new(types::I64)),
    }
    if effects {
        signature.params.extend([AbiParam::new(types::I64); 2]);
    }
    for &param in &function.params {
        let leaves = argument_leaves(&function.node(param).ty).unwrap_or_else(|| vec![types::I64]);
        signature.params.extend(leaves.into_iter().map(AbiParam::new));
    }
    signature
}

impl<'p> FnCtx<'_, 'p> {
    /// Applies a function, which owns the arguments. The result is where it is `wanted`, or elsewhere.
    pub fn apply(&mut self, id: FuncId, arguments: Vec<Lowered>, wanted: Wanted) -> Result<Lowered, Fault> {
        if self.program.plan.is_in_place(id) {
            return self.lower_body(id, arguments, wanted);
        }
        let package = self.program.package;
        let function = package.function(id);
        let local =
            *self.program.local_functions.get(&id).ok_or_else(|| {
                Fault::Internal(format!("function {} is called before it is compiled", function.name))
            })?;
        let frame = self.allocate(local.frame_size)?;
        arguments.iter().for_each(|argument| self.needed(argument));
        let mut values = vec![self.address_to_write(&frame.whole(), local.frame_size).address()];
        let mut passed = Vec::new();
        let returned = returned(&function.return_type);
        let mut result_place = None;
        if returned == Returned::Memory {
            let size = self.size_of(&function.return_type)?;
            let place = self.allocate_wanted(&wanted, size)?;
            values.push(self.address_to_write(&place.whole(), size).address());
            result_place = Some(place);
        }
        if self.program.info[id.index()].effects {
            let Some(Environment { context, events }) = self.env else {
                return Err(Fault::Internal(format!("no events in the caller of {}", function.name)));
            };
            values.extend([context, events]);
        }
        for (argument, &param) in arguments.iter().zip(&function.params) {
            let ty = &function.node(param).ty;
            match argument_leaves(ty) {
                Some(_) => self.flatten(argument, &mut values),
                None => {
                    let place = self.in_memory(argument, ty)?;
                    values.push(self.address(&place));
                    passed.push(place);
                }
            }
        }
        let callee = self.function_ref(local.index);
        let call = self.b.ins().call(callee, &values);
        let first = self.b.inst_results(call).first().copied();
        arguments.iter().for_each(|argument| self.no_longer_needed(argument));
        drop((frame, passed, arguments));
        match (returned, result_place, first) {
            (Returned::Memory, Some(place), _) => self.load(&function.return_type, &place.into_value()),
            (Returned::Value(_), _, Some(value)) => {
                let width = function.return_type.bit_count().unwrap_or(0);
                Ok(Lowered::Bits(Bv::one(width, value, width)))
            }
            _ => self.zero_value(&function.return_type),
        }
    }

    /// The leaves of a value: clean carriers, addresses of places in memory.
    pub fn flatten(&mut self, value: &Lowered, leaves: &mut Vec<Value>) {
        match value {
            Lowered::Bits(bv) => {
                let bv = self.clean(bv);
                leaves.extend_from_slice(bv.limbs());
            }
            Lowered::Mem(place) => leaves.push(self.address(place)),
            Lowered::Agg(parts) => parts.iter().for_each(|part| self.flatten(part, leaves)),
        }
    }

    /// The opposite of [`FnCtx::flatten`] for a value of another function: places are foreign memory.
    pub fn unflatten(&mut self, ty: &Type, leaves: &mut impl Iterator<Item = Value>) -> Result<Lowered, Fault> {
        let missing = || Fault::Internal(format!("value of type {ty} has too few leaves"));
        if in_memory(ty) {
            return Ok(Lowered::Mem(MemRef::constant(leaves.next().ok_or_else(missing)?, 0)));
        }
        Ok(match ty {
            Type::Bits(width) => {
                let limbs: Vec<_> = leaves.take(limb_count(*width)).collect();
                if limbs.len() != limb_count(*width) {
                    return Err(missing());
                }
                Lowered::Bits(Bv::from_limbs(*width, limbs, *width))
            }
            Type::Token => Lowered::unit(),
            Type::Tuple(elements) => {
                let mut parts = Vec::with_capacity(elements.len());
                for element in elements.iter() {
                    parts.push(self.unflatten(element, leaves)?);
                }
                Lowered::Agg(parts.into())
            }
            Type::Array(array) => {
                let mut parts = Vec::with_capacity(array.len as usize);
                for _ in 0..array.len {
                    parts.push(self.unflatten(&array.element, leaves)?);
                }
                Lowered::Agg(parts.into())
            }
        })
    }

    /// `invoke`.
    pub fn lower_invoke(&mut self, site: &mut Site<'p>, callee: FuncId) -> Result<Lowered, Fault> {
        let arguments = self.take_operands(site, 0);
        let wanted = self.wanted.of_callee();
        self.apply(callee, arguments, wanted)
    }

    /// `map`: element by element, in order.
    pub fn lower_map(&mut self, site: &Site<'p>, callee: FuncId) -> Result<Lowered, Fault> {
        let (source_ty, ty) = (site.operand_type(0), &site.node.ty);
        let Type::Array(source) = source_ty else { return Err(site.fault("operand is not an array")) };
        let (from_ty, to_ty) = (element_type(source_ty, 0)?, element_type(ty, 0)?);
        let unroll = self.program.plan.is_written_out(callee, source.len);
        if let (Lowered::Agg(parts), false, true) = (&site.operands[0], in_memory(ty), unroll || source.len == 0) {
            let mut mapped = Vec::with_capacity(parts.len());
            for part in parts.iter() {
                mapped.push(self.apply(callee, vec![part.clone()], Wanted::Anywhere)?);
            }
            return Ok(Lowered::Agg(mapped.into()));
        }
        let from = self.in_memory(&site.operands[0], source_ty)?;
        let to = self.allocate_result(self.size_of(ty)?)?;
        let (from_stride, to_stride) = (self.size_of(from_ty)?, layout(to_ty)?.size);
        if unroll {
            for i in 0..source.len {
                let element = self.load(from_ty, &from.at(i * from_stride))?;
                let mapped = self.apply_beside(&to, callee, element)?;
                self.store(&mapped, to_ty, &to.part(i * to_stride))?;
            }
        } else {
            let zero = self.imm(types::I64, 0);
            let head = self.b.create_block();
            let done = self.b.create_block();
            let index = self.b.append_block_param(head, types::I64);
            self.b.ins().jump(head, &[zero.into()]);
            self.b.switch_to_block(head);
            let element = self.element_place(&from, index, from_stride);
            let element = self.load(from_ty, &element)?;
            let mapped = self.apply_beside(&to, callee, element)?;
            let target = self.element_part(&to.whole(), index, to_stride);
            self.store(&mapped, to_ty, &target)?;
            drop(mapped);
            let next = self.b.ins().iadd_imm_s(index, 1);
            let more =
                self.b.ins().icmp_imm_u(cranelift_codegen::ir::condcodes::IntCC::NotEqual, next, source.len as i64);
            self.b.ins().brif(more, head, &[next.into()], done, &[]);
            self.b.seal_block(head);
            self.b.seal_block(done);
            self.b.switch_to_block(done);
        }
        drop(from);
        debug_assert!(matches!(site.node.op, Op::Map { .. }));
        self.load(ty, &to.into_value())
    }

    /// Applies a function to one element of a `map`. The results of other elements are in `place` and must not be overwritten.
    fn apply_beside(&mut self, place: &Writable, callee: FuncId, element: Lowered) -> Result<Lowered, Fault> {
        self.owners.needed(place.written());
        let mapped = self.apply(callee, vec![element], Wanted::Anywhere)?;
        self.owners.no_longer_needed(place.written());
        Ok(mapped)
    }
}
