//! `audit`: every kind of violation in ELF and Mach-O files and in archives, and files that must be clean.

mod support;

use std::io::{Cursor, Write};

use object::write::StandardSection;
use object::{Architecture, BinaryFormat};
use support::*;
use xls_aot_objfile::audit::{audit_bytes, Allow, Finding, Options, Twin};

const NEEDED: u64 = 1;
const SONAME: u64 = 14;
const RPATH: u64 = 15;
const RUNPATH: u64 = 29;
const AUXILIARY: u64 = 0x7FFF_FFFD;
const FILTER: u64 = 0x7FFF_FFFF;

fn audit(bytes: &[u8]) -> Vec<Finding> {
    audit_bytes("file", bytes, &Options::default()).findings
}

fn allowing(names: &[&str]) -> Options {
    Options { allow: Allow::new(names.iter().map(|name| name.to_string()).collect()), twins: Vec::new() }
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
    for name in [
        "_ZN3xls4Bits3addEv",
        "_ZN4llvm5APIntC1Ev",
        "LLVMGetTypeKind",
        "xls_aot_v2_0123456789abcdef_fedcba9876543210_f",
        "main",
    ] {
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
        let members = archive(&[("clean.o", ADD_ONE), ("text.txt", b"about libxls.so"), ("bad.o", &object)]);
        assert_eq!(lines(&audit(&members)), EVERYTHING.map(|line| format!("file(bad.o): {line}")), "{format:?}");
    }
}

