//! An object file in memory, ready to be called: what a linker and a loader do, for the objects of the back ends. It needs
//! neither a linker nor a file.
//!
//! Invariants: memory is never writable and executable at the same time. An object that needs anything else than its own
//! code, its own constants and the few functions that code generators call (`library_function`) is refused.

use std::collections::{BTreeMap, HashMap};
use std::ffi::c_void;
use std::io;
use std::ptr::NonNull;

use object::read::elf::ElfFile64;
use object::read::{Object as _, ObjectSection as _, ObjectSymbol as _, RelocationTarget, SectionIndex, SymbolIndex};
use object::{Architecture, LittleEndian, ObjectKind, RelocationFlags, SectionKind};

use crate::error::ExecuteError;
use crate::library_function::library_function;
use crate::relocation::{jump, Relocation};

/// A whole number of pages on every supported machine.
const PAGE: usize = 1 << 16;

/// The symbol that stands for the global offset table, from which LLVM's code counts distances to constants.
const OFFSET_TABLE: &str = "_GLOBAL_OFFSET_TABLE_";

/// Memory that holds the code and the constants of an object. Dropping it unmaps them.
pub(crate) struct Mapping {
    memory: NonNull<u8>,
    size: usize,
    symbols: BTreeMap<String, usize>,
}

// SAFETY: the memory is not written to once the mapping is made.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

type Elf<'data> = ElfFile64<'data, LittleEndian>;

/// Where the parts of an object are, as offsets in the memory. Code and jumps come first, constants on pages of their own.
struct Layout {
    sections: HashMap<SectionIndex, usize>,
    /// The jumps to functions that are not in the object.
    jumps: HashMap<SymbolIndex, usize>,
    /// Where constants begin.
    constants: usize,
    size: usize,
}

impl Mapping {
    /// Maps an object that was compiled for this machine.
    ///
    /// # Errors
    /// If the object is of another kind, or the system gives no memory.
    pub(crate) fn of(bytes: &[u8]) -> Result<Self, ExecuteError> {
        let invalid = |what: String| ExecuteError::Internal { what: format!("an object cannot be loaded: {what}") };
        if std::env::consts::OS != "linux" {
            return Err(invalid(format!(
                "code is called from memory on Linux only, and this is {}",
                std::env::consts::OS
            )));
        }
        let file = Elf::parse(bytes).map_err(|error| invalid(error.to_string()))?;
        let architecture = file.architecture();
        let here = if cfg!(target_arch = "x86_64") { Architecture::X86_64 } else { Architecture::Aarch64 };
        if file.kind() != ObjectKind::Relocatable || architecture != here {
            return Err(invalid(format!("it is {:?} for {architecture:?}", file.kind())));
        }
        let layout = layout(&file).map_err(invalid)?;
        let mapping = Mapping::new(layout.size, symbols(&file, &layout))?;
        mapping.fill(&file, &layout).map_err(invalid)?;
        mapping.protect(layout.constants)?;
        Ok(mapping)
    }

    fn new(size: usize, symbols: BTreeMap<String, usize>) -> Result<Self, ExecuteError> {
        let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
        // SAFETY: asks for new memory; the result is checked.
        let memory = unsafe { libc::mmap(std::ptr::null_mut(), size, access, kind, -1, 0) };
        match NonNull::new(memory.cast::<u8>()) {
            Some(memory) if memory.as_ptr().cast() != libc::MAP_FAILED => Ok(Mapping { memory, size, symbols }),
            _ => Err(system("cannot get memory for compiled code")),
        }
    }

