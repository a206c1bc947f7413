//! Failed assertions, as callers see them.
//!
//! Compiled code reports a failed assertion by its index in the crate's table of sites. Everything else about the
//! assertion is static data of the generated crate. Only a damaged object can report an index outside the table; such an
//! index is kept as text.

use crate::site::{EventSite, Position};
use alloc::boxed::Box;
use core::fmt;

/// A failed assertion.
///
/// Its text is like a compiler's message:
/// `src/fifo.x:12:5: assertion failed in __fifo__push: queue is full (label "not_full")`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct AssertionFailure {
    origin: Origin,
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) enum Origin {
    Site(&'static EventSite, &'static str),
    /// What compiled code passed instead of an assertion's index; `None` if there was no memory to store it.
    Unknown(Option<Box<str>>),
}

impl AssertionFailure {
    pub(crate) const fn new(origin: Origin) -> Self {
        Self { origin }
    }

    /// The assertion's message; for a damaged object, what it passed instead of an assertion's index.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.origin {
            Origin::Site(_, message) => message,
            Origin::Unknown(Some(text)) => text,
            Origin::Unknown(None) => "",
        }
    }

    /// The assertion's label, if the IR has one.
    #[must_use]
    pub fn label(&self) -> Option<&'static str> {
        self.site().and_then(|site| site.label)
    }

    /// The IR function that contains the assertion; empty for a damaged object.
    #[must_use]
    pub fn function(&self) -> &'static str {
        self.site().map_or("", |site| site.function)
    }

    /// The assertion's place in the source, if the IR has one.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        self.site().and_then(|site| site.position)
    }

    /// The entry in the crate's table; `None` for a damaged object.
    #[must_use]
    pub fn site(&self) -> Option<&'static EventSite> {
        match &self.origin {
            Origin::Site(site, _) => Some(site),
            Origin::Unknown(_) => None,
        }
    }
}

impl fmt::Display for AssertionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(site) = self.site() else {
            return write!(f, "assertion failed at an unknown site {:?}: the object is damaged", self.message());
        };
        if let Some(position) = site.position {
            write!(f, "{position}: ")?;
        }
        write!(f, "assertion failed in {}: {}", site.function, self.message())?;
        if let Some(label) = site.label {
            write!(f, " (label {label:?})")?;
        }
        Ok(())
    }
}

/// As `Display`: what a program prints whose `main` returns the failure, and the message of a failed `unwrap`.
impl fmt::Debug for AssertionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(feature = "std")]
impl std::error::Error for AssertionFailure {}
