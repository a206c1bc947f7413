//! Rewriting of objects: what comes out of real ones, and what is refused, with the full messages.

mod support;

use object::elf;
use object::read::elf::{ElfFile64, FileHeader as _, SectionHeader as _};
use object::write::{Relocation, StandardSection};
use object::{
    Architecture, BinaryFormat, LittleEndian, Object as _, ObjectSection as _, ObjectSymbol as _, RelocationEncoding,
    RelocationFlags, RelocationKind, SectionKind, SymbolScope,
};
use support::*;
use xls_aot_metadata::{decode_section, encode_record};
use xls_aot_objfile::rewrite::{rewrite_elf, Export, ALLOWED_UNDEFINED};
use xls_aot_objfile::Error;

fn parse(bytes: &[u8]) -> ElfFile64<'_, LittleEndian> {
    ElfFile64::parse(bytes).expect("the output is an ELF file")
}

/// The names of global symbols: those defined and those undefined, sorted.
fn globals(bytes: &[u8]) -> (Vec<String>, Vec<String>) {
    let file = parse(bytes);
    let mut sorted: (Vec<_>, Vec<_>) = (vec![], vec![]);
    for symbol in file.symbols().filter(|symbol| symbol.is_global()) {
        let names = if symbol.is_undefined() { &mut sorted.1 } else { &mut sorted.0 };
        names.push(symbol.name().unwrap().to_string());
    }
    sorted.0.sort();
    sorted.1.sort();
    sorted
}

#[test]
fn only_the_entry_point_is_exported() {
    let undefined: [&[&str]; 4] = [&[], &["_GLOBAL_OFFSET_TABLE_"], &["__udivti3"], &[]];
    for ((top, bytes), undefined) in SAMPLES.into_iter().zip(undefined) {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        let (defined, needed) = globals(&output);
        assert_eq!(defined, [symbol(SALTS[0], top)], "{top}");
        assert_eq!(needed, undefined, "{top}");
        assert!(parse(&output).symbols().all(|symbol| symbol.kind() != object::SymbolKind::File));
    }
}

/// The sections of a name: their contents and the places in them that are relocated.
fn contents(bytes: &[u8], name: &str) -> Vec<(Vec<u8>, Vec<u64>)> {
    let file = parse(bytes);
    let sections = file.sections().filter(|section| section.name() == Ok(name));
    sections.map(|section| (section.data().unwrap().to_vec(), section.relocations().map(|r| r.0).collect())).collect()
}

#[test]
fn several_objects_become_one_in_which_each_is_as_it_was() {
    let output = rewrite_all(SALTS[0]).unwrap();
    assert_eq!(output, rewrite_all(SALTS[0]).unwrap());
    let (defined, needed) = globals(&output);
    assert_eq!(defined, SAMPLES.map(|(top, _)| symbol(SALTS[0], top)));
    assert_eq!(needed, ["_GLOBAL_OFFSET_TABLE_", "__udivti3"]);
    for name in [".text", ".eh_frame", ".lrodata.str1.1"] {
        let apart = SAMPLES.map(|(top, bytes)| contents(&rewrite(bytes, SALTS[0], top).unwrap(), name));
        assert!(!apart.concat().is_empty(), "{name}");
        assert_eq!(contents(&output, name), apart.concat(), "{name}");
    }
    let section = contents(&output, ".xls_aot");
    let [(section, _)] = &section[..] else { panic!("{} descriptions", section.len()) };
    let records = decode_section(section).unwrap();
    let described: Vec<&str> = records[0].entries.iter().map(|entry| entry.function.as_str()).collect();
    assert_eq!(described, SAMPLES.map(|(top, _)| top));
    assert_eq!(contents(&output, ".note.GNU-stack").len(), 1);
}

#[test]
fn a_symbol_that_several_objects_need_is_there_once() {
    let (one, other) = ("divide", symbol(SALTS[1], "divide"));
    let mut metadata = description(SALTS[0], one);
    metadata.entries.push(description(SALTS[1], one).entries.remove(0));
    metadata.entries[1].function = "other".to_owned();
    metadata.entries[1].rust_path = "other".to_owned();
    metadata.entries[1].rust_module = "other".to_owned();
    let names = [symbol(SALTS[0], one), other];
    let exports = [0, 1].map(|i| Export { object: DIVIDE, entry_symbol: one, exported_symbol: &names[i] });
    let output = rewrite_elf(&exports, &encode_record(&metadata).unwrap()).unwrap();
    assert_eq!(globals(&output), (names.to_vec(), vec!["__udivti3".to_owned()]));
}

