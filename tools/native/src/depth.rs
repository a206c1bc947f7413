//! The order in which many values are combined: those that are available first come first.
//!
//! The depth of a value is the length of the longest chain of instructions that leads to it, from the beginning of the
//! function or of the loop body. Combining the two shallowest values again and again gives the shallowest result. So an
//! old value does not wait for a new one, and values of one age form a balanced tree.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use cranelift_codegen::entity::SecondaryMap;
use cranelift_codegen::ir::{Opcode, Value, ValueDef};

use crate::function::FnCtx;

/// The depths of values, as far as they were asked for. A value's depth never changes.
#[derive(Default)]
pub(crate) struct Depths {
    /// The depth plus one; 0 if it is not known yet.
    known: SecondaryMap<Value, u32>,
}

/// Cycles that the result of an instruction takes, about.
fn latency(opcode: Opcode) -> u32 {
    #[expect(clippy::wildcard_enum_match_arm)] // Cranelift has hundreds of instructions; most of them take one cycle.
    match opcode {
        Opcode::Iconst | Opcode::Ireduce | Opcode::Iconcat | Opcode::Isplit => 0,
        Opcode::Imul | Opcode::Umulhi | Opcode::Smulhi | Opcode::Popcnt | Opcode::Clz | Opcode::Ctz => 3,
        Opcode::Load | Opcode::Uload8 | Opcode::Uload16 | Opcode::Uload32 => 4,
        Opcode::Udiv | Opcode::Urem | Opcode::Sdiv | Opcode::Srem => 20,
        Opcode::Call | Opcode::CallIndirect => 50,
        _ => 1,
    }
}

impl FnCtx<'_, '_> {
    /// The depth of a value.
    pub fn depth(&mut self, value: Value) -> u32 {
        let dfg = &self.b.func.dfg;
        let mut waiting = vec![dfg.resolve_aliases(value)];
        while let Some(&value) = waiting.last() {
            let depth = match dfg.value_def(value) {
                ValueDef::Result(inst, _) if self.depths.known[value] == 0 => {
                    let before = waiting.len();
                    let mut depth = 0;
                    for argument in dfg.inst_args(inst).iter().map(|&argument| dfg.resolve_aliases(argument)) {
                        match self.depths.known[argument] {
                            0 => waiting.push(argument),
                            known => depth = depth.max(known - 1),
                        }
                    }
                    if waiting.len() > before {
                        continue;
                    }
                    depth.saturating_add(latency(dfg.insts[inst].opcode()))
                }
                ValueDef::Result(..) => self.depths.known[value] - 1,
                ValueDef::Param(..) | ValueDef::Union(..) => 0,
            };
            self.depths.known[value] = depth + 1;
            waiting.pop();
        }
        self.depths.known[dfg.resolve_aliases(value)] - 1
    }

    /// Combines values with an associative and commutative operation, the shallowest first; `None` if there are none.
    pub fn combine<T>(
        &mut self,
        items: Vec<T>,
        value: impl Fn(&T) -> Value,
        operation: impl FnMut(&mut Self, T, T) -> T,
    ) -> Option<T> {
        self.combine_apart(items, value, |_| false, operation)
    }

    /// The same, but items for which `is_apart` holds are combined with other items if there are any.
    pub fn combine_apart<T>(
        &mut self,
        items: Vec<T>,
        value: impl Fn(&T) -> Value,
        is_apart: impl Fn(&T) -> bool,
        mut operation: impl FnMut(&mut Self, T, T) -> T,
    ) -> Option<T> {
        if items.len() <= 2 {
            return items.into_iter().reduce(|a, b| operation(self, a, b));
        }
        let count = items.len();
        let mut queue: BinaryHeap<Reverse<(u32, usize)>> = BinaryHeap::with_capacity(count);
        let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
        for (at, item) in items.iter().enumerate() {
            if let Some(item) = item {
                queue.push(Reverse((self.depth(value(item)), at)));
            }
        }
        while let Some(Reverse((_, first))) = queue.pop() {
            let is_apart = |at: usize| items[at].as_ref().is_some_and(&is_apart);
            let mut passed = Vec::new();
            while let Some(&Reverse((_, at))) = queue.peek() {
                if !is_apart(first) || !is_apart(at) {
                    break;
                }
                passed.extend(queue.pop());
            }
            let second = match queue.pop().or_else(|| passed.pop()) {
                Some(Reverse((_, second))) => second,
                None => return items[first].take(),
            };
            queue.extend(passed);
            // What was combined goes first: its register can take the result, because nothing else uses it.
            let (first, second) = if second >= count { (second, first) } else { (first, second) };
            let (Some(a), Some(b)) = (items[first].take(), items[second].take()) else { return None };
            let combined = operation(self, a, b);
            queue.push(Reverse((self.depth(value(&combined)), items.len())));
            items.push(Some(combined));
        }
        None
    }
}
