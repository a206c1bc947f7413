//! Names of modules.

use std::collections::HashMap;

use super::checker::{Check, Checker, Reported};
use super::types::{Definition, ModuleId};
use crate::modules::Imported;
use crate::syntax::ast::{Ident, Item, ItemKind, Module, Name, NodeId, Use, UseTree, UseTreeKind};
use xls_aot_ir::{nearest, Diagnostic};

/// What a name of a module leads to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Index of the item in the module.
    pub item: u32,
    /// For a name of a `use`: the leaf.
    pub leaf: Option<NodeId>,
}

/// Names that the items of a module define, and where the `impl` of a structure is.
pub struct ModuleNames {
    entries: HashMap<Name, Entry>,
    impls: HashMap<Name, u32>,
}

impl ModuleNames {
    /// Collects the names.
    pub fn new(module: &Module) -> Self {
        let mut names = Self { entries: HashMap::new(), impls: HashMap::new() };
        for (index, item) in module.items.iter().enumerate() {
            let index = index as u32;
            match &item.kind {
                ItemKind::Use(Use { tree }) => names.add_leaves(tree, index),
                ItemKind::Impl(block) => {
                    if let crate::syntax::ast::TypeKind::Path { path, .. } = &block.target.kind {
                        names.impls.entry(path.last().name.clone()).or_insert(index);
                    }
                }
                _ => {
                    if let Some(name) = item.name() {
                        names.entries.entry(name.name.clone()).or_insert(Entry { item: index, leaf: None });
                    }
                }
            }
        }
        names
    }

    fn add_leaves(&mut self, tree: &UseTree, item: u32) {
        match &tree.kind {
            UseTreeKind::Leaf => {
                self.entries.entry(tree.name.name.clone()).or_insert(Entry { item, leaf: Some(tree.id) });
            }
            UseTreeKind::Inner(trees) => trees.iter().for_each(|tree| self.add_leaves(tree, item)),
        }
    }

    /// What a name leads to.
    pub fn get(&self, name: &str) -> Option<Entry> {
        self.entries.get(name).copied()
    }

    /// The item that is the `impl` of a structure of this module.
    pub fn implementation(&self, structure: &str) -> Option<u32> {
        self.impls.get(structure).copied()
    }

    /// All names.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(Name::as_str)
    }
}

/// What a name stands for, at the level of modules.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Global {
    /// A module.
    Module(ModuleId),
    /// An item.
    Item(Definition),
}

impl<'a> Checker<'a> {
    /// The item with this place.
    pub fn item(&self, definition: Definition) -> &'a Item {
        &self.program.module(definition.module).items[definition.item as usize]
    }

    /// What `name` stands for in `module`; `before`: only items above this index are known.
    pub(super) fn global(&mut self, module: ModuleId, name: &Ident, before: u32) -> Check<Option<Global>> {
        let Some(entry) = self.names(module).get(&name.name) else { return Ok(None) };
        if entry.item > before {
            let item = self.item(Definition { module, item: entry.item });
            let at = item.name().map_or(item.span, |name| name.span);
            let finding =
                Diagnostic::invalid("E1201", name.span, format!("`{}` is used above its definition", name.name))
                    .label(at, "it is defined here")
                    .note("in DSLX a definition stands above its uses: move it up");
            return Err(self.report(finding));
        }
        self.entry(module, entry).map(Some)
    }

    fn entry(&mut self, module: ModuleId, entry: Entry) -> Check<Global> {
        let definition = Definition { module, item: entry.item };
        let item = self.item(definition);
        let node = match (&item.kind, entry.leaf) {
            (ItemKind::Import(_), _) => item.id,
            (_, Some(leaf)) => leaf,
            (_, None) => return Ok(Global::Item(definition)),
        };
        match self.program.import(module, node) {
            Some(Imported::Module(module)) => Ok(Global::Module(*module)),
            Some(Imported::Member(module, name)) => {
                let ident = Ident { id: node, span: item.span, name: name.clone() };
                self.member(*module, &ident)
            }
            // The import has an error, which loading reported.
            None => Err(Reported),
        }
    }

    /// The public member `name` of `module`, used from another one.
    pub(super) fn member(&mut self, module: ModuleId, name: &Ident) -> Check<Global> {
        let Some(entry) = self.names(module).get(&name.name) else {
            let near = nearest(&name.name, self.names(module).all()).map(str::to_string);
            let text = format!("module `{}` has no `{}`", self.program.name(module), name.name);
            let mut finding = Diagnostic::invalid("E1203", name.span, text);
            if let Some(near) = near {
                finding = finding.note(format!("there is `{near}`"));
            }
            return Err(self.report(finding));
        };
        let item = self.item(Definition { module, item: entry.item });
        if !item.public {
            let text = format!("`{}` of module `{}` is not public", name.name, self.program.name(module));
            let at = item.name().map_or(item.span, |name| name.span);
            let finding = Diagnostic::invalid("E1204", name.span, text)
                .label(at, "it is defined here")
                .note("write `pub` before its definition");
            return Err(self.report(finding));
        }
        self.entry(module, entry)
    }
}