#[test]
fn objects_for_different_machines_stay_apart() {
    let mut arm = new_object(BinaryFormat::Elf, Architecture::Aarch64);
    add_function(&mut arm, "checked", &[0xc0, 0x03, 0x5f, 0xd6]);
    let arm = arm.write().unwrap();
    let mut metadata = description(SALTS[0], "add_one");
    metadata.entries.extend(description(SALTS[0], "checked").entries);
    let names = ["add_one", "checked"].map(|top| symbol(SALTS[0], top));
    let exports = [
        Export { object: ADD_ONE, entry_symbol: "add_one", exported_symbol: &names[0] },
        Export { object: &arm, entry_symbol: "checked", exported_symbol: &names[1] },
    ];
    let error = rewrite_elf(&exports, &encode_record(&metadata).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "the objects are for different machines");
}

#[test]
fn local_symbols_come_first_and_are_counted() {
    let apart = SAMPLES.map(|(top, bytes)| (top, rewrite(bytes, SALTS[0], top).unwrap()));
    for (top, output) in apart.into_iter().chain([("all", rewrite_all(SALTS[0]).unwrap())]) {
        let header = elf::FileHeader64::<LittleEndian>::parse(&output[..]).unwrap();
        let sections = header.sections(LittleEndian, &output[..]).unwrap();
        let table = sections.symbols(LittleEndian, &output[..], elf::SHT_SYMTAB).unwrap();
        let locals = table.iter().take_while(|symbol| symbol.st_bind() == elf::STB_LOCAL).count();
        assert!(table.iter().skip(locals).all(|symbol| symbol.st_bind() != elf::STB_LOCAL), "{top}");
        let section = sections.iter().find(|section| section.sh_type(LittleEndian) == elf::SHT_SYMTAB).unwrap();
        assert_eq!(section.sh_info(LittleEndian) as usize, locals, "{top}");
    }
}

#[test]
fn names_of_the_compiler_and_of_inner_functions_are_gone() {
    for (top, bytes) in SAMPLES {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        let text = String::from_utf8_lossy(&output);
        for name in ["__module", "_packed", "_partition_", "step", "unused", "inner", "nest", ".LCPI"] {
            assert!(!text.contains(name), "{top} contains {name}");
        }
    }
}

#[test]
fn the_description_is_loaded_read_only_and_retained() {
    for (top, bytes) in SAMPLES {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        let file = parse(&output);
        let section = file.section_by_name(".xls_aot").expect("the section is there");
        let header = section.elf_section_header();
        assert_eq!(header.sh_flags(LittleEndian), elf::SHF_ALLOC | elf::SHF_GNU_RETAIN);
        assert_eq!(header.sh_type(LittleEndian), elf::SHT_PROGBITS);
        assert_eq!(section.align(), 8);
        assert_eq!(decode_section(section.data().unwrap()), Ok(vec![description(SALTS[0], top)]));
        assert_eq!(file.elf_header().e_ident().os_abi, elf::ELFOSABI_GNU);
    }
}

#[test]
fn the_stack_stays_non_executable_and_nothing_is_writable() {
    for (top, bytes) in SAMPLES {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        let file = parse(&output);
        let note = file.section_by_name(".note.GNU-stack").expect("the note is there");
        assert!(!note.elf_section_header().sh_flags(LittleEndian).contains(elf::SHF_EXECINSTR));
        let flags = |section: &object::read::elf::ElfSection64<'_, '_, LittleEndian>| {
            section.elf_section_header().sh_flags(LittleEndian)
        };
        assert!(file.sections().all(|section| !flags(&section).contains(elf::SHF_WRITE)), "{top}");
    }
}

