//! Arguments: a ring of sets, so that branch predictors and caches do not see the same set again and again.

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::SplitMix64;
use xls_aot_ir::{Bits, Type, Value};
use xls_aot_layout::{layout_of, store, ShapeMismatch};

use crate::block::Block;
use crate::table::Kernel;

/// Sets in the ring that is timed.
pub(crate) const RING: usize = 64;

/// One set of arguments: a value a parameter, in the ABI's layout.
pub(crate) struct Arguments {
    pub(crate) values: Vec<Value>,
    /// The memory that `pointers` lead to.
    _blocks: Vec<Block>,
    pointers: Vec<*const u8>,
}

impl Arguments {
    fn new(params: &[Type], aligns: &[u64], mut value: impl FnMut(&Type) -> Value) -> Result<Self, ShapeMismatch> {
        let values: Vec<Value> = params.iter().map(&mut value).collect();
        let mut blocks = Vec::with_capacity(params.len());
        for ((ty, value), align) in params.iter().zip(&values).zip(aligns) {
            let size = layout_of(ty).map_err(|_| ShapeMismatch::Buffer { ty: ty.clone() })?.size;
            let mut block = Block::new(size, *align);
            store(value, ty, block.data_mut())?;
            blocks.push(block);
        }
        let pointers = blocks.iter().map(|block| block.data().as_ptr()).collect();
        Ok(Arguments { values, _blocks: blocks, pointers })
    }

    /// What the entry point takes as `inputs`.
    pub(crate) fn inputs(&self) -> *const *const u8 {
        self.pointers.as_ptr()
    }
}

/// The sets of `kernel`: first the ring, random; then all bits zero, and all bits one.
pub(crate) fn sets(kernel: &Kernel) -> Result<Vec<Arguments>, ShapeMismatch> {
    // All ways read the same memory, aligned as the most demanding one wants it.
    let aligns: Vec<u64> = (0..kernel.params.len())
        .map(|i| kernel.cells.iter().flatten().map(|cell| cell.metadata.params[i].align).max().unwrap_or(1))
        .collect();
    // The same arguments in every run.
    let seed = kernel.name.bytes().fold(1, |seed, byte| (seed * 31 + u64::from(byte)) & 0xffff_ffff);
    let mut random = SplitMix64::seed_from_u64(seed);
    let mut sets = Vec::with_capacity(RING + 2);
    for _ in 0..RING {
        sets.push(Arguments::new(&kernel.params, &aligns, |ty| random_value(&mut random, ty))?);
    }
    for ones in [false, true] {
        sets.push(Arguments::new(&kernel.params, &aligns, |ty| uniform_value(ty, ones))?);
    }
    Ok(sets)
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
