//! Removes from functions that call nothing what they do not need of a frame.
//!
//! On x86-64, Cranelift gives each function a frame: it pushes `rbp`, and undoes that before it returns. No setting prevents
//! that. A function that calls nothing does not need it, and for a small function these four instructions are a good part of its
//! time. (On 64-bit Arm, Cranelift leaves the frame out by itself.) Registers that must be saved are pushed: Cranelift reserves memory
//! for them and stores them there, which takes two instructions more. A function that keeps other values on the stack keeps its frame;
//! with pushed registers it took up to 6 % longer.
//!
//! Invariants: nothing but the first and the last instructions changes, and nothing in between uses the stack pointer. Distances stay
//! true: shorter code stands at the end of the place of that at the begin, and at the begin of the place of that at the end. A function
//! keeps its frame unless all of it is understood.

use cranelift_codegen::gimli::write::CallFrameInstruction;
use cranelift_codegen::gimli::Register;
use cranelift_codegen::ir::{Function, Inst, Opcode, Signature, SourceLoc};
use cranelift_codegen::CompiledCode;
use xls_aot_backend::Target;

/// `push rbp; mov rbp, rsp`
const BEGIN: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];

/// `mov rsp, rbp; pop rbp; ret`
const END: [u8; 5] = [0x48, 0x89, 0xec, 0x5d, 0xc3];

const RETURN: u8 = 0xc3;

/// `int3`, which nothing reaches.
const UNREACHED: u8 = 0xcc;

/// Parameters that are in registers for certain, if all are integers.
const REGISTER_PARAMETERS: usize = 6;

/// The registers that a function saves before it changes them, but `rbp`. Their numbers are those of the debug format, too.
const SAVED: [u8; 5] = [3, 12, 13, 14, 15];

/// Code may be cut off at its begin in multiples of this, so that constants behind it keep their alignment.
const ALIGN: usize = 16;

/// Code of a function without what it does not need of a frame.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Leaf {
    pub bytes: Vec<u8>,
    /// How many bytes were cut off at the begin.
    pub cut: u32,
    /// How the stack changes, by the end of the instruction that changes it.
    pub steps: Vec<(u32, CallFrameInstruction)>,
}

/// The frame of a function that keeps nothing on the stack but the registers that it saves: these.
struct Frame(Vec<u8>);

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

/// The code of a function with `returns` marked returns, without what it does not need; `None` if it needs the frame.
pub(crate) fn without_frame(
    target: Target,
    signature: &Signature,
    compiled: &CompiledCode,
    returns: usize,
) -> Option<Leaf> {
    if !matches!(target, Target::X86_64Linux | Target::X86_64Macos) {
        return None;
    }
    let buffer = &compiled.buffer;
    // A call needs the alignment of the stack that the frame gives. Parameters on the stack are found from `rbp`.
    let in_registers = signature.params.len() <= REGISTER_PARAMETERS
        && signature.params.iter().all(|parameter| parameter.value_type.is_int());
    if !in_registers || buffer.call_sites().next().is_some() {
        return None;
    }
    let mut bytes = compiled.code_buffer().to_vec();
    // The frame has spilled values, registers that are saved, and stack slots.
    let frame = Frame::read(&bytes, buffer.frame_layout()?.frame_to_fp_offset)?;
    let mut ends: Vec<usize> = buffer
        .get_srclocs_sorted()
        .iter()
        .filter(|range| !range.loc.is_default())
        .map(|range| range.end as usize)
        .collect();
    if returns == 0 || ends.len() != returns {
        return None;
    }
    ends.sort_unstable();
    let (old, (new, pushed)) = (frame.begin(), frame.pushed());
    let rest = old.len().checked_sub(new.len())?;
    let cut = rest / ALIGN * ALIGN;
    if cut > 0 && buffer.alignment as usize > ALIGN {
        return None;
    }
    let start = rest - cut;
    let mut steps: Vec<_> = pushed.into_iter().map(|(at, step)| ((start + at) as u32, step)).collect();
    bytes[cut..rest].copy_from_slice(&nothing(start));
    bytes[rest..old.len()].copy_from_slice(&new);
    let (old, (new, popped)) = (frame.end(), frame.popped());
    let last = ends.last().copied();
    for end in ends {
        let at = end.checked_sub(old.len())?;
        let place = bytes.get_mut(at..end).filter(|place| **place == old)?;
        place.fill(UNREACHED);
        place.get_mut(..new.len())?.copy_from_slice(&new);
        let first = at - cut;
        steps.extend(popped.iter().map(|(at, step)| ((first + at) as u32, step.clone())));
    }
    if last == Some(bytes.len()) {
        bytes.truncate(bytes.len() - old.len() + new.len());
        // Nothing follows.
        steps.pop_if(|(at, step)| *at as usize == bytes.len() - cut && *step == CallFrameInstruction::RestoreState);
    }
    bytes.drain(..cut);
    Some(Leaf { bytes, cut: cut as u32, steps })
}

