//! Indices whose value is known while a function is checked: those that must be within bounds.

use std::collections::BTreeSet;

use xls_aot_ir::Value;

use super::infer::Infer;
use super::typed::{ExprId, ExprKind, LocalId, LocalOrigin};
use crate::constant::Stop;

/// Most steps of the evaluation of an index, and most expressions that are looked at for it.
const STEPS: u64 = 10_000;

impl Infer<'_, '_> {
    /// The value of a literal, of a constant, or of a local whose value follows from these: what libxls checks bounds of.
    pub fn cheap_constant(&mut self, id: ExprId) -> Option<Value> {
        match &self.body.expr(id).kind {
            ExprKind::Literal(value) => Some(value.clone()),
            ExprKind::Constant(constant) => Some(self.cx.constants[constant.index()].value.clone()),
            ExprKind::Local(local) => {
                let local = *local;
                match &self.body.local(local).origin {
                    LocalOrigin::Known(value) => Some(value.clone()),
                    LocalOrigin::Run => None,
                    LocalOrigin::Part { .. } => self.value_of_local(id, local),
                }
            }
            _ => None,
        }
    }

    /// The value of a `let`, if it is known at compile time and does not take long to find out.
    fn value_of_local(&mut self, id: ExprId, local: LocalId) -> Option<Value> {
        if self.is_made_by_loop(id) {
            return None;
        }
        let left = self.cx.budget.steps;
        self.cx.budget.steps = left.min(STEPS);
        let allowed = self.cx.budget.steps;
        let value = self.try_evaluate(id);
        self.cx.budget.steps = left - (allowed - self.cx.budget.steps);
        if let Err(Stop::NotConstant { .. }) = value {
            // So that this is not found out again for what depends on it.
            self.body.locals[local.index()].origin = LocalOrigin::Run;
        }
        value.ok()
    }

    /// Whether a `for` loop of this function is in what computes a value, or there is too much to look at. libxls does not
    /// know such a value, even if it does not depend on the loop.
    fn is_made_by_loop(&self, id: ExprId) -> bool {
        let mut seen = BTreeSet::new();
        let mut open = vec![id];
        let mut left = STEPS;
        while let Some(id) = open.pop() {
            if left == 0 || matches!(self.body.expr(id).kind, ExprKind::For { .. }) {
                return true;
            }
            left -= 1;
            self.push_operands(id, &mut open, &mut seen);
        }
        false
    }

    /// Adds what an expression is computed from. Statements of a block count only if they bind what the rest uses.
    fn push_operands(&self, id: ExprId, open: &mut Vec<ExprId>, seen: &mut BTreeSet<LocalId>) {
        match &self.body.expr(id).kind {
            ExprKind::Literal(_) | ExprKind::Constant(_) | ExprKind::Range { .. } => {}
            ExprKind::Local(local) => {
                if let LocalOrigin::Part { of, .. } = &self.body.local(*local).origin {
                    if seen.insert(*local) {
                        open.push(*of);
                    }
                }
            }
            ExprKind::Unary(_, operand)
            | ExprKind::Cast(operand)
            | ExprKind::Element(operand, _)
            | ExprKind::BitSlice { operand, .. } => open.push(*operand),
            ExprKind::Binary(_, left, right) => open.extend([*left, *right]),
            ExprKind::Tuple(all)
            | ExprKind::Array(all)
            | ExprKind::Struct { fields: all, .. }
            | ExprKind::Call { arguments: all, .. }
            | ExprKind::Builtin { arguments: all, .. } => open.extend(all),
            ExprKind::StructUpdate { base, fields } => {
                open.push(*base);
                open.extend(fields.iter().map(|&(_, value)| value));
            }
            ExprKind::Index { array, index } => open.extend([*array, *index]),
            ExprKind::WidthSlice { operand, start } => open.extend([*operand, *start]),
            ExprKind::If { condition, then, otherwise } => open.extend([*condition, *then, *otherwise]),
            ExprKind::Match { scrutinee, arms } => {
                open.push(*scrutinee);
                open.extend(arms.iter().map(|arm| arm.value));
            }
            ExprKind::Block { result, .. } => open.extend(*result),
            ExprKind::For { iterable, init, body, .. } => open.extend([*iterable, *init, *body]),
            ExprKind::Map { array, captures, .. } => {
                open.push(*array);
                open.extend(captures);
            }
            ExprKind::Trace(trace) => open.extend(&trace.arguments),
        }
    }
}
