//! Failed assertions, as callers see them.
//!
//! Compiled code reports a failed assertion by its index in the artefact's table of sites. Everything else about the
//! assertion is static data of the generated crate. Only a damaged object can report an index outside the table; such an
//! index is kept as text.

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// A place in the source that the IR was made from, counted as editors show it: the first character of a file is line 1,
/// column 1. (IR text counts from 0; the generator converts.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Path of the file, as the IR has it.
    pub file: &'static str,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

/// An `assert` of the IR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AssertionSite {
    /// The message.
    pub message: &'static str,
    /// The label, if the IR has one.
    pub label: Option<&'static str>,
    /// The IR function that contains it.
    pub function: &'static str,
    /// Its place in the source, if the IR has one.
    pub position: Option<Position>,
}

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
    Site(&'static AssertionSite),
    /// The text that compiled code passed instead of an index; `None` if there was no memory to store it.
    Unknown(Option<Box<str>>),
}

impl AssertionFailure {
    pub(crate) const fn new(origin: Origin) -> Self {
        Self { origin }
    }

    /// The assertion's message; for a damaged object, the text that it passed instead of an index.
    #[must_use]
    pub fn message(&self) -> &str {
        match &self.origin {
            Origin::Site(site) => site.message,
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

    /// The entry in the artefact's table; `None` for a damaged object.
    #[must_use]
    pub fn site(&self) -> Option<&'static AssertionSite> {
        match &self.origin {
            Origin::Site(site) => Some(site),
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
        write!(f, "assertion failed in {}: {}", site.function, site.message)?;
        if let Some(label) = site.label {
            write!(f, " (label {label:?})")?;
        }
        Ok(())
    }
}

impl fmt::Debug for AssertionFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AssertionFailure")
            .field("message", &self.message())
            .field("label", &self.label())
            .field("function", &self.function())
            .field("position", &self.position())
            .finish()
    }
}

#[cfg(feature = "std")]
impl std::error::Error for AssertionFailure {}

/// Everything that one call recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Events {
    pub(crate) failures: Vec<AssertionFailure>,
    pub(crate) lost: usize,
}

impl Events {
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

    /// Number of failures that are not in the list, because memory was exhausted when they occurred.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.lost
    }

    /// Whether no assertion failed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.failures.is_empty() && self.lost == 0
    }
}
