//! The functions that compiled code calls besides its own: those of the C library and of the compiler's support library that
//! code generators insert.

use std::ffi::c_void;

/// The address of a function by its name.
pub(crate) fn library_function(name: &str) -> Option<u64> {
    let address: *const c_void = match name {
        "memcpy" => libc::memcpy as *const c_void,
        "memmove" => libc::memmove as *const c_void,
        "memset" => libc::memset as *const c_void,
        "memcmp" | "bcmp" => libc::memcmp as *const c_void,
        "__udivti3" => udivti3 as *const c_void,
        "__umodti3" => umodti3 as *const c_void,
        "__divti3" => divti3 as *const c_void,
        "__modti3" => modti3 as *const c_void,
        _ => return None,
    };
    Some(address as u64)
}

// LLVM calls these for 128-bit divisions. A divisor of 0 is undefined there; here, the panic ends the process.

extern "C" fn udivti3(a: u128, b: u128) -> u128 {
    a / b
}

extern "C" fn umodti3(a: u128, b: u128) -> u128 {
    a % b
}

extern "C" fn divti3(a: i128, b: i128) -> i128 {
    a.wrapping_div(b)
}

extern "C" fn modti3(a: i128, b: i128) -> i128 {
    a.wrapping_rem(b)
}
