//! Values as text for messages.

use std::fmt::Write as _;

use xls_aot_ir::{Bits, Value};

use super::types::{Type, TypeId, Types};

/// The longest text that is made; what is behind it is left out.
const LONGEST: usize = 200;

/// A value as a user writes it, without its type: `8`, `-3`, `(1, 2)`, `Color::RED`.
pub fn show_value(types: &Types, value: &Value, ty: TypeId) -> String {
    let mut text = String::new();
    write_value(types, value, ty, &mut text);
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
        text.push_str("...");
    }
    text
}

fn write_value(types: &Types, value: &Value, ty: TypeId, text: &mut String) {
    if text.len() > LONGEST {
        return;
    }
    match (value, types.get(ty)) {
        (Value::Bits(bits), Type::Enum(id)) => {
            let enumeration = types.enumeration(*id);
            match enumeration.members.iter().find(|member| member.value == *value) {
                Some(member) => text.push_str(&format!("{}::{}", enumeration.name, member.name)),
                None => text.push_str(&format!("{} as {}", show_bits(bits, enumeration.signed), enumeration.name)),
            }
        }
        (Value::Bits(bits), &Type::Bits { signed, .. }) => text.push_str(&show_bits(bits, signed)),
        (Value::Tuple(values), Type::Tuple(elements)) => {
            let last = if values.len() == 1 { ",)" } else { ")" };
            write_all(types, values.iter().zip(elements.iter().copied()), ("(", last), text);
        }
        (Value::Array(values), &Type::Array { element, .. }) => {
            write_all(types, values.iter().map(|v| (v, element)), ("[", "]"), text);
        }
        (Value::Tuple(values), Type::Struct(id)) => {
            let structure = types.structure(*id);
            let _ = write!(text, "{} ", structure.name);
            for (i, (value, (name, ty))) in values.iter().zip(&structure.fields).enumerate() {
                let _ = write!(text, "{}{name}: ", if i > 0 { ", " } else { "{ " });
                write_value(types, value, *ty, text);
            }
            text.push_str(if values.is_empty() { "{}" } else { " }" });
        }
        (Value::Bits(_) | Value::Token | Value::Tuple(_) | Value::Array(_), _) => text.push_str("token"),
    }
}

fn write_all<'a>(
    types: &Types,
    values: impl Iterator<Item = (&'a Value, TypeId)>,
    (open, close): (&str, &str),
    text: &mut String,
) {
    text.push_str(open);
    for (i, (value, ty)) in values.enumerate() {
        text.push_str(if i > 0 { ", " } else { "" });
        write_value(types, value, ty, text);
    }
    text.push_str(close);
}

/// A number: decimal up to 64 bits, hexadecimal beyond.
pub fn show_bits(bits: &Bits, signed: bool) -> String {
    match bits.width() {
        0 => "0".to_string(),
        width @ 1..=64 if signed => {
            let word = bits.low_u64();
            (((word << (64 - width)) as i64) >> (64 - width)).to_string()
        }
        1..=64 => bits.low_u64().to_string(),
        _ => format!("{bits:#x}"),
    }
}
