//! Compares back ends with the evaluator on random programs.
//!
//! [`fuzz`](fuzz()) makes programs and runs them. It makes those that show a difference as small as possible and prints
//! them as file tests.
//!
//! The seed determines a run. Programs do not depend on each other, so the seed and a program's number are enough to make
//! it again.

// A new operation, type or style must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod builder;
mod coarse;
#[cfg(test)]
mod coverage;
mod differ;
mod idioms;
mod lanes;
mod large;
mod nest;
mod operations;
mod program;
mod related;
mod reproducer;
mod reuse;
mod shrink;
mod style;
mod types;

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use xls_aot_eval::Options;
use xls_aot_execute::{in_thread, in_threads, ExecuteError, NotRun, Subject};

use differ::{compare_each, evaluate_program, Comparison, Difference, Evaluated};
use program::generate;

pub use style::StyleName;

/// What to run random programs on, and how many.
pub struct FuzzOptions<'a> {
    /// Determines the programs.
    pub seed: u64,
    /// Number of the first program.
    pub first: u64,
    /// How many programs.
    pub count: u64,
    /// The style of all programs; `None` for random styles.
    pub style: Option<StyleName>,
    /// The subjects that run the programs, each with a name for reports. The evaluator always runs, as the reference.
    pub subjects: Vec<(String, Subject<'a>)>,
    /// How many threads to use.
    pub jobs: NonZeroUsize,
    /// After this time, no new programs are run.
    pub time: Option<Duration>,
    /// The number of differences after which the run ends. They are made small and printed.
    pub most_differences: usize,
    /// A run fails if fewer programs were compared; 0 counts as 1.
    pub at_least: u64,
}

impl FuzzOptions<'_> {
    /// The number behind that of the last program.
    fn end(&self) -> u64 {
        self.first.saturating_add(self.count)
    }
}

/// A program on which a subject differs from the evaluator.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// Number of the program.
    pub program: u64,
    /// Name of the subject.
    pub subject: String,
    /// A file test that shows the difference.
    pub reproducer: String,
}

/// The result of a run. `Display` prints the reproducers, and then the counts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FuzzReport {
    /// Programs that the evaluator gave results for.
    pub programs: u64,
    /// The number of programs that were compared on every subject (the smallest of the subjects' numbers).
    pub compared: u64,
    /// The number of programs that had to be compared.
    pub at_least: u64,
    /// Programs that were left out because the evaluator reached a limit.
    pub too_long: u64,
    /// How many programs a subject did not support, by subject and reason.
    pub skipped: BTreeMap<(String, String), u64>,
    /// The differences.
    pub found: Vec<Found>,
    /// Whether the time was up before all programs were run.
    pub out_of_time: bool,
}

impl FuzzReport {
    /// Whether enough programs were compared, and no difference was found.
    pub fn is_success(&self) -> bool {
        self.found.is_empty() && self.has_enough()
    }

    fn has_enough(&self) -> bool {
        self.compared >= self.at_least.max(1)
    }
}

impl fmt::Display for FuzzReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in &self.found {
            writeln!(f, "{}", found.reproducer)?;
        }
        for ((subject, reason), count) in &self.skipped {
            writeln!(f, "skipped on {subject} ({count}): {reason}")?;
        }
        if self.too_long > 0 {
            writeln!(f, "left out, because their evaluation takes too long: {}", self.too_long)?;
        }
        if self.out_of_time {
            writeln!(f, "the time was up")?;
        }
        if !self.has_enough() {
            writeln!(f, "FAILED: {} programs were compared, not {}", self.compared, self.at_least.max(1))?;
        }
        write!(f, "{} programs compared, {} differences", self.compared, self.found.len())
    }
}

/// Programs that are compiled together: those whose numbers are the same but for the lowest eight bits.
const BATCH: u64 = 256;

/// Bounds of the evaluation of a random program; [`program::Program::max_steps`] is a tighter one at first.
const LIMITS: Options = Options {
    max_steps: 10_000_000,
    max_cells: 1 << 20,
    max_events: 1000,
    partial_products: xls_aot_eval::PartialProducts::Offset,
    out_of_bounds: false,
};

/// The bounds for the programs of a batch. In one batch of four, accesses that break `assumed_in_bounds` are counted, by the
/// evaluator and by the code; the others run without that, as most users' code does.
fn limits(options: &FuzzOptions<'_>, batch: u64) -> Options {
    // XLS's code generator cannot report them.
    let can_count = options.subjects.iter().all(|(_, subject)| !subject.is_xlsynth());
    Options { out_of_bounds: can_count && batch % 4 == 3, ..LIMITS }
}

/// The result of a batch.
#[derive(Default)]
struct BatchResult {
    programs: u64,
    too_long: u64,
    /// Programs that each subject was compared on, by number of the subject.
    compared: Vec<u64>,
    skipped: Vec<(String, String)>,
    differences: Vec<(u64, usize, Difference)>,
}

