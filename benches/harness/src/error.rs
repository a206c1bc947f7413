//! The errors of a measurement.

use std::fmt;
use std::path::PathBuf;

/// Why there are no figures.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// A kernel cannot be measured.
    Kernel {
        /// Its name.
        kernel: String,
        /// What is wrong.
        what: String,
    },
    /// No kernel has what the filter asks for.
    NothingChosen {
        /// The filters.
        filter: Vec<String>,
    },
    /// Two ways do not give the same, so their times mean nothing.
    Different {
        /// Each difference: kernel, ways, arguments and results.
        differences: Vec<String>,
    },
    /// A file cannot be read or written.
    File {
        /// Its name.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A program cannot be started, or refuses what it must not refuse.
    Program {
        /// Its name.
        program: PathBuf,
        /// Why, or what it printed.
        refusal: String,
    },
    /// A library cannot be loaded.
    Library {
        /// Its name.
        file: PathBuf,
        /// Why.
        what: String,
    },
    /// A file of results is not one that this program wrote.
    Baseline {
        /// Its name.
        file: PathBuf,
        /// What is wrong.
        what: String,
    },
}

impl Error {
    pub(crate) fn kernel(kernel: &str, what: impl Into<String>) -> Self {
        Error::Kernel { kernel: kernel.to_owned(), what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Kernel { kernel, what } => write!(f, "kernel {kernel}: {what}"),
            Error::NothingChosen { filter } => {
                write!(f, "no kernel's name or group contains one of `{}`", filter.join("`, `"))
            }
            Error::Different { differences } => write!(f, "{}", differences.join("\n")),
            Error::File { file, source } => write!(f, "{}: {source}", file.display()),
            Error::Program { program, refusal } => write!(f, "{}: {refusal}", program.display()),
            Error::Library { file, what } => write!(f, "cannot load {}: {what}", file.display()),
            Error::Baseline { file, what } => {
                write!(f, "{}: {what}; expected a file that --json of this program wrote", file.display())
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { source, .. } => Some(source),
            Error::Kernel { .. }
            | Error::NothingChosen { .. }
            | Error::Different { .. }
            | Error::Program { .. }
            | Error::Library { .. }
            | Error::Baseline { .. } => None,
        }
    }
}
