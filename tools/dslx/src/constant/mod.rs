//! Values at compile time: an evaluator over the typed tree.
//!
//! What an operation computes is defined by `xls_aot_eval`; this folder adds names, control flow and calls. Work, memory
//! and nesting are bounded ([`Budget`]), so no program makes a check run forever.

mod builtin;
mod evaluate;
mod operation;

pub use evaluate::{evaluate, in_range, Evaluation, Host};
pub use operation::{compare, resize};

use xls_aot_ir::Diagnostic;

use crate::source::Span;

/// Why there is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Stop {
    /// It depends on something that is known when the code runs only.
    NotConstant {
        /// The name that it depends on.
        name: String,
        /// Where the name is used.
        used: Span,
        /// Where the name is bound.
        bound: Span,
    },
    /// It has a token or another thing that is no value.
    NoValue {
        /// Where.
        span: Span,
    },
    /// An assertion fails.
    Assertion {
        /// The assertion.
        span: Span,
        /// What it says.
        message: String,
    },
    /// A bound of the budget is reached.
    Limit {
        /// Where the evaluation was.
        span: Span,
        /// Which bound.
        what: String,
    },
    /// Something that it needs has an error which is reported already.
    Reported,
}

impl Stop {
    /// The finding for a place `span` which needs a constant (`what` says for what); none if it is reported already.
    pub fn diagnostic(self, span: Span, what: &str) -> Option<Diagnostic> {
        Some(match self {
            Stop::NotConstant { name, used, bound } => {
                let d = Diagnostic::invalid("E1385", span, format!("{what} is not known at compile time"));
                d.label(used, format!("`{name}` is used here"))
                    .label(bound, format!("`{name}` gets its value when the code runs"))
                    .note("use a literal, a `const`, a parametric, or a `let` of such values")
            }
            Stop::NoValue { span: at } => {
                let d = Diagnostic::invalid("E1385", span, format!("{what} is not known at compile time"));
                d.label(at, "this has no value at compile time")
            }
            Stop::Assertion { span: at, message } => {
                let d = Diagnostic::invalid("E1386", at, message);
                d.label(span, format!("while {what} was evaluated at compile time"))
            }
            Stop::Limit { span: at, what: limit } => {
                let d = Diagnostic::limit("E1387", span, format!("{what} takes too much to evaluate: {limit}"));
                d.label(at, "evaluation was here")
            }
            Stop::Reported => return None,
        })
    }
}

/// What all evaluations of one check may use together.
#[derive(Clone, Debug)]
pub struct Budget {
    /// Steps left: expressions evaluated, and elements of aggregates made.
    pub steps: u64,
    /// Expressions that are evaluated inside one another now.
    pub depth: u32,
    /// Additions, subtractions and multiplications whose result wrapped, if they are watched.
    pub wrapped: Option<Vec<Span>>,
}

/// Steps of all evaluations of a check.
pub const MAX_STEPS: u64 = 20_000_000;
/// Nesting of expressions under evaluation, over all calls.
pub const MAX_DEPTH: u32 = 2_000;
/// Longest array that an evaluation makes.
pub const MAX_ELEMENTS: u64 = 1 << 22;

impl Default for Budget {
    fn default() -> Self {
        Self { steps: MAX_STEPS, depth: 0, wrapped: None }
    }
}
