//! The reasons why an evaluation has no result.

use std::fmt;

use xls_aot_ir::{FuncId, NodeId, Package};

/// An error of the evaluator; the variant says who must act.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum EvalError {
    /// The arguments do not fit the function's parameters.
    Arguments {
        /// What was expected and what was given.
        what: String,
    },
    /// The function does something that has no defined result.
    Unsupported {
        /// Where.
        place: Option<Place>,
        /// What it does.
        what: String,
    },
    /// A bound of [`Options`](crate::Options) was reached.
    Limit {
        /// Which one.
        resource: Resource,
        /// Its value.
        limit: u64,
        /// The least that is needed, if this was known before the bound was reached.
        needed: Option<u64>,
        /// Where the evaluation was at that time, or the part that needs most.
        place: Option<Place>,
    },
    /// The function breaks a rule that the verifier checks: it was not verified, or the verifier has a bug.
    Internal {
        /// Where.
        place: Option<Place>,
        /// Which rule.
        what: String,
    },
}

/// What a limit bounds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Resource {
    /// Nodes evaluated (long arithmetic counts more).
    Steps,
    /// Scalars alive at one time.
    Cells,
    /// Recorded events.
    Events,
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Resource::Steps => "evaluation steps",
            Resource::Cells => "scalars in memory at one time",
            Resource::Events => "recorded events",
        })
    }
}

/// A node of a function, by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Place {
    /// The function's name.
    pub function: String,
    /// The node's name; `None` for the function as a whole.
    pub node: Option<String>,
}

impl Place {
    /// The place of `node` in `function`.
    pub(crate) fn of(package: &Package, function: FuncId, node: Option<NodeId>) -> Self {
        let function = package.function(function);
        Place { function: function.name.to_string(), node: node.map(|node| function.node(node).display_name()) }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.node {
            Some(node) => write!(f, "node `{node}` of function `{}`", self.function),
            None => write!(f, "function `{}`", self.function),
        }
    }
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |f: &mut fmt::Formatter<'_>, place: &Option<Place>| match place {
            Some(place) => write!(f, "{place}: "),
            None => Ok(()),
        };
        match self {
            EvalError::Arguments { what } => f.write_str(what),
            EvalError::Unsupported { place, what } => {
                at(f, place)?;
                f.write_str(what)
            }
            EvalError::Limit { resource, limit, needed, place } => {
                at(f, place)?;
                match needed {
                    Some(needed) => {
                        write!(f, "the evaluation needs at least {needed} {resource}; the limit is {limit}")
                    }
                    None => write!(f, "the evaluation needs more than {limit} {resource}"),
                }
            }
            EvalError::Internal { place, what } => {
                f.write_str("internal error: ")?;
                at(f, place)?;
                f.write_str(what)
            }
        }
    }
}

impl std::error::Error for EvalError {}

/// An error inside one operation, before its place is known.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// Becomes [`EvalError::Unsupported`].
    Unsupported(String),
    /// Becomes [`EvalError::Internal`].
    Malformed(String),
}

impl Fault {
    /// A broken rule of the verifier.
    pub(crate) fn malformed(what: impl Into<String>) -> Self {
        Fault::Malformed(what.into())
    }

    /// The error, with its place.
    pub(crate) fn at(self, place: Option<Place>) -> EvalError {
        match self {
            Fault::Unsupported(what) => EvalError::Unsupported { place, what },
            Fault::Malformed(what) => EvalError::Internal { place, what },
        }
    }
}
