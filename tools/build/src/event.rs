//! The kinds of events that a user may ask for.

use xls_aot_runtime::abi::EventKind;

/// A kind of event that compiled code reports only if it is asked to. Failed assertions are always reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Texts with values of operands: `trace_fmt!` in DSLX.
    Trace,
    /// Counts of how often a condition held: `cover!` in DSLX.
    Cover,
    /// Counts of how often an array was accessed out of bounds although the IR assumes that it is not (`assumed_in_bounds`).
    OutOfBounds,
}

impl From<Event> for EventKind {
    fn from(event: Event) -> Self {
        match event {
            Event::Trace => EventKind::Trace,
            Event::Cover => EventKind::Cover,
            Event::OutOfBounds => EventKind::OutOfBounds,
        }
    }
}
