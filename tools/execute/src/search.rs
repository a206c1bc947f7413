//! Looks for an input on which a function fails, at the speed of the compiled code: one child process makes all calls.

use std::ffi::c_char;
use std::io::{self, Write as _};
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU64, Ordering};

use xls_aot_runtime::abi::{EventKind, EventSink, InstanceContext};

use crate::call::{block_of, context_with, Callable};
use crate::child;
use crate::error::ExecuteError;
use crate::memory::Block;

/// What became of a search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Search {
    /// No input fails.
    NotFound,
    /// On this input, the result is not the wanted one, or an assertion fails.
    Failed(u64),
    /// On this input, the process ended.
    Ended {
        /// The input.
        number: u64,
        /// How it ended.
        how: String,
        /// Whether the time was over. Then the input may be one like all others.
        too_long: bool,
    },
}

/// Calls `callable` with the inputs of these numbers, until one fails. `fill` writes input `number` to the memory of the
/// arguments, all of it that is not padding; a call goes well if no assertion fails and `is_wanted` is true of the result's
/// memory. `seconds` is how long all calls together may take.
///
/// # Errors
/// If the system refuses memory or a process, or the function's types have no layout.
pub fn search(
    callable: &Callable,
    numbers: Range<u64>,
    seconds: u32,
    fill: &mut dyn FnMut(u64, &mut [&mut [u8]]),
    is_wanted: fn(&[u8]) -> bool,
) -> Result<Search, ExecuteError> {
    let internal = |what| ExecuteError::Internal { what };
    let mut inputs = callable.params().iter().map(block_of).collect::<Result<Vec<_>, _>>().map_err(internal)?;
    let output = block_of(callable.result()).map_err(internal)?;
    let progress = Progress::new()?;
    let mut caller = Caller { callable, temp: callable.new_temp(), output, pointers: Vec::with_capacity(inputs.len()) };
    let (report, ended) = child::run(|pipe| {
        child::expect_progress_within(seconds);
        let mut views: Vec<&mut [u8]> = inputs.iter_mut().map(Block::data_mut).collect();
        for number in numbers {
            progress.at(number);
            fill(number, &mut views);
            if !caller.goes_well(&views, is_wanted) {
                // If nobody reads, nobody is told.
                let _ = pipe.write_all(&[FAILED]);
                return;
            }
        }
        let _ = pipe.write_all(&[NOT_FOUND]);
    })?;
    let number = progress.get();
    Ok(match report.as_slice() {
        [NOT_FOUND] => Search::NotFound,
        [FAILED] => Search::Failed(number),
        _ => Search::Ended { number, how: ended.to_string(), too_long: ended == child::Ended::Killed(libc::SIGALRM) },
    })
}

const NOT_FOUND: u8 = 0;
const FAILED: u8 = 1;

/// What calls need besides their arguments.
struct Caller<'a> {
    callable: &'a Callable,
    temp: Block,
    output: Block,
    /// Room for the addresses of the arguments.
    pointers: Vec<*const u8>,
}

/// The events of a call: the ABI's head first.
#[repr(C)]
struct Sink {
    head: EventSink,
    failed: bool,
}

unsafe extern "C" fn assertion_failed(_: *mut InstanceContext, _: *const c_char, events: *mut EventSink) {
    // SAFETY: compiled code hands on the pointer that `goes_well` gave it, which is one to a `Sink`.
    unsafe { (*events.cast::<Sink>()).failed = true };
}

unsafe extern "C" fn event(_: *mut InstanceContext, events: *mut EventSink, _: u32, _: *const u8) {
    // SAFETY: as above. Only assertions are reported, because the sink wants nothing else.
    unsafe { (*events.cast::<Sink>()).failed = true };
}

impl Caller<'_> {
    fn goes_well(&mut self, inputs: &[&mut [u8]], is_wanted: fn(&[u8]) -> bool) -> bool {
        self.pointers.clear();
        self.pointers.extend(inputs.iter().map(|input| input.as_ptr()));
        let mut sink = Sink { head: EventSink::new(EventKind::Assertion.bit()), failed: false };
        let mut context = context_with(assertion_failed, event);
        // What an earlier call has written shall not count.
        self.output.refill();
        let outputs = [self.output.data_mut().as_mut_ptr()];
        // SAFETY: inputs, output and scratch are memory of the sizes and alignments of the signature and of the
        // description, sink and context are what the ABI asks for, and all live through the call.
        unsafe {
            self.callable.call(
                self.pointers.as_ptr(),
                outputs.as_ptr(),
                self.temp.data_mut().as_mut_ptr(),
                (&raw mut sink).cast(),
                &mut context,
            )
        };
        !sink.failed && is_wanted(self.output.data())
    }
}

/// A number that a child process writes and its parent reads, also if the child has crashed.
struct Progress(NonNull<AtomicU64>);

impl Progress {
    fn new() -> Result<Self, ExecuteError> {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_SHARED | libc::MAP_ANONYMOUS);
        // SAFETY: asks for new memory; the result is checked.
        let memory = unsafe { libc::mmap(std::ptr::null_mut(), size_of::<u64>(), access, kind, -1, 0) };
        match NonNull::new(memory.cast::<AtomicU64>()) {
            Some(memory) if memory.as_ptr().cast() != libc::MAP_FAILED => Ok(Progress(memory)),
            _ => {
                let error = io::Error::last_os_error();
                Err(ExecuteError::System { what: "cannot get memory to share with a process".to_owned(), error })
            }
        }
    }

    fn at(&self, number: u64) {
        // SAFETY: the memory is mapped as long as this lives, aligned to a page, zero at first, and used as an atomic only.
        unsafe { self.0.as_ref() }.store(number, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        // SAFETY: as above.
        unsafe { self.0.as_ref() }.load(Ordering::Relaxed)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        // SAFETY: the memory came from mmap with this size and is given back once.
        unsafe { libc::munmap(self.0.as_ptr().cast(), size_of::<u64>()) };
    }
}
