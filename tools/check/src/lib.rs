//! Conformance: compares evaluator and code generators with recorded results.
//!
//! - [`check`] runs a file of test vectors (see [`Report`]); [`Total`] decides whether that is a success.
//! - [`run_filetest`] runs the `run:` lines of an IR file.
//! - [`eval`](eval()) evaluates one call, for people.
//!
//! Invariant: nothing here defines what an IR function means; the evaluator and the vectors do.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod eval;
mod filetest;
mod known;
mod record;
mod report;
mod total;
mod vectors;

pub use eval::{eval, EvalOptions, EvalReport};
pub use filetest::{called_operations, run_filetest};
pub use report::{Counts, Entry, Report, Verdict};
pub use total::{Skips, Total};
pub use vectors::{check, CheckOptions};
