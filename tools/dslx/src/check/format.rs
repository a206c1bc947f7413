//! `trace_fmt!`, `vtrace_fmt!`, `assert_fmt!`.

use xls_aot_ir::{Diagnostic, Value};

use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::show_value::show_value;
use super::typed::{Builtin, ExprId, ExprKind, FormatStep, Trace};
use super::types::Type;
use crate::source::Span;
use crate::syntax::ast::{FormatMacro, FormatMacroKind, FormatPiece};

impl<'a> Infer<'_, 'a> {
    /// A macro with a format string.
    pub fn draft_format(&mut self, call: &'a FormatMacro, span: Span) -> Check<ExprId> {
        let places = call.format.pieces.iter().filter(|piece| matches!(piece, FormatPiece::Argument(_))).count();
        if places != call.args.len() {
            let text = format!("the format has {places} places, and {} arguments are given", call.args.len());
            let finding =
                Diagnostic::invalid("E1370", call.args_span, text).label(call.format.span, "the format is here");
            return Err(self.report(finding));
        }
        let first = match (&call.first, call.kind) {
            (Some(condition), FormatMacroKind::Assert) => {
                let boolean = self.cx.types.boolean();
                Some(self.check(condition, boolean, Because { span: condition.span, what: "" })?)
            }
            (Some(verbosity), FormatMacroKind::Trace | FormatMacroKind::VTrace) => Some(self.infer(verbosity, None)?),
            (None, _) => None,
        };
        let mut arguments = Vec::new();
        for arg in &call.args {
            let id = self.infer(arg, None)?;
            if self.cx.types.has_token(self.ty_of(id)) {
                return Err(self.invalid("E1371", arg.span, "a token cannot be printed"));
            }
            arguments.push(id);
        }
        match (call.kind, first) {
            (FormatMacroKind::Assert, Some(condition)) => {
                let label = self.formatted(call, &arguments)?;
                let unit = self.cx.types.unit();
                let kind = ExprKind::Builtin {
                    builtin: Builtin::AssertFmt,
                    arguments: vec![condition],
                    at: call.args_span,
                    label,
                };
                Ok(self.closed(kind, unit, span))
            }
            (FormatMacroKind::Assert, None) => Err(Reported),
            (FormatMacroKind::Trace | FormatMacroKind::VTrace, verbosity) => {
                let verbosity = verbosity.map_or(Ok(0), |id| self.verbosity(id))?;
                let steps = call
                    .format
                    .pieces
                    .iter()
                    .map(|piece| match piece {
                        FormatPiece::Text(text) => FormatStep::Text(text.clone()),
                        FormatPiece::Argument(format) => FormatStep::Argument(*format),
                    })
                    .collect();
                let token = self.cx.types.intern(Type::Token);
                let trace = Trace { verbosity, steps, arguments, yields_argument: false };
                Ok(self.closed(ExprKind::Trace(trace), token, span))
            }
        }
    }

    fn verbosity(&mut self, id: ExprId) -> Check<i64> {
        let value = self.evaluate(id, "the verbosity")?;
        let span = self.span_of(id);
        let number = match (&value, self.cx.types.as_bits(self.ty_of(id))) {
            (Value::Bits(bits), Some((signed, _))) if !(signed && bits.sign_bit()) => bits.to_u64(),
            _ => None,
        };
        match number.and_then(|number| i64::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => Err(self.invalid("E1372", span, "a verbosity is a number from 0 on")),
        }
    }

    /// The label of an `assert_fmt!`, whose arguments are constants.
    fn formatted(&mut self, call: &FormatMacro, arguments: &[ExprId]) -> Check<String> {
        let mut label = String::new();
        let mut rest = arguments.iter();
        for piece in &call.format.pieces {
            match piece {
                FormatPiece::Text(text) => label.push_str(text),
                FormatPiece::Argument(_) => {
                    let Some(&id) = rest.next() else { return Err(Reported) };
                    let value = self.evaluate(id, "an argument of `assert_fmt!`")?;
                    let ty = self.ty_of(id);
                    label.push_str(&show_value(&self.cx.types, &value, ty));
                }
            }
        }
        Ok(label)
    }
}
