//! The reasons why a back end does not compile a function.

use std::fmt;

use xls_aot_ir::{FuncId, NodeId};

/// A place in the package of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Place {
    /// The function.
    pub function: FuncId,
    /// The node of it; none for the function as a whole.
    pub node: Option<NodeId>,
}

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
        /// Where; by default the first entry.
        place: Option<Place>,
    },
    /// The function is beyond a limit of this back end.
    Limit {
        /// What, how large, and the limit.
        what: String,
        /// How to go on.
        hint: String,
        /// Where; by default the first entry.
        place: Option<Place>,
    },
    /// A bug in the back end or in the code generator that it uses.
    Internal {
        /// What was observed.
        what: String,
    },
}

impl BackendError {
    /// Adds the place, if there is none.
    #[must_use]
    pub fn at(mut self, here: Place) -> Self {
        match &mut self {
            BackendError::Unsupported { place, .. } | BackendError::Limit { place, .. } => {
                place.get_or_insert(here);
            }
            BackendError::Internal { .. } => {}
        }
        self
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BackendError::Unsupported { what, hint, .. } | BackendError::Limit { what, hint, .. } => {
                write!(f, "{what}\n  help: {hint}")
            }
            BackendError::Internal { what } => write!(f, "internal error: {what}"),
        }
    }
}

impl std::error::Error for BackendError {}
