//! Runs libxls in a separate process.
//!
//! [`Worker::compile`] and [`Worker::convert`] start a program that calls [`serve`] at once (the tool itself, with an
//! argument that is reserved for this). They write the job to the program's standard input and read the answer from its
//! standard output. If libxls aborts that process, the parent can still report it. [`Session`] does many jobs in one such
//! process, because to start one takes longer than to convert a small module.
//!
//! The job and the answer are sequences of fields: how many there are, and each a length and that many bytes, all numbers
//! in eight bytes (little endian). A job begins with its name; an answer begins with a fixed text, so output of anything
//! else is noticed, and the reason if libxls refuses.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;

use xlsynth::AotCompiled;

use crate::dslx::{self, Converted, DslxModule};

/// First field of every answer.
const ANSWER: &[u8] = b"xls_aot_xlsynth answer 1";

/// The job of [`Worker::compile`].
const COMPILE: &[u8] = b"compile";

/// The job of [`Worker::convert`].
const CONVERT: &[u8] = b"convert";

/// How to start the process.
#[derive(Clone, Debug)]
pub struct Worker {
    /// The program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// What libxls makes of a function.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The object file.
    pub object: Vec<u8>,
    /// Its `AotPackageEntrypointsProto`.
    pub entrypoints: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug)]
#[non_exhaustive]
pub enum WorkerError {
    /// libxls refused, with these words.
    Refused(String),
    /// The process ended without an answer.
    Died {
        /// How it ended.
        status: ExitStatus,
        /// The end of what it wrote to standard error.
        last_words: String,
    },
    /// The process could not be used.
    Io(io::Error),
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WorkerError::Refused(reason) => write!(f, "libxls refuses: {reason}"),
            WorkerError::Died { status, last_words } => {
                write!(f, "libxls stopped {}", how(*status))?;
                if last_words.is_empty() {
                    return Ok(());
                }
                write!(f, "; its last words were\n    {last_words}")
            }
            WorkerError::Io(error) => write!(f, "the process that runs libxls is out of reach: {error}"),
        }
    }
}

impl std::error::Error for WorkerError {}

/// `with signal 11`, `with exit status: 3`.
fn how(status: ExitStatus) -> String {
    #[cfg(unix)]
    {
        use std::os::unix::process::ExitStatusExt;
        if let Some(signal) = status.signal() {
            let note = if signal == 9 { " (killed; perhaps there was not enough memory)" } else { "" };
            return format!("with signal {signal}{note}");
        }
    }
    format!("with {status}")
}

impl Worker {
    /// The running program itself, with one argument.
    ///
    /// # Errors
    /// If the system does not say what program is running.
    pub fn this_program(argument: &str) -> io::Result<Self> {
        Ok(Worker { program: std::env::current_exe()?, arguments: vec![argument.into()] })
    }

    /// Has `top` of the package `ir` compiled.
    ///
    /// # Errors
    /// See [`WorkerError`].
    pub fn compile(&self, ir: &str, top: &str) -> Result<Answer, WorkerError> {
        let [object, entrypoints] = self.ask(&[COMPILE, top.as_bytes(), ir.as_bytes()])?;
        Ok(Answer { object, entrypoints })
    }

    /// Has a DSLX module converted by libxls' own front end.
    ///
    /// # Errors
    /// See [`WorkerError`].
    pub fn convert(&self, module: &DslxModule<'_>) -> Result<Converted, WorkerError> {
        Session::start(self)?.convert(module)
    }

    /// The two fields that answer a job.
    fn ask(&self, job: &[&[u8]]) -> Result<[Vec<u8>; 2], WorkerError> {
        Session::start(self)?.ask(job)
    }
}

/// A process that does one job after the other. It has ended after an error other than [`WorkerError::Refused`].
pub struct Session {
    child: Child,
    /// `None` when no more jobs are given to it.
    stdin: Option<ChildStdin>,
    stdout: ChildStdout,
    /// Collects what it writes to standard error.
    stderr: Option<JoinHandle<Vec<u8>>>,
}