    /// Copies code and constants, and fills in what refers to addresses.
    fn fill(&self, file: &Elf<'_>, layout: &Layout) -> Result<(), String> {
        let base = self.memory.as_ptr() as u64;
        // SAFETY: the memory is readable and writable, of this size, and nothing else refers to it yet.
        let memory = unsafe { std::slice::from_raw_parts_mut(self.memory.as_ptr(), self.size) };
        for (&symbol, &offset) in &layout.jumps {
            let name = file.symbol_by_index(symbol).and_then(|symbol| symbol.name()).map_err(text)?;
            let address = library_function(name).ok_or_else(|| format!("it calls the unknown function `{name}`"))?;
            memory[offset..offset + 16].copy_from_slice(&jump(file.architecture(), address));
        }
        for (&index, &start) in &layout.sections {
            let section = file.section_by_index(index).map_err(text)?;
            let data = section.data().map_err(text)?;
            let contents = &mut memory[start..start + data.len()];
            contents.copy_from_slice(data);
            for (offset, relocation) in section.relocations() {
                let RelocationTarget::Symbol(symbol) = relocation.target() else {
                    return Err("it refers to something that is no symbol".to_owned());
                };
                let RelocationFlags::Elf { r_type } = relocation.flags() else {
                    return Err("it has relocations that are not of ELF".to_owned());
                };
                let place = usize::try_from(offset).ok().and_then(|offset| contents.get_mut(offset..));
                let place = place.ok_or("a relocation is outside its section")?;
                let symbol = base + address_of(file, layout, symbol)?;
                let addend = relocation.addend();
                Relocation { r_type, place: base + start as u64 + offset, symbol, addend, table: base }
                    .apply(file.architecture(), place)?;
            }
        }
        Ok(())
    }

    /// Makes the code executable, and everything constant.
    fn protect(&self, constants: usize) -> Result<(), ExecuteError> {
        let parts = [(0, constants, libc::PROT_EXEC), (constants, self.size - constants, 0)];
        for (start, size, access) in parts.into_iter().filter(|&(_, size, _)| size > 0) {
            // SAFETY: the pages are ours; nothing writes to them from here on.
            if unsafe { libc::mprotect(self.memory.as_ptr().add(start).cast(), size, libc::PROT_READ | access) } != 0 {
                return Err(system("cannot make compiled code executable"));
            }
        }
        make_code_visible(self.memory.as_ptr(), constants);
        Ok(())
    }

    /// The address of an exported function.
    pub(crate) fn symbol(&self, name: &str) -> Option<NonNull<c_void>> {
        let &offset = self.symbols.get(name)?;
        // SAFETY: offsets of symbols are inside the memory.
        Some(unsafe { self.memory.add(offset) }.cast())
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the memory came from mmap with this size and is given back once.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), self.size) };
    }
}

/// Places everything that code can refer to. Unwind information is left out, because compiled code never unwinds.
fn layout(file: &Elf<'_>) -> Result<Layout, String> {
    let mut layout = Layout { sections: HashMap::new(), jumps: HashMap::new(), constants: 0, size: 0 };
    let mut end = 0usize;
    let mut place = |size: u64, align: u64| {
        let start = end.next_multiple_of((align as usize).clamp(16, PAGE));
        end = start + size as usize;
        start
    };
    for section in file.sections().filter(|section| section.kind() == SectionKind::Text) {
        layout.sections.insert(section.index(), place(section.size(), section.align()));
    }
    let is_called = |name: &str| !name.is_empty() && name != OFFSET_TABLE;
    for symbol in file.symbols().filter(|symbol| symbol.is_undefined() && symbol.name().is_ok_and(is_called)) {
        layout.jumps.insert(symbol.index(), place(16, 16));
    }
    layout.constants = place(0, PAGE as u64);
    for section in file.sections() {
        #[expect(clippy::wildcard_enum_match_arm)] // There are many kinds that are not loaded.
        match section.kind() {
            SectionKind::ReadOnlyData | SectionKind::ReadOnlyString if section.name() != Ok(".eh_frame") => {
                layout.sections.insert(section.index(), place(section.size(), section.align()));
            }
            kind @ (SectionKind::Data | SectionKind::UninitializedData | SectionKind::Tls) if section.size() > 0 => {
                return Err(format!("it has a section of kind {kind:?}"));
            }
            _ => {}
        }
    }
    // Never empty, and whole pages.
    place(1, 1);
    layout.size = end.next_multiple_of(PAGE);
    Ok(layout)
}

