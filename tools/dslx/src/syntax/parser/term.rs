//! Terms: literals, names, tuples, arrays, structs.

use xls_aot_ir::Diagnostic;

use super::super::ast::{Expr, ExprKind, Path, Splat, StructField, Type, TypeKind, UnaryOp};
use super::super::token::TokenKind;
use super::expr::{Braces, Place};
use super::{Parse, Parser};

impl Parser<'_> {
    pub(super) fn operand(&mut self, place: Place) -> Parse<Expr> {
        let token = self.token();
        match token.kind {
            TokenKind::Number | TokenKind::Char | TokenKind::True | TokenKind::False => self.number(),
            TokenKind::Str => self.string(),
            TokenKind::Bang | TokenKind::Minus => {
                self.bump();
                let op = if token.kind == TokenKind::Bang { UnaryOp::Invert } else { UnaryOp::Negate };
                let operand = Box::new(self.term(place)?);
                let span = token.start..operand.span.end;
                Ok(self.spanning(span, ExprKind::Unary { op, op_span: token.span(), operand }))
            }
            TokenKind::Ident => self.named(place),
            TokenKind::SelfValue => {
                self.bump();
                let ident = self.ident_of(token);
                let path = Path { span: ident.span, segments: vec![ident] };
                Ok(self.make(token.start, ExprKind::Path(path)))
            }
            TokenKind::OParen => self.parenthesised(place),
            TokenKind::OBracket => self.array(),
            TokenKind::If => self.if_expr(),
            TokenKind::Match => self.match_expr(),
            TokenKind::For | TokenKind::UnrollFor => self.for_expr(),
            TokenKind::Const => match self.kind_at(self.pos + 1) {
                TokenKind::If => self.if_expr(),
                TokenKind::Match => self.match_expr(),
                TokenKind::For => self.for_expr(),
                _ => {
                    self.bump();
                    Err(self.expected("`if`, `match` or `for` behind `const`"))
                }
            },
            TokenKind::Chan => Err(self.expected("an expression")),
            // The built-in function `token()`.
            TokenKind::Token if self.kind_at(self.pos + 1) == TokenKind::OParen => {
                self.bump();
                let ident = self.ident_of(token);
                let path = Path { span: ident.span, segments: vec![ident] };
                Ok(self.make(token.start, ExprKind::Path(path)))
            }
            kind if kind.begins_builtin_type() => {
                let ty = self.builtin_type()?;
                self.after_type(ty, place)
            }
            TokenKind::Eq => {
                let help = "values do not change, so nothing is assigned: bind a new value with `let`";
                Err(self.expected_with("an expression", Some(help.to_string())))
            }
            _ => Err(self.expected("an expression")),
        }
    }

    /// What begins with a name: the name, `type:literal`, a struct literal, a function with parametric arguments.
    fn named(&mut self, place: Place) -> Parse<Expr> {
        let path = self.path()?;
        let start = path.span.start;
        if let Some(name) = path.as_name().filter(|name| name.as_str() == "_") {
            let finding =
                Diagnostic::invalid("E1114", name.span, "`_` is no value: it is a pattern for what is not needed");
            self.report(finding.note("give the value a name where it is bound"));
        }
        if self.at(TokenKind::Less) {
            if let Some(close) = self.brackets.closing(self.pos) {
                return self.after_generics(path, close, place);
            }
        }
        if self.at(TokenKind::OBracket) && self.array_literal_follows() {
            let named = self.named_type(path)?;
            let ty = self.array_dims(named)?;
            return self.after_type(ty, place);
        }
        if self.at(TokenKind::Colon) && self.literal_follows_colon() && !(place.in_index && self.may_be_bound(&path)) {
            let ty = self.named_type(path)?;
            return self.typed(ty);
        }
        if self.at(TokenKind::OBrace) && self.struct_follows(place) {
            let ty = self.named_type(path)?;
            return self.struct_literal(ty);
        }
        Ok(self.make(start, ExprKind::Path(path)))
    }

    /// A name whose `<` is closed at `close`.
    fn after_generics(&mut self, path: Path, close: usize, place: Place) -> Parse<Expr> {
        use TokenKind as T;
        let start = path.span.start;
        match self.kind_at(close + 1) {
            T::OParen => {
                let callee = self.make(start, ExprKind::Path(path));
                self.call(callee)
            }
            T::ColonColon | T::Colon | T::OBracket => {
                let named = self.named_type(path)?;
                let ty = self.array_dims(named)?;
                self.after_type(ty, place)
            }
            T::OBrace if place.braces == Braces::Struct => {
                let ty = self.named_type(path)?;
                self.struct_literal(ty)
            }
            T::Comma | T::CParen | T::CBracket | T::CBrace | T::Semi | T::Eof => {
                let callee = Box::new(self.make(start, ExprKind::Path(path)));
                let generics = self.generic_args()?;
                Ok(self.make(start, ExprKind::FunctionRef { callee, generics }))
            }
            // It compares after all.
            _ => Ok(self.make(start, ExprKind::Path(path))),
        }
    }

    /// What follows a type in an expression.
    fn after_type(&mut self, ty: Type, place: Place) -> Parse<Expr> {
        let start = ty.span.start;
        if let TypeKind::Member { ty: inner, member } = ty.kind {
            if self.at(TokenKind::OBrace) && self.struct_follows(place) {
                return self.struct_literal(Type { kind: TypeKind::Member { ty: inner, member }, ..ty });
            }
            if !self.at(TokenKind::Colon) || place.in_index {
                return Ok(Expr {
                    id: ty.id,
                    span: ty.span,
                    kind: ExprKind::TypeMember { ty: inner, member },
                    in_parens: false,
                    label: None,
                });
            }
            return self.typed(Type { kind: TypeKind::Member { ty: inner, member }, ..ty });
        }
        match self.kind() {
            TokenKind::Colon => self.typed(ty),
            TokenKind::ColonColon => {
                self.bump();
                let member = self.ident("the name of a value behind `::`")?;
                Ok(self.make(start, ExprKind::TypeMember { ty: Box::new(ty), member }))
            }
            TokenKind::OBrace if self.struct_follows(place) => self.struct_literal(ty),
            _ => {
                let help = "a value of a type is written `type:value`, for example `u8:1`";
                Err(self.expected_with("`:` and a value behind the type", Some(help.to_string())))
            }
        }
    }

    /// `:literal` behind a type.
    pub(super) fn typed(&mut self, ty: Type) -> Parse<Expr> {
        self.expect(TokenKind::Colon, "behind the type")?;
        let value = self.nested(|p| match p.kind() {
            TokenKind::OBracket => p.array(),
            TokenKind::OParen => p.parenthesised(Place::ANY),
            TokenKind::Str => p.string(),
            _ if p.begins_number() => p.number(),
            TokenKind::Ident if p.kind_at(p.pos + 1) != TokenKind::OParen => p.typed_again(&ty),
            kind if kind.begins_builtin_type() => p.typed_again(&ty),
            _ => p.no_literal(&ty),
        })?;
        if !value.in_parens && literal(&value) {
            let start = ty.span.start;
            return Ok(self.make(start, ExprKind::Typed { ty: Box::new(ty), value: Box::new(value) }));
        }
        let finding = Diagnostic::invalid("E1119", value.span, "`type:value` needs a literal behind the colon")
            .label(ty.span, "the type")
            .note(
                "literals are numbers, characters, `true`, `false`, arrays and tuples; convert other values with `as`",
            );
        self.report(finding);
        Ok(value)
    }

    /// A literal that has a type already: that before counts.
    fn typed_again(&mut self, outer: &Type) -> Parse<Expr> {
        let behind_name = self.kind_at(self.pos + 1);
        let is_type = self.kind().begins_builtin_type()
            || matches!(behind_name, TokenKind::Colon | TokenKind::ColonColon | TokenKind::Less | TokenKind::OBracket);
        if !is_type {
            return self.no_literal(outer);
        }
        let ty = self.ty()?;
        match self.typed(ty)?.kind {
            ExprKind::Typed { value, .. } => Ok(*value),
            _ => Err(super::Failed),
        }
    }

    fn no_literal(&mut self, ty: &Type) -> Parse<Expr> {
        let help = "convert other values with `as`: `x as u8`";
        let finding = match self.kind() {
            TokenKind::Eof => return Err(self.expected("a literal behind the type and `:`")),
            _ => {
                let found = self.shown(self.token());
                let message = format!("expected a literal behind the type and `:`, found `{found}`");
                Diagnostic::invalid("E1119", self.token().span(), message).label(ty.span, "the type").note(help)
            }
        };
        Err(self.fail(finding))
    }

    /// `(x)`, `(a, b)`, `()`, or `(type, type):(a, b)`.
    fn parenthesised(&mut self, place: Place) -> Parse<Expr> {
        let start = self.token().start;
        if self.is_tuple_type(place) {
            let ty = self.ty()?;
            return self.after_type(ty, place);
        }
        self.bracketed(TokenKind::OParen, "", |p| {
            if p.eat(TokenKind::CParen).is_some() {
                return Ok(p.make(start, ExprKind::Tuple(Vec::new())));
            }
            let first = p.expr()?;
            if p.eat(TokenKind::CParen).is_some() {
                return Ok(Expr { in_parens: true, ..first });
            }
            if p.eat(TokenKind::Comma).is_none() {
                return Err(p.expected("`,` or `)`"));
            }
            let (rest, _) = p.comma_list(TokenKind::CParen, "the element of the tuple", Self::expr)?;
            let elements = std::iter::once(first).chain(rest).collect();
            Ok(p.make(start, ExprKind::Tuple(elements)))
        })
    }

    /// Whether the `(` begins the type of a tuple: `:` follows its end.
    fn is_tuple_type(&self, place: Place) -> bool {
        let Some(close) = self.brackets.closing(self.pos) else { return false };
        if self.kind_at(self.behind_dims(close + 1)) != TokenKind::Colon {
            return false;
        }
        // In an index, `(a):b` are the bounds of a slice.
        let builtin = self.kind_at(self.pos + 1).begins_builtin_type();
        !place.in_index || builtin && !matches!(self.kind_at(self.pos + 2), TokenKind::Colon | TokenKind::ColonColon)
    }

    /// The index of the token behind any number of `[...]`.
    fn behind_dims(&self, mut index: usize) -> usize {
        while self.kind_at(index) == TokenKind::OBracket {
            match self.brackets.closing(index) {
                Some(close) => index = close + 1,
                None => break,
            }
        }
        index
    }

    /// Whether `[...]:[` follows, so that the name before it is the type of the elements.
    fn array_literal_follows(&self) -> bool {
        let behind = self.behind_dims(self.pos);
        self.kind_at(behind) == TokenKind::Colon && self.kind_at(behind + 1) == TokenKind::OBracket
    }

    fn literal_follows_colon(&self) -> bool {
        use TokenKind::{Char, False, Number, OBracket, OParen, Str, True};
        let next = self.kind_at(self.pos + 1);
        matches!(next, Number | Char | True | False | Str | OBracket | OParen) || next.begins_builtin_type()
    }

    /// Whether a path before `:` in an index is the first bound of a slice: a name that is no type.
    fn may_be_bound(&self, path: &Path) -> bool {
        path.as_name().is_some_and(|name| !self.brackets.is_type(name.as_str().as_bytes()))
    }

    /// Whether the `{` behind a name begins a struct literal.
    fn struct_follows(&self, place: Place) -> bool {
        use TokenKind::{CBrace, Colon, Comma, DotDot, FatArrow, Ident};
        let fields = match (self.kind_at(self.pos + 1), self.kind_at(self.pos + 2)) {
            (Ident, Colon | Comma | CBrace) => true,
            (DotDot, next) => next != FatArrow,
            _ => false,
        };
        match place.braces {
            Braces::Struct => true,
            Braces::StructOrArms => fields,
            Braces::Block => {
                let close = self.brackets.closing(self.pos);
                let empty = self.kind_at(self.pos + 1) == CBrace;
                (fields || empty) && close.is_some_and(|close| self.kind_at(close + 1) == TokenKind::Dot)
            }
        }
    }

    /// `{ field: value, ..rest }` behind a type.
    fn struct_literal(&mut self, ty: Type) -> Parse<Expr> {
        let start = ty.span.start;
        let (fields, splat) = self.bracketed(TokenKind::OBrace, "", |p| {
            let mut fields = Vec::new();
            let mut comma = true;
            loop {
                if p.eat(TokenKind::CBrace).is_some() {
                    return Ok((fields, None));
                }
                if !comma {
                    return Err(p.expected("`,` or `}` behind the field"));
                }
                if let Some(dots) = p.eat(TokenKind::DotDot) {
                    let value = Box::new(p.expr()?);
                    p.expect(TokenKind::CBrace, "behind the struct that gives the other fields")?;
                    return Ok((fields, Some(Splat { dots: dots.span(), value })));
                }
                fields.push(p.struct_field()?);
                comma = p.eat(TokenKind::Comma).is_some();
            }
        })?;
        Ok(self.make(start, ExprKind::Struct { ty: Box::new(ty), fields, splat }))
    }

    fn struct_field(&mut self) -> Parse<StructField> {
        let token = self.token();
        let name = self.ident("the name of a field")?;
        if self.eat(TokenKind::Colon).is_some() {
            return Ok(StructField { name, value: self.expr()?, shorthand: false });
        }
        let ident = self.ident_of(token);
        let path = Path { span: ident.span, segments: vec![ident] };
        let value = self.make(token.start, ExprKind::Path(path));
        Ok(StructField { name, value, shorthand: true })
    }

    /// `[a, b, ...]`.
    fn array(&mut self) -> Parse<Expr> {
        let start = self.token().start;
        let (elements, ellipsis) = self.bracketed(TokenKind::OBracket, "", |p| {
            let mut elements = Vec::new();
            let mut comma = true;
            loop {
                if p.eat(TokenKind::CBracket).is_some() {
                    return Ok((elements, None));
                }
                if !comma {
                    return Err(p.expected("`,` or `]` behind the element of the array"));
                }
                if let Some(ellipsis) = p.eat(TokenKind::Ellipsis) {
                    p.eat(TokenKind::Comma);
                    p.expect(TokenKind::CBracket, "behind `...`, which must be the last")?;
                    return Ok((elements, Some(ellipsis.span())));
                }
                elements.push(p.expr()?);
                comma = p.eat(TokenKind::Comma).is_some();
            }
        })?;
        Ok(self.make(start, ExprKind::Array { elements, ellipsis }))
    }
}

/// Whether a value may stand behind `type:`.
fn literal(value: &Expr) -> bool {
    use ExprKind::{Array, Bool, Char, Number, Str, Tuple};
    matches!(value.kind, Number(_) | Bool(_) | Char(_) | Str(_) | Array { .. } | Tuple(_))
}
