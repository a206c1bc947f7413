//! What one call recorded: failed assertions, traces and covers.

use crate::assertion::AssertionFailure;
use crate::operand::{operands, Operand};
use crate::shape::Shape;
use crate::site::{EventSite, Piece, SiteKind};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// Which events `run_with_events` stores.
///
/// ```
/// use xls_aot_runtime::EventOptions;
/// let options = EventOptions::new().with_max_verbosity(1).with_max_stored(1000);
/// assert_eq!((options.max_verbosity, options.max_stored), (1, 1000));
/// assert_eq!(EventOptions::default().max_stored, usize::MAX);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct EventOptions {
    /// Traces of a higher verbosity are ignored. By default there is no limit.
    pub max_verbosity: i64,
    /// The number of failures and traces of one call that are stored, together; [`Events::lost`] counts the others. By
    /// default, memory is the limit.
    pub max_stored: usize,
}

impl EventOptions {
    /// The default: everything.
    #[must_use]
    pub const fn new() -> Self {
        Self { max_verbosity: i64::MAX, max_stored: usize::MAX }
    }

    /// These options with another highest verbosity.
    #[must_use]
    pub const fn with_max_verbosity(mut self, max_verbosity: i64) -> Self {
        self.max_verbosity = max_verbosity;
        self
    }

    /// These options with another limit of stored events.
    #[must_use]
    pub const fn with_max_stored(mut self, max_stored: usize) -> Self {
        self.max_stored = max_stored;
        self
    }
}

impl Default for EventOptions {
    fn default() -> Self {
        Self::new()
    }
}

/// Everything that one call recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    pub(crate) failures: Vec<AssertionFailure>,
    pub(crate) traces: Vec<Trace>,
    /// The table that `counts` refers to.
    pub(crate) sites: &'static [EventSite],
    /// How often the event of each site that is only counted happened, by its index; empty if none did.
    pub(crate) counts: Vec<u64>,
    pub(crate) lost: usize,
}

impl Events {
    /// No events, of functions with these sites.
    pub(crate) const fn new(sites: &'static [EventSite]) -> Self {
        Self { failures: Vec::new(), traces: Vec::new(), sites, counts: Vec::new(), lost: 0 }
    }

    /// The failed assertions, in the order in which compiled code recorded them.
    #[must_use]
    pub fn failures(&self) -> &[AssertionFailure] {
        &self.failures
    }

    /// The failed assertions, in the order in which compiled code recorded them.
    #[must_use]
    pub fn into_failures(self) -> Vec<AssertionFailure> {
        self.failures
    }

    /// The traces, in the order in which compiled code recorded them.
    #[must_use]
    pub fn traces(&self) -> &[Trace] {
        &self.traces
    }

    /// Every cover of the crate, in the order of the crate's table, with the number of times that the call reached it, which
    /// may be 0. All functions of a crate give the same list, so that counts can be added up.
    pub fn covers(&self) -> impl Iterator<Item = Cover> + '_ {
        self.counted(SiteKind::Cover).map(|(site, count)| Cover { site, count })
    }

    /// Every access of the crate that the IR assumes to be in bounds and that may not be, in the order of the crate's table, with the
    /// number of times that the call was out of bounds there, which should be 0. Such accesses are in the table if the crate was
    /// generated with the event `out_of_bounds`. Their results do not depend on it: XLS says what a value out of bounds is.
    pub fn out_of_bounds(&self) -> impl Iterator<Item = OutOfBounds> + '_ {
        self.counted(SiteKind::OutOfBounds).map(|(site, count)| OutOfBounds { site, count })
    }

    fn counted(&self, kind: SiteKind) -> impl Iterator<Item = (&'static EventSite, u64)> + '_ {
        let counted = self.sites.iter().enumerate().filter(move |(_, site)| site.kind == kind);
        counted.map(|(i, site)| (site, self.counts.get(i).copied().unwrap_or(0)))
    }

    /// Number of events that are not stored, because memory was exhausted when they occurred or because the limit
    /// [`EventOptions::max_stored`] was reached.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.lost
    }

    /// Whether nothing happened: no assertion failed, nothing was traced, covered or out of bounds.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.traces.is_empty() && self.counts.is_empty() && self.lost == 0
    }
}

/// A trace that a call recorded.
///
/// Its `Display` is the message, as libxls prints it. The message is made when it is displayed.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Trace {
    pub(crate) site: &'static EventSite,
    pub(crate) verbosity: i64,
    pub(crate) pieces: &'static [Piece],
    pub(crate) shapes: &'static [Shape],
    /// A tuple of the operands; padding and unused bits are zero.
    pub(crate) bytes: Box<[u8]>,
}

impl Trace {
    /// The entry in the crate's table of sites.
    #[must_use]
    pub const fn site(&self) -> &'static EventSite {
        self.site
    }

    /// The trace's verbosity.
    #[must_use]
    pub const fn verbosity(&self) -> i64 {
        self.verbosity
    }

    /// The values that were traced, in the order of the format string.
    pub fn operands(&self) -> impl Iterator<Item = Operand<'_>> + '_ {
        operands(self.shapes, &self.bytes)
    }
}

impl fmt::Display for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut operands = self.operands();
        for piece in self.pieces {
            match piece {
                Piece::Text(text) => f.write_str(text)?,
                // The table was checked at compile time: each value has an operand.
                Piece::Value(format) => match operands.next() {
                    Some(operand) => write!(f, "{}", operand.format(*format))?,
                    None => return Err(fmt::Error),
                },
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Trace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trace")
            .field("message", &format_args!("\"{self}\""))
            .field("verbosity", &self.verbosity)
            .field("function", &self.site.function)
            .field("position", &self.site.position)
            .finish()
    }
}

/// A cover point, and how often a call reached it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Cover {
    site: &'static EventSite,
    count: u64,
}

impl Cover {
    /// The entry in the crate's table of sites.
    #[must_use]
    pub const fn site(&self) -> &'static EventSite {
        self.site
    }

    /// The cover's label, if the IR has one.
    #[must_use]
    pub const fn label(&self) -> Option<&'static str> {
        self.site.label
    }

    /// How often the condition held.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }
}

/// An access to an array that the IR assumes to be in bounds, and how often it was not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OutOfBounds {
    site: &'static EventSite,
    count: u64,
}

impl OutOfBounds {
    /// The entry in the crate's table of sites: its label is the name of the access in the IR.
    #[must_use]
    pub const fn site(&self) -> &'static EventSite {
        self.site
    }

    /// How often an index was beyond the end.
    #[must_use]
    pub const fn count(&self) -> u64 {
        self.count
    }
}
