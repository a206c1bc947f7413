//! Conditions that say something of each other: comparisons of one value, and of what is computed from it in a few steps, with
//! constants that are near each other, nested in selections and conjunctions.
//!
//! Optimisers leave out conditions that follow from others. Conditions on independent values never follow, so programs of those do
//! not test it.

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::types;

/// A width for the values of a program: mostly so small that random arguments meet every case.
pub(crate) fn width(random: &mut Random) -> u32 {
    if random.one_in(3) {
        types::width(random, &[])
    } else {
        random.between(2, 9) as u32
    }
}

/// Values that are computed from one value in a few steps.
struct Family {
    values: Vec<(NodeId, u32)>,
    /// The constant that many comparisons are with, or near.
    middle: u64,
}

impl Family {
    fn new(b: &mut Builder<'_>) -> Family {
        let (x, width) = b.some_positive_bits();
        let middle = if b.random.one_in(2) { b.random.word() } else { b.random.below(8) as u64 };
        let mut family = Family { values: vec![(x, width)], middle };
        for _ in 0..b.random.between(0, 3) {
            let (from, width) = family.one(b);
            let made = family.step(b, from, width);
            family.values.push(made);
        }
        family
    }

    fn one(&self, b: &mut Builder<'_>) -> (NodeId, u32) {
        self.values[b.random.below(self.values.len())]
    }

    /// A constant near the middle, or at an end of unsigned or signed values.
    fn constant(&self, b: &mut Builder<'_>, width: u32) -> NodeId {
        let mut bits = match b.random.below(8) {
            0 => Bits::zero(width),
            1 => Bits::ones(width),
            2 => {
                let mut least = Bits::zero(width);
                if width > 0 {
                    least.set_bit(width - 1, true);
                }
                least
            }
            _ => Bits::from_u64(width, self.middle.wrapping_add(b.random.below(5) as u64).wrapping_sub(2)),
        };
        if width > 0 && b.random.one_in(12) {
            let at = b.random.below(width as usize) as u32;
            bits.set_bit(at, !bits.bit(at));
        }
        b.literal(Value::Bits(bits))
    }

    /// A value computed from another one.
    fn step(&self, b: &mut Builder<'_>, x: NodeId, width: u32) -> (NodeId, u32) {
        let ty = Type::Bits(width);
        match b.random.below(10) {
            0..=2 => {
                let constant = self.constant(b, width);
                let op = if b.random.one_in(2) { Op::Add } else { Op::Sub };
                (b.push(op, &[x, constant], ty), width)
            }
            3 => {
                let op = if b.random.one_in(2) { Op::Neg } else { Op::Not };
                (b.push(op, &[x], ty), width)
            }
            4 | 5 => {
                let start = b.random.below(width as usize) as u32;
                let part = b.random.between(1, (width - start) as usize) as u32;
                (b.push(Op::BitSlice { start }, &[x], Type::Bits(part)), part)
            }
            6 => {
                let wide = width + b.random.between(1, 4) as u32;
                (b.resized(x, wide), wide)
            }
            7 => {
                let amount = b.random.between(0, width as usize) as u64;
                let amount = b.literal(Value::Bits(Bits::from_u64(8, amount)));
                let op = [Op::Shll, Op::Shrl, Op::Shra][b.random.below(3)].clone();
                (b.push(op, &[x, amount], ty), width)
            }
            8 => {
                let constant = self.constant(b, width);
                let op = [Op::And, Op::Or, Op::Xor][b.random.below(3)].clone();
                (b.push(op, &[x, constant], ty), width)
            }
            _ => {
                let (y, y_width) = self.one(b);
                (b.push(Op::Concat, &[x, y], Type::Bits(width + y_width)), width + y_width)
            }
        }
    }

    /// A comparison of one of the values with a constant, seldom with another value, or one of its bits.
    fn comparison(&self, b: &mut Builder<'_>) -> NodeId {
        let (x, width) = self.one(b);
        if b.random.one_in(6) {
            let start = if b.random.one_in(2) { width - 1 } else { b.random.below(width as usize) as u32 };
            return b.push(Op::BitSlice { start }, &[x], Type::Bits(1));
        }
        let other = if b.random.one_in(6) { b.bits(width) } else { self.constant(b, width) };
        let operations =
            [Op::Eq, Op::Eq, Op::Ne, Op::Ult, Op::Ule, Op::Ugt, Op::Uge, Op::Slt, Op::Sle, Op::Sgt, Op::Sge];
        let op = operations[b.random.below(operations.len())].clone();
        let operands = if b.random.one_in(5) { [other, x] } else { [x, other] };
        b.push(op, &operands, Type::Bits(1))
    }

    /// A condition made of comparisons.
    fn condition(&self, b: &mut Builder<'_>, depth: u32) -> NodeId {
        if depth == 0 || b.random.one_in(2) {
            return self.comparison(b);
        }
        let count = b.random.between(1, 3);
        let operands: Vec<NodeId> = (0..count).map(|_| self.condition(b, depth - 1)).collect();
        let operations = [Op::And, Op::And, Op::Or, Op::Or, Op::Nand, Op::Nor, Op::Xor];
        let op = operations[b.random.below(operations.len())].clone();
        b.push(op, &operands, Type::Bits(1))
    }

