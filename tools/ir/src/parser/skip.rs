//! Procs, blocks and channels: their names are kept, and the rest is skipped by balancing brackets.
//!
//! The skipped text is lexed as usual, so strings in it may contain brackets. The stack of open brackets is on the heap.

use super::{Parse, Parser};
use crate::diagnostic::{Diagnostic, Span};
use crate::lexer::{Token, TokenKind};
use crate::{Skipped, SkippedKind};

impl<'a> Parser<'a> {
    /// `proc n<...>(...) {...}` or `block n(...) {...}`: the next token is the name.
    pub(super) fn skip_definition(&mut self, kind: SkippedKind, word: &'static str) -> Parse<usize> {
        let name = self.declared_name(word)?;
        self.context = Some((word, name.text));
        if self.token.is(b'<') {
            self.skip_balanced(b'<')?;
        }
        if !self.token.is(b'(') {
            return Err(self.unexpected(&format!("`(` behind the name of the {word}")));
        }
        self.skip_balanced(b'(')?;
        if !self.token.is(b'{') {
            return Err(self.unexpected(&format!("`{{` before the body of the {word}")));
        }
        self.skip_balanced(b'{')?;
        Ok(self.add_skipped(kind, name))
    }

    /// `chan n(...)`: the next token is the name.
    pub(super) fn skip_channel(&mut self) -> Parse<()> {
        let name = self.declared_name("chan")?;
        self.context = Some(("chan", name.text));
        if !self.token.is(b'(') {
            return Err(self.unexpected("`(` behind the name of the channel"));
        }
        self.skip_balanced(b'(')?;
        self.add_skipped(SkippedKind::Channel, name);
        Ok(())
    }

    fn add_skipped(&mut self, kind: SkippedKind, name: Token<'a>) -> usize {
        self.context = None;
        self.package.skipped.push(Skipped { kind, name: name.text.into(), span: name.span });
        self.package.skipped.len() - 1
    }

    /// Skips from the opening bracket that comes next to the one that closes it. `<` counts as a bracket only where
    /// the caller begins with it.
    pub(super) fn skip_balanced(&mut self, first: u8) -> Parse<()> {
        let mut open: Vec<(u8, Span)> = Vec::new();
        loop {
            let TokenKind::Punct(c) = self.token.kind else {
                if self.token.kind == TokenKind::End {
                    let expected = open.last().map_or(b')', |&(bracket, _)| closing(bracket));
                    return Err(self.unexpected(&format!("`{}`", expected as char)));
                }
                self.advance()?;
                continue;
            };
            match c {
                b'(' | b'[' | b'{' => open.push((c, self.token.span)),
                b'<' if first == b'<' => open.push((c, self.token.span)),
                b')' | b']' | b'}' => self.close(c, &mut open)?,
                b'>' if first == b'<' => self.close(c, &mut open)?,
                _ => {}
            }
            self.advance()?;
            if open.is_empty() {
                return Ok(());
            }
        }
    }

    fn close(&mut self, c: u8, open: &mut Vec<(u8, Span)>) -> Parse<()> {
        match open.pop() {
            Some((bracket, _)) if closing(bracket) == c => Ok(()),
            Some((bracket, _)) => Err(Diagnostic::invalid(
                "E0201",
                self.token.span,
                format!(
                    "expected `{}` to close `{}`, found `{}`",
                    closing(bracket) as char,
                    bracket as char,
                    c as char
                ),
            )
            .into()),
            None => Err(self.unexpected("an opening bracket")),
        }
    }
}

fn closing(bracket: u8) -> u8 {
    match bracket {
        b'(' => b')',
        b'[' => b']',
        b'{' => b'}',
        _ => b'>',
    }
}
