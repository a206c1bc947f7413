//! The part of a package that one function needs.

use crate::{FuncId, Package, Top};

/// The functions that `top` reaches through invoke, map and loop bodies, in the order of `package` (so callees come
/// first and `top` last), with `top` marked as the package's top. Nothing else is kept but the table of files.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn of(package: &Package, top: FuncId) -> Package {
    let reached = reachable(package, top);
    let mut renumbered = vec![None; package.functions.len()];
    let mut functions = Vec::new();
    for (id, function) in package.iter().filter(|(id, _)| reached[id.index()]) {
        renumbered[id.index()] = Some(FuncId::new(functions.len()));
        let mut function = function.clone();
        for node in &mut function.nodes {
            if let Some(callee) = node.op.callee_mut() {
                // Every callee was reached, and stands before its caller.
                if let Some(new) = renumbered[callee.index()] {
                    *callee = new;
                }
            }
        }
        functions.push(function);
    }
    let top = FuncId::new(functions.len() - 1);
    Package {
        name: package.name.clone(),
        files: package.files.clone(),
        functions,
        skipped: Vec::new(),
        top: Some(Top::Function(top)),
    }
}

/// For each function of the package, whether `top` reaches it (`top` reaches itself).
pub fn reachable(package: &Package, top: FuncId) -> Vec<bool> {
    let mut reached = vec![false; package.functions.len()];
    reached[top.index()] = true;
    // Callees stand before their callers, so one backward sweep is enough.
    for index in (0..=top.index()).rev() {
        if reached[index] {
            for callee in package.functions[index].nodes.iter().filter_map(|node| node.op.callee()) {
                reached[callee.index()] = true;
            }
        }
    }
    reached
}
