//! The order of independent computations, chosen so that few values are needed at once and little is waited for.
//!
//! Cranelift's optimiser places each computation at its first use, going down from the last operation. Where many values are
//! computed side by side, as in sorting networks, ciphers and wide random logic, one chain after the other keeps most of what
//! the others need alive, and it goes to the stack and back. So the order is chosen here, between Cranelift's optimiser and
//! its code generator: some orders are made for each long block (`orders`), and the cheapest one is taken (`cost`). What still has to
//! wait on the stack in that order may get its place here, too (`spill`). Where the order is good as it is, only reads of constant
//! memory move (`late_loads`).
//!
//! What has effects, may trap, or reads memory that may be written keeps its order. So only the order of computations that depend on
//! nothing but their operands changes.

use cranelift_codegen::entity::{EntityRef, SecondaryMap};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef};
use xls_aot_backend::Target;

use crate::late_loads::{load_late, Uses};

mod cost;
mod orders;
mod spill;

use cost::{registers, LATE, LOAD_LATENCY};

/// Fewest instructions of a block whose order is looked at.
const INSTRUCTIONS_MIN: usize = 64;

/// Most instructions of a block whose order is looked at.
const INSTRUCTIONS_MAX: usize = 1 << 17;

/// Fewest moves to and from the stack for which another order is looked for. With fewer, the register allocator decides more than the
/// estimate: some blocks became 10 % faster and others slower.
const MOVES_MIN: u64 = 12;

/// Orders the blocks of an optimised function. `lowered` is how many instructions it had before it was optimised: those are
/// numbered in the order in which they were lowered.
pub(crate) fn shorten_live_ranges(function: &mut Function, lowered: usize, target: Target) {
    let blocks: Vec<Block> = function.layout.blocks().collect();
    let is_long = |block: &Block| {
        let count = function.layout.block_insts(*block).take(INSTRUCTIONS_MAX + 1).count();
        (INSTRUCTIONS_MIN..=INSTRUCTIONS_MAX).contains(&count)
    };
    let long: Vec<Block> = blocks.into_iter().filter(is_long).collect();
    if long.is_empty() {
        return;
    }
    let mut numbering = Numbering::of(function);
    let registers = registers(target);
    let mut uses = Uses::default();
    for block in long {
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        let graph = Graph::of(function, &insts, lowered, &mut numbering);
        // What other blocks compute comes late; the arguments of the function are there.
        let is_entry = function.layout.entry_block() == Some(block);
        let outside = if is_entry { 0 } else { LATE };
        let present: Vec<usize> = (0..graph.nodes.len()).collect();
        let cost = graph.cost(&present, registers, outside);
        if cost.moves < MOVES_MIN {
            load_late(function, block, &mut uses, |value| numbering.escapes[value]);
            continue;
        }
        let by_place = |node: usize| node as u64;
        let by_origin = |node: usize| graph.nodes[node].origin;
        let others = [graph.order(by_place), graph.order(by_origin), graph.order_of_operands()];
        let (cost, order) = graph.cheapest((cost, present), others, registers, outside);
        if order.iter().enumerate().any(|(place, &node)| place != node) {
            graph.apply(function, block, &insts, &order, &numbering);
        }
        if spill::is_gain(target, cost.moves, order.len()) {
            spill::keep_on_stack(function, &graph, &insts, &order, &numbering);
        }
    }
}

/// What is known of the values and instructions of a function.
struct Numbering {
    /// The place of each instruction in its block.
    places: SecondaryMap<Inst, u32>,
    /// Whether other blocks than its own read the value.
    escapes: SecondaryMap<Value, bool>,
    /// Whether the value is anything else than the condition of selections and branches of its own block.
    is_data: SecondaryMap<Value, bool>,
    /// The block for which the value has a number, and the number.
    numbers: SecondaryMap<Value, (u32, u32)>,
    block: u32,
    count: u32,
}

impl Numbering {
    fn of(function: &Function) -> Self {
        let dfg = &function.dfg;
        let mut places = SecondaryMap::new();
        let mut escapes = SecondaryMap::new();
        let mut is_data = SecondaryMap::new();
        for block in function.layout.blocks() {
            for (at, inst) in function.layout.block_insts(block).enumerate() {
                places[inst] = at as u32;
                let chooses = matches!(dfg.insts[inst].opcode(), Opcode::Select | Opcode::Brif);
                for (i, value) in dfg.inst_values(inst).enumerate() {
                    let value = dfg.resolve_aliases(value);
                    let is_own = match dfg.value_def(value) {
                        ValueDef::Result(def, _) => function.layout.inst_block(def) == Some(block),
                        ValueDef::Param(def, _) => def == block,
                        ValueDef::Union(..) => false,
                    };
                    escapes[value] |= !is_own;
                    is_data[value] |= !is_own || !chooses || i > 0;
                }
            }
        }
        Numbering { places, escapes, is_data, numbers: SecondaryMap::new(), block: 0, count: 0 }
    }

