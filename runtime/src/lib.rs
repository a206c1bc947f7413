//! Run-time support for Rust crates that are generated from XLS IR functions.
//!
//! A generated crate consists of an object file with the compiled function and of Rust source that calls it safely. This
//! library is all that the two need at run time: no other dependency, no build script, nothing of the compilers that
//! made the object. It is `no_std` with `alloc`; the default feature `std` adds `std::error::Error` for the errors and
//! prints the reason before an abort.
//!
//! # What a generated crate looks like
//!
//! For `fn saturate(x: bits[12], limit: bits[12]) -> (bits[1], bits[12])`:
//!
//! ```text
//! pub struct Tuple0(pub bool, pub Bits16<12>);                 // a struct per tuple type, laid out as the ABI says
//! pub type Output = Tuple0;
//! pub fn saturate(x: Bits16<12>, limit: Bits16<12>) -> Output  // -> Result<Output, AssertionFailure> if it can fail
//! pub struct Runner { .. }                                     // new, try_new, run, run_with_events, run_into, ...
//! pub const ARTIFACT: Artifact                                 // what was compiled, by what, for what
//! ```
//!
//! Integers of exactly 1, 8, 16, 32, 64 or 128 bits are `bool` and `u8` to `u128`; other widths up to 128 bits are
//! [`Bits8`] to [`Bits128`], the narrowest that fits; wider ones are [`WideBits`]. Arrays are Rust arrays. Integers are
//! passed by value, tuples and arrays by reference.
//!
//! `tests/generated_shape.rs` of this crate holds whole generated crates, for maintainers of the generator.
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
//! A result of more than 16 KiB is too large for the stack, where unoptimised code copies it several times: the function
//! returns a `Box<Output>`. A program that calls often keeps one place, made by [`zeroed_box`], and `Runner::run_into`.
//!
//! # Failed assertions
//!
//! A function that can reach an `assert` returns `Result<Output, AssertionFailure>`; the error is the first assertion
//! that failed, in program order. XLS does not stop at a failure, so `Runner::run_with_events` gives both the output
//! and all failures as [`Events`].
//!
//! # Threads
//!
//! Calls share nothing that is written to. Any number of threads may call one function at a time; a `Runner` owns its
//! scratch memory, may move between threads, and is used by one at a time.
//!
//! # When memory runs out
//!
//! - `Runner::try_new` returns [`AllocationFailure`] if the function's temp buffer cannot be had.
//! - `Runner::new`, the plain function and a call that returns a `Box` do what the standard library's collections do: they
//!   end the program.
//! - The first failed assertion is always kept, even without memory. If memory runs out after it, [`Events`] counts the
//!   failures that it could not keep.
//! - Compiled code that asks for scratch memory cannot handle a refusal: the process ends with a message.
//!
//! # Safety
//!
//! Safe code cannot make a value with bits above its width, which compiled code relies on. In debug builds the results
//! of compiled code are checked in the same way, as raw memory, before they become values of their types (a byte that is
//! no `bool` must not be one, even for a moment); a violation panics with the symbol of the function. The library
//! keeps pointer provenance throughout and never turns integers into pointers to memory.
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
#[allow(missing_docs)] // for generated code and its maintainers; documented where they look, in the source
pub mod private;
#[allow(missing_docs)] // as above
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
pub use value::{zeroed_box, AbiValue};
pub use wide::WideBits;
