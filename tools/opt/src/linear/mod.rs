//! The pass that computes linear parts of a function by tables.
//!
//! Exclusive ors, shifts, slices and masks by constants, and selections between values that differ by a constant are
//! affine maps over GF(2): checksums, scramblers, parities, Hamming codes, Galois-field products by constants. Such a
//! map is completely described by the result bits that each input bit toggles (`form`), however many operations the IR
//! uses for it. If it is much cheaper, the pass computes the whole map in another way (`plan`): a shift for bits that
//! move together, and a table of up to 256 entries for every eight bits that do not. A step of a CRC over a byte
//! becomes one lookup and a shift; steps that follow each other become one lookup for each byte, none of which waits
//! for another.
//!
//! A form includes the forms of its operands as long as the number of input bits stays below a limit; otherwise the operands
//! become its inputs. So the work is linear in the size of the function.

mod form;
mod plan;

use std::collections::BTreeSet;

use xls_aot_ir::{Function, NodeId, Op, Operands};

use crate::effects::{is_root, Facts};
use crate::emit;
use crate::graph::{Context, Fired, Graph};
use crate::options::Topic;
use form::Forms;
use plan::Plan;

/// Maximum number of nodes that are examined to compute the saving of a plan.
const CONE_MAX: usize = 512;

/// Half machine operations that a plan must save besides making a part one and a half times as fast.
const GAIN_MIN: u64 = 12;

/// Bytes of all tables of a function: a share of the first-level cache.
const TABLE_BYTES_MAX: u64 = 1 << 14;

/// The function, rewritten. With `only_plans`, `None` if nothing is computed in another way.
pub(crate) fn function(
    context: &Context<'_>,
    facts: &[Facts],
    source: &Function,
    only_plans: bool,
) -> Option<(Function, Fired)> {
    let (needed, plans) = plans(source, facts);
    if only_plans && plans.iter().all(Option::is_none) {
        return None;
    }
    let mut graph = Graph::new(context, source.nodes.len());
    let mut copies: Vec<Option<NodeId>> = Vec::with_capacity(source.nodes.len());
    for (id, node) in source.iter() {
        graph.start(node);
        let copy_of = |id: NodeId| copies[id.index()].unwrap_or(NodeId::new(0));
        let copy = match &plans[id.index()] {
            Some(plan) => {
                *graph.fired.entry("linear").or_default() += 1;
                Some(plan.write(&mut graph, copy_of))
            }
            None if matches!(node.op, Op::Param { .. }) => Some(graph.param(node)),
            None if !needed[id.index()] => None,
            None => {
                let args: Operands = node.operands.iter().map(|&operand| copy_of(operand)).collect();
                Some(graph.add(node.op.clone(), args, node.ty.clone()))
            }
        };
        copies.push(copy);
    }
    let ret = copies[source.ret.index()].unwrap_or(NodeId::new(0));
    let (nodes, fired) = graph.into_nodes();
    Some((emit::function(nodes, ret, source, facts, !context.is_on(Topic::DeadCode)), fired))
}

/// For each node, whether it is computed, and how, if otherwise than it was.
fn plans(source: &Function, facts: &[Facts]) -> (Vec<bool>, Vec<Option<Plan>>) {
    let forms = Forms::of(source);
    let users = Users::of(source);
    let mut needed = vec![false; source.nodes.len()];
    let mut plans: Vec<Option<Plan>> = vec![None; source.nodes.len()];
    let mut tables = Tables::default();
    needed[source.ret.index()] = true;
    for (id, node) in source.iter().rev() {
        needed[id.index()] |= is_root(&node.op, facts);
        if !needed[id.index()] {
            continue;
        }
        let cheaper = forms.get(id).and_then(|form| {
            let width = node.ty.bit_count()?;
            let mut atoms: Vec<NodeId> = form.terms.iter().map(|term| term.atom).collect();
            atoms.dedup();
            // A form of the node's own operands says nothing new.
            let is_inner = |operand: &&NodeId| forms.get(**operand).is_some() && atoms.binary_search(operand).is_err();
            node.operands.iter().find(is_inner)?;
            let saved = cone_cost(source, &users, &needed, id, &atoms);
            if saved < GAIN_MIN {
                return None;
            }
            let plan = Plan::of(form, width, |atom| source.node(atom).ty.bit_count().unwrap_or(0));
            (saved >= plan.cost() * 3 / 2 + GAIN_MIN && tables.admits(&plan, width)).then_some((plan, atoms))
        });
        match cheaper {
            Some((plan, atoms)) => {
                plans[id.index()] = Some(plan);
                atoms.into_iter().for_each(|atom| needed[atom.index()] = true);
            }
            None => node.operands.iter().for_each(|operand| needed[operand.index()] = true),
        }
    }
    (needed, plans)
}