#[test]
fn allowed_names_are_passed_over() {
    let object = object_with_everything(BinaryFormat::Elf, Architecture::X86_64);
    let left = |names: &[&str]| lines(&audit_bytes("file", &object, &allowing(names)).findings);
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
    assert_eq!(audit_bytes("file", &library, &allowing(&["libxls.so", "/x/libxls"])).findings, []);
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
fn what_can_not_be_read_is_a_finding() {
    let mut stripped = elf_library(&[(NEEDED, "libxls.so")]);
    stripped[40..48].fill(0); // e_shoff
    stripped[60..64].fill(0); // e_shnum, e_shstrndx
    let object = object_with_everything(BinaryFormat::Elf, Architecture::X86_64);
    let bitcode = "is LLVM bitcode, which has no machine code yet: compile it without link-time optimisation";
    let cases: [(&[u8], String); 7] = [
        (&stripped, "has no section headers (they were stripped), so it can not be audited".to_string()),
        (b"BC\xC0\xDE.......", bitcode.to_string()),
        (b"\xFD7zXZ\0...", "is packed with xz, which is not opened: name the unpacked file".to_string()),
        (b"\x28\xB5\x2F\xFD...", "is packed with zstd, which is not opened: name the unpacked file".to_string()),
        (b"BZh91AY&SY...", "is packed with bzip2, which is not opened: name the unpacked file".to_string()),
        (b"!<thin>\n", "is a thin archive, whose members are other files: name those instead".to_string()),
        (&gzip(b"text")[..20], "damaged gzip file: unexpected end of file".to_string()),
    ];
    for (bytes, message) in cases {
        let found = lines(&audit(bytes));
        assert!(found.contains(&format!("file: unreadable: {message}")), "{found:?}");
        let members = archive(&[("bad", bytes), ("a.o", &object)]);
        let found = lines(&audit(&members));
        assert_eq!(found[0], format!("file(bad): unreadable: {message}"));
        // What follows is still looked at.
        assert_eq!(found[found.len() - 1], format!("file(a.o): {}", EVERYTHING[5]));
        // An exception for the file covers what can not be seen, and nothing else.
        for name in ["x/file", "file", "file(bad)"] {
            let left = audit_bytes("x/file", &members, &allowing(&[name])).findings;
            assert_eq!(left.len(), found.len() - 1, "{name}");
        }
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn tar(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes.len() as u64);
    builder.append_data(&mut header, name, bytes).unwrap();
    builder.into_inner().unwrap()
}

fn zip(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    writer.start_file(name, options).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap().into_inner()
}

#[test]
fn archives_in_archives_are_opened() {
    let library = elf_library(&[(NEEDED, "libxls.so")]);
    let finding = |member: &str| format!("file({member}): loaded library: NEEDED `libxls.so`, a library of libxls");
    let fat = universal(&[(0x0100_000C, &macho_executable(&[(0xC, &[0, 0, 0], "libxls.dylib")]))]);
    let macho = "loaded library: LC_LOAD_DYLIB `libxls.dylib`, a library of libxls";
    let cases = [
        (archive(&[("a.a", &archive(&[("x.so", &library)]))]), finding("a.a:x.so")),
        (tar("d/x.so", &library), finding("d/x.so")),
        (zip("d/x.so", &library), finding("d/x.so")),
        (gzip(&library), finding("unpacked")),
        (gzip(&tar("d/x.so", &zip("y.so", &library))), finding("unpacked:d/x.so:y.so")),
        ([CHECKED, &zip("y.so", &library)].concat(), finding("y.so")),
        (zip("fat", &fat), format!("file(fat:Aarch64): {macho}")),
        (archive(&[("fat", &fat)]), format!("file(fat:Aarch64): {macho}")),
    ];
    for (bytes, line) in cases {
        let found = lines(&audit(&bytes));
        assert!(found.contains(&line), "{found:?} lacks {line}");
    }
    let mut deep = library;
    for _ in 0..9 {
        deep = archive(&[("x", &deep)]);
    }
    let place = ["x"; 9].join(":");
    assert_eq!(lines(&audit(&deep)), [format!("file({place}): unreadable: archives are nested more than 8 deep")]);
}

#[test]
fn data_and_text_beside_a_program() {
    assert_eq!(lines(&audit(b"about libxls.so and LLVM ERROR: \n")), Vec::<String>::new());
    assert_eq!(lines(&audit(b"")), Vec::<String>::new());
    // A class file of Java begins like a universal binary.
    assert_eq!(lines(&audit(b"\xCA\xFE\xBA\xBE\0\0\0\x34...")), Vec::<String>::new());
    assert_eq!(
        lines(&audit(b"plugin = /opt/lib/libxls.so\n")),
        ["file: file name: `libxls.so`, by which the program could load the library"]
    );
    assert_eq!(
        lines(&audit(b"\xFF\0N4llvm6ModuleE\0libLLVM-17.so\0\0LLVM ERROR: \0")),
        [
            "file: file name: `libLLVM-17.so`, by which the program could load the library",
            "file: fingerprint: `LLVM ERROR: `: messages of LLVM",
            "file: fingerprint: `N4llvm6ModuleE`: run-time type names of LLVM",
        ]
    );
    assert!(!audit_bytes("file", b"text", &Options::default()).has_binary);
    assert!(audit_bytes("file", &zip("a", ADD_ONE), &Options::default()).has_binary);
}

/// Objects with code whose symbols are there, and the same without.
fn with_and_without_symbols(format: BinaryFormat, architecture: Architecture) -> [Vec<u8>; 2] {
    [true, false].map(|has_symbols| {
        let mut object = new_object(format, architecture);
        let text = object.section_id(StandardSection::Text);
        if has_symbols {
            add_function(&mut object, "f", &[0x90; 16]);
        } else {
            object.append_section_data(text, &[0x90; 16], 16);
        }
        let data = object.section_id(StandardSection::ReadOnlyData);
        object.append_section_data(data, b"\0N3xls7PackageE\0\0libxls.so\0", 1);
        object.write().unwrap()
    })
}

#[test]
fn a_stripped_file_is_a_finding_and_fingerprints_are_found_in_it() {
    for (format, architecture) in
        [(BinaryFormat::Elf, Architecture::X86_64), (BinaryFormat::MachO, Architecture::Aarch64)]
    {
        let [whole, stripped] = with_and_without_symbols(format, architecture);
        let no_symbols =
            "file: no symbols: has no symbol table (it was stripped), so what it contains can not be told: give \
                          the file as it was before, or the objects and libraries that it was linked from";
        let strings = [
            "file: file name: `libxls.so`, by which the program could load the library",
            "file: fingerprint: `N3xls7PackageE`: run-time type names of libxls",
        ];
        assert_eq!(lines(&audit(&whole)), strings, "{format:?}");
        assert_eq!(lines(&audit(&stripped)), [no_symbols, strings[0], strings[1]], "{format:?}");
        let left = audit_bytes("file", &stripped, &allowing(&["file", "N3xls*"])).findings;
        assert_eq!(lines(&left), strings[..1], "{format:?}");
    }
}

#[test]
fn a_twin_stands_in_for_the_symbols_of_a_stripped_file() {
    let [whole, stripped] = with_and_without_symbols(BinaryFormat::Elf, Architecture::X86_64);
    let with = |twin: &[u8]| {
        let options = Options { allow: Allow::default(), twins: vec![Twin::from_bytes(twin).unwrap()] };
        audit_bytes("file", &stripped, &options).findings.len()
    };
    assert_eq!(with(&whole), 2);
    // A file with other code is no twin, and neither is one without symbols.
    let mut other = whole.clone();
    let at = other.windows(16).position(|bytes| bytes == [0x90; 16]).unwrap();
    other[at + 3] = 0xCC;
    assert_eq!(with(&other), 3);
    assert_eq!(
        Twin::from_bytes(&stripped).unwrap_err().to_string(),
        "has no symbol table, so it does not tell more than the stripped file"
    );
}
