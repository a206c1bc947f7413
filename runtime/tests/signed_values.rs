//! Signed value types: every conversion and text form, at widths around each carrier's edges, against primitives.

use xls_aot_runtime::{
    AbiValue, Bits128, Bits16, Bits32, Bits64, Bits8, Dslx, ParseBitsError, SBits128, SBits16, SBits32, SBits64,
    SBits8, Shape, WideBits, WideSBits,
};

/// Checks one narrow type at one width.
macro_rules! narrow {
    ($test:ident, $name:ident, $bits:ident, $carrier:ident, $unsigned:ident, $($width:literal)*) => {
        #[test]
        fn $test() {
            $({
                type T = $name<$width>;
                let unused = $carrier::BITS - $width;
                let shift = |value: $carrier, by: u32| value.checked_shr(by).unwrap_or(value >> ($carrier::BITS - 1));
                let (min, max) =
                    if $width == 0 { (0, 0) } else { (shift($carrier::MIN, unused), shift($carrier::MAX, unused)) };
                assert_eq!((T::WIDTH, T::MIN.get(), T::ZERO.get(), T::MAX.get()), ($width, min, 0, max));
                assert_eq!((T::default(), T::SHAPE), (T::ZERO, Shape::Bits($width)));
                assert_eq!((size_of::<T>(), align_of::<T>()), (size_of::<$carrier>(), align_of::<$carrier>()));
                for value in [0, max, min, max / 2, min / 2, max & 1, (min | 1) & (min | max), (max - 1) & max] {
                    let number = T::of(value);
                    assert_eq!(T::new(value), Ok(number));
                    assert_eq!(T::from_le_bytes(value.to_le_bytes()), Ok(number));
                    assert_eq!(T::from_be_bytes(value.to_be_bytes()), Ok(number));
                    assert_eq!((number.to_le_bytes(), number.to_be_bytes()), (value.to_le_bytes(), value.to_be_bytes()));
                    assert_eq!(number.get(), value);
                    // Unused bits are zero in memory, in negative values too.
                    assert_eq!(number.to_bits(), $bits::<$width>::new_masked(value as $unsigned));
                    assert_eq!(T::from_bits(number.to_bits()), number);
                    let garbage = if $width == 0 { !0 } else { $unsigned::MAX.checked_shl($width).unwrap_or(0) };
                    assert_eq!(T::new_wrapped((value as $unsigned ^ garbage) as $carrier), number);
                    assert_eq!(T::try_from(value), Ok(number));
                    assert_eq!(T::try_from(i128::from(value)), Ok(number));
                    assert_eq!(T::try_from(value as u128).is_ok(), value >= 0);
                    assert_eq!($carrier::from(number), value);
                    assert_eq!(i128::from(number), i128::from(value));
                    assert_eq!(u128::try_from(number).ok(), u128::try_from(value).ok());
                    for other in [min, 0, max] {
                        assert_eq!(number.cmp(&T::new(other).unwrap()), value.cmp(&other));
                    }
                    let bits = number.to_bits();
                    assert_eq!(format!("{number} {number:?} {number:+} [{number:>9}] [{number:09}]"),
                        format!("{value} {value:?} {value:+} [{value:>9}] [{value:09}]"));
                    assert_eq!(format!("{number:#x} {number:X} {number:#o} {number:#b}"),
                        format!("{bits:#x} {bits:X} {bits:#o} {bits:#b}"));
                    let (sign, magnitude) = (if value < 0 { "-" } else { "" }, value.unsigned_abs());
                    for text in [format!("{value}"), format!("{sign}{magnitude:#x}"), format!("{sign}{magnitude:#o}"),
                        format!("{sign}{magnitude:#b}")] {
                        assert_eq!(text.parse(), Ok(number), "{text}");
                    }
                    let ty = if (1..=64).contains(&$width) { format!("s{}", $width) } else { format!("sN[{}]", $width) };
                    assert_eq!(Dslx(&number).to_string(), format!("{ty}:{value}"));
                }
                for outside in [max.checked_add(1), min.checked_sub(1), Some($carrier::MIN), Some($carrier::MAX)] {
                    let Some(outside) = outside.filter(|value| !(min..=max).contains(value)) else { continue };
                    let error = format!("the value {outside} does not fit a signed integer of {} bit{}", $width, if $width == 1 { "" } else { "s" });
                    assert_eq!(T::new(outside).unwrap_err().to_string(), error);
                    assert_eq!(T::try_from(outside).unwrap_err().to_string(), error);
                    assert_eq!(outside.to_string().parse::<T>().unwrap_err().to_string(), error);
                    assert!(T::from_be_bytes(outside.to_be_bytes()).is_err() && T::from_le_bytes(outside.to_le_bytes()).is_err());
                    assert_eq!(T::try_from(outside).unwrap_err().width(), $width);
                    assert!(matches!(outside.to_string().parse::<T>(), Err(ParseBitsError::OutOfRange(_))), "{outside}");
                }
                for text in [i128::MIN.to_string(), format!("{}0", i128::MAX), format!("-{}0", u128::MAX)] {
                    assert_eq!(text.parse::<T>().is_ok(), $width == 128 && text == i128::MIN.to_string(), "{text}");
                }
            })*
        }
    };
}

