//! Whether the symbol table of a file names the functions that the file contains.
//!
//! The rule for symbols needs a symbol table. It can say nothing about a program or shared library without one, or with
//! one that lacks the names of many functions (`strip --discard-all`). The starts of functions are known independently
//! of symbols: from the table of unwind information (`.eh_frame_hdr`) in ELF, from `LC_FUNCTION_STARTS` in Mach-O.

use object::read::macho::{LoadCommandVariant, MachHeader, MachOFile};
use object::{Endianness, Object, ObjectSection, ObjectSegment, ObjectSymbol, SectionKind};

use crate::Error;

/// If more than one function in this many has no name, the file counts as stripped ...
const UNNAMED_SHARE: usize = 16;

/// ... unless fewer than this number have none: start-up code and linker stubs have unwind information and no name.
const UNNAMED_MIN: usize = 16;

/// Which names are missing; `None` if the file has the names of its functions.
pub fn missing(object: &object::File<'_>) -> Result<Option<String>, Error> {
    let has_code = object.sections().any(|section| section.kind() == SectionKind::Text && section.size() > 0);
    if !has_code {
        return Ok(None);
    }
    let mut named: Vec<u64> = object
        .symbols()
        .filter(|symbol| symbol.is_definition() && !is_header_symbol(symbol.name_bytes().unwrap_or_default()))
        .map(|symbol| symbol.address())
        .collect();
    if named.is_empty() {
        return Ok(Some("has no symbol table".to_string()));
    }
    named.sort_unstable();
    let mut starts = match object {
        object::File::Elf32(_) | object::File::Elf64(_) => elf_function_starts(object)?,
        object::File::MachO32(file) => macho_function_starts(file)?,
        object::File::MachO64(file) => macho_function_starts(file)?,
        _ => Vec::new(),
    };
    starts.sort_unstable();
    starts.dedup();
    let unnamed = starts
        .iter()
        .enumerate()
        .filter(|(index, &start)| {
            let end = starts.get(index + 1).copied().unwrap_or(u64::MAX);
            let first = named.partition_point(|&address| address < start);
            named.get(first).is_none_or(|&address| address >= end)
        })
        .count();
    let is_too_many = unnamed >= UNNAMED_MIN && unnamed > starts.len() / UNNAMED_SHARE;
    Ok(is_too_many.then(|| format!("has no names for {unnamed} of its {} functions", starts.len())))
}

/// Symbols that a linker makes for a Mach-O file's header and that stripping leaves.
fn is_header_symbol(name: &[u8]) -> bool {
    name.starts_with(b"__mh_") && name.ends_with(b"_header")
}

/// The sorted table of `.eh_frame_hdr`: version 1, pairs of 32-bit offsets from the section's address. GNU ld, gold, LLD and
/// mold write this form; other forms are passed over.
fn elf_function_starts(object: &object::File<'_>) -> Result<Vec<u64>, Error> {
    let Some(section) = object.section_by_name(".eh_frame_hdr") else { return Ok(Vec::new()) };
    let data = section.data()?;
    // eh_frame_ptr: pc-relative signed 32 bits; count: unsigned 32 bits; table: section-relative signed 32 bits.
    let Some([1, 0x1B, 0x03, 0x3B]) = data.get(..4) else { return Ok(Vec::new()) };
    let word = |bytes: &[u8]| {
        let bytes = bytes.try_into().expect("four bytes");
        if object.is_little_endian() {
            i32::from_le_bytes(bytes)
        } else {
            i32::from_be_bytes(bytes)
        }
    };
    let table = data.get(12..).unwrap_or_default();
    Ok(table.chunks_exact(8).map(|entry| section.address().wrapping_add_signed(word(&entry[..4]).into())).collect())
}

/// The list of `LC_FUNCTION_STARTS`, which counts from the segment with the header.
fn macho_function_starts<'data, Mach>(file: &MachOFile<'data, Mach>) -> Result<Vec<u64>, Error>
where
    Mach: MachHeader<Endian = Endianness>,
{
    let mut begin = 0;
    for segment in file.segments() {
        if segment.name_bytes()? == Some(b"__TEXT") {
            begin = segment.address();
        }
    }
    let mut commands = file.macho_load_commands()?;
    let mut starts = Vec::new();
    while let Some(command) = commands.next()? {
        let LoadCommandVariant::LinkeditData(linkedit) = command.variant()? else { continue };
        if command.cmd() == object::macho::LC_FUNCTION_STARTS {
            for start in linkedit.function_starts(file.endian(), file.data(), begin)? {
                starts.push(start?);
            }
        }
    }
    Ok(starts)
}
