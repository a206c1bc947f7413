//! Run-time support for Rust crates generated from XLS IR functions.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod abi;
mod bits;
mod error;
mod features;
mod value;
mod wide;
mod wide_format;

#[doc(hidden)]
pub mod private {
    pub use crate::value::{zeroed, AbiValue};
}

pub use bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
pub use error::{OutOfRange, ParseBitsError};
pub use features::Features;
pub use wide::WideBits;
