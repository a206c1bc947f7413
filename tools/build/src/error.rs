//! Why a design was not compiled.

use std::fmt;
use std::io;
use std::path::PathBuf;

use xls_aot_backend::UnknownCpu;
use xls_aot_codegen::{CompileError, WriteError};

/// An error of a build script. The text says what is wrong, where, and how to mend it.
///
/// `Debug` gives the same text as `Display`: Rust prints the error that `main` returns with `Debug`, and Cargo shows that.
#[non_exhaustive]
pub enum Error {
    /// An environment variable that Cargo sets for build scripts is missing.
    NotABuildScript {
        /// The variable.
        variable: &'static str,
    },
    /// Cargo builds for a target that has no code generator.
    Target {
        /// Cargo's name of the target.
        triple: String,
    },
    /// The processor is unknown.
    Cpu(UnknownCpu),
    /// Both `top` and `tops` were given.
    TopAndTops,
    /// The name of the file is that of a design in the other language.
    OtherLanguage {
        /// The file.
        path: PathBuf,
        /// What its name says.
        language: &'static str,
        /// The function that takes such a file.
        instead: &'static str,
    },
    /// A DSLX module has errors; the text has all of them.
    Dslx(String),
    /// A design in DSLX has neither `top` nor `tops`.
    NoTop,
    /// A design in DSLX has a type table or type names.
    TypesOfDslx,
    /// The types of a module are wanted that this build script has not generated yet.
    TypesFrom {
        /// Name of the module.
        module: String,
    },
    /// A path is not valid UTF-8.
    Path {
        /// The path.
        path: PathBuf,
    },
    /// An input file cannot be read.
    Read {
        /// The file.
        path: PathBuf,
        /// What the file should be.
        what: &'static str,
        /// The system's words.
        error: io::Error,
    },
    /// The design cannot be compiled as requested.
    Compile(CompileError),
    /// An output file cannot be written.
    Write(WriteError),
    /// A fault of this crate.
    Internal {
        /// What was observed.
        what: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::NotABuildScript { variable } => write!(
                f,
                "error: the environment variable {variable} is not set\n  help: call this function in a build script \
                 (build.rs), which Cargo runs with this variable"
            ),
            Error::Target { triple } => write!(
                f,
                "error: there is no code generator for the target `{triple}`\n  help: build for Linux or macOS on x86_64 \
                 or aarch64, and call the build script's function for these targets only"
            ),
            Error::Cpu(error) => write!(f, "error: {error}"),
            Error::TopAndTops => {
                f.write_str("error: the design has both `top` and `tops`\n  help: `top` is for one function, `tops` for several")
            }
            Error::OtherLanguage { path, language, instead } => write!(
                f,
                "error: {path} is {language} by its name, and the design is for a file of another language\n  help: write \
                 `Design::{instead}(\"{path}\")`",
                path = path.display()
            ),
            Error::Dslx(report) => f.write_str(report),
            Error::NoTop => f.write_str(
                "error: a design in DSLX needs the name of a function\n  help: call `top(\"f\")` or `tops([\"f\", \"g\"])`",
            ),
            Error::TypesOfDslx => f.write_str(
                "error: `types` and `type_name` are for designs in IR\n  help: leave them out; the types of a DSLX module \
                 have names already",
            ),
            Error::TypesFrom { module } => write!(
                f,
                "error: the module `{module}` is not generated yet, so its types cannot be used\n  help: generate it before, \
                 in the same build script; the types of other packages cannot be used"
            ),
            Error::Path { path } => {
                write!(f, "error: the path {} is not valid UTF-8\n  help: rename the file or the folder", path.display())
            }
            Error::Read { path, what, error } => write!(
                f,
                "{}: error: cannot read the file: {error}\n  help: give the path of {what}, relative to the package's \
                 folder",
                path.display()
            ),
            Error::Compile(error) => error.fmt(f),
            Error::Write(error) => write!(f, "error: {error}"),
            Error::Internal { what } => write!(f, "internal error: {what}"),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Read { error, .. } => Some(error),
            Error::NotABuildScript { .. }
            | Error::Target { .. }
            | Error::Cpu(_)
            | Error::TopAndTops
            | Error::OtherLanguage { .. }
            | Error::Dslx(_)
            | Error::NoTop
            | Error::TypesOfDslx
            | Error::TypesFrom { .. }
            | Error::Path { .. }
            | Error::Compile(_)
            | Error::Write(_)
            | Error::Internal { .. } => None,
        }
    }
}
