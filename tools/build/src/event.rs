//! The kinds of events that a user may ask for.

use xls_aot_runtime::abi::EventKind;

/// A kind of event that compiled code reports only if it is asked to. Failed assertions are always reported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// Texts with values of operands: `trace_fmt!` in DSLX.
    Trace,
    /// Counts of how often a condition held: `cover!` in DSLX.
    Cover,
}

impl From<Event> for EventKind {
    fn from(event: Event) -> Self {
        match event {
            Event::Trace => EventKind::Trace,
            Event::Cover => EventKind::Cover,
        }
    }
}
