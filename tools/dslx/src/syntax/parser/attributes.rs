//! Attributes of modules and items.

use xls_aot_ir::{nearest, Diagnostic};

use super::super::ast::{Attribute, AttributeArg, AttributeValue, Ident, ModuleAttribute};
use super::super::token::TokenKind;
use super::{Parse, Parser};

/// Attributes of items.
const KNOWN: &[&str] = &[
    "cfg",
    "channel",
    "channel_flow_control",
    "channel_strictness",
    "derive",
    "dslx_format_disable",
    "extern_verilog",
    "fuzz_domain",
    "fuzz_test",
    "quickcheck",
    "sv_type",
    "test",
    "test_proc",
];

/// Features of `#![feature(...)]`.
const FEATURES: &[&str] = &[
    "channel_attributes",
    "explicit_state_access",
    "generics",
    "traits",
    "type_inference_v1",
    "type_inference_v2",
    "use_syntax",
];

impl Parser<'_> {
    /// `#![name(args)]`; the `#` is next.
    pub(super) fn module_attribute(&mut self) -> Parse<ModuleAttribute> {
        let start = self.bump().start;
        self.expect(TokenKind::Bang, "behind `#`")?;
        let (name, args) = self.bracketed(TokenKind::OBracket, "behind `#!`", |p| {
            let name = p.ident("the name of an attribute")?;
            let args = p.bracketed(TokenKind::OParen, "behind the name of the attribute", |p| {
                p.comma_list(TokenKind::CParen, "the argument", |p| p.ident("a name"))
            })?;
            p.expect(TokenKind::CBracket, "behind the attribute")?;
            Ok((name, args.0))
        })?;
        let known = matches!(name.as_str(), "feature" | "allow");
        if !known {
            self.unknown_attribute(&name, "module attribute", &["feature", "allow"]);
        }
        for arg in &args {
            if name.as_str() == "feature" {
                if !FEATURES.contains(&arg.as_str()) {
                    self.unknown_attribute(arg, "feature", FEATURES);
                }
                self.features.insert(arg.as_str().to_string());
            }
        }
        Ok(ModuleAttribute { id: self.id(), span: self.since(start), name, args })
    }

    fn unknown_attribute(&mut self, name: &Ident, what: &str, known: &[&str]) {
        let finding = Diagnostic::invalid("E1108", name.span, format!("there is no {what} `{}`", name.name));
        let finding = match nearest(name.as_str(), known.iter().copied()) {
            Some(near) => finding.note(format!("did you mean `{near}`?")),
            None => finding.note(format!("there are: {}", known.join(", "))),
        };
        self.report(finding);
    }

    /// `#[name(args)]`; the `#` is next.
    pub(super) fn attribute(&mut self) -> Parse<Attribute> {
        let start = self.bump().start;
        let (name, args) = self.bracketed(TokenKind::OBracket, "behind `#`", |p| {
            let name = p.ident("the name of an attribute")?;
            let args = if p.at(TokenKind::OParen) {
                p.bracketed(TokenKind::OParen, "", |p| {
                    p.comma_list(TokenKind::CParen, "the argument", Self::attribute_arg)
                })?
                .0
            } else {
                Vec::new()
            };
            p.expect(TokenKind::CBracket, "behind the attribute")?;
            Ok((name, args))
        })?;
        if !KNOWN.contains(&name.as_str()) {
            self.unknown_attribute(&name, "attribute", KNOWN);
        }
        Ok(Attribute { id: self.id(), span: self.since(start), name, args })
    }

    /// `value` or `key = value`.
    fn attribute_arg(&mut self) -> Parse<AttributeArg> {
        let start = self.token().start;
        let has_key = self.at(TokenKind::Ident) && self.kind_at(self.pos + 1) == TokenKind::Eq;
        let key = if has_key {
            let key = self.ident("the name of an argument")?;
            self.bump();
            Some(key)
        } else {
            None
        };
        let token = self.token();
        let value = match token.kind {
            TokenKind::Ident | TokenKind::True | TokenKind::False => AttributeValue::Word(self.name(token)),
            TokenKind::Str | TokenKind::Backtick => AttributeValue::Text(self.text_of(token)?),
            TokenKind::Number => match self.shown(token).parse() {
                Ok(number) => AttributeValue::Number(number),
                Err(_) => return Err(self.expected("a decimal number that fits 64 bits")),
            },
            _ => return Err(self.expected("a name, a number or a string")),
        };
        self.bump();
        Ok(AttributeArg { span: self.since(start), key, value })
    }
}
