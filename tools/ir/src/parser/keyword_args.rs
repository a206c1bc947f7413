//! `key=value` arguments of operations.
//!
//! Keys come in any order behind the operands; each at most once; a comma may follow the last.

use super::signature::{Key, Signature, KEYS};
use super::{Parse, Parser};
use crate::diagnostic::{Diagnostic, Span};
use crate::edit_distance::nearest;
use crate::escape::{unescape, UnescapeError};
use crate::lexer::{Token, TokenKind};
use crate::limits::MAX_NODE_ID;
use crate::parser::function::Scope;
use crate::{FuncId, NodeId, SourcePos, Type, Value};

/// A number with its place.
pub(super) type Int = Option<(i64, Span)>;

/// The keyword arguments of one operation. A key in `seen` whose field is empty had a value that is already reported.
#[derive(Default)]
pub(super) struct KeywordArgs<'a> {
    seen: u32,
    pub id: Option<(u64, Span)>,
    pub pos: Vec<SourcePos>,
    pub name: Option<Token<'a>>,
    pub value: Option<Value>,
    pub new_bit_count: Int,
    pub start: Int,
    pub width: Int,
    pub index: Int,
    pub trip_count: Int,
    pub stride: Int,
    pub delay: Int,
    pub verbosity: Int,
    pub lsb_prio: bool,
    pub assumed_in_bounds: bool,
    pub cases: Vec<NodeId>,
    pub indices: Vec<NodeId>,
    pub invariant_args: Vec<NodeId>,
    pub data_operands: Vec<NodeId>,
    pub default: Option<NodeId>,
    pub to_apply: Option<FuncId>,
    pub body: Option<FuncId>,
    pub message: Option<Box<str>>,
    pub label: Option<Box<str>>,
    pub format: Option<Box<str>>,
}

impl KeywordArgs<'_> {
    /// Whether the text has the key.
    pub fn has(&self, key: Key) -> bool {
        self.seen & key.bit() != 0
    }
}

impl<'a> Parser<'a> {
    /// The value of one keyword argument; its name has been read and `=` comes next.
    pub(super) fn keyword_arg(
        &mut self,
        name: Token<'a>,
        signature: &Signature,
        scope: &Scope<'a>,
        ty: &Type,
        args: &mut KeywordArgs<'a>,
    ) -> Parse<()> {
        self.expect(b'=', "behind the name of an argument")?;
        let Some(key) = Key::named(name.text).filter(|&key| signature.takes(key)) else {
            let mnemonic = signature.mnemonic;
            let mut finding =
                Diagnostic::invalid("E0302", name.span, format!("`{mnemonic}` has no argument `{}`", name.text));
            let known = KEYS.iter().filter(|(key, _)| signature.takes(*key)).map(|(_, spelling)| *spelling);
            finding = match nearest(name.text, known) {
                Some(near) => finding.note(format!("did you mean `{near}`?")),
                None => finding.note(format!("its keyword arguments are {}", signature.key_list())),
            };
            self.report(finding)?;
            return self.skip_argument();
        };
        if args.has(key) {
            self.report(Diagnostic::invalid("E0304", name.span, format!("a second `{}`", name.text)))?;
            return self.skip_argument();
        }
        args.seen |= key.bit();
        self.known_argument(key, scope, ty, args)
    }

