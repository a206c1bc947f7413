//! Whether a node's value depends only on which bit is the first that is set, in some order of bits.
//!
//! The `Cone` of a node is what computes it from the bits of one vector and a few single bits, its leaves. Each leaf in turn is
//! assumed to be the first that is set: those before it are zero, those behind it unknown. If the node is known then, its
//! value is the same for all vectors of which this leaf is the first that is set. If that holds for every leaf, the values
//! describe the node completely, whatever operations it is made of.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_ir::{Function, NodeId, Op};

use super::partial::{is_known, of_node, Partial, WIDTH_MAX};

/// Width of the widest value inside a cone.
const NARROW_MAX: u32 = 7;

/// Most nodes of a cone.
const NODES_MAX: usize = 2048;

/// Most leaves that are not bits of the vector.
const OTHERS_MAX: usize = 4;

/// A bit on which a node depends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Leaf {
    /// This bit of the vector.
    Bit(u32),
    /// A node of one bit.
    Node(NodeId),
}

/// Which bits of the vector come first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum First {
    Highest,
    Lowest,
}

/// The nodes that compute a node from its leaves.
pub(crate) struct Cone {
    /// Inner nodes in order, the node itself last.
    nodes: Vec<NodeId>,
    /// The vector.
    pub vector: NodeId,
    /// The bits of it that are leaves.
    bits: u64,
    others: Vec<NodeId>,
}

/// What a node is for each leaf that can be the first one that is set.
pub(crate) struct Scan {
    /// The leaves in order, and the node's value if the leaf is the first that is set.
    pub values: Vec<(Leaf, u64)>,
    /// The value if none is set.
    pub none: u64,
}

/// The width of a bits type that a cone can have in it.
fn narrow_width(source: &Function, id: NodeId) -> Option<u32> {
    source.node(id).ty.bit_count().filter(|&width| width <= NARROW_MAX)
}

/// Whether the operation is known and all operands are short vectors.
pub(crate) fn is_inner(source: &Function, id: NodeId) -> bool {
    let node = source.node(id);
    is_known(&node.op)
        && narrow_width(source, id).is_some()
        && node.operands.iter().all(|&operand| narrow_width(source, operand).is_some())
}

/// The vector and the bits of it that a node cuts out of a wider one.
pub(crate) fn cut(source: &Function, id: NodeId) -> Option<(NodeId, u64)> {
    let node = source.node(id);
    let Op::BitSlice { start } = node.op else { return None };
    let (width, vector) = (narrow_width(source, id)?, node.operands[0]);
    let whole = source.node(vector).ty.bit_count()?;
    (whole > NARROW_MAX && whole <= WIDTH_MAX).then(|| (vector, ((1 << width) - 1) << start))
}

impl Cone {
    /// The cone of a node; `None` if it has none, or is too large.
    pub fn of(source: &Function, root: NodeId) -> Option<Self> {
        let mut open = BTreeSet::from([root]);
        let (mut nodes, mut others) = (Vec::new(), Vec::new());
        let mut cuts: BTreeMap<NodeId, Vec<NodeId>> = BTreeMap::new();
        while let Some(id) = open.pop_last() {
            if let Some((vector, _)) = cut(source, id) {
                cuts.entry(vector).or_default().push(id);
            } else if is_inner(source, id) {
                open.extend(source.node(id).operands.iter().copied());
                nodes.push(id);
            } else if narrow_width(source, id) == Some(1) && id != root {
                others.push(id);
            } else {
                return None;
            }
            if nodes.len() > NODES_MAX || others.len() > OTHERS_MAX {
                return None;
            }
        }
        let (&vector, _) = cuts.iter().max_by_key(|(_, cuts)| cuts.len())?;
        let mut bits = 0;
        for (from, cuts) in cuts {
            for id in cuts {
                match cut(source, id) {
                    Some((_, cut)) if from == vector => {
                        bits |= cut;
                        nodes.push(id);
                    }
                    _ if narrow_width(source, id) == Some(1) => others.push(id),
                    _ => return None,
                }
            }
        }
        if others.len() > OTHERS_MAX {
            return None;
        }
        nodes.sort();
        others.sort();
        Some(Cone { nodes, vector, bits, others })
    }

    /// Number of nodes, and of those among them that compute something.
    pub fn sizes(&self, source: &Function) -> (usize, usize) {
        let computes = |id: &&NodeId| !matches!(source.node(**id).op, Op::BitSlice { .. } | Op::Literal { .. });
        (self.nodes.len(), self.nodes.iter().filter(computes).count())
    }

