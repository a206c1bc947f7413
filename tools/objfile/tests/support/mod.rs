//! What the tests of this crate share: real objects, descriptions, and synthetic objects of both formats.

#![allow(dead_code)] // Every test binary uses a part of it.

use std::ops::Range;

use object::write::{Object, StandardSection, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, Object as _, ObjectSection as _, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope,
};
use xls_aot_metadata::{
    encode_record, Entry, EntryKind, EntryPoint, Features, Metadata, Producer, ResultValue, TempBuffer, SCHEMA_VERSION,
};
use xls_aot_objfile::rewrite::{rewrite_elf, Export};
use xls_aot_objfile::Error;

/// Objects as libxls made them; `testdata/README.md` says how.
pub const ADD_ONE: &[u8] = include_bytes!("../../testdata/add_one.o");
pub const CHECKED: &[u8] = include_bytes!("../../testdata/checked.o");
pub const DIVIDE: &[u8] = include_bytes!("../../testdata/divide.o");
pub const LOOPED: &[u8] = include_bytes!("../../testdata/looped.o");

/// The real objects with the symbols of their entry points.
pub const SAMPLES: [(&str, &[u8]); 4] =
    [("add_one", ADD_ONE), ("checked", CHECKED), ("divide", DIVIDE), ("looped", LOOPED)];

/// Two salts.
pub const SALTS: [&str; 2] = ["0123456789abcdef", "fedcba9876543210"];

/// The digest of every symbol.
pub const DIGEST: &str = "0f1e2d3c4b5a6978";

pub fn symbol(salt: &str, top: &str) -> String {
    xls_aot_runtime::abi::symbol_name(salt, DIGEST, top, EntryKind::Xls)
}

/// A description of a function with one entry point.
pub fn description(salt: &str, top: &str) -> Metadata {
    Metadata {
        schema_version: SCHEMA_VERSION,
        abi_version: 2,
        tool: Producer { name: "xls_aot".to_string(), version: "0.1.0".to_string() },
        crate_name: format!("{top}_crate"),
        package: top.to_string(),
        symbol_salt: salt.to_string(),
        backend: Producer { name: "xlsynth".to_string(), version: "0.41.0".to_string() },
        target: "x86_64-unknown-linux-gnu".to_string(),
        cpu_baseline: "x86-64-v3".to_string(),
        ir_sha256: "00".repeat(32),
        entries: vec![Entry {
            function: top.to_string(),
            rust_path: top.to_string(),
            rust_module: String::new(),
            rust_alias: None,
            features: Features::NONE,
            entry_points: vec![EntryPoint { kind: EntryKind::Xls, symbol: symbol(salt, top) }],
            signature: "() -> bits[8]".to_string(),
            params: vec![],
            result: ResultValue { xls_type: "bits[8]".to_string(), rust_type: "u8".to_string(), size: 1, align: 1 },
            temp_buffer: TempBuffer { size: 0, align: 1 },
            sites: vec![],
        }],
        types: vec![],
        sites: vec![],
    }
}

/// Rewrites an object for a salt.
pub fn rewrite(bytes: &[u8], salt: &str, top: &str) -> Result<Vec<u8>, Error> {
    let record = encode_record(&description(salt, top)).expect("the description is consistent");
    let exported = symbol(salt, top);
    rewrite_elf(&[Export { object: bytes, entry_symbol: top, exported_symbol: &exported }], &record)
}

/// Rewrites all samples into one object for a salt.
pub fn rewrite_all(salt: &str) -> Result<Vec<u8>, Error> {
    let mut metadata = description(salt, "add_one");
    metadata.entries = SAMPLES.iter().flat_map(|(top, _)| description(salt, top).entries).collect();
    let record = encode_record(&metadata).expect("the description is consistent");
    let symbols = SAMPLES.map(|(top, _)| symbol(salt, top));
    let exports: Vec<Export<'_>> = SAMPLES
        .iter()
        .zip(&symbols)
        .map(|((top, object), symbol)| Export { object, entry_symbol: top, exported_symbol: symbol })
        .collect();
    rewrite_elf(&exports, &record)
}

/// An empty relocatable object.
pub fn new_object(format: BinaryFormat, architecture: Architecture) -> Object<'static> {
    Object::new(format, architecture, Endianness::Little)
}

/// Adds a function of these bytes to the code section.
pub fn add_function(object: &mut Object<'_>, name: &str, code: &[u8]) -> object::write::SymbolId {
    add_function_with_scope(object, name, code, SymbolScope::Dynamic)
}

pub fn add_function_with_scope(
    object: &mut Object<'_>,
    name: &str,
    code: &[u8],
    scope: SymbolScope,
) -> object::write::SymbolId {
    let section = object.section_id(StandardSection::Text);
    let id = object.add_symbol(new_symbol(name, SymbolKind::Text, scope));
    object.add_symbol_data(id, section, code, 16);
    id
}

/// Adds an undefined symbol.
pub fn add_undefined(object: &mut Object<'_>, name: &str) -> object::write::SymbolId {
    object.add_symbol(new_symbol(name, SymbolKind::Text, SymbolScope::Unknown))
}

pub fn new_symbol(name: &str, kind: SymbolKind, scope: SymbolScope) -> Symbol {
    Symbol {
        name: name.as_bytes().to_vec(),
        value: 0,
        size: 0,
        kind,
        scope,
        weak: false,
        section: SymbolSection::Undefined,
        flags: SymbolFlags::None,
    }
}

