//! Generated enums over every kind of carrier: their constants are patterns, their numbers are those that users write, and
//! a number without a name is no error until somebody asks for one.

use xls_aot_runtime::private::abi_enum;
use xls_aot_runtime::{AbiValue, Bits128, Bits8, Dslx, SBits16, Shape, UnnamedValue, WideBits, WideSBits};

abi_enum! {
    /// Over `bits[1]`.
    pub enum Bit as "Bit": bool, number u8 {
        OFF = false,
    }
}

abi_enum! {
    /// Over a primitive.
    pub enum Byte as "Byte": u8, number u8 {
        LOW = 0,
        HIGH = 255,
    }
}

abi_enum! {
    /// Over a signed primitive.
    pub enum Offset as "Offset": i8, number i8 {
        BACK = -1,
        FORTH = 1,
    }
}

abi_enum! {
    /// Over a signed integer of another width.
    pub enum Step as "Step": SBits16<12>, number i16 {
        FIRST = SBits16::MIN,
        NONE = SBits16::of(0),
    }
}

abi_enum! {
    /// Over a large integer.
    pub enum Key as "Key": Bits128<100>, number u128 {
        TOP = Bits128::of(1 << 99),
    }
}

abi_enum! {
    /// Over limbs.
    pub enum Wide as "Wide": WideBits<129, 4>, number WideBits<129, 4> {
        TOP = WideBits::new_masked([0, 0, 1, 0]),
    }
}

abi_enum! {
    /// Over signed limbs.
    pub enum WideStep as "WideStep": WideSBits<129, 4>, number WideSBits<129, 4> {
        BACK = WideSBits::new_wrapped([u64::MAX; 4]),
    }
}

abi_enum! {
    /// Without any name, over no bits.
    pub enum Nothing as "Nothing": Bits8<0>, number u8 {}
}

#[test]
fn constants_are_patterns() {
    assert!(matches!(Bit::from_bits(false), Bit::OFF) && !matches!(Bit::from_bits(true), Bit::OFF));
    assert!(matches!(Byte::from_bits(255), Byte::HIGH) && !matches!(Byte::from_bits(254), Byte::HIGH | Byte::LOW));
    assert!(matches!(Offset::from_bits(-1), Offset::BACK) && !matches!(Offset::from_bits(0), Offset::BACK));
    assert!(matches!(Step::from_bits(SBits16::new_wrapped(0x800)), Step::FIRST));
    assert!(matches!(Key::from_bits(Bits128::of(1 << 99)), Key::TOP));
    assert!(matches!(Wide::from_bits(WideBits::of([0, 0, 1, 0])), Wide::TOP));
    assert!(matches!(WideStep::from_bits(WideSBits::from(-1)), WideStep::BACK));
}

#[test]
fn numbers() {
    assert_eq!((Bit::try_from(0), Bit::try_from(1).is_err(), Bit::try_from(2).is_err()), (Ok(Bit::OFF), true, true));
    assert_eq!((Byte::try_from(255), Byte::try_from(1).is_err()), (Ok(Byte::HIGH), true));
    assert_eq!((Offset::try_from(-1), Offset::try_from(0).is_err()), (Ok(Offset::BACK), true));
    assert_eq!((Step::try_from(-2048), Step::try_from(-2049).is_err()), (Ok(Step::FIRST), true));
    assert_eq!((Key::try_from(1 << 99), Key::try_from(1 << 100).is_err()), (Ok(Key::TOP), true));
    assert_eq!(Wide::try_from(WideBits::of([0, 0, 1, 0])), Ok(Wide::TOP));
    assert_eq!(WideStep::try_from(WideSBits::from(-1)), Ok(WideStep::BACK));
    assert!(Nothing::try_from(0).is_err_and(|error: UnnamedValue| error.enumeration() == "Nothing"));
    assert_eq!(Nothing::ALL, []);
    assert!(Step::FIRST < Step::NONE && Offset::BACK < Offset::FORTH && Byte::LOW < Byte::HIGH);
}

#[test]
fn an_error_names_the_enum_and_the_number() {
    let text = |error: Option<UnnamedValue>| error.expect("no name").to_string();
    assert_eq!(text(Bit::try_from(2).err()), "the value 2 has no name in `Bit`");
    assert_eq!(text(Byte::try_from(254).err()), "the value 254 has no name in `Byte`");
    assert_eq!(text(Offset::try_from(-7).err()), "the value -7 has no name in `Offset`");
    assert_eq!(text(Step::try_from(i16::MIN).err()), "the value -32768 has no name in `Step`");
    assert_eq!(text(Key::try_from(u128::MAX).err()), format!("the value {} has no name in `Key`", u128::MAX));
    assert_eq!(text(Wide::try_from(WideBits::from(5u8)).err()), "the value 5 has no name in `Wide`");
    assert_eq!(
        text(Wide::try_from(WideBits::MAX).err()),
        "the value 0x1fffffffffffffff... of 129 bits has no name in `Wide`"
    );
    assert_eq!(text(WideStep::try_from(WideSBits::from(-2)).err()), "the value -2 has no name in `WideStep`");
}

#[test]
fn text() {
    let unnamed = Bit::from_bits(true);
    assert_eq!(format!("{unnamed} {unnamed:?} {:?} {}", Bit::OFF, Dslx(&unnamed)), "1 Bit(1) OFF u1:1 as Bit");
    let unnamed = Offset::from_bits(-7);
    assert_eq!(
        format!("{unnamed} {unnamed:?} [{unnamed:>4}] {}", Dslx(&unnamed)),
        "-7 Offset(-7) [  -7] s8:-7 as Offset"
    );
    let unnamed = WideStep::from_bits(WideSBits::from(-2));
    assert_eq!(format!("{unnamed} {unnamed:?} {}", Dslx(&unnamed)), "-2 WideStep(-2) sN[129]:-2 as WideStep");
    assert_eq!(format!("{} {}", Dslx(&Step::FIRST), Dslx(&[Key::TOP])), "Step::FIRST [Key::TOP]");
    assert_eq!(format!("{} {}", Nothing::default(), Dslx(&Nothing::default())), "0 uN[0]:0 as Nothing");
}

#[test]
fn memory() {
    assert_eq!((Step::SHAPE, size_of::<Step>(), align_of::<Step>()), (Shape::Bits(12), 2, 2));
    assert_eq!((Wide::SHAPE, size_of::<Wide>(), align_of::<Wide>()), (Shape::Bits(129), 32, 16));
    let valid = |byte: u8| {
        // SAFETY: one initialised byte.
        unsafe { Bit::is_valid((&raw const byte).cast()) }
    };
    assert_eq!([0, 1, 2].map(valid), [true, true, false]);
    let extended = 0xf800u16;
    // SAFETY: two initialised bytes.
    let valid = unsafe { Step::is_valid((&raw const extended).cast()) };
    assert!(!valid, "the sign is not extended in memory");
}
