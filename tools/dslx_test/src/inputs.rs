//! The inputs of a quickcheck, written straight to the memory of its arguments.
//!
//! Input `number` depends on the seed and the number only. If the input space is walked through, the number's bits are the
//! bits of the arguments, the lowest ones in the first argument.

use xls_aot_ir::{Bits, Type, Value};
use xls_aot_layout::{layout_of, load, store, tuple_offsets};
use xls_aot_values::Random;

/// Where a bit vector of an argument is.
struct Leaf {
    parameter: usize,
    offset: usize,
    width: u32,
}

/// The inputs of a function, behind the token and the activation that it may have.
pub(crate) struct Inputs<'a> {
    params: &'a [Type],
    /// How many parameters are not the user's.
    leading: usize,
    leaves: Vec<Leaf>,
    bits: u64,
}

impl<'a> Inputs<'a> {
    /// The inputs of a function with these parameters, the first `leading` of which are token and activation.
    ///
    /// # Errors
    /// If a type has no layout.
    pub(crate) fn new(params: &'a [Type], leading: usize) -> Result<Self, String> {
        let mut leaves = Vec::new();
        for (parameter, ty) in params.iter().enumerate().skip(leading) {
            add_leaves(ty, parameter, 0, &mut leaves)?;
        }
        let bits = leaves.iter().map(|leaf| u64::from(leaf.width)).sum();
        Ok(Inputs { params, leading, leaves, bits })
    }

    /// How many inputs there are, if that is below 2^64.
    pub(crate) fn all(&self) -> Option<u64> {
        u32::try_from(self.bits).ok().and_then(|bits| 1u64.checked_shl(bits))
    }

    /// Writes input `number` of all.
    pub(crate) fn fill_numbered(&self, number: u64, memory: &mut [&mut [u8]]) {
        let mut rest = number;
        self.fill(memory, &mut |place, width| {
            put(place, rest & mask(width));
            rest = rest.checked_shr(width).unwrap_or(0);
        });
    }

    /// Writes random input `number`.
    pub(crate) fn fill_random(&self, seed: u64, number: u64, memory: &mut [&mut [u8]]) {
        let mut random = Random::new(seed, number);
        self.fill(memory, &mut |place, width| put_random(&mut random, place, width));
    }

    /// Writes the values of the user's parameters.
    pub(crate) fn fill_values(&self, values: &[Value], memory: &mut [&mut [u8]]) {
        self.activate(memory);
        for ((ty, value), memory) in self.params.iter().zip(values).zip(memory.iter_mut()).skip(self.leading) {
            store(value, ty, memory).expect("a value of the parameter's type");
        }
    }

    /// All arguments of input `number`, which `fill` writes.
    pub(crate) fn values(&self, fill: &dyn Fn(&mut [&mut [u8]])) -> Vec<Value> {
        let size = |ty| layout_of(ty).map_or(0, |layout| layout.size as usize);
        let mut memory: Vec<Vec<u8>> = self.params.iter().map(|ty| vec![0; size(ty)]).collect();
        fill(&mut memory.iter_mut().map(Vec::as_mut_slice).collect::<Vec<_>>());
        let values = self.params.iter().zip(&memory).map(|(ty, memory)| load(ty, memory));
        values.collect::<Result<_, _>>().expect("what was written are values of the parameters' types")
    }

    fn fill(&self, memory: &mut [&mut [u8]], leaf: &mut dyn FnMut(&mut [u8], u32)) {
        self.activate(memory);
        for &Leaf { parameter, offset, width } in &self.leaves {
            leaf(&mut memory[parameter][offset..offset + size(width)], width);
        }
    }

    fn activate(&self, memory: &mut [&mut [u8]]) {
        if self.leading > 0 {
            memory[1][0] = 1;
        }
    }
}

/// Bytes of a bit vector.
fn size(width: u32) -> usize {
    xls_aot_layout::layout_of(&Type::Bits(width)).map_or(0, |layout| layout.size as usize)
}

fn add_leaves(ty: &Type, parameter: usize, offset: usize, leaves: &mut Vec<Leaf>) -> Result<(), String> {
    match ty {
        Type::Bits(width) => leaves.push(Leaf { parameter, offset, width: *width }),
        Type::Token => {}
        Type::Tuple(elements) => {
            let offsets = tuple_offsets(elements).map_err(|error| error.to_string())?;
            for (element, at) in elements.iter().zip(offsets) {
                add_leaves(element, parameter, offset + at as usize, leaves)?;
            }
        }
        Type::Array(array) => {
            let stride = layout_of(&array.element).map_err(|error| error.to_string())?.size as usize;
            for index in 0..array.len as usize {
                add_leaves(&array.element, parameter, offset + index * stride, leaves)?;
            }
        }
    }
    Ok(())
}

