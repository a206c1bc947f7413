//! Splits text into tokens.
//!
//! The lexer borrows from the text and allocates nothing. It never reports an error in text that it has already passed,
//! so the parser can report a syntax error at the first wrong token. Line ends count as white space.

use crate::diagnostic::{Diagnostic, Span};
use crate::SourcePos;

/// Class of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum TokenKind {
    /// `[A-Za-z_][A-Za-z0-9_.]*` that is not reserved.
    Ident,
    /// An identifier that XLS reserves. It cannot be the name of a function, parameter or node.
    Keyword,
    /// `true` or `false`.
    Bool,
    /// `-?[0-9][A-Za-z0-9_]*`; the parser checks whether the digits are valid.
    Number,
    /// `"..."` or `"""..."""`; the token's text has the quotes.
    Quoted,
    /// `` `...` ``; the token's text has the quotes.
    Backticked,
    /// `->`.
    Arrow,
    /// One punctuation character.
    Punct(u8),
    /// End of the text.
    End,
}

/// A token: its class, text and place.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Token<'a> {
    pub kind: TokenKind,
    pub text: &'a str,
    pub span: Span,
}

impl Token<'_> {
    /// True for the punctuation character `c`.
    pub fn is(&self, c: u8) -> bool {
        self.kind == TokenKind::Punct(c)
    }

    /// True for the reserved word `word`.
    pub fn is_keyword(&self, word: &str) -> bool {
        self.kind == TokenKind::Keyword && self.text == word
    }

    /// How a message names this token.
    pub fn describe(&self) -> String {
        match self.kind {
            TokenKind::End => "the end of the text".to_string(),
            TokenKind::Keyword => format!("the reserved word `{}`", self.text),
            TokenKind::Quoted | TokenKind::Backticked => "a string".to_string(),
            TokenKind::Ident | TokenKind::Bool | TokenKind::Number | TokenKind::Arrow | TokenKind::Punct(_) => {
                format!("`{}`", shorten(self.text))
            }
        }
    }
}

/// `text`, cut to a length that fits a message.
pub(crate) fn shorten(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        None => text.to_string(),
        Some((cut, _)) => format!("{}...", &text[..cut]),
    }
}

