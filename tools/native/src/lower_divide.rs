//! `udiv`, `umod`, `sdiv`, `smod` on vectors in SSA values.
//!
//! XLS defines every case that processors trap on, so divisors are made harmless first and the results chosen after:
//! `x / 0` is all ones (signed: the largest or smallest number), `x % 0` is 0, `MIN / -1` is `MIN`, `MIN % -1` is 0.

use std::collections::HashMap;

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use crate::bits::low_mask;
use crate::function::FnCtx;
use crate::lower_logic::Bitwise;
use crate::routines::{divide_scratch, Routine};
use crate::value::{carrier_bits, Bv, MemRef};
use crate::Fault;

/// Which result of a division.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Quotient,
    Remainder,
}

/// Divisions whose other result may still be asked for.
pub(crate) type Divisions = HashMap<Division, Known>;

/// A division: all that its results depend on. The same limbs divided at another width have other results: a quotient by
/// zero, and where the sign is.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Division {
    width: u32,
    signed: bool,
    dividend: Vec<Value>,
    divisor: Vec<Value>,
}

/// What is known of a division.
#[derive(Clone, Debug)]
pub(crate) enum Known {
    /// One carrier: dividend, harmless divisor and their quotient.
    Carriers(Value, Value, Value),
    /// Limbs: quotient and remainder, final.
    Limbs(Bv, Bv),
}

impl FnCtx<'_, '_> {
    /// Unsigned division, width at most 64.
    pub fn divide_unsigned(&mut self, part: Part, x: &Bv, y: &Bv) -> Bv {
        let width = x.width;
        if width == 0 {
            return self.zero(0);
        }
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
        let key = Division { width, signed: false, dividend: vec![a], divisor: vec![b] };
        // The quotient of a division by zero has the width's own carrier, which may be larger than `ty`.
        let ty = crate::value::carrier(width);
        match part {
            // x % 1 is what x % 0 has to be.
            Part::Remainder => {
                let value = match self.divisions.get(&key) {
                    Some(&Known::Carriers(a, divisor, quotient)) => self.remainder_of(a, divisor, quotient),
                    _ => self.b.ins().urem(a, divisor),
                };
                let value = self.convert(value, ty);
                Bv::one(width, value, x.bound.min(y.bound))
            }
            Part::Quotient => {
                let value = self.b.ins().udiv(a, divisor);
                self.divisions.insert(key, Known::Carriers(a, divisor, value));
                let value = self.convert(value, ty);
                if known.is_some_and(|divisor| divisor != 0) {
                    return Bv::one(width, value, x.bound);
                }
                let ones = self.imm(ty, low_mask(width));
                let value = self.b.ins().select(zero, ones, value);
                Bv::one(width, value, width)
            }
        }
    }

    /// Signed division, width at most 64.
    pub fn divide_signed(&mut self, part: Part, x: &Bv, y: &Bv) -> Bv {
        let width = x.width;
        if width == 0 {
            return self.zero(0);
        }
        let ty = if width <= 32 { types::I32 } else { types::I64 };
        let (a, b) = (self.signed_carrier(x, ty), self.signed_carrier(y, ty));
        let zero = self.b.ins().icmp_imm_u(IntCC::Equal, b, 0);
        let minus_one = self.b.ins().icmp_imm_s(IntCC::Equal, b, -1);
        let harmful = self.b.ins().bor(zero, minus_one);
        let one = self.imm(ty, 1);
        let divisor = self.b.ins().select(harmful, one, b);
        let key = Division { width, signed: true, dividend: vec![a], divisor: vec![b] };
        let value = match part {
            Part::Remainder => match self.divisions.get(&key) {
                Some(&Known::Carriers(a, divisor, quotient)) => self.remainder_of(a, divisor, quotient),
                _ => self.b.ins().srem(a, divisor),
            },
            Part::Quotient => {
                let quotient = self.b.ins().sdiv(a, divisor);
                self.divisions.insert(key, Known::Carriers(a, divisor, quotient));
                let negated = self.b.ins().ineg(a);
                let quotient = self.b.ins().select(minus_one, negated, quotient);
                let largest = self.imm(ty, low_mask(width - 1));
                let smallest = self.imm(ty, 1 << (width - 1));
                let negative = self.b.ins().icmp_imm_s(IntCC::SignedLessThan, a, 0);
                let at_zero = self.b.ins().select(negative, smallest, largest);
                self.b.ins().select(zero, at_zero, quotient)
            }
        };
        self.carried(width, value, 64)
    }

    /// `x - quotient * divisor`: cheaper than a second division.
    fn remainder_of(&mut self, x: Value, divisor: Value, quotient: Value) -> Value {
        let product = self.b.ins().imul(quotient, divisor);
        self.b.ins().isub(x, product)
    }

    /// Division of vectors of more than 64 bits in SSA values: signs are taken off and put back here, magnitudes are
    /// divided by the routine.
    pub fn divide_limbs(&mut self, part: Part, signed: bool, x: &Bv, y: &Bv) -> Result<Bv, Fault> {
        let (x, y) = (self.clean(x), self.clean(y));
        let key = Division { width: x.width, signed, dividend: x.limbs().to_vec(), divisor: y.limbs().to_vec() };
        let (quotient, remainder) = match self.divisions.get(&key) {
            Some(Known::Limbs(quotient, remainder)) => (quotient.clone(), remainder.clone()),
            _ => {
                let results = if signed { self.divide_magnitudes(&x, &y)? } else { self.divide_words(&x, &y)? };
                self.divisions.insert(key, Known::Limbs(results.0.clone(), results.1.clone()));
                results
            }
        };
        Ok(match part {
            Part::Quotient => quotient,
            Part::Remainder => remainder,
        })
    }

    /// Quotient and remainder of unsigned vectors; a division by zero gives all ones and zero.
    fn divide_words(&mut self, x: &Bv, y: &Bv) -> Result<(Bv, Bv), Fault> {
        let words = x.limbs().len() as u64;
        let (a, b) = (self.store_limbs(x)?, self.store_limbs(y)?);
        let (quotient, remainder) = (self.allocate(8 * words)?, self.allocate(8 * words)?);
        let scratch = self.allocate(divide_scratch(words))?;
        let arguments = [
            self.address(&quotient),
            self.address(&remainder),
            self.address(&a),
            self.address(&b),
            self.imm(types::I64, words),
            self.address(&scratch),
        ];
        self.call_routine(Routine::Divide, &arguments);
        let load = |ctx: &mut Self, place: &MemRef| {
            let limbs = (0..words).map(|i| ctx.load_word(place, 8 * i)).collect();
            Bv::from_limbs(x.width, limbs, 64 * words as u32)
        };
        // A quotient by zero has ones above the width; all others are clean.
        let results = (load(self, &quotient), load(self, &remainder));
        for place in [&a, &b, &quotient, &remainder, &scratch] {
            self.release_mem(place);
        }
        Ok(results)
    }

    fn store_limbs(&mut self, x: &Bv) -> Result<MemRef, Fault> {
        let place = self.allocate(8 * x.limbs().len() as u64)?;
        for (i, &limb) in x.limbs().iter().enumerate() {
            self.store_word(limb, &place, 8 * i as u64);
        }
        Ok(place)
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
        let value = self.convert(value, crate::value::carrier(width));
        Bv::one(width, value, bound.min(carrier_bits(width)))
    }
}
