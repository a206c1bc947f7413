//! Functions compiled and linked into a program of their own, which makes the calls: under an emulator, for code of
//! another machine, or under a tool that watches memory.
//!
//! The program is `player.c` with a generated table of the functions ([`table`]), compiled by a C compiler for the
//! target, so that the C compiler's view of the platform's calling convention is what calls `direct` entry points. The
//! calls are in a file ([`calls`]); the program reports on its standard output, in the form of [`wire`](crate::wire).

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

/// Something that runs programs of a target.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Machine {
    /// What machine it is. `CC` must name a C compiler for it.
    pub target: Target,
    /// The command that a program and its arguments are appended to; none runs the program itself.
    pub runner: Vec<OsString>,
    /// What memory that the ABI says nothing about holds.
    pub memory: Memory,
}

/// What compiled code finds in scratch, padding and results.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Memory {
    /// A pattern, with margins around every block that must not change.
    Patterned,
    /// Nothing: the memory is not initialised, and exactly as large as it must be. For a runner that watches memory.
    Undefined,
}

/// A function that the program has.
pub(crate) struct Function<'a> {
    pub(crate) object: &'a Object,
    pub(crate) params: Vec<&'a Type>,
    pub(crate) result: &'a Type,
}

/// A program, ready to run.
pub(crate) struct Player<'m> {
    machine: &'m Machine,
    /// Holds the files; removed with the player.
    _folder: TempDir,
    program: PathBuf,
    calls: PathBuf,
}

impl<'m> Player<'m> {
    /// Builds the program and writes its calls: indices of functions with arguments. Each may take `call_seconds`.
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
        let source = folder.path().join("player.c");
        let text =
            table::program(functions, machine.memory, call_seconds).map_err(|what| ExecuteError::Internal { what })?;
        write(&source, text.as_bytes())?;
        let objects: Vec<&[u8]> = functions.iter().map(|function| function.object.bytes.as_slice()).collect();
        let program = link::program(folder.path(), &source, &objects)?;
        Ok(Self { machine, _folder: folder, program, calls: calls_file })
    }

    /// Makes the calls from number `first` on: the reports, how the program ended, and what it or its runner said.
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
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Ok((output.stdout, ended, said))
    }

    /// The error of a program that ended before its first call.
    pub(crate) fn did_not_start(&self, ended: Ended, said: &str) -> ExecuteError {
        let runner: Vec<_> = self.machine.runner.iter().map(|word| word.to_string_lossy()).collect();
        let with = if runner.is_empty() { String::new() } else { format!(" with `{}`", runner.join(" ")) };
        ExecuteError::System {
            what: format!("a program for {} cannot be run{with}", self.machine.target),
            error: io::Error::other(if said.is_empty() { ended.to_string() } else { format!("{ended}\n{said}") }),
        }
    }
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), ExecuteError> {
    fs::write(path, bytes)
        .map_err(|error| ExecuteError::System { what: format!("cannot write {}", path.display()), error })
}
