//! The nominal types and the constants of a design.
//!
//! Invariants, which [`TypeTable::define`] and [`TypeTable::add_constant`] check:
//!
//! - A definition uses only definitions before it, so there are no cycles.
//! - Module path, name and parametric values identify a definition: no two are equal. Names of fields and of variants
//!   are unique in their definition. All names are ASCII identifiers.
//! - Every value fits its type. Every definition is within the limits of the IR (`xls_aot_ir::limits`), and has no token.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use sha2::{Digest, Sha256};
use xls_aot_ir::{Type, Value};

use crate::number::{spelled, Number};
use crate::size::Size;
use crate::value_type::{TypeId, ValueType};

/// Most modules around an item: generated code nests as deep.
pub(crate) const MAX_MODULES: usize = 32;

/// A place in a source file: line and column from 1.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Position {
    /// Name of the file, without a folder of this machine.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// A named type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TypeDef {
    /// The modules that the name is in, outermost first; none for the design's own.
    pub module: Vec<String>,
    /// Its name.
    pub name: String,
    /// What its author says about it; empty if nothing.
    pub docs: String,
    /// Where it is defined.
    pub position: Option<Position>,
    /// What it is.
    pub kind: TypeKind,
}

/// What a named type is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum TypeKind {
    /// A tuple whose elements have names.
    Struct {
        /// The elements in order.
        fields: Vec<Field>,
        /// For an instance of a parametric struct, its parameters: name and value.
        parametrics: Vec<(String, Number)>,
    },
    /// An integer of which some values have names.
    Enum {
        /// Width in bits.
        width: u32,
        /// Whether the values are signed.
        signed: bool,
        /// The names, in order.
        variants: Vec<Variant>,
    },
    /// Another name for a type.
    Alias {
        /// The type.
        ty: ValueType,
    },
}

/// An element of a struct.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ValueType,
    /// Its documentation; empty if none.
    pub docs: String,
}

/// A named value of an enum.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// Its value, of the enum's width and signedness.
    pub value: Number,
    /// Its documentation; empty if none.
    pub docs: String,
}

/// A named value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Constant {
    /// The modules that the name is in, outermost first.
    pub module: Vec<String>,
    /// Its name.
    pub name: String,
    /// Its documentation; empty if none.
    pub docs: String,
    /// Where it is defined.
    pub position: Option<Position>,
    /// Its type.
    pub ty: ValueType,
    /// Its value, of the erased type.
    pub value: Value,
}

/// Why a definition does not belong in a table: a sentence about it, and which part it is about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Misfit {
    /// The part of the definition.
    pub part: Part,
    /// What is wrong, in one sentence without a full stop.
    pub message: String,
}

/// A part of a definition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The definition's name.
    Name,
    /// What it stands for as a whole.
    Body,
    /// The field or variant of this index.
    Member(usize),
}

/// The types and constants of a design, in the order of their definitions.
#[derive(Clone, Debug, Default)]
pub struct TypeTable {
    home: Vec<String>,
    types: Vec<Known>,
    by_name: BTreeMap<String, TypeId>,
    constants: Vec<Constant>,
}

/// A definition with what follows from it.
#[derive(Clone, Debug)]
struct Known {
    definition: TypeDef,
    erased: Type,
    size: Size,
    digest: String,
}

impl TypeTable {
    /// A table without definitions for a design that is the module `home` of a larger program. What is in this module is at the
    /// root of generated code, but keeps its path, by which other designs of the program know it.
    pub fn of_module(home: Vec<String>) -> Self {
        TypeTable { home, ..TypeTable::default() }
    }

