//! Running test vectors: on the evaluator, or on compiled code.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use xls_aot_eval::Options;
use xls_aot_execute::{
    evaluate, in_threads, last, ExecuteError, NotRun, Observed, SkipReason, Subject, Task, Unspecified,
};
use xls_aot_ir::{closure, parse_typed_value, read_package, FuncId, Package, Value};

use crate::known::Known;
use crate::record::{self, Expected, Record};
use crate::report::{Entry, Report, Verdict};

/// What to check, and on which subject.
pub struct CheckOptions<'a> {
    /// The vector file, or a file test (`.ir`), whose `run:` lines are its vectors.
    pub vectors: PathBuf,
    /// The folder that the vectors' IR files are relative to. It does not matter for a file test, whose folder is its own.
    pub root: PathBuf,
    /// The subject that runs the vectors.
    pub subject: Subject<'a>,
    /// How many threads to use.
    pub jobs: NonZeroUsize,
    /// Bounds of evaluations.
    pub limits: Options,
}

/// Functions that one task compiles, links and runs together.
const BATCH: usize = 48;

/// The vectors of one function.
struct Group {
    package: Result<Arc<Package>, String>,
    top: String,
    records: Vec<usize>,
}

/// Runs all vectors of a file.
///
/// # Errors
/// If the vectors cannot be read, or the system refuses to load compiled code. The report has everything that concerns one
/// vector, such as IR that cannot be read.
pub fn check(options: &CheckOptions<'_>) -> Result<Report, ExecuteError> {
    let records = record::read(&options.vectors)?;
    let root = match options.vectors.parent() {
        Some(folder) if record::is_filetest(&options.vectors) => folder,
        _ => &options.root,
    };
    let groups = groups(&records, root);
    let batches: Vec<&[Group]> = groups.chunks(BATCH).collect();
    let next = AtomicUsize::new(0);
    let verdicts: Mutex<BTreeMap<usize, Verdict>> = Mutex::new(BTreeMap::new());
    let work = || -> Result<(), ExecuteError> {
        while let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) {
            let found = run_batch(batch, &records, options)?;
            verdicts.lock().unwrap_or_else(PoisonError::into_inner).extend(found);
        }
        Ok(())
    };
    let jobs = NonZeroUsize::new(batches.len()).map_or(NonZeroUsize::MIN, |batches| batches.min(options.jobs));
    in_threads(jobs, &work)?;

    let mut verdicts = verdicts.into_inner().unwrap_or_else(PoisonError::into_inner);
    let known = Known::of(&options.subject);
    Ok(report(records, &mut verdicts, &known))
}

/// The report on all records. A record without a verdict has failed: no verdict may be lost.
fn report(records: Vec<Record>, verdicts: &mut BTreeMap<usize, Verdict>, known: &Known) -> Report {
    let entries = records.into_iter().enumerate().map(|(i, record)| {
        let verdict = match verdicts.remove(&i) {
            Some(verdict) => known.mark(&record, verdict),
            None => failed("it was not run, or its verdict was lost".to_owned(), &record),
        };
        Entry { line: record.line, ir_file: record.ir_file, top: record.top, args: record.args, verdict }
    });
    Report { entries: entries.collect() }
}

/// Groups the records by function, and reads each file once.
fn groups(records: &[Record], root: &Path) -> Vec<Group> {
    let mut by_function: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (i, record) in records.iter().enumerate() {
        by_function.entry((&record.ir_file, &record.top)).or_default().push(i);
    }
    let mut packages: BTreeMap<&str, Result<Arc<Package>, String>> = BTreeMap::new();
    let groups = by_function.into_iter().map(|((file, top), records)| {
        let package = packages.entry(file).or_insert_with(|| {
            let bytes = std::fs::read(root.join(file)).map_err(|error| format!("cannot read {file}: {error}"))?;
            read_package(file, &bytes).map(Arc::new).map_err(|diagnostics| diagnostics.to_string())
        });
        Group { package: package.clone(), top: top.to_owned(), records }
    });
    groups.collect()
}

/// A vector whose texts have been parsed.
struct Call {
    record: usize,
    arguments: Vec<Value>,
    expected: Observed,
}

