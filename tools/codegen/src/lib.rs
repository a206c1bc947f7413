//! Turns a design into the parts of a Rust crate, with any back end.
//!
//! [`compile`] reads functions of an IR file and makes three outputs: the object with its own description, the Rust source
//! that calls it, and the metadata file. [`Analysis::of_design`] does the same for the design of any front end. `driver`
//! shows the order of the work.
//!
//! | to | look at |
//! |---|---|
//! | change the Rust form of a type | `rust_type` decides it, `wrapper::types` writes definitions |
//! | change where an item is, or its name | `places`, `names` |
//! | add a kind of event | `events`, `wrapper::events`, `describe` |
//! | change what makes an object stale | `digest` |
//!
//! | code | the input |
//! |---|---|
//! | E1005 | has a trace or cover that a top reaches, and the request does not ask for it |
//! | E1006 | has a parameter, a result or a type beyond the limit of one value |
//! | E1007 | uses something that the back end does not support |
//! | E1008 | is beyond a limit of the back end |
//! | E1009 | has more parameters than a Rust function can have |
//! | E1011 | names a file that describes no library |
//! | E1012 | has a type that another library defines otherwise |
//!
//! The codes of [`xls_aot_design`] come in addition.
//!
//! Invariants: no input makes this crate panic; its outputs depend only on its arguments; only [`write_all`]
//! accesses files.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod current;
mod describe;
mod digest;
mod driver;
mod error;
mod events;
mod model;
mod names;
mod places;
mod request;
mod rust_type;
mod types_from;
mod wrapper;
mod write;

pub use current::current_function;
pub use driver::{compile, ir_digest, Analysis, Artifact, Outputs, Places, Source};
pub use error::CompileError;
pub use names::{check_crate_name, Name};
pub use request::{Form, Options, Placement, Request, Tops, TypesFrom, TypesHome};
pub use write::{check_outputs, write_all, OutputFile, WriteError};
pub use xls_aot_design::{Door, Finding, TableFile, Texts, TypeNames};

/// Version of the tool, for everything that it writes.
pub const TOOL_VERSION: &str = env!("CARGO_PKG_VERSION");
