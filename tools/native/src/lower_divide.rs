//! `udiv`, `umod`, `sdiv`, `smod` on vectors in SSA values.
//!
//! XLS defines a result for every case in which processors trap. So the code first replaces divisors that would trap, and
//! selects the defined result afterwards:
//! `x / 0` is all ones (signed: the largest or smallest number), `x % 0` is 0, `MIN / -1` is `MIN`, `MIN % -1` is 0.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};
use xls_aot_ir::NodeId;

use crate::bits::low_mask;
use crate::function::FnCtx;
use crate::lower_logic::Bitwise;
use crate::node::Site;
use crate::ownership::MemRef;
use crate::routines::{divide_scratch, Routine};
use crate::shared_divisions::{Division, Part};
use crate::value::{carrier, carrier_bits, Bv, Lowered};
use crate::Fault;

/// Which results of a division are computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wanted {
    Only(Part),
    Both,
}

/// The results of a division that were wanted.
struct Divided {
    quotient: Option<Bv>,
    remainder: Option<Bv>,
}

impl Divided {
    fn part(&self, part: Part) -> Option<&Bv> {
        match part {
            Part::Quotient => self.quotient.as_ref(),
            Part::Remainder => self.remainder.as_ref(),
        }
    }
}

impl<'p> FnCtx<'_, 'p> {
    /// A division of vectors in SSA values. The nodes `others` do the same division: their values are written to `values`.
    pub fn lower_divide(
        &mut self,
        site: &Site<'p>,
        others: &[NodeId],
        values: &mut [Option<Lowered>],
    ) -> Result<Lowered, Fault> {
        let no_division = || site.fault("operation is not a division");
        let (Division { signed, .. }, own) = Division::of(site.node).ok_or_else(no_division)?;
        let mut parts = Vec::with_capacity(others.len());
        for &other in others {
            let (_, part) = Division::of(site.function.node(other)).ok_or_else(no_division)?;
            parts.push(part);
        }
        let wanted = if parts.iter().all(|&part| part == own) { Wanted::Only(own) } else { Wanted::Both };
        let (x, y) = (site.bits(0)?, site.bits(1)?);
        let divided = match (site.width(), signed) {
            (0, _) => Divided { quotient: Some(self.zero(0)), remainder: Some(self.zero(0)) },
            (1..=64, false) => self.divide_unsigned(wanted, x, y),
            (1..=64, true) => self.divide_signed(wanted, x, y),
            _ => self.divide_limbs(signed, x, y)?,
        };
        let result = |part| {
            let bits = divided.part(part).cloned().ok_or_else(|| site.fault("division without a result"))?;
            Ok(Lowered::Bits(bits))
        };
        for (other, part) in others.iter().zip(parts) {
            values[other.index()] = Some(result(part)?);
        }
        result(own)
    }

    /// Unsigned division, width 1 to 64.
    fn divide_unsigned(&mut self, wanted: Wanted, x: &Bv, y: &Bv) -> Divided {
        let width = x.width;
        let (x, y) = (self.clean(x), self.clean(y));
        let ty = if x.bound.max(y.bound) <= 32 { types::I32 } else { types::I64 };
        let (a, b) = (self.convert(x.first(), ty), self.convert(y.first(), ty));
        let known = self.const_of(b);
        let zero = self.b.ins().icmp_imm_u(IntCC::Equal, b, 0);
        let one = self.imm(ty, 1);
        let divisor = match known {
            Some(0) => one,
            Some(_) => b,
            None => self.b.ins().select(zero, one, b),
        };
        let quotient = self.raw_quotient(wanted, |ctx| ctx.b.ins().udiv(a, divisor));
        let remainder = self.raw_remainder(wanted, quotient, a, divisor, |ctx| ctx.b.ins().urem(a, divisor));
        let quotient = quotient.map(|value| {
            // The quotient of a division by zero is all ones in the width's own carrier, which may be larger than `ty`.
            let value = self.convert(value, carrier(width));
            if known.is_some_and(|divisor| divisor != 0) {
                return Bv::one(width, value, x.bound);
            }
            let ones = self.imm(carrier(width), low_mask(width));
            let value = self.b.ins().select(zero, ones, value);
            Bv::one(width, value, width)
        });
        // The divisor is 1 in place of 0: `x % 1` is 0, as XLS defines `x % 0`.
        let remainder = remainder.map(|value| {
            let value = self.convert(value, carrier(width));
            Bv::one(width, value, x.bound.min(y.bound))
        });
        Divided { quotient, remainder }
    }

    /// Signed division, width 1 to 64.
    fn divide_signed(&mut self, wanted: Wanted, x: &Bv, y: &Bv) -> Divided {
        let width = x.width;
        let ty = if width <= 32 { types::I32 } else { types::I64 };
        let (a, b) = (self.signed_carrier(x, ty), self.signed_carrier(y, ty));
        let zero = self.b.ins().icmp_imm_u(IntCC::Equal, b, 0);
        let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, b, -1);
        let harmful = self.b.ins().bor(zero, minus_one);
        let one = self.imm(ty, 1);
        let divisor = self.b.ins().select(harmful, one, b);
        let quotient = self.raw_quotient(wanted, |ctx| ctx.b.ins().sdiv(a, divisor));
        let remainder = self.raw_remainder(wanted, quotient, a, divisor, |ctx| ctx.b.ins().srem(a, divisor));
        let quotient = quotient.map(|value| {
            let negated = self.b.ins().ineg(a);
            let value = self.b.ins().select(minus_one, negated, value);
            let largest = self.imm(ty, low_mask(width - 1));
            let smallest = self.imm(ty, 1 << (width - 1));
            let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
            let at_zero = self.b.ins().select(negative, smallest, largest);
            let value = self.b.ins().select(zero, at_zero, value);
            self.carried(width, value, 64)
        });
        // The divisor is 1 in place of 0 and -1: `x % 1` is 0, as XLS defines `x % 0` and `x % -1`.
        let remainder = remainder.map(|value| self.carried(width, value, 64));
        Divided { quotient, remainder }
    }

    /// The quotient by a divisor that cannot trap, if the quotient is wanted.
    fn raw_quotient(&mut self, wanted: Wanted, divide: impl FnOnce(&mut Self) -> Value) -> Option<Value> {
        match wanted {
            Wanted::Only(Part::Quotient) | Wanted::Both => Some(divide(self)),
            Wanted::Only(Part::Remainder) => None,
        }
    }

    /// The remainder by a divisor that cannot trap, if it is wanted. If there is a quotient, the remainder is
    /// `x - quotient * divisor`, which is cheaper than a second division.
    fn raw_remainder(
        &mut self,
        wanted: Wanted,
        quotient: Option<Value>,
        x: Value,
        divisor: Value,
        divide: impl FnOnce(&mut Self) -> Value,
    ) -> Option<Value> {
        match (wanted, quotient) {
            (Wanted::Only(Part::Quotient), _) => None,
            (Wanted::Only(Part::Remainder) | Wanted::Both, Some(quotient)) => {
                let product = self.b.ins().imul(quotient, divisor);
                Some(self.b.ins().isub(x, product))
            }
            (Wanted::Only(Part::Remainder) | Wanted::Both, None) => Some(divide(self)),
        }
    }

    /// Division of vectors of more than 64 bits in SSA values. The routine divides the magnitudes and gives both results;
    /// the code here removes the signs before and restores them afterwards.
    fn divide_limbs(&mut self, signed: bool, x: &Bv, y: &Bv) -> Result<Divided, Fault> {
        let (x, y) = (self.clean(x), self.clean(y));
        let (quotient, remainder) = if signed { self.divide_magnitudes(&x, &y)? } else { self.divide_words(&x, &y)? };
        Ok(Divided { quotient: Some(quotient), remainder: Some(remainder) })
    }

    /// Quotient and remainder of unsigned vectors; a division by zero gives all ones and zero.
    fn divide_words(&mut self, x: &Bv, y: &Bv) -> Result<(Bv, Bv), Fault> {
        let words = x.limbs().len() as u64;
        let (a, b) = (self.store_limbs(x)?, self.store_limbs(y)?);
        let (quotient, remainder) = (self.allocate(8 * words)?, self.allocate(8 * words)?);
        let scratch = self.allocate(divide_scratch(words))?;
        let results =
            [self.address_to_write(&quotient.whole(), 8 * words), self.address_to_write(&remainder.whole(), 8 * words)];
        let arguments = [
            self.address(&a),
            self.address(&b),
            self.imm(types::I64, words),
            self.address_to_write(&scratch.whole(), divide_scratch(words)).address(),
        ];
        self.call_routine(Routine::Divide, &results, &arguments);
        let load = |ctx: &mut Self, place: &MemRef| {
            let limbs = (0..words).map(|i| ctx.load_word(place, 8 * i)).collect();
            Bv::from_limbs(x.width, limbs, 64 * words as u32)
        };
        // The quotient of a division by zero has ones above the width; other results are clean.
        Ok((load(self, quotient.written()), load(self, remainder.written())))
    }

    fn store_limbs(&mut self, x: &Bv) -> Result<MemRef, Fault> {
        let place = self.allocate(8 * x.limbs().len() as u64)?;
        for (i, &limb) in x.limbs().iter().enumerate() {
            self.store_word(limb, &place.whole(), 8 * i as u64);
        }
        Ok(place.into_value())
    }

    fn divide_magnitudes(&mut self, x: &Bv, y: &Bv) -> Result<(Bv, Bv), Fault> {
        let width = x.width;
        let (x_abs, x_sign) = self.magnitude(x);
        let (y_abs, y_sign) = self.magnitude(y);
        let (quotient, remainder) = self.divide_words(&x_abs, &y_abs)?;
        let sign = self.b.ins().bxor(x_sign, y_sign);
        let quotient = self.negate_by(&quotient, sign);
        let remainder = self.negate_by(&remainder, x_sign);
        // x / 0 is the largest number, or the smallest for a negative x: ones or zeros with the sign bit flipped.
        let any = self.or_reduce(y);
        let fill = self.b.ins().bnot(x_sign);
        let mut limbs = vec![fill; x.limbs().len()];
        let at = ((width - 1) / 64) as usize;
        limbs[at] = self.b.ins().bxor_imm_u(fill, (1u64 << ((width - 1) % 64)) as i64);
        let extreme = Bv::from_limbs(width, limbs, carrier_bits(width));
        let quotient = self.truncate(&quotient, width);
        let quotient = self.choose_bits(any.first(), &quotient, &extreme);
        Ok((quotient, self.truncate(&remainder, width)))
    }

    /// The magnitude in whole limbs, and the sign as zero or all ones.
    fn magnitude(&mut self, x: &Bv) -> (Bv, Value) {
        let limbs = self.sign_fill(x);
        let whole = 64 * limbs.len() as u32;
        let sign = self.b.ins().sshr_imm_u(limbs[limbs.len() - 1], 63);
        let x = Bv::from_limbs(whole, limbs, whole);
        (self.negate_by(&x, sign), sign)
    }

    /// `(x ^ sign) - sign`: `-x` if the sign is all ones.
    fn negate_by(&mut self, x: &Bv, sign: Value) -> Bv {
        let signs = Bv::from_limbs(x.width, vec![sign; x.limbs().len()], carrier_bits(x.width));
        let flipped = self.bitwise(Bitwise::Xor, x, &signs);
        self.sub(&flipped, &signs)
    }

    fn signed_carrier(&mut self, x: &Bv, ty: cranelift_codegen::ir::Type) -> Value {
        let value = self.sign_fill(x)[0];
        if self.type_of(value) == ty {
            value
        } else {
            self.b.ins().sextend(ty, value)
        }
    }

    /// A value of I32 or I64 as a vector of the width's own carrier.
    fn carried(&mut self, width: u32, value: Value, bound: u32) -> Bv {
        let value = self.convert(value, carrier(width));
        Bv::one(width, value, bound.min(carrier_bits(width)))
    }
}
