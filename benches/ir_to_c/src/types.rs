//! C types and constants for the types and values of IR.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use xls_aot_ir::{Bits, Type, Value};

/// The types, helper functions and constants that the translation has needed so far.
#[derive(Default)]
pub(crate) struct Types {
    /// Names of the aggregate types, by their texts in IR.
    names: BTreeMap<String, String>,
    text: String,
    equalities: BTreeSet<String>,
    constants: usize,
}

/// The C type of `bits[width]`.
pub(crate) fn bits_type(width: u32) -> String {
    match width {
        0..=1 => "bool".to_owned(),
        2..=8 => "uint8_t".to_owned(),
        9..=16 => "uint16_t".to_owned(),
        17..=32 => "uint32_t".to_owned(),
        33..=64 => "uint64_t".to_owned(),
        65..=128 => "u128".to_owned(),
        _ => format!("unsigned _BitInt({width})"),
    }
}

/// The number of bits of [`bits_type`].
pub(crate) fn carrier(width: u32) -> u32 {
    match width {
        0..=1 => 1,
        2..=128 => width.next_power_of_two().max(8),
        _ => width,
    }
}

/// An unsigned type in which arithmetic of at least `width` bits wraps around: not one that C promotes to `int`.
pub(crate) fn wrapping(width: u32) -> String {
    bits_type(width.max(32))
}

/// A constant of `bits[bits.width()]`.
pub(crate) fn constant(bits: &Bits) -> String {
    let word = |i: usize| bits.words().get(i).copied().unwrap_or(0);
    match bits.width() {
        0..=32 => format!("{:#x}u", word(0)),
        33..=64 => format!("{:#x}ull", word(0)),
        65..=128 => format!("((u128){:#x}ull << 64 | {:#x}ull)", word(1), word(0)),
        width => {
            let ty = bits_type(width);
            let words = (0..bits.words().len()).map(|i| format!("({ty}){:#x}ull << {}", word(i), 64 * i));
            format!("({})", words.collect::<Vec<_>>().join(" | "))
        }
    }
}

/// The constant of `width` bits whose low `ones` bits are set.
pub(crate) fn low_ones(ones: u32, width: u32) -> String {
    let mut bits = Bits::zero(width);
    (0..ones.min(width)).for_each(|bit| bits.set_bit(bit, true));
    constant(&bits)
}

/// `expression` with all but the low `width` bits cleared, as `bits_type(width)`.
pub(crate) fn masked(expression: &str, width: u32) -> String {
    match width {
        0 => "0".to_owned(),
        _ if carrier(width) == width && width > 1 => format!("({})({expression})", bits_type(width)),
        _ => format!("({})(({expression}) & {})", bits_type(width), low_ones(width, width)),
    }
}

/// `expression`, which is `bits[from]`, as a signed number of a type of at least `to` bits.
pub(crate) fn signed(expression: &str, from: u32, to: u32) -> String {
    let width = carrier(from.max(to).max(32));
    let (ty, unsigned) = match width {
        32 => ("int32_t".to_owned(), "uint32_t".to_owned()),
        64 => ("int64_t".to_owned(), "uint64_t".to_owned()),
        128 => ("i128".to_owned(), "u128".to_owned()),
        _ => (format!("signed _BitInt({width})"), format!("unsigned _BitInt({width})")),
    };
    if from == 0 {
        return format!("(({ty})0)");
    }
    match from {
        8 | 16 | 32 | 64 if width <= 128 => format!("(({ty})(int{from}_t)({expression}))"),
        _ => format!("((({ty})(({unsigned})({expression}) << {0})) >> {0})", width - from),
    }
}

impl Types {
    /// Definitions of all types, helper functions and constants.
    pub(crate) fn definitions(&self) -> &str {
        &self.text
    }

    /// The C type of `ty`.
    pub(crate) fn name(&mut self, ty: &Type) -> Result<String, String> {
        if let Some(name) = self.names.get(&ty.to_string()) {
            return Ok(name.clone());
        }
        let fields = match ty {
            Type::Bits(width) => return Ok(bits_type(*width)),
            Type::Token => return Ok("token".to_owned()),
            Type::Array(array) if array.len == 0 => return Err(format!("there is no C for the type {ty}")),
            Type::Array(array) => format!("{} e[{}];", self.name(&array.element)?, array.len),
            Type::Tuple(elements) => {
                let mut fields = String::new();
                for (i, element) in elements.iter().enumerate() {
                    write!(fields, "{} f{i}; ", self.name(element)?).expect("writing to a String");
                }
                fields
            }
        };
        let name = format!("T{}", self.names.len());
        writeln!(self.text, "typedef struct {{ {fields} }} {name};").expect("writing to a String");
        self.names.insert(ty.to_string(), name.clone());
        Ok(name)
    }

    /// A constant of type `ty`: of an aggregate, the name of a static one.
    pub(crate) fn value(&mut self, value: &Value, ty: &Type) -> Result<String, String> {
        match value {
            Value::Bits(bits) => Ok(constant(bits)),
            Value::Token => Ok("(token){}".to_owned()),
            Value::Tuple(_) | Value::Array(_) => {
                let (name, c_type) = (format!("k{}", self.constants), self.name(ty)?);
                self.constants += 1;
                let text = initializer(value);
                writeln!(self.text, "static const {c_type} {name} = {text};").expect("writing to a String");
                Ok(name)
            }
        }
    }

    /// An expression for the equality of `a` and `b`, which are of type `ty`.
    pub(crate) fn equal(&mut self, ty: &Type, a: &str, b: &str) -> Result<String, String> {
        let body = match ty {
            Type::Bits(0) | Type::Token => return Ok("true".to_owned()),
            Type::Bits(_) => return Ok(format!("({a} == {b})")),
            Type::Array(array) => {
                let element = self.equal(&array.element, "a->e[i]", "b->e[i]")?;
                format!("bool same = true; for (int i = 0; i < {}; i++) same &= {element}; return same;", array.len)
            }
            Type::Tuple(elements) => {
                let mut parts = vec!["true".to_owned()];
                for (i, element) in elements.iter().enumerate() {
                    parts.push(self.equal(element, &format!("a->f{i}"), &format!("b->f{i}"))?);
                }
                format!("return {};", parts.join(" & "))
            }
        };
        let name = self.name(ty)?;
        if self.equalities.insert(name.clone()) {
            writeln!(self.text, "static inline bool equal_{name}(const {name} *a, const {name} *b) {{ {body} }}")
                .expect("writing to a String");
        }
        Ok(format!("equal_{name}(&{a}, &{b})"))
    }
}

fn initializer(value: &Value) -> String {
    let list = |values: &[Value]| values.iter().map(initializer).collect::<Vec<_>>().join(", ");
    match value {
        Value::Bits(bits) => constant(bits),
        Value::Token => "{}".to_owned(),
        Value::Tuple(values) => format!("{{{}}}", list(values)),
        Value::Array(values) => format!("{{{{{}}}}}", list(values)),
    }
}
