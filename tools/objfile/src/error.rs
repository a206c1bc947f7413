//! Errors of object files; the variant says who must act.

use std::fmt;

/// An error of this crate. Except for [`Error::Io`], the texts do not repeat the name of the file, which the caller knows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The file can not be read from the disk.
    Io {
        /// The path as the caller gave it.
        path: String,
        /// The operating system's message.
        message: String,
    },
    /// The file is damaged, or is not of the required kind.
    Invalid {
        /// What was expected and what was found.
        message: String,
    },
    /// A file of a kind that this crate does not read, or a well-formed object with a part that an artefact can not have.
    Unsupported {
        /// The kind or part that is not supported, and what is.
        message: String,
    },
    /// The request contradicts itself, which is a bug of the caller.
    Internal {
        /// What is wrong with the request.
        message: String,
    },
}

impl Error {
    pub(crate) fn invalid(message: impl Into<String>) -> Error {
        Error::Invalid { message: message.into() }
    }

    pub(crate) fn unsupported(message: impl Into<String>) -> Error {
        Error::Unsupported { message: message.into() }
    }

    /// The same error, with the name of the archive member that it is about.
    pub(crate) fn in_member(mut self, member: Option<&str>) -> Error {
        if let (Some(member), Error::Invalid { message } | Error::Unsupported { message }) = (member, &mut self) {
            *message = format!("member {member}: {message}");
        }
        self
    }

    pub(crate) fn internal(message: impl Into<String>) -> Error {
        Error::Internal { message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { path, message } => write!(f, "{path}: can not be read: {message}"),
            Error::Invalid { message } | Error::Unsupported { message } | Error::Internal { message } => {
                f.write_str(message)
            }
        }
    }
}

impl std::error::Error for Error {}

impl From<object::read::Error> for Error {
    fn from(error: object::read::Error) -> Error {
        Error::invalid(format!("damaged object file: {error}"))
    }
}

impl From<object::build::Error> for Error {
    fn from(error: object::build::Error) -> Error {
        Error::invalid(format!("damaged object file: {error}"))
    }
}
