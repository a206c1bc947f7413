//! Run-time support for Rust crates that are generated from XLS IR functions.
//!
//! A generated crate consists of an object file with the compiled function, and of Rust source that calls it safely. At run
//! time these two need only this library. It has no dependencies, no build script, and nothing of the compilers that
//! made the object. It is `no_std` with `alloc`; the default feature `std` adds `std::error::Error` for the errors and
//! prints the reason before an abort.
//!
//! # What a generated crate looks like
//!
//! For `fn saturate(x: bits[12], limit: bits[12]) -> (bits[1], bits[12])`:
//!
//! ```text
//! pub struct Tuple0(pub bool, pub Bits16<12>);                 // a struct per tuple type, with the ABI's layout
//! pub type Output = Tuple0;
//! pub fn saturate(x: Bits16<12>, limit: Bits16<12>) -> Output  // -> Result<Output, AssertionFailure> if it can fail
//! pub struct Runner { .. }                                     // new, try_new, run, run_with_events, run_into, ...
//! pub const ARTIFACT: Artifact                                 // source, compiler and target of the code
//! ```
//!
//! Integers of exactly 1, 8, 16, 32, 64 or 128 bits are `bool` and `u8` to `u128`; other widths up to 128 bits are
//! [`Bits8`] to [`Bits128`], the narrowest that fits; wider ones are [`WideBits`]. Arrays are Rust arrays. Integers are
//! passed by value, tuples and arrays by reference.
//!
//! Maintainers of the generator find complete generated crates in `tests/generated_shape.rs`.
//!
//! # Values
//!
//! ```
//! use xls_aot_runtime::{Bits16, OutOfRange, WideBits};
//!
//! const LIMIT: Bits16<12> = Bits16::new(4000).unwrap();
//!
//! fn from_sensor(raw: u32) -> Result<Bits16<12>, OutOfRange> {
//!     Bits16::try_from(raw)
//! }
//!
//! assert!(from_sensor(17).unwrap() < LIMIT);
//! assert_eq!(from_sensor(5000).unwrap_err().to_string(), "the value does not fit 12 bits");
//! assert_eq!(Bits16::<12>::new_masked(0xffff), Bits16::MAX);
//!
//! let key: WideBits<192, 4> = "0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_0123_4567_89ab_cdef".parse().unwrap();
//! assert_eq!(key.limbs(), &[0x0123456789abcdef, 0x0123456789abcdef, 0x0123456789abcdef, 0]);
//! ```
//!
//! A result of more than 16 KiB is too large for the stack, where unoptimised Rust code copies it several times. Therefore
//! the function returns a `Box<Output>`. A program that calls often should allocate the result once, with [`zeroed_box`],
//! and use `Runner::run_into`.
//!
//! # Failed assertions
//!
//! A function that can reach an `assert` returns `Result<Output, AssertionFailure>`; the error is the first assertion
//! that failed, in program order. XLS does not stop at a failure, so `Runner::run_with_events` returns both the output
//! and all failures as [`Events`].
//!
//! # Threads
//!
//! Calls share no memory that is written to. Any number of threads may call the same function at the same time. A `Runner`
//! owns its scratch memory; it can move between threads, and only one thread can use it at a time.
//!
//! # When memory runs out
//!
//! - `Runner::try_new` returns [`AllocationFailure`] if there is no memory for the function's temp buffer.
//! - `Runner::new`, the plain function and a call that returns a `Box` end the program, like the standard library's
//!   collections.
//! - The first failed assertion is always reported, because this needs no memory. If memory runs out later, [`Events`]
//!   counts the failures that it could not store.
//! - If compiled code requests scratch memory and there is none, the process ends with a message, because compiled code
//!   cannot handle this.
//!
//! # Safety
//!
//! Safe code cannot make a value with bits above its width, and compiled code relies on that. Debug builds check the results
//! of compiled code for the same property. They check them as raw memory, before they become values of their types, because a
//! `bool` with another byte than 0 or 1 would be undefined behaviour. If a result has such bits, the call panics with the
//! symbol of the function. The library keeps pointer provenance and never converts integers to pointers to memory.
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

pub mod abi;
mod artifact;
mod assertion;
mod bits;
mod dslx;
mod enumeration;
mod error;
mod events;
mod features;
mod operand;
#[doc(hidden)]
#[allow(missing_docs)] // for generated code and its maintainers; documented where they look, in the source
pub mod private;
#[allow(missing_docs)] // as above
mod run;
mod sbits;
mod shape;
mod site;
mod structure;
mod trace_format;
mod value;
mod wide;
mod wide_format;
mod wide_sbits;

pub use artifact::Artifact;
pub use assertion::AssertionFailure;
pub use bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
pub use dslx::Dslx;
pub use enumeration::UnnamedValue;
pub use error::{OutOfRange, ParseBitsError};
pub use events::{Cover, EventOptions, Events, Trace};
pub use features::Features;
pub use operand::{FormattedOperand, Operand};
pub use run::temp::AllocationFailure;
pub use sbits::{SBits128, SBits16, SBits32, SBits64, SBits8};
pub use shape::Shape;
pub use site::{EventSite, Piece, Position, SiteKind};
pub use trace_format::Format;
pub use value::{zeroed_box, AbiValue};
pub use wide::WideBits;
pub use wide_sbits::WideSBits;
