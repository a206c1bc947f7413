//! The texts, and what is found about them.

use xls_aot_ir::{Diagnostic, LineIndex, Span};

use super::{Spot, TypeNames};
use crate::fault::Finding;
use crate::table::Position;

/// Collects findings, text by text.
pub(super) struct Findings<'a> {
    texts: Vec<Text<'a>>,
}

struct Text<'a> {
    name: &'a str,
    bytes: &'a [u8],
    lines: LineIndex<'a>,
    found: Vec<Diagnostic>,
}

/// What messages call the argument of `--type-name`.
const SHORT_FORM: &str = "--type-name";

/// Most findings of one text: the rest would not be read.
const MOST: usize = 50;

impl<'a> Findings<'a> {
    pub fn new(names: &TypeNames<'a>) -> Self {
        let text = |name, bytes: &'a [u8]| Text { name, bytes, lines: LineIndex::new(bytes), found: Vec::new() };
        let file = names.file.map_or_else(|| text("", &[]), |file| text(file.name, file.text));
        let short = names.short.iter().map(|short| text(SHORT_FORM, short.as_bytes()));
        Findings { texts: std::iter::once(file).chain(short).collect() }
    }

    /// Notes that a text is not what it must be.
    pub fn invalid(&mut self, spot: Spot, code: &'static str, message: impl Into<String>) {
        self.add(spot.source, Diagnostic::invalid(code, spot.span, message));
    }

    /// As [`Findings::invalid`], with a line on how to go on.
    pub fn invalid_with_note(
        &mut self,
        spot: Spot,
        code: &'static str,
        message: impl Into<String>,
        note: impl Into<String>,
    ) {
        self.add(spot.source, Diagnostic::invalid(code, spot.span, message).note(note));
    }

    pub fn add(&mut self, source: usize, finding: Diagnostic) {
        let found = &mut self.texts[source].found;
        if found.len() < MOST {
            found.push(finding);
        }
    }

    /// The findings about the first text that has any.
    pub fn check(&mut self) -> Result<(), Finding> {
        for text in &mut self.texts {
            if !text.found.is_empty() {
                let found = std::mem::take(&mut text.found);
                return Err(Finding::Placed(text.lines.diagnostics(text.name, found)));
            }
        }
        Ok(())
    }

    /// The place for a description: file name without a folder, line and column. A short form has none.
    pub fn position(&self, spot: Spot) -> Option<Position> {
        let text = &self.texts[spot.source];
        let file = text.name.rsplit(['/', '\\']).next().unwrap_or(text.name);
        let place = text.lines.position(spot.span);
        (spot.source == 0).then(|| Position { file: file.to_owned(), line: place.line, column: place.column })
    }

    pub fn bytes(&self, source: usize) -> &'a [u8] {
        self.texts[source].bytes
    }
}

/// The place of `part`, a slice of `text`.
pub(super) fn span_of(text: &str, part: &str) -> Span {
    let start = part.as_ptr().addr().saturating_sub(text.as_ptr().addr()).min(text.len());
    Span { start: start as u32, end: (start + part.len()).min(text.len()) as u32 }
}
