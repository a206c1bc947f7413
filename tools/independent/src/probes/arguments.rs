//! Arguments: corner values first, then random ones, the same in every run; or all possible arguments.

use xls_aot_ir::Type;
use xls_aot_values::Random;

use crate::{Number, Value};

/// A source of arguments.
pub struct Arguments {
    random: Random,
}

impl Arguments {
    /// A source that gives the same values for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { random: Random::new(seed, 0) }
    }

    /// A value of a type for call number `call`.
    pub fn of(&mut self, ty: &Type, call: usize) -> Value {
        match ty {
            Type::Bits(width) => Value::Bits(self.bits(*width, call)),
            Type::Token => Value::Token,
            Type::Tuple(types) => Value::Tuple(types.iter().map(|ty| self.of(ty, call)).collect()),
            Type::Array(array) => Value::Array((0..array.len).map(|_| self.of(&array.element, call)).collect()),
        }
    }

    fn bits(&mut self, width: u32, call: usize) -> Number {
        let words = |make: &mut dyn FnMut() -> u64| {
            let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| make()).collect();
            Number::from_words(width, &words)
        };
        // The first calls give every argument a corner value of its own; then random ones, then sparse and small ones.
        match if call < 5 { self.random.word() % 7 } else { 7 + call as u64 % 4 } {
            0 => Number::new(width, 0),
            1 => Number::new(width, -1),
            2 => Number::new(width, 1),
            3 if width > 0 => least(width),
            4 => words(&mut || 0xaaaa_aaaa_aaaa_aaaa),
            5 => Number::new(width, width),
            6 if width > 1 => Number::new(width, least(width).unsigned() - 1),
            8 => words(&mut || self.random.word() & self.random.word() & self.random.word() & self.random.word()),
            9 => Number::new(width, self.random.word() % 70),
            _ => words(&mut || self.random.word()),
        }
    }
}

/// The least number in two's complement.
fn least(width: u32) -> Number {
    let mut bits = vec![false; width as usize];
    bits[width as usize - 1] = true;
    Number::from_bits(&bits)
}

/// All lists of arguments of the given types, if those have at most `max_bits` bits in all.
pub fn all_arguments(types: &[Type], max_bits: u32) -> Option<Vec<Vec<Value>>> {
    let bits = types.iter().try_fold(0u64, |sum, ty| sum.checked_add(ty.flat_bit_count()?))?;
    if bits > u64::from(max_bits) {
        return None;
    }
    let from_number = |number: u64| {
        let mut rest = number;
        types.iter().map(|ty| take(ty, &mut rest)).collect()
    };
    Some((0..1 << bits).map(from_number).collect())
}

/// A value of a type from the low bits of `rest`, which lose them.
fn take(ty: &Type, rest: &mut u64) -> Value {
    match ty {
        Type::Bits(width) => {
            let value = Number::new(*width, *rest);
            *rest >>= width;
            Value::Bits(value)
        }
        Type::Token => Value::Token,
        Type::Tuple(types) => Value::Tuple(types.iter().map(|ty| take(ty, rest)).collect()),
        Type::Array(array) => Value::Array((0..array.len).map(|_| take(&array.element, rest)).collect()),
    }
}
