//! Many functions compiled, linked into one shared object, loaded, and called in a child process.

use xls_aot_backend::Backend;
use xls_aot_ir::{Type, Value};
use xls_aot_layout::load;

use crate::call::{call_direct, call_xls, Callable, Left, UNSUPPORTED_CALLBACK};
use crate::child::{self, Ended};
use crate::compile::{compile, NotRun, Object};
use crate::error::CheckError;
use crate::library::Library;
use crate::link;
use crate::outcome::Observed;
use crate::subject::{Task, TaskResult};
use crate::temp_dir::TempDir;
use crate::wire::{self, Reported};

/// Stack of a thread that runs batches: compiled code runs on it.
pub(crate) const STACK_SIZE: usize = 64 << 20;

/// What is enough of a bad thing.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// Longest that one call may take, in seconds.
    pub(crate) call_seconds: u32,
    /// Crashes after which no further call is made.
    pub(crate) crashes: usize,
}

/// Every call is made, and may take long.
const ENDLESS: Patience = Patience { call_seconds: 60, crashes: usize::MAX };

/// A task and the back end that compiles it.
pub(crate) type Unit<'a> = (&'a dyn Backend, &'a Task<'a>);

/// Runs all units, in one process if none crashes: linking is the costly part of small ones.
pub(crate) fn run(units: &[Unit<'_>]) -> Result<Vec<TaskResult>, CheckError> {
    let objects: Vec<Result<Object, NotRun>> =
        units.iter().enumerate().map(|(i, (backend, task))| compile(*backend, task.package, task.top(), i)).collect();
    let bytes: Vec<&[u8]> = objects.iter().flatten().map(|object| object.bytes.as_slice()).collect();
    if bytes.is_empty() {
        return Ok(objects.into_iter().map(|object| object.map(|_| Vec::new())).collect());
    }
    let folder = TempDir::new()?;
    let library = Library::open(&link::shared_object(folder.path(), &bytes)?)?;

    let mut callables = Vec::new();
    let mut calls = Vec::new();
    for ((_, task), object) in units.iter().zip(&objects) {
        if let Ok(object) = object {
            calls.extend(task.calls.iter().map(|&arguments| (callables.len(), arguments)));
            callables.push(callable(&library, task, object)?);
        }
    }
    let mut reports = run_calls(&callables, &calls, ENDLESS)?.into_iter();

    let results = units.iter().zip(objects).map(|((_, task), object)| {
        let object = object?;
        let result = &task.package.function(task.top()).return_type;
        Ok(reports
            .by_ref()
            .take(task.calls.len())
            .map(|report| observed(report, result, &object.messages).map_err(NotRun::Fault))
            .collect())
    });
    Ok(results.collect())
}

fn callable(library: &Library, task: &Task<'_>, object: &Object) -> Result<Callable, CheckError> {
    let function = task.package.function(task.top());
    Callable::of(library, (&object.xls, object.direct.as_deref()), function, object.temp)
}

/// What is known about a call once its child is gone.
pub(crate) enum Report {
    Finished(Reported),
    Crashed(String),
}

/// Makes the calls in children: as many as it takes, since each crash costs one. There are fewer reports than calls if
/// there were more crashes than patience.
pub(crate) fn run_calls(
    callables: &[Callable],
    calls: &[(usize, &[Value])],
    patience: Patience,
) -> Result<Vec<Report>, CheckError> {
    let mut reports: Vec<Report> = Vec::with_capacity(calls.len());
    let mut crashes = 0;
    while reports.len() < calls.len() && crashes < patience.crashes {
        let first = reports.len();
        let (bytes, ended) = child::run(|pipe| {
            for (number, (callable, arguments)) in (0u32..).zip(&calls[first..]) {
                let callable = &callables[*callable];
                child::expect_progress_within(patience.call_seconds);
                let xls = call_xls(callable, arguments);
                let direct = call_direct(callable, arguments);
                let sent = wire::send(pipe, number, &xls, direct.as_ref());
                if sent.is_err() {
                    return;
                }
            }
        })?;
        let mut reported = vec![Reported::default(); calls.len() - first];
        wire::receive(&bytes, &mut reported);
        let finished = reported.iter().take_while(|call| call.done).count();
        reports.extend(reported.into_iter().take(finished).map(Report::Finished));
        if reports.len() < calls.len() {
            // The child ended in the call after the last one that it finished.
            reports.push(Report::Crashed(describe(ended)));
            crashes += 1;
        }
    }
    Ok(reports)
}

fn describe(ended: Ended) -> String {
    match ended {
        Ended::Exited(status @ UNSUPPORTED_CALLBACK..=111) => {
            format!("it called the unsupported callback {}", status - UNSUPPORTED_CALLBACK)
        }
        ended => ended.to_string(),
    }
}

/// The outcome of a call, or what was wrong with it. `messages` are the texts of the assertion sites.
pub(crate) fn observed(report: Report, result: &Type, messages: &[String]) -> Result<Observed, String> {
    let reported = match report {
        Report::Finished(reported) => reported,
        Report::Crashed(how) => return Err(how),
    };
    let xls = understood(reported.xls.ok_or("it reported no result")?, result, messages)?;
    if let Some(direct) = reported.direct {
        let direct = understood(direct, result, messages)?;
        if direct.value != xls.value {
            return Err(format!("the entry point `xls` gives {}, but `direct` gives {}", xls.value, direct.value));
        }
    }
    Ok(xls)
}

fn understood(left: Left, result: &Type, messages: &[String]) -> Result<Observed, String> {
    if !left.faults.is_empty() {
        return Err(left.faults.join("; "));
    }
    let value = load(result, &left.output).map_err(|error| error.to_string())?;
    let message = |site: String| {
        let index = site.parse::<usize>().ok().and_then(|index| messages.get(index));
        index.cloned().ok_or_else(|| format!("an assertion reported the site `{site}`, which does not exist"))
    };
    let asserts = left.asserts.into_iter().map(message).collect::<Result<_, _>>()?;
    Ok(Observed { value, asserts, traces: None })
}
