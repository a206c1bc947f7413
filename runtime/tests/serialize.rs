//! Values for serde: what is written, that it is read again, and what is refused.

use serde_json::{from_str, to_string};
use serde_test::{assert_de_tokens, assert_tokens, Compact, Configure, Readable, Token};
use xls_aot_runtime::{
    abi_enum, abi_struct, Bits128, Bits16, Bits32, Bits64, Bits8, SBits128, SBits16, SBits32, SBits64, SBits8,
    WideBits, WideSBits,
};

/// Writes a value and reads it again.
fn check<T>(value: T, text: &str)
where
    T: serde::Serialize + serde::de::DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(to_string(&value).unwrap(), text);
    assert_eq!(from_str::<T>(text).unwrap(), value);
}

fn refused<T: serde::de::DeserializeOwned + std::fmt::Debug>(text: &str) -> String {
    from_str::<T>(text).unwrap_err().to_string()
}

#[test]
fn integers() {
    check(Bits8::<7>::MAX, "127");
    check(Bits16::<9>::MAX, "511");
    check(Bits32::<31>::MAX, "2147483647");
    check(Bits64::<63>::MAX, "9223372036854775807");
    check(Bits128::<127>::MAX, "170141183460469231731687303715884105727");
    check(SBits8::<7>::MIN, "-64");
    check(SBits16::<9>::MIN, "-256");
    check(SBits32::<31>::MIN, "-1073741824");
    check(SBits64::<63>::MIN, "-4611686018427387904");
    check(SBits128::<127>::MIN, "-85070591730234615865843651857942052864");
    check(Bits8::<0>::ZERO, "0");
    check(WideBits::<129, 4>::MAX, "\"0x1ffffffffffffffffffffffffffffffff\"");
    check(WideSBits::<129, 4>::MIN, "\"-0x100000000000000000000000000000000\"");
    check(WideSBits::<129, 4>::from(10), "\"0xa\"");
    assert_eq!(from_str::<WideBits<129, 4>>("\"1_000\"").unwrap(), WideBits::from(1000u16));
}

#[test]
fn what_does_not_fit_is_refused() {
    assert_eq!(refused::<Bits16<9>>("512"), "the value 512 does not fit 9 bits");
    assert_eq!(refused::<SBits8<7>>("64"), "the value 64 does not fit a signed integer of 7 bits");
    assert!(refused::<Bits16<9>>("-1").contains("expected u16"), "{}", refused::<Bits16<9>>("-1"));
    let wide = format!("\"0x2{}\"", "0".repeat(32));
    assert!(refused::<WideBits<129, 4>>(&wide)
        .starts_with("the value 0x2000000000000000... of 130 bits does not fit 129 bits"));
    assert!(refused::<WideBits<129, 4>>("7").contains("expected a number of 129 bits as a text, such as \"0x2a\""));
    assert!(refused::<WideBits<129, 4>>("\"x\"").starts_with("expected a digit of base 10"));
}

