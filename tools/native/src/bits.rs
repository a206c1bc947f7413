//! Bit vectors in SSA values: cleaning, resizing, taking apart and joining.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Type as ClifType, Value};
use xls_aot_ir::Bits;

use crate::function::FnCtx;
use crate::value::{carrier, carrier_bits, limb_count, Bv, Origin};

/// Ones in the low `width` bits, `width` at most 64.
pub(crate) const fn low_mask(width: u32) -> u64 {
    if width >= 64 {
        u64::MAX
    } else {
        (1 << width) - 1
    }
}

/// Bits of the top limb that belong to the value (1 to 64; 0 for width 0).
pub(crate) const fn top_limb_bits(width: u32) -> u32 {
    if width == 0 {
        0
    } else {
        (width - 1) % 64 + 1
    }
}

impl FnCtx<'_, '_> {
    /// The constant `bits`.
    pub fn bits_const(&mut self, bits: &Bits) -> Bv {
        let width = bits.width();
        let limbs = if width <= 64 {
            vec![self.imm(carrier(width), bits.low_u64())]
        } else {
            bits.words().to_vec().into_iter().map(|word| self.imm(types::I64, word)).collect()
        };
        let constant = Bv::from_limbs(width, limbs, bits.significant_bits());
        match width {
            2..=63 => constant.computed_within((bits.low_u64().into(), bits.low_u64().into())),
            _ => constant,
        }
    }

    /// The constant zero.
    pub fn zero(&mut self, width: u32) -> Bv {
        let zero = self.imm(carrier(width), 0);
        Bv::from_limbs(width, vec![zero; limb_count(width)], 0)
    }

    /// The same value with the carriers' bits above the width zero.
    pub fn clean(&mut self, bv: &Bv) -> Bv {
        if bv.is_clean() {
            return bv.clone();
        }
        if bv.width == 0 {
            return self.zero(0);
        }
        let mut limbs = bv.limbs().to_vec();
        let mask = low_mask(top_limb_bits(bv.width));
        if let Some(top) = limbs.last_mut() {
            *top = self.b.ins().band_imm_u(*top, mask as i64);
        }
        Bv::from_limbs(bv.width, limbs, bv.width)
    }

    /// Converts a value between integer types, zero-extending or truncating.
    pub fn convert(&mut self, value: Value, ty: ClifType) -> Value {
        let from = self.type_of(value);
        if from == ty {
            value
        } else if from.bits() < ty.bits() {
            match self.const_of(value) {
                Some(constant) => self.imm(ty, constant),
                None => self.b.ins().uextend(ty, value),
            }
        } else {
            match self.const_of(value) {
                Some(constant) => self.imm(ty, constant),
                None => self.b.ins().ireduce(ty, value),
            }
        }
    }

    /// Converts a value between integer types, sign-extending or truncating.
    pub fn convert_signed(&mut self, value: Value, ty: ClifType) -> Value {
        if self.type_of(value).bits() < ty.bits() {
            self.b.ins().sextend(ty, value)
        } else {
            self.convert(value, ty)
        }
    }

    /// The 64-bit word `index` of a clean vector, zero-extended; zero above its end.
    pub fn word(&mut self, bv: &Bv, index: usize) -> Value {
        debug_assert!(bv.is_clean());
        match bv.limbs().get(index) {
            Some(&limb) => self.convert(limb, types::I64),
            None => self.imm(types::I64, 0),
        }
    }

    /// Zero-extends to a width that is not smaller.
    pub fn zero_extend(&mut self, bv: &Bv, width: u32) -> Bv {
        if let (1, true, Some((source, start))) = (bv.width, width > 1, bv.slice()) {
            // A single bit of a larger carrier is taken from there directly, not through a carrier of its own.
            let bit = self.shifted_down(source, start);
            let bit = self.b.ins().band_imm_u(bit, 1);
            let bit = self.convert(bit, types::I32);
            let bit = Bv::one(width.min(32), bit, 1).counting(source, 1 << start);
            return if width <= 32 { bit } else { self.zero_extend(&bit, width) };
        }
        let bv = self.clean(bv);
        if width <= 64 {
            let value = self.convert(bv.first(), carrier(width));
            let wide = Bv::one(width, value, bv.bound).computed_within(bv.range_as_unsigned());
            if let Origin::Count(source, mask) = bv.origin {
                return wide.counting(source, mask);
            }
            return wide;
        }
        let limbs = (0..limb_count(width)).map(|i| self.word(&bv, i)).collect();
        Bv::from_limbs(width, limbs, bv.bound)
    }

