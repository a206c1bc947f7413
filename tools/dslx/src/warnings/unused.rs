//! Names in functions that are not used.
//!
//! As in libxls: of the names of a tuple pattern, one that is used is enough; parameters, type aliases, names that begin
//! with `_`, tokens, and everything in tests and methods are left out.

use std::collections::{HashMap, HashSet};

use xls_aot_ir::Diagnostic;

use crate::syntax::ast::walk::{self, Visitor};
use crate::syntax::ast::{
    Block, Expr, ExprKind, For, Function, Ident, Item, ItemKind, Lambda, LambdaParam, Match, Module, Name, Pattern,
    PatternKind, PatternPayload, Stmt, StmtKind, Type, TypeKind, UseTree, UseTreeKind,
};

pub(super) fn find(module: &Module, found: &mut Vec<Diagnostic>) {
    let mut items = HashSet::new();
    for item in &module.items {
        match &item.kind {
            ItemKind::Use(value) => leaves(&value.tree, &mut items),
            _ => items.extend(item.name().map(|name| name.name.clone())),
        }
    }
    for item in module.items.iter().filter(|item| !is_test(item)) {
        let ItemKind::Function(function) = &item.kind else { continue };
        let mut names = Names { items: &items, definitions: Vec::new(), scope: HashMap::new(), bound: Vec::new() };
        names.function(function);
        names.report(function, found);
    }
}

fn leaves(tree: &UseTree, names: &mut HashSet<Name>) {
    match &tree.kind {
        UseTreeKind::Leaf => drop(names.insert(tree.name.name.clone())),
        UseTreeKind::Inner(trees) => trees.iter().for_each(|tree| leaves(tree, names)),
    }
}

fn is_test(item: &Item) -> bool {
    ["test", "quickcheck", "fuzz_test"].iter().any(|name| item.attribute(name).is_some())
}

/// A name that a function defines.
struct Definition<'a> {
    name: &'a Ident,
    used: bool,
    /// The first definition of the tuple pattern that it belongs to.
    group: usize,
    /// Whether it is reported if nothing uses it.
    reported: bool,
}

struct Names<'a, 'm> {
    /// Names of the module.
    items: &'m HashSet<Name>,
    definitions: Vec<Definition<'a>>,
    /// What a name stands for: the last of its definitions.
    scope: HashMap<Name, Vec<usize>>,
    /// Definitions of the scopes that are open, in order.
    bound: Vec<Name>,
}

