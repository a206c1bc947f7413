//! Decides which calls and maps the passes inline, and which loops they unroll.

use std::cell::Cell;

use xls_aot_ir::{FuncId, Function, Op, Package};

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

/// Weight up to which a loop is written out on trial, as a multiple of [`UNROLLED`], because its copies may turn out lighter
/// than its body: with the index of each iteration, and what follows from it and from literals in the first state, a copy is
/// often a fraction of the body.
const TRIED: u64 = 16;

/// The same multiple, for the copies of a trial before what nothing depends on is dropped.
const TRIED_COPIES: u64 = 4;

/// Weight of the copies of all trials in a package.
const TRIALS: u64 = 400_000;

/// Most iterations of a loop that is written out.
const MAX_TRIPS: u64 = 256;

/// Weight of all copies that a package may get beyond this, in multiples of its own weight.
const TOTAL_GROWTH: u64 = 8;

/// The same, for small packages.
const TOTAL_GROWTH_MIN: u64 = 400_000;

/// Most functions that are written one inside the other: bounds the recursion.
pub(crate) const NESTING: u32 = 40;

/// Where the functions of a package are applied.
pub(crate) struct Sites {
    counts: Vec<u32>,
    invoked: Vec<bool>,
}

impl Sites {
    pub fn of(package: &Package) -> Self {
        let count = package.functions.len();
        let mut sites = Sites { counts: vec![0; count], invoked: vec![false; count] };
        // The first function applies none.
        for node in package.functions.iter().skip(1).flat_map(|function| &function.nodes) {
            if let Some(callee) = node.op.callee() {
                let count = &mut sites.counts[callee.index()];
                *count = count.saturating_add(1);
                sites.invoked[callee.index()] |= matches!(node.op, Op::Invoke { .. });
            }
        }
        sites
    }

    /// Number of nodes that apply the function.
    pub fn count(&self, function: FuncId) -> u32 {
        self.counts[function.index()]
    }

    /// Whether one of them is an `invoke`.
    pub fn is_invoked(&self, function: FuncId) -> bool {
        self.invoked[function.index()]
    }
}

/// What the decisions about calls of the functions of a package are based on.
pub(crate) struct Calls {
    /// For each function, whether it is written into its only caller and nowhere else.
    merged: Vec<bool>,
    /// Weight of each function that was rewritten so far.
    weights: Vec<u64>,
    /// Weight that copies may still add.
    room: Cell<u64>,
    /// Weight of the copies that trials may still make.
    trials: Cell<u64>,
}

impl Calls {
    /// The calls of the functions that `roots` reach. `inline` is whether calls may be written out at all.
    pub fn of(package: &Package, roots: &[FuncId], inline: bool) -> Self {
        let count = package.functions.len();
        let sites = Sites::of(package);
        let mut weights: Vec<u64> = package.functions.iter().map(function_weight).collect();
        let total = weights.iter().fold(0, |sum: u64, &weight| sum.saturating_add(weight));
        // Callees come first, so what is merged into a function is known when it is its turn.
        let mut merged = vec![false; count];
        let mut is_root = vec![false; count];
        roots.iter().for_each(|root| is_root[root.index()] = true);
        let mut depths = vec![0u32; count];
        for (id, function) in package.iter() {
            let index = id.index();
            for callee in function.callees(id).filter(|c| merged[c.index()]) {
                depths[index] = depths[index].max(depths[callee.index()] + 1);
                weights[index] = weights[index].saturating_add(weights[callee.index()]);
            }
            let is_called_once = sites.count(id) == 1 && sites.is_invoked(id) && !is_root[index];
            merged[index] = inline && is_called_once && depths[index] < NESTING && weights[index] <= ONCE;
        }
        let room = Cell::new(total.saturating_mul(TOTAL_GROWTH).max(TOTAL_GROWTH_MIN));
        Calls { merged, weights: Vec::with_capacity(count), room, trials: Cell::new(TRIALS) }
    }

    /// Whether the function is written into its only caller, so that it need not be rewritten on its own.
    pub fn is_merged(&self, function: FuncId) -> bool {
        self.merged[function.index()]
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
        let fits = |limit: u64| grown.saturating_add(copies) <= limit;
        let yes = copies <= self.room.get()
            && if trips <= 1 {
                weight <= SMALL && fits(SMALL_GROWTH) || weight <= MEDIUM && fits(GROWTH)
            } else {
                trips <= MAX_TRIPS && copies <= UNROLLED && fits(GROWTH)
            };
        if yes {
            *grown += copies;
            self.room.set(self.room.get() - copies);
        }
        yes
    }

    /// A trial of a loop that [`Calls::is_written_out`] did not write out; `None` if it is not worth it.
    pub fn trial(&self, body: FuncId, trips: u64) -> Option<Trial> {
        let copies = self.weights[body.index()].saturating_mul(trips);
        let tried = (2..=MAX_TRIPS).contains(&trips) && copies <= TRIED * UNROLLED && self.trials.get() > 0;
        tried.then_some(Trial { trips })
    }

    /// Notes the weight of the copies of a trial.
    pub fn tried(&self, copies: u64) {
        self.trials.set(self.trials.get().saturating_sub(copies));
    }

    /// Whether a loop whose copies weigh `copies` after a trial is written out; `grown` as in [`Calls::is_written_out`].
    pub fn is_light(&self, copies: u64, grown: &mut u64) -> bool {
        let yes = copies <= UNROLLED && copies <= self.room.get() && grown.saturating_add(copies) <= GROWTH;
        if yes {
            *grown += copies;
            self.room.set(self.room.get() - copies);
        }
        yes
    }
}

/// The limits of one trial.
pub(crate) struct Trial {
    trips: u64,
}

impl Trial {
    /// Whether a trial goes on: after `done` iterations, the copies weigh `copies`, with what nothing depends on.
    pub fn goes_on(&self, done: u64, copies: u64) -> bool {
        let most = TRIED_COPIES * UNROLLED;
        // The first copies may be heavier than others.
        copies <= most && (done < 2 || copies.saturating_mul(self.trips) / done <= most)
    }
}
