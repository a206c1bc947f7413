//! Which functions a package has, and in which order.

use std::collections::HashSet;

use super::walk::each_expr;
use crate::check::typed::{Callee, Checked, ExprKind, InstanceId};

/// The roots and all functions that they reach, each behind the functions that it calls.
pub(super) fn callees_first(checked: &Checked, roots: &[InstanceId]) -> Vec<InstanceId> {
    let mut order = Vec::new();
    let mut seen = HashSet::new();
    for &root in roots {
        // A function is left when all its callees are in the order.
        let mut stack: Vec<(InstanceId, Vec<InstanceId>)> = Vec::new();
        if seen.insert(root) {
            stack.push((root, callees(checked, root)));
        }
        while let Some((instance, rest)) = stack.last_mut() {
            match rest.pop() {
                Some(callee) if seen.insert(callee) => stack.push((callee, callees(checked, callee))),
                Some(_) => {}
                None => {
                    order.push(*instance);
                    stack.pop();
                }
            }
        }
    }
    order
}

/// The functions that an instance calls; the first call is the last entry.
pub(super) fn callees(checked: &Checked, instance: InstanceId) -> Vec<InstanceId> {
    let body = &checked.function(instance).body;
    let mut callees = Vec::new();
    each_expr(body, body.root(), &mut |_, kind| match kind {
        ExprKind::Call { callee, .. } | ExprKind::Map { callee: Callee::Instance(callee), .. } => callees.push(*callee),
        _ => {}
    });
    callees.reverse();
    callees
}