#[test]
fn unreachable_code_is_left_out() {
    let text_size = |bytes: &[u8]| parse(bytes).section_by_name(".text").unwrap().size();
    // Of `add_one`, `divide`: the entry point alone. Of `looped`: that and `nest`. Of `checked`: all but `step`, which has
    // become part of its caller, and the variant for packed data.
    let functions = [1, 3, 1, 2];
    for ((top, bytes), functions) in SAMPLES.into_iter().zip(functions) {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        let found = parse(&output).symbols().filter(|symbol| symbol.kind() == object::SymbolKind::Text).count();
        assert_eq!(found, functions, "{top}");
        assert!(text_size(&output) < text_size(bytes), "{top}");
    }
}

#[test]
fn unwind_information_covers_exactly_the_functions_that_are_left() {
    let output = rewrite(CHECKED, SALTS[0], "checked").unwrap();
    let file = parse(&output);
    let frames = file.section_by_name(".eh_frame").unwrap();
    let text = file.section_by_name(".text").unwrap();
    let mut starts = Vec::new();
    for (offset, relocation) in frames.relocations() {
        let object::RelocationTarget::Symbol(symbol) = relocation.target() else { panic!("a symbol") };
        assert_eq!(file.symbol_by_index(symbol).unwrap().section_index(), Some(text.index()));
        starts.push(relocation.addend());
        // The record begins 8 bytes before its function's start, and its common record is at the section's begin.
        let data = frames.data().unwrap();
        let identifier = &data[offset as usize - 4..offset as usize];
        assert_eq!(u64::from(u32::from_le_bytes(identifier.try_into().unwrap())), offset - 4);
    }
    let mut functions: Vec<_> = file
        .symbols()
        .filter(|symbol| symbol.kind() == object::SymbolKind::Text)
        .map(|symbol| symbol.address() as i64)
        .collect();
    functions.sort_unstable();
    assert_eq!(starts, functions);
}

#[test]
fn output_is_a_function_of_the_input_and_can_not_be_rewritten_again() {
    for (top, bytes) in SAMPLES {
        let output = rewrite(bytes, SALTS[0], top).unwrap();
        assert_eq!(rewrite(bytes, SALTS[0], top).unwrap(), output);
        assert_ne!(rewrite(bytes, SALTS[1], top).unwrap(), output);
        assert_eq!(
            rewrite(&output, SALTS[0], top).unwrap_err().to_string(),
            "the object has a description already: it is an artefact, not a compiler's output"
        );
    }
}

