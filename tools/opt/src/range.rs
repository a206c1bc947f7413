//! The least and the greatest value that a node can have, computed from its operands when it is added.
//!
//! Known bits say nothing of a sum of a few small values, or of a difference that is never negative; ranges do. A range is
//! of the value as an unsigned number. Values of more than 64 bits have one only if the bits above are known to be zero.

use xls_aot_ir::{Bits, NodeId, Op, Value};

use crate::graph::Expr;
use crate::known::{selectable, Knowledge};

/// Most elements of a constant array that are looked at.
const MAX_ELEMENTS: usize = 256;

/// Most alternatives of a selection that are looked at.
const MAX_CASES: usize = 256;

/// A range of values, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Range {
    pub least: u64,
    pub greatest: u64,
}

impl Range {
    pub const ALL: Range = Range { least: 0, greatest: u64::MAX };

    pub fn new(least: u64, greatest: u64) -> Self {
        Range { least, greatest }
    }

    fn exactly(bits: &Bits) -> Option<Self> {
        bits.to_u64().map(|value| Range::new(value, value))
    }

    fn union(self, other: Range) -> Range {
        Range::new(self.least.min(other.least), self.greatest.max(other.greatest))
    }

    /// From two numbers of which the second is not less, if both fit a value whose greatest is `top`.
    fn within(least: u128, greatest: u128, top: u64) -> Option<Self> {
        (greatest <= top.into()).then(|| Range::new(least as u64, greatest as u64))
    }
}

/// The greatest value of `width` bits, or of 64.
fn top(width: u32) -> u64 {
    match width {
        0 => 0,
        1..=63 => (1 << width) - 1,
        _ => u64::MAX,
    }
}

/// The range of a node with this expression, of `width` bits; `None` if there is nothing to say beside its known bits.
pub(crate) fn range_of<'a>(k: &impl Knowledge<'a>, expr: &Expr<'_>, width: u32) -> Option<Range> {
    let g = k.graph();
    let args = expr.args;
    let of = |i: usize| k.known(args[i]).range();
    let is_positive = |i: usize| k.known(args[i]).sign(g.width(args[i])) == Some(false);
    let top = top(width);
    match expr.op {
        Op::Literal { value } => Range::exactly(value.as_bits()?),
        Op::Identity | Op::ZeroExt => of(0),
        Op::SignExt if is_positive(0) => of(0),
        Op::Not if width <= 64 => {
            let x = of(0)?;
            Some(Range::new(top - x.greatest, top - x.least))
        }
        Op::Neg if width <= 64 => difference(Range::new(0, 0), of(0)?, width),
        Op::Add => sum(of(0)?, of(1)?, width),
        Op::Sub => difference(of(0)?, of(1)?, width),
        Op::Umul => product(of(0)?, of(1)?, top),
        Op::Smul if is_positive(0) && is_positive(1) => product(of(0)?, of(1)?, top),
        Op::Udiv => {
            let (a, b) = (of(0)?, of(1)?);
            // A divisor of zero gives all ones.
            (b.least > 0).then(|| Range::new(a.least / b.greatest, a.greatest / b.least))
        }
        Op::Umod => {
            let (a, b) = (of(0)?, of(1)?);
            if a.greatest < b.least {
                return Some(a);
            }
            Some(Range::new(0, a.greatest.min(b.greatest.saturating_sub(1))))
        }
        Op::And => {
            let least_greatest =
                args.iter().filter_map(|&arg| k.known(arg).range()).map(|range| range.greatest).min()?;
            Some(Range::new(0, least_greatest))
        }
        Op::Or => {
            let ranges: Vec<Range> = args.iter().map(|&arg| k.known(arg).range()).collect::<Option<_>>()?;
            Some(Range::new(ranges.iter().map(|range| range.least).max()?, top))
        }
        Op::BitSlice { start } if *start < 64 => {
            let x = of(0)?;
            Range::within((x.least >> start).into(), (x.greatest >> start).into(), top)
        }
        Op::DynamicBitSlice => Range::within(0, of(0)?.greatest.into(), top),
        Op::Shrl => shifted_right(of(0)?, of(1)),
        Op::Shra if is_positive(0) => shifted_right(of(0)?, of(1)),
        Op::Shll => {
            let (x, by) = (of(0)?, of(1).filter(|by| by.greatest < 64)?);
            Range::within(u128::from(x.least) << by.least, u128::from(x.greatest) << by.greatest, top)
        }
        Op::Concat => concatenation(k, args),
        Op::Sel { .. } | Op::PrioritySel => selection(k, expr),
        Op::Gate => Some(Range::new(0, of(1)?.greatest)),
        Op::ArrayIndex { .. } => {
            let Value::Array(elements) = g.value(args[0])? else { return None };
            if args.len() != 2 || elements.len() > MAX_ELEMENTS {
                return None;
            }
            let ranges = elements.iter().map(|element| Range::exactly(element.as_bits()?));
            ranges.collect::<Option<Vec<_>>>()?.into_iter().reduce(Range::union)
        }
        Op::Encode if matches!(g.op(args[0]), Op::OneHot { .. }) => {
            Some(Range::new(0, u64::from(g.width(args[0]).saturating_sub(1))))
        }
        Op::Param { .. }
        | Op::SignExt
        | Op::Not
        | Op::Neg
        | Op::Smul
        | Op::BitSlice { .. }
        | Op::Shra
        | Op::Encode
        | Op::Reverse
        | Op::Xor
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Umulp
        | Op::Smulp
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Decode
        | Op::OneHotSel
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
        | Op::Cover { .. } => None,
    }
}

