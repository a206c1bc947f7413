//! Values to call functions with: pseudo-random ones, and the corners where code generators go wrong.
//!
//! Invariant: what is made depends on the seed alone, on every machine.

mod random;
mod values;

pub use random::Random;
pub use values::{bits, build, corners, dense_bits, uniform, value, CORNERS};
