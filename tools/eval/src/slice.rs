//! Taking bit ranges out of and putting them into bit vectors; concatenation and extension.

use xls_aot_ir::bits::word_count;
use xls_aot_ir::Bits;

use crate::error::Fault;
use crate::operands::{as_bits, Operands};
use crate::shift::below;

/// Bits `[start, start + width)` of `x`; those from its width on read as zero.
pub(crate) fn extract(x: &Bits, start: u32, width: u32) -> Bits {
    let words = x.words();
    let (skip, shift) = ((start / 64) as usize, start % 64);
    let at = |i: usize| words.get(i).copied().unwrap_or(0);
    if width <= 64 {
        let high = if shift == 0 { 0 } else { at(skip + 1) << (64 - shift) };
        return Bits::from_u64(width, at(skip) >> shift | high);
    }
    let moved: Vec<u64> = (skip..skip + word_count(width))
        .map(|i| at(i) >> shift | if shift == 0 { 0 } else { at(i + 1) << (64 - shift) })
        .collect();
    Bits::from_words(width, &moved)
}

/// ORs `part` into `whole` from bit `start` on; bits beyond the width of `whole` are dropped.
pub(crate) fn deposit(whole: &mut Bits, start: u32, part: &Bits) {
    let (skip, shift) = ((start / 64) as usize, start % 64);
    let words = whole.words_mut();
    for (i, &word) in part.words().iter().enumerate() {
        if let Some(low) = words.get_mut(skip + i) {
            *low |= word << shift;
        }
        if shift != 0 {
            if let Some(high) = words.get_mut(skip + i + 1) {
                *high |= word >> (64 - shift);
            }
        }
    }
    whole.clear_unused();
}

/// Zero-extended or truncated to `width`.
pub(crate) fn resize(x: &Bits, width: u32) -> Bits {
    Bits::from_words(width, x.words())
}

/// Sign-extended to `width`, which is not below the operand's width.
pub(crate) fn sign_extend(x: &Bits, width: u32) -> Bits {
    let mut result = resize(x, width);
    if x.sign_bit() {
        deposit(&mut result, x.width(), &Bits::ones(width - x.width()));
    }
    result
}

/// `bit_slice`.
pub(crate) fn bit_slice(x: &Bits, start: u32, width: u32) -> Result<Bits, Fault> {
    match start.checked_add(width) {
        Some(end) if end <= x.width() => Ok(extract(x, start, width)),
        _ => Err(Fault::malformed(format!("bits [{start}, {start} + {width}) of bits[{}]", x.width()))),
    }
}

/// `dynamic_bit_slice`: out-of-range bits read as zero.
pub(crate) fn dynamic_bit_slice(x: &Bits, start: &Bits, width: u32) -> Bits {
    match below(start, x.width()) {
        Some(start) => extract(x, start, width),
        None => Bits::zero(width),
    }
}

/// `bit_slice_update`: bits of the update beyond the operand's width are dropped.
pub(crate) fn bit_slice_update(x: &Bits, start: &Bits, update: &Bits) -> Bits {
    let Some(start) = below(start, x.width()) else { return x.clone() };
    let mut mask = Bits::zero(x.width());
    deposit(&mut mask, start, &Bits::ones(update.width()));
    let mut result = x.clone();
    for (word, replaced) in result.words_mut().iter_mut().zip(mask.words()) {
        *word &= !replaced;
    }
    deposit(&mut result, start, update);
    result
}

/// `concat`: the first operand is the most significant.
pub(crate) fn concat(operands: &Operands<'_>, width: u32) -> Result<Bits, Fault> {
    let mut result = Bits::zero(width);
    let mut at = 0u32;
    for operand in operands.all().iter().rev() {
        let part = as_bits(operand)?;
        deposit(&mut result, at, part);
        at = at.checked_add(part.width()).filter(|&at| at <= width).ok_or_else(|| too_wide(width))?;
    }
    if at != width {
        return Err(Fault::malformed(format!("{at} bits concatenated to bits[{width}]")));
    }
    Ok(result)
}

fn too_wide(width: u32) -> Fault {
    Fault::malformed(format!("more than {width} bits concatenated to bits[{width}]"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extract_and_deposit_are_inverse() {
        let x = Bits::from_words(200, &[0x0123_4567_89ab_cdef, 0x1111_2222_3333_4444, u64::MAX, 0x5a]);
        for start in [0, 1, 63, 64, 65, 128, 199] {
            for width in [0, 1, 7, 64, 65, 130] {
                let part = extract(&x, start, width);
                for i in 0..width {
                    assert_eq!(part.bit(i), x.bit(start + i), "bit {i} from {start}");
                }
                let mut whole = Bits::zero(200);
                deposit(&mut whole, start, &part);
                for i in 0..200 {
                    let inside = i >= start && i - start < width;
                    assert_eq!(whole.bit(i), inside && x.bit(i));
                }
            }
        }
    }

    #[test]
    fn updates_replace_and_are_cut_at_the_width() {
        let b = Bits::from_u64;
        assert_eq!(bit_slice_update(&b(16, 0xffff), &b(8, 4), &b(8, 0)), b(16, 0xf00f));
        assert_eq!(bit_slice_update(&b(16, 0), &b(8, 12), &b(8, 0xff)), b(16, 0xf000));
        assert_eq!(bit_slice_update(&b(16, 0x1234), &b(8, 16), &b(8, 0xff)), b(16, 0x1234));
        assert_eq!(bit_slice_update(&b(16, 0x1234), &b(8, 3), &b(0, 0)), b(16, 0x1234));
        assert_eq!(bit_slice_update(&b(16, 0), &b(3, 0), &Bits::ones(40)), b(16, 0xffff));
        assert_eq!(bit_slice_update(&b(0, 0), &b(8, 0), &b(8, 1)), b(0, 0));
    }

    #[test]
    fn slices_read_zero_beyond_the_width() {
        let b = Bits::from_u64;
        assert_eq!(dynamic_bit_slice(&b(16, 0xabcd), &b(8, 12), 8), b(8, 0xa));
        assert_eq!(dynamic_bit_slice(&b(16, 0xabcd), &Bits::from_words(70, &[0, 1]), 4), b(4, 0));
        assert!(bit_slice(&b(8, 0), 4, 5).is_err());
        assert_eq!(sign_extend(&b(4, 8), 8), b(8, 0xf8));
        assert_eq!(sign_extend(&Bits::ones(3), 130), Bits::ones(130));
    }
}
