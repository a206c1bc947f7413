//! Names inside functions: parameters, `let`, patterns, local types.

use std::collections::HashMap;

use super::typed::LocalId;
use super::types::TypeId;
use crate::syntax::ast::Name;

/// What a name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A value.
    Local(LocalId),
    /// A type: a parametric of kind `type`, or a local alias.
    Type(TypeId),
    /// Its definition has an error, which is reported; uses are not.
    Broken,
}

/// The names that are visible, inner ones hiding outer ones.
#[derive(Clone, Default, Debug)]
pub struct Scope {
    bindings: HashMap<Name, Vec<Binding>>,
    /// Names in the order of their binding, to take them back.
    log: Vec<Name>,
}

impl Scope {
    /// The place to which [`Scope::leave`] goes back.
    pub fn enter(&self) -> usize {
        self.log.len()
    }

    /// Forgets what was bound since.
    pub fn leave(&mut self, mark: usize) {
        for name in self.log.drain(mark..) {
            if let Some(bindings) = self.bindings.get_mut(&name) {
                bindings.pop();
                if bindings.is_empty() {
                    self.bindings.remove(&name);
                }
            }
        }
    }

    /// Binds a name.
    pub fn bind(&mut self, name: Name, binding: Binding) {
        self.bindings.entry(name.clone()).or_default().push(binding);
        self.log.push(name);
    }

    /// Binds a name outside of everything: it stays when scopes are left.
    pub fn bind_outermost(&mut self, name: Name, binding: Binding) {
        self.bindings.entry(name).or_default().insert(0, binding);
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Binding> {
        self.bindings.get(name).and_then(|bindings| bindings.last()).copied()
    }

    /// All visible names with what they stand for, in order of binding.
    pub fn visible(&self) -> Vec<(Name, Binding)> {
        let mut seen = std::collections::HashSet::new();
        let mut names: Vec<_> = self.log.iter().rev().filter(|name| seen.insert((*name).clone())).collect();
        names.reverse();
        names.into_iter().filter_map(|name| Some((name.clone(), self.get(name)?))).collect()
    }
}
