//! Checks that a package keeps the rules of XLS IR.
//!
//! The reader checks the form of the text; the verifier checks its content. The same rules apply to packages that a
//! pass made. All findings are reported, at the name of the node or function that they are about. A node whose operands
//! are out of order is not checked any further.
//!
//! **Structure** (`E05..`)
//! - Operands come before their user, callees before their caller; the returned node exists.
//! - The parameters are the first nodes, in order, and only they are `param` nodes.
//! - Node ids are unique in the package; function names are unique in the package.
//! - A function returns a value of its declared result type; a `non_synth` function returns `()`.
//!
//! **Types** (the rule of each operation is in its row of [`crate::op`]): the declared type of each node is the one
//! that its operation and operands give (`E0401`); operands have the types that the operation takes (`E0402`); there
//! are as many operands as it takes (`E0403`). In detail, with `w`, `n`, `k` for any width:
//! - Logic (`not neg reverse and or xor nand nor`): one width throughout; n-ary ones take at least one operand.
//!   Reductions give `bits[1]`. See `logic`.
//! - Arithmetic (`add sub udiv umod sdiv smod`): one width throughout. Products take and give any widths; partial
//!   products give a pair of one width. Comparisons take one width, `eq`/`ne` one type other than `token`, and give
//!   `bits[1]`. Shift amounts have any width. See `logic`.
//! - Extensions do not narrow; `sign_ext` does not take `bits[0]`. Slices stay within their operand. `concat` gives
//!   the sum of the widths. `one_hot` gives `w+1`, `encode` the bits that the numbers below `w` need, `decode` at most
//!   `2^w`. See `slices`.
//! - `sel` has at most `2^k` cases for a selector of `k` bits, and a default exactly if there are fewer. `one_hot_sel`
//!   and `priority_sel` have as many cases as selector bits. Cases and default have the node's type, which holds no
//!   token for `one_hot_sel`. `gate` takes `bits[1]` and any type. See `selects`.
//! - Indexing goes from the outermost dimension inwards; `array_index` does not read empty arrays and gives no
//!   token. `array_slice` does not take empty arrays. See `aggregates`.
//! - Arguments match the callee's parameters. `map` applies a function of one parameter. The body of `counted_for` is
//!   `(bits[k], T, invariants..) -> T` where `k` bits hold every index; that of `dynamic_counted_for` has an index wider
//!   than the trip count and at least as wide as the stride. See `calls`.
//! - Side effects take and give tokens, conditions are `bits[1]`. The format string of a `trace` is well-formed and
//!   has one placeholder an operand; a `cover` has a label. See `effects`.

mod aggregates;
mod broken_rule;
mod calls;
mod effects;
mod logic;
mod selects;
mod slices;
mod structure;

pub use broken_rule::{verify_made, BrokenRule};

use crate::diagnostic::{counted, Diagnostic};
use crate::limits::MAX_FINDINGS;
use crate::op_info::Arity;
use crate::{FuncId, Function, Node, NodeId, Package, Type};

/// Every finding about `package` (at most [`MAX_FINDINGS`]), in the order of the text.
pub fn verify(package: &Package) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    structure::verify_package(package, &mut findings);
    for (id, function) in package.iter() {
        if findings.len() >= MAX_FINDINGS {
            break;
        }
        verify_function(package, id, function, &mut findings);
    }
    findings.sort_by_key(|finding| finding.span);
    findings.truncate(MAX_FINDINGS);
    findings
}

fn verify_function(package: &Package, id: FuncId, function: &Function, findings: &mut Vec<Diagnostic>) {
    structure::verify_function(function, findings);
    for (node_id, _) in function.iter() {
        if findings.len() >= MAX_FINDINGS {
            return;
        }
        verify_node(package, id, node_id, findings);
    }
}

/// Stops at the first node with a finding, and gives its name.
fn verify_function_and_name(
    package: &Package,
    id: FuncId,
    function: &Function,
    findings: &mut Vec<Diagnostic>,
) -> Option<String> {
    structure::verify_function(function, findings);
    if !findings.is_empty() {
        return None;
    }
    let broken = function.iter().find(|(node_id, _)| {
        verify_node(package, id, *node_id, findings);
        !findings.is_empty()
    });
    broken.map(|(_, node)| node.display_name())
}

fn verify_node(package: &Package, id: FuncId, node_id: NodeId, findings: &mut Vec<Diagnostic>) {
    let function = package.function(id);
    if structure::verify_references(id, function, node_id, findings) {
        NodeCheck { package, function, node: function.node(node_id), findings }.verify();
    }
}

