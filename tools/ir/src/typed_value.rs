//! Values as text with their types, the form of tool inputs and outputs: `bits[8]:255`,
//! `(bits[1]:1, [bits[3]:2, bits[3]:5])`, `token`.
//!
//! Written as libxls writes them: unsigned decimal up to 64 bits, above that `0x` and hexadecimal digits with `_` before
//! each group of four. Read in every form of number that IR text allows.

use std::fmt;

use crate::lexer::{Lexer, Token, TokenKind};
use crate::limits::{MAX_BIT_COUNT, MAX_LITERAL_WORDS, MAX_TYPE_DEPTH};
use crate::number::{parse_bits, parse_i64, NumberError};
use crate::{bits::word_count, Bits, Type, Value};

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bits(bits) => write!(f, "bits[{}]:{}", bits.width(), Untyped(self)),
            Value::Token => f.write_str("token"),
            Value::Tuple(values) => write_list(f, "(", values, ")", |f, value| write!(f, "{value}")),
            Value::Array(values) => write_list(f, "[", values, "]", |f, value| write!(f, "{value}")),
        }
    }
}

/// A value without its types, as in `literal(value=...)`.
pub(crate) struct Untyped<'a>(pub &'a Value);

impl fmt::Display for Untyped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Value::Bits(bits) => match bits.words() {
                [] => f.write_str("0"),
                [word] => write!(f, "{word}"),
                _ => write_grouped_hex(f, bits),
            },
            Value::Token => f.write_str("token"),
            Value::Tuple(values) => write_list(f, "(", values, ")", |f, value| write!(f, "{}", Untyped(value))),
            Value::Array(values) => write_list(f, "[", values, "]", |f, value| write!(f, "{}", Untyped(value))),
        }
    }
}

fn write_list(
    f: &mut fmt::Formatter<'_>,
    open: &str,
    values: &[Value],
    close: &str,
    mut write_element: impl FnMut(&mut fmt::Formatter<'_>, &Value) -> fmt::Result,
) -> fmt::Result {
    f.write_str(open)?;
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write_element(f, value)?;
    }
    f.write_str(close)
}

fn write_grouped_hex(f: &mut fmt::Formatter<'_>, bits: &Bits) -> fmt::Result {
    let digits = format!("{bits:x}");
    // All digits are ASCII. The first group is the only one that may be shorter than four.
    let (first, rest) = digits.split_at((digits.len() - 1) % 4 + 1);
    f.write_str("0x")?;
    f.write_str(first)?;
    for group in (0..rest.len()).step_by(4) {
        f.write_str("_")?;
        f.write_str(&rest[group..group + 4])?;
    }
    Ok(())
}

/// Why a text is not a typed value.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TypedValueError {
    /// The text does not have the form of a typed value.
    Invalid {
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong at this place.
        message: String,
    },
    /// The value exceeds a limit.
    Limit {
        /// Column in characters, from 1.
        column: usize,
        /// Which limit.
        message: String,
    },
}

impl fmt::Display for TypedValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TypedValueError::Invalid { column, message } => {
                write!(f, "column {column}: {message}; a value looks like `bits[8]:255`, `(bits[1]:1, [bits[3]:2])` or `token`")
            }
            TypedValueError::Limit { column, message } => write!(f, "column {column}: {message}"),
        }
    }
}

impl std::error::Error for TypedValueError {}

/// The value that `text` writes, with its types.
pub fn parse_typed_value(text: &str) -> Result<Value, TypedValueError> {
    let mut reader = Reader { text, lexer: Lexer::new(text), token: None, words: 0 };
    let value = reader.value(0)?;
    let end = reader.take()?;
    if end.kind == TokenKind::End {
        Ok(value)
    } else {
        Err(reader.unexpected(end, "the end"))
    }
}

struct Reader<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The next token, if it was looked at and not taken.
    token: Option<Token<'a>>,
    words: u64,
}

