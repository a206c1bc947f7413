//! A single rewrite as a function, so that tests can prove it.

use std::collections::BTreeSet;

use xls_aot_ir::{Function, Node, NodeId, Op, Operands, Package, Span, Type};

use crate::effects::{is_effect, Facts};
use crate::emit;
use crate::graph::Expr;

/// The function of the graph's parameters whose result is a pair: `expr`, and the node `simpler` that replaces it. `nodes` are
/// those of the graph. None if one of the two depends on a call or an effect, or is no value.
pub(crate) fn package(nodes: &[Node], expr: &Expr<'_>, simpler: NodeId, facts: &[Facts]) -> Option<Package> {
    if expr.ty.contains_token() {
        return None;
    }
    let mut all = nodes.to_vec();
    let mut push = |op: Op, operands: &[NodeId], ty: Type| {
        let (positions, span) = (Default::default(), Span::default());
        all.push(Node { op, operands: operands.into(), ty, name: None, id: 0, positions, span });
        NodeId::new(all.len() - 1)
    };
    let replaced = push(expr.op.clone(), expr.args, expr.ty.clone());
    let pair = Type::tuple([expr.ty.clone(), expr.ty.clone()]);
    let ret = push(Op::Tuple, &[replaced, simpler], pair.clone());
    let needed = needed(&all, ret);
    if needed.iter().any(|&id| {
        let op = &all[id.index()].op;
        op.callee().is_some() || is_effect(op, facts) || all[id.index()].ty.contains_token()
    }) {
        return None;
    }
    let params = all.iter().take_while(|node| matches!(node.op, Op::Param { .. })).count();
    // Events of the graph are not the rewrite's.
    for (index, node) in all.iter_mut().enumerate().skip(params) {
        if !needed.contains(&NodeId::new(index)) {
            node.op = Op::Tuple;
            node.operands = Operands::default();
            node.ty = Type::unit();
        }
    }
    let source = Function {
        name: "rewrite".into(),
        params: (0..params).map(NodeId::new).collect(),
        nodes: Vec::new(),
        ret,
        return_type: pair,
        attributes: Vec::new(),
        span: Span::default(),
    };
    let function = emit::function(all, ret, &source, &[], false);
    let first = function.nodes.iter().map(|node| node.id).max().unwrap_or(0) + 1;
    let mut package = Package { name: "rewrite".into(), functions: vec![function], ..Package::default() };
    emit::number(&mut package, &[], first);
    Some(package)
}

/// The nodes that `ret` depends on, itself among them.
fn needed(nodes: &[Node], ret: NodeId) -> BTreeSet<NodeId> {
    let mut needed = BTreeSet::from([ret]);
    for index in (0..=ret.index()).rev() {
        if needed.contains(&NodeId::new(index)) {
            needed.extend(nodes[index].operands.iter().copied());
        }
    }
    needed
}
