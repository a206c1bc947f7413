//! Names of functions, as libxls makes them.
//!
//! `__module__function`, `__module__function__8_16` (values of the parametrics in the order of their names),
//! `__module__Struct__method`, `__module__Struct_N___method__8`; `__itok__` instead of the first `__` for the form with
//! token. Signed values are written as unsigned ones.

use xls_aot_ir::{is_reserved, Value};

use crate::check::typed::{Checked, FunctionKind, InstanceId};
use crate::check::types::{Argument, ModuleId, Struct};

/// How a function is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    /// Parameters and result as in the source.
    Plain,
    /// With token and activation.
    Token,
}

/// The name of an instance in a package.
pub fn mangled(
    checked: &Checked,
    modules: &dyn Fn(ModuleId) -> String,
    instance: InstanceId,
    convention: Convention,
) -> String {
    let function = checked.function(instance);
    let owner = function.key.owner.map(|id| checked.types.structure(id));
    let token = match convention {
        Convention::Plain => "",
        Convention::Token => "itok__",
    };
    let mut name = format!("__{token}{}__", modules(function.key.module));
    if let Some(owner) = owner {
        name.push_str(&scope(owner));
    }
    match function.kind {
        // Of the form `function.lambda`; libxls' name has the place in the file.
        FunctionKind::Lambda => name.push_str(&function.key.name.replace('.', "__")),
        FunctionKind::Plain | FunctionKind::Test | FunctionKind::TestOnly | FunctionKind::QuickCheck { .. } => {
            name.push_str(&function.key.name)
        }
    }
    let owners = owner.iter().flat_map(|owner| &owner.arguments);
    let mut arguments: Vec<&(String, Argument)> = function.key.arguments.iter().chain(owners).collect();
    arguments.sort_by(|a, b| a.0.cmp(&b.0));
    for (i, (_, argument)) in arguments.into_iter().enumerate() {
        name.push_str(if i == 0 { "__" } else { "_" });
        match argument {
            Argument::Value { value, .. } => name.push_str(&value_text(value)),
            Argument::Type(ty) => name.push_str(&type_text(&checked.types.display(*ty).to_string())),
        }
    }
    identifier(&name)
}

/// `Struct__`, `Struct_N__M___`: the head of the `impl`.
fn scope(owner: &Struct) -> String {
    let parametrics: Vec<&str> = owner.arguments.iter().map(|(name, _)| name.as_str()).collect();
    match parametrics.as_slice() {
        [] => format!("{}__", owner.name),
        parametrics => format!("{}_{}___", owner.name, parametrics.join("__")),
    }
}

fn value_text(value: &Value) -> String {
    match value {
        Value::Bits(bits) => decimal(bits),
        Value::Token => "token".to_owned(),
        Value::Tuple(elements) | Value::Array(elements) => {
            let texts: Vec<String> = elements.iter().map(value_text).collect();
            format!("__{}{}__", texts.len(), texts.join("_"))
        }
    }
}

/// An unsigned number in decimal.
fn decimal(bits: &xls_aot_ir::Bits) -> String {
    const CHUNK: u64 = 10_000_000_000_000_000_000;
    if let Some(value) = bits.to_u64() {
        return value.to_string();
    }
    let mut words = bits.words().to_vec();
    let mut chunks = Vec::new();
    while words.iter().any(|&word| word != 0) {
        let mut rest = 0u128;
        for word in words.iter_mut().rev() {
            let part = rest << 64 | u128::from(*word);
            *word = (part / u128::from(CHUNK)) as u64;
            rest = part % u128::from(CHUNK);
        }
        chunks.push(rest as u64);
    }
    let (first, rest) = chunks.split_last().expect("a number above 64 bits has digits");
    rest.iter().rev().fold(first.to_string(), |text, chunk| format!("{text}{chunk:019}"))
}

/// A type within a name: `u8[3]` is `u8__dim_3`, `(u8, u4)` is `tuple_u8__u4`.
fn type_text(ty: &str) -> String {
    let mut text = String::new();
    for character in ty.chars() {
        match character {
            '[' => text.push_str("__dim_"),
            '(' => text.push_str("__tuple_"),
            ',' => text.push_str("__"),
            '<' => text.push_str("__type_"),
            ']' | ')' | '>' | ' ' => {}
            other => text.push(other),
        }
    }
    text.strip_prefix("__").map(str::to_owned).unwrap_or(text)
}

/// `name` with `_` for each character that a name in IR cannot have, and before a reserved word.
pub fn identifier(name: &str) -> String {
    if is_reserved(name) {
        return format!("_{name}");
    }
    let mut text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    if text.chars().next().is_none_or(|first| first.is_ascii_digit()) {
        text.insert(0, '_');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::Bits;

    #[test]
    fn values_are_unsigned_decimals() {
        assert_eq!(value_text(&Value::Bits(Bits::from_u64(32, 4294967293))), "4294967293");
        assert_eq!(value_text(&Value::Bits(Bits::from_words(128, &[0, 1]))), "18446744073709551616");
        let chunk = Bits::from_words(128, &[0x4b3b4ca85a86c47a, 0x98a224000000000]);
        assert_eq!(decimal(&chunk), "12680283601070974144004503091739542650");
        let zeros_within = Bits::from_words(128, &[1_553_255_926_290_448_387, 1]);
        assert_eq!(decimal(&zeros_within), "20000000000000000003");
        let pair = Value::Tuple(vec![Value::bool(true), Value::bool(false)]);
        assert_eq!(value_text(&pair), "__21_0__");
    }

    #[test]
    fn types_and_names_are_identifiers() {
        assert_eq!(type_text("u8[3]"), "u8__dim_3");
        assert_eq!(type_text("(u8, P)"), "tuple_u8__P");
        assert_eq!(type_text("Q<8>"), "Q__type_8");
        assert_eq!(identifier("my-file"), "my_file");
        assert_eq!(identifier("9lives"), "_9lives");
        assert_eq!(identifier(""), "_");
        assert_eq!(identifier("block"), "_block");
    }
}
