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
            Ty::Struct(number) => {
                let fields = self.structs[*number].fields.clone();
                let mut order: Vec<usize> = (0..fields.len()).collect();
                for i in (1..order.len()).rev() {
                    order.swap(i, self.random.below(i + 1));
                }
                let updates = fields.len() > 1 && self.random.one_in(3);
                let given = if updates { self.random.between(1, fields.len() - 1) } else { fields.len() };
                let mut values: Vec<String> = order[..given]
                    .iter()
                    .map(|&field| format!("{}: {}", letter(field), self.given(&fields[field], depth)))
                    .collect();
                if updates {
                    values.push(format!("..{}", self.expr(ty, depth)));
                }
                format!("S{number} {{ {} }}", values.join(", "))
            }
            Ty::Enum(number) => match self.random.below(2) {
                0 => {
                    let width = self.enums[*number].width;
                    let from = Ty::unsigned(if self.random.one_in(3) { width + 3 } else { width });
                    format!("({} as E{number})", self.expr(&from, depth))
                }
                _ => self.leaf(ty),
            },
            Ty::Array(element, len) => self.array(ty, element, *len, depth),
            Ty::Bits { .. } => self.leaf(ty),
        }
    }

    fn array(&mut self, ty: &Ty, element: &Ty, len: u32, depth: u32) -> String {
        match self.random.below(9) {
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
                let index = self.random.pick(&[1, 2, 3, 8, 32, 64, 65]);
                let index = self.expr(&Ty::unsigned(index), depth);
                format!("update({}, {index}, {})", self.expr(ty, depth), self.expr(element, depth))
            }
            1 => format!("array_rev({})", self.expr(ty, depth)),
            2 if len > 1 => {
                let left = self.random.between(1, len as usize - 1) as u32;
                let (a, b) =
                    (Ty::Array(Box::new(element.clone()), left), Ty::Array(Box::new(element.clone()), len - left));
                format!("({} ++ {})", self.expr(&a, depth), self.expr(&b, depth))
            }
            3 => {
                let from = Ty::Array(Box::new(element.clone()), len + self.random.below(3) as u32);
                let start = self.random.pick(&[2, 8, 32]);
                let start = self.expr(&Ty::unsigned(start), depth);
                format!("array_slice({}, {start}, {})", self.expr(&from, depth), self.literal(ty))
            }
            4 => match (element, len) {
                (&Ty::Bits { signed: false, width }, _) => {
                    let from = Ty::unsigned(width * len);
                    format!("({} as {})", self.expr(&from, depth), self.show(ty))
                }
                _ => self.leaf(ty),
            },
            5 => {
                let one = |params: &[Ty]| params.len() == 1;
                let known: Vec<(String, Ty)> = self
                    .functions
                    .iter()
                    .filter(|function| one(&function.params) && function.result == *element)
                    .map(|function| (function.name.clone(), function.params[0].clone()))
                    .collect();
                // A function with effects may be called by one with effects only; which ones have them is not known here.
                if known.is_empty() {
                    return self.leaf(ty);
                }
                let at = self.random.below(known.len());
                let (name, param) = known[at].clone();
                let from = Ty::Array(Box::new(param), len);
                format!("map({}, {name})", self.expr(&from, depth))
            }
            _ => {
                let values: Vec<String> = (0..len).map(|_| self.expr(element, depth)).collect();
                format!("[{}]", values.join(", "))
            }
        }
    }

    /// A part of something in scope that has the type `ty`.
    pub(super) fn part(&mut self, ty: &Ty, depth: u32) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut arrays: Vec<String> = Vec::new();
        for (name, whole) in self.scope.iter().chain(&self.constants) {
            match whole {
                Ty::Tuple(elements) => {
                    parts.extend(
                        elements.iter().enumerate().filter(|(_, e)| *e == ty).map(|(i, _)| format!("{name}.{i}")),
                    );
                }
                Ty::Struct(number) => {
                    let fields = self.structs[*number].fields.iter().enumerate();
                    parts.extend(fields.filter(|(_, e)| *e == ty).map(|(i, _)| format!("{name}.{}", letter(i))));
                }
                Ty::Array(element, _) if **element == *ty => arrays.push(name.clone()),
                Ty::Array(..) | Ty::Bits { .. } | Ty::Enum(_) => {}
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
        let index = self.random.pick(&[1, 2, 3, 8, 32, 64, 65]);
        let index = self.expr(&Ty::unsigned(index), depth);
        Some(format!("{}[{index}]", arrays[chosen - parts.len()]))
    }
}
