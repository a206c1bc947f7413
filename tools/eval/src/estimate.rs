//! A lower bound of the steps that a function takes, computed before it runs. If the bound exceeds the limits of the
//! evaluation, the error comes at once instead of after a minute of work.
//!
//! Invariant: an estimate is never above the steps that the machine counts. It leaves out loops whose trip count is an
//! operand (the machine checks them when it knows the count) and calls whose result may be remembered.

use xls_aot_ir::{FuncId, Function, Node, NodeId, Op, Package, Type};

use crate::plan::weight;
use crate::val::cells;

/// Calls of functions that take fewer steps are not remembered: looking them up costs about as much.
const LEAST_STEPS_TO_REMEMBER: u64 = 24;

/// Calls with more scalars among the arguments, or in the result, are not remembered.
const MOST_CELLS_TO_REMEMBER: u64 = 16;

/// The estimates for the functions of a package.
pub(crate) struct Estimates {
    functions: Vec<Estimate>,
}

#[derive(Clone, Copy, Default)]
struct Estimate {
    /// Steps that each evaluation of the function counts, at least.
    each: u64,
    /// Steps that a run counts in which the function is evaluated, at least.
    run: u64,
    /// A lower bound of the steps of an evaluation in which no call is remembered: the steps that remembering its
    /// result saves.
    whole: u64,
    /// Whether calls of it are remembered.
    is_remembered: bool,
}

impl Estimates {
    /// The estimates of a package whose callees come before their callers.
    pub(crate) fn of(package: &Package) -> Self {
        let mut estimates = Estimates { functions: Vec::with_capacity(package.functions.len()) };
        for function in &package.functions {
            let estimate = estimates.estimate(function);
            estimates.functions.push(estimate);
        }
        estimates
    }

    /// Steps that each evaluation of a function counts, at least.
    pub(crate) fn each(&self, function: FuncId) -> u64 {
        self.get(function).each
    }

    /// Steps that a run of a function counts, at least.
    pub(crate) fn run(&self, function: FuncId) -> u64 {
        self.get(function).run
    }

    /// Whether calls of a function are remembered: if this saves work, and arguments and result are small.
    pub(crate) fn is_remembered(&self, function: FuncId) -> bool {
        self.get(function).is_remembered
    }

    /// A function that does not exist yet comes after its caller, which the verifier refuses.
    fn get(&self, function: FuncId) -> Estimate {
        self.functions.get(function.index()).copied().unwrap_or_default()
    }

    fn estimate(&self, function: &Function) -> Estimate {
        let mut estimate = Estimate::default();
        for node in function.nodes.iter().filter(|node| !matches!(node.op, Op::Param { .. } | Op::Literal { .. })) {
            let own = weight(function, node);
            estimate.each = estimate.each.saturating_add(own);
            estimate.whole = estimate.whole.saturating_add(own);
            let Some(callee) = node.op.callee() else { continue };
            let (times, callee) = (times(function, node), self.get(callee));
            if !(callee.is_remembered && matches!(node.op, Op::Invoke { .. })) {
                estimate.each = estimate.each.saturating_add(callee.each.saturating_mul(times));
            }
            estimate.whole = estimate.whole.saturating_add(callee.whole.saturating_mul(times));
            if times > 0 {
                estimate.run = estimate.run.max(callee.run);
            }
        }
        estimate.run = estimate.run.max(estimate.each);
        let params = function.params.iter().map(|&param| &function.node(param).ty);
        estimate.is_remembered = estimate.whole >= LEAST_STEPS_TO_REMEMBER
            && params.fold(0, |sum: u64, ty| sum.saturating_add(cells(ty))) <= MOST_CELLS_TO_REMEMBER
            && cells(&function.return_type) <= MOST_CELLS_TO_REMEMBER;
        estimate
    }

    /// Where most of the steps are that a run of `function` takes: the heaviest node, in the function that it calls if
    /// it calls one only once.
    pub(crate) fn heaviest(&self, package: &Package, mut function: FuncId) -> (FuncId, Option<NodeId>) {
        loop {
            let body = package.function(function);
            let heavy = body.iter().max_by_key(|(_, node)| match node.op.callee() {
                Some(callee) if times(body, node) == 1 => self.run(callee),
                Some(callee) => self.each(callee).saturating_mul(times(body, node)),
                None => weight(body, node),
            });
            let Some((id, node)) = heavy else { return (function, None) };
            match node.op.callee() {
                // Callees stand before their callers, so this ends.
                Some(callee) if times(body, node) == 1 && callee.index() < function.index() => function = callee,
                _ => return (function, Some(id)),
            }
        }
    }
}

/// How often a node calls its function, at least.
fn times(function: &Function, node: &Node) -> u64 {
    if let Op::CountedFor { trip_count, .. } = node.op {
        return trip_count;
    }
    match node.operands.first().map(|&array| &function.node(array).ty) {
        Some(Type::Array(array)) if matches!(node.op, Op::Map { .. }) => array.len,
        _ => u64::from(matches!(node.op, Op::Invoke { .. })),
    }
}
