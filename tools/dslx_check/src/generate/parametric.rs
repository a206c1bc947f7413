//! Functions and structures with parametrics.

use super::item::Struct;
use super::types::Ty;
use super::{Generator, Place};

/// Parametric functions that every module has, most of them for unsigned numbers of any width.
const TEMPLATES: &str = "\
pub enum Mode : u2 { Add = 0, Flip = 1, Other = 2 }
pub fn grow<N: u32, M: u32 = {N + u32:1}>(x: uN[N]) -> uN[M] { x as uN[M] }
pub fn widen<E: u32, F: u32, G: u32 = {E + F}>(x: uN[E]) -> uN[G] { x as uN[G] }
pub fn mix<N: u32>(x: uN[N], y: uN[N]) -> uN[N] { if x > y { x - y } else { x ^ y } }
pub fn repeat<COUNT: u32, N: u32>(x: uN[N]) -> uN[N] { for (i, acc) in u32:0..COUNT { acc + x }(x) }
pub fn kind<N: u32>(x: uN[N]) -> uN[N] { const if N > u32:8 { x + uN[N]:1 } else { !x } }
pub fn sized<N: u32>(x: uN[N]) -> uN[N] { const match N { u32:1 => !x, u32:8 => x + uN[N]:1, _ => mix(x, uN[N]:1) } }
pub fn fold<N: u32>(x: uN[N]) -> uN[N] { for (i, acc) in u32:0..N { (acc << u32:1) ^ ((x >> i) & uN[N]:1) }(uN[N]:0) }
pub fn less<S: bool, N: u32>(x: xN[S][N]) -> xN[S][N] { x - xN[S][N]:1 }
pub fn moded<M: Mode, N: u32>(x: uN[N]) -> uN[N] { if M == Mode::Add { x + x } else { if M == Mode::Flip { !x } else { x } } }
pub fn last<N: u32, L: u32>(a: uN[N][L]) -> uN[N] { a[array_size(a) - u32:1] }
pub fn same<T: type>(x: T) -> T { x }
pub fn filled<T: type, N: u32>(x: T) -> T[N] { [x, ...] }
";

impl Generator {
    pub(super) fn add_templates(&mut self) {
        self.text.push_str(TEMPLATES);
    }

    /// This module, or one that it imports.
    pub(super) fn random_module(&mut self) -> usize {
        let modules = self.visible_modules();
        self.random.pick(&modules)
    }

    /// A call of a parametric function that gives a number of type `ty`.
    pub(super) fn parametric(&mut self, ty: &Ty, depth: u32) -> String {
        let &Ty::Bits { signed, width } = ty else { return self.leaf(ty) };
        let module = self.random_module();
        let place = self.template(module);
        if signed && width == 1 {
            return self.leaf(ty);
        }
        if signed {
            return format!("{}({})", self.path(place, "less"), self.expr(ty, depth));
        }
        match self.random.below(10) {
            0 if width > 1 => {
                format!("{}({})", self.path(place, "grow"), self.expr(&Ty::unsigned(width - 1), depth))
            }
            1 if width > 1 => {
                let from = self.random.between(1, width as usize - 1) as u32;
                let rest = width - from;
                let rest = match self.random.below(3) {
                    0 => format!("{{u32:{} + u32:1}}", rest - 1),
                    1 => format!("{{u32:{rest}}}"),
                    _ => format!("u32:{rest}"),
                };
                format!("{}<u32:{from}, {rest}>({})", self.path(place, "widen"), self.expr(&Ty::unsigned(from), depth))
            }
            2 => format!("{}({}, {})", self.path(place, "mix"), self.expr(ty, depth), self.expr(ty, depth)),
            3 => {
                format!("{}<u32:{}>({})", self.path(place, "repeat"), self.random.below(4), self.expr(ty, depth))
            }
            4 => {
                let name = self.random.pick(&["kind", "sized"]);
                format!("{}({})", self.path(place, name), self.expr(ty, depth))
            }
            5 => {
                let mode = self.path(place, "Mode");
                let member = self.random.pick(&["Add", "Flip", "Other"]);
                format!("{}<{mode}::{member}>({})", self.path(place, "moded"), self.expr(ty, depth))
            }
            6 => {
                let from = Ty::array(ty.clone(), self.random.between(1, 3) as u32);
                format!("{}({})", self.path(place, "last"), self.expr(&from, depth))
            }
            7 if width <= 64 => {
                format!("{}<u{width}>({})", self.path(place, "same"), self.expr(ty, depth))
            }
            8 => format!("{}({})", self.path(place, "less"), self.expr(ty, depth)),
            _ => format!("{}({})", self.path(place, "fold"), self.expr(ty, depth)),
        }
    }

