//! Facts about functions that their callers need.

use xls_aot_ir::{Effect, Function, Op, Type};

/// Facts about a function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Facts {
    /// Whether events can happen in it or in a function that it reaches.
    pub effects: bool,
    /// Width of the first parameter: the index, if the function is the body of a loop.
    pub index_width: u32,
}

impl Facts {
    /// The facts about a function whose callees' facts are known.
    pub fn of(function: &Function, callees: &[Facts]) -> Self {
        let effects = function.nodes.iter().any(|node| is_effect(&node.op, callees));
        let index_width = match function.params.first().map(|&param| &function.node(param).ty) {
            Some(Type::Bits(width)) => *width,
            Some(Type::Token | Type::Tuple(_) | Type::Array(_)) | None => 0,
        };
        Facts { effects, index_width }
    }
}

/// Whether the operation can cause an event.
pub(crate) fn is_effect(op: &Op, functions: &[Facts]) -> bool {
    op.effect() != Effect::None || op.callee().is_some_and(|callee| functions[callee.index()].effects)
}

/// Whether a node is kept although no node uses its value: effects, and gates.
pub(crate) fn is_root(op: &Op, functions: &[Facts]) -> bool {
    matches!(op, Op::Gate) || is_effect(op, functions)
}
