//! What a generated library says about the types of its functions: names, documentation and places of the structures,
//! enumerations, aliases and constants that the tops reach.
//!
//! Structures and enumerations are those in the signatures of the tops, and in what these contain; aliases are those that the
//! annotations of the signatures and of the fields name, and the public ones of the top module; constants are the public ones
//! of the top module. A name that an annotation uses is kept ([`Spelling`]), so that a parameter of type `F32` is not only a
//! structure of three fields.

use std::collections::{BTreeMap, BTreeSet};

use super::checker::{Check, Checker, Reported};
use super::infer::{Env, Home, Infer};
use super::names::Global;
use super::path::TypeName;
use super::typed::{ConstantId, InstanceId};
use super::types::{Definition, EnumId, ModuleId, StructId, Type, TypeId, Types};
use crate::source::Span;
use crate::syntax::ast::{self, Item, ItemKind, Path, TypeKind};

/// A type as an annotation spells it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Spelling {
    /// A type that is not named by an alias.
    Type(TypeId),
    /// The alias of this place.
    Alias(Definition),
    /// An array of what is spelled so.
    Array(Box<Spelling>, u32),
    /// A tuple of what is spelled so.
    Tuple(Vec<Spelling>),
}

/// What is written at a definition.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Declaration {
    /// Its place.
    pub definition: Definition,
    /// Its name.
    pub name: String,
    /// The comment above it.
    pub docs: Option<String>,
    /// Its name in the text.
    pub span: Span,
    /// True if it is `pub`.
    pub public: bool,
}

/// A structure or an enumeration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nominal<Id> {
    /// Its id.
    pub id: Id,
    /// Where and how it is defined.
    pub declaration: Declaration,
    /// The comment of each field or member, in their order.
    pub docs: Vec<Option<String>>,
    /// How the annotation of each field spells its type; empty for an enumeration.
    pub fields: Vec<Spelling>,
}

/// An alias.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Alias {
    /// Where and how it is defined.
    pub declaration: Declaration,
    /// The type that it stands for.
    pub ty: TypeId,
    /// How its definition spells that type.
    pub target: Spelling,
}

/// A constant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicConstant {
    /// Its id.
    pub id: ConstantId,
    /// Where and how it is defined.
    pub declaration: Declaration,
}

/// A top.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The instance.
    pub instance: InstanceId,
    /// The comment above the function.
    pub docs: Option<String>,
    /// How the annotations of the parameters spell their types.
    pub parameters: Vec<Spelling>,
    /// How the annotation of the result spells its type.
    pub result: Spelling,
}

/// What the tops reach.
#[derive(Clone, Default, Debug)]
pub struct Declarations {
    /// The tops.
    pub entries: Vec<Entry>,
    /// The structures, those that a structure contains before it.
    pub structs: Vec<Nominal<StructId>>,
    /// The enumerations.
    pub enums: Vec<Nominal<EnumId>>,
    /// The aliases, by place.
    pub aliases: Vec<Alias>,
    /// The public constants of the top module, in the order of the text.
    pub constants: Vec<PublicConstant>,
}

