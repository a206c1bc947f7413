//! Modules as a whole.

use std::fmt::Write;

use super::item::Function;
use super::place::Place;
use super::{uses, Generator};

/// A proc: it is no obstacle for the functions beside it.
const PROC: &str = "\
proc Doubler {
    requests: chan<u8> in;
    results: chan<u8> out;

    config(requests: chan<u8> in, results: chan<u8> out) { (requests, results) }
    init { u8:0 }
    next(count: u8) {
        let (tok, x) = recv(join(), requests);
        send(tok, results, x + count);
        count + u8:1
    }
}
";

impl Generator {
    /// Module `number`, which others import: its path and its text.
    pub(super) fn imported(&mut self, number: usize) -> (String, String) {
        let folder = self.random.pick(&["", "", "part/", "part/of/"]);
        let path = format!("{folder}m{number}");
        self.begin(number, false);
        self.import(false);
        let functions = self.random.between(1, self.size.imported_functions);
        self.items(functions);
        self.paths.push(path.replace('/', "."));
        (format!("{path}.x"), std::mem::take(&mut self.text))
    }

    /// The top module, which has so many modules to import.
    pub(super) fn top(&mut self, count: usize) {
        let uses = self.random.one_in(4);
        self.begin(count, uses);
        match uses {
            true => self.use_all(),
            false => self.import(true),
        }
        let functions = self.random.between(self.size.functions.0, self.size.functions.1);
        self.items(functions);
        for _ in 0..self.random.below(2) {
            self.add_quickcheck();
        }
        for _ in 0..self.random.below(2) {
            self.add_test();
        }
        if self.random.one_in(10) {
            self.text.push_str(PROC);
        }
    }

    /// The first lines of a module; `uses`: it has `use` and no `import`.
    fn begin(&mut self, number: usize, uses: bool) {
        (self.module, self.text) = (number, String::new());
        self.imports.clear();
        if self.random.one_in(4) {
            self.line("// A module.");
        }
        if self.random.one_in(3) {
            self.line("#![allow(nonstandard_constant_naming)]");
        }
        self.line("#![feature(generics)]");
        if uses {
            self.line(uses::FEATURE);
        }
        if self.random.one_in(10) {
            self.line(if uses { "use std;" } else { "import std;" });
        }
    }

    /// The items of a module.
    fn items(&mut self, functions: usize) {
        let first = self.structs.len();
        for _ in 0..self.random.below(2) {
            self.add_width();
        }
        for _ in 0..self.random.below(3) {
            self.add_enum();
        }
        for _ in 0..self.random.below(3) {
            self.add_struct();
        }
        if self.random.one_in(2) {
            self.add_parametric_struct();
        }
        for _ in 0..self.random.below(3) {
            self.add_alias();
        }
        for _ in 0..self.random.below(4) {
            self.add_constant();
        }
        self.add_templates();
        for number in first..self.structs.len() {
            if self.structs[number].arguments.is_empty() && !self.random.one_in(3) {
                self.add_impl(number);
            }
        }
        for _ in 0..functions {
            self.add_function();
        }
        if self.random.one_in(2) {
            self.add_procedure();
        }
        if self.random.one_in(6) {
            let (left, right) = (self.random.below(9), self.random.below(9));
            self.line(&format!("const_assert!(u32:{left} + u32:{right} == u32:{});", left + right));
        }
    }

    /// The parameters `p0`, `p1` ..., which are then all that is in scope.
    fn parameters(&mut self, count: usize, depth: u32) -> (Vec<super::Ty>, String) {
        let params: Vec<super::Ty> = (0..count).map(|_| self.any_type(depth)).collect();
        let mut shown = Vec::new();
        for (i, ty) in params.iter().enumerate() {
            shown.push(format!("p{i}: {}", self.show(ty)));
        }
        self.scope = params.iter().enumerate().map(|(i, ty)| (format!("p{i}"), ty.clone())).collect();
        (params, shown.join(", "))
    }

    fn add_function(&mut self) {
        let name = format!("f{}", self.functions.len());
        let count = self.random.below(5);
        let (params, shown) = self.parameters(count, 2);
        let result = self.any_type(2);
        self.budget = self.size.expressions;
        self.effects = self.random.one_in(3);
        let body = self.block(&result, self.size.depth);
        let place = self.place();
        let result_shown = self.show(&result);
        if self.random.one_in(4) {
            self.line(&format!("// `{name}` documented.\n//\n// Again."));
        }
        self.line(&format!("{}fn {name}({shown}) -> {result_shown} {body}", Self::visibility(place)));
        self.functions.push(Function { place, name, params, result: Some(result) });
    }

    /// A function that gives nothing.
    fn add_procedure(&mut self) {
        let name = format!("f{}", self.functions.len());
        let (params, shown) = self.parameters(2, 1);
        self.budget = 20;
        self.effects = true;
        let mut body = String::from("{ ");
        for _ in 0..self.random.between(1, 2) {
            body.push_str(&self.effect(2));
        }
        body.push('}');
        let place = self.place();
        let result = self.random.pick(&["", " -> ()"]);
        self.line(&format!("{}fn {name}({shown}){result} {body}", Self::visibility(place)));
        self.functions.push(Function { place, name, params, result: None });
    }

    fn add_quickcheck(&mut self) {
        self.names += 1;
        let name = format!("q{}", self.names);
        let (_, shown) = self.parameters(2, 1);
        self.budget = 20;
        self.effects = false;
        let body = self.block(&super::Ty::bool(), 2);
        let attribute = self.random.pick(&["quickcheck", "quickcheck(test_count=50)"]);
        self.line(&format!("#[{attribute}]\nfn {name}({shown}) -> bool {body}"));
    }

    /// A test that passes, unless what it calls fails, and a function for tests alone.
    fn add_test(&mut self) {
        self.names += 1;
        let number = self.names;
        self.scope.clear();
        self.budget = 20;
        self.effects = false;
        let ty = self.any_type(1);
        let (value, shown) = (self.expr(&ty, 3), self.show(&ty));
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "#[cfg(test)]\nfn c{number}(x: {shown}) -> {shown} {{ x }}");
        let _ =
            writeln!(self.text, "#[test]\nfn t{number}() {{ let y: {shown} = {value}; assert_eq(c{number}(y), y); }}");
    }

    /// Items that every module has: public, and with the same names.
    pub(super) fn template(&self, module: usize) -> Place {
        Place { module, public: true }
    }
}
