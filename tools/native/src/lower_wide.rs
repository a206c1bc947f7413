//! Bit vectors that are too wide for SSA values, and operations that narrower ones do in memory too. All of them become calls
//! of routines on words.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::{bits::word_count, Bits, Op, Type, Value as Constant};

use crate::bits::{low_mask, top_limb_bits};
use crate::function::{Destination, FnCtx};
use crate::node::Site;
use crate::ownership::{MemRef, Part, Writable};
use crate::repr::{memory_words, SSA_BITS_MAX};
use crate::routines::{divide_scratch, Routine};
use crate::value::{carrier, limb_count, Bv, Lowered};
use crate::Fault;

/// A vector as words in memory.
struct Words {
    place: MemRef,
    count: u64,
    width: u32,
}

/// Words that a vector takes (at least one).
fn words_for(width: u32) -> u64 {
    word_count(width).max(1) as u64
}

/// The first element of `umulp` and `smulp`: `01`, a gap of up to two zeros, then ones; narrower than 3 bits: all ones
/// but the top.
fn partial_product_offset(width: u32) -> Bits {
    let mut offset = Bits::zero(width);
    if width == 2 {
        offset.set_bit(0, true);
    }
    if width > 2 {
        offset.set_bit(width - 2, true);
        let gap = (width - 3).min(2);
        (0..width - 2 - gap).for_each(|bit| offset.set_bit(bit, true));
    }
    offset
}

