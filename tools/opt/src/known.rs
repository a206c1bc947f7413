//! Which bits of a node are constant, computed from its operands when it is added.
//!
//! The low 128 bits of a value are tracked individually. For all widths, `significant` says how many low bits can be set;
//! the bits above are zero. The `range` of values of at most 64 significant bits is computed beside them (`crate::range`). A failed assertion does not end the evaluation, so the condition of an assertion says nothing
//! about the nodes after it.

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};

use crate::bits::{low_mask, KnownBits};
use crate::graph::{Expr, Graph};
use crate::range::{range_of, Range};
use crate::rules::{holds_if_equal, is_signed, wants_less};

/// Most elements of a constant array that are looked at.
const MAX_ELEMENTS: usize = 256;

/// Most cases of a selection whose selector is looked at.
const MAX_CASES: usize = 256;

/// What is known of the nodes of a graph: for all arguments, or under an assumption (`crate::assumption`).
pub(crate) trait Knowledge<'a> {
    fn graph(&self) -> &Graph<'a>;
    fn known(&self, id: NodeId) -> Known;
}

impl<'a> Knowledge<'a> for Graph<'a> {
    fn graph(&self) -> &Graph<'a> {
        self
    }

    fn known(&self, id: NodeId) -> Known {
        Graph::known(self, id)
    }
}

/// The known bits of a value of a bits type. Nothing is known of values of other types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Known {
    /// Bits of the low 128; none above the width.
    pub bits: KnownBits,
    /// All bits from this one on are zero; at most the width.
    pub significant: u32,
    /// The range of a value of at most 64 significant bits. Nothing is said of others.
    pub range: Range,
}

fn significant_of(bits: u128) -> u32 {
    128 - bits.leading_zeros()
}

impl Known {
    /// Nothing known of a value of this type.
    pub fn unknown(ty: &Type) -> Self {
        let width = ty.bit_count().unwrap_or(0);
        // What is not known contradicts nothing.
        Known::nothing(width).limited_to(None, width).unwrap_or(Known::nothing(width))
    }

    fn nothing(width: u32) -> Self {
        Known { bits: KnownBits::NONE, significant: width, range: Range::ALL }
    }

    /// A constant.
    pub fn exactly(bits: &Bits) -> Self {
        let low = bits.words().iter().take(2).enumerate().fold(0, |low, (i, &word)| low | u128::from(word) << (64 * i));
        Known { bits: KnownBits::exactly(low, bits.width()), significant: bits.significant_bits(), range: Range::ALL }
    }

    /// Makes the parts agree, for a value of `width` bits.
    fn normalized(mut self, width: u32) -> Self {
        self.significant = self.significant.min(width);
        self.bits.zeros |= !low_mask(self.significant);
        self.bits = self.bits.low_bits(width);
        if self.significant <= 128 {
            self.significant = significant_of(low_mask(self.significant) & !self.bits.zeros);
        }
        self
    }

    /// What the known bits say of a value of `width` bits together with what its range says.
    /// `None` if no value has both.
    fn limited_to(mut self, range: Option<Range>, width: u32) -> Option<Self> {
        let Range { mut least, mut greatest } = range.unwrap_or(Range::ALL);
        if self.significant <= 64 {
            least = least.max(self.bits.ones as u64);
            greatest = greatest.min(!self.bits.zeros as u64 & low_mask(self.significant) as u64);
        } else if range.is_none() {
            return Some(Known { range: Range::ALL, ..self });
        }
        if least > greatest {
            return None;
        }
        // The bits above the highest one in which the ends differ are the same in all values.
        let low = low_mask(64 - (least ^ greatest).leading_zeros());
        self.bits.zeros |= !(u128::from(least) | low);
        self.bits.ones |= u128::from(least) & !low;
        self.significant = self.significant.min(64 - greatest.leading_zeros());
        let known = Known { range: Range { least, greatest }, ..self }.normalized(width);
        (known.bits.zeros & known.bits.ones == 0).then_some(known)
    }

    /// What is known of a value of `width` bits of which both are true; `None` if no value has both.
    pub fn meet(self, other: Known, width: u32) -> Option<Known> {
        let bits = KnownBits { zeros: self.bits.zeros | other.bits.zeros, ones: self.bits.ones | other.bits.ones };
        if bits.zeros & bits.ones != 0 {
            return None;
        }
        let range = match (self.range(), other.range()) {
            (Some(a), Some(b)) => Some(Range { least: a.least.max(b.least), greatest: a.greatest.min(b.greatest) }),
            (a, b) => a.or(b),
        };
        Known { bits, significant: self.significant.min(other.significant), range: Range::ALL }
            .normalized(width)
            .limited_to(range, width)
    }

