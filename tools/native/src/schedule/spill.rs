//! Values that wait on the stack, in blocks that need more values at once than there are registers.
//!
//! Cranelift's register allocator moves 64 bits to and from the stack, whatever the value has, and gives each value that it splits
//! a place for long, so that most distances take four bytes: such a move is an instruction of eight bytes. It also decides range by
//! range, not with the whole block in view. In a long block, both make more code than the processor reads in time. So what
//! waits on the stack is decided here, by Belady's rule: a value is written where it is computed, in as many bytes as it has, and
//! read again where it is needed next. The places that are used most are the nearest.
//!
//! Invariants: each place holds one value from where that is computed to its last read, and nothing else knows these places. A
//! value that other blocks read, or that comes from one, is left to the register allocator.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_codegen::cursor::{Cursor, FuncCursor};
use cranelift_codegen::ir::{
    types, Function, Inst, InstBuilder, MemFlagsData, StackSlotData, StackSlotKind, Value, ValueDef,
};
use xls_aot_backend::Target;

use super::{Graph, Numbering};

/// Registers that hold numbers: 16, without the stack pointer and the frame pointer, and one to compute in. Of 16 registers for vectors,
/// one is to compute in, too.
const REGISTERS: [usize; 2] = [13, 15];

/// Fewest moves to and from the stack for which places are made.
const MOVES_MIN: u64 = 64;

/// Fewest moves for a number of instructions: with fewer, the register allocator's choice is as good (measured: 1 for 7 in a
/// ChaCha20 block is 3 % slower, 1 for 4 in AES 5 % faster, 2 for 3 in Keccak 35 %).
const MOVES_SHARE: (u64, u64) = (1, 5);

/// Most values that a node reads from registers. What reads more (calls and branches) leaves them to the register allocator.
const READS_MAX: usize = 4;

/// Whether a block of `nodes` instructions with this many moves to and from the stack gets places of its own.
pub(super) fn is_gain(target: Target, moves: u64, nodes: usize) -> bool {
    matches!(target, Target::X86_64Linux | Target::X86_64Macos)
        && moves >= MOVES_MIN
        && moves * MOVES_SHARE.1 >= nodes as u64 * MOVES_SHARE.0
}

/// Makes values of a block wait on the stack. `insts` are its instructions before they were ordered.
pub(super) fn keep_on_stack(
    function: &mut Function,
    graph: &Graph,
    insts: &[Inst],
    order: &[usize],
    numbering: &Numbering,
) {
    let can_wait = values_that_can_wait(function, graph, insts, order, numbering);
    let mut loads: Vec<Vec<usize>> = vec![Vec::new(); order.len()];
    // The place in the order at which a value is read from the stack last.
    let mut last_load: BTreeMap<usize, usize> = BTreeMap::new();
    graph.place_values(order, REGISTERS, |at, value| {
        if can_wait[value] {
            loads[at].push(value);
            last_load.insert(value, at);
        }
    });
    if last_load.is_empty() {
        return;
    }
    let places = Places::of(function, graph, order, &loads, &last_load);
    let slot = StackSlotData::new(StackSlotKind::ExplicitSlot, places.size.next_multiple_of(16), 4);
    let slot = function.create_sized_stack_slot(slot);
    let mut cursor = FuncCursor::new(function);
    let flags = MemFlagsData::trusted();

    // The present copy of each value.
    let mut copies = graph.values.clone();
    for (&node, loads) in order.iter().zip(&loads) {
        let inst = insts[graph.nodes[node].at];
        cursor.goto_inst(inst);
        for value in loads {
            let ty = cursor.func.dfg.value_type(graph.values[*value]);
            // Each access has an address of its own: code generation makes it a part of the instruction.
            let address = cursor.ins().stack_addr(types::I64, slot, places.offsets[value] as i32);
            copies[*value] = cursor.ins().load(ty, flags, address, 0);
        }
        let renamed = Renaming { graph, insts, numbering, copies: &copies };
        renamed.rename(&mut cursor, inst);
        let written = graph.writes.iter(node);
        for value in written.filter(|value| last_load.contains_key(value)) {
            cursor.goto_after_inst(inst);
            let address = cursor.ins().stack_addr(types::I64, slot, places.offsets[&value] as i32);
            cursor.ins().store(flags, graph.values[value], address, 0);
        }
    }
}

