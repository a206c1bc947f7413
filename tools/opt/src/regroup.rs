//! The pass that computes words at once which the source computes in pieces.
//!
//! Logic that was optimised for hardware is split at every bit position where an operand begins: what was one exclusive or of
//! rotated words is twenty exclusive ors of a few bits each, and the operations after it use these. On a processor the opposite is
//! better:
//!
//! `x[a..a+w] op y[b..b+w] = (x op rotated(y))[a..a+w]`, where y is rotated to the right by `b - a`,
//!
//! for words of the same width; a slice may go on from a word's last bit to its first. The operation on the whole words takes no
//! more than that on a part of them, and all pieces of one word lead to the same operation. So the pass finds the operation on
//! words of which each bitwise operation is a piece (`Analysis`). If at least two different pieces belong to an operation, they become
//! slices of it. Complements are moved out of the operations by De Morgan's rules, so that it does not matter where the source has
//! them. The function is rewritten if that makes it much lighter.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::HashMap;

use xls_aot_ir::{Function, Node, NodeId, Op, Operands};

use crate::effects::Facts;
use crate::emit;
use crate::graph::{Context, Expr, Fired, Graph};
use crate::options::Topic;

/// The rule, as reports call it.
pub(crate) const RULE: &str = "piece_of_word";

/// Widest word.
const MAX_WIDTH: u32 = 64;

/// The function must become lighter by one part of so many at least.
const MIN_GAIN: u64 = 16;

/// Most operands of an operation.
const MAX_OPERANDS: usize = 8;

/// Most rotations of one word that are looked at to use them again.
const MAX_ROTATIONS: usize = 8;

/// The function, rewritten; `None` if it stays as it is.
pub(crate) fn function(context: &Context<'_>, facts: &[Facts], source: &Function) -> Option<(Function, Fired)> {
    let mut analysis = Analysis::of(source);
    if !analysis.is_written.contains(&true) {
        return None;
    }
    let (nodes, ret, fired) = copy(context, &analysis);
    let weight = emit::live_weight(&nodes, ret, facts);
    let regrouped = emit::function(nodes, ret, source, facts, !context.is_on(Topic::DeadCode));
    // What the rules make of the function without this pass. Where they find the words too, the order of the source is the better
    // one.
    analysis.is_written.fill(false);
    let (nodes, ret, _) = copy(context, &analysis);
    if weight + weight / MIN_GAIN >= emit::live_weight(&nodes, ret, facts) {
        return None;
    }
    Some((regrouped, fired))
}

/// The nodes of a copy, its result, and how often rules were applied.
fn copy(context: &Context<'_>, analysis: &Analysis<'_>) -> (Vec<Node>, NodeId, Fired) {
    let source = analysis.source;
    let mut uses = vec![0u32; source.nodes.len()];
    source.nodes.iter().flat_map(|node| node.operands.iter()).for_each(|operand| uses[operand.index()] += 1);
    let mut copy = Copy {
        analysis,
        graph: Graph::new(context, source.nodes.len()),
        copies: Vec::with_capacity(source.nodes.len()),
        words: vec![None; analysis.operations.len()],
    };
    for (id, node) in source.iter() {
        let new = copy.copy(id, node);
        copy.graph.add_uses(new, uses[id.index()]);
        copy.copies.push(new);
    }
    let ret = copy.copies[source.ret.index()];
    let (nodes, fired) = copy.graph.into_nodes();
    (nodes, ret, fired)
}

/// A word: a node of the source, or an operation on words by its index.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Word {
    Node(NodeId),
    Operation(usize),
}

/// Bits of a word from bit `start` upwards, after the last one from the first; or their complement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Slice {
    word: Word,
    start: u32,
    inverted: bool,
}

/// A bitwise operation on whole words: each rotated to the right by `start`, or the complement of that. The first is neither
/// rotated nor inverted, so that equal operations are found to be equal.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Operation {
    op: BitOp,
    operands: Vec<Slice>,
    width: u32,
}

/// The bitwise operations without complement of the result.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum BitOp {
    And,
    Or,
    Xor,
}

impl BitOp {
    fn op(self) -> Op {
        match self {
            BitOp::And => Op::And,
            BitOp::Or => Op::Or,
            BitOp::Xor => Op::Xor,
        }
    }
}

/// What the nodes of a function are pieces of.
struct Analysis<'s> {
    source: &'s Function,
    /// What each node is a slice of; of itself, if it is no slice, complement, concatenation or bitwise operation.
    slices: Vec<Slice>,
    operations: Vec<Operation>,
    table: HashMap<Operation, usize>,
    /// For each operation, the start and width of its first piece, and whether the operation is written: if other pieces are
    /// different from the first, or an operation that is written needs it.
    first_pieces: Vec<(u32, u32)>,
    is_written: Vec<bool>,
    /// How far each operation is rotated to the left when it is written, so that few of its operands are rotated.
    bases: Vec<u32>,
}

