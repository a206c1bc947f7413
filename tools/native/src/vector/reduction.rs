//! Sums of many addends (and `and`, `or`, `xor` of many values): equal addends are added as vectors.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{types, InstBuilder, InstructionData, Opcode, Value};
use xls_aot_ir::{Function, NodeId};

use super::lane_op::{combine, lane_width, Combine, LaneOp};
use super::lanes::{vector_type, Lanes};
use super::pack::{PackId, Packs};
use super::VECTOR_BITS;
use crate::function::FnCtx;
use crate::value::{carrier, Bv};

/// Fewest addends that are looked at.
pub(crate) const ADDENDS_MIN: usize = 4;
/// Most partial sums of one sum.
const SUMS_MAX: usize = 4096;
/// How many operations before an addend are searched for where it is loaded from.
const LOAD_DEPTH: u32 = 4;

/// A sum of which some addends are lanes.
#[derive(Debug)]
pub(crate) struct Reduction {
    pub op: Combine,
    /// The packs of addends.
    pub packs: Vec<PackId>,
    /// The other addends.
    pub rest: Vec<NodeId>,
}

/// What some of the packs of a sum are together.
#[derive(Debug)]
pub(crate) struct LaneSum {
    width: u32,
    lane: u32,
    /// A vector for each number of lanes that count.
    vectors: BTreeMap<usize, Value>,
}

/// The addends of a sum.
pub(crate) struct Addends {
    pub op: Combine,
    pub addends: Vec<NodeId>,
    /// The nodes that add them, the root first. The others have no users besides these.
    pub sums: Vec<NodeId>,
    /// Partial sums beyond [`SUMS_MAX`], which are roots of their own. They are not addends of packs: these would lead to packs
    /// of the same nodes in another order.
    pub other_sums: Vec<NodeId>,
}

/// The addends of the sum `root`, if there are enough of them.
pub(crate) fn addends(function: &Function, root: NodeId, is_used_once: impl Fn(NodeId) -> bool) -> Option<Addends> {
    let op = combine(&function.node(root).op)?;
    let width = lane_width(function, root)?;
    let (mut addends, mut sums, mut other_sums) = (Vec::new(), Vec::new(), Vec::new());
    let mut left = vec![root];
    while let Some(id) = left.pop() {
        let node = function.node(id);
        let is_sum = combine(&node.op) == Some(op) && lane_width(function, id) == Some(width);
        if id != root && !(is_sum && is_used_once(id)) {
            addends.push(id);
        } else if sums.len() < SUMS_MAX {
            sums.push(id);
            left.extend(node.operands.iter().rev());
        } else {
            other_sums.push(id);
        }
    }
    (width > 1 && addends.len() >= ADDENDS_MIN).then_some(Addends { op, addends, sums, other_sums })
}

/// Where the first value that an addend depends on is loaded from, to put addends in the order of memory.
fn first_load(packs: &Packs<'_>, node: NodeId, depth: u32) -> Option<(NodeId, u64)> {
    if let Some(place) = packs.place(node) {
        return Some((place.base, place.offset));
    }
    if depth == 0 {
        return None;
    }
    let applied = packs.applied(node)?;
    applied.operands.iter().find_map(|&operand| first_load(packs, operand, depth - 1))
}

/// What addends must have in common to be lanes of one pack: operation and widths, and the value that they are loaded from.
type Kind = (Option<LaneOp>, Vec<u32>, Option<NodeId>);

/// The addends that can be lanes of packs, by kind, in the order of memory; and the others.
pub(crate) fn groups(packs: &Packs<'_>, addends: &[NodeId]) -> (Vec<Vec<NodeId>>, Vec<NodeId>) {
    let mut groups: BTreeMap<Kind, Vec<(u64, NodeId)>> = BTreeMap::new();
    let mut rest = Vec::new();
    for &addend in addends {
        let load = first_load(packs, addend, LOAD_DEPTH);
        let applied = packs.applied(addend);
        let is_loaded = packs.place(addend).is_some();
        if applied.is_none() && !is_loaded {
            rest.push(addend);
            continue;
        }
        let mut widths: Vec<u32> = Vec::new();
        if let Some(applied) = &applied {
            widths = applied.operands.iter().filter_map(|&operand| lane_width(packs.function, operand)).collect();
            widths.sort_unstable();
        }
        let kind = (applied.map(|applied| applied.op), widths, load.map(|(base, _)| base));
        groups.entry(kind).or_default().push((load.map_or(0, |(_, offset)| offset), addend));
    }
    let sorted = groups.into_values().map(|mut group| {
        group.sort_by_key(|&(offset, _)| offset);
        group.into_iter().map(|(_, addend)| addend).collect()
    });
    (sorted.collect(), rest)
}