    fn known_argument(&mut self, key: Key, scope: &Scope<'a>, ty: &Type, args: &mut KeywordArgs<'a>) -> Parse<()> {
        match key {
            Key::Id => args.id = self.node_id()?,
            Key::Pos => args.pos = self.positions()?,
            Key::Name => args.name = Some(self.expect_ident("the name of a parameter")?),
            Key::Value => args.value = Some(self.literal_value(ty)?),
            Key::NewBitCount => args.new_bit_count = Some(self.expect_int("a bit count")?),
            Key::Start => args.start = Some(self.expect_int("a bit number")?),
            Key::Width => args.width = Some(self.expect_int("a width")?),
            Key::Index => args.index = Some(self.expect_int("an element number")?),
            Key::TripCount => args.trip_count = Some(self.expect_int("a number of iterations")?),
            Key::Stride => args.stride = Some(self.expect_int("a number")?),
            Key::Delay => args.delay = Some(self.expect_int("a number of cycles")?),
            Key::Verbosity => args.verbosity = Some(self.expect_int("a number")?),
            Key::LsbPrio => args.lsb_prio = self.boolean()?,
            Key::AssumedInBounds => args.assumed_in_bounds = self.boolean()?,
            Key::Cases => args.cases = self.name_list(scope)?,
            Key::Indices => args.indices = self.name_list(scope)?,
            Key::InvariantArgs => args.invariant_args = self.name_list(scope)?,
            Key::DataOperands => args.data_operands = self.name_list(scope)?,
            Key::Default => {
                let name = self.operand_name()?;
                args.default = self.resolve(name, scope)?;
            }
            Key::ToApply => args.to_apply = self.function_name()?,
            Key::Body => args.body = self.function_name()?,
            Key::Message => args.message = self.string("a message")?,
            Key::Label => args.label = self.string("a label")?,
            Key::Format => args.format = self.string("a format string")?,
        }
        Ok(())
    }

    /// Passes over the value of an argument that was refused.
    fn skip_argument(&mut self) -> Parse<()> {
        loop {
            match self.token.kind {
                TokenKind::Punct(b',' | b')') => return Ok(()),
                TokenKind::Punct(open @ (b'(' | b'[' | b'{')) => self.skip_balanced(open)?,
                TokenKind::Punct(b']' | b'}') | TokenKind::End => return Err(self.unexpected("`,` or `)`")),
                _ => {
                    self.advance()?;
                }
            }
        }
    }

    /// A node's id: greater than zero.
    pub(super) fn node_id(&mut self) -> Parse<Option<(u64, Span)>> {
        let (id, span) = self.expect_int("an id")?;
        match u64::try_from(id) {
            Ok(id) if id > 0 => Ok(self.checked_id(id, span)?.map(|id| (id, span))),
            _ => {
                self.report(Diagnostic::invalid("E0305", span, format!("the id {id} is not greater than zero")))?;
                Ok(None)
            }
        }
    }

    /// The id, if it leaves room for the ids of nodes that have none yet.
    pub(super) fn checked_id(&mut self, id: u64, span: Span) -> Parse<Option<u64>> {
        if id <= MAX_NODE_ID {
            return Ok(Some(id));
        }
        self.report(Diagnostic::limit("E0909", span, format!("the id {id} is above {MAX_NODE_ID}")))?;
        Ok(None)
    }

    /// `[(file, line, column), ...]`.
    fn positions(&mut self) -> Parse<Vec<SourcePos>> {
        self.expect(b'[', "before the positions")?;
        let mut positions = Vec::new();
        while !self.token.is(b']') {
            self.expect(b'(', "before a position")?;
            let file = self.position_number()?;
            self.expect(b',', "behind the file number")?;
            let line = self.position_number()?;
            self.expect(b',', "behind the line")?;
            let column = self.position_number()?;
            self.expect(b')', "behind the column")?;
            positions.push(SourcePos { file, line, column });
            if !self.take(b',') {
                break;
            }
        }
        self.expect(b']', "behind the positions")?;
        Ok(positions)
    }

    fn position_number(&mut self) -> Parse<u32> {
        let (number, span) = self.expect_natural("a number")?;
        u32::try_from(number).map_err(|_| {
            Diagnostic::limit("E0908", span, format!("{number} in a position is above {}", u32::MAX)).into()
        })
    }

    /// `true`, `false`, `1` or `0`.
    fn boolean(&mut self) -> Parse<bool> {
        let token = self.token;
        let value = match (token.kind, token.text) {
            (TokenKind::Bool, text) => text == "true",
            (TokenKind::Number, "1") => true,
            (TokenKind::Number, "0") => false,
            _ => return Err(self.unexpected("`true` or `false`")),
        };
        self.advance()?;
        Ok(value)
    }

