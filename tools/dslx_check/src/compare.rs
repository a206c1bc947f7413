//! The comparison of two packages, function by function.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_backend::Backend;
use xls_aot_eval::{EvalError, Evaluator};
use xls_aot_execute::{ExecuteError, Observed, Unspecified};
use xls_aot_ir::{parse_typed_value, FuncId, Function, Package, Type, Value};
use xls_aot_values::Inputs;

use crate::native::{site_name, Native};
use crate::structure::{same_structure, Known};

/// How much is compared.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Determines the inputs.
    pub seed: u64,
    /// Most inputs of a function.
    pub count: u64,
    /// Most evaluation steps of one function on one side.
    pub steps: u64,
    /// Whether functions with the same nodes are run too, although they do the same for all inputs.
    pub run_all: bool,
}

/// A function of the other front end, and whether ours is like it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FunctionReport {
    /// Its name.
    pub name: String,
    /// What was found.
    pub verdict: Verdict,
}

/// Whether two functions are alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// They are, on so many inputs.
    Same {
        /// Inputs that were compared.
        inputs: u64,
        /// Whether their nodes are the same too.
        structure: bool,
        /// Inputs on which native code does the same too.
        native: u64,
    },
    /// We have no such function, with neither calling convention. It is needed at compile time only, or for a value that
    /// nothing uses: otherwise a function that calls it differs.
    NotNeeded,
    /// They are not.
    Different(Difference),
}

/// How two functions differ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Difference {
    /// Ours takes a token and the other does not, or the other way round.
    Convention,
    /// The signatures differ.
    Signature {
        /// Ours.
        ours: String,
        /// The other.
        theirs: String,
    },
    /// What they do differs.
    Outcome {
        /// For these arguments.
        arguments: String,
        /// What ours does.
        ours: String,
        /// What the other does.
        theirs: String,
    },
    /// Native code does something else.
    Native {
        /// The code of this front end's function, or of the other's.
        ours: bool,
        /// For these arguments.
        arguments: String,
        /// What native code does.
        native: String,
        /// What the evaluator says that the other function does.
        expected: String,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Convention => f.write_str("the function here has the other calling convention"),
            Difference::Signature { ours, theirs } => write!(f, "signature\n    ours   {ours}\n    theirs {theirs}"),
            Difference::Outcome { arguments, ours, theirs } => {
                write!(f, "on ({arguments})\n    ours   {ours}\n    theirs {theirs}")
            }
            Difference::Native { ours, arguments, native, expected } => {
                let whose = if *ours { "ours" } else { "theirs" };
                write!(f, "native code of {whose} on ({arguments})\n    native {native}\n    theirs {expected}")
            }
        }
    }
}

/// What was found about a module.
#[derive(Clone, Debug)]
pub struct ModuleReport {
    /// About each function of the other front end.
    pub functions: Vec<FunctionReport>,
    /// Why there is no native code, if there should be.
    pub no_native: Option<String>,
}

/// Compares every function of `theirs` with ours, except the bodies of loops, which are compared with their loops. With a
/// back end, the functions run as native code too: ours all, and those of `theirs` that have other nodes.
///
/// # Errors
/// If the system refuses to start processes.
pub fn compare(
    ours: &Package,
    theirs: &Package,
    options: &Options,
    backend: Option<&dyn Backend>,
) -> Result<ModuleReport, ExecuteError> {
    let names: BTreeMap<&str, FuncId> = ours.iter().map(|(id, function)| (&*function.name, id)).collect();
    let mut sides = (Side::new(ours, options), Side::new(theirs, options));
    let mut known = Known::new();
    let mut report = ModuleReport { functions: Vec::new(), no_native: None };
    let mut runs: Vec<Run> = Vec::new();
    for (theirs_id, function) in theirs.iter().filter(|(_, function)| !is_made_up(&function.name)) {
        let verdict = match names.get(&*function.name) {
            None if names.contains_key(&*other_convention(&function.name)) => {
                Verdict::Different(Difference::Convention)
            }
            None => Verdict::NotNeeded,
            Some(&ours_id) => {
                let structure = same_structure((ours, ours_id), (theirs, theirs_id), &mut known);
                let pair = (ours.function(ours_id), function);
                let options =
                    Options { count: if structure && !options.run_all { 0 } else { options.count }, ..*options };
                match run_both(pair, (ours_id, theirs_id), &mut sides, &options) {
                    Ok(calls) => {
                        let inputs = calls.len() as u64;
                        let report = report.functions.len();
                        runs.extend((inputs > 0).then_some(Run { report, ours: ours_id, theirs: theirs_id, calls }));
                        Verdict::Same { inputs, structure, native: 0 }
                    }
                    Err(difference) => Verdict::Different(difference),
                }
            }
        };
        report.functions.push(FunctionReport { name: function.name.to_string(), verdict });
    }
    if let Some(backend) = backend {
        let all: Vec<&Run> = runs.iter().collect();
        let other: Vec<&Run> = runs
            .iter()
            .filter(|run| !matches!(report.functions[run.report].verdict, Verdict::Same { structure: true, .. }))
            .collect();
        run_native(true, ours, &all, theirs, backend, options, &mut report)?;
        run_native(false, theirs, &other, theirs, backend, options, &mut report)?;
    }
    Ok(report)
}

