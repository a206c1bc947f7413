//! Warnings that need types.

use xls_aot_ir::Diagnostic;

use super::infer::Infer;
use super::types::TypeId;
use crate::source::Span;
use crate::syntax::ast::GenericParam;

impl Infer<'_, '_> {
    /// A range without elements.
    pub fn warn_empty_range(&mut self, span: Span) {
        self.cx.report(Diagnostic::warning("empty_range_literal", span, "this range is empty"));
    }

    /// A slice at a constant place that reaches past the end.
    pub fn warn_slice_out_of_range(&mut self, span: Span, width: u32) {
        let text = format!("this slice reaches past the {width} bits; those behind them are zero");
        self.cx.report(Diagnostic::warning("width_slice_out_of_range", span, text));
    }

    /// A negative number below the least of its type.
    pub fn warn_wrapped_number(&mut self, span: Span, ty: TypeId) {
        let text = format!("this number is below the least of `{}`, and wraps", self.show(ty));
        self.cx.report(Diagnostic::warning("constexpr_eval_rollover", span, text));
    }

    /// A default of a parametric whose computation wraps.
    pub fn warn_rollover(&mut self, span: Span, parameter: &GenericParam) {
        let text = format!("the result does not fit and wraps, while parametric `{}` is computed", parameter.name.name);
        self.cx.report(Diagnostic::warning("constexpr_eval_rollover", span, text));
    }

    /// `..x` where all fields are given.
    pub fn warn_useless_splat(&mut self, span: Span) {
        let finding =
            Diagnostic::warning("useless_struct_splat", span, "all fields have values, so nothing is taken from this");
        self.cx.report(finding.note("leave out `..`"));
    }

    /// A pattern behind those that match everything.
    pub fn warn_already_exhaustive(&mut self, span: Span) {
        self.cx.report(Diagnostic::warning(
            "already_exhaustive_match",
            span,
            "the patterns above match everything already",
        ));
    }
}