    /// A value of one bit.
    pub fn one_bit(value: bool) -> Known {
        let range = Range { least: value.into(), greatest: value.into() };
        Known { bits: KnownBits::exactly(value.into(), 1), significant: value.into(), range }
    }

    /// A value of `width` bits in this range.
    pub fn within(range: Range, width: u32) -> Option<Known> {
        Known::nothing(width).limited_to(Some(range), width)
    }

    /// A value of `width` bits that has these.
    pub fn of_bits(bits: KnownBits, width: u32) -> Option<Known> {
        Known { bits, ..Known::nothing(width) }.normalized(width).limited_to(None, width)
    }

    /// The least and the greatest value, if the value has at most 64 significant bits.
    pub fn range(&self) -> Option<Range> {
        (self.significant <= 64).then_some(self.range)
    }

    /// The value, if all bits are known.
    pub fn constant(&self, width: u32) -> Option<Bits> {
        let mask = low_mask(width);
        if (width <= 128 || self.significant <= 128) && self.bits.known() & mask == mask {
            return Some(Bits::from_words(width, &[self.bits.ones as u64, (self.bits.ones >> 64) as u64]));
        }
        (self.significant == 0).then(|| Bits::zero(width))
    }

    /// The least value of at most 128 bits.
    pub fn least(&self) -> u128 {
        self.range().map_or(self.bits.ones, |range| range.least.into())
    }

    /// The greatest value of `width` bits, at most 128.
    pub fn greatest(&self, width: u32) -> u128 {
        self.range().map_or(self.max(width), |range| range.greatest.into())
    }

    /// The bits that can be set, of `width` bits, at most 128.
    pub fn max(&self, width: u32) -> u128 {
        !self.bits.zeros & low_mask(width)
    }

    /// The most significant bit, if known.
    pub fn sign(&self, width: u32) -> Option<bool> {
        match width {
            0 => Some(false),
            _ if self.significant < width => Some(false),
            1..=128 => self.bit(width - 1),
            _ => None,
        }
    }

    /// Bit `index`, if known.
    pub fn bit(&self, index: u32) -> Option<bool> {
        if index >= self.significant || index < 128 && self.bits.zeros >> index & 1 == 1 {
            Some(false)
        } else if index < 128 && self.bits.ones >> index & 1 == 1 {
            Some(true)
        } else {
            None
        }
    }

    /// Number of low bits that are known to be zero, at most 128.
    pub fn trailing_zeros(&self) -> u32 {
        self.bits.zeros.trailing_ones()
    }

    /// The known bits of a value that is one of two: those that are known, and equal, in both.
    fn either(self, other: Known) -> Known {
        Known {
            bits: self.bits.either(other.bits),
            significant: self.significant.max(other.significant),
            range: Range::ALL,
        }
    }

    /// The complement of a value of `width` bits.
    fn inverted(self, width: u32) -> Known {
        Known { bits: self.bits.inverted(), significant: width, range: Range::ALL }
    }

    /// `self + other + carry` modulo 2^width.
    fn plus(self, other: Known, carry: bool, width: u32) -> Known {
        let greatest = self.max(width).wrapping_add(other.max(width)).wrapping_add(carry.into());
        let least = self.bits.ones.wrapping_add(other.bits.ones).wrapping_add(carry.into());
        // A carry into a bit is what the sum differs in from the exclusive or of the operands.
        let carry_zero = !(greatest ^ self.max(width) ^ other.max(width));
        let carry_one = least ^ self.bits.ones ^ other.bits.ones;
        let known = self.bits.known() & other.bits.known() & (carry_zero | carry_one);
        let bits = KnownBits { zeros: !least & known, ones: least & known };
        Known { bits, significant: width, range: Range::ALL }
    }

    /// The known bits of a node with this expression.
    pub fn of(graph: &Graph<'_>, expr: &Expr<'_>) -> Known {
        let known = Known::under(graph, expr);
        debug_assert!(known.is_some(), "a value with contradictory bits or range");
        known.unwrap_or_else(|| Known::unknown(expr.ty))
    }