impl<'s> Analysis<'s> {
    fn of(source: &'s Function) -> Self {
        let mut analysis = Analysis {
            source,
            slices: Vec::with_capacity(source.nodes.len()),
            operations: Vec::new(),
            table: HashMap::new(),
            first_pieces: Vec::new(),
            is_written: Vec::new(),
            bases: Vec::new(),
        };
        for (id, node) in source.iter() {
            let itself = Slice { word: Word::Node(id), start: 0, inverted: false };
            let slice = analysis.slice(node).unwrap_or(itself);
            analysis.slices.push(slice);
        }
        // Operands come before the operations that use them.
        for index in
            (0..analysis.operations.len()).rev().filter(|&index| analysis.is_written[index]).collect::<Vec<_>>()
        {
            analysis.write_operands(index);
        }
        analysis.find_bases();
        analysis
    }

    fn write_operands(&mut self, index: usize) {
        let mut waiting = vec![index];
        while let Some(index) = waiting.pop() {
            for operand in &self.operations[index].operands {
                match operand.word {
                    Word::Operation(other) if !self.is_written[other] => {
                        self.is_written[other] = true;
                        waiting.push(other);
                    }
                    Word::Operation(_) | Word::Node(_) => {}
                }
            }
        }
    }

    /// Chooses how far each operation is rotated, where concatenations do not say it (`frames`): so that the fewest words have to be
    /// rotated that no other operation needs rotated in this way, and of these so that a word is where most operations need it.
    fn find_bases(&mut self) {
        let mut users: HashMap<Word, Vec<(usize, u32)>> = HashMap::new();
        for (index, operation) in self.operations.iter().enumerate().filter(|&(index, _)| self.is_written[index]) {
            for operand in &operation.operands {
                users.entry(operand.word).or_default().push((index, operand.start));
            }
        }
        let frames = self.frames(&users);
        // How far the words are rotated; none is rotated by 0 too.
        let mut rotations: HashMap<Word, Vec<u32>> = HashMap::new();
        for (index, Operation { operands, width, .. }) in self.operations.iter().enumerate() {
            if !self.is_written[index] {
                self.bases.push(0);
                continue;
            }
            let starts: Vec<u32> = operands.iter().map(|&operand| self.written_start(operand)).collect();
            let rotation = |at: usize, base: u32| (starts[at] + width - base) % width;
            let is_there = |at: usize, by: u32| {
                by == 0 || rotations.get(&operands[at].word).is_some_and(|rotations| rotations.contains(&by))
            };
            let mut best = frames[index].map(|base| ((0, Reverse(usize::MAX)), base));
            for (at, operand) in operands.iter().enumerate().filter(|_| frames[index].is_none()) {
                for by in std::iter::once(0).chain(rotations.get(&operand.word).into_iter().flatten().copied()) {
                    let base = rotation(at, by);
                    let new = (0..operands.len()).filter(|&other| !is_there(other, rotation(other, base))).count();
                    let cost = (new, Reverse(users.get(&operand.word).map_or(0, Vec::len)));
                    if best.is_none_or(|(least, _)| cost < least) {
                        best = Some((cost, base));
                    }
                }
            }
            let base = best.map_or(0, |(_, base)| base);
            let new: Vec<_> =
                (0..operands.len()).map(|at| (at, rotation(at, base))).filter(|&(at, by)| !is_there(at, by)).collect();
            self.bases.push(base);
            for (at, by) in new {
                let rotations = rotations.entry(operands[at].word).or_default();
                if rotations.len() < MAX_ROTATIONS {
                    rotations.push(by);
                }
            }
        }
    }

    /// How far operations must be rotated to be what a concatenation of their pieces is, or to be where their only user needs them.
    fn frames(&self, users: &HashMap<Word, Vec<(usize, u32)>>) -> Vec<Option<u32>> {
        let mut frames = vec![None; self.operations.len()];
        for node in self.source.nodes.iter().filter(|node| node.op == Op::Concat) {
            let mut end = 0;
            for operand in node.operands.iter().rev() {
                let Slice { word, start, .. } = self.slices[operand.index()];
                match word {
                    Word::Operation(index) if Some(self.operations[index].width) == node.ty.bit_count() => {
                        let width = self.operations[index].width;
                        frames[index].get_or_insert((end + width - start) % width);
                    }
                    Word::Operation(_) | Word::Node(_) => {}
                }
                end += self.source.node(*operand).ty.bit_count().unwrap_or(0);
            }
        }
        for index in (0..frames.len()).rev().filter(|&index| self.is_written[index]) {
            if let (None, Some(&[(user, start)])) =
                (frames[index], users.get(&Word::Operation(index)).map(|users| &users[..]))
            {
                let width = self.operations[index].width;
                frames[index] = frames[user].map(|base: u32| (base + width - start) % width);
            }
        }
        frames
    }

