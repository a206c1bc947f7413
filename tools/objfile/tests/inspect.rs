//! `inspect`: objects, archives, Mach-O files and files without artefacts, with the full texts.

mod support;

use object::{Architecture, BinaryFormat};
use support::*;
use xls_aot_metadata::{
    encode_record, section, Definition, EntryKind, EntryPoint, EventKind, EventSite, Features, NamedType, Param,
    Passing, Position, TempBuffer,
};
use xls_aot_objfile::inspect::inspect_bytes;

#[test]
fn an_object_and_its_text() {
    let object = rewrite(ADD_ONE, SALTS[0], "add_one").unwrap();
    let inspection = inspect_bytes("add_one.o", &object).unwrap();
    assert_eq!(
        inspection.to_string(),
        "\
add_one.o: artefact in an ELF object
  package       add_one
  crate         add_one_crate
  made by       xls_aot 0.1.0
  back end      xlsynth 0.41.0
  target        x86_64-unknown-linux-gnu, processor x86-64-v3 or better
  ABI version   2
  IR SHA-256    0000000000000000000000000000000000000000000000000000000000000000
  function      add_one() -> bits[8]
  in Rust       add_one
  features      none
  entry points  xls: xls_aot_v2_0123456789abcdef_0f1e2d3c4b5a6978_add_one at 0x0
  result        bits[8] = u8, 1 byte, aligned to 1
  temp buffer   none"
    );
}

#[test]
fn json_has_a_fixed_shape() {
    let object = rewrite(ADD_ONE, SALTS[0], "add_one").unwrap();
    let json = serde_json::to_value(inspect_bytes("add_one.o", &object).unwrap()).unwrap();
    let expected = serde_json::json!({
        "file": "add_one.o",
        "artifacts": [{
            "member": null,
            "container": "ELF object",
            "entry_points": [[
                { "kind": "xls", "symbol": "xls_aot_v2_0123456789abcdef_0f1e2d3c4b5a6978_add_one", "address": 0 },
            ]],
            "metadata": serde_json::to_value(description(SALTS[0], "add_one")).unwrap(),
        }],
    });
    assert_eq!(json, expected);
}

/// A Mach-O object with a description that uses every line of the text.
fn macho_object() -> Vec<u8> {
    let mut metadata = description(SALTS[0], "f");
    let entry = &mut metadata.entries[0];
    entry.features = Features::ASSERTIONS | Features::SCRATCH;
    entry
        .entry_points
        .push(EntryPoint { kind: EntryKind::Direct, symbol: format!("{}_direct", symbol(SALTS[0], "f")) });
    let param = |name: &str, xls_type: &str, rust_type: Option<&str>, size, align, passed| Param {
        name: name.to_string(),
        rust_name: rust_type.map(|_| name.to_string()),
        xls_type: xls_type.to_string(),
        rust_type: rust_type.map(str::to_string),
        size,
        align,
        passed,
    };
    entry.params = vec![
        param("t", "token", None, 0, 1, Passing::Token),
        param("x", "bits[8][4]", Some("[u8; 4]"), 4, 1, Passing::Reference),
    ];
    entry.rust_alias = Some("g".to_string());
    entry.temp_buffer = TempBuffer { size: 48, align: 16 };
    entry.sites = vec![1, 2];
    let site = |index, kind, message: Option<&str>, label: Option<&str>, position| EventSite {
        index,
        kind,
        message: message.map(str::to_string),
        verbosity: (kind == EventKind::Trace).then_some(0),
        operands: vec![],
        label: label.map(str::to_string),
        function: "g".to_string(),
        position,
    };
    let position = Position { file: "a.x".to_string(), line: 3, column: 4 };
    metadata.sites = vec![
        site(0, EventKind::Trace, Some("of another"), None, None),
        site(1, EventKind::Assertion, Some("message 1"), Some("l"), Some(position)),
        site(2, EventKind::Cover, None, Some("seen"), None),
    ];
    metadata.types = vec![NamedType {
        path: "m::T".to_string(),
        rust_path: "m::T".to_string(),
        defined_in: Some("other".to_string()),
        digest: "00".repeat(32),
        xls_type: "(bits[8])".to_string(),
        size: 1,
        align: 1,
        definition: Definition::Struct(vec![]),
    }];
    metadata.types.push(NamedType {
        path: "Steps".to_string(),
        rust_path: "Steps".to_string(),
        defined_in: None,
        digest: "01".repeat(32),
        xls_type: "bits[16]".to_string(),
        size: 2,
        align: 2,
        definition: Definition::Alias("s16".to_string()),
    });
    let mut object = new_object(BinaryFormat::MachO, Architecture::Aarch64);
    add_function(&mut object, &symbol(SALTS[0], "f"), &[0xC0, 0x03, 0x5F, 0xD6]);
    let (segment, name) = (section::macho::SEGMENT, section::macho::NAME);
    let id = object.add_section(segment.into(), name.into(), object::SectionKind::ReadOnlyData);
    object.append_section_data(id, &encode_record(&metadata).unwrap(), section::ALIGN);
    object.write().unwrap()
}

