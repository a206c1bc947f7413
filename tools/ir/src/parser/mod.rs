//! Parses text into a [`Package`].
//!
//! One pass over the tokens with one token of look-ahead. Types and literals are the only nested constructs and both
//! have a depth limit; bodies that are skipped are balanced with an explicit stack, so no input exhausts the stack.
//! A syntax error ends the parsing. A wrong name, number or keyword argument is reported and parsing goes on, so one
//! run shows all of them. If there are no findings, the functions of the package satisfy the invariants of
//! [`crate::Function`], except for the type rules, which [`crate::verify`] checks.

mod attributes;
mod function;
mod keyword_args;
mod literals;
mod mnemonics;
mod operation;
mod package;
mod skip;
mod types;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::lexer::{shorten, Lexer, Token, TokenKind};
use crate::limits::{MAX_FINDINGS, MAX_TEXT_BYTES};
use crate::line_index::LineIndex;
use crate::name_map::NameMap;
use crate::number::{parse_i64, NumberError};
use crate::{FuncId, NodeId, Package, SourcePos};
use types::TypeTable;

/// The result of reading something. An error is a syntax error, which ends the reading; it is boxed to keep results small.
pub(crate) type Parse<T> = Result<T, Box<Diagnostic>>;

/// Reads the package in `text`; `file` is its name for messages. Does not check types (see [`read_package`]).
pub fn parse_package(file: &str, text: &[u8]) -> Result<Package, Diagnostics> {
    parse(text).map_err(|findings| LineIndex::new(text).diagnostics(file, findings))
}

/// Reads and verifies the package in `text`; `file` is its name for messages.
pub fn read_package(file: &str, text: &[u8]) -> Result<Package, Diagnostics> {
    let package = parse_package(file, text)?;
    let findings = crate::verify(&package);
    if findings.is_empty() {
        Ok(package)
    } else {
        Err(LineIndex::new(text).diagnostics(file, findings))
    }
}

fn parse(text: &[u8]) -> Result<Package, Vec<Diagnostic>> {
    if text.len() > MAX_TEXT_BYTES {
        let place = Span::default();
        return Err(vec![Diagnostic::limit("E0901", place, format!("the text has more than {MAX_TEXT_BYTES} bytes"))]);
    }
    let text = std::str::from_utf8(text).map_err(|error| {
        let at = error.valid_up_to() as u32;
        let span = Span { start: at, end: at + 1 };
        let byte = text[at as usize];
        vec![Diagnostic::invalid("E0103", span, format!("the byte 0x{byte:02x} here is not UTF-8"))
            .note("XLS IR is text; is this a binary file, or text in another encoding?")]
    })?;
    let mut parser = Parser::new(text);
    let outcome = parser.package();
    if let Err(finding) = outcome {
        if finding.code == "E0202" {
            // If the text is cut off, its last word may be incomplete.
            parser.findings.retain(|earlier| earlier.span.end < finding.span.start);
        }
        parser.findings.push(*finding);
    }
    if parser.findings.is_empty() {
        Ok(parser.package)
    } else {
        Err(parser.findings)
    }
}

