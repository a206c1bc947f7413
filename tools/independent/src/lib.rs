//! A second definition of every operation, for tests: it judges the evaluator.
//!
//! `tools/eval` decides whether compiled code is right, and the optimiser computes constants with it. A fault of the
//! evaluator would therefore be on both sides of every comparison. This crate defines each operation once more, from the
//! description of XLS IR's semantics and without looking at `tools/eval`: integer arithmetic is that of `num-bigint`, and
//! the rest is written on lists of bits. [`run()`] computes what a function gives; [`probes`] has functions and arguments
//! that reach every operation at a given width.
//!
//! Invariants: tests are the only users, so no crate of the product depends on this one; it shares with the product the
//! reader and the data model of the IR, and nothing that computes. It is neither fast nor careful about memory.

#![deny(missing_docs)]

mod definitions;
mod number;
pub mod probes;
mod run;
mod value;

pub use number::Number;
pub use run::{run, Outcome, Unspecified};
pub use value::Value;
