//! Other ways to run the same tests, whose results must be the same.

use xls_aot_eval::{EvalError, Evaluator, Options};
use xls_aot_execute::{Observed, Unspecified};
use xls_aot_ir::{Package, Value};

use crate::compiled::site_name;

/// Most steps of the evaluator for one input.
const MOST_STEPS: u64 = 20_000_000;

/// A package whose functions, on the reference evaluator, must do what the compiled tests do.
#[derive(Clone, Copy)]
pub struct Judge<'a> {
    /// What it is called in reports.
    pub name: &'a str,
    /// Functions of the names that the tests have in the module's own package; `None` for that package itself.
    pub package: Option<&'a Package>,
}

/// What a judge says to an input.
pub(crate) enum Verdict {
    /// The same.
    Same,
    /// Something else; what it says.
    Other(String),
    /// It has no result; why not.
    None(String),
}

impl Judge<'_> {
    /// Compares what compiled code did on an input with what this judge says. `own` is the module's package, `function`
    /// the test's name there.
    pub(crate) fn compare(&self, own: &Package, function: &str, arguments: &[Value], got: &Observed) -> Verdict {
        let package = self.package.unwrap_or(own);
        let Some(id) = package.find_function(function) else {
            return Verdict::None(format!("it has no function `{function}`"));
        };
        let of = package.function(id);
        let fits = of.params.len() == arguments.len()
            && of.params.iter().zip(arguments).all(|(&param, value)| value.has_type(&of.node(param).ty));
        if !fits {
            return Verdict::Other(format!("`{function}` has the signature {}", of.signature()));
        }
        let options = Options { max_steps: MOST_STEPS, ..Options::default() };
        let outcome = match Evaluator::new(package, options).run(id, arguments) {
            Ok(outcome) => outcome,
            Err(error @ EvalError::Limit { .. }) => return Verdict::None(error.to_string()),
            Err(error) => return Verdict::Other(error.to_string()),
        };
        let expected = Observed::of_evaluation(outcome, package, site_name);
        let same = |expected: &Observed| match Unspecified::of(package, id, arguments, &options) {
            Ok(unspecified) => got.agrees_with(expected, unspecified.as_ref(), true),
            Err(_) => got == expected,
        };
        if same(&expected) {
            Verdict::Same
        } else {
            Verdict::Other(readable(&expected))
        }
    }
}

/// An outcome for people: names of sites have a separator that they should not see.
pub(crate) fn readable(observed: &Observed) -> String {
    let mut shown = observed.clone();
    for name in &mut shown.asserts {
        *name = name.replace('\0', ": ");
    }
    shown.to_string()
}