    /// Where a slice begins in its word as it is written.
    fn written_start(&self, slice: Slice) -> u32 {
        match slice.word {
            Word::Node(_) => slice.start,
            Word::Operation(index) => (slice.start + self.bases[index]) % self.operations[index].width,
        }
    }

    fn width(&self, word: Word) -> u32 {
        match word {
            Word::Node(id) => self.source.node(id).ty.bit_count().unwrap_or(0),
            Word::Operation(index) => self.operations[index].width,
        }
    }

    /// The slice that begins `by` bits after this one.
    fn moved(&self, slice: Slice, by: u32) -> Slice {
        Slice { start: (slice.start + by) % self.width(slice.word), ..slice }
    }

    /// What a node is a slice of, if it is of another word.
    #[expect(clippy::wildcard_enum_match_arm)] // Only these operations treat each bit on its own.
    fn slice(&mut self, node: &Node) -> Option<Slice> {
        let width = node.ty.bit_count().filter(|&width| width > 0)?;
        let of = |at: usize| node.operands.get(at).map(|operand| self.slices[operand.index()]);
        match node.op {
            Op::Not => of(0).map(|slice| Slice { inverted: !slice.inverted, ..slice }),
            Op::BitSlice { start } => of(0).map(|slice| self.moved(slice, start)),
            Op::Concat => self.joined(node),
            Op::And => self.piece(BitOp::And, false, node, width),
            Op::Nand => self.piece(BitOp::And, true, node, width),
            Op::Or => self.piece(BitOp::Or, false, node, width),
            Op::Nor => self.piece(BitOp::Or, true, node, width),
            Op::Xor => self.piece(BitOp::Xor, false, node, width),
            _ => None,
        }
    }

    /// A concatenation of slices of one word, each of which goes on where the one below it ends.
    fn joined(&self, node: &Node) -> Option<Slice> {
        let lowest = self.slices[node.operands.last()?.index()];
        let own = self.width(lowest.word);
        let mut end = 0;
        for &operand in node.operands.iter().rev() {
            let width = self.source.node(operand).ty.bit_count()?;
            if width == 0 || own == 0 || self.slices[operand.index()] != self.moved(lowest, end) {
                return None;
            }
            end += width;
        }
        (end <= own).then_some(lowest)
    }

    /// A bitwise operation of slices as a slice of the operation on their words.
    fn piece(&mut self, op: BitOp, inverts: bool, node: &Node, width: u32) -> Option<Slice> {
        if !(2..=MAX_OPERANDS).contains(&node.operands.len()) {
            return None;
        }
        let slices: Vec<Slice> = node.operands.iter().map(|operand| self.slices[operand.index()]).collect();
        // All pieces of one word must lead to the same operation: the one that begins with the least word. That may be there
        // more than once.
        let least = slices.iter().map(|slice| slice.word).min()?;
        let own = self.width(least);
        let firsts = slices.iter().filter(|slice| slice.word == least);
        let (op, slices, start, inverted) =
            firsts.map(|&first| seen_from(first, op, &slices, own)).min_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)))?;
        let inverted = inverted ^ inverts;
        let is_rotated = slices.iter().any(|slice| slice.start != 0);
        // Only words of these widths can be rotated by one instruction.
        if own > MAX_WIDTH
            || is_rotated && !matches!(own, 8 | 16 | 32 | 64)
            || slices.iter().any(|slice| self.width(slice.word) != own)
        {
            return None;
        }
        let piece = (start, width);
        let index = match self.table.entry(Operation { op, operands: slices, width: own }) {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                self.operations.push(entry.key().clone());
                self.first_pieces.push(piece);
                self.is_written.push(false);
                *entry.insert(self.operations.len() - 1)
            }
        };
        self.is_written[index] |= self.first_pieces[index] != piece;
        Some(Slice { word: Word::Operation(index), start, inverted })
    }
}

/// A bitwise operation with the first bit of one operand as the first bit, and without its complement; with that bit's place in the
/// operand's word of `width` bits, and whether the result is inverted then. `~a & ~b = ~(a | b)`, `~a ^ b = ~(a ^ b)`.
fn seen_from(first: Slice, op: BitOp, slices: &[Slice], width: u32) -> (BitOp, Vec<Slice>, u32, bool) {
    let is_odd = slices.iter().filter(|slice| slice.inverted).count() % 2 == 1;
    let (own, flips, inverted) = match op {
        BitOp::Xor => (BitOp::Xor, None, is_odd),
        BitOp::And if first.inverted => (BitOp::Or, Some(true), true),
        BitOp::Or if first.inverted => (BitOp::And, Some(true), true),
        BitOp::And | BitOp::Or => (op, Some(false), false),
    };
    let seen = |&slice: &Slice| Slice {
        start: (slice.start % width + width - first.start) % width,
        inverted: flips.is_some_and(|flips| slice.inverted != flips),
        ..slice
    };
    let mut slices: Vec<Slice> = slices.iter().map(seen).collect();
    slices.sort();
    (own, slices, first.start, inverted)
}