/// State of the reading.
struct Parser<'a> {
    lexer: Lexer<'a>,
    /// The next token.
    token: Token<'a>,
    /// The lexer's error, if there is one instead of `token`. It is returned when the token is needed.
    lexical_error: Option<Box<Diagnostic>>,
    /// The end of the previous token.
    last_end: u32,
    findings: Vec<Diagnostic>,
    package: Package,
    functions: NameMap<'a, FuncId>,
    types: TypeTable,
    /// Findings (by index) about unknown functions that the text may define later.
    unknown_functions: Vec<(usize, &'a str)>,
    /// The place of the package's `top`.
    top_span: Option<Span>,
    /// Buffer for the operands of the node that is being read.
    operands: Vec<NodeId>,
    /// Buffer for its positions.
    positions: Vec<SourcePos>,
    /// The id that libxls would give the next node that states none.
    next_id: u64,
    /// Literal storage used so far.
    literal_words: u64,
    /// The construct that is being read, for the message if the text ends there.
    context: Option<(&'static str, &'a str)>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let place = Span::default();
        let mut parser = Self {
            lexer: Lexer::new(text),
            token: Token { kind: TokenKind::End, text: "", span: place },
            lexical_error: None,
            last_end: 0,
            findings: Vec::new(),
            package: Package::default(),
            functions: NameMap::default(),
            types: TypeTable::default(),
            unknown_functions: Vec::new(),
            top_span: None,
            operands: Vec::new(),
            positions: Vec::new(),
            next_id: 1,
            literal_words: 0,
            context: None,
        };
        parser.fetch();
        parser
    }

    fn fetch(&mut self) {
        if let Some(error) = self.lexer.read(&mut self.token) {
            self.token = Token { kind: TokenKind::End, text: "", span: error.span };
            self.lexical_error = Some(error);
        }
    }

    /// Passes over the next token, which must not be an error of the lexer.
    fn skip(&mut self) {
        self.last_end = self.token.span.end;
        self.fetch();
    }

    /// Takes the next token.
    fn advance(&mut self) -> Parse<Token<'a>> {
        if let Some(error) = self.lexical_error.take() {
            return Err(error);
        }
        let token = self.token;
        self.skip();
        Ok(token)
    }

    /// Takes the next token if it is the punctuation `c`.
    fn take(&mut self, c: u8) -> bool {
        let found = self.token.is(c);
        if found {
            self.skip();
        }
        found
    }

    /// Takes the punctuation `c`; `place` says where it belongs.
    fn expect(&mut self, c: u8, place: &str) -> Parse<Span> {
        if self.token.is(c) {
            let span = self.token.span;
            self.skip();
            Ok(span)
        } else {
            Err(self.unexpected(&format!("`{}` {place}", c as char)))
        }
    }

    /// Takes an identifier that is not reserved.
    fn expect_ident(&mut self, what: &str) -> Parse<Token<'a>> {
        if self.token.kind == TokenKind::Ident {
            return self.advance();
        }
        let mut error = self.unexpected(what);
        if self.token.kind == TokenKind::Keyword {
            error = error.note("XLS reserves this word; use another name").into();
        }
        Err(error)
    }

    /// Takes the name of a declaration of kind `what`.
    fn declared_name(&mut self, what: &str) -> Parse<Token<'a>> {
        self.check_name(what)?;
        self.expect_ident(&format!("a name behind `{what}`"))
    }

    /// Refuses a word that was meant as a name and is not a valid one. DSLX's front end writes such names: it names packages
    /// after files, and names of functions may end in `'`.
    fn check_name(&self, what: &str) -> Parse<()> {
        let start = self.token.span.start;
        let word = self.lexer.word_at(start);
        let belongs = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
        if !word.starts_with(|c: char| c == '_' || c.is_alphanumeric()) {
            return Ok(());
        }
        let reason = if let Some(c) = word.chars().find(|&c| !belongs(c)) {
            format!("`{c}` is not allowed in a name")
        } else if word.starts_with(|c: char| c.is_ascii_digit()) {
            "a name does not begin with a digit".to_owned()
        } else {
            return Ok(());
        };
        let mut proposal: String = word.chars().map(|c| if belongs(c) { c } else { '_' }).collect();
        if proposal.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            proposal.insert(0, '_');
        }
        let span = Span { start, end: start + word.len() as u32 };
        let (word, proposal) = (shorten(word), shorten(&proposal));
        let source = if what == "package" {
            "the name of a DSLX file becomes the name of its package: rename the file"
        } else {
            "rename it where the IR comes from, or at every place of this file"
        };
        let kind = match what {
            "fn" => "function",
            "chan" => "channel",
            other => other,
        };
        Err(Diagnostic::invalid("E0212", span, format!("`{word}` cannot be read as the name of a {kind}: {reason}"))
            .note(format!("use a name of letters, digits, `_` and `.`, such as `{proposal}`; {source}"))
            .into())
    }

    /// The syntax error for a next token that is not `expected`.
    fn unexpected(&mut self, expected: &str) -> Box<Diagnostic> {
        if let Some(error) = self.lexical_error.take() {
            return error;
        }
        if self.token.kind != TokenKind::End {
            let found = self.token.describe();
            return Diagnostic::invalid("E0201", self.token.span, format!("expected {expected}, found {found}")).into();
        }
        let end = Span { start: self.last_end, end: self.token.span.end };
        let finding = Diagnostic::invalid("E0202", end, format!("the text ends where {expected} was expected"));
        match self.context {
            Some((kind, name)) => finding.note(format!("{kind} `{name}` is not complete; is the file cut off?")),
            None => finding.note("is the file cut off?"),
        }
        .into()
    }

    /// Records a finding. Ends the reading if there are too many.
    fn report(&mut self, finding: Diagnostic) -> Parse<()> {
        self.findings.push(finding);
        if self.findings.len() < MAX_FINDINGS {
            Ok(())
        } else {
            let message = format!("{MAX_FINDINGS} findings so far; the rest of the text was not read");
            Err(Diagnostic::invalid("E0203", self.token.span, message).into())
        }
    }

    /// Takes a number that fits 64 bits with sign. Out-of-range and malformed ones end the reading.
    fn expect_int(&mut self, what: &str) -> Parse<(i64, Span)> {
        if self.token.kind != TokenKind::Number {
            return Err(self.unexpected(what));
        }
        let token = self.advance()?;
        match parse_i64(token.text) {
            Ok(value) => Ok((value, token.span)),
            Err(error) => Err(number_error(error, token, "64 bits with sign").into()),
        }
    }

    /// Takes a number of at least zero.
    fn expect_natural(&mut self, what: &str) -> Parse<(u64, Span)> {
        let (value, span) = self.expect_int(what)?;
        match u64::try_from(value) {
            Ok(value) => Ok((value, span)),
            Err(_) => {
                Err(Diagnostic::invalid("E0205", span, format!("expected {what} of at least zero, found {value}"))
                    .into())
            }
        }
    }
}

/// The finding for a number that cannot be used.
fn number_error(error: NumberError, token: Token<'_>, range: &str) -> Diagnostic {
    let text = shorten(token.text);
    match error {
        NumberError::Malformed => Diagnostic::invalid("E0204", token.span, format!("`{text}` is not a number"))
            .note("numbers are decimal without leading zeros, 0x and hexadecimal, or 0b and binary digits"),
        NumberError::TooLarge => Diagnostic::invalid("E0205", token.span, format!("{text} does not fit {range}")),
        NumberError::TooLong => {
            Diagnostic::limit("E0902", token.span, "this decimal number is too long to be converted")
                .note("write it in hexadecimal, which has no such limit")
        }
    }
}
