//! How a command ends.

use std::fmt;
use std::process::ExitCode;

/// Why a command failed, by exit code; the text is complete.
#[derive(Debug)]
pub enum Failure {
    /// An error in the input: exit code 1.
    Input(String),
    /// An error in the command line: exit code 2.
    Usage(String),
    /// A bug in xls_aot: exit code 70 (`EX_SOFTWARE`).
    Internal(String),
    /// The command has printed what is wrong already: exit code 1.
    Reported,
}

impl Failure {
    /// The process's exit code.
    pub fn code(&self) -> ExitCode {
        ExitCode::from(match self {
            Failure::Input(_) | Failure::Reported => 1,
            Failure::Usage(_) => 2,
            Failure::Internal(_) => 70,
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Input(text) | Failure::Usage(text) => f.write_str(text),
            Failure::Internal(text) => write!(f, "{text}\n  help: {REPORT}"),
            Failure::Reported => Ok(()),
        }
    }
}

/// What to do about a fault of ours.
const REPORT: &str =
    "this is a fault of xls_aot or of the compiler that it runs, not of your input; please report it with the IR file";

/// Prints a panic as one readable message. The code that catches the panic sets the exit code.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        let function = match xls_aot_codegen::current_function() {
            Some(function) => format!(" while compiling function `{function}`"),
            None => String::new(),
        };
        say(&format!("internal error{function}: {message}{place}\n  help: {REPORT}"));
    }));
}

/// Writes a line to standard error. If nobody listens there is nobody to tell.
pub fn say(text: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Writes text to standard output.
///
/// # Errors
/// If standard output takes no more; a reader that has seen enough (`| head`) is no error.
pub fn print(text: &str) -> Result<(), Failure> {
    use std::io::{ErrorKind, Write};
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Failure::Input(format!("error: cannot write to standard output: {error}")))
        }
        _ => Ok(()),
    }
}
