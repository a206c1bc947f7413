//! What of a function scalar code and packs need, once it is known which packs are taken.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use xls_aot_ir::{Effect, NodeId, Op};

use super::pack::{PackId, PackKind, Packs};
use super::plan::{LoweredPack, Planner, TakenLane, VectorPlan};
use crate::analysis::{FuncInfo, LIVES_ON};

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
    pub fn finish(mut self, callee_has_effects: impl Fn(&Op) -> bool) -> VectorPlan {
        let function = self.packs.function;
        let count = function.nodes.len();
        let mut by_last: BTreeMap<u32, Vec<PackId>> = BTreeMap::new();
        for pack in (0..self.packs.packs.len()).filter(|&pack| self.taken.contains(pack)) {
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
            if let Some(TakenLane { pack, index: lane }) = self.lane_of[id.index()] {
                let (pack, lane) = (pack as PackId, lane as usize);
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
        let mut added_to: BTreeMap<PackId, Vec<u32>> = BTreeMap::new();
        for (&sum, reduction) in &reductions {
            for &pack in &reduction.packs {
                added_to.entry(pack).or_default().push(sum);
            }
        }
        VectorPlan { packs, loaded_from, at, reductions, added_to, info: Rc::new(info) }
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
