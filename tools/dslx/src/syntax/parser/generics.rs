//! Parametric parameters and arguments.

use xls_aot_ir::Diagnostic;

use super::super::ast::{Expr, ExprKind, GenericArg, GenericDefault, GenericParam, GenericParamKind, Type, TypeKind};
use super::super::token::TokenKind;
use super::{Parse, Parser};

impl Parser<'_> {
    /// `<N: u32, M: u32 = {N}, T: type>`, if there is a `<`.
    pub(super) fn generic_params(&mut self) -> Parse<Vec<GenericParam>> {
        if !self.at(TokenKind::Less) {
            return Ok(Vec::new());
        }
        let params = self.bracketed(TokenKind::Less, "", |p| {
            p.comma_list(TokenKind::Greater, "the parametric parameter", Self::generic_param)
        })?;
        self.unique(params.0.iter().map(|param| &param.name), "parametric parameter");
        Ok(params.0)
    }

    fn generic_param(&mut self) -> Parse<GenericParam> {
        let start = self.token().start;
        let name = self.ident("the name of a parametric parameter")?;
        self.expect(TokenKind::Colon, "and a type behind the name of a parametric parameter")?;
        let kind = match self.eat(TokenKind::Type) {
            Some(token) => {
                self.require_feature("generics", token.span(), "parameters of kind `type`");
                GenericParamKind::Type
            }
            None => GenericParamKind::Value(self.ty()?),
        };
        let default = match (self.eat(TokenKind::Eq), &kind) {
            (None, _) => None,
            (Some(_), GenericParamKind::Type) => Some(GenericDefault::Type(self.ty()?)),
            (Some(_), GenericParamKind::Value(_)) => {
                if !self.at(TokenKind::OBrace) {
                    let help = "the value of a parametric parameter is in braces: `N: u32 = {M + u32:1}`";
                    return Err(self.expected_with("`{`", Some(help.to_string())));
                }
                Some(GenericDefault::Expr(self.in_braces()?))
            }
        };
        Ok(GenericParam { id: self.id(), span: self.since(start), name, kind, default })
    }

    /// `{expr}`.
    fn in_braces(&mut self) -> Parse<Expr> {
        self.bracketed(TokenKind::OBrace, "", |p| {
            let value = p.expr()?;
            p.expect(TokenKind::CBrace, "behind the value")?;
            Ok(value)
        })
    }

    /// `<args>`.
    pub(super) fn generic_args(&mut self) -> Parse<Vec<GenericArg>> {
        let args = self.bracketed(TokenKind::Less, "", |p| {
            p.comma_list(TokenKind::Greater, "the parametric argument", Self::generic_arg)
        })?;
        Ok(args.0)
    }

    /// A value in braces, a number, a name, a type, or `type:literal`.
    pub(super) fn generic_arg(&mut self) -> Parse<GenericArg> {
        self.row(Self::any_generic_arg)
    }

    fn any_generic_arg(&mut self) -> Parse<GenericArg> {
        match self.kind() {
            TokenKind::OBrace => Ok(GenericArg::Expr(self.in_braces()?)),
            TokenKind::Ident => {
                let path = self.path()?;
                let (start, span) = (path.span.start, path.span);
                if !matches!(self.kind(), TokenKind::Less | TokenKind::OBracket | TokenKind::Colon) {
                    let id = self.id();
                    let kind = ExprKind::Path(path);
                    return Ok(GenericArg::Expr(Expr { id, span, kind, in_parens: false, label: None }));
                }
                let named = self.named_type(path)?;
                let ty = self.array_dims(named)?;
                self.type_or_typed(start, ty)
            }
            _ if self.begins_number() => Ok(GenericArg::Expr(self.number()?)),
            TokenKind::Minus | TokenKind::Bang => {
                let help = "a value that is no number or name is in braces: `f<{-x}>(...)`";
                Err(self.expected_with("a parametric argument", Some(help.to_string())))
            }
            _ => {
                let start = self.token().start;
                let ty = self.ty()?;
                self.type_or_typed(start, ty)
            }
        }
    }

    /// A type, or `type:literal`, or `type::member`.
    fn type_or_typed(&mut self, start: u32, ty: Type) -> Parse<GenericArg> {
        match self.kind() {
            TokenKind::Colon => Ok(GenericArg::Expr(self.typed(ty)?)),
            TokenKind::ColonColon => {
                self.bump();
                let member = self.ident("the name of a value behind `::`")?;
                Ok(GenericArg::Expr(self.make(start, ExprKind::TypeMember { ty: Box::new(ty), member })))
            }
            _ => Ok(match ty.kind {
                TypeKind::Member { ty: inner, member } => {
                    let kind = ExprKind::TypeMember { ty: inner, member };
                    GenericArg::Expr(Expr { id: ty.id, span: ty.span, kind, in_parens: false, label: None })
                }
                kind => GenericArg::Type(Type { kind, ..ty }),
            }),
        }
    }

    /// Reports that the module has not enabled a feature.
    pub(super) fn require_feature(&mut self, feature: &str, span: crate::source::Span, what: &str) {
        if !self.features.contains(feature) {
            let finding = Diagnostic::invalid("E1118", span, format!("{what} are not enabled in this module"))
                .note(format!("write `#![feature({feature})]` at the beginning of the file"));
            self.report(finding);
        }
    }
}
