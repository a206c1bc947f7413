//! Checking the evaluator and the code generators: against recorded results, and against each other.
//!
//! - [`check`] runs a file of test vectors (see [`Report`]).
//! - [`equivalence`](equivalence()) compares a compiled artefact with the IR that it was made from.
//! - [`fuzz`](fuzz()) runs random programs and shrinks what it finds.
//! - [`run_filetest`] runs the `run:` lines of an IR file.
//! - [`eval`](eval()) evaluates one call, for people.
//!
//! Compiled code is run as the artefact that users get: the very object, linked into a shared object, loaded, and
//! called through the ABI's entry points. It runs in child processes, so a crash is one failed vector. Code of another
//! machine runs in programs of its own, under an emulator ([`Machine`]).
//!
//! Invariant: nothing here decides what an IR function means; that is the evaluator's and the vectors' business.

mod batch;
mod call;
mod child;
mod compile;
mod equivalence;
mod error;
mod eval;
mod filetest;
mod fuzz;
mod known;
mod library;
mod link;
mod memory;
mod outcome;
mod player;
mod random;
mod record;
mod report;
mod subject;
mod temp_dir;
mod values;
mod vectors;
mod wire;

pub use equivalence::{equivalence, EquivalenceOptions, EquivalenceReport, Mismatch};
pub use error::CheckError;
pub use eval::{eval, EvalOptions, EvalReport};
pub use filetest::run_filetest;
pub use fuzz::{fuzz, Found, FuzzOptions, FuzzReport};
pub use player::{Machine, Memory};
pub use report::{Counts, Entry, Report, Verdict};
pub use subject::{Subject, Transformation};
pub use vectors::{check, CheckOptions};