    /// The low `width` bits, `width` not larger than the vector's.
    pub fn truncate(&mut self, bv: &Bv, width: u32) -> Bv {
        if width == 0 {
            return self.zero(0);
        }
        if width <= 64 {
            let value = self.convert(bv.first(), carrier(width));
            let low = Bv::one(width, value, bv.bound);
            let (source, start) = bv.slice().unwrap_or((bv.first(), 0));
            return if width < bv.width { low.cut_from(source, start) } else { low };
        }
        Bv::from_limbs(width, bv.limbs()[..limb_count(width)].to_vec(), bv.bound)
    }

    /// A carrier's bits from `start` on.
    fn shifted_down(&mut self, value: Value, start: u32) -> Value {
        if start == 0 {
            value
        } else {
            self.b.ins().ushr_imm_u(value, i64::from(start))
        }
    }

    /// Bits `start .. start + width` of a carrier, sign-extended in it.
    fn signed_slice(&mut self, source: Value, start: u32, width: u32) -> Value {
        let bits = self.type_of(source).bits();
        let above = bits - start - width;
        let up = if above == 0 { source } else { self.b.ins().ishl_imm_u(source, i64::from(above)) };
        self.b.ins().sshr_imm_u(up, i64::from(bits - width))
    }

    /// The carriers with the sign bit copied to all bits above the width; width 0 gives zero.
    pub fn sign_fill(&mut self, bv: &Bv) -> Vec<Value> {
        let mut limbs = bv.limbs().to_vec();
        if bv.width == 0 || bv.bound < bv.width || bv.is_sign_extended() {
            return limbs;
        }
        if let (Some((source, start)), true) = (bv.slice(), bv.width <= 64) {
            let value = self.signed_slice(source, start, bv.width);
            return vec![self.convert_signed(value, carrier(bv.width))];
        }
        if bv.width == 1 && bv.is_clean() {
            return vec![self.b.ins().ineg(limbs[0])];
        }
        if let Some(top) = limbs.last_mut() {
            *top = self.sign_extend_limb(*top, top_limb_bits(bv.width));
        }
        limbs
    }

    /// The value of a constant vector of 1 to 64 bits as a signed number.
    pub fn signed_constant(&self, bv: &Bv) -> Option<i64> {
        if !(1..=64).contains(&bv.width) {
            return None;
        }
        let above = 64 - bv.width;
        Some((self.const_of(bv.first())? << above) as i64 >> above)
    }

    /// The value of a vector of at most 64 bits, sign-extended to a carrier type.
    fn sign_fill_to(&mut self, bv: &Bv, ty: ClifType) -> Value {
        let value = match bv.slice() {
            Some((source, start)) if !bv.is_sign_extended() => self.signed_slice(source, start, bv.width),
            _ => self.sign_fill(bv)[0],
        };
        self.convert_signed(value, ty)
    }

    /// Copies bit `width - 1` of a carrier to all bits above.
    pub fn sign_extend_limb(&mut self, value: Value, width: u32) -> Value {
        let ty = self.type_of(value);
        if width >= ty.bits() {
            return value;
        }
        let narrow = match width {
            8 => Some(types::I8),
            16 => Some(types::I16),
            32 => Some(types::I32),
            _ => None,
        };
        if let Some(narrow) = narrow {
            let low = self.b.ins().ireduce(narrow, value);
            return self.b.ins().sextend(ty, low);
        }
        if width == 1 {
            let bit = self.b.ins().band_imm_u(value, 1);
            return self.b.ins().ineg(bit);
        }
        let by = i64::from(ty.bits() - width);
        let up = self.b.ins().ishl_imm_u(value, by);
        self.b.ins().sshr_imm_u(up, by)
    }

