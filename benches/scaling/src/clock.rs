//! CPU time of this process, which does not include the time of other programs.

use std::time::Duration;

/// CPU time that this process has used.
pub(crate) fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is valid for writing.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "the platform has a clock of the process's CPU time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
