//! Executes functions on the evaluator, on the evaluator after a transformation, or as compiled code. All give outcomes of
//! one type, so that they can be compared.
//!
//! - A [`Subject`] executes functions, a [`Task`] is a function and its calls, and [`Observed`] is the outcome of a call.
//! - [`Library`], [`Callable`] and [`call_loaded`] call a compiled artefact.
//!
//! Compiled code runs as the artefact that users get: the same object, loaded into memory and called through the ABI's
//! entry points. It runs in child processes, so a crash is one failed call. Code for another machine
//! runs in a separate program, under an emulator ([`Machine`]).
//!
//! Invariant: nothing here defines what an IR function means; the evaluator does.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod batch;
mod call;
mod caller_program;
mod child;
mod compile;
mod error;
mod library;
mod library_function;
mod link;
mod mapping;
mod memory;
mod outcome;
mod relocation;
mod search;
mod sites;
mod skip_reason;
mod subject;
mod temp_dir;
mod thread;
mod wire;

pub use batch::{call_all_loaded, call_loaded, CallLimits};
pub use call::Callable;
pub use caller_program::{Machine, Memory};
pub use compile::{host, NotRun};
pub use error::ExecuteError;
pub use library::Library;
pub use outcome::{Observed, Unspecified};
pub use search::{search, Search};
pub use sites::{plain_name, SiteName, Sites};
pub use skip_reason::SkipReason;
pub use subject::{evaluate, last, Subject, Task, TaskResult, Transformation};
pub use temp_dir::TempDir;
pub use thread::{in_thread, in_threads};
