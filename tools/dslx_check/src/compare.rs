//! The comparison of two packages, function by function.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_eval::{EvalError, Evaluator};
use xls_aot_ir::{parse_typed_value, FuncId, Function, Package, Type, Value};
use xls_aot_values::Inputs;

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
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Convention => f.write_str("the function here has the other calling convention"),
            Difference::Signature { ours, theirs } => write!(f, "signature\n    ours   {ours}\n    theirs {theirs}"),
            Difference::Outcome { arguments, ours, theirs } => {
                write!(f, "on ({arguments})\n    ours   {ours}\n    theirs {theirs}")
            }
        }
    }
}

/// Compares every function of `theirs` with ours, except the bodies of loops, which are compared with their loops.
pub fn compare(ours: &Package, theirs: &Package, options: &Options) -> Vec<FunctionReport> {
    let names: BTreeMap<&str, FuncId> = ours.iter().map(|(id, function)| (&*function.name, id)).collect();
    let mut sides = (Side::new(ours, options), Side::new(theirs, options));
    let mut known = Known::new();
    let functions = theirs.iter().filter(|(_, function)| !is_made_up(&function.name));
    let reports = functions.map(|(theirs_id, function)| {
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
                    Ok(inputs) => Verdict::Same { inputs, structure },
                    Err(difference) => Verdict::Different(difference),
                }
            }
        };
        FunctionReport { name: function.name.to_string(), verdict }
    });
    reports.collect()
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

    /// What a call does, as text; `None` if it takes too long.
    fn run(&mut self, function: FuncId, arguments: &[Value]) -> Option<String> {
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
                Some(text)
            }
            Err(EvalError::Limit { .. }) => None,
            Err(error) => Some(format!("no result: {error}")),
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

/// On how many inputs both functions do the same.
fn run_both(
    (f, g): (&Function, &Function),
    (ours, theirs): (FuncId, FuncId),
    sides: &mut (Side<'_>, Side<'_>),
    options: &Options,
) -> Result<u64, Difference> {
    if f.signature() != g.signature() {
        return Err(Difference::Signature { ours: f.signature(), theirs: g.signature() });
    }
    let params: Vec<Type> = f.params.iter().map(|&param| f.node(param).ty.clone()).collect();
    if params.iter().any(has_no_values) {
        return Ok(0);
    }
    let inputs = Inputs::of(&params, options.seed);
    let count = inputs.all().unwrap_or(options.count).min(options.count);
    let mut compared = 0;
    for number in 0..count {
        let arguments = inputs.get(number);
        let outcomes = (sides.0.run(ours, &arguments), sides.1.run(theirs, &arguments));
        match outcomes {
            (Some(a), Some(b)) if a == b => compared += 1,
            // What takes too long on either side is left out, and so are further inputs: they will take as long.
            (None, _) | (_, None) => break,
            (Some(a), Some(b)) => {
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
    use xls_aot_ir::read_package;

    const OPTIONS: Options = Options { seed: 1, count: 64, steps: 1_000_000, run_all: true };

    fn package(text: &str) -> Package {
        read_package("f.ir", format!("package p\n{text}").as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    fn verdict(ours: &str, theirs: &str) -> Verdict {
        compare(&package(ours), &package(theirs), &OPTIONS).pop().expect("a function").verdict
    }

    const F: &str = "fn f(x: bits[32]) -> bits[32] { ret y: bits[32] = not(x) }";

    #[test]
    fn same_functions_are_the_same() {
        assert_eq!(verdict(F, F), Verdict::Same { inputs: 64, structure: true });
        let other = "fn f(x: bits[32]) -> bits[32] { n: bits[32] = neg(x)\n l: bits[32] = literal(value=1)\n ret y: bits[32] = sub(n, l) }";
        assert_eq!(verdict(F, other), Verdict::Same { inputs: 64, structure: false });
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

    #[test]
    fn constants_are_compared_by_value() {
        let ours = BTreeMap::from([("A".to_owned(), parse_typed_value("bits[8]:1").unwrap())]);
        let theirs = |text: &str| vec![("A".to_owned(), text.to_owned())];
        assert_eq!(compare_constants(&ours, &theirs("bits[8]:1")), []);
        assert_eq!(compare_constants(&ours, &theirs("bits[8]:2")).len(), 1);
        assert_eq!(compare_constants(&ours, &[("B".to_owned(), "bits[8]:2".to_owned())]).len(), 1);
    }
}
