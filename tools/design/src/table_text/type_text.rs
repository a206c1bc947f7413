//! Types as text: `u8`, `s3`, `bits[23]`, `uN[200]`, `bool`, `token`, `(u1, F32)`, `u8[4]`, `float32::F32`, `Word<8, 23>`.

use xls_aot_ir::limits::{MAX_BIT_COUNT, MAX_TYPE_DEPTH};

/// A type with names that are not yet resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum TypeText {
    Bits {
        width: u32,
        signed: bool,
    },
    Token,
    Tuple(Vec<TypeText>),
    Array(Box<TypeText>, u64),
    /// A path as `TypeDef::path` spells it.
    Name(String),
}

/// What is wrong with a text that is no type, and at which byte.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct NotAType {
    pub at: usize,
    pub message: String,
}

/// Names that types cannot have.
pub(super) fn is_built_in(name: &str) -> bool {
    matches!(name, "bits" | "uN" | "sN" | "bool" | "token" | "xN") || short_integer(name).is_some()
}

/// Reads a type that takes all of `text`.
pub(super) fn parse(text: &str) -> Result<TypeText, NotAType> {
    let mut parser = Parser { text, at: 0 };
    let ty = parser.ty(0)?;
    parser.blanks();
    if parser.at < text.len() {
        return Err(parser.expected("the end of the type"));
    }
    Ok(ty)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn ty(&mut self, depth: usize) -> Result<TypeText, NotAType> {
        if depth > MAX_TYPE_DEPTH {
            return Err(self.error(format!("the type is nested more than {MAX_TYPE_DEPTH} levels deep")));
        }
        let mut ty = if self.take("(") { self.tuple(depth)? } else { self.word()? };
        let mut levels = depth;
        while self.take("[") {
            levels += 1;
            if levels > MAX_TYPE_DEPTH {
                return Err(self.error(format!("the type is nested more than {MAX_TYPE_DEPTH} levels deep")));
            }
            ty = TypeText::Array(Box::new(ty), self.number("an array length")?);
            self.expect("]")?;
        }
        Ok(ty)
    }

    fn tuple(&mut self, depth: usize) -> Result<TypeText, NotAType> {
        let mut elements = Vec::new();
        while !self.take(")") {
            elements.push(self.ty(depth + 1)?);
            if !self.take(",") {
                self.expect(")")?;
                break;
            }
        }
        Ok(TypeText::Tuple(elements))
    }

    fn word(&mut self) -> Result<TypeText, NotAType> {
        self.blanks();
        let word = self.identifier().ok_or_else(|| self.expected("a type such as `u8`, `(u1, u8)` or a name"))?;
        match word {
            "bits" | "uN" => return self.width().map(|width| TypeText::Bits { width, signed: false }),
            "sN" => return self.width().map(|width| TypeText::Bits { width, signed: true }),
            "bool" => return Ok(TypeText::Bits { width: 1, signed: false }),
            "token" => return Ok(TypeText::Token),
            _ => {}
        }
        if let Some((width, signed)) = short_integer(word) {
            return Ok(TypeText::Bits { width, signed });
        }
        let mut path = word.to_owned();
        while self.take("::") {
            self.blanks();
            path.push_str("::");
            path.push_str(self.identifier().ok_or_else(|| self.expected("a name behind `::`"))?);
        }
        if self.take("<") {
            let mut values = Vec::new();
            loop {
                let sign = if self.take("-") { "-" } else { "" };
                values.push(format!("{sign}{}", self.number("the value of a parameter")?));
                if !self.take(",") {
                    break;
                }
            }
            self.expect(">")?;
            path.push_str(&format!("<{}>", values.join(", ")));
        }
        Ok(TypeText::Name(path))
    }

    fn width(&mut self) -> Result<u32, NotAType> {
        self.expect("[")?;
        let start = self.at;
        let width = self.number("a number of bits")?;
        let width = u32::try_from(width).ok().filter(|&width| width <= MAX_BIT_COUNT);
        let width = width
            .ok_or_else(|| NotAType { at: start, message: format!("the type is wider than {MAX_BIT_COUNT} bits") })?;
        self.expect("]")?;
        Ok(width)
    }

    fn number(&mut self, what: &str) -> Result<u64, NotAType> {
        self.blanks();
        let rest = &self.text[self.at..];
        let digits = &rest[..rest.bytes().take_while(u8::is_ascii_digit).count()];
        let number = digits.parse().map_err(|_| self.expected(what))?;
        self.at += digits.len();
        Ok(number)
    }

    fn identifier(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let len = rest.bytes().take_while(|&byte| byte.is_ascii_alphanumeric() || byte == b'_').count();
        let word = &rest[..len];
        let is_identifier = crate::table::is_identifier(word);
        is_identifier.then(|| {
            self.at += len;
            word
        })
    }

    fn expect(&mut self, what: &str) -> Result<(), NotAType> {
        if self.take(what) {
            return Ok(());
        }
        Err(self.expected(&format!("`{what}`")))
    }

    /// Skips `what`, if it comes next.
    fn take(&mut self, what: &str) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(what);
        if found {
            self.at += what.len();
        }
        found
    }

    fn blanks(&mut self) {
        self.at += self.text[self.at..].bytes().take_while(u8::is_ascii_whitespace).count();
    }

    fn expected(&mut self, what: &str) -> NotAType {
        self.blanks();
        let found = match self.text[self.at..].chars().next() {
            Some(character) => format!("found `{}`", character.escape_debug()),
            None => "the text ends here".to_owned(),
        };
        self.error(format!("expected {what}, {found}"))
    }

    fn error(&self, message: String) -> NotAType {
        NotAType { at: self.at, message }
    }
}

