//! Running the test functions of a module: on the evaluator, or as native code if that takes too many steps.

use xls_aot_backend::Backend;
use xls_aot_eval::{EvalError, Evaluator, Options};
use xls_aot_ir::{FuncId, Package, Value};

use crate::native::Native;

/// How a test ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TestOutcome {
    /// No assertion failed.
    Passed,
    /// Assertions failed; these are their labels and messages.
    Failed(Vec<String>),
    /// It could not be run.
    NotRun(String),
}

/// Runs the test function `name`, which has no parameters besides the token and the activation that a function with
/// effects has. With a back end, a test that needs more steps runs as native code.
pub fn run_test(package: &Package, name: &str, steps: u64, backend: Option<&dyn Backend>) -> TestOutcome {
    let Some(id) = package.find_function(name) else { return TestOutcome::NotRun(format!("there is no `{name}`")) };
    let arguments = match package.function(id).params.len() {
        0 => Vec::new(),
        2 => vec![Value::Token, Value::bool(true)],
        other => return TestOutcome::NotRun(format!("it has {other} parameters")),
    };
    match Evaluator::new(package, Options { max_steps: steps, ..Options::default() }).run(id, &arguments) {
        Ok(outcome) if outcome.asserts.is_empty() => TestOutcome::Passed,
        Ok(outcome) => {
            let text = |failure: &xls_aot_eval::AssertFailure| {
                format!("{} ({})", failure.label(package).unwrap_or_default(), failure.message(package))
            };
            TestOutcome::Failed(outcome.asserts.iter().map(text).collect())
        }
        Err(error @ EvalError::Limit { .. }) => match backend {
            Some(backend) => run_native(package, id, &arguments, backend),
            None => TestOutcome::NotRun(error.to_string()),
        },
        Err(error) => TestOutcome::NotRun(error.to_string()),
    }
}

fn run_native(package: &Package, function: FuncId, arguments: &[Value], backend: &dyn Backend) -> TestOutcome {
    let outcomes = match Native::new(package, &[function], backend) {
        Ok(code) => code.run(&[(0, arguments)]).map_err(|error| error.to_string()),
        Err(why) => Err(why),
    };
    match outcomes.map(|mut outcomes| outcomes.pop()) {
        Ok(Some(Ok(observed))) if observed.asserts.is_empty() => TestOutcome::Passed,
        Ok(Some(Ok(observed))) => TestOutcome::Failed(observed.asserts),
        Ok(Some(Err(why))) | Err(why) => TestOutcome::NotRun(why),
        Ok(None) => TestOutcome::NotRun("the call has no outcome".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_pass_fail_or_do_not_run() {
        let text = "package p
fn __itok__p__good(t: token, a: bits[1]) -> token { ret x: token = assert(t, a, message=\"m\", label=\"l\") }
fn __itok__p__bad(t: token, a: bits[1]) -> token { n: bits[1] = not(a)
 ret x: token = assert(t, n, message=\"m\", label=\"l\") }
fn __p__empty() -> () { ret x: () = tuple() }
fn __p__other(x: bits[8]) -> bits[8] { ret y: bits[8] = not(x) }";
        let package = xls_aot_ir::read_package("p.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"));
        let run = |name| run_test(&package, name, 1000, None);
        assert_eq!(run("__itok__p__good"), TestOutcome::Passed);
        assert_eq!(run("__p__empty"), TestOutcome::Passed);
        assert_eq!(run("__itok__p__bad"), TestOutcome::Failed(vec!["l (m)".to_owned()]));
        assert_eq!(run("__p__other"), TestOutcome::NotRun("it has 1 parameters".to_owned()));
        assert!(matches!(run("__p__none"), TestOutcome::NotRun(_)));
        // What takes the evaluator too many steps runs as native code.
        let native = xls_aot_native::NativeBackend::new(xls_aot_native::OptLevel::None);
        for (name, expected) in [
            ("__itok__p__good", TestOutcome::Passed),
            ("__itok__p__bad", TestOutcome::Failed(vec!["l (m)".to_owned()])),
        ] {
            assert!(matches!(run_test(&package, name, 0, None), TestOutcome::NotRun(_)), "{name}");
            assert_eq!(run_test(&package, name, 0, Some(&native)), expected);
        }
    }
}
