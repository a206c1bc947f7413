//! The `direct` entry point: the platform's C convention on the wrapper's own types.
//!
//! Scalars (bits types up to 128 bits) are passed by value, everything else by reference; tokens are not passed. The
//! result is returned by value: up to 16 bytes in registers, above through the hidden result pointer. The entry point
//! exists only if all of this fits the argument and result registers of every platform, and the function needs neither events
//! nor scratch. Then `xls` only calls `direct`, or contains its code if that is light (`entry_copy`).

use cranelift_codegen::ir::{
    types, AbiParam, ArgumentPurpose, Function as Code, InstBuilder, Signature, Type as ClifType, UserFuncName, Value,
};
use cranelift_frontend::FunctionBuilderContext;
use xls_aot_backend::Target;
use xls_aot_ir::{FuncId, Function, Type};
use xls_aot_runtime::abi;

use crate::entry::{begin, frame_on_stack, xls_signature, STACK_FRAME_MAX};
use crate::entry_copy::{become_xls, Field, Stores};
use crate::function::{scalar_flags, unaligned_flags, FnCtx};
use crate::layouts::Layouts;
use crate::ownership::{MemRef, Part, Writable};
use crate::program::{Program, FUNCTION_NAMESPACE};
use crate::repr::{in_memory, shape_of};
use crate::result_place::{ResultPlaces, Wanted};
use crate::value::{carrier, carrier_bits, Bv, Lowered};
use crate::Fault;

/// Words that are passed in registers: x86-64 has six for arguments.
const ARGUMENT_WORDS_MAX: usize = 6;

/// Widest bits type passed by value.
const SCALAR_BITS_MAX: u32 = 128;

/// How a parameter is passed.
#[derive(Clone, Copy)]
pub(crate) enum Passed {
    /// It is not passed.
    Token,
    /// One value of the given type.
    Scalar(ClifType),
    /// Two 64-bit words.
    Pair,
    /// The address of its layout in memory.
    Reference,
}

/// How the result is returned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returned {
    /// It has no bytes, so nothing is returned.
    Nothing,
    /// One value, zero-extended to the given type.
    Scalar(ClifType),
    /// The words of its layout in memory: one or two.
    Words(u64),
    /// Through the hidden pointer.
    Hidden,
}

pub(crate) fn passed(ty: &Type) -> Passed {
    match ty {
        Type::Token => Passed::Token,
        Type::Bits(width) if *width <= 64 => Passed::Scalar(match abi::bits_size(*width) {
            1 => types::I8,
            2 => types::I16,
            4 => types::I32,
            _ => types::I64,
        }),
        Type::Bits(width) if *width <= SCALAR_BITS_MAX => Passed::Pair,
        Type::Bits(_) | Type::Tuple(_) | Type::Array(_) => Passed::Reference,
    }
}

fn returned(layouts: &Layouts, ty: &Type) -> Result<Returned, Fault> {
    Ok(match (ty, layouts.size_of(ty)?) {
        (Type::Bits(width), _) if *width <= 32 => Returned::Scalar(types::I32),
        (Type::Bits(width), _) if *width <= 64 => Returned::Scalar(types::I64),
        (_, 0) => Returned::Nothing,
        (_, size) if size <= 16 => Returned::Words(size.div_ceil(8)),
        _ => Returned::Hidden,
    })
}

/// The signature; `None` if a parameter or the result would not be passed in registers.
fn signature(program: &Program<'_>, function: &Function, target: Target) -> Result<Option<Signature>, Fault> {
    let mut signature = Signature::new(program.call_conv());
    let mut words = 0;
    match returned(&program.layouts, &function.return_type)? {
        Returned::Nothing => {}
        Returned::Scalar(ty) => signature.returns.push(AbiParam::new(ty)),
        Returned::Words(count) => signature.returns.extend((0..count).map(|_| AbiParam::new(types::I64))),
        Returned::Hidden => {
            signature.params.push(AbiParam::special(types::I64, ArgumentPurpose::StructReturn));
            // On x86-64 the pointer takes an argument register.
            words += usize::from(matches!(target, Target::X86_64Linux | Target::X86_64Macos));
        }
    }
    for &param in &function.params {
        match passed(&function.node(param).ty) {
            Passed::Token => {}
            Passed::Scalar(ty) => {
                signature.params.push(AbiParam::new(ty));
                words += 1;
            }
            Passed::Pair => {
                // Some 64-bit Arm platforms start pairs at even registers only.
                if words % 2 == 1 && matches!(target, Target::Aarch64Linux | Target::Aarch64Macos) {
                    return Ok(None);
                }
                signature.params.extend([AbiParam::new(types::I64); 2]);
                words += 2;
            }
            Passed::Reference => {
                signature.params.push(AbiParam::new(types::I64));
                words += 1;
            }
        }
    }
    Ok((words <= ARGUMENT_WORDS_MAX).then_some(signature))
}

