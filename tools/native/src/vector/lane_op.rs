//! Operations that are done lane by lane.

use xls_aot_ir::{Function, Node, NodeId, Op, Operands, Type, Value};

/// What a node does in a lane. Nodes of equal operations and widths can be lanes of one pack.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum LaneOp {
    Add,
    Sub,
    Neg,
    Not,
    Multiply {
        signed: bool,
    },
    And,
    Or,
    Xor,
    Nand,
    Nor,
    Equal,
    NotEqual,
    Less {
        signed: bool,
        or_equal: bool,
    },
    /// A shift by a constant below the width.
    ShiftLeft(u32),
    ShiftRight(u32),
    ShiftRightSigned(u32),
    ZeroExtend,
    SignExtend,
    /// The bits from a number on.
    Slice(u32),
    Concat,
    /// Operands: the condition, the value if it is 0, the value if it is 1.
    Select,
}

/// The operation of a node and the nodes that it is done on, in the order of [`LaneOp`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Applied {
    pub op: LaneOp,
    pub operands: Operands,
}

impl LaneOp {
    /// Whether the order of two operands does not matter.
    pub fn is_commutative(self) -> bool {
        match self {
            LaneOp::Add
            | LaneOp::Multiply { .. }
            | LaneOp::And
            | LaneOp::Or
            | LaneOp::Xor
            | LaneOp::Nand
            | LaneOp::Nor
            | LaneOp::Equal
            | LaneOp::NotEqual => true,
            LaneOp::Sub
            | LaneOp::Neg
            | LaneOp::Not
            | LaneOp::Less { .. }
            | LaneOp::ShiftLeft(_)
            | LaneOp::ShiftRight(_)
            | LaneOp::ShiftRightSigned(_)
            | LaneOp::ZeroExtend
            | LaneOp::SignExtend
            | LaneOp::Slice(_)
            | LaneOp::Concat
            | LaneOp::Select => false,
        }
    }
}

/// The width of a node, if lanes can hold it.
pub(crate) fn lane_width(function: &Function, node: NodeId) -> Option<u32> {
    match function.node(node).ty {
        Type::Bits(width @ 1..=64) => Some(width),
        Type::Bits(_) | Type::Tuple(_) | Type::Array(_) | Type::Token => None,
    }
}

/// The value of a literal of at most 64 bits.
pub(crate) fn literal(function: &Function, node: NodeId) -> Option<u64> {
    let Op::Literal { value } = &function.node(node).op else { return None };
    let Value::Bits(bits) = &**value else { return None };
    (bits.width() <= 64).then(|| bits.low_u64())
}

/// What a node does in lanes; `None` if there is no code for that.
pub(crate) fn applied(function: &Function, id: NodeId) -> Option<Applied> {
    let node = function.node(id);
    let width = lane_width(function, id)?;
    let (op, operands) = operation(function, node, width)?;
    let widths: Option<Vec<u32>> = operands.iter().map(|&operand| lane_width(function, operand)).collect();
    let widths = widths?;
    is_lowered(op, width, &widths).then_some(Applied { op, operands })
}

/// Whether there is code for an operation on lanes of these widths.
fn is_lowered(op: LaneOp, width: u32, operands: &[u32]) -> bool {
    let is_up_to_32 = operands.iter().all(|&width| width <= 32);
    match op {
        // Bits are masks, on which arithmetic would be other code.
        LaneOp::Add
        | LaneOp::Sub
        | LaneOp::Neg
        | LaneOp::ShiftLeft(_)
        | LaneOp::ShiftRight(_)
        | LaneOp::ShiftRightSigned(_) => width > 1,
        // There is no instruction for products of 64 bits.
        LaneOp::Multiply { .. } => (2..=32).contains(&width) && is_up_to_32 && operands.iter().all(|&width| width > 1),
        LaneOp::Equal | LaneOp::NotEqual | LaneOp::Less { .. } => {
            is_up_to_32 && operands.iter().all(|&width| width > 1)
        }
        LaneOp::Not
        | LaneOp::And
        | LaneOp::Or
        | LaneOp::Xor
        | LaneOp::Nand
        | LaneOp::Nor
        | LaneOp::ZeroExtend
        | LaneOp::SignExtend
        | LaneOp::Slice(_)
        | LaneOp::Concat
        | LaneOp::Select => true,
    }
}