impl Frame {
    /// Reads what Cranelift makes at the begin of a function with a frame of `size` bytes.
    fn read(bytes: &[u8], size: u32) -> Option<Self> {
        let mut frame = Frame(Vec::new());
        let mut at = BEGIN.len() + change_stack_pointer(SUBTRACT, size).len();
        for register in SAVED {
            let store = access(STORE, register, 8 * frame.0.len() as u8);
            if bytes.get(at..).is_some_and(|rest| rest.starts_with(&store)) {
                at += store.len();
                frame.0.push(register);
            }
        }
        (frame.size() == size && bytes.starts_with(&frame.begin())).then_some(frame)
    }

    /// Bytes below `rbp`.
    fn size(&self) -> u32 {
        (8 * self.0.len() as u32).next_multiple_of(16)
    }

    /// What Cranelift makes of each register, at its place.
    fn accesses(&self, opcode: u8) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().zip(0..).flat_map(move |(&register, number)| access(opcode, register, 8 * number))
    }

    /// What Cranelift makes at the begin of the function.
    fn begin(&self) -> Vec<u8> {
        let reserve = change_stack_pointer(SUBTRACT, self.size());
        BEGIN.into_iter().chain(reserve).chain(self.accesses(STORE)).collect()
    }

    /// What Cranelift makes before a return, and the return.
    fn end(&self) -> Vec<u8> {
        let release = change_stack_pointer(ADD, self.size());
        self.accesses(LOAD).chain(release).chain(END).collect()
    }

    /// The short begin, and its steps.
    fn pushed(&self) -> (Vec<u8>, Vec<(usize, CallFrameInstruction)>) {
        let (mut bytes, mut steps) = (Vec::new(), Vec::new());
        let mut depth = 8;
        for &register in &self.0 {
            bytes.extend(one_register(PUSH, register));
            depth += 8;
            steps.push((bytes.len(), CallFrameInstruction::CfaOffset(depth)));
            steps.push((bytes.len(), CallFrameInstruction::Offset(Register(register.into()), -depth)));
        }
        (bytes, steps)
    }

    /// The short end, and its steps.
    fn popped(&self) -> (Vec<u8>, Vec<(usize, CallFrameInstruction)>) {
        let (mut bytes, mut steps) = (Vec::new(), Vec::new());
        let mut depth = 8 + 8 * self.0.len() as i32;
        if !self.0.is_empty() {
            steps.push((0, CallFrameInstruction::RememberState));
        }
        for &register in self.0.iter().rev() {
            bytes.extend(one_register(POP, register));
            depth -= 8;
            steps.push((bytes.len(), CallFrameInstruction::CfaOffset(depth)));
            steps.push((bytes.len(), CallFrameInstruction::Restore(Register(register.into()))));
        }
        bytes.push(RETURN);
        if !self.0.is_empty() {
            // What follows is reached from elsewhere.
            steps.push((bytes.len(), CallFrameInstruction::RestoreState));
        }
        (bytes, steps)
    }
}

/// The part of `sub rsp, number` and of `add rsp, number` that says which it is.
const SUBTRACT: u8 = 0xec;
const ADD: u8 = 0xc4;

/// Nothing for 0. All registers together take less than 128 bytes, for which the form is another one.
fn change_stack_pointer(operation: u8, number: u32) -> Vec<u8> {
    if number == 0 {
        return Vec::new();
    }
    vec![0x48, 0x83, operation, number as u8]
}

/// The opcodes of `mov [rsp + distance], register` and of `mov register, [rsp + distance]`.
const STORE: u8 = 0x89;
const LOAD: u8 = 0x8b;

fn access(opcode: u8, register: u8, distance: u8) -> Vec<u8> {
    let prefix = 0x48 | register >> 3 << 2;
    let operands = register << 3 & 0x38 | 0x04;
    match distance {
        0 => vec![prefix, opcode, operands, 0x24],
        _ => vec![prefix, opcode, 0x40 | operands, 0x24, distance],
    }
}

/// The opcodes of `push register` and `pop register`, to which the register is added.
const PUSH: u8 = 0x50;
const POP: u8 = 0x58;

fn one_register(opcode: u8, register: u8) -> Vec<u8> {
    match register {
        0..8 => vec![opcode | register],
        _ => vec![0x41, opcode | (register & 7)],
    }
}