    /// The name of an operand. Reserved words are let through: they name nothing, and say so more clearly.
    pub(super) fn operand_name(&mut self) -> Parse<Token<'a>> {
        match self.token.kind {
            TokenKind::Ident | TokenKind::Keyword => self.advance(),
            _ => Err(self.unexpected("the name of an operand")),
        }
    }

    /// `[a, b, ...]`.
    fn name_list(&mut self, scope: &Scope<'a>) -> Parse<Vec<NodeId>> {
        self.expect(b'[', "before a list of operands")?;
        let mut nodes = Vec::new();
        while !self.token.is(b']') {
            let name = self.operand_name()?;
            // A name that is not known is reported; the node it is part of is never looked at.
            nodes.push(self.resolve(name, scope)?.unwrap_or(NodeId::new(0)));
            if !self.take(b',') {
                break;
            }
        }
        self.expect(b']', "behind a list of operands")?;
        Ok(nodes)
    }

    /// The node called `name`, or a finding.
    pub(super) fn resolve(&mut self, name: Token<'a>, scope: &Scope<'a>) -> Parse<Option<NodeId>> {
        if let Some(node) = scope.names.get(name.text) {
            return Ok(Some(node));
        }
        let mut finding =
            Diagnostic::invalid("E0301", name.span, format!("no node `{}` is defined before its use here", name.text));
        finding = match nearest(name.text, scope.names.names()) {
            Some(near) => finding.note(format!("did you mean `{near}`?")),
            None => finding.note("operands are names of parameters or of nodes further up in the function"),
        };
        self.report(finding)?;
        Ok(None)
    }

    fn function_name(&mut self) -> Parse<Option<FuncId>> {
        let name = self.expect_ident("the name of a function")?;
        if let Some(function) = self.functions.get(name.text) {
            return Ok(Some(function));
        }
        let mut finding = Diagnostic::invalid(
            "E0306",
            name.span,
            format!("no function `{}` is defined before its use here", name.text),
        );
        let is_self = self.context.is_some_and(|(_, current)| current == name.text);
        finding = if is_self {
            finding.note("a function cannot apply itself: XLS functions do not recurse")
        } else if let Some(near) = nearest(name.text, self.package.functions.iter().map(|f| &*f.name)) {
            finding.note(format!("did you mean `{near}`?"))
        } else {
            finding.note("a function must stand before the ones that use it")
        };
        if !is_self {
            self.unknown_functions.push((self.findings.len(), name.text));
        }
        self.report(finding)?;
        Ok(None)
    }

    /// A quoted string with its escape sequences decoded.
    fn string(&mut self, what: &str) -> Parse<Option<Box<str>>> {
        if self.token.kind != TokenKind::Quoted {
            return Err(self.unexpected(&format!("{what} in quotes")));
        }
        let token = self.advance()?;
        let content = string_content(token.text);
        let quotes = ((token.text.len() - content.len()) / 2) as u32;
        let at = |offset: usize| {
            let start = token.span.start + quotes + offset as u32;
            Span { start, end: start + 1 }
        };
        let finding = match unescape(content) {
            Ok(text) => return Ok(Some(text.into())),
            Err(UnescapeError::Unknown(offset)) => {
                Diagnostic::invalid("E0210", at(offset), "this is not an escape sequence").note(
                    "escape sequences are \\n \\r \\t \\a \\b \\f \\v \\\\ \\' \\\" \\?, \\ooo, \\xHH, \\uXXXX and \\UXXXXXXXX",
                )
            }
            Err(UnescapeError::OutOfRange(offset)) => {
                Diagnostic::invalid("E0210", at(offset), "this escape sequence stands for no character")
            }
            Err(UnescapeError::NotUtf8) => {
                Diagnostic::unsupported("E0211", token.span, "with its escape sequences decoded, this string is not UTF-8")
                    .note("write characters as such or as \\uXXXX")
            }
        };
        self.report(finding)?;
        Ok(None)
    }
}

/// The text of a string token without its quotes.
pub(super) fn string_content(token: &str) -> &str {
    match token.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\"")) {
        Some(content) => content,
        None => &token[1..token.len() - 1],
    }
}
