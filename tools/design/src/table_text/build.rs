//! Resolves names and makes the table.
//!
//! Definitions may stand in any order: each is defined after those that it uses. The table is built twice if some type is
//! `everywhere`: once to learn the shapes of these types, and once with every unnamed part of a definition that has such a
//! shape given the type. A part is smaller than the whole, so this makes no cycle.

use std::collections::{BTreeMap, HashMap};

use xls_aot_ir::{nearest, Type};

use super::findings::Findings;
use super::type_text::TypeText;
use super::{value_text, Raw, RawBody, RawDefinition, RawType, Spot};
use crate::table::{Constant, Field, Misfit, Part, TypeDef, TypeKind, TypeTable, Variant};
use crate::value_type::{TypeId, ValueType};

/// The table, and the types that every value of their shape has.
pub(super) struct Built {
    pub table: TypeTable,
    everywhere: HashMap<Type, TypeId>,
    paths: BTreeMap<String, TypeId>,
}

/// Longest chain of definitions, each of which uses one that stands behind it.
const MAX_CHAIN: usize = 256;

/// Builds the table, or as much of it as has no findings.
pub(super) fn build(raw: &Raw<'_>, findings: &mut Findings<'_>) -> Built {
    let mut built = Builder::new(raw, findings, HashMap::new()).definitions();
    if raw.definitions.iter().any(|definition| definition.everywhere) && built.is_complete(raw) {
        if let Some(shapes) = shapes(raw, &built, findings) {
            built = Builder::new(raw, findings, shapes).definitions();
        }
    }
    if built.is_complete(raw) {
        constants(raw, &mut built, findings);
    }
    built
}

impl Built {
    fn is_complete(&self, raw: &Raw<'_>) -> bool {
        self.paths.len() == raw.definitions.len()
    }

    /// The types that values have by their shapes.
    pub fn everywhere(&self) -> &HashMap<Type, TypeId> {
        &self.everywhere
    }

    /// Resolves a type in the scope of `module`.
    pub fn resolve(&self, ty: &RawType, module: &[String], findings: &mut Findings<'_>) -> Option<ValueType> {
        let mut named = |path: &str| {
            let found = candidates(path, module).find_map(|path| self.paths.get(&path)).copied();
            if found.is_none() {
                unknown(path, self.paths.keys().map(String::as_str), ty.spot, findings);
            }
            found.map(ValueType::Named)
        };
        lower(&ty.ty, &mut named, &|plain| self.structural_part(plain))
    }

    fn structural_part(&self, ty: ValueType) -> ValueType {
        match self.everywhere.get(&self.table.erase(&ty)) {
            Some(&id) if is_plain(&ty) => ValueType::Named(id),
            _ => ty,
        }
    }
}

/// The type of an IR value where nothing but its shape says what it is.
pub(super) fn structural(everywhere: &HashMap<Type, TypeId>, ty: &Type) -> ValueType {
    if let Some(&id) = everywhere.get(ty) {
        return ValueType::Named(id);
    }
    match ty {
        Type::Bits(width) => ValueType::unsigned(*width),
        Type::Token => ValueType::Token,
        Type::Tuple(elements) => {
            ValueType::tuple(elements.iter().map(|element| structural(everywhere, element)).collect::<Vec<_>>())
        }
        Type::Array(array) => ValueType::array(structural(everywhere, &array.element), array.len),
    }
}

/// Whether a type of the same shape may take the place of `ty`.
fn is_plain(ty: &ValueType) -> bool {
    match ty {
        ValueType::Bits { signed, .. } => !signed,
        ValueType::Tuple(_) => true,
        ValueType::Token | ValueType::Array(..) | ValueType::Named(_) => false,
    }
}

/// For each shape, the definition that is for every value of it.
fn shapes(raw: &Raw<'_>, built: &Built, findings: &mut Findings<'_>) -> Option<HashMap<Type, usize>> {
    let mut shapes: HashMap<Type, usize> = HashMap::new();
    let mut unique = true;
    for (index, definition) in raw.definitions.iter().enumerate().filter(|(_, definition)| definition.everywhere) {
        let shape = built.paths.get(&path_of(definition)).map(|&id| built.table.erased(id).clone())?;
        let message = |other: &RawDefinition| {
            format!("`{}` and `{}` are both for every value of type {shape}", other.name.text, definition.name.text)
        };
        if let Some(&other) = shapes.get(&shape) {
            let note = "only one type of a shape can be `everywhere`; give the other to single parameters and fields";
            findings.invalid_with_note(definition.name.spot, "E1109", message(&raw.definitions[other]), note);
            unique = false;
        }
        shapes.insert(shape, index);
    }
    unique.then_some(shapes)
}

