//! Lists the artefacts inside a file: their descriptions and where their entry points are.
//!
//! Invariants: artefacts come in the order of the file; a description that cannot be read is an error and never left out.

use std::fmt;
use std::path::Path;

use object::{Object, ObjectSection, ObjectSymbol};
use serde::Serialize;
use xls_aot_metadata::{decode_section, section, Metadata};

use crate::container::{self, Part};
use crate::Error;

/// What is inside a file. Its `Display` form is for people, its `Serialize` form is the JSON of `inspect --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inspection {
    /// The file as the caller named it.
    pub file: String,
    /// The artefacts, in the order of the file.
    pub artifacts: Vec<Artifact>,
}

/// An artefact inside a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Artifact {
    /// The archive member (and the architecture in a universal binary) that it is in; `None` if it is the file itself.
    pub member: Option<String>,
    /// The kind of file that contains it: an object, an executable, a shared library.
    pub container: &'static str,
    /// The description's entry points in order, with their places according to the file's symbols.
    pub entry_points: Vec<EntryPointPlace>,
    /// Its description.
    pub metadata: Metadata,
}

/// An entry point and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EntryPointPlace {
    /// Its kind, as in the description.
    pub kind: &'static str,
    /// Its symbol, without the underscore that Mach-O puts in front.
    pub symbol: String,
    /// Its address in the executable or library, or its offset in the section of an object. `None` if the file has no such
    /// symbol, because it was stripped or the linker left out an unused function.
    pub address: Option<u64>,
}

/// Reads a file and lists its artefacts; there may be none.
///
/// # Errors
///
/// [`Error::Io`], and those of [`inspect_bytes`].
pub fn inspect_file(path: &Path) -> Result<Inspection, Error> {
    inspect_bytes(&path.display().to_string(), &container::read(path)?)
}

/// Lists the artefacts in the bytes of an object, an archive, an executable or a shared library; there may be none.
/// `file` only becomes [`Inspection::file`].
///
/// # Errors
///
/// [`Error::Unsupported`] for a file of another format, [`Error::Invalid`] for a damaged one.
pub fn inspect_bytes(file: &str, bytes: &[u8]) -> Result<Inspection, Error> {
    let mut artifacts = Vec::new();
    for part in container::parts(bytes)? {
        inspect_part(&part, &mut artifacts).map_err(|error| error.in_member(part.member.as_deref()))?;
    }
    Ok(Inspection { file: file.to_string(), artifacts })
}

fn inspect_part(part: &Part<'_>, artifacts: &mut Vec<Artifact>) -> Result<(), Error> {
    let object = object::File::parse(part.data)?;
    for found in object.sections() {
        if !is_description(&object, &found)? {
            continue;
        }
        let records = decode_section(found.data()?).map_err(|error| Error::invalid(error.to_string()))?;
        for metadata in records {
            let places = metadata.entry_points.iter().map(|entry| EntryPointPlace {
                kind: entry.kind.name(),
                symbol: entry.symbol.clone(),
                address: address_of(&object, &entry.symbol),
            });
            artifacts.push(Artifact {
                member: part.member.clone(),
                container: part.kind,
                entry_points: places.collect(),
                metadata,
            });
        }
    }
    Ok(())
}

fn is_description(object: &object::File<'_>, found: &object::Section<'_, '_>) -> Result<bool, Error> {
    let name = found.name_bytes()?;
    if object.format() == object::BinaryFormat::MachO {
        let segment = found.segment_name_bytes()?;
        return Ok(name == section::macho::NAME.as_bytes() && segment == Some(section::macho::SEGMENT.as_bytes()));
    }
    Ok(name == section::elf::NAME.as_bytes())
}

/// The address of a defined symbol, from the full symbol table or the dynamic one.
fn address_of(object: &object::File<'_>, symbol: &str) -> Option<u64> {
    let prefix = if object.format() == object::BinaryFormat::MachO { "_" } else { "" };
    object
        .symbols()
        .chain(object.dynamic_symbols())
        .filter(|candidate| candidate.is_definition())
        .find(|candidate| {
            let name = candidate.name_bytes().unwrap_or_default();
            name.strip_prefix(prefix.as_bytes()) == Some(symbol.as_bytes())
        })
        .map(|found| found.address())
}

impl fmt::Display for Inspection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.artifacts.is_empty() {
            return write!(f, "{}: there is no xls_aot artefact in this file", self.file);
        }
        for (index, artifact) in self.artifacts.iter().enumerate() {
            if index > 0 {
                f.write_str("\n\n")?;
            }
            write!(f, "{}", self.file)?;
            if let Some(member) = &artifact.member {
                write!(f, "({member})")?;
            }
            write!(f, ": artefact in an {}", artifact.container)?;
            write_artifact(f, artifact)?;
        }
        Ok(())
    }
}

/// The lines of one artefact: a key, and its values aligned.
fn write_artifact(f: &mut fmt::Formatter<'_>, artifact: &Artifact) -> fmt::Result {
    let metadata = &artifact.metadata;
    let mut key = |name: &str, values: &[String]| {
        for (index, value) in values.iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            write!(f, "\n  {name:<13} {value}")?;
        }
        Ok(())
    };
    let memory = |size: u64, align: u64| match size {
        1 => format!("1 byte, aligned to {align}"),
        _ => format!("{size} bytes, aligned to {align}"),
    };
    key("function", &[format!("{}{}", metadata.top, metadata.signature)])?;
    key("package", std::slice::from_ref(&metadata.package))?;
    key("crate", std::slice::from_ref(&metadata.crate_name))?;
    key("made by", &[format!("{} {}", metadata.tool.name, metadata.tool.version)])?;
    key("back end", &[format!("{} {}", metadata.backend.name, metadata.backend.version)])?;
    key("target", &[format!("{}, processor {} or better", metadata.target, metadata.cpu_baseline)])?;
    key("ABI version", &[metadata.abi_version.to_string()])?;
    key("features", &[metadata.features.to_string()])?;
    let places = artifact.entry_points.iter().map(|place| match place.address {
        Some(address) => format!("{}: {} at {address:#x}", place.kind, place.symbol),
        None => format!("{}: {}, not among the file's symbols", place.kind, place.symbol),
    });
    key("entry points", &places.collect::<Vec<_>>())?;
    let params = metadata.params.iter().map(|param| {
        let rust_type = param.rust_type.as_deref().unwrap_or("no data");
        let memory = memory(param.size, param.align);
        format!("{}: {} = {rust_type}, {memory}, passed: {}", param.name, param.xls_type, param.passed.name())
    });
    key("parameters", &params.collect::<Vec<_>>())?;
    let result = &metadata.result;
    key("result", &[format!("{} = {}, {}", result.xls_type, result.rust_type, memory(result.size, result.align))])?;
    let temp = metadata.temp_buffer;
    key("temp buffer", &[if temp.size == 0 { "none".to_string() } else { memory(temp.size, temp.align) }])?;
    let sites = metadata.assertions.iter().map(|site| {
        let label = site.label.as_ref().map(|label| format!(" [{label}]")).unwrap_or_default();
        let position = site
            .position
            .as_ref()
            .map(|position| format!(", {}:{}:{}", position.file, position.line, position.column))
            .unwrap_or_default();
        format!("{}: {:?}{label} in {}{position}", site.index, site.message, site.function)
    });
    key("assertions", &sites.collect::<Vec<_>>())?;
    key("IR SHA-256", std::slice::from_ref(&metadata.ir_sha256))
}
