//! Items of modules: structures, enumerations, aliases, constants.

use super::place::Place;
use super::types::{letter, Ty};
use super::Generator;

/// A structure, or an instance of one with parametrics.
pub(super) struct Struct {
    pub(super) place: Place,
    /// `S0`, or `P0` if it has parametrics.
    pub(super) name: String,
    /// `<u32:4>`, or nothing.
    pub(super) arguments: String,
    /// Types of the fields `a`, `b` ...
    pub(super) fields: Vec<Ty>,
    /// Types of the parameter and the result of the method `m`.
    pub(super) method: Option<(Ty, Ty)>,
    /// Types of the parameters of the function `new`.
    pub(super) new: Option<Vec<Ty>>,
    /// Type of the constant `C`.
    pub(super) constant: Option<Ty>,
}

/// An enumeration, called `E0`, `E1` ...
pub(super) struct Enum {
    pub(super) place: Place,
    pub(super) width: u32,
    /// Numbers of the members `A`, `B` ..., without sign.
    pub(super) members: Vec<u64>,
}

/// Another name for a type.
pub(super) struct Alias {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) ty: Ty,
}

/// A constant.
pub(super) struct Constant {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) ty: Ty,
}

/// A public constant that is used for a width or a length.
pub(super) struct Width {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) value: u32,
}

/// A function without parametrics.
pub(super) struct Function {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) params: Vec<Ty>,
    /// `None`: it gives nothing.
    pub(super) result: Option<Ty>,
}

impl Generator {
    /// `pub `, or nothing.
    pub(super) fn visibility(place: Place) -> &'static str {
        if place.public {
            "pub "
        } else {
            ""
        }
    }

    pub(super) fn add_struct(&mut self) {
        let fields: Vec<Ty> = (0..self.random.between(1, 4)).map(|_| self.any_type(1)).collect();
        let place = self.place();
        let name = format!("S{}", self.structs.len());
        let mut shown = Vec::new();
        for (i, ty) in fields.iter().enumerate() {
            shown.push(format!("{}: {}", letter(i), self.show(ty)));
        }
        self.line(&format!("{}struct {name} {{ {} }}", Self::visibility(place), shown.join(", ")));
        self.structs.push(Struct {
            place,
            name,
            arguments: String::new(),
            fields,
            method: None,
            new: None,
            constant: None,
        });
    }

    pub(super) fn add_enum(&mut self) {
        let (place, signed) = (self.place(), self.random.one_in(3));
        let width = self.random.between(1, 5) as u32;
        let mut members: Vec<u64> =
            (0..self.random.between(1, 4)).map(|_| self.random.word() & ((1 << width) - 1)).collect();
        members.sort_unstable();
        members.dedup();
        let value = |value: u64| match signed && value >> (width - 1) == 1 {
            true => format!("-{}", (1u64 << width) - value),
            false => value.to_string(),
        };
        let sign = if signed { 's' } else { 'u' };
        // Without a type behind the name, the first member has it.
        let written = !self.random.one_in(5);
        let mut shown = Vec::new();
        for (i, &member) in members.iter().enumerate() {
            let ty = if written { String::new() } else { format!("{sign}{width}:") };
            shown.push(format!("{} = {ty}{}", letter(i).to_ascii_uppercase(), value(member)));
        }
        let name = format!("E{}", self.enums.len());
        let ty = if written { format!(" : {sign}{width}") } else { String::new() };
        self.line(&format!("{}enum {name}{ty} {{ {} }}", Self::visibility(place), shown.join(", ")));
        self.enums.push(Enum { place, width, members });
    }

    pub(super) fn add_alias(&mut self) {
        let (place, ty) = (self.place(), self.any_type(2));
        let name = format!("T{}", self.aliases.len());
        let shown = self.show(&ty);
        self.line(&format!("{}type {name} = {shown};", Self::visibility(place)));
        self.aliases.push(Alias { place, name, ty });
    }

    pub(super) fn add_constant(&mut self) {
        let (place, ty) = (self.place(), self.any_type(1));
        let name = format!("K{}", self.constants.len());
        let value = self.literal(&ty);
        let annotation = match self.random.one_in(3) {
            true => String::new(),
            false => format!(": {}", self.show(&ty)),
        };
        // libxls crashes on literals of arrays within one whose type is written in front.
        let value = match annotation.is_empty() && self.is_flat(&ty) && value.starts_with('[') {
            true => format!("{}:{value}", self.show(&ty)),
            false => value,
        };
        self.line(&format!("{}const {name}{annotation} = {value};", Self::visibility(place)));
        self.constants.push(Constant { place, name, ty });
    }

    /// Whether a type is an array of numbers.
    pub(super) fn is_flat(&self, ty: &Ty) -> bool {
        matches!(ty, Ty::Array(element, _) if matches!(**element, Ty::Bits { .. }))
    }

    pub(super) fn add_width(&mut self) {
        let place = Place { module: self.module, public: true };
        let (name, value) = (format!("W{}", self.widths.len()), self.random.between(2, 40) as u32);
        let text = match self.random.below(3) {
            0 => format!("u32:{} + u32:2", value - 2),
            1 => format!("{{ u32:{value} }}"),
            _ => format!("u32:{value}"),
        };
        self.line(&format!("pub const {name} = {text};"));
        self.widths.push(Width { place, name, value });
    }
}
