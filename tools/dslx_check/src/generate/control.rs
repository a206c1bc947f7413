//! `match`, loops and calls.

use super::types::{letter, Ty};
use super::Generator;

impl Generator {
    /// A call of a function of the module that gives `ty`.
    pub(super) fn call(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let known: Vec<usize> = (0..self.functions.len()).filter(|&i| self.functions[i].result == *ty).collect();
        if known.is_empty() {
            return None;
        }
        let chosen = self.random.pick(&known);
        let params = self.functions[chosen].params.clone();
        let arguments: Vec<String> = params.iter().map(|ty| self.given(ty, depth)).collect();
        Some(format!("{}({})", self.functions[chosen].name, arguments.join(", ")))
    }

    pub(super) fn matching(&mut self, ty: &Ty, depth: u32) -> String {
        let of = match self.random.below(4) {
            0 => Ty::Tuple((0..self.random.between(2, 3)).map(|_| self.bits_type()).collect()),
            1 if !self.enums.is_empty() => Ty::Enum(self.random.below(self.enums.len())),
            _ => self.bits_type(),
        };
        let scrutinee = self.expr(&of, depth);
        let mut arms = Vec::new();
        // libxls refuses a pattern that stands there twice.
        let mut patterns = vec!["_".to_owned()];
        for _ in 0..self.random.between(1, 3) {
            let outer = self.scope.len();
            let mut pattern = self.pattern(&of, true);
            if patterns.contains(&pattern) {
                self.scope.truncate(outer);
                continue;
            }
            patterns.push(pattern.clone());
            if self.scope.len() == outer && self.random.one_in(3) {
                let other = self.pattern(&of, false);
                if !patterns.contains(&other) {
                    pattern = format!("{pattern} | {other}");
                    patterns.push(other);
                }
            }
            arms.push(format!("{pattern} => {}", self.expr(ty, depth)));
            self.scope.truncate(outer);
        }
        arms.push(format!("_ => {}", self.expr(ty, depth)));
        format!("(match {scrutinee} {{ {} }})", arms.join(", "))
    }

    /// A pattern for a value of type `of`; `binds`: it may bind names, which are then in scope.
    fn pattern(&mut self, of: &Ty, binds: bool) -> String {
        match of {
            Ty::Tuple(elements) => {
                let mut parts: Vec<String> = elements.iter().map(|ty| self.pattern(ty, binds)).collect();
                if binds && self.random.one_in(5) {
                    let last = parts.len() - 1;
                    let bound = self.scope.len();
                    parts[last] = "..".to_owned();
                    // What the last part bound is not bound now.
                    self.scope.truncate(bound.saturating_sub(usize::from(self.last_bound(elements))));
                }
                format!("({})", parts.join(", "))
            }
            &Ty::Bits { signed, width } => match self.random.below(5) {
                0 => "_".to_owned(),
                1 if binds => {
                    let name = self.name();
                    self.scope.push((name.clone(), of.clone()));
                    name
                }
                2 if width <= 32 && width > 1 && !signed => {
                    let most = (1usize << width.min(16)) - 1;
                    let low = self.random.below(most);
                    let high = self.random.between(low + 1, most);
                    let ty = self.show(of);
                    let dots = self.random.pick(&["..", "..="]);
                    format!("{ty}:{low}{dots}{ty}:{high}")
                }
                3 if width > 1 => self.bare(signed, width),
                _ => self.number(signed, width),
            },
            Ty::Enum(number) => {
                let member = self.random.below(self.enums[*number].members.len());
                format!("E{number}::{}", letter(member).to_ascii_uppercase())
            }
            Ty::Struct(_) | Ty::Array(..) => "_".to_owned(),
        }
    }

    /// Whether the name that was bound last is of the last element.
    fn last_bound(&self, elements: &[Ty]) -> bool {
        match (self.scope.last(), elements.last()) {
            (Some((name, ty)), Some(last)) => *name == format!("v{}", self.names) && ty == last,
            _ => false,
        }
    }

    /// A loop whose state has the type `ty`.
    pub(super) fn looping(&mut self, ty: &Ty, depth: u32) -> String {
        let init = self.expr(ty, depth);
        let (index, state) = (self.name(), self.name());
        let outer = self.scope.len();
        let (keyword, iterable, element) = match self.random.below(4) {
            0 => {
                let element = self.any_type(1);
                let len = self.random.between(1, 3) as u32;
                let array = self.expr(&Ty::Array(Box::new(element.clone()), len), depth);
                ("for", array, element)
            }
            kind => {
                let keyword = if kind == 1 { "unroll_for!" } else { "for" };
                let width = self.random.pick(&[3, 8, 32]);
                let low = self.random.below(4);
                let high = low + self.random.between(1, 3);
                (keyword, format!("u{width}:{low}..u{width}:{high}"), Ty::unsigned(width))
            }
        };
        self.scope.push((index.clone(), element.clone()));
        let pattern = match ty {
            Ty::Tuple(elements) if self.random.one_in(2) => {
                let names: Vec<String> = elements.iter().map(|_| self.name()).collect();
                self.scope.extend(names.iter().cloned().zip(elements.iter().cloned()));
                format!("({}{})", names.join(", "), if names.len() == 1 { "," } else { "" })
            }
            _ => {
                self.scope.push((state.clone(), ty.clone()));
                state
            }
        };
        let outer_unrolled = self.unrolled;
        self.unrolled |= keyword == "unroll_for!";
        let mut body = self.block(ty, depth);
        self.unrolled = outer_unrolled;
        if keyword == "for" {
            // libxls takes the operation that was made last for the result of the body, so an operation must be last.
            let (other, condition) = (self.leaf(ty), self.leaf(&Ty::bool()));
            let value = self.name();
            body = format!("{{ let {value} = {body}; (if {condition} {{ {value} }} else {{ {other} }}) }}");
        }
        self.scope.truncate(outer);
        let annotation = match self.random.one_in(4) {
            true => format!(": ({}, {})", self.show(&element), self.show(ty)),
            false => String::new(),
        };
        format!("({keyword} ({index}, {pattern}){annotation} in {iterable} {body}({init}))")
    }
}