/// The operation of a node and what it is done on, if lanes could have it.
fn operation(function: &Function, node: &Node, width: u32) -> Option<(LaneOp, Operands)> {
    let all = || node.operands.clone();
    let swapped = || node.operands.iter().rev().copied().collect();
    let less = |signed, or_equal| LaneOp::Less { signed, or_equal };
    let shifted = |op: fn(u32) -> LaneOp, most: u32| {
        let amount = literal(function, node.operands[1])?;
        let amount = u32::try_from(amount.min(u64::from(most))).ok()?;
        (amount < width).then(|| (op(amount), [node.operands[0]].into()))
    };
    Some(match &node.op {
        Op::Add => (LaneOp::Add, all()),
        Op::Sub => (LaneOp::Sub, all()),
        Op::Neg => (LaneOp::Neg, all()),
        Op::Not => (LaneOp::Not, all()),
        Op::Umul => (LaneOp::Multiply { signed: false }, all()),
        Op::Smul => (LaneOp::Multiply { signed: true }, all()),
        Op::And => (LaneOp::And, all()),
        Op::Or => (LaneOp::Or, all()),
        Op::Xor => (LaneOp::Xor, all()),
        Op::Nand => (LaneOp::Nand, all()),
        Op::Nor => (LaneOp::Nor, all()),
        Op::Eq => (LaneOp::Equal, all()),
        Op::Ne => (LaneOp::NotEqual, all()),
        Op::Ult => (less(false, false), all()),
        Op::Ule => (less(false, true), all()),
        Op::Ugt => (less(false, false), swapped()),
        Op::Uge => (less(false, true), swapped()),
        Op::Slt => (less(true, false), all()),
        Op::Sle => (less(true, true), all()),
        Op::Sgt => (less(true, false), swapped()),
        Op::Sge => (less(true, true), swapped()),
        // A logical shift by the width or more is a constant, which the optimiser makes of it.
        Op::Shll => shifted(LaneOp::ShiftLeft, u32::MAX)?,
        Op::Shrl => shifted(LaneOp::ShiftRight, u32::MAX)?,
        Op::Shra => shifted(LaneOp::ShiftRightSigned, width - 1)?,
        Op::ZeroExt => (LaneOp::ZeroExtend, all()),
        Op::SignExt => (LaneOp::SignExtend, all()),
        Op::BitSlice { start } => (LaneOp::Slice(*start), all()),
        Op::Concat => (LaneOp::Concat, all()),
        // Two cases, or a case and a default: the first is for 0.
        Op::Sel { .. } if node.operands.len() == 3 && is_bit(function, node) => (LaneOp::Select, all()),
        // Its operands are the selector, the case for 1, the default.
        Op::PrioritySel if node.operands.len() == 3 && is_bit(function, node) => {
            (LaneOp::Select, [node.operands[0], node.operands[2], node.operands[1]].into())
        }
        Op::Param { .. }
        | Op::Literal { .. }
        | Op::Identity
        | Op::Reverse
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Sel { .. }
        | Op::OneHotSel
        | Op::PrioritySel
        | Op::Gate
        | Op::Tuple
        | Op::Array
        | Op::TupleIndex { .. }
        | Op::ArrayIndex { .. }
        | Op::ArrayUpdate { .. }
        | Op::ArraySlice
        | Op::ArrayConcat
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => return None,
    })
}

/// Whether a selection is by one bit.
fn is_bit(function: &Function, node: &Node) -> bool {
    matches!(function.node(node.operands[0]).ty, Type::Bits(1))
}

/// An operation that combines many values in any order.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Combine {
    Add,
    And,
    Or,
    Xor,
}

/// The operation, if many values can be combined with it in any order.
pub(crate) fn combine(op: &Op) -> Option<Combine> {
    let all = [(Op::Add, Combine::Add), (Op::And, Combine::And), (Op::Or, Combine::Or), (Op::Xor, Combine::Xor)];
    all.iter().find(|(of, _)| of == op).map(|&(_, combine)| combine)
}
