//! A second definition of every operation, with which tests compare the evaluator.
//!
//! `tools/eval` decides whether compiled code is right, and the optimiser computes constants with it. So a fault of the
//! evaluator could be on both sides of a comparison. This crate defines each operation again, from the description of
//! XLS IR's semantics and without looking at `tools/eval`. Integer arithmetic is that of `num-bigint`, and everything
//! else works on lists of bits. [`run()`] computes the result of a function; [`probes`] has functions and arguments
//! that reach every operation at a given width.
//!
//! Invariants: only tests use this crate; no crate of the product depends on it. It shares the reader and the data
//! model of the IR with the product, but nothing that computes. It is neither fast nor economical with memory.

#![deny(missing_docs)]
// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod definitions;
mod number;
pub mod probes;
mod run;
mod value;

pub use number::Number;
pub use run::{run, Outcome, Unspecified};
pub use value::Value;
