//! Operations on lanes: the values of a pack in vectors.
//!
//! The bound of lanes means what that of a scalar value means (`value`): as numbers of all bits of the lane they are below
//! `2^bound` and equal the values modulo `2^width`. Unused lanes of the last vector may have any value.

use std::rc::Rc;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, Endianness, InstBuilder, MemFlagsData, Type as ClifType, Value};

use super::{lane_bits, VECTOR_BITS};
use crate::bits::low_mask;
use crate::function::FnCtx;

/// What the lanes hold.
#[derive(Clone, Debug)]
enum Form {
    /// Numbers.
    Number,
    /// Bits: all bits of the lane are that bit.
    Mask,
    /// These numbers.
    Constant(Rc<[u64]>),
}

/// Values of one width in vectors.
#[derive(Clone, Debug)]
pub(crate) struct Lanes {
    pub width: u32,
    /// The lanes are below `2^bound`.
    pub bound: u32,
    /// Bits of a lane.
    pub lane: u32,
    /// Number of values.
    pub count: usize,
    pub vectors: Vec<Value>,
    form: Form,
}

/// Vectors that `count` lanes take.
pub(crate) const fn vector_count(count: usize, lane: u32) -> usize {
    (count * lane as usize).div_ceil(VECTOR_BITS as usize)
}

/// The type of vectors with lanes of a number of bits.
pub(crate) const fn vector_type(lane: u32) -> ClifType {
    match lane {
        8 => types::I8X16,
        16 => types::I16X8,
        32 => types::I32X4,
        _ => types::I64X2,
    }
}

impl Lanes {
    /// Numbers below `2^bound`.
    pub fn numbers(width: u32, bound: u32, lane: u32, count: usize, vectors: Vec<Value>) -> Self {
        debug_assert_eq!(vectors.len(), vector_count(count, lane));
        Self { width, bound: bound.min(lane), lane, count, vectors, form: Form::Number }
    }

    /// Bits, each in all bits of its lane.
    fn mask(lane: u32, count: usize, vectors: Vec<Value>) -> Self {
        Self { width: 1, bound: lane, lane, count, vectors, form: Form::Mask }
    }

    /// True if no bit of a lane above the width can be set.
    pub fn is_clean(&self) -> bool {
        self.bound <= self.width
    }

    fn is_mask(&self) -> bool {
        matches!(self.form, Form::Mask)
    }

    fn constant(&self) -> Option<Rc<[u64]>> {
        match &self.form {
            Form::Constant(values) => Some(values.clone()),
            Form::Number | Form::Mask => None,
        }
    }
}

impl FnCtx<'_, '_> {
    /// The vector with these bits.
    fn vector_constant(&mut self, ty: ClifType, bytes: Vec<u8>) -> Value {
        let constant = self.b.func.dfg.constants.insert(bytes.into());
        self.b.ins().vconst(ty, constant)
    }

    /// A vector with the same number in all lanes.
    fn vector_splat(&mut self, lane: u32, value: u64) -> Value {
        let bytes = (lane / 8) as usize;
        let bytes = value.to_le_bytes()[..bytes].repeat((VECTOR_BITS / lane) as usize);
        self.vector_constant(vector_type(lane), bytes)
    }

    /// Constant lanes. The values may have bits above the width, up to `bound`.
    fn lanes_of_constants(&mut self, width: u32, bound: u32, lane: u32, values: Rc<[u64]>) -> Lanes {
        let mut bytes: Vec<u8> =
            values.iter().flat_map(|value| value.to_le_bytes().into_iter().take((lane / 8) as usize)).collect();
        bytes.resize(vector_count(values.len(), lane) * (VECTOR_BITS / 8) as usize, 0);
        let vectors = bytes.chunks((VECTOR_BITS / 8) as usize).map(<[u8]>::to_vec).collect::<Vec<_>>();
        let vectors = vectors.into_iter().map(|bytes| self.vector_constant(vector_type(lane), bytes)).collect();
        Lanes { form: Form::Constant(values.clone()), ..Lanes::numbers(width, bound, lane, values.len(), vectors) }
    }

