//! Measures compiled kernels against each other: a table of kernels by ways of compiling them.
//!
//! A way is a compiler with its options, run as a program or (the peer `pir`) as a library. Its object is linked into shared
//! objects, which are loaded into this process. All ways of a kernel are first compared for equality: with the evaluator on
//! some sets of arguments, with each other on all. Then they take turns on one thread, whose CPU time counts.
//!
//! What is known to mislead, and what is done about it:
//!
//! - Branch predictors learn the outcomes of 1,024 sets of arguments: there are 4,096, unless they are large.
//! - The speed of code above about 10 KB depends on the pages that it lies in: each way's code is loaded several times, and
//!   the best copy counts.
//! - Other programs only make a measurement longer: there are many short rounds, in which the ways take turns in alternating order,
//!   and the least time counts. Instructions, which do not depend on other programs, can be counted beside the times.
//! - C has no good code for values of more than 128 bits: clang's ratio counts as at most 2 there.
//!
//! Ratios are time of another way over time of the first way (native code for x86-64-v2): above 1 means that the first way is
//! faster.

mod arguments;
mod block;
mod callee;
mod clock;
mod compare;
mod compile;
mod error;
mod figures;
mod files;
mod instructions;
mod kernel;
mod kernel_list;
mod library;
mod main_loop;
mod measure;
mod options;
mod peer;
mod plot;
mod report;
mod way;

pub use error::Error;
pub use main_loop::run;