mod design {
    use super::*;

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Tuple0(pub bool, pub Bits16<12>, pub [u8; 40]);
    abi_struct!(Tuple0, size 44, align 2, { 0: bool = 0, 1: Bits16<12> = 2, 2: [u8; 40] = 4 });

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Point {
        pub r#type: u8,
        pub way: Way,
        pub pair: [Tuple0; 2],
        pub nothing: (),
    }
    abi_struct!(struct Point as "Point", size 92, align 2,
        { r#type "type": u8 = 0, way: Way = 1, pair: [Tuple0; 2] = 2, nothing: () = 90 });

    #[repr(C)]
    #[derive(Clone, Copy, Debug, PartialEq)]
    pub struct Empty {}
    abi_struct!(struct Empty as "Empty", size 0, align 1, {});

    abi_enum! { pub enum Way as "Way": Bits8<2>, number u8 { UP = Bits8::of(0), SELF_ "self" = Bits8::of(2) } }
    abi_enum! { pub enum Signed as "Signed": SBits16<9>, number i16 { LOW = SBits16::of(-200) } }
    abi_enum! { pub enum Bit as "Bit": bool, number u8 { ON = true } }
    abi_enum! {
        pub enum Wide as "Wide": WideBits<129, 4>, number WideBits<129, 4> { TOP = WideBits::of([0, 0, 1, 0]) }
    }
}

use design::{Bit, Empty, Point, Signed, Tuple0, Way, Wide};

#[test]
fn enums_are_names_or_numbers() {
    check(Way::UP, "\"UP\"");
    check(Way::SELF_, "\"self\"");
    check(Way::from_bits(Bits8::of(1)), "1");
    check(Signed::LOW, "\"LOW\"");
    check(Signed::from_bits(SBits16::of(-3)), "-3");
    check(Bit::ON, "\"ON\"");
    check(Bit::from_bits(false), "false");
    check(Wide::TOP, "\"TOP\"");
    check(Wide::from_bits(WideBits::from(9u8)), "\"0x9\"");
    assert_eq!(from_str::<Way>("2").unwrap(), Way::SELF_, "a number of a name");
    assert!(refused::<Way>("4").starts_with("the value 4 does not fit 2 bits"));
    assert!(
        refused::<Way>("\"DOWN\"").starts_with("invalid value: string \"DOWN\", expected a name or a number of `Way`")
    );
    assert!(refused::<Way>("[]").contains("expected a name or a number of `Way`"));
}

#[test]
fn binary_formats_have_the_numbers_of_enums() {
    assert_tokens(&Way::SELF_.compact(), &[Token::U8(2)]);
    assert_tokens(&Signed::LOW.compact(), &[Token::I16(-200)]);
    assert_tokens(&Way::SELF_.readable(), &[Token::Str("self")]);
    assert_de_tokens(&Way::SELF_.readable(), &[Token::U8(2)]);
    assert_tokens::<Compact<Bits16<9>>>(&Bits16::of(300).compact(), &[Token::U16(300)]);
    assert_tokens::<Readable<Bits16<9>>>(&Bits16::of(300).readable(), &[Token::U16(300)]);
}

fn tuple(first: bool) -> Tuple0 {
    let mut bytes = [7; 40];
    bytes[39] = 1;
    Tuple0(first, Bits16::of(4000), bytes)
}

fn tuple_text(first: bool) -> String {
    format!("[{first},4000,[{}1]]", "7,".repeat(39))
}

#[test]
fn structs_are_maps_and_tuples_sequences() {
    check(tuple(true), &tuple_text(true));
    check(Empty {}, "{}");
    let point = Point { r#type: 9, way: Way::SELF_, pair: [tuple(true), tuple(false)], nothing: () };
    let pair = format!("[{},{}]", tuple_text(true), tuple_text(false));
    check(point, &format!("{{\"type\":9,\"way\":\"self\",\"pair\":{pair},\"nothing\":null}}"));
    // In any order, with more than there must be, or as a sequence.
    let other = format!("{{\"pair\":{pair},\"more\":[1],\"nothing\":null,\"way\":2,\"type\":9}}");
    assert_eq!(from_str::<Point>(&other).unwrap(), point);
    assert_eq!(from_str::<Point>(&format!("[9,2,{pair},null]")).unwrap(), point);
    for (text, error) in [
        (format!("{{\"type\":9,\"pair\":{pair},\"nothing\":null}}"), "missing field `way`"),
        (format!("{{\"type\":9,\"type\":9,\"pair\":{pair}}}"), "duplicate field `type`"),
        (format!("[9,2,{pair}]"), "invalid length 3, expected the fields of `Point`"),
        (format!("[9,2,{pair},null,1]"), "invalid length 5, expected the fields of `Point`"),
        ("[true,4000,[1,2]]".to_owned(), "invalid type: boolean `true`, expected u8"),
    ] {
        assert!(refused::<Point>(&text).starts_with(error), "{}", refused::<Point>(&text));
    }
    assert!(refused::<Tuple0>("[true,4000,[1,2]]").starts_with("invalid length 2, expected 40 elements"));
    assert!(refused::<Tuple0>("[true,4096,[]]").starts_with("the value 4096 does not fit 12 bits"));
}
