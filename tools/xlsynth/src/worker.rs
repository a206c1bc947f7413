//! Runs libxls in a separate process.
//!
//! [`Worker::compile`] and [`Worker::convert`] start a program that calls [`serve`] at once (the tool itself, with an
//! argument that is reserved for this). They write the job to the program's standard input and read the answer from its
//! standard output. If libxls aborts that process, the parent can still report it. The job and the answer are sequences
//! of fields, each a length in eight bytes (little endian) and that many bytes. A job begins with its name; an answer
//! begins with a fixed text, so output of anything else is noticed, and the reason if libxls refuses.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};

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
        let mut job = vec![CONVERT];
        job.extend(module.fields());
        let [ir, constants] = self.ask(&job)?;
        Converted::of_fields(ir, constants).map_err(WorkerError::Io)
    }

    /// The two fields that answer a job.
    fn ask(&self, job: &[&[u8]]) -> Result<[Vec<u8>; 2], WorkerError> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(WorkerError::Io)?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut stdin) = stdin {
                    // A process that ends before it has read the job is reported by its status.
                    let _ = write_fields(&mut stdin, job);
                }
            });
            child.wait_with_output()
        })
        .map_err(WorkerError::Io)?;
        if !output.status.success() {
            return Err(WorkerError::Died { status: output.status, last_words: last_words(&output.stderr) });
        }
        let fields = read_fields(&mut &output.stdout[..]).map_err(WorkerError::Io)?;
        match <[Vec<u8>; 4]>::try_from(fields) {
            Ok([answer, refusal, first, second]) if answer == ANSWER => {
                if refusal.is_empty() {
                    Ok([first, second])
                } else {
                    Err(WorkerError::Refused(String::from_utf8_lossy(&refusal).into_owned()))
                }
            }
            _ => Err(WorkerError::Io(io::Error::other("the process that runs libxls gave no answer"))),
        }
    }
}

/// Reads one job from standard input, has libxls do it, and writes the answer to standard output.
///
/// # Errors
/// If a stream breaks. What libxls refuses is an answer, not an error.
pub fn serve() -> io::Result<()> {
    let fields = read_fields(&mut io::stdin().lock())?;
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
    for field in fields {
        to.write_all(&(field.len() as u64).to_le_bytes())?;
        to.write_all(field)?;
    }
    to.flush()
}

/// All fields up to the end of the stream.
fn read_fields(from: &mut impl Read) -> io::Result<Vec<Vec<u8>>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    let mut rest = &bytes[..];
    let mut fields = Vec::new();
    while !rest.is_empty() {
        let broken = || io::Error::other("a field is cut short");
        let (length, behind) = rest.split_first_chunk::<8>().ok_or_else(broken)?;
        let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|_| broken())?;
        let field = behind.get(..length).ok_or_else(broken)?;
        fields.push(field.to_vec());
        rest = &behind[length..];
    }
    Ok(fields)
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
        assert_eq!(read_fields(&mut &stream[..]).unwrap(), [&b"one"[..], b"", b"three"]);
        assert!(read_fields(&mut &stream[..stream.len() - 1]).is_err());
        assert!(read_fields(&mut &stream[..3]).is_err());
        assert!(read_fields(&mut &[0xff; 9][..]).is_err());
    }
}
