//! Damaged input of `inspect` and `audit`: truncations and flipped bits of real and synthetic files at every offset. Nothing may panic.

mod support;

use object::{Architecture, BinaryFormat};
use support::*;
use xls_aot_objfile::audit::{audit_bytes, Options};
use xls_aot_objfile::inspect::inspect_bytes;

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
fn reading_of_objects_survives_damage() {
    let object = rewrite(CHECKED, SALTS[0], "checked").unwrap();
    damage(&object, &contents(&object), read);
    // The same is done to the members on their own.
    let members = [("a.o", &rewrite(ADD_ONE, SALTS[0], "add_one").unwrap()[..]), ("b.o", ADD_ONE)];
    let archive = archive(&members);
    let within = |(_, member): &(&str, &[u8])| {
        let start = archive.windows(member.len()).position(|window| window == *member).expect("a member");
        start..start + member.len()
    };
    let contents: Vec<_> = members.iter().map(within).collect();
    damage(&archive, &contents, read);
}

#[test]
fn reading_of_libraries_survives_damage() {
    damage(&elf_library(&[(1, "libxls.so"), (29, "/x/libxls:/y")]), &[], read);
    let macho = macho_executable(&[(0xC, &[0, 0, 0], "libxls.dylib"), (0x8000_001C, &[], "/x")]);
    damage(&macho, &[], read);
    damage(&universal(&[(0x0100_000C, &macho)]), &[], read);
    let mut object = new_object(BinaryFormat::MachO, Architecture::Aarch64);
    add_function(&mut object, "f", &[0; 8]);
    add_undefined(&mut object, "g");
    damage(&object.write().unwrap(), &[], read);
}
