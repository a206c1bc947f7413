//! Functions, parameters, fields.

use xls_aot_ir::Diagnostic;

use super::super::ast::{Field, Function, Ident, Param, Type, TypeKind};
use super::super::token::TokenKind;
use super::{Parse, Parser};

impl Parser<'_> {
    /// `fn name<generics>(params) -> type { body }`; in a trait `;` instead of the body.
    pub(super) fn function(&mut self, has_body: bool) -> Parse<Function> {
        self.expect(TokenKind::Fn, "")?;
        let name = self.ident("the name of a function")?;
        let generics = self.generic_params()?;
        let params = self.params()?;
        let return_type = match self.eat(TokenKind::Arrow) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        let body = if has_body {
            if !self.at(TokenKind::OBrace) {
                let what =
                    if return_type.is_some() { "`{` and the body" } else { "`->` and a type, or `{` and the body" };
                return Err(self.expected(what));
            }
            Some(self.block()?)
        } else {
            self.expect(TokenKind::Semi, "behind a function of a trait, which has no body")?;
            None
        };
        Ok(Function { name, generics, params, return_type, body })
    }

    pub(super) fn params(&mut self) -> Parse<Vec<Param>> {
        let params = self.bracketed(TokenKind::OParen, "and the parameters", |p| {
            p.comma_list(TokenKind::CParen, "the parameter", Self::param)
        })?;
        let params: Vec<Param> = params.0;
        self.unique(params.iter().map(|param| &param.name), "parameter");
        for param in params.iter().skip(1).filter(|param| param.name.as_str() == "self") {
            self.report(Diagnostic::invalid("E1113", param.span, "`self` must be the first parameter"));
        }
        Ok(params)
    }

    /// `name: type`, `self`, `self: Self`.
    fn param(&mut self) -> Parse<Param> {
        let token = self.token();
        let (name, ty): (Ident, Type) = match self.eat(TokenKind::SelfValue) {
            Some(_) => {
                if !self.has_self {
                    let finding =
                        Diagnostic::invalid("E1113", token.span(), "only functions of an `impl` or trait have `self`");
                    self.report(finding.note("give the parameter another name and a type"));
                }
                let name = self.ident_of(token);
                let ty = match self.eat(TokenKind::Colon) {
                    Some(_) => self.self_type()?,
                    None => Type { id: self.id(), span: token.span(), kind: TypeKind::SelfType },
                };
                (name, ty)
            }
            None => {
                let name = self.ident("the name of a parameter")?;
                self.expect(TokenKind::Colon, "and a type behind the name of the parameter")?;
                let ty = self.ty()?;
                if matches!(ty.kind, TypeKind::SelfType) {
                    let finding =
                        Diagnostic::invalid("E1113", name.span, "a parameter of the type `Self` must be `self`")
                            .label(ty.span, "the type")
                            .note("write the name of the type instead of `Self`");
                    self.report(finding);
                }
                (name, ty)
            }
        };
        Ok(Param { id: self.id(), span: self.since(token.start), name, ty })
    }

    fn self_type(&mut self) -> Parse<Type> {
        let token = self.expect(TokenKind::SelfType, "as the type of `self`")?;
        Ok(self.make_type(token.start, TypeKind::SelfType))
    }

    /// `{ name: type, ... }`.
    pub(super) fn fields(&mut self) -> Parse<Vec<Field>> {
        let fields = self.bracketed(TokenKind::OBrace, "and the fields", |p| {
            p.comma_list(TokenKind::CBrace, "the field", Self::field)
        })?;
        self.unique(fields.0.iter().map(|field| &field.name), "field");
        Ok(fields.0)
    }

    fn field(&mut self) -> Parse<Field> {
        let start = self.token().start;
        let name = self.ident("the name of a field")?;
        self.rest_of_field(start, name)
    }

    /// `: type`.
    pub(super) fn rest_of_field(&mut self, start: u32, name: Ident) -> Parse<Field> {
        self.expect(TokenKind::Colon, "and a type behind the name of the field")?;
        let ty = self.ty()?;
        let span = self.since(start);
        Ok(Field { id: self.id(), span, docs: self.member_docs(span), name, ty })
    }

    /// The comment that documents a field or variant: above it, or behind it on its line.
    pub(super) fn member_docs(&self, span: crate::source::Span) -> Option<String> {
        self.comments.above(span.start).or_else(|| self.comments.behind(span.end))
    }
}
