//! Arguments for calls: pseudo-random values, and corner values that often show faults of code generators.
//!
//! Invariant: the values depend only on the seed, on every machine.

mod inputs;
mod random;
mod values;

pub use inputs::Inputs;
pub use random::Random;
pub use values::{bits, build, corners, dense_bits, uniform, value, CORNERS};
