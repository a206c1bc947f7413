//! XLS IR as SMT-LIB: queries whose answer `unsat` proves that two values are equal for all arguments.
//!
//! This is for tests, which prove the rewrites of the optimiser by it. Nothing of it is in the product.
//!
//! Tuples and arrays become their elements, so that only bit vectors are left (the logic QF_BV). Values of no bits, which
//! SMT-LIB does not have, calls, loops and effects are not translated.
//!
//! Invariant: the translation states what `tools/eval` defines. `tests/meaning.rs` compares the two.

#![warn(clippy::wildcard_enum_match_arm)]

mod bits;
mod function;
mod term;

pub use function::{query, Untranslated};
