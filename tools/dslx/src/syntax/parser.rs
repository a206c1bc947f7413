//! Parser: tokens to the syntax tree.
//!
//! Recursive descent that never goes back: where a bracket may begin different forms, [`brackets`] tells
//! what follows its end. The grammar is that of libxls; where libxls looks up what a name stands for to choose a form, the
//! shape of the text is enough here, and the checker decides.
//!
//! After an error the parser goes on with the next statement, or the next item; what could not be read is left out of the
//! tree. At most one finding is about a token.
//!
//! All lists and chains are loops; recursion is bounded by [`MAX_NESTING`] and [`MAX_CHAIN`].

mod attributes;
mod call;
mod control;
mod expr;
mod function;
mod generics;
mod hints;
mod item;
mod literal;
mod path;
mod pattern;
mod proc;
mod recovery;
mod statement;
mod term;
mod types;
mod uniqueness;

use std::collections::{HashMap, HashSet};

use xls_aot_ir::{Diagnostic, Span};

use super::ast::{Expr, Ident, Module, Name, NodeId};
use super::brackets::Brackets;
use super::comments::Comments;
use super::token::{Token, TokenKind};
use super::{brackets, lexer, rules, MAX_CHAIN, MAX_NESTING};
use crate::source::{FileId, SourceMap, MAX_FINDINGS};

/// A module and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// The module, without what could not be read.
    pub module: Module,
    /// Errors of syntax. If there are any, the tree is not complete.
    pub findings: Vec<Diagnostic>,
}

/// Parses a file of `map`.
pub fn parse_module(map: &SourceMap, file: FileId) -> Parsed {
    let mut lexed = Lexed::of(map, file);
    let mut parser = lexed.parser();
    let mut module = parser.module(file);
    let mut findings = parser.findings;
    module.node_count = parser.next_id;
    rules::check(&module, &mut findings);
    findings.sort_by_key(|finding| finding.span);
    Parsed { module, findings }
}

/// Parses a file of `map` that has one expression: what is given on a command line, such as `f<u32:8>`. Node ids begin
/// with 0.
///
/// # Errors
/// What is wrong with it.
pub fn parse_expression(map: &SourceMap, file: FileId) -> Result<Expr, Vec<Diagnostic>> {
    let mut lexed = Lexed::of(map, file);
    let mut parser = lexed.parser();
    let expr = parser.expr().and_then(|expr| match parser.kind() {
        TokenKind::Eof => Ok(expr),
        _ => Err(parser.expected("the end of the expression")),
    });
    match expr {
        Ok(expr) if parser.findings.is_empty() => Ok(expr),
        _ => Err(parser.findings),
    }
}

/// The tokens of a file, for one parser.
struct Lexed<'a> {
    text: &'a [u8],
    base: u32,
    tokens: Vec<Token>,
    comments: Vec<Span>,
    findings: Vec<Diagnostic>,
}

impl<'a> Lexed<'a> {
    fn of(map: &'a SourceMap, file: FileId) -> Self {
        let (text, base) = (map.text(file), map.base(file));
        let lexer::Lexed { tokens, comments, findings } = lexer::lex(text, base);
        Lexed { text, base, tokens, comments, findings }
    }

    /// The parser of the file; it takes the comments and the findings.
    fn parser(&mut self) -> Parser<'_> {
        Parser {
            text: self.text,
            base: self.base,
            brackets: brackets::find(&self.tokens, self.text, self.base),
            tokens: &self.tokens,
            pos: 0,
            comments: Comments::new(self.text, self.base, std::mem::take(&mut self.comments)),
            names: HashMap::new(),
            next_id: 0,
            findings: std::mem::take(&mut self.findings),
            stopped: false,
            failed_at: None,
            depth: 0,
            chain: 0,
            open: Vec::new(),
            features: HashSet::new(),
            has_self: false,
        }
    }
}

/// Something could not be read, and there is a finding about it.
#[derive(Debug)]
struct Failed;

type Parse<T> = Result<T, Failed>;

