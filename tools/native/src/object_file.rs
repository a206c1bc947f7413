//! The object file: text, constants, unwind information and the description section.
//!
//! Only entry points are exported. All code is in one section, so calls between functions of the object are resolved here.
//! The linker resolves only references to constants and to the platform's `memcpy` and `memset`.

use std::collections::BTreeMap;

use cranelift_codegen::binemit::Reloc;
use object::read::{Object as _, ObjectSection as _};
use object::write::{
    MachOBuildVersion, Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection,
};
use object::{
    elf, macho, Architecture, BinaryFormat, Endianness, FileFlags, RelocationEncoding, RelocationFlags, RelocationKind,
    SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
};
use xls_aot_backend::{BackendError, FinishObject, Target};
use xls_aot_runtime::abi::{description, EntryKind};

use crate::data::DATA_ALIGN;
use crate::program::{Code, CodeReloc, RelocTarget};
use crate::unwind::FrameSection;
use crate::Fault;

/// The contents of the object except the description.
pub(crate) struct Parts {
    pub target: Target,
    pub functions: Vec<Code>,
    pub data: Vec<u8>,
    pub frames: FrameSection,
    /// The exported functions of each entry: kind and index.
    pub exports: Vec<Vec<(EntryKind, u32)>>,
}

fn internal(what: impl std::fmt::Display) -> Fault {
    Fault::Internal(format!("object file: {what}"))
}

impl FinishObject for Parts {
    fn finish(self: Box<Self>, symbols: &[String], description: &[u8]) -> Result<Vec<u8>, BackendError> {
        Ok(write(*self, symbols, description)?)
    }
}

