//! Threads whose stacks are large enough for compiled code and for the evaluator.

use std::num::NonZeroUsize;

use crate::error::ExecuteError;

/// Stack of a thread.
const STACK_SIZE: usize = 64 << 20;

/// Runs `work` in so many threads, and waits for all of them.
///
/// # Errors
/// The error of the first thread that failed. Also if a thread cannot be started, or panics.
pub fn in_threads(
    jobs: NonZeroUsize,
    work: &(dyn Fn() -> Result<(), ExecuteError> + Sync),
) -> Result<(), ExecuteError> {
    std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, work);
        let threads = (0..jobs.get()).map(spawn).collect::<Result<Vec<_>, _>>().map_err(not_started)?;
        threads.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| Err(panicked())))
    })
}

/// Runs `work` in a thread of its own, and returns its result.
///
/// # Errors
/// The error that `work` returns. Also if the thread cannot be started, or panics.
pub fn in_thread<T: Send>(work: impl FnOnce() -> Result<T, ExecuteError> + Send) -> Result<T, ExecuteError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK_SIZE).spawn_scoped(scope, work);
        thread.map_err(not_started)?.join().unwrap_or_else(|_| Err(panicked()))
    })
}

fn not_started(error: std::io::Error) -> ExecuteError {
    ExecuteError::System { what: "cannot start a thread".into(), error }
}

fn panicked() -> ExecuteError {
    ExecuteError::Internal { what: "a thread ended abnormally".into() }
}
