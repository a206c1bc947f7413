//! `xls_aot inspect`

use xls_aot_objfile::inspect::inspect_file;
use xls_aot_objfile::Error;

use crate::args::InspectArgs;
use crate::exit::{print, Failure};

/// Prints what is inside a file.
pub fn run(args: &InspectArgs) -> Result<(), Failure> {
    let inspection = inspect_file(&args.file).map_err(|error| object_failure(&args.file, &error))?;
    if args.json {
        print(&json(&inspection)?)
    } else {
        print(&format!("{inspection}\n"))
    }
}

/// What is wrong with an object file, as a message.
pub fn object_error(file: &std::path::Path, error: &Error) -> String {
    match error {
        Error::Io { .. } => format!("error: {error}"),
        _ => format!("{}: error: {error}", file.display()),
    }
}

fn object_failure(file: &std::path::Path, error: &Error) -> Failure {
    match error {
        Error::Internal { .. } => Failure::Internal(object_error(file, error)),
        _ => Failure::Input(object_error(file, error)),
    }
}

/// Indented JSON with a newline at the end.
pub fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Internal(format!("internal error: cannot write JSON: {error}")))
}
