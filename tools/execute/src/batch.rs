//! Compiles many functions, loads or links them together and calls them, in a child of this process or in the caller program.

use std::collections::BTreeMap;

use xls_aot_backend::Backend;
use xls_aot_ir::{Type, Value};
use xls_aot_layout::load;

use crate::call::{call_all, Callable, Left, UNSUPPORTED_CALLBACK};
use crate::caller_program::{CallerProgram, Function, Machine};
use crate::child::{self, Ended};
use crate::compile::{compile, loadable, NotRun, Object};
use crate::error::ExecuteError;
use crate::library::Library;
use crate::outcome::Observed;
use crate::sites::{Meaning, Sites};
use crate::subject::{Task, TaskResult};
use crate::wire::{self, Reported};

/// Limits on calls that take long or crash.
#[derive(Clone, Copy)]
pub struct CallLimits {
    /// The longest time that one call may take, in seconds.
    pub call_seconds: u32,
    /// The number of crashes after which no further call is made.
    pub crashes: usize,
}

/// Limits for tests: every call is made, however many crash.
const ANY_CRASHES: CallLimits = CallLimits { call_seconds: 60, crashes: usize::MAX };

/// A task, the back end that compiles it, and whether the code counts accesses that break their promise
/// `assumed_in_bounds`.
#[derive(Clone, Copy)]
pub(crate) struct Unit<'a> {
    pub(crate) backend: &'a dyn Backend,
    pub(crate) task: &'a Task<'a>,
    pub(crate) out_of_bounds: bool,
}

/// A function that was compiled, and its task.
type Compiled<'a> = (&'a Task<'a>, &'a Object);

