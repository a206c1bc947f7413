//! The command line of xls_aot.
//!
//! This library is made into two programs: `xls_aot`, which has the native back end and needs no library, and
//! `xls_aot_xlsynth` (feature `xlsynth`), which also has the xlsynth back end and loads libxls. Only `backends` decides
//! which back ends a program has.
//!
//! The command `fuzz` (feature `fuzz`) is for developers of xls_aot.
//!
//! Exit codes: 0 for success, 1 for an error in the input or a check that failed, 2 for an error in the command line, 70
//! for a bug in xls_aot. Errors go to standard error, results to standard output. A command that fails leaves no output
//! file behind.

mod args;
mod audit;
mod backends;
mod compile;
mod dslx;
#[cfg(feature = "xlsynth")]
mod dslx_check;
mod dslx_test;
mod dslx_typecheck;
mod equivalence;
mod exit;
#[cfg(feature = "fuzz")]
mod fuzz;
#[cfg(not(feature = "fuzz"))]
#[path = "no_fuzz.rs"]
mod fuzz;
mod inspect;
#[cfg(feature = "xlsynth")]
mod libxls_front_end;
#[cfg(not(feature = "xlsynth"))]
#[path = "no_libxls_front_end.rs"]
mod libxls_front_end;
mod memory;
mod run;
mod verify;

pub use run::{main, run};
