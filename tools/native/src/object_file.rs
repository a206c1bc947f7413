//! The object file: text, constants, unwind information and the description section.
//!
//! Only entry points are exported. Calls between functions of the object are resolved here, because all code is one
//! section; what is left to the linker are references to constants and to the platform's `memcpy` and `memset`.

use std::collections::BTreeMap;

use cranelift_codegen::binemit::Reloc;
use object::write::{Object, Relocation, SectionId, StandardSection, Symbol, SymbolId, SymbolSection};
use object::{
    elf, macho, Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind,
    SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
};
use xls_aot_backend::{BackendError, FinishObject, Target};
use xls_aot_runtime::abi::description;

use crate::data::DATA_ALIGN;
use crate::program::{Code, CodeReloc, RelocTarget};
use crate::unwind::FrameSection;
use crate::Fault;

/// Everything that goes into the object but the description.
pub(crate) struct Parts {
    pub target: Target,
    pub functions: Vec<Code>,
    pub data: Vec<u8>,
    pub frames: FrameSection,
    /// Exported functions: symbol and index.
    pub exports: Vec<(String, u32)>,
}

fn internal(what: impl std::fmt::Display) -> Fault {
    Fault::Internal(format!("object file: {what}"))
}

impl FinishObject for Parts {
    fn finish(self: Box<Self>, description: &[u8]) -> Result<Vec<u8>, BackendError> {
        Ok(write(*self, description)?)
    }
}

