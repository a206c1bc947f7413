//! Removes code that the exported function cannot reach.
//!
//! libxls compiles every function of the IR on its own and inlines most calls as well, so that typically less than half
//! of an object's code is ever executed. A linker cannot remove it, because all of it is one section.
//!
//! Code can be moved if every reference into it and out of it is a relocation. So the section is divided into blocks,
//! each from the start of one function to the start of the next. A block may end with private functions, which have no
//! symbol. The compiler itself resolves some references, but only to private functions. To respect these, all bytes
//! that could be the displacement of a call, a jump or an address computation into another block join the two blocks
//! and everything between them. No instruction is decoded, so no reference can be overlooked; accidental matches only
//! keep more code. The code is not changed unless
//!
//! - the machine is x86-64 and the object has one executable section, aligned to 16;
//! - its symbols are functions, the first at its begin, which do not overlap and begin at multiples of 16;
//! - relocations in code refer to functions by their own symbols, not by an offset in the section, and none outside the
//!   code refers to code, except in unwind information.
//!
//! Reachable are the exported function's block and the blocks that relocations of reachable blocks refer to. The
//! remaining blocks keep their order.

use object::build::elf::{Builder, Relocation, SectionData, SectionId, SymbolId};
use object::elf;

use super::eh_frame;

/// The alignment that functions have and keep, in bytes.
const FUNCTION_ALIGN: u64 = 16;

/// The byte that fills gaps between functions: the instruction `int3`.
const PADDING: u8 = 0xCC;

/// A part of the code section that stays in one piece.
pub struct Block {
    /// Offset of its first byte in the section.
    start: u64,
    /// Offset of the byte after its last.
    end: u64,
    /// Offset of the byte after the function that the block begins with; private functions may follow.
    named_end: u64,
    /// Whether that function's symbol is global, so that the compiler does not resolve references to it.
    is_global: bool,
    /// The offset of its first byte in the compacted section; `None` for an unreachable block.
    new_start: Option<u64>,
}

/// The code section, divided into blocks that cover it in order.
pub struct Code {
    /// The section.
    pub section: SectionId,
    blocks: Vec<Block>,
}

impl Code {
    /// The index of the block that an offset of the section lies in.
    fn block_at(&self, offset: u64) -> Option<usize> {
        let index = self.blocks.partition_point(|block| block.start <= offset).checked_sub(1)?;
        (offset < self.blocks[index].end).then_some(index)
    }

    /// The index of the block in which a function that a short jump can lead to may begin at this offset. That function is
    /// private, or its symbol is not global. Like every function, it begins at a multiple of [`FUNCTION_ALIGN`].
    fn private_block_at(&self, offset: u64) -> Option<usize> {
        let index = self.block_at(offset)?;
        let block = &self.blocks[index];
        let is_start = offset.is_multiple_of(FUNCTION_ALIGN) && offset >= block.named_end;
        (is_start || (offset == block.start && !block.is_global)).then_some(index)
    }

    /// The new place of an offset; `None` outside the section, `Some(None)` in a block that is left out.
    pub fn new_offset(&self, offset: u64) -> Option<Option<u64>> {
        let block = &self.blocks[self.block_at(offset)?];
        Some(block.new_start.map(|new_start| new_start + (offset - block.start)))
    }
}

/// Leaves out unreachable code, or does nothing if that is not provably safe.
pub fn drop_unreachable_code(builder: &mut Builder<'_>, entry: SymbolId) {
    let Some(mut code) = find_blocks(builder) else { return };
    if tie_blocks(builder, &mut code).is_none() {
        return;
    }
    let Some(calls) = references(builder, &code) else { return };
    let Some(root) = code.block_at(builder.symbols.get(entry).st_value) else { return };
    mark_reachable(&mut code.blocks, &calls, root);
    if code.blocks.iter().all(|block| block.new_start.is_some()) {
        return;
    }
    let Some(unwind) = eh_frame::without_dropped(builder, &code) else { return };
    eh_frame::replace(builder, unwind);
    move_blocks(builder, &code);
}