impl<'p> FnCtx<'_, 'p> {
    /// A vector as words in memory, and their number.
    pub fn words_of(&mut self, value: &Lowered, ty: &Type) -> Result<(MemRef, u64), Fault> {
        let width = ty.bit_count().ok_or_else(|| Fault::Internal(format!("type {ty} is not a bits type")))?;
        match value {
            Lowered::Mem(place) => Ok((place.clone(), words_for(width))),
            Lowered::Bits(bv) => {
                let bv = self.clean(bv);
                let count = limb_count(width) as u64;
                let place = self.allocate(8 * count)?;
                for i in 0..count {
                    let word = self.word(&bv, i as usize);
                    self.store_word(word, &place.whole(), 8 * i);
                }
                Ok((place.into_value(), count))
            }
            Lowered::Agg(_) => Err(Fault::Internal("operand is not a bit vector".to_owned())),
        }
    }

    /// A vector's value saturated to 64 bits.
    pub fn saturated_word(&mut self, value: &Lowered, ty: &Type) -> Result<Value, Fault> {
        if let Lowered::Bits(bv) = value {
            return Ok(self.saturate_u64(bv));
        }
        let (place, count) = self.words_of(value, ty)?;
        let low = self.load_word(&place, 0);
        let rest = self.address(&place.at(8));
        let count = self.imm(types::I64, count - 1);
        let rest = self.routine_value(Routine::FoldOr, &[rest, count])?;
        let overflow = self.b.ins().icmp_imm_u(IntCC::NotEqual, rest, 0);
        let ones = self.imm(types::I64, u64::MAX);
        Ok(self.b.ins().select(overflow, ones, low))
    }

    fn routine_value(&mut self, routine: Routine, arguments: &[Value]) -> Result<Value, Fault> {
        self.call_routine(routine, &[], arguments)
            .ok_or_else(|| Fault::Internal(format!("routine {routine:?} has no result")))
    }

    fn operand(&mut self, site: &Site<'p>, index: usize) -> Result<Words, Fault> {
        let ty = site.operand_type(index);
        let (place, count) = self.words_of(&site.operands[index], ty)?;
        Ok(Words { place, count, width: ty.bit_count().unwrap_or(0) })
    }

    fn count(&mut self, count: u64) -> Value {
        self.imm(types::I64, count)
    }

    fn scratch(&mut self, words: u64) -> Result<Writable, Fault> {
        self.allocate(8 * words)
    }

    fn fill_zero(&mut self, to: &Part<'_>, words: u64) {
        self.zero_bytes(to, 8 * words);
    }

    /// All ones (as I64) if the vector is negative, else zero.
    fn sign_word(&mut self, x: &Words) -> Value {
        if x.width == 0 {
            return self.imm(types::I64, 0);
        }
        let top = self.load_word(&x.place, 8 * u64::from((x.width - 1) / 64));
        let up = self.b.ins().ishl_imm_u(top, i64::from(64 - top_limb_bits(x.width)));
        self.b.ins().sshr_imm_u(up, 63)
    }

    /// Writes `x` sign-extended to `words` words.
    fn store_sign_extended(&mut self, to: &Part<'_>, words: u64, x: &Words) {
        let sign = self.sign_word(x);
        let (to_address, from) = (self.address_to_write(to, 8 * words), self.address(&x.place));
        let (count, x_count) = (self.count(words), self.count(x.count));
        let zero = self.imm(types::I64, 0);
        self.call_routine(Routine::ShiftRight, &[to_address], &[count, from, x_count, zero, sign]);
        let top = top_limb_bits(x.width);
        if top < 64 && x.count <= words {
            let at = 8 * (x.count - 1);
            let word = self.load_word(&x.place, at);
            let word = if top == 0 { zero } else { self.sign_extend_limb(word, top) };
            self.store_word(word, to, at);
        }
    }

    /// A buffer for a result of `width` bits.
    fn result_place(&mut self, width: u32) -> Result<Writable, Fault> {
        self.scratch(if width > SSA_BITS_MAX { memory_words(width) } else { words_for(width) })
    }

    /// The result whose [`words_for`] words are written: clears the bits above, or loads it into SSA values.
    fn finish_wide(&mut self, place: Writable, width: u32) -> Lowered {
        let words = words_for(width);
        if width > SSA_BITS_MAX {
            self.clear_above(&place, width);
            return Lowered::Mem(place.into_value());
        }
        let limbs: Vec<Value> = (0..words).map(|i| self.load_word(place.written(), 8 * i)).collect();
        if width <= 64 {
            let value = self.convert(limbs[0], carrier(width));
            return Lowered::Bits(Bv::one(width, value, 64));
        }
        Lowered::Bits(Bv::from_limbs(width, limbs, 64 * words as u32))
    }

    /// Clears the bits above the width of a vector in memory, to the end of its ABI size.
    fn clear_above(&mut self, place: &Writable, width: u32) {
        let words = words_for(width);
        let top = top_limb_bits(width);
        if top < 64 {
            let at = 8 * (words - 1);
            let word = self.load_word(place.written(), at);
            let word = self.b.ins().band_imm_u(word, low_mask(top) as i64);
            self.store_word(word, &place.whole(), at);
        }
        self.fill_zero(&place.part(8 * words), memory_words(width) - words);
    }

    /// Constant words in the object.
    fn constant_words(&mut self, bits: &Bits) -> MemRef {
        let mut bytes: Vec<u8> = bits.words().iter().flat_map(|w| w.to_le_bytes()).collect();
        bytes.resize(8 * words_for(bits.width()) as usize, 0);
        let data = self.program.data.add(bytes, 8);
        let base = self.data_address(data);
        MemRef::constant(base, 0)
    }

    /// Lowers an operation on bit vectors, any of which may be in memory.
    pub fn lower_wide(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let width = site.width();
        match &site.node.op {
            Op::Ult => self.wide_order(site, 0, 1, false, false),
            Op::Ule => self.wide_order(site, 1, 0, false, true),
            Op::Ugt => self.wide_order(site, 1, 0, false, false),
            Op::Uge => self.wide_order(site, 0, 1, false, true),
            Op::Slt => self.wide_order(site, 0, 1, true, false),
            Op::Sle => self.wide_order(site, 1, 0, true, true),
            Op::Sgt => self.wide_order(site, 1, 0, true, false),
            Op::Sge => self.wide_order(site, 0, 1, true, true),
            Op::AndReduce | Op::OrReduce | Op::XorReduce => self.wide_reduce(site),
            Op::Encode => {
                let x = self.operand(site, 0)?;
                let (base, count) = (self.address(&x.place), self.count(x.count));
                let value = self.routine_value(Routine::Encode, &[base, count])?;
                let value = self.convert(value, carrier(width));
                Ok(Lowered::Bits(Bv::one(width, value, width)))
            }
            _ => {
                let place = self.result_place(width)?;
                self.wide_into(site, &place, width)?;
                Ok(self.finish_wide(place, width))
            }
        }
    }

    /// Operations whose result is words at `to`.
    fn wide_into(&mut self, site: &Site<'p>, place: &Writable, width: u32) -> Result<(), Fault> {
        let words = words_for(width);
        let to = &place.whole();
        let address = self.address_to_write(to, 8 * words);
        let count = self.count(words);
        match &site.node.op {
            Op::And => self.wide_fold(site, Routine::And, address, count)?,
            Op::Or => self.wide_fold(site, Routine::Or, address, count)?,
            Op::Xor => self.wide_fold(site, Routine::Xor, address, count)?,
            Op::Nand | Op::Nor => {
                let routine = if site.node.op == Op::Nand { Routine::And } else { Routine::Or };
                self.wide_fold(site, routine, address, count)?;
                self.call_routine(Routine::Not, &[address], &[address.address(), count]);
            }
            Op::Not => {
                let x = self.operand(site, 0)?;
                let from = self.address(&x.place);
                self.call_routine(Routine::Not, &[address], &[from, count]);
            }
            Op::Neg => {
                let x = self.operand(site, 0)?;
                let ones = self.imm(types::I64, u64::MAX);
                self.negate_if(to, &x.place, words, ones);
            }
            Op::Add | Op::Sub => {
                let subtract = site.node.op == Op::Sub;
                let (x, y) = (self.operand(site, 0)?, self.operand(site, 1)?);
                let (a, b) = (self.address(&x.place), self.address(&y.place));
                let invert = self.imm(types::I64, if subtract { u64::MAX } else { 0 });
                let carry = self.imm(types::I64, u64::from(subtract));
                self.call_routine(Routine::Add, &[address], &[a, b, count, invert, carry]);
            }
            Op::Umul | Op::Smul => self.wide_multiply(site, address, width, site.node.op == Op::Smul)?,
            Op::Udiv | Op::Umod | Op::Sdiv | Op::Smod => self.wide_divide(site, place, words)?,
            Op::Shll | Op::Shrl | Op::DynamicBitSlice | Op::Shra => {
                let amount = self.saturated_word(&site.operands[1], site.operand_type(1))?;
                let x = self.operand(site, 0)?;
                match &site.node.op {
                    Op::Shll => self.wide_shift_left(Routine::ShiftLeft, to, words, &x, amount),
                    Op::Shra => {
                        let extended = self.scratch(x.count)?;
                        self.store_sign_extended(&extended.whole(), x.count, &x);
                        let sign = self.sign_word(&x);
                        let extended = Words { place: extended.into_value(), ..x };
                        self.wide_shift_right(to, words, &extended, amount, sign);
                    }
                    _ => {
                        let zero = self.imm(types::I64, 0);
                        self.wide_shift_right(to, words, &x, amount, zero);
                    }
                }
            }
            Op::ZeroExt | Op::BitSlice { .. } => {
                let start = if let Op::BitSlice { start } = site.node.op { start } else { 0 };
                let x = self.operand(site, 0)?;
                let amount = self.imm(types::I64, u64::from(start));
                let zero = self.imm(types::I64, 0);
                self.wide_shift_right(to, words, &x, amount, zero);
            }
            Op::SignExt => {
                let x = self.operand(site, 0)?;
                self.store_sign_extended(to, words, &x);
            }
            Op::BitSliceUpdate => self.wide_slice_update(site, to, words)?,
            Op::Concat => {
                self.fill_zero(to, words);
                let mut offset = 0;
                for index in (0..site.operands.len()).rev() {
                    let x = self.operand(site, index)?;
                    let amount = self.imm(types::I64, offset);
                    self.wide_shift_left(Routine::OrShifted, to, words, &x, amount);
                    offset += u64::from(x.width);
                }
            }
            Op::Reverse => {
                let x = self.operand(site, 0)?;
                let reversed = self.scratch(x.count)?;
                let target = self.address_to_write(&reversed.whole(), 8 * words);
                let from = self.address(&x.place);
                self.call_routine(Routine::Reverse, &[target], &[from, count]);
                let zero = self.imm(types::I64, 0);
                let amount = self.imm(types::I64, 64 * words - u64::from(width));
                let reversed = Words { place: reversed.into_value(), count: words, width };
                self.wide_shift_right(to, words, &reversed, amount, zero);
            }
            Op::OneHot { lsb_prio } => {
                let x = self.operand(site, 0)?;
                let routine = if *lsb_prio { Routine::LowestSet } else { Routine::HighestSet };
                let (from, x_count) = (self.address(&x.place), self.count(x.count));
                let found = self.routine_value(routine, &[from, x_count])?;
                let none = self.b.ins().icmp_imm_s(IntCC::Equal, found, -1);
                let top = self.imm(types::I64, u64::from(x.width));
                let index = self.b.ins().select(none, top, found);
                self.fill_zero(to, words);
                self.set_bit(place, index);
            }
            Op::Decode => {
                let index = self.saturated_word(&site.operands[0], site.operand_type(0))?;
                self.fill_zero(to, words);
                let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, index, i64::from(width));
                self.if_then(in_range, |ctx| {
                    ctx.set_bit(place, index);
                    Ok(())
                })?;
            }
            Op::Param { .. }
            | Op::Literal { .. }
            | Op::Identity
            | Op::AndReduce
            | Op::OrReduce
            | Op::XorReduce
            | Op::Umulp
            | Op::Smulp
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
            | Op::Encode
            | Op::Sel { .. }
            | Op::OneHotSel
            | Op::PrioritySel
            | Op::Gate
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
            | Op::Cover { .. } => return Err(site.fault("operation has no code for wide bit vectors")),
        }
        Ok(())
    }

    /// Sets bit `index`, which is within the vector.
    fn set_bit(&mut self, to: &Writable, index: Value) {
        let word = self.b.ins().ushr_imm_u(index, 6);
        let place = self.element_part(&to.whole(), word, 8);
        let one = self.imm(types::I64, 1);
        let bit = self.b.ins().ishl(one, index);
        let old = self.load_word(&place.written(), 0);
        let new = self.b.ins().bor(old, bit);
        self.store_word(new, &place, 0);
    }

    fn wide_fold(&mut self, site: &Site<'p>, routine: Routine, to: Destination, count: Value) -> Result<(), Fault> {
        let first = self.operand(site, 0)?;
        let mut so_far = self.address(&first.place);
        // A single operand is combined with itself; that gives it for `and` and `or`, not for `xor`.
        if site.operands.len() == 1 {
            let routine = if routine == Routine::Xor { Routine::Or } else { routine };
            self.call_routine(routine, &[to], &[so_far, so_far, count]);
        }
        for index in 1..site.operands.len() {
            let x = self.operand(site, index)?;
            let from = self.address(&x.place);
            self.call_routine(routine, &[to], &[so_far, from, count]);
            so_far = to.address();
        }
        Ok(())
    }

    fn wide_shift_left(&mut self, routine: Routine, to: &Part<'_>, words: u64, x: &Words, amount: Value) {
        let (to, from) = (self.address_to_write(to, 8 * words), self.address(&x.place));
        let (count, x_count) = (self.count(words), self.count(x.count));
        self.call_routine(routine, &[to], &[count, from, x_count, amount]);
    }

    fn wide_shift_right(&mut self, to: &Part<'_>, words: u64, x: &Words, amount: Value, fill: Value) {
        let (to, from) = (self.address_to_write(to, 8 * words), self.address(&x.place));
        let (count, x_count) = (self.count(words), self.count(x.count));
        self.call_routine(Routine::ShiftRight, &[to], &[count, from, x_count, amount, fill]);
    }

    /// Writes `-x` if `sign` is all ones, `x` if it is zero: `(x ^ sign) - sign`.
    fn negate_if(&mut self, to: &Part<'_>, x: &MemRef, words: u64, sign: Value) {
        self.fill_zero(to, words);
        let (to, from) = (self.address_to_write(to, 8 * words), self.address(x));
        let count = self.count(words);
        let carry = self.b.ins().band_imm_u(sign, 1);
        self.call_routine(Routine::Add, &[to], &[to.address(), from, count, sign, carry]);
    }

    fn wide_multiply(&mut self, site: &Site<'p>, to: Destination, width: u32, signed: bool) -> Result<(), Fault> {
        let words = words_for(width);
        let mut operands = Vec::with_capacity(2);
        for index in 0..2 {
            let mut x = self.operand(site, index)?;
            if signed && x.width < width {
                let extended = self.scratch(words)?;
                self.store_sign_extended(&extended.whole(), words, &x);
                x = Words { place: extended.into_value(), count: words, width };
            }
            operands.push(x);
        }
        let (a, b) = (self.address(&operands[0].place), self.address(&operands[1].place));
        let (a_count, b_count) = (self.count(operands[0].count), self.count(operands[1].count));
        let count = self.count(words);
        self.call_routine(Routine::Multiply, &[to], &[count, a, a_count, b, b_count]);
        Ok(())
    }

    fn wide_divide(&mut self, site: &Site<'p>, to: &Writable, words: u64) -> Result<(), Fault> {
        let signed = matches!(site.node.op, Op::Sdiv | Op::Smod);
        let quotient_wanted = matches!(site.node.op, Op::Udiv | Op::Sdiv);
        let (x, y) = (self.operand(site, 0)?, self.operand(site, 1)?);
        let other = self.scratch(words)?;
        let work = self.allocate(divide_scratch(words))?;
        let (x_sign, y_sign) = (self.sign_word(&x), self.sign_word(&y));
        let (x_abs, y_abs) = if signed {
            (self.absolute(&x, words, x_sign)?, self.absolute(&y, words, y_sign)?)
        } else {
            (x.place.clone(), y.place.clone())
        };
        let (first, second) = if quotient_wanted { (to, &other) } else { (&other, to) };
        let results =
            [self.address_to_write(&first.whole(), 8 * words), self.address_to_write(&second.whole(), 8 * words)];
        let arguments = [
            self.address(&x_abs),
            self.address(&y_abs),
            self.count(words),
            self.address_to_write(&work.whole(), divide_scratch(words)).address(),
        ];
        self.call_routine(Routine::Divide, &results, &arguments);
        if signed {
            let sign = if quotient_wanted { self.b.ins().bxor(x_sign, y_sign) } else { x_sign };
            let magnitude = self.scratch(words)?;
            self.copy_bytes(&magnitude.whole(), to.written(), 8 * words);
            self.negate_if(&to.whole(), magnitude.written(), words, sign);
        }
        if signed && quotient_wanted {
            let (base, count) = (self.address(&y.place), self.count(y.count));
            let any = self.routine_value(Routine::FoldOr, &[base, count])?;
            let by_zero = self.b.ins().icmp_imm_u(IntCC::Equal, any, 0);
            // The largest number (all ones but the sign), or the smallest (its complement).
            let fill = self.b.ins().bnot(x_sign);
            self.if_then(by_zero, |ctx| {
                ctx.store_extreme(to, x.width, fill);
                Ok(())
            })?;
        }
        Ok(())
    }

    fn absolute(&mut self, x: &Words, words: u64, sign: Value) -> Result<MemRef, Fault> {
        let extended = self.scratch(words)?;
        self.store_sign_extended(&extended.whole(), words, x);
        let magnitude = self.scratch(words)?;
        self.negate_if(&magnitude.whole(), extended.written(), words, sign);
        Ok(magnitude.into_value())
    }

    /// Writes words of `fill` with the sign bit of a vector of `width` bits flipped.
    fn store_extreme(&mut self, to: &Writable, width: u32, fill: Value) {
        let words = words_for(width);
        let address = self.address_to_write(&to.whole(), 8 * words);
        let count = self.count(words);
        self.fill_zero(&to.whole(), words);
        let zero = self.imm(types::I64, 0);
        // 0 + (0 ^ fill) for each word.
        let from = address.address();
        self.call_routine(Routine::Add, &[address], &[from, from, count, fill, zero]);
        if width > 0 {
            let at = 8 * u64::from((width - 1) / 64);
            let top = self.load_word(to.written(), at);
            let top = self.b.ins().bxor_imm_u(top, (1u64 << ((width - 1) % 64)) as i64);
            self.store_word(top, &to.whole(), at);
        }
    }

    fn wide_slice_update(&mut self, site: &Site<'p>, to: &Part<'_>, words: u64) -> Result<(), Fault> {
        let start = self.saturated_word(&site.operands[1], site.operand_type(1))?;
        let (x, update) = (self.operand(site, 0)?, self.operand(site, 2)?);
        let ones = self.constant_words(&Bits::ones(update.width));
        let ones = Words { place: ones, count: update.count, width: update.width };
        let mask = self.scratch(words)?;
        self.wide_shift_left(Routine::ShiftLeft, &mask.whole(), words, &ones, start);
        let mask_address = self.address_to_write(&mask.whole(), 8 * words);
        let (to_address, from) = (self.address_to_write(to, 8 * words), self.address(&x.place));
        let count = self.count(words);
        self.call_routine(Routine::Not, &[mask_address], &[mask_address.address(), count]);
        self.call_routine(Routine::And, &[to_address], &[from, mask_address.address(), count]);
        self.wide_shift_left(Routine::OrShifted, to, words, &update, start);
        Ok(())
    }

    /// `operands[first] < operands[second]`, complemented if `invert`.
    fn wide_order(
        &mut self,
        site: &Site<'p>,
        first: usize,
        second: usize,
        signed: bool,
        invert: bool,
    ) -> Result<Lowered, Fault> {
        let (x, y) = (self.operand(site, first)?, self.operand(site, second)?);
        let arguments = [self.address(&x.place), self.address(&y.place), self.count(x.count)];
        let mut less = self.routine_value(Routine::Less, &arguments)?;
        if signed {
            let (x_sign, y_sign) = (self.sign_word(&x), self.sign_word(&y));
            let differ = self.b.ins().icmp(IntCC::NotEqual, x_sign, y_sign);
            let x_negative = self.b.ins().icmp_imm_u(IntCC::NotEqual, x_sign, 0);
            less = self.b.ins().select(differ, x_negative, less);
        }
        if invert {
            less = self.b.ins().bxor_imm_u(less, 1);
        }
        Ok(Lowered::bool(less))
    }

    fn wide_reduce(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let x = self.operand(site, 0)?;
        let (base, count) = (self.address(&x.place), self.count(x.count));
        let value = match &site.node.op {
            Op::AndReduce => {
                let ones = self.constant_words(&Bits::ones(x.width));
                let ones = self.address(&ones);
                let bytes = self.count(8 * x.count);
                let equal = self.routine_value(Routine::EqualBytes, &[base, ones, bytes])?;
                Bv::bool(equal)
            }
            Op::OrReduce => {
                let any = self.routine_value(Routine::FoldOr, &[base, count])?;
                Bv::bool(self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0))
            }
            _ => {
                let folded = self.routine_value(Routine::FoldXor, &[base, count])?;
                self.xor_reduce(&Bv::one(64, folded, 64))
            }
        };
        Ok(Lowered::Bits(value))
    }

    /// `umulp` and `smulp`: a constant and the rest of the product, as in XLS's interpreter. Only the sum is
    /// specified. The constant is not zero, so that tests detect code that uses one element as the product.
    pub fn lower_partial_product(&mut self, site: &Site<'p>) -> Result<Lowered, Fault> {
        let ty = crate::lower_select::element_type(&site.node.ty, 0)?;
        let width = ty.bit_count().ok_or_else(|| site.fault("result is not a pair of bit vectors"))?;
        let signed = site.node.op == Op::Smulp;
        let first = self.constant(&Constant::Bits(partial_product_offset(width)), ty)?;
        let in_registers = width <= SSA_BITS_MAX && site.operands.iter().all(|o| matches!(o, Lowered::Bits(_)));
        let mut product = None;
        if in_registers {
            let x = self.multiplicand(site.bits(0)?, width, signed);
            let y = self.multiplicand(site.bits(1)?, width, signed);
            product = self.multiply(&x, &y, width).map(Lowered::Bits);
        }
        let product = match product {
            Some(product) => product,
            None => {
                let place = self.result_place(width)?;
                let address = self.address_to_write(&place.whole(), 8 * words_for(width));
                self.wide_multiply(site, address, width, signed)?;
                self.finish_wide(place, width)
            }
        };
        let rest = match (product, &first) {
            (Lowered::Bits(product), Lowered::Bits(first)) => Lowered::Bits(self.sub(&product, first)),
            (Lowered::Mem(product), Lowered::Mem(first)) => {
                let words = words_for(width);
                let product = self.take_for_writing(product, 8 * memory_words(width))?;
                let (to, from) = (self.address_to_write(&product.whole(), 8 * words), self.address(first));
                let count = self.count(words);
                let (ones, one) = (self.imm(types::I64, u64::MAX), self.imm(types::I64, 1));
                self.call_routine(Routine::Add, &[to], &[to.address(), from, count, ones, one]);
                self.clear_above(&product, width);
                Lowered::Mem(product.into_value())
            }
            _ => return Err(site.fault("halves of a product differ in shape")),
        };
        Ok(Lowered::Agg([first, rest].into()))
    }

    /// Adds `step` to a vector in memory of type `bits[width]`, in place.
    pub fn advance_in_memory(&mut self, place: &Writable, step: &Lowered, width: u32) -> Result<(), Fault> {
        let (step, _) = self.words_of(step, &Type::Bits(width))?;
        let words = words_for(width);
        let (to, from) = (self.address_to_write(&place.whole(), 8 * words), self.address(&step));
        let count = self.count(words);
        let zero = self.imm(types::I64, 0);
        self.call_routine(Routine::Add, &[to], &[to.address(), from, count, zero, zero]);
        self.clear_above(place, width);
        Ok(())
    }

    /// A vector sign-extended to a width that is not smaller, in the form of its new type.
    pub fn sign_extend_value(&mut self, value: &Lowered, ty: &Type, width: u32) -> Result<Lowered, Fault> {
        if let (Lowered::Bits(bv), true) = (value, width <= SSA_BITS_MAX) {
            return Ok(Lowered::Bits(self.sign_extend(bv, width)));
        }
        let (place, count) = self.words_of(value, ty)?;
        let x = Words { place, count, width: ty.bit_count().unwrap_or(0) };
        let to = self.result_place(width)?;
        self.store_sign_extended(&to.whole(), words_for(width), &x);
        Ok(self.finish_wide(to, width))
    }
}
