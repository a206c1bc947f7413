//! The errors of a measurement.

use std::fmt;

/// Why there are no figures.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The table of artefacts contradicts itself: a bug of whoever made it.
    Table {
        /// The kernel.
        kernel: String,
        /// What is wrong.
        what: String,
    },
    /// No kernel has what the filter asks for.
    NothingChosen {
        /// The filter.
        filter: String,
    },
    /// Two ways do not give the same, so their times mean nothing.
    Different {
        /// Each difference: kernel, ways, arguments and results.
        differences: Vec<String>,
    },
    /// The file of results cannot be written.
    Output {
        /// Its name.
        file: String,
        /// Why.
        source: std::io::Error,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Table { kernel, what } => write!(f, "kernel {kernel}: {what}"),
            Error::NothingChosen { filter } => write!(f, "no kernel's name or group contains `{filter}`"),
            Error::Different { differences } => write!(f, "{}", differences.join("\n")),
            Error::Output { file, source } => write!(f, "{file}: {source}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Output { source, .. } => Some(source),
            Error::Table { .. } | Error::NothingChosen { .. } | Error::Different { .. } => None,
        }
    }
}
