//! Literals.

use xls_aot_ir::{Bits, Diagnostic, Value};

use super::checker::Check;
use super::infer::{Because, Infer, Note};
use super::known::{Known, Width};
use super::settle::labelled;
use super::typed::{Expr, ExprId, ExprKind};
use super::types::TypeId;
use crate::source::Span;
use crate::syntax::ast::{Number, Radix};

/// The bits that a number needs: the least width in two's complement if it is negative.
pub(super) fn least_width(number: &Number) -> Width {
    let magnitude = number.magnitude.significant_bits();
    let prefixed = number.radix != Radix::Decimal;
    if !number.negative || magnitude == 0 {
        return Width { signed: number.negative, width: magnitude, prefixed };
    }
    let power = (0..magnitude - 1).all(|i| !number.magnitude.bit(i));
    Width { signed: true, width: magnitude + u32::from(!power), prefixed }
}

impl<'a> Infer<'_, 'a> {
    /// A number without a type.
    pub fn draft_number(&mut self, number: &'a Number, span: Span) -> ExprId {
        let known = Known::Number(least_width(number));
        let placeholder = self.cx.types.unit();
        let id = ExprId::new(self.body.exprs.len());
        self.cx.expressions += 1;
        let kind = ExprKind::Literal(Value::Tuple(Vec::new()));
        self.body.exprs.push(Expr { kind, ty: placeholder, span });
        self.notes.push(Note { known, from: span, open: true, number: Some(number) });
        id
    }

    /// The value of a number in a type.
    pub fn number_value(&mut self, number: &Number, ty: TypeId, span: Span, because: Option<Because>) -> Check<Value> {
        let because = because.unwrap_or(Because { span, what: "" });
        let Some((signed, width)) = self.cx.types.as_bits(ty) else {
            let text = format!("expected `{}`, found a number", self.show(ty));
            let mut finding = labelled(Diagnostic::invalid("E1216", span, text), because);
            if self.cx.types.as_number(ty).is_some() {
                finding = finding.note(format!("name a member, `{0}::...`, or convert: `u8:1 as {0}`", self.show(ty)));
            }
            return Err(self.report(finding));
        };
        if number.negative && !signed && !number.magnitude.is_zero() {
            let text = format!("a negative number does not fit `{}`, which is unsigned", self.show(ty));
            let finding = labelled(Diagnostic::invalid("E1240", span, text), because);
            return Err(self.report(finding));
        }
        let needs = least_width(number);
        // Digits with a prefix give the bits of a signed type as well: `s4:0b1001` is -7.
        let sign_bit = u32::from(signed && !number.negative && !needs.prefixed && needs.width > 0);
        if needs.width + sign_bit > width {
            let text = format!("this number does not fit `{}`", self.show(ty));
            let mut finding = labelled(Diagnostic::invalid("E1241", span, text), because);
            if let Some(range) = range_of(signed, width) {
                finding = finding.note(range);
            }
            return Err(self.report(finding));
        }
        let magnitude = Bits::from_words(width, number.magnitude.words());
        Ok(Value::Bits(if number.negative { negate(&magnitude) } else { magnitude }))
    }

    /// The value of `type:number`. A negative number is only refused if its digits do not fit: `s8:-150` is 106, as
    /// libxls has it.
    pub fn typed_number(&mut self, number: &Number, ty: TypeId, because: Because, span: Span) -> Check<Value> {
        let bits = self.cx.types.as_bits(ty);
        match bits {
            Some((true, width)) if number.negative && least_width(number).width > width => {
                if number.magnitude.significant_bits() > width {
                    return self.number_value(number, ty, span, Some(because));
                }
                self.warn_wrapped_number(span, ty);
                Ok(Value::Bits(negate(&Bits::from_words(width, number.magnitude.words()))))
            }
            _ => self.number_value(number, ty, span, Some(because)),
        }
    }

    /// `'a'`.
    pub fn draft_char(&mut self, byte: u8, span: Span) -> ExprId {
        let ty = self.cx.types.unsigned(8);
        self.literal(Value::Bits(Bits::from_u64(8, u64::from(byte))), ty, span)
    }

    /// `"text"`.
    pub fn draft_str(&mut self, text: &[u8], span: Span) -> ExprId {
        let byte = self.cx.types.unsigned(8);
        let ty = self.cx.types.array(byte, u32::try_from(text.len()).unwrap_or(u32::MAX));
        let value = Value::Array(text.iter().map(|&b| Value::Bits(Bits::from_u64(8, u64::from(b)))).collect());
        self.literal(value, ty, span)
    }
}

fn negate(bits: &Bits) -> Bits {
    let mut result = Bits::zero(bits.width());
    let mut carry = true;
    for (to, from) in result.words_mut().iter_mut().zip(bits.words()) {
        let (word, overflow) = (!from).overflowing_add(u64::from(carry));
        *to = word;
        carry = overflow;
    }
    result.clear_unused();
    result
}

/// The numbers of a type, for messages.
fn range_of(signed: bool, width: u32) -> Option<String> {
    let (low, high) = match (signed, width) {
        (_, 0) => return Some("a type of 0 bits has only the number 0".to_string()),
        (false, 1..=64) => (0, (1i128 << width) - 1),
        (true, 1..=64) => (-(1i128 << (width - 1)), (1i128 << (width - 1)) - 1),
        _ => return None,
    };
    Some(format!("its numbers are {low} to {high}"))
}
