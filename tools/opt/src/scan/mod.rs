//! The pass that recognises counts of leading and trailing zeros, whatever they are made of.
//!
//! Hardware counts leading zeros by a tree of selections, of a few hundred gates; processors have an instruction for it. The
//! tree has many forms, above all when another optimiser has simplified it. So the pass does not look for a form: it asks,
//! for each bit in turn, what the node is if this bit is the first that is set (`cone`). If the answers are `a`, `a + 1`, `a
//! + 2`, and so on, or descend in the same way, the node is `a` plus or minus the number of zeros before the first set bit, and
//! becomes that: the `encode` of a `one_hot`, for which the back end uses the instruction.
//!
//! The work is bounded by a multiple of the size of the function.

mod cone;
mod partial;

use xls_aot_ir::{Function, NodeId, Op, Operands, Type};

use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Expr, Fired, Graph};
use crate::options::Topic;
use cone::{Cone, First, Leaf};

/// The rule, as reports call it.
pub(crate) const RULE: &str = "leading_zeros";

/// Fewest bits that are counted.
const BITS_MIN: usize = 6;

/// Most pieces of the vector whose zeros are counted.
const PIECES_MAX: usize = 4;

/// Nodes that are looked at for each node of the function.
const WORK_PER_NODE: usize = 64;

/// A node that is `start` plus (or minus) the number of zeros before the first set bit of a vector; `none` if no bit is set.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Count {
    /// The pieces of the vector, the most significant first.
    pieces: Vec<Piece>,
    bits: u64,
    first: First,
    start: u64,
    descends: bool,
    none: u64,
}

/// A piece of the vector whose zeros are counted.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Piece {
    /// Bits `start .. start + width` of the node.
    Slice { of: NodeId, start: u32, width: u32 },
    /// One bit: whether any of these leaves is set.
    Any { of: NodeId, leaves: Vec<Leaf> },
}

/// The function, rewritten; `None` if it stays as it is.
pub(crate) fn function(context: &Context<'_>, facts: &[Facts], source: &Function) -> Option<(Function, Fired)> {
    let counts = counts(source);
    if counts.iter().all(Option::is_none) {
        return None;
    }
    let mut graph = Graph::new(context, source.nodes.len());
    let mut copies: Vec<NodeId> = Vec::with_capacity(source.nodes.len());
    for (id, node) in source.iter() {
        graph.start(node);
        if let Op::Param { .. } = node.op {
            copies.push(graph.param(node));
            continue;
        }
        let args: Operands = node.operands.iter().map(|operand| copies[operand.index()]).collect();
        copies.push(match &counts[id.index()] {
            None => graph.add(node.op.clone(), args, node.ty.clone()),
            Some(count) => {
                *graph.fired.entry(RULE).or_default() += 1;
                let counted = count.write(&mut graph, |id| copies[id.index()], node.ty.bit_count().unwrap_or(0));
                graph.observe(RULE, &Expr { op: &node.op, args: &args, ty: &node.ty }, counted);
                counted
            }
        });
    }
    let ret = copies[source.ret.index()];
    let (nodes, fired) = graph.into_nodes();
    Some((emit::function(nodes, ret, source, facts, !context.is_on(Topic::DeadCode)), fired))
}

/// For each node, how it counts zeros, if it does.
fn counts(source: &Function) -> Vec<Option<Count>> {
    let cuts = cut_bits(source);
    let mut counts = vec![None; source.nodes.len()];
    let mut is_inside = vec![false; source.nodes.len()];
    let mut work = source.nodes.len() * WORK_PER_NODE;
    for (id, node) in source.iter().rev() {
        let is_candidate = node.ty.bit_count().is_some_and(|width| width >= 3)
            && cuts[id.index()] >= BITS_MIN
            && matches!(node.op, Op::Sel { .. } | Op::PrioritySel | Op::Concat | Op::Or | Op::And | Op::Xor);
        if !is_candidate || is_inside[id.index()] {
            continue;
        }
        let Some(cone) = Cone::of(source, id) else {
            work = work.saturating_sub(cuts[id.index()]);
            continue;
        };
        let (nodes, computing) = cone.sizes(source);
        let leaves = cone.leaves();
        work = work.saturating_sub(4 * nodes);
        if leaves < BITS_MIN || computing < leaves || nodes * leaves > work {
            continue;
        }
        let width = node.ty.bit_count().unwrap_or(0);
        let count = [First::Highest, First::Lowest].into_iter().find_map(|first| {
            let scan = cone.scan(source, first)?;
            work = work.saturating_sub(nodes * leaves);
            Count::of(&cone, &scan, first, width)
        });
        if count.is_some() {
            cone.inner().for_each(|inner| is_inside[inner.index()] = true);
        }
        counts[id.index()] = count;
    }
    counts
}