    /// Lanes with constants of a width.
    pub fn constant_lanes(&mut self, width: u32, values: &[u64]) -> Lanes {
        let bound = values.iter().map(|value| u64::BITS - value.leading_zeros()).max().unwrap_or(0);
        self.lanes_of_constants(width, bound, lane_bits(width), values.into())
    }

    /// The same bits as another type of vector.
    pub fn as_vector(&mut self, ty: ClifType, value: Value) -> Value {
        if self.type_of(value) == ty {
            return value;
        }
        self.b.ins().bitcast(ty, MemFlagsData::new().with_endianness(Endianness::Little), value)
    }

    /// The same values, to be extracted: clean, and single bits in lanes of bytes, as they are in memory.
    pub fn lanes_for_extraction(&mut self, x: &Lanes) -> Lanes {
        if x.width == 1 && x.lane != lane_bits(1) {
            return self.extended_lanes(x, 1, lane_bits(1), false);
        }
        self.clean_lanes(x)
    }

    /// Applies a function to each vector.
    fn each(&mut self, x: &Lanes, mut f: impl FnMut(&mut Self, Value) -> Value) -> Vec<Value> {
        x.vectors.iter().map(|&vector| f(self, vector)).collect()
    }

    /// Applies a function to each pair of vectors of lanes of the same size.
    fn each_pair(&mut self, x: &Lanes, y: &Lanes, mut f: impl FnMut(&mut Self, Value, Value) -> Value) -> Vec<Value> {
        debug_assert_eq!((x.lane, x.count), (y.lane, y.count));
        x.vectors.iter().zip(&y.vectors).map(|(&a, &b)| f(self, a, b)).collect()
    }

    /// The same numbers with the bits above the width zero; bits as 0 and 1.
    pub fn clean_lanes(&mut self, x: &Lanes) -> Lanes {
        if x.is_clean() {
            return x.clone();
        }
        if let Some(values) = x.constant() {
            let values = values.iter().map(|value| value & low_mask(x.width)).collect();
            return self.lanes_of_constants(x.width, x.width, x.lane, values);
        }
        let mask = self.vector_splat(x.lane, low_mask(x.width));
        let vectors = self.each(x, |ctx, vector| ctx.b.ins().band(vector, mask));
        Lanes::numbers(x.width, x.width, x.lane, x.count, vectors)
    }

    /// Bits as masks in lanes of a number of bits.
    fn mask_lanes(&mut self, x: &Lanes, lane: u32) -> Lanes {
        debug_assert_eq!(x.width, 1);
        if x.is_mask() {
            let vectors = self.resized(x, lane, true);
            return Lanes::mask(lane, x.count, vectors);
        }
        if let Some(values) = x.constant() {
            let values = values.iter().map(|value| if value & 1 == 1 { u64::MAX } else { 0 }).collect();
            let constant = self.lanes_of_constants(1, lane, lane, values);
            return Lanes::mask(lane, x.count, constant.vectors);
        }
        let x = self.clean_lanes(x);
        let vectors = self.each(&x, |ctx, vector| ctx.b.ins().ineg(vector));
        let mask = Lanes::mask(x.lane, x.count, vectors);
        self.mask_lanes(&mask, lane)
    }

