//! Patterns.

use xls_aot_ir::Diagnostic;

use super::super::ast::{Expr, ExprKind, FieldPattern, Ident, Pattern, PatternKind, PatternPayload, Type, TypeKind};
use super::super::token::TokenKind;
use super::{Parse, Parser};

impl Parser<'_> {
    fn make_pattern(&mut self, start: u32, kind: PatternKind) -> Pattern {
        Pattern { id: self.id(), span: self.since(start), kind }
    }

    /// A pattern of `let` or `for`: names, `_`, `..`, tuples of these.
    pub(super) fn binding_pattern(&mut self) -> Parse<Pattern> {
        self.nested(|p| p.simple_pattern(Self::binding_pattern))
    }

    /// A pattern of `match`.
    pub(super) fn match_pattern(&mut self) -> Parse<Pattern> {
        self.nested(|p| p.row(Self::any_match_pattern))
    }

    fn any_match_pattern(&mut self) -> Parse<Pattern> {
        let start = self.token().start;
        match self.kind() {
            TokenKind::Ident if !self.at_word("_") => self.named_pattern(),
            _ if self.begins_number() => {
                let first = self.number()?;
                self.literal_pattern(first)
            }
            TokenKind::Chan => Err(self.expected("a pattern")),
            kind if kind.begins_builtin_type() => {
                let ty = self.builtin_type()?;
                self.typed_pattern(start, ty)
            }
            TokenKind::Minus => {
                let help = "a negative number has no space behind the minus: `-1`, `s8:-1`";
                Err(self.expected_with("a pattern", Some(help.to_string())))
            }
            _ => self.simple_pattern(Self::match_pattern),
        }
    }

    /// `_`, `..`, a name, or a tuple of what `element` reads.
    fn simple_pattern(&mut self, element: fn(&mut Self) -> Parse<Pattern>) -> Parse<Pattern> {
        let start = self.token().start;
        match self.kind() {
            TokenKind::OParen => {
                let elements = self.tuple_patterns(element)?;
                Ok(self.make_pattern(start, PatternKind::Tuple(elements)))
            }
            TokenKind::DotDot => {
                self.bump();
                Ok(self.make_pattern(start, PatternKind::Rest))
            }
            TokenKind::Ident if self.at_word("_") => {
                self.bump();
                Ok(self.make_pattern(start, PatternKind::Wildcard))
            }
            TokenKind::Ident => {
                let name = self.ident("a name")?;
                Ok(self.make_pattern(start, PatternKind::Name(name)))
            }
            TokenKind::Mut => Err(self.no_mut()),
            _ => {
                let what = "a pattern: a name, `_`, or a tuple of patterns";
                Err(self.expected(what))
            }
        }
    }

    pub(super) fn no_mut(&mut self) -> super::Failed {
        let finding =
            Diagnostic::invalid("E1122", self.token().span(), "names cannot be bound as `mut`: values do not change")
                .note("bind a new value to the same name: `let x = x + u8:1;`");
        self.fail(finding)
    }

    fn tuple_patterns(&mut self, element: fn(&mut Self) -> Parse<Pattern>) -> Parse<Vec<Pattern>> {
        let elements =
            self.bracketed(TokenKind::OParen, "", |p| p.comma_list(TokenKind::CParen, "the pattern", element))?;
        Ok(elements.0)
    }

    /// What begins with a name: the name, a path, a variant of a sum type.
    fn named_pattern(&mut self) -> Parse<Pattern> {
        let path = self.path()?;
        let start = path.span.start;
        let single = path.as_name().is_some();
        if self.at(TokenKind::Less) {
            let ty = self.named_type(path)?;
            return self.typed_pattern(start, ty);
        }
        if !single {
            let constructor = self.make_pattern(start, PatternKind::Path(path));
            return self.payload(constructor);
        }
        if matches!(self.kind(), TokenKind::OBrace | TokenKind::OParen) {
            let help = "only variants of a sum type have patterns inside: `Type::Variant(x)`; fields of a struct are taken with `.`";
            return Err(self.expected_with("`=>` behind the name", Some(help.to_string())));
        }
        let name: Ident = path.last().clone();
        Ok(self.make_pattern(start, PatternKind::Name(name)))
    }

    /// What begins with a type that is more than a path: `type:literal`, `type::member`.
    fn typed_pattern(&mut self, start: u32, ty: Type) -> Parse<Pattern> {
        let member = match ty.kind {
            TypeKind::Member { ty, member } => Some((ty, member)),
            kind => {
                let ty = Type { kind, ..ty };
                if self.eat(TokenKind::ColonColon).is_some() {
                    Some((Box::new(ty), self.ident("the name of a value behind `::`")?))
                } else {
                    let first = self.typed(ty)?;
                    return self.literal_pattern(first);
                }
            }
        };
        let Some((ty, member)) = member else { return Err(self.expected("a pattern")) };
        let constructor = self.make_pattern(start, PatternKind::TypeMember { ty, member });
        self.payload(constructor)
    }

    /// A literal, or a range that begins with it.
    fn literal_pattern(&mut self, first: Expr) -> Parse<Pattern> {
        let start = first.span.start;
        self.refuse_other_literal(&first)?;
        let inclusive = self.at(TokenKind::DotDotEq);
        if !inclusive && !self.at(TokenKind::DotDot) {
            return Ok(self.make_pattern(start, PatternKind::Literal(Box::new(first))));
        }
        self.bump();
        let last = if self.kind().begins_builtin_type() && !self.at(TokenKind::Chan) {
            let ty = self.builtin_type()?;
            self.typed(ty)?
        } else {
            self.number()?
        };
        self.refuse_other_literal(&last)?;
        let kind = PatternKind::Range { first: Box::new(first), last: Box::new(last), inclusive };
        Ok(self.make_pattern(start, kind))
    }

    /// Patterns have numbers only.
    fn refuse_other_literal(&mut self, literal: &Expr) -> Parse<()> {
        let value = match &literal.kind {
            ExprKind::Typed { value, .. } => value,
            _ => literal,
        };
        if matches!(value.kind, ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Char(_)) {
            return Ok(());
        }
        let finding = Diagnostic::invalid("E1114", value.span, "a literal in a pattern must be a number")
            .note("arrays are compared with `==`; of tuples, write the pattern of each element");
        self.report(finding);
        Err(super::Failed)
    }

    /// `constructor`, with the payload behind it.
    fn payload(&mut self, constructor: Pattern) -> Parse<Pattern> {
        let start = constructor.span.start;
        let payload = match self.kind() {
            TokenKind::OParen => PatternPayload::Tuple(self.tuple_patterns(Self::match_pattern)?),
            TokenKind::OBrace => PatternPayload::Struct(self.field_patterns()?),
            _ => return Ok(constructor),
        };
        Ok(self.make_pattern(start, PatternKind::Variant { constructor: Box::new(constructor), payload }))
    }

    fn field_patterns(&mut self) -> Parse<Vec<FieldPattern>> {
        let fields = self.bracketed(TokenKind::OBrace, "", |p| {
            p.comma_list(TokenKind::CBrace, "the field", |p| {
                let token = p.token();
                let name = p.ident("the name of a field")?;
                let pattern = if p.eat(TokenKind::Colon).is_some() {
                    p.match_pattern()?
                } else {
                    let ident = p.ident_of(token);
                    p.make_pattern(token.start, PatternKind::Name(ident))
                };
                Ok(FieldPattern { name, pattern })
            })
        })?;
        Ok(fields.0)
    }
}
