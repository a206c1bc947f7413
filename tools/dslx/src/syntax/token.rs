//! Tokens.

use crate::source::Span;

/// A token; its text is what its span encloses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub start: u32,
    pub end: u32,
}

impl Token {
    pub fn span(self) -> Span {
        Span { start: self.start, end: self.end }
    }
}

macro_rules! tokens {
    ($(punctuation $($punct:ident $punct_text:literal)*;)? $(keywords $($word:ident $word_text:literal)*;)? $(others $($other:ident $other_text:literal)*;)?) => {
        /// Kinds of tokens.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub(super) enum TokenKind {
            $($($punct,)*)?
            $($($word,)*)?
            $($($other,)*)?
        }

        impl TokenKind {
            /// How messages name the kind.
            pub fn describe(self) -> &'static str {
                match self {
                    $($(TokenKind::$punct => concat!("`", $punct_text, "`"),)*)?
                    $($(TokenKind::$word => concat!("`", $word_text, "`"),)*)?
                    $($(TokenKind::$other => $other_text,)*)?
                }
            }
        }

        /// The keyword that is written so.
        #[allow(non_upper_case_globals)]
        pub(super) fn keyword(text: &[u8]) -> Option<TokenKind> {
            $($(const $word: &[u8] = $word_text.as_bytes();)*)?
            match text {
                $($($word => Some(TokenKind::$word),)*)?
                _ => None,
            }
        }
    };
}

// `>` is always a token of its own: whether two make a shift or close two lists of parametric arguments depends on the
// place, and the parser looks whether they touch.
tokens! {
    punctuation
        OParen "(" CParen ")" OBracket "[" CBracket "]" OBrace "{" CBrace "}"
        Comma "," Semi ";" Colon ":" ColonColon "::" Dot "." DotDot ".." DotDotEq "..=" Ellipsis "..."
        Eq "=" EqEq "==" FatArrow "=>" Arrow "->" Bang "!" BangEq "!="
        Plus "+" PlusPlus "++" PlusColon "+:" Minus "-" Star "*" Slash "/" Percent "%"
        Amp "&" AmpAmp "&&" Bar "|" BarBar "||" Hat "^"
        Less "<" LessEq "<=" Shl "<<" Greater ">"
        Hash "#" Apostrophe "'";
    keywords
        As "as" Const "const" Else "else" Enum "enum" False "false" Fn "fn" For "for" If "if" Impl "impl"
        Import "import" In "in" Out "out" Let "let" Match "match" Pub "pub" Proc "proc" SelfValue "self"
        Struct "struct" Trait "trait" True "true" Type "type" UnrollFor "unroll_for!" Use "use" Mut "mut"
        Bits "bits" Token "token" Un "uN" Sn "sN" Xn "xN" Bool "bool" Chan "chan" SelfType "Self";
    others
        SizedType "a type" Ident "a name" Number "a number" Char "a character" Str "a string" Backtick "text in backticks"
        Eof "the end of the file" Unknown "this text";
}

impl TokenKind {
    /// Words that are types or begin one, without names, `(` and `type`.
    pub fn begins_builtin_type(self) -> bool {
        use TokenKind::{Bits, Bool, Chan, SelfType, SizedType, Sn, Token, Un, Xn};
        matches!(self, Bits | Token | Un | Sn | Xn | Bool | Chan | SelfType | SizedType)
    }
}
