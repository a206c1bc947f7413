//! Compiled code that is loaded: an object in memory.

use std::ffi::c_void;
use std::ptr::NonNull;

use crate::error::ExecuteError;
use crate::mapping::Mapping;

/// Loaded code. Dropping it unloads it; after that, addresses from [`Library::symbol`] must not be used.
pub struct Library(Mapping);

impl Library {
    /// Loads an object that a back end made for this machine. This needs no linker.
    ///
    /// # Errors
    /// If it is another kind of object, or the system gives no memory.
    pub fn of_object(object: &[u8]) -> Result<Self, ExecuteError> {
        Mapping::of(object).map(Library)
    }

    /// The address of a symbol.
    pub(crate) fn symbol(&self, name: &str) -> Result<NonNull<c_void>, ExecuteError> {
        let missing = || ExecuteError::Invalid { what: format!("the object does not export `{name}`") };
        self.0.symbol(name).ok_or_else(missing)
    }
}
