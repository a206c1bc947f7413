//! Errors in a description; the variant says who must act.

use std::fmt;

/// An error of this crate.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The bytes or the text are not a description at all, or are a damaged one: the file has an error.
    Invalid {
        /// Byte offset in the section or in the text where reading stopped, if it is known.
        offset: Option<usize>,
        /// What was expected and what was found.
        message: String,
    },
    /// A well-formed description of a schema version that this build does not know: use a matching tool.
    Unsupported {
        /// The `schema_version` found.
        found: u64,
        /// The `schema_version` that this build reads and writes.
        known: u32,
    },
    /// A record that is too large for the 32-bit length field.
    Limit {
        /// Length of the payload in bytes.
        length: usize,
    },
    /// The record handed in contradicts itself: a bug in the code generator that made it.
    Internal {
        /// The key of the field, with an index for lists (`params[2].align`).
        field: String,
        /// What is wrong with its value.
        message: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Invalid { offset: Some(offset), message } => {
                write!(f, "invalid artefact description at byte {offset}: {message}")
            }
            Error::Invalid { offset: None, message } => write!(f, "invalid artefact description: {message}"),
            Error::Unsupported { found, known } => write!(
                f,
                "artefact description has schema version {found}, this tool reads version {known}; \
                 use the xls_aot release that made the artefact, or compile the artefact again"
            ),
            Error::Limit { length } => {
                write!(f, "artefact description of {length} bytes is too large: the limit is {} bytes", u32::MAX)
            }
            Error::Internal { field, message } => write!(f, "inconsistent artefact description: `{field}` {message}"),
        }
    }
}

impl std::error::Error for Error {}
