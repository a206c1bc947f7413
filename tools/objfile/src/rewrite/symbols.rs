//! The symbol table of an artefact: one exported function, local symbols with neutral names, no file names.

use std::collections::BTreeSet;

use object::build::elf::{Builder, SectionData, SymbolId};
use object::build::Id as _;
use object::elf;

use crate::Error;

/// The function to export: a global function defined in an executable section.
pub fn find_entry(builder: &Builder<'_>, name: &str) -> Result<SymbolId, Error> {
    let mut named = builder
        .symbols
        .iter()
        .filter(|symbol| symbol.name.as_slice() == name.as_bytes() && symbol.st_bind() == elf::STB_GLOBAL);
    let Some(entry) = named.next() else {
        return Err(Error::invalid(format!("the object does not define `{name}`; it defines {}", list(builder))));
    };
    if named.next().is_some() {
        return Err(Error::invalid(format!("the object has `{name}` twice")));
    }
    let Some(section) = entry.section.map(|id| builder.sections.get(id)) else {
        return Err(Error::invalid(format!("the object refers to `{name}` but does not define it")));
    };
    let is_code = section.is_alloc() && section.sh_flags.contains(elf::SHF_EXECINSTR) && !section.delete;
    if entry.st_type() != elf::STT_FUNC || !is_code {
        return Err(Error::invalid(format!("`{name}` is not a function")));
    }
    Ok(entry.id())
}

/// The names of the object's functions for a message, at most ten.
fn list(builder: &Builder<'_>) -> String {
    const SHOWN: usize = 10;
    let names: Vec<_> = builder
        .symbols
        .iter()
        .filter(|symbol| symbol.st_type() == elf::STT_FUNC && symbol.section.is_some())
        .map(|symbol| format!("`{}`", symbol.name))
        .collect();
    match names.len() {
        0 => "no function".to_string(),
        count if count <= SHOWN => names.join(", "),
        count => format!("{} and {} more", names[..SHOWN].join(", "), count - SHOWN),
    }
}

/// Drops file names, and symbols that nothing refers to unless they are functions.
pub fn drop_unused(builder: &mut Builder<'_>, entry: SymbolId) {
    let mut used = BTreeSet::from([entry.index()]);
    for section in builder.sections.iter() {
        if let SectionData::Relocation(relocations) = &section.data {
            used.extend(relocations.iter().filter_map(|relocation| relocation.symbol).map(|id| id.index()));
        }
    }
    for symbol in &mut builder.symbols {
        let is_code = symbol.st_type() == elf::STT_FUNC && symbol.section.is_some();
        if symbol.st_type() == elf::STT_FILE || !(is_code || used.contains(&symbol.id().index())) {
            symbol.delete = true;
        }
    }
}

/// Exports one symbol under a new name and makes every other definition local.
///
/// A local definition gets the name of the export and its number among the local definitions. So a profiler or debugger
/// names the artefact, and no name of an inner function of the IR is left.
pub fn export_only(builder: &mut Builder<'_>, entry: SymbolId, exported: &str) {
    let mut locals = 0;
    for symbol in &mut builder.symbols {
        if symbol.id() == entry {
            symbol.name = exported.as_bytes().to_vec().into();
            symbol.st_other = symbol.st_other.with_visibility(elf::STV_DEFAULT);
        } else if symbol.section.is_some() && symbol.st_type() != elf::STT_SECTION {
            symbol.name = format!("{exported}.{locals}").into_bytes().into();
            let st_type = symbol.st_type();
            symbol.set_st_info(elf::STB_LOCAL, st_type);
            symbol.st_other = symbol.st_other.with_visibility(elf::STV_DEFAULT);
            locals += 1;
        }
    }
}
