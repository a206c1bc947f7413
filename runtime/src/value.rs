//! The Rust types that have the ABI's memory layout.
//!
//! Invariant: size, alignment and field offsets of a type that implements the trait are those of [`crate::abi`]. The
//! compiler checks this by `LAYOUT_CHECK`, which is evaluated for every type that crosses the ABI.

use crate::dslx;
use crate::shape::Shape;
use alloc::alloc::{alloc_zeroed, handle_alloc_error};
use alloc::boxed::Box;
use core::alloc::Layout;
use core::fmt;
use core::mem::MaybeUninit;
use core::ptr::NonNull;

/// A type whose memory layout is the ABI's for an XLS type: integers of this crate and of Rust, arrays, `()` and
/// generated structs. You never need to implement it by hand.
///
/// # Safety
///
/// - Size, alignment and element offsets are what [`crate::abi`] states for the XLS type, which is `SHAPE`.
/// - All-zero bytes are a valid value.
/// - A value whose unused bits are zero (as far as [`AbiValue::is_valid`] looks) is valid.
/// - The type has no interior mutability and no pointers.
pub unsafe trait AbiValue: Copy + Send + Sync + 'static {
    /// The XLS type.
    const SHAPE: Shape;

    /// Fails to compile if the layout is not the ABI's.
    const LAYOUT_CHECK: () = ();

    /// Whether every unused bit of the value at `at` is zero.
    ///
    /// # Safety
    ///
    /// `at` is aligned and readable, and every byte there that is not padding is initialised; the value need not be
    /// valid.
    unsafe fn is_valid(at: *const Self) -> bool;

    /// The value at `at`, which compiled code has just written piece by piece. It is read in the same pieces: a processor can
    /// forward a store to a load of the same bytes, while a load of several stored pieces must wait for all of them.
    /// Volatile, because the compiler would join loads of neighbouring pieces.
    ///
    /// # Safety
    ///
    /// `at` is aligned and readable, and a valid value.
    #[doc(hidden)]
    #[inline(always)]
    unsafe fn read_in_pieces(at: *const Self) -> Self {
        const WORD: usize = size_of::<u64>();
        if size_of::<Self>() <= WORD
            || !size_of::<Self>().is_multiple_of(WORD)
            || align_of::<Self>() < align_of::<u64>()
        {
            // SAFETY: the caller vouches for the value.
            return unsafe { at.read_volatile() };
        }
        let mut value = MaybeUninit::<Self>::uninit();
        let (from, to) = (at.cast::<MaybeUninit<u64>>(), value.as_mut_ptr().cast::<MaybeUninit<u64>>());
        for i in 0..size_of::<Self>() / WORD {
            // SAFETY: a word of a value whose size and alignment are those of whole words; both are of this type.
            unsafe { to.add(i).write(from.add(i).read_volatile()) };
        }
        // SAFETY: all bytes of a valid value.
        unsafe { value.assume_init() }
    }

    /// Writes the value as a DSLX expression, for [`Dslx`](crate::Dslx).
    #[doc(hidden)]
    fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result;
}

macro_rules! full_width {
    ($write:ident: $($ty:ty),*) => {
        $(
            // SAFETY: the ABI's carrier of its own width; every bit pattern is valid.
            unsafe impl AbiValue for $ty {
                const SHAPE: Shape = Shape::Bits(<$ty>::BITS);
                const LAYOUT_CHECK: () = {
                    assert!(size_of::<Self>() as u64 == crate::abi::bits_size(<$ty>::BITS));
                    assert!(align_of::<Self>() as u64 == crate::abi::bits_align(<$ty>::BITS));
                };

                #[inline]
                unsafe fn is_valid(_at: *const Self) -> bool {
                    true
                }

                fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    dslx::$write(f, <$ty>::BITS, self)
                }
            }
        )*
    };
}

full_width!(write_unsigned: u8, u16, u32, u64, u128);
full_width!(write_signed: i8, i16, i32, i64, i128);

// SAFETY: one byte, 0 or 1, which is `bits[1]` with zero unused bits.
unsafe impl AbiValue for bool {
    const SHAPE: Shape = Shape::Bits(1);

    #[inline]
    unsafe fn is_valid(at: *const Self) -> bool {
        // SAFETY: the caller vouches for an initialised byte.
        unsafe { at.cast::<u8>().read() <= 1 }
    }

    fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dslx::write_unsigned(f, 1, &u8::from(*self))
    }
}

// SAFETY: the empty tuple: no bytes.
unsafe impl AbiValue for () {
    const SHAPE: Shape = Shape::Tuple(&[]);

    #[inline]
    unsafe fn is_valid(_at: *const Self) -> bool {
        true
    }

    fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dslx::write_tuple(f, &[])
    }
}

// SAFETY: elements at a stride of their size, which is what the ABI says of arrays.
unsafe impl<T: AbiValue, const N: usize> AbiValue for [T; N] {
    const SHAPE: Shape = Shape::Array(&T::SHAPE, N as u64);
    const LAYOUT_CHECK: () = T::LAYOUT_CHECK;

    unsafe fn is_valid(at: *const Self) -> bool {
        let first = at.cast::<T>();
        // SAFETY: each element lies inside the array that the caller vouches for.
        (0..N).all(|i| unsafe { T::is_valid(first.add(i)) })
    }

