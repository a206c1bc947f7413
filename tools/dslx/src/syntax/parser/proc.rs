//! Procs: read completely, so that they do not disturb the functions of their file.

use super::super::ast::{Attribute, ItemKind, Proc, ProcAlias, ProcMember, ProcMemberKind};
use super::super::token::TokenKind;
use super::{Parse, Parser};

impl Parser<'_> {
    pub(super) fn proc(&mut self) -> Parse<ItemKind> {
        self.bump();
        let name = self.ident("the name of a proc")?;
        if self.eat(TokenKind::Eq).is_some() {
            let target = self.path()?;
            let args = if self.at(TokenKind::Less) { self.generic_args()? } else { Vec::new() };
            self.expect(TokenKind::Semi, "behind the name of the proc")?;
            return Ok(ItemKind::ProcAlias(ProcAlias { name, target, args }));
        }
        let generics = self.generic_params()?;
        let members = self.with_self(|p| p.in_braces_one_by_one("and the members of the proc", Self::proc_member))?;
        Ok(ItemKind::Proc(Proc { name, generics, members }))
    }

    fn proc_member(&mut self) -> Parse<ProcMember> {
        let start = self.token().start;
        let mut attributes = Vec::new();
        while self.at(TokenKind::Hash) {
            attributes.push(self.attribute()?);
        }
        let kind = match self.kind() {
            TokenKind::Type => ProcMemberKind::TypeAlias(self.type_alias()?),
            TokenKind::Const => ProcMemberKind::Const(self.constant()?),
            TokenKind::Ident if self.at_word("const_assert!") => ProcMemberKind::ConstAssert(self.const_assert()?),
            TokenKind::Ident if self.kind_at(self.pos + 1) == TokenKind::Colon => {
                return self.proc_field(start, attributes)
            }
            TokenKind::Ident if self.at_word("config") => {
                self.bump();
                ProcMemberKind::Config { params: self.params()?, body: self.block()? }
            }
            TokenKind::Ident if self.at_word("init") => {
                self.bump();
                ProcMemberKind::Init(self.block()?)
            }
            TokenKind::Ident if self.at_word("next") => {
                self.bump();
                ProcMemberKind::Next { params: self.params()?, body: self.block()? }
            }
            _ => return Err(self.expected("a member of the proc: `config`, `init`, `next`, or `name: type`")),
        };
        Ok(ProcMember { id: self.id(), span: self.since(start), kind })
    }

    /// `name: type`, with `;` or `,` behind it unless it is the last.
    fn proc_field(&mut self, start: u32, attributes: Vec<Attribute>) -> Parse<ProcMember> {
        let name_start = self.token().start;
        let name = self.ident("the name of a member")?;
        let field = self.rest_of_field(name_start, name)?;
        let span = self.since(start);
        let separated = self.eat(TokenKind::Semi).or_else(|| self.eat(TokenKind::Comma)).is_some();
        if !separated && !self.at(TokenKind::CBrace) {
            return Err(self.expected("`;` or `,` behind the member"));
        }
        Ok(ProcMember { id: self.id(), span, kind: ProcMemberKind::Field(attributes, field) })
    }
}
