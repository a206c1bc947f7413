//! The items that generated code uses. They are not public interface: generated code and runtime change together, under
//! one ABI version. `tests/generated_shape.rs` shows all of it in use.

pub use crate::abi::{EventSink, InstanceContext, XlsEntry};
pub use crate::dslx::{write_struct, write_tuple};
pub use crate::enumeration::Carrier;
pub use crate::run::function::{
    direct_output, input, run, run_boxed, run_fallible, run_fallible_boxed, token, DirectOutput, XlsFunction,
};
pub use crate::run::runner::Runner;
#[cfg(feature = "serde")]
pub use crate::serialize;
pub use crate::value::{zeroed, AbiValue};
pub use crate::{abi_enum, abi_float, abi_struct};
pub use alloc::boxed::Box;
pub use core::ffi::c_void;
#[cfg(feature = "serde")]
pub use serde;

/// Compiles if values of the type may move to another thread.
pub const fn assert_send<T: Send>() {}
