//! Turns XLS IR into the parts of a Rust crate, with any back end.
//!
//! [`compile`] reads a package, chooses its top, reduces it to what the top reaches, lets a
//! [`Backend`](xls_aot_backend::Backend) compile that, and makes three outputs: the object with its own description, the
//! Rust source that calls it, and the metadata file. The order of the modules below is the order of the work.
//!
//! | code | the IR file |
//! |---|---|
//! | E1005 | has a trace or cover that the top reaches |
//! | E1006 | has a parameter or result beyond the limit of one value |
//! | E1007 | uses something that the back end does not support |
//! | E1008 | is beyond a limit of the back end |
//! | E1009 | has more parameters than a Rust function can have |
//!
//! Invariants: no input makes this crate panic; its outputs depend only on its arguments; only [`write_all`]
//! accesses files.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod current;
mod describe;
mod driver;
mod effects;
mod error;
mod model;
mod names;
mod rust_type;
mod wrapper;
mod write;

pub use current::current_function;
pub use driver::{compile, ir_digest, Analysis, Artifact, Outputs, Request};
pub use error::CompileError;
pub use names::{check_crate_name, Name};
pub use write::{check_outputs, write_all, OutputFile, WriteError};
pub use xls_aot_design::Finding;

/// Version of the tool, for everything that it writes.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
