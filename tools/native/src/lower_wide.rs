//! Operations on bit vectors that are too wide for SSA values, and those that narrower ones do in memory too. All of them
//! become calls of routines on words.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::family::{Logic, Order, Reduction, Shift};
use xls_aot_ir::Bits;

use crate::bit_op::BitOp;
use crate::function::{Destination, FnCtx};
use crate::node::Site;
use crate::ownership::{Part, Writable};
use crate::routines::Routine;
use crate::value::{carrier, Bv, Lowered};
use crate::wide_words::{Target, Words};
use crate::Fault;

impl<'p> FnCtx<'_, 'p> {
    /// Lowers an operation on bit vectors, any of which may be in memory.
    pub fn lower_wide(&mut self, site: &Site<'p>, op: BitOp) -> Result<Lowered, Fault> {
        let width = site.width();
        match op {
            BitOp::Order(order) => self.wide_order(site, order),
            BitOp::Reduction(reduction) => self.wide_reduce(site, reduction),
            BitOp::Encode => self.wide_encode(site, width),
            BitOp::Not => self.write_words(width, |ctx, target| ctx.wide_not(site, target)),
            BitOp::Neg => self.write_words(width, |ctx, target| ctx.wide_neg(site, target)),
            BitOp::Reverse => self.write_words(width, |ctx, target| ctx.wide_reverse(site, target)),
            BitOp::Logic(logic) => self.write_words(width, |ctx, target| ctx.wide_logic(site, target, logic)),
            BitOp::Add => self.write_words(width, |ctx, target| ctx.wide_add(site, target, false)),
            BitOp::Sub => self.write_words(width, |ctx, target| ctx.wide_add(site, target, true)),
            BitOp::Multiply { signed } => {
                self.write_words(width, |ctx, target| ctx.wide_multiply(site, target.address, width, signed))
            }
            BitOp::Divide { signed, part } => {
                self.write_words(width, |ctx, target| ctx.wide_divide(site, target, signed, part))
            }
            BitOp::Shift(shift) => self.write_words(width, |ctx, target| ctx.wide_shift(site, target, shift)),
            BitOp::DynamicBitSlice => self.write_words(width, |ctx, target| ctx.wide_shift(site, target, Shift::Shrl)),
            BitOp::ZeroExt => self.write_words(width, |ctx, target| ctx.wide_bit_slice(site, target, 0)),
            BitOp::BitSlice { start } => self.write_words(width, |ctx, target| ctx.wide_bit_slice(site, target, start)),
            BitOp::SignExt => self.write_words(width, |ctx, target| ctx.wide_sign_ext(site, target)),
            BitOp::BitSliceUpdate => self.write_words(width, |ctx, target| ctx.wide_slice_update(site, target)),
            BitOp::Concat => self.write_words(width, |ctx, target| ctx.wide_concat(site, target)),
            BitOp::OneHot { lsb_prio } => {
                self.write_words(width, |ctx, target| ctx.wide_one_hot(site, target, lsb_prio))
            }
            BitOp::Decode => self.write_words(width, |ctx, target| ctx.wide_decode(site, target)),
        }
    }

    fn wide_encode(&mut self, site: &Site<'p>, width: u32) -> Result<Lowered, Fault> {
        let x = self.operand_words(site, 0)?;
        let (base, count) = (self.address(&x.place), self.count(x.count));
        let value = self.routine_value(Routine::Encode, &[base, count])?;
        let value = self.convert(value, carrier(width));
        Ok(Lowered::Bits(Bv::one(width, value, width)))
    }

    fn wide_not(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let x = self.operand_words(site, 0)?;
        let from = self.address(&x.place);
        self.call_routine(Routine::Not, &[target.address], &[from, target.count]);
        Ok(())
    }

    fn wide_logic(&mut self, site: &Site<'p>, target: &Target<'_>, logic: Logic) -> Result<(), Fault> {
        let (routine, invert) = match logic {
            Logic::And => (Routine::And, false),
            Logic::Or => (Routine::Or, false),
            Logic::Xor => (Routine::Xor, false),
            Logic::Nand => (Routine::And, true),
            Logic::Nor => (Routine::Or, true),
        };
        self.wide_fold(site, routine, target.address, target.count)?;
        if invert {
            self.call_routine(Routine::Not, &[target.address], &[target.address.address(), target.count]);
        }
        Ok(())
    }

    /// `dynamic_bit_slice` too: it is a logical shift to the right into a result of its own width.
    fn wide_shift(&mut self, site: &Site<'p>, target: &Target<'_>, shift: Shift) -> Result<(), Fault> {
        let (to, words) = (&target.part(), target.words);
        let amount = self.saturated_word(&site.operands[1], site.operand_type(1))?;
        let x = self.operand_words(site, 0)?;
        match shift {
            Shift::Shll => self.wide_shift_left(Routine::ShiftLeft, to, words, &x, amount),
            Shift::Shra => {
                let extended = self.scratch(x.count)?;
                self.store_sign_extended(&extended.whole(), x.count, &x);
                let sign = self.sign_word(&x);
                let extended = Words { place: extended.into_value(), ..x };
                self.wide_shift_right(to, words, &extended, amount, sign);
            }
            Shift::Shrl => {
                let zero = self.imm(types::I64, 0);
                self.wide_shift_right(to, words, &x, amount, zero);
            }
        }
        Ok(())
    }

    /// The bits from `start` on, and zeros above the operand's width.
    fn wide_bit_slice(&mut self, site: &Site<'p>, target: &Target<'_>, start: u32) -> Result<(), Fault> {
        let x = self.operand_words(site, 0)?;
        let amount = self.imm(types::I64, u64::from(start));
        let zero = self.imm(types::I64, 0);
        self.wide_shift_right(&target.part(), target.words, &x, amount, zero);
        Ok(())
    }

    fn wide_sign_ext(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let x = self.operand_words(site, 0)?;
        self.store_sign_extended(&target.part(), target.words, &x);
        Ok(())
    }

    fn wide_concat(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let (to, words) = (&target.part(), target.words);
        self.fill_zero(to, words);
        let mut offset = 0;
        for index in (0..site.operands.len()).rev() {
            let x = self.operand_words(site, index)?;
            let amount = self.imm(types::I64, offset);
            self.wide_shift_left(Routine::OrShifted, to, words, &x, amount);
            offset += u64::from(x.width);
        }
        Ok(())
    }

    fn wide_reverse(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let Target { width, words, count, .. } = *target;
        let x = self.operand_words(site, 0)?;
        let reversed = self.scratch(x.count)?;
        let to = self.address_to_write(&reversed.whole(), 8 * words);
        let from = self.address(&x.place);
        self.call_routine(Routine::Reverse, &[to], &[from, count]);
        let zero = self.imm(types::I64, 0);
        let amount = self.imm(types::I64, 64 * words - u64::from(width));
        let reversed = Words { place: reversed.into_value(), count: words, width };
        self.wide_shift_right(&target.part(), words, &reversed, amount, zero);
        Ok(())
    }

    fn wide_one_hot(&mut self, site: &Site<'p>, target: &Target<'_>, lsb_prio: bool) -> Result<(), Fault> {
        let x = self.operand_words(site, 0)?;
        let routine = if lsb_prio { Routine::LowestSet } else { Routine::HighestSet };
        let (from, x_count) = (self.address(&x.place), self.count(x.count));
        let found = self.routine_value(routine, &[from, x_count])?;
        let none = self.b.ins().icmp_imm_s(IntCC::Equal, found, -1);
        let top = self.imm(types::I64, u64::from(x.width));
        let index = self.b.ins().select(none, top, found);
        self.fill_zero(&target.part(), target.words);
        self.set_bit(target.place, index);
        Ok(())
    }

    fn wide_decode(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let index = self.saturated_word(&site.operands[0], site.operand_type(0))?;
        self.fill_zero(&target.part(), target.words);
        let in_range = self.b.ins().icmp_imm_u(IntCC::UnsignedLessThan, index, i64::from(target.width));
        self.if_then(in_range, |ctx| {
            ctx.set_bit(target.place, index);
            Ok(())
        })
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

    /// `and`, `or` or `xor` of all operands.
    fn wide_fold(&mut self, site: &Site<'p>, routine: Routine, to: Destination, count: Value) -> Result<(), Fault> {
        let first = self.operand_words(site, 0)?;
        let mut so_far = self.address(&first.place);
        // A single operand is combined with itself; that gives it for `and` and `or`, not for `xor`.
        if site.operands.len() == 1 {
            let routine = if routine == Routine::Xor { Routine::Or } else { routine };
            self.call_routine(routine, &[to], &[so_far, so_far, count]);
        }
        for index in 1..site.operands.len() {
            let x = self.operand_words(site, index)?;
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

    fn wide_slice_update(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let (to, words) = (&target.part(), target.words);
        let start = self.saturated_word(&site.operands[1], site.operand_type(1))?;
        let (x, update) = (self.operand_words(site, 0)?, self.operand_words(site, 2)?);
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

    /// A comparison of numbers, made from `less`.
    fn wide_order(&mut self, site: &Site<'p>, order: Order) -> Result<Lowered, Fault> {
        // The operands of `less`, whether it is signed, and whether its result is inverted.
        let ([first, second], signed, invert) = match order {
            Order::Ult => ([0, 1], false, false),
            Order::Ule => ([1, 0], false, true),
            Order::Ugt => ([1, 0], false, false),
            Order::Uge => ([0, 1], false, true),
            Order::Slt => ([0, 1], true, false),
            Order::Sle => ([1, 0], true, true),
            Order::Sgt => ([1, 0], true, false),
            Order::Sge => ([0, 1], true, true),
        };
        let (x, y) = (self.operand_words(site, first)?, self.operand_words(site, second)?);
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

    fn wide_reduce(&mut self, site: &Site<'p>, reduction: Reduction) -> Result<Lowered, Fault> {
        let x = self.operand_words(site, 0)?;
        let (base, count) = (self.address(&x.place), self.count(x.count));
        let value = match reduction {
            Reduction::AndReduce => {
                let ones = self.constant_words(&Bits::ones(x.width));
                let ones = self.address(&ones);
                let bytes = self.count(8 * x.count);
                let equal = self.routine_value(Routine::EqualBytes, &[base, ones, bytes])?;
                Bv::bool(equal)
            }
            Reduction::OrReduce => {
                let any = self.routine_value(Routine::FoldOr, &[base, count])?;
                Bv::bool(self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0))
            }
            Reduction::XorReduce => {
                let folded = self.routine_value(Routine::FoldXor, &[base, count])?;
                self.xor_reduce(&Bv::one(64, folded, 64))
            }
        };
        Ok(Lowered::Bits(value))
    }
}
