//! Measures compiled kernels against each other: a table of kernels by ways of compiling them.
//!
//! A cell of the table is an [`Artefact`]: an entry point of the ABI and the description that says how to call it.
//! Nothing here knows how it was made, so a further way is a further column of [`Artefact`]s. All ways of a kernel get the
//! same memory as inputs. They are first compared for equality; then they take turns in one process and on one
//! thread, whose CPU time counts.
//!
//! Ratios are time of another way over time of the first way: above 1 means that the first way is faster.

mod arguments;
mod block;
mod callee;
mod clock;
mod compare;
mod error;
mod main_loop;
mod measure;
mod options;
mod report;
mod table;

pub use error::Error;
pub use main_loop::run;
pub use table::{Artefact, Table};