/// Position in the text and the text itself.
#[derive(Clone, Debug)]
pub(crate) struct Lexer<'a> {
    text: &'a str,
    pos: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer at the beginning of `text`, after the byte order mark if there is one.
    pub fn new(text: &'a str) -> Self {
        Self { text, pos: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 } }
    }

    /// The text at `start` that its author may have meant as one word. It ends at white space or another invisible character,
    /// a comment, a bracket, or a sign that follows names.
    pub fn word_at(&self, start: u32) -> &'a str {
        let rest = &self.text[start as usize..];
        let end = rest
            .char_indices()
            .find(|&(i, c)| {
                !(c.is_ascii_graphic() || c.is_alphanumeric())
                    || "(){}[]<>:;,=\"`".contains(c)
                    || rest[i..].starts_with("//")
                    || rest[i..].starts_with("->")
            })
            .map_or(rest.len(), |(i, _)| i);
        &rest[..end]
    }

    /// The text between two byte offsets that are token boundaries.
    pub fn slice(&self, start: u32, end: u32) -> &'a str {
        &self.text[start as usize..end as usize]
    }

    /// The next token. At the end of the text, every call gives [`TokenKind::End`].
    pub fn next_token(&mut self) -> Result<Token<'a>, Box<Diagnostic>> {
        let mut token = Token { kind: TokenKind::End, text: "", span: Span::default() };
        match self.read(&mut token) {
            None => Ok(token),
            Some(error) => Err(error),
        }
    }

    /// Writes the next token to `token`, or returns the error. The fields are written one by one, because copying a token as a
    /// whole would take longer than all other work on it.
    #[inline]
    pub fn read(&mut self, token: &mut Token<'a>) -> Option<Box<Diagnostic>> {
        self.skip_blank();
        let bytes = self.text.as_bytes();
        let start = self.pos;
        let Some(&first) = bytes.get(start) else {
            self.put(token, TokenKind::End, start);
            return None;
        };
        match first {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let end = self.end_of(start, |b| IDENT_BYTES[usize::from(b)]);
                let kind = word_kind(&self.text[start..end]);
                self.put(token, kind, end);
            }
            b'0'..=b'9' => self.number(token),
            b'-' if bytes.get(start + 1).is_some_and(u8::is_ascii_digit) => self.number(token),
            b'-' if bytes.get(start + 1) == Some(&b'>') => self.put(token, TokenKind::Arrow, start + 2),
            b'-' | b'+' | b'.' | b':' | b',' | b'=' | b'[' | b']' | b'{' | b'}' | b'(' | b')' | b'>' | b'<' | b'#'
            | b'!' => self.put(token, TokenKind::Punct(first), start + 1),
            b'"' => return self.quoted(token),
            b'`' => return self.delimited(token, "`", false, TokenKind::Backticked),
            _ => return Some(self.invalid_character(start)),
        }
        None
    }

    /// Takes positions in the form in which XLS prints them, `(1,2,3), (4,5,6)` before a `]`, if the text goes on so.
    /// Otherwise nothing is taken, and what `positions` holds then means nothing.
    pub fn take_positions(&mut self, positions: &mut Vec<SourcePos>) -> bool {
        let bytes = self.text.as_bytes();
        let mut at = self.pos;
        loop {
            if bytes.get(at) != Some(&b'(') {
                return false;
            }
            let mut numbers = [0; 3];
            for (number, end) in numbers.iter_mut().zip(*b",,)") {
                let Some((value, behind)) = short_decimal(bytes, at + 1) else { return false };
                if bytes.get(behind) != Some(&end) {
                    return false;
                }
                (*number, at) = (value, behind);
            }
            let [file, line, column] = numbers;
            positions.push(SourcePos { file, line, column });
            match bytes.get(at + 1) {
                Some(b']') => break,
                Some(b',') if bytes.get(at + 2) == Some(&b' ') => at += 3,
                _ => return false,
            }
        }
        self.pos = at + 1;
        true
    }

    /// Makes `token` the token that ends at `end`, and continues there.
    fn put(&mut self, token: &mut Token<'a>, kind: TokenKind, end: usize) {
        token.kind = kind;
        token.text = &self.text[self.pos..end];
        token.span = span(self.pos, end);
        self.pos = end;
    }

    fn end_of(&self, start: usize, mut belongs: impl FnMut(u8) -> bool) -> usize {
        let bytes = self.text.as_bytes();
        start + bytes[start..].iter().position(|&b| !belongs(b)).unwrap_or(bytes.len() - start)
    }

    fn number(&mut self, token: &mut Token<'a>) {
        let end = self.end_of(self.pos + 1, |b| b.is_ascii_alphanumeric() || b == b'_');
        self.put(token, TokenKind::Number, end);
    }

    /// White space and `// ...` comments.
    fn skip_blank(&mut self) {
        let bytes = self.text.as_bytes();
        loop {
            match bytes.get(self.pos) {
                Some(b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c) => self.pos += 1,
                Some(b'/') if bytes.get(self.pos + 1) == Some(&b'/') => {
                    self.pos = self.end_of(self.pos, |b| b != b'\n');
                }
                _ => return,
            }
        }
    }

    fn quoted(&mut self, token: &mut Token<'a>) -> Option<Box<Diagnostic>> {
        let quote = if self.text[self.pos..].starts_with("\"\"\"") { "\"\"\"" } else { "\"" };
        self.delimited(token, quote, quote.len() > 1, TokenKind::Quoted)
    }

    /// A string between two `quote`s. The character after a backslash does not end the string.
    fn delimited(
        &mut self,
        token: &mut Token<'a>,
        quote: &str,
        multi_line: bool,
        kind: TokenKind,
    ) -> Option<Box<Diagnostic>> {
        let start = self.pos;
        let bytes = self.text.as_bytes();
        let mut pos = start + quote.len();
        loop {
            match bytes.get(pos) {
                None => break,
                Some(b'\n') if !multi_line => break,
                Some(b'\\') => pos += 2,
                Some(_) if bytes[pos..].starts_with(quote.as_bytes()) => {
                    self.put(token, kind, pos + quote.len());
                    return None;
                }
                Some(_) => pos += 1,
            }
        }
        let mut finding = Diagnostic::invalid(
            "E0102",
            span(start, start + quote.len()),
            format!("this string has no closing `{quote}`"),
        );
        if !multi_line {
            finding = finding.note("a string must end on its line; line ends are written `\\n`");
        }
        Some(finding.into())
    }

    fn invalid_character(&self, start: usize) -> Box<Diagnostic> {
        let c = self.text[start..].chars().next().unwrap_or('\0');
        let name = if c.is_ascii_graphic() { format!("`{c}`") } else { format!("U+{:04X}", c as u32) };
        let finding =
            Diagnostic::invalid("E0101", span(start, start + c.len_utf8()), format!("{name} has no meaning in XLS IR"));
        match c {
            '/' => finding.note("comments begin with two slashes and end with the line; there are no others"),
            ';' => finding.note("statements are not separated by `;`; is this DSLX or Verilog rather than XLS IR?"),
            '$' | '@' | '%' => finding.note("names consist of letters, digits, `_` and `.`"),
            _ => finding,
        }
        .into()
    }
}

