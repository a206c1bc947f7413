//! DSLX as a design: the tops become entries, and the types keep the names and the documentation that the modules give them.
//!
//! Rules:
//!
//! - The entry of a public top is the form without token. The entry of another top that may fail is the form with token and
//!   activation, because there is no other one.
//! - An entry is called like its function. Tops of one name are called as in the IR, without the module: `widen__8`.
//! - Types of the top module are at the root, those of module `a.b` in `a::b`. A top module that others can import as `a.b` has the
//!   path `a::b` in the table, so that its types are the ones that a design which imports it has. The table has the structures and enumerations
//!   that the signatures reach, the aliases that their annotations name, and the public aliases and constants of the top
//!   module, as far as a table can have them.
//! - A structure with parametrics is one type for each set of values. Values that are no numbers are part of its name.
//! - Characters of DSLX names that are not letters, digits or `_` become `_`.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_design::{
    Constant, Design, Entry, Field, Misfit, Number, Position, TypeDef, TypeId as NamedId, TypeKind, TypeTable,
    ValueType, Variant,
};
use xls_aot_ir::limits::MAX_FLAT_BIT_COUNT;
use xls_aot_ir::{closure, Diagnostic, LineIndex, Value};

use crate::check::declarations::{Alias, Declaration, Nominal, Spelling};
use crate::check::typed::{Checked, InstanceId};
use crate::check::types::{Argument, Definition, EnumId, ModuleId, StructId, Type, TypeId, Types};
use crate::convert::{mangled, Convention};
use crate::frontend::{to_ir, Functions, Program};
use crate::modules::{Loader, Search, Top};
use crate::source::{FileId, Report, SourceMap, Span};
use crate::warnings::Enabled;

/// Most aliases that stand for each other in a row.
const MAX_ALIASES: usize = 128;

/// A design with what is known about where it comes from.
#[derive(Clone, Debug)]
pub struct Read {
    /// The design.
    pub design: Design,
    /// Warnings about the top module.
    pub warnings: Report,
    /// Names of all files that were read, as messages show them.
    pub files: Vec<String>,
}

/// Reads the module `top` as a design with these functions, which are written as `f` or `f<u32:8>`.
///
/// # Errors
/// All findings, if at least one is an error.
pub fn to_design(
    top: Top,
    search: &Search,
    loader: &dyn Loader,
    tops: &[String],
    enabled: &Enabled,
) -> Result<Read, Report> {
    let home = search.import_name(top.path).unwrap_or_default();
    let program = to_ir(top, search, loader, &Functions::Tops(tops.to_vec()), enabled)?;
    let refused = |finding: Box<Diagnostic>| Report::new(&program.sources, vec![*finding]);
    distinct(&program).map_err(refused)?;
    let mut table = Table::new(&program, home);
    let mut entries = table.entries().map_err(refused)?;
    table.public_items();
    let types = table.table;
    let files = program.modules.ids().map(|id| program.sources.name(program.modules.file(id)).to_owned()).collect();
    let (package, functions) = closure::cut_all(program.package, &program.roots);
    entries.iter_mut().zip(functions).for_each(|(entry, function)| entry.function = function);
    Ok(Read { design: Design { package, entries, types }, warnings: program.warnings, files })
}

/// Checks that no function is named twice.
fn distinct(program: &Program) -> Defined<()> {
    let mut seen = BTreeSet::new();
    match program.checked.tops.iter().find(|&&top| !seen.insert(top)) {
        None => Ok(()),
        Some(&top) => {
            let function = program.checked.function(top);
            let message = format!("the function `{}` is to be compiled twice", function.key.name);
            let finding = Diagnostic::invalid("E1383", function.name_span, message);
            Err(Box::new(finding.note("name each function once")))
        }
    }
}

/// A finding that ends the making of a design.
type Defined<T> = Result<T, Box<Diagnostic>>;

/// What a definition of the table was made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Struct(StructId),
    Enum(EnumId),
    Alias(Definition),
}

