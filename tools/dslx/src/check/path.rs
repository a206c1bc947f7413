//! Paths: what `a`, `a::b` and `a::b::c` stand for.

use xls_aot_ir::{nearest, Bits, Diagnostic, Value};

use super::builtins;
use super::checker::{Check, Reported};
use super::infer::Infer;
use super::names::Global;
use super::scope::Binding;
use super::signature::FunctionRef;
use super::typed::{ExprId, ExprKind, LocalId};
use super::types::{Definition, StructId, Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, GenericArg, Ident, ItemKind, Path, TypeKind};

/// A type that a path names.
#[derive(Clone, Copy, Debug)]
pub(super) enum TypeName<'a> {
    /// A type.
    Known(TypeId),
    /// A structure, which may still need arguments.
    Struct(StructDefinition<'a>),
}

/// The definition of a structure.
#[derive(Clone, Copy, Debug)]
pub(super) struct StructDefinition<'a> {
    /// Its place.
    pub definition: Definition,
    /// What is written.
    pub ast: &'a ast::Struct,
}

/// What a path in an expression stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Meaning<'a> {
    /// A local.
    Local(LocalId),
    /// A constant, function, or another item that is no type.
    Item(Definition),
    /// A built-in function.
    Builtin(builtins::Name),
    /// A type.
    Type(TypeName<'a>),
    /// A member of a type.
    Member(TypeName<'a>, &'a Ident),
    /// A module.
    Module,
}