/// The functions that the object exports, as offsets.
fn symbols(file: &Elf<'_>, layout: &Layout) -> BTreeMap<String, usize> {
    let exported = file.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition());
    let symbols = exported.filter_map(|symbol| {
        let start = layout.sections.get(&symbol.section_index()?)?;
        Some((symbol.name().ok()?.to_owned(), start + symbol.address() as usize))
    });
    symbols.collect()
}

/// The offset of what a symbol stands for.
fn address_of(file: &Elf<'_>, layout: &Layout, index: SymbolIndex) -> Result<u64, String> {
    if let Some(&jump) = layout.jumps.get(&index) {
        return Ok(jump as u64);
    }
    let symbol = file.symbol_by_index(index).map_err(text)?;
    if symbol.is_undefined() && symbol.name() == Ok(OFFSET_TABLE) {
        return Ok(0);
    }
    let section = symbol.section_index().and_then(|section| layout.sections.get(&section));
    let start = section.ok_or_else(|| "it refers to a section that is not loaded".to_owned())?;
    Ok(*start as u64 + symbol.address())
}

/// Has the processor see new code. On x86-64 it does by itself.
fn make_code_visible(start: *mut u8, size: usize) {
    #[cfg(target_arch = "aarch64")]
    {
        extern "C" {
            fn __clear_cache(start: *mut u8, end: *mut u8);
        }
        // SAFETY: a function of the compiler's support library that takes a range of memory; this one is ours.
        unsafe { __clear_cache(start, start.add(size)) };
    }
    #[cfg(not(target_arch = "aarch64"))]
    let _ = (start, size);
}

fn text(error: impl ToString) -> String {
    error.to_string()
}

fn system(what: &str) -> ExecuteError {
    ExecuteError::System { what: what.to_owned(), error: io::Error::last_os_error() }
}

#[cfg(test)]
mod tests {
    use object::write::{Object, Relocation as Written, StandardSection, Symbol, SymbolSection};
    use object::{elf, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope};

    use super::*;

    fn here() -> Architecture {
        if cfg!(target_arch = "x86_64") {
            Architecture::X86_64
        } else {
            Architecture::Aarch64
        }
    }

    fn empty() -> Object<'static> {
        let mut object = Object::new(BinaryFormat::Elf, here(), Endianness::Little);
        let text = object.section_id(StandardSection::Text);
        object.append_section_data(text, &[0; 16], 16);
        object
    }

    /// An object whose code calls a function that is not in it.
    fn calling(name: &str) -> Vec<u8> {
        let mut object = empty();
        let symbol = object.add_symbol(Symbol {
            name: name.into(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        let r_type = if here() == Architecture::X86_64 { elf::R_X86_64_PLT32 } else { elf::R_AARCH64_CALL26 };
        let flags = RelocationFlags::Elf { r_type };
        let text = object.section_id(StandardSection::Text);
        object.add_relocation(text, Written { offset: 4, symbol, addend: 0, flags }).unwrap();
        object.write().unwrap()
    }

    fn refused(bytes: &[u8]) -> String {
        Mapping::of(bytes).err().map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn only_objects_that_need_nothing_else_are_mapped() {
        assert!(Mapping::of(&calling("memcpy")).is_ok());
        assert!(Mapping::of(&calling("memcpy")).unwrap().symbol("memcpy").is_none());
        assert!(refused(&calling("system")).ends_with("it calls the unknown function `system`"));
        assert!(refused(b"no object").contains("an object cannot be loaded"));
        let other = if here() == Architecture::X86_64 { Architecture::Aarch64 } else { Architecture::X86_64 };
        let bytes = Object::new(BinaryFormat::Elf, other, Endianness::Little).write().unwrap();
        assert!(refused(&bytes).contains("it is Relocatable for"));
        let mut object = empty();
        let data = object.section_id(StandardSection::Data);
        object.append_section_data(data, &[1], 1);
        assert!(refused(&object.write().unwrap()).ends_with("it has a section of kind Data"));
    }
}
