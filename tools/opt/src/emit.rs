//! Turns a graph into a function: removes dead code and numbers the entities again.

use xls_aot_ir::{FuncId, Function, Node, NodeId, Package};

use crate::effects::{is_root, Facts};
use crate::weight::node_weight;

/// The function that a graph holds: `nodes` in topological order with the parameters first, `ret` returned. Without
/// `keep_all`, nodes that neither the result nor an event depends on are dropped. Name and attributes are those of
/// `source`.
pub(crate) fn function(
    mut nodes: Vec<Node>,
    ret: NodeId,
    source: &Function,
    facts: &[Facts],
    keep_all: bool,
) -> Function {
    let params = source.params.len();
    let mut live = vec![keep_all; nodes.len()];
    live[..params].fill(true);
    mark_live(&mut live, &nodes, ret, facts);
    let mut renumbered = vec![NodeId::new(0); nodes.len()];
    let (mut index, mut kept) = (0, 0);
    nodes.retain_mut(|node| {
        let is_live = live[index];
        if is_live {
            for operand in node.operands.iter_mut() {
                *operand = renumbered[operand.index()];
            }
            renumbered[index] = NodeId::new(kept);
            kept += 1;
        }
        index += 1;
        is_live
    });
    nodes.shrink_to_fit();
    Function {
        name: source.name.clone(),
        params: (0..params).map(NodeId::new).collect(),
        nodes,
        ret: renumbered[ret.index()],
        return_type: source.return_type.clone(),
        attributes: source.attributes.clone(),
        span: source.span,
    }
}

/// Marks what the result or an event depends on.
fn mark_live(live: &mut [bool], nodes: &[Node], ret: NodeId, facts: &[Facts]) {
    live[ret.index()] = true;
    for (index, node) in nodes.iter().enumerate().rev() {
        if live[index] || is_root(&node.op, facts) {
            live[index] = true;
            for operand in node.operands.iter() {
                live[operand.index()] = true;
            }
        }
    }
}

/// Weight of the nodes that the result or an event depends on.
pub(crate) fn live_weight(nodes: &[Node], ret: NodeId, facts: &[Facts]) -> u64 {
    let mut live = vec![false; nodes.len()];
    mark_live(&mut live, nodes, ret, facts);
    let live = nodes.iter().zip(live).filter(|&(_, live)| live);
    live.fold(0, |sum: u64, (node, _)| sum.saturating_add(node_weight(nodes, node)))
}

/// Gives every node except the parameters of roots a new id: `first` and up, in order.
pub(crate) fn number(package: &mut Package, roots: &[FuncId], first: u64) {
    let mut next = first;
    let mut is_root = vec![false; package.functions.len()];
    for root in roots {
        // A faulty pass may have lost a root, which the verifier tells.
        if let Some(is_root) = is_root.get_mut(root.index()) {
            *is_root = true;
        }
    }
    for (function, is_root) in package.functions.iter_mut().zip(is_root) {
        let kept = if is_root { function.params.len() } else { 0 };
        for node in &mut function.nodes[kept..] {
            node.id = next;
            next += 1;
        }
    }
}
