//! The modules that this process has generated. Descriptions of other runs of a build script may be in the same folder.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static GENERATED: Mutex<BTreeSet<(PathBuf, String)>> = Mutex::new(BTreeSet::new());

/// Remembers that the module was generated.
pub(crate) fn add(out_dir: &Path, module: &str) {
    let mut generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    generated.insert((out_dir.to_path_buf(), module.to_owned()));
}

/// Whether the module was generated.
pub(crate) fn contains(out_dir: &Path, module: &str) -> bool {
    let generated = GENERATED.lock().unwrap_or_else(PoisonError::into_inner);
    generated.contains(&(out_dir.to_path_buf(), module.to_owned()))
}
