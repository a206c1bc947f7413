//! Conversions between the value types: each value that fits arrives, each other one is refused with its name.

use std::convert::Infallible;
use std::error::Error;
use std::fmt::Display;

use xls_aot_runtime::{
    Bits128, Bits16, Bits32, Bits64, Bits8, OutOfRange, ParseBitsError, SBits128, SBits16, SBits32, SBits64, SBits8,
    WideBits, WideSBits,
};

/// Checks a conversion by the values' texts: `fits` says whether the target has the value.
fn try_into<T, U>(value: T, fits: bool)
where
    T: Copy + Display,
    U: TryFrom<T, Error: Into<OutOfRange> + Display> + Display,
{
    match U::try_from(value) {
        Ok(converted) => {
            assert_eq!(converted.to_string(), value.to_string());
            assert!(fits, "{value} does not fit");
        }
        Err(error) => {
            let (text, value) = (error.to_string(), value.to_string());
            assert!(!fits, "{text}");
            let names_value = text.starts_with(&format!("the value {value} does not fit "));
            let abbreviated = text.starts_with("the value 0x") || text.starts_with("the value -0x");
            assert!(names_value || (abbreviated && value.len() > 38), "{text}: {value}");
        }
    }
}

/// Tries a value as each target. What fits is what the target can read as text, which `values` and `signed_values` test.
macro_rules! try_each {
    ($source:ident, [$($target:ty)*]) => {
        $(
            {
                let fits = $source.to_string().parse::<$target>().is_ok();
                try_into::<_, $target>($source, fits);
            }
        )*
    };
}

#[test]
fn primitives_and_all_types() {
    macro_rules! against {
        ($($ty:ty)*) => {
            $(
                for value in [<$ty>::MIN, <$ty>::MAX, <$ty>::MAX >> 1, <$ty>::ZERO] {
                    try_each!(value, [u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize]);
                }
                macro_rules! from {
                    ($primitive:ty) => {
                        for value in [<$primitive>::MIN, <$primitive>::MAX, 0, 1, <$primitive>::MAX / 2, <$primitive>::MIN / 2] {
                            try_each!(value, [$ty]);
                        }
                    };
                }
                from!(u8); from!(u16); from!(u32); from!(u64); from!(u128); from!(usize);
                from!(i8); from!(i16); from!(i32); from!(i64); from!(i128); from!(isize);
            )*
        };
    }
    against!(Bits8<0> Bits8<1> Bits8<7> Bits8<8> Bits16<9> Bits16<16> Bits32<17> Bits32<32> Bits64<33> Bits64<64> Bits128<65> Bits128<128>);
    against!(SBits8<0> SBits8<1> SBits8<7> SBits8<8> SBits16<9> SBits16<16> SBits32<17> SBits32<32> SBits64<33> SBits64<64>);
    against!(SBits128<65> SBits128<127> SBits128<128> WideBits<129, 4> WideBits<257, 8> WideSBits<129, 4> WideSBits<257, 8>);
}

#[test]
fn types_of_other_carriers() {
    macro_rules! pairs {
        ($($source:ty => [$($target:ty)*];)*) => {
            $(
                for value in [<$source>::MIN, <$source>::MAX, <$source>::MAX >> 1, <$source>::MAX >> 5, <$source>::ZERO] {
                    try_each!(value, [$($target)*]);
                }
            )*
        };
    }
    pairs! {
        Bits8<7> => [Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits8<7> SBits8<8> SBits16<9> SBits32<17> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        Bits16<16> => [Bits8<8> Bits32<17> Bits64<33> Bits128<65> SBits8<7> SBits16<16> SBits32<17> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        Bits32<32> => [Bits8<8> Bits16<9> Bits64<33> Bits128<65> SBits8<7> SBits16<16> SBits32<32> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        Bits64<64> => [Bits8<8> Bits16<9> Bits32<17> Bits128<65> SBits8<7> SBits16<16> SBits32<32> SBits64<64> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        Bits128<128> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> SBits8<7> SBits16<16> SBits32<32> SBits64<64> SBits128<128> WideBits<129, 4> WideSBits<129, 4>];
        SBits8<8> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits16<9> SBits32<17> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        SBits16<16> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits8<8> SBits32<17> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        SBits32<32> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits8<8> SBits16<9> SBits64<33> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        SBits64<64> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits8<8> SBits16<9> SBits32<17> SBits128<65> WideBits<129, 4> WideSBits<129, 4>];
        SBits128<128> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> SBits8<8> SBits16<9> SBits32<17> SBits64<33> WideBits<129, 4> WideSBits<129, 4>];
        WideBits<200, 4> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> Bits128<128> SBits8<8> SBits16<9> SBits32<17> SBits64<33> SBits128<128>];
        WideSBits<200, 4> => [Bits8<8> Bits16<9> Bits32<17> Bits64<33> Bits128<65> Bits128<128> SBits8<8> SBits16<9> SBits32<17> SBits64<33> SBits128<128>];
    }
}