/// An archive in the common format of System V.
pub fn archive(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, data) in members {
        let name = format!("{name}/");
        bytes.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", 0, 0, 0, "644", data.len()).into_bytes());
        bytes.extend_from_slice(data);
        if data.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// A universal Mach-O binary of files with their processor types.
pub fn universal(files: &[(u32, &[u8])]) -> Vec<u8> {
    let mut header: Vec<u8> = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    let begin = (8 + 20 * files.len()).next_multiple_of(16);
    let words = |header: &mut Vec<u8>, words: &[u32]| header.extend(words.iter().flat_map(|word| word.to_be_bytes()));
    words(&mut header, &[0xCAFE_BABE, files.len() as u32]);
    for (cpu, file) in files {
        words(&mut header, &[*cpu, 0, (begin + data.len()) as u32, file.len() as u32, 4]);
        data.extend_from_slice(file);
        data.resize(data.len().next_multiple_of(16), 0);
    }
    header.resize(begin, 0);
    header.extend(data);
    header
}

/// An ELF shared library that consists of its dynamic section: tags with strings.
pub fn elf_library(dynamic: &[(u64, &str)]) -> Vec<u8> {
    let mut strings = vec![0];
    let mut entries = Vec::new();
    for (tag, text) in dynamic {
        entries.extend([*tag, strings.len() as u64]);
        strings.extend_from_slice(text.as_bytes());
        strings.push(0);
    }
    entries.extend([0, 0]);
    let entries: Vec<u8> = entries.iter().flat_map(|word| word.to_le_bytes()).collect();
    let names = b"\0.dynamic\0.dynstr\0.shstrtab\0";
    let (entries_at, strings_at) = (64, 64 + entries.len());
    let names_at = strings_at + strings.len();
    let sections_at = (names_at + names.len()).next_multiple_of(8);

    let mut file = vec![0x7F, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    file.extend([3, 0, 62, 0, 1, 0, 0, 0]); // ET_DYN, EM_X86_64, version 1
    file.extend([0, 0, sections_at as u64].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([0, 0, 64, 56, 0, 64, 4, 3].iter().flat_map(|half: &u16| half.to_le_bytes()));
    file.resize(64, 0);
    file.extend_from_slice(&entries);
    file.extend_from_slice(&strings);
    file.extend_from_slice(names);
    file.resize(sections_at + 64, 0); // with the null section
    let sections: [(u32, u32, u64, usize, usize, u32, u64); 3] = [
        (1, 6, 3, entries_at, entries.len(), 2, 16), // .dynamic: SHT_DYNAMIC, writable and loaded, strings in section 2
        (10, 3, 2, strings_at, strings.len(), 0, 0),
        (18, 3, 0, names_at, names.len(), 0, 0),
    ];
    for (name, sh_type, flags, offset, size, link, entry_size) in sections {
        file.extend([name, sh_type].iter().flat_map(|word| word.to_le_bytes()));
        file.extend([flags, 0, offset as u64, size as u64].iter().flat_map(|word| word.to_le_bytes()));
        file.extend([link, 0].iter().flat_map(|word| word.to_le_bytes()));
        file.extend([8, entry_size].iter().flat_map(|word: &u64| word.to_le_bytes()));
    }
    file
}

/// A Mach-O executable that consists of load commands: a command, the fields between its size and its text, the text.
pub fn macho_executable(commands: &[(u32, &[u32], &str)]) -> Vec<u8> {
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let mut body = Vec::new();
    for (command, fields, text) in commands {
        let text_at = 12 + 4 * fields.len();
        let size = (text_at + text.len() + 1).next_multiple_of(8);
        let begin = body.len();
        body.extend(words(&[*command, size as u32, text_at as u32]));
        body.extend(words(fields));
        body.extend_from_slice(text.as_bytes());
        body.resize(begin + size, 0);
    }
    // MH_MAGIC_64, CPU_TYPE_ARM64, MH_EXECUTE.
    let mut file = words(&[0xFEED_FACF, 0x0100_000C, 0, 2, commands.len() as u32, body.len() as u32, 0, 0]);
    file.extend(body);
    file
}

/// Every beginning of a file, and the file with each of its bits flipped. In `contents`, every eighth beginning, and one bit of each byte.
pub fn damage(bytes: &[u8], contents: &[Range<usize>], mut check: impl FnMut(&[u8])) {
    let is_content = |offset: usize| contents.iter().any(|range| range.contains(&offset));
    for length in (0..bytes.len()).filter(|&length| length % 8 == 0 || !is_content(length)) {
        check(&bytes[..length]);
    }
    let mut damaged = bytes.to_vec();
    for offset in 0..bytes.len() {
        if is_content(offset) {
            damaged[offset] ^= 1 << (offset % 8);
            check(&damaged);
            damaged[offset] = bytes[offset];
            continue;
        }
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

/// Where an object has code and the text of its description, which nothing looks into bit by bit.
pub fn contents(object: &[u8]) -> Vec<Range<usize>> {
    // What frames the text is structure.
    const FRAME: usize = 64;
    let file = object::File::parse(object).expect("an object");
    let ranges = file.sections().filter_map(|section| {
        let (start, size) = section.file_range()?;
        let range = start as usize..(start + size) as usize;
        match section.kind() {
            SectionKind::Text => Some(range),
            _ if section.name() == Ok(xls_aot_metadata::section::elf::NAME) => Some(range.start + FRAME..range.end),
            _ => None,
        }
    });
    ranges.collect()
}
