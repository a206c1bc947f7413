//! Expressions that are numbers.

use super::types::Ty;
use super::Generator;

impl Generator {
    /// A number of type `ty`, which nests at least once.
    pub(super) fn bits(&mut self, ty: &Ty, depth: u32) -> String {
        let &Ty::Bits { signed, width } = ty else { return self.leaf(ty) };
        let depth = depth - 1;
        if width == 1 && !signed && self.random.one_in(2) {
            return self.truth(depth);
        }
        match self.random.below(14) {
            0..=2 => {
                let op = self.random.pick(&["+", "-", "*", "&", "|", "^", "+", "-"]);
                format!("({} {op} {})", self.expr(ty, depth), self.given(ty, depth))
            }
            3 => {
                let op = self.random.pick(&["/", "%"]);
                format!("({} {op} {})", self.expr(ty, depth), self.expr(ty, depth))
            }
            4 => {
                let op = self.random.pick(&["<<", ">>"]);
                let amount = self.amount(width);
                format!("({} {op} {amount})", self.expr(ty, depth))
            }
            5 => format!("({}{})", self.random.pick(&["-", "!"]), self.expr(ty, depth)),
            6 | 7 => self.cast(ty, depth),
            12 => self.chain(ty),
            13 => self.product(ty, depth),
            _ if signed => match self.random.below(4) {
                0 => {
                    let from = self.bits_type();
                    format!("signex({}, {})", self.expr(&from, depth), self.literal(ty))
                }
                1 => self.parametric(ty, depth),
                2 => self.slice(ty, depth),
                _ => self.cast(ty, depth),
            },
            8 => self.slice(ty, depth),
            9 if width > 1 => {
                let left = self.random.between(1, width as usize - 1) as u32;
                let (a, b) = (Ty::unsigned(left), Ty::unsigned(width - left));
                format!("({} ++ {})", self.expr(&a, depth), self.expr(&b, depth))
            }
            10 => self.parametric(ty, depth),
            _ => self.builtin(ty, width, depth),
        }
    }

    /// By how much a number of `width` bits is shifted. libxls refuses known amounts above the width.
    fn amount(&mut self, width: u32) -> String {
        match self.run_time_number() {
            Some(name) if !self.random.one_in(3) => {
                let ty = Ty::unsigned(self.random.pick(&[1, 3, 8, 32, 64, 70]));
                format!("({name} as {})", self.show(&ty))
            }
            _ => format!("u32:{}", self.random.below(width as usize + 1)),
        }
    }

    /// A parameter that is a number.
    pub(super) fn run_time_number(&mut self) -> Option<String> {
        let numbers = self.scope.iter().filter(|(name, ty)| name.starts_with('p') && matches!(ty, Ty::Bits { .. }));
        let names: Vec<String> = numbers.map(|(name, _)| name.clone()).collect();
        (!names.is_empty()).then(|| self.one_of(&names))
    }

    /// A `bool`.
    fn truth(&mut self, depth: u32) -> String {
        match self.random.below(6) {
            5 => self.chain_of_comparisons(),
            0 | 1 => {
                let ty = self.bits_type();
                let op = self.random.pick(&["<", "<=", ">", ">="]);
                format!("({} {op} {})", self.expr(&ty, depth), self.given(&ty, depth))
            }
            2 => {
                let ty = self.any_type(1);
                let op = self.random.pick(&["==", "!="]);
                format!("({} {op} {})", self.expr(&ty, depth), self.expr(&ty, depth))
            }
            3 => {
                let op = self.random.pick(&["&&", "||"]);
                format!("({} {op} {})", self.condition(depth), self.condition(depth))
            }
            _ => {
                let name = self.random.pick(&["and_reduce", "or_reduce", "xor_reduce"]);
                let width = self.random.pick(&[1, 3, 8, 33, 65]);
                format!("{name}({})", self.expr(&Ty::unsigned(width), depth))
            }
        }
    }

    fn cast(&mut self, ty: &Ty, depth: u32) -> String {
        let &Ty::Bits { width, .. } = ty else { return self.leaf(ty) };
        let to = self.show(ty);
        match (self.random.below(8), self.enum_type()) {
            (0 | 1, Some(from)) => return format!("({} as {to})", self.expr(&from, depth)),
            (2, _) if width % 3 == 0 => {
                let from = Ty::array(Ty::unsigned(width / 3), 3);
                let plain = self.show(&Ty::unsigned(width));
                return format!("(({} as {plain}) as {to})", self.expr(&from, depth));
            }
            (3, _) => {
                // Casts that cannot lose anything.
                let signed = matches!(ty, Ty::Bits { signed: true, .. });
                let from = Ty::Bits { signed, width: self.random.between(1, width as usize) as u32 };
                let name = self.random.pick(&["widening_cast", "checked_cast"]);
                return format!("{name}<{to}>({})", self.expr(&from, depth));
            }
            _ => {}
        }
        let from = self.bits_type();
        format!("({} as {to})", self.expr(&from, depth))
    }