/// Calls that did the same on both sides.
struct Run {
    /// Number of the function's report.
    report: usize,
    ours: FuncId,
    theirs: FuncId,
    /// The arguments, and what `theirs` does.
    calls: Vec<(Vec<Value>, Observed)>,
}

/// Runs functions of `package`, which is ours or theirs, as native code. A difference replaces the verdict.
fn run_native(
    is_ours: bool,
    package: &Package,
    runs: &[&Run],
    theirs: &Package,
    backend: &dyn Backend,
    options: &Options,
    report: &mut ModuleReport,
) -> Result<(), ExecuteError> {
    if runs.is_empty() {
        return Ok(());
    }
    let functions: Vec<FuncId> = runs.iter().map(|run| if is_ours { run.ours } else { run.theirs }).collect();
    let code = match Native::new(package, &functions, backend) {
        Ok(code) => code,
        Err(why) => {
            report.no_native = Some(why);
            return Ok(());
        }
    };
    let mut calls: Vec<(usize, &[Value])> = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        calls.extend(run.calls.iter().map(|(arguments, _)| (number, &arguments[..])));
    }
    let mut outcomes = code.run(&calls)?.into_iter();
    for run in runs {
        let outcomes: Vec<Result<Observed, String>> = outcomes.by_ref().take(run.calls.len()).collect();
        let compared = outcomes.len() as u64;
        for (outcome, (arguments, expected)) in outcomes.into_iter().zip(&run.calls) {
            let native = match outcome {
                Ok(observed) if agree(&observed, expected, theirs, run.theirs, arguments, options) => continue,
                Ok(observed) => observed.to_string(),
                Err(what) => what,
            };
            let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
            report.functions[run.report].verdict = Verdict::Different(Difference::Native {
                ours: is_ours,
                arguments: arguments.join(", "),
                native,
                expected: expected.to_string(),
            });
            break;
        }
        if let (Verdict::Same { native, .. }, true) = (&mut report.functions[run.report].verdict, is_ours) {
            *native = compared;
        }
    }
    Ok(())
}

/// Whether native code did what is expected, apart from what is not specified.
fn agree(
    got: &Observed,
    expected: &Observed,
    theirs: &Package,
    function: FuncId,
    arguments: &[Value],
    options: &Options,
) -> bool {
    if got.agrees_with(expected, None, true) {
        return true;
    }
    let limits = xls_aot_eval::Options { max_steps: options.steps, ..Default::default() };
    match Unspecified::of(theirs, function, arguments, &limits) {
        Ok(unspecified) => got.agrees_with(expected, unspecified.as_ref(), true),
        // It was evaluated a moment ago.
        Err(_) => false,
    }
}

/// A package that runs.
struct Side<'a> {
    package: &'a Package,
    evaluator: Evaluator<'a>,
}

impl<'a> Side<'a> {
    fn new(package: &'a Package, options: &Options) -> Self {
        let limits = xls_aot_eval::Options { max_steps: options.steps, ..Default::default() };
        Side { package, evaluator: Evaluator::new(package, limits) }
    }

    /// What a call does, as text and, if it has a result, as it is compared with native code; `None` if it takes too long.
    fn run(&mut self, function: FuncId, arguments: &[Value]) -> Option<(String, Option<Observed>)> {
        match self.evaluator.run(function, arguments) {
            Ok(outcome) => {
                let mut text = outcome.value.to_string();
                for failure in &outcome.asserts {
                    let label = failure.label(self.package).unwrap_or("");
                    text.push_str(&format!("; fails `{label}` ({})", failure.message(self.package)));
                }
                for trace in &outcome.traces {
                    text.push_str(&format!("; traces {:?} ({})", trace.text, trace.verbosity));
                }
                Some((text, Some(Observed::of_evaluation(outcome, self.package, site_name))))
            }
            Err(EvalError::Limit { .. }) => None,
            Err(error) => Some((format!("no result: {error}"), None)),
        }
    }
}

