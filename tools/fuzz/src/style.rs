//! The style of a program: its size, its widths, and how often it has each operation.
//!
//! A mixture of everything finds most faults. But it rarely has many nodes of one kind in a row (a checksum's exclusive
//! ors and shifts, bytes that are taken apart and put together, a long chain of selections), for which optimisers have
//! special code.

use std::fmt;
use std::str::FromStr;

use xls_aot_ir::{NodeId, Type};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::idioms;
use crate::nest;
use crate::operations as ops;
use crate::related;
use crate::reuse;
use crate::types;

/// Adds one operation.
pub(crate) type Make = fn(&mut Builder<'_>) -> NodeId;

/// Operations with their weights. An operation's share is its weight divided by the sum of all weights.
type Weights = &'static [(usize, Make)];

/// The styles, by the names that the command line has for them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StyleName {
    /// All operations.
    Mixed,
    /// Exclusive ors, shifts and rotations.
    Linear,
    /// Values taken apart and put together.
    Pieces,
    /// Conditions and choices.
    Choices,
    /// Conditions that say something of each other, in selections.
    Related,
    /// Sums, products, quotients.
    Arithmetic,
    /// Arrays that are read and changed.
    Arrays,
    /// Nested loops that pass on their indices, states and invariants.
    Loops,
    /// The same operands in several operations of a family, at several widths.
    Reuse,
    /// The same operation on many values, which come from arrays and become arrays or sums.
    Lanes,
    /// As mixed, but a function of thousands of operations.
    Long,
    /// A function of more than a hundred thousand nodes.
    Large,
}

impl StyleName {
    /// All styles.
    pub const ALL: &'static [StyleName] = &[
        StyleName::Mixed,
        StyleName::Linear,
        StyleName::Pieces,
        StyleName::Choices,
        StyleName::Related,
        StyleName::Arithmetic,
        StyleName::Arrays,
        StyleName::Loops,
        StyleName::Reuse,
        StyleName::Lanes,
        StyleName::Long,
        StyleName::Large,
    ];

    fn random(random: &mut Random) -> StyleName {
        if random.one_in(16_384) {
            return StyleName::Large;
        }
        if random.one_in(512) {
            return StyleName::Long;
        }
        match random.below(22) {
            0..=6 => StyleName::Mixed,
            7 => StyleName::Related,
            8 => StyleName::Lanes,
            9 | 10 => StyleName::Linear,
            11 => StyleName::Pieces,
            12 | 13 => StyleName::Choices,
            14 => StyleName::Arithmetic,
            15 => StyleName::Arrays,
            16..=18 => StyleName::Loops,
            _ => StyleName::Reuse,
        }
    }
}

impl fmt::Display for StyleName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            StyleName::Mixed => "mixed",
            StyleName::Linear => "linear",
            StyleName::Pieces => "pieces",
            StyleName::Choices => "choices",
            StyleName::Related => "related",
            StyleName::Arithmetic => "arithmetic",
            StyleName::Arrays => "arrays",
            StyleName::Loops => "loops",
            StyleName::Reuse => "reuse",
            StyleName::Lanes => "lanes",
            StyleName::Long => "long",
            StyleName::Large => "large",
        })
    }
}

impl FromStr for StyleName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        StyleName::ALL.iter().copied().find(|style| style.to_string() == text).ok_or_else(|| {
            let names: Vec<String> = StyleName::ALL.iter().map(StyleName::to_string).collect();
            format!("`{text}` is not a style of random programs; expected one of {}", names.join(", "))
        })
    }
}

/// The properties of a program.
pub(crate) struct Style {
    pub(crate) name: StyleName,
    operations: Weights,
    /// The widths of most of its values; empty if all widths are equally likely.
    pub(crate) widths: Vec<u32>,
    /// Whether most operands are recent nodes, so that there are long chains.
    pub(crate) deep: bool,
    /// Number of operations of the function that is called; of nodes, if it is large.
    pub(crate) size: usize,
    /// Whether there are assertions.
    pub(crate) asserts: bool,
    /// Whether there are traces and covers.
    pub(crate) events: bool,
    /// The types of no bits that many parameters, results and states of loops have; mostly there are none.
    pub(crate) empties: Vec<Type>,
}

