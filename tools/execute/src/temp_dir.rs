//! A folder inside the system's folder for temporary files, removed when the value is dropped.

use std::io;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::ExecuteError;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// The folder.
pub struct TempDir {
    path: PathBuf,
}

impl TempDir {
    /// Makes a new, empty folder.
    ///
    /// # Errors
    /// If the system refuses to.
    pub fn new() -> Result<Self, ExecuteError> {
        loop {
            let name = format!("xls_aot_execute_{}_{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
            let path = std::env::temp_dir().join(name);
            match std::fs::create_dir(&path) {
                Ok(()) => return Ok(TempDir { path }),
                // The folder is left from a process with the same number that was killed.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => {
                    let what = format!("cannot make the folder {}", path.display());
                    return Err(ExecuteError::System { what, error });
                }
            }
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        // Nothing depends on the removal; the system removes temporary files at some time.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}
