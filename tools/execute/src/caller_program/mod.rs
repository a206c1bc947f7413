//! The caller program: a separate program that contains the compiled functions and calls them. It runs under an emulator,
//! for code of another machine, or under memcheck.
//!
//! The program is `caller_program.c` and a generated table of the functions ([`table`]), compiled by a C compiler for the
//! target. So the C compiler's implementation of the platform's calling convention calls the `direct` entry points. The
//! program reads the calls from a file ([`calls`]), and reports on its standard output in the form of [`wire`](crate::wire).

mod calls;
mod table;

use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xls_aot_backend::Target;
use xls_aot_ir::{Type, Value};

use crate::child::Ended;
use crate::compile::Object;
use crate::error::ExecuteError;
use crate::link;
use crate::temp_dir::TempDir;

/// A way to run programs of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Machine {
    /// The target. `CC` must name a C compiler for it.
    pub target: Target,
    /// The command that runs the program; program and arguments are appended to it. If it is empty, the program runs
    /// directly.
    pub runner: Vec<OsString>,
    /// The contents of memory that the ABI leaves open.
    pub memory: Memory,
}

/// The contents of scratch, padding and results before a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Memory {
    /// A pattern. Every block has margins around it that must not change.
    Patterned,
    /// Undefined values, for memcheck: the memory is not initialised, and exactly as large as the ABI requires.
    Undefined,
}

/// A function that the program has.
pub(crate) struct Function<'a> {
    pub(crate) object: &'a Object,
    pub(crate) params: Vec<&'a Type>,
    pub(crate) result: &'a Type,
}

/// A program, ready to run.
pub(crate) struct CallerProgram<'m> {
    machine: &'m Machine,
    /// The folder of the files; it is removed when this value is dropped.
    _folder: TempDir,
    program: PathBuf,
    calls: PathBuf,
}

impl<'m> CallerProgram<'m> {
    /// Builds the program and writes its calls, each the index of a function and its arguments. A call may take
    /// `call_seconds`.
    pub(crate) fn new(
        machine: &'m Machine,
        functions: &[Function<'_>],
        calls: &[(usize, &[Value])],
        call_seconds: u32,
    ) -> Result<Self, ExecuteError> {
        let folder = TempDir::new()?;
        let calls_file = folder.path().join("calls");
        let bytes = calls::encode(functions, calls).map_err(|what| ExecuteError::Internal { what })?;
        write(&calls_file, &bytes)?;
        let source = folder.path().join("caller_program.c");
        let text =
            table::program(functions, machine.memory, call_seconds).map_err(|what| ExecuteError::Internal { what })?;
        write(&source, text.as_bytes())?;
        let objects: Vec<&[u8]> = functions.iter().map(|function| function.object.bytes.as_slice()).collect();
        let program = link::program(folder.path(), &source, &objects)?;
        Ok(Self { machine, _folder: folder, program, calls: calls_file })
    }

    /// Makes the calls from number `first` on. Gives the reports, how the program ended, and its standard error.
    pub(crate) fn run(&self, first: usize) -> Result<(Vec<u8>, Ended, String), ExecuteError> {
        let mut words = self.machine.runner.iter().cloned().chain([self.program.clone().into_os_string()]);
        let command = words.next().unwrap_or_default();
        let output = Command::new(&command)
            .args(words)
            .arg(&self.calls)
            .arg(first.to_string())
            .stdin(Stdio::null())
            .output()
            .map_err(|error| ExecuteError::System {
                what: format!("cannot run `{}`", command.to_string_lossy()),
                error,
            })?;
        let ended = match output.status.signal() {
            Some(signal) => Ended::Killed(signal),
            None => Ended::Exited(output.status.code().unwrap_or_default()),
        };
        let errors = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Ok((output.stdout, ended, errors))
    }

    /// The error of a program that ended before its first call.
    pub(crate) fn did_not_start(&self, ended: Ended, errors: &str) -> ExecuteError {
        let runner: Vec<_> = self.machine.runner.iter().map(|word| word.to_string_lossy()).collect();
        let with = if runner.is_empty() { String::new() } else { format!(" with `{}`", runner.join(" ")) };
        ExecuteError::System {
            what: format!("a program for {} cannot be run{with}", self.machine.target),
            error: io::Error::other(if errors.is_empty() { ended.to_string() } else { format!("{ended}\n{errors}") }),
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExecuteError> {
    fs::write(path, bytes)
        .map_err(|error| ExecuteError::System { what: format!("cannot write {}", path.display()), error })
}
