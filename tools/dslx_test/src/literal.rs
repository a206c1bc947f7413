//! Values as DSLX text that can be pasted into the module.

use std::collections::BTreeMap;

use xls_aot_dslx::check::types::{Argument, Definition, ModuleId, Type, TypeId};
use xls_aot_dslx::frontend::Program;
use xls_aot_dslx::modules::Imported;
use xls_aot_dslx::syntax::ast::{ItemKind, UseTree, UseTreeKind};
use xls_aot_ir::{Bits, Value};

/// Writes values of the types of a program, with the names that its top module uses.
pub(crate) struct Literals<'a> {
    program: &'a Program,
    /// What the top module calls other modules.
    modules: BTreeMap<ModuleId, String>,
    /// What it calls members of other modules.
    members: BTreeMap<(ModuleId, String), String>,
}

impl<'a> Literals<'a> {
    pub(crate) fn new(program: &'a Program) -> Self {
        let mut literals = Literals { program, modules: BTreeMap::new(), members: BTreeMap::new() };
        let top = program.modules.top();
        for item in &program.modules.module(top).items {
            match &item.kind {
                ItemKind::Import(import) => literals.add(item.id, import.name().as_str()),
                ItemKind::Use(uses) => literals.add_uses(&uses.tree),
                ItemKind::Function(_)
                | ItemKind::Struct(_)
                | ItemKind::Enum(_)
                | ItemKind::Sum(_)
                | ItemKind::TypeAlias(_)
                | ItemKind::Const(_)
                | ItemKind::ConstAssert(_)
                | ItemKind::Impl(_)
                | ItemKind::Trait(_)
                | ItemKind::Proc(_)
                | ItemKind::ProcAlias(_) => {}
            }
        }
        literals
    }

    fn add(&mut self, node: xls_aot_dslx::syntax::ast::NodeId, name: &str) {
        match self.program.modules.import(self.program.modules.top(), node) {
            Some(Imported::Module(module)) => {
                self.modules.entry(*module).or_insert_with(|| name.to_owned());
            }
            Some(Imported::Member(module, member)) => {
                self.members.insert((*module, member.as_str().to_owned()), name.to_owned());
            }
            None => {}
        }
    }

    fn add_uses(&mut self, tree: &UseTree) {
        match &tree.kind {
            UseTreeKind::Leaf => self.add(tree.id, tree.name.as_str()),
            UseTreeKind::Inner(trees) => trees.iter().for_each(|tree| self.add_uses(tree)),
        }
    }

