//! File tests: IR files whose trailing comments state the results of calls.
//!
//! ```text
//! // run: main(bits[8]:255, bits[8]:1) == bits[8]:0
//! // run: checked(bits[8]:0) == bits[8]:0 asserts ["x is zero"]
//! // run: traced(bits[8]:9) == bits[8]:9 traces ["x = 9"] covers {"odd": 1}
//! // run: read(bits[8]:9) == bits[8]:0 out_of_bounds {"array_index.3": 1}
//! ```
//!
//! Events that a line does not state must not happen. A cover is stated if it is reached. Accesses that break their promise
//! `assumed_in_bounds` are counted in a file of which a line states such an access.
//!
//! The evaluator runs every line first, then each subject does. This tells a wrong line from a wrong subject. A file
//! without a `run:` line is an error, and so is a comment that looks like another directive.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_eval::Options;
use xls_aot_execute::{ExecuteError, NotRun, Observed, Subject, Task};
use xls_aot_ir::{closure, parse_typed_value, read_package, FuncId, OpKind, Package, Value};

use crate::record::{Expected, Record};

/// A `run:` line.
struct Run {
    line: usize,
    top: FuncId,
    arguments: Vec<Value>,
    expected: Observed,
}

/// Runs the file test `text`; `name` is for messages. Returns the number of `run:` lines.
///
/// # Errors
/// [`ExecuteError::Ir`] if the IR has errors. [`ExecuteError::Invalid`] if a directive is not understood, or if outcomes
/// differ from what their lines state; the error lists these lines with the subject that differs.
pub fn run_filetest(name: &str, text: &str, subjects: &[(String, Subject<'_>)]) -> Result<usize, ExecuteError> {
    let package = read_package(name, text.as_bytes())?;
    let mut runs = parse_runs(name, text, &package)?;
    let out_of_bounds = runs.iter().any(|run| run.expected.out_of_bounds.is_some());
    if out_of_bounds {
        for run in &mut runs {
            run.expected.out_of_bounds.get_or_insert_default();
        }
    }
    let limits = Options { out_of_bounds, ..Options::default() };
    let evaluator = ("the evaluator".to_owned(), Subject::Evaluator);
    let mut differences = Vec::new();
    for (subject_name, subject) in std::iter::once(&evaluator).chain(subjects) {
        for (line, difference) in different_lines(&runs, &package, subject, &limits)? {
            differences.push(format!("{name}:{line}: on {subject_name}: {difference}"));
        }
    }
    if differences.is_empty() {
        Ok(runs.len())
    } else {
        Err(ExecuteError::Invalid { what: differences.join("\n") })
    }
}

/// The operations that the `run:` lines of a file test reach: those in the functions that the lines call, and in all
/// functions that these call.
///
/// # Errors
/// Those of [`run_filetest`], except for outcomes that differ.
pub fn called_operations(name: &str, text: &str) -> Result<BTreeSet<OpKind>, ExecuteError> {
    let package = read_package(name, text.as_bytes())?;
    let tops: BTreeSet<FuncId> = parse_runs(name, text, &package)?.iter().map(|run| run.top).collect();
    let mut operations = BTreeSet::new();
    for top in tops {
        let functions = package.functions.iter().zip(closure::reachable(&package, top));
        let called = functions.filter_map(|(function, is_reached)| is_reached.then_some(function));
        operations.extend(called.flat_map(|function| &function.nodes).map(|node| node.op.kind()));
    }
    Ok(operations)
}

/// The `run:` lines of a file test as vectors of the IR file `ir_file`.
///
/// # Errors
/// Those of [`run_filetest`], except for outcomes that differ.
pub(crate) fn records(name: &str, text: &str, ir_file: &str) -> Result<Vec<Record>, ExecuteError> {
    let package = read_package(name, text.as_bytes())?;
    let runs = parse_runs(name, text, &package)?.into_iter();
    let record = |run: Run| Record {
        line: run.line,
        ir_file: ir_file.to_owned(),
        top: package.function(run.top).name.to_string(),
        args: run.arguments.iter().map(Value::to_string).collect(),
        expected: Ok(Expected {
            value: run.expected.value.to_string(),
            asserts: run.expected.asserts,
            traces: run.expected.traces.unwrap_or_default(),
            covers: run.expected.covers,
        }),
    };
    Ok(runs.map(record).collect())
}

/// The `run:` lines of a file: at least one.
fn parse_runs(name: &str, text: &str, package: &Package) -> Result<Vec<Run>, ExecuteError> {
    let runs = directives(text)
        .map(|(line, directive)| {
            parse_run(line, directive, package)
                .map_err(|what| ExecuteError::Invalid { what: format!("{name}:{line}: {what}") })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if runs.is_empty() {
        let what = format!("{name}: no `// run: f(...) == value` line, so nothing is tested");
        return Err(ExecuteError::Invalid { what });
    }
    Ok(runs)
}

/// The comments that begin with a lower-case word and a colon, with their line numbers.
fn directives(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().filter_map(|(i, line)| {
        let comment = line.trim_start().strip_prefix("//")?.trim();
        let (word, _) = comment.split_once(':')?;
        let is_word = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase());
        is_word.then_some((i + 1, comment))
    })
}

fn parse_run(line: usize, directive: &str, package: &Package) -> Result<Run, String> {
    let run = directive
        .strip_prefix("run:")
        .ok_or_else(|| format!("unknown directive `{directive}`; expected `run: f(...) == value`"))?;
    let (call, outcome) = run.split_once(") == ").ok_or("expected `f(arguments) == value` behind `run:`")?;
    let (top, arguments) = call.trim().split_once('(').ok_or("expected `(` behind the function's name")?;
    let top = package.find_function(top).ok_or_else(|| format!("the file has no function `{top}`"))?;
    // A list of arguments reads like a tuple, except that a tuple of one element would need a comma.
    let values = match parse(&format!("({arguments})")) {
        Ok(Value::Tuple(values)) => values,
        _ => vec![parse(arguments)?],
    };
    let function = package.function(top);
    let fits = function.params.len() == values.len()
        && function.params.iter().zip(&values).all(|(&param, value)| value.has_type(&function.node(param).ty));
    if !fits {
        return Err(format!("the arguments do not fit `{}`", function.signature()));
    }
    let (outcome, out_of_bounds) = match outcome.split_once(" out_of_bounds ") {
        Some((outcome, counts)) => (outcome, Some(counts)),
        None => (outcome, None),
    };
    let (outcome, covers) = outcome.split_once(" covers ").unwrap_or((outcome, "{}"));
    let (outcome, traces) = outcome.split_once(" traces ").unwrap_or((outcome, "[]"));
    let (value, asserts) = outcome.split_once(" asserts ").unwrap_or((outcome, "[]"));
    let expected = Observed {
        value: parse(value)?,
        asserts: serde_json::from_str(asserts).map_err(not("a list of strings behind `asserts`"))?,
        traces: Some(serde_json::from_str(traces).map_err(not("a list of strings behind `traces`"))?),
        covers: Some(serde_json::from_str(covers).map_err(not("an object of numbers behind `covers`"))?),
        out_of_bounds: out_of_bounds
            .map(|counts| serde_json::from_str(counts).map_err(not("an object of numbers behind `out_of_bounds`")))
            .transpose()?,
    };
    Ok(Run { line, top, arguments: values, expected })
}

/// The error where `what` was expected.
fn not(what: &str) -> impl Fn(serde_json::Error) -> String + '_ {
    move |error| format!("expected {what}, as JSON: {error}")
}

fn parse(text: &str) -> Result<Value, String> {
    parse_typed_value(text).map_err(|error| format!("`{text}`: {error}"))
}

/// The lines whose outcome on a subject is not the stated one, with that outcome. All lines run together, and each function
/// is compiled once.
fn different_lines(
    runs: &[Run],
    package: &Package,
    subject: &Subject<'_>,
    limits: &Options,
) -> Result<Vec<(usize, String)>, ExecuteError> {
    let mut by_function: BTreeMap<FuncId, Vec<&Run>> = BTreeMap::new();
    for run in runs {
        by_function.entry(run.top).or_default().push(run);
    }
    let groups: Vec<(Package, Vec<&Run>)> =
        by_function.into_iter().map(|(top, runs)| (closure::of(package, top), runs)).collect();
    let tasks: Vec<Task<'_>> = groups
        .iter()
        .map(|(package, runs)| Task { package, calls: runs.iter().map(|run| run.arguments.as_slice()).collect() })
        .collect();
    let results = subject.run(&tasks, limits)?;
    let mut different = Vec::new();
    for ((_, runs), result) in groups.iter().zip(results) {
        let mut outcomes = result.unwrap_or_else(|not_run| vec![Err(not_run); runs.len()]).into_iter();
        for run in runs {
            let outcome = outcomes.next().unwrap_or_else(|| Err(NotRun::Fault("it was not run".to_owned())));
            different.extend(difference(run, outcome, subject).map(|difference| (run.line, difference)));
        }
    }
    different.sort();
    Ok(different)
}

/// How the outcome on a subject differs from what the line states.
fn difference(run: &Run, outcome: Result<Observed, NotRun>, subject: &Subject<'_>) -> Option<String> {
    match outcome {
        Ok(observed) if observed.agrees_with(&run.expected, None, subject.keeps_order()) => None,
        Ok(observed) => Some(format!("it gives {observed}, not {}", run.expected)),
        Err(NotRun::Unsupported(_, what)) => Some(format!("it does not support this: {what}")),
        Err(NotRun::TooLong(fault) | NotRun::Fault(fault)) => Some(fault),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "package t
// A remark: it is not a directive.
fn f(x: bits[8], y: (bits[8], bits[4])) -> bits[8] {
  a: bits[8] = tuple_index(y, index=0)
  ret s: bits[8] = add(x, a)
}
fn g(x: (bits[8], bits[1])) -> bits[1] {
  t: token = after_all()
  b: bits[1] = tuple_index(x, index=1)
  c: token = assert(t, b, message=\"no \\\"b\\\"\")
  ret r: bits[1] = not(b)
}
fn h() -> bits[8] {
  ret r: bits[8] = literal(value=3)
}
fn k() -> bits[8] {
  x: bits[8] = invoke(to_apply=h)
  ret r: bits[8] = neg(x)
}
";

    fn run(directives: &str) -> Result<usize, String> {
        run_filetest("t.ir", &format!("{TEXT}{directives}"), &[]).map_err(|error| error.to_string())
    }

    #[test]
    fn lines_that_hold_are_counted() {
        let directives = "// run: f(bits[8]:255, (bits[8]:2, bits[4]:0)) == bits[8]:1
// run: g((bits[8]:0, bits[1]:1)) == bits[1]:0
// run: g((bits[8]:0, bits[1]:0)) == bits[1]:1 asserts [\"no \\\"b\\\"\"]
// run: h() == bits[8]:3
";
        assert_eq!(run(directives), Ok(4));
    }

    #[test]
    fn lines_of_several_functions_may_be_mixed() {
        let directives = "// run: h() == bits[8]:3
// run: f(bits[8]:1, (bits[8]:2, bits[4]:0)) == bits[8]:3
// run: h() == bits[8]:4
// run: f(bits[8]:1, (bits[8]:3, bits[4]:0)) == bits[8]:5
";
        assert_eq!(
            run(directives).unwrap_err(),
            "t.ir:22: on the evaluator: it gives bits[8]:3, not bits[8]:4\n\
             t.ir:23: on the evaluator: it gives bits[8]:4, not bits[8]:5"
        );
    }

    #[test]
    fn operations_are_reached_by_calls_only() {
        let operations = |directives: &str| {
            let operations = called_operations("t.ir", &format!("{TEXT}{directives}")).unwrap();
            operations.into_iter().map(|kind| kind.info().mnemonic).collect::<Vec<_>>()
        };
        assert_eq!(operations("// run: h() == bits[8]:3\n"), ["literal"]);
        assert_eq!(operations("// run: k() == bits[8]:4\n"), ["literal", "neg", "invoke"]);
    }

    #[test]
    fn broken_promises_are_counted_in_a_file_that_states_one() {
        let text = "package t
fn f(a: bits[8][2], i: bits[8]) -> bits[8] {
  ret r: bits[8] = array_index(a, indices=[i], assumed_in_bounds=true)
}
";
        let run = |lines: &str| run_filetest("t.ir", &format!("{text}{lines}"), &[]).map_err(|error| error.to_string());
        let plain = "// run: f([bits[8]:3, bits[8]:4], bits[8]:2) == bits[8]:4";
        assert_eq!(run(plain), Ok(1));
        assert_eq!(run(&format!("{plain} out_of_bounds {{\"r\": 1}}")), Ok(1));
        assert_eq!(
            run(&format!("{plain}\n{plain} out_of_bounds {{\"r\": 2}}\n")).unwrap_err(),
            "t.ir:5: on the evaluator: it gives bits[8]:4 out_of_bounds {\"r\": 1}, not bits[8]:4\n\
             t.ir:6: on the evaluator: it gives bits[8]:4 out_of_bounds {\"r\": 1}, not bits[8]:4 out_of_bounds {\"r\": 2}"
        );
    }

    #[test]
    fn what_does_not_hold_is_told() {
        assert_eq!(
            run("// run: h() == bits[8]:4\n// run: h() == bits[8]:3 asserts [\"m\"]\n").unwrap_err(),
            "t.ir:20: on the evaluator: it gives bits[8]:3, not bits[8]:4\n\
             t.ir:21: on the evaluator: it gives bits[8]:3, not bits[8]:3 asserts [\"m\"]"
        );
    }

    #[test]
    fn directives_that_are_not_understood_are_errors() {
        let check = |directive: &str, message: &str| assert_eq!(run(directive).unwrap_err(), message);
        check("", "t.ir: no `// run: f(...) == value` line, so nothing is tested");
        check("// runs: h()", "t.ir:20: unknown directive `runs: h()`; expected `run: f(...) == value`");
        check("// run: h() = bits[8]:3", "t.ir:20: expected `f(arguments) == value` behind `run:`");
        check("// run: m() == bits[8]:3", "t.ir:20: the file has no function `m`");
        check("// run: h(bits[8]:1) == bits[8]:3", "t.ir:20: the arguments do not fit `fn h() -> bits[8]`");
    }
}
