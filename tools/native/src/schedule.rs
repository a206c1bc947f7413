//! The order of independent computations, chosen so that few values are needed at once.
//!
//! Cranelift's optimiser places each computation at its first use, going down from the last operation. Where many values are
//! computed side by side, as in sorting networks, ciphers and wide random logic, one chain after the other keeps most of what
//! the others need alive, and it goes to the stack and back. So the order is chosen here, between Cranelift's optimiser and
//! its code generator: some orders are made for each long block, and the one that takes the fewest moves to and from the stack is
//! taken, unless another one has clearly less to wait for. The moves are counted as if registers were allocated with the whole block in
//! view (Belady's rule).
//!
//! What has effects, may trap, or reads memory that may be written keeps its order. So only the order of computations that depend on
//! nothing but their operands changes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use cranelift_codegen::entity::{EntityRef, SecondaryMap};
use cranelift_codegen::ir::{Block, Function, Inst, InstructionData, Opcode, Value, ValueDef};
use xls_aot_backend::Target;

mod spill;

/// Fewest instructions of a block whose order is looked at.
const INSTRUCTIONS_MIN: usize = 64;

/// Most instructions of a block whose order is looked at.
const INSTRUCTIONS_MAX: usize = 1 << 17;

/// Fewest moves to and from the stack for which another order is looked for.
const MOVES_MIN: u64 = 16;

/// Another order is taken if it has at most this share of the moves.
const GAIN: (u64, u64) = (7, 8);

/// An order with more moves is taken instead if it is estimated to take at most this share of the cycles.
const FASTER: (u64, u64) = (15, 16);

/// Instructions that a processor issues in one cycle, about.
const ISSUED: u64 = 6;

/// Instructions that a processor has in flight at once, about.
const WINDOW: usize = 512;

/// Cycles until a value from memory is there.
const LOAD_LATENCY: u64 = 5;

