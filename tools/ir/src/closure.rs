//! The part of a package that one function needs, or several.

use std::collections::BTreeMap;

use crate::{FuncId, Function, Package, Top};

/// The functions that `top` reaches through invoke, map and loop bodies, in the order of `package` (so callees come
/// first and `top` last), with `top` marked as the package's top. The table of files is kept too, and nothing else.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn of(package: &Package, top: FuncId) -> Package {
    of_all(package, &[top]).0
}

/// [`of`], without a copy of the functions.
///
/// # Panics
/// If `top` is not a function of `package`.
pub fn cut(package: Package, top: FuncId) -> Package {
    cut_all(package, &[top]).0
}

/// The same for several functions, which may reach each other: what `tops` reach, in the order of `package`, and the new ids
/// of `tops`. The last function is one of them. The package's top is marked if there is one only.
///
/// # Panics
/// If `tops` is empty or not made of functions of `package`.
pub fn of_all(package: &Package, tops: &[FuncId]) -> (Package, Vec<FuncId>) {
    let reached = reachable_from(package, tops);
    let functions = package.iter().filter(|(id, _)| reached[id.index()]).map(|(id, function)| (id, function.clone()));
    made_of(package.name.clone(), package.files.clone(), functions, reached.len(), tops)
}

/// [`of_all`], without a copy of the functions.
///
/// # Panics
/// As [`of_all`].
pub fn cut_all(package: Package, tops: &[FuncId]) -> (Package, Vec<FuncId>) {
    let reached = reachable_from(&package, tops);
    let functions = package.functions.into_iter().enumerate().map(|(index, function)| (FuncId::new(index), function));
    let functions = functions.filter(|(id, _)| reached[id.index()]);
    made_of(package.name, package.files, functions, reached.len(), tops)
}

/// Whether `package` is what [`of_all`] makes of it: all functions are needed by `tops`, and the last one is one of `tops`.
///
/// # Panics
/// If `tops` is not made of functions of `package`.
pub fn is_closed(package: &Package, tops: &[FuncId]) -> bool {
    tops.iter().any(|top| top.index() + 1 == package.functions.len())
        && reachable_from(package, tops).into_iter().all(|reached| reached)
}

/// A package of some functions of another package, which had `count` functions. Each comes with its id there; callees come
/// first, and one of `tops` is last.
fn made_of(
    name: Box<str>,
    files: BTreeMap<u32, Box<str>>,
    chosen: impl Iterator<Item = (FuncId, Function)>,
    count: usize,
    tops: &[FuncId],
) -> (Package, Vec<FuncId>) {
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
    let top = (tops.len() == 1).then(|| Top::Function(FuncId::new(functions.len() - 1)));
    // Every one was reached.
    let tops = tops.iter().filter_map(|top| renumbered[top.index()]).collect();
    (Package { name, files, functions, skipped: Vec::new(), top }, tops)
}

/// For each function of the package, whether `top` reaches it (`top` reaches itself).
pub fn reachable(package: &Package, top: FuncId) -> Vec<bool> {
    reachable_from(package, &[top])
}

/// For each function of the package, whether one of `tops` reaches it (each reaches itself).
pub fn reachable_from(package: &Package, tops: &[FuncId]) -> Vec<bool> {
    let mut reached = vec![false; package.functions.len()];
    for top in tops {
        reached[top.index()] = true;
    }
    // Callees stand before their callers, so one backward sweep is enough.
    for index in (0..reached.len()).rev() {
        if reached[index] {
            for callee in package.functions[index].callees(FuncId::new(index)) {
                reached[callee.index()] = true;
            }
        }
    }
    reached
}