    /// The module of generated code for what is in `module`.
    pub fn placed<'a>(&self, module: &'a [String]) -> &'a [String] {
        match module == self.home {
            true => &[],
            false => module,
        }
    }

    /// Adds a definition.
    ///
    /// # Errors
    /// A [`Misfit`] if an invariant of the table would break.
    pub fn define(&mut self, definition: TypeDef) -> Result<TypeId, Misfit> {
        check_names(&definition)?;
        let id = TypeId(self.types.len() as u32);
        let path = definition.path();
        if self.by_name.contains_key(&path) {
            return Err(Misfit { part: Part::Name, message: format!("the type `{path}` is defined twice") });
        }
        let (erased, size) = match &definition.kind {
            TypeKind::Struct { fields, .. } => {
                let sizes: Vec<Size> = fields.iter().map(|field| self.size_of(&field.ty)).collect();
                let erased = fields.iter().map(|field| self.erase(&field.ty)).collect::<Vec<_>>();
                (Type::tuple(erased), Size::of_tuple(&sizes))
            }
            TypeKind::Enum { width, signed, variants } => {
                check_values(*width, *signed, variants)?;
                (Type::Bits(*width), Size::of_bits(*width))
            }
            TypeKind::Alias { ty } => (self.erase(ty), self.size_of(ty)),
        };
        size.check().map_err(|message| Misfit { part: Part::Body, message })?;
        if erased.contains_token() {
            let message = format!("the type `{path}` contains a token, and named types are data");
            return Err(Misfit { part: Part::Body, message });
        }
        let digest = self.digest_definition(&definition);
        self.by_name.insert(path, id);
        self.types.push(Known { definition, erased, size, digest });
        Ok(id)
    }

    /// Adds a constant.
    ///
    /// # Errors
    /// A [`Misfit`] if its name is no identifier or is taken, or its value is not of its type.
    pub fn add_constant(&mut self, constant: Constant) -> Result<(), Misfit> {
        let misfit = |part, message| Err(Misfit { part, message });
        if let Err(message) = check_module(&constant.module) {
            return misfit(Part::Name, message);
        }
        if !is_identifier(&constant.name) {
            return misfit(Part::Name, not_an_identifier(&constant.name));
        }
        let same = |other: &Constant| other.name == constant.name && other.module == constant.module;
        if self.constants.iter().any(same) {
            return misfit(Part::Name, format!("the constant `{}` is defined twice", constant.name));
        }
        let erased = self.erase(&constant.ty);
        if !constant.value.has_type(&erased) {
            return misfit(Part::Body, format!("the value of `{}` is not of its type {erased}", constant.name));
        }
        self.constants.push(constant);
        Ok(())
    }

    /// A definition.
    pub fn get(&self, id: TypeId) -> &TypeDef {
        &self.types[id.index()].definition
    }

    /// The definitions with their ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (TypeId, &TypeDef)> {
        self.types.iter().enumerate().map(|(index, known)| (TypeId(index as u32), &known.definition))
    }

    /// The constants.
    pub fn constants(&self) -> &[Constant] {
        &self.constants
    }

    /// The definition of this path, as [`TypeDef::path`] spells it.
    pub fn find(&self, path: &str) -> Option<TypeId> {
        self.by_name.get(path).copied()
    }

    /// The IR type that values of a definition have.
    pub fn erased(&self, id: TypeId) -> &Type {
        &self.types[id.index()].erased
    }

    /// The IR type that values of `ty` have.
    pub fn erase(&self, ty: &ValueType) -> Type {
        match ty {
            ValueType::Bits { width, .. } => Type::Bits(*width),
            ValueType::Token => Type::Token,
            ValueType::Tuple(elements) => {
                Type::tuple(elements.iter().map(|element| self.erase(element)).collect::<Vec<_>>())
            }
            ValueType::Array(element, len) => Type::array(self.erase(element), *len),
            ValueType::Named(id) => self.erased(*id).clone(),
        }
    }

    /// `ty`, or what it is another name for.
    pub fn resolve<'a>(&'a self, ty: &'a ValueType) -> &'a ValueType {
        match ty {
            ValueType::Named(id) => match &self.get(*id).kind {
                TypeKind::Alias { ty } => self.resolve(ty),
                TypeKind::Struct { .. } | TypeKind::Enum { .. } => ty,
            },
            ValueType::Bits { .. } | ValueType::Token | ValueType::Tuple(_) | ValueType::Array(..) => ty,
        }
    }

    /// 64 hexadecimal digits that stand for a definition: its path, its fields or values with names and order, and the
    /// digests of the types that it uses. Documentation and position do not count.
    pub fn digest(&self, id: TypeId) -> &str {
        &self.types[id.index()].digest
    }

    /// `ty` as text in which every definition has its digest: equal texts mean equal types, in any two tables.
    pub fn canonical(&self, ty: &ValueType) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(ty, &mut text, &|id| format!("{}#{}", self.get(id).path(), self.digest(id)));
        text
    }

    /// `ty` as a DSLX type: `u8`, `sN[200]`, `(F32, u1)[4]`.
    pub fn display<'a>(&'a self, ty: &'a ValueType) -> impl fmt::Display + 'a {
        struct Shown<'a>(&'a TypeTable, &'a ValueType);
        impl fmt::Display for Shown<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.write(self.1, f, &|id| self.0.get(id).path())
            }
        }
        Shown(self, ty)
    }

    /// How large values of `ty` are, by the measures that have limits.
    pub(crate) fn size_of(&self, ty: &ValueType) -> Size {
        match ty {
            ValueType::Bits { width, .. } => Size::of_bits(*width),
            ValueType::Token => Size::of_bits(0),
            ValueType::Tuple(elements) => {
                Size::of_tuple(&elements.iter().map(|element| self.size_of(element)).collect::<Vec<_>>())
            }
            ValueType::Array(element, len) => self.size_of(element).of_array(*len),
            ValueType::Named(id) => self.types[id.index()].size,
        }
    }

    fn write(&self, ty: &ValueType, out: &mut impl fmt::Write, named: &dyn Fn(TypeId) -> String) -> fmt::Result {
        match ty {
            ValueType::Bits { width, signed } => out.write_str(&spelled(*width, *signed)),
            ValueType::Token => out.write_str("token"),
            ValueType::Tuple(elements) => {
                out.write_str("(")?;
                for (index, element) in elements.iter().enumerate() {
                    out.write_str(if index > 0 { ", " } else { "" })?;
                    self.write(element, out, named)?;
                }
                // As DSLX and Rust write a tuple of one element.
                out.write_str(if elements.len() == 1 { ",)" } else { ")" })
            }
            ValueType::Array(element, len) => {
                self.write(element, out, named)?;
                write!(out, "[{len}]")
            }
            ValueType::Named(id) => out.write_str(&named(*id)),
        }
    }

    fn digest_definition(&self, definition: &TypeDef) -> String {
        let mut text = format!("{} = ", definition.path());
        match &definition.kind {
            TypeKind::Struct { fields, .. } => {
                text.push_str("struct");
                for field in fields {
                    let _ = write!(text, "\n{}: {}", field.name, self.canonical(&field.ty));
                }
            }
            TypeKind::Enum { width, signed, variants } => {
                let _ = write!(text, "enum {}", spelled(*width, *signed));
                for variant in variants {
                    let _ = write!(text, "\n{} = {}", variant.name, variant.value);
                }
            }
            TypeKind::Alias { ty } => {
                let _ = write!(text, "alias {}", self.canonical(ty));
            }
        }
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl TypeDef {
    /// Module path, name and parametric values: `apfloat::APFloat<8, 23>`.
    pub fn path(&self) -> String {
        let mut path = self.module.iter().fold(String::new(), |path, module| path + module + "::");
        path.push_str(&self.name);
        let values: Vec<String> = self.parametrics().iter().map(|(_, value)| value.to_string()).collect();
        if !values.is_empty() {
            let _ = write!(path, "<{}>", values.join(", "));
        }
        path
    }

    /// The parameters of an instance of a parametric struct; of anything else, none.
    pub fn parametrics(&self) -> &[(String, Number)] {
        match &self.kind {
            TypeKind::Struct { parametrics, .. } => parametrics,
            TypeKind::Enum { .. } | TypeKind::Alias { .. } => &[],
        }
    }
}

/// Checks that an item may be in `module`.
///
/// # Errors
/// What is wrong.
pub(crate) fn check_module(module: &[String]) -> Result<(), String> {
    match module.iter().find(|name| !is_identifier(name)) {
        Some(bad) => Err(not_an_identifier(bad)),
        None if module.len() > MAX_MODULES => Err(format!("the module is nested more than {MAX_MODULES} levels deep")),
        None => Ok(()),
    }
}

fn check_names(definition: &TypeDef) -> Result<(), Misfit> {
    check_module(&definition.module).map_err(|message| Misfit { part: Part::Name, message })?;
    let parametrics = definition.parametrics().iter().map(|(name, _)| name);
    if let Some(bad) = [&definition.name].into_iter().chain(parametrics).find(|name| !is_identifier(name)) {
        return Err(Misfit { part: Part::Name, message: not_an_identifier(bad) });
    }
    let (what, members): (&str, Vec<&str>) = match &definition.kind {
        TypeKind::Struct { fields, .. } => ("field", fields.iter().map(|field| &*field.name).collect()),
        TypeKind::Enum { variants, .. } => ("variant", variants.iter().map(|variant| &*variant.name).collect()),
        TypeKind::Alias { .. } => return Ok(()),
    };
    let mut seen = std::collections::BTreeSet::new();
    for (index, name) in members.into_iter().enumerate() {
        let misfit = |message| Err(Misfit { part: Part::Member(index), message });
        if !is_identifier(name) {
            return misfit(not_an_identifier(name));
        }
        if !seen.insert(name) {
            return misfit(format!("`{}` has two {what}s called `{name}`", definition.name));
        }
    }
    Ok(())
}

fn check_values(width: u32, signed: bool, variants: &[Variant]) -> Result<(), Misfit> {
    let fits = |value: &Number| value.bits.width() == width && value.signed == signed;
    match variants.iter().position(|variant| !fits(&variant.value)) {
        Some(index) => {
            let message = format!("the value of `{}` is not of type {}", variants[index].name, spelled(width, signed));
            Err(Misfit { part: Part::Member(index), message })
        }
        None => Ok(()),
    }
}

/// Whether `name` is made of ASCII letters, digits and underscores, begins with no digit, and is not only underscores.
pub(crate) fn is_identifier(name: &str) -> bool {
    let first = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    first && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && name.chars().any(|c| c != '_')
}

pub(crate) fn not_an_identifier(name: &str) -> String {
    format!(
        "`{}` is not a name: names are made of ASCII letters, digits and underscores, and begin with no digit",
        name.escape_debug()
    )
}
