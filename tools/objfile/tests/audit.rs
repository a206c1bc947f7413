//! `audit`: every kind of violation in ELF and Mach-O files and in archives, and files that must be clean.

mod support;

use object::write::StandardSection;
use object::{Architecture, BinaryFormat};
use support::*;
use xls_aot_objfile::audit::{audit_bytes, Allow, Finding};

const NEEDED: u64 = 1;
const SONAME: u64 = 14;
const RPATH: u64 = 15;
const RUNPATH: u64 = 29;
const AUXILIARY: u64 = 0x7FFF_FFFD;
const FILTER: u64 = 0x7FFF_FFFF;

fn audit(bytes: &[u8]) -> Vec<Finding> {
    audit_bytes("file", bytes, &Allow::default()).expect("the file can be audited")
}

fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(Finding::to_string).collect()
}

#[test]
fn artefacts_are_clean() {
    for (top, bytes) in SAMPLES {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        assert_eq!(lines(&audit(&output)), Vec::<String>::new(), "{top}");
        assert_eq!(lines(&audit(&archive(&[("a.o", &output)]))), Vec::<String>::new(), "{top}");
    }
}

#[test]
fn the_libraries_that_an_elf_file_loads() {
    let library = elf_library(&[
        (NEEDED, "libc.so.6"),
        (NEEDED, "libxls.so"),
        (NEEDED, "libxls-v0.42.0-ubuntu2004.so"),
        (NEEDED, "/opt/llvm/lib/libLLVM.so.19.1"),
        (NEEDED, "libLLVM.so.22.1-rust-1.95.0-stable"),
        (NEEDED, "libLLVMCore.so"),
        (NEEDED, "libxlsynth-0123456789abcdef.so"),
        (AUXILIARY, "libxls.so"),
        (FILTER, "libxlsynth_sys-0123456789abcdef.so"),
        (SONAME, "libxls.so.1"),
        (NEEDED, "libxls.so"),
    ]);
    assert_eq!(
        lines(&audit(&library)),
        [
            "file: loaded library: NEEDED `libxls.so`, a library of libxls",
            "file: loaded library: NEEDED `libxls-v0.42.0-ubuntu2004.so`, a library of libxls",
            "file: loaded library: NEEDED `/opt/llvm/lib/libLLVM.so.19.1`, a library of LLVM",
            "file: loaded library: NEEDED `libLLVM.so.22.1-rust-1.95.0-stable`, a library of LLVM",
            "file: loaded library: NEEDED `libLLVMCore.so`, a library of LLVM",
            "file: loaded library: NEEDED `libxlsynth-0123456789abcdef.so`, a library of xlsynth",
            "file: loaded library: AUXILIARY `libxls.so`, a library of libxls",
            "file: loaded library: FILTER `libxlsynth_sys-0123456789abcdef.so`, a library of xlsynth",
            "file: loaded library: SONAME `libxls.so.1`, a library of libxls",
        ]
    );
}

#[test]
fn the_folders_where_an_elf_file_looks() {
    let library = elf_library(&[
        (RPATH, "/usr/lib:/x/xlsynth-sys-0.41.0/lib"),
        (RUNPATH, "$ORIGIN/../_solib_k8/_U@@+libxls+libxls_S_S_Clib:$ORIGIN/libxls/"),
        (RUNPATH, "/home/me/my_xls_model:/home/me/libxlsreader:/home/me/libxls_model"),
    ]);
    assert_eq!(
        lines(&audit(&library)),
        [
            "file: search path: RPATH `/x/xlsynth-sys-0.41.0/lib`, a folder of the build-time compiler",
            "file: search path: RUNPATH `$ORIGIN/../_solib_k8/_U@@+libxls+libxls_S_S_Clib`, \
             a folder of the build-time compiler",
            "file: search path: RUNPATH `$ORIGIN/libxls/`, a folder of the build-time compiler",
        ]
    );
}

#[test]
fn innocent_libraries_are_not_reported() {
    let library = elf_library(&[
        (SONAME, "libmy_xls_model.so"),
        (NEEDED, "libxlsreader.so.8"),
        (NEEDED, "libxls_model.so"),
        (NEEDED, "libxls_aot_runtime-0123456789abcdef.so"),
        (NEEDED, "libxlsxwriter.so"),
        (NEEDED, "libm.so.6"),
        (NEEDED, "ld-linux-x86-64.so.2"),
    ]);
    assert_eq!(lines(&audit(&library)), Vec::<String>::new());
}

#[test]
fn what_a_macho_file_loads() {
    let versions = [0, 0, 0];
    let executable = macho_executable(&[
        (0xC, &versions, "/usr/lib/libSystem.B.dylib"),
        (0xC, &versions, "@rpath/libxls.dylib"),
        (0x8000_0018, &versions, "/opt/libLLVM.dylib"),
        (0x8000_001F, &versions, "@rpath/libxls-v0.42.0-arm64.dylib"),
        (0x8000_0023, &versions, "libxlsynth-0a.dylib"),
        (0x20, &versions, "libxls.dylib"),
        (0xD, &versions, "libxls.dylib"),
        (0x8000_001C, &[], "@loader_path/../xlsynth-sys-1f2e/out"),
        (0x8000_001C, &[], "@loader_path/lib"),
    ]);
    assert_eq!(
        lines(&audit(&executable)),
        [
            "file: loaded library: LC_LOAD_DYLIB `@rpath/libxls.dylib`, a library of libxls",
            "file: loaded library: LC_LOAD_WEAK_DYLIB `/opt/libLLVM.dylib`, a library of LLVM",
            "file: loaded library: LC_REEXPORT_DYLIB `@rpath/libxls-v0.42.0-arm64.dylib`, a library of libxls",
            "file: loaded library: LC_LOAD_UPWARD_DYLIB `libxlsynth-0a.dylib`, a library of xlsynth",
            "file: loaded library: LC_LAZY_LOAD_DYLIB `libxls.dylib`, a library of libxls",
            "file: loaded library: LC_ID_DYLIB `libxls.dylib`, a library of libxls",
            "file: search path: LC_RPATH `@loader_path/../xlsynth-sys-1f2e/out`, a folder of the build-time compiler",
        ]
    );
    let fat = universal(&[(0x0100_000C, &executable)]);
    assert_eq!(
        lines(&audit(&fat))[0],
        "file(Aarch64): loaded library: LC_LOAD_DYLIB `@rpath/libxls.dylib`, a library of libxls"
    );
}

