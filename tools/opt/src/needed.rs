//! Tracks which rewritten functions are still needed, so that the memory of the others can be freed.
//!
//! In a package of many functions that call each other, most functions are inlined wherever they are called. The functions
//! and their inlined copies together would take many times the memory of the final result.

use xls_aot_ir::{FuncId, Function, Package};

use crate::calls::Calls;

/// For each function of a package, the calls that may still want it.
pub(crate) struct Needed {
    /// Calls in functions that are not rewritten yet, and in rewritten ones that are needed themselves; one more for a root.
    calls: Vec<u32>,
}

impl Needed {
    /// Before anything is rewritten.
    pub fn of(package: &Package, roots: &[FuncId]) -> Self {
        let mut needed = Needed { calls: vec![0; package.functions.len()] };
        roots.iter().for_each(|root| needed.calls[root.index()] = 1);
        package.iter().for_each(|(id, function)| needed.add(id, function));
        needed
    }

    /// Notes that `id`, which is not merged into its caller, has been rewritten as the last function of `done`, and empties
    /// what nobody needs from now on: its source, the sources that were merged into it, and rewritten functions whose
    /// last call was written out.
    pub fn rewritten(&mut self, id: FuncId, sources: &mut [Function], done: &mut [Function], calls: &Calls) {
        self.add(id, &done[id.index()]);
        let mut sources_left = vec![id];
        let mut called = Vec::new();
        while let Some(id) = sources_left.pop() {
            for callee in self.take(id, &mut sources[id.index()]) {
                if calls.is_merged(callee) {
                    sources_left.push(callee);
                } else {
                    called.push(callee);
                }
            }
        }
        while let Some(callee) = called.pop() {
            if self.calls[callee.index()] == 0 {
                called.extend(self.take(callee, &mut done[callee.index()]));
            }
        }
    }

    fn add(&mut self, id: FuncId, function: &Function) {
        for callee in function.callees(id) {
            self.calls[callee.index()] = self.calls[callee.index()].saturating_add(1);
        }
    }

    /// Empties a function; the functions that it called, once for each call.
    fn take(&mut self, id: FuncId, function: &mut Function) -> Vec<FuncId> {
        let called: Vec<FuncId> = function.callees(id).collect();
        for callee in &called {
            // A number that was too large to count stays: such a function is kept.
            let calls = &mut self.calls[callee.index()];
            *calls -= u32::from(*calls != u32::MAX);
        }
        function.nodes = Vec::new();
        called
    }
}