/// The table in the making.
struct Table<'a> {
    program: &'a Program,
    checked: &'a Checked,
    structs: BTreeMap<StructId, &'a Nominal<StructId>>,
    enums: BTreeMap<EnumId, &'a Nominal<EnumId>>,
    aliases: BTreeMap<Definition, &'a Alias>,
    table: TypeTable,
    home: Vec<String>,
    defined: BTreeMap<Key, NamedId>,
    /// How many aliases are being defined.
    open_aliases: usize,
    lines: Lines<'a>,
}

/// Lines of the files that places are asked for in.
struct Lines<'a> {
    sources: &'a SourceMap,
    files: BTreeMap<FileId, LineIndex<'a>>,
}

impl Lines<'_> {
    fn position(&mut self, span: Span) -> Position {
        let file = self.sources.file_of(span);
        let lines = self.files.entry(file).or_insert_with(|| self.sources.line_index(file));
        let at = lines.position(self.sources.within(file, span));
        Position { file: self.sources.name(file).to_owned(), line: at.line, column: at.column }
    }
}

impl<'a> Table<'a> {
    /// `home`: the parts of the name by which others import the top module, if they can.
    fn new(program: &'a Program, home: Vec<String>) -> Self {
        let checked = &program.checked;
        let declarations = &checked.declarations;
        Table {
            program,
            checked,
            structs: declarations.structs.iter().map(|nominal| (nominal.id, nominal)).collect(),
            enums: declarations.enums.iter().map(|nominal| (nominal.id, nominal)).collect(),
            aliases: declarations.aliases.iter().map(|alias| (alias.declaration.definition, alias)).collect(),
            table: TypeTable::of_module(home.clone()),
            home,
            defined: BTreeMap::new(),
            open_aliases: 0,
            lines: Lines { sources: &program.sources, files: BTreeMap::new() },
        }
    }

    /// The entries, with their functions in the package of the program.
    fn entries(&mut self) -> Defined<Vec<Entry>> {
        let names = entry_names(self.program);
        let checked = self.checked;
        let declared = checked.declarations.entries.iter().zip(&self.program.roots).zip(names);
        declared
            .map(|((declared, &function), name)| {
                let source = checked.function(declared.instance);
                let types = source.parameters.iter().map(|&local| source.body.local(local).ty);
                let spelled = declared.parameters.iter().zip(types);
                let mut params =
                    spelled.map(|(spelling, ty)| self.spelled(spelling, ty)).collect::<Defined<Vec<_>>>()?;
                let mut result = self.spelled(&declared.result, source.result)?;
                // The form with token and activation.
                if self.program.package.function(function).params.len() == params.len() + 2 {
                    params.splice(..0, [ValueType::Token, ValueType::unsigned(1)]);
                    result = ValueType::tuple([ValueType::Token, result]);
                }
                Ok(Entry {
                    function,
                    module: Vec::new(),
                    name,
                    alias: None,
                    docs: text(&declared.docs),
                    position: Some(self.lines.position(source.name_span)),
                    params,
                    result,
                })
            })
            .collect()
    }

    /// Adds the public aliases and constants of the top module that a table can have.
    fn public_items(&mut self) {
        let checked = self.checked;
        let aliases = checked.declarations.aliases.iter();
        for alias in aliases.filter(|alias| alias.declaration.public && has_values(&checked.types, alias.ty)) {
            // Nothing needs it.
            let _ = self.alias(alias);
        }
        for public in &checked.declarations.constants {
            let constant = checked.constant(public.id);
            if !has_values(&checked.types, constant.ty) {
                continue;
            }
            let Ok(ty) = self.unspelled(constant.ty) else { continue };
            let declaration = &public.declaration;
            // As above.
            let _ = self.table.add_constant(Constant {
                module: self.module(declaration.definition.module),
                name: identifier(&declaration.name),
                docs: text(&declaration.docs),
                position: Some(self.lines.position(declaration.span)),
                ty,
                value: constant.value.clone(),
            });
        }
    }