    /// The inner nodes.
    pub fn inner(&self) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.iter().copied()
    }

    /// Number of leaves.
    pub fn leaves(&self) -> usize {
        self.bits.count_ones() as usize + self.others.len()
    }

    /// How the node depends on which leaf is the first that is set, with the bits of the vector in this order and the other leaves
    /// anywhere between them; `None` if there is no such order.
    pub fn scan(&self, source: &Function, first: First) -> Option<Scan> {
        let mut simulation = Simulation::new(self, source)?;
        let mut bits: Vec<u32> = (0..WIDTH_MAX).filter(|&bit| self.bits >> bit & 1 == 1).collect();
        if first == First::Lowest {
            bits.reverse();
        }
        // The next leaves are the last ones of these lists.
        let mut others = self.others.clone();
        let mut values = Vec::with_capacity(self.leaves());
        while !bits.is_empty() || !others.is_empty() {
            let next = bits.last().map(|&bit| Leaf::Bit(bit));
            let candidates = next.into_iter().chain(others.iter().map(|&id| Leaf::Node(id)));
            let (leaf, value) = candidates.into_iter().find_map(|leaf| Some((leaf, simulation.value_if(leaf)?)))?;
            values.push((leaf, value));
            simulation.set(leaf, Some(false));
            match leaf {
                Leaf::Bit(_) => drop(bits.pop()),
                Leaf::Node(id) => others.retain(|&other| other != id),
            }
        }
        Some(Scan { values, none: simulation.value()? })
    }
}

/// A cone with what is known of its leaves.
struct Simulation<'a> {
    cone: &'a Cone,
    source: &'a Function,
    leaves: Leaves,
    /// What the values were computed for; `None` at first.
    computed: Option<Leaves>,
    /// The values of the inner nodes, by their places in the cone, and whether they changed when they were computed last.
    values: Vec<(Partial, bool)>,
    /// Where the values of all operands are, node by node.
    operands: Vec<Place>,
}

/// What is known of the leaves.
#[derive(Clone)]
struct Leaves {
    vector: Partial,
    /// The leaves that are not bits of the vector, as in the cone.
    others: Vec<Partial>,
}

/// Where the value of an operand is.
#[derive(Clone, Copy)]
enum Place {
    /// Among those of the inner nodes.
    Inner(usize),
    Vector,
    Other(usize),
}

impl<'a> Simulation<'a> {
    /// `None` if a node has an operand that is not in the cone.
    fn new(cone: &'a Cone, source: &'a Function) -> Option<Self> {
        let width = source.node(cone.vector).ty.bit_count().unwrap_or(0);
        let others = vec![Partial::unknown(1); cone.others.len()];
        let leaves = Leaves { vector: Partial::unknown(width), others };
        let values = vec![(Partial::unknown(0), true); cone.nodes.len()];
        let place = |&id: &NodeId| match cone.nodes.binary_search(&id) {
            Ok(at) => Some(Place::Inner(at)),
            Err(_) if id == cone.vector => Some(Place::Vector),
            Err(_) => cone.others.binary_search(&id).ok().map(Place::Other),
        };
        let operands = cone.nodes.iter().flat_map(|&id| source.node(id).operands.iter());
        let operands = operands.map(place).collect::<Option<_>>()?;
        Some(Simulation { cone, source, leaves, computed: None, values, operands })
    }

    fn set(&mut self, leaf: Leaf, value: Option<bool>) {
        match leaf {
            Leaf::Bit(bit) => {
                let known = &mut self.leaves.vector.bits;
                known.zeros &= !(1 << bit);
                known.ones &= !(1 << bit);
                match value {
                    Some(true) => known.ones |= 1 << bit,
                    Some(false) => known.zeros |= 1 << bit,
                    None => {}
                }
            }
            Leaf::Node(id) => {
                let value = value.map_or(Partial::unknown(1), |value| Partial::exactly(1, value.into()));
                if let Ok(at) = self.cone.others.binary_search(&id) {
                    self.leaves.others[at] = value;
                }
            }
        }
    }

    /// The node's value if the leaf is set, if it is known then.
    fn value_if(&mut self, leaf: Leaf) -> Option<u64> {
        self.set(leaf, Some(true));
        let value = self.value();
        self.set(leaf, None);
        value
    }

    /// The node's value, if it is known.
    fn value(&mut self) -> Option<u64> {
        // From one question to the next, most values stay as they are.
        let computed = self.computed.take();
        let leaves = &self.leaves;
        let vector_changed = computed.as_ref().is_none_or(|computed| computed.vector != leaves.vector);
        let other_changed =
            |at: usize| computed.as_ref().is_none_or(|computed| computed.others[at] != leaves.others[at]);
        let mut places = &self.operands[..];
        let mut operands = Vec::new();
        for (at, &id) in self.cone.nodes.iter().enumerate() {
            let node = self.source.node(id);
            let (own, rest) = places.split_at(node.operands.len());
            places = rest;
            let has_changed = |place: &Place| match *place {
                Place::Inner(at) => self.values[at].1,
                Place::Vector => vector_changed,
                Place::Other(at) => other_changed(at),
            };
            if computed.is_some() && !own.iter().any(has_changed) {
                self.values[at].1 = false;
                continue;
            }
            operands.clear();
            operands.extend(own.iter().map(|place| match *place {
                Place::Inner(at) => self.values[at].0,
                Place::Vector => leaves.vector,
                Place::Other(at) => leaves.others[at],
            }));
            let value = of_node(node, &operands)?;
            self.values[at] = (value, computed.is_none() || value != self.values[at].0);
        }
        self.computed = Some(leaves.clone());
        self.values.last()?.0.constant()
    }
}
