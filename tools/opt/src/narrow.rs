//! The pass that removes the computation of bits that are not needed.
//!
//! A first sweep, from the result to the parameters, finds which bits of each node are needed (`Demand`). A second sweep
//! writes a new function. If the high bits of an operation are not needed, it becomes narrower, provided this takes fewer
//! machine words. Masks that change only bits that are not needed are dropped. Values without any needed bit become zero.

use xls_aot_ir::{Function, Node, NodeId, Op, Operands, Type};

use crate::bits::low_mask;
use crate::effects::{is_root, Facts};
use crate::emit;
use crate::graph::{Context, Fired, Graph};
use crate::options::Topic;
use crate::weight::is_cheaper_width;

/// The needed bits of a value. A value that is not of a bits type is needed completely.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Demand {
    /// Bits from this one on are not needed.
    low: u32,
    /// Which of the low 128 bits are needed.
    mask: u128,
}

impl Demand {
    const NOTHING: Demand = Demand { low: 0, mask: 0 };

    /// The bits below `width`.
    fn below(width: u32) -> Self {
        Demand { low: width, mask: low_mask(width) }
    }

    /// These bits of the low 128, and all others below `low`.
    fn new(low: u32, mask: u128) -> Self {
        let mask = mask & low_mask(low);
        Demand { low: if low <= 128 { 128 - mask.leading_zeros() } else { low }, mask }
    }

    fn union(self, other: Demand) -> Self {
        Demand { low: self.low.max(other.low), mask: self.mask | other.mask }
    }

    /// All bits up to the highest that is needed.
    fn filled(self) -> Self {
        Demand::below(self.low)
    }

    /// The demand on a value of `width` bits of which these are the bits from `start` on.
    fn shifted_up(self, start: u32) -> Self {
        if self.low == 0 {
            return Demand::NOTHING;
        }
        let low = self.low.saturating_add(start);
        if start >= 128 || self.low > 128 {
            return Demand::below(low);
        }
        Demand { low, mask: self.mask << start }
    }

    /// The demand on bits `[start, start + width)`, as a value of its own.
    fn part(self, start: u32, width: u32) -> Self {
        let low = self.low.saturating_sub(start).min(width);
        if start == 0 {
            return Demand::new(low, self.mask);
        }
        if self.low <= 128 {
            return Demand::new(low, if start >= 128 { 0 } else { self.mask >> start });
        }
        Demand::below(low)
    }
}

/// The function, rewritten.
pub(crate) fn function(context: &Context<'_>, facts: &[Facts], source: &Function) -> (Function, Fired) {
    let (live, demands) = demands(source, facts);
    let mut graph = Graph::new(context, source.nodes.len());
    let mut copies: Vec<Option<NodeId>> = Vec::with_capacity(source.nodes.len());
    for (id, node) in source.iter() {
        graph.start(node);
        let copy = if matches!(node.op, Op::Param { .. }) {
            Some(graph.param(node))
        } else if !live[id.index()] {
            None
        } else {
            write(&mut graph, source, node, demands[id.index()], &copies)
        };
        copies.push(copy);
    }
    let ret = copies[source.ret.index()].unwrap_or(NodeId::new(0));
    let (nodes, fired) = graph.into_nodes();
    (emit::function(nodes, ret, source, facts, !context.is_on(Topic::DeadCode)), fired)
}

/// For each node, whether it is needed, and which of its bits.
fn demands(source: &Function, facts: &[Facts]) -> (Vec<bool>, Vec<Demand>) {
    let mut live = vec![false; source.nodes.len()];
    let mut demands = vec![Demand::NOTHING; source.nodes.len()];
    live[source.ret.index()] = true;
    demands[source.ret.index()] = Demand::below(source.node(source.ret).ty.bit_count().unwrap_or(0));
    for (id, node) in source.iter().rev() {
        if is_root(&node.op, facts) {
            live[id.index()] = true;
            demands[id.index()] = Demand::below(node.ty.bit_count().unwrap_or(0));
        }
        if live[id.index()] {
            let demand = demands[id.index()];
            let mut below = 0;
            // From the last operand to the first, so that the place of a concatenated one is a sum of those before it.
            for (at, &operand) in node.operands.iter().enumerate().rev() {
                live[operand.index()] = true;
                if let Some(width) = source.node(operand).ty.bit_count() {
                    let needed = operand_demand(source, node, demand, &Operand { at, width, below });
                    demands[operand.index()] = demands[operand.index()].union(needed);
                    below = u32::saturating_add(below, width);
                }
            }
        }
    }
    (live, demands)
}

/// An operand of a bits type.
struct Operand {
    /// Which operand of its node.
    at: usize,
    width: u32,
    /// Bits of all operands behind it: where it stands in the result of a concatenation.
    below: u32,
}

/// The bits that a constant operand of a two-operand node has set, of the low 128.
fn constant_ones(source: &Function, node: &Node, at: usize) -> Option<u128> {
    let &[a, b] = &*node.operands else { return None };
    let Op::Literal { value } = &source.node(if at == 0 { b } else { a }).op else { return None };
    let words = value.as_bits()?.words();
    Some(words.iter().take(2).enumerate().fold(0, |low, (i, &word)| low | u128::from(word) << (64 * i)))
}

