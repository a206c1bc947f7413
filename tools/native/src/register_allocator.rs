//! Decides which register allocator compiles a function: the one that makes good code, or the single-pass one. The latter is for what
//! is left of a large function if most of it is in no part ([`crate::parts`]), and for parts with extremely many values at once.
//!
//! The time of the former grows with the lengths of live ranges: about a second for a total of ten million
//! instructions, measured on graphs of 1,000 to 40,000 nodes. On graphs of 100,000 nodes, whose live ranges have a total of one
//! to eleven million, its code takes .73 to .83 of the instructions of the single-pass allocator's, and .34 to .40 of the time.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, Opcode, Value};

/// Instructions above which registers are allocated in a single pass.
const INSTRUCTIONS_MAX: u64 = 400_000;

/// Sum of the lengths of all live ranges but those of constants, in instructions, above which registers are allocated in a single
/// pass. (Those of constants are about a third more.)
const LIVE_RANGES_MAX: u64 = 10_000_000;

/// Whether registers are to be allocated in a single pass.
pub(crate) fn needs_single_pass(function: &Function) -> bool {
    let mut position = 0u64;
    // Where each value is defined, and where it is used last, in the order of the layout.
    let mut ranges: SecondaryMap<Value, (u64, u64)> = SecondaryMap::new();
    for block in function.layout.blocks() {
        for &param in function.dfg.block_params(block) {
            ranges[param] = (position, position);
        }
        for inst in function.layout.block_insts(block) {
            // The address of a place on the stack is a part of the instructions that use it.
            position += u64::from(function.dfg.insts[inst].opcode() != Opcode::StackAddr);
            for value in function.dfg.inst_values(inst) {
                ranges[value].1 = position;
            }
            for &result in function.dfg.inst_results(inst) {
                ranges[result] = (position, position);
            }
        }
    }
    // A constant is made again wherever it is used.
    let is_constant = |value: Value| {
        let inst = function.dfg.value_def(value).inst();
        inst.is_some_and(|inst| function.dfg.insts[inst].opcode() == Opcode::Iconst)
    };
    let used = ranges.iter().filter(|(_, (from, to))| from < to);
    let total: u64 = used.filter(|&(value, _)| !is_constant(value)).map(|(_, (from, to))| to - from).sum();
    position > INSTRUCTIONS_MAX || total > LIVE_RANGES_MAX
}
