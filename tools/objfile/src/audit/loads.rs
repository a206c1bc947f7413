//! The libraries that the loader loads with a file, and the folders where it searches.
//!
//! ELF: the entries `NEEDED`, `SONAME`, `AUXILIARY`, `FILTER`, `AUDIT`, `DEPAUDIT`, `RPATH` and `RUNPATH` of the dynamic
//! section. Mach-O: the load commands for libraries (plain, weak, re-exported, lazy, upward, and the library's own name)
//! and `LC_RPATH`.
//!
//! A library counts if its file name is one of the compiler's ([`library_of`]). A search path counts if a folder on it has a
//! name of libxls or xlsynth ([`is_compiler_folder`]).

use object::elf;
use object::macho;
use object::read::elf::{FileHeader, ProgramHeader};
use object::read::macho::{LoadCommandVariant, MachHeader};
use object::{Endianness, FileKind};

use super::FindingKind;
use crate::container::Part;
use crate::Error;

/// A name by which the loader finds something.
pub struct Load {
    /// [`FindingKind::LoadedLibrary`] or [`FindingKind::SearchPath`].
    pub kind: FindingKind,
    /// The name of the dynamic entry or of the load command.
    pub tag: &'static str,
    /// The library or one folder of the search path.
    pub name: String,
}

impl Load {
    /// Why it is a violation; `None` if it is not one.
    pub fn meaning(&self) -> Option<String> {
        match self.kind {
            FindingKind::SearchPath => {
                is_compiler_folder(&self.name).then(|| "a folder of the build-time compiler".to_string())
            }
            _ => library_of(&self.name).map(|of| format!("a library of {of}")),
        }
    }
}

/// All names that an ELF or Mach-O file gives the loader.
pub fn loads(part: &Part<'_>) -> Result<Vec<Load>, Error> {
    match part.format {
        FileKind::Elf32 => elf_loads::<elf::FileHeader32<Endianness>>(part.data),
        FileKind::Elf64 => elf_loads::<elf::FileHeader64<Endianness>>(part.data),
        FileKind::MachO32 => macho_loads::<macho::MachHeader32<Endianness>>(part.data),
        FileKind::MachO64 => macho_loads::<macho::MachHeader64<Endianness>>(part.data),
        other => Err(Error::internal(format!("{other:?} is not a format that is split into parts"))),
    }
}

fn elf_loads<Elf: FileHeader<Endian = Endianness>>(data: &[u8]) -> Result<Vec<Load>, Error> {
    let header = Elf::parse(data)?;
    let endian = header.endian()?;
    let sections = header.sections(endian, data)?;
    let is_relocatable = header.e_type(endian) == elf::ET_REL;
    if !is_relocatable && sections.is_empty() {
        return Err(Error::unsupported("has no section headers (they were stripped), so it can not be audited"));
    }
    let mut loads = Vec::new();
    let table = sections.dynamic_table(endian, data)?;
    if table.is_empty() {
        let has_segment =
            header.program_headers(endian, data)?.iter().any(|segment| segment.p_type(endian) == elf::PT_DYNAMIC);
        if has_segment {
            return Err(Error::unsupported("has dynamic linking information without a section for it"));
        }
    }
    for entry in &table {
        let (kind, tag) = match entry.tag {
            elf::DT_NEEDED => (FindingKind::LoadedLibrary, "NEEDED"),
            elf::DT_SONAME => (FindingKind::LoadedLibrary, "SONAME"),
            elf::DT_AUXILIARY => (FindingKind::LoadedLibrary, "AUXILIARY"),
            elf::DT_FILTER => (FindingKind::LoadedLibrary, "FILTER"),
            elf::DT_AUDIT => (FindingKind::LoadedLibrary, "AUDIT"),
            elf::DT_DEPAUDIT => (FindingKind::LoadedLibrary, "DEPAUDIT"),
            elf::DT_RPATH => (FindingKind::SearchPath, "RPATH"),
            elf::DT_RUNPATH => (FindingKind::SearchPath, "RUNPATH"),
            _ => continue,
        };
        push(&mut loads, kind, tag, table.string(entry)?);
    }
    Ok(loads)
}

