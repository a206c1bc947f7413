//! Candidates for the order of a block.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Graph, Lists};

impl Graph {
    /// How many more values are needed after a node than before it, where `left` nodes still read each value.
    fn growth(&self, node: usize, left: &[u32]) -> i64 {
        let made = self.writes.iter(node).filter(|&value| self.readers[value] > 0).count() as i64;
        made - self.reads.iter(node).filter(|&value| left[value] == 1).count() as i64
    }

    /// An order in which everything comes behind what it needs: of the nodes that can be next, first those after which fewer values
    /// are needed, then those that change nothing; of equal ones, the node with the least key.
    pub(super) fn order(&self, key: impl Fn(usize) -> u64) -> Vec<usize> {
        let mut waiting: Vec<usize> = self.nodes.iter().map(|node| node.waits_for).collect();
        let mut left = self.readers.clone();
        // The exclusive or of the nodes that still read a value: the last one, in the end.
        let mut last_readers = vec![0; self.readers.len()];
        for node in 0..self.nodes.len() {
            self.reads.iter(node).for_each(|value| last_readers[value] ^= node);
        }
        let entry = |node: usize, left: &[u32]| Reverse((self.growth(node, left), key(node), node));
        let first = (0..self.nodes.len()).filter(|&node| waiting[node] == 0);
        let mut ready: BinaryHeap<_> = first.map(|node| entry(node, &left)).collect();
        let mut is_done = vec![false; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        while let Some(Reverse((_, _, node))) = ready.pop() {
            // A node is in the list once more for each value whose last reader it has become.
            if std::mem::replace(&mut is_done[node], true) {
                continue;
            }
            order.push(node);
            for value in self.reads.iter(node) {
                left[value] -= 1;
                last_readers[value] ^= node;
                let last: usize = last_readers[value];
                if left[value] == 1 && !is_done[last] && waiting[last] == 0 {
                    ready.push(entry(last, &left));
                }
            }
            for follower in self.followers.iter(node) {
                waiting[follower] -= 1;
                if waiting[follower] == 0 {
                    ready.push(entry(follower, &left));
                }
            }
        }
        order
    }

    /// An order that goes back from the last node: all that a node needs stands right before it. Of what it needs, that comes first which
    /// takes most registers while it is computed (Sethi and Ullman), so that the fewest results wait for it. So the values that a
    /// chain of selections chooses from are computed one by one, not all before the chain.
    pub(super) fn order_of_operands(&self) -> Vec<usize> {
        let count = self.nodes.len();
        let pairs = (0..count).flat_map(|node| self.followers.get(node).iter().map(move |&by| (by, node as u32)));
        let needed = Lists::of_pairs(count, pairs);
        let registers = self.registers_of_operands(&needed);
        let mut order = Vec::with_capacity(count);
        let mut is_done = vec![false; count];
        // Nodes to do, the next one last; and whether what they need is done.
        let mut open: Vec<(usize, bool)> = count.checked_sub(1).map(|last| (last, false)).into_iter().collect();
        while let Some((node, is_ready)) = open.pop() {
            if is_done[node] {
                continue;
            }
            if is_ready {
                is_done[node] = true;
                order.push(node);
                continue;
            }
            open.push((node, true));
            let begin = open.len();
            open.extend(needed.iter(node).filter(|&node| !is_done[node]).map(|node| (node, false)));
            open[begin..].sort_unstable_by_key(|&(node, _)| (registers[node], Reverse(node)));
        }
        order
    }

    /// How many registers each node takes with all that it needs, as if no two nodes needed the same.
    fn registers_of_operands(&self, needed: &Lists) -> Vec<u32> {
        let held = |node: usize| u32::from(!self.writes.get(node).is_empty());
        let mut registers = vec![0; self.nodes.len()];
        let mut operands: Vec<(u32, u32)> = Vec::new();
        for node in 0..self.nodes.len() {
            operands.clear();
            operands.extend(needed.iter(node).map(|operand| (registers[operand], held(operand))));
            operands.sort_unstable_by_key(|&operand| Reverse(operand));
            let mut waiting = 0;
            for &(while_computed, result) in &operands {
                registers[node] = registers[node].max(waiting + while_computed);
                waiting += result;
            }
            registers[node] = registers[node].max(waiting).max(held(node));
        }
        registers
    }
}
