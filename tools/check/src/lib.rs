//! Conformance: evaluator and code generators against recorded results.
//!
//! - [`check`] runs a file of test vectors (see [`Report`]); [`Total`] says whether that is a success.
//! - [`run_filetest`] runs the `run:` lines of an IR file.
//! - [`eval`](eval()) evaluates one call, for people.
//!
//! Invariant: nothing here decides what an IR function means; that is the evaluator's and the vectors' business.

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
