//! Types of random modules, and values of them.

use super::Generator;

/// A type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Ty {
    /// A number.
    Bits {
        /// `sN`.
        signed: bool,
        /// At least 1.
        width: u32,
    },
    /// At least one element.
    Tuple(Vec<Ty>),
    /// At least one element.
    Array(Box<Ty>, u32),
    /// Number of a structure.
    Struct(usize),
    /// Number of an enumeration.
    Enum(usize),
}

/// A structure, called `S0`, `S1` ...
pub(super) struct Struct {
    /// Types of the fields `a`, `b` ...
    pub(super) fields: Vec<Ty>,
    /// Types of the parameter and the result of the method `m`.
    pub(super) method: Option<(Ty, Ty)>,
    /// Type of the constant `C`.
    pub(super) constant: Option<Ty>,
}

/// An enumeration, called `E0`, `E1` ...
pub(super) struct Enum {
    pub(super) width: u32,
    /// Numbers of the members `A`, `B` ...
    pub(super) members: Vec<u64>,
}

/// Widths of numbers.
const WIDTHS: &[u32] = &[1, 1, 2, 3, 4, 7, 8, 8, 9, 16, 17, 31, 32, 32, 33, 63, 64, 65, 100, 128, 129];

impl Ty {
    pub(super) fn bool() -> Ty {
        Ty::unsigned(1)
    }

    pub(super) fn unsigned(width: u32) -> Ty {
        Ty::Bits { signed: false, width }
    }
}

/// Name of field or member `index`.
pub(super) fn letter(index: usize) -> char {
    char::from(b'a' + index as u8)
}

impl Generator {
    pub(super) fn bits_type(&mut self) -> Ty {
        let width = self.random.pick(WIDTHS);
        Ty::Bits { signed: self.random.one_in(3), width }
    }

    pub(super) fn any_type(&mut self, depth: u32) -> Ty {
        match self.random.below(12) {
            0 if depth > 0 => {
                let count = self.random.between(1, 3);
                Ty::Tuple((0..count).map(|_| self.any_type(depth - 1)).collect())
            }
            1 | 2 if depth > 0 => Ty::Array(Box::new(self.any_type(depth - 1)), self.random.between(1, 4) as u32),
            3 if !self.structs.is_empty() => Ty::Struct(self.random.below(self.structs.len())),
            4 if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
            _ => self.bits_type(),
        }
    }

    pub(super) fn add_struct(&mut self) {
        let fields: Vec<Ty> = (0..self.random.between(1, 4)).map(|_| self.any_type(1)).collect();
        let shown: Vec<String> =
            fields.iter().enumerate().map(|(i, ty)| format!("{}: {}", letter(i), self.show(ty))).collect();
        let name = format!("S{}", self.structs.len());
        self.line(&format!("struct {name} {{ {} }}", shown.join(", ")));
        self.structs.push(Struct { fields, method: None, constant: None });
    }

    pub(super) fn add_enum(&mut self) {
        let width = self.random.between(1, 5) as u32;
        let mut members: Vec<u64> =
            (0..self.random.between(1, 4)).map(|_| self.random.word() & ((1 << width) - 1)).collect();
        members.sort();
        members.dedup();
        let shown: Vec<String> = members
            .iter()
            .enumerate()
            .map(|(i, value)| format!("{} = {value}", letter(i).to_ascii_uppercase()))
            .collect();
        self.line(&format!("enum E{} : u{width} {{ {} }}", self.enums.len(), shown.join(", ")));
        self.enums.push(Enum { width, members });
    }