impl Session {
    /// Starts the process.
    ///
    /// # Errors
    /// If the system refuses to.
    pub fn start(worker: &Worker) -> Result<Self, WorkerError> {
        let mut command = Command::new(&worker.program);
        command.args(&worker.arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(WorkerError::Io)?;
        let missing = || WorkerError::Io(io::Error::other("the process has no streams"));
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().ok_or_else(missing)?;
        let mut stream = child.stderr.take().ok_or_else(missing)?;
        let stderr = Some(std::thread::spawn(move || {
            let mut bytes = Vec::new();
            // What was read until the stream broke is all that there is.
            let _ = stream.read_to_end(&mut bytes);
            bytes
        }));
        Ok(Session { child, stdin, stdout, stderr })
    }

    /// Has a DSLX module converted by libxls' own front end.
    ///
    /// # Errors
    /// See [`WorkerError`].
    pub fn convert(&mut self, module: &DslxModule<'_>) -> Result<Converted, WorkerError> {
        let mut job = vec![CONVERT];
        job.extend(module.fields());
        let [ir, constants] = self.ask(&job)?;
        Converted::of_fields(ir, constants).map_err(WorkerError::Io)
    }

    /// The two fields that answer a job.
    fn ask(&mut self, job: &[&[u8]]) -> Result<[Vec<u8>; 2], WorkerError> {
        // The process reads a job before it answers, so neither waits for the other. A process that ends before it has
        // read the job is reported by its status.
        if let Some(stdin) = &mut self.stdin {
            let _ = write_fields(stdin, job);
        }
        match read_fields(&mut self.stdout).map(|fields| fields.map(<[Vec<u8>; 4]>::try_from)) {
            Ok(Some(Ok([answer, refusal, first, second]))) if answer == ANSWER => match refusal.is_empty() {
                true => Ok([first, second]),
                false => Err(WorkerError::Refused(String::from_utf8_lossy(&refusal).into_owned())),
            },
            Ok(None) | Err(_) => Err(self.ended()),
            Ok(Some(_)) => {
                self.end();
                Err(WorkerError::Io(io::Error::other("the process that runs libxls gave no answer")))
            }
        }
    }

    /// Why the process ended.
    fn ended(&mut self) -> WorkerError {
        self.stdin = None;
        let status = match self.child.wait() {
            Ok(status) => status,
            Err(error) => return WorkerError::Io(error),
        };
        let stderr = self.stderr.take().and_then(|stderr| stderr.join().ok()).unwrap_or_default();
        if status.success() {
            return WorkerError::Io(io::Error::other("the process that runs libxls gave no answer"));
        }
        WorkerError::Died { status, last_words: last_words(&stderr) }
    }

    /// Ends the process, which has no job, or whose answer cannot be read.
    fn end(&mut self) {
        self.stdin = None;
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.end();
    }
}

/// Reads jobs from standard input, has libxls do them, and writes the answers to standard output.
///
/// # Errors
/// If a stream breaks, or there is no job at all. What libxls refuses is an answer, not an error.
pub fn serve() -> io::Result<()> {
    let mut next = read_fields(&mut io::stdin().lock())?;
    if next.is_none() {
        return Err(io::Error::other("expected a job"));
    }
    while let Some(fields) = next {
        serve_job(&fields)?;
        next = read_fields(&mut io::stdin().lock())?;
    }
    Ok(())
}

fn serve_job(fields: &[Vec<u8>]) -> io::Result<()> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(io::Error::other);
    let answer = match fields.split_first() {
        Some((job, [top, ir])) if job == COMPILE => {
            run_libxls(&text(ir)?, &text(top)?).map(|answer| (answer.object, answer.entrypoints))
        }
        Some((job, fields)) if job == CONVERT => {
            dslx::convert(&DslxModule::of_fields(fields)?).map(Converted::into_fields)
        }
        _ => return Err(io::Error::other("expected a job")),
    };
    let mut stdout = io::stdout().lock();
    match answer {
        Ok((first, second)) => write_fields(&mut stdout, &[ANSWER, b"", &first, &second]),
        Err(refusal) if refusal.is_empty() => write_fields(&mut stdout, &[ANSWER, b"no reason was given", b"", b""]),
        Err(refusal) => write_fields(&mut stdout, &[ANSWER, refusal.as_bytes(), b"", b""]),
    }
}

/// Has libxls compile `top` in this process.
pub(crate) fn run_libxls(ir: &str, top: &str) -> Result<Answer, String> {
    match AotCompiled::compile_ir(ir, top) {
        Ok(AotCompiled { object_code, entrypoints_proto, .. }) => {
            Ok(Answer { object: object_code, entrypoints: entrypoints_proto })
        }
        Err(error) if error.0.is_empty() => Err("no reason was given".to_owned()),
        Err(error) => Err(error.0),
    }
}

fn write_fields(to: &mut impl Write, fields: &[&[u8]]) -> io::Result<()> {
    to.write_all(&(fields.len() as u64).to_le_bytes())?;
    for field in fields {
        to.write_all(&(field.len() as u64).to_le_bytes())?;
        to.write_all(field)?;
    }
    to.flush()
}

/// The fields of one job or answer; `None` at the end of the stream.
fn read_fields(from: &mut impl Read) -> io::Result<Option<Vec<Vec<u8>>>> {
    let mut first = [0; 1];
    if from.read(&mut first)? == 0 {
        return Ok(None);
    }
    let mut rest = [0; 7];
    from.read_exact(&mut rest)?;
    let count = u64::from_le_bytes([first[0], rest[0], rest[1], rest[2], rest[3], rest[4], rest[5], rest[6]]);
    let mut fields = Vec::new();
    for _ in 0..count {
        let mut length = [0; 8];
        from.read_exact(&mut length)?;
        let mut field = Vec::new();
        // The length is not trusted: only what is there takes memory.
        let length = u64::from_le_bytes(length);
        if from.by_ref().take(length).read_to_end(&mut field)? as u64 != length {
            return Err(io::Error::other("a field is cut short"));
        }
        fields.push(field);
    }
    Ok(Some(fields))
}

/// The last lines of a text, at most a screenful.
fn last_words(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines[lines.len().saturating_sub(8)..].join("\n    ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_survive_a_stream() {
        let mut stream = Vec::new();
        write_fields(&mut stream, &[b"one", b"", b"three"]).unwrap();
        write_fields(&mut stream, &[b"four"]).unwrap();
        let mut from = &stream[..];
        assert_eq!(read_fields(&mut from).unwrap().unwrap(), [&b"one"[..], b"", b"three"]);
        assert_eq!(read_fields(&mut from).unwrap().unwrap(), [b"four"]);
        assert!(read_fields(&mut from).unwrap().is_none());
        for cut in [1, 7, 9, 17, stream.len() - 1] {
            let mut from = &stream[..cut];
            let read = std::iter::from_fn(|| read_fields(&mut from).transpose()).last().unwrap();
            assert!(read.is_err(), "cut at {cut}");
        }
        assert!(read_fields(&mut &[0xff; 20][..]).is_err());
    }
}