/// Runs all units, here or on another machine. If no call crashes, one process runs all, because linking and starting a
/// process take most of the time of small units.
pub(crate) fn run(machine: Option<&Machine>, units: &[Unit<'_>]) -> Result<Vec<TaskResult>, ExecuteError> {
    let target = machine.map_or_else(loadable, |machine| Ok(machine.target));
    let compile = |(i, unit): (usize, &Unit<'_>)| {
        let Unit { backend, task, out_of_bounds } = *unit;
        target.clone().and_then(|target| compile(backend, target, task.package, task.top(), i, out_of_bounds))
    };
    let objects: Vec<Result<Object, NotRun>> = units.iter().enumerate().map(compile).collect();
    let compiled: Vec<Compiled<'_>> =
        units.iter().zip(&objects).filter_map(|(unit, object)| Some((unit.task, object.as_ref().ok()?))).collect();
    let mut calls = Vec::new();
    for (i, (task, _)) in compiled.iter().enumerate() {
        calls.extend(task.calls.iter().map(|&arguments| (i, arguments)));
    }
    let reports = match machine {
        _ if calls.is_empty() => Vec::new(),
        None => run_here(&compiled, &calls)?,
        Some(machine) => run_on_machine(machine, &compiled, &calls)?,
    };
    let mut reports = reports.into_iter();
    let results = units.iter().zip(objects).map(|(Unit { task, .. }, object)| {
        let object = object?;
        let result = &task.package.function(task.top()).return_type;
        Ok(reports
            .by_ref()
            .take(task.calls.len())
            .map(|report| observed(report, result, &object.sites).map_err(NotRun::Fault))
            .collect())
    });
    Ok(results.collect())
}

/// Loads the functions, and makes the calls in children of this process.
fn run_here(compiled: &[Compiled<'_>], calls: &[(usize, &[Value])]) -> Result<Vec<Report>, ExecuteError> {
    let load = |(_, object): &Compiled<'_>| Library::of_object(&object.bytes);
    let libraries = compiled.iter().map(load).collect::<Result<Vec<_>, _>>()?;
    let callables = compiled.iter().zip(&libraries).map(|((task, object), library)| {
        let function = task.package.function(task.top());
        Callable::of(library, (&object.xls, object.direct.as_deref()), function, object.temp, &object.sites)
    });
    run_calls(&callables.collect::<Result<Vec<_>, _>>()?, calls, ANY_CRASHES)
}

/// What is known about a call after its process has ended.
enum Report {
    Finished(Reported),
    Crashed(String),
}

/// Calls a loaded function in child processes. Gives the outcome of each call, or what was wrong with it. `sites` are its
/// event sites. If too many calls crashed, there are fewer outcomes than calls.
///
/// # Errors
/// If the system refuses to start a process.
pub fn call_loaded(
    callable: &Callable,
    calls: &[&[Value]],
    sites: &Sites,
    limits: CallLimits,
) -> Result<Vec<Result<Observed, String>>, ExecuteError> {
    let calls: Vec<(usize, &[Value])> = calls.iter().map(|&arguments| (0, arguments)).collect();
    call_all_loaded(std::slice::from_ref(callable), &calls, sites, limits)
}

/// As [`call_loaded`], for calls of several functions: each names its function by the place in `callables`. One process
/// makes all of them, unless one crashes.
///
/// # Errors
/// If the system refuses to start a process.
pub fn call_all_loaded(
    callables: &[Callable],
    calls: &[(usize, &[Value])],
    sites: &Sites,
    limits: CallLimits,
) -> Result<Vec<Result<Observed, String>>, ExecuteError> {
    let reports = run_calls(callables, calls, limits)?;
    let outcomes = reports
        .into_iter()
        .zip(calls)
        .map(|(report, &(callable, _))| observed(report, callables[callable].result(), sites));
    Ok(outcomes.collect())
}

/// Makes the calls in child processes. After each crash, a new child makes the calls that are left. If too many calls
/// crashed, there are fewer reports than calls.
fn run_calls(
    callables: &[Callable],
    calls: &[(usize, &[Value])],
    limits: CallLimits,
) -> Result<Vec<Report>, ExecuteError> {
    let mut reports: Vec<Report> = Vec::with_capacity(calls.len());
    let mut crashes = 0;
    while reports.len() < calls.len() && crashes < limits.crashes {
        let first = reports.len();
        let (bytes, ended) = child::run(|pipe| {
            for (number, (callable, arguments)) in (0u32..).zip(&calls[first..]) {
                let callable = &callables[*callable];
                child::expect_progress_within(limits.call_seconds);
                let sent = wire::send(pipe, number, &call_all(callable, arguments));
                if sent.is_err() {
                    return;
                }
            }
        })?;
        let mut reported = vec![Reported::default(); calls.len() - first];
        wire::receive(&bytes, &mut reported);
        crashes += usize::from(add_reports(&mut reports, reported, || describe(ended)));
    }
    Ok(reports)
}

/// Makes the calls in the caller program, which runs again after each crash.
fn run_on_machine(
    machine: &Machine,
    compiled: &[Compiled<'_>],
    calls: &[(usize, &[Value])],
) -> Result<Vec<Report>, ExecuteError> {
    let functions: Vec<Function<'_>> = compiled
        .iter()
        .map(|(task, object)| {
            let function = task.package.function(task.top());
            let params = function.params.iter().map(|&param| &function.node(param).ty).collect();
            Function { object, params, result: &function.return_type }
        })
        .collect();
    let program = CallerProgram::new(machine, &functions, calls, ANY_CRASHES.call_seconds)?;
    let mut reports: Vec<Report> = Vec::with_capacity(calls.len());
    while reports.len() < calls.len() {
        let first = reports.len();
        let (bytes, ended, errors) = program.run(first)?;
        let mut reported = vec![Reported::default(); calls.len() - first];
        if !wire::receive(&bytes, &mut reported) {
            return Err(program.did_not_start(ended, &errors));
        }
        add_reports(&mut reports, reported, || {
            let ended = describe(ended);
            if errors.is_empty() {
                ended
            } else {
                format!("{ended}\n{errors}")
            }
        });
        if reports.len() == calls.len() && ended != Ended::Exited(0) {
            // No call has failed, but the run has: memcheck, for one, may report an error only at the end.
            if let Some(last @ Report::Finished(_)) = reports.last_mut() {
                *last = Report::Crashed(format!("after the last call: {}\n{errors}", describe(ended)));
            }
        }
    }
    Ok(reports)
}

/// Adds what a process reported. If calls are left, the process crashed in the call after the last one that it finished.
/// Returns whether it crashed.
fn add_reports(reports: &mut Vec<Report>, reported: Vec<Reported>, ended: impl FnOnce() -> String) -> bool {
    let all = reported.len();
    let finished: Vec<Reported> = reported.into_iter().take_while(|call| call.done).collect();
    let is_complete = finished.len() == all;
    reports.extend(finished.into_iter().map(Report::Finished));
    if !is_complete {
        reports.push(Report::Crashed(ended()));
    }
    !is_complete
}

fn describe(ended: Ended) -> String {
    match ended {
        Ended::Exited(status @ UNSUPPORTED_CALLBACK..=111) => {
            format!("it called the unsupported callback {}", status - UNSUPPORTED_CALLBACK)
        }
        ended @ (Ended::Exited(_) | Ended::Killed(_)) => ended.to_string(),
    }
}

/// The outcome of a call, or what was wrong with it. `sites` are the event sites.
fn observed(report: Report, result: &Type, sites: &Sites) -> Result<Observed, String> {
    let reported = match report {
        Report::Finished(reported) => reported,
        Report::Crashed(how) => return Err(how),
    };
    let xls = understood(reported.xls.ok_or("it reported no result")?, result, sites)?;
    if let Some(direct) = reported.direct {
        let direct = understood(direct, result, sites)?;
        if direct.value != xls.value {
            return Err(format!("the entry point `xls` gives {}, but `direct` gives {}", xls.value, direct.value));
        }
    }
    if let Some(quiet) = reported.quiet {
        let quiet = understood(quiet, result, sites)?;
        let expected = Observed {
            value: xls.value.clone(),
            asserts: xls.asserts.clone(),
            traces: Some(Vec::new()),
            covers: Some(BTreeMap::new()),
            out_of_bounds: xls.out_of_bounds.as_ref().map(|_| BTreeMap::new()),
        };
        if quiet != expected {
            return Err(format!("a call that wants assertions only gives {quiet}, one that wants all events {xls}"));
        }
    }
    Ok(xls)
}

fn understood(left: Left, result: &Type, sites: &Sites) -> Result<Observed, String> {
    if !left.faults.is_empty() {
        return Err(left.faults.join("; "));
    }
    let value = load(result, &left.output).map_err(|error| error.to_string())?;
    let Meaning { asserts, traces, covers, out_of_bounds } = sites.meaning(&left.events)?;
    Ok(Observed { value, asserts, traces: Some(traces), covers: Some(covers), out_of_bounds })
}