impl FnCtx<'_, '_> {
    /// Combines a pack with what was combined before.
    pub fn add_lanes(&mut self, op: Combine, sum: &mut Option<LaneSum>, lanes: &Lanes) {
        let in_vector = (VECTOR_BITS / lanes.lane) as usize;
        let count = lanes.count.min(in_vector);
        let sum = sum.get_or_insert(LaneSum { width: lanes.width, lane: lanes.lane, vectors: BTreeMap::new() });
        let Some(added) = self.combined_vectors(op, lanes.lane, &lanes.vectors, count == in_vector) else { return };
        let combined = match sum.vectors.get(&count) {
            Some(&before) => self.apply_reduction(op, before, added),
            None => added,
        };
        sum.vectors.insert(count, combined);
    }

    /// All lanes combined into one value.
    pub fn reduced_lanes(&mut self, op: Combine, sum: LaneSum) -> Option<Bv> {
        let LaneSum { width, lane, vectors } = sum;
        let mut total: Option<Value> = None;
        for (count, vector) in vectors {
            let value = self.reduced_vector(op, lane, vector, count);
            total = Some(match total {
                None => value,
                Some(total) => self.apply_reduction(op, total, value),
            });
        }
        let value = self.convert(total?, carrier(width));
        Some(Bv::one(width, value, lane))
    }

    fn apply_reduction(&mut self, op: Combine, x: Value, y: Value) -> Value {
        match op {
            Combine::And => self.b.ins().band(x, y),
            Combine::Or => self.b.ins().bor(x, y),
            Combine::Xor => self.b.ins().bxor(x, y),
            Combine::Add => self.b.ins().iadd(x, y),
        }
    }

    /// Vectors combined lane by lane. Products of numbers that were widened are added in pairs by the instruction that
    /// multiplies them; for that, all lanes must count.
    fn combined_vectors(&mut self, op: Combine, lane: u32, vectors: &[Value], all_count: bool) -> Option<Value> {
        let mut combined: Option<Value> = None;
        let mut at = 0;
        while at < vectors.len() {
            let pair = vectors.get(at + 1).filter(|_| op == Combine::Add && lane == 32 && all_count).copied();
            let next = match pair.filter(|&high| self.are_halves_of_a_product(vectors[at], high)) {
                Some(high) => {
                    at += 1;
                    self.b.ins().iadd_pairwise(vectors[at - 1], high)
                }
                None => vectors[at],
            };
            at += 1;
            combined = Some(match combined {
                None => next,
                Some(combined) => self.apply_reduction(op, combined, next),
            });
        }
        combined
    }

    /// Whether two vectors are the products of the low and the high halves of the same sign-extended operands.
    fn are_halves_of_a_product(&self, low: Value, high: Value) -> bool {
        let widened = |value: Value, wanted: Opcode| match self.definition(value) {
            Some(InstructionData::Unary { opcode, arg }) if opcode == wanted => Some(arg),
            _ => None,
        };
        let factors = |value: Value, half: Opcode| match self.definition(value) {
            Some(InstructionData::Binary { opcode: Opcode::Imul, args: [x, y] }) => {
                Some((widened(x, half)?, widened(y, half)?))
            }
            _ => None,
        };
        let low = factors(low, Opcode::SwidenLow);
        low.is_some() && low == factors(high, Opcode::SwidenHigh)
    }

    /// The first `count` lanes of a vector combined: the second half with the first, and so on.
    fn reduced_vector(&mut self, op: Combine, lane: u32, vector: Value, count: usize) -> Value {
        let ty = vector_type(lane);
        let mut vector = vector;
        let mut count = count;
        while count > 1 {
            count /= 2;
            let moved = self.moved_down(vector, count as u32 * lane);
            let moved = self.as_vector(ty, moved);
            vector = self.apply_reduction(op, vector, moved);
        }
        self.b.ins().extractlane(vector, 0)
    }

    /// The vector's bits from `bits` on, for as many bits.
    fn moved_down(&mut self, vector: Value, bits: u32) -> Value {
        if bits >= 32 {
            let from = (bits / 8) as u8;
            let mut bytes = [0; 16];
            for (byte, target) in (0..).zip(&mut bytes) {
                *target = (from + byte) % 16;
            }
            return self.shuffled(vector, vector, bytes);
        }
        let words = self.as_vector(types::I32X4, vector);
        let by = self.imm(types::I32, u64::from(bits));
        self.b.ins().ushr(words, by)
    }
}
