//! Methods, lambdas, and functions with parametrics that are written.

use super::types::Ty;
use super::Generator;

impl Generator {
    /// The `impl` of a structure: a method and a constant.
    pub(super) fn add_impl(&mut self, number: usize) {
        let (param, result) = (self.any_type(1), self.any_type(1));
        self.scope = vec![("self".to_owned(), Ty::Struct(number)), ("p0".to_owned(), param.clone())];
        self.budget = 20;
        let body = self.block(&result, 2);
        let constant = self.bits_type();
        let value = self.literal(&constant);
        let (shown, given) = (self.show(&result), self.show(&param));
        self.line(&format!(
            "impl S{number} {{\n    const C = {value};\n    fn m(self, p0: {given}) -> {shown} {body}\n}}"
        ));
        self.scope.clear();
        self.structs[number].method = Some((param, result));
        self.structs[number].constant = Some(constant);
    }

    /// A call of a method, or a constant of a structure, that gives `ty`.
    pub(super) fn of_structure(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let constants = self.structs.iter().enumerate().filter(|(_, s)| s.constant.as_ref() == Some(ty));
        let constants: Vec<usize> = constants.map(|(i, _)| i).collect();
        if !constants.is_empty() && self.random.one_in(3) {
            return Some(format!("S{}::C", self.random.pick(&constants)));
        }
        // libxls knows the methods of names only.
        let mut callees: Vec<(String, Ty)> = Vec::new();
        for (name, known) in &self.scope {
            if let Ty::Struct(number) = known {
                if let Some((param, result)) = &self.structs[*number].method {
                    if result == ty && name != "self" {
                        callees.push((name.clone(), param.clone()));
                    }
                }
            }
        }
        if callees.is_empty() {
            return None;
        }
        let at = self.random.below(callees.len());
        let (name, param) = callees[at].clone();
        Some(format!("{name}.m({})", self.expr(&param, depth)))
    }

    /// `map` of a lambda: an array of `len` elements of type `element`.
    pub(super) fn lambda(&mut self, element: &Ty, len: u32, depth: u32) -> String {
        let from = self.bits_type();
        let array = self.expr(&Ty::Array(Box::new(from.clone()), len), depth);
        let name = self.name();
        // Lambdas may not assert or trace here: libxls has no token for them.
        let (effects, outer) = (std::mem::take(&mut self.effects), self.scope.len());
        self.scope.push((name.clone(), from.clone()));
        let body = self.expr(element, depth.min(1));
        self.scope.truncate(outer);
        self.effects = effects;
        format!("map({array}, |{name}: {}| -> {} {{ {body} }})", self.show(&from), self.show(element))
    }
}
