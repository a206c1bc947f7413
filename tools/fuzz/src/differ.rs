//! Runs programs on a subject and on the evaluator, and compares the results.

use xls_aot_eval::Options;
use xls_aot_execute::{evaluate, last, ExecuteError, NotRun, Observed, Subject, Task, Unspecified};
use xls_aot_ir::{print_package, read_package, Value};

use crate::program::Program;

/// A program and the evaluator's results for its calls.
pub(crate) struct Evaluated {
    pub(crate) program: Program,
    /// The outcome of each call.
    pub(crate) expected: Vec<Observed>,
}

/// A result of a subject that differs from the evaluator's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Difference {
    /// Index of the first call that differs.
    pub(crate) call: usize,
    pub(crate) got: String,
}

/// The outcome of a program on a subject.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Comparison {
    Same,
    Different(Difference),
    /// The subject does not support it.
    Skipped(String),
}

/// Evaluates a program. An error says why there is no result. The program is printed and read first. This verifies it, and
/// the program that is compared is exactly the one of the text: printing may move the returned node, and independent events
/// happen in the order of the nodes.
pub(crate) fn evaluate_program(mut program: Program, limits: &Options) -> Result<Evaluated, NotRun> {
    let text = print_package(&program.package);
    program.package =
        read_package("random.ir", text.as_bytes()).map_err(|diagnostics| NotRun::Fault(diagnostics.to_string()))?;
    let limits = Options { max_steps: program.max_steps(), ..*limits };
    let calls: Vec<&[Value]> = program.calls.iter().map(Vec::as_slice).collect();
    let expected = evaluate(&program.package, &calls, &limits).into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok(Evaluated { program, expected })
}

/// Runs programs on a subject.
pub(crate) fn compare(
    subject: &Subject<'_>,
    programs: &[Evaluated],
    limits: &Options,
) -> Result<Vec<Comparison>, ExecuteError> {
    Ok(compare_each(&[*subject], programs, limits)?.pop().unwrap_or_default())
}

/// Runs programs on each subject.
pub(crate) fn compare_each(
    subjects: &[Subject<'_>],
    programs: &[Evaluated],
    limits: &Options,
) -> Result<Vec<Vec<Comparison>>, ExecuteError> {
    let programs_as_tasks = programs.iter().map(|evaluated| {
        let program = &evaluated.program;
        Task { package: &program.package, calls: program.calls.iter().map(Vec::as_slice).collect() }
    });
    let tasks: Vec<Task<'_>> = programs_as_tasks.collect();
    let results = Subject::run_each(subjects, &tasks, limits)?;
    let comparisons = subjects.iter().zip(results).map(|(subject, results)| {
        let comparisons = programs.iter().zip(results).map(|(evaluated, result)| match result {
            Ok(runs) => compare_calls(subject, evaluated, runs, limits),
            Err(NotRun::Unsupported(_, what) | NotRun::TooLong(what)) => Comparison::Skipped(what),
            Err(NotRun::Fault(got)) => Comparison::Different(Difference { call: 0, got }),
        });
        comparisons.collect()
    });
    Ok(comparisons.collect())
}

fn compare_calls(
    subject: &Subject<'_>,
    evaluated: &Evaluated,
    runs: Vec<Result<Observed, NotRun>>,
    limits: &Options,
) -> Comparison {
    if runs.len() != evaluated.expected.len() {
        let got = format!("results of {} calls, where {} were made", runs.len(), evaluated.expected.len());
        return Comparison::Different(Difference { call: 0, got });
    }
    for (call, (run, expected)) in runs.into_iter().zip(&evaluated.expected).enumerate() {
        let got = match run {
            Ok(observed) if observed.agrees_with(expected, None, subject.keeps_order()) => continue,
            Ok(observed) => {
                // Two more evaluations tell whether the part that differs is specified.
                let package = &evaluated.program.package;
                let arguments = &evaluated.program.calls[call];
                let unspecified = Unspecified::of(package, last(package), arguments, limits).ok().flatten();
                if observed.agrees_with(expected, unspecified.as_ref(), subject.keeps_order()) {
                    continue;
                }
                observed.to_string()
            }
            Err(NotRun::Unsupported(_, what) | NotRun::TooLong(what)) => return Comparison::Skipped(what),
            Err(NotRun::Fault(got)) => got,
        };
        return Comparison::Different(Difference { call, got });
    }
    Comparison::Same
}