    /// The vectors of `x` with lanes of another size: zero- or sign-extended, or cut. Lanes that are cut must be clean in the
    /// new size, or masks.
    fn resized(&mut self, x: &Lanes, lane: u32, signed: bool) -> Vec<Value> {
        let mut vectors = x.vectors.clone();
        let mut now = x.lane;
        while now < lane {
            let wanted = vector_count(x.count, 2 * now);
            let mut wider = Vec::with_capacity(wanted);
            for vector in vectors {
                wider.push(if signed { self.b.ins().swiden_low(vector) } else { self.b.ins().uwiden_low(vector) });
                if wider.len() < wanted {
                    wider.push(if signed {
                        self.b.ins().swiden_high(vector)
                    } else {
                        self.b.ins().uwiden_high(vector)
                    });
                }
            }
            vectors = wider;
            now *= 2;
        }
        while now > lane {
            let pairs: Vec<(Value, Value)> = vectors.chunks(2).map(|pair| (pair[0], pair[pair.len() - 1])).collect();
            vectors = pairs.into_iter().map(|(low, high)| self.narrowed(now, low, high, signed)).collect();
            now /= 2;
        }
        vectors
    }

    /// The low halves of the lanes of two vectors. Numbers must fit the halves.
    fn narrowed(&mut self, lane: u32, low: Value, high: Value, signed: bool) -> Value {
        if lane == 64 {
            let bytes = [0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27];
            let narrow = self.shuffled(low, high, bytes);
            return self.as_vector(types::I32X4, narrow);
        }
        if signed {
            self.b.ins().snarrow(low, high)
        } else {
            self.b.ins().unarrow(low, high)
        }
    }

    /// Bytes of two vectors, by their numbers in both. The result has lanes of 8 bits.
    pub fn shuffled(&mut self, x: Value, y: Value, bytes: [u8; 16]) -> Value {
        let (x, y) = (self.as_vector(types::I8X16, x), self.as_vector(types::I8X16, y));
        let bytes = self.b.func.dfg.immediates.push(bytes.to_vec().into());
        self.b.ins().shuffle(x, y, bytes)
    }

    /// The low `width` bits, `width` not larger than that of `x`; `lane` is not larger than that of `x`.
    fn low_lanes(&mut self, x: &Lanes, width: u32, lane: u32) -> Lanes {
        if let Some(values) = x.constant() {
            let values = values.iter().map(|value| value & low_mask(width)).collect();
            return self.lanes_of_constants(width, width, lane, values);
        }
        if lane == x.lane {
            return Lanes::numbers(width, x.bound, lane, x.count, x.vectors.clone());
        }
        let cut = Lanes::numbers(lane.min(x.width), x.bound, x.lane, x.count, x.vectors.clone());
        let cut = if x.bound <= lane { cut } else { self.clean_to(&cut, lane) };
        let vectors = self.resized(&cut, lane, false);
        Lanes::numbers(width, cut.bound, lane, x.count, vectors)
    }

    /// The lanes with the bits from `bits` on zero.
    fn clean_to(&mut self, x: &Lanes, bits: u32) -> Lanes {
        let mask = self.vector_splat(x.lane, low_mask(bits));
        let vectors = self.each(x, |ctx, vector| ctx.b.ins().band(vector, mask));
        Lanes::numbers(x.width, bits, x.lane, x.count, vectors)
    }

    /// The same numbers with a width that is not smaller, in lanes of at least that width.
    pub fn extended_lanes(&mut self, x: &Lanes, width: u32, lane: u32, signed: bool) -> Lanes {
        if let Some(values) = x.constant() {
            let extended = |value: u64| {
                let value = value & low_mask(x.width);
                let negative = signed && value >> (x.width - 1) & 1 == 1;
                let filled = if negative { value | !low_mask(x.width) } else { value };
                filled & low_mask(width)
            };
            let values = values.iter().map(|&value| extended(value)).collect();
            return self.lanes_of_constants(width, width, lane, values);
        }
        if signed && x.width == 1 {
            let mask = self.mask_lanes(x, lane);
            return Lanes::numbers(width, lane, lane, x.count, mask.vectors);
        }
        if !signed || x.bound < x.width {
            let clean = self.clean_lanes(x);
            let vectors = self.resized(&clean, lane, false);
            return Lanes::numbers(width, clean.bound, lane, x.count, vectors);
        }
        let vectors = self.resized(x, lane, true);
        let wide = Lanes::numbers(width, lane, lane, x.count, vectors);
        if x.width == x.lane {
            return wide;
        }
        let up = self.shifted_left(&wide, lane - x.width);
        let vectors = self.each(&up, |ctx, vector| ctx.shift_right_signed(lane, vector, lane - x.width));
        Lanes::numbers(width, lane, lane, x.count, vectors)
    }

