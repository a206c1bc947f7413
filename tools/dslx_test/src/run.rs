//! Runs the selected tests of one module.

use std::fmt;
use std::time::Instant;

use xls_aot_backend::Backend;
use xls_aot_codegen::CompileError;
use xls_aot_dslx::frontend::Program;
use xls_aot_dslx::test_functions::{TestFunction, TestKind};
use xls_aot_execute::{call_loaded, CallLimits, ExecuteError, Observed};
use xls_aot_ir::Value;

use crate::compiled::{Compiled, CompiledTest};
use crate::judge::{readable, Judge, Verdict};
use crate::literal::Literals;
use crate::quickcheck::{Found, QuickCheck};
use crate::result::{Failure, Outcome, TestResult};

/// Most inputs of a quickcheck that are compared with a judge, which is much slower than compiled code.
const MOST_JUDGED: u64 = 1000;

/// How tests run.
#[derive(Clone, Copy)]
pub struct Settings<'a> {
    /// What compiles them.
    pub backend: &'a dyn Backend,
    /// Determines the random inputs of quickchecks.
    pub seed: u64,
    /// How many inputs a quickcheck tries that does not say so itself.
    pub count: u64,
    /// How long one test may take, in seconds; 0 for ever.
    pub seconds: u32,
    /// Other ways to run the tests, which are compared.
    pub judges: &'a [Judge<'a>],
}

/// Why tests could not be run.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// They cannot be compiled.
    Compile(CompileError),
    /// Compiled code cannot be run here.
    Execute(ExecuteError),
    /// What is asked for is not possible; the text says how to go on.
    Refused(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Compile(error) => error.fmt(f),
            Error::Execute(error) => error.fmt(f),
            Error::Refused(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {}

/// Runs `tests`, which are tests of `program`. `text` is that of its top module. `done` gets each result as soon as it is
/// there.
///
/// # Errors
/// If nothing of the module can be run. A test that crashes is no error but a result.
pub fn run(
    program: &Program,
    text: &[u8],
    tests: &[TestFunction],
    settings: &Settings<'_>,
    done: &mut dyn FnMut(TestResult),
) -> Result<(), Error> {
    if tests.is_empty() {
        return Ok(());
    }
    let file = program.sources.name(program.modules.file(program.modules.top()));
    let sources = &program.sources;
    let texts = sources.files().map(|id| (sources.name(id).to_owned(), sources.text(id).to_owned())).collect();
    let compiled = Compiled::new(program.package.clone(), tests, (file, text), &texts, settings.backend)?;
    let runner = Runner { program, compiled: &compiled, settings, literals: Literals::new(program) };
    for (test, code) in tests.iter().zip(&compiled.tests) {
        let start = Instant::now();
        let mut result = TestResult {
            name: test.name.clone(),
            position: test.position.clone(),
            is_quickcheck: matches!(test.kind, TestKind::QuickCheck { .. }),
            time: start.elapsed(),
            outcome: Outcome::Passed(None),
            traces: Vec::new(),
            remarks: Vec::new(),
        };
        runner.run(test, code, &mut result)?;
        result.time = start.elapsed();
        done(result);
    }
    Ok(())
}

struct Runner<'a> {
    program: &'a Program,
    compiled: &'a Compiled,
    settings: &'a Settings<'a>,
    literals: Literals<'a>,
}

impl Runner<'_> {
    fn run(&self, test: &TestFunction, code: &CompiledTest, result: &mut TestResult) -> Result<(), Error> {
        match &test.kind {
            TestKind::Test => self.run_test(code, result),
            TestKind::QuickCheck { cases, parameters } => {
                let check = QuickCheck::new(&test.name, (*cases, parameters), code, self.compiled, self.settings);
                match check {
                    Ok(check) => self.run_quickcheck(&check, result),
                    Err(what) => {
                        result.outcome = Outcome::Failed(Failure::Ended(what));
                        Ok(())
                    }
                }
            }
        }
    }

    fn run_test(&self, code: &CompiledTest, result: &mut TestResult) -> Result<(), Error> {
        // The form without token has no parameters at all.
        let arguments = match code.callable.params().len() {
            0 => Vec::new(),
            _ => vec![Value::Token, Value::bool(true)],
        };
        let limits = CallLimits { call_seconds: self.settings.seconds, crashes: 1 };
        let observed = call_loaded(&code.callable, &[&arguments], &self.compiled.sites, limits);
        let observed = match observed.map_err(Error::Execute)?.pop() {
            Some(Ok(observed)) => observed,
            Some(Err(how)) => {
                result.outcome = Outcome::Failed(Failure::Ended(how));
                return Ok(());
            }
            None => return Err(Error::Refused("a call has no outcome".to_owned())),
        };
        result.traces = observed.traces.clone().unwrap_or_default();
        if !observed.asserts.is_empty() {
            let assertions = self.compiled.assertions(&observed.asserts);
            result.outcome = Outcome::Failed(Failure::Assertions(assertions));
        }
        self.judge(code, &[(arguments, Ok(observed))], result);
        Ok(())
    }

    fn run_quickcheck(&self, check: &QuickCheck<'_>, result: &mut TestResult) -> Result<(), Error> {
        match check.run(&self.literals, &self.program.checked.types)? {
            Found::Nothing(tried) => result.outcome = Outcome::Passed(Some(tried)),
            Found::Counterexample(counterexample, traces) => {
                result.traces = traces;
                result.outcome = Outcome::Failed(Failure::Counterexample(counterexample));
            }
            Found::TooLong(how) => result.outcome = Outcome::Failed(Failure::Ended(how)),
        }
        if !self.settings.judges.is_empty() {
            let count = check.count().min(MOST_JUDGED);
            let inputs: Vec<Vec<Value>> = (0..count).map(|number| check.arguments(number)).collect();
            let observed = check.observed(&inputs)?;
            let judged: Vec<_> = inputs.into_iter().zip(observed).collect();
            self.judge(check.test, &judged, result);
        }
        Ok(())
    }

    /// Compares what compiled code did with what all judges say. A difference is a failure, also of a test that fails.
    fn judge(&self, code: &CompiledTest, calls: &[(Vec<Value>, Result<Observed, String>)], result: &mut TestResult) {
        let name = &self.compiled.package.function(code.function).name;
        for judge in self.settings.judges {
            let mut without = 0;
            let mut reason = None;
            for (arguments, observed) in calls {
                let Ok(got) = observed else { continue };
                match judge.compare(&self.compiled.package, name, arguments, got) {
                    Verdict::Same => {}
                    Verdict::None(why) => {
                        without += 1;
                        reason.get_or_insert(why);
                    }
                    Verdict::Other(expected) => {
                        let shown: Vec<String> = arguments.iter().map(ToString::to_string).collect();
                        let what = format!(
                            "compiled code and {} differ on the arguments ({})\n  compiled code: {}\n  {}: {expected}",
                            judge.name,
                            shown.join(", "),
                            readable(got),
                            judge.name
                        );
                        result.outcome = Outcome::Failed(Failure::Difference(what));
                        return;
                    }
                }
            }
            if let Some(reason) = reason {
                let remark =
                    format!("{without} of {} inputs were not compared with {}: {reason}", calls.len(), judge.name);
                result.remarks.push(remark);
            }
        }
    }
}
