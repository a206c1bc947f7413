//! Object files of all targets: what linkers must be able to do with them, and what unwinders find.

use gimli::{BaseAddresses, CieOrFde, EhFrame, LittleEndian, UnwindSection};
use object::read::macho::MachOFile64;
use object::read::{Object, ObjectSection, ObjectSymbol, RelocationTarget};
use object::{elf, macho, Endianness, FileFlags, RelocationFlags, SectionFlags};
use xls_aot_backend::{Backend, CompileRequest, Cpu, Target};
use xls_aot_ir::{read_package, FuncId};
use xls_aot_native::{NativeBackend, OptLevel};

/// Constants, an assertion with the number of its event site, a copy of an array, and a division too wide to be written out.
const DESIGN: &str = "package design

top fn design(t: token, x: bits[600], y: bits[600], c: bits[1], i: bits[8], a: bits[64][100])
    -> (bits[600], bits[32], bits[64][100]) {
  u: token = assert(t, c, message=\"0\")
  q: bits[600] = udiv(x, y)
  primes: bits[32][16] = literal(value=[2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53])
  squares: bits[32][16] = literal(value=[0, 1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121, 144, 169, 196, 225])
  p: bits[32] = array_index(primes, indices=[i])
  s: bits[32] = array_index(squares, indices=[i])
  e: bits[32] = add(p, s)
  z: bits[64] = literal(value=3)
  b: bits[64][100] = array_update(a, z, indices=[i])
  ret r: (bits[600], bits[32], bits[64][100]) = tuple(q, e, b)
}
";

const SYMBOL: &str = "design_entry";

fn object_file(target: Target, cpu: Option<Cpu>) -> Vec<u8> {
    let package = read_package("design.ir", DESIGN.as_bytes()).unwrap();
    let request = CompileRequest { package: &package, entries: &[FuncId::new(0)], target, cpu };
    let compiled = NativeBackend::new(OptLevel::Full).compile(&request).unwrap();
    assert_eq!(compiled.cpu, cpu.unwrap_or(Cpu::default_of(target)));
    compiled.object.finish(&[SYMBOL.to_owned()], b"description").unwrap()
}

/// Linkers refuse distances to a place in a section in Mach-O unless a symbol stands there, and entries of the offset
/// table for anything but a symbol.
#[test]
fn constants_are_reached_by_distance() {
    for &target in Target::ALL {
        let bytes = object_file(target, None);
        let file = object::File::parse(&*bytes).unwrap();
        let text = file.section_by_name(if target.is_macho() { "__text" } else { ".text" }).unwrap();
        let mut constants = 0;
        for (_, reloc) in text.relocations() {
            let RelocationTarget::Symbol(symbol) = reloc.target() else {
                panic!("{target}: a relocation without a symbol: {reloc:?}");
            };
            constants += usize::from(!file.symbol_by_index(symbol).unwrap().is_undefined());
            if let RelocationFlags::MachO { r_type, .. } = reloc.flags() {
                let through_table = match target {
                    Target::X86_64Macos => [macho::X86_64_RELOC_GOT, macho::X86_64_RELOC_GOT_LOAD],
                    _ => [macho::ARM64_RELOC_GOT_LOAD_PAGE21, macho::ARM64_RELOC_GOT_LOAD_PAGEOFF12],
                };
                assert!(!through_table.contains(&r_type), "{target}: {reloc:?}");
            }
        }
        // The two tables are reached from one address, which takes one instruction on x86-64 and two on 64-bit Arm.
        let relocations = if matches!(target, Target::X86_64Linux | Target::X86_64Macos) { 1 } else { 2 };
        assert_eq!(constants, relocations, "{target}");
    }
}

/// Apple's linker refuses or warns of objects that do not say which system they are for.
#[test]
fn mach_o_names_the_oldest_system() {
    for (target, minimum) in [(Target::X86_64Macos, (10, 12, 0)), (Target::Aarch64Macos, (11, 0, 0))] {
        let bytes = object_file(target, None);
        let file = MachOFile64::<Endianness>::parse(&*bytes).unwrap();
        let (version, tools) = file.build_version().unwrap().expect("LC_BUILD_VERSION");
        assert_eq!(version.platform.get(Endianness::Little), macho::PLATFORM_MACOS, "{target}");
        let oldest = version.minos.get(Endianness::Little);
        assert_eq!((oldest.major(), oldest.minor(), oldest.update()), minimum, "{target}");
        assert_eq!(version.sdk.get(Endianness::Little).major(), 0, "{target}: no SDK took part");
        assert!(tools.is_empty(), "{target}");
    }
}

/// The bytes of the section of unwind information as if code lay at address 0 and this section at its own address.
fn linked_frames(target: Target, file: &object::File<'_>) -> (u64, Vec<u8>) {
    let section = file.section_by_name(if target.is_macho() { "__eh_frame" } else { ".eh_frame" }).unwrap();
    let address = if target.is_macho() { section.address() } else { 1 << 20 };
    let mut bytes = section.data().unwrap().to_vec();
    assert_eq!(section.relocations().count() == 0, target.is_macho(), "{target}");
    for (offset, reloc) in section.relocations() {
        let distance = reloc.addend() - (address + offset) as i64;
        bytes[offset as usize..][..4].copy_from_slice(&(distance as i32).to_le_bytes());
    }
    (address, bytes)
}

#[test]
fn every_function_has_unwind_information() {
    for &target in Target::ALL {
        let bytes = object_file(target, None);
        let file = object::File::parse(&*bytes).unwrap();
        let text = file.section_by_name(if target.is_macho() { "__text" } else { ".text" }).unwrap();
        let (address, frames) = linked_frames(target, &file);
        let bases = BaseAddresses::default().set_eh_frame(address).set_text(text.address());
        let frames = EhFrame::new(&frames, LittleEndian);
        let mut functions = Vec::new();
        let mut entries = frames.entries(&bases);
        while let Some(entry) = entries.next().unwrap() {
            if let CieOrFde::Fde(partial) = entry {
                let fde = partial.parse(EhFrame::cie_from_offset).unwrap();
                functions.push((fde.initial_address(), fde.initial_address() + fde.len()));
            }
        }
        functions.sort_unstable();
        assert!(functions.len() >= 2, "{target}: the function and the division");
        assert!(functions.windows(2).all(|pair| pair[0].1 <= pair[1].0), "{target}: {functions:?}");
        let code = (text.address(), text.address() + text.size());
        assert_eq!(functions[0].0, code.0, "{target}");
        assert!(functions.iter().all(|&(_, end)| end <= code.1), "{target}: {functions:?}");
        let name = if target.is_macho() { format!("_{SYMBOL}") } else { SYMBOL.to_owned() };
        let entry = file.symbols().find(|symbol| symbol.name() == Ok(&name)).unwrap();
        assert!(functions.iter().any(|&(start, _)| start == entry.address()), "{target}: {functions:?}");
    }
}

/// Linkers drop sections that nothing refers to (rustc tells them to) unless the object says otherwise in a way that they
/// believe: GNU ld wants both flags below.
#[test]
fn the_description_is_kept() {
    for &target in Target::ALL {
        let bytes = object_file(target, None);
        let file = object::File::parse(&*bytes).unwrap();
        let section = file.section_by_name(if target.is_macho() { "__xls_aot" } else { ".xls_aot" }).unwrap();
        assert_eq!(section.data().unwrap(), b"description", "{target}");
        match (file.flags(), section.flags()) {
            (FileFlags::Elf { os_abi, .. }, SectionFlags::Elf { sh_flags, .. }) => {
                assert_eq!(os_abi, elf::ELFOSABI_GNU, "{target}");
                assert!(sh_flags.contains(elf::SHF_GNU_RETAIN), "{target}: {sh_flags:?}");
            }
            (FileFlags::MachO { .. }, SectionFlags::MachO { flags, .. }) => {
                assert!(flags.0 & macho::S_ATTR_NO_DEAD_STRIP.0 != 0, "{target}: {flags:?}");
            }
            other => panic!("{target}: {other:?}"),
        }
    }
}

#[test]
fn the_processor_is_the_one_that_was_asked_for() {
    let of = |cpu| object_file(Target::X86_64Linux, Some(cpu));
    assert_eq!(of(Cpu::X86_64V2), object_file(Target::X86_64Linux, None));
    assert_ne!(of(Cpu::X86_64V2), of(Cpu::X86_64V3));
}

/// `small`: straight code. `loops`: several blocks. `checked`: calls the environment. `saving`: changes registers that it must save.
/// `full`: more values than registers.
const FRAMES: &str = "package frames

fn small(a: bits[32], b: bits[32]) -> bits[32] {
  ret r: bits[32] = add(a, b)
}

fn body(i: bits[32], x: bits[32], n: bits[32]) -> bits[32] {
  y: bits[32] = umul(x, n)
  ret r: bits[32] = xor(y, i)
}

fn loops(x: bits[32], n: bits[32]) -> bits[32] {
  ret r: bits[32] = counted_for(x, trip_count=1000, stride=1, body=body, invariant_args=[n])
}

fn checked(t: token, x: bits[32]) -> (token, bits[32]) {
  c: bits[1] = bit_slice(x, start=0, width=1)
  a: token = assert(t, c, message=\"0\")
  ret r: (token, bits[32]) = tuple(a, x)
}

fn saving(a: bits[256], b: bits[256]) -> bits[512] {
  ret r: bits[512] = umul(a, b)
}

fn full(a: bits[512], b: bits[512]) -> bits[512] {
  ret r: bits[512] = umul(a, b)
}
";

/// The first bytes of each entry point of `FRAMES`, and the number of unwinding instructions for it.
fn frames(target: Target) -> Vec<(String, Vec<u8>, usize)> {
    let package = read_package("frames.ir", FRAMES.as_bytes()).unwrap();
    let names = ["small", "loops", "checked", "saving", "full"];
    let entries = names.map(|name| package.find_function(name).unwrap());
    let request = CompileRequest { package: &package, entries: &entries, target, cpu: None };
    let compiled = NativeBackend::new(OptLevel::Full).compile(&request).unwrap();
    let bytes = compiled.object.finish(&names.map(str::to_owned), b"description").unwrap();
    let file = object::File::parse(&*bytes).unwrap();
    let text = file.section_by_name(if target.is_macho() { "__text" } else { ".text" }).unwrap();
    let (address, unwinding) = linked_frames(target, &file);
    let bases = BaseAddresses::default().set_eh_frame(address).set_text(text.address());
    let unwinding = EhFrame::new(&unwinding, LittleEndian);
    let symbols = file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
    let found = symbols.map(|symbol| {
        let fde = unwinding.fde_for_address(&bases, symbol.address(), EhFrame::cie_from_offset).unwrap();
        assert_eq!((fde.initial_address(), fde.len()), (symbol.address(), symbol.size().max(fde.len())));
        let code = &text.data().unwrap()[(symbol.address() - text.address()) as usize..][..fde.len() as usize];
        let mut instructions = fde.instructions(&unwinding, &bases);
        let mut count = 0;
        while instructions.next().unwrap().is_some() {
            count += 1;
        }
        (symbol.name().unwrap().trim_start_matches('_').to_owned(), code.to_vec(), count)
    });
    found.collect()
}

/// `push rbp; mov rbp, rsp`
const PUSH: [u8; 4] = [0x55, 0x48, 0x89, 0xe5];

#[test]
fn functions_that_keep_nothing_on_the_stack_have_no_frame() {
    for target in [Target::X86_64Linux, Target::X86_64Macos] {
        let frames = frames(target);
        let entry = |name: &str| &frames.iter().find(|(found, ..)| found == name).unwrap_or_else(|| panic!("{name}")).1;
        let unwinding = |name: &str| frames.iter().find(|(found, ..)| found == name).unwrap().2;
        for name in ["small", "small_direct", "loops_direct"] {
            assert_eq!(entry(name)[..4], [0x0f, 0x1f, 0x40, 0x00], "{target}: {name}");
            let pops = entry(name).windows(2).any(|pair| pair == [0x5d, 0xc3]);
            assert!(!pops && entry(name).contains(&0xc3), "{target}: {name}: {:x?}", entry(name));
            // Only padding.
            assert!(unwinding(name) <= 7, "{target}: {name}");
        }
        // Registers are pushed and popped, which the unwinder must know.
        for name in ["saving", "saving_direct"] {
            let code = entry(name);
            assert!(!code.starts_with(&PUSH) && code.ends_with(&[0x5b, 0xc3]), "{target}: {name}: {code:x?}");
            assert!(unwinding(name) > 7, "{target}: {name}");
        }
        // These call, or keep values on the stack.
        for name in ["checked", "full_direct"] {
            assert_eq!(entry(name)[..4], PUSH, "{target}: {name}");
        }
    }
}
