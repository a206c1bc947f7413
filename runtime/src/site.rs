//! Event sites: what a generated crate states about the assertions, traces and covers of its functions.
//!
//! Compiled code reports an event by the index of its site in the crate's table. Everything else is static data. All
//! functions of a crate share one table.

use crate::shape::Shape;
use crate::trace_format::Format;
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

/// An `assert`, `trace` or `cover` of the IR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventSite {
    /// What it is.
    pub kind: SiteKind,
    /// The label, if the IR has one.
    pub label: Option<&'static str>,
    /// The IR function that contains it.
    pub function: &'static str,
    /// Its place in the source, if the IR has one.
    pub position: Option<Position>,
}

/// The kinds of event sites, and what belongs to each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SiteKind {
    /// An `assert`.
    Assertion {
        /// The message.
        message: &'static str,
    },
    /// A `trace`.
    Trace {
        /// The verbosity; 0 unless the IR states another.
        verbosity: i64,
        /// The format string.
        pieces: &'static [Piece],
        /// The types of the operands: one for each [`Piece::Value`], in order.
        operands: &'static [Shape],
    },
    /// A `cover`.
    Cover,
    /// An access to an array that the IR assumes to be in bounds; the label is the name of its node in the IR.
    OutOfBounds,
}

/// A part of a format string.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Piece {
    /// Text as it is printed.
    Text(&'static str),
    /// The next operand, in this format.
    Value(Format),
}

/// Whether each trace has as many operands as its format string has values.
pub(crate) const fn is_consistent(sites: &[EventSite]) -> bool {
    let mut site = 0;
    while site < sites.len() {
        if let SiteKind::Trace { pieces, operands, .. } = sites[site].kind {
            let (mut piece, mut values) = (0, 0);
            while piece < pieces.len() {
                if let Piece::Value(_) = pieces[piece] {
                    values += 1;
                }
                piece += 1;
            }
            if values != operands.len() {
                return false;
            }
        }
        site += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_has_an_operand() {
        const fn trace(pieces: &'static [Piece], operands: &'static [Shape]) -> EventSite {
            let kind = SiteKind::Trace { verbosity: 0, pieces, operands };
            EventSite { kind, label: None, function: "f", position: None }
        }
        const HEX: Piece = Piece::Value(Format::Hex);
        const BIT: Shape = Shape::Bits(1);
        const COVER: EventSite = EventSite { kind: SiteKind::Cover, ..trace(&[], &[]) };
        assert!(is_consistent(&[]));
        assert!(is_consistent(&[COVER, trace(&[], &[]), trace(&[HEX, Piece::Text("{}"), HEX], &[BIT, BIT])]));
        assert!(!is_consistent(&[trace(&[HEX], &[BIT]), trace(&[HEX], &[])]));
        assert!(!is_consistent(&[COVER, trace(&[Piece::Text("{}")], &[BIT])]));
    }
}
