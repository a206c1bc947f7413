//! How a form is computed: by shifts if many bits move by the same distance, by table lookups otherwise.

use std::collections::BTreeMap;

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};

use super::form::{mask, Form};
use crate::graph::Graph;

/// Most bits of the index of a table.
const INDEX_BITS: usize = 8;

/// Fewest bits that move alike for a shift of their own.
const MOVED_MIN: u32 = 3;

/// Costs in half machine operations.
const COST_SHIFT: u64 = 2;
const COST_MASK: u64 = 2;
const COST_XOR: u64 = 2;
const COST_INDEX: u64 = 3;
/// A load is one operation but takes longer.
const COST_LOAD: u64 = 4;
/// One bit to all bits, of which a constant is kept.
const COST_BIT: u64 = 6;

/// Bits of an atom that all move by the same distance.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Move {
    atom: NodeId,
    atom_width: u32,
    /// Width of the result.
    width: u32,
    /// Bit `i` goes to bit `i + distance`.
    distance: i32,
    /// Which bits. With `rotated`: all, and those that leave at one end come in at the other.
    bits: u64,
    rotated: bool,
}

/// A few neighbouring bits of an atom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Window {
    atom: NodeId,
    start: u32,
}

/// How to compute a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Plan {
    width: u32,
    constant: u64,
    moves: Vec<Move>,
    /// By their columns: windows with the same columns share a table, which is indexed by their exclusive or.
    tables: BTreeMap<Vec<u64>, Vec<Window>>,
}

impl Plan {
    /// The cheapest plan found for a form of a value of `width` bits; `width_of` gives the widths of atoms.
    pub fn of(form: &Form, width: u32, width_of: impl Fn(NodeId) -> u32) -> Self {
        let mut plan = Plan { width, constant: form.constant, moves: Vec::new(), tables: BTreeMap::new() };
        for terms in form.terms.chunk_by(|a, b| a.atom == b.atom) {
            let atom = terms[0].atom;
            let mut columns = [0; 64];
            for term in terms {
                columns[term.bit as usize] = term.column;
            }
            plan.add_atom(atom, width_of(atom), columns);
        }
        plan
    }

    /// In half machine operations.
    pub fn cost(&self) -> u64 {
        let moves = self.moves.iter().map(|step| step.cost()).sum::<u64>();
        let tables = self
            .tables
            .iter()
            .map(|(columns, windows)| dense_cost(columns) + (COST_INDEX + COST_XOR) * (windows.len() as u64 - 1));
        let constant = if self.constant == 0 { 0 } else { COST_XOR };
        (moves + tables.sum::<u64>() + constant).saturating_sub(COST_XOR)
    }

    /// The tables that are looked up, by the columns of the bits of their index.
    pub fn tables(&self) -> impl Iterator<Item = &Vec<u64>> {
        self.tables.keys().filter(|columns| columns.len() > 1)
    }

    /// Removes moves from the columns as long as this makes the whole cheaper; the rest becomes table lookups.
    fn add_atom(&mut self, atom: NodeId, atom_width: u32, mut columns: [u64; 64]) {
        let mut moves = Vec::new();
        let mut cost = 0;
        let mut best = (window_cost(&columns), 0, columns);
        while let Some((distance, bits)) = most_common_move(&columns) {
            for bit in bits_of(bits) {
                columns[bit as usize] ^= 1 << (bit as i32 + distance);
            }
            let step = Move { atom, atom_width, width: self.width, distance, bits, rotated: false };
            cost += step.cost();
            moves.push(step);
            let total = cost + window_cost(&columns);
            if total < best.0 {
                best = (total, moves.len(), columns);
            }
        }
        moves.truncate(best.1);
        self.moves.extend(with_rotations(moves));
        for (start, size) in windows(&best.2) {
            self.tables
                .entry(best.2[start..start + size].to_vec())
                .or_default()
                .push(Window { atom, start: start as u32 });
        }
    }

    /// Writes the plan; `atom` gives the nodes of atoms.
    pub fn write(&self, graph: &mut Graph<'_>, atom: impl Fn(NodeId) -> NodeId) -> NodeId {
        let mut parts = Vec::new();
        for step in &self.moves {
            parts.push(step.write(graph, atom(step.atom)));
        }
        for (columns, windows) in &self.tables {
            let size = columns.len() as u32;
            let pieces: Vec<NodeId> = windows.iter().map(|w| graph.slice(atom(w.atom), w.start, size)).collect();
            let index = if let [one] = pieces[..] { one } else { graph.same(Op::Xor, pieces) };
            parts.push(self.look_up(graph, columns, index));
        }
        if self.constant != 0 || parts.is_empty() {
            parts.push(graph.number(self.width, self.constant));
        }
        if let [one] = parts[..] {
            one
        } else {
            graph.same(Op::Xor, parts)
        }
    }

