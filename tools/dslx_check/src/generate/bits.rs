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
        match self.random.below(12) {
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
            _ if signed => match self.random.below(3) {
                0 => {
                    let from = self.bits_type();
                    format!("signex({}, {})", self.expr(&from, depth), self.literal(ty))
                }
                _ => self.cast(ty, depth),
            },
            8 => self.slice(width, depth),
            9 if width > 1 => {
                let left = self.random.between(1, width as usize - 1) as u32;
                let (a, b) = (Ty::unsigned(left), Ty::unsigned(width - left));
                format!("({} ++ {})", self.expr(&a, depth), self.expr(&b, depth))
            }
            10 => self.parametric(width, depth),
            _ => self.builtin(ty, width, depth),
        }
    }

    /// By how much a number of `width` bits is shifted. libxls refuses known amounts above the width.
    fn amount(&mut self, width: u32) -> String {
        let is_run_time = |name: &str| name.starts_with('p');
        let numbers = self.scope.iter().filter(|(name, ty)| is_run_time(name) && matches!(ty, Ty::Bits { .. }));
        let names: Vec<String> = numbers.map(|(name, _)| name.clone()).collect();
        if names.is_empty() || self.random.one_in(3) {
            return format!("u32:{}", self.random.below(width as usize + 1));
        }
        let chosen = self.random.below(names.len());
        let ty = Ty::unsigned(self.random.pick(&[1, 3, 8, 32, 64, 70]));
        format!("({} as {})", names[chosen], self.show(&ty))
    }

    /// A `bool`.
    fn truth(&mut self, depth: u32) -> String {
        match self.random.below(5) {
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
        let to = self.show(ty);
        if !self.enums.is_empty() && self.random.one_in(4) {
            let from = Ty::Enum(self.random.below(self.enums.len()));
            return format!("({} as {to})", self.expr(&from, depth));
        }
        let from = self.bits_type();
        format!("({} as {to})", self.expr(&from, depth))
    }

    /// `width` bits of a wider number.
    fn slice(&mut self, width: u32, depth: u32) -> String {
        let wide = width + self.random.below(20) as u32;
        let operand = self.expr(&Ty::unsigned(wide), depth);
        match self.random.below(4) {
            0 => {
                // libxls does not see calls within the start.
                let index = self.random.pick(&[1, 4, 32, 66]);
                let start = self.leaf(&Ty::unsigned(index));
                format!("({operand})[{start} +: {}]", self.show(&Ty::unsigned(width)))
            }
            1 if wide > width => format!("({operand})[-{width}:]"),
            _ => {
                let start = self.random.below((wide - width) as usize + 1) as u32;
                format!("({operand})[{start}:{}]", start + width)
            }
        }
    }

    /// A call of a parametric function that gives `width` bits.
    fn parametric(&mut self, width: u32, depth: u32) -> String {
        let ty = Ty::unsigned(width);
        match self.random.below(5) {
            3 => format!("repeat<u32:{}>({})", self.random.below(4), self.expr(&ty, depth)),
            4 => format!("kind({})", self.expr(&ty, depth)),
            0 if width > 1 => format!("grow({})", self.expr(&Ty::unsigned(width - 1), depth)),
            1 => format!("mix({}, {})", self.expr(&ty, depth), self.expr(&ty, depth)),
            _ => format!("fold({})", self.expr(&ty, depth)),
        }
    }

    fn builtin(&mut self, ty: &Ty, width: u32, depth: u32) -> String {
        let same = self.expr(ty, depth);
        match self.random.below(8) {
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
            _ => {
                let narrow = self.random.between(1, width as usize) as u32;
                format!("widening_cast<{}>({})", self.show(ty), self.expr(&Ty::unsigned(narrow), depth))
            }
        }
    }
}
