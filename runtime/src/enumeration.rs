//! What generated enums are: numbers with names.
//!
//! A generated enum is open: a `#[repr(transparent)]` struct over its carrier, the integer type of its width, with an
//! associated constant for each name. Compiled code may return a value that has no name, which would be undefined behaviour
//! for a Rust `enum`. The constants can be used in patterns; a `match` needs a last arm for the other values:
//!
//! ```
//! # mod design {
//! #     use xls_aot_runtime::Bits8;
//! #     xls_aot_runtime::abi_enum! { pub enum Color as "Color": Bits8<2>, number u8 { RED = Bits8::of(1) } }
//! # }
//! # use design::Color;
//! fn is_red(color: Color) -> bool {
//!     match color {
//!         Color::RED => true,
//!         _ => false,
//!     }
//! }
//! assert!(is_red(Color::try_from(1).unwrap()));
//! ```
//! ```compile_fail
//! # mod design {
//! #     use xls_aot_runtime::Bits8;
//! #     xls_aot_runtime::abi_enum! { pub enum Color as "Color": Bits8<2>, number u8 { RED = Bits8::of(1) } }
//! # }
//! # use design::Color;
//! fn is_red(color: Color) -> bool {
//!     match color {
//!         Color::RED => true, // other numbers are missing
//!     }
//! }
//! ```

use crate::error::Number;
use crate::value::AbiValue;
use crate::wide::WideBits;
use crate::wide_sbits::WideSBits;
use core::fmt;

/// A number that no name of a generated enum stands for. Its text names both: ``the value 3 has no name in `Color` ``.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnnamedValue {
    enumeration: &'static str,
    number: Number,
}

impl UnnamedValue {
    /// The enum's name.
    #[must_use]
    pub const fn enumeration(self) -> &'static str {
        self.enumeration
    }
}

impl fmt::Display for UnnamedValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} has no name in `{}`", self.number.text().as_str(), self.enumeration)
    }
}

#[cfg(feature = "std")]
impl std::error::Error for UnnamedValue {}

/// The integer type that an enum is made of, and the type of the numbers that users write.
pub trait Carrier: AbiValue + Eq {
    /// The primitive integer that holds every value of the carrier; for wide ones, the carrier itself.
    type Number: fmt::Display;

    /// The carrier of a number, if it fits.
    fn from_number(number: Self::Number) -> Option<Self>;

    /// The number.
    fn number(self) -> Self::Number;

    /// The error that a number has no name in an enum.
    fn unnamed(enumeration: &'static str, number: &Self::Number) -> UnnamedValue;
}

/// [`Carrier::unnamed`] for numbers that are primitive integers.
macro_rules! unnamed_primitive {
    () => {
        fn unnamed(enumeration: &'static str, number: &Self::Number) -> UnnamedValue {
            // Only a large `u128` is no `i128`.
            let number = match i128::try_from(*number) {
                Ok(number) => Number::signed(number),
                Err(_) => Number::Exact { negative: false, magnitude: *number as u128 },
            };
            UnnamedValue { enumeration, number }
        }
    };
}

impl Carrier for bool {
    type Number = u8;

    fn from_number(number: u8) -> Option<Self> {
        (number <= 1).then_some(number == 1)
    }

    fn number(self) -> u8 {
        u8::from(self)
    }

