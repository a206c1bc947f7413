//! Functions of which not everything is known: those whose header has an error, and parametric ones that nothing calls.
//!
//! Their bodies are checked all the same. The names whose types or values are not known are bound as broken, so everything that
//! depends on them is passed over, and the rest is checked as anywhere. Nothing comes of it but findings. Whatever is found
//! holds for every instance, because it depends on no parametric.

use std::collections::HashSet;

use super::checker::Checker;
use super::infer::{Because, Env, Home, Infer};
use super::scope::Binding;
use super::signature::FunctionRef;
use super::typed::{LocalKind, LocalOrigin};
use super::types::{Definition, ModuleId};
use crate::source::Span;
use crate::syntax::ast::{self, GenericDefault, GenericParam, GenericParamKind, ItemKind, TypeKind};

/// Functions that have an instance.
type Instances = HashSet<*const ast::Function>;

/// A function of which not everything is known.
pub(super) struct Partial<'a> {
    /// The function.
    pub of: FunctionRef<'a>,
    /// Values of its parametrics.
    pub env: Env,
    /// Parametrics of it, and of the structure it belongs to, whose values are not known.
    pub unknown: Vec<&'a GenericParam>,
    /// The call that the body is checked for.
    pub called: Span,
    /// How many calls lead to it from a top.
    pub depth: u32,
}

impl<'a> Checker<'a> {
    /// Notes that the header of a function has an error. Its body is checked once, whatever the parametrics.
    pub(super) fn note_header_error(&mut self, of: FunctionRef<'a>, env: Env, called: Span) {
        if self.partly_checked.insert(of.function.name.span) {
            let depth = self.depth + 1;
            self.partial.push_back(Partial { of, env, unknown: Vec::new(), called, depth });
        }
    }

    /// Checks what can be checked of a function.
    pub(super) fn check_partly(&mut self, Partial { of, env, unknown, called, depth }: Partial<'a>) {
        let function = of.function;
        let context = self.context(&env, called);
        let outer = std::mem::replace(&mut self.depth, depth);
        let mut infer = Infer::new(self, of.home, &env);
        infer.current = Some(function);
        infer.context = context;
        infer.uncalled = !unknown.is_empty();
        infer.bind_unknown(&unknown);
        for param in &function.params {
            match infer.ty(&param.ty) {
                Ok(ty) => {
                    infer.bind(&param.name, ty, LocalKind::Parameter, LocalOrigin::Run);
                }
                Err(_) => infer.scope.bind(param.name.name.clone(), Binding::Broken),
            }
        }
        let result = match &function.return_type {
            Some(ty) => infer.ty(ty).ok().map(|result| (result, ty.span, "the function is declared to return this")),
            None => Some((infer.cx.types.unit(), function.name.span, "the function is declared without a result")),
        };
        if let Some(body) = &function.body {
            // What is wrong is reported.
            let _ = match result {
                Some((ty, span, what)) => infer.draft_body(body, ty, Because { span, what }),
                None => infer.draft_block(body, None),
            };
        }
        self.depth = outer;
    }

    /// Checks what can be checked of the parametric functions and structures of a module that have no instance.
    pub(super) fn uninstantiated(&mut self, module: ModuleId) {
        let instances: Instances =
            self.slots.iter().filter_map(|slot| Some(std::ptr::from_ref(slot.of?.function))).collect();
        let structures: HashSet<Definition> = self.types.structs().map(|(_, structure)| structure.definition).collect();
        for (index, item) in self.program.module(module).items.iter().enumerate() {
            let definition = Definition { module, item: index as u32 };
            let home = Home { module, item: index as u32, owner: None };
            match &item.kind {
                ItemKind::Function(function) => {
                    self.uninstantiated_function(FunctionRef { home, function, item }, &[], &instances);
                }
                ItemKind::Impl(block) => self.uninstantiated_members(home, block, &instances),
                ItemKind::Struct(structure) if !structure.generics.is_empty() && !structures.contains(&definition) => {
                    let mut infer = Infer::new(self, home, &Env::new());
                    infer.bind_unknown(&structure.generics.iter().collect::<Vec<_>>());
                    for field in &structure.fields {
                        let _ = infer.ty(&field.ty);
                    }
                }
                ItemKind::Struct(_)
                | ItemKind::Const(_)
                | ItemKind::Enum(_)
                | ItemKind::TypeAlias(_)
                | ItemKind::ConstAssert(_)
                | ItemKind::Import(_)
                | ItemKind::Use(_)
                | ItemKind::Sum(_)
                | ItemKind::Trait(_)
                | ItemKind::Proc(_)
                | ItemKind::ProcAlias(_) => {}
            }
            self.drain();
            if self.is_full() {
                break;
            }
        }
    }

    fn uninstantiated_members(&mut self, home: Home, block: &'a ast::Impl, instances: &Instances) {
        let TypeKind::Path { path, .. } = &block.target.kind else { return };
        let Some(name) = path.as_name() else { return };
        let Some(entry) = self.names(home.module).get(&name.name) else { return };
        let definition = Definition { module: home.module, item: entry.item };
        let ItemKind::Struct(structure) = &self.item(definition).kind else { return };
        let owner = match structure.generics.is_empty() {
            true => match self.structure(super::path::StructDefinition { definition, ast: structure }, Env::new()) {
                Ok(owner) => Some(owner),
                Err(_) => return,
            },
            false => None,
        };
        for item in &block.items {
            if let ItemKind::Function(function) = &item.kind {
                let home = Home { owner, ..home };
                self.uninstantiated_function(FunctionRef { home, function, item }, &structure.generics, instances);
            }
        }
    }

    fn uninstantiated_function(&mut self, of: FunctionRef<'a>, outer: &'a [GenericParam], instances: &Instances) {
        let function = of.function;
        if instances.contains(&std::ptr::from_ref(function)) || !self.partly_checked.insert(function.name.span) {
            return;
        }
        let unknown = outer.iter().chain(&function.generics).collect();
        self.check_partly(Partial { of, env: Env::new(), unknown, called: function.name.span, depth: 1 });
    }
}

impl<'a> Infer<'_, 'a> {
    /// Makes parametrics known by name only, and checks what is written about them.
    fn bind_unknown(&mut self, parameters: &[&'a GenericParam]) {
        if !parameters.is_empty() && self.home.owner.is_none() {
            self.scope.bind(ast::Name::new("Self"), Binding::Broken);
        }
        for parameter in parameters {
            let ty = match &parameter.kind {
                GenericParamKind::Value(ty) => self.ty(ty).ok(),
                GenericParamKind::Type => None,
            };
            match (&parameter.default, ty) {
                (Some(GenericDefault::Expr(expr)), Some(ty)) => {
                    let because = Because { span: parameter.span, what: "the parametric has this type" };
                    let _ = self.check(expr, ty, because);
                }
                (Some(GenericDefault::Type(ty)), _) => {
                    let _ = self.ty(ty);
                }
                (Some(GenericDefault::Expr(_)), None) | (None, _) => {}
            }
            self.scope.bind(parameter.name.name.clone(), Binding::Broken);
        }
    }
}