impl<'a> Reader<'a> {
    fn take(&mut self) -> Result<Token<'a>, TypedValueError> {
        if let Some(token) = self.token.take() {
            return Ok(token);
        }
        let text = self.text;
        self.lexer.next_token().map_err(|finding| invalid(text, finding.span.start, finding.message))
    }

    fn peek(&mut self) -> Result<Token<'a>, TypedValueError> {
        let token = self.take()?;
        self.token = Some(token);
        Ok(token)
    }

    fn unexpected(&self, token: Token<'a>, expected: &str) -> TypedValueError {
        invalid(self.text, token.span.start, format!("expected {expected}, found {}", token.describe()))
    }

    fn expect(&mut self, c: u8) -> Result<Token<'a>, TypedValueError> {
        let token = self.take()?;
        if token.is(c) {
            Ok(token)
        } else {
            Err(self.unexpected(token, &format!("`{}`", c as char)))
        }
    }

    #[expect(clippy::wildcard_enum_match_arm)] // No other token begins a value.
    fn value(&mut self, depth: usize) -> Result<Value, TypedValueError> {
        let token = self.take()?;
        if depth > MAX_TYPE_DEPTH {
            return Err(limit(self.text, token.span.start, format!("nested more than {MAX_TYPE_DEPTH} levels deep")));
        }
        match token.kind {
            TokenKind::Keyword if token.text == "bits" => self.bits(),
            TokenKind::Keyword if token.text == "token" => Ok(Value::Token),
            TokenKind::Punct(b'(') => Ok(Value::Tuple(self.elements(b')', depth)?)),
            TokenKind::Punct(b'[') => {
                let values = self.elements(b']', depth)?;
                let Some(first) = values.first() else {
                    return Err(invalid(
                        self.text,
                        token.span.start,
                        "there are no values of empty array types".into(),
                    ));
                };
                let element = first.type_of();
                if let Some(i) = values.iter().position(|value| !value.has_type(&element)) {
                    let message = format!(
                        "element {i} of this array has type {}, element 0 has type {element}",
                        Type::to_string(&values[i].type_of())
                    );
                    return Err(invalid(self.text, token.span.start, message));
                }
                Ok(Value::Array(values))
            }
            _ => Err(self.unexpected(token, "a value")),
        }
    }

    fn elements(&mut self, close: u8, depth: usize) -> Result<Vec<Value>, TypedValueError> {
        let mut values = Vec::new();
        if self.peek()?.is(close) {
            self.take()?;
            return Ok(values);
        }
        loop {
            values.push(self.value(depth + 1)?);
            let token = self.take()?;
            if token.is(close) {
                return Ok(values);
            }
            if !token.is(b',') {
                return Err(self.unexpected(token, &format!("`,` or `{}`", close as char)));
            }
        }
    }

    /// The text after `bits`: `[8]:255`.
    fn bits(&mut self) -> Result<Value, TypedValueError> {
        self.expect(b'[')?;
        let width = self.take()?;
        let count = match (width.kind, parse_i64(width.text)) {
            (TokenKind::Number, Ok(count)) if count >= 0 => count,
            _ => return Err(self.unexpected(width, "a bit count")),
        };
        let count = match u32::try_from(count) {
            Ok(count) if count <= MAX_BIT_COUNT => count,
            _ => {
                return Err(limit(
                    self.text,
                    width.span.start,
                    format!("bits[{count}] is wider than {MAX_BIT_COUNT} bits"),
                ))
            }
        };
        self.expect(b']')?;
        self.expect(b':')?;
        let number = self.take()?;
        if number.kind != TokenKind::Number {
            return Err(self.unexpected(number, "a number"));
        }
        self.words += word_count(count).saturating_sub(1) as u64;
        if self.words > MAX_LITERAL_WORDS {
            return Err(limit(
                self.text,
                number.span.start,
                format!("the value needs more than {} MiB", MAX_LITERAL_WORDS >> 17),
            ));
        }
        let at = number.span.start;
        match parse_bits(number.text, count) {
            Ok(bits) => Ok(Value::Bits(bits)),
            Err(NumberError::Malformed) => Err(self.unexpected(number, "a number")),
            Err(NumberError::TooLarge) => {
                let number = crate::lexer::shorten(number.text);
                Err(invalid(self.text, at, format!("{number} does not fit bits[{count}]")))
            }
            Err(NumberError::TooLong) => {
                Err(limit(self.text, at, "this decimal number is too long; write it in hexadecimal".into()))
            }
        }
    }
}

fn column(text: &str, offset: u32) -> usize {
    text.as_bytes()[..offset as usize].iter().filter(|&&b| b & 0xc0 != 0x80).count() + 1
}

fn invalid(text: &str, offset: u32, message: String) -> TypedValueError {
    TypedValueError::Invalid { column: column(text, offset), message }
}

fn limit(text: &str, offset: u32, message: String) -> TypedValueError {
    TypedValueError::Limit { column: column(text, offset), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_values_read_back() {
        for text in [
            "bits[0]:0",
            "bits[8]:255",
            "bits[64]:18446744073709551615",
            "bits[65]:0x1_0000_0000_0000_0000",
            "bits[128]:0x0",
            "bits[100]:0xabc_def0",
            "()",
            "token",
            "(bits[1]:1, [bits[3]:2, bits[3]:5], (token, ()))",
            "[[bits[1]:0, bits[1]:1]]",
        ] {
            assert_eq!(parse_typed_value(text).expect(text).to_string(), text);
        }
        assert_eq!(parse_typed_value("bits[8]:-0x80").expect("fits").to_string(), "bits[8]:128");
    }

    #[test]
    fn says_what_is_wrong_and_where() {
        for (text, column, part) in [
            ("", 1, "expected a value, found the end of the text"),
            ("bits[8]:256", 9, "256 does not fit bits[8]"),
            ("[]", 1, "empty array"),
            ("[bits[8]:1, bits[7]:1]", 1, "element 1 of this array has type bits[7], element 0 has type bits[8]"),
            ("(bits[8]:1", 11, "expected `,` or `)`, found the end of the text"),
            ("bits[8]:1 x", 11, "expected the end, found `x`"),
            ("bits[x]:1", 6, "expected a bit count"),
            ("bits[-1]:1", 6, "expected a bit count"),
            ("é", 1, "U+00E9 has no meaning in XLS IR"),
        ] {
            let error = parse_typed_value(text).expect_err(text);
            let shown = error.to_string();
            assert!(shown.starts_with(&format!("column {column}: ")), "{shown}");
            assert!(shown.contains(part), "{shown}");
        }
    }

    #[test]
    fn deep_nesting_and_huge_values_are_limits() {
        for text in ["(".repeat(1_000_000), "[".repeat(1_000_000), "bits[2147483648]:0".into()] {
            assert!(matches!(parse_typed_value(&text), Err(TypedValueError::Limit { .. })));
        }
        let many = format!("[{}]", vec!["bits[16777216]:0"; 1000].join(", "));
        assert!(matches!(parse_typed_value(&many), Err(TypedValueError::Limit { .. })));
    }
}