/// A span from byte offsets; the parser has checked that the text's length fits.
pub(crate) fn span(start: usize, end: usize) -> Span {
    Span { start: start as u32, end: end as u32 }
}

/// The decimal number of at most nine digits, without leading zeros, at a place in a text; and the place behind it.
fn short_decimal(text: &[u8], start: usize) -> Option<(u32, usize)> {
    let digits = text.get(start..)?.iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
    let is_usual = digits == 1 || ((2..=9).contains(&digits) && text[start] != b'0');
    let value = |digits: &[u8]| digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
    is_usual.then(|| (value(&text[start..start + digits]), start + digits))
}

/// Whether IR text reserves a word, so that nothing can be called so.
pub fn is_reserved(word: &str) -> bool {
    word_kind(word) == TokenKind::Keyword
}

/// The class of an identifier's text.
fn word_kind(word: &str) -> TokenKind {
    // Most words of a text end in a digit (`add.3`), and no reserved word does.
    if word.as_bytes().last().is_some_and(u8::is_ascii_digit) {
        return TokenKind::Ident;
    }
    match word {
        "active_inputs_valid"
        | "active_outputs_ready"
        | "bits"
        | "block"
        | "chan"
        | "chan_interface"
        | "clock"
        | "controlled_stage"
        | "file_number"
        | "fn"
        | "instantiation"
        | "next"
        | "package"
        | "proc"
        | "proc_instantiation"
        | "reg"
        | "ret"
        | "scheduled_block"
        | "scheduled_fn"
        | "scheduled_proc"
        | "source"
        | "stage"
        | "token"
        | "top" => TokenKind::Keyword,
        "true" | "false" => TokenKind::Bool,
        _ => TokenKind::Ident,
    }
}

/// For each byte, whether it may be part of an identifier after the first character.
const IDENT_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let b = byte as u8;
        table[byte] = b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<(TokenKind, &str)> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            let token = lexer.next_token().expect("valid");
            if token.kind == TokenKind::End {
                return tokens;
            }
            tokens.push((token.kind, token.text));
        }
    }

    #[test]
    fn reserved_words() {
        assert_eq!(word_kind("scheduled_fn"), TokenKind::Keyword);
        assert_eq!(word_kind("fn"), TokenKind::Keyword);
        assert_eq!(word_kind("fn2"), TokenKind::Ident);
        assert_eq!(word_kind("true"), TokenKind::Bool);
        assert_eq!(word_kind("True"), TokenKind::Ident);
    }

    #[test]
    fn names_numbers_and_arrows() {
        assert_eq!(
            kinds("ret add.3:-> -7 -x 0x_fF // end\ntrue"),
            [
                (TokenKind::Keyword, "ret"),
                (TokenKind::Ident, "add.3"),
                (TokenKind::Punct(b':'), ":"),
                (TokenKind::Arrow, "->"),
                (TokenKind::Number, "-7"),
                (TokenKind::Punct(b'-'), "-"),
                (TokenKind::Ident, "x"),
                (TokenKind::Number, "0x_fF"),
                (TokenKind::Bool, "true"),
            ]
        );
    }

    #[test]
    fn strings_end_at_their_own_quotes() {
        assert_eq!(
            kinds("\"a\\\"b\" \"\"\"x\n\"y\"\"\" `p { }` \"\""),
            [
                (TokenKind::Quoted, "\"a\\\"b\""),
                (TokenKind::Quoted, "\"\"\"x\n\"y\"\"\""),
                (TokenKind::Backticked, "`p { }`"),
                (TokenKind::Quoted, "\"\""),
            ]
        );
    }

    #[test]
    fn open_strings_and_foreign_characters_are_findings() {
        for (text, code) in [
            ("\"a\nb\"", "E0102"),
            ("\"\"\"a", "E0102"),
            ("\"a\\", "E0102"),
            ("$", "E0101"),
            ("\0", "E0101"),
            ("é", "E0101"),
        ] {
            assert_eq!(Lexer::new(text).next_token().unwrap_err().code, code, "{text:?}");
        }
    }
}
