//! The JSON text and the framed form of descriptions: exact goldens, round trips, and hostile bytes.

use xls_aot_metadata::{
    decode_section, encode_record, records, Definition, Entry, EntryKind, EntryPoint, EnumVariant, Error, EventKind,
    EventSite, Features, Metadata, NamedType, Param, Passing, Position, Producer, ResultValue, StructField, TempBuffer,
    SCHEMA_VERSION,
};

/// A description that uses every part of the schema.
fn sample() -> Metadata {
    Metadata {
        schema_version: SCHEMA_VERSION,
        abi_version: 2,
        tool: Producer { name: "xls_aot".to_string(), version: "0.1.0".to_string() },
        crate_name: "pair".to_string(),
        package: "demo".to_string(),
        symbol_salt: "0123456789abcdef".to_string(),
        backend: Producer { name: "xlsynth".to_string(), version: "0.41.0".to_string() },
        target: "x86_64-unknown-linux-gnu".to_string(),
        cpu_baseline: "x86-64-v1".to_string(),
        ir_sha256: "0f".repeat(32),
        entries: vec![entry(), other_entry()],
        types: types(),
        sites: sites(),
    }
}

/// An entry that uses every part of its schema.
fn entry() -> Entry {
    Entry {
        function: "__itok__demo__pair".to_string(),
        rust_path: "demo::pair".to_string(),
        rust_module: "demo::pair".to_string(),
        rust_alias: Some("demo::two".to_string()),
        features: Features::ASSERTIONS | Features::SCRATCH,
        entry_points: vec![
            EntryPoint {
                kind: EntryKind::Xls,
                symbol: "xls_aot_v2_0123456789abcdef_fedcba9876543210_pair".to_string(),
            },
            EntryPoint {
                kind: EntryKind::Direct,
                symbol: "xls_aot_v2_0123456789abcdef_fedcba9876543210_pair_direct".to_string(),
            },
        ],
        signature: "(tkn: token, __activated: bits[1], x: bits[7], y: (bits[8], bits[32])) -> (token, bits[257])"
            .to_string(),
        params: vec![
            Param {
                name: "tkn".to_string(),
                rust_name: None,
                xls_type: "token".to_string(),
                rust_type: None,
                size: 0,
                align: 1,
                passed: Passing::Token,
            },
            Param {
                name: "__activated".to_string(),
                rust_name: None,
                xls_type: "bits[1]".to_string(),
                rust_type: Some("bool".to_string()),
                size: 1,
                align: 1,
                passed: Passing::Activated,
            },
            Param {
                name: "x".to_string(),
                rust_name: Some("x".to_string()),
                xls_type: "bits[7]".to_string(),
                rust_type: Some("Bits8<7>".to_string()),
                size: 1,
                align: 1,
                passed: Passing::Value,
            },
            Param {
                name: "type".to_string(),
                rust_name: Some("r#type".to_string()),
                xls_type: "(bits[8], bits[32])".to_string(),
                rust_type: Some("demo::Pair".to_string()),
                size: 8,
                align: 4,
                passed: Passing::Reference,
            },
        ],
        result: ResultValue {
            xls_type: "(token, bits[257])".to_string(),
            rust_type: "WideBits<257, 8>".to_string(),
            size: 64,
            align: 16,
        },
        temp_buffer: TempBuffer { size: 48, align: 16 },
        sites: vec![0, 2],
    }
}

fn other_entry() -> Entry {
    Entry {
        function: "other".to_string(),
        rust_path: "other".to_string(),
        rust_module: String::new(),
        rust_alias: None,
        features: Features::NONE,
        entry_points: vec![EntryPoint { kind: EntryKind::Xls, symbol: "other".to_string() }],
        signature: "() -> ()".to_string(),
        params: vec![],
        result: ResultValue { xls_type: "()".to_string(), rust_type: "()".to_string(), size: 0, align: 1 },
        temp_buffer: TempBuffer { size: 0, align: 1 },
        sites: vec![],
    }
}

