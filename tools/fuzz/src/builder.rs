//! A function under construction. A value of a required type is an existing node or a new one.

use xls_aot_ir::{Function, Node, NodeId, Op, Span, Type, Value};
use xls_aot_values::Random;

use crate::style::Style;
use crate::types;

/// In functions of up to this number of nodes, the search for an operand looks at every node.
const SCANNED: usize = 1500;

/// In larger functions, the search looks at this number of random nodes.
const PROBES: usize = 48;

/// A function under construction.
pub(crate) struct Builder<'a> {
    pub(crate) random: &'a mut Random,
    pub(crate) style: &'a Style,
    name: String,
    params: Vec<NodeId>,
    nodes: Vec<Node>,
    /// Nodes that are not chosen as operands, because their value is not fully specified.
    hidden: Vec<NodeId>,
    next_id: &'a mut u64,
}

impl<'a> Builder<'a> {
    /// A function with parameters of these types.
    pub(crate) fn new(
        random: &'a mut Random,
        style: &'a Style,
        name: String,
        params: &[Type],
        next_id: &'a mut u64,
    ) -> Self {
        let (nodes, hidden) = (Vec::new(), Vec::new());
        let mut builder = Builder { random, style, name, params: Vec::new(), nodes, hidden, next_id };
        for (i, ty) in params.iter().enumerate() {
            let param = builder.push(Op::Param { index: i as u32 }, &[], ty.clone());
            builder.nodes[param.index()].name = Some(format!("p{i}").into());
            builder.params.push(param);
        }
        builder
    }

    /// Adds a node.
    pub(crate) fn push(&mut self, op: Op, operands: &[NodeId], ty: Type) -> NodeId {
        let node = Node {
            op,
            operands: operands.into(),
            ty,
            name: None,
            id: *self.next_id,
            positions: Default::default(),
            span: Span::default(),
        };
        *self.next_id += 1;
        self.nodes.push(node);
        NodeId::new(self.nodes.len() - 1)
    }

    /// The id of the node that comes next, which no other node of the program has.
    pub(crate) fn next_id(&self) -> u64 {
        *self.next_id
    }

    /// Prevents that a node is chosen as an operand.
    pub(crate) fn hide(&mut self, node: NodeId) {
        self.hidden.push(node);
    }

    /// Adds a constant.
    pub(crate) fn literal(&mut self, value: Value) -> NodeId {
        let ty = value.type_of();
        self.push(Op::Literal { value: Box::new(value) }, &[], ty)
    }

    /// Adds an element of a tuple.
    pub(crate) fn element(&mut self, tuple: NodeId, index: usize) -> NodeId {
        let Type::Tuple(elements) = self.ty(tuple) else { return tuple };
        let ty = elements[index].clone();
        self.push(Op::TupleIndex { index: index as u32 }, &[tuple], ty)
    }

    /// The function's parameters.
    pub(crate) fn params(&self) -> &[NodeId] {
        &self.params
    }

    /// A value of `bits[width]` that is the low bits of another, or the other extended.
    pub(crate) fn resized(&mut self, node: NodeId, width: u32) -> NodeId {
        let ty = Type::Bits(width);
        match self.ty(node).bit_count() {
            Some(from) if from == width => node,
            Some(from) if from > width => self.push(Op::BitSlice { start: 0 }, &[node], ty),
            Some(1..) if self.random.one_in(2) => self.push(Op::SignExt, &[node], ty),
            Some(_) => self.push(Op::ZeroExt, &[node], ty),
            None => self.value(&ty),
        }
    }

    /// Number of nodes so far.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Type of a node.
    pub(crate) fn ty(&self, node: NodeId) -> Type {
        self.nodes[node.index()].ty.clone()
    }

    /// An existing node whose type is `wanted`. Late nodes that are not constants are preferred, so that programs become deep.
    pub(crate) fn existing(&mut self, wanted: impl Fn(&Type) -> bool) -> Option<NodeId> {
        let usable = |i: &usize| wanted(&self.nodes[*i].ty) && !self.hidden.contains(&NodeId::new(*i));
        if self.nodes.len() > SCANNED {
            // Looking at all nodes would take quadratic time.
            for _ in 0..PROBES {
                let late = self.random.one_in(2);
                let at = self.nodes.len() - 1 - self.random.below(if late { PROBES } else { self.nodes.len() });
                if usable(&at) {
                    return Some(NodeId::new(at));
                }
            }
            return (self.nodes.len() - SCANNED..self.nodes.len()).rev().find(usable).map(NodeId::new);
        }
        let found: Vec<usize> = (0..self.nodes.len()).filter(usable).collect();
        if found.is_empty() {
            return None;
        }
        let (often, late) = if self.style.deep { (7, 2) } else { (4, 4) };
        if self.random.below(8) < often {
            let computed = |i: &&usize| !matches!(self.nodes[**i].op, Op::Literal { .. } | Op::Param { .. });
            let found: Vec<&usize> = found.iter().rev().filter(computed).take(late).collect();
            if !found.is_empty() {
                return Some(NodeId::new(*found[self.random.below(found.len())]));
            }
        }
        Some(NodeId::new(found[self.random.below(found.len())]))
    }