    /// The type `ty` as an annotation spells it.
    fn spelled(&mut self, spelling: &Spelling, ty: TypeId) -> Defined<ValueType> {
        let checked = self.checked;
        match (spelling, checked.types.get(ty)) {
            (Spelling::Alias(definition), _) => match self.aliases.get(definition).copied() {
                Some(alias) if alias.ty == ty => self.alias(alias).map(ValueType::Named),
                // It stands for a structure whose parametrics have values only here.
                Some(_) | None => self.unspelled(ty),
            },
            (Spelling::Array(element, _), &Type::Array { element: ty, len }) => {
                Ok(ValueType::array(self.spelled(element, ty)?, u64::from(len)))
            }
            (Spelling::Tuple(elements), Type::Tuple(types)) => {
                let elements = elements.iter().zip(types).map(|(element, &ty)| self.spelled(element, ty));
                Ok(ValueType::tuple(elements.collect::<Defined<Vec<_>>>()?))
            }
            (Spelling::Type(_) | Spelling::Array(..) | Spelling::Tuple(_), _) => self.unspelled(ty),
        }
    }

    /// The type `ty` without aliases.
    fn unspelled(&mut self, ty: TypeId) -> Defined<ValueType> {
        let checked = self.checked;
        Ok(match checked.types.get(ty) {
            &Type::Bits { signed, width } => ValueType::Bits { width, signed },
            Type::Token => ValueType::Token,
            Type::Tuple(elements) => {
                ValueType::tuple(elements.iter().map(|&ty| self.unspelled(ty)).collect::<Defined<Vec<_>>>()?)
            }
            &Type::Array { element, len } => ValueType::array(self.unspelled(element)?, u64::from(len)),
            &Type::Struct(id) => ValueType::Named(self.structure(id)?),
            &Type::Enum(id) => ValueType::Named(self.enumeration(id)?),
        })
    }

    fn structure(&mut self, id: StructId) -> Defined<NamedId> {
        if let Some(&known) = self.defined.get(&Key::Struct(id)) {
            return Ok(known);
        }
        let nominal = self.structs[&id];
        let structure = self.checked.types.structure(id);
        let members = unique(structure.fields.iter().map(|(name, _)| &**name));
        let mut fields = Vec::with_capacity(members.len());
        for (index, name) in members.into_iter().enumerate() {
            let ty = self.spelled(&nominal.fields[index], structure.fields[index].1)?;
            fields.push(Field { name, ty, docs: text(&nominal.docs[index]) });
        }
        let mut name = nominal.declaration.name.clone();
        let mut parametrics = Vec::new();
        for (parameter, argument) in &structure.arguments {
            match argument {
                Argument::Value { value: Value::Bits(bits), ty } => {
                    let signed = self.checked.types.as_number(*ty).is_some_and(|(signed, _)| signed);
                    parametrics.push((identifier(parameter), Number { bits: bits.clone(), signed }));
                }
                Argument::Value { .. } | Argument::Type(_) => {
                    name.push_str(&format!("_{}", self.checked.types.display_argument(argument)));
                }
            }
        }
        self.define(Key::Struct(id), &nominal.declaration, name, TypeKind::Struct { fields, parametrics })
    }

    fn enumeration(&mut self, id: EnumId) -> Defined<NamedId> {
        if let Some(&known) = self.defined.get(&Key::Enum(id)) {
            return Ok(known);
        }
        let nominal = self.enums[&id];
        let enumeration = self.checked.types.enumeration(id);
        let signed = enumeration.signed;
        let names = unique(enumeration.members.iter().map(|member| &*member.name));
        let members = names.into_iter().zip(&enumeration.members).zip(&nominal.docs);
        let variants = members.filter_map(|((name, member), docs)| {
            let Value::Bits(bits) = &member.value else { return None };
            Some(Variant { name, value: Number { bits: bits.clone(), signed }, docs: text(docs) })
        });
        let kind = TypeKind::Enum { width: enumeration.width, signed, variants: variants.collect() };
        self.define(Key::Enum(id), &nominal.declaration, nominal.declaration.name.clone(), kind)
    }

