//! The sound path, as the hardware computes it.

// Declare `pub mod gain` and `pub mod mixer`, which build.rs made from the DSLX modules. They are side by side, because `mixer` uses
// the types of `gain`.
xls_aot_runtime::include_design!(gain);
xls_aot_runtime::include_design!(mixer);

pub use gain::audio::Stereo;

/// Both voices at their volumes, mixed.
pub fn play(voices: &[(Stereo, u8)]) -> Stereo {
    voices.iter().fold(Stereo::default(), |sum, (sample, volume)| mixer::mix(&sum, &gain::apply(sample, *volume)))
}
