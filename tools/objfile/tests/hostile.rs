//! Damaged input: truncations and flipped bits of real and synthetic files at every offset. Nothing may panic, and what
//! is still accepted must still hold its promises.

mod support;

use object::{Architecture, BinaryFormat, Object as _, ObjectSymbol as _};
use support::*;
use xls_aot_objfile::audit::{audit_bytes, Options};
use xls_aot_objfile::inspect::inspect_bytes;

/// Every beginning of a file, and the file with each of its bits flipped.
fn damage(bytes: &[u8], mut check: impl FnMut(&[u8])) {
    for length in 0..bytes.len() {
        check(&bytes[..length]);
    }
    let mut damaged = bytes.to_vec();
    for offset in 0..bytes.len() {
        for bit in 0..8 {
            damaged[offset] ^= 1 << bit;
            check(&damaged);
            damaged[offset] ^= 1 << bit;
        }
        // Extreme values of a whole byte as well.
        for value in [0, 0xFF] {
            let before = std::mem::replace(&mut damaged[offset], value);
            check(&damaged);
            damaged[offset] = before;
        }
    }
}

/// Reading must end with a result; a text of it must be possible.
fn read(bytes: &[u8]) {
    if let Ok(inspection) = inspect_bytes("file", bytes) {
        let _ = inspection.to_string();
    }
    audit_bytes("file", bytes, &Options::default()).findings.iter().for_each(|finding| {
        let _ = finding.to_string();
    });
}

#[test]
fn rewriting_survives_damage_and_exports_one_symbol_or_fails() {
    // These two have every structure that the samples have.
    for (top, bytes) in [("add_one", ADD_ONE), ("checked", CHECKED)] {
        damage(bytes, |damaged| {
            if let Ok(output) = rewrite(damaged, SALTS[0], top) {
                let file = object::File::parse(&output[..]).expect("the output is an object");
                let exported: Vec<_> =
                    file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition()).collect();
                assert_eq!(exported.len(), 1);
                assert_eq!(exported[0].name(), Ok(&symbol(SALTS[0], top)[..]));
            }
        });
    }
}

#[test]
fn reading_of_objects_survives_damage() {
    damage(&rewrite(CHECKED, SALTS[0], "checked").unwrap(), read);
    damage(&archive(&[("a.o", &rewrite(ADD_ONE, SALTS[0], "add_one").unwrap()), ("b.o", ADD_ONE)]), read);
}

#[test]
fn reading_of_libraries_survives_damage() {
    damage(&elf_library(&[(1, "libxls.so"), (29, "/x/libxls:/y")]), read);
    let macho = macho_executable(&[(0xC, &[0, 0, 0], "libxls.dylib"), (0x8000_001C, &[], "/x")]);
    damage(&macho, read);
    damage(&universal(&[(0x0100_000C, &macho)]), read);
    let mut object = new_object(BinaryFormat::MachO, Architecture::Aarch64);
    add_function(&mut object, "f", &[0; 8]);
    add_undefined(&mut object, "g");
    damage(&object.write().unwrap(), read);
}
