//! Converts byte offsets to lines and columns.

use unicode_width::UnicodeWidthStr as _;

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

    /// The place of a character; none if the text has no such line, or the line no such column. The column behind the last
    /// character of a line is one.
    pub fn span_at(&self, place: LineColumn) -> Option<Span> {
        let line = (place.line as usize).checked_sub(1)?;
        let before = (place.column as usize).checked_sub(1)?;
        let start = *self.starts.get(line)? as usize;
        let end = self.starts.get(line + 1).map_or(self.text.len(), |&next| next as usize - 1);
        let mut offsets = (start..end).filter(|&offset| begins(self.text[offset])).chain([end]);
        let offset = offsets.nth(before)? as u32;
        let next = offsets.next().map_or(offset, |next| next as u32);
        Some(Span { start: offset, end: next })
    }

    /// The finding about `file` with its line and column; its labels are in the same text.
    pub fn locate(&self, file: &str, diagnostic: Diagnostic) -> Located {
        let LineColumn { line, column } = self.position(diagnostic.span);
        self.located(file, diagnostic, line, column)
    }

    fn located(&self, file: &str, diagnostic: Diagnostic, line: u32, column: u32) -> Located {
        let labels = diagnostic.labels.iter().map(|label| self.label(file, label.span, &label.text)).collect();
        let Excerpt { text: line_text, marks } = self.excerpt(line, diagnostic.span);
        Located { line_text, marks, labels, diagnostic, line, column }
    }

    /// A label in this text, whose file is `file`, with its place spelled out.
    pub fn label(&self, file: &str, span: Span, text: &str) -> LocatedLabel {
        let LineColumn { line, column } = self.position(span);
        let Excerpt { text: line_text, marks } = self.excerpt(line, span);
        LocatedLabel { file: file.to_string(), line, column, line_text, marks, text: text.to_string() }
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

    /// The text of a line and the marks below it; of a very long line only the part around `span`. Of a span over several
    /// lines, the part in this line is marked.
    fn excerpt(&self, line: u32, span: Span) -> Excerpt {
        const LONGEST: usize = 160;
        const BEFORE: usize = 60;
        let index = line as usize - 1;
        let start = self.starts[index] as usize;
        let end = self.starts.get(index + 1).map_or(self.text.len(), |&next| next as usize - 1);
        let line = &self.text[start..end];
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let within = |offset: u32| (offset as usize).saturating_sub(start).min(line.len());
        let place = within(span.start);
        // Only text near the place is looked at, because a line may have gigabytes.
        let first = if line.len() <= LONGEST { 0 } else { step_back(line, place, BEFORE) };
        let last = step_on(line, first, LONGEST);
        let place_end = within(span.end).clamp(place, last);
        let dots = |cut: bool| if cut { "..." } else { "" };
        let before = format!("{}{}", dots(first > 0), printable(&line[first..place]));
        let marked = printable(&line[place..place_end]);
        let behind = format!("{}{}", printable(&line[place_end..last]), dots(last < line.len()));
        // Blanks at the beginning are left out, and so are the marks below them.
        let before = before.trim_start();
        let marked = if before.is_empty() { marked.trim_start() } else { &marked };
        let text = format!("{before}{marked}{behind}").trim().to_string();
        let marks = " ".repeat(before.width()) + &"^".repeat(marked.trim_end().width().max(1));
        Excerpt { text, marks }
    }
}

/// A line of a text as it is shown.
struct Excerpt {
    text: String,
    /// What is printed below it: blanks, and `^` below the place.
    marks: String,
}

