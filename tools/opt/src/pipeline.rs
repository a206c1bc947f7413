//! The order of the passes.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_ir::{closure, verify_made, FuncId, Function, Package};

use crate::calls::Calls;
use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Fired};
use crate::invariants;
use crate::linear;
use crate::narrow;
use crate::needed::Needed;
use crate::options::{OnRewrite, OptLevel, Options, Topic};
use crate::prefix;
use crate::rebuild::Rebuild;
use crate::regroup;
use crate::scan;

/// The passes of [`OptLevel::Full`] in order. Each is followed by [`Options::print_after`].
///
/// The second round handles cases that the first made possible: loops whose trip count became constant, calls of functions that
/// became small, and what is written out now. It does nothing if the source has no call, map or loop.
pub const PASSES: &[&str] = &[
    "regroup",
    "inline",
    "invariants",
    "narrow",
    "inline-again",
    "invariants-again",
    "narrow-again",
    "scan",
    "linear",
    "simplify",
    "prefix",
];

/// The passes of the second round.
const SECOND_ROUND: &[&str] = &["inline-again", "invariants-again", "narrow-again"];

/// Report of an optimisation.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Report {
    /// Nodes of the functions that the roots reach, before.
    pub nodes_before: usize,
    /// Nodes after.
    pub nodes_after: usize,
    /// How often each rule was applied; [`rule_names`](crate::rule_names) lists them all.
    pub applied: BTreeMap<&'static str, u64>,
}

/// A package and the functions of it that are kept whether they are called or not.
#[derive(Clone, PartialEq, Debug)]
pub struct Rooted {
    /// What the roots reach, callees first; the last function is a root.
    pub package: Package,
    /// The roots, in the order in which they were given.
    pub roots: Vec<FuncId>,
}

/// A pass made a function that breaks a rule of the IR: a bug in the optimiser.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BrokenPass {
    /// The pass, one of [`PASSES`].
    pub pass: &'static str,
    /// Which node of which function breaks which rule.
    pub what: String,
}

impl fmt::Display for BrokenPass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the optimiser's pass `{}` made a faulty function: {}", self.pass, self.what)
    }
}

impl std::error::Error for BrokenPass {}

/// Optimises the functions that `top` reaches.
///
/// The result has the same top with the same signature as its last function. For every argument it gives the same result
/// and the same events in the same order.
///
/// # Errors
/// With [`Options::verify`], if a pass broke a rule.
///
/// # Panics
/// If `top` is not a function of `package`, or the package does not pass [`xls_aot_ir::verify`].
pub fn optimize(package: &Package, top: FuncId, options: &Options<'_>) -> Result<Package, BrokenPass> {
    Ok(optimize_with_report(package, top, options)?.0)
}

/// [`optimize`], with a report.
///
/// # Errors
/// As [`optimize`].
///
/// # Panics
/// As [`optimize`].
pub fn optimize_with_report(
    package: &Package,
    top: FuncId,
    options: &Options<'_>,
) -> Result<(Package, Report), BrokenPass> {
    let (Rooted { package, .. }, report) = optimize_rooted(package, &[top], options)?;
    Ok((package, report))
}

/// [`optimize`] for several functions, the roots, which may call each other. Each stays in the package, with its signature,
/// also if its calls are inlined.
///
/// # Errors
/// As [`optimize`].
///
/// # Panics
/// As [`optimize`], or if there are no roots.
pub fn optimize_roots(package: &Package, roots: &[FuncId], options: &Options<'_>) -> Result<Rooted, BrokenPass> {
    Ok(optimize_rooted(package, roots, options)?.0)
}

fn optimize_rooted(package: &Package, roots: &[FuncId], options: &Options<'_>) -> Result<(Rooted, Report), BrokenPass> {
    let (package, roots) = closure::of_all(package, roots);
    let mut rooted = Rooted { package, roots };
    let mut report = Report { nodes_before: node_count(&rooted.package), ..Report::default() };
    if options.level == OptLevel::Full {
        let disabled = options.disabled.iter().fold(0, |set, &topic| set | 1 << topic as u32);
        let is_plain = !applies_functions(&rooted.package);
        rooted = run_all(rooted, options, |pass, rooted| {
            if is_plain && SECOND_ROUND.contains(&pass) {
                return rooted;
            }
            let switches = Switches { disabled, is_plain };
            run(pass, rooted, switches, options.on_rewrite, &mut report.applied)
        })?;
    }
    report.nodes_after = node_count(&rooted.package);
    Ok((rooted, report))
}

