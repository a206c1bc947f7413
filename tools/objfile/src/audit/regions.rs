//! The parts of an object file in which strings are looked for.
//!
//! These are all parts of the file except two groups. Symbol and string tables, hash tables and relocations are left
//! out, because other rules read them or they contain no text. Debug information and the compiler's name are left out,
//! because they are not loaded with a program, and `rustc` and `clang` write LLVM's name there. Bytes between and after
//! the sections are included, because a program may read its own file.

use std::ops::Range;

use object::elf;
use object::{Object, ObjectSection, SectionFlags};

use crate::container::Part;
use crate::Error;

/// The bytes to look at: one piece for each section, and the gaps between them.
pub fn regions<'data>(part: &Part<'data>, object: &object::File<'data>) -> Result<Vec<&'data [u8]>, Error> {
    let mut sections: Vec<(Range<usize>, bool)> = Vec::new();
    let mut begin = 0;
    if let Some(end) = macho_commands_end(object, part.data)? {
        begin = end.min(part.data.len());
    }
    for section in object.sections() {
        let Some((offset, size)) = section.file_range() else { continue };
        let end = offset.saturating_add(size).min(part.data.len() as u64) as usize;
        let range = (offset as usize).min(end)..end;
        sections.push((range, is_table(&section) || is_debug(&section)?));
    }
    sections.sort_by_key(|(range, _)| (range.start, range.end));
    let mut pieces = Vec::new();
    for (range, is_left_out) in &sections {
        // Sections of a damaged file may overlap. All their bytes are looked at.
        pieces.push(begin..range.start.max(begin));
        if !is_left_out {
            pieces.push(range.clone());
        }
        begin = begin.max(range.end);
    }
    pieces.push(begin..part.data.len());
    Ok(pieces.into_iter().filter(|range| !range.is_empty()).map(|range| &part.data[range]).collect())
}

/// The end of the load commands of a Mach-O file. The rule for loaded libraries reads them.
fn macho_commands_end(object: &object::File<'_>, data: &[u8]) -> Result<Option<usize>, Error> {
    let header_size = match object {
        object::File::MachO32(_) => 28,
        object::File::MachO64(_) => 32,
        _ => return Ok(None),
    };
    let field = data.get(20..24).and_then(|bytes| bytes.try_into().ok()).unwrap_or([0; 4]);
    let size = if object.is_little_endian() { u32::from_le_bytes(field) } else { u32::from_be_bytes(field) };
    Ok(Some(header_size + size as usize))
}

fn is_table(section: &object::Section<'_, '_>) -> bool {
    match section.flags() {
        SectionFlags::Elf { sh_type, .. } => matches!(
            sh_type,
            elf::SHT_SYMTAB
                | elf::SHT_DYNSYM
                | elf::SHT_STRTAB
                | elf::SHT_RELA
                | elf::SHT_REL
                | elf::SHT_RELR
                | elf::SHT_HASH
                | elf::SHT_GNU_HASH
                | elf::SHT_GNU_VERSYM
                | elf::SHT_GNU_VERNEED
                | elf::SHT_GNU_VERDEF
        ),
        _ => false,
    }
}

/// Debug information and the compiler's name, in sections that are not loaded.
fn is_debug(section: &object::Section<'_, '_>) -> Result<bool, Error> {
    let name = section.name_bytes()?;
    Ok(match section.flags() {
        SectionFlags::Elf { sh_flags, .. } => {
            let is_loaded = sh_flags.contains(elf::SHF_ALLOC);
            let names: [&[u8]; 5] = [b".comment", b".debug_", b".zdebug_", b".gnu.debuglto_", b".stab"];
            !is_loaded && names.iter().any(|begin| name.starts_with(begin))
        }
        _ => section.segment_name_bytes()?.is_some_and(|segment| segment == b"__DWARF"),
    })
}
