//! Which calls, maps and loops are written out.

use xls_aot_ir::{Function, Op, Package};

use crate::weight::function_weight;

/// Weight of a function that is written out at each call: about the cost of calling it.
const SMALL: u64 = 60;

/// Weight up to which a function is written out at each call while there is room.
const MEDIUM: u64 = 3_000;

/// Weight up to which a function that is called once is written out.
const ONCE: u64 = 400_000;

/// Weight of all copies that one function may get, calls in one place not counted.
const GROWTH: u64 = 24_000;

/// The same for small functions.
const SMALL_GROWTH: u64 = 100_000;

/// Weight up to which a loop or map is written out: iterations times weight of the body.
const UNROLLED: u64 = 6_000;

/// Most iterations of a loop that is written out.
const MAX_TRIPS: u64 = 256;

/// What the decisions about calls of the functions of a package are based on.
pub(crate) struct Calls {
    /// Number of calls of each function in the package before the pass.
    sites: Vec<u32>,
    /// Weight of each function that was rewritten so far.
    weights: Vec<u64>,
}

impl Calls {
    pub fn of(package: &Package) -> Self {
        let mut sites = vec![0u32; package.functions.len()];
        for callee in package.functions.iter().flat_map(|f| &f.nodes).filter_map(|node| node.op.callee()) {
            sites[callee.index()] = sites[callee.index()].saturating_add(1);
        }
        Calls { sites, weights: Vec::with_capacity(package.functions.len()) }
    }

    /// Notes the next function's weight.
    pub fn add(&mut self, function: &Function) {
        self.weights.push(function_weight(function));
    }

    /// Whether a node with this operation, which applies a function `trips` times, is written out. `grown` is the weight
    /// of the copies that the caller got so far, and is increased.
    pub fn is_written_out(&self, op: &Op, trips: u64, grown: &mut u64) -> bool {
        let Some(callee) = op.callee() else { return false };
        let weight = self.weights[callee.index()];
        let copies = weight.saturating_mul(trips);
        if trips <= 1 && self.sites[callee.index()] == 1 && weight <= ONCE {
            return true;
        }
        let fits = |limit: u64| grown.saturating_add(copies) <= limit;
        let yes = if trips <= 1 {
            weight <= SMALL && fits(SMALL_GROWTH) || weight <= MEDIUM && fits(GROWTH)
        } else {
            trips <= MAX_TRIPS && copies <= UNROLLED && fits(GROWTH)
        };
        if yes {
            *grown += copies;
        }
        yes
    }
}
