//! Which divisions of a function share one computation.
//!
//! Let `d` be the divisor `y`, or 1 if `y` is 0 (signed: or -1), so that the division cannot trap. Then `x % y = x - (x
//! / d) * d` and `x / y = x / d`, except in the cases for which XLS defines a result of its own. So one division gives
//! both quotient and remainder, and for wide vectors, one call of the routine does.
//!
//! Side conditions: the results are in SSA values. Both are nodes of one function, have the same operand nodes in the
//! same order, and the same signedness. A node has one type, so they also have the same width. Inlined functions and
//! loop bodies have nodes of their own and share nothing with the code around them, so the first division comes before
//! the others on every path.

use std::collections::BTreeMap;

use xls_aot_ir::family::Division as DivisionOp;
use xls_aot_ir::{Family, Function, Node, NodeId};

use crate::repr::SSA_BITS_MAX;

/// A division, identified by everything that its results depend on.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Division {
    /// Their common type is the type of the results.
    operands: [NodeId; 2],
    pub signed: bool,
}

/// Which result of a division.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Quotient,
    Remainder,
}

impl Division {
    /// What a node divides, and which result it is; `None` if it is no division.
    pub fn of(node: &Node) -> Option<(Self, Part)> {
        let Family::Division(division) = node.op.family() else { return None };
        let (signed, part) = match division {
            DivisionOp::Udiv => (false, Part::Quotient),
            DivisionOp::Umod => (false, Part::Remainder),
            DivisionOp::Sdiv => (true, Part::Quotient),
            DivisionOp::Smod => (true, Part::Remainder),
        };
        let operands = <[NodeId; 2]>::try_from(&*node.operands).ok()?;
        Some((Self { operands, signed }, part))
    }
}

/// The divisions of a function that are done once.
#[derive(Clone, Debug, Default)]
pub(crate) struct SharedDivisions {
    /// By the first node of each division that several nodes do: the others, in order.
    others: BTreeMap<NodeId, Vec<NodeId>>,
}

impl SharedDivisions {
    /// Those among the live nodes of a function whose results are in SSA values.
    pub fn of(function: &Function, live: &[bool]) -> Self {
        let mut first: BTreeMap<Division, NodeId> = BTreeMap::new();
        let mut shared = Self::default();
        let is_in_registers = |node: &Node| node.ty.bit_count().is_some_and(|width| width <= SSA_BITS_MAX);
        for (id, node) in function.iter().filter(|(id, node)| live[id.index()] && is_in_registers(node)) {
            let Some((division, _)) = Division::of(node) else { continue };
            match first.get(&division) {
                Some(&first) => shared.others.entry(first).or_default().push(id),
                None => {
                    first.insert(division, id);
                }
            }
        }
        shared
    }

    /// The nodes that do the same division as `first`, and come after it; empty if it is not the first of several.
    pub fn others(&self, first: NodeId) -> &[NodeId] {
        self.others.get(&first).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::read_package;

    /// The nodes that share a division, by their names.
    fn shared(body: &str) -> Vec<Vec<String>> {
        let text = format!("package p\ntop fn f(a: bits[100], b: bits[100]) -> bits[1] {{\n{body}\n  ret one: bits[1] = literal(value=1)\n}}\n");
        let package = read_package("p.ir", text.as_bytes()).unwrap();
        let function = &package.functions[0];
        let divisions = SharedDivisions::of(function, &vec![true; function.nodes.len()]);
        let name = |id: NodeId| function.node(id).display_name().to_string();
        let groups = divisions.others.iter();
        groups.map(|(&first, others)| [first].iter().chain(others).map(|&id| name(id)).collect()).collect()
    }

    #[test]
    fn quotient_and_remainder_of_the_same_operands_share() {
        let body = "  m: bits[100] = umod(a, b)\n  q: bits[100] = udiv(a, b)\n  again: bits[100] = umod(a, b)";
        assert_eq!(shared(body), [["m", "q", "again"]]);
    }

    #[test]
    fn other_signs_other_orders_and_other_widths_do_not() {
        let body = "  m: bits[100] = umod(a, b)
  s: bits[100] = sdiv(a, b)
  t: bits[100] = udiv(b, a)
  x: bits[128] = zero_ext(a, new_bit_count=128)
  y: bits[128] = zero_ext(b, new_bit_count=128)
  w: bits[128] = udiv(x, y)";
        assert_eq!(shared(body), [[""; 0]; 0]);
    }

    #[test]
    fn wide_divisions_are_left_alone() {
        let body = "  x: bits[600] = zero_ext(a, new_bit_count=600)
  y: bits[600] = zero_ext(b, new_bit_count=600)
  q: bits[600] = udiv(x, y)
  m: bits[600] = umod(x, y)";
        assert_eq!(shared(body), [[""; 0]; 0]);
    }
}
