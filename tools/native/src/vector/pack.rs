//! Packs: nodes of one width whose values are computed together, and how.

use std::cell::OnceCell;
use std::collections::HashMap;

use xls_aot_ir::{Function, NodeId};

use super::lane_bits;
use super::lane_op::{applied, lane_width, literal, Applied, LaneOp};
use super::place::{place_of, vector_loads, LoadedFrom, Place, VectorLoad};
use crate::layouts::Layouts;

/// The number of a pack.
pub(crate) type PackId = usize;

/// How the lanes of a pack are computed.
#[derive(Debug)]
pub(crate) enum PackKind {
    /// By one operation on the lanes of other packs.
    Apply { op: LaneOp, operands: Vec<PackId> },
    /// By loads from the value of a node.
    Load { base: NodeId, loads: Vec<VectorLoad> },
    /// All lanes are one node's value.
    Splat,
    /// They are constants.
    Constant(Vec<u64>),
    /// From scalar values, one by one. All other packs are this, too, until they are explored.
    Gather,
}

/// Nodes of one width that are the lanes of vectors.
#[derive(Debug)]
pub(crate) struct Pack {
    pub lanes: Vec<NodeId>,
    pub width: u32,
    pub kind: PackKind,
    /// The last of the nodes.
    pub last: NodeId,
}

impl Pack {
    /// Bits of a lane, if it does not hold a single bit.
    pub fn lane(&self) -> u32 {
        lane_bits(self.width)
    }
}

/// Longest chain of packs that is followed from a seed.
const DEPTH_MAX: u32 = 300;

/// How far operands of commutative operations are compared to find which belong together.
const COMPARED_DEPTH: u32 = 3;

/// What a node is for packs, whatever packs it is in.
struct LaneFacts {
    applied: Option<Applied>,
    place: Option<Place>,
}

/// The packs of a function, as they are found.
pub(crate) struct Packs<'a> {
    pub function: &'a Function,
    pub layouts: &'a Layouts,
    pub loaded_from: LoadedFrom,
    pub packs: Vec<Pack>,
    /// How long a chain of packs may be that each pack begins, or `None` if its kind is known.
    unexplored: Vec<Option<u32>>,
    /// The number of the pack with these lanes.
    known: HashMap<Vec<NodeId>, PackId>,
    /// How many more packs are looked for.
    budget: usize,
    /// By node, what was asked for already.
    facts: Vec<OnceCell<Box<LaneFacts>>>,
}

impl<'a> Packs<'a> {
    pub fn new(function: &'a Function, layouts: &'a Layouts, loaded_from: LoadedFrom) -> Self {
        // Every node is in a few packs; more would be packs of the same nodes in many orders.
        let budget = 8 * function.nodes.len();
        let facts = std::iter::repeat_with(OnceCell::new).take(function.nodes.len()).collect();
        let (packs, unexplored, known) = (Vec::new(), Vec::new(), HashMap::new());
        Self { function, layouts, loaded_from, packs, unexplored, known, budget, facts }
    }

    /// The pack with these lanes, of one width.
    pub fn pack(&mut self, lanes: Vec<NodeId>) -> Option<PackId> {
        let width = lane_width(self.function, *lanes.first()?)?;
        lanes
            .iter()
            .all(|&lane| lane_width(self.function, lane) == Some(width))
            .then(|| self.find(lanes, width, DEPTH_MAX))
    }

    fn find(&mut self, lanes: Vec<NodeId>, width: u32, depth: u32) -> PackId {
        if let Some(&known) = self.known.get(&lanes) {
            return known;
        }
        let kind = self.simple_kind(&lanes, width);
        self.unexplored.push(kind.is_none().then_some(depth));
        let last = lanes.iter().copied().max().unwrap_or(lanes[0]);
        let id = self.packs.len();
        self.known.insert(lanes.clone(), id);
        self.packs.push(Pack { lanes, width, kind: kind.unwrap_or(PackKind::Gather), last });
        id
    }

    /// Constants, one value, and values that lie side by side.
    fn simple_kind(&self, lanes: &[NodeId], width: u32) -> Option<PackKind> {
        let literals: Option<Vec<u64>> = lanes.iter().map(|&lane| literal(self.function, lane)).collect();
        if let Some(values) = literals {
            return Some(PackKind::Constant(values));
        }
        if lanes.iter().all(|lane| *lane == lanes[0]) {
            return Some(PackKind::Splat);
        }
        self.load(lanes, width)
    }

