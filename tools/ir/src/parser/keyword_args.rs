//! `key=value` arguments of operations.
//!
//! Keys follow the operands, in any order, each at most once. A comma may follow the last one.

use super::{Parse, Parser};
use crate::diagnostic::{Diagnostic, Span};
use crate::edit_distance::nearest;
use crate::escape::{unescape, UnescapeError};
use crate::lexer::{Token, TokenKind};
use crate::limits::MAX_NODE_ID;
use crate::parser::function::Scope;
use crate::{FuncId, Keyword, NodeId, OpInfo, OpKind, OperandCount, Positions, SourcePos, Type, Value};

/// The keyword arguments of one operation. If a keyword is in `seen` and its field is empty, its value was wrong and has
/// been reported.
#[derive(Default)]
pub(super) struct KeywordArgs<'a> {
    seen: u32,
    pub id: Option<(u64, Span)>,
    pub pos: Positions,
    pub name: Option<Token<'a>>,
    pub value: Option<Value>,
    pub start: Option<u32>,
    pub index: Option<u32>,
    pub trip_count: Option<u64>,
    pub stride: Option<i64>,
    pub delay: Option<u64>,
    pub verbosity: Option<u64>,
    pub lsb_prio: bool,
    pub assumed_in_bounds: bool,
    pub to_apply: Option<FuncId>,
    pub body: Option<FuncId>,
    pub message: Option<Box<str>>,
    pub label: Option<Box<str>>,
    pub format: Option<Box<str>>,
    /// The operands given by keyword arguments, in the order of the text.
    operands: Vec<(Keyword, Vec<NodeId>)>,
}

impl KeywordArgs<'_> {
    /// Whether the text has the keyword.
    pub fn has(&self, keyword: Keyword) -> bool {
        self.seen & keyword.bit() != 0
    }

    /// The operands given by the keyword.
    pub fn operands(&self, keyword: Keyword) -> &[NodeId] {
        let given = self.operands.iter().find(|(given, _)| *given == keyword);
        given.map_or(&[], |(_, operands)| operands)
    }
}

/// Whether the operation takes the keyword argument.
fn takes(info: &OpInfo, keyword: Keyword) -> bool {
    matches!(keyword, Keyword::Id | Keyword::Pos) || info.keywords.iter().any(|arg| arg.keyword == keyword)
}

/// The keyword arguments of an operation, for messages.
pub(super) fn keyword_list(info: &OpInfo) -> String {
    let own = info.keywords.iter().map(|arg| arg.keyword);
    let names: Vec<String> =
        own.chain([Keyword::Id, Keyword::Pos]).map(|keyword| format!("`{}`", keyword.spelling())).collect();
    names.join(", ")
}

impl<'a> Parser<'a> {
    /// The value of one keyword argument of `kind`, a node of type `ty`; its name has been read and `=` comes next.
    pub(super) fn keyword_arg(
        &mut self,
        name: Token<'a>,
        kind: OpKind,
        scope: &Scope<'a>,
        ty: &Type,
        args: &mut KeywordArgs<'a>,
    ) -> Parse<()> {
        self.expect(b'=', "behind the name of an argument")?;
        let info = kind.info();
        let Some(keyword) = Keyword::named(name.text).filter(|&keyword| takes(info, keyword)) else {
            let mnemonic = info.mnemonic;
            let mut finding =
                Diagnostic::invalid("E0302", name.span, format!("`{mnemonic}` has no argument `{}`", name.text));
            let known = Keyword::ALL.iter().filter(|&&keyword| takes(info, keyword));
            finding = match nearest(name.text, known.map(|keyword| keyword.spelling())) {
                Some(near) => finding.note(format!("did you mean `{near}`?")),
                None => finding.note(format!("its keyword arguments are {}", keyword_list(info))),
            };
            self.report(finding)?;
            return self.skip_argument();
        };
        if args.has(keyword) {
            self.report(Diagnostic::invalid("E0304", name.span, format!("a second `{}`", name.text)))?;
            return self.skip_argument();
        }
        args.seen |= keyword.bit();
        match keyword {
            Keyword::Id => args.id = self.node_id()?,
            Keyword::Pos => args.pos = self.positions()?,
            Keyword::Name => args.name = Some(self.expect_ident("the name of a parameter")?),
            Keyword::Value => args.value = Some(self.literal_value(ty)?),
            Keyword::NewBitCount | Keyword::Width => self.extent(kind, keyword, ty)?,
            Keyword::Start => args.start = self.small(keyword, "a bit number")?,
            Keyword::Index => args.index = self.small(keyword, "an element number")?,
            Keyword::TripCount => args.trip_count = self.natural(keyword, "a number of iterations")?.map(|(n, _)| n),
            Keyword::Delay => args.delay = self.natural(keyword, "a number of cycles")?.map(|(n, _)| n),
            Keyword::Verbosity => args.verbosity = self.natural(keyword, "a number")?.map(|(n, _)| n),
            Keyword::Stride => args.stride = Some(self.expect_int("a number")?.0),
            Keyword::LsbPrio => args.lsb_prio = self.boolean()?,
            Keyword::AssumedInBounds => args.assumed_in_bounds = self.boolean()?,
            Keyword::Cases | Keyword::Indices | Keyword::InvariantArgs | Keyword::DataOperands => {
                args.operands.push((keyword, self.name_list(scope)?));
            }
            Keyword::Default => {
                let name = self.operand_name()?;
                args.operands.push((keyword, self.resolve(name, scope)?.into_iter().collect()));
            }
            Keyword::ToApply => args.to_apply = self.function_name()?,
            Keyword::Body => args.body = self.function_name()?,
            Keyword::Message => args.message = self.string("a message")?,
            Keyword::Label => args.label = self.string("a label")?,
            Keyword::Format => args.format = self.string("a format string")?,
        }
        Ok(())
    }

