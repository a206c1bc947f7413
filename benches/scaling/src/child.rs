//! Runs one process with limits, and reports the time and memory that it used.

use std::io::{self, Read as _};
use std::mem::MaybeUninit;
use std::os::unix::process::CommandExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

/// What a process may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) seconds: u32,
    pub(crate) bytes: u64,
}

/// How a process ended, and what it used.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: ExitStatus,
    pub(crate) errors: String,
    /// CPU time, of user and system.
    pub(crate) cpu: Duration,
    /// The most memory that it had at one time, in bytes.
    pub(crate) peak: u64,
}

impl Ended {
    /// Whether the limit of time ended it.
    pub(crate) fn was_out_of_time(&self) -> bool {
        matches!(self.status.signal(), Some(libc::SIGXCPU | libc::SIGKILL))
    }

    /// Whether it ended itself because it got no more memory.
    pub(crate) fn was_out_of_memory(&self) -> bool {
        self.status.signal() == Some(libc::SIGABRT) && self.errors.contains("memory allocation of ")
    }
}

/// Runs `command` to its end.
pub(crate) fn run(command: &mut Command, limits: Limits) -> io::Result<Ended> {
    // SAFETY: between fork and exec only setrlimit is called, which is allowed there.
    unsafe {
        command.pre_exec(move || {
            limit(libc::RLIMIT_CPU, limits.seconds.into())?;
            limit(libc::RLIMIT_AS, limits.bytes)
        });
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let mut errors = Vec::new();
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_end(&mut errors)?;
    }
    let (mut status, mut usage) = (0, MaybeUninit::<libc::rusage>::uninit());
    loop {
        // SAFETY: the child has not been waited for, so its number is still its own; both results are valid for writing.
        let ended = unsafe { libc::wait4(child.id() as libc::pid_t, &mut status, 0, usage.as_mut_ptr()) };
        if ended != -1 {
            break;
        }
        let error = io::Error::last_os_error();
        if error.kind() != io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    // SAFETY: a successful wait4 has filled it.
    let usage = unsafe { usage.assume_init() };
    let time = |time: libc::timeval| Duration::new(time.tv_sec as u64, time.tv_usec as u32 * 1000);
    // Linux counts in units of 1024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1 } else { 1024 };
    Ok(Ended {
        status: ExitStatus::from_raw(status),
        errors: String::from_utf8_lossy(&errors).into_owned(),
        cpu: time(usage.ru_utime) + time(usage.ru_stime),
        peak: usage.ru_maxrss as u64 * unit,
    })
}

#[cfg(target_os = "linux")]
type Resource = libc::__rlimit_resource_t;
#[cfg(not(target_os = "linux"))]
type Resource = libc::c_int;

fn limit(resource: Resource, value: u64) -> io::Result<()> {
    let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
    // SAFETY: the structure is valid for reading.
    match unsafe { libc::setrlimit(resource, &limit) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { seconds: 1, bytes: 1 << 32 };

    fn shell(script: &str) -> Ended {
        run(Command::new("/bin/sh").args(["-c", script]), LIMITS).unwrap()
    }

    #[test]
    fn an_end_is_told() {
        let ended = shell("echo no good >&2; exit 3");
        assert_eq!((ended.status.code(), &*ended.errors), (Some(3), "no good\n"));
        assert!(!ended.was_out_of_time() && !ended.was_out_of_memory());
        assert!(ended.peak > 100_000, "{ended:?}");
    }

    #[test]
    fn too_much_time_is_told() {
        let ended = shell("while :; do :; done");
        assert!(ended.was_out_of_time(), "{ended:?}");
        // The kernel counts the limit in ticks and the usage exactly, so the two may differ by any amount.
        assert!(ended.cpu > Duration::ZERO, "{ended:?}");
    }
}
