//! Writes results as soon as they are there.
//!
//! The result of a function is written at its end. The parts of a result that are known early, as the low limbs of a product, would take
//! registers until then. So a value that nothing else uses is written where it is computed. The address of the result is needed
//! until the end anyway.
//!
//! Invariants: a store passes only what neither reads nor writes its bytes: computations, loads from memory that nobody writes, and
//! stores of other bytes from the same base.

use std::collections::BTreeMap;

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value};

use crate::move_up::{constant_address, is_constant, is_in, move_up};

/// Fewest instructions for which a store is moved.
const DISTANCE_MIN: usize = 16;

/// Stores from one base, with nothing between them that might read or write the same bytes.
#[derive(Default)]
struct Run {
    /// The place in front of which no store of the run may go.
    begin: usize,
    base: Option<Value>,
    /// The ends of the bytes that are written, by their begins.
    written: BTreeMap<i64, i64>,
}

impl Run {
    /// Adds a store at a place; begins a new run if it might write the same bytes as another one.
    fn add(&mut self, place: usize, base: Value, from: i64, to: i64) {
        let overlaps = self.written.range(..to).next_back().is_some_and(|(_, &end)| end > from);
        if self.base.is_some_and(|known| known != base) || overlaps {
            *self = Run { begin: place, ..Run::default() };
        }
        self.base = Some(base);
        self.written.insert(from, to);
    }
}

/// Moves the stores of a function up to where their values are computed.
pub(crate) fn write_early(function: &mut Function) {
    let blocks: Vec<_> = function.layout.blocks().collect();
    let mut uses = SecondaryMap::<Value, u32>::new();
    for inst in blocks.iter().flat_map(|&block| function.layout.block_insts(block)) {
        for value in function.dfg.inst_values(inst) {
            uses[function.dfg.resolve_aliases(value)] += 1;
        }
    }
    let mut places = SecondaryMap::<Value, usize>::new();
    for block in blocks {
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        let moves = moves(function, block, &insts, &uses, &mut places);
        move_up(function, &insts, &moves);
    }
}

/// The instructions of a block that are moved, by their places, and the places in front of which they go.
fn moves(
    function: &Function,
    block: Block,
    insts: &[Inst],
    uses: &SecondaryMap<Value, u32>,
    places: &mut SecondaryMap<Value, usize>,
) -> BTreeMap<usize, usize> {
    let mut run = Run::default();
    let mut moves = BTreeMap::new();
    for (place, &inst) in insts.iter().enumerate() {
        for &result in function.dfg.inst_results(inst) {
            // The first place behind it.
            places[result] = place + 1;
        }
        if let Some(Store { value, base, from, to }) = store(function, inst) {
            run.add(place, base, from, to);
            let behind = |value| if is_in(function, value, block) { places[value] } else { 0 };
            let address = constant_address(function, base).filter(|_| is_in(function, base, block));
            let base_from = behind(address.unwrap_or(base));
            if uses[value] == 1 && is_in(function, value, block) {
                let earliest = behind(value).max(base_from).max(run.begin);
                if earliest + DISTANCE_MIN < place {
                    moves.insert(place, earliest);
                    let base_at = behind(base);
                    if address.is_some() && base_at > earliest {
                        let to: &mut usize = moves.entry(base_at - 1).or_insert(earliest);
                        *to = earliest.min(*to);
                    }
                }
            }
        } else if is_in_the_way(function, inst) {
            run = Run { begin: place + 1, ..Run::default() };
        }
    }
    moves
}

/// A store that may be moved.
struct Store {
    value: Value,
    base: Value,
    /// The distances of the first of its bytes, and of the first behind them, from the base.
    from: i64,
    to: i64,
}

fn store(function: &Function, inst: Inst) -> Option<Store> {
    let InstructionData::Store { opcode: Opcode::Store, args, flags, offset } = function.dfg.insts[inst] else {
        return None;
    };
    if !function.dfg.mem_flags[flags].notrap() {
        return None;
    }
    let [value, base] = args.map(|value| function.dfg.resolve_aliases(value));
    let from = i64::from(i32::from(offset));
    Some(Store { value, base, from, to: from + i64::from(function.dfg.value_type(value).bytes()) })
}

