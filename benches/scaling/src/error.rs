//! What can go wrong.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why there are no figures.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Nothing says where the tool is.
    NoTool,
    /// A file cannot be written.
    File {
        /// Its name.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The tool cannot be started or waited for.
    Tool {
        /// Its name.
        tool: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The tool refuses a case.
    Refused {
        /// Shape and size.
        case: String,
        /// What the tool says.
        message: String,
    },
    /// A case is not valid IR: a bug of its generator.
    Case {
        /// Shape and size.
        case: String,
        /// The findings.
        findings: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NoTool => f.write_str("neither --tool nor the environment variable XLS_AOT names the tool"),
            Error::File { file, source } => write!(f, "{}: {source}", file.display()),
            Error::Tool { tool, source } => write!(f, "{}: {source}", tool.display()),
            Error::Refused { case, message } => write!(f, "the tool refuses {case}: {message}"),
            Error::Case { case, findings } => write!(f, "{case} is not valid IR: {findings}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { source, .. } | Error::Tool { source, .. } => Some(source),
            Error::NoTool | Error::Refused { .. } | Error::Case { .. } => None,
        }
    }
}
