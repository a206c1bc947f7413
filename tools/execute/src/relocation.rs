//! The relocations of objects that the back ends make, and what each one writes.

use object::elf::{self, RelocationType};
use object::Architecture;

/// A place to fill in, and what it refers to.
pub(crate) struct Relocation {
    /// Type in the ELF file.
    pub(crate) r_type: RelocationType,
    /// Address of the place.
    pub(crate) place: u64,
    /// Address of the symbol.
    pub(crate) symbol: u64,
    /// What is added to it.
    pub(crate) addend: i64,
    /// What code takes for the address of the global offset table, from which it counts distances. There is no table.
    pub(crate) table: u64,
}

impl Relocation {
    /// Writes the bytes at the place, which `bytes` begin with.
    ///
    /// # Errors
    /// What cannot be written: a type that is not known here, or a distance that does not fit.
    pub(crate) fn apply(&self, architecture: Architecture, bytes: &mut [u8]) -> Result<(), String> {
        let outside = "a relocation is outside its section";
        let target = self.symbol.wrapping_add_signed(self.addend);
        let distance = target.wrapping_sub(self.place) as i64;
        let long = match (architecture, self.r_type) {
            (Architecture::X86_64, elf::R_X86_64_64) | (Architecture::Aarch64, elf::R_AARCH64_ABS64) => Some(target),
            (Architecture::X86_64, elf::R_X86_64_PC64 | elf::R_X86_64_GOTPC64) => Some(distance as u64),
            (Architecture::X86_64, elf::R_X86_64_GOTOFF64 | elf::R_X86_64_PLTOFF64) => {
                Some(target.wrapping_sub(self.table))
            }
            _ => None,
        };
        if let Some(value) = long {
            *bytes.first_chunk_mut::<8>().ok_or(outside)? = value.to_le_bytes();
            return Ok(());
        }
        let bytes = bytes.first_chunk_mut::<4>().ok_or(outside)?;
        let far = || format!("a distance of {distance} bytes does not fit its place");
        let word = u32::from_le_bytes(*bytes);
        // Loads and stores count the low twelve bits of an address in units of what they access.
        let low_part = |unit: u32| word & !0x003f_fc00 | (target as u32 & 0xfff) >> unit << 10;
        let new = match (architecture, self.r_type) {
            (Architecture::X86_64, elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 | elf::R_X86_64_GOTPC32) => {
                i32::try_from(distance).map_err(|_| far())? as u32
            }
            (Architecture::Aarch64, elf::R_AARCH64_CALL26 | elf::R_AARCH64_JUMP26) => {
                word & !0x03ff_ffff | signed(distance >> 2, 26).ok_or_else(far)?
            }
            (Architecture::Aarch64, elf::R_AARCH64_ADR_PREL_PG_HI21) => {
                let pages = (target & !0xfff).wrapping_sub(self.place & !0xfff) as i64 >> 12;
                let pages = signed(pages, 21).ok_or_else(far)?;
                word & !0x60ff_ffe0 | (pages & 3) << 29 | (pages >> 2) << 5
            }
            (Architecture::Aarch64, elf::R_AARCH64_ADD_ABS_LO12_NC | elf::R_AARCH64_LDST8_ABS_LO12_NC) => low_part(0),
            (Architecture::Aarch64, elf::R_AARCH64_LDST16_ABS_LO12_NC) => low_part(1),
            (Architecture::Aarch64, elf::R_AARCH64_LDST32_ABS_LO12_NC) => low_part(2),
            (Architecture::Aarch64, elf::R_AARCH64_LDST64_ABS_LO12_NC) => low_part(3),
            (Architecture::Aarch64, elf::R_AARCH64_LDST128_ABS_LO12_NC) => low_part(4),
            (_, other) => return Err(format!("the object has a relocation {other:?}, which is not known here")),
        };
        *bytes = new.to_le_bytes();
        Ok(())
    }
}

/// The low `width` bits of `value`, if they are all of it.
fn signed(value: i64, width: u32) -> Option<u32> {
    let most = 1i64 << (width - 1);
    (-most..most).contains(&value).then_some(value as u32 & (u32::MAX >> (32 - width)))
}

