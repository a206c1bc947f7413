//! CPU time of the calling thread: what other programs do with the machine does not count.

use std::time::Duration;

#[repr(C)]
struct Timespec {
    seconds: i64,
    nanoseconds: i64,
}

extern "C" {
    fn clock_gettime(clock: i32, time: *mut Timespec) -> i32;
}

#[cfg(target_os = "linux")]
const THREAD_CPU_TIME: i32 = 3;
#[cfg(target_os = "macos")]
const THREAD_CPU_TIME: i32 = 16;

/// CPU time that this thread has used.
pub(crate) fn thread_cpu_time() -> Duration {
    let mut time = Timespec { seconds: 0, nanoseconds: 0 };
    // SAFETY: the structure is that of 64-bit Linux and macOS, and valid for writing.
    let status = unsafe { clock_gettime(THREAD_CPU_TIME, &mut time) };
    assert_eq!(status, 0, "the platform has a clock of the thread's CPU time");
    Duration::new(time.seconds as u64, time.nanoseconds as u32)
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
