//! What is known of nodes where a condition holds.
//!
//! An assumption is that one-bit nodes have given values. What follows for the values that they are computed from is found by
//! going from a condition to its operands (`learn`), and what follows for other nodes by computing their known bits and ranges
//! again from those of their operands (`known`). Both go a bounded number of steps, so a question costs a constant.
//!
//! Invariant: of every argument for which the assumption is true, everything that is known under it is true. If nothing has the
//! bits and ranges that follow, no argument makes the assumption true (`is_impossible`), and anything may be said of it.

use std::cell::{Cell, RefCell};

use xls_aot_eval::eval_op;
use xls_aot_ir::{Bits, NodeId, Op, Value};

use crate::bits::KnownBits;
use crate::graph::{Expr, Graph};
use crate::known::{Knowledge, Known};
use crate::range::{difference, limited, Range};
use crate::rules::{is_signed, opposite, to_unsigned, wants_less};

/// Longest way from a condition to what is learnt of the values that it depends on.
const MAX_LEARNT: u32 = 8;

/// Longest way from a node to what is known of it.
const MAX_DEPTH: u32 = 10;

/// Most nodes that are computed again for one assumption.
const MAX_COMPUTED: u32 = 24;

/// Most facts that are learnt from one assumption.
const MAX_FACTS: usize = 24;

/// Most operands of a conjunction or concatenation from which something is learnt.
const MAX_OPERANDS: usize = 8;

/// Widest result that is computed from constants.
const MAX_WIDTH: u32 = 128;

/// The order of two values, unsigned and signed: a set of the five cases that there are.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Order(u8);

impl Order {
    const EQUAL: u8 = 1;
    const LESS_SIGNED_LESS: u8 = 2;
    const LESS_SIGNED_GREATER: u8 = 4;
    const GREATER_SIGNED_LESS: u8 = 8;
    const GREATER_SIGNED_GREATER: u8 = 16;

    /// The cases in which a comparison is true.
    fn of(op: &Op) -> Option<Order> {
        let less = Self::LESS_SIGNED_LESS | Self::LESS_SIGNED_GREATER;
        let signed_less = Self::LESS_SIGNED_LESS | Self::GREATER_SIGNED_LESS;
        let all = 2 * Self::GREATER_SIGNED_GREATER - 1;
        #[expect(clippy::wildcard_enum_match_arm)] // All others compare nothing.
        Some(Order(match op {
            Op::Eq => Self::EQUAL,
            Op::Ne => all ^ Self::EQUAL,
            Op::Ult => less,
            Op::Ule => less | Self::EQUAL,
            Op::Ugt => all ^ less ^ Self::EQUAL,
            Op::Uge => all ^ less,
            Op::Slt => signed_less,
            Op::Sle => signed_less | Self::EQUAL,
            Op::Sgt => all ^ signed_less ^ Self::EQUAL,
            Op::Sge => all ^ signed_less,
            _ => return None,
        }))
    }

    /// That of the two values exchanged.
    fn exchanged(self) -> Order {
        let pairs = [
            (Self::EQUAL, Self::EQUAL),
            (Self::LESS_SIGNED_LESS, Self::GREATER_SIGNED_GREATER),
            (Self::GREATER_SIGNED_GREATER, Self::LESS_SIGNED_LESS),
            (Self::LESS_SIGNED_GREATER, Self::GREATER_SIGNED_LESS),
            (Self::GREATER_SIGNED_LESS, Self::LESS_SIGNED_GREATER),
        ];
        Order(pairs.into_iter().filter(|(case, _)| self.0 & case != 0).map(|(_, other)| other).sum())
    }

    /// Whether a comparison that is true in these cases is true, if it is the same in all of the cases that are left.
    fn decides(self, comparison: Order) -> Option<bool> {
        match self.0 & comparison.0 {
            0 => Some(false),
            common if common == self.0 => Some(true),
            _ => None,
        }
    }
}