fn types() -> Vec<NamedType> {
    let named = |path: &str, rust_path: &str, xls_type: &str, (size, align), definition| NamedType {
        path: path.to_string(),
        rust_path: rust_path.to_string(),
        defined_in: None,
        digest: "0e".repeat(32),
        xls_type: xls_type.to_string(),
        size,
        align,
        definition,
    };
    let field = |name: &str, ty: &str, offset| StructField { name: name.to_string(), ty: ty.to_string(), offset };
    let variant = EnumVariant { name: "LOW".to_string(), value: "-2".to_string() };
    vec![
        NamedType {
            defined_in: Some("shared".to_string()),
            ..named("demo::Byte", "demo::Byte", "bits[8]", (1, 1), Definition::Alias("u8".to_string()))
        },
        named(
            "demo::Pair<3>",
            "demo::Pair_3",
            "(bits[8], bits[32])",
            (8, 4),
            Definition::Struct(vec![field("left", "demo::Byte", 0), field("right", "u32", 4)]),
        ),
        named("Op", "Op", "bits[2]", (1, 1), Definition::Enum { ty: "s2".to_string(), variants: vec![variant] }),
    ]
}

fn sites() -> Vec<EventSite> {
    vec![
        EventSite {
            index: 0,
            kind: EventKind::Assertion,
            message: Some("x is \"odd\"".to_string()),
            verbosity: None,
            operands: vec![],
            label: Some("odd".to_string()),
            function: "__itok__demo__pair".to_string(),
            position: Some(Position { file: "demo.x".to_string(), line: 3, column: 8 }),
        },
        EventSite {
            index: 1,
            kind: EventKind::Trace,
            message: Some("y is {:x}".to_string()),
            verbosity: Some(2),
            operands: vec!["(bits[8], bits[32])".to_string()],
            label: None,
            function: "inner".to_string(),
            position: None,
        },
        EventSite {
            index: 2,
            kind: EventKind::Cover,
            message: None,
            verbosity: None,
            operands: vec![],
            label: Some("seen".to_string()),
            function: "inner".to_string(),
            position: None,
        },
    ]
}

#[test]
fn file_text_is_the_golden() {
    let text = sample().to_file_text().expect("the sample is consistent");
    assert_eq!(text, include_str!("sample.json"));
}

#[test]
fn compact_text_is_the_file_text_without_layout() {
    let compact = sample().to_compact_text().unwrap();
    assert!(compact
        .starts_with("{\"schema_version\":2,\"abi_version\":2,\"tool\":{\"name\":\"xls_aot\",\"version\":\"0.1.0\"},"));
    assert!(!compact.contains('\n'));
    assert_eq!(Metadata::from_json(compact.as_bytes()), Ok(sample()));
    assert_eq!(Metadata::from_json(include_bytes!("sample.json")), Ok(sample()));
}

#[test]
fn records_are_framed_as_documented() {
    let record = encode_record(&sample()).unwrap();
    let payload = sample().to_compact_text().unwrap();
    assert_eq!(record.len() % 8, 0);
    assert_eq!(record[..8], *b"XLSAOT\0\x01");
    assert_eq!(record[8..12], u32::try_from(payload.len()).unwrap().to_le_bytes());
    assert_eq!(record[12..16], [0; 4]);
    assert_eq!(record[16..16 + payload.len()], *payload.as_bytes());
    assert!(record[16 + payload.len()..].iter().all(|&byte| byte == 0));
    assert!(record.len() - 16 - payload.len() < 8);
}

#[test]
fn every_payload_length_is_padded_and_read_back() {
    for extra in 0..9 {
        let mut first = sample();
        first.crate_name = format!("c{}", "x".repeat(extra));
        let mut second = sample();
        second.entries[0].function = "third".to_string();
        let mut section = encode_record(&first).unwrap();
        section.extend([0; 16]); // what a linker may put between the sections of two objects
        let offset = section.len();
        section.extend(encode_record(&second).unwrap());
        section.extend([0; 3]);
        let offsets: Vec<_> = records(&section).map(|record| record.unwrap().offset).collect();
        assert_eq!(offsets, [0, offset]);
        assert_eq!(decode_section(&section), Ok(vec![first, second]));
    }
}