/// By number, which values may wait on the stack.
fn values_that_can_wait(
    function: &Function,
    graph: &Graph,
    insts: &[Inst],
    order: &[usize],
    numbering: &Numbering,
) -> Vec<bool> {
    let is_own = |value: &Value| match function.dfg.value_def(*value) {
        ValueDef::Result(inst, _) => insts.get(numbering.places[inst] as usize) == Some(&inst),
        ValueDef::Param(..) | ValueDef::Union(..) => false,
    };
    // A number of 128 bits is in two registers.
    let fits = |value: &Value| function.dfg.value_type(*value) != types::I128;
    let mut can_wait: Vec<bool> =
        graph.values.iter().map(|value| is_own(value) && fits(value) && !numbering.escapes[*value]).collect();
    let last = order.last().copied();
    for node in 0..graph.nodes.len() {
        if graph.reads.get(node).len() > READS_MAX || Some(node) == last {
            graph.reads.iter(node).for_each(|value| can_wait[value] = false);
        }
    }
    can_wait
}

/// Where values wait.
struct Places {
    /// Bytes that all places take.
    size: u32,
    /// The distance of each value's place from the first one, by its number.
    offsets: BTreeMap<usize, u32>,
}

impl Places {
    /// Values whose places are needed at different times share one. The places that are used most often come first.
    fn of(
        function: &Function,
        graph: &Graph,
        order: &[usize],
        loads: &[Vec<usize>],
        last_load: &BTreeMap<usize, usize>,
    ) -> Self {
        let bytes = |value: usize| function.dfg.value_type(graph.values[value]).bytes();
        // Each place: its bytes, and how often it is used.
        let mut places: Vec<(u32, usize)> = Vec::new();
        let mut free: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        let mut place_of: BTreeMap<usize, usize> = BTreeMap::new();
        for (at, (&node, loads)) in order.iter().zip(loads).enumerate() {
            for value in loads {
                let place = place_of[value];
                places[place].1 += 1;
                if last_load[value] == at {
                    free.entry(places[place].0).or_default().insert(place);
                }
            }
            let written = graph.writes.iter(node);
            for value in written.filter(|value| last_load.contains_key(value)) {
                let place = free.get_mut(&bytes(value)).and_then(BTreeSet::pop_first).unwrap_or_else(|| {
                    places.push((bytes(value), 0));
                    places.len() - 1
                });
                places[place].1 += 1;
                place_of.insert(value, place);
            }
        }
        let mut by_use: Vec<usize> = (0..places.len()).collect();
        by_use.sort_by_key(|&place| std::cmp::Reverse(places[place].1));
        let mut size = 0u32;
        let mut offset_of = vec![0; places.len()];
        for place in by_use {
            let bytes = places[place].0;
            offset_of[place] = size.next_multiple_of(bytes);
            size = offset_of[place] + bytes;
        }
        let offsets = place_of.into_iter().map(|(value, place)| (value, offset_of[place])).collect();
        Places { size, offsets }
    }
}

/// Replaces values by their present copies.
struct Renaming<'a> {
    graph: &'a Graph,
    insts: &'a [Inst],
    numbering: &'a Numbering,
    /// By number.
    copies: &'a [Value],
}

