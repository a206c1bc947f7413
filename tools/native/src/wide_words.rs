//! Bit vectors as words in memory: operands that are brought there, and results that are written there.
//!
//! A vector takes at least one word. Bits above the width are zero in operands. A routine may write them in a result;
//! [`FnCtx::write_words`] clears them.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::{bits::word_count, Bits, Type};

use crate::bits::{low_mask, top_limb_bits};
use crate::function::{Destination, FnCtx};
use crate::node::Site;
use crate::ownership::{MemRef, Part, Writable};
use crate::repr::{memory_words, SSA_BITS_MAX};
use crate::routines::Routine;
use crate::value::{carrier, limb_count, Bv, Lowered};
use crate::Fault;

/// A vector as words in memory.
pub(crate) struct Words {
    pub place: MemRef,
    pub count: u64,
    pub width: u32,
}

/// Words that a vector takes (at least one).
pub(crate) fn words_for(width: u32) -> u64 {
    word_count(width).max(1) as u64
}

/// Where the words of a result are written.
pub(crate) struct Target<'a> {
    pub place: &'a Writable,
    pub width: u32,
    pub words: u64,
    /// The place's address.
    pub address: Destination,
    /// `words` as a constant.
    pub count: Value,
}

impl Target<'_> {
    pub fn part(&self) -> Part<'_> {
        self.place.whole()
    }
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

    /// Calls a routine that has a result.
    pub fn routine_value(&mut self, routine: Routine, arguments: &[Value]) -> Result<Value, Fault> {
        self.call_routine(routine, &[], arguments)
            .ok_or_else(|| Fault::Internal(format!("routine {routine:?} has no result")))
    }

    /// Operand `index` as words in memory.
    pub fn operand_words(&mut self, site: &Site<'p>, index: usize) -> Result<Words, Fault> {
        let ty = site.operand_type(index);
        let (place, count) = self.words_of(&site.operands[index], ty)?;
        Ok(Words { place, count, width: ty.bit_count().unwrap_or(0) })
    }

    /// A number of words or bytes as a constant.
    pub fn count(&mut self, count: u64) -> Value {
        self.imm(types::I64, count)
    }

    /// A buffer of so many words.
    pub fn scratch(&mut self, words: u64) -> Result<Writable, Fault> {
        self.allocate(8 * words)
    }

    /// Writes so many words of zeros.
    pub fn fill_zero(&mut self, to: &Part<'_>, words: u64) {
        self.zero_bytes(to, 8 * words);
    }

    /// All ones (as I64) if the vector is negative, else zero.
    pub fn sign_word(&mut self, x: &Words) -> Value {
        if x.width == 0 {
            return self.imm(types::I64, 0);
        }
        let top = self.load_word(&x.place, 8 * u64::from((x.width - 1) / 64));
        let up = self.b.ins().ishl_imm_u(top, i64::from(64 - top_limb_bits(x.width)));
        self.b.ins().sshr_imm_u(up, 63)
    }

    /// Writes `x` sign-extended to `words` words.
    pub fn store_sign_extended(&mut self, to: &Part<'_>, words: u64, x: &Words) {
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
    pub fn result_place(&mut self, width: u32) -> Result<Writable, Fault> {
        if width > SSA_BITS_MAX {
            self.allocate_result(8 * memory_words(width))
        } else {
            self.scratch(words_for(width))
        }
    }

    /// The result whose [`words_for`] words are written: clears the bits above, or loads it into SSA values.
    pub fn finish_wide(&mut self, place: Writable, width: u32) -> Lowered {
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
    pub fn clear_above(&mut self, place: &Writable, width: u32) {
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
    pub fn constant_words(&mut self, bits: &Bits) -> MemRef {
        let mut bytes: Vec<u8> = bits.words().iter().flat_map(|w| w.to_le_bytes()).collect();
        bytes.resize(8 * words_for(bits.width()) as usize, 0);
        let data = self.program.data.add(bytes, 8);
        self.constant_data(data)
    }

    /// A result of `width` bits whose words `write` writes.
    pub fn write_words(
        &mut self,
        width: u32,
        write: impl FnOnce(&mut Self, &Target<'_>) -> Result<(), Fault>,
    ) -> Result<Lowered, Fault> {
        let place = self.result_place(width)?;
        let words = words_for(width);
        let address = self.address_to_write(&place.whole(), 8 * words);
        let count = self.count(words);
        write(self, &Target { place: &place, width, words, address, count })?;
        Ok(self.finish_wide(place, width))
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