/// For each node, at most how many bits of longer vectors it depends on, if it could be in a cone.
fn cut_bits(source: &Function) -> Vec<usize> {
    let mut cuts = vec![0usize; source.nodes.len()];
    for (id, node) in source.iter() {
        cuts[id.index()] = match cone::cut(source, id) {
            Some((_, bits)) => bits.count_ones() as usize,
            None if cone::is_inner(source, id) => {
                node.operands.iter().fold(0, |sum: usize, operand| sum.saturating_add(cuts[operand.index()]))
            }
            None => 0,
        };
    }
    cuts
}

impl Count {
    /// The count that a scan of a node of `width` bits describes, if it is one.
    fn of(cone: &Cone, scan: &cone::Scan, first: First, width: u32) -> Option<Self> {
        // Leaves with the same value are one bit of the vector: whether any of them is set. The last ones do not count if it makes no
        // difference whether they are set.
        let mut groups: Vec<(Vec<Leaf>, u64)> = Vec::new();
        for &(leaf, value) in &scan.values {
            match groups.last_mut() {
                Some((leaves, same)) if *same == value => leaves.push(leaf),
                _ => groups.push((vec![leaf], value)),
            }
        }
        if groups.last().is_some_and(|&(_, value)| value == scan.none) {
            groups.pop();
        }
        let mask = if width >= 64 { u64::MAX } else { (1 << width) - 1 };
        let (&(_, start), &(_, second)) = (groups.first()?, groups.get(1)?);
        let descends = second == start.wrapping_sub(1) & mask;
        let expected = |i: u64| if descends { start.wrapping_sub(i) & mask } else { start.wrapping_add(i) & mask };
        let is_count = (0u64..).zip(&groups).all(|(i, &(_, value))| value == expected(i));
        if !is_count || groups.len() < BITS_MIN {
            return None;
        }
        let bits = groups.len() as u64;
        let mut pieces = pieces(cone.vector, groups.into_iter().map(|(leaves, _)| leaves), first);
        if pieces.len() > PIECES_MAX {
            return None;
        }
        if first == First::Lowest {
            pieces.reverse();
        }
        Some(Count { pieces, bits, first, start, descends, none: scan.none })
    }

    /// Writes the count as a value of `width` bits.
    fn write(&self, g: &mut Graph<'_>, copy_of: impl Fn(NodeId) -> NodeId, width: u32) -> NodeId {
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in &self.pieces {
            pieces.push(match piece {
                Piece::Slice { of, start, width } => g.slice(copy_of(*of), *start, *width),
                Piece::Any { of, leaves } => {
                    let bits = leaves.iter().map(|leaf| match *leaf {
                        Leaf::Bit(bit) => g.slice(copy_of(*of), bit, 1),
                        Leaf::Node(id) => copy_of(id),
                    });
                    let bits: Vec<NodeId> = bits.collect();
                    g.same(Op::Or, bits)
                }
            });
        }
        let vector = if pieces.len() == 1 { pieces[0] } else { g.concat(pieces) };
        let from_lowest = match self.first {
            First::Highest => g.same(Op::Reverse, [vector]),
            First::Lowest => vector,
        };
        let bits = self.bits as u32;
        let hot = g.add(Op::OneHot { lsb_prio: true }, [from_lowest], Type::Bits(bits + 1));
        let zeros = g.add(Op::Encode, [hot], Type::Bits(u32::BITS - bits.leading_zeros()));
        let zeros = g.resize(zeros, width);
        let start = g.number(width, self.start);
        let count = if self.descends { g.same(Op::Sub, [start, zeros]) } else { g.same(Op::Add, [zeros, start]) };
        let mask = if width >= 64 { u64::MAX } else { (1 << width) - 1 };
        let at_none =
            if self.descends { self.start.wrapping_sub(self.bits) } else { self.start.wrapping_add(self.bits) };
        if at_none & mask == self.none {
            return count;
        }
        let nothing = g.zeros(bits);
        let is_none = g.compare(Op::Eq, vector, nothing);
        let none = g.number(width, self.none);
        g.select(is_none, none, count)
    }
}

/// The pieces of the vector whose bits are given from the first on; in that order.
fn pieces(vector: NodeId, bits: impl Iterator<Item = Vec<Leaf>>, order: First) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for leaves in bits {
        let &[Leaf::Bit(bit)] = &leaves[..] else {
            pieces.push(Piece::Any { of: vector, leaves });
            continue;
        };
        match (pieces.last_mut(), order) {
            (Some(Piece::Slice { start, width, .. }), First::Highest) if *start == bit + 1 => {
                *start = bit;
                *width += 1;
            }
            (Some(Piece::Slice { start, width, .. }), First::Lowest) if *start + *width == bit => *width += 1,
            _ => pieces.push(Piece::Slice { of: vector, start: bit, width: 1 }),
        }
    }
    pieces
}