narrow!(sbits8, SBits8, Bits8, i8, u8, 0 1 2 5 7 8);
narrow!(sbits16, SBits16, Bits16, i16, u16, 9 12 15 16);
narrow!(sbits32, SBits32, Bits32, i32, u32, 17 24 31 32);
narrow!(sbits64, SBits64, Bits64, i64, u64, 33 48 63 64);
narrow!(sbits128, SBits128, Bits128, i128, u128, 65 73 127 128);

/// Checks the wide type at one width.
macro_rules! wide {
    ($($width:literal $limbs:literal)*) => {
        $({
            type T = WideSBits<$width, $limbs>;
            assert_eq!((T::WIDTH, T::SHAPE, size_of::<T>()), ($width, Shape::Bits($width), 8 * $limbs));
            let one = T::from(1);
            assert!(T::MIN.is_negative() && !T::MAX.is_negative() && !T::ZERO.is_negative());
            assert_eq!(T::MIN.to_bits().to_string(), T::MIN.unsigned_abs().to_string());
            assert_eq!(T::MIN.to_string(), format!("-{}", T::MIN.unsigned_abs()));
            assert_eq!(T::MAX.to_bits(), T::MAX.unsigned_abs());
            // The smallest value's two's complement is the largest value's, plus one.
            let mut next = *T::MAX.to_bits().limbs();
            let mut carry = true;
            for limb in &mut next {
                (*limb, carry) = limb.overflowing_add(u64::from(carry));
            }
            assert_eq!(T::from_bits(WideBits::of(next)), T::MIN);
            let numbers = [T::MIN, T::from(i128::MIN), T::from(-1), T::ZERO, one, T::from(i128::MAX), T::from(u128::MAX), T::MAX];
            let mut sorted = numbers;
            sorted.reverse();
            sorted.sort();
            assert_eq!(sorted, numbers);
            for number in numbers {
                assert_eq!(T::new(number.limbs()), Ok(number));
                assert_eq!(T::of(number.limbs()), number);
                let little: Vec<u8> = number.limbs().iter().flat_map(|limb| limb.to_le_bytes()).collect();
                let big: Vec<u8> = little.iter().rev().copied().collect();
                assert_eq!((number.to_le_bytes().as_flattened(), number.to_be_bytes().as_flattened()), (&*little, &*big));
                assert_eq!((T::from_le_bytes(&little), T::from_be_bytes(&big)), (Ok(number), Ok(number)));
                // One byte more than the limbs is one more of the sign, or a fault.
                let sign_byte = if number.is_negative() { 0xff } else { 0 };
                assert_eq!(T::from_be_bytes(&[&[sign_byte], &*big].concat()), Ok(number));
                assert!(T::from_be_bytes(&[&[!sign_byte], &*big].concat()).is_err());
                let used = $width / 8 + 1;
                assert_eq!(T::from_le_bytes(&little[..used.min(little.len())]), Ok(number));
                assert_eq!(T::new_wrapped(number.limbs()), number);
                assert_eq!(number.limbs()[$limbs - 1] >> 63 == 1, number.is_negative());
                assert_eq!(T::from_bits(number.to_bits()), number);
                assert_eq!(number.to_string().parse(), Ok(number));
                let sign = if number.is_negative() { "-" } else { "" };
                assert_eq!(format!("{sign}{:#x}", number.unsigned_abs()).parse(), Ok(number));
                assert_eq!(format!("{number:#x} {number:o}"), format!("{:#x} {:o}", number.to_bits(), number.to_bits()));
                assert_eq!(format!("[{number:>+400}]"), format!("[{:>400}]", format!("{}{number}", if number.is_negative() { "" } else { "+" })));
                assert_eq!(format!("{number:?}"), number.to_string());
                assert_eq!(Dslx(&number).to_string(), format!("sN[{}]:{number}", $width));
            }
            // One beyond each end.
            let beyond = T::MIN.unsigned_abs().to_string();
            for text in [beyond.clone(), format!("-{}1", &beyond[..]), format!("{:#x}", WideBits::<$width, $limbs>::MAX)] {
                assert!(matches!(text.parse::<T>(), Err(ParseBitsError::OutOfRange(_))), "{text}");
            }
            if $width < 64 * $limbs {
                let mut limbs = [0; $limbs];
                limbs[($width - 1) / 64] = 1 << (($width - 1) % 64);
                let error = T::new(limbs).unwrap_err().to_string();
                let digits = "0".repeat(15);
                let first = 1 << ($width - 1) % 4;
                let expected = format!("the value 0x{first}{digits}... of {} bits does not fit a signed integer of {} bits", $width, $width);
                assert_eq!(error, expected, "the sign is not extended");
            }
            for value in [0, 1, -1, i128::MIN, i128::MAX, i128::from(i64::MIN) - 1] {
                assert_eq!(i128::try_from(T::from(value)), Ok(value));
                assert_eq!(u128::try_from(T::from(value)).ok(), u128::try_from(value).ok());
                assert_eq!(i64::try_from(T::from(value)).ok(), i64::try_from(value).ok());
                assert_eq!(u8::try_from(T::from(value)).ok(), u8::try_from(value).ok());
                assert_eq!(T::from(value).to_string(), value.to_string());
            }
            assert!(i128::try_from(T::MIN).is_err() && i128::try_from(T::from(u128::MAX)).is_err());
            assert_eq!(u128::try_from(T::from(u128::MAX)), Ok(u128::MAX));
            assert_eq!((T::from(-7i8), T::from(7u8), T::from(-7isize)), (T::from(-7), T::from(7), T::from(-7)));
            assert_eq!(T::default(), T::ZERO);
        })*
    };
}

