//! The texts of a run. Every byte of every text has one offset in a common numbering ([`SourceMap`]), so a [`Span`] of two
//! offsets names a file as well as a place in it.

mod map;
mod report;

pub use map::{FileId, SourceMap, TooMuchText};
pub use report::{Report, MAX_FINDINGS};
pub use xls_aot_ir::{Diagnostic, Span};
