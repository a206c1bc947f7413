//! Built-in functions without effects.

use xls_aot_ir::{NodeId, Op, Type};

use super::function::FunctionConverter;
use super::operators::INDEX_WIDTH;
use super::Converted;
use crate::check::typed::{Builtin, ExprId, ExprKind};
use crate::source::Span;

impl FunctionConverter<'_, '_> {
    pub(super) fn builtin(&mut self, id: ExprId) -> Converted<NodeId> {
        let body = self.body;
        let expr = body.expr(id);
        let ExprKind::Builtin { builtin, arguments, .. } = &expr.kind else { unreachable!("the caller looked") };
        if is_effect(*builtin) {
            return self.effect(*builtin, id);
        }
        if *builtin == Builtin::Update {
            if let ExprKind::Tuple(indices) = &body.expr(arguments[1]).kind {
                return self.update(arguments, indices, id);
            }
        }
        let nodes = self.all(arguments)?;
        let ty = self.expr_type(id);
        let lsb_prio = *builtin == Builtin::OneHot
            && matches!(&body.expr(arguments[1]).kind, ExprKind::Literal(v) if v.as_bits().is_some_and(|b| !b.is_zero()));
        self.pure_builtin(*builtin, nodes, ty, lsb_prio, expr.span)
    }

    /// A built-in function without effects, applied to nodes.
    pub(super) fn pure_builtin(
        &mut self,
        builtin: Builtin,
        mut nodes: Vec<NodeId>,
        ty: Type,
        lsb_prio: bool,
        span: Span,
    ) -> Converted<NodeId> {
        let at = Some(span);
        if matches!(builtin, Builtin::ArrayRev | Builtin::Enumerate | Builtin::Zip) {
            self.session.take(ty.array_len().unwrap_or_default(), span)?;
        }
        let op = match builtin {
            Builtin::AndReduce => Op::AndReduce,
            Builtin::OrReduce => Op::OrReduce,
            Builtin::XorReduce => Op::XorReduce,
            Builtin::ArraySlice => Op::ArraySlice,
            Builtin::BitSliceUpdate => Op::BitSliceUpdate,
            Builtin::Decode => Op::Decode,
            Builtin::Encode => Op::Encode,
            Builtin::Gate => Op::Gate,
            Builtin::Rev => Op::Reverse,
            Builtin::Smulp => Op::Smulp,
            Builtin::Umulp => Op::Umulp,
            Builtin::OneHot => {
                nodes.truncate(1);
                Op::OneHot { lsb_prio }
            }
            Builtin::OneHotSel | Builtin::PrioritySel => return Ok(self.select(builtin, nodes, ty, span)),
            Builtin::Clz => return Ok(self.count_zeros(nodes[0], true, at)),
            Builtin::Ctz => return Ok(self.count_zeros(nodes[0], false, at)),
            Builtin::CeilLog2 => return Ok(self.ceil_log2(nodes[0], at)),
            Builtin::ArrayRev => {
                let len = ty.array_len().unwrap_or_default();
                let elements = (0..len).rev().map(|i| self.element_at(nodes[0], i, 64, at)).collect();
                return self.array(elements, ty, span);
            }
            Builtin::Enumerate => {
                let len = ty.array_len().unwrap_or_default();
                let pairs = (0..len).map(|i| {
                    let index = self.bits_literal(INDEX_WIDTH, i, None);
                    let element = self.index(nodes[0], index, at);
                    self.tuple(vec![index, element], None)
                });
                let pairs = pairs.collect();
                return self.array(pairs, ty, span);
            }
            Builtin::Zip => {
                let len = ty.array_len().unwrap_or_default();
                let pairs = (0..len).map(|i| {
                    let index = self.bits_literal(INDEX_WIDTH, i, None);
                    let pair = vec![self.index(nodes[0], index, at), self.index(nodes[1], index, at)];
                    self.tuple(pair, at)
                });
                let pairs = pairs.collect();
                return self.array(pairs, ty, span);
            }
            Builtin::Update => {
                let [array, index, value] = nodes[..] else { unreachable!("`update` has three arguments") };
                return Ok(self.update_at(array, vec![index], value, at));
            }
            Builtin::AssertEq
            | Builtin::AssertLt
            | Builtin::Assert
            | Builtin::AssertFmt
            | Builtin::Fail
            | Builtin::Cover => unreachable!("effects are converted elsewhere"),
        };
        Ok(self.add(op, nodes, ty, at))
    }

    /// `update(array, (i, j), value)` with the indices written one by one.
    fn update(&mut self, arguments: &[ExprId], indices: &[ExprId], id: ExprId) -> Converted<NodeId> {
        let array = self.expr(arguments[0])?;
        let indices = self.all(indices)?;
        self.tuple(indices.clone(), Some(self.body.expr(arguments[1]).span));
        let value = self.expr(arguments[2])?;
        Ok(self.update_at(array, indices, value, Some(self.body.expr(id).span)))
    }

