//! Checks whether an object can become an artefact.
//!
//! The rules come in four groups, in the order in which they are checked:
//!
//! 1. Header ([`check_header`], on the raw bytes): a relocatable 64-bit little-endian ELF file for x86-64 or AArch64,
//!    with sections of the types in [`is_known_section_type`] and sensible alignments. The later steps rely on it.
//! 2. Sections ([`check_sections`]): none is writable, thread-local, compressed or part of a group; the stack note is not
//!    executable; none is a description already.
//! 3. Relocations ([`check_relocations`]): they lie in the section that they patch, and refer to nothing that is dropped.
//! 4. Symbols ([`check_symbols`]): functions, constants, section and file symbols only; definitions lie in their section;
//!    the undefined ones are in [`ALLOWED_UNDEFINED`].

use object::build::elf::{Builder, Section, SectionData};
use object::elf;
use object::read::elf::{FileHeader, SectionHeader};
use object::LittleEndian;

use xls_aot_metadata::section as description;

use crate::Error;

/// The section whose flags say whether the object needs an executable stack.
pub const STACK_NOTE: &[u8] = b".note.GNU-stack";

/// The symbols that an artefact may leave undefined.
///
/// The linker provides the first; every libc (and Rust's compiler_builtins) the memory functions; libgcc and
/// compiler_builtins the arithmetic on 128-bit integers. LLVM emits calls of these for copies of large values and for
/// 128-bit division; wider division it expands in place.
pub const ALLOWED_UNDEFINED: [&str; 16] = [
    "_GLOBAL_OFFSET_TABLE_",
    "bcmp",
    "memcmp",
    "memcpy",
    "memmove",
    "memset",
    "__ashlti3",
    "__ashrti3",
    "__divmodti4",
    "__divti3",
    "__lshrti3",
    "__modti3",
    "__multi3",
    "__udivmodti4",
    "__udivti3",
    "__umodti3",
];

/// The largest alignment that a section may state, in bytes.
const MAX_ALIGN: u64 = 1 << 16;

/// Rule group 1: the header.
pub fn check_header(bytes: &[u8]) -> Result<(), Error> {
    let kind = object::FileKind::parse(bytes).map_err(|_| Error::invalid("not an object file"))?;
    if kind != object::FileKind::Elf64 {
        return Err(Error::unsupported(format!("expected a 64-bit ELF object, found {kind:?}")));
    }
    let header = elf::FileHeader64::<LittleEndian>::parse(bytes)?;
    let endian = header.endian().map_err(|_| Error::unsupported("expected a little-endian ELF object"))?;
    if header.e_type(endian) != elf::ET_REL {
        return Err(Error::invalid("expected a relocatable object, found an executable, a library or a core file"));
    }
    let machine = header.e_machine(endian);
    if !matches!(machine, elf::EM_X86_64 | elf::EM_AARCH64) {
        return Err(Error::unsupported(format!(
            "expected an object for x86-64 or AArch64, found machine {}",
            machine.0
        )));
    }
    if !header.program_headers(endian, bytes)?.is_empty() {
        return Err(Error::invalid("a relocatable object has no program headers"));
    }
    let sections = header.sections(endian, bytes)?;
    for (index, section) in sections.enumerate().skip(1) {
        let name = sections.section_name(endian, section)?;
        let name = String::from_utf8_lossy(name);
        let sh_type = section.sh_type(endian);
        if !is_known_section_type(machine, sh_type) {
            return Err(Error::unsupported(format!(
                "section {} `{name}` has the unexpected type {:#x}",
                index.0, sh_type.0
            )));
        }
        let align = section.sh_addralign(endian);
        if align > MAX_ALIGN || (align != 0 && !align.is_power_of_two()) {
            return Err(Error::invalid(format!("section {} `{name}` has the alignment {align}", index.0)));
        }
    }
    Ok(())
}

/// The section types that LLVM's objects have, without those that imply state, versions or dynamic linking.
fn is_known_section_type(machine: elf::Machine, sh_type: elf::SectionType) -> bool {
    match sh_type {
        elf::SHT_PROGBITS | elf::SHT_NOBITS | elf::SHT_RELA | elf::SHT_SYMTAB | elf::SHT_STRTAB | elf::SHT_NOTE => true,
        elf::SHT_X86_64_UNWIND => machine == elf::EM_X86_64,
        _ => false,
    }
}