    fn look_up(&self, graph: &mut Graph<'_>, columns: &[u64], index: NodeId) -> NodeId {
        if let [column] = columns[..] {
            let all = graph.sign_ext(index, self.width);
            let kept = graph.number(self.width, column);
            return graph.and(all, kept);
        }
        let entry = |index: u64| {
            let value = bits_of(index).fold(0, |sum, bit| sum ^ columns[bit as usize]);
            Value::Bits(Bits::from_u64(self.width, value))
        };
        let entries: Vec<Value> = (0..1 << columns.len()).map(entry).collect();
        let element = Type::Bits(self.width);
        let ty = Type::array(element.clone(), entries.len() as u64);
        let table = graph.literal(Value::Array(entries), ty);
        graph.add(Op::ArrayIndex { assumed_in_bounds: true }, [table, index], element)
    }
}

impl Move {
    /// The lowest bit and the bit above the highest of those that stay within the result.
    fn range(&self) -> (u32, u32) {
        let low = if self.distance < 0 { self.distance.unsigned_abs() } else { 0 };
        let high = i64::from(self.width) - i64::from(self.distance);
        (low, u32::try_from(high).unwrap_or(0).min(self.atom_width))
    }

    /// Whether all bits that stay within the result move, so that the others need no mask.
    fn is_whole(&self) -> bool {
        let (low, high) = self.range();
        self.bits == mask(high) & !mask(low)
    }

    fn cost(&self) -> u64 {
        let shift = if self.distance == 0 { 0 } else { COST_SHIFT };
        let mask = if self.rotated || self.is_whole() { 0 } else { COST_MASK };
        shift + mask + COST_XOR
    }

    fn write(&self, graph: &mut Graph<'_>, x: NodeId) -> NodeId {
        if self.rotated {
            let distance = self.distance.unsigned_abs();
            let top = graph.slice(x, self.width - distance, distance);
            let rest = graph.slice(x, 0, self.width - distance);
            return graph.concat([rest, top]);
        }
        let (low, high) = self.range();
        let mut piece = graph.slice(x, low, high - low);
        if !self.is_whole() {
            let kept = graph.number(high - low, self.bits >> low);
            piece = graph.and(piece, kept);
        }
        if let Ok(distance @ 1..) = u32::try_from(self.distance) {
            let zeros = graph.zeros(distance);
            piece = graph.concat([piece, zeros]);
        }
        graph.zero_ext(piece, self.width)
    }
}

/// Puts moves together that are the two halves of a rotation to the left.
fn with_rotations(moves: Vec<Move>) -> Vec<Move> {
    let mut all: Vec<Move> = Vec::with_capacity(moves.len());
    for step in moves {
        let is_half = |other: &Move| {
            !other.rotated
                && step.atom_width == step.width
                && (other.distance - step.distance).unsigned_abs() == step.width
                && other.is_whole()
                && step.is_whole()
        };
        match all.iter_mut().find(|other| is_half(other)) {
            Some(other) => {
                other.distance = other.distance.max(step.distance);
                other.bits |= step.bits;
                other.rotated = true;
            }
            None => all.push(step),
        }
    }
    all
}

/// The distance by which most bits move that are left, with those bits; `None` if there are few.
fn most_common_move(columns: &[u64; 64]) -> Option<(i32, u64)> {
    // By distance plus 63.
    let mut moved = [0u64; 127];
    for (from, &column) in columns.iter().enumerate() {
        for to in bits_of(column) {
            moved[to as usize + 63 - from] |= 1 << from;
        }
    }
    let (at, &bits) = moved.iter().enumerate().max_by_key(|(at, bits)| (bits.count_ones(), std::cmp::Reverse(*at)))?;
    (bits.count_ones() >= MOVED_MIN).then_some((at as i32 - 63, bits))
}

/// Starts and sizes of windows that cover the columns that are not zero.
fn windows(columns: &[u64; 64]) -> Vec<(usize, usize)> {
    let mut windows = Vec::new();
    let mut at = 0;
    while let Some(skipped) = columns[at..].iter().position(|&column| column != 0) {
        let start = at + skipped;
        let end = (start + INDEX_BITS).min(64);
        let last = columns[start..end].iter().rposition(|&column| column != 0).unwrap_or(0);
        windows.push((start, last + 1));
        at = end;
    }
    windows
}

fn window_cost(columns: &[u64; 64]) -> u64 {
    windows(columns).into_iter().map(|(start, size)| dense_cost(&columns[start..start + size])).sum()
}

/// The cost of what one window contributes.
fn dense_cost(columns: &[u64]) -> u64 {
    COST_XOR + if columns.len() == 1 { COST_BIT } else { COST_INDEX + COST_LOAD }
}

/// The positions of the bits that are set.
fn bits_of(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        bits &= bits.wrapping_sub(1);
        (bit < 64).then_some(bit)
    })
}
