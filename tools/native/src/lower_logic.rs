//! `and` to `nor`, `not`, and the reductions.

use cranelift_codegen::ir::condcodes::{CondCode, IntCC};
use cranelift_codegen::ir::{types, InstBuilder, InstructionData, Value};

use crate::bits::{low_mask, top_limb_bits};
use crate::function::FnCtx;
use crate::value::{carrier_bits, Bv, Origin};

/// A bitwise operation of two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bitwise {
    And,
    Or,
    Xor,
}

impl FnCtx<'_, '_> {
    pub fn bitwise_values(&mut self, op: Bitwise, x: Value, y: Value) -> Value {
        match op {
            Bitwise::And => self.b.ins().band(x, y),
            Bitwise::Or => self.b.ins().bor(x, y),
            Bitwise::Xor => self.b.ins().bxor(x, y),
        }
    }

    /// `x op y`, widths equal.
    pub fn bitwise(&mut self, op: Bitwise, x: &Bv, y: &Bv) -> Bv {
        let bound = match op {
            Bitwise::And => x.bound.min(y.bound),
            Bitwise::Or | Bitwise::Xor => x.bound.max(y.bound),
        };
        if let Some(chosen) = self.masked(op, x, y).or_else(|| self.masked(op, y, x)) {
            return chosen;
        }
        let pairs: Vec<_> = x.limbs().iter().copied().zip(y.limbs().iter().copied()).collect();
        let limbs = pairs.into_iter().map(|(a, b)| self.bitwise_values(op, a, b)).collect();
        Bv::from_limbs(x.width, limbs, bound)
    }

    /// `mask & x` as `condition ? x : 0`, `mask | x` as `condition ? ones : x`: a test and a conditional move instead of
    /// making the mask.
    fn masked(&mut self, op: Bitwise, mask: &Bv, x: &Bv) -> Option<Bv> {
        let (Origin::Mask(condition), [value]) = (mask.origin, x.limbs()) else { return None };
        let ty = self.type_of(*value);
        match op {
            Bitwise::And => {
                let zero = self.imm(ty, 0);
                let chosen = self.b.ins().select(condition, *value, zero);
                Some(Bv::one(x.width, chosen, x.bound))
            }
            Bitwise::Or => {
                let ones = self.imm(ty, u64::MAX);
                let chosen = self.b.ins().select(condition, ones, *value);
                Some(Bv::one(x.width, chosen, carrier_bits(x.width)))
            }
            Bitwise::Xor => None,
        }
    }

    /// `~x`; the result is dirty except for `bits[1]`.
    pub fn not(&mut self, x: &Bv) -> Bv {
        if x.width == 0 {
            return x.clone();
        }
        if x.width == 1 {
            if let Some(inverse) = self.inverse_comparison(x.first()) {
                return Bv::bool(inverse);
            }
            let value = self.b.ins().bxor_imm_u(x.first(), 1);
            return Bv::one(1, value, x.bound.max(1));
        }
        let limbs = x.limbs().to_vec().into_iter().map(|limb| self.b.ins().bnot(limb)).collect();
        Bv::from_limbs(x.width, limbs, carrier_bits(x.width))
    }

    /// The complement of a comparison as a comparison of its own.
    fn inverse_comparison(&mut self, value: Value) -> Option<Value> {
        let InstructionData::IntCompare { cond, args, .. } = self.definition(value)? else { return None };
        Some(self.b.ins().icmp(cond.complement(), args[0], args[1]))
    }

    /// All bits set.
    pub fn and_reduce(&mut self, x: &Bv) -> Bv {
        if x.width == 0 {
            let one = self.imm(types::I8, 1);
            return Bv::bool(one);
        }
        let x = self.clean(x);
        let (&top, rest) = match x.limbs().split_last() {
            Some(parts) => parts,
            None => return x.clone(),
        };
        let mask = low_mask(top_limb_bits(x.width));
        if rest.is_empty() {
            return Bv::bool(self.b.ins().icmp_imm_u(IntCC::Equal, top, mask as i64));
        }
        let missing = self.b.ins().bxor_imm_u(top, mask as i64);
        let mut all = rest[0];
        for &limb in &rest[1..] {
            all = self.b.ins().band(all, limb);
        }
        let all = self.b.ins().bnot(all);
        let missing = self.b.ins().bor(all, missing);
        Bv::bool(self.b.ins().icmp_imm_u(IntCC::Equal, missing, 0))
    }

    /// Any bit set.
    pub fn or_reduce(&mut self, x: &Bv) -> Bv {
        let x = self.clean(x);
        if x.width == 1 {
            return x;
        }
        let any = self.fold_limbs(Bitwise::Or, &x);
        Bv::bool(self.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0))
    }

    /// Parity.
    pub fn xor_reduce(&mut self, x: &Bv) -> Bv {
        let x = self.clean(x);
        if x.width == 1 {
            return x;
        }
        let folded = self.fold_limbs(Bitwise::Xor, &x);
        let count = self.b.ins().popcnt(folded);
        let count = self.convert(count, types::I8);
        Bv::one(1, count, 8)
    }

    fn fold_limbs(&mut self, op: Bitwise, x: &Bv) -> Value {
        let mut all = x.first();
        for &limb in &x.limbs()[1..] {
            all = self.bitwise_values(op, all, limb);
        }
        all
    }
}
