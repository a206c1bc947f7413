//! Modules and their items.

use xls_aot_ir::Diagnostic;

use super::super::ast::{
    Attribute, Const, Enum, EnumMember, Expr, Impl, Import, Item, ItemKind, Module, Struct, Sum, SumPayload,
    SumVariant, Trait, TypeKind, Use, UseTree, UseTreeKind,
};
use super::super::token::TokenKind;
use super::{Failed, Parse, Parser};
use crate::source::FileId;

/// What begins an item: attributes, `pub`, and the comment above.
struct Head {
    start: u32,
    docs: Option<String>,
    attributes: Vec<Attribute>,
    public: bool,
}

impl Parser<'_> {
    pub(super) fn module(&mut self, file: FileId) -> Module {
        let docs = self.comments.of_file(self.token().start);
        let (mut attributes, mut items) = (Vec::new(), Vec::new());
        while !self.at(TokenKind::Eof) {
            let start = self.pos;
            let is_module_attribute = self.at(TokenKind::Hash) && self.kind_at(self.pos + 1) == TokenKind::Bang;
            let result = if is_module_attribute {
                self.module_attribute().map(|attribute| attributes.push(attribute))
            } else {
                self.item().map(|item| items.push(item))
            };
            if let Err(Failed) = result {
                self.open.clear();
                self.skip_item(start);
            }
        }
        Module { file, attributes, docs, items, node_count: 0 }
    }

    fn head(&mut self) -> Parse<Head> {
        let start = self.token().start;
        let docs = self.comments.above(start);
        let mut attributes = Vec::new();
        while self.at(TokenKind::Hash) {
            attributes.push(self.attribute()?);
        }
        let public = self.eat(TokenKind::Pub).is_some();
        Ok(Head { start, docs, attributes, public })
    }

    fn finish(&mut self, head: Head, kind: ItemKind) -> Item {
        let Head { start, docs, attributes, public } = head;
        Item { id: self.id(), span: self.since(start), attributes, public, docs, kind }
    }

    fn item(&mut self) -> Parse<Item> {
        let head = self.head()?;
        let kind = match self.kind() {
            TokenKind::Fn => ItemKind::Function(self.function(true)?),
            TokenKind::Struct => self.struct_item()?,
            TokenKind::Enum => self.enum_item()?,
            TokenKind::Type => ItemKind::TypeAlias(self.type_alias()?),
            TokenKind::Const => ItemKind::Const(self.constant()?),
            TokenKind::Import => self.import()?,
            TokenKind::Use => self.use_item()?,
            TokenKind::Impl => self.impl_item()?,
            TokenKind::Trait => self.trait_item()?,
            TokenKind::Proc => self.proc()?,
            TokenKind::Ident if self.at_word("const_assert!") => ItemKind::ConstAssert(self.const_assert()?),
            _ => {
                let what = if head.public || !head.attributes.is_empty() { "" } else { "`import`, " };
                let what = format!("an item: {what}`fn`, `struct`, `enum`, `type`, `const`, `impl` or `proc`");
                return Err(self.expected(&what));
            }
        };
        Ok(self.finish(head, kind))
    }

    fn struct_item(&mut self) -> Parse<ItemKind> {
        self.bump();
        let name = self.ident("the name of a struct")?;
        let generics = self.generic_params()?;
        let fields = self.with_self(Self::fields)?;
        Ok(ItemKind::Struct(Struct { name, generics, fields }))
    }

    /// `const NAME: type = value;`.
    pub(super) fn constant(&mut self) -> Parse<Const> {
        self.bump();
        let name = self.ident("the name of a constant")?;
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        self.expect(TokenKind::Eq, "and the value of the constant")?;
        let value = self.expr()?;
        self.expect(TokenKind::Semi, "behind the value of the constant")?;
        Ok(Const { name, ty, value })
    }

    fn import(&mut self) -> Parse<ItemKind> {
        let token = self.bump();
        if self.features.contains("use_syntax") {
            let message = "`import` is switched off by `#![feature(use_syntax)]`";
            self.report(Diagnostic::invalid("E1118", token.span(), message).note("write `use` instead"));
        }
        let mut path = vec![self.ident("the name of a module")?];
        while self.eat(TokenKind::Dot).is_some() {
            path.push(self.ident("the name of a module behind `.`")?);
        }
        let alias = match self.eat(TokenKind::As) {
            Some(_) => Some(self.ident("a name for the module")?),
            None => None,
        };
        self.expect(TokenKind::Semi, "behind the import")?;
        Ok(ItemKind::Import(Import { path, alias }))
    }

    fn use_item(&mut self) -> Parse<ItemKind> {
        let token = self.bump();
        self.require_feature("use_syntax", token.span(), "`use` items");
        if self.at(TokenKind::OBrace) {
            let help = "several modules need several `use` items";
            return Err(self.expected_with("the name of a module", Some(help.to_string())));
        }
        let tree = self.use_tree()?;
        self.expect(TokenKind::Semi, "behind the `use`")?;
        Ok(ItemKind::Use(Use { tree }))
    }

    fn use_tree(&mut self) -> Parse<UseTree> {
        self.nested(|p| {
            let start = p.token().start;
            let name = p.ident("the name of a module or of what is taken from it")?;
            let kind = if p.eat(TokenKind::ColonColon).is_none() {
                UseTreeKind::Leaf
            } else if p.at(TokenKind::OBrace) {
                let trees = p.bracketed(TokenKind::OBrace, "", |p| {
                    p.comma_list(TokenKind::CBrace, "the name", Self::use_tree)
                })?;
                if trees.0.is_empty() {
                    p.report(Diagnostic::invalid("E1101", p.since(start), "expected a name in the braces of `use`"));
                }
                UseTreeKind::Inner(trees.0)
            } else {
                UseTreeKind::Inner(vec![p.use_tree()?])
            };
            Ok(UseTree { id: p.id(), span: p.since(start), name, kind })
        })
    }

    fn impl_item(&mut self) -> Parse<ItemKind> {
        self.bump();
        let target = self.ty()?;
        if !matches!(target.kind, TypeKind::Path { .. }) {
            let finding = Diagnostic::invalid("E1121", target.span, "an `impl` is for a struct");
            self.report(finding.note("write the name of the struct: `impl MyStruct { ... }`"));
        }
        let items = self.members("an `impl` has `fn`, `const` and `type`", |p| match p.kind() {
            TokenKind::Fn => Ok(ItemKind::Function(p.function(true)?)),
            TokenKind::Const => Ok(ItemKind::Const(p.constant()?)),
            TokenKind::Type => Ok(ItemKind::TypeAlias(p.type_alias()?)),
            _ => Err(p.expected("`fn`, `const` or `type` in the `impl`")),
        })?;
        Ok(ItemKind::Impl(Impl { target, items }))
    }

    fn trait_item(&mut self) -> Parse<ItemKind> {
        let token = self.bump();
        self.require_feature("traits", token.span(), "traits");
        let name = self.ident("the name of a trait")?;
        let mut items = self.members("a trait has `fn`", |p| match p.kind() {
            TokenKind::Fn => Ok(ItemKind::Function(p.function(false)?)),
            _ => Err(p.expected("`fn` in the trait")),
        })?;
        for item in &mut items {
            item.public = true;
        }
        Ok(ItemKind::Trait(Trait { name, items }))
    }

    /// Items in braces.
    fn members(&mut self, what: &str, member: impl Fn(&mut Self) -> Parse<ItemKind>) -> Parse<Vec<Item>> {
        self.with_self(|p| {
            p.in_braces_one_by_one(&format!("({what})"), |p| {
                let head = p.head()?;
                let kind = member(p)?;
                Ok(p.finish(head, kind))
            })
        })
    }

    /// What `member` reads, any number of times, in braces. After an error it goes on with the next; then it fails at the end.
    pub(super) fn in_braces_one_by_one<T>(
        &mut self,
        place: &str,
        mut member: impl FnMut(&mut Self) -> Parse<T>,
    ) -> Parse<Vec<T>> {
        let open = self.pos;
        self.bracketed(TokenKind::OBrace, place, |p| {
            let (mut members, mut failed) = (Vec::new(), false);
            let (opened, depth) = (p.open.len(), p.depth);
            while p.eat(TokenKind::CBrace).is_none() {
                let start = p.pos;
                match member(p) {
                    Ok(value) => members.push(value),
                    Err(Failed) if p.skip_member(open, start) => failed = true,
                    Err(Failed) => return Err(Failed),
                }
                debug_assert_eq!((p.open.len(), p.depth), (opened, depth));
            }
            if failed {
                return Err(Failed);
            }
            Ok(members)
        })
    }

    /// An enum, or a sum type: what has payloads, or neither type nor members.
    fn enum_item(&mut self) -> Parse<ItemKind> {
        self.bump();
        let name = self.ident("the name of an enum")?;
        let generics = self.generic_params()?;
        let ty = match self.eat(TokenKind::Colon) {
            Some(_) => Some(self.ty()?),
            None => None,
        };
        let variants = self.bracketed(TokenKind::OBrace, "and the members of the enum", |p| {
            p.comma_list(TokenKind::CBrace, "the member", Self::variant)
        })?;
        let variants: Vec<SumVariant> = variants.0;
        self.unique(variants.iter().map(|variant| &variant.name), "member");
        let has_payload = variants.iter().any(|variant| !matches!(variant.payload, SumPayload::Unit));
        if has_payload || (variants.is_empty() && ty.is_none()) {
            return self.sum(Sum { name, generics, tag_type: ty, variants });
        }
        if let Some(param) = generics.first() {
            let finding =
                Diagnostic::invalid("E1115", param.span, "an enum without payloads has no parametric parameters");
            self.report(finding.label(name.span, "the enum"));
        }
        let mut members = Vec::new();
        for SumVariant { id, span, docs, name: member, discriminant, .. } in variants {
            match discriminant {
                Some(value) => members.push(EnumMember { id, span, docs, name: member, value }),
                None => {
                    let message = format!("the member `{}` of the enum has no value", member.name);
                    let finding = Diagnostic::invalid("E1115", span, message);
                    self.report(finding.note(format!("write `{} = ...`: every member has a value", member.name)));
                }
            }
        }
        Ok(ItemKind::Enum(Enum { name, ty, members }))
    }

    fn variant(&mut self) -> Parse<SumVariant> {
        let start = self.token().start;
        let name = self.ident("the name of a member")?;
        let payload = match self.kind() {
            TokenKind::OParen => {
                let types =
                    self.bracketed(TokenKind::OParen, "", |p| p.comma_list(TokenKind::CParen, "the type", Self::ty))?;
                SumPayload::Tuple(types.0)
            }
            TokenKind::OBrace => SumPayload::Struct(self.fields()?),
            _ => SumPayload::Unit,
        };
        let discriminant: Option<Expr> = match self.eat(TokenKind::Eq) {
            Some(_) => Some(self.expr()?),
            None => None,
        };
        let span = self.since(start);
        Ok(SumVariant { id: self.id(), span, docs: self.member_docs(span), name, payload, discriminant })
    }

    fn sum(&mut self, sum: Sum) -> Parse<ItemKind> {
        let missing = sum.variants.iter().find(|variant| variant.discriminant.is_none());
        let given = sum.variants.iter().find(|variant| variant.discriminant.is_some());
        let finding = match (missing, given, &sum.tag_type) {
            (Some(missing), Some(given), _) => Some(
                Diagnostic::invalid("E1115", missing.span, "either all variants have a value or none")
                    .label(given.span, "this one has a value"),
            ),
            (Some(missing), None, Some(ty)) => Some(
                Diagnostic::invalid("E1115", missing.span, "with a type of the tag, every variant has a value")
                    .label(ty.span, "the type of the tag")
                    .note("write a value for each variant, or leave the type out"),
            ),
            _ => None,
        };
        if let Some(finding) = finding {
            self.report(finding);
        }
        Ok(ItemKind::Sum(sum))
    }
}