impl<'a> Checker<'a> {
    /// The declarations that these tops reach.
    pub(super) fn declarations(&mut self, tops: &[InstanceId]) -> Check<Declarations> {
        let module = self.program.top();
        let mut found = Declarations::default();
        let mut aliases: BTreeSet<Definition> = BTreeSet::new();
        let mut reach = Reach::default();
        for &instance in tops {
            let slot = &self.slots[instance.index()];
            let Some(of) = slot.of else { return Err(Reported) };
            let (env, types, result_ty) = (slot.env.clone(), slot.parameters.clone(), slot.result);
            let mut infer = Infer::new(self, of.home, &env);
            let parameters = of.function.params.iter().map(|p| infer.spelling(&p.ty)).collect::<Check<Vec<_>>>()?;
            let result = match &of.function.return_type {
                Some(ty) => infer.spelling(ty)?,
                None => Spelling::Type(result_ty),
            };
            for ty in types.into_iter().chain([result_ty]) {
                reach.visit(&self.types, ty);
            }
            parameters.iter().chain([&result]).for_each(|spelling| spelling.aliases(&mut aliases));
            found.entries.push(Entry { instance, docs: of.item.docs.clone(), parameters, result });
        }
        for (index, item) in self.program.module(module).items.iter().enumerate() {
            let definition = Definition { module, item: index as u32 };
            match &item.kind {
                ItemKind::Const(_) if item.public => {
                    let id = self.constant_item(definition)?;
                    reach.visit(&self.types, self.constants[id.index()].ty);
                    found.constants.push(PublicConstant { id, declaration: declaration(definition, item) });
                }
                ItemKind::TypeAlias(_) if item.public => {
                    aliases.insert(definition);
                }
                _ => {}
            }
        }
        self.follow(reach, aliases, &mut found)?;
        Ok(found)
    }

    /// Adds aliases and nominal types, and those that they lead to.
    fn follow(&mut self, mut reach: Reach, start: BTreeSet<Definition>, found: &mut Declarations) -> Check<()> {
        let mut pending: Vec<Definition> = start.into_iter().collect();
        let mut done: BTreeMap<Definition, Option<Alias>> = BTreeMap::new();
        let mut structs = 0;
        loop {
            while let Some(definition) = pending.pop() {
                if done.contains_key(&definition) {
                    continue;
                }
                let alias = self.alias_declaration(definition)?;
                if let Some(alias) = &alias {
                    reach.visit(&self.types, alias.ty);
                    let mut more = BTreeSet::new();
                    alias.target.aliases(&mut more);
                    pending.extend(more);
                }
                done.insert(definition, alias);
            }
            let Some(&id) = reach.structs.get(structs) else { break };
            structs += 1;
            let nominal = self.struct_declaration(id)?;
            let mut more = BTreeSet::new();
            nominal.fields.iter().for_each(|spelling| spelling.aliases(&mut more));
            pending.extend(more);
            found.structs.push(nominal);
        }
        for id in reach.enums {
            found.enums.push(self.enum_declaration(id)?);
        }
        found.aliases = done.into_values().flatten().collect();
        Ok(())
    }

    /// An alias; none if it stands for a structure without its arguments.
    fn alias_declaration(&mut self, definition: Definition) -> Check<Option<Alias>> {
        let item = self.item(definition);
        let ItemKind::TypeAlias(alias) = &item.kind else { return Err(Reported) };
        let name = self.alias(definition)?;
        if matches!(name, TypeName::Struct(of) if of.ast.generics.iter().any(|parameter| parameter.default.is_none())) {
            return Ok(None);
        }
        let home = Home { module: definition.module, item: definition.item, owner: None };
        let mut infer = Infer::new(self, home, &Env::new());
        let ty = infer.named(name, &[], item.span)?;
        let target = infer.spelling(&alias.ty)?;
        Ok(Some(Alias { declaration: declaration(definition, item), ty, target }))
    }

    fn struct_declaration(&mut self, id: StructId) -> Check<Nominal<StructId>> {
        let structure = self.types.structure(id);
        let definition = structure.definition;
        let env: Env =
            structure.arguments.iter().map(|(name, argument)| (ast::Name::new(name), argument.clone())).collect();
        let item = self.item(definition);
        let ItemKind::Struct(ast) = &item.kind else { return Err(Reported) };
        let home = Home { module: definition.module, item: definition.item, owner: None };
        let mut infer = Infer::new(self, home, &env);
        let fields = ast.fields.iter().map(|field| infer.spelling(&field.ty)).collect::<Check<Vec<_>>>()?;
        let docs = ast.fields.iter().map(|field| field.docs.clone()).collect();
        Ok(Nominal { id, declaration: declaration(definition, item), docs, fields })
    }