/// Whether the result of a function is made by its last node from elements in registers, and no other node uses it.
fn is_only_returned(function: &Function) -> bool {
    let is_ret = |operand: &xls_aot_ir::NodeId| *operand == function.ret;
    !function.nodes.iter().any(|node| node.operands.iter().any(is_ret))
}

/// A compiled `direct` entry point.
pub(crate) struct Direct {
    /// Its index in the program.
    pub index: u32,
    /// Its optimised code, if that was to be kept and is in one piece.
    pub code: Option<Code>,
    /// How it returns the result.
    pub returned: Returned,
}

/// Compiles `top` as `direct` entry point; `None` if the function cannot have one.
pub(crate) fn define_direct(program: &mut Program<'_>, top: FuncId, keeps_code: bool) -> Result<Option<Direct>, Fault> {
    let package = program.package;
    let function = package.function(top);
    if program.info[top.index()].effects {
        return Ok(None);
    }
    let Some(signature) = signature(program, function, program.target())? else { return Ok(None) };
    let mut code = program.tentative_function(signature.clone());
    let mut context = FunctionBuilderContext::new();
    let config = program.frontend_config();
    let (mut b, parameters) = begin(&mut code, &mut context);
    let (slot, frame_base) = frame_on_stack(&mut b);
    let mut ctx = FnCtx::new(b, program, frame_base, None);
    let mut parameters = parameters.into_iter();
    let missing = || Fault::Internal("entry point with too few parameters".to_owned());
    let returned = returned(&ctx.program.layouts, &function.return_type)?;
    let hidden = if returned == Returned::Hidden { Some(parameters.next().ok_or_else(missing)?) } else { None };
    let mut arguments = Vec::with_capacity(function.params.len());
    for &param in &function.params {
        let ty = &function.node(param).ty;
        arguments.push(ctx.argument(ty, &mut || parameters.next().ok_or_else(missing))?);
    }
    let ty = &function.return_type;
    let places = hidden.map(|hidden| ctx.result_places(ty, hidden)).transpose()?;
    let wanted = match (&places, returned) {
        (Some(places), _) => places.wanted.clone(),
        (None, Returned::Words(_)) if in_memory(ty) && is_only_returned(function) => Wanted::List,
        (None, _) => Wanted::Anywhere,
    };
    let result = ctx.lower_entry(top, arguments, wanted)?;
    let values = ctx.result_values(result, ty, returned, places)?;
    ctx.b.ins().return_(&values);
    let size = ctx.frame_size(&function.name)?;
    if size > STACK_FRAME_MAX {
        return Ok(None);
    }
    ctx.b.func.sized_stack_slots[slot].size = size as u32;
    ctx.b.seal_all_blocks();
    ctx.b.finalize(config);
    let index = program.declare(signature);
    let code = program.define_after(index, code, |code| keeps_code.then(|| code.clone()))?.flatten();
    Ok(Some(Direct { index, code, returned }))
}

/// The `xls` entry point with a copy of the optimised code of `direct`; `None` if it is better lowered on its own.
pub(crate) fn define_copy(
    program: &mut Program<'_>,
    top: FuncId,
    mut code: Code,
    returned: Returned,
) -> Result<Option<u32>, Fault> {
    let function = program.package.function(top);
    let mut fields = Vec::new();
    if let Returned::Scalar(_) | Returned::Words(_) = returned {
        add_fields(&program.layouts, &function.return_type, 0, &mut fields)?;
    }
    let Some(stores) = Stores::of(&code, returned, &fields) else { return Ok(None) };
    let signature = xls_signature(program.call_conv());
    let index = program.declare(signature.clone());
    code.name = UserFuncName::user(FUNCTION_NAMESPACE, index);
    code.signature = signature;
    become_xls(&mut code, function, returned, stores)?;
    program.define_optimised(index, code)?;
    Ok(Some(index))
}

