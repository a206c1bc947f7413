//! The compiled artefact in an object. It is found by its description, and loaded only if it was compiled from the
//! reference.

use std::path::Path;
use std::rc::Rc;

use xls_aot_codegen::ir_digest;
use xls_aot_execute::{host, plain_name, Callable, ExecuteError, Library, Sites};
use xls_aot_ir::bounds::cover_violations;
use xls_aot_ir::{closure, FuncId, Function, Op, Package};
use xls_aot_metadata::{Entry, EntryKind, Metadata};
use xls_aot_objfile::inspect::{inspect_bytes, Artifact, Inspection};
use xls_aot_runtime::abi::{EventKind, ABI_VERSION};

use crate::{Language, Reference};

/// A function of an artefact, ready to be called.
pub(crate) struct Artefact {
    /// The function that it was compiled from.
    pub(crate) top: FuncId,
    /// The reference, with covers for the violations that the artefact reports.
    pub(crate) package: Rc<Package>,
    /// Name of the back end that compiled it.
    pub(crate) backend: String,
    pub(crate) callable: Callable,
    /// The artefact's event sites; assertions and covers are named by [`site`].
    pub(crate) sites: Sites,
    /// What `callable` is in; loaded as long as this lives.
    _library: Rc<Library>,
}

/// An assertion or a cover as comparisons name it.
pub(crate) fn site(function: &Function, op: &Op) -> String {
    let name = plain_name(function, op);
    let function = &function.name;
    if let Op::Assert { label: Some(label), .. } = op {
        return format!("{name} (label {label}, function {function})");
    }
    format!("{name} (function {function})")
}

impl Artefact {
    /// Loads the artefact in the object at `path`, which must have been compiled from the reference: its functions in the
    /// order of the description.
    pub(crate) fn open(path: &Path, reference: &Reference) -> Result<Vec<Self>, ExecuteError> {
        let name = path.display();
        let invalid = |what: String| ExecuteError::Invalid { what };
        let bytes =
            std::fs::read(path).map_err(|error| ExecuteError::Unreadable { path: path.to_path_buf(), error })?;
        let inspection =
            inspect_bytes(&name.to_string(), &bytes).map_err(|error| invalid(format!("{name}: {error}")))?;
        let metadata = only(inspection).map_err(|what| invalid(format!("{name}: {what}")))?;
        let tops = fits(&metadata, reference).map_err(|what| invalid(format!("{name}: {what}")))?;
        let library = Rc::new(Library::of_object(&bytes)?);
        // As the driver does it before it numbers the sites of all functions together.
        let mut package = reference.package.clone();
        if metadata.sites.iter().any(|site| site.kind == EventKind::OutOfBounds) {
            cover_violations(&mut package);
        }
        let package = Rc::new(package);
        let ids: Vec<FuncId> = tops.iter().map(|&(top, _)| top).collect();
        let sites = Sites::of(&closure::of_all(&package, &ids).0, site);
        let open = |(top, entry): (FuncId, &Entry)| {
            let symbol =
                |kind| entry.entry_points.iter().find(|point| point.kind == kind).map(|point| point.symbol.as_str());
            let xls = symbol(EntryKind::Xls).ok_or_else(|| invalid(format!("{name}: it has no `xls` entry point")))?;
            let symbols = (xls, symbol(EntryKind::Direct));
            let callable = Callable::of(&library, symbols, package.function(top), entry.temp_buffer, &sites)?;
            let backend = metadata.backend.name.clone();
            Ok(Artefact {
                top,
                package: Rc::clone(&package),
                sites: sites.clone(),
                backend,
                callable,
                _library: Rc::clone(&library),
            })
        };
        tops.into_iter().map(open).collect()
    }
}

/// The description of the one artefact in a file.
fn only(mut inspection: Inspection) -> Result<Metadata, String> {
    match (inspection.artifacts.len(), inspection.artifacts.pop()) {
        (1, Some(Artifact { member: Some(member), .. })) => {
            Err(format!("the artefact is in the member {member}; give the object itself"))
        }
        (1, Some(artefact)) if !artefact.container.ends_with(" object") => {
            Err(format!("it is an {}; give the object that it was linked from", artefact.container))
        }
        (1, Some(artefact)) => Ok(artefact.metadata),
        (0, _) | (_, None) => Err("it holds no artefact of xls_aot".to_owned()),
        (count, Some(_)) => Err(format!("it holds {count} artefacts; compare an object of one")),
    }
}

/// The functions that a description is of, if all that it says fits the IR, this program and this machine.
fn fits<'a>(metadata: &'a Metadata, reference: &Reference) -> Result<Vec<(FuncId, &'a Entry)>, String> {
    let digest = ir_digest(&reference.bytes);
    if metadata.ir_sha256 != digest {
        return Err(format!(
            "it was compiled from another {} file: the SHA-256 of that is {}, of the one given {digest}; compile it again",
            reference.language, metadata.ir_sha256
        ));
    }
    if metadata.abi_version != ABI_VERSION {
        return Err(format!("its ABI version is {}, that of this program {ABI_VERSION}", metadata.abi_version));
    }
    if host().map(|target| target.triple()) != Some(&metadata.target) {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        return Err(format!("it is code for {}, which cannot run on {os}, {arch}", metadata.target));
    }
    metadata.entries.iter().map(|entry| Ok((entry_fits(entry, reference)?, entry))).collect()
}

/// The function that an entry is of.
fn entry_fits(entry: &Entry, reference: &Reference) -> Result<FuncId, String> {
    let Reference { package, language, .. } = reference;
    let top = package.find_function(&entry.function);
    let top = top.ok_or_else(|| {
        let why = match language {
            Language::Ir => "which the IR file does not have",
            Language::Dslx => "which is not among the tops that are given",
        };
        format!("it was compiled from `{}`, {why}", entry.function)
    })?;
    let function = package.function(top);
    let params = function.params.iter().map(|&param| function.node(param).ty.to_string());
    if !params.eq(entry.params.iter().map(|param| param.xls_type.clone()))
        || function.return_type.to_string() != entry.result.xls_type
    {
        return Err(format!("it has the signature {}, the {language} {}", entry.signature, function.signature()));
    }
    Ok(top)
}
