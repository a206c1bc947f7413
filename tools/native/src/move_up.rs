//! Moves instructions up within a block.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, MemFlags, Opcode, Value};

/// Moves instructions of a block, by their places, in front of those that were at earlier places. In front of the same place they keep
/// their order.
///
/// The caller makes sure that an instruction may pass those in between, and goes no further than what computes its operands goes.
pub(crate) fn move_up(function: &mut Function, insts: &[Inst], moves: &BTreeMap<usize, usize>) {
    for (&place, &to) in moves {
        // What moves away itself does not mark a place. If all in between do, this is where they were.
        let Some(before) = (to..place).find(|place| !moves.contains_key(place)) else { continue };
        function.layout.remove_inst(insts[place]);
        function.layout.insert_inst(insts[place], insts[before]);
    }
}

/// Whether an instruction of a block computes a value.
pub(crate) fn is_in(function: &Function, value: Value, block: Block) -> bool {
    let inst = function.dfg.value_def(value).inst();
    inst.is_some_and(|inst| function.layout.inst_block(inst) == Some(block))
}

/// From where a value is read, if that is memory that nobody writes, so that it may be read earlier.
pub(crate) fn constant_address(function: &Function, value: Value) -> Option<Value> {
    let inst = function.dfg.value_def(value).inst()?;
    let InstructionData::Load { opcode: Opcode::Load, arg, flags, .. } = function.dfg.insts[inst] else { return None };
    is_constant(function, flags).then(|| function.dfg.resolve_aliases(arg))
}

/// Whether a load is from memory that nobody writes.
pub(crate) fn is_constant(function: &Function, flags: MemFlags) -> bool {
    let flags = function.dfg.mem_flags[flags];
    flags.readonly() && flags.notrap()
}
