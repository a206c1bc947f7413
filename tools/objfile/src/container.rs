//! The object files inside a file: itself, the members of an archive, the architectures of a universal binary.
//!
//! Invariants: parts come in the order of the file; nesting (an archive in an archive) is followed to a fixed depth; an
//! object that cannot be read is an error. Only archive members that are not object files are skipped.

use object::read::archive::ArchiveFile;
use object::read::macho::{FatArch, MachOFatFile32, MachOFatFile64};
use object::FileKind;

use crate::Error;

/// How deep archives may be nested.
const MAX_DEPTH: usize = 4;

/// An object file inside a file.
pub struct Part<'data> {
    /// Its place inside the file: archive members and architectures, outermost first, separated by `:`.
    pub member: Option<String>,
    /// The kind of the object file, for people.
    pub kind: &'static str,
    /// Its format.
    pub format: FileKind,
    /// Its bytes.
    pub data: &'data [u8],
}

/// The bytes of a file.
pub fn read(path: &std::path::Path) -> Result<Vec<u8>, Error> {
    std::fs::read(path).map_err(|error| Error::Io { path: path.display().to_string(), message: error.to_string() })
}

/// All object files inside the bytes of a file.
pub fn parts(bytes: &[u8]) -> Result<Vec<Part<'_>>, Error> {
    let mut found = Vec::new();
    collect(bytes, None, 0, &mut found)?;
    Ok(found)
}

fn collect<'data>(
    bytes: &'data [u8],
    member: Option<&str>,
    depth: usize,
    found: &mut Vec<Part<'data>>,
) -> Result<(), Error> {
    let Some(format) = kind_of(bytes) else {
        if depth > 0 {
            return Ok(());
        }
        return Err(Error::unsupported(
            "is no object file, archive, executable or shared library of the formats ELF and Mach-O",
        ));
    };
    if depth > MAX_DEPTH {
        return Err(Error::unsupported(format!("archives are nested more than {MAX_DEPTH} deep")));
    }
    let inside = |name: &str| match member {
        Some(outer) => format!("{outer}:{name}"),
        None => name.to_string(),
    };
    match format {
        FileKind::Elf32 | FileKind::Elf64 | FileKind::MachO32 | FileKind::MachO64 => {
            let object = object::File::parse(bytes).map_err(|error| Error::from(error).in_member(member))?;
            let kind = describe(format, object::Object::kind(&object));
            found.push(Part { member: member.map(str::to_string), kind, format, data: bytes });
        }
        FileKind::MachOFat32 => {
            for arch in MachOFatFile32::parse(bytes)?.arches() {
                let name = format!("{:?}", arch.architecture());
                collect(arch.data(bytes)?, Some(&inside(&name)), depth + 1, found)?;
            }
        }
        FileKind::MachOFat64 => {
            for arch in MachOFatFile64::parse(bytes)?.arches() {
                let name = format!("{:?}", arch.architecture());
                collect(arch.data(bytes)?, Some(&inside(&name)), depth + 1, found)?;
            }
        }
        FileKind::Archive => {
            let archive = ArchiveFile::parse(bytes)?;
            if archive.is_thin() {
                return Err(Error::unsupported("is a thin archive, whose members are other files: name those instead"));
            }
            for entry in archive.members() {
                let entry = entry?;
                let name = inside(&String::from_utf8_lossy(entry.name()));
                let data = entry.data(bytes)?;
                if is_bitcode(data) {
                    return Err(Error::unsupported(format!(
                        "member {name} is LLVM bitcode, which has no machine code yet: compile it without linker-time optimisation"
                    )));
                }
                collect(data, Some(&name), depth + 1, found)?;
            }
        }
        other => return Err(Error::unsupported(format!("is a {other:?} file; ELF and Mach-O are supported"))),
    }
    Ok(())
}

/// The format of a file; `None` for bytes that are not an object file.
fn kind_of(bytes: &[u8]) -> Option<FileKind> {
    // An archive without members is shorter than the bytes that the reader needs to recognise a format.
    if bytes.starts_with(b"!<arch>\n") || bytes.starts_with(b"!<thin>\n") {
        return Some(FileKind::Archive);
    }
    FileKind::parse(bytes).ok()
}

/// Plain or wrapped LLVM bitcode.
fn is_bitcode(data: &[u8]) -> bool {
    data.starts_with(b"BC\xC0\xDE") || data.starts_with(&[0xDE, 0xC0, 0x17, 0x0B])
}

fn describe(format: FileKind, kind: object::ObjectKind) -> &'static str {
    let is_elf = matches!(format, FileKind::Elf32 | FileKind::Elf64);
    match (kind, is_elf) {
        (object::ObjectKind::Relocatable, true) => "ELF object",
        (object::ObjectKind::Executable, true) => "ELF executable",
        (object::ObjectKind::Dynamic, true) => "ELF shared library or position-independent executable",
        (_, true) => "ELF file",
        (object::ObjectKind::Relocatable, false) => "Mach-O object",
        (object::ObjectKind::Executable, false) => "Mach-O executable",
        (object::ObjectKind::Dynamic, false) => "Mach-O shared library",
        (_, false) => "Mach-O file",
    }
}
