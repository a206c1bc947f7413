//! Operations on bits, as expressions.

use xls_aot_ir::{Bits, Node, NodeId, Op, Type};

use crate::function::Context;
use crate::types::{bits_type, constant, low_ones, masked, signed, wrapping};

/// The value of a node whose result is bits; none for operations on other types and for calls.
pub(crate) fn expression(context: &mut Context<'_>, node: &Node) -> Result<Option<String>, String> {
    if let Op::Eq | Op::Ne = node.op {
        let (a, b) = (node.operands[0], node.operands[1]);
        let (ty, a, b) = (context.ty(a), context.name(a).to_owned(), context.name(b).to_owned());
        let equal = context.types.equal(ty, &a, &b)?;
        return Ok(Some(if node.op == Op::Eq { equal } else { format!("!{equal}") }));
    }
    let Type::Bits(width) = node.ty else { return Ok(None) };
    let scalar = Scalar { context, node, width };
    scalar.value()
}

/// A node whose result is `width` bits.
struct Scalar<'a, 'b> {
    context: &'a Context<'b>,
    node: &'a Node,
    width: u32,
}

impl Scalar<'_, '_> {
    fn operand(&self, i: usize) -> &str {
        self.context.name(self.node.operands[i])
    }

    fn operand_width(&self, i: usize) -> u32 {
        self.context.width(self.node.operands[i])
    }

    /// An operand in a type of at least the result's width, in which arithmetic wraps around.
    fn wide(&self, i: usize) -> String {
        format!("({})({})", wrapping(self.width.max(self.operand_width(i))), self.operand(i))
    }

