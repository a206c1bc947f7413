//! The pass that writes every function again: it inlines calls and unrolls loops where this pays, and simplifies
//! everything else.

use std::collections::BTreeMap;

use xls_aot_ir::{Bits, FuncId, Function, Node, NodeId, Op, Operands, Type};

use crate::calls::Calls;
use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Fired, Graph};
use crate::options::Topic;
use crate::weight::node_weight;

/// The facts about the package that the pass uses.
pub(crate) struct Rebuild<'a> {
    pub context: &'a Context<'a>,
    /// The package's functions before the pass.
    pub sources: &'a [Function],
    /// Functions that were rewritten already: all that may be called. Those that are merged into their callers are empty.
    pub done: &'a [Function],
    pub facts: &'a [Facts],
    pub calls: &'a Calls,
}

impl Rebuild<'_> {
    /// The function, rewritten.
    pub fn function(&self, source: &Function) -> (Function, Fired) {
        let mut body = Body { pass: self, graph: Graph::new(self.context, source.nodes.len()), grown: 0 };
        let params: Vec<NodeId> = source.params.iter().map(|&param| body.graph.param(source.node(param))).collect();
        let ret = body.copy(source, &params, true);
        let (nodes, fired) = body.graph.into_nodes();
        let keep_all = !self.context.is_on(Topic::DeadCode);
        (emit::function(nodes, ret, source, self.facts, keep_all), fired)
    }
}

/// A function being written.
struct Body<'a> {
    pass: &'a Rebuild<'a>,
    graph: Graph<'a>,
    /// Weight of everything that was inlined or unrolled so far.
    grown: u64,
}