    /// Replaces an element. An index that is a tuple has one part for each dimension.
    fn update_at(&mut self, array: NodeId, indices: Vec<NodeId>, value: NodeId, span: Option<Span>) -> NodeId {
        let mut parts = Vec::new();
        for index in indices {
            match self.builder.ty(index).clone() {
                Type::Tuple(types) => {
                    for (at, ty) in types.iter().enumerate() {
                        parts.push(self.element(index, at as u32, ty.clone(), None));
                    }
                }
                Type::Bits(_) | Type::Array(_) | Type::Token => parts.push(index),
            }
        }
        let ty = self.builder.ty(array).clone();
        let operands = [array, value].into_iter().chain(parts).collect();
        self.add(Op::ArrayUpdate { assumed_in_bounds: false }, operands, ty, span)
    }

    /// `one_hot_sel` and `priority_sel`, whose cases are the elements of an array.
    fn select(&mut self, builtin: Builtin, nodes: Vec<NodeId>, ty: Type, span: Span) -> NodeId {
        let cases = self.builder.ty(nodes[1]).array_len().unwrap_or_default();
        let mut operands = vec![nodes[0]];
        for i in 0..cases {
            let index = self.bits_literal(INDEX_WIDTH, i, Some(span));
            operands.push(self.index(nodes[1], index, Some(span)));
        }
        operands.extend(&nodes[2..]);
        let op = if builtin == Builtin::OneHotSel { Op::OneHotSel } else { Op::PrioritySel };
        self.add(op, operands, ty, Some(span))
    }

    /// Zeros above the highest set bit (`leading`) or below the lowest one.
    fn count_zeros(&mut self, operand: NodeId, leading: bool, span: Option<Span>) -> NodeId {
        let ty = self.builder.ty(operand).clone();
        let width = ty.bit_count().unwrap_or_default();
        let from_low = if leading { self.add(Op::Reverse, vec![operand], ty.clone(), span) } else { operand };
        let hot = self.add(Op::OneHot { lsb_prio: true }, vec![from_low], Type::Bits(width + 1), span);
        // As many bits as the numbers up to the width need.
        let needed = 32 - width.leading_zeros();
        let count = self.add(Op::Encode, vec![hot], Type::Bits(needed), span);
        self.add(Op::ZeroExt, vec![count], ty, span)
    }

    /// `ceil(log2(x))`: the width of `x - 1`; 0 for 0.
    fn ceil_log2(&mut self, operand: NodeId, span: Option<Span>) -> NodeId {
        let ty = self.builder.ty(operand).clone();
        let width = ty.bit_count().unwrap_or_default();
        let one = self.bits_literal(width, 1, span);
        let below = self.add(Op::Sub, vec![operand, one], ty.clone(), span);
        let zeros = self.count_zeros(below, true, span);
        let all = self.bits_literal(width, u64::from(width), span);
        let used = self.add(Op::Sub, vec![all, zeros], ty.clone(), span);
        let zero = self.bits_literal(width, 0, span);
        let is_zero = self.add(Op::Eq, vec![operand, zero], Type::Bits(1), span);
        self.add(Op::Sel { has_default: false }, vec![is_zero, used, zero], ty, span)
    }
}

/// Whether a built-in function asserts or covers.
fn is_effect(builtin: Builtin) -> bool {
    match builtin {
        Builtin::AssertEq
        | Builtin::AssertLt
        | Builtin::Assert
        | Builtin::AssertFmt
        | Builtin::Fail
        | Builtin::Cover => true,
        Builtin::AndReduce
        | Builtin::OrReduce
        | Builtin::XorReduce
        | Builtin::ArrayRev
        | Builtin::ArraySlice
        | Builtin::BitSliceUpdate
        | Builtin::CeilLog2
        | Builtin::Clz
        | Builtin::Ctz
        | Builtin::Decode
        | Builtin::Encode
        | Builtin::Gate
        | Builtin::OneHot
        | Builtin::OneHotSel
        | Builtin::PrioritySel
        | Builtin::Rev
        | Builtin::Smulp
        | Builtin::Umulp
        | Builtin::Update
        | Builtin::Zip
        | Builtin::Enumerate => false,
    }
}

/// The name of a built-in function in the source.
pub(super) fn builtin_name(builtin: Builtin) -> &'static str {
    match builtin {
        Builtin::AndReduce => "and_reduce",
        Builtin::OrReduce => "or_reduce",
        Builtin::XorReduce => "xor_reduce",
        Builtin::ArrayRev => "array_rev",
        Builtin::ArraySlice => "array_slice",
        Builtin::BitSliceUpdate => "bit_slice_update",
        Builtin::CeilLog2 => "ceillog2",
        Builtin::Clz => "clz",
        Builtin::Ctz => "ctz",
        Builtin::Decode => "decode",
        Builtin::Encode => "encode",
        Builtin::Gate => "gate!",
        Builtin::OneHot => "one_hot",
        Builtin::OneHotSel => "one_hot_sel",
        Builtin::PrioritySel => "priority_sel",
        Builtin::Rev => "rev",
        Builtin::Smulp => "smulp",
        Builtin::Umulp => "umulp",
        Builtin::Update => "update",
        Builtin::Zip => "zip",
        Builtin::Enumerate => "enumerate",
        Builtin::AssertEq => "assert_eq",
        Builtin::AssertLt => "assert_lt",
        Builtin::Assert => "assert!",
        Builtin::AssertFmt => "assert_fmt!",
        Builtin::Fail => "fail!",
        Builtin::Cover => "cover!",
    }
}
