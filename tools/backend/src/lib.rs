//! The contract between the compile driver and a back end.
//!
//! The driver parses and verifies the package and reduces it to the closure of its top. A [`Backend`] turns that into
//! machine code that follows the artefact ABI (`xls_aot_runtime::abi`). Compiling has two steps, because an object contains
//! its own description, and the description contains facts that only the back end knows (entry points, scratch size).
//! [`Compiled`] is the code with these facts. [`FinishObject::finish`] writes the object when the description is known.

mod cpu;
mod error;
mod target;

use xls_aot_ir::{FuncId, Package};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, Features};

pub use cpu::{Cpu, UnknownCpu};
pub use error::BackendError;
pub use target::{Target, UnknownTarget};

/// What a back end compiles.
pub struct CompileRequest<'a> {
    /// The closure of the top: exactly the functions it reaches, callees first, the top last. Verified. The message of
    /// every assert is its site's index in decimal, which the run-time callback receives. There is no trace or cover: the
    /// driver refuses them.
    pub package: &'a Package,
    /// The function to compile: the last of the package.
    pub top: FuncId,
    /// What machine the code is for.
    pub target: Target,
    /// The least capable processor that must be able to run the code; it belongs to the target. `None`: the back end's default.
    pub cpu: Option<Cpu>,
    /// Symbol of the `xls` entry point; other entry points append `_direct`, `_batch`.
    pub symbol: &'a str,
}

/// An exported entry point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EntryPoint {
    /// Its calling convention.
    pub kind: EntryKind,
    /// Its symbol, without the leading underscore that Mach-O adds.
    pub symbol: String,
}

/// Compiled code and the facts about it that its description needs.
pub struct Compiled {
    /// Exported entry points; the `xls` one first.
    pub entry_points: Vec<EntryPoint>,
    /// Scratch that a call needs (size zero: none).
    pub temp_buffer: Layout,
    /// Properties of the code. The driver adds whether there are assertions.
    pub features: Features,
    /// The least capable processor that can run the code.
    pub cpu: Cpu,
    /// Writes the object.
    pub object: Box<dyn FinishObject>,
}

/// The second half of compiling.
pub trait FinishObject {
    /// The object file's bytes, with `description` (a framed record) in its description section.
    ///
    /// # Errors
    /// [`BackendError::Internal`] if the object cannot be written.
    fn finish(self: Box<Self>, description: &[u8]) -> Result<Vec<u8>, BackendError>;
}

/// A code generator.
pub trait Backend {
    /// Name on the command line and in metadata: `xlsynth`, `native`.
    fn name(&self) -> &'static str;

    /// Version of the code generator, for metadata.
    fn version(&self) -> String;

    /// Targets that it can compile for.
    fn targets(&self) -> &'static [Target];

    /// Compiles the request's top.
    ///
    /// # Errors
    /// See the variants of [`BackendError`]. This function writes no files.
    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError>;
}
