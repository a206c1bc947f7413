//! The part of a package that one function needs, or several.

use std::collections::BTreeMap;

use crate::{FuncId, Function, Package, Top};

/// The functions that `top` reaches through invoke, map and loop bodies, in the order of `package` (so callees come
/// first and `top` last), with `top` marked as the package's top. Nothing else is kept but the table of files.
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

/// The functions that `tops` reach, in the order of `package`, and the new ids of `tops`. The package's top is marked if
/// there is one only.
///
/// # Panics
/// If `tops` is empty or not made of functions of `package`.
pub fn cut_all(package: Package, tops: &[FuncId]) -> (Package, Vec<FuncId>) {
    let reached = reachable_from(&package, tops);
    let new_id = |top: FuncId| FuncId::new(reached[..top.index()].iter().filter(|&&reached| reached).count());
    let ids: Vec<FuncId> = tops.iter().map(|&top| new_id(top)).collect();
    let functions = package.functions.into_iter().enumerate().map(|(index, function)| (FuncId::new(index), function));
    let functions = functions.filter(|(id, _)| reached[id.index()]);
    let mut closure = made_of(package.name, package.files, functions, reached.len());
    if tops.len() > 1 {
        closure.top = None;
    }
    (closure, ids)
}

/// A package of some functions of another one, which had `count`: their own ids there, callees first, the top last.
fn made_of(
    name: Box<str>,
    files: BTreeMap<u32, Box<str>>,
    chosen: impl Iterator<Item = (FuncId, Function)>,
    count: usize,
) -> Package {
    let mut renumbered = vec![None; count];
    let mut functions = Vec::new();
    for (id, mut function) in chosen {
        renumbered[id.index()] = Some(FuncId::new(functions.len()));
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
    Package { name, files, functions, skipped: Vec::new(), top: Some(Top::Function(top)) }
}

/// For each function of the package, whether `top` reaches it (`top` reaches itself).
pub fn reachable(package: &Package, top: FuncId) -> Vec<bool> {
    reachable_from(package, &[top])
}

fn reachable_from(package: &Package, tops: &[FuncId]) -> Vec<bool> {
    let mut reached = vec![false; package.functions.len()];
    for top in tops {
        reached[top.index()] = true;
    }
    // Callees stand before their callers, so one backward sweep is enough.
    for index in (0..package.functions.len()).rev() {
        if reached[index] {
            for callee in package.functions[index].nodes.iter().filter_map(|node| node.op.callee()) {
                reached[callee.index()] = true;
            }
        }
    }
    reached
}
