//! Which packs are taken, and what is left for scalar code.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use xls_aot_ir::{Effect, Function, NodeId, Op};

use super::cost;
use super::lane_op::{applied, combine, lane_width};
use super::lanes::vector_count;
use super::pack::{Pack, PackId, PackKind, Packs};
use super::place::LoadedFrom;
use super::reduction::{addends, groups, Reduction, ADDENDS_MIN};
use super::{lane_bits, VECTOR_BITS};
use crate::analysis::{FuncInfo, LIVES_ON};
use crate::layouts::Layouts;
use crate::repr::in_memory;

/// Numbers of lanes that are tried, the largest first. Lanes of 64 bits are in pairs; two smaller lanes are not worth it.
const LANES: [usize; 3] = [16, 8, 4];
const LANES_OF_64: [usize; 4] = [16, 8, 4, 2];

/// Elements of an array up to which it is looked at.
const ELEMENTS_MAX: usize = 1 << 12;

/// A pack that is lowered.
#[derive(Debug)]
pub(crate) struct LoweredPack {
    pub pack: PackId,
    /// The lanes that scalar code needs: their numbers and nodes.
    pub extracted: Vec<(usize, NodeId)>,
}

/// What of a function is computed in vectors.
#[derive(Debug)]
pub(crate) struct VectorPlan {
    pub packs: Vec<Pack>,
    /// The parameters that packs load from memory.
    pub loaded_from: LoadedFrom,
    /// The packs that are needed, by their last nodes.
    pub at: BTreeMap<u32, Vec<LoweredPack>>,
    /// By their roots, the sums of lanes.
    pub reductions: BTreeMap<u32, Reduction>,
    /// The facts about the function for scalar code: the nodes that it computes, and the last use of each value in scalar code
    /// or packs.
    pub info: Rc<FuncInfo>,
}

/// A plan that is being made.
struct Planner<'a, 'p> {
    packs: Packs<'p>,
    info: &'a FuncInfo,
    users: Users,
    /// Packs that are taken.
    taken: BTreeSet<PackId>,
    /// By node: the pack that is taken and has it as a lane, and which lane.
    lane_of: BTreeMap<NodeId, (PackId, usize)>,
    reductions: BTreeMap<NodeId, Reduction>,
    /// Partial sums that reductions replace.
    replaced: BTreeSet<NodeId>,
    /// Sums that were looked at.
    seen: BTreeSet<NodeId>,
    /// How many more packs are weighed.
    budget: usize,
}

/// The live users of each node, once for each time that they use it.
struct Users {
    starts: Vec<u32>,
    users: Vec<NodeId>,
}

impl Users {
    fn of(function: &Function, live: &[bool]) -> Self {
        let mut starts = vec![0u32; function.nodes.len() + 1];
        let live_nodes = || function.iter().filter(|(id, _)| live[id.index()]);
        for (_, node) in live_nodes() {
            node.operands.iter().for_each(|operand| starts[operand.index() + 1] += 1);
        }
        for i in 1..starts.len() {
            starts[i] += starts[i - 1];
        }
        let mut next = starts.clone();
        let mut users = vec![NodeId::new(0); starts.last().map_or(0, |&count| count as usize)];
        for (id, node) in live_nodes() {
            for operand in node.operands.iter() {
                users[next[operand.index()] as usize] = id;
                next[operand.index()] += 1;
            }
        }
        Self { starts, users }
    }

    fn of_node(&self, node: NodeId) -> &[NodeId] {
        &self.users[self.starts[node.index()] as usize..self.starts[node.index() + 1] as usize]
    }
}

impl VectorPlan {
    /// The plan of a function; `None` if no vectors are worth it.
    pub fn of(
        function: &Function,
        layouts: &Layouts,
        info: &FuncInfo,
        loaded_from: LoadedFrom,
        callee_has_effects: impl Fn(&Op) -> bool,
    ) -> Option<Self> {
        let is_candidate = |id: NodeId| is_array_seed(function, id) || combine(&function.node(id).op).is_some();
        if !function.iter().any(|(id, _)| info.live[id.index()] && is_candidate(id)) {
            return None;
        }
        let mut planner = Planner {
            packs: Packs::new(function, layouts, loaded_from),
            info,
            users: Users::of(function, &info.live),
            taken: BTreeSet::new(),
            lane_of: BTreeMap::new(),
            reductions: BTreeMap::new(),
            replaced: BTreeSet::new(),
            seen: BTreeSet::new(),
            budget: 64 * function.nodes.len() + 4096,
        };
        // From the end, so that a sum is seen before its partial sums, and arrays before the sums that are their elements.
        let ids = || (0..function.nodes.len()).rev().map(NodeId::new).filter(|id| info.live[id.index()]);
        ids().filter(|&id| is_array_seed(function, id)).for_each(|id| planner.take_array(id));
        for id in ids() {
            if !planner.seen.contains(&id) && !planner.lane_of.contains_key(&id) {
                planner.take_sum(id);
            }
        }
        (!planner.taken.is_empty()).then(|| planner.finish(callee_has_effects))
    }
}