    /// The type as it is written.
    pub(super) fn show(&self, ty: &Ty) -> String {
        match ty {
            Ty::Bits { signed, width } => match (signed, width) {
                (false, 65..) => format!("uN[{width}]"),
                (true, 65..) => format!("sN[{width}]"),
                (false, _) => format!("u{width}"),
                (true, _) => format!("s{width}"),
            },
            Ty::Tuple(elements) => {
                let shown: Vec<String> = elements.iter().map(|ty| self.show(ty)).collect();
                format!("({}{})", shown.join(", "), if shown.len() == 1 { "," } else { "" })
            }
            Ty::Array(element, len) => format!("{}[{len}]", self.show(element)),
            Ty::Struct(number) => format!("S{number}"),
            Ty::Enum(number) => format!("E{number}"),
        }
    }

    /// A constant of a type.
    pub(super) fn literal(&mut self, ty: &Ty) -> String {
        if self.random.one_in(20) && !matches!(ty, Ty::Enum(_)) && !self.has_enum(ty) {
            return format!("zero!<{}>()", self.show(ty));
        }
        match ty {
            Ty::Bits { signed, width } => self.number(*signed, *width),
            Ty::Tuple(elements) => {
                let values: Vec<String> = elements.iter().map(|ty| self.literal(ty)).collect();
                format!("({}{})", values.join(", "), if values.len() == 1 { "," } else { "" })
            }
            Ty::Array(element, len) => {
                let values: Vec<String> = (0..*len).map(|_| self.literal(element)).collect();
                format!("[{}]", values.join(", "))
            }
            Ty::Struct(number) => {
                let fields = self.structs[*number].fields.clone();
                let values: Vec<String> =
                    fields.iter().enumerate().map(|(i, ty)| format!("{}: {}", letter(i), self.literal(ty))).collect();
                format!("S{number} {{ {} }}", values.join(", "))
            }
            Ty::Enum(number) => {
                let member = self.random.below(self.enums[*number].members.len());
                format!("E{number}::{}", letter(member).to_ascii_uppercase())
            }
        }
    }

    /// An expression where the type is known from around it, so that a number need not have one.
    pub(super) fn given(&mut self, ty: &Ty, depth: u32) -> String {
        match ty {
            &Ty::Bits { signed, width } if width > 1 && self.random.one_in(4) => self.bare(signed, width),
            _ => self.expr(ty, depth),
        }
    }

    /// A number without its type.
    pub(super) fn bare(&mut self, signed: bool, width: u32) -> String {
        let bits = xls_aot_values::bits(&mut self.random, width);
        if !signed {
            return match bits.to_u64() {
                Some(value) if self.random.one_in(2) => format!("{value}"),
                _ => format!("{bits:#x}"),
            };
        }
        let value = bits.low_u64() >> (64 - width.min(64)).min(63) >> 1;
        let small = value % (1 << (width - 1).min(62));
        match self.random.one_in(2) {
            true => format!("{small}"),
            false => format!("-{small}"),
        }
    }

    /// Whether an enumeration is in a type: zero need not be one of its members.
    fn has_enum(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Bits { .. } => false,
            Ty::Enum(_) => true,
            Ty::Tuple(elements) => elements.iter().any(|ty| self.has_enum(ty)),
            Ty::Array(element, _) => self.has_enum(element),
            Ty::Struct(number) => self.structs[*number].fields.iter().any(|ty| self.has_enum(ty)),
        }
    }

    /// A number with its type.
    pub(super) fn number(&mut self, signed: bool, width: u32) -> String {
        let ty = self.show(&Ty::Bits { signed, width });
        let bits = xls_aot_values::bits(&mut self.random, width);
        match bits.to_u64() {
            // The largest signed numbers are written in hexadecimal.
            Some(value) if !signed && self.random.one_in(2) => format!("{ty}:{value}"),
            Some(value) if signed && !bits.sign_bit() && self.random.one_in(2) => format!("{ty}:{value}"),
            Some(value) if signed && bits.sign_bit() && width < 64 => {
                let magnitude = (1u64 << width) - value;
                if magnitude <= 1 << (width - 1) {
                    return format!("{ty}:-{magnitude}");
                }
                format!("{ty}:{bits:#x}")
            }
            _ => format!("{ty}:{bits:#x}"),
        }
    }
}
