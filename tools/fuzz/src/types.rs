//! Random types, with the widths and shapes at which code generators have special cases.

use xls_aot_ir::Type;
use xls_aot_values::Random;

/// Widths around the limits of machine words and of the ABI's carriers.
const WIDTHS: &[u32] = &[
    0, 1, 1, 1, 2, 3, 4, 5, 7, 8, 8, 8, 9, 12, 15, 16, 16, 17, 23, 24, 31, 32, 32, 32, 33, 40, 47, 48, 53, 56, 62, 63,
    64, 64, 64, 65, 66, 72, 80, 95, 96, 97, 100, 120, 127, 128, 128, 129, 130, 160, 191, 192, 193, 200, 255, 256, 257,
    300, 320, 511, 512, 513, 1000, 1024, 1025, 2049,
];

/// Largest number of bits in a random type.
const MAX_FLAT_BITS: u64 = 4096;

/// A random width. It is mostly one of `preferred`, if there are any; otherwise small widths are more frequent.
pub(crate) fn width(random: &mut Random, preferred: &[u32]) -> u32 {
    if !preferred.is_empty() && !random.one_in(10) {
        return random.pick(preferred);
    }
    match random.below(4) {
        0 => random.between(0, 64) as u32,
        1 => WIDTHS[random.below(WIDTHS.len() / 2)],
        _ => random.pick(WIDTHS),
    }
}

/// A type without tokens, nested at most `depth` deep, with such widths.
pub(crate) fn ty(random: &mut Random, widths: &[u32], depth: u32) -> Type {
    let ty = match random.below(10) {
        0..=6 => Type::Bits(width(random, widths)),
        _ if depth == 0 => Type::Bits(width(random, widths)),
        7 | 8 => array_type(random, widths, depth),
        _ => {
            let count = random.below(5);
            Type::tuple((0..count).map(|_| ty(random, widths, depth - 1)).collect::<Vec<_>>())
        }
    };
    if ty.flat_bit_count().is_some_and(|bits| bits <= MAX_FLAT_BITS) {
        ty
    } else {
        Type::Bits(width(random, widths).clamp(1, 64))
    }
}

/// A type of no bits and no tokens, nested at most `depth` deep: such a value takes no memory, but it has a place.
fn empty(random: &mut Random, depth: u32) -> Type {
    match random.below(5) {
        0 | 1 => Type::Bits(0),
        2 => Type::unit(),
        _ if depth == 0 => Type::unit(),
        3 => empty_array(random, depth),
        _ => {
            let count = random.between(1, 3);
            Type::tuple((0..count).map(|_| empty(random, depth - 1)).collect::<Vec<_>>())
        }
    }
}

fn empty_array(random: &mut Random, depth: u32) -> Type {
    let len = random.pick(&[1, 3, 8, 9, 12, 17, 40]);
    Type::array(empty(random, depth.saturating_sub(1)), len)
}

/// A few types of no bits, the first an array. They are few, so that a value of one function has the right type in many places of
/// another.
pub(crate) fn empties(random: &mut Random) -> Vec<Type> {
    let array = empty_array(random, 1);
    vec![array.clone(), array, empty(random, 2)]
}

/// One of the types of no bits, or a tuple of some and others.
pub(crate) fn beside_empties(random: &mut Random, widths: &[u32], empties: &[Type]) -> Type {
    let one = |random: &mut Random| empties[random.below(empties.len())].clone();
    if random.one_in(3) {
        return one(random);
    }
    let count = random.between(2, 4);
    let element = |random: &mut Random| match random.below(6) {
        0 => ty(random, widths, 1),
        1 => Type::array(Type::Bits(8), 16),
        _ => one(random),
    };
    Type::tuple((0..count).map(|_| element(random)).collect::<Vec<_>>())
}

/// An array type without tokens.
pub(crate) fn array_type(random: &mut Random, widths: &[u32], depth: u32) -> Type {
    let element = ty(random, widths, depth.saturating_sub(1));
    let most = MAX_FLAT_BITS / element.flat_bit_count().unwrap_or(MAX_FLAT_BITS).max(64);
    let len = if random.one_in(8) { random.between(6, 40) } else { random.between(1, 5) };
    Type::array(element, (len as u64).clamp(1, most.max(1)))
}
