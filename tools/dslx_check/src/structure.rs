//! Whether two functions consist of the same nodes.

use std::collections::HashMap;

use xls_aot_ir::{Effect, FuncId, Function, Node, NodeId, Op, OpKind, Package};

/// Whether `ours` and `theirs` have the same nodes in the same order, and so have the functions that they call. Literals
/// count where they are used, not where they stand. Names, ids, positions and nodes that nothing needs do not count.
pub fn same_structure(ours: (&Package, FuncId), theirs: (&Package, FuncId), known: &mut Known) -> bool {
    let key = (ours.1, theirs.1);
    if let Some(&same) = known.get(&key) {
        return same;
    }
    // The call graph has no cycles, so the answer is not needed before it is known.
    let same = compare(ours, theirs, known);
    known.insert(key, same);
    same
}

/// Pairs of functions that were compared.
pub type Known = HashMap<(FuncId, FuncId), bool>;

fn compare(ours: (&Package, FuncId), theirs: (&Package, FuncId), known: &mut Known) -> bool {
    let (f, g) = (ours.0.function(ours.1), theirs.0.function(theirs.1));
    if f.params.len() != g.params.len() || f.return_type != g.return_type {
        return false;
    }
    let (mine, other) = (compared_nodes(f), compared_nodes(g));
    if mine.len() != other.len() {
        return false;
    }
    let mut pairs: HashMap<NodeId, NodeId> = f.params.iter().copied().zip(g.params.iter().copied()).collect();
    for (&a, &b) in f.params.iter().zip(&g.params) {
        if f.node(a).ty != g.node(b).ty {
            return false;
        }
    }
    for (&a, &b) in mine.iter().zip(&other) {
        let (x, y) = (f.node(a), g.node(b));
        if x.ty != y.ty || x.operands.len() != y.operands.len() {
            return false;
        }
        let operands_agree = x.operands.iter().zip(&y.operands).all(|(&a, &b)| same_operand((f, a), (g, b), &pairs));
        if !operands_agree || !same_op((ours.0, &x.op), (theirs.0, &y.op), known) {
            return false;
        }
        pairs.insert(a, b);
    }
    same_operand((f, f.ret), (g, g.ret), &pairs)
}

/// The nodes that count: those that the result or an effect needs, without parameters, literals, and extensions that
/// extend by nothing. A call may have effects.
fn compared_nodes(function: &Function) -> Vec<NodeId> {
    let mut needed = vec![false; function.nodes.len()];
    needed[function.ret.index()] = true;
    for (id, node) in function.iter().rev() {
        let has_effect = node.op.callee().is_some() || node.op.info().effect != Effect::None;
        if has_effect || needed[id.index()] {
            needed[id.index()] = true;
            for &operand in &node.operands {
                needed[operand.index()] = true;
            }
        }
    }
    let counts = |id: NodeId, node: &Node| {
        needed[id.index()] && !matches!(node.op.kind(), OpKind::Literal | OpKind::Param) && meant(function, id) == id
    };
    function.iter().filter(|&(id, node)| counts(id, node)).map(|(id, _)| id).collect()
}

/// The node whose value this one has: an extension to the same width is its operand.
fn meant(function: &Function, id: NodeId) -> NodeId {
    let node = function.node(id);
    match node.op.kind() {
        OpKind::ZeroExt | OpKind::SignExt if function.node(node.operands[0]).ty == node.ty => {
            meant(function, node.operands[0])
        }
        _ => id,
    }
}

fn same_operand(ours: (&Function, NodeId), theirs: (&Function, NodeId), pairs: &HashMap<NodeId, NodeId>) -> bool {
    let (a, b) = (meant(ours.0, ours.1), meant(theirs.0, theirs.1));
    let (x, y) = (ours.0.node(a), theirs.0.node(b));
    match (&x.op, &y.op) {
        (Op::Literal { value: a }, Op::Literal { value: b }) => a == b && x.ty == y.ty,
        _ => pairs.get(&a) == Some(&b),
    }
}

fn same_op(ours: (&Package, &Op), theirs: (&Package, &Op), known: &mut Known) -> bool {
    match (ours.1.callee(), theirs.1.callee()) {
        (Some(a), Some(b)) => {
            // Apart from the callee the operations must be equal.
            let mut renamed = ours.1.clone();
            if let Some(callee) = renamed.callee_mut() {
                *callee = b;
            }
            renamed == *theirs.1 && same_structure((ours.0, a), (theirs.0, b), known)
        }
        _ => ours.1 == theirs.1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::read_package;

    fn same(ours: &str, theirs: &str) -> bool {
        let read = |text: &str| {
            read_package("f.ir", format!("package p\n{text}").as_bytes()).unwrap_or_else(|error| panic!("{error}"))
        };
        let (a, b) = (read(ours), read(theirs));
        let last = |package: &Package| FuncId::new(package.functions.len() - 1);
        same_structure((&a, last(&a)), (&b, last(&b)), &mut Known::new())
    }

    const SUM: &str = "fn f(x: bits[8]) -> bits[8] { l: bits[8] = literal(value=1)\n ret y: bits[8] = add(x, l) }";

    #[test]
    fn literals_may_stand_anywhere() {
        assert!(same(SUM, SUM));
        let unused = "fn f(x: bits[8]) -> bits[8] { a: bits[8] = literal(value=1)\n n: bits[8] = not(x)\n \
                      e: bits[8] = zero_ext(x, new_bit_count=8)\n ret z: bits[8] = add(e, a) }";
        assert!(same(SUM, unused));
    }

    #[test]
    fn what_differs_is_seen() {
        assert!(!same(SUM, &SUM.replace("value=1", "value=2")));
        assert!(!same(SUM, &SUM.replace("add(x, l)", "add(l, x)")));
        assert!(!same(SUM, &SUM.replace("add", "sub")));
        assert!(!same(SUM, &SUM.replace("8", "9")));
        let call = format!("{}\nfn g(x: bits[8]) -> bits[8] {{ ret y: bits[8] = invoke(x, to_apply=f) }}", SUM);
        assert!(same(&call, &call));
        assert!(!same(&call, &call.replace("value=1", "value=2")));
    }
}