    /// Sign-extends to a width that is not smaller.
    pub fn sign_extend(&mut self, bv: &Bv, width: u32) -> Bv {
        if width == bv.width {
            return bv.clone();
        }
        if bv.width == 0 || bv.bound < bv.width {
            return self.zero_extend(bv, width);
        }
        if bv.width == 1 && width <= 64 {
            let condition = self.condition(bv);
            let value = self.sign_fill_to(bv, carrier(width));
            return Bv::one(width, value, carrier_bits(width)).computed_within((-1, 0)).masked_by(condition);
        }
        if width <= 64 {
            let value = self.sign_fill_to(bv, carrier(width));
            return Bv::one(width, value, carrier_bits(width)).computed_within(bv.range_as_signed());
        }
        let mut limbs = if bv.width <= 64 { vec![self.sign_fill_to(bv, types::I64)] } else { self.sign_fill(bv) };
        if let Some(&top) = limbs.last() {
            let count = limb_count(width);
            if count > limbs.len() {
                let fill = self.b.ins().sshr_imm_u(top, 63);
                limbs.resize(count, fill);
            }
        }
        Bv::from_limbs(width, limbs, carrier_bits(width))
    }

    /// Bits `start .. start + width`, which must be within the vector.
    pub fn extract(&mut self, bv: &Bv, start: u32, width: u32) -> Bv {
        if start == 0 {
            return self.truncate(bv, width);
        }
        if width == 0 {
            return self.zero(0);
        }
        let bound = bv.bound.saturating_sub(start);
        if bound == 0 {
            return self.zero(width);
        }
        if let [value] = bv.limbs() {
            let (source, start) = bv.slice().map_or((*value, start), |(source, inner)| (source, inner + start));
            let shifted = self.shifted_down(source, start);
            let value = self.convert(shifted, carrier(width));
            // If the vector was cut from a larger carrier, more garbage bits may come along than its own bound says.
            let bound = if bv.slice().is_some() { self.type_of(source).bits() - start } else { bound };
            return Bv::one(width, value, bound).cut_from(source, start);
        }
        let count = limb_count(width);
        let mut limbs = Vec::with_capacity(count);
        for i in 0..count as u32 {
            let at = start + 64 * i;
            let wanted = (width - 64 * i).min(64);
            limbs.push(self.word_at(bv.limbs(), at, wanted));
        }
        if width <= 64 {
            let value = self.convert(limbs[0], carrier(width));
            let whole = Bv::one(width, value, bound);
            let within = start % 64 + width <= 64;
            return if within { whole.cut_from(bv.limbs()[(start / 64) as usize], start % 64) } else { whole };
        }
        Bv::from_limbs(width, limbs, bound)
    }

    /// One limb with the `wanted` bits of 64-bit limbs that begin at bit `at`. Its bits above them are unspecified.
    fn word_at(&mut self, limbs: &[Value], at: u32, wanted: u32) -> Value {
        let (index, shift) = ((at / 64) as usize, at % 64);
        let low = limbs[index];
        if shift == 0 {
            return low;
        }
        let low = self.b.ins().ushr_imm_u(low, i64::from(shift));
        match limbs.get(index + 1) {
            // The next limb is read only if it has some of the wanted bits. It may add garbage above them.
            Some(&high) if wanted > 64 - shift => {
                let high = self.b.ins().ishl_imm_u(high, i64::from(64 - shift));
                self.b.ins().bor(low, high)
            }
            _ => low,
        }
    }

    /// Joins vectors, the first being the most significant.
    pub fn join(&mut self, parts: &[Bv]) -> Bv {
        let width = parts.iter().map(|p| p.width).sum();
        if width <= 64 {
            return match self.rotated(parts, width) {
                Some(rotated) => rotated,
                None => self.join_small(parts, width),
            };
        }
        let mut words: Vec<Vec<Value>> = vec![Vec::new(); limb_count(width)];
        let mut offset = 0;
        let mut bound = 0;
        for part in parts.iter().rev().filter(|p| p.width > 0) {
            let part = self.clean(part);
            if part.bound > 0 {
                bound = offset + part.bound;
            }
            for i in 0..part.limbs().len() {
                let used = part.bound.saturating_sub(64 * i as u32).min(64);
                if used > 0 {
                    let word = self.word(&part, i);
                    self.place_word(&mut words, word, used, offset + 64 * i as u32);
                }
            }
            offset += part.width;
        }
        let mut limbs = Vec::with_capacity(words.len());
        for pieces in words {
            let word = self.combine(pieces, |&piece| piece, |ctx, a, b| ctx.b.ins().bor(a, b));
            limbs.push(word.unwrap_or_else(|| self.imm(types::I64, 0)));
        }
        Bv::from_limbs(width, limbs, bound)
    }