impl<'a> Names<'a, '_> {
    fn define(&mut self, name: &'a Ident, group: usize, reported: bool) {
        let index = self.definitions.len();
        let reported = reported && !name.as_str().starts_with('_');
        self.definitions.push(Definition { name, used: false, group, reported });
        self.scope.entry(name.name.clone()).or_default().push(index);
        self.bound.push(name.name.clone());
    }

    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        let outside = self.bound.len();
        visit(self);
        for name in self.bound.drain(outside..) {
            if let Some(definitions) = self.scope.get_mut(&name) {
                definitions.pop();
            }
        }
    }

    /// Notes that a name is used; false if no definition of this function is meant.
    fn refer(&mut self, name: &Ident) -> bool {
        match self.scope.get(&name.name).and_then(|definitions| definitions.last()) {
            Some(&index) => {
                self.definitions[index].used = true;
                true
            }
            None => false,
        }
    }

    /// Binds the names of a pattern of `let` or `for`.
    fn bind(&mut self, pattern: &'a Pattern, reported: bool) {
        let group = self.definitions.len();
        self.bind_in(pattern, group, reported);
    }

    fn bind_in(&mut self, pattern: &'a Pattern, group: usize, reported: bool) {
        match &pattern.kind {
            PatternKind::Name(name) => self.define(name, group, reported),
            PatternKind::Tuple(elements) => elements.iter().for_each(|element| self.bind_in(element, group, reported)),
            _ => {}
        }
    }

    /// A pattern of `match`: a name that means something already is used, another is bound.
    fn match_pattern(&mut self, pattern: &'a Pattern, group: usize) {
        match &pattern.kind {
            PatternKind::Name(name) => {
                if !self.refer(name) && !self.items.contains(&name.name) {
                    self.define(name, group, true);
                }
            }
            PatternKind::Tuple(elements) | PatternKind::Variant { payload: PatternPayload::Tuple(elements), .. } => {
                elements.iter().for_each(|element| self.match_pattern(element, group));
            }
            PatternKind::Variant { payload: PatternPayload::Struct(fields), .. } => {
                fields.iter().for_each(|field| self.match_pattern(&field.pattern, group));
            }
            _ => self.pattern(pattern),
        }
    }

    fn matching(&mut self, value: &'a Match) {
        self.expr(&value.scrutinee);
        for arm in &value.arms {
            self.scoped(|names| {
                let group = names.definitions.len();
                arm.patterns.iter().for_each(|pattern| names.match_pattern(pattern, group));
                names.expr(&arm.value);
            });
        }
    }

    fn looping(&mut self, value: &'a For) {
        self.expr(&value.iterable);
        self.expr(&value.init);
        value.ty.iter().for_each(|ty| self.ty(ty));
        self.scoped(|names| {
            names.bind(&value.pattern, true);
            names.block(&value.body);
        });
    }

    fn lambda(&mut self, value: &'a Lambda) {
        self.scoped(|names| {
            for param in &value.params {
                if let LambdaParam::Typed(param) = param {
                    names.ty(&param.ty);
                }
                let group = names.definitions.len();
                names.define(param.name(), group, false);
            }
            value.return_type.iter().for_each(|ty| names.ty(ty));
            names.block(&value.body);
        });
    }

    fn report(self, function: &Function, found: &mut Vec<Diagnostic>) {
        let used: HashSet<usize> =
            self.definitions.iter().filter(|definition| definition.used).map(|definition| definition.group).collect();
        for definition in self.definitions.iter().filter(|definition| definition.reported) {
            if used.contains(&definition.group) {
                continue;
            }
            let name = &definition.name.name;
            let message = format!("`{name}` is not used in the function `{}`", function.name.name);
            let finding = Diagnostic::warning("unused_definition", definition.name.span, message);
            found.push(finding.note(format!("leave it out, or name it `_{name}` if it is there for the reader")));
        }
    }
}

impl<'a> Visitor<'a> for Names<'a, '_> {
    fn function(&mut self, function: &'a Function) {
        for name in
            function.generics.iter().map(|param| &param.name).chain(function.params.iter().map(|param| &param.name))
        {
            let group = self.definitions.len();
            self.define(name, group, false);
        }
        function.body.iter().for_each(|body| self.block(body));
    }

    fn block(&mut self, block: &'a Block) {
        self.scoped(|names| block.statements.iter().for_each(|statement| names.statement(statement)));
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Let(value) => {
                value.ty.iter().for_each(|ty| self.ty(ty));
                self.expr(&value.value);
                let token = is_token(value.ty.as_ref(), &value.value);
                self.bind(&value.pattern, !token);
            }
            StmtKind::TypeAlias(alias) => {
                self.ty(&alias.ty);
                let group = self.definitions.len();
                self.define(&alias.name, group, false);
            }
            StmtKind::Expr(_) | StmtKind::ConstAssert(_) => walk::children_of_statement(self, statement),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Path(path) => drop(self.refer(&path.segments[0])),
            ExprKind::Match(value) => self.matching(value),
            ExprKind::For(value) => self.looping(value),
            ExprKind::Lambda(value) => self.lambda(value),
            _ => walk::children_of_expr(self, expr),
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        if let TypeKind::Path { path, .. } = &ty.kind {
            self.refer(&path.segments[0]);
        }
        walk::children_of_type(self, ty);
    }
}

/// Whether a value is a token, as far as the text tells.
fn is_token(ty: Option<&Type>, value: &Expr) -> bool {
    let written = ty.is_some_and(|ty| matches!(ty.kind, TypeKind::Token));
    let made = match &value.kind {
        ExprKind::Call { callee, .. } => match &callee.kind {
            ExprKind::Path(path) => path.as_name().is_some_and(|name| matches!(name.as_str(), "join" | "token")),
            _ => false,
        },
        _ => false,
    };
    written || made
}