/// The name that a function would have with the other calling convention.
fn other_convention(name: &str) -> String {
    match name.strip_prefix("__itok__") {
        Some(rest) => format!("__{rest}"),
        None => format!("__itok{name}"),
    }
}

/// Whether a front end made the function up: the body of a loop or of `map`, or a lambda.
fn is_made_up(name: &str) -> bool {
    name.starts_with("____") || name.starts_with("__SYNTHETIC_LOOP_BODY_") || name.contains("lambda_capture_struct")
}

/// Inputs on which both functions do the same, with the outcome.
fn run_both(
    (f, g): (&Function, &Function),
    (ours, theirs): (FuncId, FuncId),
    sides: &mut (Side<'_>, Side<'_>),
    options: &Options,
) -> Result<Vec<(Vec<Value>, Observed)>, Difference> {
    if f.signature() != g.signature() {
        return Err(Difference::Signature { ours: f.signature(), theirs: g.signature() });
    }
    let params: Vec<Type> = f.params.iter().map(|&param| f.node(param).ty.clone()).collect();
    if params.iter().any(has_no_values) {
        return Ok(Vec::new());
    }
    let inputs = Inputs::of(&params, options.seed);
    let count = inputs.all().unwrap_or(options.count).min(options.count);
    let mut compared = Vec::new();
    for number in 0..count {
        let arguments = inputs.get(number);
        let outcomes = (sides.0.run(ours, &arguments), sides.1.run(theirs, &arguments));
        match outcomes {
            (Some((a, _)), Some((b, observed))) if a == b => {
                compared.extend(observed.map(|observed| (arguments, observed)));
            }
            // What takes too long on either side is left out, and so are further inputs: they will take as long.
            (None, _) | (_, None) => break,
            (Some((a, _)), Some((b, _))) => {
                let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                return Err(Difference::Outcome { arguments: arguments.join(", "), ours: a, theirs: b });
            }
        }
    }
    Ok(compared)
}

/// Whether a type has an array without elements somewhere, of which there are no values.
fn has_no_values(ty: &Type) -> bool {
    Value::zero(ty).is_none()
}

