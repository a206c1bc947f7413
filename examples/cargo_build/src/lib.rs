//! The checksum of Ethernet frames and gzip files, as the hardware computes it.

// Declares `pub mod crc32`, which build.rs made from crc32.ir.
xls_aot_runtime::include_design!(crc32);

/// The CRC-32 of `bytes`.
pub fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| crc32::update(crc, byte))
}
