//! The nodes of one function while they are made.

use std::collections::HashMap;

use xls_aot_ir::{Function, Node, NodeId, Op, SourcePos, Span, Type};

use super::names::identifier;
use super::topological::text_order;

/// A function in the making. Nodes are in the order in which they are made; [`Builder::finish`] reorders them.
pub(super) struct Builder {
    pub(super) name: String,
    nodes: Vec<Node>,
    parameters: Vec<NodeId>,
    /// Names in use, with the number that the next node of that name gets.
    names: HashMap<String, u64>,
}

impl Builder {
    pub(super) fn new(name: String) -> Self {
        Self { name, nodes: Vec::new(), parameters: Vec::new(), names: HashMap::new() }
    }

    pub(super) fn parameter(&mut self, id: u64, name: &str, ty: Type) -> NodeId {
        let op = Op::Param { index: self.parameters.len() as u32 };
        let node = self.add(id, op, Vec::new(), ty, None);
        let name = self.unique(name);
        self.nodes[node.index()].name = Some(name.into());
        self.parameters.push(node);
        node
    }

    pub(super) fn add(&mut self, id: u64, op: Op, operands: Vec<NodeId>, ty: Type, at: Option<SourcePos>) -> NodeId {
        let node = NodeId::new(self.nodes.len());
        let positions = at.as_slice().into();
        let span = Span::default();
        self.nodes.push(Node { op, operands: operands.into(), ty, name: None, id, positions, span });
        node
    }

    pub(super) fn ty(&self, node: NodeId) -> &Type {
        &self.nodes[node.index()].ty
    }

    /// The name that was given to a node.
    pub(super) fn name_of(&self, node: NodeId) -> Option<&str> {
        self.nodes[node.index()].name.as_deref()
    }

    /// Names a node, unless it is a parameter. A name that is taken gets a number.
    pub(super) fn rename(&mut self, node: NodeId, name: &str) {
        if matches!(self.nodes[node.index()].op, Op::Param { .. }) {
            return;
        }
        let name = self.unique(name);
        self.nodes[node.index()].name = Some(name.into());
    }

    fn unique(&mut self, name: &str) -> String {
        let name = identifier(name);
        // `v__3` takes the number 3 of `v`.
        let (root, wanted) = match name.rsplit_once("__") {
            Some((root, digits)) if !root.is_empty() && !digits.starts_with('0') => match digits.parse::<u64>() {
                Ok(number) => (root.to_owned(), number),
                Err(_) => (name.clone(), 0),
            },
            _ => (name.clone(), 0),
        };
        let next = self.names.entry(root.clone()).or_insert(0);
        let number = wanted.max(*next);
        *next = number.saturating_add(1);
        match number {
            0 => root,
            number => format!("{root}__{number}"),
        }
    }

    /// The function that returns `result`.
    pub(super) fn finish(self, result: NodeId) -> Function {
        let order = text_order(&self.nodes, result);
        let is_parameter = |node: &&NodeId| matches!(self.nodes[node.index()].op, Op::Param { .. });
        let order: Vec<NodeId> =
            self.parameters.iter().copied().chain(order.iter().filter(|node| !is_parameter(node)).copied()).collect();
        let mut place = vec![NodeId::new(0); self.nodes.len()];
        for (index, node) in order.iter().enumerate() {
            place[node.index()] = NodeId::new(index);
        }
        let return_type = self.nodes[result.index()].ty.clone();
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        let nodes = order.iter().map(|node| {
            let mut node = nodes[node.index()].take().expect("an order has every node once");
            for operand in &mut node.operands {
                *operand = place[operand.index()];
            }
            node
        });
        Function {
            name: self.name.into(),
            nodes: nodes.collect(),
            params: (0..self.parameters.len()).map(NodeId::new).collect(),
            ret: place[result.index()],
            return_type,
            attributes: Vec::new(),
            span: Span::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_unique() {
        let mut builder = Builder::new("f".to_owned());
        let names = ["v", "v", "v__1", "v__7", "v", "x'", "add", "__token", "__token"];
        let unique: Vec<String> = names.iter().map(|name| builder.unique(name)).collect();
        assert_eq!(unique, ["v", "v__1", "v__2", "v__7", "v__8", "x_", "add", "__token", "__token__1"]);
    }

    #[test]
    fn nodes_are_ordered_from_the_result_backwards() {
        let mut builder = Builder::new("f".to_owned());
        let bits = || Type::Bits(8);
        let x = builder.parameter(1, "x", bits());
        let y = builder.parameter(2, "y", bits());
        let unused = builder.add(3, Op::Not, vec![y], bits(), None);
        let first = builder.add(4, Op::Neg, vec![x], bits(), None);
        let second = builder.add(5, Op::Not, vec![x], bits(), None);
        let sum = builder.add(6, Op::Add, vec![first, second], bits(), None);
        let _ = unused;
        let function = builder.finish(sum);
        let ids: Vec<u64> = function.nodes.iter().map(|node| node.id).collect();
        assert_eq!(ids, [1, 2, 4, 5, 3, 6]);
        assert_eq!(function.ret, NodeId::new(5));
        assert_eq!(function.nodes[5].operands[..], [NodeId::new(2), NodeId::new(3)]);
    }
}