/// The function while it is copied.
struct Copy<'a, 's> {
    analysis: &'s Analysis<'s>,
    graph: Graph<'a>,
    copies: Vec<NodeId>,
    /// The operations on words that were written.
    words: Vec<Option<NodeId>>,
}

impl Copy<'_, '_> {
    /// The copy of a node.
    fn copy(&mut self, id: NodeId, node: &Node) -> NodeId {
        self.graph.start(node);
        if let Op::Param { .. } = node.op {
            return self.graph.param(node);
        }
        let args: Operands = node.operands.iter().map(|operand| self.copies[operand.index()]).collect();
        let slice = self.analysis.slices[id.index()];
        match slice.word {
            Word::Operation(_) if self.is_piece(id) => {
                let slice = Slice { start: self.analysis.written_start(slice), ..slice };
                let piece = self.slice(slice, node.ty.bit_count().unwrap_or(0));
                *self.graph.fired.entry(RULE).or_default() += 1;
                self.graph.observe(RULE, &Expr { op: &node.op, args: &args, ty: &node.ty }, piece);
                piece
            }
            Word::Node(word) if word == id && node.op == Op::Concat => self
                .operation_on_plain_pieces(node)
                .unwrap_or_else(|| self.graph.add(node.op.clone(), args, node.ty.clone())),
            Word::Operation(_) | Word::Node(_) => self.graph.add(node.op.clone(), args, node.ty.clone()),
        }
    }

    /// A concatenation of pieces of different words as one operation, if the rules find it in the pieces as the source has them; for
    /// example, an exclusive or of a rotated and a shifted word has fewer operands in some pieces.
    fn operation_on_plain_pieces(&mut self, node: &Node) -> Option<NodeId> {
        if !node.operands.iter().any(|&operand| self.is_piece(operand)) {
            return None;
        }
        let mut pieces = Vec::with_capacity(node.operands.len());
        for &operand in node.operands.iter() {
            let piece = self.analysis.source.node(operand);
            pieces.push(if self.is_piece(operand) {
                let args: Operands = piece.operands.iter().map(|operand| self.copies[operand.index()]).collect();
                self.graph.add(piece.op.clone(), args, piece.ty.clone())
            } else {
                self.copies[operand.index()]
            });
        }
        let joined = self.graph.add(Op::Concat, pieces, node.ty.clone());
        matches!(self.graph.op(joined), Op::And | Op::Or | Op::Xor | Op::Not).then_some(joined)
    }

    /// Whether a bitwise operation becomes a slice of one on words.
    fn is_piece(&self, id: NodeId) -> bool {
        let is_bitwise = matches!(self.analysis.source.node(id).op, Op::And | Op::Nand | Op::Or | Op::Nor | Op::Xor);
        match self.analysis.slices[id.index()].word {
            Word::Operation(index) => is_bitwise && self.analysis.is_written[index],
            Word::Node(_) => false,
        }
    }

    /// `width` bits of a slice, from `start` of the word as it is written.
    fn slice(&mut self, Slice { word, start, inverted }: Slice, width: u32) -> NodeId {
        let word = match word {
            Word::Node(id) => self.copies[id.index()],
            Word::Operation(index) => self.word(index),
        };
        let low_width = width.min(self.graph.width(word) - start);
        let low = self.graph.slice(word, start, low_width);
        let high = self.graph.slice(word, 0, width - low_width);
        let slice = self.graph.concat([high, low]);
        if inverted {
            self.graph.not(slice)
        } else {
            slice
        }
    }

    /// An operation on words, whose operands are nodes before this one, or operations that are written.
    fn word(&mut self, index: usize) -> NodeId {
        if let Some(word) = self.words[index] {
            return word;
        }
        let analysis = self.analysis;
        let Operation { op, operands, width } = &analysis.operations[index];
        let rotated = |&operand: &Slice| {
            let start = (analysis.written_start(operand) + width - analysis.bases[index]) % width;
            Slice { start, ..operand }
        };
        let operands: Operands = operands.iter().map(|operand| self.slice(rotated(operand), *width)).collect();
        let word = self.graph.same(op.op(), operands);
        self.words[index] = Some(word);
        word
    }
}
