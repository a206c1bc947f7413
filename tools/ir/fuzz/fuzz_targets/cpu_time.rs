//! A bound on the processor time of one input. libFuzzer's own `-timeout` is in real time, which says little about the
//! input on a machine with other work; it remains for inputs that never end.

use std::time::Duration;

/// Far more than an input of libFuzzer's size may need, in a build with checks and instrumentation.
const LONGEST: Duration = Duration::from_secs(1);

/// Runs `work`; panics if it took more than a second.
pub fn bounded(work: impl FnOnce()) {
    let start = now();
    work();
    let took = now() - start;
    assert!(took <= LONGEST, "{took:?} of processor time");
}

/// Processor time of the process: work may have threads of its own.
fn now() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec of ours that the call writes.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "there is a clock of processor time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
