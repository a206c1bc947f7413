//! Random DSLX modules that are well-typed: input for the comparison of two front ends.
//!
//! A module has constants, structures, enumerations, parametric functions and functions that use them, with all forms of
//! expressions, loops, patterns, assertions and traces. It depends only on the seed and its number. Every number has its
//! type written, or stands where its type is known from around it.

mod aggregate;
mod bits;
mod calls;
mod control;
mod types;

use std::fmt::Write;

use xls_aot_values::Random;

use types::{Enum, Struct, Ty};

/// Module `number` of a run.
pub fn module(seed: u64, number: u64) -> String {
    let mut generator = Generator::new(Random::new(seed, number));
    generator.module();
    generator.text
}

/// Nesting of expressions.
const DEPTH: u32 = 4;

/// A function that can be called.
struct Signature {
    name: String,
    params: Vec<Ty>,
    result: Ty,
}

/// A module in the making.
struct Generator {
    random: Random,
    text: String,
    structs: Vec<Struct>,
    enums: Vec<Enum>,
    constants: Vec<(String, Ty)>,
    functions: Vec<Signature>,
    /// Names in scope with their types.
    scope: Vec<(String, Ty)>,
    /// Number of names so far.
    names: u32,
    /// Expressions that may still be made in the function.
    budget: u32,
    /// Whether the function may assert and trace.
    effects: bool,
    /// Whether this is within `unroll_for!`: there libxls loses parentheses in the labels of `assert_eq` and `assert_lt`.
    unrolled: bool,
}

/// Parametric functions, each for unsigned numbers of any width. Their results are given by `types::parametric_result`.
const PARAMETRIC: &str = "\
fn grow<N: u32, M: u32 = {N + u32:1}>(x: uN[N]) -> uN[M] { x as uN[M] }
fn mix<N: u32>(x: uN[N], y: uN[N]) -> uN[N] { if x > y { x - y } else { x ^ y } }
fn repeat<COUNT: u32, N: u32>(x: uN[N]) -> uN[N] { for (i, acc) in u32:0..COUNT { acc + x }(x) }
fn kind<N: u32>(x: uN[N]) -> uN[N] { const if N > u32:8 { x + uN[N]:1 } else { !x } }
fn fold<N: u32>(x: uN[N]) -> uN[N] { for (i, acc) in u32:0..N { (acc << u32:1) ^ ((x >> i) & uN[N]:1) }(uN[N]:0) }
";

impl Generator {
    fn new(random: Random) -> Self {
        Generator {
            random,
            text: String::new(),
            structs: Vec::new(),
            enums: Vec::new(),
            constants: Vec::new(),
            functions: Vec::new(),
            scope: Vec::new(),
            names: 0,
            budget: 0,
            effects: false,
            unrolled: false,
        }
    }

