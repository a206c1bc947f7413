//! Operations on vectors of several limbs whose position depends on a value: shifts, slices, one-hot codes.
//!
//! Registers cannot be selected by an index. So shifted vectors go through the frame: the limbs are stored, together with the
//! bits that are shifted in, and loaded again from another offset. Loads and stores are whole limbs, so that the processor can
//! forward stores to loads.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::Bits;

use crate::function::FnCtx;
use crate::lower_logic::Bitwise;
use crate::lower_shift::Direction;
use crate::ownership::MemRef;
use crate::value::{carrier, carrier_bits, limb_count, Bv};
use crate::Fault;

impl FnCtx<'_, '_> {
    /// Whole limbs moved by `amount` bits, of which the low `count` limbs are made; `fill` comes in.
    fn shift_limbs(
        &mut self,
        direction: Direction,
        limbs: &[Value],
        fill: Value,
        amount: &Bv,
        count: usize,
    ) -> Result<Vec<Value>, Fault> {
        let len = limbs.len() as u64;
        let amount = self.saturate_u64(amount);
        let words = self.b.ins().ushr_imm_u(amount, 6);
        let all = self.imm(types::I64, len);
        let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, words, len as i64);
        let words = self.b.ins().select(in_range, words, all);
        let bits = self.b.ins().band_imm_u(amount, 63);
        let rest = self.b.ins().bxor_imm_u(bits, 63);
        let place = self.allocate(8 * (2 * len + 1))?;
        // Right: the limbs, then what comes in from above. Left: what comes in from below, then the limbs.
        let (limbs_at, fill_at) = if direction == Direction::Right { (0, 8 * len) } else { (8 * (len + 1), 0) };
        for (i, &limb) in limbs.iter().enumerate() {
            self.store_word(limb, &place.whole(), limbs_at + 8 * i as u64);
        }
        for i in 0..=len {
            self.store_word(fill, &place.whole(), fill_at + 8 * i);
        }
        let place = place.into_value();
        let moved = match direction {
            Direction::Right => self.element_place(&place, words, 8),
            Direction::Left => {
                let down = self.b.ins().ineg(words);
                self.element_place(&place.at(8 * len), down, 8)
            }
        };
        Ok(self.load_shifted(direction, &moved, bits, rest, count))
    }

    /// Limbs from `place` on, joined pairwise: limb `i` of the result has its lower part from word `i`.
    fn load_shifted(
        &mut self,
        direction: Direction,
        place: &MemRef,
        bits: Value,
        rest: Value,
        count: usize,
    ) -> Vec<Value> {
        let words: Vec<Value> = (0..=count as u64).map(|i| self.load_word(place, 8 * i)).collect();
        let pairs: Vec<(Value, Value)> = words.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let join = |(low, high): (Value, Value)| match direction {
            Direction::Right => {
                let down = self.b.ins().ushr(low, bits);
                let twice = self.b.ins().ishl_imm_u(high, 1);
                let carried = self.b.ins().ishl(twice, rest);
                self.b.ins().bor(down, carried)
            }
            Direction::Left => {
                let up = self.b.ins().ishl(high, bits);
                let half = self.b.ins().ushr_imm_u(low, 1);
                let carried = self.b.ins().ushr(half, rest);
                self.b.ins().bor(up, carried)
            }
        };
        pairs.into_iter().map(join).collect()
    }

    /// `x << amount` or `x >> amount`, zeros coming in.
    pub fn shift_limbs_logical(&mut self, direction: Direction, x: &Bv, amount: &Bv) -> Result<Bv, Fault> {
        let x = if direction == Direction::Right { self.clean(x) } else { x.clone() };
        let zero = self.imm(types::I64, 0);
        let limbs = self.shift_limbs(direction, x.limbs(), zero, amount, x.limbs().len())?;
        let bound = if direction == Direction::Right { x.bound } else { carrier_bits(x.width) };
        // Amounts from the width to the limbs' end leave garbage only above the width, which the bound says.
        Ok(Bv::from_limbs(x.width, limbs, bound))
    }

    /// `x >> amount`, copies of the sign bit coming in.
    pub fn shift_limbs_arithmetic(&mut self, x: &Bv, amount: &Bv) -> Result<Bv, Fault> {
        let limbs = self.sign_fill(x);
        let sign = self.b.ins().sshr_imm_u(limbs[limbs.len() - 1], 63);
        let limbs = self.shift_limbs(Direction::Right, &limbs, sign, amount, limbs.len())?;
        Ok(Bv::from_limbs(x.width, limbs, carrier_bits(x.width)))
    }

    /// `width` bits of `x` from bit `start` on.
    pub fn slice_limbs(&mut self, x: &Bv, start: &Bv, width: u32) -> Result<Bv, Fault> {
        let x = self.clean(x);
        let zero = self.imm(types::I64, 0);
        let mut limbs = self.shift_limbs(Direction::Right, x.limbs(), zero, start, limb_count(width))?;
        if width <= 64 {
            limbs[0] = self.convert(limbs[0], carrier(width));
        }
        Ok(Bv::from_limbs(width, limbs, carrier_bits(width)))
    }

    /// `x` with `update` at bit `start`.
    pub fn update_limbs(&mut self, x: &Bv, start: &Bv, update: &Bv) -> Result<Bv, Fault> {
        let width = update.width.min(x.width);
        let update = self.truncate(update, width);
        let update = self.zero_extend(&update, x.width);
        let ones = self.bits_const(&Bits::ones(width));
        let ones = self.zero_extend(&ones, x.width);
        let mask = self.shift_limbs_logical(Direction::Left, &ones, start)?;
        let placed = self.shift_limbs_logical(Direction::Left, &update, start)?;
        let kept = self.not(&mask);
        let kept = self.bitwise(Bitwise::And, x, &kept);
        Ok(self.bitwise(Bitwise::Or, &kept, &placed))
    }

    /// The lowest or highest set bit of `x` alone, or bit `x.width` if there is none.
    pub fn one_hot_limbs(&mut self, x: &Bv, lowest: bool) -> Bv {
        let width = x.width + 1;
        let wide = self.zero_extend(x, width);
        let (top, sentinel) = ((x.width / 64) as usize, 1u64 << (x.width % 64));
        if lowest {
            let mut limbs = wide.limbs().to_vec();
            limbs[top] = self.b.ins().bor_imm_u(limbs[top], sentinel as i64);
            let all = Bv::from_limbs(width, limbs, width);
            let negated = self.neg(&all);
            return self.bitwise(Bitwise::And, &all, &negated);
        }
        let zero = self.imm(types::I64, 0);
        let highest = self.imm(types::I64, 1 << 63);
        let mut above: Option<Value> = None;
        let mut limbs = vec![zero; wide.limbs().len()];
        for (i, &limb) in wide.limbs().iter().enumerate().rev() {
            let zeros = self.b.ins().clz(limb);
            let bit = self.b.ins().ushr(highest, zeros);
            // The limb's bit counts only if no higher limb has one, and this limb has one: `ushr` by 64 shifts by 0.
            let nothing = match above {
                None => self.b.ins().icmp_imm_u(IntCC::Equal, limb, 0),
                Some(above) => {
                    let empty = self.b.ins().icmp_imm_u(IntCC::Equal, limb, 0);
                    let covered = self.b.ins().icmp_imm_u(IntCC::NotEqual, above, 0);
                    self.b.ins().bor(empty, covered)
                }
            };
            limbs[i] = self.b.ins().select(nothing, zero, bit);
            above = Some(match above {
                None => limb,
                Some(above) => self.b.ins().bor(above, limb),
            });
        }
        let any = above.unwrap_or(zero);
        let none = self.b.ins().icmp_imm_u(IntCC::Equal, any, 0);
        let sentinel = self.imm(types::I64, sentinel);
        limbs[top] = self.b.ins().select(none, sentinel, limbs[top]);
        Bv::from_limbs(width, limbs, width)
    }

    /// The indices of all set bits, ored: bits within a limb from the or of all limbs, bits of the limb's index from
    /// the limbs that are not zero.
    pub fn encode_limbs(&mut self, x: &Bv, width: u32) -> Bv {
        let x = self.clean(x);
        let any_of = |ctx: &mut Self, wanted: &dyn Fn(usize) -> bool| {
            let mut any: Option<Value> = None;
            for (_, &limb) in x.limbs().iter().enumerate().filter(|(i, _)| wanted(*i)) {
                any = Some(match any {
                    None => limb,
                    Some(any) => ctx.b.ins().bor(any, limb),
                });
            }
            any.unwrap_or_else(|| ctx.imm(types::I64, 0))
        };
        let all = any_of(self, &|_| true);
        let all = Bv::one(64, all, 64);
        let low = self.encode(&all, 6).unwrap_or_else(|| self.zero(6));
        let mut parts = Vec::new();
        for bit in (6..width).rev() {
            let any = any_of(self, &|i| i >> (bit - 6) & 1 == 1);
            let any = self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0);
            parts.push(Bv::bool(any));
        }
        parts.push(low);
        self.join(&parts)
    }

    /// `1 << x` if `x` is below `width`, else 0.
    pub fn decode_limbs(&mut self, x: &Bv, width: u32) -> Bv {
        let index = self.saturate_u64(x);
        let word = self.b.ins().ushr_imm_u(index, 6);
        let one = self.imm(types::I64, 1);
        let zero = self.imm(types::I64, 0);
        let bit = self.b.ins().ishl(one, index);
        let limbs = (0..limb_count(width))
            .map(|i| {
                let here = self.b.ins().icmp_imm_u(IntCC::Equal, word, i as i64);
                self.b.ins().select(here, bit, zero)
            })
            .collect();
        Bv::from_limbs(width, limbs, carrier_bits(width))
    }
}
