//! Run-time support for Rust crates generated from XLS IR functions.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod abi;
mod artifact;
mod assertion;
mod bits;
mod error;
mod features;
#[doc(hidden)]
#[allow(missing_docs)]
pub mod private;
#[allow(missing_docs)]
mod run;
mod value;
mod wide;
mod wide_format;

pub use artifact::Artifact;
pub use assertion::{AssertionFailure, AssertionSite, Events, Position};
pub use bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
pub use error::{OutOfRange, ParseBitsError};
pub use features::Features;
pub use run::temp::AllocationFailure;
pub use wide::WideBits;
