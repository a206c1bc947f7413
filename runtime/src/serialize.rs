//! Values for `serde`, with the feature of that name.
//!
//! | value | form |
//! |---|---|
//! | integers of up to 128 bits, `bool` | as serde has the Rust integer that carries them |
//! | wider integers | a text: `0x` and hexadecimal digits, after a `-` if negative. Any text that `FromStr` accepts is read |
//! | arrays, tuples | a sequence; arrays of any length, which serde itself does not have |
//! | structs | a map with the names that the design gives to the fields; each must be there once, others are ignored |
//! | enums | in texts such as JSON the name, or the number if the value has none; both are read. In binary formats the number |
//!
//! A number that does not fit the width is an error, so a value that was read has no bits above its width.
//!
//! Generated crates need nothing for it: the macros of this crate that they use add the traits.

use crate::bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
use crate::sbits::{SBits128, SBits16, SBits32, SBits64, SBits8};
use crate::value::{zeroed, AbiValue};
use crate::wide::WideBits;
use crate::wide_sbits::WideSBits;
use core::fmt;
use core::marker::PhantomData;
use serde::de::{self, Deserialize, Deserializer, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeStruct, SerializeTuple, Serializer};

/// What serde's two traits are, for all values.
pub trait SerdeValue: AbiValue {
    /// As `Serialize::serialize`.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;

    /// As `Deserialize::deserialize`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// A value as serde's traits have it.
struct Of<T>(T);

impl<T: SerdeValue> Serialize for Of<&T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

impl<'de, T: SerdeValue> Deserialize<'de> for Of<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(Self)
    }
}

/// Types that have serde's traits.
macro_rules! leaf {
    ($([$($generics:tt)*] $ty:ty;)*) => {
        $(
            impl<$($generics)*> SerdeValue for $ty {
                fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.serialize(serializer)
                }

                fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::deserialize(deserializer)
                }
            }
        )*
    };
}

leaf! {
    [] bool; [] (); [] u8; [] u16; [] u32; [] u64; [] u128; [] i8; [] i16; [] i32; [] i64; [] i128;
    [const W: u32] Bits8<W>; [const W: u32] Bits16<W>; [const W: u32] Bits32<W>; [const W: u32] Bits64<W>;
    [const W: u32] Bits128<W>; [const W: u32] SBits8<W>; [const W: u32] SBits16<W>; [const W: u32] SBits32<W>;
    [const W: u32] SBits64<W>; [const W: u32] SBits128<W>;
    [const W: u32, const LIMBS: usize] WideBits<W, LIMBS>; [const W: u32, const LIMBS: usize] WideSBits<W, LIMBS>;
}

macro_rules! narrow {
    ($($name:ident $carrier:ident)*) => {
        $(
            impl<const W: u32> Serialize for $name<W> {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    self.get().serialize(serializer)
                }
            }

            impl<'de, const W: u32> Deserialize<'de> for $name<W> {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    Self::new($carrier::deserialize(deserializer)?).map_err(de::Error::custom)
                }
            }
        )*
    };
}

narrow!(Bits8 u8 Bits16 u16 Bits32 u32 Bits64 u64 Bits128 u128 SBits8 i8 SBits16 i16 SBits32 i32 SBits64 i64 SBits128 i128);

impl<const W: u32, const LIMBS: usize> Serialize for WideBits<W, LIMBS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:#x}"))
    }
}

impl<const W: u32, const LIMBS: usize> Serialize for WideSBits<W, LIMBS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sign = if self.is_negative() { "-" } else { "" };
        serializer.collect_str(&format_args!("{sign}{:#x}", self.unsigned_abs()))
    }
}

impl<'de, const W: u32, const LIMBS: usize> Deserialize<'de> for WideBits<W, LIMBS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Number { width: W, value: PhantomData })
    }
}

impl<'de, const W: u32, const LIMBS: usize> Deserialize<'de> for WideSBits<W, LIMBS> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Number { width: W, value: PhantomData })
    }
}

/// Reads a number from a text.
struct Number<T> {
    width: u32,
    value: PhantomData<T>,
}

