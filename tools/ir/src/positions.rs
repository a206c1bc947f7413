//! The source positions of a node.

use std::ops::Deref;
use std::sync::Arc;

/// A source position as the IR text records it in `pos=[(file, line, column)]` (each number as written there).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourcePos {
    /// Key into [`Package::files`](crate::Package::files); a file number need not be declared.
    pub file: u32,
    /// Line as XLS counts it: from zero.
    pub line: u32,
    /// Column as XLS counts it: from zero.
    pub column: u32,
}

/// Source positions of a node. It behaves like a slice of them. Copies share them; a node without positions has nothing
/// to share.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Positions(Option<Arc<Vec<SourcePos>>>);

impl Deref for Positions {
    type Target = [SourcePos];

    #[inline]
    fn deref(&self) -> &[SourcePos] {
        self.0.as_ref().map_or(&[], |positions| positions)
    }
}

impl From<&[SourcePos]> for Positions {
    #[inline]
    fn from(positions: &[SourcePos]) -> Self {
        Self((!positions.is_empty()).then(|| Arc::new(positions.to_vec())))
    }
}
