//! Operators of the value types, at widths around each carrier's edges, against arithmetic on single bits.

use std::fmt::{Binary, Debug};
use std::ops::{
    Add, AddAssign, BitAnd, BitAndAssign, BitOr, BitOrAssign, BitXor, BitXorAssign, Mul, MulAssign, Neg, Not, Shl,
    ShlAssign, Shr, ShrAssign, Sub, SubAssign,
};

use xls_aot_runtime::{
    Bits128, Bits16, Bits32, Bits64, Bits8, SBits128, SBits16, SBits32, SBits64, SBits8, WideBits, WideSBits,
};

/// Bits, the least significant first.
type Vector = Vec<bool>;

fn add(a: &Vector, b: &Vector, mut carry: bool) -> Vector {
    a.iter()
        .zip(b)
        .map(|(&a, &b)| {
            let sum = a ^ b ^ carry;
            carry = u8::from(a) + u8::from(b) + u8::from(carry) > 1;
            sum
        })
        .collect()
}

fn not(a: &Vector) -> Vector {
    a.iter().map(|bit| !bit).collect()
}

fn sub(a: &Vector, b: &Vector) -> Vector {
    add(a, &not(b), true)
}

fn shl(a: &Vector, amount: u32) -> Vector {
    (0..a.len()).map(|i| i >= amount as usize && a[i - amount as usize]).collect()
}

fn shr(a: &Vector, amount: u32, fill: bool) -> Vector {
    (0..a.len()).map(|i| a.get(i.saturating_add(amount as usize)).copied().unwrap_or(fill)).collect()
}

fn mul(a: &Vector, b: &Vector) -> Vector {
    let zero = vec![false; a.len()];
    (0..a.len()).filter(|&i| b[i]).fold(zero, |sum, i| add(&sum, &shl(a, i as u32), false))
}

fn zip(a: &Vector, b: &Vector, bit: impl Fn(bool, bool) -> bool) -> Vector {
    a.iter().zip(b).map(|(&a, &b)| bit(a, b)).collect()
}

/// The value of bits, by way of its text.
trait FromBits: Sized {
    fn from_vector(bits: &Vector) -> Self;
}

fn text(bits: &Vector) -> String {
    let digits: String = bits.iter().rev().map(|&bit| if bit { '1' } else { '0' }).collect();
    format!("0b0{digits}")
}

macro_rules! from_bits {
    ([$($generics:tt)*] $ty:ty, $bits:ident, $value:expr) => {
        impl<$($generics)*> FromBits for $ty {
            fn from_vector(bits: &Vector) -> Self {
                let $bits = text(bits);
                $value
            }
        }
    };
}

from_bits!([const W: u32] Bits8<W>, bits, bits.parse().unwrap());
from_bits!([const W: u32] Bits16<W>, bits, bits.parse().unwrap());
from_bits!([const W: u32] Bits32<W>, bits, bits.parse().unwrap());
from_bits!([const W: u32] Bits64<W>, bits, bits.parse().unwrap());
from_bits!([const W: u32] Bits128<W>, bits, bits.parse().unwrap());
from_bits!([const W: u32, const LIMBS: usize] WideBits<W, LIMBS>, bits, bits.parse().unwrap());
from_bits!([const W: u32] SBits8<W>, bits, Self::from_bits(bits.parse().unwrap()));
from_bits!([const W: u32] SBits16<W>, bits, Self::from_bits(bits.parse().unwrap()));
from_bits!([const W: u32] SBits32<W>, bits, Self::from_bits(bits.parse().unwrap()));
from_bits!([const W: u32] SBits64<W>, bits, Self::from_bits(bits.parse().unwrap()));
from_bits!([const W: u32] SBits128<W>, bits, Self::from_bits(bits.parse().unwrap()));
from_bits!([const W: u32, const LIMBS: usize] WideSBits<W, LIMBS>, bits, Self::from_bits(bits.parse().unwrap()));

/// Bits of corner values and random ones.
fn samples(width: u32) -> Vec<Vector> {
    let bits = |bit: &dyn Fn(u32) -> bool| (0..width).map(bit).collect::<Vector>();
    let mut state = u64::from(width) + 1;
    let mut random = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        state >> 63 != 0
    };
    let mut samples = vec![
        bits(&|_| false),
        bits(&|_| true),
        bits(&|i| i == 0),
        bits(&|i| i + 1 == width),
        bits(&|i| i + 1 != width),
        bits(&|i| i % 2 == 0),
    ];
    samples.extend((0..4).map(|_| (0..width).map(|_| random()).collect::<Vector>()));
    samples
}