fn write(parts: Parts, symbols: &[String], record: &[u8]) -> Result<Vec<u8>, Fault> {
    if symbols.len() != parts.exports.len() {
        return Err(internal(format!("{} symbols for {} entries", symbols.len(), parts.exports.len())));
    }
    let (format, architecture) = match parts.target {
        Target::X86_64Linux => (BinaryFormat::Elf, Architecture::X86_64),
        Target::Aarch64Linux => (BinaryFormat::Elf, Architecture::Aarch64),
        Target::X86_64Macos => (BinaryFormat::MachO, Architecture::X86_64),
        Target::Aarch64Macos => (BinaryFormat::MachO, Architecture::Aarch64),
    };
    let mut object = Object::new(format, architecture, Endianness::Little);
    if let Some(minimum) = oldest_macos(parts.target) {
        let mut version = MachOBuildVersion::default();
        version.platform = macho::PLATFORM_MACOS;
        version.minos = minimum;
        object.set_macho_build_version(version);
    }
    let text = object.section_id(StandardSection::Text);
    let mut starts = Vec::with_capacity(parts.functions.len());
    for code in &parts.functions {
        starts.push(object.append_section_data(text, &code.bytes, code.align));
    }
    let mut constants = Constants::new(&mut object, parts.target, &parts.data);
    let mut library = BTreeMap::new();
    let mut patches = Vec::new();
    for (code, &start) in parts.functions.iter().zip(&starts) {
        for reloc in &code.relocs {
            let offset = start + u64::from(reloc.offset);
            let (symbol, addend) = match reloc.target {
                RelocTarget::Function(index) => {
                    patches.push((offset, *reloc, starts[index as usize]));
                    continue;
                }
                RelocTarget::Data => constants.place(&mut object, reloc)?,
                RelocTarget::Library(name) => {
                    (*library.entry(name).or_insert_with(|| undefined_function(&mut object, name)), reloc.addend)
                }
            };
            let flags = relocation_flags(parts.target, reloc)?;
            object.add_relocation(text, Relocation { offset, symbol, addend, flags }).map_err(internal)?;
        }
    }
    for (at, reloc, target) in patches {
        patch_call(&mut object, text, at, &reloc, target)?;
    }
    let exports = symbols.iter().zip(&parts.exports);
    for (symbol, &(kind, index)) in exports.flat_map(|(symbol, kinds)| kinds.iter().map(move |kind| (symbol, kind))) {
        let index = index as usize;
        object.add_symbol(Symbol {
            name: format!("{symbol}{}", kind.symbol_suffix()).into_bytes(),
            value: starts[index],
            size: parts.functions[index].bytes.len() as u64,
            kind: SymbolKind::Text,
            scope: SymbolScope::Dynamic,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    add_frames(&mut object, parts.target, text, &starts, &parts.frames)?;
    add_description(&mut object, parts.target, record);
    if !parts.target.is_macho() {
        // Says that the code needs no executable stack.
        object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    }
    let mut bytes = object.write().map_err(internal)?;
    if parts.target.is_macho() {
        fill_in_frames(&mut bytes, &starts, &parts.frames)?;
    }
    Ok(bytes)
}

/// The oldest macOS that the object is for, which Apple's linker requires. It is the version that rustc uses for its targets, so
/// that an object does not require a newer system than the program around it. The version of the SDK is 0, because no SDK was
/// used.
fn oldest_macos(target: Target) -> Option<macho::Version> {
    match target {
        Target::X86_64Linux | Target::Aarch64Linux => None,
        Target::X86_64Macos => Some(macho::Version::new(10, 12, 0)),
        Target::Aarch64Macos => Some(macho::Version::new(11, 0, 0)),
    }
}

fn undefined_function(object: &mut Object<'_>, name: &str) -> SymbolId {
    object.add_symbol(Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind: SymbolKind::Text,
        scope: SymbolScope::Unknown,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    })
}

/// The section of constants, and how code refers to places in it.
struct Constants {
    section: Option<SectionId>,
    target: Target,
    /// Mach-O only: by offset. A distance to a place in a section cannot be written there without a symbol at the place.
    symbols: BTreeMap<i64, SymbolId>,
}

impl Constants {
    fn new(object: &mut Object<'_>, target: Target, data: &[u8]) -> Self {
        let section = (!data.is_empty()).then(|| {
            let section = object.section_id(StandardSection::ReadOnlyData);
            object.append_section_data(section, data, DATA_ALIGN);
            section
        });
        Constants { section, target, symbols: BTreeMap::new() }
    }

    /// The symbol and the addend for a reference to constants.
    fn place(&mut self, object: &mut Object<'_>, reloc: &CodeReloc) -> Result<(SymbolId, i64), Fault> {
        let section = self.section.ok_or_else(|| internal("reference to constants that do not exist"))?;
        if !self.target.is_macho() {
            return Ok((object.section_symbol(section), reloc.addend));
        }
        // On x86-64, distances count from the end of the place that they are written to.
        let is_from_end = matches!(reloc.kind, Reloc::X86PCRel4 | Reloc::X86CallPCRel4);
        let from_end = if is_from_end { -4 } else { 0 };
        let offset = reloc.addend - from_end;
        let value = u64::try_from(offset).map_err(|_| internal("reference before the constants"))?;
        let symbol = *self.symbols.entry(offset).or_insert_with(|| {
            object.add_symbol(Symbol {
                name: format!("xls_aot_constant_{offset}").into_bytes(),
                value,
                size: 0,
                kind: SymbolKind::Data,
                scope: SymbolScope::Compilation,
                weak: false,
                section: SymbolSection::Section(section),
                flags: SymbolFlags::None,
            })
        });
        Ok((symbol, from_end))
    }
}

/// The form of a relocation in the object file.
fn relocation_flags(target: Target, reloc: &CodeReloc) -> Result<RelocationFlags, Fault> {
    let generic = |kind, encoding| RelocationFlags::Generic { kind, encoding, size: 32 };
    let of_arm = |elf_type, macho_type, pc_relative| {
        if target.is_macho() {
            RelocationFlags::MachO { r_type: macho_type, r_pcrel: pc_relative, r_length: 2 }
        } else {
            RelocationFlags::Elf { r_type: elf_type }
        }
    };
    Ok(match (reloc.kind, reloc.target) {
        (Reloc::X86PCRel4 | Reloc::X86CallPCRel4, RelocTarget::Data) => {
            generic(RelocationKind::Relative, RelocationEncoding::X86RipRelative)
        }
        (Reloc::X86CallPCRel4, _) => generic(RelocationKind::PltRelative, RelocationEncoding::X86Branch),
        (Reloc::Arm64Call, _) => of_arm(elf::R_AARCH64_CALL26, macho::ARM64_RELOC_BRANCH26, true),
        (Reloc::Aarch64AdrPrelPgHi21, _) => of_arm(elf::R_AARCH64_ADR_PREL_PG_HI21, macho::ARM64_RELOC_PAGE21, true),
        (Reloc::Aarch64AddAbsLo12Nc, _) => of_arm(elf::R_AARCH64_ADD_ABS_LO12_NC, macho::ARM64_RELOC_PAGEOFF12, false),
        (other, _) => return Err(internal(format!("relocation {other} has no form in the object file"))),
    })
}

/// Fills in a call of a function of the same section.
fn patch_call(object: &mut Object<'_>, text: SectionId, at: u64, reloc: &CodeReloc, target: u64) -> Result<(), Fault> {
    let distance = target as i64 + reloc.addend - at as i64;
    let far = || internal("the code is too large for its own calls");
    let bytes = object.section_mut(text).data_mut();
    let place = bytes.get_mut(at as usize..at as usize + 4).ok_or_else(far)?;
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has relocations for all its targets.
    let value = match reloc.kind {
        Reloc::X86PCRel4 | Reloc::X86CallPCRel4 => i32::try_from(distance).map_err(|_| far())?.to_le_bytes(),
        Reloc::Arm64Call => {
            let words = distance >> 2;
            if !(-(1 << 25)..1 << 25).contains(&words) {
                return Err(far());
            }
            let old = u32::from_le_bytes([place[0], place[1], place[2], place[3]]);
            (old & !0x03ff_ffff | words as u32 & 0x03ff_ffff).to_le_bytes()
        }
        other => return Err(internal(format!("relocation {other} between functions of one object"))),
    };
    place.copy_from_slice(&value);
    Ok(())
}

fn add_frames(
    object: &mut Object<'_>,
    target: Target,
    text: SectionId,
    starts: &[u64],
    frames: &FrameSection,
) -> Result<(), Fault> {
    if frames.bytes.is_empty() {
        return Ok(());
    }
    let section = object.section_id(StandardSection::EhFrame);
    object.append_section_data(section, &frames.bytes, 8);
    if target.is_macho() {
        // The flags that compilers give this section.
        let flags =
            macho::S_COALESCED | macho::S_ATTR_NO_TOC | macho::S_ATTR_STRIP_STATIC_SYMS | macho::S_ATTR_LIVE_SUPPORT;
        object.section_mut(section).flags = SectionFlags::MachO { flags, reserved2: 0 };
        return Ok(());
    }
    let symbol = object.section_symbol(text);
    for reloc in &frames.relocs {
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::Relative,
            encoding: RelocationEncoding::Generic,
            size: frames.pointer_size * 8,
        };
        let addend = starts[reloc.function] as i64;
        object.add_relocation(section, Relocation { offset: reloc.offset, symbol, addend, flags }).map_err(internal)?;
    }
    Ok(())
}

/// Writes the distances from the places in the unwind information of a Mach-O file to the functions: they are within the
/// file, and known once it is laid out.
fn fill_in_frames(bytes: &mut [u8], starts: &[u64], frames: &FrameSection) -> Result<(), Fault> {
    let missing = || internal("a section that was written is not there");
    let file = object::File::parse(&*bytes).map_err(internal)?;
    let text = file.section_by_name("__text").ok_or_else(missing)?.address();
    let Some(section) = file.section_by_name("__eh_frame") else { return Ok(()) };
    let (address, (offset, _)) = (section.address(), section.file_range().ok_or_else(missing)?);
    for reloc in &frames.relocs {
        let distance = (text + starts[reloc.function]).wrapping_sub(address + reloc.offset).to_le_bytes();
        let at = (offset + reloc.offset) as usize;
        let size = usize::from(frames.pointer_size);
        bytes.get_mut(at..at + size).ok_or_else(missing)?.copy_from_slice(&distance[..size]);
    }
    Ok(())
}

fn add_description(object: &mut Object<'_>, target: Target, record: &[u8]) {
    let (segment, name, flags) = if target.is_macho() {
        (
            description::MACHO_SEGMENT,
            description::MACHO_SECTION,
            SectionFlags::MachO { flags: macho::S_ATTR_NO_DEAD_STRIP, reserved2: 0 },
        )
    } else {
        // GNU ld honours `SHF_GNU_RETAIN` only in objects that say they use its extensions.
        object.flags = FileFlags::Elf { os_abi: elf::ELFOSABI_GNU, abi_version: 0, e_flags: elf::FileFlags(0) };
        let sh_flags = elf::SHF_ALLOC | elf::SHF_GNU_RETAIN;
        ("", description::ELF_SECTION, SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags })
    };
    let section = object.add_section(segment.into(), name.into(), SectionKind::ReadOnlyData);
    object.section_mut(section).flags = flags;
    object.append_section_data(section, record, description::ALIGN);
}
