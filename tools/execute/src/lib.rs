//! Executing functions: on the evaluator, behind a transformation, or as compiled code, with outcomes that can be compared.
//!
//! - [`Subject`] is what executes functions, [`Task`] a function and its calls, [`Observed`] what a call did.
//! - [`Library`], [`Callable`] and [`call_loaded`] call a compiled artefact that somebody else has linked.
//!
//! Compiled code is run as the artefact that users get: the very object, linked into a shared object, loaded, and
//! called through the ABI's entry points. It runs in child processes, so a crash is one failed call. Code of another
//! machine runs in programs of its own, under an emulator ([`Machine`]).
//!
//! Invariant: nothing here decides what an IR function means; that is the evaluator's business.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod batch;
mod call;
mod caller_program;
mod child;
mod compile;
mod error;
mod library;
mod link;
mod memory;
mod outcome;
mod skip_reason;
mod subject;
mod temp_dir;
mod thread;
mod wire;

pub use batch::{call_loaded, Patience};
pub use call::Callable;
pub use caller_program::{Machine, Memory};
pub use compile::{host, NotRun};
pub use error::ExecuteError;
pub use library::Library;
pub use outcome::{Observed, Unspecified};
pub use skip_reason::SkipReason;
pub use subject::{evaluate, last, Subject, Task, TaskResult, Transformation};
pub use thread::{in_thread, in_threads};