impl Renaming<'_> {
    /// Makes an instruction read the present copies. What is made for it where it is used is made again, if that reads such a copy.
    fn rename(&self, cursor: &mut FuncCursor<'_>, inst: Inst) {
        let operands: Vec<Value> = cursor.func.dfg.inst_values(inst).collect();
        let present: Vec<Value> = operands.iter().map(|&operand| self.present(cursor, operand)).collect();
        if present != operands {
            cursor.func.dfg.overwrite_inst_values(inst, present.into_iter());
        }
    }

    fn present(&self, cursor: &mut FuncCursor<'_>, value: Value) -> Value {
        let value = cursor.func.dfg.resolve_aliases(value);
        let Some(inst) = cursor.func.dfg.value_def(value).inst() else { return value };
        let at = self.numbering.places[inst] as usize;
        if self.insts.get(at) != Some(&inst) {
            return value;
        }
        if !self.graph.is_made_at_use[at] {
            return match self.numbering.numbers[value] {
                (block, number) if block == self.numbering.block => self.copies[number as usize],
                _ => value,
            };
        }
        let operands: Vec<Value> = cursor.func.dfg.inst_values(inst).collect();
        let present: Vec<Value> = operands.iter().map(|&operand| self.present(cursor, operand)).collect();
        if operands == present {
            return value;
        }
        let copy = cursor.func.dfg.clone_inst(inst);
        cursor.func.dfg.overwrite_inst_values(copy, present.into_iter());
        cursor.insert_inst(copy);
        cursor.func.dfg.first_result(copy)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};

    use cranelift_codegen::ir::condcodes::IntCC;
    use cranelift_codegen::ir::{Block, Opcode};
    use cranelift_codegen::verify_function;

    use super::*;
    use crate::test_function::{isa, of_two_numbers, TARGET};

    /// A function of two numbers that computes `count` values of all sizes, and combines them in this order, twice; some of the sums
    /// of the first time are needed in the second. Comparisons of some of the values are conditions in both. It does all that `phases`
    /// times, each time with the result of the last one.
    fn function(count: usize, phases: usize) -> Function {
        of_two_numbers(|b, x, y| {
            let (mut result, mut last) = (y, x);
            for _ in 0..phases {
                let mut values = Vec::new();
                for step in 0..count {
                    let product = b.ins().imul_imm_s(last, 0x1_2345 + step as i64);
                    last = b.ins().bxor(product, result);
                    values.push(match [types::I8, types::I16, types::I32, types::I64][step % 4] {
                        types::I64 => last,
                        narrow => b.ins().ireduce(narrow, last),
                    });
                }
                let chunks = values.chunks_exact(8);
                let conditions: Vec<Value> =
                    chunks.map(|eight| b.ins().icmp(IntCC::UnsignedLessThan, eight[0], eight[4])).collect();
                let mut sums = Vec::new();
                for round in 0..2 {
                    for (step, &value) in values.iter().enumerate() {
                        let wide = if step % 4 == 3 { value } else { b.ins().uextend(types::I64, value) };
                        let sum = b.ins().iadd(result, wide);
                        let product = b.ins().imul_imm_s(sum, 2 * round + 3);
                        let condition = conditions[step % conditions.len()];
                        result = b.ins().select(condition, sum, product);
                        if step % 4 == 0 && round == 0 {
                            sums.push(sum);
                        } else if step % 4 == 0 {
                            result = b.ins().bxor(result, sums[step / 4]);
                        }
                    }
                }
            }
            [result, last]
        })
    }

    fn entry(function: &Function) -> Block {
        function.layout.entry_block().unwrap()
    }

    /// The function with values on the stack. The order stays.
    fn spilled(before: &Function) -> Function {
        let mut function = before.clone();
        let insts: Vec<Inst> = function.layout.block_insts(entry(&function)).collect();
        let mut numbering = Numbering::of(&function);
        let graph = Graph::of(&function, &insts, function.dfg.num_insts(), &mut numbering);
        let order: Vec<usize> = (0..graph.nodes.len()).collect();
        keep_on_stack(&mut function, &graph, &insts, &order, &numbering);
        function
    }

    fn opcode(function: &Function, inst: Inst) -> Opcode {
        function.dfg.insts[inst].opcode()
    }

    /// The distance of an address on the stack.
    fn place(function: &Function, address: Value) -> u32 {
        let text = function.dfg.display_inst(function.dfg.value_def(address).unwrap_inst()).to_string();
        assert!(text.contains("stack_addr"), "{text}");
        text.split_once('+').map_or(0, |(_, distance)| distance.parse().unwrap())
    }

    /// What the function returns, where equal computations have equal numbers, in all functions that share the table, and each byte of
    /// a place on the stack is that of the value that was written there last.
    fn returned(function: &Function, numbers: &mut HashMap<String, usize>) -> Vec<usize> {
        let mut number_of: HashMap<Value, usize> = HashMap::new();
        let mut stack: HashMap<u32, (usize, u32)> = HashMap::new();
        for (i, &param) in function.dfg.block_params(entry(function)).iter().enumerate() {
            let next = numbers.len();
            number_of.insert(param, *numbers.entry(format!("parameter {i}")).or_insert(next));
        }
        for inst in function.layout.block_insts(entry(function)) {
            let operands: Vec<Value> = function.dfg.inst_values(inst).collect();
            #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
            let number = match opcode(function, inst) {
                Opcode::StackAddr => continue,
                Opcode::Return => return operands.iter().map(|operand| number_of[operand]).collect(),
                Opcode::Store => {
                    let at = place(function, operands[1]);
                    let bytes = 0..function.dfg.value_type(operands[0]).bytes();
                    stack.extend(bytes.map(|byte| (at + byte, (number_of[&operands[0]], byte))));
                    continue;
                }
                Opcode::Load => {
                    let at = place(function, operands[0]);
                    let number = stack[&at].0;
                    let bytes = function.dfg.value_type(function.dfg.first_result(inst)).bytes();
                    assert!((0..bytes).all(|byte| stack[&(at + byte)] == (number, byte)), "{function}");
                    number
                }
                opcode => {
                    let constant = (opcode == Opcode::Iconst).then(|| function.dfg.display_inst(inst).to_string());
                    let constant = constant.as_deref().and_then(|text| text.split_once(" = ")).map(|(_, text)| text);
                    let of: Vec<usize> = operands.iter().map(|operand| number_of[operand]).collect();
                    let ty = function.dfg.value_type(function.dfg.first_result(inst));
                    let next = numbers.len();
                    *numbers.entry(format!("{opcode} {ty} {constant:?} {of:?}")).or_insert(next)
                }
            };
            number_of.insert(function.dfg.first_result(inst), number);
        }
        unreachable!("the block returns")
    }

    /// Most values that are needed at once, without constants and conditions.
    fn needed_at_once(function: &Function) -> usize {
        let insts: Vec<Inst> = function.layout.block_insts(entry(function)).collect();
        let (mut live, mut most) = (BTreeSet::new(), 0);
        for &inst in insts.iter().rev() {
            let results = function.dfg.inst_results(inst);
            let is_needed = results.is_empty() || results.iter().any(|result| live.contains(result));
            results.iter().for_each(|result| {
                live.remove(result);
            });
            if is_needed {
                live.extend(function.dfg.inst_values(inst));
            }
            let in_register = |value: &&Value| {
                let def = function.dfg.value_def(**value).inst();
                !def.is_some_and(|def| {
                    matches!(opcode(function, def), Opcode::Iconst | Opcode::Icmp | Opcode::StackAddr)
                })
            };
            most = most.max(live.iter().filter(in_register).count());
        }
        most
    }

    #[test]
    fn values_come_back_as_they_were_written() {
        for count in [32, 40, 97] {
            let before = function(count, 2);
            let after = spilled(&before);
            verify_function(&after, &*isa()).unwrap();
            let mut numbers = HashMap::new();
            assert_eq!(returned(&after, &mut numbers), returned(&before, &mut numbers));
            assert!(needed_at_once(&before) > count - 2, "{}", needed_at_once(&before));
            assert!(needed_at_once(&after) <= REGISTERS[0] + READS_MAX, "{}\n{after}", needed_at_once(&after));
        }
    }

    #[test]
    fn places_have_the_size_of_their_values_and_are_used_again() {
        let size = |phases| {
            let after = spilled(&function(96, phases));
            after.sized_stack_slots.values().map(|slot| slot.size).sum::<u32>()
        };
        // A quarter of the values has each size, and a quarter has a sum. Some stay in registers; a result and a factor can wait too.
        assert!((24 * 23 - 64..24 * 23 + 64).contains(&size(1)), "{}", size(1));
        assert!(size(3) <= size(1) + 16, "{} {}", size(1), size(3));
        let few = spilled(&function(8, 1));
        assert!(few.sized_stack_slots.is_empty(), "{few}");
    }

    #[test]
    fn blocks_with_few_moves_are_left_alone() {
        assert!(is_gain(TARGET, 200, 1000));
        assert!(!is_gain(TARGET, 199, 1000));
        assert!(!is_gain(TARGET, 63, 100));
        assert!(!is_gain(Target::Aarch64Linux, 500, 1000));
    }
}