/// Width and signedness of `u8`, `s3`: DSLX has these names up to 128 bits.
fn short_integer(word: &str) -> Option<(u32, bool)> {
    let (signed, digits) = match word.strip_prefix('s') {
        Some(digits) => (true, digits),
        None => (false, word.strip_prefix('u')?),
    };
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let width = digits.parse().ok().filter(|width| plain && (1..=128).contains(width))?;
    Some((width, signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(width: u32, signed: bool) -> TypeText {
        TypeText::Bits { width, signed }
    }

    #[test]
    fn types_of_every_form() {
        let name = |path: &str| TypeText::Name(path.to_owned());
        for (text, expected) in [
            ("u8", bits(8, false)),
            (" s128 ", bits(128, true)),
            ("bool", bits(1, false)),
            ("bits[23]", bits(23, false)),
            ("uN[ 200 ]", bits(200, false)),
            ("sN[0]", bits(0, true)),
            ("token", TypeText::Token),
            ("()", TypeText::Tuple(Vec::new())),
            ("(u1,)", TypeText::Tuple(vec![bits(1, false)])),
            ("(u1)", TypeText::Tuple(vec![bits(1, false)])),
            (
                "(u1, (s2, bits[3]))",
                TypeText::Tuple(vec![bits(1, false), TypeText::Tuple(vec![bits(2, true), bits(3, false)])]),
            ),
            ("u8[4][0]", TypeText::Array(Box::new(TypeText::Array(Box::new(bits(8, false)), 4)), 0)),
            ("F32", name("F32")),
            ("u129", name("u129")),
            ("u08", name("u08")),
            (" m :: n::T", name("m::n::T")),
            ("T<8,-23 >", name("T<8, -23>")),
        ] {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_types() {
        for (text, at, message) in [
            ("", 0, "expected a type such as `u8`, `(u1, u8)` or a name, the text ends here"),
            ("(u1, ", 5, "expected a type such as `u8`, `(u1, u8)` or a name, the text ends here"),
            ("(u1 u2)", 4, "expected `)`, found `u`"),
            ("u8[]", 3, "expected an array length, found `]`"),
            ("u8[4", 4, "expected `]`, the text ends here"),
            ("bits", 4, "expected `[`, the text ends here"),
            ("bits[x]", 5, "expected a number of bits, found `x`"),
            ("bits[16777217]", 5, "the type is wider than 16777216 bits"),
            ("bits[99999999999999999999]", 5, "expected a number of bits, found `9`"),
            ("m::", 3, "expected a name behind `::`, the text ends here"),
            ("T<8", 3, "expected `>`, the text ends here"),
            ("u8 é", 3, "expected the end of the type, found `é`"),
            ("_", 0, "expected a type such as `u8`, `(u1, u8)` or a name, found `_`"),
        ] {
            assert_eq!(parse(text), Err(NotAType { at, message: message.to_owned() }), "{text}");
        }
        for text in ["(".repeat(100_000), format!("u8{}", "[1]".repeat(100_000))] {
            assert!(parse(&text).unwrap_err().message.contains("levels deep"));
        }
    }
}