/// An assumption about the nodes of a graph.
pub(crate) struct Assumption<'g, 'a> {
    graph: &'g Graph<'a>,
    /// What follows from the assumption. A later entry of a node says more than an earlier one.
    learnt: Vec<(NodeId, Known)>,
    /// What was computed from that; `None` if it says nothing new of the node.
    computed: RefCell<Vec<(NodeId, Option<Known>)>>,
    /// Comparisons of two nodes that hold: which of the cases are left.
    orders: Vec<(NodeId, NodeId, Order)>,
    /// The first node about which something is assumed: nothing new is known of those before it.
    first: NodeId,
    depth: Cell<u32>,
    /// Nodes that may still be computed again.
    left: Cell<u32>,
    impossible: Cell<bool>,
}

impl<'a> Knowledge<'a> for Assumption<'_, 'a> {
    fn graph(&self) -> &Graph<'a> {
        self.graph
    }

    fn known(&self, id: NodeId) -> Known {
        self.found(id).unwrap_or_else(|| self.graph.known(id))
    }
}

impl<'g, 'a> Assumption<'g, 'a> {
    /// That a one-bit node has this value.
    pub fn new(graph: &'g Graph<'a>, condition: NodeId, value: bool) -> Self {
        let mut assumption = Assumption {
            graph,
            learnt: Vec::new(),
            computed: RefCell::default(),
            orders: Vec::new(),
            first: condition,
            depth: Cell::new(0),
            left: Cell::new(MAX_COMPUTED),
            impossible: Cell::new(false),
        };
        assumption.learn_bit(condition, value, MAX_LEARNT);
        // What was computed on the way did not have all that is learnt now.
        assumption.computed.get_mut().clear();
        assumption.left.set(MAX_COMPUTED);
        assumption
    }

    /// Whether no argument makes the assumption true.
    pub fn is_impossible(&self) -> bool {
        self.impossible.get()
    }

    /// The value of a one-bit node, if it follows.
    pub fn decides(&self, condition: NodeId) -> Option<bool> {
        self.found(condition)?.bit(0)
    }

    /// The value of a node, if it follows.
    pub fn constant(&self, id: NodeId) -> Option<Bits> {
        let width = self.graph.ty(id).bit_count()?;
        self.known(id).constant(width)
    }

    /// The value of a node that is not a constant, if it was learnt from the assumption itself.
    pub fn learnt_constant(&self, id: NodeId) -> Option<Bits> {
        let (_, known) = self.learnt.iter().rev().find(|(node, _)| *node == id)?;
        known.constant(self.graph.width(id))
    }

    /// What is known of a node besides what is known of it for all arguments.
    fn found(&self, id: NodeId) -> Option<Known> {
        if id < self.first {
            return None;
        }
        if let Some((_, known)) = self.learnt.iter().rev().find(|(node, _)| *node == id) {
            return Some(*known);
        }
        if let Some((_, known)) = self.computed.borrow().iter().find(|(node, _)| *node == id) {
            return *known;
        }
        let graph = self.graph;
        if self.depth.get() == MAX_DEPTH || self.left.get() == 0 || graph.args(id).is_empty() {
            return None;
        }
        let width = graph.ty(id).bit_count()?;
        self.depth.set(self.depth.get() + 1);
        self.left.set(self.left.get() - 1);
        let own = graph.known(id);
        let args = graph.args(id);
        let is_compared = || matches!(args, &[a, b] if self.order(a, b).is_some());
        let known = if args.iter().any(|&arg| self.found(arg).is_some()) || is_compared() {
            let known = self.computed(id).and_then(|known| known.meet(own, width));
            self.impossible.set(self.impossible.get() || known.is_none());
            known.filter(|known| *known != own)
        } else {
            None
        };
        self.depth.set(self.depth.get() - 1);
        self.computed.borrow_mut().push((id, known));
        known
    }

    /// What is known of a node from what is known of its operands; `None` if no values have it.
    fn computed(&self, id: NodeId) -> Option<Known> {
        let graph = self.graph;
        let (op, args, ty) = (graph.op(id), graph.args(id), graph.ty(id));
        let known = Known::under(self, &Expr { op, args, ty })?;
        let width = graph.width(id);
        if known.constant(width).is_some() {
            return Some(known);
        }
        if let (Some(comparison), &[a, b]) = (Order::of(op), args) {
            let decided = self.order(a, b).and_then(|left| left.decides(comparison));
            return Some(decided.map_or(known, Known::one_bit));
        }
        Some(self.evaluated(id).unwrap_or(known))
    }

