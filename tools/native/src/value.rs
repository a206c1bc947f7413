//! The representation of a node's value while a function is lowered.
//!
//! The representation depends only on the node's type ([`crate::repr`]), so two values of one type have corresponding parts:
//!
//! - [`Lowered::Bits`]: bits types up to [`crate::repr::SSA_BITS_MAX`] bits, in SSA values;
//! - [`Lowered::Mem`]: wider bits types and large arrays, in memory under the ABI's layout;
//! - [`Lowered::Agg`]: tuples and small arrays as a list of their elements; a token is the empty list.
//!
//! Invariant of [`Bv`]: the SSA values together are a number below `2^bound` that equals the value modulo `2^width`. So if
//! `bound > width`, bits above the width may have any value (the value is *dirty*); code that needs zeros there must clean the
//! value first.

use std::rc::Rc;

use cranelift_codegen::ir::{types, Type as ClifType, Value};

use crate::ownership::MemRef;

/// A bit vector in SSA values: one carrier up to 64 bits, little-endian 64-bit limbs above.
#[derive(Clone, Debug)]
pub(crate) struct Bv {
    /// Width in bits of the XLS type.
    pub width: u32,
    /// The carriers together are below `2^bound`.
    pub bound: u32,
    /// The least and the greatest value of the carrier of a vector of at most 64 bits, as a signed number; for wider vectors this
    /// says nothing.
    signed: (i64, i64),
    /// What else is known of the value.
    pub origin: Origin,
    limbs: Limbs,
}

/// Where a vector comes from, if operations on it can use that for better code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Origin {
    /// Nothing is known.
    Unknown,
    /// It consists of the bits of this carrier from this bit on.
    Slice(Value, u32),
    /// It is all ones if this condition (an I8) is 1, and zero if it is 0.
    Mask(Value),
    /// It is the number of set bits of this carrier that are set in the mask, too; the width suffices for all of them.
    Count(Value, u64),
    /// Its bits are those of a vector in this carrier in the opposite order. The carrier is below `2^bound`.
    Reversed(Value, u32),
    /// It is the `one_hot` of a vector in this carrier. The carrier is below `2^bound`.
    OneHot(Value, u32, Scan),
}

/// Which bit of a vector a one-hot code stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Scan {
    /// The lowest set bit.
    Lowest,
    /// The highest set bit.
    Highest,
    /// The highest set bit, counted from the highest bit down.
    FromHighest,
}

#[derive(Clone, Debug)]
enum Limbs {
    One([Value; 1]),
    Many(Rc<[Value]>),
}

impl Bv {
    /// A vector held in one carrier.
    pub fn one(width: u32, value: Value, bound: u32) -> Self {
        debug_assert!(width <= 64);
        let carrier_bits = carrier_bits(width);
        let bound = bound.min(carrier_bits);
        let signed = if bound < carrier_bits { (0, i64::MAX >> (63 - bound)) } else { signed_numbers(carrier_bits) };
        Self { width, bound, signed, origin: Origin::Unknown, limbs: Limbs::One([value]) }
    }

    /// A `bits[1]` whose carrier is 0 or 1.
    pub fn bool(value: Value) -> Self {
        Self::one(1, value, 1)
    }

    /// A vector in limbs; a single value if the width is at most 64.
    pub fn from_limbs(width: u32, limbs: Vec<Value>, bound: u32) -> Self {
        debug_assert_eq!(limbs.len(), limb_count(width));
        let bound = bound.min(carrier_bits(width));
        match limbs.as_slice() {
            [value] => Self::one(width, *value, bound),
            _ => Self {
                width,
                bound,
                signed: signed_numbers(64),
                origin: Origin::Unknown,
                limbs: Limbs::Many(limbs.into()),
            },
        }
    }

    /// The same vector of at most 64 bits, whose carrier is what a computation with results from `low` to `high` leaves of them in
    /// its bits: if these are signed numbers of the carrier's size, the result itself.
    pub fn computed_within(self, (low, high): (i128, i128)) -> Self {
        debug_assert!(self.width <= 64 && low <= high);
        let (least, greatest) = signed_numbers(carrier_bits(self.width));
        let (Ok(low), Ok(high)) = (i64::try_from(low), i64::try_from(high)) else { return self };
        if low < least || high > greatest {
            return self;
        }
        let (low, high) = (low.max(self.signed.0), high.min(self.signed.1));
        let bound = if low < 0 { self.bound } else { self.bound.min(64 - high.leading_zeros()) };
        Self { signed: (low, high), bound, ..self }
    }

    /// The least and the greatest value of the carrier of a vector of at most 64 bits, as a signed number.
    pub fn signed_range(&self) -> (i128, i128) {
        (self.signed.0.into(), self.signed.1.into())
    }

    /// The least and the greatest value of a vector of 1 to 64 bits, as a signed number.
    pub fn range_as_signed(&self) -> (i128, i128) {
        if self.is_sign_extended() {
            return self.signed_range();
        }
        let (least, greatest) = signed_numbers(self.width);
        (least.into(), greatest.into())
    }

