//! Calls: of functions, of methods, of lambdas.

use super::types::Ty;
use super::Generator;

impl Generator {
    /// A call of a function that gives `ty`.
    pub(super) fn call(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let known: Vec<usize> =
            self.callable().into_iter().filter(|&i| self.functions[i].result.as_ref() == Some(ty)).collect();
        if known.is_empty() {
            return None;
        }
        let chosen = self.random.pick(&known);
        Some(self.call_of(chosen, depth))
    }

    /// The functions that can be named and given arguments here.
    pub(super) fn callable(&self) -> Vec<usize> {
        let can_call = |&i: &usize| {
            let function = &self.functions[i];
            self.sees(function.place) && function.params.iter().all(|ty| self.can_make(ty))
        };
        (0..self.functions.len()).filter(can_call).collect()
    }

    pub(super) fn call_of(&mut self, function: usize, depth: u32) -> String {
        let (place, name) = (self.functions[function].place, self.functions[function].name.clone());
        let params = self.functions[function].params.clone();
        let arguments: Vec<String> = params.iter().map(|ty| self.given(ty, depth)).collect();
        format!("{}({})", self.path(place, &name), arguments.join(", "))
    }

    /// The `impl` of a structure: a method, a function that makes one, and a constant.
    pub(super) fn add_impl(&mut self, number: usize) {
        let (param, result) = (self.any_type(1), self.any_type(1));
        self.scope = vec![("self".to_owned(), Ty::Struct(number)), ("p0".to_owned(), param.clone())];
        self.budget = 20;
        let body = self.block(&result, 2);
        let constant = self.bits_type();
        let value = self.literal(&constant);
        let (shown, given) = (self.show(&result), self.show(&param));
        let name = self.structs[number].name.clone();
        let of_new = self.any_type(1);
        self.scope = vec![("p0".to_owned(), of_new.clone())];
        self.budget = 10;
        let made = self.block(&Ty::Struct(number), 2);
        let of_new_shown = self.show(&of_new);
        let (itself, public) = (self.random.pick(&["Self", &name]).to_owned(), self.random.pick(&["", "pub "]));
        self.line(&format!(
            "impl {name} {{\n    const C = {value};\n    {public}fn new(p0: {of_new_shown}) -> {itself} {made}\n    \
             fn m(self, p0: {given}) -> {shown} {body}\n}}"
        ));
        self.scope.clear();
        let structure = &mut self.structs[number];
        structure.method = Some((param, result));
        structure.new = Some(vec![of_new]);
        structure.constant = Some(constant);
    }

    /// A call of a method or of a function of a structure, or a constant of one, that gives `ty`.
    pub(super) fn of_structure(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        if let Some(call) = self.over_instances(ty, depth) {
            return Some(call);
        }
        if let &Ty::Struct(number) = ty {
            if let (Some(params), true) = (self.structs[number].new.clone(), self.random.one_in(2)) {
                let arguments: Vec<String> = params
                    .iter()
                    .map(|ty| if self.can_make(ty) { self.expr(ty, depth) } else { String::new() })
                    .collect();
                if arguments.iter().all(|argument| !argument.is_empty()) {
                    return Some(format!("{}::new({})", self.struct_name(number, true), arguments.join(", ")));
                }
            }
        }
        let constants = self.structs.iter().enumerate();
        // libxls does not read `m::P<u32:4>::C`.
        let constants = constants.filter(|(_, s)| {
            let readable = s.arguments.is_empty() || s.place.module == self.module;
            s.constant.as_ref() == Some(ty) && self.sees(s.place) && readable
        });
        let constants: Vec<usize> = constants.map(|(i, _)| i).collect();
        if !constants.is_empty() && self.random.one_in(3) {
            let chosen = self.random.pick(&constants);
            return Some(format!("{}::C", self.struct_name(chosen, true)));
        }
        // libxls knows the methods of names only.
        let mut callees: Vec<(String, Ty)> = Vec::new();
        let names: Vec<(String, Ty)> =
            self.known().into_iter().filter(|(name, _)| !name.contains("::") && name != "self").collect();
        for (name, known) in names {
            if let Ty::Struct(number) = known {
                if let Some((param, result)) = &self.structs[number].method {
                    if result == ty && self.can_make(param) {
                        callees.push((name, param.clone()));
                    }
                }
            }
        }
        if callees.is_empty() {
            return None;
        }
        let (name, param) = self.one_of(&callees);
        Some(format!("{name}.m({})", self.expr(&param, depth)))
    }

    /// `map` of a lambda: an array of `len` elements of type `element`.
    pub(super) fn lambda(&mut self, element: &Ty, len: u32, depth: u32) -> String {
        let from = self.bits_type();
        let array = self.expr(&Ty::array(from.clone(), len), depth);
        let name = self.name();
        // Lambdas may not assert or trace here: libxls has no token for them.
        let (effects, outer) = (std::mem::take(&mut self.effects), self.scope.len());
        self.scope.push((name.clone(), from.clone()));
        let body = self.expr(element, depth.min(1));
        self.scope.truncate(outer);
        self.effects = effects;
        let (param, result) = (self.show(&from), self.show(element));
        match self.random.below(3) {
            0 => format!("map({array}, |{name}| {{ {body} }})"),
            1 => format!("map({array}, |{name}: {param}| {{ {body} }})"),
            _ => format!("map({array}, |{name}: {param}| -> {result} {{ {body} }})"),
        }
    }
}
