//! Expressions that are tuples, arrays, structures or enumerations, and parts of these.

use super::types::{letter, Ty};
use super::Generator;

impl Generator {
    /// An aggregate of type `ty`, which nests at least once.
    pub(super) fn aggregate(&mut self, ty: &Ty, depth: u32) -> String {
        let depth = depth - 1;
        match ty {
            Ty::Tuple(elements) => {
                let values: Vec<String> = elements.iter().map(|ty| self.expr(ty, depth)).collect();
                format!("({}{})", values.join(", "), if values.len() == 1 { "," } else { "" })
            }
            &Ty::Struct(number) => self.structure(number, depth),
            &Ty::Enum(number) => match self.random.below(8) {
                4 => self.configured(ty),
                0..=3 => {
                    let width = self.enums[number].width;
                    let from = Ty::unsigned(if self.random.one_in(3) { width + 3 } else { width });
                    format!("({} as {})", self.expr(&from, depth), self.enum_name(number))
                }
                _ => self.leaf(ty),
            },
            Ty::Array(element, len) => self.array(ty, element, *len, depth),
            Ty::Bits { .. } => self.leaf(ty),
        }
    }

    fn structure(&mut self, number: usize, depth: u32) -> String {
        let fields = self.structs[number].fields.clone();
        let mut order: Vec<usize> = (0..fields.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let has_parametrics = !self.structs[number].arguments.is_empty();
        let updates = fields.len() > 1 && self.random.one_in(3);
        let given = if updates { self.random.between(1, fields.len() - 1) } else { fields.len() };
        // The fields can say what the parametrics are, if all of them are there with their types.
        let arguments = updates || !has_parametrics || !self.random.one_in(3);
        if !updates && self.random.one_in(4) {
            return self.structure_of_names(number, &fields, &order, depth);
        }
        let mut values = Vec::new();
        for &field in &order[..given] {
            let ty = &fields[field];
            let value = if arguments { self.given(ty, depth) } else { self.expr(ty, depth) };
            values.push(format!("{}: {value}", letter(field)));
        }
        if updates {
            values.push(format!("..{}", self.expr(&Ty::Struct(number), depth)));
        }
        format!("{} {{ {} }}", self.struct_name(number, arguments), values.join(", "))
    }

    /// A structure whose fields have the names of what they are given.
    fn structure_of_names(&mut self, number: usize, fields: &[Ty], order: &[usize], depth: u32) -> String {
        let mut text = String::from("({ ");
        let values: Vec<String> = fields.iter().map(|ty| self.expr(ty, depth)).collect();
        // The names of fields are not otherwise names of values.
        for (i, value) in values.iter().enumerate() {
            text.push_str(&format!("let {} = {value}; ", letter(i)));
        }
        let names: Vec<String> = order.iter().map(|&field| letter(field).to_string()).collect();
        text.push_str(&format!("{} {{ {} }} }})", self.struct_name(number, true), names.join(", ")));
        text
    }

    fn array(&mut self, ty: &Ty, element: &Ty, len: u32, depth: u32) -> String {
        match self.random.below(14) {
            // Its text in labels is another with libxls, which rewrites it.
            7 if !self.effects => self.lambda(element, len, depth),
            8 if len > 1 => {
                let mut values: Vec<String> =
                    (0..self.random.between(1, len as usize - 1)).map(|_| self.expr(element, depth)).collect();
                values.push("...".to_owned());
                // `...` needs the type of the array.
                let name = self.name();
                format!("({{ let {name}: {} = [{}]; {name} }})", self.show(ty), values.join(", "))
            }
            0 => {
                let index = self.index(depth);
                format!("update({}, {index}, {})", self.expr(ty, depth), self.expr(element, depth))
            }
            1 => format!("array_rev({})", self.expr(ty, depth)),
            2 if len > 1 => {
                let left = self.random.between(1, len as usize - 1) as u32;
                let (a, b) = (Ty::array(element.clone(), left), Ty::array(element.clone(), len - left));
                format!("({} ++ {})", self.expr(&a, depth), self.expr(&b, depth))
            }
            3 => {
                let from = Ty::array(element.clone(), len + self.random.below(3) as u32);
                let start = self.random.pick(&[2, 8, 32]);
                let start = self.expr(&Ty::unsigned(start), depth);
                format!("array_slice({}, {start}, {})", self.expr(&from, depth), self.literal(ty))
            }
            4 => match element {
                &Ty::Bits { signed: false, width } => {
                    let from = Ty::unsigned(width * len);
                    format!("({} as {})", self.expr(&from, depth), self.show(ty))
                }
                _ => self.leaf(ty),
            },
            5 | 9 => self.mapped(ty, element, len, depth),
            10 => match element {
                Ty::Tuple(parts) if parts.len() == 2 => {
                    if parts[0] == Ty::unsigned(32) {
                        let from = Ty::array(parts[1].clone(), len);
                        return format!("enumerate({})", self.expr(&from, depth));
                    }
                    let (a, b) = (Ty::array(parts[0].clone(), len), Ty::array(parts[1].clone(), len));
                    format!("zip({}, {})", self.expr(&a, depth), self.expr(&b, depth))
                }
                _ => self.leaf(ty),
            },
            11 => match element {
                Ty::Array(inner, _) => {
                    let (i, j) = (self.index(depth), self.index(depth));
                    format!("update({}, ({i}, {j}), {})", self.expr(ty, depth), self.expr(inner, depth))
                }
                &Ty::Bits { signed: false, width: width @ (3 | 8 | 32) } => {
                    let low = self.random.below(4) as u32;
                    match self.random.one_in(2) {
                        true => format!("(u{width}:{low}..u{width}:{})", low + len),
                        false => format!("(u{width}:{low}..=u{width}:{})", low + len - 1),
                    }
                }
                _ => self.leaf(ty),
            },
            12 => self.filled(ty, element, len, depth),
            _ => {
                let values: Vec<String> = (0..len).map(|_| self.expr(element, depth)).collect();
                format!("[{}]", values.join(", "))
            }
        }
    }

    /// A number that an array is indexed with.
    pub(super) fn index(&mut self, depth: u32) -> String {
        let ty = Ty::unsigned(self.random.pick(&[1, 2, 3, 8, 32, 64, 65]));
        // Both front ends refuse what they see to be past the end; mostly they do not see what the number is.
        match (self.random.below(4), self.run_time_number()) {
            (0, _) => self.expr(&ty, depth),
            (1, _) | (_, None) => "u32:0".to_owned(),
            (_, Some(name)) => format!("({name} as {})", self.show(&ty)),
        }
    }

    /// `map` of a function of a module.
    fn mapped(&mut self, ty: &Ty, element: &Ty, len: u32, depth: u32) -> String {
        if let (&Ty::Bits { signed: false, .. }, true) = (element, self.random.one_in(2)) {
            let module = self.random_module();
            let place = self.template(module);
            let name = self.random.pick(&["fold", "kind", "clz", "ctz"]);
            let callee = if name.ends_with('z') { name.to_owned() } else { self.path(place, name) };
            return format!("map({}, {callee})", self.expr(ty, depth));
        }
        let known = self.functions.iter().filter(|function| {
            function.params.len() == 1
                && function.result.as_ref() == Some(element)
                && self.sees(function.place)
                && self.can_make(&function.params[0])
        });
        let known: Vec<_> = known.map(|f| (f.place, f.name.clone(), f.params[0].clone())).collect();
        if known.is_empty() {
            return self.leaf(ty);
        }
        let (place, name, param) = self.one_of(&known);
        let callee = self.path(place, &name);
        format!("map({}, {callee})", self.expr(&Ty::array(param, len), depth))
    }

    /// A part of something in scope that has the type `ty`, or a part of a part.
    pub(super) fn part(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut arrays: Vec<String> = Vec::new();
        let mut wholes: Vec<(String, Ty, u32)> = self.known().into_iter().map(|(name, ty)| (name, ty, 0)).collect();
        while let Some((name, whole, level)) = wholes.pop() {
            let below: Vec<(String, Ty)> = match &whole {
                Ty::Tuple(elements) => {
                    elements.iter().enumerate().map(|(i, ty)| (format!("{name}.{i}"), ty.clone())).collect()
                }
                &Ty::Struct(number) => {
                    let fields = self.structs[number].fields.iter().enumerate();
                    fields.map(|(i, ty)| (format!("{name}.{}", letter(i)), ty.clone())).collect()
                }
                Ty::Array(element, _) => {
                    if **element == *ty {
                        arrays.push(name);
                    }
                    continue;
                }
                Ty::Bits { .. } | Ty::Enum(_) => continue,
            };
            for (path, found) in below {
                if found == *ty {
                    parts.push(path.clone());
                }
                // `x.0.1` is a number to the lexer.
                if level == 0 && !path.ends_with(|c: char| c.is_ascii_digit()) {
                    wholes.push((path, found, level + 1));
                }
            }
        }
        let total = parts.len() + arrays.len();
        if total == 0 {
            return None;
        }
        let chosen = self.random.below(total);
        if let Some(part) = parts.get(chosen) {
            return Some(part.clone());
        }
        let index = self.index(depth);
        Some(format!("{}[{index}]", arrays[chosen - parts.len()]))
    }
}