/// Runs the passes in order; `run` runs one. The result of each is numbered, verified if the options require it, and
/// passed to [`Options::print_after`].
fn run_all(
    mut rooted: Rooted,
    options: &Options<'_>,
    mut run: impl FnMut(&str, Rooted) -> Rooted,
) -> Result<Rooted, BrokenPass> {
    let first_id = rooted.package.functions.iter().flat_map(|f| &f.nodes).map(|node| node.id).max().unwrap_or(0) + 1;
    let signatures = signatures(&rooted);
    for &pass in PASSES {
        rooted = run(pass, rooted);
        emit::number(&mut rooted.package, &rooted.roots, first_id);
        if options.verify {
            verify_made(&rooted.package).map_err(|rule| BrokenPass { pass, what: rule.to_string() })?;
            let now = self::signatures(&rooted);
            if now != signatures {
                let what = format!("the signatures were {}, are {}", signatures.join("; "), now.join("; "));
                return Err(BrokenPass { pass, what });
            }
        }
        if let Some(print) = options.print_after {
            print(pass, &rooted.package);
        }
    }
    Ok(rooted)
}

/// Those of the roots.
fn signatures(rooted: &Rooted) -> Vec<String> {
    let function = |root: &FuncId| rooted.package.functions.get(root.index());
    let signature = |root| function(root).map_or_else(|| "missing".to_owned(), Function::signature);
    rooted.roots.iter().map(signature).collect()
}

fn node_count(package: &Package) -> usize {
    package.functions.iter().map(|function| function.nodes.len()).sum()
}

/// What decides how passes run.
#[derive(Clone, Copy)]
struct Switches {
    /// Topics that are switched off, a bit each.
    disabled: u32,
    /// Whether the source has no call, map or loop. What is written out of these is simplified a little further by each pass that
    /// writes it again.
    is_plain: bool,
}

/// Runs a pass over all functions, callees first, and drops those that are not called any more.
fn run(
    pass: &str,
    rooted: Rooted,
    Switches { disabled, is_plain }: Switches,
    on_rewrite: Option<OnRewrite<'_>>,
    applied: &mut Fired,
) -> Rooted {
    // What follows from conditions is looked for once, where functions are as they will be: looking takes longer than other rules.
    let disabled = if pass == "simplify" { disabled } else { disabled | 1 << Topic::Implied as u32 };
    let is_on = |topic| Context::new(disabled, &[]).is_on(topic);
    if matches!(pass, "invariants" | "invariants-again") {
        if !is_on(Topic::Invariants) {
            return rooted;
        }
        let (rooted, fired) = invariants::package(rooted, disabled);
        add_counts(applied, fired);
        return rooted;
    }
    let Rooted { mut package, roots } = rooted;
    let rebuilds = matches!(pass, "inline" | "inline-again" | "simplify");
    let mut calls = Calls::of(&package, &roots, is_on(Topic::Inline) && rebuilds);
    let mut facts: Vec<Facts> = Vec::with_capacity(package.functions.len());
    let mut done: Vec<Function> = Vec::with_capacity(package.functions.len());
    let mut needed = Needed::of(&package, &roots);
    for id in (0..package.functions.len()).map(FuncId::new) {
        let source = package.function(id);
        // What is merged into its only caller is rewritten there: doing it here too would make chains of functions cost
        // the square of their length.
        if calls.is_merged(id) {
            facts.push(Facts::of(source, &facts));
            let stub = without_nodes(source);
            calls.add(&stub);
            done.push(stub);
            continue;
        }
        let context = Context::new(disabled, &facts).observed(on_rewrite);
        let rewritten = match pass {
            "narrow" | "narrow-again" if is_on(Topic::Narrow) => Some(narrow::function(&context, &facts, source)),
            "regroup" if is_on(Topic::Regroup) => regroup::function(&context, &facts, source),
            "prefix" if is_on(Topic::Cse) => prefix::function(source),
            "regroup" | "prefix" => None,
            "scan" if is_on(Topic::Scan) => scan::function(&context, &facts, source),
            "linear" if is_on(Topic::Linear) => linear::function(&context, &facts, source, is_plain),
            _ => {
                let sources = &package.functions;
                let rebuild = Rebuild { context: &context, sources, done: &done, facts: &facts, calls: &calls };
                Some(rebuild.function(source))
            }
        };
        match rewritten {
            Some((function, fired)) => {
                add_counts(applied, fired);
                facts.push(Facts::of(&function, &facts));
                calls.add(&function);
                done.push(function);
                needed.rewritten(id, &mut package.functions, &mut done, &calls);
            }
            None => {
                // It calls what it called, so nothing else is needed less than before.
                let stub = without_nodes(source);
                let function = std::mem::replace(&mut package.functions[id.index()], stub);
                facts.push(Facts::of(&function, &facts));
                calls.add(&function);
                done.push(function);
            }
        }
    }
    let (package, roots) = closure::cut_all(Package { functions: done, ..package }, &roots);
    Rooted { package, roots }
}