fn write(parts: Parts, record: &[u8]) -> Result<Vec<u8>, Fault> {
    let (format, architecture) = match parts.target {
        Target::X86_64Linux => (BinaryFormat::Elf, Architecture::X86_64),
        Target::Aarch64Linux => (BinaryFormat::Elf, Architecture::Aarch64),
        Target::X86_64Macos => (BinaryFormat::MachO, Architecture::X86_64),
        Target::Aarch64Macos => (BinaryFormat::MachO, Architecture::Aarch64),
    };
    let mut object = Object::new(format, architecture, Endianness::Little);
    let text = object.section_id(StandardSection::Text);
    let mut starts = Vec::with_capacity(parts.functions.len());
    for code in &parts.functions {
        starts.push(object.append_section_data(text, &code.bytes, code.align));
    }
    let data = (!parts.data.is_empty()).then(|| {
        let section = object.section_id(StandardSection::ReadOnlyData);
        object.append_section_data(section, &parts.data, DATA_ALIGN);
        object.section_symbol(section)
    });
    let mut library = BTreeMap::new();
    let mut patches = Vec::new();
    for (code, &start) in parts.functions.iter().zip(&starts) {
        for reloc in &code.relocs {
            let at = start + u64::from(reloc.offset);
            let symbol = match reloc.target {
                RelocTarget::Function(index) => {
                    patches.push((at, *reloc, starts[index as usize]));
                    continue;
                }
                RelocTarget::Data => data.ok_or_else(|| internal("reference to constants that do not exist"))?,
                RelocTarget::Library(name) => {
                    *library.entry(name).or_insert_with(|| undefined_function(&mut object, name))
                }
            };
            add_relocation(&mut object, parts.target, text, at, symbol, reloc)?;
        }
    }
    for (at, reloc, target) in patches {
        patch_call(&mut object, text, at, &reloc, target)?;
    }
    for (name, index) in &parts.exports {
        let index = *index as usize;
        object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
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
    if matches!(parts.target, Target::X86_64Linux | Target::Aarch64Linux) {
        // Says that the code needs no executable stack.
        object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    }
    object.write().map_err(internal)
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

fn add_relocation(
    object: &mut Object<'_>,
    target: Target,
    section: SectionId,
    offset: u64,
    symbol: SymbolId,
    reloc: &CodeReloc,
) -> Result<(), Fault> {
    let macho = matches!(target, Target::X86_64Macos | Target::Aarch64Macos);
    let generic = |kind, encoding, size| RelocationFlags::Generic { kind, encoding, size };
    let page = |elf_type, macho_type, pc_relative| {
        if macho {
            RelocationFlags::MachO { r_type: macho_type, r_pcrel: pc_relative, r_length: 2 }
        } else {
            RelocationFlags::Elf { r_type: elf_type }
        }
    };
    let flags = match reloc.kind {
        Reloc::X86PCRel4 => generic(RelocationKind::Relative, RelocationEncoding::Generic, 32),
        Reloc::X86CallPCRel4 => generic(RelocationKind::Relative, RelocationEncoding::X86Branch, 32),
        Reloc::X86CallPLTRel4 => generic(RelocationKind::PltRelative, RelocationEncoding::X86Branch, 32),
        Reloc::X86GOTPCRel4 => generic(RelocationKind::GotRelative, RelocationEncoding::Generic, 32),
        Reloc::Arm64Call => page(elf::R_AARCH64_CALL26, macho::ARM64_RELOC_BRANCH26, true),
        Reloc::Aarch64AdrPrelPgHi21 => page(elf::R_AARCH64_ADR_PREL_PG_HI21, macho::ARM64_RELOC_PAGE21, true),
        Reloc::Aarch64AddAbsLo12Nc => page(elf::R_AARCH64_ADD_ABS_LO12_NC, macho::ARM64_RELOC_PAGEOFF12, false),
        Reloc::Aarch64AdrGotPage21 => page(elf::R_AARCH64_ADR_GOT_PAGE, macho::ARM64_RELOC_GOT_LOAD_PAGE21, true),
        Reloc::Aarch64Ld64GotLo12Nc => {
            page(elf::R_AARCH64_LD64_GOT_LO12_NC, macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12, false)
        }
        other => return Err(internal(format!("relocation {other} has no form in the object file"))),
    };
    object.add_relocation(section, Relocation { offset, symbol, addend: reloc.addend, flags }).map_err(internal)
}

/// Fills in a call of a function of the same section.
fn patch_call(object: &mut Object<'_>, text: SectionId, at: u64, reloc: &CodeReloc, target: u64) -> Result<(), Fault> {
    let distance = target as i64 + reloc.addend - at as i64;
    let far = || internal("the code is too large for its own calls");
    let bytes = object.section_mut(text).data_mut();
    let place = bytes.get_mut(at as usize..at as usize + 4).ok_or_else(far)?;
    let value = match reloc.kind {
        Reloc::X86PCRel4 | Reloc::X86CallPCRel4 | Reloc::X86CallPLTRel4 => {
            i32::try_from(distance).map_err(|_| far())?.to_le_bytes()
        }
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
    // Mach-O unwinders read the compact form; without one they stop at these functions, which never unwind.
    if frames.bytes.is_empty() || matches!(target, Target::X86_64Macos | Target::Aarch64Macos) {
        return Ok(());
    }
    let section = object.section_id(StandardSection::EhFrame);
    object.append_section_data(section, &frames.bytes, 8);
    let symbol = object.section_symbol(text);
    for reloc in &frames.relocs {
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::Relative,
            encoding: RelocationEncoding::Generic,
            size: reloc.size * 8,
        };
        let addend = starts[reloc.function] as i64;
        object.add_relocation(section, Relocation { offset: reloc.offset, symbol, addend, flags }).map_err(internal)?;
    }
    Ok(())
}

fn add_description(object: &mut Object<'_>, target: Target, record: &[u8]) {
    let macho = matches!(target, Target::X86_64Macos | Target::Aarch64Macos);
    let (segment, name, flags) = if macho {
        (
            description::MACHO_SEGMENT,
            description::MACHO_SECTION,
            SectionFlags::MachO { flags: macho::S_ATTR_NO_DEAD_STRIP, reserved2: 0 },
        )
    } else {
        let sh_flags = elf::SHF_ALLOC | elf::SHF_GNU_RETAIN;
        ("", description::ELF_SECTION, SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags })
    };
    let section = object.add_section(segment.into(), name.into(), SectionKind::ReadOnlyData);
    object.section_mut(section).flags = flags;
    object.append_section_data(section, record, description::ALIGN);
}
