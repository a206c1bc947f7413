//! Packages, functions and nodes.
//!
//! Invariants (the parser establishes them, and the verifier checks them): nodes are in topological order, operands
//! before their users. A callee comes before its callers, so the call graph has no cycles. Parameters are the
//! function's first nodes, in order. Node ids are unique in the package.

use std::collections::BTreeMap;

use std::fmt;

use crate::types::beginning;
use crate::{FuncId, NodeId, Op, Operands, Positions, Span, Type};

/// One operation applied to operands.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// The operation.
    pub op: Op,
    /// Its operands, in the order the [`Op`] variant documents.
    pub operands: Operands,
    /// Type of its value.
    pub ty: Type,
    /// Name given in the text; `None` for the automatic `<mnemonic>.<id>`.
    pub name: Option<Box<str>>,
    /// The id that the text states, or one that the parser chose. It is unique in the package and greater than zero.
    pub id: u64,
    /// `pos=` of the text.
    pub positions: Positions,
    /// The place of the node's name in the IR text.
    pub span: Span,
}

impl Node {
    /// The name the text uses for this node.
    pub fn display_name(&self) -> String {
        match &self.name {
            Some(name) => name.to_string(),
            None => format!("{}.{}", self.op.mnemonic(), self.id),
        }
    }
}

/// A function: parameters, nodes in topological order, and the node returned.
#[derive(Clone, PartialEq, Debug)]
pub struct Function {
    /// Name; unique in the package.
    pub name: Box<str>,
    /// The parameters; `params[i]` is a node with [`Op::Param`] of index `i`.
    pub params: Vec<NodeId>,
    /// All nodes, parameters first.
    pub nodes: Vec<Node>,
    /// The node whose value is returned.
    pub ret: NodeId,
    /// Declared result type.
    pub return_type: Type,
    /// Attribute lines (`#[...]`) as written, without the surrounding `#[` and `]`.
    pub attributes: Vec<Box<str>>,
    /// The place of the function's name in the IR text.
    pub span: Span,
}

impl Function {
    /// The node `id`.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// All nodes with their ids, in topological order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (NodeId, &Node)> + ExactSizeIterator {
        self.nodes.iter().enumerate().map(|(i, node)| (NodeId::new(i), node))
    }

    /// The functions that this one, which is `id`, applies: once for each node that applies one. Callees come first, so the
    /// first function of a package applies none, and its nodes, which may be a million, are not looked at.
    pub fn callees(&self, id: FuncId) -> impl Iterator<Item = FuncId> + '_ {
        let nodes = if id.index() == 0 { &[] } else { &*self.nodes };
        nodes.iter().filter_map(|node| node.op.callee())
    }

    /// The signature as XLS text: `fn f(x: bits[8], y: bits[8]) -> bits[8]`.
    pub fn signature(&self) -> String {
        let mut signature = String::new();
        // Writing to a string cannot fail.
        let _ = self.write_signature(&mut signature);
        signature
    }

    /// The signature for a message: all of it, or its beginning if it is long.
    pub(crate) fn short_signature(&self) -> String {
        beginning(|out| self.write_signature(out))
    }

    fn write_signature(&self, out: &mut impl fmt::Write) -> fmt::Result {
        write!(out, "fn {}(", self.name)?;
        for (i, &param) in self.params.iter().enumerate() {
            let comma = if i > 0 { ", " } else { "" };
            write!(out, "{comma}{}: {}", self.node(param).display_name(), self.node(param).ty)?;
        }
        write!(out, ") -> {}", self.return_type)
    }
}

/// Kind of a declaration that the reader skips.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SkippedKind {
    /// `proc` or `scheduled_proc`.
    Proc,
    /// `block` or `scheduled_block`.
    Block,
    /// `chan`.
    Channel,
}

/// A proc, block or channel beside the functions. Its name is kept; its body is not read.
#[derive(Clone, PartialEq, Debug)]
pub struct Skipped {
    /// The kind of the declaration.
    pub kind: SkippedKind,
    /// Its name.
    pub name: Box<str>,
    /// The place of the name in the IR text.
    pub span: Span,
}

/// The declaration that is marked `top`.
#[derive(Clone, PartialEq, Debug)]
pub enum Top {
    /// A function.
    Function(FuncId),
    /// A proc or block: an index into [`Package::skipped`].
    Skipped(usize),
}

/// A package: what one `.ir` file holds.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Package {
    /// Name after `package`.
    pub name: Box<str>,
    /// `file_number` declarations.
    pub files: BTreeMap<u32, Box<str>>,
    /// Functions in the order of the text.
    pub functions: Vec<Function>,
    /// Procs, blocks and channels, skipped.
    pub skipped: Vec<Skipped>,
    /// The declaration that is marked `top`, if there is one.
    pub top: Option<Top>,
}

impl Package {
    /// The function `id`.
    pub fn function(&self, id: FuncId) -> &Function {
        &self.functions[id.index()]
    }

    /// The function called `name`.
    pub fn find_function(&self, name: &str) -> Option<FuncId> {
        self.functions.iter().position(|f| &*f.name == name).map(FuncId::new)
    }

    /// All functions with their ids, callees before callers.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (FuncId, &Function)> + ExactSizeIterator {
        self.functions.iter().enumerate().map(|(i, f)| (FuncId::new(i), f))
    }
}