struct Builder<'a, 'b, 'c> {
    raw: &'a Raw<'a>,
    findings: &'b mut Findings<'c>,
    by_path: BTreeMap<String, usize>,
    shapes: HashMap<Type, usize>,
    table: TypeTable,
    states: Vec<State>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    New,
    Open,
    Done(TypeId),
    Failed,
}

impl<'a, 'b, 'c> Builder<'a, 'b, 'c> {
    fn new(raw: &'a Raw<'a>, findings: &'b mut Findings<'c>, shapes: HashMap<Type, usize>) -> Self {
        let mut by_path = BTreeMap::new();
        for (index, definition) in raw.definitions.iter().enumerate() {
            by_path.entry(path_of(definition)).or_insert(index);
        }
        let states = vec![State::New; raw.definitions.len()];
        Builder { raw, findings, by_path, shapes, table: TypeTable::default(), states }
    }

    fn definitions(mut self) -> Built {
        for index in 0..self.raw.definitions.len() {
            self.define(index, 0);
        }
        let id = |index: usize| match self.states[index] {
            State::Done(id) => Some(id),
            State::New | State::Open | State::Failed => None,
        };
        let paths = self.by_path.iter().filter_map(|(path, &index)| Some((path.clone(), id(index)?))).collect();
        let everywhere = self.shapes.iter().filter_map(|(shape, &index)| Some((shape.clone(), id(index)?))).collect();
        Built { table: self.table, everywhere, paths }
    }

    /// Defines a type after those that it uses.
    fn define(&mut self, index: usize, chain: usize) -> Option<TypeId> {
        let raw = self.raw;
        let definition = &raw.definitions[index];
        match self.states[index] {
            State::Done(id) => return Some(id),
            State::Failed => return None,
            State::Open => {
                let message = format!("the type `{}` contains itself", definition.name.text);
                self.findings.invalid(definition.name.spot, "E1105", message);
                return None;
            }
            State::New if chain > MAX_CHAIN => {
                let message = format!("more than {MAX_CHAIN} types use each other in a row");
                let note = "define a type before those that use it";
                self.findings.invalid_with_note(definition.name.spot, "E1110", message, note);
                return None;
            }
            State::New => {}
        }
        self.states[index] = State::Open;
        let id = self.kind(definition, chain).and_then(|kind| self.add(definition, kind));
        self.states[index] = id.map_or(State::Failed, State::Done);
        id
    }

    fn add(&mut self, definition: &RawDefinition, kind: TypeKind) -> Option<TypeId> {
        let added = self.table.define(TypeDef {
            module: definition.module.clone(),
            name: definition.name.text.clone(),
            docs: definition.docs.clone(),
            position: self.findings.position(definition.name.spot),
            kind,
        });
        match added {
            Ok(id) => Some(id),
            Err(Misfit { part, message }) => {
                let spot = match (part, &definition.body) {
                    (Part::Member(member), RawBody::Struct { fields, .. }) => fields[member].name.spot,
                    (Part::Member(member), RawBody::Enum { variants, .. }) => variants[member].name.spot,
                    (Part::Name | Part::Body | Part::Member(_), _) => definition.name.spot,
                };
                let code = if part == Part::Body { "E1110" } else { "E1102" };
                self.findings.invalid(spot, code, message);
                None
            }
        }
    }

    fn kind(&mut self, definition: &RawDefinition, chain: usize) -> Option<TypeKind> {
        Some(match &definition.body {
            RawBody::Struct { fields, parametrics } => {
                let lower = |field: &super::RawField| {
                    let ty = self.ty(&field.ty, &definition.module, chain)?;
                    Some(Field { name: field.name.text.clone(), ty, docs: field.docs.clone() })
                };
                // Every field is looked at, so that all findings are reported.
                let fields: Vec<Option<Field>> = fields.iter().map(lower).collect();
                let fields = fields.into_iter().collect::<Option<_>>()?;
                TypeKind::Struct { fields, parametrics: parametrics.clone() }
            }
            RawBody::Enum { width, signed, variants } => {
                let variants = variants.iter().map(|variant| Variant {
                    name: variant.name.text.clone(),
                    value: variant.value.clone(),
                    docs: variant.docs.clone(),
                });
                TypeKind::Enum { width: *width, signed: *signed, variants: variants.collect() }
            }
            RawBody::Alias { ty } => TypeKind::Alias { ty: self.ty(ty, &definition.module, chain)? },
        })
    }

    fn ty(&mut self, ty: &RawType, module: &[String], chain: usize) -> Option<ValueType> {
        // What is named is defined first; then only the table is needed.
        let mut ids = BTreeMap::new();
        let mut complete = true;
        for path in names(&ty.ty) {
            let Some(index) = candidates(path, module).find_map(|path| self.by_path.get(&path)).copied() else {
                unknown(path, self.by_path.keys().map(String::as_str), ty.spot, self.findings);
                complete = false;
                continue;
            };
            match self.define(index, chain + 1) {
                Some(id) => drop(ids.insert(path, id)),
                None => complete = false,
            }
        }
        if !complete {
            return None;
        }
        let lowered = lower(&ty.ty, &mut |path| ids.get(path).map(|&id| ValueType::Named(id)), &|plain| plain)?;
        self.substituted(lowered, chain)
    }

