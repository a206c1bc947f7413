//! Reading and writing files.

use std::path::Path;

use crate::Error;

pub(crate) fn read(file: &Path) -> Result<Vec<u8>, Error> {
    std::fs::read(file).map_err(|source| Error::File { file: file.to_owned(), source })
}

pub(crate) fn write(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    std::fs::write(file, bytes).map_err(|source| Error::File { file: file.to_owned(), source })
}

/// Leaves a file alone that has these bytes, so that what was made of it stays newer.
pub(crate) fn write_if_changed(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    match std::fs::read(file) {
        Ok(same) if same == bytes => Ok(()),
        _ => write(file, bytes),
    }
}
