//! Facts about functions that lowering needs beforehand: what is live, where values die, how large bodies are, and
//! which functions are inlined.

use std::collections::VecDeque;
use std::rc::Rc;

use xls_aot_ir::{Effect, FuncId, Function, NodeId, Op, Package, Type};

use crate::repr::shape_of;
use crate::shared_divisions::SharedDivisions;

/// Weight up to which a function is inlined at each of its call sites.
const INLINE_WEIGHT: u64 = 400;

/// Weight up to which a function with one call site is inlined there.
const INLINE_ONCE_WEIGHT: u64 = 20_000;

/// Deepest nesting of inlined functions.
const INLINE_DEPTH: u32 = 40;

/// Weight up to which a loop or map is unrolled: trip count times body.
pub(crate) const UNROLL_WEIGHT: u64 = 256;

/// Value of [`FuncInfo::last_use`] for nodes that live to the end.
pub(crate) const LIVES_ON: u32 = u32::MAX;

/// Facts about one function.
#[derive(Debug)]
pub(crate) struct FuncInfo {
    /// Nodes that are computed: those that the result or an event depends on.
    pub live: Vec<bool>,
    /// For each live node, the index of the last live node that uses it; [`LIVES_ON`] for the returned one; its own
    /// index if nobody uses it.
    pub last_use: Vec<u32>,
    /// Divisions that are done once.
    pub divisions: SharedDivisions,
    /// Rough number of instructions, inlined callees included.
    pub weight: u64,
    /// Whether calls of the function are expanded in place.
    pub inline: bool,
    /// Whether events can happen in it.
    pub effects: bool,
    depth: u32,
}

/// Facts about all functions of a package; `top` is its entry.
pub(crate) fn analyse(package: &Package, top: FuncId) -> Vec<Rc<FuncInfo>> {
    let mut infos: Vec<FuncInfo> = Vec::with_capacity(package.functions.len());
    for (_, function) in package.iter() {
        let info = analyse_function(function, &infos);
        infos.push(info);
    }
    let mut sites = vec![0u32; infos.len()];
    for (id, function) in package.iter() {
        for (node, data) in function.iter() {
            if let Some(callee) = data.op.callee().filter(|_| infos[id.index()].live[node.index()]) {
                sites[callee.index()] = sites[callee.index()].saturating_add(1);
            }
        }
    }
    // Callees come first, so a function's weight can count what is inlined into it.
    for (id, function) in package.iter() {
        let mut weight = 0u64;
        let mut depth = 0;
        for (node, data) in function.iter() {
            if !infos[id.index()].live[node.index()] {
                continue;
            }
            weight = weight.saturating_add(node_weight(function, node));
            if let Some(callee) = data.op.callee() {
                let callee = &infos[callee.index()];
                if callee.inline {
                    let copies = copies_of(data, callee.weight, function);
                    weight = weight.saturating_add(callee.weight.saturating_mul(copies));
                    depth = depth.max(callee.depth + 1);
                } else {
                    weight = weight.saturating_add(20);
                }
            }
        }
        let limit = if sites[id.index()] == 1 { INLINE_ONCE_WEIGHT } else { INLINE_WEIGHT };
        let info = &mut infos[id.index()];
        info.inline = id != top && weight <= limit && depth < INLINE_DEPTH;
        info.weight = weight;
        info.depth = depth;
    }
    infos.into_iter().map(Rc::new).collect()
}

/// How often a call's body is written out.
fn copies_of(node: &xls_aot_ir::Node, weight: u64, function: &Function) -> u64 {
    let trips = match node.op {
        Op::CountedFor { trip_count, .. } => trip_count,
        Op::Map { .. } => match &function.node(node.operands[0]).ty {
            Type::Array(array) => array.len,
            Type::Bits(_) | Type::Token | Type::Tuple(_) => 1,
        },
        _ => 1,
    };
    if unrolled(trips, weight) {
        trips
    } else {
        1
    }
}

/// Whether a loop of so many trips around a body of so much weight is written out.
pub(crate) fn unrolled(trips: u64, weight: u64) -> bool {
    trips <= 1 || trips.saturating_mul(weight.max(1)) <= UNROLL_WEIGHT
}

fn analyse_function(function: &Function, callees: &[FuncInfo]) -> FuncInfo {
    let count = function.nodes.len();
    let mut live = vec![false; count];
    let mut queue = VecDeque::new();
    let mut effects = false;
    let mut mark = |node: NodeId, queue: &mut VecDeque<NodeId>| {
        if !std::mem::replace(&mut live[node.index()], true) {
            queue.push_back(node);
        }
    };
    mark(function.ret, &mut queue);
    for (id, node) in function.iter() {
        let callee_has_effects = node.op.callee().is_some_and(|callee| callees[callee.index()].effects);
        if node.op.effect() != Effect::None || callee_has_effects {
            effects = true;
            mark(id, &mut queue);
        }
    }
    while let Some(id) = queue.pop_front() {
        for &operand in function.node(id).operands.iter() {
            mark(operand, &mut queue);
        }
    }
    let mut last_use: Vec<u32> = (0..count as u32).collect();
    for (id, node) in function.iter().filter(|(id, _)| live[id.index()]) {
        for &operand in node.operands.iter() {
            last_use[operand.index()] = id.index() as u32;
        }
    }
    last_use[function.ret.index()] = LIVES_ON;
    let divisions = SharedDivisions::of(function, &live);
    FuncInfo { live, last_use, divisions, weight: 0, inline: false, effects, depth: 0 }
}

/// Rough number of instructions of a node without its callee.
fn node_weight(function: &Function, id: NodeId) -> u64 {
    let node = function.node(id);
    let leaves = shape_of(&node.ty).leaves.max(1);
    match &node.op {
        Op::Param { .. }
        | Op::Literal { .. }
        | Op::Identity
        | Op::Tuple
        | Op::TupleIndex { .. }
        | Op::AfterAll
        | Op::MinDelay { .. }
        | Op::Array => 0,
        Op::Umul | Op::Smul | Op::Umulp | Op::Smulp => leaves * leaves,
        Op::Udiv | Op::Umod | Op::Sdiv | Op::Smod => 4 * leaves,
        Op::Sel { .. } | Op::PrioritySel | Op::OneHotSel => leaves * node.operands.len() as u64,
        Op::And | Op::Or | Op::Xor | Op::Nand | Op::Nor | Op::Concat => leaves + node.operands.len() as u64,
        Op::Encode => 10,
        _ => leaves + 1,
    }
}
