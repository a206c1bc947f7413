//! The part of a package that one function needs.

use std::collections::BTreeMap;

use crate::{FuncId, Function, Package, Top};

/// The functions that `top` reaches through invoke, map and loop bodies, in the order of `package` (so callees come
/// first and `top` last), with `top` marked as the package's top. The table of files is kept too, and nothing else.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn of(package: &Package, top: FuncId) -> Package {
    let reached = reachable(package, top);
    let functions = package.iter().filter(|(id, _)| reached[id.index()]).map(|(id, function)| (id, function.clone()));
    made_of(package.name.clone(), package.files.clone(), functions, reached.len())
}

/// [`of`], without a copy of the functions.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn cut(package: Package, top: FuncId) -> Package {
    let reached = reachable(&package, top);
    let functions = package.functions.into_iter().enumerate().map(|(index, function)| (FuncId::new(index), function));
    let functions = functions.filter(|(id, _)| reached[id.index()]);
    made_of(package.name, package.files, functions, reached.len())
}

/// Whether all functions of `package` are what `top` needs, in the order that [`of`] gives them.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn is_closed(package: &Package, top: FuncId) -> bool {
    top.index() + 1 == package.functions.len() && reachable(package, top).into_iter().all(|reached| reached)
}

/// A package of some functions of another package, which had `count` functions. Each comes with its id there; callees come
/// first, the top last.
fn made_of(
    name: Box<str>,
    files: BTreeMap<u32, Box<str>>,
    chosen: impl Iterator<Item = (FuncId, Function)>,
    count: usize,
) -> Package {
    let mut renumbered = vec![None; count];
    let mut functions = Vec::new();
    for (id, mut function) in chosen {
        let new_id = FuncId::new(functions.len());
        renumbered[id.index()] = Some(new_id);
        // What keeps its place has only callees that keep theirs.
        let moved = if new_id == id { &mut [] } else { &mut *function.nodes };
        for node in moved {
            if let Some(callee) = node.op.callee_mut() {
                // Every callee was reached, and comes before its caller.
                if let Some(new) = renumbered[callee.index()] {
                    *callee = new;
                }
            }
        }
        functions.push(function);
    }
    let top = FuncId::new(functions.len() - 1);
    Package { name, files, functions, skipped: Vec::new(), top: Some(Top::Function(top)) }
}

/// For each function of the package, whether `top` reaches it (`top` reaches itself).
pub fn reachable(package: &Package, top: FuncId) -> Vec<bool> {
    let mut reached = vec![false; package.functions.len()];
    reached[top.index()] = true;
    // Callees stand before their callers, so one backward sweep is enough.
    for index in (0..=top.index()).rev() {
        if reached[index] {
            for callee in package.functions[index].callees(FuncId::new(index)) {
                reached[callee.index()] = true;
            }
        }
    }
    reached
}