    /// Finds out whether one operation computes a pack, and the packs that are its operands. Only what is weighed is explored:
    /// most packs that could be found are lanes of nothing that is worth it.
    pub fn explore(&mut self, pack: PackId) {
        let Some(depth) = self.unexplored[pack].take().filter(|&depth| depth > 0 && self.budget > 0) else { return };
        let Some((op, operands)) = self.isomorphic(&self.packs[pack].lanes) else { return };
        self.budget -= 1;
        let operands = operands.into_iter().map(|operand| {
            let width = lane_width(self.function, operand[0]).unwrap_or(0);
            self.find(operand, width, depth - 1)
        });
        let operands = operands.collect();
        self.packs[pack].kind = PackKind::Apply { op, operands };
    }

    fn facts(&self, node: NodeId) -> &LaneFacts {
        self.facts[node.index()].get_or_init(|| {
            let place = place_of(self.function, self.layouts, &self.loaded_from, node);
            Box::new(LaneFacts { applied: applied(self.function, node), place })
        })
    }

    /// What a node does in lanes; `None` if there is no code for that.
    pub fn applied(&self, node: NodeId) -> Option<&Applied> {
        self.facts(node).applied.as_ref()
    }

    /// The place of an element that is read with constant indices.
    pub fn place(&self, node: NodeId) -> Option<Place> {
        self.facts(node).place
    }

    fn load(&self, lanes: &[NodeId], width: u32) -> Option<PackKind> {
        let place = |lane: &NodeId| self.place(*lane);
        let base = place(&lanes[0])?.base;
        let offsets = lanes.iter().map(|lane| place(lane).filter(|place| place.base == base).map(|place| place.offset));
        let offsets = offsets.collect::<Option<Vec<u64>>>()?;
        let total = self.layouts.size_of(&self.function.node(base).ty).ok()?;
        let loads = vector_loads(&offsets, u64::from(lane_bits(width) / 8), total)?;
        Some(PackKind::Load { base, loads })
    }

    /// The operation that all nodes are, and for each operand the nodes that are it, if they are such nodes.
    fn isomorphic(&self, lanes: &[NodeId]) -> Option<(LaneOp, Vec<Vec<NodeId>>)> {
        let first = self.applied(lanes[0])?;
        let mut operands: Vec<Vec<NodeId>> = first.operands.iter().map(|&operand| vec![operand]).collect();
        for &lane in &lanes[1..] {
            let next = self.applied(lane)?;
            if next.op != first.op || next.operands.len() != first.operands.len() {
                return None;
            }
            let is_swapped = self.fits_swapped(first, next);
            for (index, all) in operands.iter_mut().enumerate() {
                let operand = next.operands[if is_swapped { 1 - index } else { index }];
                if self.function.node(operand).ty != self.function.node(all[0]).ty {
                    return None;
                }
                all.push(operand);
            }
        }
        Some((first.op, operands))
    }

    /// Whether the two operands of a node fit those of another of the same operation better if they change places.
    fn fits_swapped(&self, first: &Applied, next: &Applied) -> bool {
        first.op.is_commutative()
            && next.operands.len() == 2
            && self.likeness(first, next, true, COMPARED_DEPTH) > self.likeness(first, next, false, COMPARED_DEPTH)
    }

    /// How well the operands of two nodes of one operation fit each other, if those of the second are in the opposite order.
    fn likeness(&self, x: &Applied, y: &Applied, swapped: bool, depth: u32) -> u32 {
        let order = if swapped { [1, 0] } else { [0, 1] };
        if x.operands.len() != 2 || y.operands.len() != 2 {
            return x.operands.iter().zip(&y.operands).map(|(&a, &b)| self.alike(a, b, depth)).sum();
        }
        (0..2).map(|i| self.alike(x.operands[i], y.operands[order[i]], depth)).sum()
    }

    /// How well two nodes fit as lanes of one pack.
    fn alike(&self, x: NodeId, y: NodeId, depth: u32) -> u32 {
        if self.function.node(x).ty != self.function.node(y).ty {
            return 0;
        }
        if x == y {
            return 8;
        }
        if literal(self.function, x).is_some() || literal(self.function, y).is_some() {
            return if literal(self.function, x).is_some() && literal(self.function, y).is_some() { 6 } else { 0 };
        }
        if let (Some(a), Some(b)) = (self.place(x), self.place(y)) {
            return if a.base == b.base { 7 } else { 1 };
        }
        let (Some(a), Some(b)) = (self.applied(x), self.applied(y)) else { return 1 };
        if a.op != b.op || a.operands.len() != b.operands.len() {
            return 1;
        }
        if depth == 0 {
            return 2;
        }
        let straight = self.likeness(a, b, false, depth - 1);
        let best = if a.op.is_commutative() { straight.max(self.likeness(a, b, true, depth - 1)) } else { straight };
        2 + best / a.operands.len().max(1) as u32 / 2
    }
}