    unnamed_primitive!();
}

macro_rules! own_number {
    ($($ty:ty),*) => {
        $(
            impl Carrier for $ty {
                type Number = Self;

                fn from_number(number: Self) -> Option<Self> {
                    Some(number)
                }

                fn number(self) -> Self {
                    self
                }

                unnamed_primitive!();
            }
        )*
    };
}

own_number!(u8, u16, u32, u64, u128, i8, i16, i32, i64, i128);

macro_rules! primitive_number {
    ($($name:ident $number:ty),*) => {
        $(
            impl<const W: u32> Carrier for crate::$name<W> {
                type Number = $number;

                fn from_number(number: $number) -> Option<Self> {
                    Self::new(number).ok()
                }

                fn number(self) -> $number {
                    self.get()
                }

                unnamed_primitive!();
            }
        )*
    };
}

primitive_number!(Bits8 u8, Bits16 u16, Bits32 u32, Bits64 u64, Bits128 u128);
primitive_number!(SBits8 i8, SBits16 i16, SBits32 i32, SBits64 i64, SBits128 i128);

macro_rules! wide_number {
    ($($name:ident $known:expr),*) => {
        $(
            impl<const W: u32, const LIMBS: usize> Carrier for $name<W, LIMBS> {
                type Number = Self;

                fn from_number(number: Self) -> Option<Self> {
                    Some(number)
                }

                fn number(self) -> Self {
                    self
                }

                fn unnamed(enumeration: &'static str, number: &Self) -> UnnamedValue {
                    let known: fn(&Self) -> Number = $known;
                    UnnamedValue { enumeration, number: known(number) }
                }
            }
        )*
    };
}

wide_number!(
    WideBits | number | Number::long(false, number.limbs()),
    WideSBits | number | Number::long(number.is_negative(), number.unsigned_abs().limbs())
);

/// Defines a generated enum: its DSLX name, its carrier, the type of its numbers ([`Carrier::Number`]), and the carrier's
/// value for each name, with the DSLX name where it has another in Rust.
///
/// ```
/// xls_aot_runtime::abi_enum! {
///     /// A colour.
///     pub enum Color as "Color": xls_aot_runtime::Bits8<2>, number u8 {
///         /// Like a rose.
///         RED = xls_aot_runtime::Bits8::of(0),
///         SELF_ "SELF" = xls_aot_runtime::Bits8::of(2),
///     }
/// }
/// assert_eq!(Color::try_from(2), Ok(Color::SELF_));
/// ```
#[doc(hidden)]
#[macro_export]
macro_rules! abi_enum {
    (
        $(#[$meta:meta])*
        pub enum $name:ident as $dslx:literal : $carrier:ty, number $number:ty {
            $($(#[$variant_meta:meta])* $variant:ident $($dslx_variant:literal)? = $value:expr),* $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name($carrier);

        impl $name {
            $(
                $(#[$variant_meta])*
                #[allow(missing_docs)] // a design need not document its names
                pub const $variant: Self = Self($value);
            )*

            /// Every value that has a name, in the order of the declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The value of this number, which may have no name.
            #[inline]
            #[must_use]
            pub const fn from_bits(bits: $carrier) -> Self {
                Self(bits)
            }

            /// The number.
            #[inline]
            #[must_use]
            pub const fn to_bits(self) -> $carrier {
                self.0
            }

            /// The value's name in the design, if it has one.
            #[must_use]
            pub fn name(self) -> ::core::option::Option<&'static str> {
                $(
                    if self == Self::$variant {
                        return ::core::option::Option::Some($crate::abi_struct!(@text $variant $($dslx_variant)?));
                    }
                )*
                ::core::option::Option::None
            }

            /// Whether the value has a name.
            #[must_use]
            pub fn is_named(self) -> bool {
                self.name().is_some()
            }
        }

        /// The value of number 0.
        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::private::zeroed()
            }
        }

        /// The name, or the number if the value has no name.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.pad(name),
                    ::core::option::Option::None => {
                        ::core::fmt::Display::fmt(&$crate::private::Carrier::number(self.0), f)
                    }
                }
            }
        }

        /// The name, or the type's name and the number if the value has no name.
        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => f.write_str(name),
                    ::core::option::Option::None => {
                        ::core::write!(f, "{}({})", $dslx, $crate::private::Carrier::number(self.0))
                    }
                }
            }
        }

        /// The value of a number that has a name.
        impl ::core::convert::TryFrom<$number> for $name {
            type Error = $crate::UnnamedValue;

            fn try_from(
                number: $number,
            ) -> ::core::result::Result<Self, $crate::UnnamedValue> {
                let unnamed = <$carrier as $crate::private::Carrier>::unnamed($dslx, &number);
                <$carrier as $crate::private::Carrier>::from_number(number)
                    .map(Self)
                    .filter(|value| value.is_named())
                    .ok_or(unnamed)
            }
        }

        $crate::abi_serde_enum!($name, $dslx, $carrier);

        // SAFETY: transparent over a carrier, which is an ABI value itself.
        unsafe impl $crate::private::AbiValue for $name {
            const SHAPE: $crate::Shape = <$carrier as $crate::private::AbiValue>::SHAPE;
            const LAYOUT_CHECK: () = <$carrier as $crate::private::AbiValue>::LAYOUT_CHECK;

            #[inline]
            unsafe fn is_valid(at: *const Self) -> bool {
                // SAFETY: transparent.
                unsafe { <$carrier as $crate::private::AbiValue>::is_valid(at.cast()) }
            }

            fn fmt_dslx(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    ::core::option::Option::Some(name) => ::core::write!(f, "{}::{name}", $dslx),
                    ::core::option::Option::None => {
                        $crate::private::AbiValue::fmt_dslx(&self.0, f)?;
                        ::core::write!(f, " as {}", $dslx)
                    }
                }
            }
        }
    };
}
