//! Where items are, and how they are named from the module in the making.

use super::Generator;

/// Where an item is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Place {
    /// Number of its module.
    pub(super) module: usize,
    /// Whether modules that import this one see it.
    pub(super) public: bool,
}

/// An `import` of the module in the making.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Import {
    /// The name that stands for the module.
    pub(super) name: String,
    /// Number of the module.
    pub(super) module: usize,
}

impl Generator {
    /// Whether the module in the making can name an item.
    pub(super) fn sees(&self, place: Place) -> bool {
        place.module == self.module || place.public && self.imports.iter().any(|import| import.module == place.module)
    }

    /// The name of an item that can be seen.
    pub(super) fn path(&mut self, place: Place, name: &str) -> String {
        if place.module == self.module {
            return name.to_owned();
        }
        let names = self.imports.iter().filter(|import| import.module == place.module);
        let names: Vec<String> = names.map(|import| import.name.clone()).collect();
        format!("{}::{name}", self.one_of(&names))
    }

    /// Writes the imports of the module in the making: some of the modules that are there, one of them perhaps twice.
    pub(super) fn import(&mut self, all: bool) {
        for module in 0..self.paths.len() {
            if !all && self.random.one_in(3) {
                continue;
            }
            let path = self.paths[module].clone();
            let last = path.rsplit('.').next().unwrap_or(&path).to_owned();
            if !self.random.one_in(3) {
                self.line(&format!("import {path};"));
                self.imports.push(Import { name: last, module });
                if !self.random.one_in(6) {
                    continue;
                }
            }
            self.line(&format!("import {path} as other_{module};"));
            self.imports.push(Import { name: format!("other_{module}"), module });
        }
    }

    /// Whether the module in the making imports the standard library.
    pub(super) fn imports_std(&self) -> bool {
        self.text.contains("import std;") || self.text.contains("use std;")
    }

    /// The modules whose public items can be seen, this one included.
    pub(super) fn visible_modules(&self) -> Vec<usize> {
        let mut modules: Vec<usize> = self.imports.iter().map(|import| import.module).collect();
        modules.push(self.module);
        modules.sort_unstable();
        modules.dedup();
        modules
    }
}
