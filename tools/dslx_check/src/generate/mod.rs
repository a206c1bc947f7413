//! Random DSLX programs that are well-typed: input for the comparison of two front ends.
//!
//! A program is a module and those that it imports. A module has constants, structures, enumerations, aliases, parametric
//! functions and functions that use them, with all forms of expressions, loops, patterns, assertions and traces. It uses
//! items of its own and public items of the modules that it imports. A program depends only on the seed and its number.
//! Every number has its type written, or stands where its type is known from around it.
//!
//! `tests/constructs.rs` holds the list of constructs, and requires that each of them is made.

mod aggregate;
mod bits;
mod calls;
mod chain;
mod control;
mod item;
mod module;
mod parametric;
mod place;
mod size;
mod statement;
mod types;
mod uses;

use std::fmt;

use xls_aot_values::Random;

use item::{Alias, Constant, Enum, Function, Struct, Width};
use place::{Import, Place};
use size::Size;
use types::Ty;

/// A random program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RandomProgram {
    /// The modules that others import: their paths below the root of the search, and their texts.
    pub imports: Vec<(String, String)>,
    /// The text of the top module.
    pub top: String,
}

impl RandomProgram {
    /// The text of the top module with `import` in the place of `use`, which libxls cannot convert. It means the same, and
    /// everything else is on the same line and column.
    pub fn top_without_use(&self) -> String {
        uses::without_use(&self.top)
    }
}

impl fmt::Display for RandomProgram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (path, text) in &self.imports {
            write!(f, "// {path}\n{text}\n")?;
        }
        f.write_str(&self.top)
    }
}

/// Program `number` of a run.
pub fn program(seed: u64, number: u64) -> RandomProgram {
    let mut generator = Generator::new(Random::new(seed, number));
    let count = generator.random.pick(generator.size.imports);
    let imports = (0..count).map(|module| generator.imported(module)).collect();
    generator.top(count);
    RandomProgram { imports, top: generator.text }
}

/// A program in the making.
struct Generator {
    random: Random,
    size: &'static Size,
    /// The module in the making: its number, its imports, its text.
    module: usize,
    imports: Vec<Import>,
    text: String,
    /// The paths of all modules, such as `folder.m0`.
    paths: Vec<String>,
    structs: Vec<Struct>,
    enums: Vec<Enum>,
    aliases: Vec<Alias>,
    constants: Vec<Constant>,
    widths: Vec<Width>,
    functions: Vec<Function>,
    /// Names in scope with their types; a later name hides an earlier one.
    scope: Vec<(String, Ty)>,
    /// Number of names so far.
    names: u32,
    /// Expressions that may still be made in the function.
    budget: u32,
    /// Whether the function may assert and trace.
    effects: bool,
    /// Whether this is within `unroll_for!`: there libxls loses parentheses in the labels of `assert_eq` and `assert_lt`.
    unrolled: bool,
    /// Whether the program may have what libxls fails on more often than not.
    daring: bool,
}

impl Generator {
    fn new(mut random: Random) -> Self {
        let daring = random.one_in(16);
        let size = Size::random(&mut random);
        Generator {
            daring,
            random,
            size,
            module: 0,
            imports: Vec::new(),
            text: String::new(),
            paths: Vec::new(),
            structs: Vec::new(),
            enums: Vec::new(),
            aliases: Vec::new(),
            constants: Vec::new(),
            widths: Vec::new(),
            functions: Vec::new(),
            scope: Vec::new(),
            names: 0,
            budget: 0,
            effects: false,
            unrolled: false,
        }
    }

    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// An item of this module, which others may see if it is public.
    fn place(&mut self) -> Place {
        Place { module: self.module, public: self.random.one_in(2) }
    }

    /// A name that is not in use.
    fn name(&mut self) -> String {
        self.names += 1;
        let tick = if self.random.one_in(20) { "'" } else { "" };
        format!("v{}{tick}", self.names)
    }

    /// The names that are not hidden, with their types, and the constants that can be seen.
    fn known(&mut self) -> Vec<(String, Ty)> {
        let names = self.scope.iter().enumerate();
        let mut known: Vec<(String, Ty)> = names
            .filter(|(i, (name, _))| self.scope[i + 1..].iter().all(|(later, _)| later != name))
            .map(|(_, entry)| entry.clone())
            .collect();
        let constants: Vec<(Place, String, Ty)> =
            self.constants.iter().map(|c| (c.place, c.name.clone(), c.ty.clone())).collect();
        for (place, name, ty) in constants {
            if self.sees(place) {
                known.push((self.path(place, &name), ty));
            }
        }
        known
    }

    /// An expression of a type; `depth` is how deep it may nest.
    fn expr(&mut self, ty: &Ty, depth: u32) -> String {
        if depth == 0 || self.budget == 0 {
            return self.leaf(ty);
        }
        self.budget -= 1;
        // Forms that give any type come first.
        let made = match self.random.below(18) {
            0 => Some(self.conditional(ty, depth - 1)),
            1 => Some(self.matching(ty, depth - 1)),
            2 | 16 => self.call(ty, depth - 1),
            3 => Some(self.looping(ty, depth - 1)),
            4 => Some(format!("({})", self.block(ty, depth - 1))),
            5 => self.part(ty, depth - 1),
            6 if self.random.one_in(3) => {
                Some(format!("gate!({}, {})", self.condition(depth - 1), self.expr(ty, depth - 1)))
            }
            7 if self.effects && self.random.one_in(2) => {
                self.names += 1;
                let label = format!("l{}", self.names);
                Some(format!("fail!(\"{label}\", {})", self.expr(ty, depth - 1)))
            }
            8 => self.of_structure(ty, depth - 1),
            9 if self.effects && self.random.one_in(3) => Some(format!("trace!({})", self.expr(ty, depth - 1))),
            11 | 12 if matches!(ty, Ty::Struct(_)) => self.of_structure(ty, depth - 1),
            10 if self.daring => Some(self.constant_choice(ty, depth - 1)),
            _ => None,
        };
        made.unwrap_or_else(|| match ty {
            Ty::Bits { .. } => self.bits(ty, depth),
            Ty::Enum(_) | Ty::Struct(_) | Ty::Tuple(_) | Ty::Array(..) => self.aggregate(ty, depth),
        })
    }

    /// A name, a constant or a literal.
    fn leaf(&mut self, ty: &Ty) -> String {
        let names: Vec<String> = self.known().into_iter().filter(|(_, t)| t == ty).map(|(name, _)| name).collect();
        if !names.is_empty() && !self.random.one_in(4) {
            return self.one_of(&names);
        }
        self.literal(ty)
    }

    /// One of `items`, which is not empty.
    fn one_of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.random.below(items.len())].clone()
    }

    /// A condition.
    fn condition(&mut self, depth: u32) -> String {
        self.expr(&Ty::bool(), depth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_depend_on_seed_and_number_alone() {
        assert_eq!(program(1, 2), program(1, 2));
        assert_ne!(program(1, 2), program(1, 3));
        assert_ne!(program(1, 2), program(2, 2));
        assert!(program(1, 2).top.contains("fn f0("));
    }
}