    fn alias(&mut self, alias: &'a Alias) -> Defined<NamedId> {
        let declaration = &alias.declaration;
        let key = Key::Alias(declaration.definition);
        if let Some(&known) = self.defined.get(&key) {
            return Ok(known);
        }
        if self.open_aliases == MAX_ALIASES {
            let message = format!("more than {MAX_ALIASES} aliases stand for each other in a row");
            return Err(Box::new(Diagnostic::limit("E1507", declaration.span, message)));
        }
        self.open_aliases += 1;
        let ty = self.spelled(&alias.target, alias.ty);
        self.open_aliases -= 1;
        self.define(key, declaration, declaration.name.clone(), TypeKind::Alias { ty: ty? })
    }

    /// Adds a definition; if its name is taken, with the first number behind it that is free.
    fn define(&mut self, key: Key, declaration: &Declaration, name: String, kind: TypeKind) -> Defined<NamedId> {
        let name = identifier(&name);
        let mut definition = TypeDef {
            module: self.module(declaration.definition.module),
            name: name.clone(),
            docs: text(&declaration.docs),
            position: Some(self.lines.position(declaration.span)),
            kind,
        };
        let mut number = 2u64;
        while self.table.find(&definition.path()).is_some() {
            definition.name = format!("{name}_{number}");
            number += 1;
        }
        let id = self.table.define(definition).map_err(|Misfit { message, .. }| {
            Box::new(
                Diagnostic::unsupported("E1506", declaration.span, message).note("use another type in the signature"),
            )
        })?;
        self.defined.insert(key, id);
        Ok(id)
    }

    /// The path of a module.
    fn module(&self, id: ModuleId) -> Vec<String> {
        if id == self.program.modules.top() {
            return self.home.clone();
        }
        self.program.modules.name(id).split('.').map(identifier).collect()
    }
}

/// The names of the tops.
fn entry_names(program: &Program) -> Vec<String> {
    let (checked, modules) = (&program.checked, &program.modules);
    let plain = |top: InstanceId| identifier(&checked.function(top).key.name);
    let module_name = |id| modules.name(id).to_owned();
    let prefix = format!("__{}__", identifier(modules.name(modules.top())));
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for &top in &checked.tops {
        *uses.entry(plain(top)).or_default() += 1;
    }
    let name = |&top: &InstanceId| match plain(top) {
        name if uses[&name] > 1 => {
            let name = mangled(checked, &module_name, top, Convention::Plain);
            name.strip_prefix(&prefix).map(str::to_owned).unwrap_or(name)
        }
        name => name,
    };
    checked.tops.iter().map(name).collect()
}

/// Whether a table can have a constant of a type: the type is data, every array has elements, and it is within the limits.
fn has_values(types: &Types, ty: TypeId) -> bool {
    let within = types.flat_bits(ty) <= MAX_FLAT_BIT_COUNT;
    within
        && match types.get(ty) {
            Type::Bits { .. } | Type::Enum(_) => true,
            Type::Token => false,
            Type::Tuple(elements) => elements.iter().all(|&element| has_values(types, element)),
            &Type::Array { element, len } => len > 0 && has_values(types, element),
            Type::Struct(id) => types.structure(*id).fields.iter().all(|&(_, field)| has_values(types, field)),
        }
}

/// A comment as documentation.
fn text(docs: &Option<String>) -> String {
    docs.as_deref().unwrap_or_default().trim_end().to_owned()
}

/// A name as a table accepts it.
fn identifier(name: &str) -> String {
    let mut text: String = name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        text.insert(0, '_');
    }
    if text.chars().all(|c| c == '_') {
        text.push('x');
    }
    text
}

/// The names of a definition's members, no two of them equal.
fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut used = BTreeSet::new();
    let mut free = |name: &str| {
        let name = identifier(name);
        let mut candidate = name.clone();
        let mut number = 2u64;
        while !used.insert(candidate.clone()) {
            candidate = format!("{name}_{number}");
            number += 1;
        }
        candidate
    };
    names.map(&mut free).collect()
}