    /// The value of a type. It needs no context: every number says its type.
    pub(crate) fn of(&self, value: &Value, ty: TypeId) -> String {
        let types = &self.program.checked.types;
        match (value, types.get(ty)) {
            (Value::Bits(bits), &Type::Bits { signed: false, width: 1 }) => (!bits.is_zero()).to_string(),
            (Value::Bits(bits), &Type::Bits { signed, .. }) => number(bits, signed),
            (Value::Bits(bits), Type::Enum(id)) => {
                let enumeration = types.enumeration(*id);
                let name = self.named(enumeration.definition, &enumeration.name);
                match enumeration.members.iter().find(|member| member.value == *value) {
                    Some(member) => format!("{name}::{}", member.name),
                    None => format!("({} as {name})", number(bits, enumeration.signed)),
                }
            }
            (Value::Tuple(values), Type::Struct(id)) => {
                let structure = types.structure(*id);
                let name = self.named(structure.definition, &structure.name);
                let arguments: Vec<String> =
                    structure.arguments.iter().map(|(_, argument)| self.argument(argument)).collect();
                let arguments =
                    if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) };
                let fields = structure.fields.iter().zip(values);
                let fields: Vec<String> =
                    fields.map(|((name, ty), value)| format!("{name}: {}", self.of(value, *ty))).collect();
                format!("{name}{arguments} {{ {} }}", fields.join(", "))
            }
            (Value::Tuple(values), Type::Tuple(elements)) => {
                let all: Vec<String> = values.iter().zip(elements).map(|(value, &ty)| self.of(value, ty)).collect();
                if let [one] = all.as_slice() {
                    return format!("({one},)");
                }
                format!("({})", all.join(", "))
            }
            (Value::Array(values), &Type::Array { element, .. }) => {
                let all: Vec<String> = values.iter().map(|value| self.of(value, element)).collect();
                match all.split_first() {
                    Some((first, rest)) if rest.len() > 1 && rest.iter().all(|other| other == first) => {
                        format!("{}:[{first}, ...]", self.named_type(ty))
                    }
                    _ => format!("[{}]", all.join(", ")),
                }
            }
            (Value::Bits(_) | Value::Tuple(_) | Value::Array(_) | Value::Token, _) => "token()".to_owned(),
        }
    }

    /// A type as the top module writes it.
    fn named_type(&self, ty: TypeId) -> String {
        let types = &self.program.checked.types;
        match types.get(ty) {
            &Type::Bits { signed, width } => bits_type(signed, width),
            Type::Token => "token".to_owned(),
            Type::Tuple(elements) => {
                let all: Vec<String> = elements.iter().map(|&ty| self.named_type(ty)).collect();
                format!("({}{})", all.join(", "), if all.len() == 1 { "," } else { "" })
            }
            Type::Array { element, len } => format!("{}[{len}]", self.named_type(*element)),
            Type::Enum(id) => {
                let enumeration = types.enumeration(*id);
                self.named(enumeration.definition, &enumeration.name)
            }
            Type::Struct(id) => {
                let structure = types.structure(*id);
                let arguments: Vec<String> =
                    structure.arguments.iter().map(|(_, argument)| self.argument(argument)).collect();
                let arguments =
                    if arguments.is_empty() { String::new() } else { format!("<{}>", arguments.join(", ")) };
                format!("{}{arguments}", self.named(structure.definition, &structure.name))
            }
        }
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Value { value, ty } => self.of(value, *ty),
            Argument::Type(ty) => self.named_type(*ty),
        }
    }

    /// The name of a structure or an enumeration in the top module.
    fn named(&self, definition: Definition, name: &str) -> String {
        let module = definition.module;
        if module == self.program.modules.top() {
            return name.to_owned();
        }
        if let Some(local) = self.members.get(&(module, name.to_owned())) {
            return local.clone();
        }
        let full = self.program.modules.name(module);
        let last = full.rsplit('.').next().unwrap_or(full);
        format!("{}::{name}", self.modules.get(&module).map_or(last, String::as_str))
    }

    /// The modules that define the types of a value and that the top module does not import, as imports to add.
    pub(crate) fn missing_imports(&self, ty: TypeId, missing: &mut Vec<String>) {
        let types = &self.program.checked.types;
        let mut need = |definition: Definition, name: &str| {
            let module = definition.module;
            let known = module == self.program.modules.top()
                || self.modules.contains_key(&module)
                || self.members.contains_key(&(module, name.to_owned()));
            let import = format!("import {};", self.program.modules.name(module));
            if !known && !missing.contains(&import) {
                missing.push(import);
            }
        };
        match types.get(ty) {
            Type::Bits { .. } | Type::Token => {}
            Type::Enum(id) => need(types.enumeration(*id).definition, &types.enumeration(*id).name),
            Type::Tuple(elements) => elements.iter().for_each(|&ty| self.missing_imports(ty, missing)),
            Type::Array { element, .. } => self.missing_imports(*element, missing),
            Type::Struct(id) => {
                let structure = types.structure(*id);
                need(structure.definition, &structure.name);
                structure.fields.iter().for_each(|&(_, ty)| self.missing_imports(ty, missing));
            }
        }
    }
}

/// `u8`, `uN[100]`.
fn bits_type(signed: bool, width: u32) -> String {
    let letter = if signed { 's' } else { 'u' };
    match width {
        1..=64 => format!("{letter}{width}"),
        _ => format!("{letter}N[{width}]"),
    }
}

/// A number with its type.
fn number(bits: &Bits, signed: bool) -> String {
    let width = bits.width();
    let ty = bits_type(signed, width);
    match width {
        0 => format!("{ty}:0"),
        1..=64 if signed => format!("{ty}:{}", ((bits.low_u64() << (64 - width)) as i64) >> (64 - width)),
        1..=64 => format!("{ty}:{}", bits.low_u64()),
        _ => format!("{ty}:{bits:#x}"),
    }
}