/// Runs the vectors of some functions; returns the verdict on each.
fn run_batch(
    groups: &[Group],
    records: &[Record],
    options: &CheckOptions<'_>,
) -> Result<Vec<(usize, Verdict)>, ExecuteError> {
    let mut verdicts = Vec::new();
    let mut subjects: Vec<(Package, Vec<Call>)> = Vec::new();
    for group in groups {
        let package = match &group.package {
            Ok(package) => package,
            Err(error) => {
                verdicts.extend(group.records.iter().map(|&i| (i, failed(error.clone(), &records[i]))));
                continue;
            }
        };
        let Some(top) = package.find_function(&group.top) else {
            let error = format!("the file has no function `{}`", group.top);
            verdicts.extend(group.records.iter().map(|&i| (i, failed(error.clone(), &records[i]))));
            continue;
        };
        let mut calls = Vec::new();
        for &i in &group.records {
            match understand(i, &records[i], package, top) {
                Ok(call) => calls.push(call),
                Err(verdict) => verdicts.push((i, verdict)),
            }
        }
        subjects.push((closure::of(package, top), calls));
    }

    let subjects_as_tasks = subjects
        .iter()
        .map(|(package, calls)| Task { package, calls: calls.iter().map(|call| call.arguments.as_slice()).collect() });
    let tasks: Vec<Task<'_>> = subjects_as_tasks.collect();
    let results = options.subject.run(&tasks, &options.limits)?;
    for ((package, calls), result) in subjects.iter().zip(results) {
        let runs = match result {
            Ok(runs) => runs,
            Err(not_run) => vec![Err(not_run); calls.len()],
        };
        for (call, run) in calls.iter().zip(runs) {
            verdicts.push((call.record, judge(run, call, package, options)));
        }
    }
    Ok(verdicts)
}

/// The vector's arguments and expectations as values.
fn understand(index: usize, record: &Record, package: &Package, top: FuncId) -> Result<Call, Verdict> {
    let Expected { value, asserts, traces, covers } = match &record.expected {
        Ok(expected) => expected,
        Err(what) => return Err(Verdict::Skipped { reason: SkipReason::NoReference, what: what.clone() }),
    };
    let parse = |what: &str, text: &str| {
        parse_typed_value(text).map_err(|error| failed(format!("{what} `{text}`: {error}"), record))
    };
    let arguments: Vec<Value> = record.args.iter().map(|text| parse("argument", text)).collect::<Result<_, _>>()?;
    let function = package.function(top);
    let fits = function.params.len() == arguments.len()
        && function.params.iter().zip(&arguments).all(|(&param, value)| value.has_type(&function.node(param).ty));
    if !fits {
        return Err(failed(format!("the arguments do not fit `{}`", function.signature()), record));
    }
    let expected = Observed {
        value: parse("expected value", value)?,
        asserts: asserts.clone(),
        traces: Some(traces.clone()),
        covers: covers.clone(),
        out_of_bounds: None,
    };
    Ok(Call { record: index, arguments, expected })
}

/// The verdict on one call.
fn judge(run: Result<Observed, NotRun>, call: &Call, package: &Package, options: &CheckOptions<'_>) -> Verdict {
    let mut expected = call.expected.clone();
    if options.limits.out_of_bounds {
        // No vector has these counts: the evaluator is the judge.
        match evaluate(package, &[&call.arguments], &options.limits).remove(0) {
            Ok(evaluated) => expected.out_of_bounds = evaluated.out_of_bounds,
            Err(NotRun::Unsupported(_, what) | NotRun::TooLong(what) | NotRun::Fault(what)) => {
                return Verdict::Failed { got: what, expected: expected.to_string() }
            }
        }
    }
    let failed = |got: String| Verdict::Failed { got, expected: expected.to_string() };
    let observed = match run {
        Ok(observed) => observed,
        Err(NotRun::Unsupported(reason, what)) => return Verdict::Skipped { reason, what },
        Err(NotRun::TooLong(fault) | NotRun::Fault(fault)) => return failed(fault),
    };
    match Unspecified::of(package, last(package), &call.arguments, &options.limits) {
        Ok(unspecified) if observed.agrees_with(&expected, unspecified.as_ref(), options.subject.keeps_order()) => {
            Verdict::Passed
        }
        Ok(_) => failed(observed.to_string()),
        Err(error) => failed(error.to_string()),
    }
}

fn failed(got: String, record: &Record) -> Verdict {
    let expected = match &record.expected {
        Ok(expected) => expected.value.clone(),
        Err(reason) => reason.clone(),
    };
    Verdict::Failed { got, expected }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_verdict_is_a_failure() {
        let line = r#"{"ir_file": "a.ir", "top": "f", "args": [], "expected": "token"}"#;
        let records = record::parse("v", &format!("{line}\n{line}\n")).unwrap();
        let known = Known::of(&Subject::Evaluator);
        let report = report(records, &mut BTreeMap::from([(1, Verdict::Passed)]), &known);
        let counts = report.counts();
        assert_eq!((counts.passed, counts.failed, counts.skipped), (1, 1, 0));
        assert!(report.to_string().contains("got:      it was not run, or its verdict was lost"), "{report}");
    }
}