/// Whether a node makes an array whose elements can be lanes.
fn is_array_seed(function: &Function, id: NodeId) -> bool {
    let node = function.node(id);
    let count = node.operands.len();
    matches!(node.op, Op::Array)
        && (2..=ELEMENTS_MAX).contains(&count)
        && lane_width(function, node.operands[0]).is_some()
}

impl Planner<'_, '_> {
    /// Takes packs of an array's elements.
    fn take_array(&mut self, array: NodeId) {
        let node = self.packs.function.node(array);
        let elements: Vec<NodeId> = node.operands.to_vec();
        let is_stored = self.is_stored(array);
        let sizes = self.sizes(elements[0]);
        let mut at = 0;
        while at < elements.len() {
            let taken = sizes.iter().copied().filter(|&size| size <= elements.len() - at).find(|&size| {
                let lanes = elements[at..at + size].to_vec();
                let Some(pack) = self.packs.pack(lanes) else { return false };
                let width = self.packs.packs[pack].width;
                let vectors = vector_count(size, lane_bits(width)) as u64;
                let (scalar, vector) = if is_stored {
                    (cost::STORE * size as u64, cost::STORE * vectors)
                } else {
                    (0, cost::EXTRACT * size as u64)
                };
                self.take(&[pack], &[array], scalar, vector)
            });
            at += taken.unwrap_or(1);
        }
    }

