//! `add`, `sub`, `neg`, `umul`, `smul`.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use crate::function::FnCtx;
use crate::repr::SSA_BITS_MAX;
use crate::value::{carrier, carrier_bits, limb_count, Bv, Origin};

/// Most limb products written out for one multiplication: those of eight limbs by eight, cut off at 512 bits. The routine for larger
/// ones takes 2.2 to 4.5 times as long at this size.
const INLINE_PRODUCTS_MAX: usize = 36;

/// Fewest single bits of a value whose sum is a population count. Without an instruction for it, a population count takes
/// about as long as the sum of eight bits.
const COUNTED_BITS_MIN: u32 = 8;

/// A carrier, and the least and the greatest value of it as a signed number.
type SignedOperand = (Value, (i128, i128));

impl FnCtx<'_, '_> {
    /// `x + y`, widths equal.
    pub fn add(&mut self, x: &Bv, y: &Bv) -> Bv {
        if let Some(count) = self.count_bits(x, y) {
            return count;
        }
        if x.width <= 64 {
            let ((a, a_range), (b, b_range)) = self.signed_operands(x, y);
            let sum = self.b.ins().iadd(a, b);
            let sums = (a_range.0 + b_range.0, a_range.1 + b_range.1);
            return Bv::one(x.width, sum, x.bound.max(y.bound) + 1).computed_within(sums);
        }
        let bound = x.bound.max(y.bound) + 1;
        let limbs = self.add_limbs(x.limbs(), y.limbs(), None);
        Bv::from_limbs(x.width, limbs, bound)
    }

    /// `x + y`, if they are numbers of set bits of one value, and no bit counts in both: the number of all these bits. From
    /// [`COUNTED_BITS_MIN`] bits on by a population count, so that the single sums before are not used.
    fn count_bits(&mut self, x: &Bv, y: &Bv) -> Option<Bv> {
        let (Origin::Count(source, mask), Origin::Count(other, more)) = (x.origin, y.origin) else { return None };
        let count = (mask | more).count_ones();
        if source != other || mask & more != 0 || x.width < u32::BITS - count.leading_zeros() {
            return None;
        }
        let sum = if count < COUNTED_BITS_MIN {
            self.b.ins().iadd(x.first(), y.first())
        } else {
            let all = u64::MAX >> (64 - self.type_of(source).bits());
            let counted =
                if mask | more == all { source } else { self.b.ins().band_imm_u(source, (mask | more) as i64) };
            let sum = self.b.ins().popcnt(counted);
            self.convert(sum, carrier(x.width))
        };
        let bound = u32::BITS - count.leading_zeros();
        Some(Bv::one(x.width, sum, bound).counting(source, mask | more))
    }

    /// `x - y`, widths equal.
    pub fn sub(&mut self, x: &Bv, y: &Bv) -> Bv {
        let bound = carrier_bits(x.width);
        if x.width <= 64 {
            let ((a, a_range), (b, b_range)) = self.signed_operands(x, y);
            let difference = self.b.ins().isub(a, b);
            let differences = (a_range.0 - b_range.1, a_range.1 - b_range.0);
            return Bv::one(x.width, difference, bound).computed_within(differences);
        }
        let limbs = self.sub_limbs(x.limbs(), y.limbs());
        Bv::from_limbs(x.width, limbs, bound)
    }

    /// `-x`.
    pub fn neg(&mut self, x: &Bv) -> Bv {
        if let [value] = x.limbs() {
            let value = self.b.ins().ineg(*value);
            let (low, high) = x.signed_range();
            return Bv::one(x.width, value, carrier_bits(x.width)).computed_within((-high, -low));
        }
        let zero = self.zero(x.width);
        self.sub(&zero, x)
    }

    /// The carriers of two vectors of at most 64 bits, and from where to where they are as signed numbers. A negative constant is
    /// sign-extended if the other vector is, so that the result is.
    fn signed_operands(&mut self, x: &Bv, y: &Bv) -> (SignedOperand, SignedOperand) {
        (self.signed_operand(x, y), self.signed_operand(y, x))
    }

    fn signed_operand(&mut self, x: &Bv, other: &Bv) -> SignedOperand {
        // If the other carrier cannot be negative, the constant's bits above the width would only make the result dirty.
        let is_useful = other.is_sign_extended() && other.bound == carrier_bits(other.width);
        match self.signed_constant(x) {
            Some(constant) if is_useful => {
                (self.imm(carrier(x.width), constant as u64), (constant.into(), constant.into()))
            }
            _ => (x.first(), x.signed_range()),
        }
    }

    /// Sums limbs with a carry chain; `carry` (0 or 1, as I64) comes in at the bottom.
    pub fn add_limbs(&mut self, x: &[Value], y: &[Value], carry: Option<Value>) -> Vec<Value> {
        if let ([a0, a1], [b0, b1], None) = (x, y, carry) {
            let a = self.b.ins().iconcat(*a0, *a1);
            let b = self.b.ins().iconcat(*b0, *b1);
            let sum = self.b.ins().iadd(a, b);
            let (low, high) = self.b.ins().isplit(sum);
            return vec![low, high];
        }
        let mut carry = carry;
        let mut sums = Vec::with_capacity(x.len());
        for (i, (&a, &b)) in x.iter().zip(y).enumerate() {
            let last = i + 1 == x.len();
            let sum = self.b.ins().iadd(a, b);
            let (sum, out) = match carry {
                None => (sum, (!last).then(|| self.b.ins().icmp(IntCC::UnsignedLessThan, sum, b))),
                Some(carry) => {
                    let total = self.b.ins().iadd(sum, carry);
                    let out = (!last).then(|| {
                        let first = self.b.ins().icmp(IntCC::UnsignedLessThan, sum, b);
                        let second = self.b.ins().icmp(IntCC::UnsignedLessThan, total, carry);
                        self.b.ins().bor(first, second)
                    });
                    (total, out)
                }
            };
            sums.push(sum);
            carry = out.map(|out| self.b.ins().uextend(types::I64, out));
        }
        sums
    }

