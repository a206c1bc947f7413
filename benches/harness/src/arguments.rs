//! Arguments: a ring of sets, so that branch predictors do not see the same set again and again.
//!
//! All sets lie in one piece of memory, one behind the other. A caller has just written its arguments, as a rule, so they are in the
//! nearest cache. If each argument has a block of its own, a ring of small sets does not fit there, and the times are those of
//! cache misses: 4 to 7 ns for a function of four numbers.

use std::rc::Rc;

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;
use xls_aot_ir::{Bits, Type, Value};
use xls_aot_layout::{layout_of, store};

use crate::block::Block;
use crate::kernel::Kernel;
use crate::{peer, Error};

/// Sets in the ring that is timed: the most, and what large arguments have. Branch predictors learn what code with a branch for each step
/// of a loop does with 1,024 sets, but not with 4,096: C of a CORDIC takes 11 or 82 ns.
const RING: (usize, usize) = (4096, 1024);

/// Bytes of arguments in a ring of more than the least number of sets. They fit the second cache.
const RING_BYTES: usize = 1 << 18;

/// Sets behind the ring: [`uniform_value`].
pub(crate) const UNIFORM: usize = 2;

/// Registers that the entry points of kind `direct` can be called with.
pub(crate) const REGISTERS: usize = 6;

/// One set of arguments: a value a parameter, in the forms that entry points take.
pub(crate) struct Arguments {
    pub(crate) values: Vec<Value>,
    inputs: *const *const u8,
    peer_inputs: *const *const u8,
    /// What `inputs` and `peer_inputs` point into.
    ours: Rc<Memory>,
    _theirs: Rc<Memory>,
    /// The number of its first argument.
    first: usize,
}

/// The arguments of all sets, in the ABI's layout or in the peer's, and where each one is.
struct Memory {
    _bytes: Block,
    pointers: Vec<*const u8>,
}

impl Memory {
    /// `sets` times arguments of these sizes and alignments, as `store` writes them: the number of a set and of a parameter, and its bytes.
    fn new(
        layouts: &[(usize, usize)],
        sets: usize,
        mut store: impl FnMut(usize, usize, &mut [u8]) -> Result<(), Error>,
    ) -> Result<Self, Error> {
        let mut places = Vec::with_capacity(sets * layouts.len());
        let mut end = 0usize;
        for &(size, align) in (0..sets).flat_map(|_| layouts) {
            let start = end.next_multiple_of(align);
            end = start + size;
            places.push(start..end);
        }
        let align = layouts.iter().map(|&(_, align)| align).max().unwrap_or(1);
        let mut bytes = Block::new(end as u64, align as u64);
        for (number, place) in places.iter().enumerate() {
            store(number / layouts.len(), number % layouts.len(), &mut bytes.data_mut()[place.clone()])?;
        }
        let pointers = places.into_iter().map(|place| bytes.data()[place].as_ptr()).collect();
        Ok(Memory { _bytes: bytes, pointers })
    }
}

impl Arguments {
    /// The sets with these values.
    fn of_values(kernel: &Kernel, sets: Vec<Vec<Value>>) -> Result<Vec<Self>, Error> {
        let fault = |error: &dyn std::fmt::Display| Error::kernel(&kernel.name, error.to_string());
        let layouts = kernel.params.iter().map(|ty| match layout_of(ty) {
            Ok(layout) => Ok((layout.size as usize, layout.align as usize)),
            Err(error) => Err(fault(&error)),
        });
        let layouts = layouts.collect::<Result<Vec<_>, Error>>()?;
        let ours = Memory::new(&layouts, sets.len(), |set, param, bytes| {
            store(&sets[set][param], &kernel.params[param], bytes).map_err(|error| fault(&error))
        })?;
        let layouts: Vec<(usize, usize)> = kernel.params.iter().map(peer::layout).collect();
        let theirs = Memory::new(&layouts, sets.len(), |set, param, bytes| {
            peer::store(&sets[set][param], &kernel.params[param], bytes);
            Ok(())
        })?;
        let (ours, theirs) = (Rc::new(ours), Rc::new(theirs));
        let of_set = |(set, values): (usize, Vec<Value>)| {
            let first = set * kernel.params.len();
            Arguments {
                values,
                inputs: ours.pointers[first..].as_ptr(),
                peer_inputs: theirs.pointers[first..].as_ptr(),
                ours: Rc::clone(&ours),
                _theirs: Rc::clone(&theirs),
                first,
            }
        };
        Ok(sets.into_iter().enumerate().map(of_set).collect())
    }

