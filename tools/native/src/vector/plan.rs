//! Which packs are taken, and what is left for scalar code.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

use xls_aot_ir::{Function, NodeId, Op};

use super::cost;
use super::lane_op::{combine, lane_width};
use super::lanes::vector_count;
use super::marks::Marks;
use super::pack::{Pack, PackId, PackKind, Packs};
use super::place::LoadedFrom;
use super::reduction::{addends, groups, Addends, Reduction, ADDENDS_MIN};
use super::{lane_bits, VECTOR_BITS};
use crate::analysis::FuncInfo;
use crate::layouts::Layouts;
use crate::repr::in_memory;

/// Numbers of lanes that are tried, the largest first. Lanes of 64 bits are in pairs; two smaller lanes are not worth it.
const LANES: [usize; 3] = [16, 8, 4];
const LANES_OF_64: [usize; 4] = [16, 8, 4, 2];

/// Elements of an array up to which it is looked at.
const ELEMENTS_MAX: usize = 1 << 12;

/// How many packs are reached from a seed before it is given up if they cost more than what they replace.
const REACHED_MIN: usize = 32;

/// How often a pack is weighed in vain before the seeds that need it are given up.
const IN_VAIN_MAX: u8 = 4;

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
    /// The sums, by the nodes that they are lowered before, that a pack's lanes are added to as soon as it is lowered.
    pub added_to: BTreeMap<PackId, Vec<u32>>,
    /// The facts about the function for scalar code: the nodes that it computes, and the last use of each value in scalar code
    /// or packs.
    pub info: Rc<FuncInfo>,
}

/// A plan that is being made.
pub(super) struct Planner<'a, 'p> {
    pub packs: Packs<'p>,
    pub info: &'a FuncInfo,
    users: Users,
    /// Packs that are taken.
    pub taken: Marks,
    /// By pack, how often it was weighed in vain.
    in_vain: Vec<u8>,
    /// By node: the pack that is taken and has it as a lane.
    pub lane_of: Vec<Option<TakenLane>>,
    pub reductions: BTreeMap<NodeId, Reduction>,
    /// Partial sums that reductions replace.
    replaced: Marks,
    /// Sums that were looked at.
    seen: Marks,
    /// How many more packs are weighed in vain.
    budget: usize,
    sets: Sets,
}

/// A lane of a pack that is taken.
#[derive(Clone, Copy, Debug)]
pub(super) struct TakenLane {
    pub pack: u32,
    pub index: u32,
}

/// Sets that are made for each seed.
struct Sets {
    /// Packs that are reached.
    reached: Marks,
    /// Nodes that scalar code would not compute any more.
    absorbed: Marks,
    /// Lanes that scalar code computes again.
    repeated: Marks,
    /// Lanes whose scalar code is counted.
    counted: Marks,
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
        let mut planner = Planner::new(function, layouts, info, loaded_from);
        planner.take_all();
        (!planner.taken.is_empty()).then(|| planner.finish(callee_has_effects))
    }
}

impl<'a, 'p> Planner<'a, 'p> {
    fn new(function: &'p Function, layouts: &'p Layouts, info: &'a FuncInfo, loaded_from: LoadedFrom) -> Self {
        Planner {
            packs: Packs::new(function, layouts, loaded_from),
            info,
            users: Users::of(function, &info.live),
            taken: Marks::new(),
            in_vain: Vec::new(),
            lane_of: vec![None; function.nodes.len()],
            reductions: BTreeMap::new(),
            replaced: Marks::new(),
            seen: Marks::new(),
            budget: 8 * function.nodes.len() + (1 << 16),
            sets: Sets { reached: Marks::new(), absorbed: Marks::new(), repeated: Marks::new(), counted: Marks::new() },
        }
    }