    fn sub_limbs(&mut self, x: &[Value], y: &[Value]) -> Vec<Value> {
        if let ([a0, a1], [b0, b1]) = (x, y) {
            let a = self.b.ins().iconcat(*a0, *a1);
            let b = self.b.ins().iconcat(*b0, *b1);
            let difference = self.b.ins().isub(a, b);
            let (low, high) = self.b.ins().isplit(difference);
            return vec![low, high];
        }
        let mut borrow: Option<Value> = None;
        let mut limbs = Vec::with_capacity(x.len());
        for (&a, &b) in x.iter().zip(y) {
            let difference = self.b.ins().isub(a, b);
            let first = self.b.ins().icmp(IntCC::UnsignedLessThan, a, b);
            let (limb, out) = match borrow {
                None => (difference, first),
                Some(borrow) => {
                    let limb = self.b.ins().isub(difference, borrow);
                    let second = self.b.ins().icmp(IntCC::UnsignedLessThan, difference, borrow);
                    (limb, self.b.ins().bor(first, second))
                }
            };
            limbs.push(limb);
            borrow = Some(self.b.ins().uextend(types::I64, out));
        }
        limbs
    }

    /// The operand of a multiplication of result width `width`: the same number modulo `2^width`.
    pub fn multiplicand(&mut self, x: &Bv, width: u32, signed: bool) -> Bv {
        if x.width >= width {
            self.truncate(x, width)
        } else if signed {
            self.sign_extend(x, width)
        } else {
            self.zero_extend(x, width)
        }
    }

    /// The low `width` bits of the product of two vectors of that width; `None` if the routine should multiply them.
    pub fn multiply(&mut self, x: &Bv, y: &Bv, width: u32) -> Option<Bv> {
        let bound = x.bound + y.bound;
        if let ([a], [b]) = (x.limbs(), y.limbs()) {
            let ty = carrier(width);
            let product = if ty == types::I8 { self.b.ins().band(*a, *b) } else { self.b.ins().imul(*a, *b) };
            let bound = if ty == types::I8 { x.bound.min(y.bound) } else { bound };
            let product = Bv::one(width, product, bound);
            if ty == types::I8 {
                return Some(product);
            }
            let ((a, b), (c, d)) = (x.signed_range(), y.signed_range());
            let mut extremes = [a * c, a * d, b * c, b * d];
            extremes.sort_unstable();
            return Some(product.computed_within((extremes[0], extremes[3])));
        }
        if width > SSA_BITS_MAX {
            return None;
        }
        let count = limb_count(width);
        // Limbs that are known to be zero are left out.
        let x_count = count.min((x.bound.div_ceil(64) as usize).max(1));
        let y_count = count.min((y.bound.div_ceil(64) as usize).max(1));
        let products: usize = (0..x_count).map(|i| y_count.min(count - i)).sum();
        if products > INLINE_PRODUCTS_MAX {
            return None;
        }
        let limbs = self.multiply_limbs(&x.limbs()[..x_count], &y.limbs()[..y_count], count);
        Some(Bv::from_limbs(width, limbs, bound))
    }

    /// Row by row: each row adds `x[i] * y` at limb `i`.
    fn multiply_limbs(&mut self, x: &[Value], y: &[Value], count: usize) -> Vec<Value> {
        let zero = self.imm(types::I64, 0);
        let mut sum = vec![zero; count];
        for (i, &a) in x.iter().enumerate() {
            let mut carry: Option<Value> = None;
            for (j, &b) in y.iter().enumerate().take(count - i) {
                let addends = [(i > 0).then_some(sum[i + j]), carry];
                let (low, high) = if i + j + 1 == count {
                    (self.multiply_add_low(a, b, addends), None)
                } else {
                    let (low, high) = self.multiply_add(a, b, addends);
                    (low, Some(high))
                };
                sum[i + j] = low;
                carry = high;
            }
            if let (Some(carry), Some(limb)) = (carry, sum.get_mut(i + y.len())) {
                *limb = carry;
            }
        }
        sum
    }

    /// `a * b` plus up to two limbs, which never overflows two limbs.
    fn multiply_add(&mut self, a: Value, b: Value, addends: [Option<Value>; 2]) -> (Value, Value) {
        let a = self.b.ins().uextend(types::I128, a);
        let b = self.b.ins().uextend(types::I128, b);
        let product = self.b.ins().imul(a, b);
        let mut total = product;
        for addend in addends.into_iter().flatten() {
            let addend = self.b.ins().uextend(types::I128, addend);
            // On x86-64 a sum is made in the registers of its first operand. The product is in the two registers that every
            // product is made in, so as the first operand it would have to be moved to others.
            total =
                if total == product { self.b.ins().iadd(addend, product) } else { self.b.ins().iadd(total, addend) };
        }
        self.b.ins().isplit(total)
    }

    /// The low limb of `a * b` plus up to two limbs.
    fn multiply_add_low(&mut self, a: Value, b: Value, addends: [Option<Value>; 2]) -> Value {
        let mut total = self.b.ins().imul(a, b);
        for addend in addends.into_iter().flatten() {
            total = self.b.ins().iadd(total, addend);
        }
        total
    }
}
