//! The description of a compiled artefact: its JSON schema and its form inside an object file.
//!
//! Every artefact is described twice, by the same record:
//!
//! - as a pretty-printed JSON file beside the object and the wrapper ([`Metadata::to_file_text`]);
//! - as compact JSON in a read-only section of the object itself ([`encode_record`]), which the linker copies into
//!   executables and libraries, where `inspect` finds it ([`decode_section`]).
//!
//! Invariants:
//!
//! - The text depends only on the record: keys come in declaration order, lists in the order given, and nothing
//!   is read from the environment. Two equal records give equal bytes.
//! - Reading what this crate writes gives an equal record. Everything that it reads is validated
//!   ([`Metadata::validate`]).
//! - No input makes it panic: a section may come from any file, so every length is checked before it is used.
//!
//! The crate does not depend on an object-file library. A writer of objects takes the bytes of [`encode_record`] and the
//! names, flags and alignment in [`section`].

mod error;
mod frame;
mod schema;
pub mod section;
mod text;
mod validate;

pub use error::Error;
pub use frame::{decode_section, encode_record, records, RawRecord, Records};
pub use schema::{
    Definition, Entry, EntryPoint, EnumVariant, EventSite, Metadata, NamedType, Param, Passing, Position, Producer,
    ResultValue, StructField, TempBuffer, SCHEMA_VERSION,
};
pub use xls_aot_runtime::abi::{EntryKind, EventKind};
pub use xls_aot_runtime::Features;
