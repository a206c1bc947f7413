//! The compiled artefact in a shared library. It is found by its description, and loaded only if it was compiled from
//! the IR.

use std::path::Path;

use xls_aot_codegen::ir_digest;
use xls_aot_execute::{host, Callable, ExecuteError, Library};
use xls_aot_ir::{FuncId, Package};
use xls_aot_metadata::{EntryKind, Metadata};
use xls_aot_objfile::inspect::{inspect_file, Inspection};
use xls_aot_objfile::Error;
use xls_aot_runtime::abi::ABI_VERSION;

/// An artefact, ready to be called.
pub(crate) struct Artefact {
    /// The function that it was compiled from.
    pub(crate) top: FuncId,
    /// Name of the back end that compiled it.
    pub(crate) backend: String,
    pub(crate) callable: Callable,
    /// Texts of the assertion sites, by index: see [`site`].
    pub(crate) sites: Vec<String>,
    /// What `callable` is in; loaded as long as this lives.
    _library: Library,
}

/// An assertion as comparisons name it.
pub(crate) fn site(function: &str, message: &str, label: Option<&str>) -> String {
    match label {
        Some(label) => format!("{message} (label {label}, function {function})"),
        None => format!("{message} (function {function})"),
    }
}

impl Artefact {
    /// Loads the artefact in the library at `path`, which must have been compiled from `ir`, the text of `package`.
    pub(crate) fn open(path: &Path, ir: &[u8], package: &Package) -> Result<Self, ExecuteError> {
        let name = path.display();
        let invalid = |what: String| ExecuteError::Invalid { what };
        let inspection = inspect_file(path).map_err(|error| {
            let names_the_file = matches!(error, Error::Io { .. });
            invalid(if names_the_file { error.to_string() } else { format!("{name}: {error}") })
        })?;
        let metadata = only(inspection).map_err(|what| invalid(format!("{name}: {what}")))?;
        let top = fits(&metadata, ir, package).map_err(|what| invalid(format!("{name}: {what}")))?;
        let symbol =
            |kind| metadata.entry_points.iter().find(|entry| entry.kind == kind).map(|entry| entry.symbol.as_str());
        let xls = symbol(EntryKind::Xls).ok_or_else(|| invalid(format!("{name}: it has no `xls` entry point")))?;
        // A path without a folder would be searched for among the system's libraries.
        let library = Library::open(&std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf()))?;
        let function = package.function(top);
        let callable = Callable::of(&library, (xls, symbol(EntryKind::Direct)), function, metadata.temp_buffer)?;
        let sites =
            metadata.assertions.iter().map(|found| site(&found.function, &found.message, found.label.as_deref()));
        Ok(Artefact { top, sites: sites.collect(), backend: metadata.backend.name, callable, _library: library })
    }
}

/// The description of the one artefact in a file.
fn only(mut inspection: Inspection) -> Result<Metadata, String> {
    match (inspection.artifacts.len(), inspection.artifacts.pop()) {
        (1, Some(artefact)) => Ok(artefact.metadata),
        (0, _) | (_, None) => Err("it holds no artefact of xls_aot".to_owned()),
        (count, Some(_)) => Err(format!("it holds {count} artefacts; compare a library of one")),
    }
}

/// The function that a description is of, if all that it says fits the IR, this program and this machine.
fn fits(metadata: &Metadata, ir: &[u8], package: &Package) -> Result<FuncId, String> {
    let digest = ir_digest(ir);
    if metadata.ir_sha256 != digest {
        return Err(format!(
            "it was compiled from another IR file: the SHA-256 of that is {}, of the one given {digest}; compile it again",
            metadata.ir_sha256
        ));
    }
    if metadata.abi_version != ABI_VERSION {
        return Err(format!("its ABI version is {}, that of this program {ABI_VERSION}", metadata.abi_version));
    }
    if host().map(|target| target.triple()) != Some(&metadata.target) {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        return Err(format!("it is code for {}, which cannot run on {os}, {arch}", metadata.target));
    }
    let top = package.find_function(&metadata.top);
    let top = top.ok_or_else(|| format!("it was compiled from `{}`, which the IR file does not have", metadata.top))?;
    let function = package.function(top);
    let params = function.params.iter().map(|&param| function.node(param).ty.to_string());
    if !params.eq(metadata.params.iter().map(|param| param.xls_type.clone()))
        || function.return_type.to_string() != metadata.result.xls_type
    {
        return Err(format!("it has the signature {}, the IR {}", metadata.signature, function.signature()));
    }
    Ok(top)
}
