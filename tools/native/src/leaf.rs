//! Removes the frame of functions that do not use it.
//!
//! On x86-64, Cranelift gives each function a frame: it pushes `rbp`, and undoes that before it returns. No setting prevents
//! that. A function that calls nothing and keeps nothing on the stack does not need it, and for a small function these four
//! instructions are a good part of its time. (On 64-bit Arm, Cranelift leaves the frame out by itself.)
//!
//! Invariants: no instruction moves, so everything that counts distances stays true: the instructions of the frame are replaced
//! by others in their places. A function keeps its frame unless all of it is understood.

use cranelift_codegen::ir::{Function, Inst, Opcode, Signature, SourceLoc};
use cranelift_codegen::CompiledCode;
use xls_aot_backend::Target;

/// `push rbp; mov rbp, rsp`
const BEGIN: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];

/// An instruction of four bytes without effect: `nop dword [rax]`.
const NOTHING: [u8; 4] = [0x0f, 0x1f, 0x40, 0x00];

/// `mov rsp, rbp; pop rbp; ret`
const END: [u8; 5] = [0x48, 0x89, 0xec, 0x5d, 0xc3];

/// `ret`, and four times `int3`, which nothing reaches.
const RETURN: [u8; 5] = [0xc3, 0xcc, 0xcc, 0xcc, 0xcc];

/// Parameters that are in registers for certain, if all are integers.
const REGISTER_PARAMETERS: usize = 6;

/// Marks where a function returns. Nothing else in it has a source location. How many places there are.
pub(crate) fn mark_returns(function: &mut Function) -> usize {
    let last = |block| function.layout.last_inst(block);
    let is_return = |inst: &Inst| function.dfg.insts[*inst].opcode() == Opcode::Return;
    let returns: Vec<Inst> = function.layout.blocks().filter_map(last).filter(is_return).collect();
    for &inst in &returns {
        function.set_srcloc(inst, SourceLoc::new(1));
    }
    returns.len()
}

/// The code of a function with `returns` marked returns, without its frame; `None` if it needs the frame.
pub(crate) fn without_frame(
    target: Target,
    signature: &Signature,
    compiled: &CompiledCode,
    returns: usize,
) -> Option<Vec<u8>> {
    if !matches!(target, Target::X86_64Linux | Target::X86_64Macos) {
        return None;
    }
    let buffer = &compiled.buffer;
    // The frame has spilled values, registers that are saved, stack slots, and arguments of calls.
    let is_empty = buffer.frame_layout()?.frame_to_fp_offset == 0;
    // A call needs the alignment of the stack that the frame gives. Parameters on the stack are found from `rbp`.
    let in_registers = signature.params.len() <= REGISTER_PARAMETERS
        && signature.params.iter().all(|parameter| parameter.value_type.is_int());
    if !is_empty || !in_registers || buffer.call_sites().next().is_some() {
        return None;
    }
    let mut bytes = compiled.code_buffer().to_vec();
    replace(&mut bytes, 0, BEGIN, NOTHING)?;
    let marked = || buffer.get_srclocs_sorted().iter().filter(|range| !range.loc.is_default());
    if returns == 0 || marked().count() != returns {
        return None;
    }
    for range in marked() {
        replace(&mut bytes, (range.end as usize).checked_sub(END.len())?, END, RETURN)?;
    }
    Some(bytes)
}