/// Text as it is shown. A tab becomes four blanks, so that marks are below what they mean. Characters that would not be
/// printed, and those that change the direction of what follows, become `U+FFFD`.
fn printable(text: &[u8]) -> String {
    let mut shown = String::new();
    for c in String::from_utf8_lossy(text).chars() {
        match c {
            '\t' => shown.push_str("    "),
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                shown.push(char::REPLACEMENT_CHARACTER);
            }
            c if c.is_control() => shown.push(char::REPLACEMENT_CHARACTER),
            c => shown.push(c),
        }
    }
    shown
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
    fn places_of_characters_are_found() {
        let text = "\u{feff}a\u{e9}b\n\ncd";
        let index = LineIndex::new(text.as_bytes());
        let found = |line, column| {
            let span = index.span_at(LineColumn { line, column })?;
            Some(&text[span.start as usize..span.end as usize])
        };
        assert_eq!(found(1, 1), Some("a"));
        assert_eq!(found(1, 2), Some("\u{e9}"));
        assert_eq!(found(1, 4), Some(""), "the end of a line");
        assert_eq!(found(2, 1), Some(""));
        assert_eq!(found(3, 2), Some("d"));
        assert_eq!(found(3, 3), Some(""), "the end of the text");
        for (line, column) in [(0, 1), (1, 0), (1, 5), (2, 2), (3, 4), (4, 1), (u32::MAX, u32::MAX)] {
            assert_eq!(found(line, column), None, "{line}:{column}");
        }
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}X{}", "a".repeat(5000), "b".repeat(5000));
        let finding = Diagnostic::invalid("E0000", Span { start: 5000, end: 5001 }, "m");
        let located = LineIndex::new(text.as_bytes()).locate("f", finding);
        assert_eq!(located.line_text, format!("...{}X{}...", "a".repeat(60), "b".repeat(99)));
        assert_eq!(located.column, 5001);
        assert_eq!(located.marks, format!("{}^", " ".repeat(63)));
    }

    #[test]
    fn marks_are_below_the_place() {
        let marks = |text: &str, start: u32, end: u32| {
            let finding = Diagnostic::invalid("E0000", Span { start, end }, "m");
            let located = LineIndex::new(text.as_bytes()).locate("f", finding);
            format!("{}|\n{}|", located.line_text, located.marks)
        };
        assert_eq!(marks("let x = y + z;", 8, 13), "let x = y + z;|\n        ^^^^^|");
        assert_eq!(marks("  let x", 6, 7), "let x|\n    ^|", "blanks at the beginning are not shown");
        assert_eq!(marks("\tlet\tx", 5, 6), "let    x|\n       ^|", "a tab is four blanks");
        assert_eq!(marks("a\t\tb", 1, 3), "a        b|\n ^|", "blanks at the end are not marked");
        assert_eq!(marks("é + b", 5, 6), "é + b|\n    ^|", "characters count, not bytes");
        assert_eq!(
            marks("\"日本\" + e\u{301} + b", 17, 18),
            "\"日本\" + e\u{301} + b|\n             ^|",
            "as wide as it is shown"
        );
        assert_eq!(marks("日本", 0, 6), "日本|\n^^^^|");
        assert_eq!(marks("\u{202e}x\u{0}", 3, 4), "\u{fffd}x\u{fffd}|\n ^|", "no direction changes");
        assert_eq!(marks("a b", 3, 3), "a b|\n   ^|", "the end of the text");
        assert_eq!(marks("a b \r\n", 4, 4), "a b|\n    ^|", "the end of a line");
        assert_eq!(marks("a\n", 2, 2), "|\n^|", "the line behind the last");
        assert_eq!(marks("f(a,\n  b)", 1, 9), "f(a,|\n ^^^|", "of several lines the first");
        assert_eq!(marks("", 0, 0), "|\n^|");
        assert_eq!(marks("  x", 0, 3), "x|\n^|");
        assert_eq!(marks("x", 7, 3), "x|\n ^|", "a span that is none");
    }

    #[test]
    fn marks_of_a_long_line_end_where_its_text_is_cut() {
        let text = "a".repeat(10_000);
        let finding = Diagnostic::invalid("E0000", Span { start: 5000, end: 9000 }, "m");
        let located = LineIndex::new(text.as_bytes()).locate("f", finding);
        assert_eq!(located.line_text, format!("...{}...", "a".repeat(160)));
        assert_eq!(located.marks, format!("{}{}", " ".repeat(63), "^".repeat(100)));
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
