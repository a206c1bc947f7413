//! A crate that uses a generated one.

/// Two steps at once.
pub fn two_steps(x: u8) -> u8 {
    step::step(step::step(x))
}
