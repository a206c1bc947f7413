//! Names in functions that are not used.
//!
//! As in libxls: of the names of a tuple pattern, one that is used is enough; parameters, type aliases, names that begin
//! with `_`, tokens, and everything in tests and methods are left out.

use std::collections::{HashMap, HashSet};

use xls_aot_ir::Diagnostic;

use crate::syntax::ast::scopes::{self, Binder};
use crate::syntax::ast::{
    Expr, ExprKind, Function, Ident, Item, ItemKind, Module, Name, Path, Type, TypeKind, UseTree, UseTreeKind,
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
        let mut names = Names {
            items: &items,
            definitions: Vec::new(),
            scope: HashMap::new(),
            bound: Vec::new(),
            scopes: Vec::new(),
        };
        scopes::visit(&mut names, function);
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
    /// The number of the pattern that it belongs to.
    pattern: usize,
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
    /// How many there were when each of these scopes began.
    scopes: Vec<usize>,
}

impl<'a> Names<'a, '_> {
    /// Notes that a name is used; false if no definition of this function is meant.
    fn use_name(&mut self, name: &Ident) -> bool {
        match self.scope.get(&name.name).and_then(|definitions| definitions.last()) {
            Some(&index) => {
                self.definitions[index].used = true;
                true
            }
            None => false,
        }
    }

    fn report(self, function: &Function, found: &mut Vec<Diagnostic>) {
        let used: HashSet<usize> =
            self.definitions.iter().filter(|definition| definition.used).map(|definition| definition.pattern).collect();
        for definition in self.definitions.iter().filter(|definition| definition.reported) {
            if used.contains(&definition.pattern) {
                continue;
            }
            let name = &definition.name.name;
            let message = format!("`{name}` is not used in the function `{}`", function.name.name);
            let finding = Diagnostic::warning("unused_definition", definition.name.span, message);
            found.push(finding.note(format!("leave it out, or name it `_{name}` if it is there for the reader")));
        }
    }
}

impl<'a> scopes::Names<'a> for Names<'a, '_> {
    fn open(&mut self) {
        self.scopes.push(self.bound.len());
    }

    fn close(&mut self) {
        let outside = self.scopes.pop().unwrap_or_default();
        for name in self.bound.drain(outside..) {
            if let Some(definitions) = self.scope.get_mut(&name) {
                definitions.pop();
            }
        }
    }

    fn bind(&mut self, name: &'a Ident, binder: Binder<'a>, pattern: usize) {
        let wanted = match binder {
            Binder::Parameter | Binder::Alias => false,
            Binder::Let(value) => !is_token(value.ty.as_ref(), &value.value),
            Binder::Loop | Binder::Arm => true,
        };
        let index = self.definitions.len();
        let reported = wanted && !name.as_str().starts_with('_');
        self.definitions.push(Definition { name, used: false, pattern, reported });
        self.scope.entry(name.name.clone()).or_default().push(index);
        self.bound.push(name.name.clone());
    }

    fn refer(&mut self, path: &'a Path) {
        self.use_name(&path.segments[0]);
    }

    fn is_used(&mut self, name: &'a Ident) -> bool {
        self.use_name(name) || self.items.contains(&name.name)
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