struct Parser<'a> {
    text: &'a [u8],
    base: u32,
    tokens: &'a [Token],
    /// Index of the next token; never beyond the last, `Eof`.
    pos: usize,
    brackets: Brackets<'a>,
    comments: Comments<'a>,
    names: HashMap<&'a [u8], Name>,
    next_id: u32,
    findings: Vec<Diagnostic>,
    /// There were too many findings.
    stopped: bool,
    /// Index of the token that the last finding is about.
    failed_at: Option<usize>,
    /// Forms that are open.
    depth: usize,
    /// Height of the highest row of operators within what was read since the innermost row began; see [`Parser::row`].
    chain: usize,
    /// Brackets that are open, for messages.
    open: Vec<Token>,
    /// Arguments of `#![feature(...)]`.
    features: HashSet<String>,
    /// Within a struct, `impl`, trait or proc, where `Self` has a meaning.
    has_self: bool,
}

impl<'a> Parser<'a> {
    fn token(&self) -> Token {
        self.tokens[self.pos]
    }

    fn kind(&self) -> TokenKind {
        self.tokens[self.pos].kind
    }

    /// Kind of the token at an index; `Eof` behind the end.
    fn kind_at(&self, index: usize) -> TokenKind {
        self.tokens.get(index).map_or(TokenKind::Eof, |token| token.kind)
    }

    fn at(&self, kind: TokenKind) -> bool {
        self.kind() == kind
    }

    /// Whether the next token is this name.
    fn at_word(&self, word: &str) -> bool {
        self.at(TokenKind::Ident) && self.slice(self.token()) == word.as_bytes()
    }

