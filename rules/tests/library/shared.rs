//! A shared library that carries an artefact.

/// Two steps at once, for C.
#[no_mangle]
pub extern "C" fn two_steps(x: u8) -> u8 {
    between::two_steps(x)
}
