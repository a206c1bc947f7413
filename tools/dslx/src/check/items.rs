//! Items on demand: constants, aliases, enumerations, structures, members of `impl`.

use xls_aot_ir::{nearest, Diagnostic, Value};

use super::checker::{Check, Checker, Reported};
use super::infer::{Because, Env, Home, Infer};
use super::path::{StructDefinition, TypeName};
use super::signature::FunctionRef;
use super::typed::{Constant, ConstantId};
use super::types::{Definition, Enum, Member, Struct, StructId, Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, Ident, ItemKind, TypeKind};

/// What is known of a constant.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum ConstantState {
    /// It is being evaluated now.
    Running,
    /// Its value.
    Done(ConstantId),
    /// It has an error, which is reported.
    Broken,
}

/// What is known of an alias.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum AliasState {
    /// It is being resolved now.
    Running,
    /// Its type.
    Known(TypeId),
    /// A structure without its arguments.
    Struct(Definition),
    /// It has an error, which is reported.
    Broken,
}

impl<'a> Checker<'a> {
    /// The constant that an item is.
    pub(super) fn constant_item(&mut self, definition: Definition) -> Check<ConstantId> {
        let ItemKind::Const(constant) = &self.item(definition).kind else { return Err(Reported) };
        let home = Home { module: definition.module, item: definition.item, owner: None };
        self.constant(home, (definition, None), constant)
    }

    fn constant(
        &mut self,
        home: Home,
        key: (Definition, Option<(StructId, u32)>),
        constant: &'a ast::Const,
    ) -> Check<ConstantId> {
        match self.constant_states.get(&key) {
            Some(ConstantState::Done(id)) => return Ok(*id),
            Some(ConstantState::Broken) => return Err(Reported),
            Some(ConstantState::Running) => {
                let text = format!("constant `{}` needs its own value", constant.name.name);
                return Err(self.invalid("E1245", constant.name.span, text));
            }
            None => {}
        }
        self.constant_states.insert(key, ConstantState::Running);
        let result = self.evaluate_constant(home, constant);
        let state = result.as_ref().map_or(ConstantState::Broken, |id| ConstantState::Done(*id));
        self.constant_states.insert(key, state);
        result
    }

    fn evaluate_constant(&mut self, home: Home, constant: &'a ast::Const) -> Check<ConstantId> {
        let mut infer = Infer::new(self, home, &Env::new());
        let id = match &constant.ty {
            Some(annotation) => {
                let ty = infer.ty(annotation)?;
                let because = Because { span: annotation.span, what: "the annotation says so" };
                infer.check(&constant.value, ty, because)?
            }
            None => {
                let id = infer.draft(&constant.value, None)?;
                infer.require_explicit(id, &constant.name)?;
                infer.settle_default(id)?;
                id
            }
        };
        let ty = infer.ty_of(id);
        let value = infer.evaluate(id, "the value of a constant")?;
        if infer.failed {
            return Err(Reported);
        }
        let refers_to = std::mem::take(&mut infer.constants);
        let result = ConstantId::new(self.constants.len());
        self.constants.push(Constant {
            module: home.module,
            name: constant.name.as_str().to_string(),
            ty,
            value,
            span: constant.value.span,
            refers_to,
        });
        Ok(result)
    }

