//! Lists the artefacts inside a file: their descriptions and where their entry points are.
//!
//! Invariants: artefacts come in the order of the file; a description that cannot be read is an error and never left out.

use std::fmt;
use std::path::Path;

use object::{Object, ObjectSection, ObjectSymbol};
use serde::Serialize;
use xls_aot_metadata::{decode_section, section, Definition, Entry, EntryPoint, EventSite, Metadata, NamedType};

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
    /// For each of the description's entries, in its order: the entry points, with their places according to the file's
    /// symbols.
    pub entry_points: Vec<Vec<EntryPointPlace>>,
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
            let place = |point: &EntryPoint| EntryPointPlace {
                kind: point.kind.name(),
                symbol: point.symbol.clone(),
                address: address_of(&object, &point.symbol),
            };
            let places = metadata.entries.iter().map(|entry| entry.entry_points.iter().map(place).collect());
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

/// The lines of one artefact: a key, and its values aligned. What all functions share comes first.
fn write_artifact(f: &mut fmt::Formatter<'_>, artifact: &Artifact) -> fmt::Result {
    let metadata = &artifact.metadata;
    write_lines(f, "package", std::slice::from_ref(&metadata.package))?;
    write_lines(f, "crate", std::slice::from_ref(&metadata.crate_name))?;
    write_lines(f, "made by", &[format!("{} {}", metadata.tool.name, metadata.tool.version)])?;
    write_lines(f, "back end", &[format!("{} {}", metadata.backend.name, metadata.backend.version)])?;
    write_lines(f, "target", &[format!("{}, processor {} or better", metadata.target, metadata.cpu_baseline)])?;
    write_lines(f, "ABI version", &[metadata.abi_version.to_string()])?;
    write_lines(f, "IR SHA-256", std::slice::from_ref(&metadata.ir_sha256))?;
    for (entry, places) in metadata.entries.iter().zip(&artifact.entry_points) {
        write_entry(f, entry, places, &metadata.sites)?;
    }
    write_lines(f, "types", &metadata.types.iter().map(type_text).collect::<Vec<_>>())
}

fn write_lines(f: &mut fmt::Formatter<'_>, name: &str, values: &[String]) -> fmt::Result {
    for (index, value) in values.iter().enumerate() {
        let name = if index == 0 { name } else { "" };
        write!(f, "\n  {name:<13} {value}")?;
    }
    Ok(())
}

fn write_entry(
    f: &mut fmt::Formatter<'_>,
    entry: &Entry,
    places: &[EntryPointPlace],
    sites: &[EventSite],
) -> fmt::Result {
    write_lines(f, "function", &[format!("{}{}", entry.function, entry.signature)])?;
    let names = std::iter::once(&entry.rust_path).chain(&entry.rust_alias).cloned();
    write_lines(f, "in Rust", &names.collect::<Vec<_>>())?;
    write_lines(f, "features", &[entry.features.to_string()])?;
    let places = places.iter().map(|place| match place.address {
        Some(address) => format!("{}: {} at {address:#x}", place.kind, place.symbol),
        None => format!("{}: {}, not among the file's symbols", place.kind, place.symbol),
    });
    write_lines(f, "entry points", &places.collect::<Vec<_>>())?;
    let params = entry.params.iter().map(|param| {
        let rust_type = param.rust_type.as_deref().unwrap_or("no data");
        let memory = memory(param.size, param.align);
        format!("{}: {} = {rust_type}, {memory}, passed: {}", param.name, param.xls_type, param.passed.name())
    });
    write_lines(f, "parameters", &params.collect::<Vec<_>>())?;
    let result = &entry.result;
    let memory_of_result = memory(result.size, result.align);
    write_lines(f, "result", &[format!("{} = {}, {memory_of_result}", result.xls_type, result.rust_type)])?;
    let temp = entry.temp_buffer;
    write_lines(f, "temp buffer", &[if temp.size == 0 { "none".to_string() } else { memory(temp.size, temp.align) }])?;
    let sites = entry.sites.iter().filter_map(|&index| sites.get(index as usize)).map(site_text);
    write_lines(f, "events", &sites.collect::<Vec<_>>())
}

fn memory(size: u64, align: u64) -> String {
    match size {
        1 => format!("1 byte, aligned to {align}"),
        _ => format!("{size} bytes, aligned to {align}"),
    }
}

fn site_text(site: &EventSite) -> String {
    let message = site.message.as_ref().map(|message| format!(" {message:?}")).unwrap_or_default();
    let label = site.label.as_ref().map(|label| format!(" [{label}]")).unwrap_or_default();
    let position = site
        .position
        .as_ref()
        .map(|position| format!(", {}:{}:{}", position.file, position.line, position.column))
        .unwrap_or_default();
    format!("{}: {}{message}{label} in {}{position}", site.index, site.kind, site.function)
}

fn type_text(ty: &NamedType) -> String {
    let kind = match &ty.definition {
        Definition::Struct(_) => "struct".to_string(),
        Definition::Enum { .. } => "enum".to_string(),
        Definition::Alias(aliased) => format!("alias of {aliased},"),
    };
    let defined_in = ty.defined_in.as_ref().map(|other| format!(", defined in {other}")).unwrap_or_default();
    format!("{}: {kind} {}, {}{defined_in}", ty.path, ty.xls_type, memory(ty.size, ty.align))
}
