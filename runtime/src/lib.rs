//! Run-time support for Rust crates generated from XLS IR functions.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

pub mod abi;
mod features;

pub use features::Features;
