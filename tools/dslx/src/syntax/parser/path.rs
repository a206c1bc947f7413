//! Names and paths.

use super::super::ast::{Ident, Path};
use super::super::token::TokenKind;
use super::{Parse, Parser};

impl Parser<'_> {
    /// A name, or names joined by `::`.
    pub(super) fn path(&mut self) -> Parse<Path> {
        let first = self.ident("a name")?;
        self.path_from(first)
    }

    pub(super) fn path_from(&mut self, first: Ident) -> Parse<Path> {
        let start = first.span.start;
        let mut segments = vec![first];
        while self.eat(TokenKind::ColonColon).is_some() {
            segments.push(self.ident("a name behind `::`")?);
        }
        Ok(Path { span: self.since(start), segments })
    }
}
