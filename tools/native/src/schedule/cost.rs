//! What an order of a block costs, about.
//!
//! The moves to and from the stack are counted as if registers were allocated with the whole block in view (Belady's rule), and
//! the time of a processor that looks some way ahead is estimated with them. Both count: what is waited for in one call may
//! overlap with the work of the next one or of other code, but the moves are work.

use xls_aot_backend::Target;

use super::{Graph, Lists};

/// Instructions that a processor issues in one cycle, about.
const ISSUED: u64 = 6;

/// Instructions that a processor has in flight at once, about.
const WINDOW: usize = 512;

/// Cycles until a value from memory is there.
pub(super) const LOAD_LATENCY: u64 = 5;

/// Cycles until the values are there that other blocks compute, about. The processor looks ahead into a block while it still works at the
/// one before, so the order in a short block does not change when its instructions start.
pub(super) const LATE: u64 = 40;

/// Moves that cost as much as a cycle in which something is waited for. (Measured with all candidates on all kernels.)
const MOVES_OF_CYCLE: u64 = 2;

/// What an order costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cost {
    /// Moves to and from the stack.
    pub moves: u64,
    /// Cycles that it takes.
    pub cycles: u64,
}

impl Cost {
    pub(super) fn total(self) -> u64 {
        self.moves + MOVES_OF_CYCLE * self.cycles
    }
}

/// How many values can be in registers at once, about: numbers, and vectors, which have registers of their own.
pub(super) fn registers(target: Target) -> [usize; 2] {
    match target {
        Target::X86_64Linux | Target::X86_64Macos => [13, 15],
        Target::Aarch64Linux | Target::Aarch64Macos => [26, 30],
    }
}

impl Graph {
    /// The cheapest order, and what it costs; of equal ones, the first.
    pub(super) fn cheapest(
        &self,
        present: (Cost, Vec<usize>),
        others: impl IntoIterator<Item = Vec<usize>>,
        registers: [usize; 2],
        outside: u64,
    ) -> (Cost, Vec<usize>) {
        let mut cheapest = present;
        for order in others {
            let cost = self.cost(&order, registers, outside);
            if cost.total() < cheapest.0.total() {
                cheapest = (cost, order);
            }
        }
        cheapest
    }

    /// What the order costs on a processor that issues [`ISSUED`] instructions in each cycle and looks [`WINDOW`] of them ahead. Long
    /// ways through independent parts take less time if the parts are near each other. What other blocks compute is there after
    /// `outside` cycles.
    pub(super) fn cost(&self, order: &[usize], registers: [usize; 2], outside: u64) -> Cost {
        let mut loads: Vec<(usize, usize)> = Vec::new();
        let is_stored = self.place_values(order, registers, |at, value| loads.push((at, value)));
        let moves = (loads.len() + is_stored.iter().filter(|&&is_stored| is_stored).count()) as u64;
        let mut loads = loads.into_iter().peekable();
        let mut available = vec![outside; self.readers.len()];
        // When everything up to each place is done.
        let mut done: Vec<u64> = Vec::with_capacity(order.len());
        let mut issued = 0;
        for (at, &node) in order.iter().enumerate() {
            let stores = self.writes.iter(node).filter(|&value| is_stored[value]).count() as u64;
            issued += 1 + stores;
            let mut start = 0;
            while let Some((_, value)) = loads.next_if(|&(place, _)| place == at) {
                issued += 1;
                start = start.max(available[value] + LOAD_LATENCY);
            }
            if let Some(free) = at.checked_sub(WINDOW).map(|before| done[before]) {
                issued = issued.max(free * ISSUED);
            }
            let operands = self.reads.iter(node).map(|value| available[value]);
            start = operands.fold(start.max(issued / ISSUED), u64::max);
            let end = start + self.nodes[node].latency;
            self.writes.iter(node).for_each(|value| available[value] = end);
            done.push(done.last().map_or(end, |&last| last.max(end)));
        }
        Cost { moves, cycles: done.last().copied().unwrap_or(0) }
    }

    /// Chooses which values are in registers in this order: the one that is read last of those that are there makes room. Calls
    /// `load` with each place in the order and the number of a value that comes back there. The result tells by number which values go
    /// to the stack.
    pub(super) fn place_values(
        &self,
        order: &[usize],
        registers: [usize; 2],
        mut load: impl FnMut(usize, usize),
    ) -> Vec<bool> {
        let mut reads = Reads::of(self, order);
        let mut held: [Vec<usize>; 2] = registers.map(|count| Vec::with_capacity(count + 4));
        self.params.iter().for_each(|&value| held[self.kinds[value] as usize].push(value));
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
