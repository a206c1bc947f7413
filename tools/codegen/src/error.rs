//! The reasons why nothing was compiled; the variant says who must act. `Display` is the complete text for the user.

use std::fmt;

use xls_aot_design::Finding;

/// An error of [`crate::compile`].
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum CompileError {
    /// The IR is not valid, does not fit the request, or cannot be compiled by anything here: the input must change.
    Input(Finding),
    /// The request does not make sense with this back end (crate name, target): the command must change.
    Usage {
        /// What is wrong.
        message: String,
        /// How to go on.
        hint: String,
    },
    /// The back end has no code for something that the function uses: the function or the back end must change.
    Unsupported(Finding),
    /// The function is beyond a limit of the back end: the function or the back end must change.
    Limit(Finding),
    /// A fault of this program or of the code generator below it: we must act.
    Internal {
        /// The function that was being compiled.
        function: String,
        /// What was observed.
        what: String,
    },
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CompileError::Input(finding) | CompileError::Unsupported(finding) | CompileError::Limit(finding) => {
                finding.fmt(f)
            }
            CompileError::Usage { message, hint } => write!(f, "error: {message}\n  help: {hint}"),
            CompileError::Internal { function, what } => {
                write!(f, "internal error while compiling function `{function}`: {what}")
            }
        }
    }
}

impl std::error::Error for CompileError {}
