//! Arguments for calls: random values, and corner values that often show faults of code generators.

use xls_aot_ir::{Bits, Type, Value};

use crate::random::Random;

/// A bit vector: a corner or random bits.
pub fn bits(random: &mut Random, width: u32) -> Bits {
    if width == 0 {
        return Bits::zero(0);
    }
    let one_bit = |at: u32| {
        let mut bits = Bits::zero(width);
        bits.set_bit(at, true);
        bits
    };
    match random.below(12) {
        0 => Bits::zero(width),
        1 => Bits::ones(width),
        2 => Bits::from_u64(width, 1),
        3 => one_bit(width - 1),
        4 => {
            let mut bits = Bits::ones(width);
            bits.set_bit(width - 1, false);
            bits
        }
        5 => one_bit(random.below(width as usize) as u32),
        6 => Bits::from_u64(width, random.below(10) as u64),
        7 => {
            // All ones but a low number: a small negative one.
            let mut bits = Bits::ones(width);
            bits.words_mut()[0] -= random.below(10).min(if width < 4 { 0 } else { 9 }) as u64;
            bits
        }
        8 => Bits::from_u64(width, width as u64 - random.below(2) as u64),
        _ => {
            let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| random.word()).collect();
            Bits::from_words(width, &words)
        }
    }
}

/// Bits of which about `density` in 16 are ones.
pub fn dense_bits(random: &mut Random, width: u32, density: u32) -> Bits {
    let word = |random: &mut Random| {
        // The lowest digit first: a one lifts the share of ones to (1 + share) / 2, a zero halves it.
        (0..4).fold(0, |word, digit| match density >> digit & 1 {
            0 => word & random.word(),
            _ => word | random.word(),
        })
    };
    let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| word(random)).collect();
    Bits::from_words(width, &words)
}

/// How many kinds of corner there are; a narrow width has fewer, because several are the same there.
pub const CORNERS: usize = 8;

/// The corners of a width, without repetition: 0, 1, all ones, the smallest and the largest signed number, alternating
/// ones from either end, and a power of two in the middle.
pub fn corners(width: u32) -> Vec<Bits> {
    let Some(top) = width.checked_sub(1) else { return vec![Bits::zero(0)] };
    let one_bit = |at: u32| {
        let mut bits = Bits::zero(width);
        bits.set_bit(at, true);
        bits
    };
    let repeated = |word: u64| Bits::from_words(width, &vec![word; width.div_ceil(64) as usize]);
    let mut most = Bits::ones(width);
    most.set_bit(top, false);
    let all: [Bits; CORNERS] = [
        Bits::zero(width),
        one_bit(0),
        Bits::ones(width),
        one_bit(top),
        most,
        repeated(0x5555_5555_5555_5555),
        repeated(0xaaaa_aaaa_aaaa_aaaa),
        one_bit(width / 2),
    ];
    let mut distinct = Vec::new();
    for corner in all {
        if !distinct.contains(&corner) {
            distinct.push(corner);
        }
    }
    distinct
}

/// A value of `ty`, which has no empty arrays: a corner or random bits in each leaf.
pub fn value(random: &mut Random, ty: &Type) -> Value {
    build(ty, &mut |width| bits(random, width))
}

/// The value of `ty` with all bits set, or with none.
pub fn uniform(ty: &Type, ones: bool) -> Value {
    build(ty, &mut |width| if ones { Bits::ones(width) } else { Bits::zero(width) })
}

/// The value of `ty` whose leaves, in the order of the text, are what `leaf` gives for their widths.
pub fn build(ty: &Type, leaf: &mut dyn FnMut(u32) -> Bits) -> Value {
    match ty {
        Type::Bits(width) => Value::Bits(leaf(*width)),
        Type::Token => Value::Token,
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(|ty| build(ty, leaf)).collect()),
        Type::Array(array) => Value::Array((0..array.len).map(|_| build(&array.element, leaf)).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_are_distinct_and_all_there() {
        let texts = |width| corners(width).iter().map(|bits| format!("{bits:x}")).collect::<Vec<_>>();
        assert_eq!(texts(0), ["0"]);
        assert_eq!(texts(1), ["0", "1"]);
        assert_eq!(texts(2), ["0", "1", "3", "2"]);
        assert_eq!(texts(8), ["0", "1", "ff", "80", "7f", "55", "aa", "10"]);
        assert_eq!(corners(129).len(), CORNERS);
        assert!(corners(129).iter().all(|bits| bits.width() == 129));
    }

    #[test]
    fn densities_are_what_they_say() {
        let mut random = Random::new(1, 2);
        for density in [1, 4, 8, 15] {
            let bits = dense_bits(&mut random, 16_000, density);
            let ones: u32 = bits.words().iter().map(|word| word.count_ones()).sum();
            assert!(ones.abs_diff(density * 1000) < 300, "{density} in 16: {ones} of 16000");
        }
    }
}
