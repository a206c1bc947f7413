//! Text forms of [`WideBits`] and [`WideSBits`], with the flags of the primitives: width, fill, alignment, `+`, `#` and `0`.
//!
//! Hexadecimal, octal and binary digits are taken directly from the limbs. Decimal digits are computed by repeated division
//! by 10^19 in two work arrays, which are on the stack for widths up to 2^15 bits and on the heap above.

use crate::wide::WideBits;
use crate::wide_sbits::WideSBits;
use alloc::vec;
use core::fmt::{self, Write};

/// Digits that one division gives, and the power of ten that it divides by.
const CHUNK_DIGITS: usize = 19;
const CHUNK: u64 = 10_000_000_000_000_000_000;
/// Largest number of limbs whose work arrays are on the stack.
const STACK_LIMBS: usize = 512;

/// Writes `count` digits given by `write`, as `Formatter::pad_integral` would write them.
fn pad_digits(
    f: &mut fmt::Formatter<'_>,
    negative: bool,
    prefix: &str,
    count: usize,
    write: impl FnOnce(&mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    let prefix = if f.alternate() { prefix } else { "" };
    let sign = match (negative, f.sign_plus()) {
        (true, _) => "-",
        (false, true) => "+",
        (false, false) => "",
    };
    let missing = f.width().unwrap_or(0).saturating_sub(sign.len() + prefix.len() + count);
    let (fill, before, zeros, after) = if f.sign_aware_zero_pad() {
        (' ', 0, missing, 0)
    } else {
        match f.align() {
            Some(fmt::Alignment::Left) => (f.fill(), 0, 0, missing),
            Some(fmt::Alignment::Center) => (f.fill(), missing / 2, 0, missing.div_ceil(2)),
            Some(fmt::Alignment::Right) | None => (f.fill(), missing, 0, 0),
        }
    };
    (0..before).try_for_each(|_| f.write_char(fill))?;
    f.write_str(sign)?;
    f.write_str(prefix)?;
    (0..zeros).try_for_each(|_| f.write_char('0'))?;
    write(f)?;
    (0..after).try_for_each(|_| f.write_char(fill))
}

/// Writes the limbs as digits of `digit_bits` bits each.
fn format_radix(
    limbs: &[u64],
    f: &mut fmt::Formatter<'_>,
    prefix: &str,
    digit_bits: usize,
    digits: &[u8],
) -> fmt::Result {
    let bits = limbs.len() * 64 - limbs.last().map_or(0, |top| top.leading_zeros() as usize);
    let count = bits.div_ceil(digit_bits).max(1);
    pad_digits(f, false, prefix, count, |f| {
        for digit in (0..count).rev() {
            let low = digit * digit_bits;
            // An octal digit may straddle two limbs.
            let pair = [low / 64, low / 64 + 1].map(|i| limbs.get(i).copied().unwrap_or(0));
            let both = u128::from(pair[1]) << 64 | u128::from(pair[0]);
            let value = (both >> (low % 64)) as usize & ((1 << digit_bits) - 1);
            f.write_char(char::from(digits[value]))?;
        }
        Ok(())
    })
}

/// Writes the limbs in decimal, after a `-` if the number is negative. `quotient` is as long as `limbs`, `chunks` twice as long.
fn format_decimal(
    limbs: &[u64],
    negative: bool,
    f: &mut fmt::Formatter<'_>,
    quotient: &mut [u64],
    chunks: &mut [u64],
) -> fmt::Result {
    quotient.copy_from_slice(limbs);
    let mut significant = limbs.len();
    let mut used = 0;
    while significant > 0 {
        let mut remainder = 0;
        for limb in quotient[..significant].iter_mut().rev() {
            let dividend = u128::from(remainder) << 64 | u128::from(*limb);
            *limb = (dividend / u128::from(CHUNK)) as u64;
            remainder = (dividend % u128::from(CHUNK)) as u64;
        }
        // Each round takes 63 bits off, so two chunks for a limb are plenty.
        chunks[used] = remainder;
        used += 1;
        while significant > 0 && quotient[significant - 1] == 0 {
            significant -= 1;
        }
    }
    let top = if used == 0 { 0 } else { chunks[used - 1] };
    let top_digits = top.checked_ilog10().unwrap_or(0) as usize + 1;
    pad_digits(f, negative, "", top_digits + CHUNK_DIGITS * used.saturating_sub(1), |f| {
        write_chunk(f, top, top_digits)?;
        chunks[..used.saturating_sub(1)].iter().rev().try_for_each(|&chunk| write_chunk(f, chunk, CHUNK_DIGITS))
    })
}

/// Writes the low `count` decimal digits of `chunk`.
fn write_chunk(f: &mut fmt::Formatter<'_>, mut chunk: u64, count: usize) -> fmt::Result {
    let mut digits = [b'0'; CHUNK_DIGITS + 1];
    for digit in digits[..count].iter_mut().rev() {
        *digit = b'0' + (chunk % 10) as u8;
        chunk /= 10;
    }
    digits[..count].iter().try_for_each(|&digit| f.write_char(char::from(digit)))
}

/// Limbs of any number, least significant first, without zeros at the top, in decimal.
pub(crate) struct Decimal<'a>(pub &'a [u64]);

impl fmt::Display for Decimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        let mut work = vec![0; 3 * count];
        let (quotient, chunks) = work.split_at_mut(count);
        format_decimal(self.0, false, f, quotient, chunks)
    }
}

/// Writes a magnitude in decimal, after a `-` if the number is negative.
fn format_magnitude<const W: u32, const LIMBS: usize>(
    magnitude: &WideBits<W, LIMBS>,
    negative: bool,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let limbs = &magnitude.limbs()[..magnitude.significant()];
    if LIMBS <= STACK_LIMBS {
        let mut quotient = [0; LIMBS];
        let mut chunks = [[0; LIMBS]; 2];
        format_decimal(limbs, negative, f, &mut quotient[..limbs.len()], chunks.as_flattened_mut())
    } else {
        let mut work = vec![0; 3 * LIMBS];
        let (quotient, chunks) = work.split_at_mut(LIMBS);
        format_decimal(limbs, negative, f, &mut quotient[..limbs.len()], chunks)
    }
}

/// Decimal.
impl<const W: u32, const LIMBS: usize> fmt::Display for WideBits<W, LIMBS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format_magnitude(self, false, f)
    }
}

/// Decimal.
impl<const W: u32, const LIMBS: usize> fmt::Display for WideSBits<W, LIMBS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        format_magnitude(&self.unsigned_abs(), self.is_negative(), f)
    }
}

/// Decimal, as the primitives do it.
impl<const W: u32, const LIMBS: usize> fmt::Debug for WideSBits<W, LIMBS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Decimal, as the primitives do it.
impl<const W: u32, const LIMBS: usize> fmt::Debug for WideBits<W, LIMBS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! radix {
    ($($style:ident $prefix:literal $digit_bits:literal $digits:literal)*) => {
        $(
            impl<const W: u32, const LIMBS: usize> fmt::$style for WideBits<W, LIMBS> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    format_radix(&self.limbs()[..self.significant()], f, $prefix, $digit_bits, $digits)
                }
            }

            /// The two's complement of `W` bits.
            impl<const W: u32, const LIMBS: usize> fmt::$style for WideSBits<W, LIMBS> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::$style::fmt(&self.to_bits(), f)
                }
            }
        )*
    };
}

radix! {
    LowerHex "0x" 4 b"0123456789abcdef"
    UpperHex "0x" 4 b"0123456789ABCDEF"
    Octal "0o" 3 b"01234567"
    Binary "0b" 1 b"01"
}