#[test]
fn a_section_without_records_is_empty() {
    assert_eq!(decode_section(&[]), Ok(vec![]));
    assert_eq!(decode_section(&[0; 24]), Ok(vec![]));
}

#[test]
fn damage_is_reported_with_its_place() {
    let record = encode_record(&sample()).unwrap();
    let payload = sample().to_compact_text().unwrap().len();
    let message = |section: &[u8]| decode_section(section).unwrap_err().to_string();

    assert_eq!(
        message(b"XLSAOT"),
        "invalid artefact description at byte 0: a record begins with 16 bytes of header, only 6 are left"
    );
    assert_eq!(
        message(&record[..record.len() - 16]),
        format!(
            "invalid artefact description at byte 8: the record says that its payload has {payload} bytes, only {} are left",
            record.len() - 32
        )
    );
    let mut wrong_magic = record.clone();
    wrong_magic[7] = 2;
    assert_eq!(
        message(&wrong_magic),
        "invalid artefact description at byte 0: expected the magic [58, 4c, 53, 41, 4f, 54, 00, 01], \
         found [58, 4c, 53, 41, 4f, 54, 00, 02]"
    );
    let mut reserved = record.clone();
    reserved[13] = 1;
    assert_eq!(
        message(&reserved),
        "invalid artefact description at byte 12: expected four zero bytes, found [00, 01, 00, 00]"
    );
    let mut second = record.clone();
    second.extend(b"garbage and more");
    assert_eq!(
        message(&second),
        format!(
            "invalid artefact description at byte {}: expected the magic [58, 4c, 53, 41, 4f, 54, 00, 01], \
             found [67, 61, 72, 62, 61, 67, 65, 20]",
            record.len()
        )
    );
}

#[test]
fn another_schema_version_is_named_as_such() {
    let text = br#"{"schema_version":3,"something":"new"}"#;
    assert_eq!(Metadata::from_json(text), Err(Error::Unsupported { found: 3, known: 2 }));
    assert_eq!(
        Metadata::from_json(text).unwrap_err().to_string(),
        "artefact description has schema version 3, this tool reads version 2; \
         use the xls_aot release that made the artefact, or compile the artefact again"
    );
}

#[test]
fn unknown_keys_and_names_are_errors() {
    let replaced = |from: &str, to: &str| {
        let text = sample().to_compact_text().unwrap();
        assert!(text.contains(from), "{from}");
        Metadata::from_json(text.replacen(from, to, 1).as_bytes()).unwrap_err().to_string()
    };
    assert!(replaced("\"rust_path\":", "\"path\":").contains("unknown field `path`"));
    assert!(replaced("\"kind\":\"cover\"", "\"kind\":\"uncover\"")
        .contains("unknown event kind `uncover`, expected one of: assertion, trace, cover, out_of_bounds"));
    assert!(replaced("\"alias\":", "\"other\":").contains("unknown variant `other`"));
    assert!(replaced("\"kind\":\"direct\"", "\"kind\":\"fast\"")
        .contains("unknown entry point kind `fast`, expected one of: xls, direct, batch"));
    assert!(
        replaced("[\"assertions\",", "[\"magic\",").contains("unknown feature `magic`, expected some of: assertions,")
    );
}

