//! Names in parametric functions that nothing calls.
//!
//! Of such a function only what depends on no parametric is checked (`partial`). But all its names must mean something: that
//! much is checked here, where everything of a module is.

use std::collections::{HashMap, HashSet};

use xls_aot_ir::{nearest, Diagnostic};

use super::builtins;
use super::checker::Checker;
use super::names::Global;
use super::types::{Definition, ModuleId};
use crate::syntax::ast::scopes::{self, Binder, Names};
use crate::syntax::ast::{Function, Ident, Item, ItemKind, Name, Path, TypeKind};

impl<'a> Checker<'a> {
    /// Reports unknown names in the parametric functions of a module that have no instance.
    pub(super) fn unknown_names(&mut self, module: ModuleId) {
        let instances: HashSet<*const Function> =
            self.slots.iter().filter_map(|slot| Some(std::ptr::from_ref(slot.of?.function))).collect();
        for (index, item) in self.program.module(module).items.iter().enumerate() {
            let members = match &item.kind {
                ItemKind::Impl(block) => &block.items[..],
                _ => std::slice::from_ref(item),
            };
            for member in members {
                let ItemKind::Function(function) = &member.kind else { continue };
                if !instances.contains(&std::ptr::from_ref(function)) {
                    let inside = matches!(item.kind, ItemKind::Impl(_)).then_some(item);
                    self.names_of(Definition { module, item: index as u32 }, function, inside);
                }
            }
        }
    }

    fn names_of(&mut self, at: Definition, function: &'a Function, block: Option<&'a Item>) {
        let mut names = FreeNames::default();
        if let Some(item) = block {
            // The parametrics of the structure are known in its `impl`.
            self.parametrics_of(at, item).into_iter().for_each(|parameter| names.add(parameter));
        }
        scopes::visit(&mut names, function);
        for path in names.free {
            self.check_path(at, path);
        }
    }

    fn parametrics_of(&mut self, at: Definition, item: &'a Item) -> Vec<&'a Name> {
        let ItemKind::Impl(block) = &item.kind else { return Vec::new() };
        let TypeKind::Path { path, .. } = &block.target.kind else { return Vec::new() };
        let Some(entry) = self.names(at.module).get(&path.segments[0].name) else { return Vec::new() };
        match &self.item(Definition { module: at.module, item: entry.item }).kind {
            ItemKind::Struct(structure) => structure.generics.iter().map(|parameter| &parameter.name.name).collect(),
            _ => Vec::new(),
        }
    }

    fn check_path(&mut self, at: Definition, path: &[Ident]) {
        let Some((first, rest)) = path.split_first() else { return };
        if first.as_str() == "Self" || builtins::find(&first.name).is_some() {
            return;
        }
        if self.is_full() {
            return;
        }
        match self.global(at.module, first, at.item) {
            Ok(None) => {
                let text = format!("`{}` is not defined here", first.name);
                let mut finding = Diagnostic::invalid("E1231", first.span, text);
                let builtins = builtins::all().map(str::to_string);
                let names: Vec<String> = self.names(at.module).all().map(str::to_string).chain(builtins).collect();
                if let Some(near) = nearest(&first.name, names.iter().map(String::as_str)) {
                    finding = finding.note(format!("there is `{near}`"));
                }
                self.report(finding);
            }
            Ok(Some(Global::Module(module))) => {
                if let Some(member) = rest.first() {
                    let _ = self.member(module, member);
                }
            }
            Ok(Some(Global::Item(_))) | Err(_) => {}
        }
    }
}

/// Collects the names that a function does not bind itself.
#[derive(Default)]
struct FreeNames<'a> {
    /// How often each name is bound now.
    bound: HashMap<Name, u32>,
    /// Bound names, in order.
    log: Vec<Name>,
    /// How many names were bound when each open scope began.
    scopes: Vec<usize>,
    /// Paths whose first name is free.
    free: Vec<&'a [Ident]>,
}

impl FreeNames<'_> {
    fn add(&mut self, name: &Name) {
        *self.bound.entry(name.clone()).or_default() += 1;
        self.log.push(name.clone());
    }

    fn is_bound(&self, name: &Name) -> bool {
        self.bound.get(name).is_some_and(|&count| count > 0)
    }
}

impl<'a> Names<'a> for FreeNames<'a> {
    fn open(&mut self) {
        self.scopes.push(self.log.len());
    }

    fn close(&mut self) {
        let mark = self.scopes.pop().unwrap_or_default();
        for name in self.log.drain(mark..) {
            if let Some(count) = self.bound.get_mut(&name) {
                *count -= 1;
            }
        }
    }

    fn bind(&mut self, name: &'a Ident, _: Binder<'a>, _: usize) {
        self.add(&name.name);
    }

    fn refer(&mut self, path: &'a Path) {
        if !self.is_bound(&path.segments[0].name) {
            self.free.push(&path.segments);
        }
    }

    /// A name that means something is no binding, but then it is bound again without harm.
    fn is_used(&mut self, _: &'a Ident) -> bool {
        false
    }
}