    /// A random width.
    pub(crate) fn width(&mut self) -> u32 {
        types::width(self.random, &self.style.widths)
    }

    /// A random type without tokens, nested at most `depth` deep.
    pub(crate) fn new_type(&mut self, depth: u32) -> Type {
        types::ty(self.random, &self.style.widths, depth)
    }

    /// A value of a bits type: an existing one, or a new literal.
    pub(crate) fn some_bits(&mut self) -> (NodeId, u32) {
        let node = match self.existing(|ty| matches!(ty, Type::Bits(_))) {
            Some(node) if !self.random.one_in(8) => node,
            _ => {
                let width = self.width();
                let bits = xls_aot_values::bits(self.random, width);
                self.literal(Value::Bits(bits))
            }
        };
        (node, self.ty(node).bit_count().unwrap_or(0))
    }

    /// A value of a bits type of at least one bit.
    pub(crate) fn some_positive_bits(&mut self) -> (NodeId, u32) {
        match self.some_bits() {
            (_, 0) => {
                let width = self.width().max(1);
                (self.bits(width), width)
            }
            found => found,
        }
    }

    /// A value of `bits[width]`.
    pub(crate) fn bits(&mut self, width: u32) -> NodeId {
        self.value(&Type::Bits(width))
    }

    /// A value of type `ty`.
    pub(crate) fn value(&mut self, ty: &Type) -> NodeId {
        if !self.random.one_in(6) {
            if let Some(node) = self.existing(|other| other == ty) {
                return node;
            }
        }
        if self.nodes.len() > 2 * self.style.size + 400 || self.random.one_in(5) {
            return self.constant(ty);
        }
        match ty {
            Type::Bits(width) => self.fitted(*width),
            Type::Token => self.push(Op::AfterAll, &[], Type::Token),
            Type::Tuple(elements) => {
                let operands: Vec<NodeId> = elements.iter().map(|ty| self.value(ty)).collect();
                self.push(Op::Tuple, &operands, ty.clone())
            }
            Type::Array(array) if array.len <= 8 => {
                let operands: Vec<NodeId> = (0..array.len).map(|_| self.value(&array.element)).collect();
                self.push(Op::Array, &operands, ty.clone())
            }
            Type::Array(_) => self.constant(ty),
        }
    }

    /// A constant of type `ty` (an `after_all` for a token: tokens have no literals of their own here).
    pub(crate) fn constant(&mut self, ty: &Type) -> NodeId {
        if ty.contains_token() {
            return match ty {
                Type::Tuple(elements) => {
                    let operands: Vec<NodeId> = elements.iter().map(|ty| self.constant(ty)).collect();
                    self.push(Op::Tuple, &operands, ty.clone())
                }
                Type::Bits(_) | Type::Array(_) | Type::Token => self.push(Op::AfterAll, &[], Type::Token),
            };
        }
        let value = xls_aot_values::value(self.random, ty);
        self.literal(value)
    }

    /// A value of `bits[width]` that is made from a value of any width.
    fn fitted(&mut self, width: u32) -> NodeId {
        let Some(source) = self.existing(|ty| matches!(ty, Type::Bits(_))) else {
            return self.constant(&Type::Bits(width));
        };
        let from = self.ty(source).bit_count().unwrap_or(0);
        let ty = Type::Bits(width);
        if from >= width {
            let start = self.random.between(0, (from - width) as usize) as u32;
            self.push(Op::BitSlice { start }, &[source], ty)
        } else if from > 0 && self.random.one_in(2) {
            self.push(Op::SignExt, &[source], ty)
        } else {
            self.push(Op::ZeroExt, &[source], ty)
        }
    }

    /// The finished function, which returns `ret`.
    pub(crate) fn finish(self, ret: NodeId) -> Function {
        let return_type = self.ty(ret);
        Function {
            name: self.name.into(),
            params: self.params,
            nodes: self.nodes,
            ret,
            return_type,
            attributes: Vec::new(),
            span: Span::default(),
        }
    }

    /// Nodes that no other node uses, parameters and tokens left out.
    pub(crate) fn unused(&self) -> Vec<NodeId> {
        let mut used = vec![false; self.nodes.len()];
        for node in &self.nodes {
            for operand in &node.operands {
                used[operand.index()] = true;
            }
        }
        let free = |i: &usize| !used[*i] && *i >= self.params.len() && self.nodes[*i].ty != Type::Token;
        (0..self.nodes.len()).filter(free).map(NodeId::new).collect()
    }
}