    fn next_block(&mut self) {
        self.block += 1;
        self.count = 0;
    }

    /// The number of a value in the current block.
    fn number(&mut self, value: Value) -> u32 {
        if self.numbers[value].0 != self.block {
            self.numbers[value] = (self.block, self.count);
            self.count += 1;
        }
        self.numbers[value].1
    }
}

/// An instruction that is ordered. Values have the numbers of the block.
struct Node {
    /// Its place among the instructions of the block.
    at: usize,
    /// The place that it had when it was lowered, about.
    origin: u64,
    /// How many nodes must come before.
    waits_for: usize,
    /// Cycles until its result is there, about.
    latency: u64,
}

/// The instructions of a block that are ordered. Constants, and comparisons that are only conditions of selections, are none of them:
/// code generation makes them again wherever they are used.
struct Graph {
    nodes: Vec<Node>,
    /// By node, the values that it reads from registers, and those that it writes to them.
    reads: Lists,
    writes: Lists,
    /// By node, those that must come after.
    followers: Lists,
    /// By place, whether the instruction is made where it is used.
    is_made_at_use: Vec<bool>,
    /// How many nodes read each value; one more if other blocks do.
    readers: Vec<u32>,
    /// The values by their numbers.
    values: Vec<Value>,
    /// Which registers each value takes.
    kinds: Vec<Kind>,
    /// The parameters of the block, which begin in registers.
    params: Vec<usize>,
}

/// A kind of registers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number = 0,
    /// Of vectors and floating-point numbers.
    Vector = 1,
}

/// A list of numbers for each of many things, in one piece of memory.
#[derive(Default)]
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// The list of each of `count` things: of pairs of such a thing and an item.
    fn of_pairs(count: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> Self {
        let mut ends = vec![0; count];
        pairs.clone().for_each(|(of, _)| ends[of as usize] += 1);
        let mut total = 0;
        for end in &mut ends {
            // The begin of the list, which the items move to its end.
            total += std::mem::replace(end, total);
        }
        let mut items = vec![0; total as usize];
        for (of, item) in pairs {
            items[ends[of as usize] as usize] = item;
            ends[of as usize] += 1;
        }
        Lists { ends, items }
    }

    /// Ends the list of the last thing: what was added to the items since the end of the one before.
    fn end(&mut self) {
        self.ends.push(self.items.len() as u32);
    }

    /// The same, in order and each item once.
    fn end_set(&mut self) {
        let start = self.ends.last().map_or(0, |&end| end as usize);
        self.items[start..].sort_unstable();
        let mut kept = start;
        for at in start..self.items.len() {
            if at == start || self.items[at] != self.items[kept - 1] {
                self.items[kept] = self.items[at];
                kept += 1;
            }
        }
        self.items.truncate(kept);
        self.end();
    }

    fn get(&self, of: usize) -> &[u32] {
        let start = if of == 0 { 0 } else { self.ends[of - 1] };
        &self.items[start as usize..self.ends[of] as usize]
    }

    fn iter(&self, of: usize) -> impl Iterator<Item = usize> + '_ {
        self.get(of).iter().map(|&item| item as usize)
    }
}

/// Whether the computation depends on its operands only, so that it can be anywhere behind them.
pub(crate) fn is_pure(function: &Function, inst: Inst) -> bool {
    let data = &function.dfg.insts[inst];
    let opcode = data.opcode();
    if function.dfg.inst_results(inst).len() != 1 {
        return false;
    }
    if let InstructionData::Load { opcode: Opcode::Load, flags, .. } = *data {
        let flags = function.dfg.mem_flags[flags];
        return flags.readonly() && flags.notrap() && flags.can_move();
    }
    let has_effects = opcode.is_call()
        || opcode.is_branch()
        || opcode.is_terminator()
        || opcode.is_return()
        || opcode.can_trap()
        || opcode.other_side_effects()
        || opcode.can_store()
        || opcode.can_load();
    !has_effects
}

