//! The description that a generated crate contains of itself.

use crate::Features;
use core::fmt;

/// The description of one compiled function; generated crates expose theirs as `ARTIFACT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Artifact {
    /// Version of the ABI between the object and this runtime.
    pub abi_version: u32,
    /// What the entry points need and provide.
    pub features: Features,
    /// Symbol of the `xls` entry point.
    pub symbol: &'static str,
    /// Back end that made the object.
    pub backend: &'static str,
    /// Target triple of the object.
    pub target: &'static str,
    /// The least capable CPU that can run the object, such as `x86-64-v2`.
    pub cpu_baseline: &'static str,
    /// SHA-256 of the IR file, in lower-case hexadecimal.
    pub ir_sha256: &'static str,
    /// Name of the compiled function in the IR.
    pub top: &'static str,
    /// Name of the generated crate.
    pub crate_name: &'static str,
    /// Version of the tool that generated the crate.
    pub tool_version: &'static str,
}

/// One `name: value` line per field, without a final newline.
impl fmt::Display for Artifact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "crate: {}\ntop: {}\nsymbol: {}\nABI version: {}\nfeatures: {}\nback end: {}\ntarget: {}\nCPU baseline: {}\n\
             IR SHA-256: {}\ntool version: {}",
            self.crate_name,
            self.top,
            self.symbol,
            self.abi_version,
            self.features,
            self.backend,
            self.target,
            self.cpu_baseline,
            self.ir_sha256,
            self.tool_version,
        )
    }
}