    /// The value of a node whose operands are constants, of an operation that known bits and ranges do not treat exactly.
    fn evaluated(&self, id: NodeId) -> Option<Known> {
        let (op, ty) = (self.graph.op(id), self.graph.ty(id));
        let is_inexact = matches!(
            op,
            Op::Umul | Op::Smul | Op::Shll | Op::Shrl | Op::Shra | Op::OneHot { .. } | Op::Encode | Op::Decode
        );
        if !is_inexact || self.graph.width(id) > MAX_WIDTH {
            return None;
        }
        let operand = |&arg: &NodeId| self.constant(arg).map(Value::Bits);
        let operands: Vec<Value> = self.graph.args(id).iter().map(operand).collect::<Option<_>>()?;
        let value = eval_op(op, &operands.iter().collect::<Vec<_>>(), ty).ok()?;
        value.as_bits().map(Known::exactly)
    }

    /// The cases that are left for the order of two nodes, if a comparison of the two holds.
    fn order(&self, a: NodeId, b: NodeId) -> Option<Order> {
        self.orders.iter().find_map(|&(x, y, order)| match (x, y) {
            _ if (x, y) == (a, b) => Some(order),
            _ if (x, y) == (b, a) => Some(order.exchanged()),
            _ => None,
        })
    }

    /// Notes the value of a one-bit node, and what follows for the operands that it is computed from.
    fn learn_bit(&mut self, id: NodeId, value: bool, nesting: u32) {
        let learnt = self.learnt.iter().rev().find(|(node, _)| *node == id);
        match learnt.map_or(self.graph.known(id), |(_, known)| *known).bit(0) {
            Some(before) => self.impossible.set(self.impossible.get() || before != value),
            None => self.push(id, Known::one_bit(value), nesting),
        }
    }

    /// Notes what is known of a node, and what follows for the operands that it is computed from. `None` is known of nothing.
    fn learn(&mut self, id: NodeId, known: Option<Known>, nesting: u32) {
        let graph = self.graph;
        let width = graph.width(id);
        let before = self.known(id);
        let Some(known) = known.and_then(|known| known.meet(before, width)) else {
            self.impossible.set(true);
            return;
        };
        if known != before {
            self.push(id, known, nesting);
        }
    }

    fn push(&mut self, id: NodeId, known: Known, nesting: u32) {
        let is_constant = matches!(self.graph.op(id), Op::Literal { .. });
        if is_constant || self.learnt.len() >= MAX_FACTS || self.graph.width(id) > MAX_WIDTH {
            return;
        }
        self.learnt.push((id, known));
        self.first = self.first.min(id);
        if nesting > 0 {
            self.learn_of_operands(id, known, nesting - 1);
        }
    }

    /// Notes what follows for the operands of a node of which this is known.
    fn learn_of_operands(&mut self, id: NodeId, known: Known, nesting: u32) {
        let graph = self.graph;
        let args = graph.args(id);
        match (graph.op(id), args) {
            (Op::Not, &[x]) if graph.width(id) == 1 => self.learn_bit(x, known.bit(0) == Some(false), nesting),
            (Op::And | Op::Or, args) if graph.width(id) == 1 && args.len() <= MAX_OPERANDS => {
                let value = known.bit(0) == Some(true);
                if value == (*graph.op(id) == Op::And) {
                    args.iter().for_each(|&arg| self.learn_bit(arg, value, nesting));
                }
            }
            (Op::Not, &[x]) => {
                let width = graph.width(x);
                self.learn(x, Known::of_bits(known.bits.inverted().low_bits(width), width), nesting);
            }
            // Bits that are set in a conjunction are set in all operands.
            (Op::And, args) if args.len() <= MAX_OPERANDS => {
                let bits = KnownBits { zeros: 0, ..known.bits };
                args.iter().for_each(|&arg| self.learn(arg, Known::of_bits(bits, graph.width(arg)), nesting));
            }
            (Op::Or, args) if args.len() <= MAX_OPERANDS => {
                let width = graph.width(id);
                let bits = KnownBits { ones: 0, ..known.bits }.low_bits(width);
                args.iter().for_each(|&arg| self.learn(arg, Known::of_bits(bits, width), nesting));
            }
            (&Op::BitSlice { start }, &[x]) => {
                let bits = known.bits.low_bits(graph.width(id)).before(KnownBits::NONE, start);
                self.learn(x, Known::of_bits(bits, graph.width(x)), nesting);
            }
            (Op::ZeroExt | Op::SignExt, &[x]) => {
                let width = graph.width(x);
                self.learn(x, Known::of_bits(known.bits.low_bits(width), width), nesting);
            }
            (Op::Concat, args) if args.len() <= MAX_OPERANDS => {
                let mut start = 0;
                for &piece in args.iter().rev() {
                    let width = graph.width(piece);
                    self.learn(piece, Known::of_bits(known.bits.from(start).low_bits(width), width), nesting);
                    start += width;
                }
            }
            (Op::Add, &[x, c]) if graph.constant(c).is_some() => {
                let width = graph.width(x);
                if let (Some(sum), Some(c)) = (known.range().filter(|_| width <= 64), graph.known(c).range()) {
                    let range = difference(sum, c, width);
                    self.learn(
                        x,
                        range.map_or(Some(Known::unknown(graph.ty(x))), |x| Known::within(x, width)),
                        nesting,
                    );
                }
            }
            (op, &[a, b]) => match known.bit(0) {
                Some(true) => self.learn_order(op, a, b, nesting),
                Some(false) => {
                    if let Some(op) = opposite(op) {
                        self.learn_order(&op, a, b, nesting);
                    }
                }
                None => {}
            },
            _ => {}
        }
    }

