//! Lexer: bytes to tokens and comments.
//!
//! Works on bytes, so that text that is not UTF-8 is only refused where it matters (in comments and strings any byte may
//! stand). Never stops at an error: what has no meaning becomes one [`TokenKind::Unknown`] with a finding, and the parser
//! says nothing more about it.

use xls_aot_ir::{Diagnostic, Span};

use super::token::{keyword, Token, TokenKind};
use crate::source::MAX_FINDINGS;

/// What the lexer finds in a text. Tokens end with one [`TokenKind::Eof`].
pub(super) struct Lexed {
    pub tokens: Vec<Token>,
    /// Where the comments are, from `//` to the end of the line without its line break.
    pub comments: Vec<Span>,
    pub findings: Vec<Diagnostic>,
}

/// Splits `text`, whose first byte has offset `base`, into tokens.
pub(super) fn lex(text: &[u8], base: u32) -> Lexed {
    let mut lexer = Lexer {
        text,
        base,
        pos: if text.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 },
        lexed: Lexed { tokens: Vec::with_capacity(text.len() / 4 + 1), comments: Vec::new(), findings: Vec::new() },
    };
    while lexer.next() {}
    lexer.lexed
}

struct Lexer<'a> {
    text: &'a [u8],
    base: u32,
    pos: usize,
    lexed: Lexed,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.text.get(self.pos + ahead).copied().unwrap_or(0)
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span { start: self.base + start as u32, end: self.base + end as u32 }
    }

    fn push(&mut self, kind: TokenKind, start: usize) {
        let Span { start, end } = self.span(start, self.pos);
        self.lexed.tokens.push(Token { kind, start, end });
    }

    /// A token of `len` bytes.
    fn take(&mut self, kind: TokenKind, len: usize) {
        let start = self.pos;
        self.pos += len;
        self.push(kind, start);
    }

    /// What has no meaning.
    fn unknown(&mut self, start: usize, finding: Diagnostic) {
        self.report(finding);
        self.push(TokenKind::Unknown, start);
    }

    fn report(&mut self, finding: Diagnostic) {
        if self.lexed.findings.len() < MAX_FINDINGS {
            self.lexed.findings.push(finding);
        }
    }

    /// Reads one token, comment or stretch of white space; false behind the end.
    fn next(&mut self) -> bool {
        use TokenKind as T;
        let Some(&byte) = self.text.get(self.pos) else {
            self.take(T::Eof, 0);
            return false;
        };
        match byte {
            // 0xa0 is white space for libxls too.
            b' ' | b'\n' | b'\r' | b'\t' | 0xa0 => self.pos += 1,
            b'/' if self.peek(1) == b'/' => self.comment(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
            b'0'..=b'9' => self.number(),
            b'-' if self.peek(1).is_ascii_digit() => self.number(),
            b'"' => self.quoted(b'"', T::Str),
            b'`' => self.quoted(b'`', T::Backtick),
            b'\'' => self.apostrophe(),
            b'(' => self.take(T::OParen, 1),
            b')' => self.take(T::CParen, 1),
            b'[' => self.take(T::OBracket, 1),
            b']' => self.take(T::CBracket, 1),
            b'{' => self.take(T::OBrace, 1),
            b'}' => self.take(T::CBrace, 1),
            b',' => self.take(T::Comma, 1),
            b';' => self.take(T::Semi, 1),
            b'#' => self.take(T::Hash, 1),
            b'*' => self.take(T::Star, 1),
            b'/' => self.take(T::Slash, 1),
            b'%' => self.take(T::Percent, 1),
            b'^' => self.take(T::Hat, 1),
            b'>' => self.take(T::Greater, 1),
            b':' => self.one_or_two(T::Colon, &[(b':', T::ColonColon)]),
            b'=' => self.one_or_two(T::Eq, &[(b'=', T::EqEq), (b'>', T::FatArrow)]),
            b'!' => self.one_or_two(T::Bang, &[(b'=', T::BangEq)]),
            b'+' => self.one_or_two(T::Plus, &[(b'+', T::PlusPlus), (b':', T::PlusColon)]),
            b'-' => self.one_or_two(T::Minus, &[(b'>', T::Arrow)]),
            b'&' => self.one_or_two(T::Amp, &[(b'&', T::AmpAmp)]),
            b'|' => self.one_or_two(T::Bar, &[(b'|', T::BarBar)]),
            b'<' => self.one_or_two(T::Less, &[(b'<', T::Shl), (b'=', T::LessEq)]),
            b'.' => match (self.peek(1), self.peek(2)) {
                (b'.', b'.') => self.take(T::Ellipsis, 3),
                (b'.', b'=') => self.take(T::DotDotEq, 3),
                (b'.', _) => self.take(T::DotDot, 2),
                _ => self.take(T::Dot, 1),
            },
            _ => self.stray(),
        }
        true
    }

    fn one_or_two(&mut self, one: TokenKind, two: &[(u8, TokenKind)]) {
        let next = self.peek(1);
        match two.iter().find(|(second, _)| *second == next) {
            Some(&(_, kind)) => self.take(kind, 2),
            None => self.take(one, 1),
        }
    }

    fn comment(&mut self) {
        let start = self.pos;
        let rest = &self.text[start..];
        let len = rest.iter().position(|&byte| byte == b'\n').unwrap_or(rest.len());
        self.pos += len;
        let end = if rest[..len].ends_with(b"\r") { self.pos - 1 } else { self.pos };
        let span = self.span(start, end);
        self.lexed.comments.push(span);
    }

    fn word(&mut self) {
        let start = self.pos;
        while is_word_byte(self.peek(0)) {
            self.pos += 1;
        }
        let word = &self.text[start..self.pos];
        let kind = keyword(word).unwrap_or(if is_sized_type(word) { TokenKind::SizedType } else { TokenKind::Ident });
        let comparison =
            kind == TokenKind::Ident && word.ends_with(b"!") && self.peek(0) == b'=' && self.peek(1) != b'=';
        if comparison {
            let name = String::from_utf8_lossy(&word[..word.len() - 1]).into_owned();
            let span = self.span(start, self.pos + 1);
            let finding =
                Diagnostic::invalid("E1007", span, format!("`{name}!=` is read as the name `{name}!` and `=`"))
                    .note(format!("put a space before `!=`: `{name} != ...`"));
            self.report(finding);
            self.pos -= 1;
            self.push(kind, start);
            self.take(TokenKind::BangEq, 2);
            return;
        }
        self.push(kind, start);
    }

    fn number(&mut self) {
        let start = self.pos;
        if self.peek(0) == b'-' {
            self.pos += 1;
        }
        let digits = self.pos;
        while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
            self.pos += 1;
        }
        match number_fault(&self.text[digits..self.pos]) {
            None => self.push(TokenKind::Number, start),
            Some((what, help)) => {
                let shown = super::parser::printable(&String::from_utf8_lossy(&self.text[start..self.pos]));
                let message = format!("`{shown}` is not a number: {what}");
                let finding = Diagnostic::invalid("E1004", self.span(start, self.pos), message).note(help);
                self.unknown(start, finding);
            }
        }
    }

    /// A string, or the text of an attribute between backticks. May have several lines.
    fn quoted(&mut self, quote: u8, kind: TokenKind) {
        let start = self.pos;
        self.pos += 1;
        while self.pos < self.text.len() && self.peek(0) != quote {
            self.pos += if self.peek(0) == b'\\' { 2 } else { 1 };
        }
        if self.pos >= self.text.len() {
            self.pos = self.text.len();
            let quote = quote as char;
            let finding = Diagnostic::invalid(
                "E1002",
                self.span(start, start + 1),
                format!("this `{quote}` has no closing `{quote}`"),
            )
            .note("the rest of the file would belong to it");
            self.unknown(start, finding);
            return;
        }
        self.pos += 1;
        self.push(kind, start);
    }

    /// A character literal, or the apostrophe of a label.
    fn apostrophe(&mut self) {
        let start = self.pos;
        let is_char = self.peek(1) == b'\\' || (self.peek(2) == b'\'' && self.pos + 2 < self.text.len());
        if !is_char {
            if self.peek(1) >= 0x80 {
                self.wide_character();
            } else {
                self.take(TokenKind::Apostrophe, 1);
            }
            return;
        }
        self.pos += if self.peek(1) == b'\\' { 3 } else { 2 };
        // Behind an escape such as `\x41` there are more characters of it.
        while self.peek(0).is_ascii_hexdigit() && self.pos - start < 6 {
            self.pos += 1;
        }
        if self.peek(0) == b'\'' && self.pos < self.text.len() {
            self.pos += 1;
            self.push(TokenKind::Char, start);
        } else {
            self.pos = self.pos.min(self.text.len());
            let finding = Diagnostic::invalid("E1002", self.span(start, self.pos), "this character has no closing `'`")
                .note("a character is written `'a'`, or with an escape sequence such as `'\\n'` or `'\\x41'`");
            self.unknown(start, finding);
        }
    }

    /// A character in quotes that is not ASCII.
    fn wide_character(&mut self) {
        let start = self.pos;
        let shown = character(&self.text[start + 1..]);
        self.pos += 1 + shown.len_utf8().min(self.text.len() - start - 1);
        if self.peek(0) == b'\'' {
            self.pos += 1;
        }
        let message = format!("`{}` is no ASCII character", shown.escape_debug());
        let finding = Diagnostic::invalid("E1006", self.span(start, self.pos), message)
            .note("a character is a `u8`; write the byte, as `'\\xe9'`, or a string");
        self.unknown(start, finding);
    }

    /// One or more characters that have no meaning: one finding for a stretch of them.
    fn stray(&mut self) {
        let start = self.pos;
        let first = character(&self.text[start..]);
        while self.pos < self.text.len() && is_stray(self.peek(0)) {
            self.pos += 1;
        }
        let message = match first {
            char::REPLACEMENT_CHARACTER => format!("the byte 0x{:02x} has no meaning here", self.text[start]),
            c if c.is_control() || c.is_whitespace() => {
                format!("the character U+{:04X} has no meaning here", u32::from(c))
            }
            c => format!("`{c}` has no meaning here"),
        };
        let finding = Diagnostic::invalid("E1001", self.span(start, self.pos), message);
        let finding = match first {
            '~' => finding.note("bits are inverted with `!`"),
            '?' => finding.note("write `if condition { a } else { b }`"),
            '@' | '$' | '\\' => finding.note("outside of comments and strings, this is no character of DSLX"),
            c if c.is_whitespace() => finding.note("replace it by a space"),
            _ => finding.note("outside of comments and strings, DSLX is written in ASCII"),
        };
        self.unknown(start, finding);
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'!' | b'\'')
}