fn macho_loads<Mach: MachHeader<Endian = Endianness>>(data: &[u8]) -> Result<Vec<Load>, Error> {
    let header = Mach::parse(data, 0)?;
    let endian = header.endian()?;
    let mut commands = header.load_commands(endian, data, 0)?;
    let mut loads = Vec::new();
    while let Some(command) = commands.next()? {
        match command.variant()? {
            LoadCommandVariant::Dylib(library) => {
                let tag = match command.cmd() {
                    macho::LC_LOAD_WEAK_DYLIB => "LC_LOAD_WEAK_DYLIB",
                    macho::LC_REEXPORT_DYLIB => "LC_REEXPORT_DYLIB",
                    macho::LC_LOAD_UPWARD_DYLIB => "LC_LOAD_UPWARD_DYLIB",
                    macho::LC_LAZY_LOAD_DYLIB => "LC_LAZY_LOAD_DYLIB",
                    _ => "LC_LOAD_DYLIB",
                };
                push(&mut loads, FindingKind::LoadedLibrary, tag, command.string(endian, library.dylib.name)?);
            }
            LoadCommandVariant::IdDylib(library) => {
                let name = command.string(endian, library.dylib.name)?;
                push(&mut loads, FindingKind::LoadedLibrary, "LC_ID_DYLIB", name);
            }
            LoadCommandVariant::Rpath(rpath) => {
                push(&mut loads, FindingKind::SearchPath, "LC_RPATH", command.string(endian, rpath.path)?);
            }
            _ => {}
        }
    }
    Ok(loads)
}

/// Adds an entry; a search path is split into its folders.
fn push(loads: &mut Vec<Load>, kind: FindingKind, tag: &'static str, text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    let names = match kind {
        FindingKind::SearchPath => text.split(':').map(str::to_string).collect(),
        _ => vec![text.to_string()],
    };
    loads.extend(names.into_iter().map(|name| Load { kind, tag, name }));
}

/// The part of the compiler whose library a path or file name names. Such a file name has `lib`, then `xls`, `xlsynth`,
/// `xlsynth_sys` or `LLVM`, then no further word (but a dot, or a dash or underscore and a version), and later a library's
/// extension.
///
/// `libxls-v0.42.0-ubuntu2004.so` and `libLLVM.so.19.1` count; `libxlsreader.so`, `libxls_model.so` and
/// `libxls_aot_runtime-0123abcd.so` do not.
pub fn library_of(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next()?;
    let stem = name.strip_prefix("lib")?;
    if !has_library_extension(name) {
        return None;
    }
    // Longer names come first, because one name is the beginning of another.
    let words = [("xlsynth_sys", "xlsynth"), ("xlsynth", "xlsynth"), ("xls", "libxls"), ("LLVM", "LLVM")];
    words.into_iter().find_map(|(word, of)| {
        let rest = stem.strip_prefix(word)?;
        let is_end = match rest.as_bytes() {
            [b'.', ..] => true,
            // A version, or the hash that rustc appends to a library's name.
            [b'-', next, ..] => *next == b'v' || next.is_ascii_hexdigit(),
            [b'_', b'v', next, ..] | [b'_', next, ..] => next.is_ascii_digit(),
            // LLVM's own component libraries: libLLVMCore.so.
            [next, ..] => word == "LLVM" && next.is_ascii_alphanumeric(),
            [] => false,
        };
        is_end.then_some(of)
    })
}

/// Whether a file name ends in a library's extension, perhaps with a version after it: `.so`, `.so.19.1-rust`, `.dylib`.
fn has_library_extension(name: &str) -> bool {
    [".so", ".dylib", ".tbd"].iter().any(|extension| {
        name.find(extension).is_some_and(|at| {
            let rest = &name[at + extension.len()..];
            rest.is_empty() || matches!(rest.as_bytes(), [b'.', next, ..] if next.is_ascii_digit())
        })
    })
}

/// Whether a folder of a search path holds the compiler: a component is or contains `libxls` as a word, or is a folder of
/// the crates xlsynth and xlsynth-sys. (Bazel mangles several names into one component.)
fn is_compiler_folder(path: &str) -> bool {
    path.split('/').any(|component| contains_word(component, "libxls") || is_crate_folder(component))
}

/// Whether a word occurs without a letter or digit after it, and without an underscore and another word after it.
fn contains_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let rest = &text.as_bytes()[at + word.len()..];
        !matches!(rest, [next, ..] if next.is_ascii_alphanumeric())
            && !matches!(rest, [b'_', next, ..] if next.is_ascii_lowercase())
    })
}

/// Whether a folder is the source or the output folder of the crate xlsynth or xlsynth-sys: `xlsynth-0.41.0`,
/// `xlsynth-sys-0.41.0`, `xlsynth-sys-4f3c...` or, as crate_universe names it, `...__xlsynth-sys-0.41.0`.
pub fn is_crate_folder(component: &str) -> bool {
    let name = component.rsplit("__").next().unwrap_or(component);
    let Some(rest) = name.strip_prefix("xlsynth") else { return false };
    let version = rest.strip_prefix("-sys").unwrap_or(rest);
    match version.as_bytes() {
        [] => rest == "-sys",
        [b'-', next, ..] => next.is_ascii_hexdigit(),
        _ => false,
    }
}
