//! Type annotations.

use xls_aot_ir::Diagnostic;

use super::super::ast::{ChannelDirection, Expr, Path, SizedKind, Type, TypeKind};
use super::super::token::{Token, TokenKind};
use super::{Parse, Parser};

impl Parser<'_> {
    pub(super) fn make_type(&mut self, start: u32, kind: TypeKind) -> Type {
        Type { id: self.id(), span: self.since(start), kind }
    }

    /// A type.
    pub(super) fn ty(&mut self) -> Parse<Type> {
        self.nested(|p| p.row(Self::any_type))
    }

    fn any_type(&mut self) -> Parse<Type> {
        let token = self.token();
        match token.kind {
            TokenKind::OParen => {
                let types =
                    self.bracketed(TokenKind::OParen, "", |p| p.comma_list(TokenKind::CParen, "the type", Self::ty))?.0;
                let tuple = self.make_type(token.start, TypeKind::Tuple(types));
                self.array_dims(tuple)
            }
            TokenKind::Ident => {
                let path = self.path()?;
                let named = self.named_type(path)?;
                self.array_dims(named)
            }
            TokenKind::Type => {
                let finding = Diagnostic::invalid("E1101", token.span(), "expected a type, found `type`")
                    .note("`type` stands for a type only in parametric parameters: `<T: type>`");
                Err(self.fail(finding))
            }
            kind if kind.begins_builtin_type() => self.builtin_type(),
            _ => Err(self.expected("a type")),
        }
    }

    /// The type that `path` begins, with its parametric arguments. Within a row of the caller.
    pub(super) fn named_type(&mut self, path: Path) -> Parse<Type> {
        let start = path.span.start;
        let args = if self.at(TokenKind::Less) { self.generic_args()? } else { Vec::new() };
        let ty = self.make_type(start, TypeKind::Path { path, args });
        self.type_members(ty)
    }

    /// `::member` behind a type with parametric arguments or `Self`. Within a row of the caller.
    fn type_members(&mut self, mut ty: Type) -> Parse<Type> {
        while self.at(TokenKind::ColonColon) {
            self.bump();
            let member = self.ident("the name of a type")?;
            self.link()?;
            let start = ty.span.start;
            ty = self.make_type(start, TypeKind::Member { ty: Box::new(ty), member });
        }
        Ok(ty)
    }

    /// A type that begins with a keyword. Within a row of the caller.
    pub(super) fn builtin_type(&mut self) -> Parse<Type> {
        let token = self.bump();
        let sized = match token.kind {
            TokenKind::Un => SizedKind::Un,
            TokenKind::Sn => SizedKind::Sn,
            TokenKind::Bits => SizedKind::Bits,
            TokenKind::Xn => SizedKind::Xn,
            TokenKind::Chan => return self.channel_type(token),
            _ => {
                if token.kind == TokenKind::SelfType && !self.has_self {
                    let finding = Diagnostic::invalid(
                        "E1113",
                        token.span(),
                        "`Self` has a meaning only in a struct, `impl` or trait",
                    );
                    self.report(finding.note("write the name of the type"));
                }
                let kind = match token.kind {
                    TokenKind::Bool => TypeKind::Bool,
                    TokenKind::Token => TypeKind::Token,
                    TokenKind::SelfType => TypeKind::SelfType,
                    _ => self.sized_type(token),
                };
                let ty = self.make_type(token.start, kind);
                // Behind `u8`, `::` begins a value such as `u8::MAX`; only `Self` has types as members.
                let ty = if token.kind == TokenKind::SelfType { self.type_members(ty)? } else { ty };
                return self.array_dims(ty);
            }
        };
        let ty = self.word_with_width(token, sized)?;
        self.array_dims(ty)
    }

    /// `u1` to `s64`.
    fn sized_type(&self, token: Token) -> TypeKind {
        let text = self.slice(token);
        let width = text[1..].iter().fold(0, |width, digit| width * 10 + u32::from(digit - b'0'));
        TypeKind::Bits { signed: text[0] == b's', width }
    }

    /// `uN[width]`, `xN[signed][width]`.
    fn word_with_width(&mut self, token: Token, kind: SizedKind) -> Parse<Type> {
        if !self.at(TokenKind::OBracket) {
            let word = self.shown(token);
            let finding = Diagnostic::invalid("E1120", token.span(), format!("`{word}` needs a width"));
            return Err(self.fail(match kind {
                SizedKind::Xn => finding.note("write `xN[signed][width]`, for example `xN[true][8]`"),
                SizedKind::Un | SizedKind::Sn | SizedKind::Bits => {
                    finding.note(format!("write for example `{word}[8]`"))
                }
            }));
        }
        let first = Box::new(self.dim()?);
        if kind != SizedKind::Xn {
            return Ok(self.make_type(token.start, TypeKind::Sized { kind, width: first }));
        }
        if !self.at(TokenKind::OBracket) {
            return Ok(self.make_type(token.start, TypeKind::Widthless { kind, signed: Some(first) }));
        }
        let width = Box::new(self.dim()?);
        Ok(self.make_type(token.start, TypeKind::Xn { signed: first, width }))
    }

    /// `chan<payload>[dims] in`.
    fn channel_type(&mut self, token: Token) -> Parse<Type> {
        self.expect(TokenKind::Less, "behind `chan`")?;
        let payload = Box::new(self.ty()?);
        self.expect(TokenKind::Greater, "behind the type of the messages")?;
        let dims = self.dims()?;
        let direction = match self.kind() {
            TokenKind::In => ChannelDirection::In,
            TokenKind::Out => ChannelDirection::Out,
            _ => return Err(self.expected("the direction of the channel, `in` or `out`")),
        };
        self.bump();
        Ok(self.make_type(token.start, TypeKind::Channel { payload, dims, direction }))
    }

    /// `element` with the sizes behind it. Within a row of the caller.
    pub(super) fn array_dims(&mut self, mut element: Type) -> Parse<Type> {
        let start = element.span.start;
        while self.at(TokenKind::OBracket) {
            let size = Box::new(self.dim()?);
            self.link()?;
            element = self.make_type(start, TypeKind::Array { element: Box::new(element), size });
        }
        Ok(element)
    }

    /// `[size]` any number of times.
    pub(super) fn dims(&mut self) -> Parse<Vec<Expr>> {
        let mut dims = Vec::new();
        while self.at(TokenKind::OBracket) {
            dims.push(self.dim()?);
        }
        Ok(dims)
    }

    fn dim(&mut self) -> Parse<Expr> {
        self.bracketed(TokenKind::OBracket, "", |p| {
            if p.at(TokenKind::CBracket) {
                return Err(p.expected_with("a size", Some("arrays have a constant size: `u8[4]`".to_string())));
            }
            let size = p.expr()?;
            p.expect(TokenKind::CBracket, "behind the size")?;
            Ok(size)
        })
    }
}