/// All ones in the low `width` bits.
fn mask(width: u32) -> u64 {
    if width == 0 {
        0
    } else {
        u64::MAX >> (64 - width.min(64))
    }
}

/// Writes a number of up to 64 bits; bytes beyond it get zeros.
fn put(place: &mut [u8], number: u64) {
    let bytes = number.to_le_bytes();
    let len = place.len().min(8);
    place[..len].copy_from_slice(&bytes[..len]);
    place[len..].fill(0);
}

/// Writes random bits: half of them uniform, the others close to a corner, where most faults are.
fn put_random(random: &mut Random, place: &mut [u8], width: u32) {
    let choice = random.word();
    let small = choice >> 8 & 15;
    if width <= 64 {
        let ones = mask(width);
        put(
            place,
            ones & match choice & 7 {
                0 if choice & 8 == 0 => 0,
                0 => ones,
                1 => small,
                2 => 1 << ((choice >> 8) % u64::from(width.max(1))),
                3 => ones.wrapping_sub(small),
                _ => random.word(),
            },
        );
        return;
    }
    let mut words = vec![0u64; width.div_ceil(64) as usize];
    match choice & 7 {
        0 if choice & 8 == 0 => {}
        0 => words.fill(u64::MAX),
        1 => words[0] = small,
        2 => {
            let bit = (choice >> 8) % u64::from(width);
            words[(bit / 64) as usize] = 1 << (bit % 64);
        }
        3 => {
            words.fill(u64::MAX);
            words[0] -= small;
        }
        _ => words.fill_with(|| random.word()),
    }
    let bits = Bits::from_words(width, &words);
    place.fill(0);
    for (bytes, word) in place.chunks_mut(8).zip(bits.words()) {
        bytes.copy_from_slice(&word.to_le_bytes()[..bytes.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn params() -> Vec<Type> {
        vec![
            Type::Token,
            Type::Bits(1),
            Type::tuple([Type::Bits(3), Type::Bits(0)]),
            Type::array(Type::tuple([Type::Bits(1), Type::Bits(2)]), 2),
        ]
    }

    #[test]
    fn all_inputs_are_different_and_activated() {
        let params = params();
        let inputs = Inputs::new(&params, 2).unwrap();
        assert_eq!(inputs.all(), Some(512));
        let texts: BTreeSet<String> = (0..512)
            .map(|number| {
                let values = inputs.values(&|memory| inputs.fill_numbered(number, memory));
                assert_eq!(values[1], Value::bool(true));
                values.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
            })
            .collect();
        assert_eq!(texts.len(), 512);
    }

    #[test]
    fn random_inputs_are_values_of_every_width() {
        for width in [0, 1, 7, 8, 63, 64, 65, 127, 128, 129, 256, 1000] {
            let params = vec![Type::Bits(width), Type::array(Type::Bits(width), 3)];
            let inputs = Inputs::new(&params, 0).unwrap();
            let mut seen = BTreeSet::new();
            for number in 0..64 {
                let values = inputs.values(&|memory| inputs.fill_random(5, number, memory));
                assert!(values.iter().zip(&params).all(|(value, ty)| value.has_type(ty)));
                assert_eq!(values, inputs.values(&|memory| inputs.fill_random(5, number, memory)));
                assert_eq!(values, inputs.values(&|memory| inputs.fill_values(&values, memory)));
                seen.insert(values[0].to_string());
            }
            let expected = if width < 7 { 1 << width } else { 20 };
            assert!(seen.len() >= expected, "bits[{width}]: {}", seen.len());
        }
    }

    #[test]
    fn the_number_of_inputs_is_known_below_64_bits() {
        let count = |width| Inputs::new(&[Type::Bits(width)], 0).map(|inputs| inputs.all()).unwrap();
        assert_eq!(
            [count(0), count(16), count(63), count(64), count(1 << 20)],
            [Some(1), Some(1 << 16), Some(1 << 63), None, None]
        );
        assert_eq!(Inputs::new(&[], 0).unwrap().all(), Some(1));
    }
}
