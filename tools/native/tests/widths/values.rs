//! Arguments: corner values first, then random ones; the same for every run.

use xls_aot_ir::{Bits, Type, Value};

/// A source of arguments.
pub struct Values {
    state: u64,
}

impl Values {
    /// A source that gives the same values for the same seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1 }
    }

    /// xorshift64*.
    fn next(&mut self) -> u64 {
        self.state ^= self.state >> 12;
        self.state ^= self.state << 25;
        self.state ^= self.state >> 27;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d)
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
        match if call < 5 { self.next() % 7 } else { 7 + call as u64 % 4 } {
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
            8 => words(&mut || self.next() & self.next() & self.next() & self.next()),
            9 => Bits::from_u64(width, self.next() % 70),
            _ => words(&mut || self.next()),
        }
    }
}