    /// Adds a word with `used` significant bits to the pieces of `words`, at bit `offset`.
    fn place_word(&mut self, words: &mut [Vec<Value>], word: Value, used: u32, offset: u32) {
        let (index, shift) = ((offset / 64) as usize, offset % 64);
        words[index].push(if shift == 0 { word } else { self.b.ins().ishl_imm_u(word, i64::from(shift)) });
        if shift + used > 64 {
            words[index + 1].push(self.b.ins().ushr_imm_u(word, i64::from(64 - shift)));
        }
    }

    /// Two parts of one carrier that are its low and its high bits, joined in the other order: a rotation.
    fn rotated(&mut self, parts: &[Bv], width: u32) -> Option<Bv> {
        let [high, low] = parts else { return None };
        let ((source, 0), (same, start)) = (high.slice()?, low.slice()?) else { return None };
        if source != same || start != high.width || self.type_of(source).bits() != width || width < 32 {
            return None;
        }
        let value = self.b.ins().rotr_imm_u(source, i64::from(start));
        Some(Bv::one(width, value, width))
    }

    fn join_small(&mut self, parts: &[Bv], width: u32) -> Bv {
        let ty = carrier(width);
        // Each piece with the number of bits that it is shifted by; 0 for combined pieces too.
        let mut pieces: Vec<(Value, u32)> = Vec::with_capacity(parts.len());
        let mut offset = 0;
        let mut bound = 0;
        let first = parts.iter().position(|p| p.width > 0).unwrap_or(0);
        for (i, part) in parts.iter().enumerate().rev().filter(|(_, p)| p.width > 0) {
            if part.bound > 0 {
                // The most significant part may keep garbage above its width.
                let (value, part_bound) = if i == first {
                    (self.convert(part.first(), ty), part.bound)
                } else {
                    let wide = self.zero_extend(part, ty.bits());
                    (wide.first(), wide.bound)
                };
                bound = offset + part_bound;
                let value = if offset == 0 { value } else { self.b.ins().ishl_imm_u(value, i64::from(offset)) };
                pieces.push((value, offset));
            }
            offset += part.width;
        }
        // One instruction of address arithmetic on x86-64.
        let is_scaled = |shift: u32| (1..=3).contains(&shift);
        let joined = self.combine_apart(
            pieces,
            |&(value, _)| value,
            |&(_, shift)| is_scaled(shift),
            |ctx, (a, a_shift), (b, b_shift)| {
                let joined = if is_scaled(a_shift) {
                    ctx.b.ins().iadd(a, b)
                } else if is_scaled(b_shift) {
                    ctx.b.ins().iadd(b, a)
                } else {
                    ctx.b.ins().bor(a, b)
                };
                (joined, 0)
            },
        );
        match joined {
            Some((value, _)) => Bv::one(width, value, bound),
            None => self.zero(width),
        }
    }

    /// The low 64 bits of a shift amount, index or count, saturated: all ones if the vector does not fit 64 bits.
    pub fn saturate_u64(&mut self, bv: &Bv) -> Value {
        let bv = self.clean(bv);
        let low = self.word(&bv, 0);
        if bv.bound <= 64 || bv.limbs().len() == 1 {
            return low;
        }
        let mut any = bv.limbs()[1];
        for &limb in &bv.limbs()[2..] {
            any = self.b.ins().bor(any, limb);
        }
        let overflow = self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0);
        let ones = self.imm(types::I64, u64::MAX);
        self.b.ins().select(overflow, ones, low)
    }

    /// A `bits[1]` as a condition: an I8 that is 0 or 1.
    pub fn condition(&mut self, bv: &Bv) -> Value {
        debug_assert_eq!(bv.width, 1);
        match bv.slice() {
            // A test of the bit where it is takes no shift.
            Some((source, start)) if bv.bound > 1 || start > 0 => self.carrier_bit(source, start),
            _ => self.clean(bv).first(),
        }
    }

    /// Bit `index` of a carrier as an I8 that is 0 or 1.
    pub fn carrier_bit(&mut self, carrier: Value, index: u32) -> Value {
        if let Some(value) = self.const_of(carrier) {
            return self.imm(types::I8, value >> index & 1);
        }
        let bit = self.b.ins().band_imm_u(carrier, (1u64 << index) as i64);
        self.b.ins().icmp_imm_u(IntCC::NotEqual, bit, 0)
    }
}