/// Whether a store may not pass an instruction.
fn is_in_the_way(function: &Function, inst: Inst) -> bool {
    let data = &function.dfg.insts[inst];
    if let InstructionData::Load { opcode: Opcode::Load, flags, .. } = data {
        return !is_constant(function, *flags);
    }
    let opcode = data.opcode();
    opcode.can_load() || opcode.can_store() || opcode.can_trap() || opcode.other_side_effects() || opcode.is_call()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::{isa, of_two_numbers};
    use cranelift_codegen::ir::{types, InstBuilder, MemFlagsData};
    use cranelift_frontend::FunctionBuilder;

    /// How many instructions are in front of the last store, after the change, in a function with the address `x` that computes
    /// a value, then does `between` and `work`, and stores that value.
    fn place(between: impl FnOnce(&mut FunctionBuilder<'_>, Value, Value)) -> usize {
        let mut stored = None;
        let mut function = of_two_numbers(|b, x, y| {
            let value = *stored.insert(b.ins().bnot(y));
            between(b, x, value);
            let rotated = (0..2 * DISTANCE_MIN).fold(y, |y, _| b.ins().rotl(y, y));
            b.ins().store(MemFlagsData::trusted(), value, x, 8);
            [rotated]
        });
        write_early(&mut function);
        cranelift_codegen::verify_function(&function, &*isa()).unwrap();
        let block = function.layout.entry_block().unwrap();
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        let of_value =
            |&inst: &Inst| store(&function, inst).is_some_and(|store| Some(store.value) == stored && store.from == 8);
        insts.iter().rposition(of_value).unwrap()
    }

    #[test]
    fn a_value_is_written_where_it_is_computed() {
        assert_eq!(place(|_, _, _| ()), 1);
    }

    #[test]
    fn stores_of_other_bytes_and_constant_loads_are_passed() {
        let other = |b: &mut FunctionBuilder<'_>, x, _| {
            let constant = b.ins().load(types::I64, MemFlagsData::trusted().with_readonly(), x, 64);
            b.ins().store(MemFlagsData::trusted(), constant, x, 0);
            b.ins().store(MemFlagsData::trusted(), constant, x, 16);
        };
        assert_eq!(place(other), 1);
    }

    #[test]
    fn what_may_be_the_same_memory_is_not_passed() {
        // The number of instructions up to the one that is in the way.
        let reads = |b: &mut FunctionBuilder<'_>, x, _| {
            b.ins().load(types::I64, MemFlagsData::trusted(), x, 64);
        };
        assert_eq!(place(reads), 2);
        let writes_the_same = |b: &mut FunctionBuilder<'_>, x, _| {
            let zero = b.ins().iconst(types::I32, 0);
            b.ins().store(MemFlagsData::trusted(), zero, x, 12);
        };
        assert!(place(writes_the_same) > 2);
        let other_base = |b: &mut FunctionBuilder<'_>, x, _| {
            let zero = b.ins().iconst(types::I64, 0);
            let base = b.ins().load(types::I64, MemFlagsData::trusted().with_readonly(), x, 64);
            b.ins().store(MemFlagsData::trusted(), zero, base, 0);
        };
        assert!(place(other_base) > 3);
    }

    #[test]
    fn a_value_that_is_needed_later_is_written_at_the_end() {
        let again = |b: &mut FunctionBuilder<'_>, x, value| {
            b.ins().store(MemFlagsData::trusted(), value, x, 0);
        };
        assert!(place(again) > DISTANCE_MIN);
    }

    #[test]
    fn an_address_that_is_read_late_is_read_earlier() {
        let mut function = of_two_numbers(|b, x, y| {
            let value = b.ins().bnot(y);
            let rotated = (0..2 * DISTANCE_MIN).fold(y, |y, _| b.ins().rotl(y, y));
            let base = b.ins().load(types::I64, MemFlagsData::trusted().with_readonly(), x, 0);
            b.ins().store(MemFlagsData::trusted(), value, base, 0);
            b.ins().store(MemFlagsData::trusted(), rotated, base, 8);
            [x]
        });
        write_early(&mut function);
        cranelift_codegen::verify_function(&function, &*isa()).unwrap();
        let block = function.layout.entry_block().unwrap();
        let names: Vec<String> = function
            .layout
            .block_insts(block)
            .map(|inst| function.dfg.insts[inst].opcode().to_string())
            .filter(|name| name != "rotl")
            .collect();
        assert_eq!(names, ["bnot", "load", "store", "store", "return"]);
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        assert_eq!(insts.iter().position(|&inst| store(&function, inst).is_some()), Some(2));
    }
}