/// Which bits of an operand are needed for the bits `demand` of a node.
fn operand_demand(source: &Function, node: &Node, demand: Demand, operand: &Operand) -> Demand {
    let Operand { at, width, below } = *operand;
    let all = Demand::below(width);
    if node.ty.bit_count().is_none() {
        return all;
    }
    match &node.op {
        Op::Identity | Op::Not | Op::Xor | Op::Nand | Op::Nor => demand,
        Op::And => match constant_ones(source, node, at) {
            Some(ones) => Demand::new(demand.low, demand.mask & ones),
            None => demand,
        },
        Op::Or => match constant_ones(source, node, at) {
            Some(ones) => Demand::new(demand.low, demand.mask & !ones),
            None => demand,
        },
        Op::Add | Op::Sub | Op::Neg => demand.filled(),
        Op::Umul | Op::Smul => Demand::below(demand.low.min(width)),
        Op::ZeroExt => demand.part(0, width),
        Op::SignExt => {
            let own = demand.part(0, width);
            if demand.low > width {
                own.union(Demand::below(1).shifted_up(width - 1))
            } else {
                own
            }
        }
        Op::BitSlice { start } => demand.shifted_up(*start),
        Op::Concat => demand.part(below, width),
        Op::Shll if at == 0 => demand.filled(),
        Op::Sel { .. } | Op::PrioritySel | Op::OneHotSel if at > 0 => demand,
        Op::Gate if at == 1 => demand,
        Op::Shll
        | Op::Sel { .. }
        | Op::PrioritySel
        | Op::OneHotSel
        | Op::Gate
        | Op::Param { .. }
        | Op::Literal { .. }
        | Op::Reverse
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shrl
        | Op::Shra
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Array
        | Op::ArrayIndex { .. }
        | Op::ArrayUpdate { .. }
        | Op::ArraySlice
        | Op::ArrayConcat
        | Op::Tuple
        | Op::TupleIndex { .. }
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => all,
    }
}

/// Writes a node of which `demand` is needed.
fn write(
    graph: &mut Graph<'_>,
    source: &Function,
    node: &Node,
    demand: Demand,
    copies: &[Option<NodeId>],
) -> Option<NodeId> {
    let args: Operands = node.operands.iter().map(|operand| copies[operand.index()]).collect::<Option<_>>()?;
    let width = node.ty.bit_count().filter(|_| graph.is_on(Topic::Narrow) && !matches!(node.op, Op::Gate));
    if let Some(width) = width {
        // A call may have effects.
        if demand.low == 0 && node.op.callee().is_none() {
            return Some(graph.zeros(width));
        }
        if let Some(unmasked) = without_mask(source, node, demand, &args) {
            return Some(unmasked);
        }
        if is_cheaper_width(demand.low, width) {
            if let Some(low) = narrowed(graph, node, demand.low, &args) {
                return Some(graph.zero_ext(low, width));
            }
        }
        if let Op::SignExt = node.op {
            if demand.low <= graph.width(args[0]) {
                return Some(graph.zero_ext(args[0], width));
            }
        }
    }
    Some(graph.add(node.op.clone(), args, node.ty.clone()))
}

/// `x & c = x`, `x | c = x`, `x ^ c = x` in the bits that are needed
fn without_mask(source: &Function, node: &Node, demand: Demand, args: &[NodeId]) -> Option<NodeId> {
    if demand.low > 128 || args.len() != 2 || !matches!(node.op, Op::And | Op::Or | Op::Xor) {
        return None;
    }
    (0..2).find_map(|at| {
        let ones = constant_ones(source, node, at)?;
        let changed = if node.op == Op::And { !ones } else { ones };
        (demand.mask & changed == 0).then(|| args[at])
    })
}

/// The low `width` bits of a node, computed on no more than those bits of its operands.
fn narrowed(graph: &mut Graph<'_>, node: &Node, width: u32, args: &[NodeId]) -> Option<NodeId> {
    let first = match node.op {
        Op::Not | Op::And | Op::Or | Op::Xor | Op::Nand | Op::Nor | Op::Add | Op::Sub | Op::Neg => 0,
        Op::Sel { .. } | Op::PrioritySel | Op::OneHotSel => 1,
        // The shift amount stays.
        Op::Shll => {
            let x = graph.slice(args[0], 0, width);
            return Some(graph.same(Op::Shll, [x, args[1]]));
        }
        // Operands are of any width.
        Op::Umul | Op::Smul => return Some(graph.add(node.op.clone(), args.to_vec(), Type::Bits(width))),
        Op::Param { .. }
        | Op::Literal { .. }
        | Op::Identity
        | Op::Reverse
        | Op::AndReduce
        | Op::OrReduce
        | Op::XorReduce
        | Op::Umulp
        | Op::Smulp
        | Op::Udiv
        | Op::Umod
        | Op::Sdiv
        | Op::Smod
        | Op::Eq
        | Op::Ne
        | Op::Ult
        | Op::Ule
        | Op::Ugt
        | Op::Uge
        | Op::Slt
        | Op::Sle
        | Op::Sgt
        | Op::Sge
        | Op::Shrl
        | Op::Shra
        | Op::ZeroExt
        | Op::SignExt
        | Op::BitSlice { .. }
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::Concat
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::Gate
        | Op::Array
        | Op::ArrayIndex { .. }
        | Op::ArrayUpdate { .. }
        | Op::ArraySlice
        | Op::ArrayConcat
        | Op::Tuple
        | Op::TupleIndex { .. }
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => return None,
    };
    let mut narrow = args.to_vec();
    for arg in &mut narrow[first..] {
        *arg = graph.slice(*arg, 0, width);
    }
    Some(graph.add(node.op.clone(), narrow, Type::Bits(width)))
}