    fn value(&self) -> Result<Option<String>, String> {
        let width = self.width;
        if width == 0 {
            // A callee is called for its effects.
            return Ok(self.node.op.callee().is_none().then(|| "0".to_owned()));
        }
        let a = || self.operand(0);
        let b = || self.operand(1);
        Ok(Some(match &self.node.op {
            Op::Literal { value } => match value.as_bits() {
                Some(bits) => constant(bits),
                None => return Ok(None),
            },
            Op::Not => masked(&format!("~{}", self.wide(0)), width),
            Op::Neg => masked(&format!("-{}", self.wide(0)), width),
            Op::Reverse => self.reverse(),
            Op::And => self.joined(" & "),
            Op::Or => self.joined(" | "),
            Op::Xor => self.joined(" ^ "),
            Op::Nand => masked(&format!("~({})", self.joined(" & ")), width),
            Op::Nor => masked(&format!("~({})", self.joined(" | ")), width),
            Op::AndReduce => {
                let operand = self.operand_width(0);
                format!("{} == {}", a(), low_ones(operand, operand))
            }
            Op::OrReduce => format!("{} != 0", a()),
            Op::XorReduce => self.parity(),
            Op::Add => masked(&format!("{} + {}", self.wide(0), self.wide(1)), width),
            Op::Sub => masked(&format!("{} - {}", self.wide(0), self.wide(1)), width),
            Op::Umul => masked(&format!("{} * {}", self.wide(0), self.wide(1)), width),
            Op::Smul => {
                let ty = wrapping(width);
                let operand = |i| format!("({ty}){}", signed(self.operand(i), self.operand_width(i), width));
                masked(&format!("{} * {}", operand(0), operand(1)), width)
            }
            Op::Udiv => format!("{} == 0 ? {} : {} / {}", b(), low_ones(width, width), a(), b()),
            Op::Umod => format!("{} == 0 ? 0 : {} % {}", b(), a(), b()),
            Op::Sdiv => self.signed_division("/"),
            Op::Smod => self.signed_division("%"),
            Op::Ult => format!("{} < {}", a(), b()),
            Op::Ule => format!("{} <= {}", a(), b()),
            Op::Ugt => format!("{} > {}", a(), b()),
            Op::Uge => format!("{} >= {}", a(), b()),
            Op::Slt => self.signed_order("<"),
            Op::Sle => self.signed_order("<="),
            Op::Sgt => self.signed_order(">"),
            Op::Sge => self.signed_order(">="),
            Op::Shll => {
                self.if_below(1, width, &masked(&format!("{} << {}", self.wide(0), self.amount(1)), width), "0")
            }
            Op::Shrl | Op::DynamicBitSlice => {
                let limit = self.operand_width(0);
                let shifted = masked(&format!("{} >> {}", self.wide(0), self.amount(1)), width);
                self.if_below(1, limit, &shifted, "0")
            }
            Op::Shra => {
                let amount = self.if_below(1, width, &self.amount(1), &format!("{}u", width - 1));
                masked(&format!("{} >> ({amount})", signed(a(), width, width)), width)
            }
            Op::ZeroExt => a().to_owned(),
            Op::SignExt => masked(&signed(a(), self.operand_width(0), width), width),
            Op::BitSlice { start } => masked(&format!("{} >> {start}", self.wide(0)), width),
            Op::BitSliceUpdate => {
                let update = self.operand_width(2);
                let (ty, amount) = (wrapping(width), self.amount(1));
                let hole = format!("(({ty}){} << {amount})", low_ones(update, width));
                let piece = format!("(({ty}){} << {amount})", self.operand(2));
                let updated = masked(&format!("({} & ~{hole}) | {piece}", self.wide(0)), width);
                self.if_below(1, width, &updated, a())
            }
            Op::Concat => self.concat(),
            Op::OneHot { lsb_prio } => self.one_hot(*lsb_prio),
            Op::Encode => self.encode(),
            Op::Decode => {
                let bit = masked(&format!("({})1 << {}", wrapping(width), self.amount(0)), width);
                self.if_below(0, width, &bit, "0")
            }
            Op::OneHotSel => {
                let cases = self.node.operands[1..].iter().enumerate();
                let masks: Vec<String> = cases
                    .map(|(i, &case)| format!("(({} >> {i} & 1) ? {} : 0)", a(), self.context.name(case)))
                    .collect();
                masks.join(" | ")
            }
            Op::Gate => format!("{} ? {} : 0", a(), b()),
            Op::Param { .. }
            | Op::Identity
            | Op::Umulp
            | Op::Smulp
            | Op::Eq
            | Op::Ne
            | Op::Sel { .. }
            | Op::PrioritySel
            | Op::Array
            | Op::ArrayIndex { .. }
            | Op::ArrayUpdate { .. }
            | Op::ArraySlice
            | Op::ArrayConcat
            | Op::Tuple
            | Op::TupleIndex { .. }
            | Op::Invoke { .. }
            | Op::Map { .. }
            | Op::CountedFor { .. }
            | Op::DynamicCountedFor { .. }
            | Op::AfterAll
            | Op::MinDelay { .. }
            | Op::Assert { .. }
            | Op::Trace { .. }
            | Op::Cover { .. } => return Ok(None),
        }))
    }

    fn joined(&self, operator: &str) -> String {
        let operands: Vec<&str> = self.node.operands.iter().map(|&operand| self.context.name(operand)).collect();
        operands.join(operator)
    }

    /// Operand `i` as an amount of a shift; it is used only where it is in range.
    fn amount(&self, i: usize) -> String {
        match self.operand_width(i) {
            0..=32 => self.operand(i).to_owned(),
            _ => format!("(uint32_t)({})", self.operand(i)),
        }
    }

    /// `value` if operand `i` is below `limit`, otherwise `other`.
    fn if_below(&self, i: usize, limit: u32, value: &str, other: &str) -> String {
        let width = self.operand_width(i);
        if width < 32 && 1u64 << width <= u64::from(limit) {
            return value.to_owned();
        }
        format!("{} < {limit}u ? {value} : {other}", self.operand(i))
    }

    fn signed_order(&self, operator: &str) -> String {
        let operand = |i| signed(self.operand(i), self.operand_width(i), self.operand_width(i));
        format!("{} {operator} {}", operand(0), operand(1))
    }