    /// An array of equal elements, made by a function with a type as parametric.
    pub(super) fn filled(&mut self, ty: &Ty, element: &Ty, len: u32, depth: u32) -> String {
        match element {
            &Ty::Bits { signed, width: width @ 1..=64 } => {
                let module = self.random_module();
                let place = self.template(module);
                let letter = if signed { 's' } else { 'u' };
                format!("{}<{letter}{width}, u32:{len}>({})", self.path(place, "filled"), self.expr(element, depth))
            }
            _ => self.leaf(ty),
        }
    }

    /// A structure with parametrics, with one or two instances of it. libxls converts the method of the first one only, and
    /// crashes on functions over all instances of a structure with a derived parametric.
    pub(super) fn add_parametric_struct(&mut self) {
        let (place, number) = (self.place(), self.structs.len());
        let (public, name) = (Self::visibility(place), format!("P{number}"));
        let derived = self.random.one_in(3);
        let (params, wide) = match derived {
            true => ("N: u32, M: u32 = {N + u32:3}", "M"),
            false => ("N: u32", "N"),
        };
        let extra = self.any_type(1);
        let extra_shown = self.show(&extra);
        self.line(&format!("{public}struct {name}<{params}> {{ a: uN[N], b: sN[{wide}], c: {extra_shown} }}"));
        let methods = self.random.one_in(2);
        if methods {
            self.line(&format!(
                "impl {name}<N> {{\n    const C = N + u32:1;\n    fn m(self, p0: uN[N]) -> uN[N] {{ self.a ^ p0 }}\n}}"
            ));
        }
        if !derived {
            self.line(&format!("{public}fn low{number}<N: u32>(x: {name}<N>) -> uN[N] {{ x.a }}"));
            self.line(&format!(
                "{public}fn with{number}<N: u32>(x: {name}<N>, y: uN[N]) -> {name}<N> {{ {name}<N> {{ a: y, ..x }} }}"
            ));
        }
        let first = self.random.pick(&[1, 3, 8, 32, 65]);
        let widths = if self.random.one_in(2) { vec![first] } else { vec![first, first + 2] };
        for (i, width) in widths.into_iter().enumerate() {
            let b = Ty::Bits { signed: true, width: if derived { width + 3 } else { width } };
            let ty = Ty::unsigned(width);
            self.structs.push(Struct {
                place,
                name: name.clone(),
                arguments: format!("<u32:{width}>"),
                fields: vec![ty.clone(), b, extra.clone()],
                method: (methods && i == 0).then(|| (ty.clone(), ty)),
                new: None,
                constant: methods.then(|| Ty::unsigned(32)),
            });
        }
    }

    /// A call of a function over all instances of a structure.
    pub(super) fn over_instances(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let over_all = |s: &Struct| {
            // Both numbers have the width of the parametric if nothing is derived.
            !s.arguments.is_empty()
                && matches!(s.fields[..], [Ty::Bits { width: a, .. }, Ty::Bits { width: b, .. }, _] if a == b)
        };
        let known = (0..self.structs.len()).filter(|&i| {
            let s = &self.structs[i];
            over_all(s) && self.can_make(&Ty::Struct(i)) && (*ty == Ty::Struct(i) || *ty == s.fields[0])
        });
        let known: Vec<usize> = known.collect();
        if known.is_empty() {
            return None;
        }
        let chosen = self.random.pick(&known);
        let place: Place = self.structs[chosen].place;
        let number = self.structs[chosen].name[1..].to_owned();
        let whole = self.expr(&Ty::Struct(chosen), depth);
        if *ty != Ty::Struct(chosen) {
            return Some(format!("{}({whole})", self.path(place, &format!("low{number}"))));
        }
        let field = self.structs[chosen].fields[0].clone();
        Some(format!("{}({whole}, {})", self.path(place, &format!("with{number}")), self.expr(&field, depth)))
    }
}