trait Value:
    Copy
    + PartialEq
    + Debug
    + Binary
    + FromBits
    + Neg<Output = Self>
    + Not<Output = Self>
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + SubAssign
    + Mul<Output = Self>
    + MulAssign
    + BitAnd<Output = Self>
    + BitAndAssign
    + BitOr<Output = Self>
    + BitOrAssign
    + BitXor<Output = Self>
    + BitXorAssign
    + Shl<u32, Output = Self>
    + ShlAssign<u32>
    + Shr<u32, Output = Self>
    + ShrAssign<u32>
{
}

impl<T> Value for T where
    T: Copy
        + PartialEq
        + Debug
        + Binary
        + FromBits
        + Neg<Output = Self>
        + Not<Output = Self>
        + Add<Output = Self>
        + AddAssign
        + Sub<Output = Self>
        + SubAssign
        + Mul<Output = Self>
        + MulAssign
        + BitAnd<Output = Self>
        + BitAndAssign
        + BitOr<Output = Self>
        + BitOrAssign
        + BitXor<Output = Self>
        + BitXorAssign
        + Shl<u32, Output = Self>
        + ShlAssign<u32>
        + Shr<u32, Output = Self>
        + ShrAssign<u32>
{
}

/// The value of an assignment operator.
fn assigned<T>(mut value: T, assign: impl FnOnce(&mut T)) -> T {
    assign(&mut value);
    value
}

fn check<T: Value>(width: u32, signed: bool) {
    let samples = samples(width);
    for a in &samples {
        let x = T::from_vector(a);
        assert_eq!(!x, T::from_vector(&not(a)), "!{}", text(a));
        assert_eq!(-x, T::from_vector(&add(&not(a), &vec![false; a.len()], true)), "-{}", text(a));
        let fill = signed && a.last() == Some(&true);
        for amount in [0, 1, 7, 8, 63, 64, 65, 127, 128, width / 2, width.wrapping_sub(1), width, width + 1, u32::MAX] {
            let (left, right) = (T::from_vector(&shl(a, amount)), T::from_vector(&shr(a, amount, fill)));
            assert_eq!(x << amount, left, "{} << {amount}", text(a));
            assert_eq!(x >> amount, right, "{} >> {amount}", text(a));
            assert_eq!(assigned(x, |x| *x <<= amount), left);
            assert_eq!(assigned(x, |x| *x >>= amount), right);
        }
        for b in &samples {
            let y = T::from_vector(b);
            let results = [
                ("+", x + y, assigned(x, |x| *x += y), add(a, b, false)),
                ("-", x - y, assigned(x, |x| *x -= y), sub(a, b)),
                ("*", x * y, assigned(x, |x| *x *= y), mul(a, b)),
                ("&", x & y, assigned(x, |x| *x &= y), zip(a, b, |a, b| a && b)),
                ("|", x | y, assigned(x, |x| *x |= y), zip(a, b, |a, b| a || b)),
                ("^", x ^ y, assigned(x, |x| *x ^= y), zip(a, b, |a, b| a != b)),
            ];
            for (operator, result, in_place, expected) in results {
                let expected = T::from_vector(&expected);
                assert_eq!((result, in_place), (expected, expected), "{} {operator} {}", text(a), text(b));
                // The bits above the width would show here.
                assert_eq!(format!("{result:b}"), format!("{expected:b}"));
            }
        }
    }
}

macro_rules! narrow {
    ($unsigned:ident, $signed:ident: $($width:literal)*) => {
        $(
            check::<$unsigned<$width>>($width, false);
            check::<$signed<$width>>($width, true);
        )*
    };
}

#[test]
fn up_to_128_bits() {
    narrow!(Bits8, SBits8: 0 1 2 7 8);
    narrow!(Bits16, SBits16: 9 12 15 16);
    narrow!(Bits32, SBits32: 17 24 31 32);
    narrow!(Bits64, SBits64: 33 63 64);
    narrow!(Bits128, SBits128: 65 127 128);
}

fn wide<const W: u32, const LIMBS: usize>() {
    check::<WideBits<W, LIMBS>>(W, false);
    check::<WideSBits<W, LIMBS>>(W, true);
}

#[test]
fn above_128_bits() {
    wide::<129, 4>();
    wide::<191, 4>();
    wide::<192, 4>();
    wide::<193, 4>();
    wide::<256, 4>();
    wide::<257, 8>();
    wide::<331, 8>();
}