/// Adds the numbers in a value of type `ty` at the byte `at`; wide ones in words.
fn add_fields(layouts: &Layouts, ty: &Type, at: u64, fields: &mut Vec<Field>) -> Result<(), Fault> {
    match ty {
        Type::Token => {}
        Type::Bits(width) if *width <= 64 => fields.push(Field { at, bytes: abi::bits_size(*width) }),
        Type::Bits(_) => fields.extend((0..layouts.size_of(ty)?).step_by(8).map(|i| Field { at: at + i, bytes: 8 })),
        Type::Tuple(elements) => {
            for (element, &offset) in elements.iter().zip(&*layouts.tuple_offsets(elements)?) {
                add_fields(layouts, element, at + offset, fields)?;
            }
        }
        Type::Array(array) => {
            let stride = layouts.size_of(&array.element)?;
            for i in 0..array.len {
                add_fields(layouts, &array.element, at + i * stride, fields)?;
            }
        }
    }
    Ok(())
}

/// The `xls` entry point that calls `direct`.
pub(crate) fn define_shim(program: &mut Program<'_>, top: FuncId, direct: u32) -> Result<u32, Fault> {
    let package = program.package;
    let function = package.function(top);
    let index = program.declare(xls_signature(program.call_conv()));
    let mut code = program.new_function(index);
    let mut context = FunctionBuilderContext::new();
    let config = program.frontend_config();
    let (b, parameters) = begin(&mut code, &mut context);
    let [inputs, outputs, temp, ..] = parameters.as_slice() else {
        return Err(Fault::Internal("entry point without its parameters".to_owned()));
    };
    let mut ctx = FnCtx::new(b, program, *temp, None);
    let output = ctx.b.ins().load(types::I64, scalar_flags(), *outputs, 0);
    let returned = returned(&ctx.program.layouts, &function.return_type)?;
    let mut values = Vec::new();
    if returned == Returned::Hidden {
        values.push(output);
    }
    for (i, &param) in function.params.iter().enumerate() {
        let (base, offset) = ctx.address_parts(&MemRef::foreign(*inputs, 0), 8 * i as u64);
        let address = ctx.b.ins().load(types::I64, scalar_flags(), base, offset);
        match passed(&function.node(param).ty) {
            Passed::Token => {}
            Passed::Scalar(ty) => values.push(ctx.b.ins().load(ty, scalar_flags(), address, 0)),
            Passed::Pair => {
                values.push(ctx.b.ins().load(types::I64, scalar_flags(), address, 0));
                values.push(ctx.b.ins().load(types::I64, scalar_flags(), address, 8));
            }
            Passed::Reference => values.push(address),
        }
    }
    let callee = ctx.function_ref(direct);
    let call = ctx.b.ins().call(callee, &values);
    let results = ctx.b.inst_results(call).to_vec();
    let size = ctx.size_of(&function.return_type)?;
    ctx.store_words(&results, &Writable::result_of_caller(output).whole(), size, returned);
    let zero = ctx.imm(types::I64, 0);
    ctx.b.ins().return_(&[zero]);
    ctx.b.seal_all_blocks();
    ctx.b.finalize(config);
    program.define(index, code)?;
    Ok(index)
}

impl FnCtx<'_, '_> {
    fn argument(&mut self, ty: &Type, next: &mut impl FnMut() -> Result<Value, Fault>) -> Result<Lowered, Fault> {
        let width = ty.bit_count().unwrap_or(0);
        Ok(match passed(ty) {
            Passed::Token => Lowered::unit(),
            Passed::Scalar(_) => {
                let value = next()?;
                let value = self.convert(value, carrier(width));
                Lowered::Bits(Bv::one(width, value, width.min(carrier_bits(width))))
            }
            Passed::Pair => {
                let limbs = vec![next()?, next()?];
                Lowered::Bits(Bv::from_limbs(width, limbs, width))
            }
            Passed::Reference => {
                let address = next()?;
                self.load(ty, &MemRef::constant(address, 0))?
            }
        })
    }