/// `a + b`, if all sums overflow or none does.
pub(crate) fn sum(a: Range, b: Range, width: u32) -> Option<Range> {
    let top = top(width);
    let least = u128::from(a.least) + u128::from(b.least);
    let greatest = u128::from(a.greatest) + u128::from(b.greatest);
    if width <= 64 && least > top.into() {
        let modulus = u128::from(top) + 1;
        return Range::within(least - modulus, greatest - modulus, top);
    }
    Range::within(least, greatest, top)
}

/// `a - b`, if all differences are negative or none is.
pub(crate) fn difference(a: Range, b: Range, width: u32) -> Option<Range> {
    if a.least >= b.greatest {
        return Some(Range::new(a.least - b.greatest, a.greatest - b.least));
    }
    let modulus = u128::from(top(width)) + 1;
    let is_negative = width <= 64 && a.greatest < b.least;
    is_negative.then(|| {
        let least = u128::from(a.least) + modulus - u128::from(b.greatest);
        let greatest = u128::from(a.greatest) + modulus - u128::from(b.least);
        Range::new(least as u64, greatest as u64)
    })
}

fn product(a: Range, b: Range, top: u64) -> Option<Range> {
    let least = u128::from(a.least) * u128::from(b.least);
    Range::within(least, u128::from(a.greatest) * u128::from(b.greatest), top)
}

/// `x >> by`; amounts of which nothing is known may be of any size.
fn shifted_right(x: Range, by: Option<Range>) -> Option<Range> {
    let by = by.unwrap_or(Range::ALL);
    let shift = |value: u64, by: u64| if by < 64 { value >> by } else { 0 };
    Some(Range::new(shift(x.least, by.greatest), shift(x.greatest, by.least)))
}

fn concatenation<'a>(k: &impl Knowledge<'a>, pieces: &[NodeId]) -> Option<Range> {
    let mut all = Range::new(0, 0);
    for &piece in pieces {
        let (width, range) = (k.graph().width(piece), k.known(piece).range()?);
        let shift = |high: u64, low: u64| {
            let shifted = if high == 0 { Some(0) } else { high.checked_mul(1u64.checked_shl(width)?) };
            shifted?.checked_add(low)
        };
        all = Range::new(shift(all.least, range.least)?, shift(all.greatest, range.greatest)?);
    }
    Some(all)
}

/// The union of the cases. A case that the condition compares is limited by the comparison: the minimum of x and c is
/// `if x < c { x } else { c }`.
fn selection<'a>(k: &impl Knowledge<'a>, expr: &Expr<'_>) -> Option<Range> {
    let (&selector, cases) = expr.args.split_first()?;
    if cases.len() > MAX_CASES {
        return None;
    }
    let g = k.graph();
    let mut ranges: Vec<Range> = selectable(k, expr).map(|case| k.known(case).range()).collect::<Option<_>>()?;
    if let (Op::Sel { has_default: false }, &[no, yes]) = (expr.op, cases) {
        if let (&[a, b], 2) = (g.args(selector), ranges.len()) {
            let (when_false, when_true) = (
                crate::rules::opposite(g.op(selector)).and_then(|op| limited(k, &op, no, a, b)),
                limited(k, g.op(selector), yes, a, b),
            );
            ranges = [when_false.unwrap_or(ranges[0]), when_true.unwrap_or(ranges[1])].into();
            // A case that is never selected has an empty range.
            ranges.retain(|range| range.least <= range.greatest);
        }
    }
    ranges.into_iter().reduce(Range::union)
}

/// The range of `x`, where `a op b` holds and `x` is one of them; empty if that cannot be.
pub(crate) fn limited<'a>(k: &impl Knowledge<'a>, op: &Op, x: NodeId, a: NodeId, b: NodeId) -> Option<Range> {
    let op = if x == a {
        op.clone()
    } else if x == b {
        crate::rules::exchanged(op)?
    } else {
        return None;
    };
    let (own, other) = (k.known(x).range()?, k.known(if x == a { b } else { a }).range()?);
    let empty = Range::new(1, 0);
    #[expect(clippy::wildcard_enum_match_arm)] // Only these comparisons limit a range of unsigned values.
    Some(match op {
        Op::Ult if other.greatest == 0 => empty,
        Op::Ult => Range::new(own.least, own.greatest.min(other.greatest - 1)),
        Op::Ule => Range::new(own.least, own.greatest.min(other.greatest)),
        Op::Ugt if other.least == u64::MAX => empty,
        Op::Ugt => Range::new(own.least.max(other.least + 1), own.greatest),
        Op::Uge => Range::new(own.least.max(other.least), own.greatest),
        Op::Eq => Range::new(own.least.max(other.least), own.greatest.min(other.greatest)),
        _ => return None,
    })
}
