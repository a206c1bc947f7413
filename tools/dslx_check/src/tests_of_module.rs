//! Running the test functions of a module on the evaluator.

use xls_aot_eval::{Evaluator, Options};
use xls_aot_ir::{Package, Value};

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
/// effects has.
pub fn run_test(package: &Package, name: &str, steps: u64) -> TestOutcome {
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
        Err(error) => TestOutcome::NotRun(error.to_string()),
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
        let run = |name| run_test(&package, name, 1000);
        assert_eq!(run("__itok__p__good"), TestOutcome::Passed);
        assert_eq!(run("__p__empty"), TestOutcome::Passed);
        assert_eq!(run("__itok__p__bad"), TestOutcome::Failed(vec!["l (m)".to_owned()]));
        assert_eq!(run("__p__other"), TestOutcome::NotRun("it has 1 parameters".to_owned()));
        assert!(matches!(run("__p__none"), TestOutcome::NotRun(_)));
    }
}