/// Rule group 2: the sections.
pub fn check_sections(builder: &Builder<'_>) -> Result<(), Error> {
    for section in &builder.sections {
        let name = section.name.as_slice();
        let refuse = |what: &str| Err(Error::unsupported(format!("section `{}` {what}", section.name)));
        let flags = section.sh_flags;
        if flags.contains(elf::SHF_WRITE) && flags.contains(elf::SHF_EXECINSTR) {
            return refuse("is writable and executable");
        }
        // LLVM gives some objects an empty writable section. Only a section with contents is state.
        if flags.contains(elf::SHF_WRITE) && content_size(section) > 0 {
            return refuse("is writable: compiled functions have no state");
        }
        if flags.contains(elf::SHF_TLS) {
            return refuse("is thread-local: compiled functions have no state");
        }
        if flags.intersects(elf::SHF_GROUP) || flags.intersects(elf::SHF_COMPRESSED) {
            return refuse("is compressed or part of a group, which is not expected of a back end");
        }
        if name == STACK_NOTE && flags.contains(elf::SHF_EXECINSTR) {
            return refuse("asks for an executable stack");
        }
        if name == description::elf::NAME.as_bytes() {
            return Err(Error::invalid(
                "the object has a description already: it is an artefact, not a compiler's output",
            ));
        }
    }
    Ok(())
}

fn content_size(section: &Section<'_>) -> u64 {
    match &section.data {
        SectionData::Data(data) | SectionData::Note(data) => data.len() as u64,
        _ => section.sh_size,
    }
}

/// Rule group 3: the relocations.
pub fn check_relocations(builder: &Builder<'_>) -> Result<(), Error> {
    for section in &builder.sections {
        match &section.data {
            SectionData::Relocation(relocations) => {
                let Some(target) = section.sh_info_section else {
                    return Err(Error::invalid(format!("section `{}` does not say what it relocates", section.name)));
                };
                let target = builder.sections.get(target);
                let size = match &target.data {
                    SectionData::Data(data) => data.len() as u64,
                    _ => {
                        return Err(Error::invalid(format!(
                            "section `{}` relocates `{}`, which is not data",
                            section.name, target.name
                        )))
                    }
                };
                for symbol in relocations.iter().filter_map(|relocation| relocation.symbol) {
                    let symbol = builder.symbols.get(symbol);
                    let is_dropped = symbol.section.is_some_and(|id| builder.sections.get(id).delete);
                    if is_dropped || symbol.st_type() == elf::STT_FILE {
                        return Err(Error::invalid(format!(
                            "section `{}` refers to `{}`, which is not part of the program",
                            section.name, symbol.name
                        )));
                    }
                }
                if let Some(outside) = relocations.iter().find(|relocation| relocation.r_offset >= size) {
                    return Err(Error::invalid(format!(
                        "section `{}` relocates offset {:#x} of `{}`, which has {size:#x} bytes",
                        section.name, outside.r_offset, target.name
                    )));
                }
            }
            SectionData::DynamicRelocation(_) => {
                return Err(Error::invalid(format!("section `{}` has dynamic relocations", section.name)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Rule group 4: the symbols.
pub fn check_symbols(builder: &Builder<'_>) -> Result<(), Error> {
    for symbol in &builder.symbols {
        let refuse = |what: &str| Err(Error::unsupported(format!("symbol `{}` {what}", symbol.name)));
        let defined = symbol.section.map(|id| builder.sections.get(id));
        match symbol.st_type() {
            elf::STT_NOTYPE | elf::STT_FUNC | elf::STT_OBJECT | elf::STT_SECTION => {}
            elf::STT_FILE => continue,
            other => return refuse(&format!("has the type {}, which a compiled function can not have", other.0)),
        }
        if !matches!(symbol.st_bind(), elf::STB_LOCAL | elf::STB_GLOBAL | elf::STB_WEAK) {
            return refuse("is neither local nor global nor weak");
        }
        match defined {
            Some(section) => {
                let end = symbol.st_value.checked_add(symbol.st_size);
                if end.is_none_or(|end| end > content_size(section)) && !section.delete {
                    return Err(Error::invalid(format!(
                        "symbol `{}` lies outside its section `{}`",
                        symbol.name, section.name
                    )));
                }
            }
            None if symbol.st_shndx == elf::SHN_UNDEF => {
                let name = symbol.name.as_slice();
                if !ALLOWED_UNDEFINED.iter().any(|allowed| allowed.as_bytes() == name) {
                    return refuse("is undefined and is not one of the functions that every program has");
                }
            }
            None => return refuse("is absolute or common, which a compiled function can not have"),
        }
    }
    Ok(())
}
