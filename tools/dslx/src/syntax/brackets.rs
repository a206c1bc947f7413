//! Which brackets belong together.
//!
//! The parser never goes back: where a `(`, `{` or `<` may begin different forms, it looks at what follows the closing
//! bracket. So closing brackets are found for all in advance, in linear time.
//!
//! `<` is a bracket only if everything up to a `>` could be a list of parametric arguments; otherwise it compares. As in
//! libxls, an argument that is an expression other than a literal or a name must be in braces, so a look at the kinds of
//! tokens is enough.

use std::collections::HashSet;

use super::token::{Token, TokenKind};

/// The index of the closing bracket of each opening one; 0 for tokens that are no opening brackets, and for those without
/// a closing one.
pub(super) struct Brackets<'a> {
    closing: Vec<u32>,
    types: HashSet<&'a [u8]>,
}

impl Brackets<'_> {
    /// The index of the token that closes the bracket at `open`.
    pub fn closing(&self, open: usize) -> Option<usize> {
        self.closing.get(open).map(|&close| close as usize).filter(|&close| close != 0)
    }

    /// Whether the module defines a type of this name anywhere.
    pub fn is_type(&self, name: &[u8]) -> bool {
        self.types.contains(name)
    }
}

/// Finds the brackets of `tokens`, the tokens of `text` from offset `base`.
pub(super) fn find<'a>(tokens: &[Token], text: &'a [u8], base: u32) -> Brackets<'a> {
    let types = type_names(tokens, text, base);
    let mut finder =
        Finder { tokens, text, base, types, open: Vec::new(), counts: [0; 3], closing: vec![0; tokens.len()] };
    for index in 0..tokens.len() {
        finder.token(index);
    }
    Brackets { closing: finder.closing, types: finder.types }
}

/// Names that the module defines as types anywhere.
fn type_names<'a>(tokens: &[Token], text: &'a [u8], base: u32) -> HashSet<&'a [u8]> {
    let mut names = HashSet::new();
    let mut in_use = false;
    for (index, token) in tokens.iter().enumerate() {
        match token.kind {
            TokenKind::Use => in_use = true,
            TokenKind::Semi => in_use = false,
            TokenKind::Ident => {
                let before = index.checked_sub(1).map(|before| tokens[before].kind);
                let after = |ahead: usize| tokens.get(index + ahead).map(|token| token.kind);
                use TokenKind::{Colon, Enum, Proc, Struct, Type};
                let defined = matches!(before, Some(Struct | Enum | Proc | Type));
                let parameter = after(1) == Some(Colon) && after(2) == Some(Type);
                if defined || parameter || in_use {
                    names.insert(slice(token, text, base));
                }
            }
            _ => {}
        }
    }
    names
}

fn slice<'a>(token: &Token, text: &'a [u8], base: u32) -> &'a [u8] {
    &text[(token.start - base) as usize..(token.end - base) as usize]
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Paren,
    Square,
    Brace,
    Angle,
}

struct Finder<'t, 'a> {
    tokens: &'t [Token],
    text: &'a [u8],
    base: u32,
    types: HashSet<&'a [u8]>,
    open: Vec<(Bracket, usize)>,
    /// How many of `open` there are of each kind but `Angle`.
    counts: [usize; 3],
    closing: Vec<u32>,
}

impl Finder<'_, '_> {
    fn token(&mut self, index: usize) {
        use TokenKind as T;
        let kind = self.tokens[index].kind;
        let before = index.checked_sub(1).map(|before| self.tokens[before].kind);
        match kind {
            T::OParen => {
                self.unless(matches!(before, Some(T::Less | T::Comma | T::Colon)));
                self.push(Bracket::Paren, index);
            }
            T::OBrace => {
                self.unless(matches!(before, Some(T::Less | T::Comma)));
                self.push(Bracket::Brace, index);
            }
            T::OBracket => {
                self.unless(self.begins_dimension(index));
                self.push(Bracket::Square, index);
            }
            T::CParen => self.close(Bracket::Paren, index),
            T::CBrace => self.close(Bracket::Brace, index),
            T::CBracket => self.close(Bracket::Square, index),
            T::Less if before == Some(T::Ident) || before == Some(T::Chan) => self.push(Bracket::Angle, index),
            T::Greater
                if !self.touches(index, T::Eq)
                    && !self.touches(index, T::EqEq)
                    && !self.touches(index, T::FatArrow) =>
            {
                if let Some(&(Bracket::Angle, open)) = self.open.last() {
                    self.open.pop();
                    self.closing[open] = index as u32;
                }
            }
            T::Ident
            | T::Number
            | T::Char
            | T::True
            | T::False
            | T::SelfValue
            | T::ColonColon
            | T::Comma
            | T::Colon => {}
            T::In | T::Out => {}
            kind if kind.begins_builtin_type() => {}
            _ => self.drop_angles(),
        }
    }

    /// Whether the token behind `index` is of this kind and touches it.
    fn touches(&self, index: usize, kind: TokenKind) -> bool {
        self.tokens.get(index + 1).is_some_and(|next| next.kind == kind && next.start == self.tokens[index].end)
    }

    /// Whether the `[` at `index` gives the size of an array type, or begins an array behind `type:`. Behind the name of a
    /// value, it is an index.
    fn begins_dimension(&self, index: usize) -> bool {
        use TokenKind as T;
        let Some(before) = index.checked_sub(1) else { return false };
        match self.tokens[before].kind {
            T::CBracket | T::CParen | T::Greater | T::Colon => true,
            T::Ident => {
                let qualified = before > 0 && self.tokens[before - 1].kind == T::ColonColon;
                qualified || self.types.contains(slice(&self.tokens[before], self.text, self.base))
            }
            kind => kind.begins_builtin_type(),
        }
    }

    fn push(&mut self, bracket: Bracket, index: usize) {
        if bracket != Bracket::Angle {
            self.counts[bracket as usize] += 1;
        }
        self.open.push((bracket, index));
    }

    /// The `<` that are open within the innermost other bracket are comparisons, unless what follows fits.
    fn unless(&mut self, fits: bool) {
        if !fits {
            self.drop_angles();
        }
    }

    fn drop_angles(&mut self) {
        while let Some((Bracket::Angle, _)) = self.open.last() {
            self.open.pop();
        }
    }

    /// Brackets that are open inside of the one that is closed have no closing one. A closing bracket without an opening
    /// one closes nothing.
    fn close(&mut self, bracket: Bracket, index: usize) {
        self.drop_angles();
        if self.counts[bracket as usize] == 0 {
            return;
        }
        while let Some((kind, open)) = self.open.pop() {
            if kind != Bracket::Angle {
                self.counts[kind as usize] -= 1;
            }
            if kind == bracket {
                self.closing[open] = index as u32;
                return;
            }
        }
    }
}
