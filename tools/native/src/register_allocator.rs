//! Decides which register allocator compiles a function: the one that makes good code, or the single-pass one.
//!
//! The time of the former grows with the lengths of live ranges: about a second for a total of ten million
//! instructions, measured on graphs of 1,000 to 40,000 nodes. On graphs of 100,000 nodes, whose live ranges have a total of one
//! to eleven million, its code takes .73 to .83 of the instructions of the single-pass allocator's, and .34 to .40 of the time.

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, Value};

/// Instructions above which registers are allocated in a single pass.
const INSTRUCTIONS_MAX: u64 = 400_000;

/// Sum of the lengths of all live ranges, in instructions, above which registers are allocated in a single pass.
const LIVE_RANGES_MAX: u64 = 15_000_000;

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
            position += 1;
            for value in function.dfg.inst_values(inst) {
                ranges[value].1 = position;
            }
            for &result in function.dfg.inst_results(inst) {
                ranges[result] = (position, position);
            }
        }
    }
    let total: u64 = ranges.values().map(|&(from, to)| to.saturating_sub(from)).sum();
    position > INSTRUCTIONS_MAX || total > LIVE_RANGES_MAX
}
