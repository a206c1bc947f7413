//! Conditions, `match` and loops.

use super::types::Ty;
use super::Generator;

impl Generator {
    pub(super) fn conditional(&mut self, ty: &Ty, depth: u32) -> String {
        let (condition, then) = (self.scrutinee(&Ty::bool(), depth), self.block(ty, depth));
        let other = match self.random.one_in(4) {
            true => format!(
                "if {} {} else {}",
                self.scrutinee(&Ty::bool(), depth),
                self.block(ty, depth),
                self.block(ty, depth)
            ),
            false => self.block(ty, depth),
        };
        format!("(if {condition} {then} else {other})")
    }

    /// A choice that is made while the program is checked. libxls often fails on one within another expression.
    pub(super) fn constant_choice(&mut self, ty: &Ty, depth: u32) -> String {
        let (a, b) = (self.random.below(9), self.random.below(9));
        if self.random.one_in(2) {
            let (one, other) = (self.block(ty, depth), self.block(ty, depth));
            return format!("(const if u32:{a} > u32:{b} {one} else {other})");
        }
        format!("(const match u32:{a} {{ u32:{b} => {}, _ => {} }})", self.leaf(ty), self.leaf(ty))
    }

    pub(super) fn matching(&mut self, ty: &Ty, depth: u32) -> String {
        let of = match self.random.below(6) {
            0 => Ty::Tuple((0..self.random.between(2, 3)).map(|_| self.bits_type()).collect()),
            1 => self.enum_type().unwrap_or_else(Ty::bool),
            2 => {
                let inner = Ty::Tuple(vec![self.bits_type(), self.bits_type()]);
                Ty::Tuple(vec![self.bits_type(), inner])
            }
            3 => return self.matching_all(ty, depth),
            _ => self.bits_type(),
        };
        let scrutinee = self.scrutinee(&of, depth);
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

    /// What stands in front of a brace: libxls takes a path there for the name of a structure.
    pub(super) fn scrutinee(&mut self, of: &Ty, depth: u32) -> String {
        let value = self.expr(of, depth);
        match value.contains("::") && !value.contains('(') {
            true => format!("({value})"),
            false => value,
        }
    }

    /// A `match` without `_`. libxls crashes on structures and arrays within what is matched so.
    fn matching_all(&mut self, ty: &Ty, depth: u32) -> String {
        let condition = self.scrutinee(&Ty::bool(), depth);
        let (yes, no) = (self.expr(ty, depth), self.expr(ty, depth));
        if self.random.one_in(2) {
            return format!("(match {condition} {{ true => {yes}, false => {no} }})");
        }
        let beside = self.bits_type();
        format!("(match ({condition}, {}) {{ (true, _) => {yes}, (false, ..) => {no} }})", self.leaf(&beside))
    }

    /// A constant of a type, which is a pattern for its value.
    fn constant_pattern(&mut self, of: &Ty) -> Option<String> {
        let constants = self.constants.iter().filter(|c| c.ty == *of && self.sees(c.place));
        let constants: Vec<_> = constants.map(|c| (c.place, c.name.clone())).collect();
        if constants.is_empty() {
            return None;
        }
        let (place, name) = self.one_of(&constants);
        Some(self.path(place, &name))
    }

    /// A pattern for a value of type `of`; `binds`: it may bind names, which are then in scope.
    fn pattern(&mut self, of: &Ty, binds: bool) -> String {
        match of {
            Ty::Tuple(elements) => {
                // `..` is in the place of so many elements from this one on.
                let rest = (binds && self.random.one_in(5)).then(|| self.random.below(elements.len()));
                let count = rest.map_or(0, |at| self.random.below(elements.len() - at + 1));
                let mut parts = Vec::new();
                for (i, ty) in elements.iter().enumerate() {
                    if rest == Some(i) {
                        parts.push("..".to_owned());
                    }
                    if rest.is_none_or(|at| !(at..at + count).contains(&i)) {
                        parts.push(self.pattern(ty, binds));
                    }
                }
                format!("({})", parts.join(", "))
            }
            &Ty::Bits { signed, width } => match self.random.below(6) {
                5 => match self.constant_pattern(of) {
                    Some(constant) => constant,
                    None => self.typed_number(signed, width),
                },
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
                    let ty = self.plain_bits(signed, width);
                    let dots = self.random.pick(&["..", "..="]);
                    format!("{ty}:{low}{dots}{ty}:{high}")
                }
                3 if width > 1 => self.bare(signed, width),
                _ => self.typed_number(signed, width),
            },
            &Ty::Enum(number) => {
                let member = self.random.below(self.enums[number].members.len());
                self.member(number, member)
            }
            Ty::Struct(_) | Ty::Array(..) => "_".to_owned(),
        }
    }

    /// A loop whose state has the type `ty`.
    pub(super) fn looping(&mut self, ty: &Ty, depth: u32) -> String {
        let init = self.expr(ty, depth);
        let (index, state) = (self.name(), self.name());
        let outer = self.scope.len();
        let (keyword, iterable, element) = match self.random.below(6) {
            4 => {
                let element = self.any_type(1);
                let len = self.random.between(1, 3) as u32;
                let array = self.expr(&Ty::array(element.clone(), len), depth);
                ("for", format!("enumerate({array})"), Ty::Tuple(vec![Ty::unsigned(32), element]))
            }
            0 => {
                let element = self.any_type(1);
                let len = self.random.between(1, 3) as u32;
                let array = self.expr(&Ty::array(element.clone(), len), depth);
                ("for", array, element)
            }
            kind => {
                let keyword = match kind {
                    1 => "unroll_for!",
                    // libxls finds no types for calls of parametric functions in it.
                    2 if self.daring => "const for",
                    _ => "for",
                };
                let width = self.random.pick(&[3, 8, 32]);
                let low = self.random.below(4);
                let high = low + self.random.between(1, 3);
                let dots = self.random.pick(&["..", "..", "..="]);
                (keyword, format!("u{width}:{low}{dots}u{width}:{high}"), Ty::unsigned(width))
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
        self.unrolled |= keyword != "for";
        let mut body = self.block(ty, depth);
        self.unrolled = outer_unrolled;
        if keyword == "for" {
            // libxls takes the operation that was made last for the result of the body, so an operation must be last.
            let (other, condition) = (self.leaf(ty), self.leaf(&Ty::bool()));
            let value = self.name();
            body = format!("{{ let {value} = {body}; (if {condition} {{ {value} }} else {{ {other} }}) }}");
        }
        self.scope.truncate(outer);
        // libxls does not take an annotation together with `enumerate`.
        let annotation = match self.random.one_in(4) && !iterable.starts_with("enumerate") {
            true => format!(": ({}, {})", self.show(&element), self.show(ty)),
            false => String::new(),
        };
        let index = if self.random.one_in(8) && !body.contains(&index) { "_".to_owned() } else { index };
        format!("({keyword} ({index}, {pattern}){annotation} in {iterable} {body}({init}))")
    }
}
