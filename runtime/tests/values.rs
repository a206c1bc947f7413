//! Value types: every conversion and text form, at widths around each carrier's edges, against primitives and against
//! arithmetic done digit by digit.

use std::fmt::Write;
use xls_aot_runtime::{Bits128, Bits16, Bits32, Bits64, Bits8, ParseBitsError, WideBits};

/// Checks one narrow type at one width.
macro_rules! narrow {
    ($test:ident, $name:ident, $carrier:ident, $($width:literal)*) => {
        #[test]
        fn $test() {
            $({
                type T = $name<$width>;
                let max = if $width == 0 { 0 } else { $carrier::MAX >> ($carrier::BITS - $width) };
                assert_eq!((T::WIDTH, T::MIN.get(), T::ZERO.get(), T::MAX.get()), ($width, 0, 0, max));
                assert_eq!(T::default(), T::ZERO);
                assert_eq!(size_of::<T>(), size_of::<$carrier>());
                assert_eq!(align_of::<T>(), align_of::<$carrier>());
                for value in [0, max, max / 2, max & 1, max ^ (max >> 1)] {
                    let bits = T::of(value);
                    assert_eq!(T::new(value), Ok(bits));
                    assert_eq!(bits.get(), value);
                    assert_eq!(T::new_masked(value), bits);
                    assert_eq!(T::new_masked(value | !max), bits);
                    assert_eq!(T::from_le_bytes(bits.to_le_bytes()), Ok(bits));
                    assert_eq!(T::from_be_bytes(bits.to_be_bytes()), Ok(bits));
                    assert_eq!((bits.to_le_bytes(), bits.to_be_bytes()), (value.to_le_bytes(), value.to_be_bytes()));
                    assert_eq!(T::try_from(value), Ok(bits));
                    assert_eq!(T::try_from(u128::from(value)), Ok(bits));
                    assert_eq!($carrier::from(bits), value);
                    assert_eq!(u128::from(bits), u128::from(value));
                    assert_eq!(bits.cmp(&T::MAX), value.cmp(&max));
                    assert_eq!(format!("{bits} {bits:?} {bits:#x} {bits:X} {bits:#o} {bits:#010b}"),
                        format!("{value} {value:?} {value:#x} {value:X} {value:#o} {value:#010b}"));
                    assert_eq!(format!("[{bits:>+9}] [{bits:<9}] [{bits:*^9}]"),
                        format!("[{value:>+9}] [{value:<9}] [{value:*^9}]"));
                    for text in [format!("{value}"), format!("{value:#x}"), format!("{value:#X}"), format!("{value:#o}"),
                        format!("{value:#b}")] {
                        assert_eq!(text.parse(), Ok(bits), "{text}");
                    }
                }
                if let Some(above) = max.checked_add(1) {
                    let error = format!("the value {above} does not fit {} bit{}", $width, if $width == 1 { "" } else { "s" });
                    assert_eq!(format!("{0} {0:?}", T::new(above).unwrap_err()), format!("{error} {error}"));
                    assert!(T::new($carrier::MAX).is_err());
                    assert_eq!(T::try_from(above).unwrap_err().width(), $width);
                    assert_eq!(T::from_le_bytes(above.to_le_bytes()), T::new(above));
                    assert_eq!(T::from_be_bytes(above.to_be_bytes()), T::new(above));
                    assert_eq!(above.to_string().parse::<T>().unwrap_err().to_string(), error);
                    assert!(matches!(above.to_string().parse::<T>(), Err(ParseBitsError::OutOfRange(_))));
                }
                assert_eq!(T::try_from(u128::MAX).is_ok(), $width == 128);
                assert_eq!(T::try_from(usize::MAX).is_ok(), $width >= 64);
                assert_eq!(u8::try_from(u128::from(T::MAX)).is_ok(), $width <= 8);
            })*
        }
    };
}

narrow!(bits8, Bits8, u8, 0 1 2 5 7 8);
narrow!(bits16, Bits16, u16, 9 12 15 16);
narrow!(bits32, Bits32, u32, 17 24 31 32);
narrow!(bits64, Bits64, u64, 33 48 63 64);
narrow!(bits128, Bits128, u128, 65 73 127 128);

#[test]
fn narrowing_is_checked() {
    let value = Bits16::<12>::of(300);
    assert_eq!(u8::try_from(value).unwrap_err().to_string(), "the value 300 does not fit 8 bits");
    assert_eq!(u8::try_from(Bits16::<12>::of(255)), Ok(255));
    assert_eq!(usize::from(value), 300);
    assert_eq!(u64::try_from(Bits128::<65>::MAX).unwrap_err().width(), 64);
    assert_eq!(u32::try_from(Bits64::<63>::of(7)), Ok(7));
}

