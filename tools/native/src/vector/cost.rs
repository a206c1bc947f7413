//! What scalar code and vectors cost.
//!
//! The unit is half an instruction of one cycle: throughput counts, because the lanes do not depend on each other, so that
//! scalar code has several in flight. The figures are those of the code that Cranelift makes for x86-64-v2, counted in
//! instructions for the fused domain of current processors; they need not be exact, because a seed is taken only if the vectors
//! win clearly ([`is_worth_it`]).

use xls_aot_ir::{Function, NodeId, Op};

use super::lane_op::{literal, LaneOp};
use super::lanes::vector_count;
use super::pack::{Pack, PackKind, Packs};
use super::place::VectorLoad;

/// Putting a lane into a vector: an instruction of two cycles that waits for the last such one.
pub(crate) const INSERT: u64 = 4;
/// Taking a lane out of a vector: an instruction of two cycles, and three cycles until the result is there.
pub(crate) const EXTRACT: u64 = 4;
/// An element's store.
pub(crate) const STORE: u64 = 2;

/// Whether vectors are taken: they must save an eighth, and two instructions. So small inaccuracies make no code slower, and
/// code of a few instructions stays scalar, where the latency of moves between the kinds of registers dominates.
pub(crate) fn is_worth_it(scalar: u64, vector: u64) -> bool {
    vector + vector / 8 + 4 <= scalar
}

/// The scalar code of a node.
pub(crate) fn scalar(function: &Function, id: NodeId, op: Option<LaneOp>) -> u64 {
    let node = function.node(id);
    let Some(op) = op else {
        // A load, which often is a part of the instruction that uses it.
        return if matches!(node.op, Op::ArrayIndex { .. }) { 1 } else { 0 };
    };
    match op {
        LaneOp::Add | LaneOp::Sub | LaneOp::Neg | LaneOp::Not | LaneOp::Multiply { .. } => 2,
        LaneOp::And | LaneOp::Or | LaneOp::Xor | LaneOp::Nand | LaneOp::Nor => 2 * (node.operands.len() as u64 - 1),
        LaneOp::Equal | LaneOp::NotEqual | LaneOp::Less { .. } => 2,
        LaneOp::ShiftLeft(_) | LaneOp::ShiftRight(_) | LaneOp::ShiftRightSigned(_) => 2,
        LaneOp::ZeroExtend => 1,
        LaneOp::SignExtend => 2,
        LaneOp::Slice(0) => 1,
        LaneOp::Slice(_) => 2,
        LaneOp::Concat => {
            let parts = node.operands.iter().filter(|&&part| literal(function, part) != Some(0)).count() as u64;
            (4 * parts).saturating_sub(2)
        }
        // A test or comparison and a conditional move.
        LaneOp::Select => 3,
    }
}

/// The vector code of a pack, without that of its operands.
pub(crate) fn vector(packs: &Packs<'_>, pack: &Pack) -> u64 {
    let vectors = |pack: &Pack| vector_count(pack.lanes.len(), pack.lane()) as u64;
    let count = vectors(pack);
    match &pack.kind {
        PackKind::Apply { op, operands } => {
            let operands: Vec<&Pack> = operands.iter().map(|&operand| &packs.packs[operand]).collect();
            let widest = operands.iter().map(|pack| vectors(pack)).chain([count]).max().unwrap_or(count);
            // Each change of the size of lanes is an instruction or two for each of the larger vectors.
            let resized = |from: &Pack, factor: u64| {
                if from.lane() == pack.lane() || from.width == 1 || pack.width == 1 {
                    0
                } else {
                    factor * vectors(from).max(count)
                }
            };
            let bytes = |pack: &Pack, cost: u64, of_bytes: u64| if pack.lane() == 8 { of_bytes } else { cost };
            match op {
                LaneOp::Add | LaneOp::Sub | LaneOp::Neg | LaneOp::Not => 2 * count,
                LaneOp::And | LaneOp::Or | LaneOp::Xor => 2 * (operands.len() as u64 - 1) * count,
                LaneOp::Nand | LaneOp::Nor => 2 * operands.len() as u64 * count,
                // The halves of the products, and two instructions to join them: the operands are not extended before.
                LaneOp::Multiply { .. } if pack.lane() == 32 && operands.iter().all(|from| from.width == 16) => {
                    4 * count
                }
                LaneOp::Multiply { .. } => {
                    let product = match pack.lane() {
                        8 => 10,
                        16 => 2,
                        _ => 5,
                    };
                    product * count + operands.iter().map(|from| resized(from, 3)).sum::<u64>()
                }
                LaneOp::Equal => 2 * widest,
                LaneOp::NotEqual => 4 * widest,
                LaneOp::Less { signed, or_equal } => {
                    let is_full = operands[0].width == operands[0].lane();
                    let aligned = if *signed && !is_full { bytes(operands[0], 4, 8) } else { 0 };
                    (aligned + 2 + 2 * u64::from(*or_equal) + if *signed { 0 } else { 3 }) * widest
                }
                LaneOp::ShiftLeft(_) | LaneOp::ShiftRight(_) => bytes(pack, 2, 4) * count,
                LaneOp::ShiftRightSigned(_) => {
                    let aligned = if pack.width == pack.lane() { 0 } else { 2 };
                    (bytes(pack, 2, 8) + aligned) * count
                }
                LaneOp::ZeroExtend => resized(operands[0], 3) + if operands[0].width == 1 { 2 * count } else { 0 },
                LaneOp::SignExtend => {
                    let is_full = operands[0].width == operands[0].lane() || operands[0].width == 1;
                    resized(operands[0], 3) + if is_full { 0 } else { bytes(pack, 4, 10) * count }
                }
                LaneOp::Slice(start) => {
                    let shift = if *start == 0 || pack.width == 1 { 0 } else { bytes(operands[0], 2, 4) };
                    let bit = if pack.width == 1 { 4 } else { 0 };
                    (shift + bit) * vectors(operands[0]) + resized(operands[0], 3)
                }
                LaneOp::Concat => {
                    let is_zero = |part: &Pack| matches!(&part.kind, PackKind::Constant(values) if values.iter().all(|v| *v == 0));
                    let parts = operands.iter().filter(|part| !is_zero(part));
                    let parts: u64 = parts.map(|part| (2 + bytes(pack, 4, 6)) * count + resized(part, 3)).sum();
                    parts.saturating_sub(2 * count)
                }
                LaneOp::Select => 4 * count,
            }
        }
        PackKind::Load { loads, .. } => loads
            .iter()
            .map(|load| match load {
                VectorLoad::Bytes { .. } => 2,
                VectorLoad::Shuffled { .. } => 4,
                VectorLoad::ShuffledPair { .. } => 8,
            })
            .sum(),
        // One vector, which all take.
        PackKind::Splat => 4,
        PackKind::Constant(_) => count,
        PackKind::Gather => INSERT * pack.lanes.len() as u64,
    }
}
