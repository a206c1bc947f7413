//! The reference evaluator: the definition of what an XLS function computes.
//!
//! Code generators and the optimiser are compared with it, so simple code matters more than speed: the nodes of a function are
//! evaluated in the order of the text, and each family of operations has a small file. Results of calls without events are
//! remembered within a run, because designs repeat calls thousands of times. [`evaluate`] runs a function once. An
//! [`Evaluator`] keeps its analysis of a package for further runs. [`eval_op`] computes one pure operation, for constant
//! folding.
//!
//! Invariants: no input makes it panic, overflow the stack (its stack of calls is on the heap) or run forever. [`Options`]
//! bounds work, memory and the number of events. Exceeding a bound is [`EvalError::Limit`], at once if this is certain
//! beforehand.

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
pub use format::format_message;
pub use machine::{evaluate, Evaluator, Options, Outcome};
pub use multiply::PartialProducts;
pub use pure::eval_op;
