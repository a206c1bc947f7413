//! The plan for code generation: which functions are inlined where they are called, and which loops are unrolled.
//!
//! The passes inline and unroll in the IR as far as this pays (`calls`). The rest cannot be expressed in IR: a loop body inside
//! its loop, and everything if nothing is optimised. This module decides these cases, with the same weights, for all code
//! generators. A back end follows the plan and never decides about inlining or unrolling itself.

use xls_aot_ir::{FuncId, Function, Node, Op, Package, Type};

use crate::calls::{Sites, NESTING};
use crate::options::OptLevel;
use crate::weight::{node_weight, CALL};

/// Weight up to which a function is inlined at each place that applies it.
const EACH: u64 = 256;

/// Weight up to which a function that is applied in only one place is inlined there.
const ONCE: u64 = 10_000;

/// Weight up to which a loop or map is written out that the passes did not see: iterations times weight of the body.
const UNROLLED: u64 = 128;

/// How the functions of a package are to be compiled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodePlan {
    level: OptLevel,
    functions: Vec<Planned>,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Planned {
    weight: u64,
    in_place: bool,
    /// Levels of functions in place inside it.
    depth: u32,
}

impl CodePlan {
    /// The plan for a package that [`optimize_roots`](crate::optimize_roots) gave at `level`, and for its roots.
    pub fn of(package: &Package, roots: &[FuncId], level: OptLevel) -> Self {
        let sites = Sites::of(package);
        let mut plan = CodePlan { level, functions: Vec::with_capacity(package.functions.len()) };
        // Callees come first, so a function's weight counts what stands in it.
        for (id, function) in package.iter() {
            let mut planned = plan.contents(function);
            // The code of a root is there once more.
            let limit = if sites.count(id) == 1 && !roots.contains(&id) { ONCE } else { EACH };
            // The passes wrote out all calls that they had room for.
            let stays_called = level == OptLevel::Full && sites.is_invoked(id);
            let is_applied = sites.count(id) > 0;
            planned.in_place = is_applied && !stays_called && planned.weight <= limit && planned.depth < NESTING;
            plan.functions.push(planned);
        }
        plan
    }

    /// Rough number of machine operations of a function, with those that stand in it.
    pub fn weight(&self, function: FuncId) -> u64 {
        self.functions[function.index()].weight
    }

    /// Whether the function's body is written where the function is applied, everywhere; otherwise it is compiled on its
    /// own and called.
    pub fn is_in_place(&self, function: FuncId) -> bool {
        self.functions[function.index()].in_place
    }

    /// Whether a loop or map that applies `body` is written out, `trips` times.
    pub fn is_written_out(&self, body: FuncId, trips: u64) -> bool {
        trips <= 1 || self.level == OptLevel::None && trips.saturating_mul(self.applied(body)) <= UNROLLED
    }

    /// Weight of one application of a function.
    fn applied(&self, function: FuncId) -> u64 {
        if self.is_in_place(function) {
            self.weight(function)
        } else {
            CALL
        }
    }

    /// Weight and depth of a function.
    fn contents(&self, function: &Function) -> Planned {
        let (mut weight, mut depth) = (1u64, 0);
        for node in &function.nodes {
            let own = match node.op.callee() {
                None => node_weight(&function.nodes, node),
                Some(callee) => {
                    if self.is_in_place(callee) {
                        depth = depth.max(self.functions[callee.index()].depth + 1);
                    }
                    let trips = trips(function, node);
                    let copies = if self.is_written_out(callee, trips) { trips } else { 1 };
                    self.applied(callee).saturating_mul(copies)
                }
            };
            weight = weight.saturating_add(own);
        }
        Planned { weight, in_place: false, depth }
    }
}

/// How often a node applies its callee, where the IR says so; 1 where it does not.
fn trips(function: &Function, node: &Node) -> u64 {
    match (&node.op, node.operands.first().map(|&operand| &function.node(operand).ty)) {
        (Op::CountedFor { trip_count, .. }, _) => *trip_count,
        (Op::Map { .. }, Some(Type::Array(array))) => array.len,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::read_package;

    /// A small function and a large one, applied by the top in one place or two.
    fn plan(top: &str, level: OptLevel) -> CodePlan {
        let steps: String = (0..400).map(|i| format!("  v{}: bits[32] = add(v{i}, k)\n", i + 1)).collect();
        let text = format!(
            "package p
fn small(i: bits[8], x: bits[32]) -> bits[32] {{
  ret r: bits[32] = neg(x)
}}
fn large(i: bits[8], x: bits[32], k: bits[32]) -> bits[32] {{
  v0: bits[32] = neg(x)
{steps}  ret r: bits[32] = not(v400)
}}
top fn main(i: bits[8], x: bits[32], k: bits[32]) -> bits[32] {{
{top}}}
"
        );
        CodePlan::of(&read_package("p.ir", text.as_bytes()).unwrap(), &[TOP], level)
    }

    const SMALL: FuncId = FuncId::new(0);
    const LARGE: FuncId = FuncId::new(1);
    const TOP: FuncId = FuncId::new(2);

    #[test]
    fn what_is_applied_once_stands_there() {
        let top = "  a: bits[32] = invoke(i, x, to_apply=small)
  ret b: bits[32] = counted_for(a, trip_count=9, stride=1, body=large, invariant_args=[k])
";
        let none = plan(top, OptLevel::None);
        assert!(none.is_in_place(SMALL) && none.is_in_place(LARGE) && !none.is_in_place(TOP));
        assert!(none.weight(LARGE) > 400 && none.weight(TOP) > none.weight(LARGE) && none.weight(TOP) < 500);
    }

    #[test]
    fn large_functions_stand_in_one_place_only() {
        let top = "  a: bits[32] = invoke(i, x, k, to_apply=large)
  b: bits[32] = invoke(i, a, to_apply=small)
  c: bits[32] = invoke(i, b, to_apply=small)
  ret r: bits[32] = invoke(i, c, k, to_apply=large)
";
        let none = plan(top, OptLevel::None);
        assert!(none.is_in_place(SMALL) && !none.is_in_place(LARGE));
        assert!(none.weight(TOP) < none.weight(LARGE));
    }

    #[test]
    fn what_the_passes_left_is_not_decided_again() {
        let top = "  a: bits[32] = invoke(i, x, to_apply=small)
  ret b: bits[32] = counted_for(a, trip_count=9, stride=1, body=large, invariant_args=[k])
";
        let full = plan(top, OptLevel::Full);
        assert!(!full.is_in_place(SMALL) && full.is_in_place(LARGE));
        assert!(!full.is_written_out(SMALL, 2) && full.is_written_out(SMALL, 1) && full.is_written_out(LARGE, 0));
        let none = plan(top, OptLevel::None);
        assert!(
            none.is_written_out(SMALL, 2) && !none.is_written_out(SMALL, 1 << 60) && !none.is_written_out(LARGE, 2)
        );
    }
}
