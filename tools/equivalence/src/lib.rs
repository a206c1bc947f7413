//! Compares a compiled artefact with the IR, or the DSLX module, that it was compiled from, on corner and random inputs.
//!
//! The reference evaluator computes the expected result of each input. Then a child process calls the artefact through
//! each of its entry points. If the evaluator has no result for an input, or takes very long, the input is left out and
//! counted. If fewer inputs are compared than required, the comparison fails.
//!
//! Invariant: the report depends only on the two files and the options.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod artefact;
mod report;

use std::path::{Path, PathBuf};

use xls_aot_eval::{EvalError, Evaluator, Options, Outcome};
use xls_aot_ir::{closure, read_package, Package, Type, Value};

use artefact::{site, Artefact};
use xls_aot_execute::{call_loaded, in_thread, last, CallLimits, ExecuteError, Observed, Unspecified};
use xls_aot_values::Inputs;

pub use report::{EquivalenceReport, Mismatch};

/// What the artefact was compiled from and must do.
pub struct Reference {
    /// Name of the file as the user gave it.
    pub file: String,
    /// The file's bytes, whose digest the artefact states: an IR file, or the file of a DSLX module.
    pub bytes: Vec<u8>,
    /// The functions.
    pub package: Package,
    /// Language of the file.
    pub language: Language,
}

/// What an artefact is compiled from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Language {
    /// XLS IR: the package has all functions of the file.
    #[default]
    Ir,
    /// DSLX: the package has the tops that were asked for.
    Dslx,
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Language::Ir => "IR",
            Language::Dslx => "DSLX",
        })
    }
}

impl Reference {
    /// The functions of an IR file.
    ///
    /// # Errors
    /// If the file cannot be read, or is no IR.
    pub fn of_ir(path: &Path) -> Result<Self, ExecuteError> {
        let bytes =
            std::fs::read(path).map_err(|error| ExecuteError::Unreadable { path: path.to_path_buf(), error })?;
        let file = path.display().to_string();
        let package = read_package(&file, &bytes)?;
        Ok(Reference { file, bytes, package, language: Language::Ir })
    }
}

/// What to compare it with, and how long.
pub struct EquivalenceOptions {
    /// The object of the artefact.
    pub object: PathBuf,
    /// Determines the inputs.
    pub seed: u64,
    /// Number of the first input.
    pub first: u64,
    /// Most inputs to try.
    pub count: u64,
    /// Steps that the evaluator may take in all, besides those of the input during which they run out.
    pub steps: u64,
    /// A comparison of fewer inputs is no success, unless there are no more.
    pub at_least: u64,
}

/// Most 64-bit words in the arguments and the result of one call, and in those of the calls that are made together.
const MOST_CELLS: u64 = 1 << 22;

/// Most calls that are made together.
const CHUNK: usize = 256;

/// Mismatches after which no more inputs are tried.
const ENOUGH: usize = 5;

/// Crashes are rare and hanging calls take long.
const CALL_LIMITS: CallLimits = CallLimits { call_seconds: 20, crashes: ENOUGH };

/// Inputs that the steps suffice for at least, at first; if too few can be compared so, one input may use them all.
const SHARE: u64 = 64;

/// Compares an artefact with what it was compiled from: a report for each of its functions, in the order of its description.
/// The options hold for each function.
///
/// # Errors
/// If the artefact cannot be read, the two do not belong together, or the system does not let compiled code be loaded.
pub fn equivalence(
    reference: &Reference,
    options: &EquivalenceOptions,
) -> Result<Vec<EquivalenceReport>, ExecuteError> {
    in_thread(|| {
        let artefacts = Artefact::open(&options.object, reference)?;
        artefacts.iter().map(|artefact| compare(options, reference, artefact)).collect()
    })
}

/// Compares one function.
fn compare(
    options: &EquivalenceOptions,
    reference: &Reference,
    artefact: &Artefact,
) -> Result<EquivalenceReport, ExecuteError> {
    let (name, package) = (&reference.file, &artefact.package);
    let function = package.function(artefact.top);
    let (params, result) = (artefact.callable.params(), artefact.callable.result());
    let call_cells = params.iter().chain([result]).fold(0, |sum: u64, ty| sum.saturating_add(cells(ty)));
    if call_cells > MOST_CELLS {
        let what = format!(
            "{name}: arguments and result of `{}` are {call_cells} values and words, too many to compare: \
             the limit is {MOST_CELLS}",
            function.name
        );
        return Err(ExecuteError::Invalid { what });
    }
    let comparison = Comparison {
        options,
        closure: closure::of(package, artefact.top),
        inputs: Inputs::of(params, options.seed),
        artefact,
        call_cells,
    };
    let run = |steps: u64| {
        comparison.run(EquivalenceReport {
            ir: name.clone(),
            language: reference.language,
            object: options.object.display().to_string(),
            top: function.name.to_string(),
            backend: artefact.backend.clone(),
            seed: options.seed,
            steps,
            count: options.count,
            all_steps: options.steps,
            at_least: comparison.least(),
            ..EquivalenceReport::default()
        })
    };
    let report = run(options.steps / SHARE)?;
    if report.compared() < comparison.least() && report.failed == 0 && report.too_long > 0 {
        return run(options.steps);
    }
    Ok(report)
}

