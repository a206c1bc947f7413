//! Values of `literal(value=...)`: their shape follows the node's type.
//!
//! Recursion follows the type, whose depth is limited. Storage is limited for the package as a whole, because a short
//! text (`0` in a wide type) can stand for a large value.

use super::{number_error, Parse, Parser};
use crate::bits::word_count;
use crate::diagnostic::Diagnostic;
use crate::lexer::TokenKind;
use crate::limits::MAX_LITERAL_WORDS;
use crate::number::parse_bits;
use crate::{Type, Value};

impl Parser<'_> {
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
                self.expect(b'(', &format!("to begin a value of type {}", short_type(ty)))?;
                let mut values = Vec::with_capacity(types.len());
                for (i, element) in types.iter().enumerate() {
                    if i > 0 {
                        self.expect(b',', "before the next element")?;
                    }
                    values.push(self.literal_value(element)?);
                }
                self.expect(b')', &format!("behind the last of {} elements", types.len()))?;
                Ok(Value::Tuple(values))
            }
            Type::Array(array) => {
                let open = self.expect(b'[', &format!("to begin a value of type {}", short_type(ty)))?;
                if array.len == 0 {
                    return Err(Diagnostic::unsupported("E0206", open.span, "there are no values of empty array types")
                        .note("XLS does not have them either; remove the array")
                        .into());
                }
                let mut values = Vec::new();
                for i in 0..array.len {
                    if i > 0 {
                        self.expect(b',', &format!("before element {i} of {}", array.len))?;
                    }
                    values.push(self.literal_value(&array.element)?);
                }
                self.expect(b']', &format!("behind the last of {} elements", array.len))?;
                Ok(Value::Array(values))
            }
        }
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

/// A type for a message, without its inner structure if that is long.
fn short_type(ty: &Type) -> String {
    crate::lexer::shorten(&ty.to_string())
}
