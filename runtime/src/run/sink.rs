//! Records events during a call.
//!
//! A sink is the ABI's head and behind it what the callbacks of its table need, so each kind of sink belongs to one table
//! (`context`):
//!
//! | sink | table | for |
//! |---|---|---|
//! | [`NONE`] | `SHARED_INFALLIBLE` | functions without assertions; wants nothing |
//! | [`FirstFailure`] | `SHARED_FIRST` | functions with assertions; keeps the first failure, wants nothing else |
//! | [`AllEvents`] | `SHARED_ALL` | `run_with_events`; wants everything |
//!
//! Invariants: recording the first failure allocates no memory, so a fallible call always returns its error. If there is no
//! memory to store a later event, it is counted. Recording never panics.

use super::context::die;
use crate::abi::{EventKind, EventSink, InstanceContext};
use crate::assertion::{AssertionFailure, Origin};
use crate::events::{EventOptions, Events, Trace};
use crate::operand::copy_tuple;
use crate::shape::tuple_layout;
use crate::site::{EventSite, SiteKind};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::ffi::{c_char, CStr};
use core::hint::black_box;

/// The sink of calls that want nothing. Nothing writes to it.
pub static NONE: EventSink = EventSink::new(0);

/// The sink of calls that keep the first failure.
#[repr(C)]
pub struct FirstFailure {
    head: EventSink,
    sites: &'static [EventSite],
    /// The first failure.
    pub failure: Option<AssertionFailure>,
}

impl FirstFailure {
    #[inline]
    pub const fn new(sites: &'static [EventSite]) -> Self {
        Self { head: EventSink::new(0), sites, failure: None }
    }
}

/// The sink of calls that keep every event.
#[repr(C)]
pub struct AllEvents {
    head: EventSink,
    options: EventOptions,
    pub events: Events,
}

impl AllEvents {
    #[inline]
    pub const fn new(sites: &'static [EventSite], options: EventOptions) -> Self {
        let wanted =
            EventKind::Assertion.bit() | EventKind::Trace.bit() | EventKind::Cover.bit() | EventKind::OutOfBounds.bit();
        Self { head: EventSink::new(wanted), options, events: Events::new(sites) }
    }

    /// Whether the limit leaves room for one more event.
    fn has_room(&self) -> bool {
        self.events.failures.len() + self.events.traces.len() < self.options.max_stored
    }

    fn fail(&mut self, failure: impl FnOnce() -> AssertionFailure) {
        if self.has_room() && self.events.failures.try_reserve(1).is_ok() {
            self.events.failures.push(failure());
        } else {
            self.events.lost += 1;
        }
    }

    fn trace(&mut self, trace: impl FnOnce() -> Option<Trace>) {
        if self.has_room() && self.events.traces.try_reserve(1).is_ok() {
            if let Some(trace) = trace() {
                self.events.traces.push(trace);
                return;
            }
        }
        self.events.lost += 1;
    }

    fn count(&mut self, site: usize) {
        let counts = &mut self.events.counts;
        if counts.is_empty() {
            if counts.try_reserve_exact(self.events.sites.len()).is_err() {
                self.events.lost += 1;
                return;
            }
            counts.resize(self.events.sites.len(), 0);
        }
        counts[site] = counts[site].saturating_add(1);
    }
}

/// The failure at a site of the table; what compiled code passed instead, if there is no such assertion.
fn failure(sites: &'static [EventSite], passed: Passed<'_>) -> AssertionFailure {
    let index = match passed {
        Passed::Number(site) => Some(site as usize),
        Passed::Text(text) => {
            let digits = text.to_str().ok().filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            digits.and_then(|digits| digits.parse().ok())
        }
    };
    AssertionFailure::new(match index.and_then(|index| sites.get(index)) {
        Some(site @ EventSite { kind: SiteKind::Assertion { message }, .. }) => Origin::Site(site, message),
        Some(EventSite { kind: SiteKind::Trace { .. } | SiteKind::Cover | SiteKind::OutOfBounds, .. }) | None => {
            Origin::Unknown(match passed {
                Passed::Number(site) => keep_number(site),
                Passed::Text(text) => keep_text(text.to_bytes()),
            })
        }
    })
}

/// What compiled code passes to name a failed assertion.
#[derive(Clone, Copy)]
enum Passed<'a> {
    /// The index of its site.
    Number(u32),
    /// The index in decimal.
    Text(&'a CStr),
}

/// A copy of a text, in which U+FFFD replaces invalid UTF-8; `None` if there is no memory for it.
#[cold]
fn keep_text(text: &[u8]) -> Option<Box<str>> {
    let mut copy = String::new();
    for chunk in text.utf8_chunks() {
        let replacement = if chunk.invalid().is_empty() { "" } else { "\u{fffd}" };
        for part in [chunk.valid(), replacement] {
            copy.try_reserve(part.len()).ok()?;
            copy.push_str(part);
        }
    }
    Some(copy.into_boxed_str())
}

