//! The contract between the compile driver and a back end.
//!
//! The driver parses and verifies the package and reduces it to the closure of its entries. A [`Backend`] turns that into
//! machine code that follows the artefact ABI (`xls_aot_runtime::abi`). Compiling has two steps, because an object contains
//! its own description, and the description contains facts that only the back end knows (entry points, scratch size). The
//! symbols depend on these facts too: each has a digest of them, so that an object of other facts does not link. [`Compiled`]
//! is the code with its facts. [`FinishObject::finish`] writes the object when symbols and description are known.
//!
//! # Event sites
//!
//! An event site is an `assert`, `trace` or `cover` of the package. The driver numbers them, and the number travels in the
//! operation: the message of an `assert` and the label of a `cover` are the number in decimal, the verbosity of a `trace` is
//! the number. A `cover` that counts violations of `assumed_in_bounds` (`xls_aot_ir::bounds`) is an event of the kind
//! [`EventKind::OutOfBounds`]; in its label, [`OUT_OF_BOUNDS`] follows the number. Compiled code reports events by these numbers. Their texts are none of a back end's business: only the driver
//! knows them. (The format string of a trace stays, because the IR's rules bind its operands to it; a back end ignores it.)

mod cpu;
mod error;
mod target;

use xls_aot_ir::{FuncId, Package};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, EventKind, Features};

pub use cpu::{Cpu, UnknownCpu};
pub use error::{BackendError, Place};
pub use target::{Target, UnknownTarget};

/// What follows the number in the label of a `cover` that is an event of the kind [`EventKind::OutOfBounds`].
pub const OUT_OF_BOUNDS: &str = " out_of_bounds";

/// What a back end compiles.
pub struct CompileRequest<'a> {
    /// The closure of the entries: exactly the functions that they reach, callees first. Verified, with numbered event sites
    /// (see above). It has only events of the kinds that the back end can report ([`Backend::events`]).
    pub package: &'a Package,
    /// The functions to compile, at least one, all distinct. An entry may call another entry.
    pub entries: &'a [FuncId],
    /// What machine the code is for.
    pub target: Target,
    /// The least capable processor that must be able to run the code; it belongs to the target. `None`: the back end's default.
    pub cpu: Option<Cpu>,
}

/// The facts about the code of one entry that its description needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CompiledEntry {
    /// Its exported entry points, by calling convention; [`EntryKind::Xls`] first.
    pub kinds: Vec<EntryKind>,
    /// Scratch that a call needs (size zero: none).
    pub temp_buffer: Layout,
    /// Properties of the code. The driver adds which events it can report.
    pub features: Features,
}

/// Compiled code and the facts about it that its description needs.
pub struct Compiled {
    /// The entries, in the order of the request.
    pub entries: Vec<CompiledEntry>,
    /// The least capable processor that can run the code.
    pub cpu: Cpu,
    /// Writes the object.
    pub object: Box<dyn FinishObject>,
}

/// The second half of compiling.
pub trait FinishObject {
    /// The object file's bytes, with `description` (a framed record) in its description section.
    ///
    /// `symbols` has the symbol of the `xls` entry point of each entry, in the order of the request, without the leading
    /// underscore that Mach-O adds. The symbol of another entry point is this with [`EntryKind::symbol_suffix`] appended.
    ///
    /// # Errors
    /// [`BackendError::Internal`] if the object cannot be written.
    fn finish(self: Box<Self>, symbols: &[String], description: &[u8]) -> Result<Vec<u8>, BackendError>;
}

/// A code generator.
pub trait Backend {
    /// Name on the command line and in metadata: `xlsynth`, `native`.
    fn name(&self) -> &'static str;

    /// Version of the code generator, for metadata.
    fn version(&self) -> String;

    /// Targets that it can compile for.
    fn targets(&self) -> &'static [Target];

    /// The kinds of events that its code can report.
    fn events(&self) -> &'static [EventKind];

    /// Compiles the request's entries.
    ///
    /// # Errors
    /// See the variants of [`BackendError`]. This function writes no files.
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError>;
}
