//! Loads shared objects, for as long as the process lives.

use std::ffi::{c_void, CStr, CString};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::Error;

/// The address of `symbol` in the library `path`. Libraries are never unloaded.
pub(crate) fn address(path: &Path, symbol: &str) -> Result<*mut c_void, Error> {
    let failed = |what: String| Error::Library { file: path.to_owned(), what };
    // A name without a slash is looked for elsewhere.
    let path = path.canonicalize().map_err(|error| failed(error.to_string()))?;
    let (Ok(name), Ok(symbol)) = (CString::new(path.as_os_str().as_bytes()), CString::new(symbol)) else {
        return Err(failed("a name with a NUL character".to_owned()));
    };
    // SAFETY: the name is NUL-terminated; the file is one that we linked, or that the caller named to be loaded.
    let handle = unsafe { libc::dlopen(name.as_ptr(), libc::RTLD_NOW | libc::RTLD_LOCAL) };
    if handle.is_null() {
        return Err(failed(last_error()));
    }
    // SAFETY: the handle is that of a loaded library, the name is NUL-terminated.
    let address = unsafe { libc::dlsym(handle, symbol.as_ptr()) };
    if address.is_null() {
        return Err(failed(last_error()));
    }
    Ok(address)
}

fn last_error() -> String {
    // SAFETY: no arguments; the string that it returns is valid until this thread's next call of the loader.
    let text = unsafe { libc::dlerror() };
    if text.is_null() {
        return "unknown reason".to_owned();
    }
    // SAFETY: not null, so a NUL-terminated string, copied at once.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
