//! Arithmetic on bit vectors in memory: `neg`, `add`, `sub`, products, divisions, and steps of loop indices.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::{Bits, Type, Value as Constant};

use crate::function::{Destination, FnCtx};
use crate::node::Site;
use crate::ownership::{MemRef, Part, Writable};
use crate::repr::{memory_words, SSA_BITS_MAX};
use crate::result_place::Wanted;
use crate::routines::{divide_scratch, Routine};
use crate::shared_divisions::Part as DivisionPart;
use crate::value::Lowered;
use crate::wide_words::{words_for, Target, Words};
use crate::Fault;

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
    /// `-x`.
    pub fn wide_neg(&mut self, site: &Site<'p>, target: &Target<'_>) -> Result<(), Fault> {
        let x = self.operand_words(site, 0)?;
        let ones = self.imm(types::I64, u64::MAX);
        self.negate_if(&target.part(), &x.place, target.words, ones);
        Ok(())
    }

    /// `x + y`, or `x - y` as `x + !y + 1`.
    pub fn wide_add(&mut self, site: &Site<'p>, target: &Target<'_>, subtract: bool) -> Result<(), Fault> {
        let (x, y) = (self.operand_words(site, 0)?, self.operand_words(site, 1)?);
        let (a, b) = (self.address(&x.place), self.address(&y.place));
        let invert = self.imm(types::I64, if subtract { u64::MAX } else { 0 });
        let carry = self.imm(types::I64, u64::from(subtract));
        self.call_routine(Routine::Add, &[target.address], &[a, b, target.count, invert, carry]);
        Ok(())
    }

    /// Writes `-x` if `sign` is all ones, `x` if it is zero: `(x ^ sign) - sign`.
    fn negate_if(&mut self, to: &Part<'_>, x: &MemRef, words: u64, sign: Value) {
        self.fill_zero(to, words);
        let (to, from) = (self.address_to_write(to, 8 * words), self.address(x));
        let count = self.count(words);
        let carry = self.b.ins().band_imm_u(sign, 1);
        self.call_routine(Routine::Add, &[to], &[to.address(), from, count, sign, carry]);
    }

    /// A product of `width` bits, written to `to`.
    pub fn wide_multiply(&mut self, site: &Site<'p>, to: Destination, width: u32, signed: bool) -> Result<(), Fault> {
        let words = words_for(width);
        let mut operands = Vec::with_capacity(2);
        for index in 0..2 {
            let mut x = self.operand_words(site, index)?;
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

    /// A quotient or remainder, written to `target`.
    pub fn wide_divide(
        &mut self,
        site: &Site<'p>,
        target: &Target<'_>,
        signed: bool,
        part: DivisionPart,
    ) -> Result<(), Fault> {
        let (to, words) = (target.place, target.words);
        let quotient_wanted = part == DivisionPart::Quotient;
        let (x, y) = (self.operand_words(site, 0)?, self.operand_words(site, 1)?);
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

    /// `umulp` and `smulp`: a constant and the rest of the product, as in XLS's interpreter. Only the sum is
    /// specified. The constant is not zero, so that tests detect code that uses one element as the product.
    pub fn lower_partial_product(&mut self, site: &Site<'p>, signed: bool) -> Result<Lowered, Fault> {
        let ty = crate::lower_select::element_type(&site.node.ty, 0)?;
        let width = ty.bit_count().ok_or_else(|| site.fault("result is not a pair of bit vectors"))?;
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
                let product = self.take_for_writing(product, 8 * memory_words(width), &Wanted::Anywhere)?;
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
}
