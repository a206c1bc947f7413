//! The reference evaluator: what an XLS function computes, as directly as it can be said.
//!
//! It is the yardstick for the code generators and for the optimiser, so it prefers being obviously right to being
//! fast: the nodes of a function are evaluated in the order of the text, and each family of operations has a small file of
//! its own. Results of calls without events are remembered within a run, because designs repeat calls by thousands.
//! [`evaluate`] runs a function once; an [`Evaluator`] keeps what it learnt about a package for further runs; [`eval_op`]
//! computes one pure operation, for constant folding.
//!
//! Invariants: no input makes it panic, overflow the stack (calls are kept on a heap-allocated stack) or run without
//! end: work, memory and the number of events are bounded by [`Options`], and a bound that is hit is
//! [`EvalError::Limit`]; at once, where it is sure beforehand.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod arith;
mod array;
mod bitwise;
mod compare;
mod divide;
mod encode;
mod error;
mod estimate;
mod events;
mod format;
mod machine;
mod memo;
mod multiply;
mod operands;
mod plan;
mod pure;
mod select;
mod shift;
mod slice;
mod val;

pub use error::{EvalError, Place, Resource};
pub use events::{AssertFailure, TraceMessage};
pub use machine::{evaluate, Evaluator, Options, Outcome};
pub use multiply::PartialProducts;
pub use pure::eval_op;
