//! Rules on packages, functions and references rather than on single operations.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::Diagnostic;
use crate::{FuncId, Function, NodeId, Op, Package, Type};

/// Names and ids that must be unique in the package.
pub(super) fn verify_package(package: &Package, findings: &mut Vec<Diagnostic>) {
    let mut names = HashSet::new();
    for function in &package.functions {
        if !names.insert(&*function.name) {
            findings.push(
                Diagnostic::invalid("E0501", function.span, format!("a second function `{}`", function.name))
                    .note("each function of a package has its own name"),
            );
        }
    }
    if !ids_are_unique(package) {
        report_duplicate_ids(package, findings);
    }
}

/// Whether no two nodes have the same id. Ids are nearly always dense, so a table of bits suffices for most packages.
fn ids_are_unique(package: &Package) -> bool {
    let nodes = || package.functions.iter().flat_map(|f| &f.nodes);
    let dense = 64 * (nodes().count() as u64 + 1);
    let mut small = vec![0u64; (dense / 64) as usize];
    let mut large = HashSet::new();
    nodes().all(|node| {
        if node.id >= dense {
            return large.insert(node.id);
        }
        let (word, bit) = (&mut small[(node.id / 64) as usize], 1 << (node.id % 64));
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    })
}

fn report_duplicate_ids(package: &Package, findings: &mut Vec<Diagnostic>) {
    let mut owners = HashMap::new();
    for function in &package.functions {
        for node in &function.nodes {
            if let Some((name, of)) = owners.insert(node.id, (node.display_name(), &function.name)) {
                let message =
                    format!("the id {} of `{}` is also the id of `{name}` in `{of}`", node.id, node.display_name());
                findings.push(
                    Diagnostic::invalid("E0502", node.span, message)
                        .note("ids are unique in the whole package; leave `id=` out to have one chosen"),
                );
            }
        }
    }
}

/// Checks parameters, result and attributes of a function.
pub(super) fn verify_function(function: &Function, findings: &mut Vec<Diagnostic>) {
    let params_first = function.params.len() <= function.nodes.len()
        && function.params.iter().enumerate().all(|(i, param)| param.index() == i)
        && function.nodes.iter().enumerate().all(|(i, node)| {
            let is_param = i < function.params.len();
            let found = if let Op::Param { index } = node.op { Some(index as usize) } else { None };
            found == is_param.then_some(i)
        });
    if !params_first {
        let message = format!("the parameters of `{}` are not its first nodes in order", function.name);
        findings.push(Diagnostic::invalid("E0503", function.span, message));
    }
    let Some(ret) = function.nodes.get(function.ret.index()) else {
        let message = format!("`{}` returns a node that it does not have", function.name);
        findings.push(Diagnostic::invalid("E0504", function.span, message));
        return;
    };
    if ret.ty != function.return_type {
        let message = format!(
            "`{}` is declared to return {}, but returns `{}` of type {}",
            function.name,
            function.return_type.short(),
            ret.display_name(),
            ret.ty.short()
        );
        findings.push(Diagnostic::invalid("E0401", ret.span, message));
    }
    let non_synth = function.attributes.iter().any(|attribute| &**attribute == "non_synth");
    if non_synth && function.return_type != Type::unit() {
        let message =
            format!("`{}` is marked `non_synth`, but returns {}", function.name, function.return_type.short());
        findings.push(Diagnostic::invalid("E0505", function.span, message).note("a `non_synth` function returns `()`"));
    }
}

/// True if all nodes and functions that the node refers to exist and come before it.
pub(super) fn verify_references(
    id: FuncId,
    function: &Function,
    node_id: NodeId,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let node = function.node(node_id);
    let operands_before = node.operands.iter().all(|operand| *operand < node_id);
    let callee_before = node.op.callee().is_none_or(|callee| callee < id);
    if operands_before && callee_before {
        return true;
    }
    let what = if operands_before { "a function that does not stand" } else { "an operand that does not stand" };
    let message = format!("`{}` uses {what} before it", node.display_name());
    findings.push(Diagnostic::invalid("E0506", node.span, message));
    false
}
