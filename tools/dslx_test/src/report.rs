//! The results as text for people.

use std::fmt::Write as _;
use std::time::Duration;

use crate::result::{Assertion, Failure, Outcome, TestResult, Tried, Why};

/// Most assertions of one test that are shown.
const MOST_ASSERTIONS: usize = 20;

/// Most traces of one test that are shown: the last ones.
const MOST_TRACES: usize = 100;

/// The line about a test: `test add ... ok (0.1 ms)`.
pub fn line(result: &TestResult) -> String {
    let kind = if result.is_quickcheck { "quickcheck" } else { "test" };
    let (word, tried) = match &result.outcome {
        Outcome::Passed(None) => ("ok", String::new()),
        Outcome::Passed(Some(tried)) => ("ok", format!("{}; ", described(*tried))),
        Outcome::Failed(_) => ("FAILED", String::new()),
    };
    let remarks: String = result.remarks.iter().map(|remark| format!("\n  note: {remark}")).collect();
    format!("{kind} {} ... {word} ({tried}{}){remarks}", result.name, milliseconds(result.time))
}

/// What a failure is: places, values, a test to paste; empty if the test passed. `seed` is that of the random inputs.
pub fn failure(result: &TestResult, seed: u64) -> String {
    let Outcome::Failed(failure) = &result.outcome else { return String::new() };
    let place = place(&result.position);
    let mut text = String::new();
    match failure {
        Failure::Assertions(assertions) => text.push_str(&assertion_lines(assertions, &place)),
        Failure::Ended(how) => {
            let _ = writeln!(text, "{place}: error: `{}` did not finish: {how}", result.name);
        }
        Failure::Difference(what) => {
            let _ = writeln!(text, "{place}: error: {what}");
        }
        Failure::Counterexample(found) => {
            let arguments: Vec<String> =
                found.arguments.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            let input = if arguments.is_empty() { "no arguments".to_owned() } else { arguments.join(", ") };
            let _ = writeln!(text, "{place}: error: `{}` does not hold for {input}", result.name);
            match &found.why {
                Why::False => {}
                Why::Assertions(assertions) => text.push_str(&assertion_lines(assertions, &place)),
                Why::Ended(how) => {
                    let _ = writeln!(text, "  it does not give a result: {how}");
                }
            }
            let number = found.number + 1;
            let _ = match found.of {
                Tried::All(count) => writeln!(text, "  found as input {number} of all {count}, then made smaller"),
                Tried::Random(count) => {
                    writeln!(text, "  found as random input {number} of {count} with seed {seed}, then made smaller")
                }
            };
            text.push_str("  as a test:\n\n");
            found.test.lines().for_each(|line| text.push_str(&indented(line)));
        }
    }
    if !result.traces.is_empty() {
        text.push_str("  traces:\n");
        let hidden = result.traces.len().saturating_sub(MOST_TRACES);
        if hidden > 0 {
            let _ = writeln!(text, "    ... {hidden} more before these");
        }
        result.traces[hidden..].iter().flat_map(|trace| trace.lines()).for_each(|line| text.push_str(&indented(line)));
    }
    text
}

fn indented(line: &str) -> String {
    if line.is_empty() {
        "\n".to_owned()
    } else {
        format!("    {line}\n")
    }
}

fn assertion_lines(assertions: &[Assertion], of_test: &str) -> String {
    let line = |assertion: &Assertion| {
        let place = assertion.position.as_ref().map_or_else(|| of_test.to_owned(), place);
        format!("{place}: error: assertion failed: {}\n", assertion.text)
    };
    let mut text: String = assertions.iter().take(MOST_ASSERTIONS).map(line).collect();
    if assertions.len() > MOST_ASSERTIONS {
        let _ = writeln!(text, "  and {} more", assertions.len() - MOST_ASSERTIONS);
    }
    text
}

/// `all 256 inputs`.
fn described(tried: Tried) -> String {
    match tried {
        Tried::All(1) => "the only input".to_owned(),
        Tried::All(count) => format!("all {count} inputs"),
        Tried::Random(1) => "1 random input".to_owned(),
        Tried::Random(count) => format!("{count} random inputs"),
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1000.0)
}

