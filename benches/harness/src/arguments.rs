//! Arguments: a ring of sets, so that branch predictors and caches do not see the same set again and again.

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;
use xls_aot_ir::{Bits, Type, Value};
use xls_aot_layout::{layout_of, store};

use crate::block::Block;
use crate::kernel::Kernel;
use crate::{peer, Error};

/// Sets in the ring that is timed. Branch predictors learn the outcomes of 64 sets.
pub(crate) const RING: usize = 1024;

/// Registers that the entry points of kind `direct` can be called with.
pub(crate) const REGISTERS: usize = 6;

/// One set of arguments: a value a parameter, in the forms that entry points take.
pub(crate) struct Arguments {
    pub(crate) values: Vec<Value>,
    /// In the ABI's layout, and in the peer's.
    ours: Vec<Block>,
    our_pointers: Vec<*const u8>,
    _theirs: Vec<Block>,
    their_pointers: Vec<*const u8>,
}

impl Arguments {
    fn new(kernel: &Kernel, mut value: impl FnMut(&Type) -> Value) -> Result<Self, Error> {
        let values: Vec<Value> = kernel.params.iter().map(&mut value).collect();
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for (ty, value) in kernel.params.iter().zip(&values) {
            let layout = layout_of(ty).map_err(|error| Error::kernel(&kernel.name, error.to_string()))?;
            let mut block = Block::new(layout.size, layout.align);
            store(value, ty, block.data_mut()).map_err(|error| Error::kernel(&kernel.name, error.to_string()))?;
            ours.push(block);
            let (size, align) = peer::layout(ty);
            let mut block = Block::new(size as u64, align as u64);
            peer::store(value, ty, block.data_mut());
            theirs.push(block);
        }
        let pointers = |blocks: &[Block]| blocks.iter().map(|block| block.data().as_ptr()).collect();
        let (our_pointers, their_pointers) = (pointers(&ours), pointers(&theirs));
        Ok(Arguments { values, ours, our_pointers, _theirs: theirs, their_pointers })
    }

    /// What an entry point of kind `xls` takes as `inputs`.
    pub(crate) fn inputs(&self) -> *const *const u8 {
        self.our_pointers.as_ptr()
    }

    /// What the peer's entry point takes.
    pub(crate) fn peer_inputs(&self) -> *const *const u8 {
        self.their_pointers.as_ptr()
    }

    /// What an entry point of kind `direct` takes in registers, and how many there are; none if there are too many. A result of more than
    /// 16 bytes is written to `output`, whose address is the first.
    pub(crate) fn registers(&self, params: &[Type], output: Option<*mut u8>) -> Option<([u64; REGISTERS], usize)> {
        let mut words: Vec<u64> = output.map(|output| output as u64).into_iter().collect();
        for ((ty, value), block) in params.iter().zip(&self.values).zip(&self.ours) {
            match (ty, value) {
                (Type::Token, _) => {}
                (Type::Bits(width @ 0..=128), Value::Bits(bits)) => {
                    words.push(bits.low_u64());
                    if *width > 64 {
                        words.push(bits.words()[1]);
                    }
                }
                _ => words.push(block.data().as_ptr() as u64),
            }
        }
        let count = words.len();
        words.resize(count.max(REGISTERS), 0);
        Some((words.try_into().ok()?, count))
    }
}

/// The sets of `kernel`: first the ring, random; then all bits zero, and all bits one.
pub(crate) fn sets(kernel: &Kernel) -> Result<Vec<Arguments>, Error> {
    let mut sets = random_sets(kernel, RING)?;
    for ones in [false, true] {
        sets.push(Arguments::new(kernel, |ty| uniform_value(ty, ones))?);
    }
    Ok(sets)
}

/// The first `count` random sets of `kernel`.
pub(crate) fn random_sets(kernel: &Kernel, count: usize) -> Result<Vec<Arguments>, Error> {
    // The same arguments in every run.
    let seed = kernel.name.bytes().fold(1, |seed, byte| (seed * 31 + u64::from(byte)) & 0xffff_ffff);
    let mut random = SplitMix64::seed_from_u64(seed);
    (0..count).map(|_| Arguments::new(kernel, |ty| random_value(&mut random, ty))).collect()
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
