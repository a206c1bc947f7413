//! Walks over typed expressions.

use crate::check::typed::{Body, ExprId, ExprKind, LocalId, Pattern, PatternKind, Statement};

/// Calls `visit` for the expression and all below it, parents first, children in the order of evaluation.
pub(super) fn each_expr<'a>(body: &'a Body, root: ExprId, visit: &mut dyn FnMut(ExprId, &'a ExprKind)) {
    let mut stack = vec![root];
    while let Some(id) = stack.pop() {
        let kind = &body.expr(id).kind;
        visit(id, kind);
        let first = stack.len();
        push_children(kind, &mut stack);
        stack[first..].reverse();
    }
}

/// The expressions directly below one.
fn push_children(kind: &ExprKind, children: &mut Vec<ExprId>) {
    match kind {
        ExprKind::Literal(_) | ExprKind::Constant(_) | ExprKind::Local(_) | ExprKind::Range { .. } => {}
        ExprKind::Unary(_, operand)
        | ExprKind::Cast(operand)
        | ExprKind::Element(operand, _)
        | ExprKind::BitSlice { operand, .. } => children.push(*operand),
        ExprKind::Binary(_, left, right) => children.extend([*left, *right]),
        ExprKind::Tuple(elements) | ExprKind::Array(elements) => children.extend(elements),
        ExprKind::Struct { fields, .. } => children.extend(fields),
        ExprKind::StructUpdate { base, fields } => {
            children.push(*base);
            children.extend(fields.iter().map(|&(_, value)| value));
        }
        ExprKind::Index { array, index } => children.extend([*array, *index]),
        ExprKind::WidthSlice { operand, start } => children.extend([*operand, *start]),
        ExprKind::If { condition, then, otherwise } => children.extend([*condition, *then, *otherwise]),
        ExprKind::Match { scrutinee, arms } => {
            children.push(*scrutinee);
            children.extend(arms.iter().map(|arm| arm.value));
        }
        ExprKind::Block { statements, result } => {
            children.extend(statements.iter().map(|statement| match statement {
                Statement::Let { value, .. } => *value,
                Statement::Expr(expr) => *expr,
            }));
            children.extend(result);
        }
        ExprKind::For { iterable, init, body, .. } => children.extend([*init, *iterable, *body]),
        ExprKind::Call { arguments, .. } | ExprKind::Builtin { arguments, .. } => children.extend(arguments),
        ExprKind::Map { array, captures, .. } => {
            children.push(*array);
            children.extend(captures);
        }
        ExprKind::Trace(trace) => children.extend(&trace.arguments),
    }
}

/// The locals that an expression or anything below it reads.
pub(super) fn read_locals(body: &Body, root: ExprId, read: &mut Vec<LocalId>) {
    each_expr(body, root, &mut |_, kind| match kind {
        ExprKind::Local(local) => read.push(*local),
        ExprKind::Match { arms, .. } => {
            for pattern in arms.iter().flat_map(|arm| &arm.patterns) {
                read_by_pattern(pattern, read);
            }
        }
        _ => {}
    });
}

fn read_by_pattern(pattern: &Pattern, read: &mut Vec<LocalId>) {
    match &pattern.kind {
        PatternKind::Local(local) => read.push(*local),
        PatternKind::Tuple(elements) => elements.iter().for_each(|element| read_by_pattern(element, read)),
        PatternKind::Wildcard
        | PatternKind::Rest
        | PatternKind::Bind(_)
        | PatternKind::Value(_)
        | PatternKind::Range { .. } => {}
    }
}