    /// Reports keyword arguments of `op` that are missing, and lists of operands in them that are too short.
    pub(super) fn check_keyword_args(&mut self, op: Token<'a>, info: &OpInfo, args: &KeywordArgs<'a>) -> Parse<()> {
        for arg in info.keywords.iter().filter(|arg| !arg.optional && !args.has(arg.keyword)) {
            let message = format!("`{}` needs the argument `{}=`", op.text, arg.keyword.spelling());
            self.report(Diagnostic::invalid("E0310", op.span, message))?;
        }
        for operand in info.operands.iter().filter(|operand| operand.count == OperandCount::AtLeastOne) {
            if operand.keyword.is_some_and(|keyword| args.has(keyword) && args.operands(keyword).is_empty()) {
                let message = format!("`{}` needs at least one operand in `{}=`", op.text, operand.name);
                self.report(Diagnostic::invalid("E0317", op.span, message))?;
            }
        }
        Ok(())
    }

    /// A number of at least zero.
    fn natural(&mut self, keyword: Keyword, what: &str) -> Parse<Option<(u64, Span)>> {
        let (value, span) = self.expect_int(what)?;
        if let Ok(value) = u64::try_from(value) {
            return Ok(Some((value, span)));
        }
        let message = format!("`{}` must be at least zero, found {value}", keyword.spelling());
        self.report(Diagnostic::invalid("E0205", span, message))?;
        Ok(None)
    }

    /// A number of at least zero that fits 32 bits. No type has more bits or elements.
    fn small(&mut self, keyword: Keyword, what: &str) -> Parse<Option<u32>> {
        let Some((number, span)) = self.natural(keyword, what)? else { return Ok(None) };
        if let Ok(number) = u32::try_from(number) {
            return Ok(Some(number));
        }
        let message = format!("`{}={number}` is beyond the end of any value", keyword.spelling());
        self.report(Diagnostic::invalid("E0205", span, message))?;
        Ok(None)
    }

    /// `width=` or `new_bit_count=`, which repeat what the node's type says: the width of bits, and of `array_slice` the
    /// length of an array.
    fn extent(&mut self, kind: OpKind, keyword: Keyword, ty: &Type) -> Parse<()> {
        let Some((extent, span)) = self.natural(keyword, "a width")? else { return Ok(()) };
        let argument = format!("`{}` with `{}={extent}`", kind.mnemonic(), keyword.spelling());
        let (found, is) = if kind == OpKind::ArraySlice {
            if extent == 0 {
                let message = "`array_slice` needs a width greater than zero";
                return self.report(Diagnostic::invalid("E0205", span, message));
            }
            (ty.array_len(), format!("has {extent} elements"))
        } else {
            (ty.bit_count().map(u64::from), format!("has type bits[{extent}]"))
        };
        if found == Some(extent) {
            return Ok(());
        }
        let message = format!("{argument} {is}, declared as {}", ty.short());
        self.report(Diagnostic::invalid("E0401", span, message))
    }

    /// Passes over the value of an argument that was refused.
    #[expect(clippy::wildcard_enum_match_arm)] // Any token may be part of a value.
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
    fn positions(&mut self) -> Parse<Positions> {
        let mut positions = std::mem::take(&mut self.positions);
        positions.clear();
        // Most of a text that DSLX was converted to is positions, so the usual form is not taken token by token.
        if self.token.is(b'[') && self.lexer.take_positions(&mut positions) {
            self.fetch();
        } else {
            self.positions_by_tokens(&mut positions)?;
        }
        self.expect(b']', "behind the positions")?;
        let shared = Positions::from(&*positions);
        self.positions = positions;
        Ok(shared)
    }

    /// Positions in any form: with white space, comments, other ways of writing numbers, and errors.
    fn positions_by_tokens(&mut self, positions: &mut Vec<SourcePos>) -> Parse<()> {
        self.expect(b'[', "before the positions")?;
        positions.clear();
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
        Ok(())
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

    /// The name of an operand. Reserved words are accepted here; the finding that they are unknown names is clearer.
    pub(super) fn operand_name(&mut self) -> Parse<Token<'a>> {
        if matches!(self.token.kind, TokenKind::Ident | TokenKind::Keyword) {
            self.advance()
        } else {
            Err(self.unexpected("the name of an operand"))
        }
    }

    /// `[a, b, ...]`.
    fn name_list(&mut self, scope: &Scope<'a>) -> Parse<Vec<NodeId>> {
        self.expect(b'[', "before a list of operands")?;
        let mut nodes = Vec::new();
        while !self.token.is(b']') {
            let name = self.operand_name()?;
            // An unknown name is reported, and its node is not used.
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
