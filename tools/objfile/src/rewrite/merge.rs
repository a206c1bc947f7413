//! Puts the sections and symbols of one object behind those of another.
//!
//! Nothing is joined: each section stays a section of its own, as a relocatable object may have several of one name, and a linker
//! treats them as it treats those of separate objects. So no offset, no code and no unwind information changes. Only two things are
//! shared: the tables that an object has once (symbols, names), and undefined symbols, each of which is there once.

use std::collections::BTreeMap;

use object::build::elf::{Builder, Relocation, SectionData, SectionId, SymbolId};
use object::build::Id as _;
use object::elf;

use super::check::STACK_NOTE;
use crate::Error;

/// Moves what is not deleted in `from` to the end of `to`. Both are checked objects whose exported symbols differ.
///
/// # Errors
/// [`Error::Invalid`] if the objects are for different machines.
pub fn append<'data>(to: &mut Builder<'data>, from: Builder<'data>) -> Result<(), Error> {
    let machine = |builder: &Builder<'_>| (builder.header.e_machine, builder.header.e_flags);
    if machine(to) != machine(&from) {
        return Err(Error::invalid("the objects are for different machines"));
    }
    let sections = add_contents(to, &from);
    let symbols = add_symbols(to, &from, &sections);
    add_relocations(to, &from, &sections, &symbols);
    Ok(())
}

/// Adds the sections that have contents; gives the new ids by the old indices.
fn add_contents<'data>(to: &mut Builder<'data>, from: &Builder<'data>) -> BTreeMap<usize, SectionId> {
    let mut new_ids = BTreeMap::new();
    for section in from.sections.iter().filter(|section| !section.delete) {
        let is_contents =
            matches!(section.data, SectionData::Data(_) | SectionData::Note(_) | SectionData::UninitializedData(_));
        if !is_contents || section.name.as_slice() == STACK_NOTE {
            continue;
        }
        let added = to.sections.add();
        added.name = section.name.clone();
        added.sh_type = section.sh_type;
        added.sh_flags = section.sh_flags;
        added.sh_addralign = section.sh_addralign;
        added.sh_entsize = section.sh_entsize;
        added.data = section.data.clone();
        new_ids.insert(section.id().index(), added.id());
    }
    new_ids
}

/// Adds the symbols; gives the new ids by the old indices. A symbol that `to` leaves undefined too is that symbol.
fn add_symbols<'data>(
    to: &mut Builder<'data>,
    from: &Builder<'data>,
    sections: &BTreeMap<usize, SectionId>,
) -> BTreeMap<usize, SymbolId> {
    let undefined = |builder: &Builder<'_>| -> BTreeMap<Vec<u8>, SymbolId> {
        let symbols = builder.symbols.iter().filter(|symbol| !symbol.delete && symbol.section.is_none());
        symbols.map(|symbol| (symbol.name.to_vec(), symbol.id())).collect()
    };
    let known = undefined(to);
    let mut new_ids = BTreeMap::new();
    for symbol in from.symbols.iter().filter(|symbol| !symbol.delete) {
        let section = symbol.section.map(|id| sections.get(&id.index()));
        let id = match (section, known.get(symbol.name.as_slice())) {
            // Its section is not part of the program, and no relocation refers to it.
            (Some(None), _) => continue,
            (None, Some(&known)) => known,
            (section, _) => {
                let added = to.symbols.add();
                added.name = symbol.name.clone();
                added.section = section.flatten().copied();
                added.st_info = symbol.st_info;
                added.st_other = symbol.st_other;
                added.st_shndx = symbol.st_shndx;
                added.st_value = symbol.st_value;
                added.st_size = symbol.st_size;
                added.id()
            }
        };
        new_ids.insert(symbol.id().index(), id);
    }
    new_ids
}

/// Adds the relocations of the sections that were added.
fn add_relocations(
    to: &mut Builder<'_>,
    from: &Builder<'_>,
    sections: &BTreeMap<usize, SectionId>,
    symbols: &BTreeMap<usize, SymbolId>,
) {
    let table = to.sections.iter().find(|section| matches!(section.data, SectionData::Symbol)).map(|table| table.id());
    for section in from.sections.iter().filter(|section| !section.delete) {
        let target = section.sh_info_section.and_then(|target| sections.get(&target.index()));
        let (SectionData::Relocation(relocations), Some(&target)) = (&section.data, target) else { continue };
        let moved = relocations.iter().map(|relocation| Relocation {
            symbol: relocation.symbol.and_then(|symbol| symbols.get(&symbol.index()).copied()),
            ..*relocation
        });
        let moved = moved.collect();
        let added = to.sections.add();
        added.name = section.name.to_vec().into();
        added.sh_type = elf::SHT_RELA;
        added.sh_flags = section.sh_flags;
        added.sh_link_section = table;
        added.sh_info_section = Some(target);
        added.sh_addralign = section.sh_addralign;
        added.sh_entsize = section.sh_entsize;
        added.data = SectionData::Relocation(moved);
    }
}