/// `file:line:column`.
fn place((file, line, column): &(String, u32, u32)) -> String {
    format!("{file}:{line}:{column}")
}

/// Counts over all modules.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that the filter does not match.
    pub filtered_out: usize,
    /// Tests that other shards run.
    pub of_other_shards: usize,
    /// The time of all tests.
    pub time: Duration,
    /// Determines the random inputs.
    pub seed: u64,
}

impl Summary {
    /// Counts a result.
    pub fn add(&mut self, result: &TestResult) {
        self.time += result.time;
        match result.has_passed() {
            true => self.passed += 1,
            false => self.failed += 1,
        }
    }

    /// `test result: ok. 3 passed; 0 failed; ...`.
    pub fn line(&self) -> String {
        let word = if self.failed == 0 { "ok" } else { "FAILED" };
        let Summary { passed, failed, filtered_out, of_other_shards, time, seed } = self;
        let shards = match of_other_shards {
            0 => String::new(),
            count => format!("; {count} in other shards"),
        };
        format!(
            "test result: {word}. {passed} passed; {failed} failed; {filtered_out} filtered out{shards}; {}; seed {seed}",
            milliseconds(*time)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::result::Counterexample;

    fn result(outcome: Outcome) -> TestResult {
        TestResult {
            name: "adds".to_owned(),
            position: ("src/m.x".to_owned(), 7, 4),
            is_quickcheck: false,
            time: Duration::from_micros(1250),
            outcome,
            traces: Vec::new(),
            remarks: Vec::new(),
        }
    }

    #[test]
    fn lines_say_what_was_tried() {
        assert_eq!(line(&result(Outcome::Passed(None))), "test adds ... ok (1.2 ms)");
        let tried = |tried| line(&TestResult { is_quickcheck: true, ..result(Outcome::Passed(Some(tried))) });
        assert_eq!(tried(Tried::All(256)), "quickcheck adds ... ok (all 256 inputs; 1.2 ms)");
        assert_eq!(tried(Tried::Random(1000)), "quickcheck adds ... ok (1000 random inputs; 1.2 ms)");
    }

    #[test]
    fn failures_have_places_and_traces() {
        let assertion = |line| Assertion { position: Some(("src/m.x".to_owned(), line, 5)), text: format!("l{line}") };
        let failed = Outcome::Failed(Failure::Assertions(vec![assertion(8), assertion(9)]));
        let traces = vec!["x is 3".to_owned(), "two\nlines".to_owned()];
        let text = failure(&TestResult { traces, ..result(failed) }, 1);
        let expected =
            "src/m.x:8:5: error: assertion failed: l8\nsrc/m.x:9:5: error: assertion failed: l9\n  traces:\n    \
                        x is 3\n    two\n    lines\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn counterexamples_are_tests() {
        let found = Counterexample {
            number: 41,
            of: Tried::Random(1000),
            arguments: vec![("x".to_owned(), "u8:7".to_owned()), ("y".to_owned(), "true".to_owned())],
            why: Why::False,
            test: "#[test]\nfn t() {\n    f();\n}\n".to_owned(),
        };
        let text = failure(&result(Outcome::Failed(Failure::Counterexample(Box::new(found)))), 9);
        let expected = "src/m.x:7:4: error: `adds` does not hold for x = u8:7, y = true\n  found as random input 42 of 1000 \
                        with seed 9, then made smaller\n  as a test:\n\n    #[test]\n    fn t() {\n        f();\n    }\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn the_summary_counts() {
        let mut summary = Summary { filtered_out: 4, seed: 3, ..Summary::default() };
        summary.add(&result(Outcome::Passed(None)));
        assert_eq!(summary.line(), "test result: ok. 1 passed; 0 failed; 4 filtered out; 1.2 ms; seed 3");
        summary.add(&result(Outcome::Failed(Failure::Ended("x".to_owned()))));
        summary.of_other_shards = 2;
        let expected = "test result: FAILED. 1 passed; 1 failed; 4 filtered out; 2 in other shards; 2.5 ms; seed 3";
        assert_eq!(summary.line(), expected);
    }
}
