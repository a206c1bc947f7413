//! Operators of the value types up to 128 bits, with the meaning that they have in XLS.
//!
//! - `+`, `-`, `*` and unary `-` are modulo `2^W`. They never panic, also in debug builds. This differs from Rust's
//!   primitives, whose methods `wrapping_add` and so on do the same.
//! - `&`, `|`, `^` and `!` act on the `W` bits.
//! - `<<` and `>>` take a `u32`. Bits that leave the width are lost. `>>` of an unsigned value inserts zeros, of a signed
//!   value copies of the sign. An amount of `W` or more is allowed: every bit is then an inserted one.
//!
//! `wide_arithmetic` has the same for wide types.

use crate::bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
use crate::sbits::{SBits128, SBits16, SBits32, SBits64, SBits8};
use crate::wide_sbits::WideSBits;
use core::ops;

/// Implements binary operators by closures, and the assignment forms by the operators.
macro_rules! binary {
    ($generics:tt $ty:ty, $right:ty: $($trait:ident $method:ident $assign:ident $assign_method:ident $body:expr;)*) => {
        $(
            binary! { @one $generics $ty, $right: $trait $method $assign $assign_method $body }
        )*
    };

    (
        @one [$($generics:tt)*] $ty:ty, $right:ty:
        $trait:ident $method:ident $assign:ident $assign_method:ident $body:expr
    ) => {
        impl<$($generics)*> ops::$trait<$right> for $ty {
            type Output = Self;

            #[inline]
            fn $method(self, right: $right) -> Self {
                let operation: fn(Self, $right) -> Self = $body;
                operation(self, right)
            }
        }

        impl<$($generics)*> ops::$assign<$right> for $ty {
            #[inline]
            fn $assign_method(&mut self, right: $right) {
                *self = ops::$trait::$method(*self, right);
            }
        }
    };
}

pub(crate) use binary;

macro_rules! unsigned {
    ($($name:ident)*) => {
        $(
            binary! { [const W: u32] $name<W>, Self:
                Add add AddAssign add_assign |a, b| Self::new_masked(a.get().wrapping_add(b.get()));
                Sub sub SubAssign sub_assign |a, b| Self::new_masked(a.get().wrapping_sub(b.get()));
                Mul mul MulAssign mul_assign |a, b| Self::new_masked(a.get().wrapping_mul(b.get()));
                BitAnd bitand BitAndAssign bitand_assign |a, b| Self::new_masked(a.get() & b.get());
                BitOr bitor BitOrAssign bitor_assign |a, b| Self::new_masked(a.get() | b.get());
                BitXor bitxor BitXorAssign bitxor_assign |a, b| Self::new_masked(a.get() ^ b.get());
            }

            binary! { [const W: u32] $name<W>, u32:
                Shl shl ShlAssign shl_assign |a, amount| Self::new_masked(a.get().checked_shl(amount).unwrap_or(0));
                Shr shr ShrAssign shr_assign |a, amount| Self::new_masked(a.get().checked_shr(amount).unwrap_or(0));
            }

            impl<const W: u32> ops::Neg for $name<W> {
                type Output = Self;

                #[inline]
                fn neg(self) -> Self {
                    Self::new_masked(self.get().wrapping_neg())
                }
            }

            impl<const W: u32> ops::Not for $name<W> {
                type Output = Self;

                #[inline]
                fn not(self) -> Self {
                    Self::new_masked(!self.get())
                }
            }
        )*
    };
}

unsigned!(Bits8 Bits16 Bits32 Bits64 Bits128);

/// Signed types: all but `>>` is the unsigned operation on the two's complement.
macro_rules! signed {
    ($generics:tt $ty:ty, $shr:expr) => {
        binary! { $generics $ty, Self:
            Add add AddAssign add_assign |a, b| Self::from_bits(a.to_bits() + b.to_bits());
            Sub sub SubAssign sub_assign |a, b| Self::from_bits(a.to_bits() - b.to_bits());
            Mul mul MulAssign mul_assign |a, b| Self::from_bits(a.to_bits() * b.to_bits());
            BitAnd bitand BitAndAssign bitand_assign |a, b| Self::from_bits(a.to_bits() & b.to_bits());
            BitOr bitor BitOrAssign bitor_assign |a, b| Self::from_bits(a.to_bits() | b.to_bits());
            BitXor bitxor BitXorAssign bitxor_assign |a, b| Self::from_bits(a.to_bits() ^ b.to_bits());
        }

        binary! { $generics $ty, u32:
            Shl shl ShlAssign shl_assign |a, amount| Self::from_bits(a.to_bits() << amount);
            Shr shr ShrAssign shr_assign $shr;
        }

        signed! { @unary $generics $ty }
    };

    (@unary [$($generics:tt)*] $ty:ty) => {
        impl<$($generics)*> ops::Neg for $ty {
            type Output = Self;

            #[inline]
            fn neg(self) -> Self {
                Self::from_bits(-self.to_bits())
            }
        }

        impl<$($generics)*> ops::Not for $ty {
            type Output = Self;

            #[inline]
            fn not(self) -> Self {
                Self::from_bits(!self.to_bits())
            }
        }
    };
}

signed!([const W: u32] SBits8<W>, |a, amount| Self::new_wrapped(a.get() >> amount.min(7)));
signed!([const W: u32] SBits16<W>, |a, amount| Self::new_wrapped(a.get() >> amount.min(15)));
signed!([const W: u32] SBits32<W>, |a, amount| Self::new_wrapped(a.get() >> amount.min(31)));
signed!([const W: u32] SBits64<W>, |a, amount| Self::new_wrapped(a.get() >> amount.min(63)));
signed!([const W: u32] SBits128<W>, |a, amount| Self::new_wrapped(a.get() >> amount.min(127)));
signed!([const W: u32, const LIMBS: usize] WideSBits<W, LIMBS>, |a, amount| {
    // The zeros that are inserted into the complement are ones of the value.
    let shifted = if a.is_negative() { !(!a.to_bits() >> amount) } else { a.to_bits() >> amount };
    Self::from_bits(shifted)
});