    /// Takes all packs that are worth it. It looks from the end, so that a sum is seen before its partial sums, and arrays before
    /// the sums that are their elements.
    fn take_all(&mut self) {
        let (function, info) = (self.packs.function, self.info);
        let ids = || (0..function.nodes.len()).rev().map(NodeId::new).filter(|id| info.live[id.index()]);
        ids().filter(|&id| is_array_seed(function, id)).for_each(|id| self.take_array(id));
        for id in ids() {
            if !self.seen.contains(id.index()) && !self.is_lane(id) {
                self.take_sum(id);
            }
        }
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
        let Some(found) = addends(function, root, is_used_once) else { return };
        let Addends { op, addends, sums, other_sums } = found;
        for sum in &sums {
            self.seen.insert(sum.index());
        }
        let Some(width) = lane_width(function, root) else { return };
        let (groups, mut rest) = groups(&self.packs, &addends);
        rest.extend(other_sums);
        let sizes = self.sizes(root);
        let mut packs = Vec::new();
        for group in groups {
            let mut at = 0;
            while let Some(&size) = sizes.iter().find(|&&size| size <= group.len() - at && size >= ADDENDS_MIN) {
                let pack = self.packs.pack(group[at..at + size].to_vec());
                pack.into_iter().for_each(|pack| self.packs.explore(pack));
                match pack {
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
            for sum in sums {
                self.replaced.insert(sum.index());
            }
            self.reductions.insert(root, Reduction { op, packs, rest });
        }
    }

    /// Takes packs and those that they need, if they are worth it. `users` use the lanes of the packs; `scalar` and `vector` are
    /// what that costs.
    fn take(&mut self, roots: &[PackId], users: &[NodeId], scalar: u64, vector: u64) -> bool {
        let (found, is_hopeful) = self.reached(roots, scalar, vector);
        if !is_hopeful || !self.is_worth_it(&found, users, scalar, vector) {
            self.budget = self.budget.saturating_sub(found.len());
            self.in_vain.resize(self.packs.packs.len(), 0);
            for pack in found.into_iter().filter(|&pack| is_computed(&self.packs.packs[pack])) {
                self.in_vain[pack] += 1;
            }
            return false;
        }
        for pack in found {
            self.taken.insert(pack);
            if is_computed(&self.packs.packs[pack]) {
                for (index, &lane) in self.packs.packs[pack].lanes.iter().enumerate() {
                    if !self.sets.repeated.contains(lane.index()) {
                        let taken = TakenLane { pack: pack as u32, index: index as u32 };
                        self.lane_of[lane.index()].get_or_insert(taken);
                    }
                }
            }
        }
        true
    }

    /// Packs that roots need and that are not taken yet; and whether they may be worth it.
    fn reached(&mut self, roots: &[PackId], mut scalar: u64, mut vector: u64) -> (Vec<PackId>, bool) {
        let mut found = Vec::new();
        self.sets.reached.clear();
        self.sets.counted.clear();
        // The nearest first: what is far from a seed is often far from what it replaces, too.
        let mut left: VecDeque<PackId> = roots.iter().copied().collect();
        while let Some(pack) = left.pop_front() {
            if self.taken.contains(pack) || !self.sets.reached.insert(pack) {
                continue;
            }
            if found.len() >= self.budget || self.in_vain.get(pack) == Some(&IN_VAIN_MAX) {
                return (found, false);
            }
            self.packs.explore(pack);
            let of_pack = &self.packs.packs[pack];
            vector += cost::vector(&self.packs, of_pack);
            found.push(pack);
            if let PackKind::Apply { operands, .. } = &of_pack.kind {
                left.extend(operands);
            }
            if let PackKind::Apply { .. } | PackKind::Load { .. } = of_pack.kind {
                for &lane in &of_pack.lanes {
                    if !self.is_lane(lane) && self.sets.counted.insert(lane.index()) {
                        scalar += self.scalar_cost(lane);
                    }
                }
            }
            if found.len() >= REACHED_MIN && vector > scalar {
                return (found, false);
            }
        }
        found.sort_unstable();
        (found, true)
    }

    /// Whether a node is a lane of a pack that is taken.
    fn is_lane(&self, node: NodeId) -> bool {
        self.lane_of[node.index()].is_some()
    }

    /// What scalar code for a node costs.
    fn scalar_cost(&self, node: NodeId) -> u64 {
        cost::scalar(self.packs.function, node, self.packs.applied(node).map(|applied| applied.op))
    }

    /// Whether packs cost less than what they replace. Notes which lanes scalar code computes again.
    fn is_worth_it(&mut self, found: &[PackId], users: &[NodeId], mut scalar: u64, mut vector: u64) -> bool {
        let function = self.packs.function;
        self.sets.absorbed.clear();
        for &node in users {
            self.sets.absorbed.insert(node.index());
        }
        for &pack in found.iter().filter(|&&pack| is_computed(&self.packs.packs[pack])) {
            for lane in &self.packs.packs[pack].lanes {
                self.sets.absorbed.insert(lane.index());
            }
        }
        self.find_repeated(found);
        self.sets.counted.clear();
        for &pack in found {
            let of_pack = &self.packs.packs[pack];
            vector += cost::vector(&self.packs, of_pack);
            if let PackKind::Gather | PackKind::Splat = of_pack.kind {
                let lanes: BTreeSet<NodeId> = of_pack.lanes.iter().copied().collect();
                let is_absorbed = |lane: &&NodeId| self.sets.absorbed.contains(lane.index());
                vector += cost::EXTRACT * lanes.iter().filter(is_absorbed).count() as u64;
            }
            let is_computed = is_computed(of_pack);
            if !is_computed && !matches!(of_pack.kind, PackKind::Load { .. }) {
                continue;
            }
            for &lane in &of_pack.lanes {
                if self.is_lane(lane)
                    || self.sets.repeated.contains(lane.index())
                    || !self.sets.counted.insert(lane.index())
                {
                    continue;
                }
                let is_absorbed = |node: &NodeId| {
                    self.sets.absorbed.contains(node.index())
                        || self.is_lane(*node)
                        || self.replaced.contains(node.index())
                };
                let is_needed = lane == function.ret || !self.users.of_node(lane).iter().all(is_absorbed);
                match (is_computed, is_needed) {
                    (true, true) => {
                        scalar += self.scalar_cost(lane);
                        vector += cost::EXTRACT;
                    }
                    (_, false) => scalar += self.scalar_cost(lane),
                    (false, true) => {}
                }
            }
        }
        cost::is_worth_it(scalar, vector)
    }

    /// Finds lanes that scalar code needs, too, and computes again, because that is cheaper than to extract them: extensions of
    /// loaded values and the like. So a vector that several sums multiply with does not count as extracted for those that are
    /// not looked at yet.
    fn find_repeated(&mut self, found: &[PackId]) {
        let function = self.packs.function;
        self.sets.repeated.clear();
        let mut repeated = Vec::new();
        for &pack in found {
            let PackKind::Apply { op, .. } = &self.packs.packs[pack].kind else { continue };
            for &lane in &self.packs.packs[pack].lanes {
                let is_absorbed = |node: &NodeId| self.sets.absorbed.contains(node.index());
                let is_needed = lane == function.ret || !self.users.of_node(lane).iter().all(is_absorbed);
                let is_first = !function.node(lane).operands.iter().any(is_absorbed);
                if is_needed && is_first && cost::scalar(function, lane, Some(*op)) < cost::EXTRACT {
                    repeated.push(lane);
                }
            }
        }
        for lane in repeated {
            self.sets.repeated.insert(lane.index());
            self.sets.absorbed.remove(lane.index());
        }
    }
}

/// Whether the lanes of a pack are computed in vectors.
fn is_computed(pack: &Pack) -> bool {
    matches!(pack.kind, PackKind::Apply { .. })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use xls_aot_ir::read_package;

    use super::*;
    use crate::analysis::analyse;

    /// The number of nodes of the package's last function, and how many packs of it are weighed in vain. No pack is taken.
    fn weighed_in_vain(text: &str) -> (usize, usize) {
        let package = read_package("test.ir", text.as_bytes()).unwrap();
        let info = analyse(&package).pop().unwrap();
        let (_, function) = package.iter().last().unwrap();
        let layouts = Layouts::default();
        let mut planner = Planner::new(function, &layouts, &info, LoadedFrom::new());
        let budget = planner.budget;
        planner.take_all();
        assert!(planner.taken.is_empty());
        (function.nodes.len(), budget - planner.budget)
    }

    #[test]
    fn elements_that_depend_on_each_other_are_given_up_soon() {
        let mut text = "package p\n\ntop fn f(a: bits[32], b: bits[32]) -> bits[32][2000] {\n".to_owned();
        let (mut last, mut elements) = ("a".to_owned(), Vec::new());
        for i in 0..2000 {
            writeln!(text, "  p{i}: bits[32] = umul({last}, b)\n  x{i}: bits[32] = xor(p{i}, a)").unwrap();
            last = format!("x{i}");
            elements.push(last.clone());
        }
        writeln!(text, "  ret r: bits[32][2000] = array({})\n}}", elements.join(", ")).unwrap();
        let (nodes, weighed) = weighed_in_vain(&text);
        assert!(weighed < 16 * nodes, "{weighed} of {nodes} nodes");
    }
}