    fn enum_declaration(&mut self, id: EnumId) -> Check<Nominal<EnumId>> {
        let definition = self.types.enumeration(id).definition;
        let item = self.item(definition);
        let ItemKind::Enum(ast) = &item.kind else { return Err(Reported) };
        let docs = ast.members.iter().map(|member| member.docs.clone()).collect();
        Ok(Nominal { id, declaration: declaration(definition, item), docs, fields: Vec::new() })
    }
}

fn declaration(definition: Definition, item: &Item) -> Declaration {
    Declaration {
        definition,
        name: item.name().map_or(String::new(), |name| name.as_str().to_string()),
        docs: item.docs.clone(),
        span: item.name().map_or(item.span, |name| name.span),
        public: item.public,
    }
}

/// Nominal types in the order in which they are to be defined.
#[derive(Default)]
struct Reach {
    structs: Vec<StructId>,
    enums: Vec<EnumId>,
    seen: BTreeSet<TypeId>,
}

impl Reach {
    fn visit(&mut self, types: &Types, ty: TypeId) {
        if !self.seen.insert(ty) {
            return;
        }
        match types.get(ty) {
            Type::Bits { .. } | Type::Token => {}
            Type::Tuple(elements) => elements.iter().for_each(|&element| self.visit(types, element)),
            Type::Array { element, .. } => self.visit(types, *element),
            Type::Struct(id) => {
                types.structure(*id).fields.iter().for_each(|&(_, field)| self.visit(types, field));
                self.structs.push(*id);
            }
            Type::Enum(id) => self.enums.push(*id),
        }
    }
}

impl Spelling {
    fn aliases(&self, found: &mut BTreeSet<Definition>) {
        match self {
            Spelling::Type(_) => {}
            Spelling::Alias(definition) => {
                found.insert(*definition);
            }
            Spelling::Array(element, _) => element.aliases(found),
            Spelling::Tuple(elements) => elements.iter().for_each(|element| element.aliases(found)),
        }
    }
}

impl<'a> Infer<'_, 'a> {
    /// How an annotation spells its type.
    pub fn spelling(&mut self, ty: &'a ast::Type) -> Check<Spelling> {
        Ok(match &ty.kind {
            TypeKind::Array { element, size } => {
                let element = self.spelling(element)?;
                Spelling::Array(Box::new(element), self.size(size, "the size of an array")?)
            }
            TypeKind::Tuple(elements) => {
                Spelling::Tuple(elements.iter().map(|element| self.spelling(element)).collect::<Check<_>>()?)
            }
            TypeKind::Path { path, args } if args.is_empty() => match self.alias_of(path)? {
                Some(definition) => Spelling::Alias(definition),
                None => Spelling::Type(self.ty(ty)?),
            },
            TypeKind::Bool
            | TypeKind::Token
            | TypeKind::Bits { .. }
            | TypeKind::Sized { .. }
            | TypeKind::Xn { .. }
            | TypeKind::Widthless { .. }
            | TypeKind::Path { .. }
            | TypeKind::SelfType
            | TypeKind::Member { .. }
            | TypeKind::Channel { .. } => Spelling::Type(self.ty(ty)?),
        })
    }

    /// The alias that a path names.
    fn alias_of(&mut self, path: &Path) -> Check<Option<Definition>> {
        let mut module: ModuleId = self.home.module;
        let mut inside = true;
        for (i, name) in path.segments.iter().enumerate() {
            if i == 0 && self.scope.get(&name.name).is_some() {
                return Ok(None);
            }
            let found = match inside {
                true => self.cx.global(module, name, self.home.item),
                false => self.cx.member(module, name).map(Some),
            };
            match self.note_failure(found)? {
                Some(Global::Module(next)) => {
                    module = next;
                    inside = false;
                }
                Some(Global::Item(definition)) => {
                    let last = i + 1 == path.segments.len();
                    let alias = matches!(self.cx.item(definition).kind, ItemKind::TypeAlias(_));
                    return Ok((last && alias).then_some(definition));
                }
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}