    fn module(&mut self) {
        for _ in 0..self.random.below(3) {
            self.add_enum();
        }
        for _ in 0..self.random.below(3) {
            self.add_struct();
        }
        for _ in 0..self.random.below(4) {
            let (name, ty) = (format!("K{}", self.constants.len()), self.any_type(1));
            let value = self.literal(&ty);
            self.line(&format!("const {name}: {} = {value};", self.show(&ty)));
            self.constants.push((name, ty));
        }
        self.text.push_str(PARAMETRIC);
        for number in 0..self.structs.len() {
            if self.random.one_in(2) {
                self.add_impl(number);
            }
        }
        for _ in 0..self.random.between(3, 8) {
            self.add_function();
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    fn add_function(&mut self) {
        let name = format!("f{}", self.functions.len());
        let params: Vec<Ty> = (0..self.random.between(1, 4)).map(|_| self.any_type(2)).collect();
        let result = self.any_type(2);
        self.scope = params.iter().enumerate().map(|(i, ty)| (format!("p{i}"), ty.clone())).collect();
        self.budget = 60;
        self.effects = self.random.one_in(3);
        let body = self.block(&result, DEPTH);
        let shown: Vec<String> = self.scope.iter().map(|(name, ty)| format!("{name}: {}", self.show(ty))).collect();
        let public = if self.random.one_in(2) { "pub " } else { "" };
        self.line(&format!("{public}fn {name}({}) -> {} {body}", shown.join(", "), self.show(&result)));
        self.functions.push(Signature { name, params, result });
    }

    /// A name that is not in use.
    fn name(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    /// An expression of a type; `depth` is how deep it may nest.
    fn expr(&mut self, ty: &Ty, depth: u32) -> String {
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        self.budget -= 1;
        // Forms that give any type come first.
        match self.random.below(16) {
            0 => {
                return format!(
                    "(if {} {} else {})",
                    self.condition(depth - 1),
                    self.block(ty, depth - 1),
                    self.block(ty, depth - 1)
                )
            }
            1 => return self.matching(ty, depth - 1),
            2 => {
                if let Some(call) = self.call(ty, depth - 1) {
                    return call;
                }
            }
            3 => return self.looping(ty, depth - 1),
            4 => return format!("({})", self.block(ty, depth - 1)),
            5 => {
                if let Some(part) = self.part(ty, depth - 1) {
                    return part;
                }
            }
            6 if self.random.one_in(3) => {
                return format!("gate!({}, {})", self.condition(depth - 1), self.expr(ty, depth - 1))
            }
            8 => {
                if let Some(call) = self.of_structure(ty, depth - 1) {
                    return call;
                }
            }
            9 if self.effects && self.random.one_in(3) => return format!("trace!({})", self.expr(ty, depth - 1)),
            7 if self.effects => {
                self.names += 1;
                let label = format!("l{}", self.names);
                if self.random.one_in(2) {
                    return format!("fail!(\"{label}\", {})", self.expr(ty, depth - 1));
                }
            }
            _ => {}
        }
        match ty {
            Ty::Bits { .. } => self.bits(ty, depth),
            Ty::Enum(_) | Ty::Struct(_) | Ty::Tuple(_) | Ty::Array(..) => self.aggregate(ty, depth),
        }
    }

    /// A name, a constant or a literal.
    fn leaf(&mut self, ty: &Ty) -> String {
        let known = self.scope.iter().chain(&self.constants).filter(|(_, known)| known == ty);
        let names: Vec<String> = known.map(|(name, _)| name.clone()).collect();
        if !names.is_empty() && !self.random.one_in(4) {
            let at = self.random.below(names.len());
            return names[at].clone();
        }
        self.literal(ty)
    }

    /// A condition.
    fn condition(&mut self, depth: u32) -> String {
        self.expr(&Ty::bool(), depth)
    }

    /// A block with statements.
    fn block(&mut self, ty: &Ty, depth: u32) -> String {
        let outer = self.scope.len();
        let mut text = String::from("{ ");
        for _ in 0..self.random.below(3) {
            self.statement(&mut text, depth);
        }
        let value = if depth == DEPTH { self.given(ty, depth) } else { self.expr(ty, depth) };
        // Writing to a string cannot fail.
        let _ = write!(text, "{value} }}");
        self.scope.truncate(outer);
        text
    }

    fn statement(&mut self, text: &mut String, depth: u32) {
        let depth = depth.saturating_sub(1);
        let statement = match self.random.below(7) {
            3 => {
                let ty = self.bits_type();
                self.names += 1;
                let name = format!("C{}", self.names);
                let value = self.literal(&ty);
                self.scope.push((name.clone(), ty));
                format!("const {name} = {value}; ")
            }
            0 | 1 if self.effects => self.effect(depth),
            2 => {
                let types: Vec<Ty> = (0..self.random.between(2, 3)).map(|_| self.any_type(1)).collect();
                let value = self.expr(&Ty::Tuple(types.clone()), depth);
                let names: Vec<String> = types.iter().map(|_| self.name()).collect();
                let wild = self.random.below(names.len() * 2);
                let shown: Vec<&str> =
                    names.iter().enumerate().map(|(i, name)| if i == wild { "_" } else { name }).collect();
                let statement = format!("let ({}) = {value}; ", shown.join(", "));
                self.scope.extend(names.into_iter().zip(types).enumerate().filter(|(i, _)| *i != wild).map(|(_, n)| n));
                statement
            }
            _ => {
                let ty = self.any_type(2);
                let is_annotated = self.random.one_in(3);
                let value = if is_annotated { self.given(&ty, depth) } else { self.expr(&ty, depth) };
                let name = self.name();
                let annotation = if is_annotated { format!(": {}", self.show(&ty)) } else { String::new() };
                self.scope.push((name.clone(), ty));
                format!("let {name}{annotation} = {value}; ")
            }
        };
        text.push_str(&statement);
    }

    /// A statement that asserts, traces or covers.
    fn effect(&mut self, depth: u32) -> String {
        self.names += 1;
        let label = format!("l{}", self.names);
        let kinds: &[u32] = if self.unrolled { &[0, 3, 4] } else { &[0, 1, 2, 3, 4] };
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
            _ => {
                let (a, b) = (self.any_type(2), self.bits_type());
                let format = self.random.pick(&["{}", "{:x}", "{:#x}", "{:b}", "{:0b}", "{:u}", "{:d}"]);
                format!("trace_fmt!(\"{label} {{}} {format}\", {}, {}); ", self.expr(&a, depth), self.expr(&b, depth))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_depend_on_seed_and_number_alone() {
        assert_eq!(module(1, 2), module(1, 2));
        assert_ne!(module(1, 2), module(1, 3));
        assert_ne!(module(1, 2), module(2, 2));
        assert!(module(1, 2).contains("fn f0("));
    }
}
