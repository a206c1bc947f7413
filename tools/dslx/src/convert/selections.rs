//! `if` and `match`.

use xls_aot_ir::{NodeId, Op, Type};

use super::function::{Branch, FunctionConverter};
use super::Converted;
use crate::check::typed::{Arm, ExprId, Pattern, PatternKind};
use crate::source::Span;

impl FunctionConverter<'_, '_> {
    /// Converts `expr`, which is evaluated if a branch is taken.
    fn in_branch(&mut self, branch: Branch, expr: ExprId) -> Converted<NodeId> {
        if let Some(effects) = &mut self.effects {
            effects.branches.push(branch);
        }
        let node = self.expr(expr);
        if let Some(effects) = &mut self.effects {
            effects.branches.pop();
        }
        node
    }

    pub(super) fn conditional(
        &mut self,
        condition: ExprId,
        then: ExprId,
        otherwise: ExprId,
        span: Span,
    ) -> Converted<NodeId> {
        let condition = self.expr(condition)?;
        let then = self.in_branch(Branch::Then(condition), then)?;
        let otherwise = self.in_branch(Branch::Otherwise(condition), otherwise)?;
        let ty = self.builder.ty(then).clone();
        Ok(self.add(Op::Sel { has_default: false }, vec![condition, otherwise, then], ty, Some(span)))
    }

    /// The first arm that matches, or the last one.
    pub(super) fn matching(&mut self, scrutinee: ExprId, arms: &[Arm], span: Span) -> Converted<NodeId> {
        let scrutinee = self.expr(scrutinee)?;
        let Some((last, arms)) = arms.split_last() else { unreachable!("a `match` has an arm") };
        let mut selectors: Vec<NodeId> = Vec::with_capacity(arms.len());
        let mut values = Vec::with_capacity(arms.len());
        for arm in arms {
            let mut matching: Vec<NodeId> =
                arm.patterns.iter().map(|pattern| self.matches(pattern, scrutinee)).collect();
            let selector = match matching.len() {
                1 => matching.remove(0),
                _ => self.add(Op::Or, matching, Type::Bits(1), Some(arm.span)),
            };
            let branch = Branch::Arm { before: selectors.clone(), matches: Some(selector) };
            selectors.push(selector);
            values.push(self.in_branch(branch, arm.value)?);
        }
        if let Some(pattern) = last.patterns.first() {
            self.matches(pattern, scrutinee);
        }
        let branch = Branch::Arm { before: selectors.clone(), matches: None };
        let default = self.in_branch(branch, last.value)?;
        if selectors.is_empty() {
            return Ok(default);
        }
        // The first arm is the lowest bit.
        let width = selectors.len() as u32;
        let bits = selectors.into_iter().rev().collect();
        let selector = self.add(Op::Concat, bits, Type::Bits(width), None);
        let ty = self.builder.ty(default).clone();
        let operands = [selector].into_iter().chain(values).chain([default]).collect();
        Ok(self.add(Op::PrioritySel, operands, ty, Some(span)))
    }

    /// Whether a pattern matches; binds its names.
    fn matches(&mut self, pattern: &Pattern, value: NodeId) -> NodeId {
        match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Rest => self.bits_literal(1, 1, Some(pattern.span)),
            PatternKind::Bind(local) => {
                self.bind(*local, value);
                self.bits_literal(1, 1, None)
            }
            PatternKind::Value(wanted) => {
                let ty = self.ir_type(pattern.ty);
                let wanted = self.literal(wanted.clone(), ty, Some(pattern.span));
                self.add(Op::Eq, vec![wanted, value], Type::Bits(1), Some(pattern.span))
            }
            PatternKind::Local(local) => {
                let wanted = self.local(*local);
                self.add(Op::Eq, vec![wanted, value], Type::Bits(1), Some(pattern.span))
            }
            PatternKind::Range { low, high, inclusive } => {
                let ty = self.ir_type(pattern.ty);
                let low = self.literal(low.clone(), ty.clone(), Some(pattern.span));
                let high = self.literal(high.clone(), ty, Some(pattern.span));
                let signed = self.session.checked.types.as_number(pattern.ty).is_some_and(|(signed, _)| signed);
                let (above, below) = match (signed, inclusive) {
                    (false, false) => (Op::Uge, Op::Ult),
                    (false, true) => (Op::Uge, Op::Ule),
                    (true, false) => (Op::Sge, Op::Slt),
                    (true, true) => (Op::Sge, Op::Sle),
                };
                let above = self.add(above, vec![value, low], Type::Bits(1), Some(pattern.span));
                let below = self.add(below, vec![value, high], Type::Bits(1), Some(pattern.span));
                self.add(Op::And, vec![above, below], Type::Bits(1), Some(pattern.span))
            }
            PatternKind::Tuple(elements) => {
                let mut all = self.bits_literal(1, 1, Some(pattern.span));
                for (index, element) in elements.iter().enumerate() {
                    if matches!(element.kind, PatternKind::Rest) {
                        continue;
                    }
                    let ty = self.ir_type(element.ty);
                    let part = self.element(value, index as u32, ty, Some(element.span));
                    let matches = self.matches(element, part);
                    all = self.add(Op::And, vec![all, matches], Type::Bits(1), Some(pattern.span));
                }
                all
            }
        }
    }
}
