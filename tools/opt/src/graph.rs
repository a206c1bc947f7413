//! A function being written: nodes in topological order, each simplified when it is added.
//!
//! Invariants: operands come before their users. A node's type never changes. Nodes without effects and with the same
//! operation, operands and type are one node (unless this is switched off). Effects are in the order in which they were
//! added.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use xls_aot_ir::{Bits, FuncId, Node, NodeId, Op, Operands, Positions, Span, Type, Value};

use crate::effects::{is_effect, Facts};
use crate::known::Known;
use crate::options::{OnRewrite, Topic};
use crate::{rewrite, rules};

/// Deepest nesting of rewrites: a rule that adds a node whose rule adds a node, and so on.
const MAX_DEPTH: u32 = 24;

/// Most rewrites that one node of the source may lead to.
const FUEL: u32 = 256;

/// How often each rule was applied.
pub(crate) type Fired = BTreeMap<&'static str, u64>;

/// The data that all passes over one package share.
pub(crate) struct Context<'a> {
    /// Topics that are switched off, a bit each.
    disabled: u32,
    /// Facts about the functions of the package that may be called.
    pub functions: &'a [Facts],
    /// [`Options::on_rewrite`](crate::Options::on_rewrite).
    on_rewrite: Option<OnRewrite<'a>>,
}

impl<'a> Context<'a> {
    pub fn new(disabled: u32, functions: &'a [Facts]) -> Self {
        Context { disabled, functions, on_rewrite: None }
    }

    /// The same, which hands each rewrite on.
    pub fn observed(self, on_rewrite: Option<OnRewrite<'a>>) -> Self {
        Context { on_rewrite, ..self }
    }

    /// Whether a topic is switched on.
    pub fn is_on(&self, topic: Topic) -> bool {
        self.disabled >> (topic as u32) & 1 == 0
    }
}

/// An operation on nodes of a graph that is not a node yet. Two that are equal have the same value.
#[derive(PartialEq, Eq)]
pub(crate) struct Expr<'e> {
    pub op: &'e Op,
    pub args: &'e [NodeId],
    pub ty: &'e Type,
}

impl<'e> Expr<'e> {
    fn of(node: &'e Node) -> Self {
        Expr { op: &node.op, args: &node.operands, ty: &node.ty }
    }

    /// Width of the result; 0 if it is not of a bits type.
    pub fn width(&self) -> u32 {
        self.ty.bit_count().unwrap_or(0)
    }
}

/// What is known of a node beside what it is.
struct NodeFacts {
    known: Known,
    /// The number of users of the node in the source, if known; 0 for nodes that are not in the source.
    uses: u32,
    /// Whether a node of the graph uses it.
    has_users: bool,
    /// The next node with the same latest operand, or with the same hash.
    next: Option<NodeId>,
    /// The last of the first [`NEAR_MAX`] nodes whose latest operand this is, and their number.
    near: Option<NodeId>,
    near_count: u32,
}

/// How many nodes are found through their latest operand. Other nodes with that operand are in the table of hashes. Nodes are
/// mostly made soon after their operands, so this looks at memory that the processor has at hand, whereas the table of a large
/// function does not fit its caches.
const NEAR_MAX: u32 = 8;

/// Where a new node will be found.
enum Place {
    /// Through its latest operand.
    Near(NodeId),
    /// Through this hash.
    Table(u32),
}

/// A function being written.
pub(crate) struct Graph<'a> {
    context: &'a Context<'a>,
    nodes: Vec<Node>,
    /// One for each node; apart from them, so that the nodes can be handed on without being moved.
    facts: Vec<NodeFacts>,
    /// The last node with each hash, of those that are not found through an operand. A million nodes are usual, so keys are as
    /// short as they can be.
    table: HashMap<u32, NodeId, BuildHasherDefault<Spread>>,
    depth: u32,
    fuel: u32,
    positions: Positions,
    span: Span,
    /// How often each rule was applied.
    pub fired: Fired,
}

impl<'a> Graph<'a> {
    /// An empty graph; `nodes` is about the number of nodes that it will have.
    pub fn new(context: &'a Context<'a>, nodes: usize) -> Self {
        Graph {
            context,
            nodes: Vec::with_capacity(nodes),
            facts: Vec::with_capacity(nodes),
            table: HashMap::default(),
            depth: 0,
            fuel: FUEL,
            positions: Positions::default(),
            span: Span::default(),
            fired: Fired::new(),
        }
    }

    /// Begins with the next node of the source: nodes added from now on get its positions.
    pub fn start(&mut self, source: &Node) {
        self.fuel = FUEL;
        self.positions = source.positions.clone();
        self.span = source.span;
    }

    /// Whether a topic is switched on.
    pub fn is_on(&self, topic: Topic) -> bool {
        self.context.is_on(topic)
    }

