//! Makes a failing input smaller: towards zero, fewer ones and small elements.
//!
//! Invariant: every step replaces the input by a smaller one that fails too, so it ends.

use xls_aot_ir::Bits;

/// Most groups of candidates that are tried.
const MOST_TRIES: usize = 2000;

/// Most candidates for one leaf at a time.
const MOST_CANDIDATES: usize = 512;

/// A bit vector of an input, and whether it is a signed number.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Leaf {
    pub(crate) bits: Bits,
    pub(crate) signed: bool,
}

/// Says which of several inputs is the first that fails.
pub(crate) type FirstFailing<'a, E> = dyn FnMut(&[Vec<Bits>]) -> Result<Option<usize>, E> + 'a;

/// Makes `leaves` smaller.
///
/// # Errors
/// Those of `first_failing`.
pub(crate) fn shrink<E>(mut leaves: Vec<Leaf>, first_failing: &mut FirstFailing<'_, E>) -> Result<Vec<Leaf>, E> {
    let mut tries = 0;
    let mut try_all = |leaves: &mut Vec<Leaf>, candidates: Vec<Vec<Bits>>| {
        tries += 1;
        if candidates.is_empty() || tries > MOST_TRIES {
            return Ok(false);
        }
        let Some(chosen) = first_failing(&candidates)? else { return Ok(false) };
        leaves.iter_mut().zip(&candidates[chosen]).for_each(|(leaf, bits)| leaf.bits.clone_from(bits));
        Ok(true)
    };
    loop {
        let before = leaves.clone();
        let mut size = leaves.len();
        while size > 0 {
            for start in (0..leaves.len()).step_by(size) {
                let zeroed = with_zeros(&leaves, start, size);
                try_all(&mut leaves, zeroed)?;
            }
            size /= 2;
        }
        for index in 0..leaves.len() {
            loop {
                let candidates = smaller(&leaves[index]).into_iter().map(|bits| replaced(&leaves, index, bits));
                let candidates = candidates.collect();
                if !try_all(&mut leaves, candidates)? {
                    break;
                }
            }
        }
        for index in 0..leaves.len() {
            loop {
                let candidates = all_equal_smaller(&leaves, index);
                if !try_all(&mut leaves, candidates)? {
                    break;
                }
            }
        }
        if leaves == before {
            return Ok(leaves);
        }
    }
}

/// The input with smaller values in all leaves that are equal to the one at `index`, which is the first of several: what fails
/// because values are equal, fails for smaller ones too.
fn all_equal_smaller(leaves: &[Leaf], index: usize) -> Vec<Vec<Bits>> {
    let chosen = &leaves[index];
    if leaves[..index].contains(chosen) || !leaves[index + 1..].contains(chosen) {
        return Vec::new();
    }
    let with =
        |bits: Bits| leaves.iter().map(|leaf| if leaf == chosen { bits.clone() } else { leaf.bits.clone() }).collect();
    smaller(chosen).into_iter().map(with).collect()
}

/// The input with zeros in some leaves, unless they are zero already.
fn with_zeros(leaves: &[Leaf], start: usize, size: usize) -> Vec<Vec<Bits>> {
    let end = leaves.len().min(start + size);
    if leaves[start..end].iter().all(|leaf| leaf.bits.is_zero()) {
        return Vec::new();
    }
    let zeroed = leaves.iter().enumerate().map(|(index, leaf)| match (start..end).contains(&index) {
        true => Bits::zero(leaf.bits.width()),
        false => leaf.bits.clone(),
    });
    vec![zeroed.collect()]
}

fn replaced(leaves: &[Leaf], index: usize, bits: Bits) -> Vec<Bits> {
    let mut all: Vec<Bits> = leaves.iter().map(|leaf| leaf.bits.clone()).collect();
    all[index] = bits;
    all
}

/// Smaller values of a leaf, the smallest first. A negative number is as large as the ones in its complement say, and larger
/// than its opposite.
fn smaller(leaf: &Leaf) -> Vec<Bits> {
    if !(leaf.signed && leaf.bits.sign_bit()) {
        return smaller_number(&leaf.bits);
    }
    let complement = inverted(&leaf.bits);
    let mut all = Vec::new();
    // The opposite of the smallest number is itself.
    let opposite = successor(&complement);
    if !opposite.sign_bit() {
        all.push(opposite);
    }
    if !complement.is_zero() {
        all.push(Bits::ones(leaf.bits.width()));
    }
    all.extend(smaller_number(&complement).iter().map(inverted));
    all
}