    fn slice(&self, token: Token) -> &'a [u8] {
        &self.text[(token.start - self.base) as usize..(token.end - self.base) as usize]
    }

    /// Text of a token for messages.
    fn shown(&self, token: Token) -> String {
        String::from_utf8_lossy(self.slice(token)).into_owned()
    }

    fn bump(&mut self) -> Token {
        let token = self.token();
        if self.pos + 1 < self.tokens.len() {
            self.pos += 1;
        }
        token
    }

    fn eat(&mut self, kind: TokenKind) -> Option<Token> {
        self.at(kind).then(|| self.bump())
    }

    /// The next token, which must be of this kind; `place` completes "expected `;` ...".
    fn expect(&mut self, kind: TokenKind, place: &str) -> Parse<Token> {
        match self.eat(kind) {
            Some(token) => Ok(token),
            None => Err(self.expected(&join(kind.describe(), place))),
        }
    }

    /// Offset behind the token that was read last.
    fn last_end(&self) -> u32 {
        match self.pos.checked_sub(1) {
            Some(before) => self.tokens[before].end,
            None => self.base,
        }
    }

    /// From `start` to the end of what was read.
    fn since(&self, start: u32) -> Span {
        Span { start, end: self.last_end().max(start) }
    }

    fn id(&mut self) -> NodeId {
        let id = NodeId(self.next_id);
        self.next_id += 1;
        id
    }

    fn name(&mut self, token: Token) -> Name {
        let text = self.slice(token);
        self.names.entry(text).or_insert_with(|| Name::new(&String::from_utf8_lossy(text))).clone()
    }

    /// The identifier of a token that is a name.
    fn ident_of(&mut self, token: Token) -> Ident {
        Ident { id: self.id(), span: token.span(), name: self.name(token) }
    }

    /// A name; `what` names it in messages.
    fn ident(&mut self, what: &str) -> Parse<Ident> {
        match self.eat(TokenKind::Ident) {
            Some(token) => Ok(self.ident_of(token)),
            None => {
                let keyword = self.slice(self.token()).iter().all(|byte| byte.is_ascii_alphanumeric());
                let keyword = keyword && !matches!(self.kind(), TokenKind::Number | TokenKind::Eof);
                let keyword = keyword.then(|| format!("`{}` is a keyword", self.shown(self.token())));
                let help = self.hint().map(str::to_string).or(keyword);
                Err(self.expected_with(what, help))
            }
        }
    }

    /// Reports that the next token is not what is expected.
    fn expected(&mut self, what: &str) -> Failed {
        self.expected_with(what, None)
    }

    fn expected_with(&mut self, what: &str, help: Option<String>) -> Failed {
        let token = self.token();
        let finding = match token.kind {
            TokenKind::Eof => {
                let finding = Diagnostic::invalid("E1102", token.span(), format!("expected {what}, but the file ends"));
                match self.open.last() {
                    Some(open) => finding.label(open.span(), format!("this {} is open", open.kind.describe())),
                    None => finding,
                }
            }
            _ => {
                let found = printable(&self.shown(token));
                let finding = Diagnostic::invalid("E1101", token.span(), format!("expected {what}, found `{found}`"));
                let before = self.pos.checked_sub(1).map(|before| self.tokens[before]);
                match (before, self.open.last()) {
                    (_, Some(open)) if self.begins_item_at_margin(self.pos) => {
                        finding.label(open.span(), format!("this {} is open", open.kind.describe()))
                    }
                    (Some(before), _)
                        if self.is_first_on_line(self.pos)
                            && !matches!(before.kind, TokenKind::Semi | TokenKind::OBrace | TokenKind::CBrace) =>
                    {
                        finding.label(before.span(), "it is expected behind this")
                    }
                    _ => finding,
                }
            }
        };
        self.fail(match help.as_deref().or_else(|| self.hint()) {
            Some(help) => finding.note(help),
            None => finding,
        })
    }

    /// Reports a finding about the next token; nothing if there is one about it.
    fn fail(&mut self, finding: Diagnostic) -> Failed {
        if self.failed_at != Some(self.pos) && !self.at(TokenKind::Unknown) {
            self.report(finding);
        }
        self.failed_at = Some(self.pos);
        Failed
    }

    /// Reports a finding; what was read is good enough to go on.
    fn report(&mut self, finding: Diagnostic) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else if !self.stopped {
            self.findings.push(Diagnostic::invalid("E1103", self.token().span(), "too many findings to go on"));
            self.stopped = true;
        }
        if self.stopped {
            self.pos = self.tokens.len() - 1;
        }
    }

    /// Runs `parse` one level deeper.
    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        if self.depth == MAX_NESTING {
            let message = format!("more than {MAX_NESTING} forms are nested here");
            let finding = Diagnostic::limit("E1104", self.token().span(), message)
                .note("give a name to a part: `let part = ...;`");
            return Err(self.fail(finding));
        }
        self.depth += 1;
        let result = parse(self);
        self.depth -= 1;
        result
    }

    /// Runs `parse`, which reads a row of operators and calls [`Parser::link`] for each. The highest row within what was
    /// read is known afterwards, so that rows within the left operands of rows are counted on.
    fn row<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let outside = std::mem::take(&mut self.chain);
        let result = parse(self);
        self.chain = self.chain.max(outside);
        result
    }

    /// Counts an operator whose left operand is what was read so far in its row.
    fn link(&mut self) -> Parse<()> {
        self.chain += 1;
        if self.chain <= MAX_CHAIN {
            return Ok(());
        }
        let message = format!("more than {MAX_CHAIN} operators stand in a row here");
        let finding =
            Diagnostic::limit("E1105", self.token().span(), message).note("give a name to a part: `let part = ...;`");
        Err(self.fail(finding))
    }

    /// Runs `parse` where `Self` has a meaning.
    fn with_self<T>(&mut self, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        self.has_self = true;
        let result = parse(self);
        self.has_self = false;
        result
    }

    /// An opening bracket of this kind, what `parse` reads, and the closing bracket that it ends with.
    fn bracketed<T>(&mut self, open: TokenKind, place: &str, parse: impl FnOnce(&mut Self) -> Parse<T>) -> Parse<T> {
        let token = self.expect(open, place)?;
        self.open.push(token);
        let result = self.nested(parse);
        self.open.pop();
        result
    }

    /// Elements separated by commas up to `close`, which is read too; a comma may be behind the last. Gives whether one was.
    /// After an error it goes on with the next element; then it fails at the end.
    fn comma_list<T>(
        &mut self,
        close: TokenKind,
        what: &str,
        mut element: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<(Vec<T>, bool)> {
        let (mut elements, mut failed) = (Vec::new(), false);
        let mut comma = true;
        loop {
            if self.eat(close).is_some() {
                let comma = comma && !elements.is_empty();
                return if failed { Err(Failed) } else { Ok((elements, comma)) };
            }
            let start = self.pos;
            let result = if comma {
                element(self)
            } else {
                Err(self.expected(&format!("`,` or {} behind {what}", close.describe())))
            };
            match result {
                Ok(element) => {
                    elements.push(element);
                    comma = self.eat(TokenKind::Comma).is_some();
                }
                Err(Failed) if self.skip_element(close, start) => (failed, comma) = (true, true),
                Err(Failed) => return Err(Failed),
            }
        }
    }
}

/// A text for messages: cut, and without control characters.
pub(super) fn printable(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(LONGEST).is_some() {
        shown.push_str("...");
    }
    shown
}

/// "expected `;`" and "behind the statement".
fn join(what: &str, place: &str) -> String {
    if place.is_empty() {
        what.to_string()
    } else {
        format!("{what} {place}")
    }
}