/// The contents of a table: the width of its elements, and what each bit of the index contributes to them.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Contents {
    width: u32,
    columns: Vec<u64>,
}

/// The tables of a function so far; equal ones are one constant.
#[derive(Default)]
struct Tables {
    known: BTreeSet<Contents>,
    bytes: u64,
}

impl Tables {
    /// Whether there is room for the tables of a plan; if so, they count from now on.
    fn admits(&mut self, plan: &Plan, width: u32) -> bool {
        let element = u64::from(width.div_ceil(8)).next_power_of_two();
        let new: Vec<_> = plan.tables().map(|columns| Contents { width, columns: columns.clone() }).collect();
        let new: Vec<_> = new.into_iter().filter(|table| !self.known.contains(table)).collect();
        let bytes: u64 = new.iter().map(|table| element << table.columns.len()).sum();
        let fits = self.bytes + bytes <= TABLE_BYTES_MAX;
        if fits {
            self.bytes += bytes;
            self.known.extend(new);
        }
        fits
    }
}

/// The users of each node.
struct Users {
    starts: Vec<u32>,
    users: Vec<NodeId>,
}

impl Users {
    fn of(source: &Function) -> Self {
        let mut starts = vec![0u32; source.nodes.len() + 1];
        for operand in source.nodes.iter().flat_map(|node| node.operands.iter()) {
            starts[operand.index() + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut users = vec![NodeId::new(0); starts.last().map_or(0, |&end| end as usize)];
        for (id, node) in source.iter() {
            for operand in node.operands.iter() {
                users[next[operand.index()] as usize] = id;
                next[operand.index()] += 1;
            }
        }
        Users { starts, users }
    }

    fn of_node(&self, id: NodeId) -> &[NodeId] {
        &self.users[self.starts[id.index()] as usize..self.starts[id.index() + 1] as usize]
    }
}

/// Half machine operations of the nodes between `root` and `atoms` that no other node uses.
fn cone_cost(source: &Function, users: &Users, needed: &[bool], root: NodeId, atoms: &[NodeId]) -> u64 {
    let mut cone = BTreeSet::new();
    let mut open = BTreeSet::from([root]);
    let mut cost = 0;
    // Users stand behind what they use, so each node is reached after all its users in the cone.
    while let Some(id) = open.pop_last() {
        let mut all = users.of_node(id).iter();
        let is_inner = id == root
            || !needed[id.index()] && all.all(|user| cone.contains(user) || *user > root && !needed[user.index()]);
        if !is_inner || atoms.binary_search(&id).is_ok() || cone.len() >= CONE_MAX {
            continue;
        }
        cone.insert(id);
        cost += node_cost(source, id);
        open.extend(source.node(id).operands.iter().copied());
    }
    cost
}

/// Half machine operations of a node that can be part of a form.
fn node_cost(source: &Function, id: NodeId) -> u64 {
    let node = source.node(id);
    let operands = node.operands.len() as u64;
    match node.op {
        Op::Literal { .. } | Op::Identity | Op::ZeroExt | Op::Param { .. } => 0,
        Op::BitSlice { .. } => 1,
        Op::Concat | Op::Xor => 2 * operands.saturating_sub(1),
        Op::Sel { .. } | Op::PrioritySel => 4,
        Op::Reverse => 12,
        Op::XorReduce => 6,
        Op::SignExt => 3,
        Op::Not
        | Op::Neg
        | Op::And
        | Op::Or
        | Op::Nand
        | Op::Nor
        | Op::AndReduce
        | Op::OrReduce
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
        | Op::DynamicBitSlice
        | Op::BitSliceUpdate
        | Op::OneHot { .. }
        | Op::Encode
        | Op::Decode
        | Op::OneHotSel
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
        | Op::Cover { .. } => 2,
    }
}