/// Code that jumps to `address`, wherever it is: 16 bytes, of which no relocation is needed.
pub(crate) fn jump(architecture: Architecture, address: u64) -> [u8; 16] {
    let mut code = [0; 16];
    #[expect(clippy::wildcard_enum_match_arm)] // `host` knows no others.
    match architecture {
        // jmp [rip + 2]; the address is at offset 8.
        Architecture::X86_64 => code[..6].copy_from_slice(&[0xff, 0x25, 0x02, 0, 0, 0]),
        // ldr x16, [pc + 8]; br x16
        _ => code[..8].copy_from_slice(&[0x50, 0, 0, 0x58, 0, 0x02, 0x1f, 0xd6]),
    }
    code[8..].copy_from_slice(&address.to_le_bytes());
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(
        architecture: Architecture,
        r_type: RelocationType,
        (place, symbol, addend): (u64, u64, i64),
        word: u32,
    ) -> Result<u32, String> {
        let mut bytes = word.to_le_bytes();
        Relocation { r_type, place, symbol, addend, table: 0x800 }.apply(architecture, &mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    #[test]
    fn distances_on_x86_count_from_the_place() {
        let apply = |at, word| applied(Architecture::X86_64, elf::R_X86_64_PLT32, at, word);
        assert_eq!(apply((0x1000, 0x1100, -4), 0), Ok(0xfc));
        assert_eq!(apply((0x1100, 0x1000, -4), 0xffff_ffff), Ok(0xffff_fefc));
        assert!(apply((0, 0x8000_0004, -4), 0).unwrap_err().contains("does not fit"));
        assert_eq!(apply((0, 0x8000_0003, -4), 0), Ok(0x7fff_ffff));
    }

    #[test]
    fn long_places_hold_addresses_and_distances() {
        let apply = |r_type, addend| {
            let mut bytes = [0xff; 9];
            let relocation = Relocation { r_type, place: 0x1000, symbol: 0x1_0000_0100, addend, table: 0x800 };
            relocation.apply(Architecture::X86_64, &mut bytes).unwrap();
            assert_eq!(bytes[8], 0xff);
            u64::from_le_bytes(*bytes.first_chunk().unwrap())
        };
        assert_eq!(apply(elf::R_X86_64_64, 2), 0x1_0000_0102);
        assert_eq!(apply(elf::R_X86_64_PC64, -4), 0xffff_f0fc);
        assert_eq!(apply(elf::R_X86_64_GOTPC64, 0), 0xffff_f100);
        assert_eq!(apply(elf::R_X86_64_GOTOFF64, 0), 0xffff_f900);
        assert_eq!(apply(elf::R_X86_64_PLTOFF64, 1), 0xffff_f901);
        let place = Relocation { r_type: elf::R_X86_64_64, place: 0, symbol: 0, addend: 0, table: 0 };
        assert_eq!(place.apply(Architecture::X86_64, &mut [0; 7]).unwrap_err(), "a relocation is outside its section");
    }

    // Encodings as `aarch64-linux-gnu-as` and `ld` write them.
    #[test]
    fn fields_of_arm_instructions_are_filled_in() {
        let apply = |r_type, at, word| applied(Architecture::Aarch64, r_type, at, word);
        // bl, 16 bytes ahead and 8 back.
        assert_eq!(apply(elf::R_AARCH64_CALL26, (0x1000, 0x1010, 0), 0x9400_0000), Ok(0x9400_0004));
        assert_eq!(apply(elf::R_AARCH64_CALL26, (0x1008, 0x1000, 0), 0x9400_0000), Ok(0x97ff_fffe));
        assert!(apply(elf::R_AARCH64_CALL26, (0, 1 << 27, 0), 0x9400_0000).is_err());
        // adrp x0, one page ahead, and five; add x0, x0, #0x234.
        assert_eq!(apply(elf::R_AARCH64_ADR_PREL_PG_HI21, (0x1ffc, 0x2000, 0), 0x9000_0000), Ok(0xb000_0000));
        assert_eq!(apply(elf::R_AARCH64_ADR_PREL_PG_HI21, (0x1000, 0x6000, 4), 0x9000_0000), Ok(0xb000_0020));
        assert_eq!(apply(elf::R_AARCH64_ADR_PREL_PG_HI21, (0x2000, 0x1000, 0), 0x9000_0000), Ok(0xf0ff_ffe0));
        assert_eq!(apply(elf::R_AARCH64_ADD_ABS_LO12_NC, (0, 0x1000, 0x234), 0x9100_0000), Ok(0x9108_d000));
    }

    // ldrb, ldrh, ldr, ldr and ldr of a vector, of offset 0.
    #[test]
    fn offsets_of_loads_count_what_they_access() {
        let apply = |r_type, word| applied(Architecture::Aarch64, r_type, (0, 0x1000, 0x230), word);
        assert_eq!(apply(elf::R_AARCH64_LDST8_ABS_LO12_NC, 0x3940_0000), Ok(0x3948_c000));
        assert_eq!(apply(elf::R_AARCH64_LDST16_ABS_LO12_NC, 0x7940_0000), Ok(0x7944_6000));
        assert_eq!(apply(elf::R_AARCH64_LDST32_ABS_LO12_NC, 0xb940_0000), Ok(0xb942_3000));
        assert_eq!(apply(elf::R_AARCH64_LDST64_ABS_LO12_NC, 0xf940_0000), Ok(0xf941_1800));
        assert_eq!(apply(elf::R_AARCH64_LDST128_ABS_LO12_NC, 0x3dc0_0000), Ok(0x3dc0_8c00));
        assert_eq!(apply(elf::R_AARCH64_JUMP26, 0x1400_0000), Ok(0x1400_048c));
    }

    #[test]
    fn other_relocations_are_refused() {
        assert!(applied(Architecture::X86_64, elf::R_X86_64_GOTPCREL, (0, 0, 0), 0)
            .unwrap_err()
            .contains("not known here"));
        assert!(applied(Architecture::Aarch64, elf::R_X86_64_PC32, (0, 0, 0), 0).is_err());
    }
}