const MACHO_TEXT: &str = ": artefact in an Mach-O object
  package       f
  crate         f_crate
  made by       xls_aot 0.1.0
  back end      xlsynth 0.41.0
  target        x86_64-unknown-linux-gnu, processor x86-64-v3 or better
  ABI version   2
  IR SHA-256    0000000000000000000000000000000000000000000000000000000000000000
  function      f() -> bits[8]
  in Rust       f
                g
  features      assertions, scratch
  entry points  xls: xls_aot_v2_0123456789abcdef_0f1e2d3c4b5a6978_f at 0x0
                direct: xls_aot_v2_0123456789abcdef_0f1e2d3c4b5a6978_f_direct, not among the file's symbols
  parameters    t: token = no data, 0 bytes, aligned to 1, passed: token
                x: bits[8][4] = [u8; 4], 4 bytes, aligned to 1, passed: reference
  result        bits[8] = u8, 1 byte, aligned to 1
  temp buffer   48 bytes, aligned to 16
  events        1: assertion \"message 1\" [l] in g, a.x:3:4
                2: cover [seen] in g
  types         m::T: struct (bits[8]), 1 byte, aligned to 1, defined in other
                Steps: alias of s16, bits[16], 2 bytes, aligned to 2";

#[test]
fn a_macho_object_and_every_line_of_the_text() {
    let inspection = inspect_bytes("f.o", &macho_object()).unwrap();
    assert_eq!(inspection.to_string(), format!("f.o{MACHO_TEXT}"));
}

#[test]
fn a_universal_binary_names_its_architectures() {
    let inspection = inspect_bytes("u", &universal(&[(0x0100_000C, &macho_object())])).unwrap();
    assert_eq!(inspection.to_string(), format!("u(Aarch64){MACHO_TEXT}"));
}

#[test]
fn archives_are_walked_and_name_their_members() {
    let artefact = rewrite(DIVIDE, SALTS[0], "divide").unwrap();
    let inner = archive(&[("d.o", &artefact)]);
    let outer = archive(&[
        ("lib.rmeta", b"rust\0\0\0\0 no object file"),
        ("raw.o", ADD_ONE),
        ("d.o", &artefact),
        ("inner.a", &inner),
    ]);
    let inspection = inspect_bytes("x.rlib", &outer).unwrap();
    let members: Vec<_> = inspection.artifacts.iter().map(|artifact| artifact.member.as_deref()).collect();
    assert_eq!(members, [Some("d.o"), Some("inner.a:d.o")]);
    let text = inspection.to_string();
    assert!(text.starts_with("x.rlib(d.o): artefact in an ELF object\n  package       divide"), "{text}");
    assert!(text.contains("\n\nx.rlib(inner.a:d.o): artefact in an ELF object\n"), "{text}");
}

#[test]
fn files_without_artefacts_say_so() {
    for (name, bytes) in [("raw.o", ADD_ONE.to_vec()), ("empty.a", archive(&[]))] {
        let inspection = inspect_bytes(name, &bytes).unwrap();
        assert_eq!(inspection.artifacts, []);
        assert_eq!(inspection.to_string(), format!("{name}: there is no xls_aot artefact in this file"));
    }
}

#[test]
fn other_files_are_errors() {
    let message = |bytes: &[u8]| inspect_bytes("x", bytes).unwrap_err().to_string();
    assert_eq!(
        message(b"GROUP ( libc.so.6 )"),
        "is no object file, archive, executable or shared library of the formats ELF and Mach-O"
    );
    assert_eq!(message(&[&[0x64, 0x86][..], &[0; 30]].concat()), "is a Coff file; ELF and Mach-O are supported");
    assert_eq!(message(b"!<thin>\n"), "is a thin archive, whose members are other files: name those instead");
    assert_eq!(
        message(&archive(&[("b.o", b"BC\xC0\xDE and so on")])),
        "member b.o is LLVM bitcode, which has no machine code yet: compile it without linker-time optimisation"
    );
    let mut nested = archive(&[]);
    for _ in 0..6 {
        nested = archive(&[("n.a", &nested)]);
    }
    assert_eq!(message(&nested), "archives are nested more than 4 deep");
}

#[test]
fn a_damaged_description_is_an_error_that_names_the_member() {
    let mut artefact = rewrite(ADD_ONE, SALTS[0], "add_one").unwrap();
    let at = artefact.windows(8).position(|window| window == b"XLSAOT\0\x01").unwrap();
    artefact[at + 7] = 9;
    let error = inspect_bytes("x.a", &archive(&[("a.o", &artefact)])).unwrap_err();
    assert_eq!(
        error.to_string(),
        "member a.o: invalid artefact description at byte 0: expected the magic [58, 4c, 53, 41, 4f, 54, 00, 01], \
         found [58, 4c, 53, 41, 4f, 54, 00, 09]"
    );
}
