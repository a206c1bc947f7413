//! The order of a function's nodes in libxls' text.
//!
//! libxls prints nodes from the result backwards: a node is ready when all its users are placed, and ready nodes are
//! placed in the order in which they became ready. Nodes without users are ready at once, the youngest first, but the
//! result comes before all others. Effects happen in the order of the nodes, so the order of events depends on it.

use xls_aot_ir::{Node, NodeId};

/// The nodes from first to last. `nodes` are in the order in which they were made; `result` is the one returned.
pub(super) fn text_order(nodes: &[Node], result: NodeId) -> Vec<NodeId> {
    let mut users = vec![0u32; nodes.len()];
    for node in nodes {
        for operand in distinct(node) {
            users[operand.index()] += 1;
        }
    }
    let mut placed: Vec<NodeId> = Vec::with_capacity(nodes.len());
    if users[result.index()] == 0 {
        placed.push(result);
    }
    for index in (0..nodes.len()).rev() {
        let node = NodeId::new(index);
        if users[index] == 0 && node != result {
            placed.push(node);
        }
    }
    let mut next = 0;
    while let Some(&node) = placed.get(next) {
        next += 1;
        for operand in distinct(&nodes[node.index()]) {
            let left = &mut users[operand.index()];
            *left -= 1;
            if *left == 0 {
                placed.push(operand);
            }
        }
    }
    placed.reverse();
    placed
}

/// The operands, last first, each once.
fn distinct(node: &Node) -> Vec<NodeId> {
    let mut operands: Vec<NodeId> = Vec::with_capacity(node.operands.len());
    let mut seen = std::collections::HashSet::new();
    let many = node.operands.len() > 16;
    for &operand in node.operands.iter().rev() {
        let is_new = if many { seen.insert(operand) } else { !operands.contains(&operand) };
        if is_new {
            operands.push(operand);
        }
    }
    operands
}
