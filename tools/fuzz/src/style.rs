//! What a program is like: how large it is, which widths it has, and how often which operations.
//!
//! A mixture of everything finds most, but what an optimiser does to many nodes of one kind in a row (a checksum's
//! exclusive ors and shifts, bytes that are taken apart and put together, a long chain of choices) is seldom in it.

use crate::builder::Builder;
use crate::idioms;
use crate::operations as ops;
use crate::types;
use xls_aot_ir::NodeId;
use xls_aot_values::Random;

/// Adds one operation.
pub(crate) type Make = fn(&mut Builder<'_>) -> NodeId;

/// How often each operation: the sum of the weights is the whole.
type Weights = &'static [(usize, Make)];

/// What a program is like.
pub(crate) struct Style {
    operations: Weights,
    /// The widths that most of its values have; none if any width is as good.
    pub(crate) widths: Vec<u32>,
    /// Whether most operands are the nodes just made, so that long chains come about.
    pub(crate) deep: bool,
    /// Number of operations of the function that is called.
    pub(crate) size: usize,
    /// Whether there are assertions.
    pub(crate) asserts: bool,
}

impl Style {
    /// A random style.
    pub(crate) fn new(random: &mut Random) -> Style {
        // Most programs assert nothing, so that what asserting functions are not compiled to is seen too.
        let asserts = random.one_in(3);
        let operations = match random.below(16) {
            0..=8 => MIXED,
            9 | 10 => LINEAR,
            11 => PIECES,
            12 | 13 => CHOICES,
            14 => ARITHMETIC,
            _ => ARRAYS,
        };
        let is_mixed = std::ptr::eq(operations, MIXED);
        let widths = if is_mixed && !random.one_in(4) {
            Vec::new()
        } else {
            (0..random.between(1, 3)).map(|_| types::width(random, &[])).chain([1]).collect()
        };
        let deep = random.one_in(if is_mixed { 8 } else { 2 });
        let size = match random.below(64) {
            0 if random.one_in(4) => random.between(400, 1000),
            0 => random.between(100, 400),
            1..=3 => random.between(40, 100),
            _ if deep => random.between(4, 40),
            _ => random.between(1, 16),
        };
        Style { operations, widths, deep, size, asserts }
    }

    /// One of the operations.
    pub(crate) fn operation(&self, random: &mut Random) -> Make {
        let sum = self.operations.iter().map(|(weight, _)| weight).sum();
        let mut at = random.below(sum);
        for (weight, make) in self.operations {
            if at < *weight {
                return *make;
            }
            at -= weight;
        }
        ops::unary
    }
}

/// Everything.
const MIXED: Weights = &[
    (2, ops::unary),
    (3, ops::logic),
    (3, ops::add_or_subtract),
    (2, ops::multiply),
    (1, ops::divide),
    (2, ops::compare),
    (2, ops::shift),
    (2, ops::slice),
    (1, ops::encode),
    (2, ops::select),
    (2, ops::array),
    (1, ops::tuple),
    (1, ops::tokens),
];

/// What each result bit of is an exclusive or of bits, as in checksums and scramblers, and a little else.
const LINEAR: Weights = &[
    (6, idioms::exclusive_or),
    (4, idioms::shift_by_constant),
    (3, idioms::rotate),
    (2, idioms::mask),
    (3, idioms::shift_register_step),
    (2, idioms::parity),
    (2, ops::slice),
    (1, ops::shift),
    (1, ops::add_or_subtract),
];

/// Values taken apart and put together.
const PIECES: Weights = &[
    (5, ops::slice),
    (4, idioms::pieces),
    (2, idioms::shift_by_constant),
    (2, idioms::mask),
    (1, idioms::rotate),
    (1, ops::unary),
    (1, ops::logic),
    (1, ops::array),
    (1, ops::tuple),
    (1, idioms::compare_with_constant),
];

/// Conditions and choices, most of them between the same few values.
const CHOICES: Weights = &[
    (4, idioms::choose_bits),
    (3, idioms::compare_with_constant),
    (2, ops::compare),
    (2, idioms::condition),
    (2, ops::select),
    (1, ops::encode),
    (1, ops::add_or_subtract),
    (1, ops::logic),
];

/// Sums, products and comparisons of them.
const ARITHMETIC: Weights = &[
    (5, ops::add_or_subtract),
    (3, ops::multiply),
    (2, ops::divide),
    (2, ops::compare),
    (1, idioms::compare_with_constant),
    (1, idioms::choose_bits),
    (1, idioms::shift_by_constant),
    (1, ops::slice),
    (1, ops::unary),
];

/// Arrays and tuples that are read, changed and handed on.
const ARRAYS: Weights = &[
    (6, ops::array),
    (2, ops::tuple),
    (2, ops::select),
    (1, ops::add_or_subtract),
    (1, ops::slice),
    (1, ops::compare),
];
