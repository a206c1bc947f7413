//! Why a check could not be done (a check that was done and failed is a [`Report`](crate::Report), not an error).

use std::fmt;
use std::io;
use std::path::PathBuf;

use xls_aot_eval::EvalError;
use xls_aot_ir::Diagnostics;

/// An error of the checking tools; the variant says who must act.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The IR text has errors.
    Ir(Diagnostics),
    /// An input other than IR text is at fault.
    Invalid {
        /// Where, what was expected, and how to mend it.
        what: String,
    },
    /// The evaluation gave no result.
    Eval(EvalError),
    /// The system refused something that loading compiled code needs: a folder, a linker, a process.
    System {
        /// What was being done.
        what: String,
        /// What the system said.
        error: io::Error,
    },
    /// A fault of ours.
    Internal {
        /// What was observed.
        what: String,
    },
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CheckError::Unreadable { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            CheckError::Ir(diagnostics) => write!(f, "{diagnostics}"),
            CheckError::Invalid { what } => f.write_str(what),
            CheckError::Eval(error) => write!(f, "{error}"),
            CheckError::System { what, error } => write!(f, "{what}: {error}"),
            CheckError::Internal { what } => write!(f, "internal error: {what}"),
        }
    }
}

impl std::error::Error for CheckError {}

impl From<Diagnostics> for CheckError {
    fn from(diagnostics: Diagnostics) -> Self {
        CheckError::Ir(diagnostics)
    }
}

impl From<EvalError> for CheckError {
    fn from(error: EvalError) -> Self {
        CheckError::Eval(error)
    }
}