/// An object with symbols of all origins and a string in its read-only data.
fn object_with_everything(format: BinaryFormat, architecture: Architecture) -> Vec<u8> {
    let mut object = new_object(format, architecture);
    let code = [0u8; 4];
    for name in ["_ZN3xls4Bits3addEv", "_ZN4llvm5APIntC1Ev", "LLVMGetTypeKind", "xls_aot_v1_0123456789abcdef_f", "main"]
    {
        add_function(&mut object, name, &code);
    }
    for index in 0..5 {
        add_undefined(&mut object, &format!("xls_function_{index}"));
    }
    add_undefined(&mut object, "_RNvNtCs1a2B3c_7xlsynth8ir_value3new");
    add_undefined(&mut object, "_ZN12my_xls_model3add17h0123456789abcdefE");
    let section = object.section_id(StandardSection::ReadOnlyString);
    object.append_section_data(section, b"about libxls.so\0libxls.so\0", 1);
    let section = object.section_id(StandardSection::ReadOnlyData);
    object.append_section_data(section, b"no bounds: src/xlsynth-0.41.0/src/lib.rs and so on", 1);
    object.write().unwrap()
}

const EVERYTHING: [&str; 6] = [
    "undefined symbols: `xls_function_0`, `xls_function_1`, `xls_function_2` and 2 more, of libxls",
    "undefined symbols: `_RNvNtCs1a2B3c_7xlsynth8ir_value3new`, of the crates xlsynth and xlsynth-sys",
    "defined symbols: `_ZN3xls4Bits3addEv`, of libxls",
    "defined symbols: `LLVMGetTypeKind`, `_ZN4llvm5APIntC1Ev`, of LLVM",
    "file name: `libxls.so`, by which the program could load the library",
    "file name: `xlsynth-0.41.0`, a source folder of code that calls libxls",
];

#[test]
fn symbols_and_strings_of_objects_in_both_formats() {
    for (format, architecture) in [
        (BinaryFormat::Elf, Architecture::X86_64),
        (BinaryFormat::Elf, Architecture::Arm),
        (BinaryFormat::MachO, Architecture::Aarch64),
    ] {
        let object = object_with_everything(format, architecture);
        assert_eq!(lines(&audit(&object)), EVERYTHING.map(|line| format!("file: {line}")), "{format:?}");
        let members = archive(&[("clean.o", ADD_ONE), ("text.txt", b"/libxls.so"), ("bad.o", &object)]);
        assert_eq!(lines(&audit(&members)), EVERYTHING.map(|line| format!("file(bad.o): {line}")), "{format:?}");
    }
}

#[test]
fn allowed_names_are_passed_over() {
    let object = object_with_everything(BinaryFormat::Elf, Architecture::X86_64);
    let allow = |names: &[&str]| Allow::new(names.iter().map(|name| name.to_string()).collect());
    let left = |names: &[&str]| lines(&audit_bytes("file", &object, &allow(names)).unwrap());
    assert_eq!(
        left(&["xls_*", "_RNv*", "_ZN3xls*", "LLVM*", "_ZN4llvm*", "libxls.so", "xlsynth-0.41.0"]),
        Vec::<String>::new()
    );
    assert_eq!(left(&["*"]), Vec::<String>::new());
    let some = left(&["xls_function_0", "libxls.so", "nothing"]);
    assert_eq!(some.len(), 5);
    assert_eq!(
        some[0],
        "file: undefined symbols: `xls_function_1`, `xls_function_2`, `xls_function_3` and 1 more, of libxls"
    );
    let library = elf_library(&[(NEEDED, "libxls.so"), (RPATH, "/x/libxls")]);
    assert_eq!(audit_bytes("file", &library, &allow(&["libxls.so", "/x/libxls"])).unwrap(), []);
}

#[test]
fn json_has_a_fixed_shape() {
    let bytes = archive(&[("lib.so", &elf_library(&[(NEEDED, "libxls.so")]))]);
    assert_eq!(
        serde_json::to_string(&audit(&bytes)).unwrap(),
        "[{\"kind\":\"loaded_library\",\"file\":\"file\",\"member\":\"lib.so\",\
         \"detail\":\"NEEDED `libxls.so`, a library of libxls\"}]"
    );
}

#[test]
fn what_can_not_be_audited_is_an_error() {
    let message = |bytes: &[u8]| audit_bytes("file", bytes, &Allow::default()).unwrap_err().to_string();
    assert_eq!(
        message(b"#!/bin/sh\nexec something\n"),
        "is no object file, archive, executable or shared library of the formats ELF and Mach-O"
    );
    let mut stripped = elf_library(&[(NEEDED, "libxls.so")]);
    stripped[40..48].fill(0); // e_shoff
    stripped[60..64].fill(0); // e_shnum, e_shstrndx
    assert_eq!(message(&stripped), "has no section headers (they were stripped), so it can not be audited");
}