/// The digits of a number; `None` if there is no memory for them.
#[cold]
fn keep_number(mut number: u32) -> Option<Box<str>> {
    let mut digits = [0; 10];
    let mut first = digits.len();
    loop {
        // The loop stays one: unrolled, it would be larger than everything else that the first failure needs.
        first = black_box(first - 1);
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 {
            return keep_text(&digits[first..]);
        }
    }
}

/// The trace of a site; `None` if there is no memory for its operands.
///
/// # Safety
///
/// `operands` points to a tuple of the site's operands, unless its size is 0.
unsafe fn trace(site: &'static EventSite, operands: *const u8) -> Option<Trace> {
    let SiteKind::Trace { verbosity, pieces, operands: shapes } = site.kind else { return None };
    let size = tuple_layout(shapes).0 as usize;
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(size).ok()?;
    bytes.resize(size, 0);
    if size > 0 {
        if operands.is_null() {
            die(&["compiled code recorded a trace without its operands: the object is damaged"]);
        }
        // SAFETY: the caller vouches for the operands.
        unsafe { copy_tuple(shapes, operands, &mut bytes) };
    }
    Some(Trace { site, verbosity, pieces, shapes, bytes: bytes.into_boxed_slice() })
}

/// [`crate::abi::RecordAssertion`] for a [`FirstFailure`].
pub unsafe extern "C" fn record_first_assertion(
    _context: *mut InstanceContext,
    message: *const c_char,
    events: *mut EventSink,
) {
    // SAFETY: the ABI demands a NUL-terminated message that lives during this call, and the pointer to the call's sink,
    // which nothing else uses while compiled code runs. This function is only in the tables of `FirstFailure`s.
    let (sink, message) = unsafe { (&mut *events.cast::<FirstFailure>(), CStr::from_ptr(message)) };
    if sink.failure.is_none() {
        sink.failure = Some(failure(sink.sites, Passed::Text(message)));
    }
}

/// [`crate::abi::RecordEvent`] for a [`FirstFailure`]. Ignores events that its head does not want.
pub unsafe extern "C" fn record_first_event(
    _context: *mut InstanceContext,
    events: *mut EventSink,
    site: u32,
    _operands: *const u8,
) {
    // SAFETY: as above.
    let sink = unsafe { &mut *events.cast::<FirstFailure>() };
    let unwanted = matches!(
        sink.sites.get(site as usize),
        Some(EventSite { kind: SiteKind::Trace { .. } | SiteKind::Cover | SiteKind::OutOfBounds, .. })
    );
    if sink.failure.is_none() && !unwanted {
        sink.failure = Some(failure(sink.sites, Passed::Number(site)));
    }
}

/// [`crate::abi::RecordAssertion`] for an [`AllEvents`].
pub unsafe extern "C" fn record_assertion(
    _context: *mut InstanceContext,
    message: *const c_char,
    events: *mut EventSink,
) {
    // SAFETY: as above; this function is only in the tables of `AllEvents`.
    let (sink, message) = unsafe { (&mut *events.cast::<AllEvents>(), CStr::from_ptr(message)) };
    let sites = sink.events.sites;
    sink.fail(|| failure(sites, Passed::Text(message)));
}

/// [`crate::abi::RecordEvent`] for an [`AllEvents`].
pub unsafe extern "C" fn record_event(
    _context: *mut InstanceContext,
    events: *mut EventSink,
    site: u32,
    operands: *const u8,
) {
    // SAFETY: as above.
    let sink = unsafe { &mut *events.cast::<AllEvents>() };
    let sites = sink.events.sites;
    match sites.get(site as usize) {
        Some(at @ EventSite { kind: SiteKind::Trace { verbosity, .. }, .. }) => {
            if *verbosity <= sink.options.max_verbosity {
                // SAFETY: the ABI demands the site's operands.
                sink.trace(|| unsafe { trace(at, operands) });
            }
        }
        Some(EventSite { kind: SiteKind::Cover | SiteKind::OutOfBounds, .. }) => sink.count(site as usize),
        Some(EventSite { kind: SiteKind::Assertion { .. }, .. }) | None => {
            sink.fail(|| failure(sites, Passed::Number(site)))
        }
    }
}

/// [`crate::abi::RecordAssertion`] for functions whose artefact states no assertions.
pub unsafe extern "C" fn refuse_assertion(
    _context: *mut InstanceContext,
    _message: *const c_char,
    _events: *mut EventSink,
) {
    die(&["compiled code recorded a failed assertion, but its artefact states none"]);
}

/// [`crate::abi::RecordEvent`] for calls of functions whose artefact states no assertions, and that want nothing else.
pub unsafe extern "C" fn refuse_event(
    _context: *mut InstanceContext,
    _events: *mut EventSink,
    _site: u32,
    _operands: *const u8,
) {
    die(&["compiled code recorded an event that its artefact does not state, or that its caller does not want"]);
}
