//! Routines that are generated into the object that needs them: on bit vectors in memory, and the report of events.
//!
//! A vector is an address and a number of 64-bit words, least significant first. Routines work on whole words; the
//! caller clears bits above the width. Destinations do not overlap sources unless a routine says so. All parameters
//! are 64-bit integers or addresses.

mod bitscan;
mod build;
mod divide;
mod report;
mod words;

use cranelift_codegen::ir::{types, AbiParam, Function, Signature};
use cranelift_codegen::isa::{CallConv, TargetFrontendConfig};
use cranelift_frontend::FunctionBuilderContext;

use build::Builder;

use crate::lower_logic::Bitwise;

/// A routine, with its parameters in order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Routine {
    /// `(to, x, y, words)`: bitwise and; `to` may be an operand.
    And,
    /// `(to, x, y, words)`: bitwise or; `to` may be an operand.
    Or,
    /// `(to, x, y, words)`: bitwise exclusive or; `to` may be an operand.
    Xor,
    /// `(to, x, words)`: complement; `to` may be `x`.
    Not,
    /// `(to, x, y, words, invert, carry)`: `x + (y ^ invert) + carry`; `to` may be an operand.
    Add,
    /// `(to, to_words, x, x_words, y, y_words)`: the product's low words.
    Multiply,
    /// `(quotient, remainder, x, y, words, scratch)`: unsigned division; by zero: all ones, and zero. The scratch has
    /// [`divide_scratch`] bytes.
    Divide,
    /// `(x, y, words)`: 1 if `x < y`, else 0.
    Less,
    /// `(x, y, bytes)`: 1 if equal, else 0.
    EqualBytes,
    /// `(to, to_words, x, x_words, amount)`: `x << amount`.
    ShiftLeft,
    /// `(to, to_words, x, x_words, amount, fill)`: `x >> amount`, the words above `x` being `fill`.
    ShiftRight,
    /// `(to, to_words, x, x_words, amount)`: ors `x << amount` into `to`.
    OrShifted,
    /// `(to, x, words)`: bits in reverse order.
    Reverse,
    /// `(x, words)`: exclusive or of all words.
    FoldXor,
    /// `(x, words)`: or of all words.
    FoldOr,
    /// `(x, words)`: index of the lowest set bit, or all ones.
    LowestSet,
    /// `(x, words)`: index of the highest set bit, or all ones.
    HighestSet,
    /// `(x, words)`: or of the indices of all set bits.
    Encode,
    /// `(to, x, mask, bytes)`: ors `x & mask` into `to`, the mask being 0 or all ones.
    OrMasked,
    /// `(context, events, number, operands)`: reports an event through the ABI's callback. It keeps the contents of all
    /// registers, so that code which may report something need not save registers for the case.
    Report,
}

/// Bytes of scratch that [`Routine::Divide`] needs for operands of `words` words.
pub(crate) const fn divide_scratch(words: u64) -> u64 {
    16 * words + 16
}

impl Routine {
    /// Number of parameters.
    fn parameters(self) -> usize {
        match self {
            Routine::FoldXor | Routine::FoldOr | Routine::LowestSet | Routine::HighestSet | Routine::Encode => 2,
            Routine::Not | Routine::Less | Routine::EqualBytes | Routine::Reverse => 3,
            Routine::And | Routine::Or | Routine::Xor | Routine::OrMasked | Routine::Report => 4,
            Routine::ShiftLeft | Routine::OrShifted => 5,
            Routine::Add | Routine::Multiply | Routine::Divide | Routine::ShiftRight => 6,
        }
    }

    /// Number of leading parameters that are memory to write; the scratch of [`Routine::Divide`] comes last.
    pub fn destinations(self) -> usize {
        match self {
            Routine::FoldXor
            | Routine::FoldOr
            | Routine::LowestSet
            | Routine::HighestSet
            | Routine::Encode
            | Routine::Less
            | Routine::EqualBytes
            | Routine::Report => 0,
            Routine::Divide => 2,
            Routine::And
            | Routine::Or
            | Routine::Xor
            | Routine::Not
            | Routine::Add
            | Routine::Multiply
            | Routine::ShiftLeft
            | Routine::ShiftRight
            | Routine::OrShifted
            | Routine::Reverse
            | Routine::OrMasked => 1,
        }
    }

    /// Type of the result, if there is one.
    fn result(self) -> Option<types::Type> {
        match self {
            Routine::Less | Routine::EqualBytes => Some(types::I8),
            Routine::FoldXor | Routine::FoldOr | Routine::LowestSet | Routine::HighestSet | Routine::Encode => {
                Some(types::I64)
            }
            Routine::And
            | Routine::Or
            | Routine::Xor
            | Routine::Not
            | Routine::Add
            | Routine::Multiply
            | Routine::Divide
            | Routine::ShiftLeft
            | Routine::ShiftRight
            | Routine::OrShifted
            | Routine::Reverse
            | Routine::OrMasked
            | Routine::Report => None,
        }
    }

    /// The signature, if functions have this calling convention.
    pub fn signature(self, call_conv: CallConv) -> Signature {
        let mut signature = Signature::new(if self == Routine::Report { CallConv::PreserveAll } else { call_conv });
        signature.params = vec![AbiParam::new(types::I64); self.parameters()];
        signature.returns.extend(self.result().map(AbiParam::new));
        signature
    }

    /// Writes the routine's body into `function`, whose signature is set.
    pub fn build(self, function: &mut Function, context: &mut FunctionBuilderContext, config: TargetFrontendConfig) {
        let (mut r, p) = Builder::new(function, context);
        let result = match self {
            Routine::And => words::bitwise(&mut r, Bitwise::And, &p),
            Routine::Or => words::bitwise(&mut r, Bitwise::Or, &p),
            Routine::Xor => words::bitwise(&mut r, Bitwise::Xor, &p),
            Routine::Not => words::complement(&mut r, &p),
            Routine::Add => words::add(&mut r, &p),
            Routine::Multiply => words::multiply(&mut r, &p),
            Routine::Divide => divide::divide(&mut r, &p),
            Routine::Less => words::less(&mut r, &p),
            Routine::EqualBytes => words::equal_bytes(&mut r, &p),
            Routine::ShiftLeft => words::shift_left(&mut r, &p, false),
            Routine::OrShifted => words::shift_left(&mut r, &p, true),
            Routine::ShiftRight => words::shift_right(&mut r, &p),
            Routine::Reverse => bitscan::reverse(&mut r, &p),
            Routine::FoldXor | Routine::FoldOr => bitscan::fold(&mut r, self, &p),
            Routine::LowestSet => bitscan::lowest_set(&mut r, &p),
            Routine::HighestSet => bitscan::highest_set(&mut r, &p),
            Routine::Encode => bitscan::encode(&mut r, &p),
            Routine::OrMasked => words::or_masked(&mut r, &p),
            Routine::Report => report::report(&mut r, &p, config),
        };
        r.finish(result, config);
    }
}