    /// All bits of each lane shifted up.
    fn shifted_left(&mut self, x: &Lanes, by: u32) -> Lanes {
        if by == 0 {
            return x.clone();
        }
        if let Some(values) = x.constant() {
            let values = values.iter().map(|value| value << by & low_mask(x.lane)).collect();
            return self.lanes_of_constants(x.width, x.lane, x.lane, values);
        }
        let vectors = self.each(x, |ctx, vector| ctx.shift_left(x.lane, vector, by));
        Lanes::numbers(x.width, x.bound + by, x.lane, x.count, vectors)
    }

    /// There is no instruction that shifts bytes: pairs of bytes are shifted, and bits that belong to the other byte are
    /// cleared.
    fn shift_left(&mut self, lane: u32, vector: Value, by: u32) -> Value {
        if lane == 8 {
            let mask = self.vector_splat(8, 0xff >> by);
            let kept = self.b.ins().band(vector, mask);
            let pairs = self.as_vector(types::I16X8, kept);
            let shifted = self.shift_left(16, pairs, by);
            return self.as_vector(types::I8X16, shifted);
        }
        let by = self.imm(types::I32, u64::from(by));
        self.b.ins().ishl(vector, by)
    }

    fn shift_right(&mut self, lane: u32, vector: Value, by: u32) -> Value {
        if by == 0 {
            return vector;
        }
        if lane == 8 {
            let pairs = self.as_vector(types::I16X8, vector);
            let shifted = self.shift_right(16, pairs, by);
            let shifted = self.as_vector(types::I8X16, shifted);
            let mask = self.vector_splat(8, 0xff >> by);
            return self.b.ins().band(shifted, mask);
        }
        let by = self.imm(types::I32, u64::from(by));
        self.b.ins().ushr(vector, by)
    }

    /// For bytes: `((x >> by) ^ s) - s`, where `s` is the sign bit after the shift.
    fn shift_right_signed(&mut self, lane: u32, vector: Value, by: u32) -> Value {
        if by == 0 {
            return vector;
        }
        if lane == 8 {
            let shifted = self.shift_right(8, vector, by);
            let sign = self.vector_splat(8, 0x80 >> by);
            let flipped = self.b.ins().bxor(shifted, sign);
            return self.b.ins().isub(flipped, sign);
        }
        let by = self.imm(types::I32, u64::from(by));
        self.b.ins().sshr(vector, by)
    }

    /// `x << by`, `by` below the width.
    pub fn lanes_shifted_left(&mut self, x: &Lanes, by: u32) -> Lanes {
        self.shifted_left(x, by)
    }

    /// `x >> by` with zeros coming in, `by` below the width.
    pub fn lanes_shifted_right(&mut self, x: &Lanes, by: u32) -> Lanes {
        let clean = self.clean_lanes(x);
        let vectors = self.each(&clean, |ctx, vector| ctx.shift_right(x.lane, vector, by));
        Lanes::numbers(x.width, clean.bound.saturating_sub(by), x.lane, x.count, vectors)
    }

    /// `x >> by` with copies of the sign bit coming in, `by` below the width.
    pub fn lanes_shifted_right_signed(&mut self, x: &Lanes, by: u32) -> Lanes {
        if x.bound < x.width {
            return self.lanes_shifted_right(x, by);
        }
        let above = x.lane - x.width;
        let up = self.shifted_left(x, above);
        let vectors = self.each(&up, |ctx, vector| ctx.shift_right_signed(x.lane, vector, above + by));
        Lanes::numbers(x.width, x.lane, x.lane, x.count, vectors)
    }