impl<T: core::str::FromStr<Err: fmt::Display>> Visitor<'_> for Number<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a number of {} bits as a text, such as \"0x2a\"", self.width)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

impl<T: SerdeValue, const N: usize> SerdeValue for [T; N] {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut elements = serializer.serialize_tuple(N)?;
        for element in self {
            elements.serialize_element(&Of(element))?;
        }
        elements.end()
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_tuple(N, Elements(PhantomData))
    }
}

struct Elements<T, const N: usize>(PhantomData<T>);

impl<'de, T: SerdeValue, const N: usize> Visitor<'de> for Elements<T, N> {
    type Value = [T; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} elements")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<[T; N], A::Error> {
        let mut value: [T; N] = zeroed();
        for (index, place) in value.iter_mut().enumerate() {
            *place = next(&mut elements, index, &self)?;
        }
        end(&mut elements, N, &self)?;
        Ok(value)
    }
}

/// The element `index` of a sequence.
fn next<'de, A: SeqAccess<'de>, T: SerdeValue>(
    elements: &mut A,
    index: usize,
    of: &dyn de::Expected,
) -> Result<T, A::Error> {
    let element: Option<Of<T>> = elements.next_element()?;
    element.map(|Of(element)| element).ok_or_else(|| de::Error::invalid_length(index, of))
}

/// Checks that a sequence has no more elements.
fn end<'de, A: SeqAccess<'de>>(elements: &mut A, count: usize, of: &dyn de::Expected) -> Result<(), A::Error> {
    match elements.next_element::<IgnoredAny>()? {
        None => Ok(()),
        Some(_) => Err(de::Error::invalid_length(count + 1, of)),
    }
}

/// Where the value of a field comes from.
pub trait FieldSource<'de> {
    /// The format's error.
    type Error;

    /// The value.
    fn value<T: SerdeValue>(self) -> Result<T, Self::Error>;
}

/// Where the value of a field goes.
pub trait FieldSink {
    /// The format's error.
    type Error;

    /// Writes the next field.
    fn field<T: SerdeValue>(&mut self, value: &T) -> Result<(), Self::Error>;
}

/// A struct, as the macro [`abi_serde_struct`](crate::abi_serde_struct) describes it.
pub trait Fields: AbiValue {
    /// The name in the design.
    const NAME: &'static str;
    /// The names of the fields; none of a tuple.
    const NAMES: Option<&'static [&'static str]>;
    /// How many fields there are.
    const COUNT: usize;

    /// Writes all fields in order.
    fn write_fields<S: FieldSink>(&self, to: &mut S) -> Result<(), S::Error>;

    /// Reads the field `index`, which must be one.
    fn read_field<'de, S: FieldSource<'de>>(&mut self, index: usize, from: S) -> Result<(), S::Error>;
}

struct NamedFields<'a, S>(&'a mut S, &'a [&'static str], usize);

impl<S: SerializeStruct> FieldSink for NamedFields<'_, S> {
    type Error = S::Error;

    fn field<T: SerdeValue>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_field(self.1[self.2], &Of(value))?;
        self.2 += 1;
        Ok(())
    }
}

struct TupleFields<'a, S>(&'a mut S);

impl<S: SerializeTuple> FieldSink for TupleFields<'_, S> {
    type Error = S::Error;

    fn field<T: SerdeValue>(&mut self, value: &T) -> Result<(), S::Error> {
        self.0.serialize_element(&Of(value))
    }
}

/// Writes a struct.
pub fn write_fields<T: Fields, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(names) = T::NAMES {
        let mut fields = serializer.serialize_struct(T::NAME, T::COUNT)?;
        value.write_fields(&mut NamedFields(&mut fields, names, 0))?;
        fields.end()
    } else {
        let mut fields = serializer.serialize_tuple(T::COUNT)?;
        value.write_fields(&mut TupleFields(&mut fields))?;
        fields.end()
    }
}

