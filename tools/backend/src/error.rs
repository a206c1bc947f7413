//! The reasons why a back end does not compile a function.

use std::fmt;

/// An error of a back end; the variant says who must act.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum BackendError {
    /// The function uses something that this back end has no code for.
    Unsupported {
        /// What, and in which function and node.
        what: String,
        /// How to go on.
        hint: String,
    },
    /// The function is beyond a limit of this back end.
    Limit {
        /// What, how large, and the limit.
        what: String,
        /// How to go on.
        hint: String,
    },
    /// A bug in the back end or in the code generator that it uses.
    Internal {
        /// What was observed.
        what: String,
    },
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackendError::Unsupported { what, hint } | BackendError::Limit { what, hint } => {
                write!(f, "{what}\n  help: {hint}")
            }
            BackendError::Internal { what } => write!(f, "internal error: {what}"),
        }
    }
}

impl std::error::Error for BackendError {}