    /// What an entry point of kind `xls` takes as `inputs`.
    pub(crate) fn inputs(&self) -> *const *const u8 {
        self.inputs
    }

    /// What the peer's entry point takes.
    pub(crate) fn peer_inputs(&self) -> *const *const u8 {
        self.peer_inputs
    }

    /// What an entry point of kind `direct` takes in registers, and how many there are; none if there are too many. A result of more than
    /// 16 bytes is written to `output`, whose address is the first.
    pub(crate) fn registers(&self, params: &[Type], output: Option<*mut u8>) -> Option<([u64; REGISTERS], usize)> {
        let mut words: Vec<u64> = output.map(|output| output as u64).into_iter().collect();
        for ((ty, value), pointer) in params.iter().zip(&self.values).zip(&self.ours.pointers[self.first..]) {
            match (ty, value) {
                (Type::Token, _) => {}
                (Type::Bits(width @ 0..=128), Value::Bits(bits)) => {
                    words.push(bits.low_u64());
                    if *width > 64 {
                        words.push(bits.words()[1]);
                    }
                }
                _ => words.push(*pointer as u64),
            }
        }
        let count = words.len();
        words.resize(count.max(REGISTERS), 0);
        Some((words.try_into().ok()?, count))
    }
}

/// The sets of `kernel`: first the ring, random; then all bits zero, and all bits one.
pub(crate) fn sets(kernel: &Kernel) -> Result<Vec<Arguments>, Error> {
    let bytes: usize = kernel.params.iter().map(|ty| peer::layout(ty).0 + size_of::<*const u8>()).sum();
    let mut sets = random_values(kernel, (RING_BYTES / bytes.max(1)).clamp(RING.1, RING.0));
    sets.extend([false, true].map(|ones| kernel.params.iter().map(|ty| uniform_value(ty, ones)).collect()));
    Arguments::of_values(kernel, sets)
}

/// The first `count` random sets of `kernel`.
pub(crate) fn random_sets(kernel: &Kernel, count: usize) -> Result<Vec<Arguments>, Error> {
    Arguments::of_values(kernel, random_values(kernel, count))
}

fn random_values(kernel: &Kernel, count: usize) -> Vec<Vec<Value>> {
    // The same arguments in every run.
    let seed = kernel.name.bytes().fold(1, |seed, byte| (seed * 31 + u64::from(byte)) & 0xffff_ffff);
    let mut random = SplitMix64::seed_from_u64(seed);
    (0..count).map(|_| kernel.params.iter().map(|ty| random_value(&mut random, ty)).collect()).collect()
}

fn random_value(random: &mut SplitMix64, ty: &Type) -> Value {
    match ty {
        Type::Bits(width) => {
            let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| random.next_u64()).collect();
            Value::Bits(Bits::from_words(*width, &words))
        }
        Type::Token => Value::Token,
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(|ty| random_value(random, ty)).collect()),
        Type::Array(array) => Value::Array((0..array.len).map(|_| random_value(random, &array.element)).collect()),
    }
}

fn uniform_value(ty: &Type, ones: bool) -> Value {
    match ty {
        Type::Bits(width) if ones => Value::Bits(Bits::ones(*width)),
        Type::Bits(width) => Value::Bits(Bits::zero(*width)),
        Type::Token => Value::Token,
        Type::Tuple(elements) => Value::Tuple(elements.iter().map(|ty| uniform_value(ty, ones)).collect()),
        Type::Array(array) => Value::Array(vec![uniform_value(&array.element, ones); array.len as usize]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_lie_one_behind_the_other() {
        let layouts = [(1, 1), (8, 8), (3, 1), (64, 32)];
        let memory = Memory::new(&layouts, 3, |set, param, bytes| {
            assert_eq!(bytes.len(), layouts[param].0);
            bytes.fill((4 * set + param) as u8);
            Ok(())
        })
        .unwrap();
        let mut end = memory.pointers[0] as usize;
        for (number, &pointer) in memory.pointers.iter().enumerate() {
            let (size, align) = layouts[number % 4];
            let start = pointer as usize;
            assert!(start.is_multiple_of(align) && (end..end + align).contains(&start), "{number}");
            // SAFETY: the argument has this size, and its memory lives as long as `memory`.
            let bytes = unsafe { std::slice::from_raw_parts(pointer, size) };
            assert!(bytes.iter().all(|&byte| usize::from(byte) == number), "{number}: {bytes:?}");
            end = start + size;
        }
        assert!(Memory::new(&[], 3, |_, _, _| Ok(())).unwrap().pointers.is_empty());
    }
}
