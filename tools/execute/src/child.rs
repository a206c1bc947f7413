//! Runs code that may crash, in a child process that reports through a pipe.

use std::fmt;
use std::io::{self, PipeWriter, Read};
use std::sync::{Mutex, PoisonError};

use crate::error::ExecuteError;

/// A lock that is held while a pipe's write end is open in this process, so that no other child inherits the write end. If
/// one did, the reader would not see the end of the data when its own child ends.
static FORKING: Mutex<()> = Mutex::new(());

/// How a child ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ended {
    /// It exited with this status.
    Exited(i32),
    /// This signal killed it.
    Killed(i32),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Exited(status) => write!(f, "the process exited with status {status}"),
            Ended::Killed(signal) => {
                let name = match *signal {
                    libc::SIGILL => " (illegal instruction)",
                    libc::SIGABRT => " (abort)",
                    libc::SIGBUS => " (bus error)",
                    libc::SIGFPE => " (arithmetic trap)",
                    libc::SIGSEGV => " (invalid memory access)",
                    libc::SIGALRM => " (it took too long)",
                    _ => "",
                };
                write!(f, "the process was killed by signal {signal}{name}")
            }
        }
    }
}

/// Runs `body` in a child process and returns what it wrote, and how it ended (status 0 if `body` returned).
///
/// `body` runs on a copy of this process with one thread. It must not take locks that other threads may hold.
pub(crate) fn run(body: impl FnOnce(&mut PipeWriter)) -> Result<(Vec<u8>, Ended), ExecuteError> {
    let failed = |what: &str, error| ExecuteError::System { what: what.to_owned(), error };
    let guard = FORKING.lock().unwrap_or_else(PoisonError::into_inner);
    let (mut reader, mut writer) = io::pipe().map_err(|error| failed("cannot make a pipe", error))?;
    // SAFETY: the child goes on with a copy of this thread only. What it does is `body` (see above) and system calls;
    // the C library keeps its allocator usable in such a child. It leaves by `_exit`, so no destructor or exit handler
    // of the parent runs twice.
    let process = unsafe { libc::fork() };
    match process {
        0 => {
            let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
            // SAFETY: plain system call on a valid structure; failure only means that a crash may leave a core file.
            unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
            let unwound = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| body(&mut writer))).is_err();
            // SAFETY: ends the child; nothing of it is needed any more.
            unsafe { libc::_exit(if unwound { 70 } else { 0 }) }
        }
        -1 => Err(failed("cannot start a process", io::Error::last_os_error())),
        process => {
            drop(writer);
            drop(guard);
            let mut bytes = Vec::new();
            let read = reader.read_to_end(&mut bytes);
            let ended = wait(process).map_err(|error| failed("cannot wait for a process", error))?;
            read.map_err(|error| failed("cannot read from a process", error))?;
            Ok((bytes, ended))
        }
    }
}

/// In a child: a signal ends the child unless this function is called again within `seconds`.
pub(crate) fn expect_progress_within(seconds: u32) {
    // SAFETY: sets the process's timer; its signal's default action ends the process.
    unsafe { libc::alarm(seconds) };
}

/// In a child: ends the child with `status`. Compiled code that cannot unwind may call this.
pub(crate) fn leave(status: i32) -> ! {
    // SAFETY: ends the child.
    unsafe { libc::_exit(status) }
}

fn wait(process: libc::pid_t) -> io::Result<Ended> {
    let mut status = 0;
    loop {
        // SAFETY: `status` is valid for writing; the process is our child and is waited for once.
        let result = unsafe { libc::waitpid(process, &mut status, 0) };
        if result == process {
            let exited = libc::WIFEXITED(status);
            return Ok(if exited {
                Ended::Exited(libc::WEXITSTATUS(status))
            } else {
                Ended::Killed(libc::WTERMSIG(status))
            });
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    #[test]
    fn output_and_end_are_reported() {
        let (bytes, ended) = run(|pipe| pipe.write_all(b"hello").unwrap()).unwrap();
        assert_eq!((bytes.as_slice(), ended), (&b"hello"[..], Ended::Exited(0)));
    }

    #[test]
    fn a_crash_keeps_what_was_written_before() {
        let (bytes, ended) = run(|pipe| {
            pipe.write_all(b"before").unwrap();
            std::process::abort();
        })
        .unwrap();
        assert_eq!((bytes.as_slice(), ended), (&b"before"[..], Ended::Killed(6)));
        assert_eq!(ended.to_string(), "the process was killed by signal 6 (abort)");
    }

    #[test]
    fn a_loop_without_end_is_ended() {
        let (_, ended) = run(|_| {
            expect_progress_within(1);
            loop {
                std::hint::spin_loop();
            }
        })
        .unwrap();
        assert_eq!(ended, Ended::Killed(14));
    }

    #[test]
    fn a_status_is_passed_on() {
        assert_eq!(run(|_| leave(3)).unwrap().1, Ended::Exited(3));
    }
}