/// Runs random programs.
///
/// # Errors
/// If the system refuses to load compiled code, or the generator made an invalid program, which is a bug.
pub fn fuzz(options: &FuzzOptions<'_>) -> Result<FuzzReport, ExecuteError> {
    let start = Instant::now();
    let is_late = || options.time.is_some_and(|time| start.elapsed() >= time);
    let batches = options.end().div_ceil(BATCH);
    let next = AtomicU64::new(options.first / BATCH);
    let enough = AtomicBool::new(false);
    let out_of_time = AtomicBool::new(false);
    let results: Mutex<BTreeMap<u64, BatchResult>> = Mutex::new(BTreeMap::new());
    let work = || -> Result<(), ExecuteError> {
        while !enough.load(Ordering::Relaxed) {
            let batch = next.fetch_add(1, Ordering::Relaxed);
            if batch >= batches {
                return Ok(());
            }
            if is_late() {
                out_of_time.store(true, Ordering::Relaxed);
                return Ok(());
            }
            let result = run_batch(options, batch)?;
            let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
            results.insert(batch, result);
            let count: usize = results.values().map(|result| result.differences.len()).sum();
            enough.store(count >= options.most_differences.max(1), Ordering::Relaxed);
        }
        Ok(())
    };
    in_threads(options.jobs, &work)?;

    let mut report =
        FuzzReport { out_of_time: out_of_time.into_inner(), at_least: options.at_least, ..FuzzReport::default() };
    let mut compared = vec![0; options.subjects.len()];
    let mut differences = Vec::new();
    for result in results.into_inner().unwrap_or_else(PoisonError::into_inner).into_values() {
        report.programs += result.programs;
        report.too_long += result.too_long;
        for (sum, count) in compared.iter_mut().zip(result.compared) {
            *sum += count;
        }
        for skipped in result.skipped {
            *report.skipped.entry(skipped).or_default() += 1;
        }
        differences.extend(result.differences);
    }
    report.compared = compared.into_iter().min().unwrap_or_default();
    differences.truncate(options.most_differences.max(1));
    report.found = in_thread(|| {
        let found = differences.into_iter().map(|(program, subject, difference)| {
            let reproducer = reproduce(options, program, subject, difference)?;
            Ok(Found { program, subject: options.subjects[subject].0.clone(), reproducer })
        });
        found.collect()
    })?;
    Ok(report)
}

fn run_batch(options: &FuzzOptions<'_>, batch: u64) -> Result<BatchResult, ExecuteError> {
    let mut result = BatchResult::default();
    let mut indices = Vec::new();
    let mut programs: Vec<Evaluated> = Vec::new();
    let limits = limits(options, batch);
    let first = batch.saturating_mul(BATCH);
    for index in first.max(options.first)..first.saturating_add(BATCH).min(options.end()) {
        match evaluate_program(generate(options.seed, index, options.style), &limits) {
            Ok(evaluated) => {
                indices.push(index);
                programs.push(evaluated);
            }
            Err(NotRun::TooLong(_)) => result.too_long += 1,
            Err(NotRun::Unsupported(_, what) | NotRun::Fault(what)) => {
                let what = format!("program {index} of seed {}: {what}", options.seed);
                return Err(ExecuteError::Internal { what });
            }
        }
    }
    result.programs = programs.len() as u64;
    let subjects: Vec<Subject<'_>> = options.subjects.iter().map(|(_, subject)| *subject).collect();
    let comparisons = compare_each(&subjects, &programs, &limits)?;
    for (number, ((name, _), comparisons)) in options.subjects.iter().zip(comparisons).enumerate() {
        if comparisons.len() != indices.len() {
            let what = format!("{name}: {} of {} programs have a verdict", comparisons.len(), indices.len());
            return Err(ExecuteError::Internal { what });
        }
        let mut compared = 0;
        for (&index, comparison) in indices.iter().zip(comparisons) {
            compared += u64::from(!matches!(comparison, Comparison::Skipped(_)));
            match comparison {
                Comparison::Same => {}
                Comparison::Different(difference) => result.differences.push((index, number, difference)),
                Comparison::Skipped(reason) => result.skipped.push((name.clone(), reason)),
            }
        }
        result.compared.push(compared);
    }
    result.differences.sort_by_key(|(index, number, _)| (*index, *number));
    Ok(result)
}

/// The file test for a difference.
fn reproduce(
    options: &FuzzOptions<'_>,
    index: u64,
    subject: usize,
    difference: Difference,
) -> Result<String, ExecuteError> {
    let (name, subject) = &options.subjects[subject];
    let limits = limits(options, index / BATCH);
    let evaluated = match evaluate_program(generate(options.seed, index, options.style), &limits) {
        Ok(evaluated) => evaluated,
        Err(_) => return Err(ExecuteError::Internal { what: format!("program {index} is not the same again") }),
    };
    let (evaluated, difference) = shrink::shrink(evaluated, difference, subject, &limits)?;
    Ok(reproducer::text(options, index, name, &evaluated, &difference))
}
