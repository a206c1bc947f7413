//! Reading and rewriting of object files: what happens to an artefact between the compiler and the linker, and what can
//! be seen in a file afterwards.
//!
//! - [`rewrite`] turns the relocatable object of an LLVM back end into an artefact: one exported symbol, a description.
//! - [`inspect`] lists the artefacts in an object, an archive, an executable or a shared library.
//! - [`audit`] reports every trace of the build-time compiler in such a file.
//!
//! Invariants:
//!
//! - Functions of this crate depend on their arguments alone and give the same bytes, findings and texts for the same
//!   input.
//! - No input makes them panic. Whatever a file claims about itself is checked before it is used, and a file that can not
//!   be read completely is an error, never a short list.

pub mod audit;
mod container;
mod error;
pub mod inspect;
pub mod rewrite;

pub use error::Error;
