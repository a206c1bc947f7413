//! Values of `literal(value=...)`: their shape follows the node's type.
//!
//! Recursion follows the type, whose depth is limited. Storage is limited for the package as a whole, because a short
//! text (`0` in a wide type) can stand for a large value.

use super::{number_error, Parse, Parser};
use crate::bits::word_count;
use crate::diagnostic::Diagnostic;
use crate::lexer::{Token, TokenKind};
use crate::limits::MAX_LITERAL_WORDS;
use crate::number::parse_bits;
use crate::{Type, Value};

impl<'a> Parser<'a> {
    /// A value of type `ty`.
    pub(super) fn literal_value(&mut self, ty: &Type) -> Parse<Value> {
        match ty {
            Type::Bits(width) => self.bits_literal(*width),
            Type::Token => {
                if !self.token.is_keyword("token") {
                    return Err(self.unexpected("`token`"));
                }
                self.advance()?;
                Ok(Value::Token)
            }
            Type::Tuple(types) => {
                self.open(b'(', ty)?;
                let mut values = Vec::with_capacity(types.len());
                for (i, element) in types.iter().enumerate() {
                    self.separate(i as u64, types.len() as u64)?;
                    values.push(self.literal_value(element)?);
                }
                self.expect(b')', "behind the last element")?;
                Ok(Value::Tuple(values))
            }
            Type::Array(array) => {
                let open = self.open(b'[', ty)?;
                if array.len == 0 {
                    return Err(Diagnostic::unsupported(
                        "E0206",
                        open.span,
                        "there are no values of empty array types",
                    )
                    .note("XLS does not have them either; remove the array")
                    .into());
                }
                let mut values = Vec::new();
                for i in 0..array.len {
                    self.separate(i, array.len)?;
                    values.push(self.literal_value(&array.element)?);
                }
                self.expect(b']', "behind the last element")?;
                Ok(Value::Array(values))
            }
        }
    }

    /// Takes the bracket that begins a value of type `ty`.
    fn open(&mut self, bracket: u8, ty: &Type) -> Parse<Token<'a>> {
        if self.token.is(bracket) {
            return self.advance();
        }
        Err(self.unexpected(&format!("`{}` to begin a value of type {}", bracket as char, ty.short())))
    }

    /// Takes the comma before element `index` of `count`, unless it is the first.
    fn separate(&mut self, index: u64, count: u64) -> Parse<()> {
        if index == 0 || self.take(b',') {
            return Ok(());
        }
        Err(self.unexpected(&format!("`,` before element {index} of {count} (counted from 0)")))
    }

    fn bits_literal(&mut self, width: u32) -> Parse<Value> {
        if self.token.kind != TokenKind::Number {
            return Err(self.unexpected(&format!("a number for bits[{width}]")));
        }
        let token = self.advance()?;
        self.literal_words += word_count(width).saturating_sub(1) as u64;
        if self.literal_words > MAX_LITERAL_WORDS {
            let message = format!("the literals of this package need more than {} MiB", MAX_LITERAL_WORDS >> 17);
            return Err(Diagnostic::limit("E0907", token.span, message).into());
        }
        match parse_bits(token.text, width) {
            Ok(bits) => Ok(Value::Bits(bits)),
            Err(error) => {
                self.report(number_error(error, token, &format!("bits[{width}]")))?;
                Ok(Value::Bits(crate::Bits::zero(width)))
            }
        }
    }
}
