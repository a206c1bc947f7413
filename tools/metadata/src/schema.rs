//! The JSON schema, version 2. `docs/metadata.md` describes the same for people who do not read Rust.
//!
//! Invariants: the declaration order of the fields is the order of the keys in the text, and part of the schema; an
//! optional value is written as `null`, never left out; an unknown key is an error. A change that adds, removes,
//! renames or reorders a field must increase [`SCHEMA_VERSION`].

use serde::{Deserialize, Serialize};
use xls_aot_runtime::abi::{EntryKind, EventKind};
use xls_aot_runtime::Features;

use crate::Error;

/// The version of the schema that this crate reads and writes.
pub const SCHEMA_VERSION: u32 = 2;

/// The description of one artefact: the functions in one object, which share their types and event sites.
///
/// Sizes and alignments are in bytes throughout. Types named `type` are XLS IR type text, such as
/// `(bits[8], bits[32][4])`; types named `rust_type` are Rust type text with paths from the root of the generated crate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// Version of this schema: [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// Version of the binary interface between compiled code, wrapper and runtime.
    pub abi_version: u32,
    /// The code generator that made the artefact.
    pub tool: Producer,
    /// Name of the generated Rust crate.
    pub crate_name: String,
    /// Name of the XLS package that the functions come from.
    pub package: String,
    /// The 16 lower-case hexadecimal digits in every exported symbol that keep equal names of two crates apart.
    pub symbol_salt: String,
    /// The compiler that made the machine code.
    pub backend: Producer,
    /// Target triple of the machine code.
    pub target: String,
    /// The least processor that runs the machine code, in the back end's own term (`x86-64-v1`, `generic`).
    pub cpu_baseline: String,
    /// SHA-256 of the user's IR file, byte for byte, as 64 lower-case hexadecimal digits.
    pub ir_sha256: String,
    /// The functions, in the order in which they were asked for; at least one.
    pub entries: Vec<Entry>,
    /// The named types, in the order of their definitions.
    pub types: Vec<NamedType>,
    /// Every event that a call of any of the functions can report; `sites[i].index == i`.
    pub sites: Vec<EventSite>,
}

/// A compiled function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Name of the function, as the IR spells it.
    pub function: String,
    /// Path of the Rust function from the root of the crate.
    pub rust_path: String,
    /// Path of the module that has the function's `Runner`, `Output` and `ARTIFACT`; empty for the root of the crate.
    pub rust_module: String,
    /// Path of a second name of the Rust function, if it has one: that of the function in DSLX.
    pub rust_alias: Option<String>,
    /// The features of the binary interface that the function uses; a list of names in the text, in the order of
    /// [`Features::ALL`].
    #[serde(with = "crate::text::features")]
    pub features: Features,
    /// The exported functions; one is of kind [`EntryKind::Xls`], at most one of each kind.
    pub entry_points: Vec<EntryPoint>,
    /// The function's signature in XLS notation: `(x: bits[8], y: bits[8]) -> bits[8]`.
    pub signature: String,
    /// The parameters in IR order, tokens included.
    pub params: Vec<Param>,
    /// The result.
    pub result: ResultValue,
    /// The scratch memory that a call needs.
    pub temp_buffer: TempBuffer,
    /// The events that a call can report: indices into [`Metadata::sites`], ascending.
    pub sites: Vec<u32>,
}

/// A program that took part in making the artefact.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Producer {
    /// Its name.
    pub name: String,
    /// Its version, in its own notation.
    pub version: String,
}

/// An exported function of the object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryPoint {
    /// How it is called; `"xls"`, `"direct"` or `"batch"` in the text.
    #[serde(with = "crate::text::entry_kind")]
    pub kind: EntryKind,
    /// Its symbol, without the leading underscore that Mach-O adds.
    pub symbol: String,
}

/// How the Rust function takes a parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Passing {
    /// By value (`bits` types).
    Value,
    /// By shared reference (tuples and arrays).
    Reference,
    /// Not at all: a token has no data.
    Token,
    /// Not at all: the wrapper supplies the activation bit of an entry with an implicit token, as true.
    Activated,
}

impl Passing {
    /// The way of passing as the JSON text spells it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Passing::Value => "value",
            Passing::Reference => "reference",
            Passing::Token => "token",
            Passing::Activated => "activated",
        }
    }
}

/// A parameter of the function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// Its name in the IR.
    pub name: String,
    /// Its name in the Rust signature; `None` where the Rust function does not have it.
    pub rust_name: Option<String>,
    /// XLS type text.
    #[serde(rename = "type")]
    pub xls_type: String,
    /// Rust type text, without the `&` of [`Passing::Reference`]; `None` for a token.
    pub rust_type: Option<String>,
    /// Bytes that the value takes in memory; 0 for a token.
    pub size: u64,
    /// Alignment of its buffer in bytes: a power of two, 1 for a token.
    pub align: u64,
    /// How the Rust function takes it.
    pub passed: Passing,
}

