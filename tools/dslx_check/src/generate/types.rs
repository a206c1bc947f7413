//! Types of random programs, and values of them.

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

/// Widths of numbers.
const WIDTHS: &[u32] = &[1, 1, 2, 3, 4, 7, 8, 8, 9, 16, 17, 31, 32, 32, 33, 63, 64, 65, 100, 128, 129];

impl Ty {
    pub(super) fn bool() -> Ty {
        Ty::unsigned(1)
    }

    pub(super) fn unsigned(width: u32) -> Ty {
        Ty::Bits { signed: false, width }
    }

    pub(super) fn array(element: Ty, len: u32) -> Ty {
        Ty::Array(Box::new(element), len)
    }
}

/// Name of field or member `index`.
pub(super) fn letter(index: usize) -> char {
    char::from(b'a' + index as u8)
}

impl Generator {
    pub(super) fn bits_type(&mut self) -> Ty {
        let signed = self.random.one_in(3);
        let widths: Vec<u32> = self.widths.iter().filter(|width| self.sees(width.place)).map(|w| w.value).collect();
        let width = match !widths.is_empty() && self.random.one_in(8) {
            true => self.random.pick(&widths),
            false => self.random.pick(WIDTHS),
        };
        Ty::Bits { signed, width }
    }

    /// A type that can be named and made here.
    pub(super) fn any_type(&mut self, depth: u32) -> Ty {
        let nominal = self.random.below(12);
        match nominal {
            0 if depth > 0 => {
                let count = self.random.between(1, 3);
                Ty::Tuple((0..count).map(|_| self.any_type(depth - 1)).collect())
            }
            1 | 2 if depth > 0 => Ty::array(self.any_type(depth - 1), self.random.between(1, 4) as u32),
            3 => self.struct_type().unwrap_or_else(|| self.bits_type()),
            4 => self.enum_type().unwrap_or_else(|| self.bits_type()),
            _ => self.bits_type(),
        }
    }

    fn struct_type(&mut self) -> Option<Ty> {
        let known: Vec<usize> = (0..self.structs.len()).filter(|&i| self.can_make(&Ty::Struct(i))).collect();
        (!known.is_empty()).then(|| Ty::Struct(self.random.pick(&known)))
    }

    pub(super) fn enum_type(&mut self) -> Option<Ty> {
        let known: Vec<usize> = (0..self.enums.len()).filter(|&i| self.sees(self.enums[i].place)).collect();
        (!known.is_empty()).then(|| Ty::Enum(self.random.pick(&known)))
    }