/// At most one instruction of so many bytes, below [`ALIGN`], without effect: `nop` with an operand and prefixes.
fn nothing(bytes: usize) -> Vec<u8> {
    const LONG: [u8; 9] = [0x66, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0];
    match bytes {
        0 => vec![],
        1 => vec![0x90],
        2 => vec![0x66, 0x90],
        3 => vec![0x0f, 0x1f, 0x00],
        4 => vec![0x0f, 0x1f, 0x40, 0],
        5 => vec![0x0f, 0x1f, 0x44, 0, 0],
        6 => vec![0x66, 0x0f, 0x1f, 0x44, 0, 0],
        7 => vec![0x0f, 0x1f, 0x80, 0, 0, 0, 0],
        8 => vec![0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0],
        _ => [vec![0x66; bytes - LONG.len()], LONG.to_vec()].concat(),
    }
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
    ) -> Option<Leaf> {
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
            let Leaf { bytes, cut, steps } = compile(target, 6, choose).unwrap();
            assert_eq!(bytes[..4], nothing(4));
            assert_eq!((cut, steps), (0, vec![]));
            let returns = bytes.iter().enumerate().filter(|(_, &byte)| byte == RETURN).map(|(at, _)| &bytes[at + 1..]);
            let followed: Vec<usize> =
                returns.map(|rest| rest.iter().take_while(|&&byte| byte == UNREACHED).count()).collect();
            // What is not needed is cut off behind the last one.
            assert_eq!(followed, [4, 0], "{bytes:x?}");
            assert!(!bytes.windows(END.len()).any(|bytes| bytes == END), "{bytes:x?}");
        }
    }

    /// A sum of products, of which `count` are there at once.
    fn products(b: &mut FunctionBuilder<'_>, values: &[Value], count: i64) -> Value {
        let products: Vec<Value> = (3..3 + count).map(|i| b.ins().imul_imm_s(values[0], i)).collect();
        let rotated: Vec<Value> = products.iter().rev().map(|&x| b.ins().rotl_imm_u(x, 7)).collect();
        rotated.into_iter().zip(products).fold(values[values.len() - 1], |sum, (x, y)| {
            let mixed = b.ins().bxor(x, y);
            b.ins().iadd(sum, mixed)
        })
    }

    #[test]
    fn registers_are_pushed() {
        use CallFrameInstruction::{CfaOffset, Offset, RememberState, Restore, RestoreState};
        let [mut seen, mut cut_off] = [0, 0];
        for (count, parameters) in (2..12).flat_map(|count| [(count, 1), (count, 2)]) {
            let leaf = compile(Target::X86_64Linux, parameters, |b, values| products(b, values, count));
            let Some(Leaf { bytes, cut, steps }) = leaf else { continue };
            let saved = steps.iter().filter_map(|(_, step)| {
                let Offset(register, _) = step else { return None };
                Some(register.0 as u8)
            });
            let saved: Vec<u8> = saved.collect();
            assert!(saved.iter().all(|register| SAVED.contains(register)));
            let pushes: Vec<u8> = saved.iter().flat_map(|&register| one_register(PUSH, register)).collect();
            let pops = saved.iter().rev().flat_map(|&register| one_register(POP, register));
            let end: Vec<u8> = pops.chain([RETURN]).collect();
            let start = bytes.windows(pushes.len().max(1)).position(|bytes| bytes == pushes).unwrap_or(4);
            assert!(start < ALIGN && bytes[..start] == nothing(start), "{bytes:x?}");
            assert!(bytes.ends_with(&end), "{bytes:x?}");
            let mut expected = Vec::new();
            let mut at = start as u32;
            for (number, &register) in saved.iter().enumerate() {
                at += one_register(PUSH, register).len() as u32;
                let depth = 16 + 8 * number as i32;
                expected.extend([(at, CfaOffset(depth)), (at, Offset(Register(register.into()), -depth))]);
            }
            at = (bytes.len() - end.len()) as u32;
            if !saved.is_empty() {
                expected.push((at, RememberState));
            }
            for (number, &register) in saved.iter().enumerate().rev() {
                at += one_register(POP, register).len() as u32;
                expected.extend([(at, CfaOffset(8 + 8 * number as i32)), (at, Restore(Register(register.into())))]);
            }
            assert!(!expected.iter().any(|(_, step)| *step == RestoreState));
            assert_eq!(steps, expected);
            seen |= 1 << saved.len();
            cut_off |= cut;
        }
        // Functions that save none, and up to all, were there.
        assert_eq!((seen, cut_off), (0b11_1111, 16));
    }

    #[test]
    fn instructions_without_effect_have_any_length_below_16() {
        for bytes in 0..ALIGN {
            assert_eq!(nothing(bytes).len(), bytes);
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
        assert_eq!(compile(target, 1, |b, values| products(b, values, 27)), None);
        // Cranelift itself leaves out what is not needed there.
        assert_eq!(compile(Target::Aarch64Linux, 6, choose), None);
    }
}
