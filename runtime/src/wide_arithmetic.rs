//! Operators of [`WideBits`]; `arithmetic` says what they mean, and has those of the signed type.
//!
//! Each works on the limbs below the width only. Products are computed limb by limb, which takes time proportional to the
//! square of the width.

use crate::arithmetic::binary;
use crate::wide::WideBits;
use core::ops;

impl<const W: u32, const LIMBS: usize> WideBits<W, LIMBS> {
    /// The value whose limb `i` is `limb(a, b)` of the operands' limbs.
    #[inline]
    fn of_limbs(self, other: Self, limb: impl Fn(u64, u64) -> u64) -> Self {
        let mut limbs = self.into_limbs();
        for (a, b) in limbs.iter_mut().zip(other.limbs()) {
            *a = limb(*a, *b);
        }
        Self::new_masked(limbs)
    }

    /// `self + other + carry`.
    #[inline]
    fn sum(self, other: Self, mut carry: bool) -> Self {
        let mut limbs = self.into_limbs();
        for (a, b) in limbs.iter_mut().zip(other.limbs()).take(Self::USED) {
            let (sum, first) = a.overflowing_add(*b);
            let (sum, second) = sum.overflowing_add(u64::from(carry));
            *a = sum;
            carry = first || second;
        }
        Self::new_masked(limbs)
    }

    fn product(self, other: Self) -> Self {
        let mut limbs = [0; LIMBS];
        for (i, a) in self.limbs()[..self.significant()].iter().enumerate() {
            let mut carry = 0;
            for (sum, b) in limbs[i..Self::USED].iter_mut().zip(other.limbs()) {
                // At most (2^64 - 1)^2 + 2 * (2^64 - 1), which is 2^128 - 1.
                let product = u128::from(*a) * u128::from(*b) + u128::from(*sum) + u128::from(carry);
                *sum = product as u64;
                carry = (product >> 64) as u64;
            }
        }
        Self::new_masked(limbs)
    }

    fn shifted_left(self, amount: u32) -> Self {
        let (whole, bits) = ((amount / 64) as usize, amount % 64);
        let mut limbs = [0; LIMBS];
        let mut below = 0;
        for (result, &limb) in limbs.iter_mut().skip(whole).zip(self.limbs()) {
            *result = limb << bits | below;
            below = limb.checked_shr(64 - bits).unwrap_or(0);
        }
        Self::new_masked(limbs)
    }

    fn shifted_right(self, amount: u32) -> Self {
        let (whole, bits) = ((amount / 64) as usize, amount % 64);
        let mut limbs = [0; LIMBS];
        let mut above = 0;
        // From the top down.
        let results = limbs[..LIMBS.saturating_sub(whole)].iter_mut().rev();
        for (result, &limb) in results.zip(self.limbs().iter().rev()) {
            *result = limb >> bits | above;
            above = limb.checked_shl(64 - bits).unwrap_or(0);
        }
        Self::new_masked(limbs)
    }
}

binary! { [const W: u32, const LIMBS: usize] WideBits<W, LIMBS>, Self:
    Add add AddAssign add_assign |a, b| a.sum(b, false);
    Sub sub SubAssign sub_assign |a, b| a.sum(!b, true);
    Mul mul MulAssign mul_assign |a, b| a.product(b);
    BitAnd bitand BitAndAssign bitand_assign |a, b| a.of_limbs(b, |a, b| a & b);
    BitOr bitor BitOrAssign bitor_assign |a, b| a.of_limbs(b, |a, b| a | b);
    BitXor bitxor BitXorAssign bitxor_assign |a, b| a.of_limbs(b, |a, b| a ^ b);
}

binary! { [const W: u32, const LIMBS: usize] WideBits<W, LIMBS>, u32:
    Shl shl ShlAssign shl_assign |a, amount| a.shifted_left(amount);
    Shr shr ShrAssign shr_assign |a, amount| a.shifted_right(amount);
}

impl<const W: u32, const LIMBS: usize> ops::Neg for WideBits<W, LIMBS> {
    type Output = Self;

    fn neg(self) -> Self {
        Self::ZERO - self
    }
}

impl<const W: u32, const LIMBS: usize> ops::Not for WideBits<W, LIMBS> {
    type Output = Self;

    fn not(self) -> Self {
        self.of_limbs(self, |a, _| !a)
    }
}
