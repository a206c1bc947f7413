//! Modules: which files a program consists of, and what its imports stand for.
//!
//! [`load`](load()) reads the top module and, through a [`Loader`], whatever is imported, and parses it. Invariants of a [`Modules`]
//! without findings: no module has errors of syntax, every import stands for a module or a member that exists, and the
//! imports have no cycles.
//!
//! Where a module is looked for ([`Search`]): a name without dots first in the standard library, so that a file of the same
//! name elsewhere does not change what the standard library's own modules mean; then the file that is known for the dotted
//! name; then `a/b.x` for `a.b` in each root in order. The folder of the importing file means nothing. As in libxls, a file that is imported under two dotted names is
//! two modules with different types.

mod load;
mod search;
#[cfg(test)]
mod tests;

pub use load::{load, Loaded, Top};
pub use search::{Loader, ModuleFile, ReadWith, Root, Search};

use std::collections::HashMap;

use crate::check::types::ModuleId;
use crate::source::FileId;
use crate::syntax::ast::{Module, Name, NodeId};

/// Most modules of a program.
pub const MAX_MODULES: usize = 4096;

/// Most bytes of all files of a program.
pub const MAX_TEXT_BYTES: usize = 256 << 20;

/// The modules of a program. The top module is the first; the others follow in the order in which they are first imported.
#[derive(Clone, Debug, Default)]
pub struct Modules {
    modules: Vec<Entry>,
    /// Whether there is an error in their syntax or their imports, which is reported.
    incomplete: bool,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    file: FileId,
    module: Module,
    imports: HashMap<NodeId, Imported>,
}

/// What an `import` or the end of a `use` stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Imported {
    /// A module.
    Module(ModuleId),
    /// A member of a module (`use` only).
    Member(ModuleId, Name),
}

impl Modules {
    /// All ids, the top module's first.
    pub fn ids(&self) -> impl Iterator<Item = ModuleId> {
        (0..self.modules.len()).map(ModuleId::new)
    }

    /// The top module.
    pub fn top(&self) -> ModuleId {
        ModuleId::new(0)
    }

    /// Dotted name: of the top module as it was given, of others as they are imported.
    pub fn name(&self, id: ModuleId) -> &str {
        &self.modules[id.index()].name
    }

    /// The file of a module.
    pub fn file(&self, id: ModuleId) -> FileId {
        self.modules[id.index()].file
    }

    /// The syntax tree of a module.
    pub fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.index()].module
    }

    /// Whether loading found an error: then some imports may stand for nothing.
    pub fn are_incomplete(&self) -> bool {
        self.incomplete
    }

    /// What an import stands for; `node` is the id of the `import` item or of the leaf of a `use`.
    pub fn import(&self, module: ModuleId, node: NodeId) -> Option<&Imported> {
        self.modules[module.index()].imports.get(&node)
    }
}