    /// Bits `start .. start + width` of each lane.
    pub fn sliced_lanes(&mut self, x: &Lanes, start: u32, width: u32) -> Lanes {
        if width == 1 {
            return self.bit_of_lanes(x, start);
        }
        let vectors = self.each(x, |ctx, vector| ctx.shift_right(x.lane, vector, start));
        let shifted = Lanes::numbers(x.width - start, x.bound.saturating_sub(start), x.lane, x.count, vectors);
        self.low_lanes(&shifted, width, lane_bits(width))
    }

    /// Bit `index` of each lane, as a mask.
    fn bit_of_lanes(&mut self, x: &Lanes, index: u32) -> Lanes {
        if x.is_mask() {
            return x.clone();
        }
        let bit = self.vector_splat(x.lane, 1 << index);
        let vectors = self.each(x, |ctx, vector| {
            let only = ctx.b.ins().band(vector, bit);
            ctx.b.ins().icmp(IntCC::Equal, only, bit)
        });
        Lanes::mask(x.lane, x.count, vectors)
    }

    /// The parts, the first being the most significant, side by side in lanes of `width` bits.
    pub fn joined_lanes(&mut self, parts: &[Lanes], width: u32) -> Option<Lanes> {
        let lane = lane_bits(width);
        let mut joined: Option<Lanes> = None;
        let mut offset = 0;
        for part in parts.iter().rev() {
            let is_zero = part.constant().is_some_and(|values| values.iter().all(|&value| value == 0));
            let is_first = offset + part.width == width;
            if !is_zero || (joined.is_none() && is_first) {
                // What is above the first part's width may stay there.
                let wide = if is_first && part.width > 1 && part.lane == lane {
                    Lanes { width, ..part.clone() }
                } else {
                    self.extended_lanes(part, width, lane, false)
                };
                let placed = self.shifted_left(&wide, offset);
                joined = Some(match joined {
                    None => placed,
                    Some(low) => {
                        let vectors = self.each_pair(&low, &placed, |ctx, a, b| ctx.b.ins().bor(a, b));
                        Lanes::numbers(width, low.bound.max(placed.bound), lane, low.count, vectors)
                    }
                });
            }
            offset += part.width;
        }
        joined.map(|joined| Lanes { width, ..joined })
    }

    /// `x op y` for numbers of the same width.
    pub fn lanes_added(&mut self, x: &Lanes, y: &Lanes) -> Lanes {
        let vectors = self.each_pair(x, y, |ctx, a, b| ctx.b.ins().iadd(a, b));
        Lanes::numbers(x.width, x.bound.max(y.bound) + 1, x.lane, x.count, vectors)
    }

    /// `x - y`.
    pub fn lanes_subtracted(&mut self, x: &Lanes, y: &Lanes) -> Lanes {
        let vectors = self.each_pair(x, y, |ctx, a, b| ctx.b.ins().isub(a, b));
        Lanes::numbers(x.width, x.lane, x.lane, x.count, vectors)
    }

    /// `-x`.
    pub fn lanes_negated(&mut self, x: &Lanes) -> Lanes {
        let vectors = self.each(x, |ctx, vector| ctx.b.ins().ineg(vector));
        Lanes::numbers(x.width, x.lane, x.lane, x.count, vectors)
    }

    /// The low `width` bits of the products of numbers of any widths.
    pub fn lanes_multiplied(&mut self, x: &Lanes, y: &Lanes, width: u32, signed: bool) -> Lanes {
        // There is no instruction for products of bytes.
        let lane = lane_bits(width).max(16);
        let x = self.factor(x, width, lane, signed);
        let y = self.factor(y, width, lane, signed);
        let vectors = self.each_pair(&x, &y, |ctx, a, b| ctx.b.ins().imul(a, b));
        let product = Lanes::numbers(width, x.bound + y.bound, lane, x.count, vectors);
        self.low_lanes(&product, width, lane_bits(width))
    }

