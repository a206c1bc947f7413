//! What stands for `serialize` without the feature `serde`: macros that add nothing.

/// Adds nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! abi_serde_struct {
    ($($any:tt)*) => {};
}

/// Adds nothing.
#[doc(hidden)]
#[macro_export]
macro_rules! abi_serde_enum {
    ($($any:tt)*) => {};
}
