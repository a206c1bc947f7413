//! Unwind information (`.eh_frame`) of an object whose unreachable functions are left out.
//!
//! The section is a sequence of records: a 32-bit length, a 32-bit identifier, contents. The identifier is 0 for common
//! records; for the record of a function it is the distance from itself back to its common record. The first field after
//! it is the function's start, a relocation. Records of removed functions are removed, and the others move up.

use object::build::elf::{Builder, Relocation, Section, SectionData, SectionId};
use object::elf;

use super::compact::Code;

/// The unwind section with records left out.
pub struct Unwind {
    section: SectionId,
    data: Vec<u8>,
    relocations: Vec<Relocation>,
}

/// Offset of a function's start in its record.
const START_FIELD: u64 = 8;

/// Whether a section holds unwind information.
pub fn is_unwind_section(section: &Section<'_>) -> bool {
    section.name.as_slice() == b".eh_frame"
}

/// The unwind information without the functions that are left out (there may be none: an empty list).
///
/// `None` if a record is of an unexpected form.
pub fn without_dropped(builder: &Builder<'_>, code: &Code) -> Option<Vec<Unwind>> {
    let sections = builder.sections.iter().filter(|section| is_unwind_section(section));
    sections.map(|section| rebuild(builder, section, code)).collect()
}

/// Puts the new contents in place.
pub fn replace(builder: &mut Builder<'_>, unwind: Vec<Unwind>) {
    for new in unwind {
        for section in &mut builder.sections {
            let patches = section.sh_info_section == Some(new.section);
            let is_it = section.id() == new.section;
            match &mut section.data {
                SectionData::Data(data) if is_it => *data = new.data.clone().into(),
                SectionData::Relocation(relocations) if patches => relocations.clone_from(&new.relocations),
                _ => {}
            }
        }
    }
}

fn rebuild(builder: &Builder<'_>, section: &Section<'_>, code: &Code) -> Option<Unwind> {
    let SectionData::Data(data) = &section.data else { return None };
    let mut patches = builder.sections.iter().filter(|other| other.sh_info_section == Some(section.id()));
    let relocations = match patches.next().map(|other| &other.data) {
        Some(SectionData::Relocation(relocations)) => &relocations[..],
        Some(_) => return None,
        None => &[],
    };
    if patches.next().is_some() {
        return None;
    }
    let mut out = Unwind { section: section.id(), data: Vec::with_capacity(data.len()), relocations: Vec::new() };
    let mut common = Vec::new(); // old and new offsets of common records
    let mut used = 0;
    let mut at: usize = 0;
    while at < data.len() {
        let length = word(data, at)?;
        if length == 0 {
            // This is the end mark. Nothing may follow it.
            out.data.extend_from_slice(&data[at..]);
            return (data.len() - at == 4 && used == relocations.len()).then_some(out);
        }
        if length >= 0xFFFF_FFF0 {
            return None;
        }
        let end = at.checked_add(4)?.checked_add(length as usize)?;
        let record = data.get(at..end)?;
        let identifier = word(data, at + 4).filter(|_| record.len() >= 8)?;
        let inside: Vec<_> =
            relocations.iter().filter(|relocation| (at as u64..end as u64).contains(&relocation.r_offset)).collect();
        used += inside.len();
        if identifier == 0 {
            if !inside.is_empty() {
                return None;
            }
            common.push((at, out.data.len()));
            out.data.extend_from_slice(record);
        } else {
            let [start] = inside[..] else { return None };
            if start.r_offset != at as u64 + START_FIELD {
                return None;
            }
            let owner = (at + 4).checked_sub(identifier as usize)?;
            let &(_, new_common) = common.iter().find(|(old, _)| *old == owner)?;
            if let Some(moved) = moved_start(builder, start, code)? {
                let new_at = out.data.len();
                out.data.extend_from_slice(record);
                let distance = u32::try_from(new_at + 4 - new_common).ok()?;
                out.data[new_at + 4..new_at + 8].copy_from_slice(&distance.to_le_bytes());
                out.relocations.push(Relocation { r_offset: new_at as u64 + START_FIELD, ..moved });
            }
        }
        at = end;
    }
    (used == relocations.len()).then_some(out)
}

/// The relocation of a record's function start for the function's new place; `Some(None)` if the function is left out.
fn moved_start(builder: &Builder<'_>, relocation: &Relocation, code: &Code) -> Option<Option<Relocation>> {
    let symbol = builder.symbols.get(relocation.symbol?);
    if symbol.section != Some(code.section) || !matches!(relocation.r_type, elf::R_X86_64_PC32 | elf::R_X86_64_PC64) {
        return None;
    }
    let is_section = symbol.st_type() == elf::STT_SECTION;
    let base = if is_section { 0 } else { symbol.st_value };
    let offset = u64::try_from(relocation.r_addend).ok().and_then(|addend| base.checked_add(addend))?;
    let Some(new_offset) = code.new_offset(offset)? else { return Some(None) };
    // A function's own symbol moves together with the function and its block.
    let r_addend = if is_section { i64::try_from(new_offset).ok()? } else { relocation.r_addend };
    Some(Some(Relocation { r_addend, ..*relocation }))
}

fn word(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
}