    /// The same number modulo `2^width` in lanes of another size.
    fn factor(&mut self, x: &Lanes, width: u32, lane: u32, signed: bool) -> Lanes {
        if x.lane > lane {
            return self.low_lanes(x, width, lane);
        }
        if x.width < width {
            return self.extended_lanes(x, width, lane, signed);
        }
        // Bits above the width do not matter; if the lane grows, neither do those that come in.
        let low = self.low_lanes(x, width, x.lane);
        if x.lane == lane {
            return low;
        }
        self.extended_lanes(&low, width, lane, false)
    }

    /// Bitwise operations on numbers or bits of the same width.
    pub fn lanes_bitwise(
        &mut self,
        x: &Lanes,
        y: &Lanes,
        is_and: bool,
        f: impl Fn(&mut Self, Value, Value) -> Value,
    ) -> Lanes {
        if x.width == 1 {
            let lane = if x.is_mask() || !y.is_mask() { x.lane } else { y.lane };
            let (x, y) = (self.mask_lanes(x, lane), self.mask_lanes(y, lane));
            let vectors = self.each_pair(&x, &y, |ctx, a, b| f(ctx, a, b));
            return Lanes::mask(lane, x.count, vectors);
        }
        let bound = if is_and { x.bound.min(y.bound) } else { x.bound.max(y.bound) };
        let vectors = self.each_pair(x, y, |ctx, a, b| f(ctx, a, b));
        Lanes::numbers(x.width, bound, x.lane, x.count, vectors)
    }

    /// `!x`.
    pub fn lanes_inverted(&mut self, x: &Lanes) -> Lanes {
        if x.width == 1 {
            let x = self.mask_lanes(x, x.lane);
            let vectors = self.each(&x, |ctx, vector| ctx.b.ins().bnot(vector));
            return Lanes::mask(x.lane, x.count, vectors);
        }
        let vectors = self.each(x, |ctx, vector| ctx.b.ins().bnot(vector));
        Lanes::numbers(x.width, x.lane, x.lane, x.count, vectors)
    }

    /// Comparisons, as masks. Signed numbers are compared at the upper end of the lanes.
    pub fn lanes_compared(&mut self, condition: IntCC, x: &Lanes, y: &Lanes, signed: bool) -> Lanes {
        let up = x.lane - x.width;
        let (x, y) = if signed && up > 0 {
            (self.shifted_left(x, up), self.shifted_left(y, up))
        } else if signed {
            (x.clone(), y.clone())
        } else {
            (self.clean_lanes(x), self.clean_lanes(y))
        };
        let vectors = self.each_pair(&x, &y, |ctx, a, b| ctx.b.ins().icmp(condition, a, b));
        Lanes::mask(x.lane, x.count, vectors)
    }

    /// `condition ? x : y`.
    pub fn lanes_selected(&mut self, condition: &Lanes, x: &Lanes, y: &Lanes) -> Lanes {
        if x.width == 1 {
            let lane = if x.is_mask() || !y.is_mask() { x.lane } else { y.lane };
            let (x, y) = (self.mask_lanes(x, lane), self.mask_lanes(y, lane));
            let chosen = self.select_vectors(condition, &x, &y);
            return Lanes::mask(lane, x.count, chosen);
        }
        let chosen = self.select_vectors(condition, x, y);
        Lanes::numbers(x.width, x.bound.max(y.bound), x.lane, x.count, chosen)
    }

    fn select_vectors(&mut self, condition: &Lanes, x: &Lanes, y: &Lanes) -> Vec<Value> {
        let mask = self.mask_lanes(condition, x.lane);
        let pairs: Vec<(Value, Value)> = x.vectors.iter().copied().zip(y.vectors.iter().copied()).collect();
        pairs.into_iter().zip(&mask.vectors).map(|((a, b), &c)| self.b.ins().bitselect(c, a, b)).collect()
    }
}
