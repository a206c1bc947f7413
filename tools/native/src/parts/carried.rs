//! The values that go from one stretch of a cut function to another, and their bytes in the place on the stack that all share.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Function, StackSlot, Value};

use super::operands;
use super::order::{Order, Origin};
use super::regions::Regions;

/// The place that the parts of a function share.
pub(super) struct Carried {
    /// Bytes of the place. It is aligned to 16.
    pub size: u32,
    /// The distance of each value that is there, and whether the rest of the function reads it.
    values: SecondaryMap<Value, Option<(u32, bool)>>,
    /// By stretch, the values of it that the rest of the function reads.
    read_by_rest: BTreeMap<u32, Vec<Value>>,
    /// The distances of what was in stack slots of its own.
    slots: SecondaryMap<StackSlot, u32>,
}

/// A value that is written to the shared place.
struct Stay {
    value: Value,
    /// The stretch that computes it.
    from: u32,
    /// The last stretch that reads it.
    until: u32,
    /// How many stretches read it, about.
    reads: usize,
    is_read_by_rest: bool,
}

impl Carried {
    /// `None` if the place would be too large.
    pub fn of(function: &Function, order: &Order, regions: &Regions) -> Option<Self> {
        let mut stays = Stays { function, order, regions, numbers: SecondaryMap::new(), stays: Vec::new() };
        let loops = loop_ends(function, order);
        for (block, &loop_end) in loops.iter().enumerate() {
            for place in order.block(block) {
                let stretch = regions.of_place(place);
                // What a loop reads is needed until the loop ends.
                let until = loop_end.map_or(stretch, |end| regions.of_place(order.block(end).end - 1).max(stretch));
                for value in operands(function, order.insts[place]) {
                    stays.read(value, stretch, until);
                }
            }
        }
        let mut stays = stays.stays;
        stays.sort_by_key(|stay| (stay.from, stay.value));
        let (places, place_of) = places(function, &stays);
        let mut by_use: Vec<usize> = (0..places.len()).collect();
        by_use.sort_by_key(|&place| Reverse(places[place].1));
        let mut size = 0u32;
        let mut reserve = |bytes: u32, align: u32| {
            let offset = size.checked_next_multiple_of(align)?;
            size = offset.checked_add(bytes).filter(|&end| end <= i32::MAX as u32)?;
            Some(offset)
        };
        let mut offsets = vec![0; places.len()];
        for place in by_use {
            offsets[place] = reserve(places[place].0, places[place].0)?;
        }
        let mut slots = SecondaryMap::new();
        for (slot, data) in &function.sized_stack_slots {
            slots[slot] = reserve(data.size, 16)?;
        }
        let mut values = SecondaryMap::new();
        let mut read_by_rest: BTreeMap<u32, Vec<Value>> = BTreeMap::new();
        for (stay, place) in stays.iter().zip(place_of) {
            values[stay.value] = Some((offsets[place], stay.is_read_by_rest));
            if stay.is_read_by_rest {
                read_by_rest.entry(stay.from).or_default().push(stay.value);
            }
        }
        let size = size.next_multiple_of(16);
        Some(Carried { size, values, read_by_rest, slots })
    }

    /// The distance of a value, if it is in the shared place.
    pub fn offset(&self, value: Value) -> Option<u32> {
        self.values[value].map(|(offset, _)| offset)
    }

    /// The distance of a stack slot.
    pub fn slot(&self, slot: StackSlot) -> u32 {
        self.slots[slot]
    }

    /// The values of a part that the rest of the function reads.
    pub fn read_by_rest(&self, stretch: u32) -> &[Value] {
        self.read_by_rest.get(&stretch).map_or(&[], |values| values)
    }
}

struct Stays<'a> {
    function: &'a Function,
    order: &'a Order,
    regions: &'a Regions,
    /// The number of a value's stay, and 1.
    numbers: SecondaryMap<Value, u32>,
    stays: Vec<Stay>,
}

impl Stays<'_> {
    /// Records that a stretch reads a value, which is needed `until` the end of another one.
    fn read(&mut self, value: Value, stretch: u32, until: u32) {
        let (from, made) = match self.order.origin(self.function, value) {
            Origin::Place(place) => (self.regions.of_place(place), Some(place)),
            Origin::Block(block) => (self.regions.of_label(block), None),
        };
        if from == stretch || (is_rest(from) && is_rest(stretch)) {
            return;
        }
        if let Some(place) = made.filter(|_| self.order.is_made_again(value)) {
            for value in operands(self.function, self.order.insts[place]) {
                self.read(value, stretch, until);
            }
            return;
        }
        let number = &mut self.numbers[value];
        if *number == 0 {
            self.stays.push(Stay { value, from, until, reads: 0, is_read_by_rest: false });
            *number = self.stays.len() as u32;
        }
        let stay = &mut self.stays[*number as usize - 1];
        stay.until = stay.until.max(until);
        stay.reads += 1;
        stay.is_read_by_rest |= is_rest(stretch);
    }
}

/// Whether a stretch belongs to the rest of the function.
pub(super) fn is_rest(stretch: u32) -> bool {
    stretch.is_multiple_of(2)
}

/// Bytes of places and how often they are used, and the place of each value. Values that are needed at different times share one, but what
/// a stretch reads is not written in the same stretch.
fn places(function: &Function, stays: &[Stay]) -> (Vec<(u32, usize)>, Vec<usize>) {
    let mut places: Vec<(u32, usize)> = Vec::new();
    let mut free: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    let mut used: BinaryHeap<Reverse<(u32, usize)>> = BinaryHeap::new();
    let mut place_of = Vec::with_capacity(stays.len());
    for stay in stays {
        while let Some(Reverse((_, place))) = used.peek().copied().filter(|&Reverse((until, _))| until < stay.from) {
            used.pop();
            free.entry(places[place].0).or_default().push(place);
        }
        let bytes = function.dfg.value_type(stay.value).bytes();
        let place = free.get_mut(&bytes).and_then(Vec::pop).unwrap_or_else(|| {
            places.push((bytes, 0));
            places.len() - 1
        });
        places[place].1 += stay.reads;
        place_of.push(place);
        used.push(Reverse((stay.until.max(stay.from), place)));
    }
    (places, place_of)
}

/// By block, the last block of the loops around it, if there are some. Loops one behind the other may count as one.
fn loop_ends(function: &Function, order: &Order) -> Vec<Option<usize>> {
    let count = order.blocks.len();
    let mut around = vec![0i64; count + 1];
    for (from, &block) in order.blocks.iter().enumerate() {
        for to in function.block_successors(block).map(|to| order.number(to)).filter(|&to| to <= from) {
            around[to] += 1;
            around[from + 1] -= 1;
        }
    }
    for block in 1..=count {
        around[block] += around[block - 1];
    }
    let mut ends = vec![None; count];
    for block in (0..count).rev().filter(|&block| around[block] > 0) {
        ends[block] = ends.get(block + 1).copied().flatten().or(Some(block));
    }
    ends
}