/// Replaces the instructions at an offset, if they are the expected ones.
fn replace<const N: usize>(bytes: &mut [u8], at: usize, expected: [u8; N], new: [u8; N]) -> Option<()> {
    let place = bytes.get_mut(at..at + N)?;
    (*place == expected).then(|| place.copy_from_slice(&new))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::isa::{build, Step};
    use cranelift_codegen::control::ControlPlane;
    use cranelift_codegen::ir::{types, AbiParam, InstBuilder, StackSlotData, StackSlotKind, UserFuncName, Value};
    use cranelift_codegen::Context;
    use cranelift_frontend::{FunctionBuilder, FunctionBuilderContext};
    use xls_aot_backend::Cpu;

    /// The code without a frame of a function of so many parameters; `body` writes it up to the return.
    fn compile(
        target: Target,
        parameters: usize,
        body: impl FnOnce(&mut FunctionBuilder<'_>, &[Value]) -> Value,
    ) -> Option<Vec<u8>> {
        let isa = build(target, Cpu::default_of(target), Step::Generate, true).unwrap();
        let mut signature = Signature::new(isa.default_call_conv());
        signature.params = vec![AbiParam::new(types::I64); parameters];
        signature.returns = vec![AbiParam::new(types::I64)];
        let mut function = Function::with_name_signature(UserFuncName::user(0, 0), signature.clone());
        let mut context = FunctionBuilderContext::new();
        let mut b = FunctionBuilder::new(&mut function, &mut context);
        let block = b.create_block();
        b.append_block_params_for_function_params(block);
        b.switch_to_block(block);
        let values = b.block_params(block).to_vec();
        let result = body(&mut b, &values);
        b.ins().return_(&[result]);
        b.seal_all_blocks();
        b.finalize(isa.frontend_config());
        let returns = mark_returns(&mut function);
        let mut context = Context::for_function(function);
        let compiled = context.compile(&*isa, &mut ControlPlane::default()).unwrap();
        without_frame(target, &signature, compiled, returns)
    }

    /// `first` if the first parameter is 0, and else the last one.
    fn choose(b: &mut FunctionBuilder<'_>, values: &[Value]) -> Value {
        let (zero, other) = (b.create_block(), b.create_block());
        b.ins().brif(values[0], other, &[], zero, &[]);
        b.switch_to_block(zero);
        b.ins().return_(&[values[0]]);
        b.switch_to_block(other);
        values[values.len() - 1]
    }

    #[test]
    fn every_return_loses_its_frame() {
        for target in [Target::X86_64Linux, Target::X86_64Macos] {
            let code = compile(target, 6, choose).unwrap();
            assert_eq!(code[..4], NOTHING);
            assert_eq!(code.windows(RETURN.len()).filter(|bytes| *bytes == RETURN).count(), 2, "{code:x?}");
            assert!(!code.windows(END.len()).any(|bytes| bytes == END), "{code:x?}");
        }
    }

    #[test]
    fn what_needs_the_frame_keeps_it() {
        let target = Target::X86_64Linux;
        // The seventh parameter is on the stack.
        assert_eq!(compile(target, 7, choose), None);
        let calls = |b: &mut FunctionBuilder<'_>, values: &[Value]| {
            let signature = b.func.signature.clone();
            let signature = b.import_signature(signature);
            let call = b.ins().call_indirect(signature, values[0], &[values[0]]);
            b.inst_results(call)[0]
        };
        assert_eq!(compile(target, 1, calls), None);
        let on_stack = |b: &mut FunctionBuilder<'_>, values: &[Value]| {
            let slot = b.create_sized_stack_slot(StackSlotData::new(StackSlotKind::ExplicitSlot, 8, 3));
            b.ins().stack_store(types::I64, values[0], slot, 0);
            b.ins().stack_load(types::I64, types::I64, slot, 0)
        };
        assert_eq!(compile(target, 1, on_stack), None);
        let many_values = |b: &mut FunctionBuilder<'_>, values: &[Value]| {
            let products: Vec<Value> = (3..30).map(|i| b.ins().imul_imm_s(values[0], i)).collect();
            let rotated: Vec<Value> = products.iter().rev().map(|&x| b.ins().rotl(x, values[0])).collect();
            rotated.into_iter().zip(products).fold(values[0], |sum, (x, y)| {
                let mixed = b.ins().bxor(x, y);
                b.ins().iadd(sum, mixed)
            })
        };
        assert_eq!(compile(target, 1, many_values), None);
        // Cranelift itself leaves out what is not needed there.
        assert_eq!(compile(Target::Aarch64Linux, 6, choose), None);
    }
}
