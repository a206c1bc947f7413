//! Compiled code that is loaded: a shared object from a file, or an object in memory.

use std::ffi::{c_void, CStr, CString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr::NonNull;

use crate::error::ExecuteError;
use crate::mapping::Mapping;

/// Loaded code. Dropping it unloads it; after that, addresses from [`Library::symbol`] must not be used.
pub struct Library(Loaded);

enum Loaded {
    /// A shared object; the loader's handle.
    Shared(NonNull<c_void>),
    Mapped(Mapping),
}

impl Library {
    /// Loads the file at `path`, which must have been linked from our own objects: loading it then runs no code except the
    /// C library's start-up code.
    ///
    /// # Errors
    /// If the system does not load it.
    pub fn open(path: &Path) -> Result<Self, ExecuteError> {
        let failed = |text: String| ExecuteError::System {
            what: format!("cannot load {}", path.display()),
            error: io::Error::other(text),
        };
        let name = CString::new(path.as_os_str().as_bytes()).map_err(|error| failed(error.to_string()))?;
        // SAFETY: `name` is a NUL-terminated string; the file has no constructors of its own (see the function's contract).
        let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW) };
        NonNull::new(handle).map(|handle| Library(Loaded::Shared(handle))).ok_or_else(|| failed(last_error()))
    }

    /// Loads an object that a back end made for this machine. This needs no linker.
    ///
    /// # Errors
    /// If it is another kind of object, or the system gives no memory.
    pub fn of_object(object: &[u8]) -> Result<Self, ExecuteError> {
        Mapping::of(object).map(|mapping| Library(Loaded::Mapped(mapping)))
    }

    /// The address of a symbol.
    pub(crate) fn symbol(&self, name: &str) -> Result<NonNull<c_void>, ExecuteError> {
        let missing = || ExecuteError::Invalid { what: format!("the library does not export `{name}`") };
        let handle = match &self.0 {
            Loaded::Mapped(mapping) => return mapping.symbol(name).ok_or_else(missing),
            Loaded::Shared(handle) => handle,
        };
        let symbol = CString::new(name).map_err(|_| missing())?;
        // SAFETY: the handle is that of a loaded library, the name a NUL-terminated string.
        NonNull::new(unsafe { libc::dlsym(handle.as_ptr(), symbol.as_ptr()) }).ok_or_else(missing)
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        if let Loaded::Shared(handle) = &self.0 {
            // SAFETY: the handle came from dlopen and is closed once.
            unsafe { libc::dlclose(handle.as_ptr()) };
        }
    }
}

/// The loader's message about its last failure.
fn last_error() -> String {
    // SAFETY: no arguments; the string that it returns is valid until this thread's next call of the loader.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return "unknown reason".to_owned();
    }
    // SAFETY: not null, so a NUL-terminated string, copied at once.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
