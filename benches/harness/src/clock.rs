//! CPU time of the calling thread, which does not include the time of other programs.

use std::time::Duration;

/// CPU time that this thread has used.
pub(crate) fn thread_cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the structure is valid for writing.
    let status = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &mut time) };
    assert_eq!(status, 0, "the platform has a clock of the thread's CPU time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_counts_and_sleep_does_not() {
        let start = thread_cpu_time();
        std::thread::sleep(Duration::from_millis(50));
        let asleep = thread_cpu_time() - start;
        assert!(asleep < Duration::from_millis(25), "{asleep:?}");
        let start = thread_cpu_time();
        while thread_cpu_time() - start < Duration::from_millis(5) {
            std::hint::black_box((0..1000u32).fold(0, u32::wrapping_add));
        }
    }
}
