//! Checks.
use crate::{Diagnostic, Package};
/// V.
pub fn verify(_: &Package) -> Vec<Diagnostic> {
    Vec::new()
}
