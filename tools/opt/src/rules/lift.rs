//! Concatenations of bitwise operations.
//!
//! Logic that was optimised for hardware is split at every bit position where an operand begins. For example, an exclusive or
//! of rotated values becomes a concatenation of exclusive ors of slices. On a processor the opposite is better: few
//! operations on whole words.

use xls_aot_ir::{NodeId, Op, Operands};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) CONCAT: Slice = concat_of_bitwise }

/// Most pieces of such a concatenation.
const MAX_PIECES: usize = 32;

/// Most operands of the operation.
const MAX_OPERANDS: usize = 4;

/// Bits `[start, start + width)` of a node, or zeros.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Part {
    of: Option<NodeId>,
    start: u32,
    width: u32,
}

impl Part {
    fn is_whole(self, g: &Graph<'_>) -> bool {
        self.of.is_none_or(|of| self.width == g.width(of))
    }

    /// Whether `next` continues this part upwards, also from the last bit of a value to its first.
    fn continues(self, g: &Graph<'_>, next: Part) -> bool {
        let end = self.start + self.width;
        match self.of {
            Some(of) => self.of == next.of && (end == next.start || end == g.width(of) && next.start == 0),
            None => false,
        }
    }
}

/// An operand of one piece as a part of a value.
fn part_of(g: &Graph<'_>, operand: NodeId, start: u32, width: u32) -> Part {
    match g.op(operand) {
        Op::BitSlice { start: first } => Part { of: Some(g.args(operand)[0]), start: first + start, width },
        _ => Part { of: Some(operand), start, width },
    }
}

/// The operation of a piece and its operands; a piece may be a slice of such an operation.
fn bitwise(g: &Graph<'_>, piece: NodeId) -> Option<(Op, Vec<Part>)> {
    let width = g.width(piece);
    let (node, start) = match g.op(piece) {
        Op::BitSlice { start } => (g.args(piece)[0], *start),
        _ => (piece, 0),
    };
    let op = g.op(node);
    let is_bitwise = matches!(op, Op::And | Op::Or | Op::Xor | Op::Not);
    let parts = g.args(node).iter().map(|&operand| part_of(g, operand, start, width));
    (is_bitwise && g.args(node).len() <= MAX_OPERANDS).then(|| (op.clone(), parts.collect()))
}

/// `(a1 op b1) ++ (a2 op b2) = (a1 ++ a2) op (b1 ++ b2)`, where that takes fewer operations because the parts of the
/// operands are neighbours. For `or` and `xor`, zeros stand in for operands that a piece lacks.
fn concat_of_bitwise(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if !(2..=MAX_PIECES).contains(&e.args.len()) {
        return None;
    }
    let (op, _) = bitwise(g, e.args[0])?;
    let mut cost = e.args.len() - 1;
    let mut pieces = Vec::with_capacity(e.args.len());
    for &piece in e.args.iter().rev() {
        let (own, parts) = bitwise(g, piece)?;
        if own != op {
            return None;
        }
        cost += piece_cost(g, piece, &parts);
        pieces.push((g.width(piece), parts));
    }
    let count = pieces.iter().map(|(_, parts)| parts.len()).max()?;
    let may_lack = matches!(op, Op::Or | Op::Xor);
    if !may_lack && pieces.iter().any(|(_, parts)| parts.len() != count) {
        return None;
    }
    // From the least significant piece upwards; a lane for each operand.
    let mut lanes: Vec<Vec<Part>> = vec![Vec::new(); count];
    for (width, mut parts) in pieces {
        parts.resize(count, Part { of: None, start: 0, width });
        let mut waiting = Vec::new();
        for (i, lane) in lanes.iter_mut().enumerate() {
            let next = lane.last().and_then(|top| parts.iter().position(|&part| top.continues(g, part)));
            match next {
                Some(at) => lane.push(parts.remove(at)),
                None => waiting.push(i),
            }
        }
        for (i, part) in waiting.into_iter().zip(parts) {
            lanes[i].push(part);
        }
    }
    let merged: Vec<Vec<Part>> = lanes.iter().map(|lane| merge(lane)).collect();
    let operations = |lane: &Vec<Part>| {
        let slices = lane.iter().filter(|part| !part.is_whole(g)).count();
        slices + lane.len() - 1
    };
    let new_cost = count.saturating_sub(1).max(1) + merged.iter().map(operations).sum::<usize>();
    if new_cost >= cost {
        return None;
    }
    let mut operands = Vec::with_capacity(count);
    for lane in merged {
        let pieces = lane.iter().rev().map(|part| match part.of {
            Some(of) => g.slice(of, part.start, part.width),
            None => g.zeros(part.width),
        });
        let pieces: Operands = pieces.collect();
        operands.push(g.concat(pieces));
    }
    Some(g.add(op, operands, e.ty.clone()))
}

/// Number of operations that a piece takes; 0 if another node uses the piece too.
fn piece_cost(g: &Graph<'_>, piece: NodeId, parts: &[Part]) -> usize {
    if g.is_shared(piece) {
        return 0;
    }
    parts.len().saturating_sub(1).max(1) + parts.iter().filter(|part| !part.is_whole(g)).count()
}

/// Neighbouring parts of one value as one part.
fn merge(lane: &[Part]) -> Vec<Part> {
    let mut merged: Vec<Part> = Vec::with_capacity(lane.len());
    for &part in lane {
        match merged.last_mut() {
            Some(last) if last.of == part.of && (part.of.is_none() || last.start + last.width == part.start) => {
                last.width += part.width;
            }
            _ => merged.push(part),
        }
    }
    merged
}
