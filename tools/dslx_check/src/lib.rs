//! Compares what two front ends make of a DSLX module: functions, constants, tests.
//!
//! libxls' front end decides what DSLX means. Functions are paired by name. Two functions have the same structure if
//! their nodes are the same (`structure`): then they do the same for all inputs. All
//! are run on corner and random inputs besides, on the evaluator and as native code: results, failed assertions and traces
//! must be equal, in order.
//!
//! This crate knows neither front end nor a back end: it gets packages, and a back end.

mod compare;
mod generate;
mod native;
mod structure;
mod tests_of_module;

pub use compare::{compare, compare_constants, Difference, FunctionReport, ModuleReport, Options, Verdict};
pub use generate::{program as random_program, RandomProgram};
pub use structure::{same_structure, Known};
pub use tests_of_module::{run_test, TestOutcome};
