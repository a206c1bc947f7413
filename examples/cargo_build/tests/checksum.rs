//! The design against published values of CRC-32.

use checksum::{checksum, crc32};

#[test]
fn known_checksums() {
    assert_eq!(checksum(b""), 0);
    assert_eq!(checksum(b"a"), 0xe8b7_be43);
    assert_eq!(checksum(b"123456789"), 0xcbf4_3926);
    assert_eq!(checksum(b"The quick brown fox jumps over the lazy dog"), 0x414f_a339);
}

#[test]
fn the_module_says_what_it_is() {
    assert_eq!(crc32::ARTIFACT.backend, "native");
    assert_eq!(crc32::ARTIFACT.top, "update");
}
