//! Violations of `assumed_in_bounds` as events.
//!
//! The attribute of `array_index` and `array_update` promises that every index is within its array. It changes no value, so a
//! broken promise goes unnoticed. Here it becomes visible: a `cover` counts how often an access breaks it. Evaluator and back ends
//! know covers.
//!
//! Invariant: what a function returns, and its other events, stay as they are.

use crate::{Bits, FuncId, Function, Node, NodeId, Op, Package, Type, Value};

/// Adds a `cover` for each access of `package` whose promise can be broken, at the end of its function, and returns the covers by
/// function. The label of a cover is the name of the access, such as `array_index.7`.
pub fn cover_violations(package: &mut Package) -> Vec<(FuncId, NodeId)> {
    let ids = package.functions.iter().flat_map(|function| &function.nodes).map(|node| node.id);
    let mut next_id = ids.max().unwrap_or(0);
    let mut covers = Vec::new();
    for (index, function) in package.functions.iter_mut().enumerate() {
        for access in 0..function.nodes.len() {
            let mut added = Added { function, next_id: &mut next_id, access };
            if let Some(cover) = added.cover() {
                covers.push((FuncId::new(index), cover));
            }
        }
    }
    covers
}

/// What is added for one access.
struct Added<'a> {
    function: &'a mut Function,
    next_id: &'a mut u64,
    access: usize,
}

impl Added<'_> {
    /// The cover; `None` if the node is no such access, or if no index can be beyond the end.
    fn cover(&mut self) -> Option<NodeId> {
        let node = &self.function.nodes[self.access];
        let first_index = if matches!(node.op, Op::ArrayIndex { assumed_in_bounds: true }) {
            1
        } else if matches!(node.op, Op::ArrayUpdate { assumed_in_bounds: true }) {
            2
        } else {
            return None;
        };
        let label = node.display_name().into_boxed_str();
        let indices: Vec<NodeId> = node.operands[first_index..].to_vec();
        let mut ty = self.function.node(node.operands[0]).ty.clone();
        let mut violated = None;
        for index in indices {
            let Type::Array(array) = ty else { break };
            if let Some(beyond) = self.beyond(index, array.len) {
                violated = Some(match violated {
                    None => beyond,
                    Some(others) => self.add(Op::Or, vec![others, beyond], Type::Bits(1)),
                });
            }
            ty = array.element.clone();
        }
        Some(self.add(Op::Cover { label }, vec![violated?], Type::unit()))
    }

    /// `index >= len`, unless every value of the index is less.
    fn beyond(&mut self, index: NodeId, len: u64) -> Option<NodeId> {
        let Type::Bits(width) = self.function.node(index).ty else { return None };
        if width < 64 && 1 << width <= len {
            return None;
        }
        let value = Box::new(Value::Bits(Bits::from_u64(width, len)));
        let len = self.add(Op::Literal { value }, Vec::new(), Type::Bits(width));
        Some(self.add(Op::Uge, vec![index, len], Type::Bits(1)))
    }

    fn add(&mut self, op: Op, operands: Vec<NodeId>, ty: Type) -> NodeId {
        *self.next_id += 1;
        let access = &self.function.nodes[self.access];
        let (positions, span) = (access.positions.clone(), access.span);
        let node = Node { op, operands: operands.into(), ty, name: None, id: *self.next_id, positions, span };
        self.function.nodes.push(node);
        NodeId::new(self.function.nodes.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{print_package, read_package};

    const IR: &str = "package p

fn f(a: bits[8][3][2] id=1, i: bits[1] id=2, j: bits[2] id=3, v: bits[8] id=4, k: bits[70] id=5) -> bits[8][3][2] {
  both: bits[8] = array_index(a, indices=[i, j], assumed_in_bounds=true, id=6)
  checked: bits[8] = array_index(a, indices=[i, j], id=7)
  inner: bits[8][3] = array_index(a, indices=[i], assumed_in_bounds=true, id=8)
  whole: bits[8][3][2] = array_index(a, indices=[], assumed_in_bounds=true, id=9)
  ret r: bits[8][3][2] = array_update(whole, v, indices=[k, j], assumed_in_bounds=true, id=10)
}
";

    #[test]
    fn each_access_that_can_break_its_promise_has_a_cover() {
        let mut package = read_package("p.ir", IR.as_bytes()).unwrap();
        let covers = cover_violations(&mut package);
        assert_eq!(covers.len(), 2);
        let text = print_package(&package);
        let added: Vec<&str> = text.lines().skip_while(|line| !line.contains("id=11)")).collect();
        assert_eq!(
            added,
            [
                "  literal.11: bits[2] = literal(value=3, id=11)",
                "  uge.12: bits[1] = uge(j, literal.11, id=12)",
                "  cover.13: () = cover(uge.12, label=\"both\", id=13)",
                "  literal.14: bits[70] = literal(value=0x2, id=14)",
                "  uge.15: bits[1] = uge(k, literal.14, id=15)",
                "  literal.16: bits[2] = literal(value=3, id=16)",
                "  uge.17: bits[1] = uge(j, literal.16, id=17)",
                "  or.18: bits[1] = or(uge.15, uge.17, id=18)",
                "  cover.19: () = cover(or.18, label=\"r\", id=19)",
                // The returned node is printed last.
                "  ret r: bits[8][3][2] = array_update(whole, v, indices=[k, j], assumed_in_bounds=true, id=10)",
                "}",
            ]
        );
        assert_eq!(
            read_package("p.ir", text.as_bytes()).unwrap().functions[0].nodes.len(),
            package.functions[0].nodes.len()
        );
    }
}
