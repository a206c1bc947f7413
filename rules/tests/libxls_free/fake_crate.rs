//! Stands in for the crate xlsynth-sys: it has its name and nothing of its contents.

/// Something to use.
pub const PRESENT: bool = true;