/// How many values can be in registers at once, about: numbers, and vectors, which have registers of their own.
fn registers(target: Target) -> [usize; 2] {
    match target {
        Target::X86_64Linux | Target::X86_64Macos => [13, 15],
        Target::Aarch64Linux | Target::Aarch64Macos => [26, 30],
    }
}

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
    for block in long {
        let insts: Vec<Inst> = function.layout.block_insts(block).collect();
        let graph = Graph::of(function, &insts, lowered, &mut numbering);
        let present: Vec<usize> = (0..graph.nodes.len()).collect();
        let moves = graph.moves(&present, registers);
        if moves < MOVES_MIN {
            continue;
        }
        let by_place = |node: usize| node as u64;
        let by_origin = |node: usize| graph.nodes[node].origin;
        let orders = [graph.order(false, by_origin), graph.order(true, by_place), graph.order(true, by_origin)];
        let counted = orders.into_iter().map(|order| (graph.moves(&order, registers), order));
        let with_fewer: Vec<(u64, Vec<usize>)> =
            counted.filter(|(fewer, _)| fewer * GAIN.1 <= moves * GAIN.0).collect();
        let best = graph.best(function, &insts, with_fewer, registers);
        let (moves, order) = best
            .inspect(|(_, order)| graph.apply(function, block, &insts, order, &numbering))
            .unwrap_or((moves, present));
        if spill::is_gain(target, moves, order.len()) {
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
            nodes.push(Node { at, origin, waits_for: before.len() });
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
        Graph { nodes, reads, writes, followers, is_made_at_use, readers, values, kinds }
    }

    /// How many more values are needed after a node than before it, where `left` nodes still read each value.
    fn growth(&self, node: usize, left: &[u32]) -> i64 {
        let made = self.writes.iter(node).filter(|&value| self.readers[value] > 0).count() as i64;
        made - self.reads.iter(node).filter(|&value| left[value] == 1).count() as i64
    }

    /// An order in which everything comes behind what it needs: the node with the least key first of those that can be next. If
    /// `frees`, nodes after which fewer values are needed go first, then those that change nothing.
    fn order(&self, frees: bool, key: impl Fn(usize) -> u64) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.nodes.iter().map(|node| node.waits_for).collect();
        let mut left = self.readers.clone();
        // The exclusive or of the nodes that still read a value: the last one, in the end.
        let mut last_readers = vec![0; self.readers.len()];
        for node in 0..self.nodes.len() {
            self.reads.iter(node).for_each(|value| last_readers[value] ^= node);
        }
        let entry = |node: usize, left: &[u32]| {
            let growth = if frees { self.growth(node, left) } else { 0 };
            Reverse((growth, key(node), node))
        };
        let first = (0..self.nodes.len()).filter(|&node| waiting[node] == 0);
        let mut ready: BinaryHeap<_> = first.map(|node| entry(node, &left)).collect();
        let mut is_done = vec![false; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(Reverse((_, _, node))) = ready.pop() {
            // A node is in the list once more for each value whose last reader it has become.
            if std::mem::replace(&mut is_done[node], true) {
                continue;
            }
            order.push(node);
            for value in self.reads.iter(node) {
                left[value] -= 1;
                last_readers[value] ^= node;
                let last: usize = last_readers[value];
                if frees && left[value] == 1 && !is_done[last] && waiting[last] == 0 {
                    ready.push(entry(last, &left));
                }
            }
            for follower in self.followers.iter(node) {
                waiting[follower] -= 1;
                if waiting[follower] == 0 {
                    ready.push(entry(follower, &left));
                }
            }
        }
        order
    }

    /// How many values go to the stack and back in this order, if the one that is read last of those in registers makes room.
    fn moves(&self, order: &[usize], registers: [usize; 2]) -> u64 {
        let mut loads = 0;
        let is_stored = self.place_values(order, registers, |_, _| loads += 1);
        loads + is_stored.into_iter().filter(|&is_stored| is_stored).count() as u64
    }

    /// The order with the fewest moves, unless another one is estimated to be clearly faster. Orders come with the number of their moves.
    fn best(
        &self,
        function: &Function,
        insts: &[Inst],
        orders: Vec<(u64, Vec<usize>)>,
        registers: [usize; 2],
    ) -> Option<(u64, Vec<usize>)> {
        let latencies: Vec<u64> = self.nodes.iter().map(|node| latency(function, insts[node.at])).collect();
        let estimated = orders.into_iter().map(|order| (self.cycles(&order.1, &latencies, registers), order));
        let mut estimated: Vec<_> = estimated.collect();
        // Of equal ones, the first.
        estimated.sort_by_key(|(_, (moves, _))| *moves);
        let fewest = estimated.first()?.0;
        let fastest = (0..estimated.len()).min_by_key(|&at| estimated[at].0)?;
        let is_faster = estimated[fastest].0 * FASTER.1 <= fewest * FASTER.0;
        Some(estimated.swap_remove(if is_faster { fastest } else { 0 }).1)
    }

    /// About how many cycles the order takes on a processor that issues [`ISSUED`] instructions in each and looks [`WINDOW`] of them
    /// ahead. Long ways through independent parts take less time if the parts are near each other.
    fn cycles(&self, order: &[usize], latencies: &[u64], registers: [usize; 2]) -> u64 {
        let mut loads = vec![Vec::new(); order.len()];
        let is_stored = self.place_values(order, registers, |at, value| loads[at].push(value));
        let mut available = vec![0u64; self.readers.len()];
        // When everything up to each place is done.
        let mut done: Vec<u64> = Vec::with_capacity(order.len());
        let mut issued = 0;
        for (at, &number) in order.iter().enumerate() {
            let stores = self.writes.iter(number).filter(|&value| is_stored[value]).count();
            issued += 1 + (loads[at].len() + stores) as u64;
            if let Some(free) = at.checked_sub(WINDOW).map(|before| done[before]) {
                issued = issued.max(free * ISSUED);
            }
            let ready = |value: usize| available[value] + if loads[at].contains(&value) { LOAD_LATENCY } else { 0 };
            let start = self.reads.iter(number).map(ready).max().unwrap_or(0).max(issued / ISSUED);
            let end = start + latencies[number];
            self.writes.iter(number).for_each(|value| available[value] = end);
            done.push(done.last().map_or(end, |&last| last.max(end)));
        }
        done.last().copied().unwrap_or(0)
    }

    /// Chooses which values are in registers in this order: the one that is read last of those that are there makes room. Calls
    /// `load` with each place in the order and the number of a value that comes back there. The result tells by number which values go
    /// to the stack.
    fn place_values(&self, order: &[usize], registers: [usize; 2], mut load: impl FnMut(usize, usize)) -> Vec<bool> {
        let mut reads = Reads::of(self, order);
        let mut held: [Vec<usize>; 2] = registers.map(|count| Vec::with_capacity(count + 4));
        let mut is_stored = vec![false; self.readers.len()];
        for (at, &node) in order.iter().enumerate() {
            for value in self.reads.iter(node) {
                let held = &mut held[self.kinds[value] as usize];
                if !held.contains(&value) {
                    load(at, value);
                    held.push(value);
                    is_stored[value] = true;
                }
                reads.done[value] += 1;
            }
            self.writes.iter(node).for_each(|value| held[self.kinds[value] as usize].push(value));
            for (held, registers) in held.iter_mut().zip(registers) {
                held.retain(|&value| reads.next(value).is_some());
                while held.len() > registers {
                    let Some(farthest) = (0..held.len()).max_by_key(|&at| reads.next(held[at])) else { break };
                    is_stored[held.swap_remove(farthest)] = true;
                }
            }
        }
        is_stored
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

/// At which places of an order each value is read, from a place on.
struct Reads {
    /// By value.
    places: Lists,
    /// How many of each value have been passed.
    done: Vec<u32>,
}

impl Reads {
    /// All reads of an order.
    fn of(graph: &Graph, order: &[usize]) -> Self {
        let reads_of = |(at, &node)| graph.reads.get(node).iter().map(move |&value| (value, at as u32));
        let pairs = order.iter().enumerate().flat_map(reads_of);
        let count = graph.readers.len();
        Reads { places: Lists::of_pairs(count, pairs), done: vec![0; count] }
    }

    /// The next place at which a value is read, if there is one.
    fn next(&self, value: usize) -> Option<u32> {
        self.places.get(value).get(self.done[value] as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_function::{isa, of_two_numbers, TARGET};
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
        graph.moves(&present, registers(TARGET))
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

    #[test]
    fn an_order_with_more_moves_is_taken_only_if_it_is_clearly_faster() {
        let best = |count: usize| {
            let function = two_chains(count);
            let block = function.layout.entry_block().unwrap();
            let insts: Vec<Inst> = function.layout.block_insts(block).collect();
            let graph = Graph::of(&function, &insts, insts.len(), &mut Numbering::of(&function));
            let one_by_one: Vec<usize> = (0..graph.nodes.len()).collect();
            let mut side_by_side: Vec<usize> = (0..count).flat_map(|at| [at, count + at]).collect();
            side_by_side.extend(2 * count..graph.nodes.len());
            let latencies: Vec<u64> = insts.iter().map(|&inst| latency(&function, inst)).collect();
            let cycles = [&one_by_one, &side_by_side].map(|order| graph.cycles(order, &latencies, registers(TARGET)));
            let orders = vec![(6, side_by_side), (5, one_by_one)];
            (cycles, graph.best(&function, &insts, orders, registers(TARGET)).unwrap().0)
        };
        // Both chains are in flight at once, in any order.
        let (cycles, moves) = best(200);
        assert!(cycles.iter().all(|cycles| (600..650).contains(cycles)), "{cycles:?}");
        assert_eq!(moves, 5);
        let (cycles, moves) = best(1000);
        assert!(cycles[0] > 4000 && cycles[1] < 3010, "{cycles:?}");
        assert_eq!(moves, 6);
    }

    #[test]
    fn short_live_ranges_stay_as_they_are() {
        let before = function(12);
        let mut function = before.clone();
        let lowered = function.dfg.num_insts();
        shorten_live_ranges(&mut function, lowered, Target::X86_64Linux);
        assert_eq!(function.display().to_string(), before.display().to_string());
    }
}
