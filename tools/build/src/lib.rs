//! Compiles XLS designs in a Cargo build script.
//!
//! A package that calls a design has these three parts:
//!
//! ```toml
//! # Cargo.toml
//! [dependencies]
//! xls_aot_runtime = "0.1"
//! [build-dependencies]
//! xls_aot_build = "0.1"
//! ```
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), xls_aot_build::Error> {
//!     xls_aot_build::Design::ir("src/fp32_add.ir").top("__fp32_add__main").generate("fp32_add")
//! }
//! ```
//!
//! ```ignore
//! // src/lib.rs or src/main.rs
//! xls_aot_runtime::include_design!(fp32_add);
//! ```
//!
//! The last line declares the module `fp32_add`, which is what the Bazel rule `xls_aot_rust_library` generates as a crate: the
//! function, its `Runner`, the types of its values, and `ARTIFACT`.
//!
//! # What [`Design::generate`] does
//!
//! 1. It compiles the design for Cargo's target with the native back end. Neither libxls nor a C compiler is
//!    needed, for XLS IR and for DSLX ([`Design::dslx`]).
//! 2. It writes the module, a static library with the object, and the description to Cargo's `OUT_DIR`.
//! 3. It tells Cargo to link the library, and to run the build script again if an input changes.
//!
//! The object is byte for byte the one that the Bazel rule makes from the same IR, crate name, symbol salt, target and
//! processor.
//!
//! # Limits
//!
//! The targets are those of the native back end: Linux (glibc or musl) and macOS on x86-64 and AArch64. Types nested more
//! than 60 deep need `#![recursion_limit]` in the crate that includes the module, because a module cannot set it.

mod archive;
mod cargo;
mod design;
mod dslx;
mod error;
mod event;
mod generated;

pub use design::Design;
pub use error::Error;
pub use event::Event;

#[cfg(test)]
mod tests;
