//! The xlsynth back end: libxls' LLVM code generator, reached through the crate `xlsynth`.
//!
//! This is the only crate that links libxls. Only the compiler uses it; artefacts contain nothing of it. libxls is a
//! large C++ library that may abort its process on unexpected input, so it runs in a separate process ([`worker`]). Its
//! layout of data is compared with that of the ABI (`agreement`). It compiles one function at a time; `xls_aot_objfile` makes
//! one object of all, which exports a symbol for each and contains its description.
//!
//! Invariant: the object depends only on the request, not on the machine, because libxls generates code for a fixed
//! processor.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod agreement;
mod backend;
mod callbacks;
pub mod dslx;
mod legalise;
mod limits;
pub mod worker;

pub use backend::Xlsynth;
