//! `shll`, `shrl`, `shra` on vectors in SSA values.
//!
//! Each function returns `None` for dynamic amounts on more than two limbs, which the wide path lowers.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use crate::function::FnCtx;
use crate::value::{carrier_bits, limb_count, Bv};

/// Direction of a logical shift.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Direction {
    Left,
    Right,
}

impl FnCtx<'_, '_> {
    /// `x << amount` or `x >> amount` with zeros coming in; an amount of the width or more gives zero.
    pub fn shift_logical(&mut self, direction: Direction, x: &Bv, amount: &Bv) -> Option<Bv> {
        if let Some(by) = self.const_amount(amount) {
            return Some(match u32::try_from(by) {
                Ok(by) if by < x.width => self.shift_by_const(direction, x, by),
                _ => self.zero(x.width),
            });
        }
        let x = if direction == Direction::Right { self.clean(x) } else { x.clone() };
        let (amount, in_range) = self.shift_amount(amount, x.width)?;
        let bound = if direction == Direction::Right { x.bound } else { carrier_bits(x.width) };
        let shifted = match x.limbs() {
            [value] => vec![match direction {
                Direction::Left => self.b.ins().ishl(*value, amount),
                Direction::Right => self.b.ins().ushr(*value, amount),
            }],
            [low, high] => {
                let pair = self.b.ins().iconcat(*low, *high);
                let pair = match direction {
                    Direction::Left => self.b.ins().ishl(pair, amount),
                    Direction::Right => self.b.ins().ushr(pair, amount),
                };
                let (low, high) = self.b.ins().isplit(pair);
                vec![low, high]
            }
            _ => return None,
        };
        let limbs = match in_range {
            None => shifted,
            Some(in_range) => shifted
                .into_iter()
                .map(|value| {
                    let ty = self.type_of(value);
                    let zero = self.imm(ty, 0);
                    self.b.ins().select(in_range, value, zero)
                })
                .collect(),
        };
        Some(Bv::from_limbs(x.width, limbs, bound))
    }

    /// `x >> amount` with copies of the sign bit coming in.
    pub fn shift_arithmetic(&mut self, x: &Bv, amount: &Bv) -> Option<Bv> {
        if x.width == 0 {
            return Some(self.zero(0));
        }
        if let Some(by) = self.const_amount(amount) {
            let by = by.min(u64::from(x.width) - 1) as u32;
            let top = self.extract(x, by, x.width - by);
            return Some(self.sign_extend(&top, x.width));
        }
        let (amount, in_range) = self.shift_amount(amount, x.width)?;
        let all = carrier_bits(x.width) - 1;
        let amount = match in_range {
            None => amount,
            Some(in_range) => {
                let ty = self.type_of(amount);
                // All carriers of amounts that can be out of range hold `all`, which is at most 127.
                let all = self.imm(ty, u64::from(all));
                self.b.ins().select(in_range, amount, all)
            }
        };
        let filled = self.sign_fill(x);
        let limbs = match filled.as_slice() {
            [value] => vec![self.b.ins().sshr(*value, amount)],
            [low, high] => {
                let pair = self.b.ins().iconcat(*low, *high);
                let pair = self.b.ins().sshr(pair, amount);
                let (low, high) = self.b.ins().isplit(pair);
                vec![low, high]
            }
            _ => return None,
        };
        Some(Bv::from_limbs(x.width, limbs, carrier_bits(x.width)))
    }

    /// The amount if it is constant (saturated to 64 bits).
    pub fn const_amount(&self, amount: &Bv) -> Option<u64> {
        if amount.width == 0 {
            return Some(0);
        }
        // Bits above the width may be set in the last limb, and do not count.
        let mut words = amount.limbs().iter().map(|&limb| self.const_of(limb)).collect::<Option<Vec<u64>>>()?;
        *words.last_mut()? &= xls_aot_ir::bits::last_word_mask(amount.width);
        let (&low, high) = words.split_first()?;
        Some(if high.iter().all(|&word| word == 0) { low } else { u64::MAX })
    }

    /// The amount as one value, and whether it is below `width`; no condition if the carriers' own shift semantics
    /// suffice because the amount is always below the number of carrier bits. `None` for more than two limbs.
    fn shift_amount(&mut self, amount: &Bv, width: u32) -> Option<(Value, Option<Value>)> {
        if limb_count(width) > 2 {
            return None;
        }
        let clean = self.clean(amount);
        let value = if clean.limbs().len() == 1 { clean.first() } else { self.saturate_u64(&clean) };
        let always = clean.bound < 32 && (1u64 << clean.bound) <= u64::from(carrier_bits(width));
        if always {
            return Some((value, None));
        }
        // The carrier of the amount can hold the width: if it could not, all amounts would be below it (`always`).
        let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, value, i64::from(width));
        Some((value, Some(in_range)))
    }

    /// Shift by a constant below the width.
    pub fn shift_by_const(&mut self, direction: Direction, x: &Bv, by: u32) -> Bv {
        if by == 0 {
            return x.clone();
        }
        match direction {
            Direction::Right => {
                let top = self.extract(x, by, x.width - by);
                let top = self.clean(&top);
                self.zero_extend(&top, x.width)
            }
            Direction::Left => {
                if let [value] = x.limbs() {
                    let value = self.b.ins().ishl_imm_u(*value, i64::from(by));
                    return Bv::one(x.width, value, x.bound + by);
                }
                let bound = x.bound + by;
                let (skip, shift) = ((by / 64) as usize, by % 64);
                let zero = self.imm(types::I64, 0);
                let mut limbs = vec![zero; x.limbs().len()];
                for (i, limb) in limbs.iter_mut().enumerate().skip(skip) {
                    let low = x.limbs()[i - skip];
                    *limb = match (shift, i.checked_sub(skip + 1)) {
                        (0, _) => low,
                        (_, None) => self.b.ins().ishl_imm_u(low, i64::from(shift)),
                        (_, Some(below)) => {
                            let up = self.b.ins().ishl_imm_u(low, i64::from(shift));
                            let carried = self.b.ins().ushr_imm_u(x.limbs()[below], i64::from(64 - shift));
                            self.b.ins().bor(up, carried)
                        }
                    };
                }
                Bv::from_limbs(x.width, limbs, bound)
            }
        }
    }
}