    fn result_values(
        &mut self,
        result: Lowered,
        ty: &Type,
        returned: Returned,
        places: Option<ResultPlaces>,
    ) -> Result<Vec<Value>, Fault> {
        match (returned, &result, places) {
            (Returned::Nothing, ..) => Ok(Vec::new()),
            (Returned::Scalar(carrier), Lowered::Bits(bv), _) => {
                let bv = self.clean(bv);
                Ok(vec![self.convert(bv.first(), carrier)])
            }
            (Returned::Words(_), Lowered::Bits(bv), _) => Ok(self.clean(bv).limbs().to_vec()),
            (Returned::Words(count), Lowered::Agg(parts), _)
                if !shape_of(ty).has_memory || parts.iter().all(|part| matches!(part, Lowered::Bits(_))) =>
            {
                // Put together in registers: reading back bytes just written one by one would stall.
                if let Type::Array(array) = ty {
                    let size = self.size_of(&array.element)?;
                    if let Some(words) = self.words_of_lanes(parts, size).filter(|words| words.len() as u64 == count) {
                        return Ok(words);
                    }
                }
                let mut words = vec![None; count as usize];
                self.pack(&result, ty, 0, &mut words)?;
                Ok(words.into_iter().map(|word| word.unwrap_or_else(|| self.imm(types::I64, 0))).collect())
            }
            (Returned::Words(count), ..) => {
                let place = self.allocate(8 * count)?;
                self.zero_bytes(&place.whole(), 8 * count);
                self.store(&result, ty, &place.whole())?;
                Ok((0..count).map(|i| self.load_word(place.written(), 8 * i)).collect())
            }
            (Returned::Hidden, _, Some(places)) => {
                self.store_result(result, ty, places)?;
                Ok(Vec::new())
            }
            _ => Err(Fault::Internal(format!("result of type {ty} is not of its form"))),
        }
    }

    /// Ors the bytes of a value at `offset` into words.
    fn pack(&mut self, value: &Lowered, ty: &Type, offset: u64, words: &mut [Option<Value>]) -> Result<(), Fault> {
        match (value, ty) {
            (Lowered::Bits(bv), _) => {
                let bv = self.clean(bv);
                for i in 0..bv.limbs().len() {
                    let at = offset + 8 * i as u64;
                    let word = self.word(&bv, i);
                    if self.const_of(word) == Some(0) {
                        continue;
                    }
                    let word = self.b.ins().ishl_imm_u(word, 8 * (at % 8) as i64);
                    let place = &mut words[(at / 8) as usize];
                    *place = Some(match *place {
                        Some(old) => self.b.ins().bor(old, word),
                        None => word,
                    });
                }
            }
            (Lowered::Agg(parts), Type::Tuple(elements)) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                for ((part, element), &at) in parts.iter().zip(elements.iter()).zip(&*offsets) {
                    self.pack(part, element, offset + at, words)?;
                }
            }
            (Lowered::Agg(parts), Type::Array(array)) => {
                let stride = self.size_of(&array.element)?;
                for (i, part) in parts.iter().enumerate() {
                    self.pack(part, &array.element, offset + i as u64 * stride, words)?;
                }
            }
            (Lowered::Agg(_), Type::Token | Type::Bits(_)) => {}
            (Lowered::Mem(_), _) => return Err(Fault::Internal(format!("value of type {ty} is not in registers"))),
        }
        Ok(())
    }

    /// Stores the first `size` bytes of returned registers.
    fn store_words(&mut self, words: &[Value], to: &Part<'_>, size: u64, returned: Returned) {
        if !matches!(returned, Returned::Scalar(_) | Returned::Words(_)) {
            return;
        }
        for (i, &word) in words.iter().enumerate() {
            let at = 8 * i as u64;
            let mut rest = word;
            let mut left = (size - at).min(8);
            let mut offset = at;
            for (ty, step) in [(types::I64, 8), (types::I32, 4), (types::I16, 2), (types::I8, 1)] {
                while left >= step {
                    let part = self.convert(rest, ty);
                    let (base, displacement) = self.address_parts_to_write(to, offset, step);
                    self.b.ins().store(unaligned_flags(), part, base, displacement);
                    left -= step;
                    offset += step;
                    if left > 0 {
                        rest = self.b.ins().ushr_imm_u(rest, 8 * step as i64);
                    }
                }
            }
        }
    }
}
