//! What generated structs get: [`AbiValue`](crate::AbiValue) with the check of their layout, text, and conversions.
//!
//! # Padding
//!
//! A generated struct is `#[repr(C)]` at the ABI's layout, and calls pass references to it: nothing is copied or converted.
//! This needs no rule for padding: **bytes between fields are never read**, neither by compiled code nor by this library, so
//! they may have any value, and every value that safe Rust can build is good. What must be zero are the unused bits of
//! integers, which are inside the fields, and the types of the fields keep them zero.
//!
//! A layout that is not the one that the object was compiled for is a compile-time error:
//!
//! ```
//! #[repr(C)]
//! #[derive(Clone, Copy)]
//! struct Pair { x: u8, y: u16 }
//! xls_aot_runtime::abi_struct!(struct Pair as "Pair", size 4, align 2, { x: u8 = 0, y: u16 = 2 });
//! const _: () = <Pair as xls_aot_runtime::AbiValue>::LAYOUT_CHECK;
//! ```
//! ```compile_fail
//! #[repr(C)]
//! #[derive(Clone, Copy)]
//! struct Pair { y: u16, x: u8 } // other order
//! xls_aot_runtime::abi_struct!(struct Pair as "Pair", size 4, align 2, { x: u8 = 0, y: u16 = 2 });
//! const _: () = <Pair as xls_aot_runtime::AbiValue>::LAYOUT_CHECK;
//! ```
//! ```compile_fail
//! #[repr(C)]
//! #[derive(Clone, Copy)]
//! struct Pair { x: u8, y: u32 } // other width
//! xls_aot_runtime::abi_struct!(struct Pair as "Pair", size 4, align 2, { x: u8 = 0, y: u32 = 2 });
//! const _: () = <Pair as xls_aot_runtime::AbiValue>::LAYOUT_CHECK;
//! ```

/// Implements [`AbiValue`](crate::AbiValue) for a generated `#[repr(C)]` struct and checks its layout at compile time:
///
/// - a tuple: `abi_struct!(Tuple1, size 4, align 2, { 0: u8 = 0, 1: u16 = 2 });`, each field with its offset. It also gets
///   `Display`, in DSLX syntax;
/// - a struct of the design: `abi_struct!(struct Point as "Point", size 4, align 2, { x: u8 = 0, r#type "type": u16 = 2 });`,
///   with its DSLX name, and with the DSLX name of each field that has another name in Rust. It also gets `Default` (all
///   zero), `Display` in DSLX syntax, and `From` and `Into` the tuple of its fields.
#[doc(hidden)]
#[macro_export]
macro_rules! abi_struct {
    ($name:ident, size $size:literal, align $align:literal, {$($field:tt : $ty:ty = $offset:literal),* $(,)?}) => {
        $crate::abi_struct!(@value $name, $size, $align, {$($field: $ty = $offset),*}, |this, f| {
            let _ = this;
            $crate::private::write_tuple(f, &[$(&$crate::Dslx(&this.$field)),*])
        });

        $crate::abi_serde_struct!($name, tuple, {$($field)*});

        /// As a DSLX expression.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::private::AbiValue::fmt_dslx(self, f)
            }
        }
    };

    (
        struct $name:ident as $dslx:literal, size $size:literal, align $align:literal,
        {$($field:ident $($dslx_field:literal)? : $ty:ty = $offset:literal),* $(,)?}
    ) => {
        $crate::abi_struct!(@value $name, $size, $align, {$($field: $ty = $offset),*}, |this, f| {
            let _ = this;
            $crate::private::write_struct(
                f,
                $dslx,
                &[$(($crate::abi_struct!(@text $field $($dslx_field)?), &$crate::Dslx(&this.$field))),*],
            )
        });

        $crate::abi_serde_struct!(
            $name,
            $dslx,
            [$($crate::abi_struct!(@text $field $($dslx_field)?)),*],
            {$($field)*}
        );

        impl ::core::default::Default for $name {
            fn default() -> Self {
                $crate::private::zeroed()
            }
        }

        /// As a DSLX expression.
        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::private::AbiValue::fmt_dslx(self, f)
            }
        }

        impl ::core::convert::From<($($ty,)*)> for $name {
            // An assignment, because a constant of a field's name would make a pattern of another kind.
            #[allow(unused_mut)] // of a struct without fields
            fn from(fields: ($($ty,)*)) -> Self {
                let mut value: Self = $crate::private::zeroed();
                ($(value.$field,)*) = fields;
                value
            }
        }

        impl ::core::convert::From<$name> for ($($ty,)*) {
            #[allow(clippy::unused_unit)] // of a struct without fields
            fn from(value: $name) -> Self {
                let _ = value;
                ($(value.$field,)*)
            }
        }
    };

    (@text $field:ident) => { ::core::stringify!($field) };
    (@text $field:ident $text:literal) => { $text };

    (
        @value $name:ident, $size:literal, $align:literal, {$($field:tt : $ty:ty = $offset:literal),*},
        |$this:ident, $f:ident| $fmt:expr
    ) => {
        // SAFETY: a `#[repr(C)]` struct of ABI values is the C struct of its elements, and the check below holds it to
        // the layout that the compiled code was made for. All-zero bytes are valid as they are for each field.
        unsafe impl $crate::private::AbiValue for $name {
            const SHAPE: $crate::Shape = $crate::Shape::Tuple(&[$(<$ty as $crate::private::AbiValue>::SHAPE),*]);

            const LAYOUT_CHECK: () = {
                assert!(::core::mem::size_of::<Self>() == $size);
                assert!(::core::mem::align_of::<Self>() == $align);
                $(
                    assert!(::core::mem::offset_of!($name, $field) == $offset);
                    let () = <$ty as $crate::private::AbiValue>::LAYOUT_CHECK;
                )*
            };

            unsafe fn is_valid(at: *const Self) -> bool {
                let _ = at;
                // SAFETY: each field lies inside the struct that the caller vouches for.
                unsafe {
                    true $( && <$ty as $crate::private::AbiValue>::is_valid(&raw const (*at).$field) )*
                }
            }

            #[inline(always)]
            unsafe fn read_in_pieces(at: *const Self) -> Self {
                let mut value = ::core::mem::MaybeUninit::<Self>::uninit();
                let to = value.as_mut_ptr();
                let _ = (at, to);
                // SAFETY: each field lies inside the struct that the caller vouches for, and in the new one; together they
                // are a valid value.
                unsafe {
                    $(
                        let field = <$ty as $crate::private::AbiValue>::read_in_pieces(&raw const (*at).$field);
                        (&raw mut (*to).$field).write(field);
                    )*
                    value.assume_init()
                }
            }

            fn fmt_dslx(&self, $f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                let $this = self;
                $fmt
            }
        }
    };
}

