//! Arguments: corner values first, then random ones; the same for every run.

use xls_aot_ir::{Bits, Type, Value};
use xls_aot_values::Random;

/// A source of arguments.
pub struct Values {
    random: Random,
}

impl Values {
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

    fn bits(&mut self, width: u32, call: usize) -> Bits {
        let words = |make: &mut dyn FnMut() -> u64| {
            let words: Vec<u64> = (0..width.div_ceil(64)).map(|_| make()).collect();
            Bits::from_words(width, &words)
        };
        // The first calls give every argument a corner value of its own; then random ones, then sparse and small ones.
        match if call < 5 { self.random.word() % 7 } else { 7 + call as u64 % 4 } {
            0 => Bits::zero(width),
            1 => Bits::ones(width),
            2 => Bits::from_u64(width, 1),
            3 if width > 0 => {
                let mut bits = Bits::zero(width);
                bits.set_bit(width - 1, true);
                bits
            }
            4 => words(&mut || 0xaaaa_aaaa_aaaa_aaaa),
            5 => Bits::from_u64(width, u64::from(width)),
            6 if width > 1 => {
                let mut bits = Bits::ones(width);
                bits.set_bit(width - 1, false);
                bits
            }
            8 => words(&mut || self.random.word() & self.random.word() & self.random.word() & self.random.word()),
            9 => Bits::from_u64(width, self.random.word() % 70),
            _ => words(&mut || self.random.word()),
        }
    }
}