/// A comparison that is under way.
struct Comparison<'a> {
    options: &'a EquivalenceOptions,
    artefact: &'a Artefact,
    /// What the function needs, itself last.
    closure: Package,
    inputs: Inputs<'a>,
    /// 64-bit words in the arguments and the result of a call.
    call_cells: u64,
}

/// A call to make.
struct Call {
    number: u64,
    arguments: Vec<Value>,
    expected: Observed,
}

impl Comparison<'_> {
    /// How many inputs must be compared: as many as asked for, or all that there are; never none.
    fn least(&self) -> u64 {
        let there_are = self.inputs.all().map_or(u64::MAX, |all| all.saturating_sub(self.options.first));
        self.options.at_least.min(there_are).max(1)
    }

    /// Tries inputs until there are no more, the steps are used up, or there are enough mismatches.
    fn run(&self, mut report: EquivalenceReport) -> Result<EquivalenceReport, ExecuteError> {
        let options = self.options;
        let end = options.first.saturating_add(options.count).min(self.inputs.all().unwrap_or(u64::MAX));
        report.all = self.inputs.all().filter(|&all| options.first == 0 && end == all);
        let limits = Options { max_steps: report.steps, max_cells: 2 * MOST_CELLS, ..Options::default() };
        let mut evaluator = Evaluator::new(&self.closure, limits);
        let mut spent = 0u64;
        let mut calls = Vec::new();
        let chunk = (MOST_CELLS / self.call_cells.max(1)).clamp(1, CHUNK as u64) as usize;
        for number in options.first..end {
            if spent >= options.steps {
                report.untried = end - number;
                break;
            }
            let arguments = self.inputs.get(number);
            let outcome = evaluator.run(last(&self.closure), &arguments);
            spent = spent.saturating_add(evaluator.steps()).saturating_add(self.call_cells);
            match outcome {
                Ok(outcome) => calls.push(Call { number, arguments, expected: self.expected(outcome) }),
                Err(EvalError::Limit { .. }) => report.too_long += 1,
                Err(error @ EvalError::Unsupported { .. }) => {
                    report.undefined.get_or_insert_with(|| (0, error.to_string())).0 += 1;
                }
                Err(error) => return Err(ExecuteError::Internal { what: error.to_string() }),
            }
            if calls.len() == chunk {
                self.call(&std::mem::take(&mut calls), &limits, &mut report)?;
                if report.mismatches.len() >= ENOUGH {
                    report.stopped |= number + 1 < end;
                    return Ok(report);
                }
            }
        }
        self.call(&calls, &limits, &mut report)?;
        Ok(report)
    }

    /// What the artefact must do where the evaluator does this.
    fn expected(&self, outcome: Outcome) -> Observed {
        Observed::of_evaluation(outcome, &self.closure, site)
    }

    /// Calls the artefact and adds what comes of it to the report.
    fn call(&self, calls: &[Call], limits: &Options, report: &mut EquivalenceReport) -> Result<(), ExecuteError> {
        let arguments: Vec<&[Value]> = calls.iter().map(|call| call.arguments.as_slice()).collect();
        let outcomes = call_loaded(&self.artefact.callable, &arguments, &self.artefact.sites, CALL_LIMITS)?;
        report.stopped |= outcomes.len() < calls.len();
        for (call, outcome) in calls.iter().zip(outcomes) {
            let got = match outcome {
                Ok(observed) if self.agrees(&observed, call, limits)? => {
                    report.passed += 1;
                    continue;
                }
                Ok(observed) => observed.to_string(),
                Err(fault) => fault,
            };
            report.failed += 1;
            if report.mismatches.len() < ENOUGH {
                report.mismatches.push(Mismatch {
                    number: call.number,
                    args: call.arguments.iter().map(ToString::to_string).collect(),
                    got,
                    expected: call.expected.to_string(),
                });
            }
        }
        Ok(())
    }

    fn agrees(&self, observed: &Observed, call: &Call, limits: &Options) -> Result<bool, ExecuteError> {
        if *observed == call.expected {
            return Ok(true);
        }
        let unspecified = Unspecified::of(&self.closure, last(&self.closure), &call.arguments, limits)?;
        // XLS orders assertions by their tokens only, and its own code generator makes use of that.
        let keeps_order = self.artefact.backend != "xlsynth";
        Ok(observed.agrees_with(&call.expected, unspecified.as_ref(), keeps_order))
    }
}

/// Memory that a value of `ty` takes, in 64-bit words; each leaf counts at least one.
fn cells(ty: &Type) -> u64 {
    match ty {
        Type::Bits(width) => u64::from(width.div_ceil(64)).max(1),
        Type::Token => 1,
        Type::Tuple(elements) => elements.iter().fold(1, |sum: u64, ty| sum.saturating_add(cells(ty))),
        Type::Array(array) => array.len.saturating_mul(cells(&array.element)).saturating_add(1),
    }
}
