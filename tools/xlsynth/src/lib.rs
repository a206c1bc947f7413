//! The xlsynth back end: libxls' LLVM code generator, reached through the crate `xlsynth`.
//!
//! This is the only crate that links libxls, and only the tool that compiles uses it: an artefact has nothing of it.
//! libxls is a large C++ library that may stop its process on input it did not expect, so it runs in a process of its own
//! ([`worker`]); what it says about the layout of data is checked against ours (`agreement`), and its object is rewritten
//! by `xls_aot_objfile` to export one symbol and to describe itself.
//!
//! Invariant: the object depends on the request alone, not on the machine: libxls generates for a fixed processor.

mod agreement;
mod backend;
mod callbacks;
mod legalise;
mod limits;
pub mod worker;

pub use backend::Xlsynth;
