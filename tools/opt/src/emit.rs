//! Turns a graph into a function: removes dead code and numbers the entities again.

use xls_aot_ir::{Function, Node, NodeId, Package};

use crate::effects::{is_root, Facts};

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
    live[ret.index()] = true;
    for index in (0..nodes.len()).rev() {
        let node = &nodes[index];
        if live[index] || is_root(&node.op, facts) {
            live[index] = true;
            for operand in node.operands.iter() {
                live[operand.index()] = true;
            }
        }
    }
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

/// Gives every node except the parameters a new id: `first` and up, in order.
pub(crate) fn number(package: &mut Package, first: u64) {
    let mut next = first;
    for function in &mut package.functions {
        let params = function.params.len();
        for node in &mut function.nodes[params..] {
            node.id = next;
            next += 1;
        }
    }
}