impl Style {
    /// The style with this name; `None` for a random style.
    pub(crate) fn new(random: &mut Random, name: Option<StyleName>) -> Style {
        let name = name.unwrap_or_else(|| StyleName::random(random));
        // Most programs have no assertions, because functions with assertions have no `direct` entry point.
        let asserts = random.one_in(3);
        let operations = match name {
            StyleName::Mixed | StyleName::Long | StyleName::Large => MIXED,
            StyleName::Linear => LINEAR,
            StyleName::Pieces => PIECES,
            StyleName::Choices => CHOICES,
            StyleName::Related => RELATED,
            StyleName::Arithmetic => ARITHMETIC,
            StyleName::Arrays => ARRAYS,
            StyleName::Loops | StyleName::Lanes => LIGHT,
            StyleName::Reuse => REUSE,
        };
        let is_mixed = std::ptr::eq(operations, MIXED);
        let widths = match name {
            StyleName::Loops => vec![nest::width(random), 1],
            StyleName::Reuse => (0..random.between(1, 2)).map(|_| reuse::width(random)).collect(),
            StyleName::Related => vec![related::width(random), related::width(random), 1],
            StyleName::Mixed
            | StyleName::Linear
            | StyleName::Pieces
            | StyleName::Choices
            | StyleName::Arithmetic
            | StyleName::Arrays
            | StyleName::Lanes
            | StyleName::Long
            | StyleName::Large => {
                if is_mixed && !random.one_in(4) {
                    Vec::new()
                } else {
                    (0..random.between(1, 3)).map(|_| types::width(random, &[])).chain([1]).collect()
                }
            }
        };
        let deep = random.one_in(if is_mixed { 8 } else { 2 });
        let size = match name {
            StyleName::Long => random.between(1000, 4000),
            StyleName::Large => random.between(100_000, 140_000),
            StyleName::Reuse => random.between(1, 6),
            StyleName::Mixed
            | StyleName::Linear
            | StyleName::Pieces
            | StyleName::Choices
            | StyleName::Related
            | StyleName::Arithmetic
            | StyleName::Arrays
            | StyleName::Lanes
            | StyleName::Loops => match random.below(64) {
                0 if random.one_in(4) => random.between(400, 1000),
                0 => random.between(100, 400),
                1..=3 => random.between(40, 100),
                _ if deep => random.between(4, 40),
                _ => random.between(1, 16),
            },
        };
        Style { name, operations, widths, deep, size, asserts, events: false, empties: Vec::new() }
    }

    /// The same, with traces and covers or without.
    pub(crate) fn with_events(self, events: bool) -> Style {
        Style { events, ..self }
    }

    /// The same, with many values of these types of no bits.
    pub(crate) fn with_empties(self, empties: Vec<Type>) -> Style {
        Style { empties, ..self }
    }

    /// A type without tokens for a parameter, a result or the state of a loop, nested at most `depth` deep.
    pub(crate) fn boundary_type(&self, random: &mut Random, depth: u32) -> Type {
        if !self.empties.is_empty() && random.one_in(2) {
            return types::beside_empties(random, &self.widths, &self.empties);
        }
        types::ty(random, &self.widths, depth)
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

/// All operations.
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

/// Operations whose result bits are exclusive ors of operand bits, as in checksums and scramblers, and a few others.
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
    (2, idioms::words_in_pieces),
    (1, idioms::bit_by_bit),
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
    (8, idioms::choose_bits),
    (1, idioms::match_value),
    (1, idioms::first_set),
    (3, idioms::compare_with_constant),
    (2, ops::compare),
    (2, idioms::condition),
    (2, ops::select),
    (1, ops::encode),
    (1, ops::add_or_subtract),
    (1, ops::logic),
];

/// Conditions on the same values, and what is selected by them.
const RELATED: Weights = &[
    (6, related::conditions),
    (1, idioms::compare_with_constant),
    (1, idioms::choose_bits),
    (1, ops::add_or_subtract),
    (1, ops::slice),
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

/// Operations on arrays and tuples.
const ARRAYS: Weights = &[
    (6, ops::array),
    (2, ops::tuple),
    (2, ops::select),
    (1, ops::add_or_subtract),
    (1, ops::slice),
    (1, ops::compare),
];

/// Operations that are quick to evaluate, for the bodies of loops.
const LIGHT: Weights = &[
    (2, ops::unary),
    (3, ops::logic),
    (3, ops::add_or_subtract),
    (2, ops::compare),
    (2, ops::shift),
    (2, ops::slice),
    (2, ops::select),
    (3, ops::array),
    (1, ops::tuple),
    (1, idioms::choose_bits),
];

/// Several operations on the same operands, and a few others between them.
const REUSE: Weights = &[(6, reuse::family), (1, ops::slice), (1, ops::logic), (1, ops::add_or_subtract)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_is_chosen_and_has_a_name() {
        let mut random = Random::new(1, 0);
        let chosen: Vec<StyleName> = (0..200_000).map(|_| StyleName::random(&mut random)).collect();
        for style in StyleName::ALL {
            assert!(chosen.contains(style), "{style}");
            assert_eq!(style.to_string().parse(), Ok(*style));
        }
        assert_eq!(
            "loop".parse::<StyleName>().unwrap_err(),
            "`loop` is not a style of random programs; expected one of mixed, linear, pieces, choices, related, arithmetic, \
             arrays, loops, reuse, lanes, long, large"
        );
    }
}