/// The code section with a block for each function, if it meets the conditions in the module's documentation.
fn find_blocks(builder: &Builder<'_>) -> Option<Code> {
    if builder.header.e_machine != elf::EM_X86_64 {
        return None;
    }
    let is_code = |flags: elf::SectionFlags| flags.contains(elf::SHF_EXECINSTR);
    let mut sections = builder.sections.iter().filter(|section| is_code(section.sh_flags));
    let section = sections.next()?;
    if sections.next().is_some() || section.sh_addralign != FUNCTION_ALIGN {
        return None;
    }
    let size = data_of(&section.data)?.len() as u64;
    let mut functions = Vec::new();
    for symbol in builder.symbols.iter().filter(|symbol| symbol.section == Some(section.id())) {
        match symbol.st_type() {
            elf::STT_SECTION => {}
            elf::STT_FUNC if symbol.st_value.is_multiple_of(FUNCTION_ALIGN) && symbol.st_size > 0 => {
                let end = symbol.st_value.checked_add(symbol.st_size)?;
                functions.push((symbol.st_value, end, symbol.st_bind() != elf::STB_LOCAL));
            }
            _ => return None,
        }
    }
    functions.sort_unstable();
    if functions.first()?.0 != 0 || functions.last()?.1 > size {
        return None;
    }
    let mut blocks = Vec::new();
    for (index, &(start, named_end, is_global)) in functions.iter().enumerate() {
        let next = functions.get(index + 1).map_or(size, |next| next.0);
        if named_end > next {
            return None;
        }
        blocks.push(Block { start, end: next, named_end, is_global, new_start: None });
    }
    Some(Code { section: section.id(), blocks })
}

fn data_of<'a>(data: &'a SectionData<'_>) -> Option<&'a [u8]> {
    match data {
        SectionData::Data(data) => Some(data),
        _ => None,
    }
}

/// Joins blocks between which there may be a reference that the compiler resolved.
fn tie_blocks(builder: &Builder<'_>, code: &mut Code) -> Option<()> {
    let data = data_of(&builder.sections.get(code.section).data)?;
    let mut is_patched = vec![false; data.len()];
    for (_, relocations) in relocation_sections(builder).filter(|(target, _)| *target == code.section) {
        for relocation in relocations {
            *is_patched.get_mut(usize::try_from(relocation.r_offset).ok()?)? = true;
        }
    }
    // tied[i]: blocks i and i + 1 belong together.
    let mut tied = vec![false; code.blocks.len()];
    for (at, &is_patched) in is_patched.iter().enumerate() {
        let Some(from) = code.block_at(at as u64) else { continue };
        let near = near_target(data, at).filter(|_| !is_patched).and_then(|target| code.block_at(target));
        let short = short_target(data, at).and_then(|target| code.private_block_at(target));
        for to in near.into_iter().chain(short) {
            tied[from.min(to)..from.max(to)].fill(true);
        }
    }
    let mut blocks: Vec<Block> = Vec::new();
    for (index, block) in code.blocks.drain(..).enumerate() {
        match blocks.last_mut() {
            Some(last) if tied[index - 1] => last.end = block.end,
            _ => blocks.push(block),
        }
    }
    code.blocks = blocks;
    Some(())
}

/// The place that the four bytes at an offset refer to, if they are the displacement of a near reference to code: of `call`
/// or `jmp` (`E8`, `E9`), `jcc` (`0F 80` to `0F 8F`), or `lea` relative to the instruction pointer (`8D` and a ModRM byte
/// with mode 0 and base 5). `None` if the bytes before them are not one of these.
fn near_target(data: &[u8], at: usize) -> Option<u64> {
    let is_near = match data.get(..at)? {
        [.., 0xE8 | 0xE9] | [.., 0x0F, 0x80..=0x8F] => true,
        [.., 0x8D, modrm] => modrm & 0xC7 == 0x05,
        _ => false,
    };
    let &[a, b, c, d] = data.get(at..at.checked_add(4)?).filter(|_| is_near)? else { return None };
    target(at + 4, i32::from_le_bytes([a, b, c, d]))
}

