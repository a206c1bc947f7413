//! Comments that document something.

use xls_aot_ir::Span;

/// The comments of a text, in order.
pub(super) struct Comments<'a> {
    text: &'a [u8],
    base: u32,
    comments: Vec<Span>,
}

impl<'a> Comments<'a> {
    pub fn new(text: &'a [u8], base: u32, comments: Vec<Span>) -> Self {
        Comments { text, base, comments }
    }

    /// The comment lines directly above the token that begins at `start`.
    pub fn above(&self, start: u32) -> Option<String> {
        let end = self.comments.partition_point(|comment| comment.start < start);
        let mut first = end;
        let mut below = start;
        while first > 0 {
            let comment = self.comments[first - 1];
            let adjacent = self.line_breaks(comment.end, below) == Some(1) && self.is_alone(comment);
            if !adjacent {
                break;
            }
            first -= 1;
            below = comment.start;
        }
        self.lines(first, end)
    }

    /// The comment behind `end` on its line; a comma and spaces may be between.
    pub fn behind(&self, end: u32) -> Option<String> {
        let index = self.comments.partition_point(|comment| comment.start < end);
        let comment = self.comments.get(index)?;
        let between = self.slice(Span { start: end, end: comment.start });
        let same_line = between.iter().all(|byte| matches!(byte, b' ' | b'\t' | b','));
        if same_line {
            self.lines(index, index + 1)
        } else {
            None
        }
    }

    /// The comments before `start`, the first token, that an empty line follows; without those about copyright.
    pub fn of_file(&self, start: u32) -> Option<String> {
        let end = self.comments.partition_point(|comment| comment.start < start);
        let mut docs: Vec<String> = Vec::new();
        let mut first = 0;
        for index in 0..end {
            let next = self.comments.get(index + 1).filter(|_| index + 1 < end).map_or(start, |comment| comment.start);
            if self.line_breaks(self.comments[index].end, next) == Some(1) {
                continue;
            }
            if let Some(lines) = self.lines(first, index + 1) {
                if !lines.contains("Copyright") && !lines.contains("SPDX-License-Identifier") {
                    docs.push(lines);
                }
            }
            first = index + 1;
        }
        if docs.is_empty() {
            None
        } else {
            Some(docs.join("\n"))
        }
    }

    /// Text of the comments `first..end`, without the slashes and one space behind them.
    fn lines(&self, first: usize, end: usize) -> Option<String> {
        if first == end {
            return None;
        }
        let mut out = String::new();
        for comment in &self.comments[first..end] {
            let text = String::from_utf8_lossy(self.slice(*comment));
            let text = text.trim_start_matches('/').trim_end();
            out.push_str(text.strip_prefix(' ').unwrap_or(text));
            out.push('\n');
        }
        Some(out)
    }

    /// Number of line breaks between two places that have only white space between them; none if there is more.
    fn line_breaks(&self, from: u32, to: u32) -> Option<usize> {
        let between = self.slice(Span { start: from, end: to });
        let blank = between.iter().all(u8::is_ascii_whitespace);
        blank.then(|| between.iter().filter(|&&byte| byte == b'\n').count())
    }

    /// Whether only spaces are before a comment on its line.
    fn is_alone(&self, comment: Span) -> bool {
        let before = &self.text[..(comment.start - self.base) as usize];
        before.iter().rev().take_while(|&&byte| byte != b'\n').all(|byte| matches!(byte, b' ' | b'\t'))
    }

    fn slice(&self, span: Span) -> &'a [u8] {
        &self.text[(span.start - self.base) as usize..(span.end - self.base) as usize]
    }
}