    /// Adds a parameter; its name and id stay.
    pub fn param(&mut self, source: &Node) -> NodeId {
        let known = Known::unknown(&source.ty);
        self.push(source.clone(), known)
    }

    /// Adds a parameter that stands for any value of a type.
    pub fn stranger(&mut self, ty: &Type) -> NodeId {
        let node = self.node_of(Op::Param { index: 0 }, Operands::default(), ty.clone());
        let known = Known::unknown(ty);
        self.push(node, known)
    }

    /// All nodes so far.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// The node that computes `op` on `args`: a new one, a simpler one, or one that exists already.
    pub fn add(&mut self, op: Op, args: impl Into<Operands>, ty: Type) -> NodeId {
        self.simplified(op, args.into(), ty)
    }

    fn simplified(&mut self, op: Op, mut args: Operands, ty: Type) -> NodeId {
        self.commute(&op, &mut args);
        if self.depth < MAX_DEPTH && self.fuel > 0 {
            self.depth += 1;
            let simpler = self.rewrite(&Expr { op: &op, args: &args, ty: &ty });
            self.depth -= 1;
            if let Some(simpler) = simpler {
                return simpler;
            }
        }
        self.intern(op, args, ty)
    }

    fn rewrite(&mut self, expr: &Expr<'_>) -> Option<NodeId> {
        for group in rules::rules_of(expr.op.kind()) {
            for rule in group.iter().filter(|rule| self.context.is_on(rule.topic)) {
                if let Some(simpler) = (rule.rewrite)(self, expr) {
                    debug_assert_eq!(self.ty(simpler), expr.ty, "rule {}", rule.name);
                    *self.fired.entry(rule.name).or_default() += 1;
                    self.fuel = self.fuel.saturating_sub(1);
                    self.observe(rule.name, expr, simpler);
                    return Some(simpler);
                }
            }
        }
        None
    }

    /// Hands a rewrite on, if somebody wants it.
    pub fn observe(&self, rule: &'static str, expr: &Expr<'_>, simpler: NodeId) {
        let Some(on_rewrite) = self.context.on_rewrite else { return };
        if let Some(package) = rewrite::package(&self.nodes, expr, simpler, self.context.functions) {
            on_rewrite(rule, &package);
        }
    }

    /// Adds a node as it is, or finds the one that exists.
    fn intern(&mut self, op: Op, args: Operands, ty: Type) -> NodeId {
        let mut known = Known::unknown(&ty);
        if !is_effect(&op, self.context.functions) {
            known = Known::of(self, &Expr { op: &op, args: &args, ty: &ty });
            if !matches!(op, Op::Literal { .. }) && self.is_on(Topic::KnownBits) {
                if let Some(bits) = ty.bit_count().and_then(|width| known.constant(width)) {
                    *self.fired.entry("known_constant").or_default() += 1;
                    let constant = self.bits(bits);
                    self.observe("known_constant", &Expr { op: &op, args: &args, ty: &ty }, constant);
                    return constant;
                }
            }
            if self.is_on(Topic::Cse) {
                return self.find_or_push(op, args, ty, known);
            }
        }
        let node = self.node_of(op, args, ty);
        self.push(node, known)
    }

    fn find_or_push(&mut self, op: Op, args: Operands, ty: Type, known: Known) -> NodeId {
        match self.find(&Expr { op: &op, args: &args, ty: &ty }) {
            Ok(id) => id,
            Err(place) => {
                let node = self.node_of(op, args, ty);
                let id = self.push(node, known);
                self.facts[id.index()].next = match place {
                    Place::Near(operand) => {
                        let operand = &mut self.facts[operand.index()];
                        operand.near_count += 1;
                        operand.near.replace(id)
                    }
                    Place::Table(hash) => self.table.insert(hash, id),
                };
                id
            }
        }
    }

    /// The node with this expression, or the place of a new one. An expression determines its value: the operation with its
    /// attributes, the operands, and the type with the width. Effects are in no place.
    fn find(&self, expr: &Expr<'_>) -> Result<NodeId, Place> {
        if let Some(&operand) = expr.args.iter().max() {
            let facts = &self.facts[operand.index()];
            if let Some(found) = self.find_from(facts.near, expr) {
                return Ok(found);
            }
            if facts.near_count < NEAR_MAX {
                return Err(Place::Near(operand));
            }
        }
        let hash = hash_of(expr);
        self.find_from(self.table.get(&hash).copied(), expr).ok_or(Place::Table(hash))
    }

    fn find_from(&self, mut at: Option<NodeId>, expr: &Expr<'_>) -> Option<NodeId> {
        while let Some(id) = at {
            if Expr::of(&self.nodes[id.index()]) == *expr {
                break;
            }
            at = self.facts[id.index()].next;
        }
        at
    }

    fn node_of(&self, op: Op, args: Operands, ty: Type) -> Node {
        Node { op, operands: args, ty, name: None, id: 0, positions: self.positions.clone(), span: self.span }
    }

