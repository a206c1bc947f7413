//! What stands behind an operand: calls, indices, fields; macros.

use xls_aot_ir::format_string::{self, Piece};
use xls_aot_ir::Diagnostic;

use super::super::ast::{
    ChannelDecl, Expr, ExprKind, FormatMacro, FormatMacroKind, FormatPiece, FormatString, GenericArg, Index, TypeMacro,
};
use super::super::token::TokenKind;
use super::expr::Place;
use super::{Parse, Parser};
use crate::source::Span;

impl Parser<'_> {
    /// `first` with everything behind it that belongs to it.
    pub(super) fn postfixes(&mut self, first: Expr) -> Parse<Expr> {
        let mut operand = first;
        loop {
            operand = match self.kind() {
                TokenKind::OParen if is_callable(&operand) => self.call(operand)?,
                TokenKind::Less if self.is_generic_call(&operand) => self.call(operand)?,
                TokenKind::Dot => self.member(operand)?,
                TokenKind::OBracket => self.index(operand)?,
                _ => return Ok(operand),
            };
            self.link()?;
        }
    }

    /// Whether `<` begins the parametric arguments of a call.
    fn is_generic_call(&self, callee: &Expr) -> bool {
        let callable = matches!(callee.kind, ExprKind::TypeMember { .. } | ExprKind::Field { .. });
        let close = self.brackets.closing(self.pos);
        callable && close.is_some_and(|close| self.kind_at(close + 1) == TokenKind::OParen)
    }

    /// `.field`, `.0`.
    fn member(&mut self, operand: Expr) -> Parse<Expr> {
        self.bump();
        let token = self.token();
        let start = operand.span.start;
        match token.kind {
            TokenKind::Ident => {
                let field = self.ident("a field")?;
                Ok(self.make(start, ExprKind::Field { operand: Box::new(operand), field }))
            }
            TokenKind::Number if self.slice(token)[0] != b'-' && !matches!(operand.kind, ExprKind::Number(_)) => {
                let number = self.number_value(token)?;
                self.bump();
                let index = number.magnitude.to_u64().and_then(|index| u32::try_from(index).ok()).unwrap_or(u32::MAX);
                let operand = Box::new(operand);
                Ok(self.make(start, ExprKind::TupleIndex { operand, index, index_span: token.span() }))
            }
            TokenKind::Number if matches!(operand.kind, ExprKind::Number(_)) => {
                Err(self.expected("no digits behind `.`"))
            }
            _ => Err(self.expected("the name of a field or the number of a tuple's element behind `.`")),
        }
    }

    /// `[i]`, `[a:b]`, `[a+:type]`.
    fn index(&mut self, operand: Expr) -> Parse<Expr> {
        let open = self.token();
        let index = self.bracketed(TokenKind::OBracket, "", |p| {
            if p.eat(TokenKind::Colon).is_some() {
                return p.slice_limit(None);
            }
            let start = p.expr_at(Place::INDEX)?;
            if p.eat(TokenKind::PlusColon).is_some() {
                let ty = p.ty()?;
                p.expect(TokenKind::CBracket, "behind the type of the slice")?;
                return Ok(Index::WidthSlice { start, ty });
            }
            if p.eat(TokenKind::Colon).is_some() {
                return p.slice_limit(Some(start));
            }
            p.expect(TokenKind::CBracket, "behind the index")?;
            Ok(Index::Element(start))
        })?;
        let start = operand.span.start;
        let brackets = self.since(open.start);
        Ok(self.make(start, ExprKind::Index { operand: Box::new(operand), index: Box::new(index), brackets }))
    }

    /// The end of a slice, behind its `:`.
    fn slice_limit(&mut self, start: Option<Expr>) -> Parse<Index> {
        let limit = if self.at(TokenKind::CBracket) { None } else { Some(self.expr()?) };
        self.expect(TokenKind::CBracket, "behind the slice")?;
        Ok(Index::Slice { start, limit })
    }

    fn args(&mut self) -> Parse<Vec<Expr>> {
        let args = self.bracketed(TokenKind::OParen, "before the arguments", |p| {
            p.comma_list(TokenKind::CParen, "the argument", Self::expr)
        })?;
        Ok(args.0)
    }

    /// A call: parametric arguments, if any, and arguments follow.
    pub(super) fn call(&mut self, callee: Expr) -> Parse<Expr> {
        let open = self.token();
        let generics = if self.at(TokenKind::Less) { self.generic_args()? } else { Vec::new() };
        let generics_span = self.since(open.start);
        let args = self.args()?;
        let args_span = self.since(open.start);
        let macro_name = match &callee.kind {
            ExprKind::Path(path) => path.as_name().map(|name| name.name.clone()),
            _ => None,
        };
        let call = Call { callee, generics, generics_span, args, args_span };
        match macro_name.as_deref() {
            Some("trace_fmt!") => self.format_macro(call, FormatMacroKind::Trace),
            Some("vtrace_fmt!") => self.format_macro(call, FormatMacroKind::VTrace),
            Some("assert_fmt!") => self.format_macro(call, FormatMacroKind::Assert),
            Some("zero!") => self.type_macro(call, TypeMacro::Zero),
            Some("all_ones!") => self.type_macro(call, TypeMacro::AllOnes),
            Some("fail!") => self.fail_macro(call),
            _ => Ok(self.plain_call(call)),
        }
    }

    fn plain_call(&mut self, call: Call) -> Expr {
        let Call { callee, generics, args, args_span, .. } = call;
        let start = callee.span.start;
        self.make(start, ExprKind::Call { callee: Box::new(callee), generics, args, args_span })
    }

    /// Wrong arguments of a macro.
    fn wrong_macro(&mut self, span: Span, message: String, help: &str) -> super::Failed {
        self.report(Diagnostic::invalid("E1117", span, message).note(help));
        super::Failed
    }

    fn format_macro(&mut self, call: Call, kind: FormatMacroKind) -> Parse<Expr> {
        let (name, before, help) = match kind {
            FormatMacroKind::Trace => ("trace_fmt!", None, "write `trace_fmt!(\"x is {}\", x)`"),
            FormatMacroKind::VTrace => {
                ("vtrace_fmt!", Some("the verbosity"), "write `vtrace_fmt!(u32:1, \"x is {}\", x)`")
            }
            FormatMacroKind::Assert => {
                ("assert_fmt!", Some("the condition"), "write `assert_fmt!(x < limit, \"x is {}\", x)`")
            }
        };
        if !call.generics.is_empty() {
            let message = format!("`{name}` takes no parametric arguments");
            return Err(self.wrong_macro(call.generics_span, message, help));
        }
        let mut args = call.args.into_iter();
        let first = match before {
            None => None,
            Some(what) => match args.next() {
                Some(first) => Some(first),
                None => {
                    return Err(self.wrong_macro(
                        call.args_span,
                        format!("`{name}` needs {what} and a format string"),
                        help,
                    ))
                }
            },
        };
        let Some(format) = args.next() else {
            return Err(self.wrong_macro(call.args_span, format!("`{name}` needs a format string"), help));
        };
        let ExprKind::Str(bytes) = format.kind else {
            let message = format!("the format of `{name}` must be a string literal");
            return Err(self.wrong_macro(format.span, message, help));
        };
        let format = self.format_string(bytes, format.span)?;
        let start = call.callee.span.start;
        let format = FormatMacro { kind, first, format, args: args.collect(), args_span: call.args_span };
        Ok(self.make(start, ExprKind::FormatMacro(Box::new(format))))
    }

    fn format_string(&mut self, bytes: Vec<u8>, span: Span) -> Parse<FormatString> {
        let known =
            "placeholders are `{}`, `{:d}`, `{:u}`, `{:x}`, `{:#x}`, `{:b}`, `{:#b}`; a brace is written `{{` or `}}`";
        let Ok(text) = String::from_utf8(bytes) else {
            return Err(self.wrong_macro(span, "the format string is not UTF-8".to_string(), known));
        };
        let pieces = match format_string::parse(&text) {
            Ok(pieces) => pieces.into_iter().map(|piece| match piece {
                Piece::Text(text) => FormatPiece::Text(text.to_string()),
                Piece::Operand(format) => FormatPiece::Argument(format),
            }),
            Err(error) => return Err(self.wrong_macro(span, error.to_string(), known)),
        };
        let pieces = pieces.collect();
        Ok(FormatString { span, text, pieces })
    }

    fn type_macro(&mut self, call: Call, which: TypeMacro) -> Parse<Expr> {
        let name = match which {
            TypeMacro::Zero => "zero!",
            TypeMacro::AllOnes => "all_ones!",
        };
        let help = format!("write the type as the parametric argument: `{name}<u8>()`");
        if let Some(arg) = call.args.first() {
            return Err(self.wrong_macro(arg.span, format!("`{name}` takes no arguments"), &help));
        }
        let count = call.generics.len();
        let (Some(ty), 1) = (call.generics.into_iter().next(), count) else {
            let message = format!("`{name}` takes one parametric argument, and this has {count}");
            return Err(self.wrong_macro(call.args_span, message, &help));
        };
        let start = call.callee.span.start;
        Ok(self.make(start, ExprKind::TypeMacro { which, ty: Box::new(ty), args_span: call.args_span }))
    }

    /// `fail!("label", value)`; the label becomes part of names in Verilog.
    fn fail_macro(&mut self, call: Call) -> Parse<Expr> {
        let help = "write `fail!(\"a_label\", value)`; the value is the result where the program goes on";
        if call.args.len() != 2 {
            let message = format!("`fail!` takes a label and a value, and this has {} arguments", call.args.len());
            return Err(self.wrong_macro(call.args_span, message, help));
        }
        let label = &call.args[0];
        let span = label.span;
        let ExprKind::Str(bytes) = &label.kind else {
            return Err(self.wrong_macro(span, "the label of `fail!` must be a string literal".to_string(), help));
        };
        let first = bytes.first().is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_');
        if !first || !bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')) {
            let message = "the label of `fail!` must be a name: letters, digits and `_`".to_string();
            return Err(self.wrong_macro(span, message, help));
        }
        Ok(self.plain_call(call))
    }

    /// `spawn P<args>(args)`.
    pub(super) fn spawn(&mut self) -> Parse<Expr> {
        let start = self.bump().start;
        let path = self.path()?;
        let callee_start = path.span.start;
        let callee = Box::new(self.make(callee_start, ExprKind::Path(path)));
        let generics = if self.at(TokenKind::Less) { self.generic_args()? } else { Vec::new() };
        let args = self.args()?;
        Ok(self.make(start, ExprKind::Spawn { callee, generics, args }))
    }

    /// `#[channel(...)] chan<type>("name")`.
    pub(super) fn channel_with_attribute(&mut self) -> Parse<Expr> {
        let hash = self.token();
        let attribute = self.attribute()?;
        if attribute.name.as_str() != "channel" {
            let message = format!("the attribute `{}` does not belong to an expression", attribute.name.name);
            let finding = Diagnostic::invalid("E1109", attribute.span, message);
            self.report(finding.note("before a channel declaration, `#[channel(depth=1)]` may stand"));
        }
        self.require_feature("channel_attributes", hash.span(), "attributes of channels");
        if !self.at(TokenKind::Chan) {
            return Err(self.expected("a channel declaration, `chan<type>(\"name\")`, behind the attribute"));
        }
        self.channel_decl()
    }

    /// `chan<type, depth>[dims]("name")`.
    pub(super) fn channel_decl(&mut self) -> Parse<Expr> {
        let start = self.bump().start;
        let (payload, depth) = self.bracketed(TokenKind::Less, "behind `chan`", |p| {
            let payload = p.ty()?;
            let depth = match p.eat(TokenKind::Comma) {
                Some(_) => Some(p.generic_arg()?),
                None => None,
            };
            p.expect(TokenKind::Greater, "behind the type of the messages")?;
            Ok((payload, depth))
        })?;
        let dims = self.dims()?;
        let name = self.bracketed(TokenKind::OParen, "and the channel's name", |p| {
            let name = p.expr()?;
            p.expect(TokenKind::CParen, "behind the channel's name")?;
            Ok(name)
        })?;
        let channel = ChannelDecl { payload, depth, dims, name };
        Ok(self.make(start, ExprKind::Channel(Box::new(channel))))
    }
}

/// Whether `(` behind an operand begins a call: it has a name, or is a lambda in parentheses.
fn is_callable(operand: &Expr) -> bool {
    match operand.kind {
        ExprKind::Path(_) | ExprKind::TypeMember { .. } | ExprKind::Field { .. } => !operand.in_parens,
        ExprKind::Lambda(_) => operand.in_parens,
        _ => false,
    }
}

/// A call before it is known what is called.
struct Call {
    callee: Expr,
    generics: Vec<GenericArg>,
    generics_span: Span,
    args: Vec<Expr>,
    args_span: Span,
}