    /// Division of magnitudes, since the quotient of the smallest value and -1 is not defined in C.
    fn signed_division(&self, operator: &str) -> String {
        let (width, ty) = (self.width, bits_type(self.width));
        let magnitude = |x: &str| {
            format!("({x} >> {} & 1 ? {} : {x})", width - 1, masked(&format!("-({}){x}", wrapping(width)), width))
        };
        let (a, b) = (self.operand(0), self.operand(1));
        let negative = match operator {
            "/" => format!("(({a} ^ {b}) >> {} & 1)", width - 1),
            _ => format!("({a} >> {} & 1)", width - 1),
        };
        let mut smallest = Bits::zero(width);
        smallest.set_bit(width - 1, true);
        let by_zero = match operator {
            "/" => format!("({a} >> {} & 1 ? {} : {})", width - 1, constant(&smallest), low_ones(width - 1, width)),
            _ => "0".to_owned(),
        };
        let negated = masked(&format!("-({})q", wrapping(width)), width);
        format!(
            "{b} == 0 ? {by_zero} : ({{ {ty} q = {} {operator} {}; {negative} ? {negated} : q; }})",
            magnitude(a),
            magnitude(b)
        )
    }

    fn reverse(&self) -> String {
        let (a, width) = (self.operand(0), self.width);
        match width {
            1 => a.to_owned(),
            2..=64 => {
                let carrier = width.next_power_of_two().max(8);
                format!("({})(__builtin_bitreverse{carrier}({a}) >> {})", bits_type(width), carrier - width)
            }
            _ => {
                let ty = bits_type(width);
                format!(
                    "({{ {ty} r = 0; for (unsigned i = 0; i < {width}; i++) r |= (({ty})({a} >> i & 1)) << ({} - i); r; }})",
                    width - 1
                )
            }
        }
    }

    fn parity(&self) -> String {
        let a = self.operand(0);
        let words = (0..self.operand_width(0).div_ceil(64)).map(|word| match word {
            0 => format!("__builtin_parityll((uint64_t){a})"),
            _ => format!("__builtin_parityll((uint64_t)({a} >> {}))", 64 * word),
        });
        words.collect::<Vec<_>>().join(" ^ ")
    }

    fn concat(&self) -> String {
        let ty = wrapping(self.width);
        let mut parts = Vec::new();
        let mut at = 0;
        for &operand in self.node.operands.iter().rev() {
            let width = self.context.width(operand);
            if width > 0 {
                parts.push(format!("({ty}){} << {at}", self.context.name(operand)));
            }
            at += width;
        }
        format!("({})({})", bits_type(self.width), parts.join(" | "))
    }

    fn one_hot(&self, lsb_prio: bool) -> String {
        let (a, inputs, ty) = (self.operand(0), self.operand_width(0), wrapping(self.width));
        let none = format!("({ty})1 << {inputs}");
        let found = match (lsb_prio, inputs) {
            (_, 0) => return none,
            (true, _) => format!("({ty}){a} & -({ty}){a}"),
            (false, 1..=64) => format!("({ty})1 << (63 - __builtin_clzll((uint64_t){a}))"),
            (false, _) => format!(
                "({{ {ty} r = 0; for (unsigned i = 0; i < {inputs}; i++) if ({a} >> i & 1) r = ({ty})1 << i; r; }})"
            ),
        };
        format!("{a} == 0 ? {none} : {found}")
    }

    fn encode(&self) -> String {
        let (a, inputs) = (self.operand(0), self.operand_width(0));
        let one_hot = matches!(self.producer(self.node.operands[0]), Op::OneHot { .. });
        if one_hot && inputs <= 64 {
            return format!("__builtin_ctzll((uint64_t){a})");
        }
        let bits = (0..self.width).map(|bit| {
            let mut numbers = Bits::zero(inputs);
            (0..inputs).filter(|number| number >> bit & 1 == 1).for_each(|number| numbers.set_bit(number, true));
            format!("({})(({a} & {}) != 0) << {bit}", wrapping(self.width), constant(&numbers))
        });
        bits.collect::<Vec<_>>().join(" | ")
    }

    fn producer(&self, id: NodeId) -> &Op {
        &self.context.function.node(id).op
    }
}