    /// The known bits of a node with this expression; `None` if what is known of the operands is contradictory.
    pub fn under<'a>(knowledge: &impl Knowledge<'a>, expr: &Expr<'_>) -> Option<Known> {
        match expr.ty.bit_count() {
            Some(width) => {
                let range = range_of(knowledge, expr, width);
                known_bits(knowledge, expr, width).normalized(width).limited_to(range, width)
            }
            None => Some(Known::unknown(expr.ty)),
        }
    }
}

fn known_bits<'a>(knowledge: &impl Knowledge<'a>, expr: &Expr<'_>, width: u32) -> Known {
    let graph = knowledge.graph();
    let args = expr.args;
    let known = |i: usize| knowledge.known(args[i]);
    let operand_width = |i: usize| graph.width(args[i]);
    let all = || args.iter().map(|&id| knowledge.known(id));
    let nothing = Known::nothing(width);
    match expr.op {
        Op::Literal { value } => match &**value {
            Value::Bits(bits) => Known::exactly(bits),
            Value::Token | Value::Tuple(_) | Value::Array(_) => nothing,
        },
        Op::Identity => known(0),
        Op::Not => known(0).inverted(width),
        Op::And => all().reduce(and).unwrap_or(nothing),
        Op::Nand => all().reduce(and).unwrap_or(nothing).inverted(width),
        Op::Or => all().reduce(or).unwrap_or(nothing),
        Op::Nor => all().reduce(or).unwrap_or(nothing).inverted(width),
        Op::Xor => all().reduce(xor).unwrap_or(nothing),
        Op::Add => {
            let significant = known(0).significant.max(known(1).significant).saturating_add(1);
            Known { significant, ..known(0).plus(known(1), false, width) }
        }
        Op::Sub => known(0).plus(known(1).inverted(width).low_bits(width), true, width),
        Op::Neg => Known::exactly(&Bits::zero(width)).plus(known(0).inverted(width).low_bits(width), true, width),
        Op::Umul => {
            let zeros = known(0).trailing_zeros().saturating_add(known(1).trailing_zeros());
            let significant = known(0).significant.saturating_add(known(1).significant);
            Known { bits: low_zeros(zeros), significant, ..nothing }
        }
        Op::Smul => Known { bits: low_zeros(known(0).trailing_zeros().max(known(1).trailing_zeros())), ..nothing },
        // A divisor of zero gives all ones.
        Op::Udiv => match significant_of(known(1).bits.ones) {
            0 => nothing,
            least => Known { significant: (known(0).significant + 1).saturating_sub(least), ..nothing },
        },
        Op::Umod => Known { significant: known(0).significant.min(known(1).significant), ..nothing },
        Op::ZeroExt => known(0),
        Op::SignExt => match (known(0).sign(operand_width(0)), operand_width(0)) {
            (Some(false), _) => known(0),
            (Some(true), own) => {
                Known { bits: known(0).bits.or(KnownBits { ones: !low_mask(own), zeros: u128::MAX }), ..nothing }
            }
            (None, own) => Known { bits: known(0).bits.low_bits(own), ..nothing },
        },
        Op::BitSlice { start } => slice(known(0), *start),
        Op::DynamicBitSlice => Known { significant: known(0).significant, ..nothing },
        Op::Concat => {
            args.iter().fold(Known::nothing(0), |high, &piece| concat(high, knowledge.known(piece), graph.width(piece)))
        }
        Op::Shll => Known { bits: low_zeros(known(0).trailing_zeros()), ..nothing },
        Op::Shrl => Known { significant: known(0).significant, ..nothing },
        Op::Shra => match known(0).sign(width) {
            Some(false) => Known { significant: known(0).significant, ..nothing },
            Some(true) if (1..=128).contains(&width) => {
                Known { bits: KnownBits { zeros: 0, ones: 1 << (width - 1) }, ..nothing }
            }
            Some(true) | None => nothing,
        },
        Op::Reverse if width <= 128 => {
            let turn = |bits: u128| if width == 0 { 0 } else { bits.reverse_bits() >> (128 - width) };
            let bits = known(0).bits;
            Known { bits: KnownBits { zeros: turn(bits.zeros), ones: turn(bits.ones) }, ..nothing }
        }
        Op::Sel { .. } | Op::PrioritySel => {
            selectable(knowledge, expr).map(|id| knowledge.known(id)).reduce(Known::either).unwrap_or(nothing)
        }
        Op::OneHotSel => {
            let union = args[1..].iter().map(|&id| knowledge.known(id)).reduce(or).unwrap_or(nothing);
            Known { bits: union.bits.without_ones(), ..union }
        }
        Op::Gate => Known { bits: known(1).bits.without_ones(), ..known(1) },
        Op::ArrayIndex { .. } => match graph.value(args[0]) {
            Some(Value::Array(elements)) if args.len() == 2 && elements.len() <= MAX_ELEMENTS => {
                let elements = elements.iter().filter_map(Value::as_bits).map(Known::exactly);
                elements.reduce(Known::either).unwrap_or(nothing)
            }
            _ => nothing,
        },
        Op::Eq | Op::Ne | Op::Ult | Op::Ule | Op::Ugt | Op::Uge | Op::Slt | Op::Sle | Op::Sgt | Op::Sge => {
            let decided = graph.ty(args[0]).bit_count().and_then(|own| compared(expr.op, known(0), known(1), own));
            decided.map_or(nothing, Known::one_bit)
        }
        Op::Param { .. }
        | Op::Reverse
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Umulp
        | Op::Smulp
        | Op::Sdiv
        | Op::Smod
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Array
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
        | Op::Cover { .. } => nothing,
    }
}