/// The code section and the symbols of a synthetic object after rewriting with `f` as entry.
fn rewrite_synthetic(build: impl FnOnce(&mut object::write::Object<'static>)) -> Result<Vec<u8>, Error> {
    let mut object = new_object(BinaryFormat::Elf, Architecture::X86_64);
    build(&mut object);
    rewrite(&object.write().unwrap(), SALTS[0], "f")
}

fn code(bytes: &[u8]) -> Vec<u8> {
    parse(bytes).section_by_name(".text").unwrap().data().unwrap().to_vec()
}

fn message(build: impl FnOnce(&mut object::write::Object<'static>)) -> String {
    rewrite_synthetic(build).unwrap_err().to_string()
}

const RET: [u8; 1] = [0xC3];

fn call(object: &mut object::write::Object<'_>, offset: u64, symbol: object::write::SymbolId) {
    let section = object.section_id(StandardSection::Text);
    let flags = RelocationFlags::Generic {
        kind: RelocationKind::PltRelative,
        encoding: RelocationEncoding::X86Branch,
        size: 32,
    };
    object.add_relocation(section, Relocation { offset, symbol, addend: -4, flags }).unwrap();
}

#[test]
fn code_moves_with_its_relocations() {
    let output = rewrite_synthetic(|object| {
        add_function(object, "unused", &[0x90; 20]);
        let callee = add_function(object, "callee", &[0x31, 0xC0, 0xC3]);
        add_function(object, "f", &[0xE8, 0, 0, 0, 0, 0xC3]);
        call(object, 49, callee);
    })
    .unwrap();
    let file = parse(&output);
    assert_eq!(code(&output)[..3], [0x31, 0xC0, 0xC3]);
    assert_eq!(code(&output)[16..22], [0xE8, 0, 0, 0, 0, 0xC3]);
    assert_eq!(code(&output).len(), 22);
    let places: Vec<_> = file
        .symbols()
        .filter(|symbol| symbol.kind() == object::SymbolKind::Text)
        .map(|symbol| (symbol.name().unwrap(), symbol.address()))
        .collect();
    let exported = symbol(SALTS[0], "f");
    assert_eq!(places, [(&format!("{exported}.0")[..], 0), (&exported[..], 16)]);
    let relocations: Vec<_> = file.section_by_name(".text").unwrap().relocations().collect();
    assert_eq!(relocations.len(), 1);
    assert_eq!((relocations[0].0, relocations[0].1.addend()), (17, -4));
}

#[test]
fn references_that_the_compiler_resolved_keep_code_together() {
    let near = [0xE8, 0x1B, 0, 0, 0, 0xC3]; // call to 32 bytes after its begin
    let short = [0xEB, 0x1E, 0xC3]; // jump to the same place
    let lea = [0x48, 0x8D, 0x05, 0x19, 0, 0, 0, 0xC3]; // the address of the same place
    for reference in [&near[..], &short[..], &lea[..]] {
        // `f`, then `unused`, then a local function that `f` refers to without a relocation.
        let output = rewrite_synthetic(|object| {
            add_function(object, "f", reference);
            add_function(object, "unused", &[0x90; 3]);
            add_function_with_scope(object, "local", &RET, SymbolScope::Compilation);
            add_function(object, "unused too", &[0x90; 3]);
        })
        .unwrap();
        assert_eq!(code(&output).len(), 48, "{reference:02x?}"); // the last one is left out
        assert_eq!(code(&output)[32], 0xC3, "{reference:02x?}");
    }
    // A short jump into a function with a global symbol is none: the compiler does not resolve it.
    let output = rewrite_synthetic(|object| {
        add_function(object, "f", &[0xEB, 0x0E, 0xC3]);
        add_function(object, "unused", &RET);
    })
    .unwrap();
    assert_eq!(code(&output).len(), 16);
}

#[test]
fn code_that_data_refers_to_stays_where_it_is() {
    let output = rewrite_synthetic(|object| {
        add_function(object, "unused", &RET);
        let f = add_function(object, "f", &RET);
        let table = object.section_id(StandardSection::ReadOnlyData);
        object.append_section_data(table, &[0; 8], 8);
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::Relative,
            encoding: RelocationEncoding::Generic,
            size: 32,
        };
        object.add_relocation(table, Relocation { offset: 0, symbol: f, addend: 0, flags }).unwrap();
    })
    .unwrap();
    assert_eq!(code(&output).len(), 17);
}

#[test]
fn aarch64_objects_are_rewritten_without_moving_code() {
    let mut object = new_object(BinaryFormat::Elf, Architecture::Aarch64);
    add_function(&mut object, "unused", &[0xC0, 0x03, 0x5F, 0xD6]);
    add_function(&mut object, "f", &[0xC0, 0x03, 0x5F, 0xD6]);
    let output = rewrite(&object.write().unwrap(), SALTS[0], "f").unwrap();
    assert_eq!(globals(&output).0, [symbol(SALTS[0], "f")]);
    assert_eq!(code(&output).len(), 20);
    assert!(parse(&output).section_by_name(".note.GNU-stack").is_some());
}

#[test]
fn remarks_and_debug_information_are_dropped() {
    let output = rewrite_synthetic(|object| {
        add_function(object, "f", &RET);
        for (name, kind) in [(".comment", SectionKind::OtherString), (".debug_line", SectionKind::Debug)] {
            let section = object.add_section(vec![], name.as_bytes().to_vec(), kind);
            object.append_section_data(section, b"/home/someone/build.c\0", 1);
        }
        object.add_file_symbol(b"/home/someone/build.c".to_vec());
    })
    .unwrap();
    assert!(!String::from_utf8_lossy(&output).contains("/home"));
}

#[test]
fn every_allowed_undefined_symbol_is_accepted_and_no_other() {
    for name in ALLOWED_UNDEFINED {
        let output = rewrite_synthetic(|object| {
            add_function(object, "f", &[0xE8, 0, 0, 0, 0, 0xC3]);
            let needed = add_undefined(object, name);
            call(object, 1, needed);
        })
        .unwrap();
        assert_eq!(globals(&output).1, [name]);
    }
    assert_eq!(
        message(|object| {
            add_function(object, "f", &RET);
            add_undefined(object, "printf");
        }),
        "symbol `printf` is undefined and is not one of the functions that every program has"
    );
}

#[test]
fn objects_with_state_are_refused() {
    let with_section = |name: &'static str, kind: SectionKind| {
        message(move |object| {
            add_function(object, "f", &RET);
            let section = object.add_section(vec![], name.as_bytes().to_vec(), kind);
            object.append_section_data(section, &[1], 1);
        })
    };
    assert_eq!(
        with_section(".data", SectionKind::Data),
        "section `.data` is writable: compiled functions have no state"
    );
    assert_eq!(
        with_section(".tdata", SectionKind::Tls),
        "section `.tdata` is writable: compiled functions have no state"
    );
    assert_eq!(
        message(|object| {
            add_function(object, "f", &RET);
            let section = object.add_section(vec![], b".mixed".to_vec(), SectionKind::Text);
            object.append_section_data(section, &[1], 1);
            object.section_mut(section).flags = object::SectionFlags::Elf {
                sh_type: elf::SHT_PROGBITS,
                sh_flags: elf::SHF_ALLOC | elf::SHF_WRITE | elf::SHF_EXECINSTR,
            };
        }),
        "section `.mixed` is writable and executable"
    );
    assert_eq!(
        message(|object| {
            add_function(object, "f", &RET);
            let section = object.add_section(vec![], b".note.GNU-stack".to_vec(), SectionKind::Other);
            object.section_mut(section).flags =
                object::SectionFlags::Elf { sh_type: elf::SHT_PROGBITS, sh_flags: elf::SHF_EXECINSTR };
        }),
        "section `.note.GNU-stack` asks for an executable stack"
    );
}