#[test]
fn wide() {
    wide!(129 4 191 4 192 4 193 4 255 4 256 4 257 8 1027 32);
}

#[test]
fn parse_errors() {
    let parse = |text: &str| text.parse::<SBits8<7>>();
    assert_eq!(parse("-6_4"), Ok(SBits8::MIN));
    assert_eq!(parse("-0"), Ok(SBits8::ZERO));
    for empty in ["", "-", "-0x"] {
        assert_eq!(parse(empty), Err(ParseBitsError::NoDigits), "{empty:?}");
    }
    assert_eq!(parse("--1"), Err(ParseBitsError::InvalidDigit { found: '-', radix: 10 }));
    assert_eq!(parse("0x-1"), Err(ParseBitsError::InvalidDigit { found: '-', radix: 16 }));
    assert_eq!(parse("64").unwrap_err().to_string(), "the value 64 does not fit a signed integer of 7 bits");
    assert_eq!("-0".parse(), Ok(WideSBits::<129, 4>::ZERO));
    assert_eq!("-".parse::<WideSBits<129, 4>>(), Err(ParseBitsError::NoDigits));
}

#[test]
fn const_values() {
    const BELOW: SBits8<3> = SBits8::of(-4);
    static TABLE: [SBits16<9>; 2] = [SBits16::MIN, SBits16::new_wrapped(0x100)];
    const WIDE: WideSBits<129, 4> = WideSBits::new_wrapped([u64::MAX; 4]);
    assert_eq!((BELOW.get(), TABLE[0], WIDE), (-4, TABLE[1], WideSBits::from(-1)));
    // Signed constants are patterns, as enums need.
    assert!(matches!(SBits8::<3>::new_wrapped(4), BELOW));
}