    /// `ty` with the types that every value of their shapes has.
    fn substituted(&mut self, ty: ValueType, chain: usize) -> Option<ValueType> {
        if self.shapes.is_empty() {
            return Some(ty);
        }
        if is_plain(&ty) {
            if let Some(&index) = self.shapes.get(&self.table.erase(&ty)) {
                return self.define(index, chain + 1).map(ValueType::Named);
            }
        }
        Some(match ty {
            ValueType::Tuple(elements) => {
                let elements = elements.iter().map(|element| self.substituted(element.clone(), chain));
                ValueType::tuple(elements.collect::<Option<Vec<_>>>()?)
            }
            ValueType::Array(element, len) => ValueType::array(self.substituted((*element).clone(), chain)?, len),
            ValueType::Bits { .. } | ValueType::Token | ValueType::Named(_) => ty,
        })
    }
}

fn constants(raw: &Raw<'_>, built: &mut Built, findings: &mut Findings<'_>) {
    for constant in &raw.constants {
        let Some(ty) = built.resolve(&constant.ty, &constant.module, findings) else { continue };
        if let Err(message) = built.table.size_of(&ty).check() {
            findings.invalid(constant.ty.spot, "E1110", message);
            continue;
        }
        let Some(value) = value_text::read(constant.value, &ty, &built.table, findings) else { continue };
        let added = built.table.add_constant(Constant {
            module: constant.module.clone(),
            name: constant.name.text.clone(),
            docs: constant.docs.clone(),
            position: findings.position(constant.name.spot),
            ty,
            value,
        });
        if let Err(Misfit { message, .. }) = added {
            findings.invalid(constant.name.spot, "E1102", message);
        }
    }
}

/// The paths that `path` may mean in `module`, nearest first.
fn candidates<'a>(path: &'a str, module: &'a [String]) -> impl Iterator<Item = String> + 'a {
    (0..=module.len()).rev().map(move |levels| {
        let outer = module[..levels].iter().fold(String::new(), |path, module| path + module + "::");
        outer + path
    })
}

fn path_of(definition: &RawDefinition) -> String {
    let RawBody::Struct { parametrics, .. } = &definition.body else {
        return join(&definition.module, &definition.name.text);
    };
    let path = join(&definition.module, &definition.name.text);
    let values: Vec<String> = parametrics.iter().map(|(_, value)| value.to_string()).collect();
    if values.is_empty() {
        path
    } else {
        format!("{path}<{}>", values.join(", "))
    }
}

fn join(module: &[String], name: &str) -> String {
    module.iter().fold(String::new(), |path, module| path + module + "::") + name
}

fn unknown<'a>(path: &str, known: impl Iterator<Item = &'a str>, spot: Spot, findings: &mut Findings<'_>) {
    let message = format!("there is no type `{path}`");
    let integer =
        path.split_at_checked(1).filter(|(sign, digits)| matches!(*sign, "u" | "s") && digits.parse::<u64>().is_ok());
    if let Some((sign, width)) = integer {
        findings.invalid_with_note(
            spot,
            "E1104",
            message,
            format!("an integer of that width is written `{sign}N[{width}]`"),
        );
        return;
    }
    match nearest(path, known) {
        Some(near) => findings.invalid_with_note(spot, "E1104", message, format!("did you mean `{near}`?")),
        None => findings.invalid_with_note(spot, "E1104", message, "define it among the `types`"),
    }
}

/// The names in a type.
fn names(ty: &TypeText) -> Vec<&str> {
    match ty {
        TypeText::Bits { .. } | TypeText::Token => Vec::new(),
        TypeText::Tuple(elements) => elements.iter().flat_map(names).collect(),
        TypeText::Array(element, _) => names(element),
        TypeText::Name(path) => vec![path],
    }
}

/// A type whose names `named` resolves; `part` may replace each part that has no name.
fn lower(
    ty: &TypeText,
    named: &mut dyn FnMut(&str) -> Option<ValueType>,
    part: &dyn Fn(ValueType) -> ValueType,
) -> Option<ValueType> {
    Some(match ty {
        TypeText::Bits { width, signed } => part(ValueType::Bits { width: *width, signed: *signed }),
        TypeText::Token => ValueType::Token,
        TypeText::Tuple(elements) => {
            let elements = elements.iter().map(|element| lower(element, named, part));
            part(ValueType::tuple(elements.collect::<Option<Vec<_>>>()?))
        }
        TypeText::Array(element, len) => ValueType::array(lower(element, named, part)?, *len),
        TypeText::Name(path) => named(path)?,
    })
}
