//! Turns relocatable ELF objects of an LLVM back end into an artefact.
//!
//! libxls makes an object for each function that a design has as an entry. Such an object exports several functions for each
//! function of the IR: the function, its partitions, and a variant for packed data. Two of them in one program would clash, and
//! most are never called. [`rewrite_elf`] makes one object of them all that
//!
//! 1. exports exactly one symbol of each input, under the name it is given; every other definition is local, with a neutral name;
//! 2. has no code that the exported functions cannot reach, if removing it is provably safe ([`compact`]);
//! 3. describes itself: it has the description section, which the linker keeps;
//! 4. has no host file names, no compiler remarks, no debug information;
//! 5. keeps the stack non-executable, and has no writable section, because an artefact has no state;
//! 6. needs nothing from outside except the few functions in [`ALLOWED_UNDEFINED`].
//!
//! Everything else in the input is an error that names the section or the symbol. The output depends only on the input.

mod check;
mod compact;
mod eh_frame;
mod merge;
mod symbols;

use object::build::elf::{Builder, SectionData};
use object::elf;
use xls_aot_metadata::{decode_section, section, EntryKind};

use crate::Error;

pub use check::ALLOWED_UNDEFINED;

/// A function to export, and the object that defines it.
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// The object. Everything else in it is private to this function.
    pub object: &'a [u8],
    /// The symbol of the function, as the compiler named it.
    pub entry_symbol: &'a str,
    /// The name to export it under.
    pub exported_symbol: &'a str,
}

/// Makes one artefact of relocatable 64-bit little-endian ELF objects for x86-64 or AArch64, as the module's documentation
/// says. `description_record` is the framed record of the artefact's description ([`xls_aot_metadata::encode_record`]). Its
/// entry points of kind `xls` must be the exported symbols, in the order of `exports`.
///
/// # Errors
///
/// [`Error::Invalid`] for bytes that are not such an object, and for an object without its entry symbol;
/// [`Error::Unsupported`] for an object with parts that an artefact can not have, such as an undefined symbol outside
/// [`ALLOWED_UNDEFINED`] or a writable section; [`Error::Internal`] for a request that contradicts itself.
pub fn rewrite_elf(exports: &[Export<'_>], description_record: &[u8]) -> Result<Vec<u8>, Error> {
    check_request(exports, description_record)?;
    let mut builders = exports.iter().map(reduce).collect::<Result<Vec<_>, _>>()?.into_iter();
    let Some(mut builder) = builders.next() else { return Err(Error::internal("there is nothing to export")) };
    for other in builders {
        merge::append(&mut builder, other)?;
    }
    add_sections(&mut builder, description_record);
    if builder.header.os_abi == elf::ELFOSABI_NONE {
        builder.header.os_abi = elf::OsAbi(section::elf::OS_ABI);
    }
    let mut output = Vec::new();
    builder.write(&mut output)?;
    Ok(output)
}

/// One object, checked, with what its exported function needs and no more.
fn reduce<'a>(export: &Export<'a>) -> Result<Builder<'a>, Error> {
    check::check_header(export.object)?;
    let mut builder = Builder::read64(export.object)?;
    normalise_sections(&mut builder);
    check::check_sections(&builder)?;
    check::check_relocations(&builder)?;
    check::check_symbols(&builder)?;
    let entry = symbols::find_entry(&builder, export.entry_symbol)?;
    compact::drop_unreachable_code(&mut builder, entry);
    symbols::drop_unused(&mut builder, entry);
    symbols::export_only(&mut builder, entry, export.exported_symbol);
    Ok(builder)
}

/// The description must be one record that describes the symbols to be exported.
fn check_request(exports: &[Export<'_>], description_record: &[u8]) -> Result<(), Error> {
    let exported: Vec<&str> = exports.iter().map(|export| export.exported_symbol).collect();
    if let Some(name) = exported.iter().find(|name| name.is_empty() || name.bytes().any(|byte| byte == 0)) {
        return Err(Error::internal(format!("{name:?} can not be the name of a symbol")));
    }
    let records = decode_section(description_record).map_err(|error| Error::internal(error.to_string()))?;
    let [record] = &records[..] else {
        return Err(Error::internal(format!("expected one description record, found {}", records.len())));
    };
    let points = record.entries.iter().flat_map(|entry| &entry.entry_points);
    let described: Vec<&str> =
        points.filter(|point| point.kind == EntryKind::Xls).map(|point| point.symbol.as_str()).collect();
    if described != exported {
        return Err(Error::internal(format!(
            "the description's entry points are {}, but the symbols to export are {}",
            described.join(", "),
            exported.join(", ")
        )));
    }
    Ok(())
}

/// Drops comments, debug information and their relocations. They are not part of the program, and compilers write their
/// own names and the paths of the build there.
fn normalise_sections(builder: &mut Builder<'_>) {
    let mut dropped = Vec::new();
    for section in &mut builder.sections {
        // Both 0 and 1 mean that there is no constraint. The writer needs a power of two.
        section.sh_addralign = section.sh_addralign.max(1);
        let is_remark = matches!(section.data, SectionData::Data(_) | SectionData::Note(_))
            && !section.is_alloc()
            && section.name.as_slice() != check::STACK_NOTE;
        if is_remark {
            section.delete = true;
            dropped.push(section.id());
        }
    }
    for section in &mut builder.sections {
        let target = section.sh_info_section;
        if matches!(section.data, SectionData::Relocation(_)) && target.is_some_and(|id| dropped.contains(&id)) {
            section.delete = true;
        }
    }
}

/// Adds the description, a string table for section names where the compiler shared one with the symbols, and the note
/// that keeps the stack non-executable where it is missing.
fn add_sections(builder: &mut Builder<'_>, description: &[u8]) {
    let has = |builder: &Builder<'_>, wanted: fn(&SectionData<'_>) -> bool| {
        builder.sections.iter().any(|section| wanted(&section.data))
    };
    let has_names = has(builder, |data| matches!(data, SectionData::SectionString));
    let has_stack_note = builder.sections.iter().any(|section| section.name.as_slice() == check::STACK_NOTE);

    let added = builder.sections.add();
    added.name = section::elf::NAME.as_bytes().into();
    added.sh_type = elf::SectionType(section::elf::TYPE);
    added.sh_flags = elf::SectionFlags(section::elf::FLAGS);
    added.sh_addralign = section::ALIGN;
    added.data = SectionData::Data(description.to_vec().into());

    if !has_stack_note {
        let added = builder.sections.add();
        added.name = check::STACK_NOTE.into();
        added.sh_type = elf::SHT_PROGBITS;
        added.sh_addralign = 1;
    }
    if !has_names {
        let added = builder.sections.add();
        added.name = b".shstrtab"[..].into();
        added.sh_type = elf::SHT_STRTAB;
        added.sh_addralign = 1;
        added.data = SectionData::SectionString;
    }
}