impl<'a> Infer<'_, 'a> {
    /// What a path stands for.
    pub fn meaning(&mut self, path: &'a Path) -> Check<Meaning<'a>> {
        let mut segments = path.segments.iter();
        let Some(first) = segments.next() else { return Err(Reported) };
        let mut meaning = match self.first_name(first)? {
            First::Meaning(meaning) => meaning,
            First::Module(mut module) => loop {
                let Some(name) = segments.next() else { break Meaning::Module };
                match self.global_member(module, name)? {
                    Global::Module(inner) => module = inner,
                    Global::Item(definition) => break self.item_meaning(definition, name)?,
                }
            },
        };
        for name in segments {
            meaning = match meaning {
                Meaning::Type(ty) => Meaning::Member(ty, name),
                _ => {
                    let text =
                        format!("`{path}` has no meaning: what is before `::{}` is no type and no module", name.name);
                    return Err(self.invalid("E1230", name.span, text));
                }
            };
        }
        Ok(meaning)
    }

    fn first_name(&mut self, name: &'a Ident) -> Check<First<'a>> {
        if let Some(binding) = self.lookup(&name.name) {
            return match binding {
                Binding::Local(local) => Ok(First::Meaning(Meaning::Local(local))),
                Binding::Type(ty) => Ok(First::Meaning(Meaning::Type(TypeName::Known(ty)))),
                Binding::Broken => {
                    self.failed = true;
                    Err(Reported)
                }
            };
        }
        // A definition further down does not hide a built-in function.
        let builtin = builtins::find(&name.name);
        let below = self.cx.names(self.home.module).get(&name.name).is_some_and(|entry| entry.item > self.home.item);
        if let (Some(builtin), true) = (builtin, below) {
            return Ok(First::Meaning(Meaning::Builtin(builtin)));
        }
        let found = self.cx.global(self.home.module, name, self.home.item);
        match self.note_failure(found)? {
            Some(Global::Module(module)) => return Ok(First::Module(module)),
            Some(Global::Item(definition)) => return self.item_meaning(definition, name).map(First::Meaning),
            None => {}
        }
        if name.as_str() == "Self" {
            if let Some(owner) = self.home.owner {
                let ty = self.cx.types.intern(Type::Struct(owner));
                return Ok(First::Meaning(Meaning::Type(TypeName::Known(ty))));
            }
        }
        if let Some(builtin) = builtin {
            return Ok(First::Meaning(Meaning::Builtin(builtin)));
        }
        Err(self.unknown_name(name))
    }

    /// Marks the body as failed if what was looked up has an error.
    pub fn note_failure<T>(&mut self, result: Check<T>) -> Check<T> {
        self.failed |= result.is_err();
        result
    }

    fn global_member(&mut self, module: super::types::ModuleId, name: &Ident) -> Check<Global> {
        let found = self.cx.member(module, name);
        self.note_failure(found)
    }

    fn unknown_name(&mut self, name: &Ident) -> Reported {
        if self.cx.is_full() {
            self.failed = true;
            return Reported;
        }
        let mut candidates: Vec<String> =
            self.scope.visible().iter().rev().map(|(name, _)| name.as_str().to_string()).collect();
        let item = self.home.item;
        let module = self.home.module;
        let mut globals: Vec<_> = self.cx.names(module).all().map(|name| name.to_string()).collect();
        globals.sort();
        globals.retain(|name| self.cx.names(module).get(name).is_some_and(|entry| entry.item <= item));
        candidates.extend(globals);
        candidates.extend(builtins::all().map(str::to_string));
        let mut finding = Diagnostic::invalid("E1231", name.span, format!("`{}` is not defined here", name.name));
        if let Some(near) = nearest(&name.name, candidates.iter().map(String::as_str)) {
            finding = finding.note(format!("there is `{near}`"));
        }
        self.report(finding)
    }

    fn item_meaning(&mut self, definition: Definition, name: &Ident) -> Check<Meaning<'a>> {
        let item = self.cx.item(definition);
        Ok(match &item.kind {
            ItemKind::Struct(ast) => Meaning::Type(TypeName::Struct(StructDefinition { definition, ast })),
            ItemKind::Enum(_) => {
                let found = self.cx.enumeration(definition);
                Meaning::Type(TypeName::Known(self.note_failure(found)?))
            }
            ItemKind::TypeAlias(_) => {
                let found = self.cx.alias(definition);
                Meaning::Type(self.note_failure(found)?)
            }
            ItemKind::Sum(sum) => {
                let text = "enumerations with payloads are not supported";
                let finding =
                    Diagnostic::unsupported("E1232", name.span, text).label(sum.name.span, "it is defined here");
                return Err(self.report(finding));
            }
            ItemKind::Proc(_) | ItemKind::ProcAlias(_) => {
                let at = item.name().map_or(item.span, |name| name.span);
                let finding = Diagnostic::unsupported("E1233", name.span, "procs are not compiled")
                    .label(at, "it is defined here");
                return Err(self.report(finding));
            }
            ItemKind::Function(_)
            | ItemKind::Const(_)
            | ItemKind::Trait(_)
            | ItemKind::Import(_)
            | ItemKind::Use(_)
            | ItemKind::ConstAssert(_)
            | ItemKind::Impl(_) => Meaning::Item(definition),
        })
    }

    /// What a name inside a function stands for; a lambda also sees those around it.
    pub fn lookup(&mut self, name: &ast::Name) -> Option<Binding> {
        self.scope.get(name).or_else(|| self.capture(name))
    }

    /// The type that a path names.
    pub fn type_path(&mut self, path: &'a Path) -> Check<TypeName<'a>> {
        match self.meaning(path)? {
            Meaning::Type(name) => Ok(name),
            Meaning::Member(name, member) => self.member_type(name, member, path.span).map(TypeName::Known),
            Meaning::Local(_) | Meaning::Item(_) | Meaning::Builtin(_) | Meaning::Module => {
                Err(self.invalid("E1234", path.span, format!("`{path}` is not a type")))
            }
        }
    }

    /// The type that an argument of a parametric of kind `type` names.
    pub fn type_argument(&mut self, arg: &'a GenericArg) -> Check<TypeId> {
        match arg {
            GenericArg::Type(ty) => self.ty(ty),
            GenericArg::Expr(ast::Expr { kind: ast::ExprKind::Path(path), span, .. }) => {
                let name = self.type_path(path)?;
                self.named(name, &[], *span)
            }
            GenericArg::Expr(expr) => {
                let text = "a type is needed here, and this is a value";
                Err(self.invalid("E1235", expr.span, text))
            }
        }
    }

    /// A type before `::member`.
    pub fn member_subject(&mut self, ty: &'a ast::Type) -> Check<TypeName<'a>> {
        match &ty.kind {
            TypeKind::Path { path, args } if args.is_empty() => self.type_path(path),
            _ => self.ty(ty).map(TypeName::Known),
        }
    }

    /// The value of a path.
    pub fn draft_path(&mut self, path: &'a Path) -> Check<ExprId> {
        let meaning = self.meaning(path)?;
        let span = path.span;
        match meaning {
            Meaning::Local(local) => Ok(self.read(local, span)),
            Meaning::Member(name, member) => self.draft_member(name, member, span),
            Meaning::Item(definition) => match &self.cx.item(definition).kind {
                ItemKind::Const(_) => self.draft_constant(definition, span),
                ItemKind::Function(function) => {
                    let text = format!("`{path}` is a function, not a value");
                    let finding = Diagnostic::invalid("E1236", span, text)
                        .label(function.name.span, "it is defined here")
                        .note(format!("call it: `{path}(...)`"));
                    Err(self.report(finding))
                }
                _ => Err(self.invalid("E1237", span, format!("`{path}` is not a value"))),
            },
            Meaning::Builtin(name) => {
                let text = format!("`{}` is a built-in function, not a value", name.as_str());
                Err(self.invalid("E1236", span, text))
            }
            Meaning::Type(_) => Err(self.invalid("E1237", span, format!("`{path}` is a type, not a value"))),
            Meaning::Module => Err(self.invalid("E1237", span, format!("`{path}` is a module, not a value"))),
        }
    }

    fn draft_constant(&mut self, definition: Definition, span: Span) -> Check<ExprId> {
        let found = self.cx.constant_item(definition);
        let constant = self.note_failure(found)?;
        if !self.constants.contains(&constant) {
            self.constants.push(constant);
        }
        let ty = self.cx.constants[constant.index()].ty;
        Ok(self.closed(ExprKind::Constant(constant), ty, span))
    }

    /// The value of a lone name that names a constant of this module.
    pub fn draft_name(&mut self, name: &Ident) -> Check<ExprId> {
        let found = self.cx.global(self.home.module, name, self.home.item);
        match self.note_failure(found)? {
            Some(Global::Item(definition)) => self.draft_constant(definition, name.span),
            Some(Global::Module(_)) | None => Err(Reported),
        }
    }

    /// The value of a local.
    pub fn read(&mut self, local: LocalId, span: Span) -> ExprId {
        let ty = self.body.local(local).ty;
        self.closed(ExprKind::Local(local), ty, span)
    }

    /// The value of `Type::member`.
    pub fn draft_member(&mut self, name: TypeName<'a>, member: &'a Ident, span: Span) -> Check<ExprId> {
        let ty = match name {
            TypeName::Known(ty) => ty,
            TypeName::Struct(definition) => {
                let structure = self.structure_with(definition, &[], span)?;
                self.cx.types.intern(Type::Struct(structure))
            }
        };
        let member_name = member.as_str();
        match *self.cx.types.get(ty) {
            Type::Bits { signed, width } => {
                let bits = match member_name {
                    "ZERO" => Bits::zero(width),
                    "MIN" if signed => sign_only(width),
                    "MIN" => Bits::zero(width),
                    "MAX" if signed => all_but_sign(width),
                    "MAX" => Bits::ones(width),
                    _ => {
                        let text = format!("`{}` has no `{member_name}`", self.show(ty));
                        let finding = Diagnostic::invalid("E1238", member.span, text)
                            .note("bits types have `ZERO`, `MIN` and `MAX`");
                        return Err(self.report(finding));
                    }
                };
                Ok(self.literal(Value::Bits(bits), ty, span))
            }
            Type::Enum(id) => {
                if let Some(value) = self.cx.enum_member(id, member_name) {
                    return Ok(self.literal(value, ty, span));
                }
                let enumeration = self.cx.types.enumeration(id);
                let text = format!("enumeration `{}` has no member `{member_name}`", enumeration.name);
                let near = nearest(member_name, enumeration.members.iter().map(|m| m.name.as_str()));
                let near = near.map(|near| format!("there is `{near}`"));
                let mut finding = Diagnostic::invalid("E1239", member.span, text);
                if let Some(near) = near {
                    finding = finding.note(near);
                }
                Err(self.report(finding))
            }
            Type::Struct(id) => {
                let found = self.cx.associated_constant(id, member);
                let (value, ty) = self.note_failure(found)?;
                Ok(self.literal(value, ty, span))
            }
            Type::Tuple(_) | Type::Array { .. } | Type::Token => {
                let text = format!("`{}` has no members", self.show(ty));
                Err(self.invalid("E1238", member.span, text))
            }
        }
    }

    /// The function that a path or member names, and the structure whose arguments are still to be given.
    pub fn associated_function(&mut self, owner: StructId, member: &Ident) -> Check<FunctionRef<'a>> {
        let found = self.cx.method(owner, member);
        self.note_failure(found)
    }
}

enum First<'a> {
    Meaning(Meaning<'a>),
    Module(super::types::ModuleId),
}

/// The least signed number.
fn sign_only(width: u32) -> Bits {
    let mut bits = Bits::zero(width);
    if width > 0 {
        bits.set_bit(width - 1, true);
    }
    bits
}

/// The greatest signed number.
fn all_but_sign(width: u32) -> Bits {
    let mut bits = Bits::ones(width);
    if width > 0 {
        bits.set_bit(width - 1, false);
    }
    bits
}