/// The place that the byte at an offset refers to, if it is the displacement of a short jump: `jmp` (`EB`) or `jcc` (`70` to
/// `7F`).
fn short_target(data: &[u8], at: usize) -> Option<u64> {
    match data.get(..at)? {
        [.., 0xEB | 0x70..=0x7F] => target(at + 1, i32::from(i8::from_le_bytes([*data.get(at)?]))),
        _ => None,
    }
}

fn target(next: usize, displacement: i32) -> Option<u64> {
    u64::try_from(i64::try_from(next).ok()? + i64::from(displacement)).ok()
}

/// For each block, the blocks that its relocations refer to. `None` if a relocation has an unexpected form.
fn references(builder: &Builder<'_>, code: &Code) -> Option<Vec<Vec<usize>>> {
    let mut calls = vec![Vec::new(); code.blocks.len()];
    for (target, relocations) in relocation_sections(builder) {
        if eh_frame::is_unwind_section(builder.sections.get(target)) {
            continue;
        }
        for relocation in relocations {
            let symbol = relocation.symbol.map(|id| builder.symbols.get(id));
            let Some(symbol) = symbol.filter(|symbol| symbol.section == Some(code.section)) else { continue };
            if target != code.section || symbol.st_type() != elf::STT_FUNC {
                return None;
            }
            calls[code.block_at(relocation.r_offset)?].push(code.block_at(symbol.st_value)?);
        }
    }
    Some(calls)
}

/// The relocations of the object with the sections that they patch.
fn relocation_sections<'b>(builder: &'b Builder<'_>) -> impl Iterator<Item = (SectionId, &'b [Relocation])> {
    builder.sections.iter().filter_map(|section| match (&section.data, section.sh_info_section) {
        (SectionData::Relocation(relocations), Some(target)) => Some((target, &relocations[..])),
        _ => None,
    })
}

/// Gives every block that can be reached from `root` its new place.
fn mark_reachable(blocks: &mut [Block], calls: &[Vec<usize>], root: usize) {
    let mut is_reachable = vec![false; blocks.len()];
    let mut pending = vec![root];
    while let Some(index) = pending.pop() {
        if !std::mem::replace(&mut is_reachable[index], true) {
            pending.extend(&calls[index]);
        }
    }
    let mut next: u64 = 0;
    for (block, _) in blocks.iter_mut().zip(is_reachable).filter(|(_, is_reachable)| *is_reachable) {
        block.new_start = Some(next);
        next = (next + (block.end - block.start)).next_multiple_of(FUNCTION_ALIGN);
    }
}

/// Rewrites the code section, its relocations and its symbols to the new places.
fn move_blocks(builder: &mut Builder<'_>, code: &Code) {
    for section in &mut builder.sections {
        let is_code = section.id() == code.section;
        let patches_code = section.sh_info_section == Some(code.section);
        match &mut section.data {
            SectionData::Data(data) if is_code => {
                let mut moved = Vec::with_capacity(data.len());
                for block in &code.blocks {
                    if let Some(new_start) = block.new_start {
                        moved.resize(new_start as usize, PADDING);
                        moved.extend_from_slice(&data[block.start as usize..block.end as usize]);
                    }
                }
                *data = moved.into();
            }
            SectionData::Relocation(relocations) if patches_code => {
                relocations.retain_mut(|relocation| match code.new_offset(relocation.r_offset).flatten() {
                    Some(offset) => {
                        relocation.r_offset = offset;
                        true
                    }
                    None => false,
                });
            }
            _ => {}
        }
    }
    for symbol in &mut builder.symbols {
        if symbol.section == Some(code.section) && symbol.st_type() == elf::STT_FUNC {
            match code.new_offset(symbol.st_value).flatten() {
                Some(offset) => symbol.st_value = offset,
                None => symbol.delete = true,
            }
        }
    }
}
