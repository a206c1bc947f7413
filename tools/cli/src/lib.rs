//! The command line of xls_aot.
//!
//! Two programs are made of this library: `xls_aot`, which has the native back end and needs nothing, and `xls_aot_xlsynth`
//! (feature `xlsynth`), which has the xlsynth back end as well and loads libxls. Which back ends a program has is decided in `backends`, nowhere
//! else.
//!
//! The command `fuzz` is for developers of xls_aot: the feature of that name has it.
//!
//! Exit codes: 0 success, 1 the input is at fault, 2 the command line is at fault, 70 we are at fault. Errors go to
//! standard error, results to standard output; a command that fails leaves no output file behind.

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