/// Cycles until the result of an instruction is there, about.
fn latency(function: &Function, inst: Inst) -> u64 {
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
    match function.dfg.insts[inst].opcode() {
        Opcode::Imul | Opcode::Umulhi | Opcode::Smulhi => 3,
        Opcode::Udiv | Opcode::Urem | Opcode::Sdiv | Opcode::Srem => 20,
        // With its comparison.
        Opcode::Select => 2,
        opcode if opcode.can_load() => LOAD_LATENCY,
        _ => 1,
    }
}

/// Whether machine code makes the value again wherever it is used: a constant, or a comparison that is only a condition.
fn is_made_at_use(function: &Function, inst: Inst, numbering: &Numbering) -> bool {
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions.
    match function.dfg.insts[inst].opcode() {
        Opcode::Iconst => true,
        Opcode::Icmp => !numbering.is_data[function.dfg.first_result(inst)],
        _ => false,
    }
}

impl Graph {
    fn of(function: &Function, insts: &[Inst], lowered: usize, numbering: &mut Numbering) -> Self {
        numbering.next_block();
        let dfg = &function.dfg;
        let is_made_at_use: Vec<bool> = insts.iter().map(|&inst| is_made_at_use(function, inst, numbering)).collect();
        // The place of an instruction of this block.
        let place = |def: Inst, numbering: &Numbering| {
            let at = numbering.places[def] as usize;
            (insts.get(at) == Some(&def)).then_some(at)
        };
        let mut node_at: Vec<Option<usize>> = vec![None; insts.len()];
        let mut nodes: Vec<Node> = Vec::with_capacity(insts.len());
        let (mut readers, mut numbered, mut kinds) = (Vec::<u32>::new(), Vec::new(), Vec::new());
        let (mut node_reads, mut node_writes) = (Lists::default(), Lists::default());
        // Pairs of nodes of which the first must come before the second.
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(2 * insts.len());
        let (mut open, mut values, mut before) = (Vec::new(), Vec::new(), Vec::<usize>::new());
        let mut last_effect = None;
        for (at, &inst) in insts.iter().enumerate().filter(|&(at, _)| !is_made_at_use[at]) {
            // What is made at its use is read there.
            values.clear();
            before.clear();
            open.extend(dfg.inst_values(inst).map(|value| dfg.resolve_aliases(value)));
            while let Some(value) = open.pop() {
                let def = dfg.value_def(value).inst().and_then(|def| place(def, numbering));
                match def {
                    Some(at) if is_made_at_use[at] => {
                        open.extend(dfg.inst_values(insts[at]).map(|value| dfg.resolve_aliases(value)));
                    }
                    _ => {
                        values.push(value);
                        before.extend(def.and_then(|at| node_at[at]));
                    }
                }
            }
            let origin = match before.iter().map(|&node| nodes[node].origin).max() {
                _ if inst.index() < lowered => (inst.index() as u64) << 8,
                // What the optimiser has added belongs behind its operands.
                operands => operands.map_or(0, |operands| operands + 1),
            };
            let node = nodes.len();
            if !is_pure(function, inst) {
                before.extend(last_effect);
                last_effect = Some(node);
            }
            before.sort_unstable();
            before.dedup();
            pairs.extend(before.iter().map(|&before| (before as u32, node as u32)));
            let mut number = |value: &Value| {
                let number = numbering.number(*value);
                if number as usize == readers.len() {
                    readers.push(u32::from(numbering.escapes[*value]));
                    numbered.push(*value);
                    kinds.push(if dfg.value_type(*value).is_int() { Kind::Number } else { Kind::Vector });
                }
                number
            };
            node_reads.items.extend(values.iter().map(&mut number));
            node_writes.items.extend(dfg.inst_results(inst).iter().map(&mut number));
            node_reads.end_set();
            node_writes.end();
            node_reads.iter(node).for_each(|value| readers[value] += 1);
            nodes.push(Node { at, origin, waits_for: before.len(), latency: latency(function, inst) });
            node_at[at] = Some(node);
        }
        // The last instruction ends the block.
        if let Some(last) = nodes.len().checked_sub(1) {
            let mut has_follower = vec![false; nodes.len()];
            pairs.iter().for_each(|&(before, _)| has_follower[before as usize] = true);
            let others = pairs.len();
            pairs.extend((0..last).filter(|&node| !has_follower[node]).map(|node| (node as u32, last as u32)));
            nodes[last].waits_for += pairs.len() - others;
        }
        let followers = Lists::of_pairs(nodes.len(), pairs.iter().copied());
        let (reads, writes, values) = (node_reads, node_writes, numbered);
        let block = insts.first().and_then(|&first| function.layout.inst_block(first));
        let is_param = |value: Value| matches!(dfg.value_def(value), ValueDef::Param(def, _) if Some(def) == block);
        let params = (0..values.len()).filter(|&value| is_param(values[value])).collect();
        Graph { nodes, reads, writes, followers, is_made_at_use, readers, values, kinds, params }
    }