fn is_stray(byte: u8) -> bool {
    !byte.is_ascii_graphic() && !matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0xa0)
        || matches!(byte, b'$' | b'?' | b'@' | b'\\' | b'~')
        // Within a character of several bytes.
        || byte == 0xa0
}

/// `u1` to `u64`, `s1` to `s64`.
fn is_sized_type(word: &[u8]) -> bool {
    match word {
        [b'u' | b's', b'1'..=b'9'] => true,
        [b'u' | b's', tens @ b'1'..=b'6', ones @ b'0'..=b'9'] => (tens - b'0') * 10 + (ones - b'0') <= 64,
        _ => false,
    }
}

/// The first character of a text, or the replacement character if it is not UTF-8.
fn character(text: &[u8]) -> char {
    let most = &text[..text.len().min(4)];
    let valid = match std::str::from_utf8(most) {
        Ok(valid) => valid,
        Err(error) => std::str::from_utf8(&most[..error.valid_up_to()]).unwrap_or_default(),
    };
    valid.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// What is wrong with the digits of a number, and how to write it.
fn number_fault(digits: &[u8]) -> Option<(&'static str, &'static str)> {
    let of_radix = |digits: &[u8], is_digit: fn(&u8) -> bool, what: &'static str, help: &'static str| {
        let all = digits.iter().all(|digit| is_digit(digit) || *digit == b'_');
        (!all || !digits.iter().any(|digit| *digit != b'_')).then_some((what, help))
    };
    match digits {
        [b'0', b'x', hex @ ..] => of_radix(
            hex,
            u8::is_ascii_hexdigit,
            "hexadecimal digits (0-9, a-f) must follow `0x`",
            "write for example `0xff`; a type stands before the number: `u8:0xff`",
        ),
        [b'0', b'b', binary @ ..] => of_radix(
            binary,
            |digit| matches!(digit, b'0' | b'1'),
            "binary digits (0 and 1) must follow `0b`",
            "write for example `0b101`; a type stands before the number: `u3:0b101`",
        ),
        [b'0', b'0'..=b'9', ..] => {
            Some(("it begins with 0", "leave the leading zeros out, or write `0x` or `0b` before the digits"))
        }
        digits if digits.iter().all(u8::is_ascii_digit) => None,
        digits if digits.iter().all(|digit| digit.is_ascii_digit() || *digit == b'_') => {
            Some(("decimal numbers have no `_`", "leave the `_` out; numbers with `0x` or `0b` may have it"))
        }
        _ => Some(("a name or letters follow the digits", "a type stands before a number: `u8:255`")),
    }
}
