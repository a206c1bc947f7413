//! The pass that computes what several concatenations begin with once.
//!
//! `a ++ b ++ x` and `a ++ b ++ c ++ y` become `p ++ x` and `q ++ y`, where `p = a ++ b`, `q = p ++ c`.
//!
//! Circuits that find their result bit by bit (division, square roots) use the bits so far in each step. To hardware a concatenation
//! costs nothing, so its optimisers write out all bits each time; a processor needs two instructions for each. The rules about
//! concatenations do so too, because they find more in long ones. So this pass is the last.

use std::collections::HashMap;

use xls_aot_ir::{Function, Node, NodeId, Op, Type};

use crate::graph::Fired;

/// The rule, as reports call it.
pub(crate) const RULE: &str = "shared_prefix";

/// Widest concatenation that is looked at: one machine word.
const MAX_WIDTH: u32 = 64;

/// Most operands of a concatenation that is looked at.
const MAX_OPERANDS: usize = 64;

/// The operands that concatenations begin with.
#[derive(Default)]
struct Prefix {
    /// How many concatenations begin so.
    users: u32,
    /// The node that has this value, once it is written.
    written: Option<NodeId>,
}

/// The function, rewritten; `None` if it stays as it is.
pub(crate) fn function(source: &Function) -> Option<(Function, Fired)> {
    let is_kept_whole = selectors(source);
    let mut prefixes: Vec<Prefix> = vec![Prefix::default()];
    let mut longer: HashMap<(usize, NodeId), usize> = HashMap::new();
    let mut paths: HashMap<NodeId, Vec<usize>> = HashMap::new();
    for (id, node) in source.iter().filter(|&(id, node)| !is_kept_whole[id.index()] && is_candidate(node)) {
        let mut path = vec![0];
        for &operand in node.operands.iter() {
            let next = *longer.entry((path[path.len() - 1], operand)).or_insert(prefixes.len());
            if next == prefixes.len() {
                prefixes.push(Prefix::default());
            }
            prefixes[next].users += 1;
            path.push(next);
        }
        paths.insert(id, path);
    }
    if prefixes.iter().all(|prefix| prefix.users < 2) {
        return None;
    }
    let mut function = Function { nodes: Vec::with_capacity(source.nodes.len()), ..source.clone() };
    let mut copies: Vec<NodeId> = Vec::with_capacity(source.nodes.len());
    let mut count = 0;
    for (id, node) in source.iter() {
        let mut copy = node.clone();
        copy.operands.iter_mut().for_each(|operand| *operand = copies[operand.index()]);
        if let Some(path) = paths.get(&id) {
            count += u64::from(shorten(&mut copy, path, &mut prefixes, &mut function.nodes));
        }
        copies.push(NodeId::new(function.nodes.len()));
        function.nodes.push(copy);
    }
    if count == 0 {
        return None;
    }
    function.ret = copies[source.ret.index()];
    function.params.iter_mut().for_each(|param| *param = copies[param.index()]);
    Some((function, Fired::from([(RULE, count)])))
}

/// Writes the prefixes of a concatenation that others have too, and takes the longest for its first operands, if there is one.
/// `path` are the prefixes of 0, 1, 2 and so on operands.
fn shorten(concat: &mut Node, path: &[usize], prefixes: &mut [Prefix], nodes: &mut Vec<Node>) -> bool {
    // The prefix that is written last: a node, and how many operands it stands for.
    let mut last: Option<(NodeId, usize)> = None;
    for length in 2..path.len() - 1 {
        let (users, longer) = (prefixes[path[length]].users, prefixes[path[length + 1]].users);
        // Where all go on alike, the longer prefix is enough.
        if users < 2 || longer == users {
            continue;
        }
        let node = *prefixes[path[length]].written.get_or_insert_with(|| {
            let operands = joined(last, &concat.operands[..length]);
            let width = operands.iter().map(|operand| nodes[operand.index()].ty.bit_count().unwrap_or(0)).sum();
            nodes.push(Node { operands: operands.into(), ty: Type::Bits(width), name: None, ..concat.clone() });
            NodeId::new(nodes.len() - 1)
        });
        last = Some((node, length));
    }
    concat.operands = joined(last, &concat.operands).into();
    last.is_some()
}

/// Operands of a concatenation, the first of which are a prefix.
fn joined(prefix: Option<(NodeId, usize)>, operands: &[NodeId]) -> Vec<NodeId> {
    match prefix {
        Some((node, length)) => std::iter::once(node).chain(operands[length..].iter().copied()).collect(),
        None => operands.to_vec(),
    }
}

fn is_candidate(node: &Node) -> bool {
    let width = node.ty.bit_count().unwrap_or(0);
    node.op == Op::Concat && width <= MAX_WIDTH && (3..=MAX_OPERANDS).contains(&node.operands.len())
}

/// For each node, whether it chooses between values: back ends look at the single bits of such a concatenation.
fn selectors(source: &Function) -> Vec<bool> {
    let mut selectors = vec![false; source.nodes.len()];
    for node in &source.nodes {
        let selects = matches!(
            node.op,
            Op::Sel { .. } | Op::PrioritySel | Op::OneHotSel | Op::OneHot { .. } | Op::Encode | Op::Reverse
        );
        if let Some(selector) = node.operands.first().filter(|_| selects) {
            selectors[selector.index()] = true;
        }
    }
    selectors
}
