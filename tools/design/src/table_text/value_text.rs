//! The value of a constant: JSON, read by its type. An integer is a number or a text; an enum the name of a variant or a
//! number; a struct an object; a tuple or an array a list.

use serde::de::{MapAccess, Visitor};
use serde::Deserialize;
use serde_json::value::RawValue;
use xls_aot_ir::Value;

use super::document::Json;
use super::findings::{span_of, Findings};
use super::Spot;
use crate::number::Number;
use crate::table::{TypeKind, TypeTable};
use crate::value_type::ValueType;

/// The value of type `ty`.
pub(super) fn read(json: Json<'_>, ty: &ValueType, table: &TypeTable, findings: &mut Findings<'_>) -> Option<Value> {
    match value(json.0, ty, table) {
        Ok(value) => Some(value),
        Err(Wrong { json, message }) => {
            let text = std::str::from_utf8(findings.bytes(0)).unwrap_or_default();
            let spot = Spot { source: 0, span: span_of(text, json.get()) };
            findings.invalid(spot, "E1106", message);
            None
        }
    }
}

struct Wrong<'a> {
    json: &'a RawValue,
    message: String,
}

fn value<'a>(json: &'a RawValue, ty: &ValueType, table: &TypeTable) -> Result<Value, Wrong<'a>> {
    let wrong = |message: String| Wrong { json, message };
    let shown = || table.display(ty).to_string();
    match table.resolve(ty) {
        ValueType::Bits { width, signed } => number(json, *width, *signed),
        ValueType::Token => Err(wrong("a token has no value".to_owned())),
        ValueType::Tuple(elements) => {
            let items = list(json, elements.len() as u64, &shown())?;
            let values = items.into_iter().zip(elements.iter()).map(|(item, ty)| value(item, ty, table));
            Ok(Value::Tuple(values.collect::<Result<_, _>>()?))
        }
        ValueType::Array(_, 0) => Err(wrong("XLS has no values of an empty array".to_owned())),
        ValueType::Array(element, len) => {
            let items = list(json, *len, &shown())?;
            Ok(Value::Array(items.into_iter().map(|item| value(item, element, table)).collect::<Result<_, _>>()?))
        }
        ValueType::Named(id) => match &table.get(*id).kind {
            TypeKind::Enum { width, signed, variants } => match serde_json::from_str::<String>(json.get()) {
                Ok(name) if variants.iter().any(|variant| variant.name == name) => {
                    let found = variants.iter().find(|variant| variant.name == name);
                    Ok(Value::Bits(
                        found.map_or_else(|| xls_aot_ir::Bits::zero(*width), |variant| variant.value.bits.clone()),
                    ))
                }
                Ok(name) if crate::table::is_identifier(&name) => {
                    let names: Vec<&str> = variants.iter().map(|variant| &*variant.name).collect();
                    Err(wrong(format!("`{}` has no variant `{name}`; it has {}", shown(), names.join(", "))))
                }
                Ok(_) | Err(_) => number(json, *width, *signed),
            },
            TypeKind::Struct { fields, .. } => {
                let names: Vec<&str> = fields.iter().map(|field| &*field.name).collect();
                let Ok(Object(mut items)) = serde_json::from_str::<Object<'a>>(json.get()) else {
                    return Err(wrong(format!(
                        "expected an object with the fields {} of `{}`",
                        names.join(", "),
                        shown()
                    )));
                };
                let mut values = Vec::with_capacity(fields.len());
                for field in fields {
                    let Some(at) = items.iter().position(|(name, _)| *name == field.name) else {
                        return Err(wrong(format!("the field `{}` of `{}` is missing", field.name, shown())));
                    };
                    values.push(value(items.remove(at).1, &field.ty, table)?);
                }
                match items.first() {
                    Some((name, item)) => Err(Wrong {
                        json: item,
                        message: format!("`{}` has no field `{name}`, or it is given twice", shown()),
                    }),
                    None => Ok(Value::Tuple(values)),
                }
            }
            TypeKind::Alias { .. } => unreachable!("aliases were resolved"),
        },
    }
}

fn number(json: &RawValue, width: u32, signed: bool) -> Result<Value, Wrong<'_>> {
    let text = match (json.get(), serde_json::from_str::<String>(json.get())) {
        ("false", _) if width == 1 && !signed => "0".to_owned(),
        ("true", _) if width == 1 && !signed => "1".to_owned(),
        (_, Ok(text)) => text,
        (text, Err(_)) => text.to_owned(),
    };
    match Number::parse(&text, width, signed) {
        Ok(number) => Ok(Value::Bits(number.bits)),
        Err(message) => {
            let shown: String = text.chars().take(60).collect();
            Err(Wrong { json, message: format!("`{}` {message}", shown.escape_debug()) })
        }
    }
}

fn list<'a>(json: &'a RawValue, len: u64, shown: &str) -> Result<Vec<&'a RawValue>, Wrong<'a>> {
    match serde_json::from_str::<Vec<&'a RawValue>>(json.get()) {
        Ok(items) if items.len() as u64 == len => Ok(items),
        Ok(items) => Err(Wrong { json, message: format!("expected {len} values of `{shown}`, found {}", items.len()) }),
        Err(_) => Err(Wrong { json, message: format!("expected a list of {len} values of `{shown}`") }),
    }
}

/// The keys and values of an object in order.
struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Object<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(entries)
            }
        }
        deserializer.deserialize_map(Entries).map(Object)
    }
}
