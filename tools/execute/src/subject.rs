//! The subjects, which run functions: the evaluator, the evaluator after a transformation, compiled code.

use xls_aot_backend::Backend;
use xls_aot_eval::{EvalError, Evaluator, Options};
use xls_aot_ir::{FuncId, Package, Value};

use crate::batch::{self, Unit};
use crate::caller_program::Machine;
use crate::compile::NotRun;
use crate::error::ExecuteError;
use crate::outcome::Observed;
use crate::sites::plain_name;

/// A function that turns a package into one with the same meaning, such as an optimiser. Both packages contain one function
/// with all functions that it needs; it is the last one.
pub type Transformation<'a> = &'a (dyn Fn(&Package) -> Result<Package, String> + Sync);

/// A way to run functions.
#[derive(Clone, Copy)]
pub enum Subject<'a> {
    /// The reference evaluator.
    Evaluator,
    /// The reference evaluator, on the result of a transformation.
    Transformed(Transformation<'a>),
    /// Code that this back end compiles for the machine that runs the check.
    Compiled(&'a (dyn Backend + Sync)),
    /// Code that this back end compiles for another machine, or for a program that watches the code (memcheck).
    CompiledFor(&'a (dyn Backend + Sync), &'a Machine),
}

/// A function and the calls to make.
pub struct Task<'a> {
    /// The function, which is the last one, and the functions that it needs.
    pub package: &'a Package,
    /// The arguments of each call, of the types of the function's parameters.
    pub calls: Vec<&'a [Value]>,
}

impl Task<'_> {
    /// The function that is called.
    pub(crate) fn top(&self) -> FuncId {
        last(self.package)
    }
}

/// The outcome of each call of a task, or why the task was not run at all.
pub type TaskResult = Result<Vec<Result<Observed, NotRun>>, NotRun>;

impl Subject<'_> {
    /// Whether this is the back end over XLS's LLVM code generator, which has known faults.
    pub fn is_xlsynth(&self) -> bool {
        match self {
            Subject::Compiled(backend) | Subject::CompiledFor(backend, _) => backend.name() == "xlsynth",
            Subject::Evaluator | Subject::Transformed(_) => false,
        }
    }

    /// Whether assertions that do not depend on each other fail in the order of the text. XLS specifies only the order that
    /// follows from tokens, and its code generator does not keep the rest.
    pub fn keeps_order(&self) -> bool {
        !self.is_xlsynth()
    }

    /// Runs all tasks. If `limits` ask for broken promises `assumed_in_bounds` ([`Options::out_of_bounds`]), compiled code
    /// counts them too.
    ///
    /// # Errors
    /// If the system refuses to load compiled code. An error that concerns one task is in the task's result.
    pub fn run(&self, tasks: &[Task<'_>], limits: &Options) -> Result<Vec<TaskResult>, ExecuteError> {
        match self {
            Subject::Evaluator => {
                Ok(tasks.iter().map(|task| Ok(evaluate(task.package, &task.calls, limits))).collect())
            }
            Subject::Transformed(transform) => {
                // A promise is no event: a transformation may leave out an access whose value nobody needs.
                let limits = &Options { out_of_bounds: false, ..*limits };
                let results = tasks.iter().map(|task| match transform(task.package) {
                    Ok(package) if !package.functions.is_empty() => Ok(evaluate(&package, &task.calls, limits)),
                    Ok(_) => Err(NotRun::Fault("the transformation left no function".to_owned())),
                    Err(error) => Err(NotRun::Fault(error)),
                });
                Ok(results.collect())
            }
            Subject::Compiled(backend) => batch::run(None, &units(*backend, tasks, limits).collect::<Vec<_>>()),
            Subject::CompiledFor(backend, machine) => {
                batch::run(Some(machine), &units(*backend, tasks, limits).collect::<Vec<_>>())
            }
        }
    }

    /// Runs all tasks on each subject. Code for this machine is called together.
    ///
    /// # Errors
    /// Those of [`Subject::run`].
    pub fn run_each(
        subjects: &[Subject<'_>],
        tasks: &[Task<'_>],
        limits: &Options,
    ) -> Result<Vec<Vec<TaskResult>>, ExecuteError> {
        let mut here: Vec<Unit<'_>> = Vec::new();
        for subject in subjects {
            if let Subject::Compiled(backend) = subject {
                here.extend(units(*backend, tasks, limits));
            }
        }
        let mut compiled = batch::run(None, &here)?.into_iter();
        let results = subjects.iter().map(|subject| match subject {
            Subject::Compiled(_) => Ok(compiled.by_ref().take(tasks.len()).collect()),
            Subject::Evaluator | Subject::Transformed(_) | Subject::CompiledFor(..) => subject.run(tasks, limits),
        });
        results.collect()
    }
}

/// The tasks, to be compiled by one back end.
fn units<'a>(backend: &'a dyn Backend, tasks: &'a [Task<'a>], limits: &Options) -> impl Iterator<Item = Unit<'a>> {
    let out_of_bounds = limits.out_of_bounds;
    tasks.iter().map(move |task| Unit { backend, task, out_of_bounds })
}

/// The function that `package` is for.
pub fn last(package: &Package) -> FuncId {
    FuncId::new(package.functions.len().saturating_sub(1))
}

/// Evaluates calls of the last function.
pub fn evaluate(package: &Package, calls: &[&[Value]], limits: &Options) -> Vec<Result<Observed, NotRun>> {
    let mut evaluator = Evaluator::new(package, *limits);
    let run = |arguments: &&[Value]| match evaluator.run(last(package), arguments) {
        Ok(outcome) => Ok(Observed::of_evaluation(outcome, package, plain_name)),
        Err(error @ EvalError::Limit { .. }) => Err(NotRun::TooLong(error.to_string())),
        Err(error) => Err(NotRun::Fault(error.to_string())),
    };
    calls.iter().map(run).collect()
}
