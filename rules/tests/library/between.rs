//! A crate that uses a generated one.

/// What [`two_steps`] runs: the runtime here is the one that the generated crate uses.
pub const STEP: xls_aot_runtime::Artifact = step::ARTIFACT;

/// Two steps at once.
pub fn two_steps(x: u8) -> u8 {
    step::step(step::step(x))
}
