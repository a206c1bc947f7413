//! How the process gets memory from the system.

/// Makes the allocator keep memory that is freed, instead of returning it to the system.
///
/// A compilation frees large tables and soon needs as much memory again, and the system clears each page that it gives. For
/// a million nodes this took a third of the time. Only the first heap can be kept, so all threads share it, and
/// this is not for commands with several threads that work. To be called before a thread is started. Other allocators than
/// that of the GNU C library are left as they are.
pub(crate) fn keep_freed_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (setting, value) in [(libc::M_ARENA_MAX, 1), (libc::M_MMAP_MAX, 0), (libc::M_TRIM_THRESHOLD, libc::c_int::MAX)]
    {
        // SAFETY: mallopt takes any numbers and changes nothing but settings of the allocator.
        unsafe { libc::mallopt(setting, value) };
    }
}