/// Reads a struct.
pub fn read_fields<'de, T: Fields, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    match T::NAMES {
        Some(names) => deserializer.deserialize_struct(T::NAME, names, AllFields(PhantomData)),
        None => deserializer.deserialize_tuple(T::COUNT, AllFields(PhantomData)),
    }
}

struct AllFields<T>(PhantomData<T>);

struct FromMap<'a, A>(&'a mut A);

impl<'de, A: MapAccess<'de>> FieldSource<'de> for FromMap<'_, A> {
    type Error = A::Error;

    fn value<T: SerdeValue>(self) -> Result<T, A::Error> {
        self.0.next_value().map(|Of(value)| value)
    }
}

struct FromSequence<'a, A>(&'a mut A, usize, &'a dyn de::Expected);

impl<'de, A: SeqAccess<'de>> FieldSource<'de> for FromSequence<'_, A> {
    type Error = A::Error;

    fn value<T: SerdeValue>(self) -> Result<T, A::Error> {
        next(self.0, self.1, self.2)
    }
}

impl<'de, T: Fields> Visitor<'de> for AllFields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match T::NAMES {
            Some(_) => write!(f, "the fields of `{}`", T::NAME),
            None => write!(f, "a tuple of {} elements", T::COUNT),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<T, A::Error> {
        let mut value: T = zeroed();
        for index in 0..T::COUNT {
            value.read_field(index, FromSequence(&mut elements, index, &self))?;
        }
        end(&mut elements, T::COUNT, &self)?;
        Ok(value)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<T, A::Error> {
        let names = T::NAMES.unwrap_or_default();
        let mut value: T = zeroed();
        let mut seen = alloc::vec![false; names.len()];
        while let Some(Key(index)) = entries.next_key_seed(Keys(names))? {
            let Some(index) = index else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            if core::mem::replace(&mut seen[index], true) {
                return Err(de::Error::duplicate_field(names[index]));
            }
            value.read_field(index, FromMap(&mut entries))?;
        }
        match seen.iter().position(|seen| !seen) {
            Some(missing) => Err(de::Error::missing_field(names[missing])),
            None => Ok(value),
        }
    }
}

/// The index of a field, or none of an unknown one.
struct Key(Option<usize>);

struct Keys(&'static [&'static str]);

impl<'de> de::DeserializeSeed<'de> for Keys {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Keys {
    type Value = Key;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<Key, E> {
        Ok(Key(self.0.iter().position(|known| *known == name)))
    }

    fn visit_u64<E: de::Error>(self, index: u64) -> Result<Key, E> {
        Ok(Key(usize::try_from(index).ok().filter(|&index| index < self.0.len())))
    }
}

/// An enum, as the macro [`abi_serde_enum`](crate::abi_serde_enum) describes it.
pub trait Named: AbiValue {
    /// What it is made of.
    type Carrier: SerdeValue;
    /// The name in the design.
    const NAME: &'static str;
    /// Every value that has a name.
    const VALUES: &'static [Self];

    /// The value's name.
    fn named(self) -> Option<&'static str>;
    /// The value of a number.
    fn of(carrier: Self::Carrier) -> Self;
    /// The number.
    fn carrier(self) -> Self::Carrier;
}

/// Writes an enum.
pub fn write_named<T: Named, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.named() {
        Some(name) if serializer.is_human_readable() => serializer.serialize_str(name),
        _ => value.carrier().write(serializer),
    }
}

/// Reads an enum.
pub fn read_named<'de, T: Named, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    if deserializer.is_human_readable() {
        deserializer.deserialize_any(NameOrNumber(PhantomData))
    } else {
        T::Carrier::read(deserializer).map(T::of)
    }
}

struct NameOrNumber<T>(PhantomData<T>);

impl<T: Named> NameOrNumber<T> {
    fn number<'de, E: de::Error>(number: impl IntoDeserializer<'de, E>) -> Result<T, E> {
        T::Carrier::read(number.into_deserializer()).map(T::of)
    }
}