#[test]
fn parse_errors() {
    let parse = |text: &str| text.parse::<Bits8<7>>();
    assert_eq!(parse("1_2_7_"), Ok(Bits8::MAX));
    for empty in ["", "0x", "0b"] {
        assert_eq!(parse(empty), Err(ParseBitsError::NoDigits), "{empty:?}");
    }
    assert_eq!(parse("0b12"), Err(ParseBitsError::InvalidDigit { found: '2', radix: 2 }));
    assert_eq!(parse("_1"), Err(ParseBitsError::InvalidDigit { found: '_', radix: 10 }));
    assert_eq!(parse("-1").unwrap_err().to_string(), "expected a digit of base 10 or `_`, found '-'");
    assert_eq!(parse("128").unwrap_err().to_string(), "the value 128 does not fit 7 bits");
    assert!(parse(&"9".repeat(1000)).is_err());
    assert!(matches!("1".repeat(40).parse::<WideBits<129, 4>>(), Err(ParseBitsError::OutOfRange(_))));
    assert_eq!("x".parse::<WideBits<129, 4>>(), Err(ParseBitsError::InvalidDigit { found: 'x', radix: 10 }));
}

#[test]
fn const_values() {
    const FIVE: Bits8<3> = Bits8::of(5);
    const WIDE: WideBits<129, 4> = WideBits::of([1, 2, 1, 0]);
    static TABLE: [Bits16<9>; 2] = [Bits16::MAX, Bits16::new_masked(0xffff)];
    assert_eq!(FIVE.get(), 5);
    assert_eq!(WIDE.into_limbs(), [1, 2, 1, 0]);
    assert_eq!(TABLE[0], TABLE[1]);
}

/// The decimal text of a number, by doubling a decimal number bit by bit.
fn decimal(limbs: &[u64]) -> String {
    let mut digits = vec![0u8];
    for bit in (0..limbs.len() * 64).rev() {
        let mut carry = (limbs[bit / 64] >> (bit % 64) & 1) as u8;
        for digit in &mut digits {
            let double = *digit * 2 + carry;
            *digit = double % 10;
            carry = double / 10;
        }
        if carry != 0 {
            digits.push(carry);
        }
    }
    digits.iter().rev().map(|digit| char::from(b'0' + digit)).collect()
}

/// The text of a number in base 2, 8 or 16, bit by bit.
fn radix(limbs: &[u64], digit_bits: usize) -> String {
    let mut text = String::new();
    for digit in (0..(limbs.len() * 64).div_ceil(digit_bits)).rev() {
        let value = (0..digit_bits).rev().fold(0, |value, bit| {
            let at = digit * digit_bits + bit;
            value << 1 | limbs.get(at / 64).map_or(0, |limb| limb >> (at % 64) & 1)
        });
        write!(text, "{value:x}").unwrap();
    }
    match text.trim_start_matches('0') {
        "" => "0".into(),
        digits => digits.into(),
    }
}

