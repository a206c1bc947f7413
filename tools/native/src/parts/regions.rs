//! Where a function is cut.
//!
//! A region is a stretch of instructions that control enters only at its begin and leaves only at its end. Both can be in the middle of
//! a block. To find such pairs of places, each block gets the set of branches that jump over it (or back over it): if two blocks have
//! the same set, then no branch leads from between them to elsewhere, or from elsewhere between them.

use std::collections::HashMap;

use cranelift_codegen::ir::Function;

use super::order::Order;

/// A stretch of instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Region {
    /// The place of the first instruction.
    pub from: usize,
    /// The place behind the last instruction, and not behind the last one of its block.
    pub to: usize,
    /// The block in which it begins. The label and the parameters of that block are outside.
    pub first: usize,
    /// The block in which it ends. If that is another one, its label and its parameters are inside.
    pub last: usize,
}

/// The regions of a function, one behind the other, and the stretches of the rest between them: the rest has the even numbers, the
/// regions the odd ones.
pub(super) struct Regions {
    regions: Vec<Region>,
    /// By place, the number of its stretch.
    stretches: Vec<u32>,
    /// By block, the number of the stretch that has its label and its parameters.
    labels: Vec<u32>,
}

impl Regions {
    /// Regions of at most `size` instructions.
    pub fn of(function: &Function, order: &Order, size: usize) -> Self {
        let flow = Flow::of(function, order);
        let mut regions: Vec<Region> = Vec::new();
        let (mut from, mut first) = (0, 0);
        while first < order.blocks.len() {
            let (end, next) = flow.end(order, from, first, size);
            match end {
                Some((to, last)) => {
                    regions.push(Region { from, to, first, last });
                    (from, first) = (to, last);
                }
                None => {
                    first = next;
                    from = order.starts[first];
                }
            }
        }
        let mut stretches = vec![0; order.insts.len()];
        let mut labels = vec![0; order.blocks.len()];
        let (mut at, mut block) = (0, 0);
        for (number, region) in regions.iter().enumerate() {
            let number = 2 * number as u32;
            stretches[at..region.from].fill(number);
            stretches[region.from..region.to].fill(number + 1);
            // A region that begins in the block in which the last one ended leaves out none.
            (block..=region.first).for_each(|label| labels[label] = number);
            labels[region.first + 1..=region.last].fill(number + 1);
            (at, block) = (region.to, region.last + 1);
        }
        let number = 2 * regions.len() as u32;
        stretches[at..].fill(number);
        labels[block..].fill(number);
        Regions { regions, stretches, labels }
    }

    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    pub fn len(&self) -> usize {
        self.regions.len()
    }

    pub fn get(&self, number: usize) -> Region {
        self.regions[number]
    }

    pub fn iter(&self) -> impl Iterator<Item = &Region> {
        self.regions.iter()
    }

    /// The stretch that an instruction is in.
    pub fn of_place(&self, place: usize) -> u32 {
        self.stretches[place]
    }

    /// The stretch that has a block's label and parameters.
    pub fn of_label(&self, block: usize) -> u32 {
        self.labels[block]
    }
}

/// The branches of a function.
struct Flow {
    /// By block, a number for the set of branches that jump over it. Different sets may have the same one.
    crossings: Vec<u64>,
    /// By block, the next one with the same number.
    next: Vec<Option<usize>>,
    /// By block, the first and the last of the blocks that it branches to.
    targets: Vec<Option<(usize, usize)>>,
    /// How many branches leave the blocks before this one, and how many lead to them.
    leaving: Vec<usize>,
    entering: Vec<usize>,
}

impl Flow {
    fn of(function: &Function, order: &Order) -> Self {
        let count = order.blocks.len();
        let (mut crossings, mut targets) = (vec![0u64; count + 1], vec![None; count]);
        let (mut leaving, mut entering) = (vec![0; count + 1], vec![0; count + 1]);
        let mut branches = 0u64;
        for (from, &block) in order.blocks.iter().enumerate() {
            for to in function.block_successors(block).map(|to| order.number(to)) {
                branches += 1;
                let mark = scattered(branches);
                let (first, end) = if from < to { (from + 1, to) } else { (to, from + 1) };
                crossings[first] ^= mark;
                crossings[end] ^= mark;
                let (least, most) = targets[from].unwrap_or((to, to));
                targets[from] = Some((to.min(least), to.max(most)));
                leaving[from + 1] += 1;
                entering[to + 1] += 1;
            }
        }
        for block in 1..=count {
            crossings[block] ^= crossings[block - 1];
            leaving[block] += leaving[block - 1];
            entering[block] += entering[block - 1];
        }
        crossings.truncate(count);
        let mut next = vec![None; count];
        let mut last = HashMap::new();
        for block in (0..count).rev() {
            next[block] = last.insert(crossings[block], block);
        }
        Flow { crossings, next, targets, leaving, entering }
    }

    /// The end of a region that begins at this place, in this block: where the fewest values are needed later, for the instructions that
    /// the region then has. If there is no end, the second result is the block at which to look for the next region.
    fn end(&self, order: &Order, from: usize, first: usize, size: usize) -> (Option<(usize, usize)>, usize) {
        let (mut best, mut short, mut reached) = (None::<(f64, usize, usize)>, None, first);
        let mut block = Some(first);
        while let Some(at) = block.filter(|&at| order.starts[at] <= from + size) {
            reached = at;
            block = self.next[at];
            // A region has at least one instruction of the block in which it ends, and not the last one.
            let places = order.block(at);
            let last = places.end.saturating_sub(1).min(from + size);
            let places = places.start.max(from) + 1..last + 1;
            let far = places.start.max(from + size / 2).min(places.end)..places.end;
            for (to, &alive) in far.clone().zip(&order.alive[far]) {
                let cost = f64::from(alive) / (to - from) as f64;
                if best.is_none_or(|(least, ..)| cost <= least) {
                    best = Some((cost, to, at));
                }
            }
            short = (!places.is_empty() && last >= from + size / 8).then_some((0.0, last, at)).or(short);
        }
        let found = best.or(short).map(|(_, to, last)| (to, last));
        (found.filter(|&(_, last)| self.is_closed(first, last)), reached.max(first + 1))
    }

    /// Whether no branch leads into or out of a region that begins in `first` and ends in `last`.
    fn is_closed(&self, first: usize, last: usize) -> bool {
        debug_assert_eq!(self.crossings[first], self.crossings[last]);
        let is_inside =
            |targets: &Option<(usize, usize)>| targets.is_some_and(|(least, most)| first < least && most <= last);
        self.targets[first..last].iter().all(is_inside)
            && self.leaving[last] - self.leaving[first] == self.entering[last + 1] - self.entering[first + 1]
    }
}

/// Bits that look as if they were random, so that sets of such numbers have different exclusive ors.
fn scattered(number: u64) -> u64 {
    let mut bits = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