impl Body<'_> {
    /// Writes the body of a function applied to `arguments`; the node of its result. With `outer`, the function was not
    /// rewritten yet, and calls in it are written out where that pays.
    fn copy(&mut self, source: &Function, arguments: &[NodeId], outer: bool) -> NodeId {
        let mut uses = vec![0u32; source.nodes.len()];
        uses[source.ret.index()] = 1;
        for operand in source.nodes.iter().flat_map(|node| node.operands.iter()) {
            uses[operand.index()] += 1;
        }
        let mut copies: Vec<NodeId> = Vec::with_capacity(source.nodes.len());
        for (node, uses) in source.nodes.iter().zip(uses) {
            self.graph.start(node);
            if let Op::Param { index } = node.op {
                copies.push(arguments[index as usize]);
                continue;
            }
            let args: Operands = node.operands.iter().map(|operand| copies[operand.index()]).collect();
            let written_out = if outer { self.written_out(node, &args) } else { None };
            let copy = match written_out {
                Some(result) => result,
                None => self.graph.add(node.op.clone(), args, node.ty.clone()),
            };
            self.graph.add_uses(copy, uses);
            copies.push(copy);
        }
        copies[source.ret.index()]
    }

    /// The result of a call, map or loop that is written out.
    fn written_out(&mut self, node: &Node, args: &[NodeId]) -> Option<NodeId> {
        let callee = node.op.callee()?;
        match node.op {
            Op::Invoke { .. } if self.pass.calls.is_merged(callee) => {
                Some(self.copy(&self.pass.sources[callee.index()], args, true))
            }
            Op::Invoke { .. } => {
                self.decide(node, 1, Topic::Inline)?;
                Some(self.apply(callee, args))
            }
            Op::Map { .. } => {
                let Type::Array(array) = self.graph.ty(args[0]).clone() else { return None };
                if array.len == 0 {
                    return None;
                }
                self.decide(node, array.len, Topic::Unroll)?;
                let mut results = Vec::new();
                for i in 0..array.len {
                    let element = self.graph.array_element(args[0], i)?;
                    results.push(self.apply(callee, &[element]));
                }
                Some(self.graph.add(Op::Array, results, node.ty.clone()))
            }
            Op::CountedFor { trip_count, stride, .. } => {
                if trip_count == 0 {
                    return None;
                }
                if self.decide(node, trip_count, Topic::Unroll).is_none() {
                    self.decide_by_trial(callee, trip_count, stride, args)?;
                }
                self.unroll(callee, trip_count, stride, args, |_, _| true)
            }
            // What is left is a loop of unknown length, and whatever applies no function.
            Op::Param { .. }
            | Op::Literal { .. }
            | Op::Identity
            | Op::Not
            | Op::Neg
            | Op::Reverse
            | Op::And
            | Op::Or
            | Op::Xor
            | Op::Nand
            | Op::Nor
            | Op::AndReduce
            | Op::OrReduce
            | Op::XorReduce
            | Op::Add
            | Op::Sub
            | Op::Umul
            | Op::Smul
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
            | Op::Shll
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
            | Op::Sel { .. }
            | Op::OneHotSel
            | Op::PrioritySel
            | Op::Gate
            | Op::Array
            | Op::ArrayIndex { .. }
            | Op::ArrayUpdate { .. }
            | Op::ArraySlice
            | Op::ArrayConcat
            | Op::Tuple
            | Op::TupleIndex { .. }
            | Op::DynamicCountedFor { .. }
            | Op::AfterAll
            | Op::MinDelay { .. }
            | Op::Assert { .. }
            | Op::Trace { .. }
            | Op::Cover { .. } => None,
        }
    }

    fn decide(&mut self, node: &Node, trips: u64, topic: Topic) -> Option<()> {
        let yes = self.pass.context.is_on(topic) && self.pass.calls.is_written_out(&node.op, trips, &mut self.grown);
        yes.then_some(())
    }

    /// Decides about a loop whose body is too heavy, by the weight that its copies have once they are simplified: they are written
    /// into a function of their own, in which parameters stand for everything that is not a constant.
    fn decide_by_trial(&mut self, callee: FuncId, trips: u64, stride: i64, args: &[NodeId]) -> Option<()> {
        if !self.pass.context.is_on(Topic::Unroll) {
            return None;
        }
        let trial = self.pass.calls.trial(callee, trips)?;
        let source = &self.pass.done[callee.index()];
        let mut body = Body { pass: self.pass, graph: Graph::new(self.pass.context, source.nodes.len()), grown: 0 };
        let mut known = BTreeMap::new();
        let args: Vec<NodeId> =
            args.iter().map(|&arg| stand_in(&self.graph, arg, &mut body.graph, &mut known)).collect();
        let (mut counted, mut copies) = (body.graph.nodes().len(), 0);
        let ret = body.unroll(callee, trips, stride, &args, |graph, done| {
            let nodes = graph.nodes();
            copies += nodes[counted..].iter().map(|node| node_weight(nodes, node)).sum::<u64>();
            counted = nodes.len();
            trial.goes_on(done, copies)
        });
        self.pass.calls.tried(copies);
        let (nodes, _) = body.graph.into_nodes();
        let copies = emit::live_weight(&nodes, ret?, self.pass.facts);
        self.pass.calls.is_light(copies, &mut self.grown).then_some(())
    }

    /// The state after all iterations of a loop. `goes_on` is asked after each, with the number of those that are done; `None`
    /// if it says no.
    fn unroll(
        &mut self,
        callee: FuncId,
        trips: u64,
        stride: i64,
        args: &[NodeId],
        mut goes_on: impl FnMut(&Graph<'_>, u64) -> bool,
    ) -> Option<NodeId> {
        let width = self.pass.facts[callee.index()].index_width;
        let mut state = args[0];
        for i in 0..trips {
            let index = self.graph.bits(index_bits(i, stride, width));
            let mut arguments = vec![index, state];
            arguments.extend_from_slice(&args[1..]);
            state = self.apply(callee, &arguments);
            if !goes_on(&self.graph, i + 1) {
                return None;
            }
        }
        Some(state)
    }

    fn apply(&mut self, callee: FuncId, arguments: &[NodeId]) -> NodeId {
        let done: &Function = &self.pass.done[callee.index()];
        self.copy(done, arguments, false)
    }
}

/// A node of another graph that stands for node `id` of `graph`: the same constant, the same tuple or array, or a parameter.
fn stand_in(graph: &Graph<'_>, id: NodeId, other: &mut Graph<'_>, known: &mut BTreeMap<NodeId, NodeId>) -> NodeId {
    if let Some(&known) = known.get(&id) {
        return known;
    }
    let (op, ty) = (graph.op(id), graph.ty(id));
    let found = if matches!(op, Op::Literal { .. } | Op::Tuple | Op::Array) {
        let parts: Operands = graph.args(id).iter().map(|&part| stand_in(graph, part, other, known)).collect();
        other.add(op.clone(), parts, ty.clone())
    } else {
        other.stranger(ty)
    };
    known.insert(id, found);
    found
}

/// The index of iteration `i`: `i * stride` modulo 2^64, cut to the width or extended with zeros.
fn index_bits(i: u64, stride: i64, width: u32) -> Bits {
    Bits::from_words(width, &[i.wrapping_mul(stride as u64)])
}