    /// Puts the nodes in this order, each behind what is made for it.
    fn apply(&self, function: &mut Function, block: Block, insts: &[Inst], order: &[usize], numbering: &Numbering) {
        insts.iter().for_each(|&inst| function.layout.remove_inst(inst));
        let mut is_placed = vec![false; insts.len()];
        for &node in order {
            // A comparison stands behind its constant.
            let mut open = vec![(self.nodes[node].at, false)];
            while let Some((at, is_ready)) = open.pop() {
                if is_placed[at] {
                    continue;
                }
                if is_ready {
                    is_placed[at] = true;
                    function.layout.append_inst(insts[at], block);
                    continue;
                }
                open.push((at, true));
                for value in function.dfg.inst_values(insts[at]) {
                    let value = function.dfg.resolve_aliases(value);
                    let Some(def) = function.dfg.value_def(value).inst() else { continue };
                    let place = numbering.places[def] as usize;
                    if insts.get(place) == Some(&def) && self.is_made_at_use[place] {
                        open.push((place, false));
                    }
                }
            }
        }
        // What only other blocks read.
        for at in (0..insts.len()).filter(|&at| !is_placed[at]) {
            if let Some(last) = function.layout.last_inst(block) {
                function.layout.insert_inst(insts[at], last);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cost::Cost;
    use super::*;
    use crate::test_function::{isa, of_two_numbers, TARGET};
    use cranelift_codegen::ir::condcodes::IntCC;
    use cranelift_codegen::ir::{types, InstBuilder, MemFlagsData};
    use cranelift_codegen::verify_function;

    /// A function of a number and a pointer: a chain of `count` numbers, and a second chain each of whose steps reads one of the first.
    /// They are lowered side by side, and the first chain then stands in front of the second. Some steps also write memory that the next
    /// ones read.
    fn function(count: usize) -> Function {
        let mut of_first = Vec::new();
        let mut function = of_two_numbers(|b, start, place| {
            let plain = MemFlagsData::new().with_notrap();
            let (mut first, mut second) = (start, start);
            for step in 0..count {
                let factor = b.ins().iconst(types::I64, 3);
                first = b.ins().imul(first, factor);
                of_first.extend([factor, first].map(|value| b.func.dfg.value_def(value).unwrap_inst()));
                let product = b.ins().imul_imm_s(second, 5);
                second = b.ins().bxor(product, first);
                if step % 8 == 0 {
                    let old = b.ins().load(types::I64, plain, place, 0);
                    let new = b.ins().iadd(old, second);
                    b.ins().store(plain, new, place, 0);
                }
            }
            b.ins().store(plain, second, place, 8);
            []
        });
        let block = function.layout.entry_block().unwrap();
        for inst in of_first.into_iter().rev() {
            function.layout.remove_inst(inst);
            let front = function.layout.first_inst(block).unwrap();
            function.layout.insert_inst(inst, front);
        }
        function
    }

    /// The operations that read or write memory that may be written, in order.
    fn effects(function: &Function) -> Vec<Inst> {
        let insts = function.layout.blocks().flat_map(|block| function.layout.block_insts(block));
        let uses_memory = |inst: Inst| {
            let opcode = function.dfg.insts[inst].opcode();
            opcode.can_load() || opcode.can_store() || opcode.is_terminator()
        };
        insts.filter(|&inst| uses_memory(inst)).collect()
    }

    fn moves(function: &Function) -> u64 {
        let block = function.layout.entry_block().unwrap();
        let order: Vec<Inst> = function.layout.block_insts(block).collect();
        let graph = Graph::of(function, &order, function.dfg.num_insts(), &mut Numbering::of(function));
        let present: Vec<usize> = (0..graph.nodes.len()).collect();
        graph.cost(&present, registers(TARGET), 0).moves
    }

    #[test]
    fn values_are_read_soon_and_effects_keep_their_order() {
        let before = function(100);
        let mut function = before.clone();
        let lowered = function.dfg.num_insts();
        shorten_live_ranges(&mut function, lowered, Target::X86_64Linux);
        verify_function(&function, &*isa()).unwrap();
        assert_eq!(effects(&function), effects(&before));
        assert!(effects(&before).iter().all(|&inst| !is_pure(&before, inst)));
        assert_eq!(function.layout.block_insts(function.layout.entry_block().unwrap()).count(), lowered);
        assert!(moves(&before) > 150, "{}", moves(&before));
        assert!(moves(&function) < 5, "{}\n{function}", moves(&function));
    }

    /// Two chains of products that do not depend on each other, one after the other.
    fn two_chains(count: usize) -> Function {
        of_two_numbers(|b, start, place| {
            let mut ends = [start; 2];
            for end in &mut ends {
                for _ in 0..count {
                    *end = b.ins().imul(*end, start);
                }
            }
            let sum = b.ins().iadd(ends[0], ends[1]);
            b.ins().store(MemFlagsData::new().with_notrap(), sum, place, 0);
            []
        })
    }

    /// What it costs to compute [`two_chains`] one by one and side by side, and whether the latter is taken.
    fn of_two_chains(count: usize, outside: u64) -> ([Cost; 2], bool) {
        let function = two_chains(count);
        let block = function.layout.entry_block().unwrap();
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        let graph = Graph::of(&function, &insts, insts.len(), &mut Numbering::of(&function));
        let one_by_one: Vec<usize> = (0..graph.nodes.len()).collect();
        let mut side_by_side: Vec<usize> = (0..count).flat_map(|at| [at, count + at]).collect();
        side_by_side.extend(2 * count..graph.nodes.len());
        let costs = [&one_by_one, &side_by_side].map(|order| graph.cost(order, registers(TARGET), outside));
        let present = (costs[0], one_by_one);
        let (_, taken) = graph.cheapest(present, [side_by_side.clone()], registers(TARGET), outside);
        (costs, taken == side_by_side)
    }

    #[test]
    fn chains_that_are_far_from_each_other_take_more_cycles() {
        // Both chains are in flight at once, in any order.
        let (costs, _) = of_two_chains(200, 0);
        assert!(costs.iter().all(|cost| (600..650).contains(&cost.cycles)), "{costs:?}");
        let (costs, is_side_by_side) = of_two_chains(1000, 0);
        assert!(costs[0].cycles > 4000 && costs[1].cycles < 3010, "{costs:?}");
        assert!(is_side_by_side);
    }

    #[test]
    fn a_short_block_waits_for_what_others_compute_in_any_order() {
        let (costs, is_side_by_side) = of_two_chains(60, 0);
        assert!(costs[0].cycles > costs[1].cycles && is_side_by_side, "{costs:?}");
        let (costs, is_side_by_side) = of_two_chains(60, LATE);
        assert!(costs[0].cycles == costs[1].cycles && !is_side_by_side, "{costs:?}");
    }

    #[test]
    fn moves_and_cycles_count() {
        let total = |moves, cycles| Cost { moves, cycles }.total();
        assert!(total(6, 620) > total(5, 620));
        assert!(total(6, 610) < total(5, 620));
        // As many moves for so few cycles were slower.
        assert!(total(230, 270) > total(150, 302));
    }

    #[test]
    fn what_a_chain_of_selections_chooses_from_is_computed_one_by_one() {
        let mut function = of_two_numbers(|b, x, y| {
            let values: Vec<Value> = (1..25).map(|step| b.ins().rotl_imm_u(x, step)).collect();
            // What the chain begins with comes last.
            let first = (0..10).fold(x, |product, _| b.ins().imul(product, y));
            [values.into_iter().enumerate().fold(first, |chosen, (step, value)| {
                let is_chosen = b.ins().icmp_imm_s(IntCC::Equal, y, step as i64);
                b.ins().select(is_chosen, value, chosen)
            })]
        });
        assert!(moves(&function) > 16, "{}", moves(&function));
        let lowered = function.dfg.num_insts();
        shorten_live_ranges(&mut function, lowered, Target::X86_64Linux);
        verify_function(&function, &*isa()).unwrap();
        assert!(moves(&function) < 2, "{}\n{function}", moves(&function));
    }

    #[test]
    fn what_fits_registers_stays_as_it_is() {
        let before = two_chains(60);
        assert!(before.dfg.num_insts() > INSTRUCTIONS_MIN && moves(&before) == 0);
        let mut function = before.clone();
        let lowered = function.dfg.num_insts();
        shorten_live_ranges(&mut function, lowered, Target::X86_64Linux);
        assert_eq!(function.display().to_string(), before.display().to_string());
    }
}
