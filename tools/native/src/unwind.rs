//! The `.eh_frame` section: how unwinders walk through compiled functions.
//!
//! In ELF, the linker fills in the start of each function, as a distance of four bytes. In Mach-O, distances have eight
//! bytes and are complete in the object, so the section has no relocations; the linker makes the compact form from it.

use cranelift_codegen::gimli::write::{
    Address, EhFrame, EndianVec, FrameDescriptionEntry, FrameTable, Result as GimliResult, Writer,
};
use cranelift_codegen::gimli::{DW_EH_PE_absptr, DW_EH_PE_pcrel, DW_EH_PE_sdata4, DwEhPe, LittleEndian};
use cranelift_codegen::isa::unwind::UnwindInfo;
use cranelift_codegen::isa::TargetIsa;

use xls_aot_backend::Target;

use crate::program::{Code, Unwind};
use crate::Fault;

/// A place in the section that holds the address of a function relative to itself.
pub(crate) struct FrameReloc {
    /// Offset in the section.
    pub offset: u64,
    /// Index of the function.
    pub function: usize,
}

/// The section's bytes and what is to be filled in.
pub(crate) struct FrameSection {
    pub bytes: Vec<u8>,
    pub relocs: Vec<FrameReloc>,
    /// Bytes of each place in `relocs`.
    pub pointer_size: u8,
}

struct Section {
    bytes: EndianVec<LittleEndian>,
    relocs: Vec<FrameReloc>,
    pointer_size: u8,
}

impl Writer for Section {
    type Endian = LittleEndian;

    fn endian(&self) -> LittleEndian {
        LittleEndian
    }

    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn write(&mut self, bytes: &[u8]) -> GimliResult<()> {
        self.bytes.write(bytes)
    }

    fn write_at(&mut self, offset: usize, bytes: &[u8]) -> GimliResult<()> {
        self.bytes.write_at(offset, bytes)
    }

    fn write_eh_pointer(&mut self, address: Address, _eh_pe: DwEhPe, size: u8) -> GimliResult<()> {
        match address {
            Address::Constant(value) => self.write_udata(value, size),
            Address::Symbol { symbol, .. } => {
                // Addresses are relative to their own place.
                let offset = self.bytes.len() as u64;
                self.relocs.push(FrameReloc { offset, function: symbol });
                self.write_udata(0, self.pointer_size)
            }
        }
    }
}

/// The unwind information of all functions; empty if there is none.
pub(crate) fn frame_section(isa: &dyn TargetIsa, target: Target, functions: &[Code]) -> Result<FrameSection, Fault> {
    let (encoding, pointer_size) =
        if target.is_macho() { (DW_EH_PE_pcrel | DW_EH_PE_absptr, 8) } else { (DW_EH_PE_pcrel | DW_EH_PE_sdata4, 4) };
    let mut table = FrameTable::default();
    if let Some(mut cie) = isa.create_systemv_cie() {
        cie.fde_address_encoding = encoding;
        let cie = table.add_cie(cie);
        for (index, code) in functions.iter().enumerate() {
            let start = Address::Symbol { symbol: index, addend: 0 };
            match &code.unwind {
                Unwind::Frame(Some(UnwindInfo::SystemV(info))) => table.add_fde(cie, info.to_fde(start)),
                Unwind::Frame(_) => {}
                // What holds at the begin of a function, as the common entry says, holds up to the first step.
                Unwind::Steps(steps) => {
                    let mut entry = FrameDescriptionEntry::new(start, code.bytes.len() as u32);
                    steps.iter().for_each(|(offset, step)| entry.add_instruction(*offset, step.clone()));
                    table.add_fde(cie, entry);
                }
            }
        }
    }
    let mut section = EhFrame(Section { bytes: EndianVec::new(LittleEndian), relocs: Vec::new(), pointer_size });
    table.write_eh_frame(&mut section).map_err(|error| Fault::Internal(format!("unwind information: {error}")))?;
    Ok(FrameSection { bytes: section.0.bytes.into_vec(), relocs: section.0.relocs, pointer_size })
}
