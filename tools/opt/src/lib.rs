//! The optimiser: turns XLS IR functions into smaller and faster XLS IR functions.
//!
//! [`optimize`] takes the functions that one function reaches, and returns functions with the same meaning: the same
//! signature of the top, the same result for every argument, and the same events (failed assertions, traces, covers)
//! in the same order. [`optimize_roots`] does this for several functions at once.
//!
//! # Design
//!
//! A pass never edits a function in place; it writes a new one, node by node in topological order, into a `graph`.
//! When a node is added to a graph, the `rules` (local rewrites by topic) simplify it first. The result is compared with
//! the existing nodes, so that equal expressions become one node. `calls` decides which calls are inlined and which
//! loops are unrolled. `regroup` puts words together again that come in pieces. `invariants` moves literals into
//! the bodies of loops. `known` computes which bits of each added node are constant, `range` its least and
//! greatest value, `assumption` the same where a condition holds. `narrow` computes which bits of each node
//! are needed. `scan` recognises counts of leading and trailing zeros. `linear` computes affine parts by shifts and tables. `emit` removes everything that neither the result nor an
//! event depends on. `prefix` puts together once what several concatenations begin with. `plan` tells back ends what else to inline that IR cannot express.
//!
//! # Tables of equal values
//!
//! The key of each table determines the entry completely:
//!
//! - `graph`, equal nodes: an `Expr`, which is the operation with its attributes, the operands, and the type of the
//!   result. Effects are not in the table. What is `known` of a node is stored with the node.
//! - `linear`, the tables that a function has already: a `Contents`, which is the width of the elements and the columns.
//!   Within one `Plan`, which has one width, the columns alone are the key. Forms are stored with their nodes.
//! - `regroup`, operations on words: an `Operation`, which is the operation, its operands with their rotations and complements, and
//!   the width.
//! - `prefix`, what concatenations begin with: the operands but the last one, as an entry of the table, and the last one.
//!
//! # Invariants
//!
//! - Input, output and the result of every pass are verified closures: callees before callers, a root last. Debug builds
//!   verify this after each pass, other builds with [`Options::verify`].
//! - Effects are added in the order in which the function evaluates them, and are never merged, reordered or dropped
//!   unless they cannot happen.
//! - The output depends on the input and the options only.
//! - Time is linear in the size of input and output together, apart from hash collisions: each node is rewritten a bounded
//!   number of times, and inlining and unrolling have a budget.

#![deny(missing_docs)]
// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod assumption;
mod bits;
mod build;
mod calls;
mod effects;
mod emit;
mod graph;
mod invariants;
mod known;
mod linear;
mod narrow;
mod needed;
mod options;
mod pipeline;
mod plan;
mod prefix;
mod range;
mod rebuild;
mod regroup;
mod rewrite;
// A rule looks for one form of an expression: all other operations stay as they are.
#[allow(clippy::wildcard_enum_match_arm)]
mod rules;
mod scan;
mod weight;

pub use options::{OnRewrite, OptLevel, Options, PrintAfter, Topic};
pub use pipeline::{optimize, optimize_roots, optimize_with_report, BrokenPass, Report, Rooted, PASSES};
pub use plan::CodePlan;
pub use rules::rule_names;