    /// Numbers of lanes for values of a node's width.
    fn sizes(&self, node: NodeId) -> &'static [usize] {
        match lane_width(self.packs.function, node) {
            Some(33..) => &LANES_OF_64,
            _ => &LANES,
        }
    }

    /// Whether an array's elements are only stored, all together.
    fn is_stored(&self, array: NodeId) -> bool {
        let function = self.packs.function;
        if in_memory(&function.node(array).ty) || array == function.ret {
            return true;
        }
        let users = self.users.of_node(array);
        !users.is_empty()
            && users.iter().all(|&user| {
                let node = function.node(user);
                matches!(node.op, Op::Array | Op::Tuple) && (user == function.ret || in_memory(&node.ty))
            })
    }

    /// Takes packs of a sum's addends.
    fn take_sum(&mut self, root: NodeId) {
        let function = self.packs.function;
        let is_used_once = |id: NodeId| self.users.of_node(id).len() == 1 && function.ret != id;
        let Some((op, all, sums)) = addends(function, root, is_used_once) else { return };
        self.seen.extend(&sums);
        let Some(width) = lane_width(function, root) else { return };
        let (groups, mut rest) = groups(&self.packs, &all);
        let sizes = self.sizes(root);
        let mut packs = Vec::new();
        for group in groups {
            let mut at = 0;
            while let Some(&size) = sizes.iter().find(|&&size| size <= group.len() - at && size >= ADDENDS_MIN) {
                match self.packs.pack(group[at..at + size].to_vec()) {
                    Some(pack) if !matches!(self.packs.packs[pack].kind, PackKind::Gather) => packs.push(pack),
                    Some(_) | None => rest.extend(&group[at..at + size]),
                }
                at += size;
            }
            rest.extend(&group[at..]);
        }
        if packs.is_empty() {
            return;
        }
        let lanes: usize = packs.iter().map(|&pack| self.packs.packs[pack].lanes.len()).sum();
        let vectors: usize =
            packs.iter().map(|&pack| vector_count(self.packs.packs[pack].lanes.len(), lane_bits(width))).sum();
        let in_vector = (VECTOR_BITS / lane_bits(width)) as usize;
        // Adding the vectors, then the halves, quarters and so on of one, and taking out the sum.
        let steps = lanes.min(in_vector).ilog2() as u64;
        let vector = 2 * (vectors as u64 - 1) + 4 * steps + cost::EXTRACT;
        let scalar = 2 * (lanes as u64 - 1);
        if self.take(&packs, &sums, scalar, vector) {
            self.replaced.extend(sums);
            self.reductions.insert(root, Reduction { op, packs, rest });
        }
    }

    /// Takes packs and those that they need, if they are worth it. `users` use the lanes of the packs; `scalar` and `vector` are
    /// what that costs.
    fn take(&mut self, roots: &[PackId], users: &[NodeId], scalar: u64, vector: u64) -> bool {
        let Some(found) = self.reached(roots) else { return false };
        let function = self.packs.function;
        let is_lane = |packs: &Packs<'_>, pack: PackId| matches!(packs.packs[pack].kind, PackKind::Apply { .. });
        // Nodes that scalar code would not compute any more.
        let mut absorbed: BTreeSet<NodeId> = users.iter().copied().collect();
        for &pack in found.iter().filter(|&&pack| is_lane(&self.packs, pack)) {
            absorbed.extend(&self.packs.packs[pack].lanes);
        }
        let repeated = self.repeated(&found, &absorbed);
        absorbed.retain(|node| !repeated.contains(node));
        let is_absorbed =
            |node: &NodeId| absorbed.contains(node) || self.lane_of.contains_key(node) || self.replaced.contains(node);
        let (mut scalar, mut vector) = (scalar, vector);
        let mut counted: BTreeSet<NodeId> = BTreeSet::new();
        for &pack in &found {
            let of_pack = &self.packs.packs[pack];
            vector += cost::vector(&self.packs, of_pack);
            if let PackKind::Gather | PackKind::Splat = of_pack.kind {
                let lanes: BTreeSet<NodeId> = of_pack.lanes.iter().copied().collect();
                vector += cost::EXTRACT * lanes.iter().filter(|lane| absorbed.contains(lane)).count() as u64;
            }
            let is_computed = is_lane(&self.packs, pack);
            if !is_computed && !matches!(of_pack.kind, PackKind::Load { .. }) {
                continue;
            }
            for &lane in &of_pack.lanes {
                if self.lane_of.contains_key(&lane) || repeated.contains(&lane) || !counted.insert(lane) {
                    continue;
                }
                let is_needed = lane == function.ret || !self.users.of_node(lane).iter().all(is_absorbed);
                let of_node = cost::scalar(function, lane, applied(function, lane).map(|applied| applied.op));
                match (is_computed, is_needed) {
                    (true, true) => {
                        scalar += of_node;
                        vector += cost::EXTRACT;
                    }
                    (_, false) => scalar += of_node,
                    (false, true) => {}
                }
            }
        }
        if !cost::is_worth_it(scalar, vector) {
            return false;
        }
        for pack in found {
            self.taken.insert(pack);
            if is_lane(&self.packs, pack) {
                for (index, &lane) in self.packs.packs[pack].lanes.iter().enumerate() {
                    if !repeated.contains(&lane) {
                        self.lane_of.entry(lane).or_insert((pack, index));
                    }
                }
            }
        }
        true
    }

    /// Lanes that scalar code needs, too, and computes again, because that is cheaper than to extract them: extensions of loaded
    /// values and the like. So a vector that several sums multiply with does not count as extracted for those that are not
    /// looked at yet.
    fn repeated(&self, found: &BTreeSet<PackId>, absorbed: &BTreeSet<NodeId>) -> BTreeSet<NodeId> {
        let function = self.packs.function;
        let mut repeated = BTreeSet::new();
        for &pack in found {
            let PackKind::Apply { op, .. } = &self.packs.packs[pack].kind else { continue };
            for &lane in &self.packs.packs[pack].lanes {
                let is_needed =
                    lane == function.ret || !self.users.of_node(lane).iter().all(|user| absorbed.contains(user));
                let is_first = !function.node(lane).operands.iter().any(|operand| absorbed.contains(operand));
                if is_needed && is_first && cost::scalar(function, lane, Some(*op)) < cost::EXTRACT {
                    repeated.insert(lane);
                }
            }
        }
        repeated
    }

    /// Packs that roots need and that are not taken yet.
    fn reached(&mut self, roots: &[PackId]) -> Option<BTreeSet<PackId>> {
        let mut found = BTreeSet::new();
        let mut left: Vec<PackId> = roots.to_vec();
        while let Some(pack) = left.pop() {
            if self.taken.contains(&pack) || !found.insert(pack) {
                continue;
            }
            self.budget = self.budget.checked_sub(1)?;
            if let PackKind::Apply { operands, .. } = &self.packs.packs[pack].kind {
                left.extend(operands);
            }
        }
        Some(found)
    }
}

/// What of a function is needed by scalar code and by packs, found from the end to the beginning.
struct Needs {
    scalar: Vec<bool>,
    first_use: Vec<u32>,
    last_use: Vec<u32>,
    packs: BTreeSet<PackId>,
}

