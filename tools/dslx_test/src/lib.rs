//! Runs the tests and quickchecks of DSLX modules as compiled code.
//!
//! All tests of a module are compiled to one object by the back end that users' code is compiled with. The object is loaded
//! into memory without a linker, and each test runs in a child process, so a crash or a loop without end is one failed test.
//!
//! - [`select`] decides which tests run, [`run()`] runs those of one module and gives a [`TestResult`] for each.
//! - `compiled` compiles and loads. `inputs` and `quickcheck` try inputs, `shrink` makes a failing input small, `literal`
//!   writes it as DSLX.
//! - `judge` compares with other ways to run a test. [`report`] and [`junit`] are the texts for people and for programs.
//!
//! Invariants: what a test does depends on the module, the seed and the settings only. This crate does not decide what DSLX
//! means: `xls_aot_dslx` does.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod compiled;
mod inputs;
mod judge;
mod literal;
mod quickcheck;
mod result;
mod run;
mod shrink;

pub mod junit;
pub mod report;
pub mod select;

pub use judge::Judge;
pub use result::{Assertion, Counterexample, Failure, Outcome, TestResult, Tried, Why};
pub use run::{run, Error, Settings};
