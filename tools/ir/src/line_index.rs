//! Converts byte offsets to lines and columns.

use crate::{Diagnostic, Diagnostics, Located, LocatedLabel, Span};

/// Where the lines of a text begin. Lines end with `\n`; a `\r` before it belongs to the line end. A byte order mark
/// at the beginning belongs to no line.
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
        let mut starts = vec![if text.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 }];
        starts.extend(text.iter().enumerate().filter(|(_, &b)| b == b'\n').map(|(i, _)| i as u32 + 1));
        Self { text, starts }
    }

    /// Line and column of the first character of `span`.
    pub fn position(&self, span: Span) -> LineColumn {
        let (offset, line) = self.line_of(span);
        let before = &self.text[self.starts[line] as usize..offset];
        LineColumn { line: line as u32 + 1, column: characters(before) + 1 }
    }

    /// The finding about `file` with its line and column; its labels are in the same text.
    pub fn locate(&self, file: &str, diagnostic: Diagnostic) -> Located {
        let LineColumn { line, column } = self.position(diagnostic.span);
        self.located(file, diagnostic, line, column)
    }

    fn located(&self, file: &str, diagnostic: Diagnostic, line: u32, column: u32) -> Located {
        let labels = diagnostic.labels.iter().map(|label| self.label(file, label.span, &label.text)).collect();
        Located { line_text: self.line_text(line, diagnostic.span), labels, diagnostic, line, column }
    }

    /// A label in this text, whose file is `file`, with its place spelled out.
    pub fn label(&self, file: &str, span: Span, text: &str) -> LocatedLabel {
        let LineColumn { line, column } = self.position(span);
        LocatedLabel {
            file: file.to_string(),
            line,
            column,
            line_text: self.line_text(line, span),
            text: text.to_string(),
        }
    }

    /// The findings about `file` (its name as the user gave it), in the order of their places.
    pub fn diagnostics(&self, file: &str, mut findings: Vec<Diagnostic>) -> Diagnostics {
        findings.sort_by_key(|finding| finding.span);
        let mut located: Vec<Located> = Vec::with_capacity(findings.len());
        let mut before = 0;
        for diagnostic in findings {
            let (offset, line) = self.line_of(diagnostic.span);
            // Columns are counted from the finding before, so that many findings on a long line do not take long.
            let column = match located.last() {
                Some(last) if last.line as usize == line + 1 => last.column + characters(&self.text[before..offset]),
                _ => characters(&self.text[self.starts[line] as usize..offset]) + 1,
            };
            before = offset;
            let line = line as u32 + 1;
            located.push(self.located(file, diagnostic, line, column));
        }
        Diagnostics { file: file.to_string(), findings: located }
    }

    /// Where a span begins, and the number of that line, from 0.
    fn line_of(&self, span: Span) -> (usize, usize) {
        let offset = (span.start as usize).min(self.text.len()).max(self.starts[0] as usize);
        (offset, self.starts.partition_point(|&start| start as usize <= offset) - 1)
    }

    /// The text of a line; of a very long one only the part around `span`. Control characters become `U+FFFD`.
    fn line_text(&self, line: u32, span: Span) -> String {
        const LONGEST: usize = 160;
        const BEFORE: usize = 60;
        let index = line as usize - 1;
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |&next| next as usize - 1);
        let line = &self.text[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let place = (span.start as usize).min(self.text.len()).saturating_sub(start).min(line.len());
        // Only text near the place is looked at, because a line may have gigabytes.
        let first = step_back(line, place, BEFORE);
        let last = step_on(line, first, LONGEST);
        let mut shown: String = String::from_utf8_lossy(&line[first..last])
            .chars()
            .map(|c| if c.is_control() && c != '\t' { char::REPLACEMENT_CHARACTER } else { c })
            .collect();
        if first > 0 {
            shown.insert_str(0, "...");
        }
        if last < line.len() {
            shown.push_str("...");
        }
        shown.trim().to_string()
    }
}

/// Whether a byte begins a character. In text that is not UTF-8, every byte that does not continue a character does.
fn begins(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// The offset `count` characters before `offset`. It is within the text, and not further away than so many of the longest
/// characters.
fn step_back(text: &[u8], offset: usize, count: usize) -> usize {
    let most = offset.saturating_sub(LONGEST_CHARACTER * count);
    let starts = text[most..offset].iter().enumerate().rev().filter(|(_, &byte)| begins(byte));
    starts.map(|(at, _)| most + at).nth(count - 1).unwrap_or(most)
}

/// The offset `count` characters after `offset`, with the same bounds.
fn step_on(text: &[u8], offset: usize, count: usize) -> usize {
    let most = text.len().min(offset + LONGEST_CHARACTER * count);
    let starts = text[offset..most].iter().enumerate().filter(|(_, &byte)| begins(byte));
    starts.map(|(at, _)| offset + at).nth(count).unwrap_or(most)
}

/// Bytes of the longest UTF-8 character.
const LONGEST_CHARACTER: usize = 4;

/// Number of characters, counting every byte that is not a UTF-8 continuation.
fn characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| begins(byte)).count() as u32
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
        let located = LineIndex::new(text.as_bytes()).locate("f", finding);
        assert_eq!(located.line_text, format!("...{}X{}...", "a".repeat(60), "b".repeat(99)));
        assert_eq!(located.column, 5001);
    }

    #[test]
    fn findings_on_one_line_are_placed_like_single_ones() {
        let text = "é\nab é cd é ef\n\nx".as_bytes();
        let index = LineIndex::new(text);
        let findings: Vec<Diagnostic> = (0..=text.len() as u32)
            .map(|start| Diagnostic::invalid("E0000", Span { start, end: start }, "m"))
            .collect();
        let single: Vec<Located> = findings.iter().cloned().map(|finding| index.locate("f", finding)).collect();
        assert_eq!(index.diagnostics("f", findings).findings, single);
    }

    #[test]
    fn bytes_that_are_no_characters_are_shown_somehow() {
        let text = [&[0x80; 3000][..], b"x", &[0xff; 3000]].concat();
        for start in [0, 150, 3000, 3001, 6001] {
            let finding = Diagnostic::invalid("E0000", Span { start, end: start }, "m");
            assert!(LineIndex::new(&text).locate("f", finding).line_text.chars().count() < 1000);
        }
    }
}
