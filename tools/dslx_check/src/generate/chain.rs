//! Rows of operators without parentheses: which ones bind more tightly is for the front ends to say.

use super::types::Ty;
use super::Generator;

impl Generator {
    /// A row of operators whose operands have the type of the result.
    pub(super) fn chain(&mut self, ty: &Ty) -> String {
        let &Ty::Bits { width, .. } = ty else { return self.leaf(ty) };
        let mut text = self.operand(ty);
        for _ in 0..self.random.between(2, 4) {
            let op = self.random.pick(&["+", "-", "*", "&", "|", "^", "/", "%"]);
            text.push_str(&format!(" {op} {}", self.operand(ty)));
        }
        // The amount of a shift has a type of its own, so nothing follows it.
        if self.random.one_in(4) {
            let op = self.random.pick(&["<<", ">>"]);
            text.push_str(&format!(" {op} u32:{}", self.random.below(width as usize)));
        }
        format!("({text})")
    }

    /// A row of comparisons of such rows. There is no `<`, behind which libxls looks for parametrics.
    pub(super) fn chain_of_comparisons(&mut self) -> String {
        let mut text = String::new();
        for i in 0..self.random.between(2, 3) {
            if i > 0 {
                text.push_str(self.random.pick(&[" && ", " || "]));
            }
            let ty = self.bits_type();
            let op = self.random.pick(&["==", "!=", ">=", "<=", ">"]);
            let extra = self.random.pick(&["+", "&", "|", "^", "-"]);
            text.push_str(&format!("{} {extra} {} {op} {}", self.operand(&ty), self.operand(&ty), self.operand(&ty)));
        }
        format!("({text})")
    }

    fn operand(&mut self, ty: &Ty) -> String {
        match self.random.below(8) {
            0 => format!("!{}", self.leaf(ty)),
            1 => format!("-{}", self.leaf(ty)),
            2 => {
                let from = self.bits_type();
                let (value, to) = (self.leaf(&from), self.show(ty));
                format!("{value} as {to}")
            }
            _ => self.leaf(ty),
        }
    }
}
