//! The reasons why functions could not be executed or compared. A wrong result is not an error of this kind: the tools
//! report it.

use std::fmt;
use std::io;
use std::path::PathBuf;

use xls_aot_eval::EvalError;
use xls_aot_ir::Diagnostics;

/// An error of this crate and of the tools that are built on it; the variant says who must act.
#[derive(Debug)]
#[non_exhaustive]
pub enum ExecuteError {
    /// A file cannot be read.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's message.
        error: io::Error,
    },
    /// The IR text has errors.
    Ir(Diagnostics),
    /// An input other than IR text has an error.
    Invalid {
        /// Where it is, what was expected, and how to correct it.
        what: String,
    },
    /// The evaluation gave no result.
    Eval(EvalError),
    /// The system refused something that loading compiled code needs: a folder, a linker, a process.
    System {
        /// What this tool was doing.
        what: String,
        /// The system's message.
        error: io::Error,
    },
    /// A bug in these tools or in the code that they run.
    Internal {
        /// What was observed.
        what: String,
    },
}

impl fmt::Display for ExecuteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExecuteError::Unreadable { path, error } => write!(f, "cannot read {}: {error}", path.display()),
            ExecuteError::Ir(diagnostics) => write!(f, "{diagnostics}"),
            ExecuteError::Invalid { what } => f.write_str(what),
            ExecuteError::Eval(error) => write!(f, "{error}"),
            ExecuteError::System { what, error } => write!(f, "{what}: {error}"),
            ExecuteError::Internal { what } => write!(f, "internal error: {what}"),
        }
    }
}

impl std::error::Error for ExecuteError {}

impl From<Diagnostics> for ExecuteError {
    fn from(diagnostics: Diagnostics) -> Self {
        ExecuteError::Ir(diagnostics)
    }
}

impl From<EvalError> for ExecuteError {
    fn from(error: EvalError) -> Self {
        ExecuteError::Eval(error)
    }
}
