//! Run-time support for Rust crates that are generated from XLS IR functions.
//!
//! A generated crate consists of an object file with the compiled function, and of Rust source that calls it safely. At run
//! time these two need only this library. It has no dependencies, no build script, and nothing of the compilers that
//! made the object. It is `no_std` with `alloc`; the default feature `std` adds `std::error::Error` for the errors and
//! prints the reason before an abort. The feature `serde` adds `Serialize` and `Deserialize` for all values, those of generated
//! crates included; `docs/types.md` says in which form.
//!
//! # What a generated crate looks like
//!
//! For the IR function `fn saturate(x: bits[12], limit: bits[12]) -> (bits[1], bits[12])`:
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
//! Where the design states more than the IR, its types have more:
//!
//! - Signed integers are `i8` to `i128`, [`SBits8`] to [`SBits128`], and [`WideSBits`].
//! - Structs have their names and named fields. They implement `Display` (a DSLX expression), `Default`, and `From` and `Into`
//!   the tuple of their fields. A struct with the fields of a single or double precision number converts from and to `f32`
//!   or `f64` without changing a bit.
//! - Enums are numbers with names: a struct over the integer with a constant for each name, `ALL`, `name()`, `is_named()`,
//!   `from_bits`, `to_bits` and `TryFrom` the number. They are open, because compiled code can return numbers without a name:
//!   `match color { Color::RED => .., Color::GREEN => .., other => .. }`.
//!
//! A crate may have several functions. Then each has a module of its name with its `Output`, `Runner` and `ARTIFACT`.
//!
//! Maintainers of the generator find complete generated crates in `tests/generated_shape.rs`.
//!
//! # Values
//!
//! ```
//! use xls_aot_runtime::{Bits16, Dslx, OutOfRange, SBits16, WideBits};
//!
//! const LIMIT: Bits16<12> = Bits16::of(4000);
//!
//! fn from_sensor(raw: u32) -> Result<Bits16<12>, OutOfRange> {
//!     Bits16::try_from(raw)
//! }
//!
//! assert!(from_sensor(17).unwrap() < LIMIT);
//! assert_eq!(from_sensor(5000).unwrap_err().to_string(), "the value 5000 does not fit 12 bits");
//! assert_eq!(Bits16::<12>::new_masked(0xffff), Bits16::MAX);
//!
//! let key: WideBits<192, 4> = "0x0123_4567_89ab_cdef_0123_4567_89ab_cdef_0123_4567_89ab_cdef".parse().unwrap();
//! assert_eq!(key.limbs(), &[0x0123456789abcdef, 0x0123456789abcdef, 0x0123456789abcdef, 0]);
//!
//! // In memory, signed values are their two's complement, with zeros above the width; `get` extends the sign.
//! let offset = SBits16::<12>::of(-3);
//! assert_eq!((offset.get(), offset.to_bits().get()), (-3, 0xffd));
//! assert_eq!(Dslx(&[offset; 2]).to_string(), "[s12:-3, s12:-3]");
//!
//! // Operators mean what they mean in XLS: results are modulo 2^W, and a shift may be as large as it likes.
//! assert_eq!(LIMIT + Bits16::from(100u8), Bits16::of(4));
//! assert_eq!((Bits16::<12>::MAX << 8, offset >> 50), (Bits16::of(0xf00), SBits16::of(-1)));
//! assert_eq!(u16::from(LIMIT).to_be_bytes(), LIMIT.to_be_bytes());
//! ```
//!
//! A result of more than 16 KiB is too large for the stack, where unoptimised Rust code copies it several times. Therefore
//! the function returns a `Box<Output>`. A program that calls often should allocate the result once, with [`zeroed_box`],
//! and use `Runner::run_into`.
//!
//! # Events
//!
//! A function that can reach an `assert` returns `Result<Output, AssertionFailure>`; the error is the first assertion
//! that failed, in program order. XLS does not stop at a failure, so `Runner::run_with_events` returns both the output
//! and all failures as [`Events`].
//!
//! If the crate was generated with traces and covers, [`Events`] also has the traces in program order, and how often each
//! cover was reached. Other calls ignore traces and covers. A [`Trace`] keeps its operands as values; its text, which is
//! the one that libxls prints, is made when it is displayed. [`EventOptions`] limit what is stored.
//!
//! ```
//! # mod fifo {
//! #     use xls_aot_runtime::{abi, private, Artifact, EventSite, Features, Format, Piece, Shape, SiteKind};
//! #     unsafe extern "C" fn entry(
//! #         inputs: *const *const u8, outputs: *const *mut u8, _: *mut private::c_void, events: *mut abi::EventSink,
//! #         context: *mut abi::InstanceContext, _: *mut private::c_void, _: i64,
//! #     ) -> i64 {
//! #         unsafe {
//! #             ((*context).record_event)(context, events, 0, *inputs);
//! #             ((*context).record_event)(context, events, 1, core::ptr::null());
//! #             (*outputs).write((*inputs).read());
//! #         }
//! #         0
//! #     }
//! #     enum Aot {}
//! #     unsafe impl private::XlsFunction for Aot {
//! #         type Output = u8;
//! #         const ENTRY: private::XlsEntry = entry;
//! #         const ARTIFACT: Artifact = Artifact {
//! #             abi_version: 2, features: Features::TRACES.union(Features::COVERS), symbol: "", backend: "", target: "",
//! #             cpu_baseline: "", ir_sha256: "", top: "", crate_name: "", tool_version: "",
//! #         };
//! #         const TEMP_SIZE: usize = 0;
//! #         const TEMP_ALIGN: usize = 1;
//! #         const SITES: &'static [EventSite] = &[
//! #             EventSite {
//! #                 kind: SiteKind::Trace {
//! #                     verbosity: 0, pieces: &[Piece::Text("pushed "), Piece::Value(Format::PrefixedHex)],
//! #                     operands: &[Shape::Bits(8)],
//! #                 },
//! #                 label: None, function: "push", position: None,
//! #             },
//! #             EventSite { kind: SiteKind::Cover, label: Some("full"), function: "push", position: None },
//! #         ];
//! #     }
//! #     pub struct Runner(private::Runner<Aot>);
//! #     impl Runner {
//! #         pub fn new() -> Self { Self(private::Runner::new()) }
//! #         pub fn set_event_options(&mut self, options: xls_aot_runtime::EventOptions) {
//! #             self.0.set_event_options(options);
//! #         }
//! #         pub fn run_with_events(&mut self, x: u8) -> (u8, xls_aot_runtime::Events) {
//! #             unsafe { self.0.run_with_events([private::input(&x)]) }
//! #         }
//! #     }
//! # }
//! use xls_aot_runtime::{EventOptions, Format};
//!
//! let mut runner = fifo::Runner::new();
//! runner.set_event_options(EventOptions::new().with_max_verbosity(1).with_max_stored(1000));
//! let (_, events) = runner.run_with_events(0xc5);
//!
//! let trace = &events.traces()[0];
//! assert_eq!(trace.to_string(), "pushed 0xc5");
//! let operand = trace.operands().next().unwrap();
//! assert_eq!(operand.get::<u8>(), Some(0xc5));
//! assert_eq!(operand.format(Format::Signed).to_string(), "-59");
//!
//! let covers: Vec<_> = events.covers().map(|cover| (cover.label(), cover.count())).collect();
//! assert_eq!(covers, [(Some("full"), 1)]);
//! assert_eq!(events.lost(), 0);
//! ```
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
//! - The first failed assertion is always reported, because this needs no memory. `run_with_events` never ends the program:
//!   [`Events::lost`] counts the events that it could not store.
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
mod arithmetic;
mod artifact;
mod assertion;
mod bits;
mod const_text;
mod convert;
mod dslx;
mod enumeration;
mod error;
mod events;
mod features;
#[cfg(not(feature = "serde"))]
mod no_serialize;
mod operand;
pub mod prelude;
#[doc(hidden)]
#[allow(missing_docs)] // for generated code and its maintainers; documented where they look, in the source
pub mod private;
#[allow(missing_docs)] // as above
mod run;
mod sbits;
#[cfg(feature = "serde")]
#[doc(hidden)]
#[allow(missing_docs)] // for the macros
pub mod serialize;
mod shape;
mod site;
mod structure;
mod trace_format;
mod value;
mod wide;
mod wide_arithmetic;
mod wide_convert;
mod wide_format;
mod wide_sbits;

pub use artifact::Artifact;
pub use assertion::AssertionFailure;
pub use bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
pub use dslx::Dslx;
pub use enumeration::UnnamedValue;
pub use error::{OutOfRange, ParseBitsError};
pub use events::{Cover, EventOptions, Events, OutOfBounds, Trace};
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

/// Declares the module that a build script made of a design with the crate `xls_aot_build`, whose documentation has an example.
/// The argument is the name that the build script gave to `Design::generate`.
#[macro_export]
macro_rules! include_design {
    ($name:ident) => {
        ::core::include!(::core::concat!(::core::env!("OUT_DIR"), "/", ::core::stringify!($name), ".rs"));
    };
}