    /// The type that an alias stands for.
    pub(super) fn alias(&mut self, definition: Definition) -> Check<TypeName<'a>> {
        let ItemKind::TypeAlias(alias) = &self.item(definition).kind else { return Err(Reported) };
        let state = match self.aliases.get(&definition) {
            Some(state) => *state,
            None => {
                self.aliases.insert(definition, AliasState::Running);
                let home = Home { module: definition.module, item: definition.item, owner: None };
                let state = Infer::new(self, home, &Env::new()).alias_target(&alias.ty).unwrap_or(AliasState::Broken);
                self.aliases.insert(definition, state);
                state
            }
        };
        match state {
            AliasState::Known(ty) => Ok(TypeName::Known(ty)),
            AliasState::Struct(definition) => self.struct_name(definition),
            AliasState::Broken => Err(Reported),
            AliasState::Running => {
                let text = format!("type `{}` needs itself", alias.name.name);
                Err(self.invalid("E1246", alias.name.span, text))
            }
        }
    }

    fn struct_name(&self, definition: Definition) -> Check<TypeName<'a>> {
        match &self.item(definition).kind {
            ItemKind::Struct(ast) => Ok(TypeName::Struct(StructDefinition { definition, ast })),
            _ => Err(Reported),
        }
    }

    /// Marks a nominal type as being completed; an error if it is already: it contains itself.
    fn begin(&mut self, definition: Definition, name: &Ident) -> Check<()> {
        if self.broken.contains(&definition) {
            return Err(Reported);
        }
        if !self.completing.insert(definition) {
            let text = format!("type `{}` contains itself", name.name);
            return Err(self.invalid("E1247", name.span, text));
        }
        Ok(())
    }

    fn end<T>(&mut self, definition: Definition, result: &Check<T>) {
        self.completing.remove(&definition);
        if result.is_err() {
            self.broken.insert(definition);
        }
    }

    /// The type of an enumeration.
    pub(super) fn enumeration(&mut self, definition: Definition) -> Check<TypeId> {
        if let Some(id) = self.types.find_enum(definition) {
            return Ok(self.types.intern(Type::Enum(id)));
        }
        let ItemKind::Enum(ast) = &self.item(definition).kind else { return Err(Reported) };
        self.begin(definition, &ast.name)?;
        let result = self.complete_enumeration(definition, ast);
        self.end(definition, &result);
        result
    }

    fn complete_enumeration(&mut self, definition: Definition, ast: &'a ast::Enum) -> Check<TypeId> {
        let home = Home { module: definition.module, item: definition.item, owner: None };
        let mut infer = Infer::new(self, home, &Env::new());
        let mut drafts = Vec::new();
        let (ty, because) = match &ast.ty {
            Some(annotation) => {
                let ty = infer.ty(annotation)?;
                if infer.cx.types.as_bits(ty).is_none() {
                    let text = format!("the type of an enumeration is a bits type, not `{}`", infer.show(ty));
                    return Err(infer.invalid("E1248", annotation.span, text));
                }
                (ty, Because { span: annotation.span, what: "the type of the enumeration" })
            }
            None => {
                let mut known = super::known::Known::Any;
                for member in &ast.members {
                    let draft = infer.draft(&member.value, None)?;
                    known = super::known::join(&known, infer.known(draft));
                    drafts.push(draft);
                }
                let Some(ty) = known.default_type(&mut infer.cx.types) else {
                    return Err(infer.invalid("E1249", ast.name.span, "this enumeration has no type and no member"));
                };
                if infer.cx.types.as_bits(ty).is_none() {
                    let text = format!("members of an enumeration are numbers, not `{}`", infer.show(ty));
                    return Err(infer.invalid("E1248", ast.name.span, text));
                }
                (ty, Because { span: ast.name.span, what: "the members have this type" })
            }
        };
        let mut member = |i: usize, member: &'a ast::EnumMember| {
            let draft = match drafts.get(i) {
                Some(&draft) => draft,
                None => infer.draft(&member.value, Some(ty))?,
            };
            infer.settle(draft, ty, because)?;
            let value = infer.evaluate(draft, "the number of a member")?;
            Ok(Member { name: member.name.as_str().to_string(), value, span: member.name.span })
        };
        let members: Vec<Check<Member>> = ast.members.iter().enumerate().map(|(i, ast)| member(i, ast)).collect();
        let members = members.into_iter().collect::<Check<Vec<_>>>()?;
        let (signed, width) = self.types.as_bits(ty).ok_or(Reported)?;
        let name = ast.name.as_str().to_string();
        let id = self.types.add_enum(Enum { definition, name, signed, width, members });
        Ok(self.types.intern(Type::Enum(id)))
    }

    /// The structure with values for all its parametrics.
    pub(super) fn structure(&mut self, of: StructDefinition<'a>, env: Env) -> Check<StructId> {
        let arguments: Vec<_> = env.iter().map(|(_, argument)| argument.clone()).collect();
        if let Some(id) = self.types.find_struct(of.definition, &arguments) {
            return Ok(id);
        }
        self.begin(of.definition, &of.ast.name)?;
        let result = self.complete_structure(of, env);
        self.end(of.definition, &result);
        result
    }

    fn complete_structure(&mut self, of: StructDefinition<'a>, env: Env) -> Check<StructId> {
        let home = Home { module: of.definition.module, item: of.definition.item, owner: None };
        let mut infer = Infer::new(self, home, &env);
        let fields: Vec<Check<_>> =
            of.ast.fields.iter().map(|field| Ok((field.name.as_str().to_string(), infer.ty(&field.ty)?))).collect();
        let fields = fields.into_iter().collect::<Check<Vec<_>>>()?;
        let arguments = env.into_iter().map(|(name, argument)| (name.as_str().to_string(), argument)).collect();
        let name = of.ast.name.as_str().to_string();
        Ok(self.types.add_struct(Struct { definition: of.definition, name, arguments, fields }))
    }

    /// The `impl` of a structure, and its place.
    fn implementation(&mut self, id: StructId) -> Option<(Definition, &'a ast::Impl)> {
        let structure = self.types.structure(id);
        let (module, name) = (structure.definition.module, structure.name.clone());
        let item = self.names(module).implementation(&name)?;
        let definition = Definition { module, item };
        match &self.item(definition).kind {
            ItemKind::Impl(block) => Some((definition, block)),
            _ => None,
        }
    }

    /// The value of a constant of an `impl`.
    pub(super) fn associated_constant(&mut self, owner: StructId, member: &Ident) -> Check<(Value, TypeId)> {
        if let Some((definition, block)) = self.implementation(owner) {
            for (index, item) in block.items.iter().enumerate() {
                if let ItemKind::Const(constant) = &item.kind {
                    if constant.name.name == member.name {
                        let home = Home { module: definition.module, item: definition.item, owner: Some(owner) };
                        let key = (definition, Some((owner, index as u32)));
                        let id = self.constant(home, key, constant)?;
                        let constant = &self.constants[id.index()];
                        return Ok((constant.value.clone(), constant.ty));
                    }
                }
            }
        }
        Err(self.no_member(owner, member, "constant"))
    }

    /// The type that an alias of an `impl` stands for.
    pub(super) fn associated_type(&mut self, owner: StructId, member: &Ident) -> Check<TypeId> {
        if let Some((definition, block)) = self.implementation(owner) {
            for item in &block.items {
                if let ItemKind::TypeAlias(alias) = &item.kind {
                    if alias.name.name == member.name {
                        let home = Home { module: definition.module, item: definition.item, owner: Some(owner) };
                        return Infer::new(self, home, &Env::new()).ty(&alias.ty);
                    }
                }
            }
        }
        Err(self.no_member(owner, member, "type"))
    }

    /// A function of an `impl`.
    pub(super) fn method(&mut self, owner: StructId, member: &Ident) -> Check<FunctionRef<'a>> {
        if let Some((definition, block)) = self.implementation(owner) {
            for item in &block.items {
                if let ItemKind::Function(function) = &item.kind {
                    if function.name.name == member.name {
                        let home = Home { module: definition.module, item: definition.item, owner: Some(owner) };
                        return Ok(FunctionRef { home, function, item });
                    }
                }
            }
        }
        Err(self.no_member(owner, member, "function"))
    }

    fn no_member(&mut self, owner: StructId, member: &Ident, what: &str) -> Reported {
        let structure = self.types.structure(owner);
        let (name, definition) = (structure.name.clone(), structure.definition);
        let names: Vec<String> = match self.implementation(owner) {
            Some((_, block)) => block.items.iter().filter_map(|item| Some(item.name()?.as_str().to_string())).collect(),
            None => Vec::new(),
        };
        let at = self.item(definition).name().map_or(Span::default(), |name| name.span);
        let text = format!("the `impl` of `{name}` has no {what} `{}`", member.name);
        let mut finding = Diagnostic::invalid("E1251", member.span, text).label(at, "the structure is defined here");
        if let Some(near) = nearest(&member.name, names.iter().map(String::as_str)) {
            finding = finding.note(format!("there is `{near}`"));
        }
        self.report(finding)
    }
}

impl<'a> Infer<'_, 'a> {
    fn alias_target(&mut self, ty: &'a ast::Type) -> Check<AliasState> {
        if let TypeKind::Path { path, args } = &ty.kind {
            if args.is_empty() {
                return Ok(match self.type_path(path)? {
                    TypeName::Known(ty) => AliasState::Known(ty),
                    TypeName::Struct(of) => AliasState::Struct(of.definition),
                });
            }
        }
        self.ty(ty).map(AliasState::Known)
    }

    /// A name may not get its type from literals without one.
    pub fn require_explicit(&mut self, id: super::typed::ExprId, name: &Ident) -> Check<()> {
        if self.known(id).is_explicit() {
            return Ok(());
        }
        let text = format!("`{}` needs a type: its value is a number without one", name.name);
        let finding = Diagnostic::invalid("E1252", name.span, text)
            .note(format!("write `{0}: u32 = ...`, or give the number a type: `{0} = u32:...`", name.name));
        Err(self.report(finding))
    }
}
