//! Help for text that other languages would read: what to write instead.
//!
//! A hint goes by the token that was not expected and those around it. It is printed only where there is an error anyway,
//! so it may guess.

use super::super::token::TokenKind;
use super::Parser;

impl Parser<'_> {
    /// What to write instead of the next token, if it looks like another language.
    pub(super) fn hint(&self) -> Option<&'static str> {
        self.hint_by_word().or_else(|| self.hint_by_shape())
    }

    /// Text of a token near the next one; empty beyond the ends.
    fn near(&self, offset: isize) -> &str {
        let index = self.pos.checked_add_signed(offset);
        let token = index.and_then(|index| self.tokens.get(index));
        token.and_then(|&token| std::str::from_utf8(self.slice(token)).ok()).unwrap_or("")
    }

    /// Words of other languages: names here, so that the token behind them is not expected.
    fn hint_by_word(&self) -> Option<&'static str> {
        Some(match (self.near(-1), self.near(0)) {
            ("return", _) => "there is no `return`: the value of a block is its last expression, without `;`",
            ("while" | "loop", _) | (_, "while" | "loop") => {
                "a loop has a fixed number of steps: `for (i, acc) in u32:0..u32:8 { ... }(initial)`"
            }
            (_, "and") => "write `&&`",
            (_, "or") => "write `||`",
            ("not", _) => "write `!`",
            (_, "then") => "write `if condition { a } else { b }`",
            ("unroll_for", _) => "write `unroll_for!`",
            (_, "mod") => "other modules are imported: `import name;`",
            (_, "static" | "let" | "var") if self.open.is_empty() => "write `const NAME: type = value;`",
            (_, "function" | "def" | "func") => "functions begin with `fn`",
            (_, "interface") => "traits begin with `trait`",
            ("b", text) if text.starts_with('"') => "a string is an array of `u8` without `b` before it",
            _ => return None,
        })
    }

    fn hint_by_shape(&self) -> Option<&'static str> {
        use TokenKind as T;
        let kind = |offset: isize| self.pos.checked_add_signed(offset).map_or(T::Eof, |index| self.kind_at(index));
        let touches = self.tokens.get(self.pos + 1).is_some_and(|next| next.start == self.token().end);
        Some(match (kind(-1), kind(0), kind(1)) {
            (_, T::Slash, T::Star) if touches => "comments begin with `//`",
            (T::Number, T::Apostrophe, _) => "a number with a width is written `u8:0xff`",
            (T::Dot, T::Number, _) => {
                "there are no floating-point numbers; the module `float32` has functions for them"
            }
            (_, T::Amp | T::AmpAmp, _) => "there are no references: a value is a copy",
            (T::Star, T::Star, _) => "there is no operator for powers; the module `std` has `upow`",
            (T::Greater, T::Greater, _) => "`>>` shifts signed values arithmetically, unsigned ones logically",
            (T::ColonColon, T::Less, _) => "parametric arguments stand right behind the name: `f<u32:8>(x)`",
            (T::Less | T::Comma, T::Const, _) => "write `<N: u32>`, without `const`",
            (T::Ident, T::Greater | T::Comma, _) if kind(-2) == T::Less => "write the type too: `<N: u32>`",
            (T::Colon | T::Arrow | T::Less, T::OBracket, _) => "an array type is written `u8[4]`",
            (T::CParen, T::FatArrow | T::Colon, _) => "the type of the result stands behind `->`",
            (T::Import, T::Str, _) => "write `import name;`, or `import folder.name;`",
            (_, T::ColonColon, _) if self.begins_import() => "write `import folder.name;`",
            (_, T::Colon | T::Eq, T::Eq) if touches => "write `=`",
            (_, T::DotDot, _) if self.in_brackets() => "`...` at the end repeats the last element: `[u8:0, ...]`",
            (_, T::Semi, _) if self.in_brackets() => "`...` repeats the last element: `u8[4]:[0, ...]`",
            (T::Ident, T::Eq, _) if self.in_braces_of_struct() => "a field is written `name: value`",
            (_, T::Semi, _) if self.in_braces_of_match() => "arms are separated by `,`",
            (_, T::If, _) if self.in_braces_of_match() => "patterns have no conditions: write an `if` behind `=>`",
            (_, T::Eq, _) if self.in_parens() => "parameters have no default values",
            (T::Ident, T::Semi, _) if kind(-2) == T::Let => "a name is bound with its value: `let x = value;`",
            (_, T::Let, _) if kind(-1) == T::If => "there is no `if let`; write `match`",
            (T::Ident, T::For, _) if kind(-2) == T::Impl => {
                "a struct has one `impl S { ... }`; traits are derived: `#[derive(ToBits)]`"
            }
            (T::Ident, T::OParen, _) if kind(-2) == T::Struct => "fields have names: `struct S { value: u8 }`",
            (T::Ident, T::OParen, _) if kind(-2) == T::Let => {
                "`let` has names and tuples as patterns; variants are taken apart with `match`"
            }
            (T::OParen | T::Comma, kind, T::Ident) if kind.begins_builtin_type() => "the name comes first: `x: u8`",
            (_, T::CBrace, _) if self.open.is_empty() => "this `}` closes nothing",
            _ => return None,
        })
    }

    /// Whether the innermost open bracket is `[`.
    fn in_brackets(&self) -> bool {
        self.open.last().is_some_and(|open| open.kind == TokenKind::OBracket)
    }

    /// Whether the innermost open bracket is `(`.
    fn in_parens(&self) -> bool {
        self.open.last().is_some_and(|open| open.kind == TokenKind::OParen)
    }

    /// Whether the statement so far is `import` and names.
    fn begins_import(&self) -> bool {
        let mut before = self.tokens[..self.pos].iter().rev();
        let first = before.find(|token| !matches!(token.kind, TokenKind::Ident | TokenKind::Dot));
        first.is_some_and(|token| token.kind == TokenKind::Import)
    }

    /// Whether the innermost open bracket is the `{` of a struct literal: a name is before it.
    fn in_braces_of_struct(&self) -> bool {
        self.before_brace() == Some(TokenKind::Ident) && !self.in_braces_of_match()
    }

    /// Whether the innermost open bracket is the `{` of a `match`: `=>` is somewhere behind it, or before the next token.
    fn in_braces_of_match(&self) -> bool {
        let Some(open) = self.open.last().filter(|open| open.kind == TokenKind::OBrace) else { return false };
        let inside = self.tokens[..=self.pos].iter().rev().take(64).take_while(|token| token.start > open.start);
        let inside = inside.chain(self.tokens[self.pos..].iter().take(16));
        inside.into_iter().any(|token| token.kind == TokenKind::FatArrow)
    }

    /// Kind of the token before the innermost open bracket, if that is `{`.
    fn before_brace(&self) -> Option<TokenKind> {
        let open = self.open.last().filter(|open| open.kind == TokenKind::OBrace)?;
        let index = self.tokens.partition_point(|token| token.start < open.start);
        index.checked_sub(1).map(|before| self.tokens[before].kind)
    }
}
