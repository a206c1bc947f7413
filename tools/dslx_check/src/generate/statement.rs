//! Blocks and statements.

use std::fmt::Write;

use super::item::Alias;
use super::types::Ty;
use super::{Generator, Place};

impl Generator {
    /// A block with statements.
    pub(super) fn block(&mut self, ty: &Ty, depth: u32) -> String {
        let outer = (self.scope.len(), self.aliases.len());
        let mut text = String::from("{ ");
        for _ in 0..self.random.below(3) {
            self.statement(&mut text, depth);
        }
        let value = if depth == self.size.depth { self.given(ty, depth) } else { self.expr(ty, depth) };
        // Writing to a string cannot fail.
        let _ = write!(text, "{value} }}");
        self.scope.truncate(outer.0);
        self.aliases.truncate(outer.1);
        text
    }

    fn statement(&mut self, text: &mut String, depth: u32) {
        let depth = depth.saturating_sub(1);
        let statement = match self.random.below(14) {
            0..=3 if self.effects => self.effect(depth),
            4 | 5 => self.destructuring(depth),
            6 | 7 => {
                let ty = self.bits_type();
                self.names += 1;
                let name = format!("C{}", self.names);
                let value = self.literal(&ty);
                self.scope.push((name.clone(), ty));
                format!("const {name} = {value}; ")
            }
            8 if self.random.one_in(3) => {
                let (ty, value) = (self.any_type(1), self.names);
                let shown = self.show(&ty);
                let name = format!("L{value}");
                self.names += 1;
                self.aliases.push(Alias {
                    place: Place { module: self.module, public: false },
                    name: name.clone(),
                    ty,
                });
                format!("type {name} = {shown}; ")
            }
            9 if self.random.one_in(3) => {
                let number = self.random.below(99);
                format!("const_assert!(u32:{number} < u32:100); ")
            }
            10 => self.call_statement(depth),
            11 if self.random.one_in(3) => {
                let ty = self.any_type(1);
                format!("let _ = {}; ", self.expr(&ty, depth))
            }
            _ => self.binding(depth),
        };
        text.push_str(&statement);
    }

    /// A `let` of a name.
    fn binding(&mut self, depth: u32) -> String {
        let ty = self.any_type(2);
        let is_annotated = self.random.one_in(3);
        let value = if is_annotated { self.given(&ty, depth) } else { self.expr(&ty, depth) };
        let annotation = if is_annotated { format!(": {}", self.show(&ty)) } else { String::new() };
        let earlier: Vec<String> =
            self.scope.iter().filter(|(name, _)| name.starts_with('v')).map(|(name, _)| name.clone()).collect();
        let name = match !earlier.is_empty() && self.random.one_in(6) {
            true => self.one_of(&earlier),
            false => self.name(),
        };
        self.scope.push((name.clone(), ty));
        format!("let {name}{annotation} = {value}; ")
    }

    /// A `let` of the elements of a tuple.
    fn destructuring(&mut self, depth: u32) -> String {
        let types: Vec<Ty> = (0..self.random.between(2, 4)).map(|_| self.any_type(1)).collect();
        let value = self.expr(&Ty::Tuple(types.clone()), depth);
        let names: Vec<String> = types.iter().map(|_| self.name()).collect();
        let mut shown = names.clone();
        let mut bound: Vec<(String, Ty)> = names.into_iter().zip(types).collect();
        let at = self.random.below(shown.len());
        match self.random.below(3) {
            0 => {
                shown[at] = "_".to_owned();
                bound.remove(at);
            }
            1 => {
                // So many elements are left out, none perhaps.
                let count = self.random.below(shown.len() - at + 1);
                shown.splice(at..at + count, ["..".to_owned()]);
                bound.drain(at..at + count);
            }
            _ => {}
        }
        self.scope.extend(bound);
        format!("let ({}) = {value}; ", shown.join(", "))
    }

    /// A call of a function whose type need not be one that can be named here, or that gives nothing.
    fn call_statement(&mut self, depth: u32) -> String {
        let known: Vec<usize> =
            self.callable().into_iter().filter(|&i| self.effects || self.functions[i].result.is_some()).collect();
        if known.is_empty() {
            return self.binding(depth);
        }
        let chosen = self.random.pick(&known);
        let call = self.call_of(chosen, depth);
        match self.functions[chosen].result.clone() {
            None => format!("{call}; "),
            Some(ty) => {
                let name = self.name();
                self.scope.push((name.clone(), ty));
                format!("let {name} = {call}; ")
            }
        }
    }

    /// A statement that asserts, traces or covers.
    pub(super) fn effect(&mut self, depth: u32) -> String {
        self.names += 1;
        let label = format!("l{}", self.names);
        let kinds: &[u32] = if self.unrolled { &[0, 3, 4, 5, 6] } else { &[0, 1, 2, 3, 4, 5, 6] };
        match self.random.pick(kinds) {
            0 => format!("assert!({}, \"{label}\"); ", self.condition(depth)),
            1 => {
                let ty = self.any_type(1);
                format!("assert_eq({}, {}); ", self.expr(&ty, depth), self.expr(&ty, depth))
            }
            2 => {
                let ty = self.bits_type();
                format!("assert_lt({}, {}); ", self.expr(&ty, depth), self.expr(&ty, depth))
            }
            3 => format!("cover!(\"{label}\", {}); ", self.condition(depth)),
            5 => format!(
                "if {} {{ assert!({}, \"{label}\"); }}; ",
                self.scrutinee(&Ty::bool(), depth),
                self.condition(depth)
            ),
            6 => match self.random.below(2) {
                0 => {
                    format!("assert_fmt!({}, \"{label}_{{}}\", u32:{}); ", self.condition(depth), self.random.below(9))
                }
                _ => {
                    let ty = self.bits_type();
                    let verbosity = self.random.below(4);
                    format!("vtrace_fmt!(u32:{verbosity}, \"{label} {{}}\", {}); ", self.expr(&ty, depth))
                }
            },
            _ => {
                let (a, b) = (self.any_type(2), self.bits_type());
                let format = self.random.pick(&["{}", "{:x}", "{:#x}", "{:b}", "{:0b}", "{:u}", "{:d}"]);
                format!("trace_fmt!(\"{label} {{}} {format}\", {}, {}); ", self.expr(&a, depth), self.expr(&b, depth))
            }
        }
    }
}
