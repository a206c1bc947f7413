//! Unary and binary operators, casts.

use xls_aot_ir::{NodeId, Op, Type};

use super::function::FunctionConverter;
use super::Converted;
use crate::check::typed::{BinaryOp, ExprId, UnaryOp};
use crate::source::Span;

/// Width of the indices that the conversion makes up.
pub(super) const INDEX_WIDTH: u32 = 32;

impl FunctionConverter<'_, '_> {
    pub(super) fn unary(&mut self, op: UnaryOp, operand: NodeId, span: Option<Span>) -> NodeId {
        let op = match op {
            UnaryOp::Not => Op::Not,
            UnaryOp::Negate => Op::Neg,
        };
        let ty = self.builder.ty(operand).clone();
        self.add(op, vec![operand], ty, span)
    }

    pub(super) fn binary(&mut self, op: BinaryOp, left: ExprId, right: ExprId, id: ExprId) -> Converted<NodeId> {
        let signed = self.is_signed(left);
        let operands = vec![self.expr(left)?, self.expr(right)?];
        let ty = self.expr_type(id);
        let by_sign = |unsigned: Op, for_signed: Op| if signed { for_signed } else { unsigned };
        let op = match op {
            BinaryOp::Add => Op::Add,
            BinaryOp::Subtract => Op::Sub,
            BinaryOp::Multiply => by_sign(Op::Umul, Op::Smul),
            BinaryOp::Divide => by_sign(Op::Udiv, Op::Sdiv),
            BinaryOp::Modulo => by_sign(Op::Umod, Op::Smod),
            BinaryOp::And | BinaryOp::LogicalAnd => Op::And,
            BinaryOp::Or | BinaryOp::LogicalOr => Op::Or,
            BinaryOp::Xor => Op::Xor,
            BinaryOp::Equal => Op::Eq,
            BinaryOp::NotEqual => Op::Ne,
            BinaryOp::Less => by_sign(Op::Ult, Op::Slt),
            BinaryOp::LessEqual => by_sign(Op::Ule, Op::Sle),
            BinaryOp::Greater => by_sign(Op::Ugt, Op::Sgt),
            BinaryOp::GreaterEqual => by_sign(Op::Uge, Op::Sge),
            BinaryOp::ShiftLeft => Op::Shll,
            BinaryOp::ShiftRight => by_sign(Op::Shrl, Op::Shra),
            BinaryOp::Concat if matches!(ty, Type::Array(_)) => Op::ArrayConcat,
            BinaryOp::Concat => Op::Concat,
        };
        Ok(self.add(op, operands, ty, Some(self.body.expr(id).span)))
    }

    /// Whether an expression is a signed number.
    pub(super) fn is_signed(&self, expr: ExprId) -> bool {
        self.session.checked.types.as_number(self.body.expr(expr).ty).is_some_and(|(signed, _)| signed)
    }

    pub(super) fn cast(&mut self, operand: ExprId, id: ExprId) -> Converted<NodeId> {
        let (from, to) = (self.expr_type(operand), self.expr_type(id));
        let signed = self.is_signed(operand);
        let node = self.expr(operand)?;
        let span = Some(self.body.expr(id).span);
        Ok(match (&from, &to) {
            (Type::Bits(old), Type::Bits(new)) => {
                // `sign_ext` does not take zero bits.
                let op = if new < old {
                    Op::BitSlice { start: 0 }
                } else if signed && *old > 0 {
                    Op::SignExt
                } else {
                    Op::ZeroExt
                };
                self.add(op, vec![node], to, span)
            }
            (Type::Bits(_), Type::Array(array)) => {
                self.session.take(array.len, self.body.expr(id).span)?;
                let width = array.element.bit_count().unwrap_or_default();
                let len = u32::try_from(array.len).unwrap_or(u32::MAX);
                let mut elements: Vec<NodeId> = (0..len)
                    .map(|i| self.add(Op::BitSlice { start: i * width }, vec![node], Type::Bits(width), None))
                    .collect();
                // The most significant bits are the first element.
                elements.reverse();
                self.array(elements, to, self.body.expr(id).span)?
            }
            (Type::Array(array), Type::Bits(_)) => {
                self.session.take(array.len, self.body.expr(id).span)?;
                let pieces = (0..array.len).map(|i| self.element_at(node, i, INDEX_WIDTH, None)).collect();
                self.add(Op::Concat, pieces, to, span)
            }
            (Type::Bits(_) | Type::Array(_) | Type::Tuple(_) | Type::Token, _) => node,
        })
    }

    /// The element of an array at a known index.
    pub(super) fn element_at(&mut self, array: NodeId, index: u64, width: u32, span: Option<Span>) -> NodeId {
        let at = self.bits_literal(width, index, None);
        self.index(array, at, span)
    }

    pub(super) fn index(&mut self, array: NodeId, index: NodeId, span: Option<Span>) -> NodeId {
        let Type::Array(ty) = self.builder.ty(array).clone() else { unreachable!("only arrays have elements") };
        self.add(Op::ArrayIndex { assumed_in_bounds: false }, vec![array, index], ty.element.clone(), span)
    }
}
