//! Byte offsets to lines and columns.

use crate::{Diagnostic, Diagnostics, Located, Span};

/// Where the lines of a text begin. Lines end with `\n`; a `\r` before it belongs to the line end.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    text: &'a [u8],
    starts: Vec<u32>,
}

/// A place in a text: line and column in characters, both from 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LineColumn {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl<'a> LineIndex<'a> {
    /// Indexes `text`, the bytes that were given to the parser.
    pub fn new(text: &'a [u8]) -> Self {
        let mut starts = vec![0];
        starts.extend(text.iter().enumerate().filter(|(_, &b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        Self { text, starts }
    }

    /// Line and column of the first character of `span`.
    pub fn position(&self, span: Span) -> LineColumn {
        let offset = span.start.min(self.text.len() as u32);
        let line = self.starts.partition_point(|&start| start <= offset) - 1;
        let before = &self.text[self.starts[line] as usize..offset as usize];
        LineColumn { line: line as u32 + 1, column: characters(before) + 1 }
    }

    /// The finding with its place spelled out.
    pub fn locate(&self, diagnostic: Diagnostic) -> Located {
        let LineColumn { line, column } = self.position(diagnostic.span);
        Located { line_text: self.line_text(line, column), diagnostic, line, column }
    }

    /// The findings about `file` (its name as the user gave it), in the order of their places.
    pub fn diagnostics(&self, file: &str, mut findings: Vec<Diagnostic>) -> Diagnostics {
        findings.sort_by_key(|finding| finding.span);
        Diagnostics { file: file.to_string(), findings: findings.into_iter().map(|f| self.locate(f)).collect() }
    }

    /// The text of a line; of a very long one only the part around `column`. Control characters become `U+FFFD`.
    fn line_text(&self, line: u32, column: u32) -> String {
        const LONGEST: u32 = 160;
        const BEFORE: u32 = 60;
        let index = line as usize - 1;
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |&next| next as usize - 1);
        // A character is at most four bytes, so this much is enough, and a line of a gigabyte costs nothing.
        let first = column.saturating_sub(BEFORE + 1);
        let bytes = &self.text[start..end];
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min((column + LONGEST) as usize * 4)]);
        let mut shown: String = text
            .chars()
            .skip(first as usize)
            .take(LONGEST as usize)
            .map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
            .collect();
        if first > 0 {
            shown.insert_str(0, "...");
        }
        if (first + LONGEST) < characters(bytes) {
            shown.push_str("...");
        }
        shown.trim().to_string()
    }
}

/// Number of characters, counting every byte that is not a UTF-8 continuation.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, start: u32) -> (u32, u32) {
        let place = LineIndex::new(text.as_bytes()).position(Span { start, end: start });
        (place.line, place.column)
    }

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("é x", 3), (1, 3));
        assert_eq!(at("a\n", 2), (2, 1));
        assert_eq!(at("a", 99), (1, 2));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let finding = Diagnostic::invalid("E0000", Span { start: 5000, end: 5001 }, "m");
        let located = LineIndex::new(text.as_bytes()).locate(finding);
        assert_eq!(located.line_text, format!("...{}X{}...", "a".repeat(60), "b".repeat(99)));
        assert_eq!(located.column, 5001);
    }
}
