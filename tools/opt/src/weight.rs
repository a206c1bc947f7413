//! Approximate costs of nodes, for the budgets of inlining and unrolling, and of widths.

use xls_aot_ir::{Function, Node, Op, Type};

/// Most words of a value that are computed one by one; wider values are computed by loops over their words.
const MAX_WORDS: u64 = 8;

/// Number of 64-bit words of a value of a bits type that code is written for.
fn words(width: u32) -> u64 {
    u64::from(width.div_ceil(64)).clamp(1, MAX_WORDS)
}

/// Number of machine operations that the leaves of a type take when each is moved or computed once; large arrays are
/// moved as one.
fn leaves(ty: &Type) -> u64 {
    match ty {
        Type::Bits(width) => words(*width),
        Type::Token => 0,
        Type::Tuple(elements) => elements.iter().map(leaves).sum(),
        Type::Array(array) => leaves(&array.element).saturating_mul(array.len).min(16),
    }
}

/// Rough number of machine operations of a call.
pub(crate) const CALL: u64 = 16;

/// Rough number of machine operations of a node, whose operands are among `nodes`; its callee is not counted.
pub(crate) fn node_weight(nodes: &[Node], node: &Node) -> u64 {
    let own = leaves(&node.ty);
    let operand = |i: usize| node.operands.get(i).map_or(0, |&id| leaves(&nodes[id.index()].ty));
    match &node.op {
        Op::Param { .. }
        | Op::Literal { .. }
        | Op::Identity
        | Op::Tuple
        | Op::TupleIndex { .. }
        | Op::Array
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::ZeroExt => 0,
        Op::Umul | Op::Smul | Op::Umulp | Op::Smulp => operand(0).saturating_mul(operand(1)).max(1),
        Op::Udiv | Op::Umod | Op::Sdiv | Op::Smod => own.saturating_mul(8),
        Op::And | Op::Or | Op::Xor | Op::Nand | Op::Nor | Op::Concat => {
            own.saturating_mul(node.operands.len().saturating_sub(1) as u64)
        }
        Op::Sel { .. } | Op::OneHotSel | Op::PrioritySel => {
            own.saturating_mul(node.operands.len().saturating_sub(2).max(1) as u64)
        }
        Op::Eq | Op::Ne | Op::Ult | Op::Ule | Op::Ugt | Op::Uge | Op::Slt | Op::Sle | Op::Sgt | Op::Sge => operand(0),
        Op::Invoke { .. } | Op::Map { .. } | Op::CountedFor { .. } | Op::DynamicCountedFor { .. } => CALL,
        Op::Assert { .. } | Op::Trace { .. } | Op::Cover { .. } => 2,
        Op::Not
        | Op::Neg
        | Op::Reverse
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Add
        | Op::Sub
        | Op::Shll
        | Op::Shrl
        | Op::Shra
        | Op::SignExt
        | Op::BitSlice { .. }
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Gate
        | Op::ArrayIndex { .. }
        | Op::ArrayUpdate { .. }
        | Op::ArraySlice
        | Op::ArrayConcat => own.max(1),
    }
}

/// Rough number of machine operations of a function, its callees not counted; at least 1.
pub(crate) fn function_weight(function: &Function) -> u64 {
    function.nodes.iter().fold(1, |sum: u64, node| sum.saturating_add(node_weight(&function.nodes, node)))
}

/// The width of the machine values in which a value of `width` bits is computed: 32, or a multiple of 64.
pub(crate) fn machine_width(width: u32) -> u32 {
    if width <= 32 {
        32
    } else {
        width.div_ceil(64).saturating_mul(64)
    }
}

/// Whether operations on `narrow` bits take smaller machine values than on `wide` bits.
pub(crate) fn is_cheaper_width(narrow: u32, wide: u32) -> bool {
    narrow < wide && machine_width(narrow) < machine_width(wide)
}
