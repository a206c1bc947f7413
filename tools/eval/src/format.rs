//! Trace messages: a format string with a placeholder for each operand.
//!
//! | placeholder | a leaf prints as |
//! |---|---|
//! | `{}` | unsigned decimal up to 64 bits; above, as `{:#x}` |
//! | `{:u}`, `{:d}` | unsigned, signed decimal |
//! | `{:x}`, `{:b}` | hexadecimal, binary digits |
//! | `{:0x}`, `{:0b}` | padded with zeros to the full width, `_` between groups of four digits |
//! | `{:#x}`, `{:#b}` | prefix `0x`, `0b`, not padded, `_` between groups of four digits |
//!
//! Doubled braces stand for themselves and stay doubled: XLS accepts them so, and prints them so.

use xls_aot_ir::{Bits, Value};

use crate::arith::neg;
use crate::error::{EvalError, Fault};
use crate::val::Val;

/// How a leaf is printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Style {
    Default,
    Unsigned,
    Signed,
    Radix { digit_bits: u32, decoration: Decoration },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Decoration {
    Plain,
    Padded,
    Prefixed,
}

const STYLES: &[(&str, Style)] = &[
    ("{}", Style::Default),
    ("{:u}", Style::Unsigned),
    ("{:d}", Style::Signed),
    ("{:x}", Style::Radix { digit_bits: 4, decoration: Decoration::Plain }),
    ("{:0x}", Style::Radix { digit_bits: 4, decoration: Decoration::Padded }),
    ("{:#x}", Style::Radix { digit_bits: 4, decoration: Decoration::Prefixed }),
    ("{:b}", Style::Radix { digit_bits: 1, decoration: Decoration::Plain }),
    ("{:0b}", Style::Radix { digit_bits: 1, decoration: Decoration::Padded }),
    ("{:#b}", Style::Radix { digit_bits: 1, decoration: Decoration::Prefixed }),
];

/// The message of a trace with these data operands.
///
/// # Errors
/// [`EvalError::Internal`] if the format string does not fit the operands, which the IR's rules exclude.
pub fn format_message(format: &str, operands: &[Value]) -> Result<String, EvalError> {
    let message = || {
        let operands = operands.iter().map(Val::from_value).collect::<Result<Vec<_>, _>>()?;
        format_trace(format, &operands)
    };
    message().map_err(|fault| fault.at(None))
}

/// The message of a trace.
pub(crate) fn format_trace(format: &str, operands: &[Val]) -> Result<String, Fault> {
    let mut text = String::with_capacity(format.len());
    let mut operands = operands.iter();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push_str(&rest[..2]);
            rest = &rest[2..];
            continue;
        }
        let (placeholder, style) = STYLES
            .iter()
            .find(|(placeholder, _)| rest.starts_with(placeholder))
            .ok_or_else(|| Fault::malformed(format!("unknown placeholder at `{rest}` in a format string")))?;
        let operand = operands.next().ok_or_else(|| Fault::malformed("more placeholders than operands"))?;
        push_value(&mut text, operand, *style);
        rest = &rest[placeholder.len()..];
    }
    text.push_str(rest);
    match operands.next() {
        None => Ok(text),
        Some(_) => Err(Fault::malformed("more operands than placeholders")),
    }
}

fn push_value(text: &mut String, value: &Val, style: Style) {
    let mut push_all = |open: char, elements: &[Val], close: char| {
        text.push(open);
        for (i, element) in elements.iter().enumerate() {
            if i > 0 {
                text.push_str(", ");
            }
            push_value(text, element, style);
        }
        text.push(close);
    };
    match value {
        Val::Tuple(elements) => push_all('(', elements, ')'),
        Val::Array(elements) => push_all('[', elements, ']'),
        Val::Token => text.push_str("token"),
        Val::Bits(bits) => text.push_str(&leaf(bits, style)),
    }
}

