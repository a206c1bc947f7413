//! The order of the passes.

use std::collections::BTreeMap;

use xls_aot_ir::{closure, FuncId, Function, Package};

use crate::calls::Calls;
use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Fired};
use crate::linear;
use crate::narrow;
use crate::needed::Needed;
use crate::options::{OptLevel, Options, Topic};
use crate::rebuild::Rebuild;

/// The passes of [`OptLevel::Full`] in order. Each is followed by [`Options::print_after`].
///
/// The second round finds what the first made possible: loops whose trip count became constant, calls of functions that
/// became small.
pub const PASSES: &[&str] = &["inline", "narrow", "inline-again", "narrow-again", "linear", "simplify"];

/// What an optimisation did.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Nodes of the functions that the top reaches, before.
    pub nodes_before: usize,
    /// Nodes after.
    pub nodes_after: usize,
    /// How often each rule was applied; [`rule_names`](crate::rule_names) lists them all.
    pub applied: BTreeMap<&'static str, u64>,
}

/// Optimises the functions that `top` reaches.
///
/// The result has the same top with the same signature as its last function. For every argument it gives the same result
/// and the same events in the same order.
///
/// # Panics
/// If `top` is not a function of `package`, or the package does not pass [`xls_aot_ir::verify`].
pub fn optimize(package: &Package, top: FuncId, options: &Options<'_>) -> Package {
    optimize_with_report(package, top, options).0
}

/// [`optimize`], with an account of what was done.
///
/// # Panics
/// As [`optimize`].
pub fn optimize_with_report(package: &Package, top: FuncId, options: &Options<'_>) -> (Package, Report) {
    let mut package = closure::of(package, top);
    let mut report = Report { nodes_before: node_count(&package), ..Report::default() };
    if options.level == OptLevel::Full {
        let disabled = options.disabled.iter().fold(0, |set, &topic| set | 1 << topic as u32);
        let first_id = package.functions.iter().flat_map(|f| &f.nodes).map(|node| node.id).max().unwrap_or(0) + 1;
        for pass in PASSES {
            package = run(pass, package, disabled, &mut report.applied);
            emit::number(&mut package, first_id);
            if let Some(print) = options.print_after {
                print(pass, &package);
            }
        }
    }
    report.nodes_after = node_count(&package);
    (package, report)
}

fn node_count(package: &Package) -> usize {
    package.functions.iter().map(|function| function.nodes.len()).sum()
}

/// Runs a pass over all functions, callees first, and drops those that are not called any more.
fn run(pass: &str, mut package: Package, disabled: u32, applied: &mut Fired) -> Package {
    let rebuilds = matches!(pass, "inline" | "inline-again" | "simplify");
    let is_on = |topic| Context::new(disabled, &[]).is_on(topic);
    let mut calls = Calls::of(&package, is_on(Topic::Inline) && rebuilds);
    let mut facts: Vec<Facts> = Vec::with_capacity(package.functions.len());
    let mut done: Vec<Function> = Vec::with_capacity(package.functions.len());
    let mut needed = Needed::of(&package);
    for id in (0..package.functions.len()).map(FuncId::new) {
        let source = package.function(id);
        // What is merged into its only caller is rewritten there: doing it here too would make chains of functions cost
        // the square of their length.
        let function = if calls.is_merged(id) {
            facts.push(Facts::of(source, &facts));
            stub(source)
        } else {
            let context = Context::new(disabled, &facts);
            let (function, fired) = match pass {
                "narrow" | "narrow-again" if is_on(Topic::Narrow) => narrow::function(&context, &facts, source),
                "linear" if is_on(Topic::Linear) => linear::function(&context, &facts, source),
                _ => {
                    let sources = &package.functions;
                    Rebuild { context: &context, sources, done: &done, facts: &facts, calls: &calls }.function(source)
                }
            };
            for (rule, count) in fired {
                *applied.entry(rule).or_default() += count;
            }
            facts.push(Facts::of(&function, &facts));
            function
        };
        calls.add(&function);
        done.push(function);
        if !calls.is_merged(id) {
            needed.rewritten(id, &mut package.functions, &mut done, &calls);
        }
    }
    let top = FuncId::new(done.len() - 1);
    closure::cut(Package { functions: done, ..package }, top)
}

/// What stands for a function that is not called any more.
fn stub(source: &Function) -> Function {
    Function {
        name: source.name.clone(),
        params: Vec::new(),
        nodes: Vec::new(),
        ret: source.ret,
        return_type: source.return_type.clone(),
        attributes: Vec::new(),
        span: source.span,
    }
}
