//! The errors of a measurement.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why there are no figures.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// Nothing says where a program is.
    NotNamed {
        /// The option that would.
        option: &'static str,
        /// The environment variable that would.
        variable: &'static str,
    },
    /// A file cannot be written.
    File {
        /// Its name.
        file: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program cannot be started or waited for.
    Program {
        /// Its name.
        program: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A program refuses a case.
    Refused {
        /// The program.
        program: PathBuf,
        /// Shape and size.
        case: String,
        /// What the program says.
        message: String,
    },
    /// Costs grow too much.
    Growth {
        /// The steps, as messages.
        steps: Vec<String>,
    },
    /// There are no two sizes of a shape, so that nothing grows.
    NothingGrows,
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
            Error::NotNamed { option, variable } => {
                write!(f, "neither --{option} nor the environment variable {variable} names the {option}")
            }
            Error::File { file, source } => write!(f, "{}: {source}", file.display()),
            Error::Program { program, source } => write!(f, "{}: {source}", program.display()),
            Error::Refused { program, case, message } => write!(f, "{} refuses {case}: {message}", program.display()),
            Error::Growth { steps } => f.write_str(&steps.join("\n")),
            Error::NothingGrows => f.write_str("no shape has two sizes; --sizes takes several, such as 1000,10000"),
            Error::Case { case, findings } => write!(f, "{case} is not valid IR: {findings}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::File { source, .. } | Error::Program { source, .. } => Some(source),
            Error::NotNamed { .. }
            | Error::Refused { .. }
            | Error::Growth { .. }
            | Error::NothingGrows
            | Error::Case { .. } => None,
        }
    }
}
