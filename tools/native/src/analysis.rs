//! Facts about functions that lowering needs beforehand: which nodes are needed, where each value is used last, which
//! divisions are shared.

use std::collections::VecDeque;
use std::rc::Rc;

use xls_aot_ir::{Effect, Function, NodeId, Package};

use crate::shared_divisions::SharedDivisions;

/// Value of [`FuncInfo::last_use`] for the returned node, which is needed until the end.
pub(crate) const LIVES_ON: u32 = u32::MAX;

/// Facts about one function.
#[derive(Debug)]
pub(crate) struct FuncInfo {
    /// Nodes that are computed: those that the result or an event depends on.
    pub live: Vec<bool>,
    /// For each live node, the index of the last live node that uses it; [`LIVES_ON`] for the returned node; its own
    /// index if no node uses it.
    pub last_use: Vec<u32>,
    /// Divisions that share one computation.
    pub divisions: SharedDivisions,
    /// Whether events can happen in it.
    pub effects: bool,
}

/// Facts about all functions of a package.
pub(crate) fn analyse(package: &Package) -> Vec<Rc<FuncInfo>> {
    let mut infos: Vec<FuncInfo> = Vec::with_capacity(package.functions.len());
    // Callees come first.
    for (_, function) in package.iter() {
        let info = analyse_function(function, &infos);
        infos.push(info);
    }
    infos.into_iter().map(Rc::new).collect()
}

fn analyse_function(function: &Function, callees: &[FuncInfo]) -> FuncInfo {
    let count = function.nodes.len();
    let mut live = vec![false; count];
    let mut queue = VecDeque::new();
    let mut effects = false;
    let mut mark = |node: NodeId, queue: &mut VecDeque<NodeId>| {
        if !std::mem::replace(&mut live[node.index()], true) {
            queue.push_back(node);
        }
    };
    mark(function.ret, &mut queue);
    for (id, node) in function.iter() {
        let callee_has_effects = node.op.callee().is_some_and(|callee| callees[callee.index()].effects);
        if node.op.effect() != Effect::None || callee_has_effects {
            effects = true;
            mark(id, &mut queue);
        }
    }
    while let Some(id) = queue.pop_front() {
        for &operand in function.node(id).operands.iter() {
            mark(operand, &mut queue);
        }
    }
    let mut last_use: Vec<u32> = (0..count as u32).collect();
    for (id, node) in function.iter().filter(|(id, _)| live[id.index()]) {
        for &operand in node.operands.iter() {
            last_use[operand.index()] = id.index() as u32;
        }
    }
    last_use[function.ret.index()] = LIVES_ON;
    let divisions = SharedDivisions::of(function, &live);
    FuncInfo { live, last_use, divisions, effects }
}
