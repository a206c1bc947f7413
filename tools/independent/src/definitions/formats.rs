//! The text of a `trace`.
//!
//! A format string has placeholders `{}` and `{:SPEC}`, one an operand; doubled braces are no placeholders and stay
//! doubled. The specifiers are `u` and `d` for unsigned and signed decimal, `x` and `b` for plain hexadecimal and binary
//! digits, `#x` and `#b` for digits in groups of four behind a prefix, `0x` and `0b` for groups without a prefix but with
//! all leading zeros. Without a specifier, up to 64 bits are decimal and more are as `#x`.

use crate::{Number, Value};

/// `format` with its placeholders replaced by the operands in order.
pub(crate) fn message(format: &str, operands: &[Value]) -> String {
    let mut text = String::new();
    let mut operands = operands.iter();
    let mut rest = format;
    while let Some(at) = rest.find(['{', '}']) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(doubled) = ["{{", "}}"].into_iter().find(|doubled| rest.starts_with(doubled)) {
            text.push_str(doubled);
            rest = &rest[2..];
        } else {
            let end = rest.find('}').expect("the verifier wants closed placeholders");
            let spec = rest[1..end].trim_start_matches(':');
            text.push_str(&value(operands.next().expect("the verifier wants an operand"), spec));
            rest = &rest[end + 1..];
        }
    }
    text + rest
}

/// A value with the same specifier for each bit vector in it.
fn value(of: &Value, spec: &str) -> String {
    let all = |values: &[Value]| values.iter().map(|element| value(element, spec)).collect::<Vec<_>>().join(", ");
    match of {
        Value::Bits(bits) => number(bits, spec),
        Value::Token => "token".to_owned(),
        Value::Tuple(values) => format!("({})", all(values)),
        Value::Array(values) => format!("[{}]", all(values)),
    }
}

fn number(x: &Number, spec: &str) -> String {
    match spec {
        "" if x.width() <= 64 => x.unsigned().to_string(),
        "u" => x.unsigned().to_string(),
        "d" => x.signed().to_string(),
        "x" => x.unsigned().to_str_radix(16),
        "b" => x.unsigned().to_str_radix(2),
        "" | "#x" => format!("0x{}", groups(&x.unsigned().to_str_radix(16))),
        "#b" => format!("0b{}", groups(&x.unsigned().to_str_radix(2))),
        "0x" => groups(&padded(x.unsigned().to_str_radix(16), x.width().div_ceil(4))),
        "0b" => groups(&padded(x.unsigned().to_str_radix(2), x.width())),
        other => panic!("the verifier lets `{{:{other}}}` pass"),
    }
}

fn padded(digits: String, count: u32) -> String {
    format!("{digits:0>0$}", count as usize)
}

/// Groups of four digits, counted from the end.
fn groups(digits: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(4) {
            text.push('_');
        }
        text.push(digit);
    }
    text
}
