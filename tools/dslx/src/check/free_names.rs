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
use crate::syntax::ast::walk::{self, Visitor};
use crate::syntax::ast::{
    Block, Expr, ExprKind, For, Function, Ident, Item, ItemKind, Lambda, LambdaParam, Match, Name, Path, Pattern,
    PatternKind, Stmt, StmtKind, Type, TypeKind,
};

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
        let mut names = FreeNames { bound: HashMap::new(), log: Vec::new(), free: Vec::new(), lone: Vec::new() };
        if let Some(item) = block {
            // The parametrics of the structure are known in its `impl`.
            for parameter in self.parametrics_of(at, item) {
                names.bind(parameter);
            }
        }
        names.function(function);
        let FreeNames { free, .. } = names;
        for path in free {
            self.check_path(at, &path);
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

    fn check_path(&mut self, at: Definition, path: &[&'a Ident]) {
        let Some((first, rest)) = path.split_first() else { return };
        if first.as_str() == "Self" || builtins::find(&first.name).is_some() {
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
struct FreeNames<'a> {
    /// How often each name is bound now.
    bound: HashMap<Name, u32>,
    /// Bound names, in order.
    log: Vec<Name>,
    /// Paths whose first name is free.
    free: Vec<Vec<&'a Ident>>,
    /// Lone names of patterns under way.
    lone: Vec<&'a Ident>,
}

impl<'a> FreeNames<'a> {
    fn bind(&mut self, name: &Name) {
        *self.bound.entry(name.clone()).or_default() += 1;
        self.log.push(name.clone());
    }

    fn is_bound(&self, name: &Name) -> bool {
        self.bound.get(name).is_some_and(|&count| count > 0)
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let mark = self.log.len();
        visit(self);
        for name in self.log.drain(mark..) {
            if let Some(count) = self.bound.get_mut(&name) {
                *count -= 1;
            }
        }
    }

    fn path(&mut self, path: &'a Path) {
        if !self.is_bound(&path.segments[0].name) {
            self.free.push(path.segments.iter().collect());
        }
    }

    /// Binds the lone names of a pattern. In a `match` a name that means something is no binding, but then it is bound
    /// again without harm.
    fn bind_pattern(&mut self, pattern: &'a Pattern) {
        self.pattern(pattern);
        for name in std::mem::take(&mut self.lone) {
            self.bind(&name.name);
        }
    }

    fn matching(&mut self, value: &'a Match) {
        self.expr(&value.scrutinee);
        for arm in &value.arms {
            self.scoped(|names| {
                arm.patterns.iter().for_each(|pattern| names.bind_pattern(pattern));
                names.expr(&arm.value);
            });
        }
    }

    fn looping(&mut self, value: &'a For) {
        self.expr(&value.iterable);
        self.expr(&value.init);
        value.ty.iter().for_each(|ty| self.ty(ty));
        self.scoped(|names| {
            names.bind_pattern(&value.pattern);
            names.block(&value.body);
        });
    }

    fn lambda(&mut self, value: &'a Lambda) {
        self.scoped(|names| {
            for param in &value.params {
                if let LambdaParam::Typed(param) = param {
                    names.ty(&param.ty);
                }
                names.bind(&param.name().name);
            }
            value.return_type.iter().for_each(|ty| names.ty(ty));
            names.block(&value.body);
        });
    }
}

impl<'a> Visitor<'a> for FreeNames<'a> {
    fn function(&mut self, function: &'a Function) {
        function.generics.iter().for_each(|parameter| self.bind(&parameter.name.name));
        function.params.iter().for_each(|param| self.bind(&param.name.name));
        walk::children_of_function(self, function);
    }

    fn block(&mut self, block: &'a Block) {
        self.scoped(|names| block.statements.iter().for_each(|statement| names.statement(statement)));
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Let(value) => {
                value.ty.iter().for_each(|ty| self.ty(ty));
                self.expr(&value.value);
                self.bind_pattern(&value.pattern);
            }
            StmtKind::TypeAlias(alias) => {
                self.ty(&alias.ty);
                self.bind(&alias.name.name);
            }
            StmtKind::Expr(_) | StmtKind::ConstAssert(_) => walk::children_of_statement(self, statement),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Match(value) => self.matching(value),
            ExprKind::For(value) => self.looping(value),
            ExprKind::Lambda(value) => self.lambda(value),
            _ => walk::children_of_expr(self, expr),
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        match &pattern.kind {
            PatternKind::Name(name) => self.lone.push(name),
            PatternKind::Path(path) => self.path(path),
            _ => walk::children_of_pattern(self, pattern),
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        if let TypeKind::Path { path, .. } = &ty.kind {
            self.path(path);
        }
        walk::children_of_type(self, ty);
    }
}
