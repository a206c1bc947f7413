//! The events that a function reports besides its result.

use xls_aot_ir::{FuncId, NodeId, Op, Package};

/// A failed assertion. The evaluation continues after it.
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
        let Op::Assert { message, .. } = self.op(package) else { return "" };
        message
    }

    /// The assertion's label, if it has one.
    pub fn label(self, package: &Package) -> Option<&str> {
        let Op::Assert { label, .. } = self.op(package) else { return None };
        label.as_deref()
    }

    fn op(self, package: &Package) -> &Op {
        &package.function(self.function).node(self.node).op
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
