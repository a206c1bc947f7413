//! Reads and rewrites object files: prepares an artefact for the linker, and inspects finished files.
//!
//! - [`rewrite`] turns relocatable objects of an LLVM back end into an artefact: one exported symbol of each, a description.
//! - [`inspect`] lists the artefacts in an object, an archive, an executable or a shared library.
//! - [`audit`] reports every trace of the build-time compiler in such a file.
//!
//! Invariants:
//!
//! - The functions of this crate depend only on their arguments: the same input gives the same bytes, findings and texts.
//! - No input makes them panic. Everything that a file states about itself is checked before it is used. A file that
//!   cannot be read completely is an error, never a shorter list.

pub mod audit;
mod container;
mod error;
pub mod inspect;
pub mod rewrite;

pub use error::Error;