/// Smaller numbers without sign.
fn smaller_number(bits: &Bits) -> Vec<Bits> {
    if bits.is_zero() {
        return Vec::new();
    }
    let width = bits.width();
    let mut all = vec![Bits::zero(width)];
    let significant = bits.significant_bits();
    let mut shift = significant / 2;
    while shift > 0 {
        all.push(shifted(bits, shift));
        shift /= 2;
    }
    let ones = (0..significant).rev().filter(|&index| bits.bit(index));
    all.extend(ones.take(MOST_CANDIDATES).map(|index| {
        let mut fewer = bits.clone();
        fewer.set_bit(index, false);
        fewer
    }));
    all.push(predecessor(bits));
    all.dedup();
    all
}

fn shifted(bits: &Bits, shift: u32) -> Bits {
    let mut result = Bits::zero(bits.width());
    for index in shift..bits.significant_bits() {
        result.set_bit(index - shift, bits.bit(index));
    }
    result
}

fn inverted(bits: &Bits) -> Bits {
    let words: Vec<u64> = bits.words().iter().map(|word| !word).collect();
    Bits::from_words(bits.width(), &words)
}

/// One less; `bits` is not zero.
fn predecessor(bits: &Bits) -> Bits {
    let mut words = bits.words().to_vec();
    for word in &mut words {
        let (next, borrow) = word.overflowing_sub(1);
        *word = next;
        if !borrow {
            break;
        }
    }
    Bits::from_words(bits.width(), &words)
}

/// One more, in the width.
fn successor(bits: &Bits) -> Bits {
    let mut words = bits.words().to_vec();
    for word in &mut words {
        let (next, carry) = word.overflowing_add(1);
        *word = next;
        if !carry {
            break;
        }
    }
    Bits::from_words(bits.width(), &words)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shrinks numbers of 32 bits that fail if `fails` says so.
    fn shrunk(start: &[i64], signed: bool, fails: impl Fn(&[i64]) -> bool) -> Vec<i64> {
        let number = |bits: &Bits| if signed { i64::from(bits.low_u64() as u32 as i32) } else { bits.low_u64() as i64 };
        let leaves = start.iter().map(|&value| Leaf { bits: Bits::from_u64(32, value as u64 & 0xffff_ffff), signed });
        let mut first_failing = |inputs: &[Vec<Bits>]| -> Result<Option<usize>, ()> {
            Ok(inputs.iter().position(|input| fails(&input.iter().map(number).collect::<Vec<_>>())))
        };
        let leaves = shrink(leaves.collect(), &mut first_failing).unwrap();
        leaves.iter().map(|leaf| number(&leaf.bits)).collect()
    }

    #[test]
    fn numbers_become_the_smallest_that_fail() {
        assert_eq!(shrunk(&[0xdead_beef], false, |x| x[0] >= 1000), [1000]);
        assert_eq!(shrunk(&[0xdead_beef], false, |x| x[0] & 0x10 == 0 && x[0] > 5), [6]);
        assert_eq!(shrunk(&[77, 1 << 31, 12], false, |x| x[1] > 3), [0, 4, 0]);
        assert_eq!(shrunk(&[5, 9], false, |x| x[0] != x[1]), [0, 1]);
        assert_eq!(shrunk(&[900, 7, 900], false, |x| x[0] == x[2] && x[0] > 20), [21, 0, 21]);
        assert_eq!(shrunk(&[123; 500], false, |x| x[321] >= 100 && x[7] > 0)[7..9], [1, 0]);
    }

    #[test]
    fn negative_numbers_stay_negative_only_if_they_must() {
        assert_eq!(shrunk(&[-123_456], true, |x| x[0] < 0), [-1]);
        assert_eq!(shrunk(&[-123_456], true, |x| x[0] < -1000), [-1001]);
        assert_eq!(shrunk(&[i64::from(i32::MIN)], true, |x| x[0] == i64::from(i32::MIN)), [i64::from(i32::MIN)]);
        assert_eq!(shrunk(&[-123_456], true, |x| x[0] != 0), [1]);
    }

    #[test]
    fn wide_numbers_shrink_too() {
        let mut bits = Bits::ones(200);
        bits.set_bit(3, false);
        let mut fails = |inputs: &[Vec<Bits>]| -> Result<Option<usize>, ()> {
            Ok(inputs.iter().position(|input| input[0].bit(150) && input[0].bit(70)))
        };
        let shrunk = shrink(vec![Leaf { bits, signed: false }], &mut fails).unwrap();
        let ones: Vec<u32> = (0..200).filter(|&index| shrunk[0].bits.bit(index)).collect();
        assert_eq!(ones, [70, 150]);
        assert_eq!(predecessor(&Bits::from_words(128, &[0, 1])), Bits::from_words(128, &[u64::MAX, 0]));
        assert_eq!(successor(&Bits::from_words(128, &[u64::MAX, 0])), Bits::from_words(128, &[0, 1]));
    }
}
