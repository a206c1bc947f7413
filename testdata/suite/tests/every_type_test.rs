//! Every kind of type of a hand-written type table, through compiled code and back.

use every_type::float64::Double;
use every_type::m::r#mod::r#type as Keyword;
use every_type::xls_aot_runtime::{SBits128, SBits32, SBits64, SBits8, WideBits, WideSBits};
use every_type::{minus16, minus23, minus32, minus8};
use every_type::{echo, fixed, float32, m, signs, All, Bit, Byte, Empty, Level, Odd, Table, Tuple0, Wide, WideSigned, Word};

fn sample() -> All {
    All {
        u1: true,
        s1: SBits8::of(-1),
        s7: SBits8::of(-64),
        u8: 200,
        s8: -128,
        s63: SBits64::of(-1),
        u64: u64::MAX,
        s64: i64::MIN,
        s65: every_type::SMALLEST,
        u128: u128::MAX,
        s128: i128::MIN,
        s1000: WideSBits::from(-5),
        bit_: Bit::ON,
        level_: Level::LOWEST,
        byte_: Byte::ALL_,
        word_: Word::MIN,
        odd_: Odd::TOP,
        wide_: Wide::HIGH,
        widesigned_: WideSigned::MINUS_ONE,
        single: float32::Single::from(-0.75),
        double: Double::from(f64::MIN_POSITIVE),
        num9: fixed::LOWEST,
        empty: Empty {},
        table: every_type::TABLE,
        keyword: Keyword { r#fn: SBits8::of(-1), self_: every_type::TABLE },
        ..All::default()
    }
}

#[test]
fn values_come_back_as_they_were() {
    let sample = sample();
    assert_eq!(echo(&sample), sample);
    assert_eq!(echo(&All::default()), All::default());
    let mut output = All::default();
    echo::Runner::new().run_into(&sample, &mut output);
    assert_eq!(output, sample);
    assert_eq!(f32::from(output.single), -0.75);
    assert_eq!(f64::from(output.double), f64::MIN_POSITIVE);
    assert_eq!(output.s65.get(), -(1 << 64));
    assert_eq!(output.num9.significand.get(), -256);
    assert_eq!(output.odd_.name(), Some("TOP"));
}

#[test]
fn signed_values_are_twos_complement_numbers() {
    let level = Level::from_bits(SBits8::of(-3));
    let c = SBits128::of(-12345);
    let results = signs(-100, SBits8::of(-64), c, &every_type::WIDE, level);
    assert_eq!((results.0, results.1), (-164, 6400));
    assert_eq!(results.2.get(), 12345);
    assert_eq!(results.3, WideSBits::from_bits(WideBits::of([0, 1 << 16, 0, 0])));
    assert_eq!(results.4, -3);
    assert!(every_type::WIDE.is_negative());
}

#[test]
fn signed_integers_in_registers() {
    // Wide enough computations show what is in the upper bits of the registers.
    for value in [0, 1, -1, 100, -100, i64::from(i16::MIN) + 1, 0x3f_ffff, -0x3f_ffff, i64::from(i32::MIN) + 1] {
        let value = std::hint::black_box(value);
        assert_eq!(i64::from(minus8(value as i8)), -i64::from(value as i8));
        assert_eq!(i64::from(minus16(value as i16)), -i64::from(value as i16));
        assert_eq!(i64::from(minus32(value as i32)), -i64::from(value as i32));
        let narrow = SBits32::<23>::new_wrapped(value as i32);
        assert_eq!(i64::from(minus23(narrow).get()), -i64::from(narrow.get()));
    }
    // The native back end passes them in registers.
    let artifact = every_type::minus8::ARTIFACT;
    let is_direct = artifact.features.contains(every_type::xls_aot_runtime::Features::DIRECT);
    assert_eq!(is_direct, artifact.backend.starts_with("native"), "{}", artifact.backend);
    assert_eq!((minus8(i8::MIN), minus32(i32::MIN)), (i8::MIN, i32::MIN), "it wraps");
}

#[test]
fn open_enums_hold_values_without_names() {
    assert_eq!(m::raise(Level::LOWEST).to_string(), "-3");
    assert_eq!(m::raise(Level::HIGHEST), Level::LOWEST, "it wraps");
    assert_eq!(format!("{:?}", m::raise(Level::ZERO)), "Level(1)");
    let text = match m::raise(m::raise(Level::ZERO)) {
        Level::LOWEST | Level::HIGHEST => "an end",
        Level::ZERO => "zero",
        _ => "between",
    };
    assert_eq!(text, "between");
    assert!(Level::try_from(2).is_err());
    assert_eq!(Byte::name_.name(), Some("name"));
    assert_eq!(Wide::ALL, [Wide::ONE, Wide::HIGH]);
    let _: Table = every_type::TABLE;
    let _: Tuple0 = Tuple0::default();
}
