//! The optimiser: XLS IR functions to smaller and faster XLS IR functions.
//!
//! [`optimize`] takes the functions that one function reaches and gives functions with the same meaning: the same
//! signature of the top, the same result for every argument, and the same events (failed assertions, traces, covers)
//! in the same order.
//!
//! # Design
//!
//! A pass never edits a function in place; it writes a new one, node by node in topological order, into a `graph`.
//! Whoever adds a node to a graph first gets it simplified by the `rules`, a table of local rewrites by topic; what is
//! left is compared with the nodes that exist already, so equal expressions become one node. `calls` decides which
//! calls and loops are written out; `known` computes, as nodes are added, which of their bits are constant; `narrow`
//! looks the other way, at which bits somebody needs; `linear` computes affine parts by shifts and tables. `emit` drops
//! what neither the result nor an event depends on. `plan` tells back ends what to write in place that IR cannot express.
//!
//! # Tables of equal values
//!
//! The key of a table determines what is found under it, completely:
//!
//! - `graph`, equal nodes: an `Expr`, which is the operation with its attributes, the operands, and the type of the
//!   result. Effects are not in the table. What is `known` of a node stands at the node.
//! - `linear`, the tables that a function has already: a `Contents`, which is the width of the elements and the columns.
//!   The columns alone are a key within one `Plan`, which has one width. Forms stand at their nodes.
//!
//! # Invariants
//!
//! - Input and output are verified closures: callees before callers, the top last. So is what stands between two passes:
//!   debug builds verify it, others with [`Options::verify`].
//! - Effects are added in the order in which the function evaluates them, and are never merged, reordered or dropped
//!   unless they cannot happen.
//! - The output depends on the input and the options only.
//! - Time is linear in the size of the output plus that of the input, but for hash collisions: each node is rewritten
//!   a bounded number of times, and growth by inlining and unrolling has a budget.

#![deny(missing_docs)]
// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod build;
mod calls;
mod effects;
mod emit;
mod graph;
mod known;
mod linear;
mod narrow;
mod needed;
mod options;
mod pipeline;
mod plan;
mod rebuild;
// A rule looks for one form of an expression: all other operations stay as they are.
#[allow(clippy::wildcard_enum_match_arm)]
mod rules;
mod weight;

pub use options::{OptLevel, Options, PrintAfter, Topic};
pub use pipeline::{optimize, optimize_with_report, BrokenPass, Report, PASSES};
pub use plan::CodePlan;
pub use rules::rule_names;