fn leaf(bits: &Bits, style: Style) -> String {
    match style {
        Style::Default if bits.width() <= 64 => decimal(bits),
        Style::Default => format!("0x{}", digits(bits, 4, Decoration::Prefixed)),
        Style::Unsigned => decimal(bits),
        Style::Signed if bits.sign_bit() => format!("-{}", decimal(&neg(bits))),
        Style::Signed => decimal(bits),
        Style::Radix { digit_bits, decoration } => {
            let prefix = match (decoration, digit_bits) {
                (Decoration::Prefixed, 4) => "0x",
                (Decoration::Prefixed, _) => "0b",
                (Decoration::Plain | Decoration::Padded, _) => "",
            };
            format!("{prefix}{}", digits(bits, digit_bits, decoration))
        }
    }
}

/// The digits of `bits` in base `2^digit_bits`; at least one.
fn digits(bits: &Bits, digit_bits: u32, decoration: Decoration) -> String {
    let shown = match decoration {
        Decoration::Plain | Decoration::Prefixed => bits.significant_bits(),
        Decoration::Padded => bits.width(),
    };
    let count = shown.div_ceil(digit_bits).max(1);
    let mut text = String::new();
    for i in (0..count).rev() {
        let digit = (0..digit_bits).fold(0, |digit, bit| digit | u32::from(bits.bit(i * digit_bits + bit)) << bit);
        text.extend(char::from_digit(digit, 16));
        if decoration != Decoration::Plain && i > 0 && i % 4 == 0 {
            text.push('_');
        }
    }
    text
}

/// Unsigned decimal of any width: digits in groups of nineteen, the most that a word holds.
fn decimal(bits: &Bits) -> String {
    const GROUP: u64 = 10_000_000_000_000_000_000;
    let mut words = bits.words().to_vec();
    let mut groups = Vec::new();
    while words.iter().any(|&word| word != 0) {
        let mut remainder = 0u64;
        for word in words.iter_mut().rev() {
            let value = u128::from(remainder) << 64 | u128::from(*word);
            *word = (value / u128::from(GROUP)) as u64;
            remainder = (value % u128::from(GROUP)) as u64;
        }
        groups.push(remainder);
    }
    let Some(first) = groups.pop() else { return "0".to_owned() };
    let mut text = first.to_string();
    for group in groups.iter().rev() {
        text.push_str(&format!("{group:019}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn b(width: u32, value: u64) -> Val {
        Val::Bits(Bits::from_u64(width, value))
    }

    #[test]
    fn each_style() {
        let format = "{} {:u} {:d} {:x} {:0x} {:#x} {:b} {:0b} {:#b}";
        let all = |value: Val| format_trace(format, &vec![value; 9]).unwrap();
        assert_eq!(all(b(8, 0xc5)), "197 197 -59 c5 c5 0xc5 11000101 1100_0101 0b1100_0101");
        assert_eq!(
            all(b(40, 0x1_0005)),
            "65541 65541 65541 10005 00_0001_0005 0x1_0005 10000000000000101 \
             0000_0000_0000_0000_0000_0001_0000_0000_0000_0101 0b1_0000_0000_0000_0101"
        );
        let wide = Val::Bits(Bits::ones(70));
        assert_eq!(format_trace("{}", std::slice::from_ref(&wide)).unwrap(), "0x3f_ffff_ffff_ffff_ffff");
        assert_eq!(format_trace("{:u}|{:d}", &[wide.clone(), wide]).unwrap(), "1180591620717411303423|-1");
    }

    #[test]
    fn aggregates_and_braces() {
        let tuple = Val::Tuple([b(8, 1), Val::array(vec![b(4, 10), b(4, 11)]).unwrap(), Val::Token].into());
        assert_eq!(format_trace("P{{a: {:x}}}", &[tuple]).unwrap(), "P{{a: (1, [a, b], token)}}");
        assert!(format_trace("{:q}", &[b(1, 0)]).is_err());
        assert!(format_trace("{}", &[]).is_err());
        assert!(format_trace("", &[b(1, 0)]).is_err());
    }
}
