//! `udiv`, `umod`, `sdiv`, `smod` on vectors of at most 64 bits; wider ones go through the routine.
//!
//! XLS defines every case that processors trap on, so divisors are made harmless first and the results chosen after:
//! `x / 0` is all ones (signed: the largest or smallest number), `x % 0` is 0, `MIN / -1` is `MIN`, `MIN % -1` is 0.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use crate::bits::low_mask;
use crate::function::FnCtx;
use crate::value::{carrier_bits, Bv};

/// Which result of a division.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Part {
    Quotient,
    Remainder,
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
        // The quotient of a division by zero has the width's own carrier, which may be larger than `ty`.
        let ty = crate::value::carrier(width);
        match part {
            // x % 1 is what x % 0 has to be.
            Part::Remainder => {
                let value = self.b.ins().urem(a, divisor);
                let value = self.convert(value, ty);
                Bv::one(width, value, x.bound.min(y.bound))
            }
            Part::Quotient => {
                let value = self.b.ins().udiv(a, divisor);
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
        let value = match part {
            Part::Remainder => self.b.ins().srem(a, divisor),
            Part::Quotient => {
                let quotient = self.b.ins().sdiv(a, divisor);
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