impl<T: Named> Visitor<'_> for NameOrNumber<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a name or a number of `{}`", T::NAME)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let named = T::VALUES.iter().find(|value| value.named() == Some(text));
        match named {
            Some(value) => Ok(*value),
            // Numbers of more than 128 bits are texts too.
            None => Self::number(text).map_err(|_: E| E::invalid_value(de::Unexpected::Str(text), &self)),
        }
    }

    fn visit_bool<E: de::Error>(self, number: bool) -> Result<T, E> {
        Self::number(number)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<T, E> {
        Self::number(number)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<T, E> {
        Self::number(number)
    }

    fn visit_u128<E: de::Error>(self, number: u128) -> Result<T, E> {
        Self::number(number)
    }

    fn visit_i128<E: de::Error>(self, number: i128) -> Result<T, E> {
        Self::number(number)
    }
}

/// Implements serde's traits for a struct of [`abi_struct`](crate::abi_struct): its DSLX name and the names of its fields, or for
/// a tuple `tuple` and the fields.
#[doc(hidden)]
#[macro_export]
macro_rules! abi_serde_struct {
    ($name:ident, tuple, {$($field:tt)*}) => {
        $crate::abi_serde_struct!(@fields $name, "tuple", ::core::option::Option::None, {$($field)*});
    };

    ($name:ident, $dslx:literal, [$($text:expr),*], {$($field:tt)*}) => {
        $crate::abi_serde_struct!(@fields $name, $dslx, ::core::option::Option::Some(&[$($text),*]), {$($field)*});
    };

    (@fields $name:ident, $dslx:literal, $names:expr, {$($field:tt)*}) => {
        impl $crate::private::serialize::Fields for $name {
            const NAME: &'static str = $dslx;
            const NAMES: ::core::option::Option<&'static [&'static str]> = $names;
            const COUNT: usize = {
                let fields: &[&str] = &[$(::core::stringify!($field)),*];
                fields.len()
            };

            fn write_fields<S: $crate::private::serialize::FieldSink>(
                &self,
                to: &mut S,
            ) -> ::core::result::Result<(), S::Error> {
                let _ = &to;
                $(to.field(&self.$field)?;)*
                ::core::result::Result::Ok(())
            }

            #[allow(unused_assignments)] // after the last field
            fn read_field<'de, S: $crate::private::serialize::FieldSource<'de>>(
                &mut self,
                index: usize,
                from: S,
            ) -> ::core::result::Result<(), S::Error> {
                let _ = (index, &from);
                let mut at = 0;
                let _ = &mut at;
                $(
                    if index == at {
                        self.$field = from.value()?;
                        return ::core::result::Result::Ok(());
                    }
                    at += 1;
                )*
                ::core::result::Result::Ok(())
            }
        }

        $crate::abi_serde_struct!(@traits $name, write_fields, read_fields);
    };

    (@traits $name:ident, $write:ident, $read:ident) => {
        impl $crate::private::serialize::SerdeValue for $name {
            fn write<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serde::Serialize::serialize(self, serializer)
            }

            fn read<'de, D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::private::serde::Deserialize::deserialize(deserializer)
            }
        }

        impl<'de> $crate::private::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::private::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::private::serialize::$read(deserializer)
            }
        }

        impl $crate::private::serde::Serialize for $name {
            fn serialize<S: $crate::private::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::private::serialize::$write(&*self, serializer)
            }
        }
    };
}

/// Implements serde's traits for an enum of [`abi_enum`](crate::abi_enum).
#[doc(hidden)]
#[macro_export]
macro_rules! abi_serde_enum {
    ($name:ident, $dslx:literal, $carrier:ty) => {
        impl $crate::private::serialize::Named for $name {
            type Carrier = $carrier;
            const NAME: &'static str = $dslx;
            const VALUES: &'static [Self] = Self::ALL;

            fn named(self) -> ::core::option::Option<&'static str> {
                self.name()
            }

            fn of(carrier: $carrier) -> Self {
                Self::from_bits(carrier)
            }

            fn carrier(self) -> $carrier {
                self.to_bits()
            }
        }

        $crate::abi_serde_struct!(@traits $name, write_named, read_named);
    };
}