#[test]
fn contradictions_are_refused_when_writing_and_when_reading() {
    type Change = fn(&mut Metadata);
    let cases: [(Change, &str); 26] = [
        (|m| m.schema_version = 7, "`schema_version` is 7, expected 2"),
        (|m| m.abi_version = 0, "`abi_version` is 0, expected a positive number"),
        (|m| m.crate_name.clear(), "`crate_name` is empty"),
        (|m| m.symbol_salt = "xyz".into(), "`symbol_salt` is \"xyz\", expected 16 lower-case hexadecimal digits"),
        (|m| m.ir_sha256 = "AB".into(), "`ir_sha256` is \"AB\", expected 64 lower-case hexadecimal digits"),
        (|m| m.entries.clear(), "`entries` is empty"),
        (|m| m.entries[0].function.clear(), "`entries[0].function` is empty"),
        (|m| m.entries[1].function = m.entries[0].function.clone(), "`entries[1].function` repeats __itok__demo__pair"),
        (|m| m.entries[1].rust_path = "demo::pair".into(), "`entries[1].rust_path` repeats demo::pair"),
        (|m| m.entries[0].entry_points.clear(), "`entries[0].entry_points` has no entry point of kind `xls`"),
        (|m| m.entries[0].entry_points[1].kind = EntryKind::Xls, "`entries[0].entry_points[1].kind` is a second `xls`"),
        (
            |m| m.entries[0].entry_points[0].symbol = "a b".into(),
            "`entries[0].entry_points[0].symbol` is \"a b\", which is not a symbol name",
        ),
        (|m| m.entries[0].entry_points[0].symbol = "other".into(), "`entries[1].entry_points[0].symbol` repeats other"),
        (|m| m.entries[0].params[2].align = 3, "`entries[0].params[2].align` is 3, expected a power of two"),
        (
            |m| m.entries[0].params[3].rust_type = None,
            "`entries[0].params[3].rust_type` is missing although the Rust function takes the parameter",
        ),
        (
            |m| m.entries[0].params[0].size = 1,
            "`entries[0].params[0].passed` is `token`, which has size 0, align 1, no rust_name and no rust_type",
        ),
        (|m| m.entries[0].temp_buffer.align = 0, "`entries[0].temp_buffer.align` is 0, expected a power of two"),
        (|m| m.entries[0].sites = vec![2, 0], "`entries[0].sites` is no ascending list of indices below 3"),
        (|m| m.entries[0].sites = vec![3], "`entries[0].sites` is no ascending list of indices below 3"),
        (|m| m.sites[1].index = 5, "`sites[1].index` is 5, expected 1"),
        (
            |m| (m.sites[0].kind, m.sites[0].message) = (EventKind::OutOfBounds, Some("m".into())),
            "`sites[0].message` is present in a site of kind `out_of_bounds`",
        ),
        (|m| m.sites[0].message = None, "`sites[0].message` is missing in a site of kind `assertion`"),
        (|m| m.sites[2].verbosity = Some(0), "`sites[2].verbosity` is present in a site of kind `cover`"),
        (|m| m.sites[0].operands.push("()".into()), "`sites[0].operands` is not empty in a site of kind `assertion`"),
        (|m| m.types[1].path = m.types[0].path.clone(), "`types[1].path` repeats demo::Byte"),
        (|m| m.types[0].digest = "?".into(), "`types[0].digest` is \"?\", expected 64 lower-case hexadecimal digits"),
    ];
    for (change, expected) in cases {
        let mut metadata = sample();
        change(&mut metadata);
        let expected = format!("inconsistent artefact description: {expected}");
        assert_eq!(metadata.to_file_text().unwrap_err().to_string(), expected);
        assert_eq!(encode_record(&metadata).unwrap_err().to_string(), expected);
    }
    // The same rules hold for text that did not come from this crate.
    let text = sample().to_compact_text().unwrap().replace("\"index\":1", "\"index\":5");
    assert_eq!(
        Metadata::from_json(text.as_bytes()).unwrap_err().to_string(),
        "invalid artefact description: `sites[1].index` is 5, expected 1"
    );
}

#[test]
fn hostile_bytes_give_errors_and_no_panic() {
    let mut section = encode_record(&sample()).unwrap();
    section.extend(encode_record(&sample()).unwrap());
    let record = section.len() / 2;
    for length in 0..section.len() {
        let whole_records = length == 0 || length == record;
        // Only padding may be cut off without notice.
        let only_padding_lost = section[length..(length / record + 1) * record].iter().all(|&byte| byte == 0);
        assert_eq!(decode_section(&section[..length]).is_ok(), whole_records || only_padding_lost, "length {length}");
    }
    for offset in 0..record {
        for bit in 0..8 {
            let mut damaged = section[..record].to_vec();
            damaged[offset] ^= 1 << bit;
            let read = decode_section(&damaged);
            assert_ne!(read, Ok(vec![sample()]), "bit {bit} of byte {offset}");
        }
    }
}