impl Known {
    /// Only the tracked bits below the width.
    fn low_bits(self, width: u32) -> Known {
        Known { bits: self.bits.low_bits(width), ..self }
    }
}

/// The low `count` bits are zero.
fn low_zeros(count: u32) -> KnownBits {
    KnownBits { zeros: low_mask(count), ones: 0 }
}

fn and(a: Known, b: Known) -> Known {
    Known { bits: a.bits.and(b.bits), significant: a.significant.min(b.significant), range: Range::ALL }
}

fn or(a: Known, b: Known) -> Known {
    Known { bits: a.bits.or(b.bits), significant: a.significant.max(b.significant), range: Range::ALL }
}

fn xor(a: Known, b: Known) -> Known {
    Known { bits: a.bits.xor(b.bits), significant: a.significant.max(b.significant), range: Range::ALL }
}

/// Bits `start ..`. Bits above the tracked ones come in as unknown.
fn slice(x: Known, start: u32) -> Known {
    Known { bits: x.bits.from(start), significant: x.significant.saturating_sub(start), range: Range::ALL }
}

/// `high` in front of a piece of `width` bits.
fn concat(high: Known, low: Known, width: u32) -> Known {
    let significant = match high.significant {
        0 => low.significant,
        significant => significant.saturating_add(width),
    };
    Known { bits: high.bits.before(low.bits, width), significant, range: Range::ALL }
}

/// The result of a comparison of two values of `width` bits, if what is known of them decides it.
pub(crate) fn compared(op: &Op, a: Known, b: Known, width: u32) -> Option<bool> {
    // What is known of a value modulo 2^128 is enough to compare it only if it has no more bits.
    if width > 128 {
        return None;
    }
    if matches!(op, Op::Eq | Op::Ne) {
        let is_apart = match (a.range(), b.range()) {
            (Some(a), Some(b)) => a.greatest < b.least || b.greatest < a.least,
            _ => false,
        };
        let is_equal = match (a.constant(width), b.constant(width)) {
            (Some(a), Some(b)) => Some(a == b),
            _ => (is_apart || a.bits.differs(b.bits)).then_some(false),
        };
        return is_equal.map(|is_equal| is_equal == (*op == Op::Eq));
    }
    if width == 0 {
        return Some(holds_if_equal(op));
    }
    // With the sign bits inverted, signed order is unsigned order.
    let sign = if is_signed(op) { 1u128 << (width - 1) } else { 0 };
    let range = |known: Known| {
        // Values with the same sign keep their order, also with the sign inverted.
        if let Some(range) = known.range().filter(|_| sign == 0 || known.sign(width).is_some()) {
            return (u128::from(range.least) ^ sign, u128::from(range.greatest) ^ sign);
        }
        let bits = known.bits.xor(KnownBits::exactly(sign, width));
        (bits.ones, !bits.zeros & low_mask(width))
    };
    let ((a_min, a_max), (b_min, b_max)) = (range(a), range(b));
    let (least, greatest) =
        if wants_less(op) { ((a_max, b_min), (a_min, b_max)) } else { ((b_max, a_min), (b_min, a_max)) };
    // `least`: even the most unfavourable values stand in order; `greatest`: not even the most favourable ones do.
    let (always, never) = if holds_if_equal(op) {
        (least.0 <= least.1, greatest.0 > greatest.1)
    } else {
        (least.0 < least.1, greatest.0 >= greatest.1)
    };
    (always || never).then_some(always)
}

