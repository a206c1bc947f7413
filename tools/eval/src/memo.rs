//! Results of calls, remembered within a run.
//!
//! Invariant: using a remembered result has the same effect as evaluating the call again. The key is the function and all its
//! arguments, compared completely, widths included; a function depends on nothing else. The machine remembers a call only if
//! it recorded no event, so no event is lost.

use std::collections::HashMap;

use xls_aot_ir::FuncId;

use crate::val::Val;

/// A call: the function and its arguments.
pub(crate) type Call = (FuncId, Vec<Val>);

/// Most results to keep. Each is small, as are its arguments.
const MOST: usize = 1 << 15;

/// Calls of a function after which those that were found must be some share of them; otherwise it is not looked for.
const TRIAL: u32 = 64;

/// Results of calls.
#[derive(Default)]
pub(crate) struct Memo {
    results: HashMap<Call, Val>,
    /// By function: how often it was looked for, and how often it was found.
    uses: Vec<(u32, u32)>,
}

impl Memo {
    /// Forgets everything.
    pub(crate) fn clear(&mut self) {
        self.results.clear();
        self.uses.clear();
    }

    /// Whether it is of use to look for calls of a function.
    pub(crate) fn is_useful(&self, function: FuncId) -> bool {
        match self.uses.get(function.index()) {
            Some(&(looked, found)) => looked < TRIAL || found >= looked / 4,
            None => true,
        }
    }

    /// The result of a call, if it is known.
    pub(crate) fn get(&mut self, call: &Call) -> Option<&Val> {
        let index = call.0.index();
        if self.uses.len() <= index {
            self.uses.resize(index + 1, (0, 0));
        }
        let result = self.results.get(call);
        let (looked, found) = &mut self.uses[index];
        *looked = looked.saturating_add(1);
        *found = found.saturating_add(u32::from(result.is_some()));
        result
    }

    /// Remembers the result of a call.
    pub(crate) fn insert(&mut self, call: Call, result: Val) {
        if self.results.len() >= MOST {
            self.results.clear();
        }
        self.results.insert(call, result);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xls_aot_ir::Bits;

    fn bits(width: u32, value: u64) -> Val {
        Val::Bits(Bits::from_u64(width, value))
    }

    #[test]
    fn a_call_is_its_function_and_its_arguments_in_full() {
        let mut memo = Memo::default();
        let call = |function, arguments: Vec<Val>| (FuncId::new(function), arguments);
        memo.insert(call(1, vec![bits(8, 3), bits(8, 0)]), bits(8, 77));
        assert_eq!(memo.get(&call(1, vec![bits(8, 3), bits(8, 0)])), Some(&bits(8, 77)));
        for other in [
            call(2, vec![bits(8, 3), bits(8, 0)]),
            call(1, vec![bits(8, 0), bits(8, 3)]),
            call(1, vec![bits(9, 3), bits(8, 0)]),
            call(1, vec![bits(8, 3), bits(64, 0)]),
            call(1, vec![bits(8, 3)]),
            call(1, vec![bits(8, 3), bits(8, 0), Val::Token]),
            call(1, vec![Val::Tuple([bits(8, 3), bits(8, 0)].into())]),
        ] {
            assert_eq!(memo.get(&other), None, "{other:?}");
        }
    }

    #[test]
    fn what_is_never_found_is_no_longer_looked_for() {
        let mut memo = Memo::default();
        for i in 0..u64::from(TRIAL) {
            assert!(memo.is_useful(FuncId::new(3)));
            assert_eq!(memo.get(&(FuncId::new(3), vec![bits(8, i)])), None);
        }
        assert!(!memo.is_useful(FuncId::new(3)) && memo.is_useful(FuncId::new(2)));
        memo.clear();
        assert!(memo.is_useful(FuncId::new(3)));
    }

    #[test]
    fn it_does_not_grow_without_bound() {
        let mut memo = Memo::default();
        for i in 0..3 * MOST as u64 {
            memo.insert((FuncId::new(0), vec![bits(64, i)]), bits(1, 0));
            assert!(memo.results.len() <= MOST);
        }
    }
}
