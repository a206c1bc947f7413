//! The callback tables that compiled code gets.
//!
//! Invariant: no callback unwinds into compiled code. The callbacks are `extern "C"`, so a panic in one ends the process.
//! None of them panics because memory is exhausted.

use super::{heap, sink};
use crate::abi::InstanceContext;

/// Ends the process with a message, because compiled code, which called the caller, cannot handle an error.
///
/// With the feature `std`: one line on standard error, then an abort. Without it: a panic with the message, for the
/// program's panic handler to report; every caller is an `extern "C"` function, which a panic cannot leave.
#[cold]
pub fn die(parts: &[&str]) -> ! {
    #[cfg(feature = "std")]
    {
        use std::io::Write;
        let mut stderr = std::io::stderr().lock();
        for part in ["xls_aot_runtime: fatal: "].iter().chain(parts).chain(&["\n"]) {
            // The process ends either way; there is nobody left to tell.
            let _ = stderr.write_all(part.as_bytes());
        }
        std::process::abort()
    }
    #[cfg(not(feature = "std"))]
    {
        /// Writes the parts without allocating, because memory may be exhausted.
        struct Joined<'a>(&'a [&'a str]);

        impl core::fmt::Display for Joined<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.iter().try_for_each(|part| f.write_str(part))
            }
        }

        panic!("xls_aot_runtime: fatal: {}", Joined(parts))
    }
}

/// The callbacks that compiled code may not call. Their names are one text: a table of texts would take relocations in every
/// program.
macro_rules! unsupported {
    ($($callback:ident)*) => {
        #[allow(non_camel_case_types)]
        #[derive(Clone, Copy)]
        enum Unsupported {
            $($callback,)*
        }

        const NAMES: &str = concat!($(stringify!($callback)),*);

        /// Where each name begins in `NAMES`, and the end.
        const STARTS: &[u8] = &starts(&[$(stringify!($callback).len()),*]);

        $(
            unsafe extern "C" fn $callback() -> ! {
                die_of(Unsupported::$callback)
            }
        )*
    };
}

const fn starts<const N: usize>(lengths: &[usize; N]) -> [u8; 10] {
    let mut starts = [0; 10];
    let mut i = 0;
    while i < N {
        starts[i + 1] = starts[i] + lengths[i] as u8;
        i += 1;
    }
    starts
}

#[cold]
fn die_of(callback: Unsupported) -> ! {
    let (start, end) = (STARTS[callback as usize], STARTS[callback as usize + 1]);
    let name = NAMES.get(usize::from(start)..usize::from(end)).unwrap_or_default();
    die(&["compiled code called `", name, "`, which this runtime does not support"])
}

unsupported! {
    string_step
    format_step
    record_trace
    create_trace_buffer
    queue_receive
    queue_send
    record_active_next_value
    record_node_result
    register_write
}

/// The context of functions without assertions, in calls that want no events. Nothing writes to it. A program with only such
/// calls does not contain the code that records events.
pub static SHARED_INFALLIBLE: InstanceContext = InstanceContext {
    string_step,
    format_step,
    record_trace,
    create_trace_buffer,
    record_assertion: sink::refuse_assertion,
    queue_receive,
    queue_send,
    record_active_next_value,
    record_node_result,
    allocate: heap::allocate_untracked,
    deallocate: heap::deallocate,
    register_write,
    record_event: sink::refuse_event,
};

/// The context of calls that keep the first failure, in a [`sink::FirstFailure`]. Nothing writes to it.
pub static SHARED_FIRST: InstanceContext = InstanceContext {
    record_assertion: sink::record_first_assertion,
    record_event: sink::record_first_event,
    ..SHARED_INFALLIBLE
};

/// The context of calls that keep every event, in a [`sink::AllEvents`]. Nothing writes to it.
pub static SHARED_ALL: InstanceContext =
    InstanceContext { record_assertion: sink::record_assertion, record_event: sink::record_event, ..SHARED_INFALLIBLE };

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_callbacks_are_found() {
        let name =
            |callback: Unsupported| &NAMES[STARTS[callback as usize].into()..STARTS[callback as usize + 1].into()];
        assert_eq!(name(Unsupported::string_step), "string_step");
        assert_eq!(name(Unsupported::record_active_next_value), "record_active_next_value");
        assert_eq!(name(Unsupported::register_write), "register_write");
        assert_eq!(usize::from(STARTS[STARTS.len() - 1]), NAMES.len());
    }
}