    fn push(&mut self, node: Node, known: Known) -> NodeId {
        let id = NodeId::new(self.nodes.len());
        for operand in node.operands.iter() {
            self.facts[operand.index()].has_users = true;
        }
        self.nodes.push(node);
        self.facts.push(NodeFacts { known, uses: 0, has_users: false, next: None, near: None, near_count: 0 });
        id
    }

    /// Operands of commutative operations in a fixed order, constants last; comparisons with the constant on the right.
    fn commute(&self, op: &Op, args: &mut [NodeId]) {
        let key = |id: NodeId| (matches!(self.op(id), Op::Literal { .. }), id);
        if op.info().commutative {
            args.sort_by_key(|&id| key(id));
        }
    }

    /// The node's operation.
    pub fn op(&self, id: NodeId) -> &Op {
        &self.nodes[id.index()].op
    }

    /// The node's operands.
    pub fn args(&self, id: NodeId) -> &[NodeId] {
        &self.nodes[id.index()].operands
    }

    /// The node's type.
    pub fn ty(&self, id: NodeId) -> &Type {
        &self.nodes[id.index()].ty
    }

    /// The node's width; 0 if it is not of a bits type.
    pub fn width(&self, id: NodeId) -> u32 {
        self.ty(id).bit_count().unwrap_or(0)
    }

    /// The known bits of the node.
    pub fn known(&self, id: NodeId) -> Known {
        self.facts[id.index()].known
    }

    /// The node's value, if it is a constant.
    pub fn value(&self, id: NodeId) -> Option<&Value> {
        let Op::Literal { value } = self.op(id) else { return None };
        Some(value)
    }

    /// The node's value, if it is a constant of a bits type.
    pub fn constant(&self, id: NodeId) -> Option<&Bits> {
        self.value(id)?.as_bits()
    }

    /// The operand of a unary node with this operation.
    pub fn operand_of(&self, id: NodeId, op: &Op) -> Option<NodeId> {
        match (self.op(id) == op, self.args(id)) {
            (true, &[x]) => Some(x),
            _ => None,
        }
    }

    /// The operands of a binary node with this operation.
    pub fn pair_of(&self, id: NodeId, op: &Op) -> Option<(NodeId, NodeId)> {
        match (self.op(id) == op, self.args(id)) {
            (true, &[a, b]) => Some((a, b)),
            _ => None,
        }
    }

    /// Notes that the source has `uses` users of this node.
    pub fn add_uses(&mut self, id: NodeId, uses: u32) {
        let total = &mut self.facts[id.index()].uses;
        *total = total.saturating_add(uses);
    }

    /// Whether the node is known to have one user: the one that is being added. Passes that do not count users do not know it.
    pub fn has_one_user(&self, id: NodeId) -> bool {
        self.facts[id.index()].uses == 1
    }

    /// Whether the node is expected to have users besides the one that is being added.
    pub fn is_shared(&self, id: NodeId) -> bool {
        self.facts[id.index()].uses > 1
    }

    /// Whether a node of the graph uses this one.
    pub fn has_users(&self, id: NodeId) -> bool {
        self.facts[id.index()].has_users
    }

    /// The node that is bit `index` of `x`, if the graph has one.
    pub fn existing_bit(&self, x: NodeId, index: u32) -> Option<NodeId> {
        self.find(&Expr { op: &Op::BitSlice { start: index }, args: &[x], ty: &Type::Bits(1) }).ok()
    }

    /// The node with this operation of one bit on these operands, if the graph has one.
    pub fn existing_condition(&self, op: &Op, args: &[NodeId]) -> Option<NodeId> {
        self.find(&Expr { op, args, ty: &Type::Bits(1) }).ok()
    }

    /// Width of the index of a loop with this body.
    pub fn index_width(&self, body: FuncId) -> u32 {
        self.context.functions[body.index()].index_width
    }

    /// All nodes, and how often each rule was applied.
    pub fn into_nodes(self) -> (Vec<Node>, Fired) {
        (self.nodes, self.fired)
    }
}

fn hash_of(&Expr { op, args, ty }: &Expr<'_>) -> u32 {
    let mut hasher = Mix::default();
    op.hash(&mut hasher);
    args.hash(&mut hasher);
    match ty {
        Type::Bits(width) => width.hash(&mut hasher),
        Type::Token | Type::Tuple(_) => {}
        Type::Array(array) => array.len.hash(&mut hasher),
    }
    // The upper half of a product depends on all bits of its factors.
    (hasher.finish() >> 32) as u32
}

/// A multiplicative hash: fast, the same in every run.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
}

/// The hash of keys that are hashes already: only spreads them over 64 bits.
#[derive(Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0 << 8 | u64::from(byte);
        }
    }

    fn write_u32(&mut self, key: u32) {
        self.0 = u64::from(key) << 32 | u64::from(key);
    }
}
