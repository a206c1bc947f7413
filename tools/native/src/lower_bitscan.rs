//! `one_hot`, `encode`, `decode`, `reverse` on vectors in SSA values.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_backend::Target;

use crate::function::FnCtx;
use crate::value::{carrier, carrier_bits, Bv, Origin, Scan};

impl FnCtx<'_, '_> {
    /// One bit more than `x`: its lowest or highest set bit alone, or the extra top bit if there is none.
    /// `None` if the result is wider than 64 bits.
    pub fn one_hot(&mut self, x: &Bv, lowest: bool) -> Option<Bv> {
        let width = x.width + 1;
        if width > 64 {
            return None;
        }
        let wide = self.zero_extend(x, width);
        let value = wide.first();
        let ty = carrier(width);
        let sentinel = 1u64 << x.width;
        if lowest {
            // With the extra bit set there always is a lowest bit: t & -t.
            let all = self.b.ins().bor_imm_u(value, sentinel as i64);
            let negated = self.b.ins().ineg(all);
            let bit = self.b.ins().band(all, negated);
            return Some(Bv::one(width, bit, width).one_hot_of(x, lowest));
        }
        let zeros = self.b.ins().clz(value);
        let top = self.imm(ty, 1 << (ty.bits() - 1));
        let bit = self.b.ins().ushr(top, zeros);
        let none = self.b.ins().icmp_imm_u(IntCC::Equal, value, 0);
        let sentinel = self.imm(ty, sentinel);
        let bit = self.b.ins().select(none, sentinel, bit);
        Some(Bv::one(width, bit, width).one_hot_of(x, lowest))
    }

    /// The index of the only set bit of `x`, the one-hot code of a vector of at most 64 bits: the number of zeros before
    /// the bit that it stands for. `None` if `x` is not known to be such a code.
    pub fn encode_one_hot(&mut self, x: &Bv, width: u32) -> Option<Bv> {
        let Origin::OneHot(source, bound, scan) = x.origin else { return None };
        let own = x.width - 1;
        let ty = self.type_of(source);
        let spare = ty.bits() - own;
        let index = match scan {
            // A bit above the vector stands for none.
            Scan::Lowest if spare == 0 => self.b.ins().ctz(source),
            Scan::Lowest => {
                let all = self.b.ins().bor_imm_u(source, (1u64 << own) as i64);
                self.b.ins().ctz(all)
            }
            Scan::Highest | Scan::FromHighest => {
                let source = self.clean(&Bv::one(own, source, bound)).first();
                let zeros = self.b.ins().clz(source);
                let zeros = self.b.ins().iadd_imm_s(zeros, -i64::from(spare));
                if scan == Scan::FromHighest {
                    zeros
                } else {
                    let last = self.imm(ty, u64::from(own).wrapping_sub(1));
                    let index = self.b.ins().isub(last, zeros);
                    let none = self.b.ins().icmp_imm_u(IntCC::Equal, source, 0);
                    let beyond = self.imm(ty, own.into());
                    self.b.ins().select(none, beyond, index)
                }
            }
        };
        let index = self.convert(index, carrier(width));
        Some(Bv::one(width, index, width))
    }

    /// The indices of all set bits, ored. `None` for more than 64 bits.
    pub fn encode(&mut self, x: &Bv, width: u32) -> Option<Bv> {
        if x.width > 64 {
            return None;
        }
        let x = self.clean(x);
        let ty = carrier(width);
        let mut result = self.imm(ty, 0);
        for bit in 0..width {
            let with_bit = (0..x.width).filter(|i| i >> bit & 1 == 1).fold(0u64, |mask, i| mask | 1 << i);
            let any = self.b.ins().band_imm_u(x.first(), with_bit as i64);
            let any = self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0);
            let any = self.convert(any, ty);
            let any = self.b.ins().ishl_imm_u(any, i64::from(bit));
            result = self.b.ins().bor(result, any);
        }
        Some(Bv::one(width, result, width))
    }

    /// `1 << x` if `x` is below `width`, else 0. `None` if the result is wider than 64 bits.
    pub fn decode(&mut self, x: &Bv, width: u32) -> Option<Bv> {
        if width > 64 {
            return None;
        }
        if width == 0 {
            return Some(self.zero(0));
        }
        let x = self.clean(x);
        let index = self.saturate_u64(&x);
        let ty = carrier(width);
        let one = self.imm(ty, 1);
        let bit = self.b.ins().ishl(one, index);
        if x.bound < 32 && (1u64 << x.bound) <= u64::from(carrier_bits(width)) {
            return Some(Bv::one(width, bit, carrier_bits(width)));
        }
        let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, index, i64::from(width));
        let zero = self.imm(ty, 0);
        let bit = self.b.ins().select(in_range, bit, zero);
        Some(Bv::one(width, bit, width))
    }

    /// Bit `i` becomes bit `width - 1 - i`.
    pub fn reverse(&mut self, x: &Bv) -> Bv {
        if x.width <= 1 {
            return x.clone();
        }
        let total = carrier_bits(x.width);
        let limbs: Vec<_> = x.limbs().iter().rev().copied().collect();
        let limbs: Vec<_> = limbs.into_iter().map(|limb| self.reverse_word(limb)).collect();
        if x.width <= 64 {
            let value = self.b.ins().ushr_imm_u(limbs[0], i64::from(total - x.width));
            return Bv::one(x.width, value, x.width).reversed_from(x);
        }
        let whole = Bv::from_limbs(total, limbs, total);
        self.extract(&whole, total - x.width, x.width)
    }

    /// The bits of a word in reverse. x86-64 has no instruction for it, but one for the bytes of a word. (Cranelift exchanges halves of
    /// the word, then halves of these, and so on.)
    fn reverse_word(&mut self, word: Value) -> Value {
        let ty = self.b.func.dfg.value_type(word);
        let has_instruction = matches!(self.program.target(), Target::Aarch64Linux | Target::Aarch64Macos);
        if has_instruction || ty == types::I8 {
            return self.b.ins().bitrev(word);
        }
        let bytes = self.b.ins().bswap(word);
        // In each byte, groups of four, of two and of one bit change places with their neighbours.
        let groups = [(4, 0x0f0f_0f0f_0f0f_0f0f), (2, 0x3333_3333_3333_3333), (1, 0x5555_5555_5555_5555)];
        groups.into_iter().fold(bytes, |word, (bits, lower)| {
            let mask = self.imm(ty, lower & (u64::MAX >> (64 - ty.bits())));
            let low = self.b.ins().band(word, mask);
            let high = self.b.ins().ushr_imm_u(word, bits);
            let high = self.b.ins().band(high, mask);
            let low = self.b.ins().ishl_imm_u(low, bits);
            // They share no bits, and a sum with a shifted number is one instruction.
            self.b.ins().iadd(low, high)
        })
    }

    /// Bit `index` of a vector as a condition: an I8 that is 0 or 1.
    pub fn test_bit(&mut self, x: &Bv, index: u32) -> Value {
        if x.width == 1 {
            return self.condition(x);
        }
        if x.limbs().len() == 1 && index == 0 && x.bound <= 1 {
            return self.convert(x.first(), types::I8);
        }
        match x.slice() {
            Some((source, start)) => self.carrier_bit(source, start + index),
            None => self.carrier_bit(x.limbs()[(index / 64) as usize], index % 64),
        }
    }
}