    /// A product of two numbers, from its parts.
    fn product(&mut self, ty: &Ty, depth: u32) -> String {
        let &Ty::Bits { signed, .. } = ty else { return self.leaf(ty) };
        let (a, b) = (self.name(), self.name());
        let (x, y) = (self.expr(ty, depth), self.expr(ty, depth));
        if signed {
            return format!("({{ let ({a}, {b}) = smulp({x}, {y}); ({a} + {b}) as {} }})", self.show(ty));
        }
        format!("({{ let ({a}, {b}) = umulp({x}, {y}); {a} + {b} }})")
    }

    /// Some bits of a wider number.
    fn slice(&mut self, ty: &Ty, depth: u32) -> String {
        let &Ty::Bits { signed, width } = ty else { return self.leaf(ty) };
        let wide = width + self.random.below(20) as u32;
        let operand = self.expr(&Ty::unsigned(wide), depth);
        match self.random.below(5) {
            0 => {
                // libxls does not see calls within the start.
                let index = self.random.pick(&[1, 4, 32, 66]);
                let start = self.leaf(&Ty::unsigned(index));
                format!("({operand})[{start} +: {}]", self.show(ty))
            }
            _ if signed => format!("({operand})[u32:{} +: {}]", self.random.below(20), self.show(ty)),
            1 if wide > width => format!("({operand})[-{width}:]"),
            2 if wide > width => format!("({operand})[:-{}]", wide - width),
            3 if wide > width => {
                let low = self.random.between(1, (wide - width) as usize) as u32 + width;
                // From so many bits below the end up to so many.
                match low - width {
                    0 => format!("({operand})[-{low}:]"),
                    high => format!("({operand})[-{low}:-{high}]"),
                }
            }
            _ => {
                let start = self.random.below((wide - width) as usize + 1) as u32;
                format!("({operand})[{start}:{}]", start + width)
            }
        }
    }

    fn builtin(&mut self, ty: &Ty, width: u32, depth: u32) -> String {
        if width == 32 && self.random.one_in(3) {
            return self.count(depth);
        }
        if self.random.one_in(10) {
            return self.configured(ty);
        }
        let same = self.expr(ty, depth);
        match self.random.below(10) {
            8 if width <= 5 => {
                let from = Ty::unsigned(1 << width);
                format!("encode({})", self.expr(&from, depth))
            }
            9 if self.imports_std() => match self.random.one_in(2) {
                true => format!("std::max({same}, {})", self.expr(ty, depth)),
                false => format!("std::popcount({same})"),
            },
            0 => format!("clz({same})"),
            1 => format!("ctz({same})"),
            2 => format!("rev({same})"),
            3 => {
                let (index, update) = (self.random.pick(&[1, 4, 32, 66]), self.random.pick(&[1, 3, 8]));
                let start = self.expr(&Ty::unsigned(index), depth);
                format!("bit_slice_update({same}, {start}, {})", self.expr(&Ty::unsigned(update), depth))
            }
            4 => {
                let cases = self.random.between(1, 4) as u32;
                let selector = self.expr(&Ty::unsigned(cases), depth);
                let values: Vec<String> = (0..cases).map(|_| self.expr(ty, depth)).collect();
                if self.random.one_in(2) {
                    return format!("one_hot_sel({selector}, [{}])", values.join(", "));
                }
                format!("priority_sel({selector}, [{}], {same})", values.join(", "))
            }
            5 if width > 1 => {
                let lsb = self.random.pick(&["true", "false"]);
                format!("one_hot({}, {lsb})", self.expr(&Ty::unsigned(width - 1), depth))
            }
            6 if width <= 16 => {
                let index = self.random.between(1, 8) as u32;
                if (1 << index) < width {
                    return same;
                }
                format!("decode<{}>({})", self.show(ty), self.expr(&Ty::unsigned(index), depth))
            }
            _ => self.cast(ty, depth),
        }
    }

    /// A value that a build may set. None does, so it is what stands there.
    pub(super) fn configured(&mut self, ty: &Ty) -> String {
        self.names += 1;
        let (shown, name) = (self.show(ty), self.names);
        format!("configured_value_or<{shown}>(\"c{name}\", {})", self.literal(ty))
    }

    /// How large a type is, or how many elements it has.
    fn count(&mut self, depth: u32) -> String {
        let mut ty = self.any_type(1);
        if self.random.one_in(2) {
            ty = Ty::array(ty, self.random.between(1, 3) as u32);
        }
        let shown = self.show(&ty);
        match (self.random.below(3), &ty) {
            (0, _) => format!("bit_count<{shown}>()"),
            (1, Ty::Array(..)) => format!("element_count<{shown}>()"),
            (_, Ty::Array(..)) => format!("array_size({})", self.expr(&ty, depth)),
            _ => format!("bit_count<{shown}>()"),
        }
    }
}