/// The result of the function.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultValue {
    /// XLS type text, tokens included.
    #[serde(rename = "type")]
    pub xls_type: String,
    /// Rust type text of the value that a successful call returns, tokens removed.
    pub rust_type: String,
    /// Bytes that the value takes in memory.
    pub size: u64,
    /// Alignment of its buffer in bytes: a power of two.
    pub align: u64,
}

/// The scratch memory that the caller provides for the length of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TempBuffer {
    /// Bytes; 0 if none is needed.
    pub size: u64,
    /// Alignment in bytes: a power of two, 1 if none is needed.
    pub align: u64,
}

/// A type that has a name.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NamedType {
    /// Module path, name and parametric values in the design: `apfloat::APFloat<8, 23>`. No two types have the same.
    pub path: String,
    /// Path of the Rust type from the root of the crate.
    pub rust_path: String,
    /// The crate that defines the Rust type, if it is another one; this crate re-exports it.
    pub defined_in: Option<String>,
    /// SHA-256 of the definition, as 64 lower-case hexadecimal digits: equal digests mean equal definitions.
    pub digest: String,
    /// XLS type text.
    #[serde(rename = "type")]
    pub xls_type: String,
    /// Bytes that a value takes in memory.
    pub size: u64,
    /// Alignment of a value in bytes.
    pub align: u64,
    /// What the type is.
    pub definition: Definition,
}

/// What a named type is. Types are texts of the type table's notation: `u8`, `sN[200]`, `(F32, u1)[4]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Definition {
    /// A struct: its fields in order.
    Struct(Vec<StructField>),
    /// An integer with names for some of its values.
    Enum {
        /// Its integer type.
        #[serde(rename = "type")]
        ty: String,
        /// The names, in order.
        variants: Vec<EnumVariant>,
    },
    /// Another name for this type.
    Alias(String),
}

/// A field of a struct.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructField {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Bytes from the beginning of the struct.
    pub offset: u64,
}

/// A named value of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnumVariant {
    /// Its name.
    pub name: String,
    /// Its value: a decimal number, beyond 128 bits a hexadecimal one.
    pub value: String,
}

/// An assertion, trace or cover of the IR that a call can reach.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventSite {
    /// Its number, by which the compiled code reports it: its place in [`Metadata::sites`].
    pub index: u32,
    /// What it is; `"assertion"`, `"trace"` or `"cover"` in the text.
    #[serde(with = "crate::text::event_kind")]
    pub kind: EventKind,
    /// The message of an assertion, or the format string of a trace.
    pub message: Option<String>,
    /// The verbosity of a trace.
    pub verbosity: Option<i64>,
    /// The XLS types of a trace's operands.
    pub operands: Vec<String>,
    /// The label of the IR node, if it has one.
    pub label: Option<String>,
    /// Name of the IR function that the node is in.
    pub function: String,
    /// Where the node comes from, if the IR says so.
    pub position: Option<Position>,
}

/// A position in the source that the IR was made from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// File name, as the IR's `file_number` line spells it.
    pub file: String,
    /// Line, counted from 1.
    pub line: u32,
    /// Column, counted from 1.
    pub column: u32,
}

impl Metadata {
    /// The text of the metadata file: pretty-printed JSON, indented by two spaces, with a newline at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] if the record contradicts itself.
    pub fn to_file_text(&self) -> Result<String, Error> {
        self.validate()?;
        let mut text = serde_json::to_string_pretty(self).map_err(serialisation_error)?;
        text.push('\n');
        Ok(text)
    }

    /// The JSON text of the description section: one line without spaces between tokens.
    ///
    /// # Errors
    ///
    /// [`Error::Internal`] if the record contradicts itself.
    pub fn to_compact_text(&self) -> Result<String, Error> {
        self.validate()?;
        serde_json::to_string(self).map_err(serialisation_error)
    }

    /// Reads either JSON form and validates it.
    ///
    /// # Errors
    ///
    /// [`Error::Invalid`] for text that is not such a record, [`Error::Unsupported`] for another schema version.
    pub fn from_json(text: &[u8]) -> Result<Metadata, Error> {
        // The version comes first: a record of another schema shall be called that, not "unknown field".
        let version: VersionOnly = serde_json::from_slice(text).map_err(syntax_error)?;
        if version.schema_version != u64::from(SCHEMA_VERSION) {
            return Err(Error::Unsupported { found: version.schema_version, known: SCHEMA_VERSION });
        }
        let metadata: Metadata = serde_json::from_slice(text).map_err(syntax_error)?;
        metadata.validate().map_err(|error| match error {
            Error::Internal { field, message } => {
                Error::Invalid { offset: None, message: format!("`{field}` {message}") }
            }
            other => other,
        })?;
        Ok(metadata)
    }
}

/// The part of a record that every schema version has.
#[derive(Deserialize)]
struct VersionOnly {
    schema_version: u64,
}

fn syntax_error(error: serde_json::Error) -> Error {
    Error::Invalid { offset: None, message: error.to_string() }
}

fn serialisation_error(error: serde_json::Error) -> Error {
    Error::Internal { field: "metadata".to_string(), message: format!("can not be written as JSON: {error}") }
}
