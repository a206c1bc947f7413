//! Checking: names, types, instances; from syntax trees to the typed tree.

pub mod show_value;
pub mod typed;
pub mod types;

use xls_aot_ir::Diagnostic;

use crate::source::Span;

/// Adds a second place to a finding.
pub(crate) fn label(diagnostic: Diagnostic, _span: Span, text: String) -> Diagnostic {
    diagnostic.note(text)
}