/// Implements `From` and `Into` Rust's `f32` or `f64`, bit by bit, for a struct with the fields of such a number:
/// `abi_float!(F32: f32, sign, bexp, fraction);`. The fields' types are `bool`, `u8` and `Bits32<23>`, or `bool`,
/// `Bits16<11>` and `Bits64<52>`.
#[doc(hidden)]
#[macro_export]
macro_rules! abi_float {
    ($name:ident : f32, $sign:ident, $exponent:ident, $fraction:ident) => {
        /// The same bits.
        impl ::core::convert::From<f32> for $name {
            fn from(value: f32) -> Self {
                let bits = value.to_bits();
                Self {
                    $sign: bits >> 31 != 0,
                    $exponent: (bits >> 23) as u8,
                    $fraction: $crate::Bits32::<23>::new_masked(bits),
                }
            }
        }

        /// The same bits.
        impl ::core::convert::From<$name> for f32 {
            fn from(value: $name) -> Self {
                let high = u32::from(value.$sign) << 8 | u32::from(value.$exponent);
                Self::from_bits(high << 23 | value.$fraction.get())
            }
        }
    };

    ($name:ident : f64, $sign:ident, $exponent:ident, $fraction:ident) => {
        /// The same bits.
        impl ::core::convert::From<f64> for $name {
            fn from(value: f64) -> Self {
                let bits = value.to_bits();
                Self {
                    $sign: bits >> 63 != 0,
                    $exponent: $crate::Bits16::<11>::new_masked((bits >> 52) as u16),
                    $fraction: $crate::Bits64::<52>::new_masked(bits),
                }
            }
        }

        /// The same bits.
        impl ::core::convert::From<$name> for f64 {
            fn from(value: $name) -> Self {
                let high = u64::from(value.$sign) << 11 | u64::from(value.$exponent.get());
                Self::from_bits(high << 52 | value.$fraction.get())
            }
        }
    };
}