/// Checks one wide width.
fn wide<const W: u32, const LIMBS: usize>() {
    type T<const W: u32, const LIMBS: usize> = WideBits<W, LIMBS>;
    assert_eq!((size_of::<T<W, LIMBS>>(), align_of::<T<W, LIMBS>>()), (LIMBS * 8, 16));
    assert_eq!(T::<W, LIMBS>::default(), T::<W, LIMBS>::ZERO);
    assert_eq!((0..W).filter(|&bit| T::<W, LIMBS>::MAX.bit(bit)).count() as u32, W);
    assert!(!T::<W, LIMBS>::MAX.bit(W) && !T::<W, LIMBS>::MAX.bit(u32::MAX));
    let max = T::<W, LIMBS>::MAX.into_limbs();

    let mut state = u64::from(W);
    let mut random = |_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let mut samples = vec![[0; LIMBS], [1; LIMBS], max];
    samples.extend((0..4).map(|_| std::array::from_fn(&mut random)));
    for (i, limbs) in samples.into_iter().enumerate() {
        let value = T::<W, LIMBS>::new_masked(limbs);
        let limbs = value.into_limbs();
        assert!(limbs.iter().zip(max).all(|(limb, max)| limb & !max == 0));
        assert_eq!(T::<W, LIMBS>::new(limbs), Ok(value));
        assert_eq!(T::<W, LIMBS>::of(limbs), value);
        assert_eq!(T::<W, LIMBS>::try_from(limbs), Ok(value));
        assert_eq!(<[u64; LIMBS]>::from(value), limbs);
        assert_eq!(value.limbs(), &limbs);
        let bytes = value.to_le_bytes();
        assert_eq!(T::<W, LIMBS>::from_le_bytes(bytes.as_flattened()), Ok(value));
        assert_eq!(T::<W, LIMBS>::from_le_bytes(&[bytes.as_flattened(), &[0; 9]].concat()), Ok(value));
        assert!(T::<W, LIMBS>::from_le_bytes(&[bytes.as_flattened(), &[0, 1]].concat()).is_err());
        let big: Vec<u8> = bytes.as_flattened().iter().rev().copied().collect();
        assert_eq!(value.to_be_bytes().as_flattened(), big);
        assert_eq!(T::<W, LIMBS>::from_be_bytes(&big), Ok(value));
        assert_eq!(T::<W, LIMBS>::from_be_bytes(&[&[0; 9], &*big].concat()), Ok(value));
        assert!(T::<W, LIMBS>::from_be_bytes(&[&[1, 0], &*big].concat()).is_err());
        assert_eq!(T::<W, LIMBS>::from_be_bytes(&big[big.len() - W.div_ceil(8) as usize..]), Ok(value));
        let order = limbs.iter().rev().cmp(max.iter().rev());
        assert_eq!(value.cmp(&T::<W, LIMBS>::MAX), order);

        // Doubling digit by digit is slow: one sample of a huge width will do.
        if i == 2 || (i < 4 && LIMBS < 512) {
            let text = value.to_string();
            assert_eq!(text, decimal(&limbs));
            assert_eq!(text.parse(), Ok(value));
            assert_eq!(format!("{value:?}"), text);
        }
        assert_eq!(format!("{value:x}"), radix(&limbs, 4));
        assert_eq!(format!("{value:X}"), radix(&limbs, 4).to_uppercase());
        assert_eq!(format!("{value:o}"), radix(&limbs, 3));
        assert_eq!(format!("{value:#b}"), format!("0b{}", radix(&limbs, 1)));
        for text in [format!("{value:#x}"), format!("{value:#o}"), format!("{value:#b}")] {
            assert_eq!(text.parse(), Ok(value));
        }
    }
    let mut above = max;
    above[W as usize / 64 % LIMBS] |= 1 << (W % 64);
    let full = W as usize == LIMBS * 64;
    assert_eq!(T::<W, LIMBS>::new(above).is_err(), !full);
    if !full {
        assert_eq!(T::<W, LIMBS>::try_from(above).unwrap_err().width(), W);
        assert_eq!(T::<W, LIMBS>::new_masked(above), T::<W, LIMBS>::MAX);
        let mut top = [0; LIMBS];
        top[LIMBS - 1] = 1 << 63;
        assert_eq!(
            T::<W, LIMBS>::new(top).unwrap_err().to_string(),
            format!("the value 0x8000000000000000... of {} bits does not fit {W} bits", LIMBS * 64)
        );
    }
}

#[test]
fn wide_widths() {
    wide::<129, 4>();
    wide::<191, 4>();
    wide::<192, 4>();
    wide::<193, 4>();
    wide::<255, 4>();
    wide::<256, 4>();
    wide::<257, 8>();
    wide::<1000, 16>();
    wide::<8192, 128>();
    wide::<8193, 256>();
}

#[test]
fn very_wide_decimal_uses_the_heap() {
    wide::<32769, 1024>();
}

#[test]
fn wide_primitives() {
    type T = WideBits<129, 4>;
    assert_eq!(T::from(u128::MAX).into_limbs(), [u64::MAX, u64::MAX, 0, 0]);
    assert_eq!(T::from(7u8), T::from(7usize));
    assert_eq!(T::from(true), T::from(1u16));
    assert_eq!(u128::try_from(T::from(u128::MAX)), Ok(u128::MAX));
    assert_eq!(u128::try_from(T::MAX).unwrap_err().width(), 128);
    assert_eq!(u8::try_from(T::from(255u32)), Ok(255));
    assert_eq!(u8::try_from(T::from(256u64)).unwrap_err().width(), 8);
    assert!(T::from(1u8) < T::from(u128::MAX) && T::from(u128::MAX) < T::MAX);
}

#[test]
fn the_highest_limb_that_differs_decides_the_order() {
    type T = WideBits<200, 4>;
    let of = |limbs| T::new(limbs).unwrap();
    for (less, greater) in [([9, 9, 9, 1], [0, 0, 0, 2]), ([9, 0, 1, 3], [0, 1, 1, 3]), ([1, 5, 5, 5], [2, 5, 5, 5])] {
        assert!(of(less) < of(greater) && of(greater) > of(less), "{less:?} {greater:?}");
    }
}

/// Formatter flags: as for a `u128` of the same value.
#[test]
fn wide_flags() {
    for value in [0u128, 5, 10_000_000_000_000_000_000, u128::MAX] {
        let wide = WideBits::<200, 4>::from(value);
        macro_rules! same {
            ($($format:literal)*) => {
                $(assert_eq!(format!($format, wide), format!($format, value), "{}", stringify!($format));)*
            };
        }
        same!("{}" "{:+}" "{:50}" "{:<50}" "{:>50}" "{:^50}" "{:*^51}" "{:050}" "{:+050}" "{:#x}" "{:#050x}" "{:<#50X}");
        same!("{:#o}" "{:60o}" "{:#b}" "{:0140b}" "{:+#200b}" "{:?}" "{:1}");
    }
}