    /// A value of `width` bits by nested selections.
    fn selected(&self, b: &mut Builder<'_>, width: u32, depth: u32) -> NodeId {
        if depth == 0 || b.random.one_in(5) {
            return match b.random.below(3) {
                0 => self.constant(b, width),
                1 => b.bits(width),
                _ => {
                    let (x, _) = self.one(b);
                    b.resized(x, width)
                }
            };
        }
        let ty = Type::Bits(width);
        if b.random.one_in(5) {
            let count = b.random.between(2, 4);
            let conditions: Vec<NodeId> = (0..count).map(|_| self.condition(b, 1)).collect();
            let selector = b.push(Op::Concat, &conditions, Type::Bits(count as u32));
            let cases = (0..=count).map(|_| self.selected(b, width, depth - 1)).collect::<Vec<_>>();
            let operands: Vec<NodeId> = [selector].into_iter().chain(cases).collect();
            return b.push(Op::PrioritySel, &operands, ty);
        }
        let condition = self.condition(b, 1);
        if width > 0 && b.random.one_in(8) {
            let mask = b.push(Op::SignExt, &[condition], ty.clone());
            let value = self.selected(b, width, depth - 1);
            return b.push(Op::And, &[mask, value], ty);
        }
        let cases = [self.selected(b, width, depth - 1), self.selected(b, width, depth - 1)];
        b.push(Op::Sel { has_default: false }, &[condition, cases[0], cases[1]], ty)
    }

    /// The number of conditions that hold of a list, of which each is true only if those before it are; sometimes not quite.
    fn counted(&self, b: &mut Builder<'_>, width: u32) -> NodeId {
        let ty = Type::Bits(width);
        let mut value = b.random.below(4) as u64;
        let mut count = b.literal(Value::Bits(Bits::from_u64(width, value)));
        let mut all = self.comparison(b);
        for _ in 0..b.random.between(2, 5) {
            value = value.wrapping_add(if b.random.one_in(8) { 2 } else { 1 });
            let next = b.literal(Value::Bits(Bits::from_u64(width, value)));
            count = b.push(Op::Sel { has_default: false }, &[all, count, next], ty.clone());
            let one = self.comparison(b);
            all = if b.random.one_in(8) { one } else { b.push(Op::And, &[all, one], Type::Bits(1)) };
        }
        count
    }
}

/// A condition, a selection or a comparison of a selection, of conditions on the same values.
pub(crate) fn conditions(b: &mut Builder<'_>) -> NodeId {
    let family = Family::new(b);
    let (_, width) = if b.random.one_in(2) { family.one(b) } else { b.some_positive_bits() };
    match b.random.below(8) {
        0 | 1 => family.condition(b, 3),
        2 => {
            let selected = family.selected(b, width, 1);
            let constant = family.constant(b, width);
            let op = [Op::Eq, Op::Ne, Op::Ult, Op::Ugt, Op::Slt, Op::Sgt][b.random.below(6)].clone();
            b.push(op, &[selected, constant], Type::Bits(1))
        }
        3 => family.counted(b, width.clamp(2, 70)),
        _ => {
            let depth = b.random.between(1, 3) as u32;
            family.selected(b, width, depth)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use xls_aot_ir::Function;

    use super::*;
    use crate::program::generate;
    use crate::StyleName;

    /// The constants that each value is compared with, for the comparisons that a node depends on in a few steps.
    fn compared(function: &Function, id: NodeId, depth: u32, found: &mut BTreeSet<(NodeId, NodeId)>) {
        let node = function.node(id);
        if let [x, c] = *node.operands {
            if matches!(function.node(c).op, Op::Literal { .. }) && node.ty == Type::Bits(1) {
                found.insert((x, c));
            }
        }
        if depth > 0 {
            node.operands.iter().for_each(|&operand| compared(function, operand, depth - 1, found));
        }
    }

    /// Whether two conditions compare one value with two constants.
    fn are_related(function: &Function, a: NodeId, b: NodeId) -> bool {
        let (mut of_a, mut of_b) = (BTreeSet::new(), BTreeSet::new());
        compared(function, a, 2, &mut of_a);
        compared(function, b, 2, &mut of_b);
        a != b && of_a.iter().any(|(x, c)| of_b.iter().any(|(y, d)| x == y && c != d))
    }

    #[test]
    fn conditions_on_one_value_are_nested_in_selections_and_conjunctions() {
        let (mut nested, mut combined, mut compared) = (0, 0, 0);
        for index in 0..400 {
            let program = generate(6, index, Some(StyleName::Related));
            let function = program.package.function(program.top());
            let has = |holds: &dyn Fn(&Op, &[NodeId]) -> bool| {
                usize::from(function.nodes.iter().any(|node| holds(&node.op, &node.operands)))
            };
            let is_selection = |id: NodeId| matches!(function.node(id).op, Op::Sel { .. });
            nested += has(&|op, operands| {
                matches!(op, Op::Sel { .. })
                    && operands[1..].iter().any(|&case| {
                        is_selection(case) && are_related(function, operands[0], function.node(case).operands[0])
                    })
            });
            combined += has(&|op, operands| {
                matches!(op, Op::And | Op::Or)
                    && operands.iter().any(|&a| operands.iter().any(|&b| are_related(function, a, b)))
            });
            compared += has(&|op, operands| matches!(op, Op::Eq | Op::Ult | Op::Sgt) && is_selection(operands[0]));
        }
        let seen = (nested, combined, compared);
        assert!(nested >= 60 && combined >= 60 && compared >= 20, "{seen:?}");
    }
}
