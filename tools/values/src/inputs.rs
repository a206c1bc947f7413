//! The inputs of a comparison, by number. The same number and seed always give the same input.
//!
//! A function of few input bits gets all inputs. Any other function gets corner values (in every combination if there
//! are few leaves) and random values alternately, and only random values when there are no more corner values. Half of
//! the random inputs have corner values in some leaves; in the other half, the proportion of ones and zeros varies.

use xls_aot_ir::{Bits, Type, Value};

use crate::{build, corners, dense_bits, value, Random, CORNERS};

/// Functions of up to so many input bits are compared on all inputs.
const MOST_BITS_FOR_ALL: u64 = 10;

/// Most combinations of corners.
const MOST_COMBINATIONS: u64 = 512;

/// Inputs of corners where there are more combinations than that.
const CHOSEN_COMBINATIONS: u64 = 256;

/// The inputs of one function.
pub struct Inputs<'t> {
    params: &'t [Type],
    seed: u64,
    corners: Corners,
}

/// What the inputs are that are not random.
enum Corners {
    /// All inputs that there are, so many.
    All(u64),
    /// All combinations of the corners of the leaves, so many.
    Combined(u64),
    /// Each corner in all leaves, then corners chosen at random.
    Chosen,
}

impl<'t> Inputs<'t> {
    /// The inputs of a function with these parameters.
    pub fn of(params: &'t [Type], seed: u64) -> Self {
        let bits = params.iter().try_fold(0u64, |sum, ty| sum.checked_add(ty.flat_bit_count()?));
        let corners = match (bits, combinations(params)) {
            (Some(bits @ 0..=MOST_BITS_FOR_ALL), _) => Corners::All(1 << bits),
            (_, Some(count)) => Corners::Combined(count),
            (_, None) => Corners::Chosen,
        };
        Inputs { params, seed, corners }
    }

    /// How many different inputs there are, if no more than are tried.
    pub fn all(&self) -> Option<u64> {
        match self.corners {
            Corners::All(count) => Some(count),
            Corners::Combined(_) | Corners::Chosen => None,
        }
    }

    /// Input `number`, an argument for each parameter. Below [`Inputs::all`] where that is known.
    pub fn get(&self, number: u64) -> Vec<Value> {
        let mut random = Random::new(self.seed, number);
        let mut rest = if self.all().is_some() { number } else { number / 2 };
        let is_corner = number.is_multiple_of(2);
        match self.corners {
            Corners::All(_) => self.build(&mut |width| {
                let bits = Bits::from_u64(width, rest);
                rest = rest.checked_shr(width).unwrap_or(0);
                bits
            }),
            Corners::Combined(count) if is_corner && rest < count => self.build(&mut |width| {
                let corners = corners(width);
                let choice = rest % corners.len() as u64;
                rest /= corners.len() as u64;
                corners[choice as usize].clone()
            }),
            Corners::Chosen if is_corner && rest < CORNERS as u64 => self.build(&mut |width| {
                let corners = corners(width);
                corners[(rest as usize).min(corners.len() - 1)].clone()
            }),
            Corners::Chosen if is_corner && rest < CHOSEN_COMBINATIONS => self.build(&mut |width| {
                let corners = corners(width);
                corners[random.below(corners.len())].clone()
            }),
            Corners::Combined(_) | Corners::Chosen if rest % 2 == 0 => {
                self.params.iter().map(|ty| value(&mut random, ty)).collect()
            }
            Corners::Combined(_) | Corners::Chosen => {
                let density = random.between(1, 15) as u32;
                self.build(&mut |width| dense_bits(&mut random, width, density))
            }
        }
    }

    fn build(&self, leaf: &mut dyn FnMut(u32) -> Bits) -> Vec<Value> {
        self.params.iter().map(|ty| build(ty, leaf)).collect()
    }
}

/// How many combinations there are of the leaves' corners; `None` if too many.
fn combinations(params: &[Type]) -> Option<u64> {
    params.iter().try_fold(1, combine)
}

/// `count` times the combinations in a value of `ty`.
fn combine(count: u64, ty: &Type) -> Option<u64> {
    match ty {
        Type::Bits(width) => Some(count * corners(*width).len() as u64).filter(|&count| count <= MOST_COMBINATIONS),
        Type::Token => Some(count),
        Type::Tuple(elements) => elements.iter().try_fold(count, combine),
        // An array of values that have one corner only does not add any, however long it is.
        Type::Array(array) if combine(1, &array.element) == Some(1) => Some(count),
        Type::Array(array) => (0..array.len).try_fold(count, |count, _| combine(count, &array.element)),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn texts(params: &[Type], numbers: impl Iterator<Item = u64>) -> Vec<String> {
        let inputs = Inputs::of(params, 7);
        let text = |number| inputs.get(number).iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        numbers.map(text).collect()
    }

    #[test]
    fn few_bits_give_all_inputs_once() {
        let params = [Type::Bits(3), Type::tuple([Type::Bits(0), Type::array(Type::Bits(2), 2), Type::Token])];
        assert_eq!(Inputs::of(&params, 1).all(), Some(128));
        let all = texts(&params, 0..128);
        assert_eq!(all[127], "bits[3]:7; (bits[0]:0, [bits[2]:3, bits[2]:3], token)");
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 128);
        assert_eq!((Inputs::of(&[], 1).all(), texts(&[], 0..1)), (Some(1), vec![String::new()]));
    }

    #[test]
    fn few_leaves_give_every_combination_of_corners() {
        let params = [Type::Bits(32), Type::Bits(1), Type::Bits(16)];
        assert_eq!(Inputs::of(&params, 1).all(), None);
        let first: BTreeSet<String> = texts(&params, (0..256).step_by(2)).into_iter().collect();
        assert_eq!(first.len(), 128, "8 * 2 * 8, without repetition");
        assert!(first.contains("bits[32]:2147483647; bits[1]:1; bits[16]:32768"));
    }

    #[test]
    fn many_leaves_give_each_corner_everywhere_and_chosen_ones() {
        let params = [Type::array(Type::Bits(20), 5)];
        let first = texts(&params, (0..512).step_by(2));
        assert!(first.contains(&format!("[{}]", ["bits[20]:1048575"; 5].join(", "))));
        assert!(first.contains(&format!("[{}]", ["bits[20]:699050"; 5].join(", "))));
        assert!(first.iter().collect::<BTreeSet<_>>().len() > 250);
    }

    #[test]
    fn inputs_depend_on_seed_and_number_alone() {
        let params = [Type::Bits(200), Type::Bits(9)];
        let (one, other) = (Inputs::of(&params, 1), Inputs::of(&params, 2));
        for number in [0, 63, 64, 65, 1000, u64::MAX] {
            assert_eq!(one.get(number), one.get(number));
            assert!(one.get(number).iter().zip(&params).all(|(value, ty)| value.has_type(ty)));
        }
        assert_ne!(one.get(1000), one.get(1001));
        assert_ne!(one.get(1000), other.get(1000));
    }
}
