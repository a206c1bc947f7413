//! The command line of xls_aot.
//!
//! Two programs are made of this library: `xls_aot`, which has the native back end and needs nothing, and `xls_aot_xlsynth`
//! (feature `xlsynth`), which has the xlsynth back end as well and loads libxls. Only `backends` decides which back ends a
//! program has.
//!
//! The command `fuzz` is for developers of xls_aot: the feature of that name has it.
//!
//! Exit codes: 0 for success, 1 for an error in the input or a check that failed, 2 for an error in the command line, 70
//! for a bug in xls_aot. Errors go to standard error, results to standard output. A command that fails leaves no output
//! file behind.

mod args;
mod audit;
mod backends;
mod compile;
mod exit;
#[cfg(feature = "fuzz")]
mod fuzz;
#[cfg(not(feature = "fuzz"))]
#[path = "no_fuzz.rs"]
mod fuzz;
mod inspect;
mod run;
mod verify;

pub use run::main;