    /// Notes that a comparison holds, if it is one.
    fn learn_order(&mut self, op: &Op, a: NodeId, b: NodeId, nesting: u32) {
        let (Some(order), Some(width)) = (Order::of(op), self.graph.ty(a).bit_count()) else { return };
        let left = self.order(a, b).map_or(order, |before| Order(before.0 & order.0));
        self.orders.insert(0, (a, b, left));
        self.first = self.first.min(a).min(b);
        if *op == Op::Ne {
            self.learn_not_equal(a, self.known(b), nesting);
            self.learn_not_equal(b, self.known(a), nesting);
        } else if *op == Op::Eq {
            let known = self.known(a).meet(self.known(b), width);
            self.learn(a, known, nesting);
            self.learn(b, known, nesting);
        } else {
            self.learn_signs(op, a, b, nesting);
            let signs = [a, b].map(|x| self.known(x).sign(width));
            let is_unsigned = !is_signed(op) || signs[0].is_some() && signs[0] == signs[1];
            for x in [a, b] {
                let range = if is_unsigned { limited(self, &to_unsigned(op), x, a, b) } else { None };
                if let Some(Range { least, greatest }) = range {
                    let known = if least <= greatest { Known::within(Range { least, greatest }, width) } else { None };
                    self.learn(x, known, nesting);
                }
            }
        }
    }

    /// Notes that `x` is not a value that is known as `other`: if that is the least or the greatest that x can be, the next one is.
    fn learn_not_equal(&mut self, x: NodeId, other: Known, nesting: u32) {
        let (Some(own), Some(other)) = (self.known(x).range(), other.range()) else { return };
        if other.least != other.greatest || own.least != other.least && own.greatest != other.least {
            return;
        }
        let known = if own.least == own.greatest {
            None
        } else if own.least == other.least {
            Known::within(Range { least: own.least + 1, ..own }, self.graph.width(x))
        } else {
            Known::within(Range { greatest: own.greatest - 1, ..own }, self.graph.width(x))
        };
        self.learn(x, known, nesting);
    }

    /// Notes the signs that follow from a signed comparison: what is less than a negative number is negative.
    fn learn_signs(&mut self, op: &Op, a: NodeId, b: NodeId, nesting: u32) {
        let width = self.graph.width(a);
        if !is_signed(op) || !(1..=MAX_WIDTH).contains(&width) {
            return;
        }
        let (less, greater) = if wants_less(op) { (a, b) } else { (b, a) };
        let sign = 1 << (width - 1);
        if self.known(greater).sign(width) == Some(true) {
            self.learn(less, Known::of_bits(KnownBits { zeros: 0, ones: sign }, width), nesting);
        }
        if self.known(less).sign(width) == Some(false) {
            self.learn(greater, Known::of_bits(KnownBits { zeros: sign, ones: 0 }, width), nesting);
        }
    }
}