/// Constants whose values differ: the name, our value, the other value. `theirs` are names and typed texts.
pub fn compare_constants(
    ours: &BTreeMap<String, Value>,
    theirs: &[(String, String)],
) -> Vec<(String, Option<String>, String)> {
    let differs = |(name, text): &(String, String)| {
        let mine = ours.get(name);
        let same = match (mine, parse_typed_value(text)) {
            (Some(mine), Ok(value)) => *mine == value,
            _ => false,
        };
        (!same).then(|| (name.clone(), mine.map(ToString::to_string), text.clone()))
    };
    theirs.iter().filter_map(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_backend::{BackendError, CompileRequest, Compiled, Target};
    use xls_aot_ir::read_package;
    use xls_aot_metadata::EventKind;
    use xls_aot_native::{NativeBackend, OptLevel};

    const OPTIONS: Options = Options { seed: 1, count: 64, steps: 1_000_000, run_all: true };

    fn package(text: &str) -> Package {
        read_package("f.ir", format!("package p\n{text}").as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn verdict(ours: &str, theirs: &str) -> Verdict {
        verdict_with(ours, theirs, None)
    }

    fn verdict_with(ours: &str, theirs: &str, backend: Option<&dyn Backend>) -> Verdict {
        let mut report = compare(&package(ours), &package(theirs), &OPTIONS, backend).expect("processes");
        assert_eq!(report.no_native, None);
        report.functions.pop().expect("a function").verdict
    }

    const F: &str = "fn f(x: bits[32]) -> bits[32] { ret y: bits[32] = not(x) }";

    #[test]
    fn same_functions_are_the_same() {
        assert_eq!(verdict(F, F), Verdict::Same { inputs: 64, structure: true, native: 0 });
        let other = "fn f(x: bits[32]) -> bits[32] { n: bits[32] = neg(x)\n l: bits[32] = literal(value=1)\n ret y: bits[32] = sub(n, l) }";
        assert_eq!(verdict(F, other), Verdict::Same { inputs: 64, structure: false, native: 0 });
    }

    #[test]
    fn differences_are_found() {
        let other = F.replace("not", "neg");
        assert!(matches!(verdict(F, &other), Verdict::Different(Difference::Outcome { .. })));
        let narrow = F.replace("32", "8");
        assert!(matches!(verdict(F, &narrow), Verdict::Different(Difference::Signature { .. })));
        let renamed = F.replace("fn f", "fn g");
        assert_eq!(verdict(&renamed, F), Verdict::NotNeeded);
        let (plain, token) = (F.replace("fn f", "fn __m__f"), F.replace("fn f", "fn __itok__m__f"));
        assert_eq!(verdict(&plain, &token), Verdict::Different(Difference::Convention));
        assert_eq!(verdict(&token, &plain), Verdict::Different(Difference::Convention));
    }

    #[test]
    fn events_count() {
        let assert = |label: &str| {
            format!("fn f(t: token, x: bits[1]) -> token {{ ret a: token = assert(t, x, message=\"m\", label=\"{label}\") }}")
        };
        assert!(matches!(verdict(&assert("a"), &assert("a")), Verdict::Same { inputs: 2, .. }));
        assert!(matches!(verdict(&assert("a"), &assert("b")), Verdict::Different(Difference::Outcome { .. })));
    }

    /// Code in which every sum is a difference.
    struct Wrong(NativeBackend);

    impl Backend for Wrong {
        fn name(&self) -> &'static str {
            self.0.name()
        }
        fn version(&self) -> String {
            self.0.version()
        }
        fn targets(&self) -> &'static [Target] {
            self.0.targets()
        }
        fn events(&self) -> &'static [EventKind] {
            self.0.events()
        }
        fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
            let mut package = request.package.clone();
            for node in package.functions.iter_mut().flat_map(|function| &mut function.nodes) {
                if node.op == xls_aot_ir::Op::Add {
                    node.op = xls_aot_ir::Op::Sub;
                }
            }
            self.0.compile(&CompileRequest {
                package: &package,
                entries: request.entries,
                target: request.target,
                cpu: request.cpu,
            })
        }
    }

    #[test]
    fn native_code_is_compared() {
        let native = NativeBackend::new(OptLevel::None);
        let sum = "fn f(x: bits[32]) -> bits[32] { ret y: bits[32] = add(x, x) }";
        let other = "fn f(x: bits[32]) -> bits[32] { l: bits[32] = literal(value=1)\n ret y: bits[32] = shll(x, l) }";
        let same = |structure| Verdict::Same { inputs: 64, structure, native: 64 };
        assert_eq!(verdict_with(sum, sum, Some(&native)), same(true));
        assert_eq!(verdict_with(sum, other, Some(&native)), same(false));
        let wrong = Wrong(NativeBackend::new(OptLevel::None));
        let found = |ours, theirs| match verdict_with(ours, theirs, Some(&wrong)) {
            Verdict::Different(Difference::Native { ours, .. }) => Some(ours),
            _ => None,
        };
        assert_eq!(found(sum, sum), Some(true));
        assert_eq!(found(sum, other), Some(true));
        assert_eq!(found(other, sum), Some(false), "the code of the other function");
        assert_eq!(found(F, F), None);
    }

    #[test]
    fn native_events_are_compared() {
        let native = NativeBackend::new(OptLevel::None);
        let text = "fn f(t: token, x: bits[1]) -> token { a: token = assert(t, x, message=\"m\", label=\"l\")\n \
                    n: bits[1] = not(x)\n ret b: token = trace(a, n, format=\"x {}\", data_operands=[n]) }";
        assert_eq!(verdict_with(text, text, Some(&native)), Verdict::Same { inputs: 2, structure: true, native: 2 });
    }

    #[test]
    fn constants_are_compared_by_value() {
        let ours = BTreeMap::from([("A".to_owned(), parse_typed_value("bits[8]:1").unwrap())]);
        let theirs = |text: &str| vec![("A".to_owned(), text.to_owned())];
        assert_eq!(compare_constants(&ours, &theirs("bits[8]:1")), []);
        assert_eq!(compare_constants(&ours, &theirs("bits[8]:2")).len(), 1);
        assert_eq!(compare_constants(&ours, &[("B".to_owned(), "bits[8]:2".to_owned())]).len(), 1);
    }
}
