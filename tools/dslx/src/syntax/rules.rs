//! Rules about the form of items that are easier to check on the tree than while it is built.

use xls_aot_ir::Diagnostic;

use super::ast::Module;

/// Reports what breaks a rule.
pub(super) fn check(_module: &Module, _findings: &mut Vec<Diagnostic>) {}
