//! Numbers, characters, strings.

use xls_aot_ir::{magnitude, Diagnostic};

use super::super::ast::{Expr, ExprKind, Number, Radix};
use super::super::text;
use super::super::token::{Token, TokenKind};
use super::{Parse, Parser};

impl Parser<'_> {
    pub(super) fn make(&mut self, start: u32, kind: ExprKind) -> Expr {
        Expr { id: self.id(), span: self.since(start), kind, in_parens: false, label: None }
    }

    pub(super) fn begins_number(&self) -> bool {
        use TokenKind::{Char, False, Number, True};
        matches!(self.kind(), Number | Char | True | False)
    }

    /// A number, character, `true` or `false`.
    pub(super) fn number(&mut self) -> Parse<Expr> {
        let token = self.token();
        let kind = match token.kind {
            TokenKind::Number => ExprKind::Number(self.number_value(token)?),
            TokenKind::True => ExprKind::Bool(true),
            TokenKind::False => ExprKind::Bool(false),
            TokenKind::Char => match self.decoded(token, false)?.as_slice() {
                [byte] => ExprKind::Char(*byte),
                bytes => {
                    let message = format!("a character is one byte, and this is {}", bytes.len());
                    return Err(self.fail(Diagnostic::invalid("E1006", token.span(), message)));
                }
            },
            _ => return Err(self.expected("a number")),
        };
        self.bump();
        Ok(self.make(token.start, kind))
    }

    pub(super) fn number_value(&mut self, token: Token) -> Parse<Number> {
        let text = std::str::from_utf8(self.slice(token)).unwrap_or("0");
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (radix, number, digits) = match digits.get(..2) {
            Some("0x") => (Radix::Hex, 16, &digits[2..]),
            Some("0b") => (Radix::Binary, 2, &digits[2..]),
            _ => (Radix::Decimal, 10, digits),
        };
        match magnitude(number, digits) {
            Ok(magnitude) => Ok(Number { negative, magnitude, radix }),
            Err(_) => {
                let message = format!("a number of {} digits is too long", digits.len());
                let finding = Diagnostic::limit("E1005", token.span(), message);
                Err(self.fail(match radix {
                    Radix::Decimal => finding.note("a hexadecimal number may have more digits: `0x...`"),
                    Radix::Hex | Radix::Binary => finding,
                }))
            }
        }
    }

    /// The bytes that a string or character literal stands for.
    pub(super) fn decoded(&mut self, token: Token, unicode: bool) -> Parse<Vec<u8>> {
        let content = self.slice(token);
        text::decode(&content[1..content.len() - 1], token.start + 1, unicode).map_err(|finding| self.fail(finding))
    }

    /// A string that is a value: not empty.
    pub(super) fn string(&mut self) -> Parse<Expr> {
        let token = self.token();
        let bytes = self.decoded(token, true)?;
        if bytes.is_empty() {
            let finding = Diagnostic::invalid("E1008", token.span(), "a string must not be empty")
                .note("a string is an array of `u8`, and an array has at least one element");
            return Err(self.fail(finding));
        }
        self.bump();
        Ok(self.make(token.start, ExprKind::Str(bytes)))
    }

    /// The decoded text of a string or of text in backticks.
    pub(super) fn text_of(&mut self, token: Token) -> Parse<String> {
        let bytes = self.decoded(token, true)?;
        String::from_utf8(bytes)
            .map_err(|_| self.fail(Diagnostic::invalid("E1003", token.span(), "this text is not UTF-8")))
    }
}