#[test]
fn wrong_files_are_refused_with_a_reason() {
    let refusal = |bytes: &[u8]| rewrite(bytes, SALTS[0], "f").unwrap_err().to_string();
    assert_eq!(refusal(b""), "not an object file");
    assert_eq!(refusal(b"package p\n\nfn f() -> bits[1] {"), "not an object file");
    let macho = new_object(BinaryFormat::MachO, Architecture::Aarch64).write().unwrap();
    assert_eq!(refusal(&macho), "expected a 64-bit ELF object, found MachO64");
    let riscv = new_object(BinaryFormat::Elf, Architecture::Riscv64).write().unwrap();
    assert_eq!(refusal(&riscv), "expected an object for x86-64 or AArch64, found machine 243");
    let mut executable = ADD_ONE.to_vec();
    executable[16] = 2; // e_type
    assert_eq!(refusal(&executable), "expected a relocatable object, found an executable, a library or a core file");
}

#[test]
fn a_missing_entry_point_is_reported_with_what_there_is() {
    assert_eq!(
        rewrite(ADD_ONE, SALTS[0], "add_two").unwrap_err().to_string(),
        "the object does not define `add_two`; it defines `add_one`, `__add_one_partition_0`, `add_one_packed`"
    );
    assert_eq!(
        rewrite(DIVIDE, SALTS[0], "__udivti3").unwrap_err().to_string(),
        "the object refers to `__udivti3` but does not define it"
    );
}

#[test]
fn contradicting_requests_are_the_callers_fault() {
    let record = encode_record(&description(SALTS[0], "add_one")).unwrap();
    let attempt = |exported: &str, record: &[u8]| {
        rewrite_elf(&[Export { object: ADD_ONE, entry_symbol: "add_one", exported_symbol: exported }], record)
            .unwrap_err()
    };
    let internal = |message: &str| Error::Internal { message: message.to_string() };
    assert_eq!(attempt("", &record), internal("\"\" can not be the name of a symbol"));
    assert_eq!(
        attempt("other", &record),
        internal(
            "the description's entry points are xls_aot_v2_0123456789abcdef_0f1e2d3c4b5a6978_add_one, but the symbols to export are other"
        )
    );
    let exported = symbol(SALTS[0], "add_one");
    assert_eq!(attempt(&exported, &[]), internal("expected one description record, found 0"));
    assert_eq!(
        attempt(&exported, &[&record[..], &record[..]].concat()),
        internal("expected one description record, found 2")
    );
}