    /// The least and the greatest value of a clean vector of at most 64 bits, as an unsigned number.
    pub fn range_as_unsigned(&self) -> (i128, i128) {
        debug_assert!(self.width <= 64 && self.is_clean());
        let greatest = (1 << self.bound) - 1;
        match self.signed_range() {
            (low @ 0.., high) => (low, high.min(greatest)),
            _ => (0, greatest),
        }
    }

    /// True if the vector has 1 to 64 bits, and the carrier's bits above the width are copies of the sign bit.
    pub fn is_sign_extended(&self) -> bool {
        let (least, greatest) = signed_numbers(self.width.clamp(1, 64));
        (1..=64).contains(&self.width) && least <= self.signed.0 && self.signed.1 <= greatest
    }

    /// The same vector, known to be bits of `source` from bit `start` on.
    pub fn cut_from(self, source: Value, start: u32) -> Self {
        Self { origin: Origin::Slice(source, start), ..self }
    }

    /// The same vector, known to be all ones if `condition` is 1 and zero if it is 0.
    pub fn masked_by(self, condition: Value) -> Self {
        Self { origin: Origin::Mask(condition), ..self }
    }

    /// The same vector, known to be the number of bits of `source` that are set in `mask`, too.
    pub fn counting(self, source: Value, mask: u64) -> Self {
        Self { origin: Origin::Count(source, mask), ..self }
    }

    /// The same vector, known to be that of `x` in the opposite order.
    pub fn reversed_from(self, x: &Bv) -> Self {
        Self { origin: Origin::Reversed(x.first(), x.bound), ..self }
    }

    /// The same vector, known to be the `one_hot` of `x`, of at most 64 bits.
    pub fn one_hot_of(self, x: &Bv, lowest: bool) -> Self {
        let origin = match (x.origin, lowest) {
            (Origin::Reversed(source, bound), true) => Origin::OneHot(source, bound, Scan::FromHighest),
            (_, true) => Origin::OneHot(x.first(), x.bound, Scan::Lowest),
            (_, false) => Origin::OneHot(x.first(), x.bound, Scan::Highest),
        };
        Self { origin, ..self }
    }

    /// Where the vector was cut from, if it was.
    pub fn slice(&self) -> Option<(Value, u32)> {
        match self.origin {
            Origin::Slice(source, start) => Some((source, start)),
            Origin::Mask(_) | Origin::Count(..) | Origin::Reversed(..) | Origin::OneHot(..) | Origin::Unknown => None,
        }
    }

    /// The carriers, least significant first.
    pub fn limbs(&self) -> &[Value] {
        match &self.limbs {
            Limbs::One(value) => value,
            Limbs::Many(values) => values,
        }
    }

    /// The first carrier: the whole value if the width is at most 64.
    pub fn first(&self) -> Value {
        self.limbs()[0]
    }

    /// True if no carrier bit above the width can be set.
    pub fn is_clean(&self) -> bool {
        self.bound <= self.width
    }
}

/// The least and the greatest signed number of 1 to 64 bits.
const fn signed_numbers(bits: u32) -> (i64, i64) {
    (i64::MIN >> (64 - bits), i64::MAX >> (64 - bits))
}

/// Number of carriers of a bits type held in SSA values.
pub(crate) const fn limb_count(width: u32) -> usize {
    if width <= 64 {
        1
    } else {
        width.div_ceil(64) as usize
    }
}

/// Type of the carriers of a bits type.
pub(crate) const fn carrier(width: u32) -> ClifType {
    match width {
        0..=1 => types::I8,
        2..=32 => types::I32,
        _ => types::I64,
    }
}

/// Total bits of the carriers of a bits type.
pub(crate) const fn carrier_bits(width: u32) -> u32 {
    match width {
        0..=1 => 8,
        2..=32 => 32,
        _ => 64 * limb_count(width) as u32,
    }
}

/// The value of a node.
#[derive(Clone, Debug)]
pub(crate) enum Lowered {
    /// A bit vector in SSA values.
    Bits(Bv),
    /// A value in memory.
    Mem(MemRef),
    /// The elements of a tuple or small array.
    Agg(Rc<[Lowered]>),
}

impl Lowered {
    /// A token, the empty tuple.
    pub fn unit() -> Self {
        Lowered::Agg(Rc::from([]))
    }

    /// A `bits[1]` whose carrier is 0 or 1.
    pub fn bool(value: Value) -> Self {
        Lowered::Bits(Bv::bool(value))
    }

    /// The elements of a list, moved out of it if nothing else refers to the list.
    pub fn into_parts(self) -> Vec<Lowered> {
        match self {
            Lowered::Agg(mut parts) => match Rc::get_mut(&mut parts) {
                Some(parts) => parts.iter_mut().map(|part| std::mem::replace(part, Lowered::unit())).collect(),
                None => parts.to_vec(),
            },
            Lowered::Bits(_) | Lowered::Mem(_) => Vec::new(),
        }
    }

    /// Calls `f` on every place in memory that this value refers to.
    pub fn for_each_mem(&self, f: &mut impl FnMut(&MemRef)) {
        match self {
            Lowered::Bits(_) => {}
            Lowered::Mem(mem) => f(mem),
            Lowered::Agg(elements) => elements.iter().for_each(|e| e.for_each_mem(f)),
        }
    }
}
