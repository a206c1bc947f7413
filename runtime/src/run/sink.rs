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

/// The data behind an [`EventSink`] pointer.
pub struct Sink<'a> {
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
        Self { sites, first: None, all: None }
    }

    /// A sink that keeps every failure.
    #[inline]
    pub const fn all(sites: &'static [AssertionSite], events: &'a mut Events) -> Self {
        Self { sites, first: None, all: Some(events) }
    }

    fn record(&mut self, message: &CStr) {
        match &mut self.all {
            Some(events) => {
                if events.failures.try_reserve(1).is_ok() {
                    events.failures.push(failure(self.sites, message));
                } else {
                    events.lost += 1;
                }
            }
            None => {
                if self.first.is_none() {
                    self.first = Some(failure(self.sites, message));
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
    unsafe { (*events.cast::<Sink<'_>>()).record(CStr::from_ptr(message)) }
}

/// [`crate::abi::RecordAssertion`] for functions whose artefact states no assertions.
pub unsafe extern "C" fn refuse_assertion(
    _context: *mut InstanceContext,
    _message: *const c_char,
    _events: *mut EventSink,
) {
    die(&["compiled code recorded a failed assertion, but its artefact states none"]);
}