#[test]
fn what_always_fits_needs_no_check() {
    assert_eq!(Bits16::<9>::from(255).get(), 255);
    assert_eq!(Bits32::<17>::from(u16::MAX).get(), 0xffff);
    assert_eq!(Bits64::<33>::from(u32::MAX).get(), 0xffff_ffff);
    assert_eq!(Bits128::<65>::from(u64::MAX).get(), u128::from(u64::MAX));
    assert_eq!(SBits16::<9>::from(u8::MAX).get(), 255);
    assert_eq!(SBits16::<9>::from(i8::MIN).get(), -128);
    assert_eq!((Bits8::<1>::from(true).get(), SBits8::<2>::from(true).get()), (1, 1));
    assert_eq!(Bits16::<9>::from(Bits8::<8>::MAX).get(), 255);
    assert_eq!(WideSBits::<129, 4>::from(Bits128::<128>::MAX).to_string(), u128::MAX.to_string());
    assert_eq!((Bits8::<3>::MAX.widen::<5>().get(), SBits8::<3>::MIN.widen::<5>().get()), (7, -4));
    assert_eq!(WideBits::<129, 4>::MAX.widen::<300, 8>().limbs()[..4], [u64::MAX, u64::MAX, 1, 0]);
    assert_eq!(WideSBits::<129, 4>::MIN.widen::<300, 8>().to_string(), WideSBits::<129, 4>::MIN.to_string());
    // A function that returns the error of a conversion takes one that cannot fail.
    let sure: Result<Bits16<12>, Infallible> = Ok(Bits16::from(1u8));
    assert_eq!(sure.map_err(OutOfRange::from), Ok(Bits16::of(1)));
    assert_eq!(Bits8::<3>::try_from(5), Ok(Bits8::of(5)));
}

#[test]
fn errors_name_value_and_width_once() {
    let error = Bits16::<12>::new(5000).unwrap_err();
    assert_eq!(error.width(), 12);
    assert_eq!(
        format!("{error} / {error:?}"),
        "the value 5000 does not fit 12 bits / the value 5000 does not fit 12 bits"
    );
    let error = Bits8::<3>::try_from(-1i32).unwrap_err();
    assert_eq!(error.to_string(), "the value -1 does not fit 3 bits");
    let error = SBits8::<1>::new(1).unwrap_err();
    assert_eq!(error.to_string(), "the value 1 does not fit a signed integer of 1 bit");
    let error = u64::try_from(WideBits::<257, 8>::MAX).unwrap_err();
    assert_eq!(error.to_string(), "the value 0x1fffffffffffffff... of 257 bits does not fit 64 bits");
    let error = u64::try_from(WideSBits::<257, 8>::MIN + WideSBits::from(1)).unwrap_err();
    assert_eq!(error.to_string(), "the value -0xffffffffffffffff... of 256 bits does not fit 64 bits");
    let error = "5000".parse::<Bits16<12>>().unwrap_err();
    assert_eq!(
        format!("{error} / {error:?}"),
        "the value 5000 does not fit 12 bits / the value 5000 does not fit 12 bits"
    );
    assert!(error.source().is_none(), "a chain would say it twice");
    assert!(matches!(error, ParseBitsError::OutOfRange(inner) if inner.width() == 12));
    let error = "9".repeat(50).parse::<Bits16<12>>().unwrap_err();
    assert_eq!(error.to_string(), "the number does not fit 12 bits");
}

#[test]
#[should_panic(expected = "the value 5000 does not fit 12 bits")]
fn of_names_value_and_width() {
    let _ = Bits16::<12>::of(5000);
}

#[test]
#[should_panic(expected = "the value -0x8000000000000000... of 256 bits does not fit a signed integer of 200 bits")]
fn of_a_wide_value_too() {
    let _ = WideSBits::<200, 4>::of([0, 0, 0, 1 << 63]);
}
