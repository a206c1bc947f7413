//! The section of the description in an object file: names, flags and alignment, for every writer of objects.
//!
//! The section is read-only data that is loaded with the program, so `strip` does not remove it. Its flags tell the
//! linker's garbage collection to keep it although nothing refers to it.

pub use xls_aot_runtime::abi::description::ALIGN;

/// The section of an ELF object.
pub mod elf {
    pub use xls_aot_runtime::abi::description::ELF_SECTION as NAME;

    /// `sh_type`: `SHT_PROGBITS`.
    pub const TYPE: u32 = 1;

    /// `sh_flags`: `SHF_ALLOC | SHF_GNU_RETAIN`.
    pub const FLAGS: u64 = 0x2 | 0x20_0000;

    /// `EI_OSABI` of an object that has the section: `ELFOSABI_GNU`. GNU ld honours `SHF_GNU_RETAIN` only there.
    pub const OS_ABI: u8 = 3;
}

/// The section of a Mach-O object.
pub mod macho {
    pub use xls_aot_runtime::abi::description::{MACHO_SECTION as NAME, MACHO_SEGMENT as SEGMENT};

    /// Section flags: `S_REGULAR | S_ATTR_NO_DEAD_STRIP`.
    pub const FLAGS: u32 = 0x1000_0000;
}