/// Whether a function of the package applies another one: in a call, a map or a loop.
fn applies_functions(package: &Package) -> bool {
    // The first function applies none.
    let mut nodes = package.functions.iter().skip(1).flat_map(|function| &function.nodes);
    nodes.any(|node| node.op.callee().is_some())
}

/// Adds counts to others.
pub(crate) fn add_counts(to: &mut Fired, counts: Fired) {
    for (rule, count) in counts {
        *to.entry(rule).or_default() += count;
    }
}

/// What stands for a function whose nodes are elsewhere.
fn without_nodes(source: &Function) -> Function {
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

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::{read_package, NodeId, Op, Type};

    const TEXT: &str = "package p

fn part(x: bits[8]) -> bits[8] {
  ret r: bits[8] = neg(x)
}

top fn f(x: bits[8], y: bits[8]) -> bits[8] {
  a: bits[8] = invoke(x, to_apply=part)
  b: bits[8] = add(a, y)
  ret c: bits[8] = xor(b, x)
}
";

    /// Runs passes of which one does `damage` and the others do nothing. Returns the finding.
    fn with_broken_pass(pass: &str, damage: fn(&mut Package)) -> Result<Rooted, BrokenPass> {
        let options = Options { verify: true, ..Options::new(OptLevel::Full) };
        run_all(rooted(), &options, |name, mut rooted| {
            if name == pass {
                damage(&mut rooted.package);
            }
            rooted
        })
    }

    /// The functions of [`TEXT`], the last one the root.
    fn rooted() -> Rooted {
        Rooted { package: read_package("test.ir", TEXT.as_bytes()).unwrap(), roots: vec![FuncId::new(1)] }
    }

    #[test]
    fn a_broken_pass_is_named_with_the_node() {
        assert!(with_broken_pass("none", |_| {}).is_ok());
        let found = |pass, damage: fn(&mut Package)| with_broken_pass(pass, damage).unwrap_err().to_string();
        assert_eq!(
            found("narrow", |p| p.functions[1].nodes[3].ty = Type::Bits(7)),
            "the optimiser's pass `narrow` made a faulty function: node `b` of function `f`: `b` is declared as bits[7], \
             but this `add` has type bits[8] [E0401]"
        );
        assert_eq!(
            found("simplify", |p| p.functions[1].nodes[3].operands[0] = NodeId::new(4)),
            "the optimiser's pass `simplify` made a faulty function: node `b` of function `f`: `b` uses an operand that \
             does not stand before it [E0506]"
        );
        assert_eq!(
            found("linear", |p| p.functions[1].nodes[3].op = Op::Not),
            "the optimiser's pass `linear` made a faulty function: node `b` of function `f`: `not` takes 1 operand, found \
             2 [E0403]"
        );
        assert_eq!(
            found("inline", |p| p.functions[0].ret = NodeId::new(9)),
            "the optimiser's pass `inline` made a faulty function: function `part`: `part` returns a node that it does not \
             have [E0504]"
        );
        assert_eq!(
            found("inline-again", |p| p.functions[0].name = "f".into()),
            "the optimiser's pass `inline-again` made a faulty function: a second function `f` [E0501]"
        );
    }

    #[test]
    fn a_pass_that_changes_a_root_is_named() {
        let found = with_broken_pass("narrow-again", |package| {
            package.functions.pop();
        });
        assert_eq!(
            found.unwrap_err().to_string(),
            "the optimiser's pass `narrow-again` made a faulty function: the signatures were fn f(x: bits[8], y: \
             bits[8]) -> bits[8], are missing"
        );
    }

    #[test]
    fn debug_builds_verify_and_others_where_asked_for() {
        assert_eq!(Options::default().verify, cfg!(debug_assertions));
        let options = Options { verify: false, ..Options::new(OptLevel::Full) };
        let damaged = run_all(rooted(), &options, |_, mut rooted| {
            rooted.package.functions[1].nodes[3].ty = Type::Bits(7);
            rooted
        });
        assert!(damaged.is_ok());
    }
}