/// The node that is being checked. Its operands and callee exist and stand before it; there are as many operands as the
/// operation takes. The table of operations says which rule checks which operation.
pub(crate) struct NodeCheck<'a> {
    package: &'a Package,
    function: &'a Function,
    pub(crate) node: &'a Node,
    findings: &'a mut Vec<Diagnostic>,
}

/// A rule that was broken, and reported.
pub(crate) struct Broken;

pub(crate) type Check<T = ()> = Result<T, Broken>;

impl NodeCheck<'_> {
    fn verify(&mut self) {
        // The rule that is broken has been reported already.
        let _ = self.takes(self.node.op.arity()).and_then(|()| self.type_rule());
    }

    fn mnemonic(&self) -> &'static str {
        self.node.op.mnemonic()
    }

    /// Reports a broken rule.
    fn broken<T>(&mut self, code: &'static str, message: impl Into<String>) -> Check<T> {
        self.findings.push(Diagnostic::invalid(code, self.node.span, message));
        Err(Broken)
    }

    /// Reports a broken rule, with a line on how to correct the text.
    fn broken_with<T>(&mut self, code: &'static str, message: String, note: impl Into<String>) -> Check<T> {
        self.findings.push(Diagnostic::invalid(code, self.node.span, message).note(note));
        Err(Broken)
    }

    fn operand_count(&self) -> usize {
        self.node.operands.len()
    }

    fn operand(&self, index: usize) -> NodeId {
        self.node.operands[index]
    }

    fn operand_type(&self, index: usize) -> Type {
        self.function.node(self.operand(index)).ty.clone()
    }

    /// ``operand 1 (`x`) of `add` ``
    fn describe_operand(&self, index: usize) -> String {
        format!(
            "operand {index} (`{}`) of `{}`",
            self.function.node(self.operand(index)).display_name(),
            self.mnemonic()
        )
    }

    /// Requires that the node has so many operands.
    fn takes(&mut self, arity: Arity) -> Check {
        let found = self.operand_count();
        let expected = match arity {
            Arity::Exactly(count) if found != count => counted(count, "operand"),
            Arity::AtLeast(count) if found < count => format!("at least {}", counted(count, "operand")),
            Arity::Exactly(_) | Arity::AtLeast(_) => return Ok(()),
        };
        let message = format!("`{}` takes {expected}, found {found}", self.mnemonic());
        self.broken("E0403", message)
    }

    /// Requires that the declared type is `expected`.
    fn gives(&mut self, expected: &Type) -> Check {
        if self.node.ty == *expected {
            return Ok(());
        }
        let message = format!(
            "`{}` is declared as {}, but this `{}` has type {}",
            self.node.display_name(),
            self.node.ty.short(),
            self.mnemonic(),
            expected.short()
        );
        self.broken("E0401", message)
    }

    /// Requires that the declared type is a bits type; gives its width.
    fn gives_bits(&mut self) -> Check<u32> {
        match self.node.ty.bit_count() {
            Some(width) => Ok(width),
            None => {
                let message = format!("`{}` gives bits, declared as {}", self.mnemonic(), self.node.ty.short());
                self.broken("E0401", message)
            }
        }
    }

    /// Requires that the operand is of a bits type; gives its width.
    fn bits(&mut self, index: usize) -> Check<u32> {
        match self.operand_type(index).bit_count() {
            Some(width) => Ok(width),
            None => {
                let message = format!(
                    "{} must be bits, has type {}",
                    self.describe_operand(index),
                    self.operand_type(index).short()
                );
                self.broken("E0402", message)
            }
        }
    }

    /// Requires that the operand is of type `expected`.
    fn operand_is(&mut self, index: usize, expected: &Type) -> Check {
        if self.operand_type(index) == *expected {
            return Ok(());
        }
        let message = format!(
            "{} must have type {}, has type {}",
            self.describe_operand(index),
            expected.short(),
            self.operand_type(index).short()
        );
        self.broken("E0402", message)
    }

    /// Requires at least one operand, and that all operands are of one bits type; gives its width.
    fn one_width(&mut self) -> Check<u32> {
        let width = self.bits(0)?;
        for index in 1..self.operand_count() {
            let found = self.bits(index)?;
            if found != width {
                let message = format!(
                    "{} has type bits[{found}], but operand 0 (`{}`) has bits[{width}]",
                    self.describe_operand(index),
                    self.function.node(self.operand(0)).display_name()
                );
                return self.broken_with(
                    "E0402",
                    message,
                    format!("all operands of `{}` have one width; extend or slice one of them", self.mnemonic()),
                );
            }
        }
        Ok(width)
    }
}