    /// Whether a type can be named and made here: everything that it consists of can be seen.
    pub(super) fn can_make(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Bits { .. } => true,
            Ty::Tuple(elements) => elements.iter().all(|ty| self.can_make(ty)),
            Ty::Array(element, _) => self.can_make(element),
            &Ty::Struct(number) => {
                let s = &self.structs[number];
                self.sees(s.place) && s.fields.iter().all(|ty| self.can_make(ty))
            }
            &Ty::Enum(number) => self.sees(self.enums[number].place),
        }
    }

    /// The type as it is written, perhaps by an alias.
    pub(super) fn show(&mut self, ty: &Ty) -> String {
        let aliases = self.aliases.iter().filter(|alias| alias.ty == *ty && self.sees(alias.place));
        let aliases: Vec<_> = aliases.map(|alias| (alias.place, alias.name.clone())).collect();
        if !aliases.is_empty() && self.random.one_in(2) {
            let (place, name) = self.one_of(&aliases);
            return self.path(place, &name);
        }
        match ty {
            &Ty::Bits { signed, width } => self.show_bits(signed, width),
            Ty::Tuple(elements) => {
                let shown: Vec<String> = elements.iter().map(|ty| self.show(ty)).collect();
                format!("({}{})", shown.join(", "), if shown.len() == 1 { "," } else { "" })
            }
            Ty::Array(element, len) => format!("{}[{len}]", self.show(element)),
            &Ty::Struct(number) => self.struct_name(number, true),
            &Ty::Enum(number) => self.enum_name(number),
        }
    }

    fn show_bits(&mut self, signed: bool, width: u32) -> String {
        let widths = self.widths.iter().filter(|w| w.value == width && self.sees(w.place));
        let widths: Vec<_> = widths.map(|w| (w.place, w.name.clone())).collect();
        let number = match widths.is_empty() {
            false => {
                let (place, name) = self.one_of(&widths);
                self.path(place, &name)
            }
            true => width.to_string(),
        };
        let letter = if signed { 's' } else { 'u' };
        match self.random.below(16) {
            0 => format!("xN[{signed}][{number}]"),
            1 if !signed => format!("bits[{number}]"),
            2 | 3 if width == 1 && !signed => "bool".to_owned(),
            4 => format!("{letter}N[{number}]"),
            _ if width > 64 || !widths.is_empty() => format!("{letter}N[{number}]"),
            _ => format!("{letter}{width}"),
        }
    }

    /// The name of a structure: with `arguments`, those of its parametrics too.
    pub(super) fn struct_name(&mut self, number: usize, arguments: bool) -> String {
        let (place, name) = (self.structs[number].place, self.structs[number].name.clone());
        let path = self.path(place, &name);
        match arguments {
            true => format!("{path}{}", self.structs[number].arguments),
            false => path,
        }
    }

    pub(super) fn enum_name(&mut self, number: usize) -> String {
        let place = self.enums[number].place;
        self.path(place, &format!("E{number}"))
    }

    /// A member of an enumeration.
    pub(super) fn member(&mut self, number: usize, member: usize) -> String {
        format!("{}::{}", self.enum_name(number), letter(member).to_ascii_uppercase())
    }

    /// A constant of a type.
    pub(super) fn literal(&mut self, ty: &Ty) -> String {
        if self.random.one_in(20) && !self.has_enum(ty) {
            let macro_name = self.random.pick(&["zero!", "zero!", "all_ones!"]);
            return format!("{macro_name}<{}>()", self.show(ty));
        }
        match ty {
            Ty::Bits { signed, width } => self.number(*signed, *width),
            Ty::Tuple(elements) => {
                let values: Vec<String> = elements.iter().map(|ty| self.literal(ty)).collect();
                format!("({}{})", values.join(", "), if values.len() == 1 { "," } else { "" })
            }
            Ty::Array(element, len) => match (&**element, self.random.below(4)) {
                (&Ty::Bits { signed: false, width: 8 }, 0) => {
                    let text: String = (0..*len).map(|_| self.random.pick(&['a', 'Z', '7', ' ', '+'])).collect();
                    format!("\"{text}\"")
                }
                (&Ty::Bits { signed, width }, 1) if width > 1 => {
                    let values: Vec<String> = (0..*len).map(|_| self.bare(signed, width)).collect();
                    let element = self.plain_bits(signed, width);
                    format!("{element}[{len}]:[{}]", values.join(", "))
                }
                _ => {
                    let values: Vec<String> = (0..*len).map(|_| self.literal(element)).collect();
                    format!("[{}]", values.join(", "))
                }
            },
            &Ty::Struct(number) => {
                let fields = self.structs[number].fields.clone();
                let values: Vec<String> =
                    fields.iter().enumerate().map(|(i, ty)| format!("{}: {}", letter(i), self.literal(ty))).collect();
                format!("{} {{ {} }}", self.struct_name(number, true), values.join(", "))
            }
            &Ty::Enum(number) => {
                let member = self.random.below(self.enums[number].members.len());
                self.member(number, member)
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
                Some(value) if self.random.one_in(4) => format!("{value:#b}"),
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
    pub(super) fn has_enum(&self, ty: &Ty) -> bool {
        match ty {
            Ty::Bits { .. } => false,
            Ty::Enum(_) => true,
            Ty::Tuple(elements) => elements.iter().any(|ty| self.has_enum(ty)),
            Ty::Array(element, _) => self.has_enum(element),
            Ty::Struct(number) => self.structs[*number].fields.iter().any(|ty| self.has_enum(ty)),
        }
    }

    /// The type of a number as it can stand in front of one.
    pub(super) fn plain_bits(&mut self, signed: bool, width: u32) -> String {
        let letter = if signed { 's' } else { 'u' };
        match width > 64 || self.random.one_in(10) {
            true => format!("{letter}N[{width}]"),
            false => format!("{letter}{width}"),
        }
    }

    /// A number whose type is known.
    pub(super) fn number(&mut self, signed: bool, width: u32) -> String {
        let letter = if signed { 's' } else { 'u' };
        match self.random.below(24) {
            0 if width <= 64 => return format!("{letter}{width}::{}", self.random.pick(&["MAX", "MIN", "ZERO"])),
            1 | 2 if width == 8 && !signed => {
                return self.random.pick(&["'a'", "'~'", "'\\n'", "'\\x7f'", "'0'"]).to_owned()
            }
            3..=6 if width == 1 && !signed => return self.random.pick(&["true", "false"]).to_owned(),
            _ => {}
        }
        self.typed_number(signed, width)
    }

    /// A number behind its type.
    pub(super) fn typed_number(&mut self, signed: bool, width: u32) -> String {
        let ty = self.plain_bits(signed, width);
        let bits = xls_aot_values::bits(&mut self.random, width);
        match bits.to_u64() {
            // The largest signed numbers are written in hexadecimal.
            Some(value) if !signed && self.random.one_in(2) => format!("{ty}:{value}"),
            Some(value) if !signed && self.random.one_in(4) => format!("{ty}:{value:#b}"),
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
