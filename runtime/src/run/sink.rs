//! Collects assertion failures during a call.
//!
//! Invariant: recording the first failure allocates no memory, so a fallible call always returns its error. If there is no
//! memory to store a later failure, it is counted.

use super::context::die;
use crate::abi::{EventSink, InstanceContext};
use crate::assertion::{AssertionFailure, AssertionSite, Events, Origin};
use alloc::boxed::Box;
use alloc::string::String;
use core::ffi::{c_char, CStr};

/// The data behind an [`EventSink`] pointer: the head that compiled code reads is first.
#[repr(C)]
pub struct Sink<'a> {
    head: EventSink,
    sites: &'static [AssertionSite],
    /// The first failure.
    pub first: Option<AssertionFailure>,
    /// All failures, if the caller wants all of them; `first` then stays empty.
    all: Option<&'a mut Events>,
}

impl<'a> Sink<'a> {
    /// A sink that keeps the first failure.
    #[inline]
    pub const fn first_only(sites: &'static [AssertionSite]) -> Self {
        Self { head: EventSink::new(0), sites, first: None, all: None }
    }

    /// A sink that keeps every failure.
    #[inline]
    pub const fn all(sites: &'static [AssertionSite], events: &'a mut Events) -> Self {
        Self { head: EventSink::new(0), sites, first: None, all: Some(events) }
    }

    /// Records the failure that `failure` makes.
    fn record(&mut self, failure: impl FnOnce(&'static [AssertionSite]) -> AssertionFailure) {
        match &mut self.all {
            Some(events) => {
                if events.failures.try_reserve(1).is_ok() {
                    events.failures.push(failure(self.sites));
                } else {
                    events.lost += 1;
                }
            }
            None => {
                if self.first.is_none() {
                    self.first = Some(failure(self.sites));
                }
            }
        }
    }
}

/// The failure that compiled code names by `message`.
fn failure(sites: &'static [AssertionSite], message: &CStr) -> AssertionFailure {
    let site = message
        .to_str()
        .ok()
        .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
        .and_then(|text| text.parse::<usize>().ok())
        .and_then(|index| sites.get(index));
    AssertionFailure::new(match site {
        Some(site) => Origin::Site(site),
        None => Origin::Unknown(keep_text(message)),
    })
}

/// A copy of a text, in which U+FFFD replaces invalid UTF-8; `None` if there is no memory for it.
fn keep_text(text: &CStr) -> Option<Box<str>> {
    let mut copy = String::new();
    for chunk in text.to_bytes().utf8_chunks() {
        let replacement = if chunk.invalid().is_empty() { "" } else { "\u{fffd}" };
        for part in [chunk.valid(), replacement] {
            copy.try_reserve(part.len()).ok()?;
            copy.push_str(part);
        }
    }
    Some(copy.into_boxed_str())
}

/// [`crate::abi::RecordAssertion`]
pub unsafe extern "C" fn record_assertion(
    _context: *mut InstanceContext,
    message: *const c_char,
    events: *mut EventSink,
) {
    // SAFETY: the ABI demands a NUL-terminated message that lives during this call, and the pointer to the call's sink,
    // which nothing else uses while compiled code runs.
    let (sink, message) = unsafe { (&mut *events.cast::<Sink<'_>>(), CStr::from_ptr(message)) };
    sink.record(|sites| failure(sites, message));
}

/// [`crate::abi::RecordEvent`]
pub unsafe extern "C" fn record_event(
    _context: *mut InstanceContext,
    events: *mut EventSink,
    site: u32,
    _operands: *const u8,
) {
    // SAFETY: the ABI demands the pointer to the call's sink, which nothing else uses while compiled code runs.
    let sink = unsafe { &mut *events.cast::<Sink<'_>>() };
    sink.record(|sites| {
        AssertionFailure::new(match sites.get(site as usize) {
            Some(site) => Origin::Site(site),
            None => Origin::Unknown(None),
        })
    });
}

/// [`crate::abi::RecordAssertion`] for functions whose artefact states no assertions.
pub unsafe extern "C" fn refuse_assertion(
    _context: *mut InstanceContext,
    _message: *const c_char,
    _events: *mut EventSink,
) {
    die(&["compiled code recorded a failed assertion, but its artefact states none"]);
}

/// [`crate::abi::RecordEvent`] for functions whose artefact states no assertions.
pub unsafe extern "C" fn refuse_event(
    _context: *mut InstanceContext,
    _events: *mut EventSink,
    _site: u32,
    _operands: *const u8,
) {
    die(&["compiled code recorded an event, but its artefact states none"]);
}