/// The cases of a selection that what is known of the selector leaves.
pub(crate) fn selectable<'e, 'a>(knowledge: &impl Knowledge<'a>, expr: &Expr<'e>) -> impl Iterator<Item = NodeId> + 'e {
    let cases = expr.args.get(1..).unwrap_or_default();
    let selector = knowledge.known(expr.args[0]);
    let width = knowledge.graph().width(expr.args[0]);
    let priority = *expr.op == Op::PrioritySel;
    let last = cases.len().saturating_sub(1);
    let has_default = priority || matches!(expr.op, Op::Sel { has_default: true });
    let indices = if has_default { last } else { cases.len() };
    let is_large = cases.len() > MAX_CASES;
    // For a priority selection: the first bit that is known to be set.
    let certain = (0..indices).find(|&i| !is_large && priority && selector.bit(i as u32) == Some(true));
    let can_be = move |i: usize| {
        let index = i as u128;
        match () {
            () if is_large => true,
            () if priority && i < indices => {
                selector.bit(i as u32) != Some(false) && certain.is_none_or(|certain| i <= certain)
            }
            () if priority => certain.is_none(),
            () if i < indices => {
                let bits = selector.bits;
                index & bits.zeros == 0 && bits.ones & !index == 0 && selector.least() <= index
            }
            () => width > 128 || selector.greatest(width) >= indices as u128,
        }
    };
    cases.iter().copied().enumerate().filter(move |&(i, _)| can_be(i)).map(|(_, case)| case)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that can be known of a value of three bits, with the values that fit.
    fn all() -> Vec<(Known, Vec<u128>)> {
        let consistent = (0..64u128).map(|i| (i & 7, i >> 3)).filter(|(zeros, ones)| zeros & ones == 0);
        consistent
            .map(|(zeros, ones)| {
                let known = Known { bits: KnownBits { zeros, ones }, ..Known::nothing(3) }.normalized(3);
                (known, (0..8).filter(|value| value & zeros == 0 && value & ones == ones).collect())
            })
            .collect()
    }

    /// Exactly the bits that are the same in all values.
    fn best(values: impl Iterator<Item = u128>) -> (u128, u128) {
        values.fold((7, 7), |(zeros, ones), value| (zeros & !value, ones & value))
    }

    #[test]
    fn sums_are_known_as_well_as_they_can_be() {
        for (a, a_values) in all() {
            for (b, b_values) in all() {
                for carry in [false, true] {
                    let sum = a.plus(b, carry, 3).normalized(3);
                    let sums =
                        a_values.iter().flat_map(|x| b_values.iter().map(move |y| (x + y + u128::from(carry)) & 7));
                    let (zeros, ones) = best(sums.clone());
                    assert_eq!((sum.bits.zeros & !zeros, sum.bits.ones & !ones), (0, 0), "{a:?} + {b:?} + {carry}");
                    if a.constant(3).is_some() && b.constant(3).is_some() {
                        assert_eq!((sum.bits.zeros, sum.bits.ones), (zeros, ones));
                    }
                }
            }
        }
    }

    #[test]
    fn bitwise_results_are_exact() {
        for (a, a_values) in all() {
            for (b, b_values) in all() {
                let pairs = || a_values.iter().flat_map(|x| b_values.iter().map(move |y| (*x, *y)));
                for (known, (zeros, ones)) in [
                    (and(a, b), best(pairs().map(|(x, y)| x & y))),
                    (or(a, b), best(pairs().map(|(x, y)| x | y))),
                    (xor(a, b), best(pairs().map(|(x, y)| x ^ y))),
                    (a.either(b), best(a_values.iter().chain(&b_values).copied())),
                ] {
                    let known = known.normalized(3);
                    assert_eq!((known.bits.zeros, known.bits.ones), (zeros, ones), "{a:?}, {b:?}");
                }
            }
        }
    }

    #[test]
    fn wide_values_keep_what_is_above_the_tracked_bits() {
        let bits = Bits::from_words(200, &[5, 0, 1]);
        let known = Known::exactly(&bits);
        assert_eq!((known.significant, known.bit(128), known.bit(129)), (129, None, Some(false)));
        assert_eq!(known.constant(200), None);
        assert_eq!(Known::exactly(&Bits::from_u64(200, 5)).constant(200), Some(Bits::from_u64(200, 5)));
        assert_eq!(Known::nothing(0).normalized(0).constant(0), Some(Bits::zero(0)));
    }
}