    #[inline(always)]
    unsafe fn read_in_pieces(at: *const Self) -> Self {
        // Compiled code may write several elements of a long array together, and reading each costs more than waiting.
        if N > 8 {
            // SAFETY: the caller vouches for the value.
            return unsafe { at.read() };
        }
        let first = at.cast::<T>();
        // SAFETY: each element lies inside the array that the caller vouches for.
        core::array::from_fn(|i| unsafe { T::read_in_pieces(first.add(i)) })
    }

    fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        dslx::write_array(f, self)
    }
}

/// The value whose bytes are all zero.
#[inline]
#[must_use]
pub const fn zeroed<T: AbiValue>() -> T {
    // SAFETY: the trait promises that all-zero bytes are valid.
    unsafe { core::mem::zeroed() }
}

/// The value whose bytes are all zero, made directly on the heap. Use it to make room for results that are too large for the
/// stack. If there is no memory, the program ends, as with `Box::new`.
///
/// ```
/// let frame = xls_aot_runtime::zeroed_box::<[[u16; 4096]; 4096]>();
/// assert_eq!(frame[4095][4095], 0);
/// ```
#[must_use]
pub fn zeroed_box<T: AbiValue>() -> Box<T> {
    let layout = Layout::new::<T>();
    if layout.size() == 0 {
        // SAFETY: a box of no bytes has no allocation, and the type has a value; `Box::new` would need room for any `T`.
        return unsafe { Box::from_raw(NonNull::dangling().as_ptr()) };
    }
    // SAFETY: the layout's size is not zero.
    let block = unsafe { alloc_zeroed(layout) };
    if block.is_null() {
        handle_alloc_error(layout);
    }
    // SAFETY: allocated by the global allocator with the type's layout, and all-zero bytes are a valid value.
    unsafe { Box::from_raw(block.cast()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{abi_struct, Bits16, Bits32, Bits64, Bits8, WideBits};

    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Pair(Bits8<3>, [Bits16<12>; 2], bool);

    abi_struct!(Pair, size 8, align 2, { 0: Bits8<3> = 0, 1: [Bits16<12>; 2] = 2, 2: bool = 6 });

    /// Whether these bytes are a valid `T`.
    fn valid<T: AbiValue>(bytes: &[u8]) -> bool {
        let () = T::LAYOUT_CHECK;
        assert_eq!(bytes.len(), size_of::<T>());
        let mut value = MaybeUninit::<T>::uninit();
        // SAFETY: room for exactly these bytes, which are initialised then.
        unsafe {
            value.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            T::is_valid(value.as_ptr())
        }
    }

    #[test]
    fn unused_bits_are_found_wherever_they_are() {
        assert!(valid::<bool>(&[1]) && !valid::<bool>(&[2]) && !valid::<bool>(&[0xff]));
        assert!(valid::<u128>(&[0xff; 16]) && valid::<()>(&[]));
        assert!(valid::<Bits8<0>>(&[0]) && !valid::<Bits8<0>>(&[1]));
        assert!(valid::<Bits8<8>>(&[0xff]) && !valid::<Bits8<7>>(&[0x80]));
        assert!(valid::<[bool; 3]>(&[1, 0, 1]) && !valid::<[bool; 3]>(&[1, 0, 3]));
        // Padding may hold anything.
        assert!(valid::<Pair>(&[7, 0xff, 0xff, 0x0f, 0xff, 0x0f, 1, 0xff]));
        assert!(!valid::<Pair>(&[8, 0, 0, 0, 0, 0, 0, 0]));
        assert!(!valid::<Pair>(&[0, 0, 0, 0, 0, 0x10, 0, 0]));
        assert!(!valid::<Pair>(&[0, 0, 0, 0, 0, 0, 2, 0]));
        for (byte, bits, expected) in
            [(31, 0xff, true), (32, 1, true), (32, 2, false), (40, 1, false), (63, 0x80, false)]
        {
            let mut bytes = [0; 64];
            bytes[byte] = bits;
            assert_eq!(valid::<WideBits<257, 8>>(&bytes), expected, "byte {byte}");
        }
        assert!(valid::<WideBits<256, 4>>(&[0xff; 32]));
    }

    #[test]
    fn values_read_in_pieces_are_the_same() {
        fn same<T: AbiValue + PartialEq + fmt::Debug>(value: T) {
            // SAFETY: a valid value.
            assert_eq!(unsafe { T::read_in_pieces(&raw const value) }, value);
        }
        same(());
        same(true);
        same([0xabu8; 3]);
        same([0x1234u16, 0x5678, 0x9abc]);
        same([-3i64, 1 << 40]);
        same([u128::MAX - 7, 1 << 77]);
        same(Bits32::<17>::new_masked(0x1_abcd));
        same([Bits64::<33>::new_masked(0x1_8765_4321); 9]);
        same([WideBits::<257, 8>::MAX, WideBits::ZERO]);
        let pair = Pair(Bits8::new_masked(5), [Bits16::new_masked(0xabc), Bits16::new_masked(0x123)], true);
        // SAFETY: a valid value.
        let read = unsafe { Pair::read_in_pieces(&raw const pair) };
        assert_eq!((read.0.get(), read.1.map(Bits16::get), read.2), (5, [0xabc, 0x123], true));
    }

    #[test]
    fn zeroed_values() {
        let pair = zeroed::<Pair>();
        assert_eq!((pair.0.get(), pair.1[1].get(), pair.2), (0, 0, false));
        let text = alloc::string::ToString::to_string(&pair);
        assert_eq!(text, "(u3:0, [u12:0, u12:0], u1:0)");
        assert_eq!(*zeroed_box::<[u8; 3]>(), [0; 3]);
    }
}
