//! What a function reports besides its result.

use xls_aot_ir::{FuncId, NodeId, Op, Package};

/// A failed assertion. The evaluation goes on after it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct AssertFailure {
    /// The function that has the assertion.
    pub function: FuncId,
    /// The `assert` node.
    pub node: NodeId,
}

impl AssertFailure {
    /// The assertion's message.
    pub fn message(self, package: &Package) -> &str {
        match &package.function(self.function).node(self.node).op {
            Op::Assert { message, .. } => message,
            _ => "",
        }
    }

    /// The assertion's label, if it has one.
    pub fn label(self, package: &Package) -> Option<&str> {
        match &package.function(self.function).node(self.node).op {
            Op::Assert { label, .. } => label.as_deref(),
            _ => None,
        }
    }
}

/// A trace message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TraceMessage {
    /// The formatted text.
    pub text: String,
    /// The node's verbosity level.
    pub verbosity: u64,
}