impl Needs {
    /// Scalar code or a pack at node `at` uses the value of a node.
    fn value(&mut self, node: NodeId, at: u32) {
        let index = node.index();
        if self.scalar[index] {
            self.first_use[index] = self.first_use[index].min(at);
            self.last_use[index] = self.last_use[index].max(at);
        } else {
            self.scalar[index] = true;
            self.first_use[index] = at;
            self.last_use[index] = at;
        }
    }
}

impl Planner<'_, '_> {
    /// Decides which nodes scalar code computes and which packs are needed. A node that is a lane is extracted if all uses come
    /// after its pack; otherwise, scalar code computes it too.
    fn finish(mut self, callee_has_effects: impl Fn(&Op) -> bool) -> VectorPlan {
        let function = self.packs.function;
        let count = function.nodes.len();
        let mut by_last: BTreeMap<u32, Vec<PackId>> = BTreeMap::new();
        for &pack in &self.taken {
            let of_pack = &self.packs.packs[pack];
            if let PackKind::Apply { .. } | PackKind::Load { .. } = of_pack.kind {
                by_last.entry(of_pack.last.index() as u32).or_default().push(pack);
            }
        }
        let mut needs = Needs {
            scalar: vec![false; count],
            first_use: vec![0; count],
            last_use: (0..count as u32).collect(),
            packs: BTreeSet::new(),
        };
        let mut live = vec![false; count];
        let mut extracted: BTreeMap<PackId, Vec<(usize, NodeId)>> = BTreeMap::new();
        let mut reductions = BTreeMap::new();
        needs.value(function.ret, LIVES_ON);
        for index in (0..count as u32).rev() {
            let id = NodeId::new(index as usize);
            let node = function.node(id);
            for &pack in by_last.get(&index).into_iter().flatten() {
                if needs.packs.contains(&pack) {
                    self.need_operands(pack, index, &mut needs);
                }
            }
            let has_effect = node.op.effect() != Effect::None || callee_has_effects(&node.op);
            if !self.info.live[id.index()] || !(needs.scalar[id.index()] || has_effect) {
                continue;
            }
            if let Some(&(pack, lane)) = self.lane_of.get(&id) {
                let last = self.packs.packs[pack].last.index() as u32;
                // What a pack needs is noted at its last node. So if nothing needed it there, it is too late.
                let is_there = last == index || needs.packs.contains(&pack);
                if is_there && last < needs.first_use[id.index()] {
                    extracted.entry(pack).or_default().push((lane, id));
                    if needs.packs.insert(pack) {
                        self.need_operands(pack, index, &mut needs);
                    }
                    continue;
                }
            }
            live[id.index()] = true;
            if let Some(reduction) = self.reductions.remove(&id) {
                for &pack in &reduction.packs {
                    self.need(pack, index, &mut needs);
                }
                reduction.rest.iter().for_each(|&node| needs.value(node, index));
                reductions.insert(index, reduction);
                continue;
            }
            node.operands.iter().for_each(|&operand| needs.value(operand, index));
        }
        let mut at = BTreeMap::new();
        for (last, packs) in by_last {
            let needed = packs.into_iter().filter(|pack| needs.packs.contains(pack));
            let needed: Vec<LoweredPack> = needed
                .map(|pack| LoweredPack { pack, extracted: extracted.remove(&pack).unwrap_or_default() })
                .collect();
            if !needed.is_empty() {
                at.insert(last, needed);
            }
        }
        let info = FuncInfo {
            live,
            last_use: needs.last_use,
            divisions: self.info.divisions.clone(),
            effects: self.info.effects,
        };
        let Packs { packs, loaded_from, .. } = self.packs;
        VectorPlan { packs, loaded_from, at, reductions, info: Rc::new(info) }
    }

    /// A pack, or what is lowered at node `at`, uses a pack.
    fn need(&self, pack: PackId, at: u32, needs: &mut Needs) {
        match &self.packs.packs[pack].kind {
            PackKind::Apply { .. } | PackKind::Load { .. } => {
                needs.packs.insert(pack);
            }
            PackKind::Splat => needs.value(self.packs.packs[pack].lanes[0], at),
            PackKind::Gather => self.packs.packs[pack].lanes.iter().for_each(|&lane| needs.value(lane, at)),
            PackKind::Constant(_) => {}
        }
    }

    /// What a pack that is lowered at node `at` uses.
    fn need_operands(&self, pack: PackId, at: u32, needs: &mut Needs) {
        match &self.packs.packs[pack].kind {
            PackKind::Apply { operands, .. } => operands.iter().for_each(|&operand| self.need(operand, at, needs)),
            PackKind::Load { base, .. } => {
                if !self.packs.loaded_from.contains_key(base) {
                    needs.value(*base, at);
                }
            }
            PackKind::Splat | PackKind::Constant(_) | PackKind::Gather => {}
        }
    }
}
