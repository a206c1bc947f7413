//! Settling types: from what is known to a type for every node of a context.

use xls_aot_ir::Diagnostic;

use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::known::Known;
use super::typed::{BinaryOp, ExprId, ExprKind};
use super::types::TypeId;
use crate::source::Span;

impl Infer<'_, '_> {
    /// Settles a context as what it says itself: numbers without a type get the least width.
    pub fn settle_default(&mut self, id: ExprId) -> Check<TypeId> {
        let span = self.span_of(id);
        let known = self.known(id).clone();
        let ty = self.default_type(&known, span)?;
        self.settle(id, ty, Because { span, what: "" })?;
        Ok(ty)
    }

    /// The type of a context of which this is known.
    pub fn default_type(&mut self, known: &Known, span: Span) -> Check<TypeId> {
        if let Some(ty) = known.default_type(&mut self.cx.types) {
            return Ok(ty);
        }
        Err(match known {
            Known::Array { at_least: true, .. } => self.report(
                Diagnostic::invalid("E1210", span, "the length of this array is not known: it ends with `...`")
                    .note("write its type: `u8[4]:[a, b, ...]`, or annotate the `let`"),
            ),
            _ => self.report(
                Diagnostic::invalid("E1211", span, "the type of this expression is not known")
                    .note("annotate it: `let x: u8[4] = ...`, `u32:5`, `u8[0]:[]`"),
            ),
        })
    }

    /// Sets the type of a node and of all open nodes of its context.
    pub fn settle(&mut self, id: ExprId, ty: TypeId, because: Because) -> Check<()> {
        let note = &self.notes[id.index()];
        if let Known::Type(found) = note.known {
            if found != ty {
                return Err(self.mismatch(id, ty, found, because));
            }
        }
        if !note.open {
            return Ok(());
        }
        if let Some(number) = note.number {
            let span = self.span_of(id);
            let value = self.number_value(number, ty, span, Some(because))?;
            self.finish_node(id, ExprKind::Literal(value), ty);
            return Ok(());
        }
        // The children are taken out and put back, so that the tree can be changed while they are walked.
        let mut kind = std::mem::replace(&mut self.body.exprs[id.index()].kind, ExprKind::Tuple(Vec::new()));
        let result = self.settle_children(id, &mut kind, ty, because);
        self.finish_node(id, kind, ty);
        result
    }

    fn finish_node(&mut self, id: ExprId, kind: ExprKind, ty: TypeId) {
        let expr = &mut self.body.exprs[id.index()];
        expr.kind = kind;
        expr.ty = ty;
        let note = &mut self.notes[id.index()];
        note.open = false;
        note.known = Known::Type(ty);
    }

    fn settle_children(&mut self, id: ExprId, kind: &mut ExprKind, ty: TypeId, because: Because) -> Check<()> {
        let span = self.span_of(id);
        match kind {
            ExprKind::Unary(_, operand) => {
                self.require_bits(ty, span, because)?;
                self.settle(*operand, ty, because)
            }
            ExprKind::Binary(op, left, right) => {
                self.require_operands(*op, ty, span, because)?;
                let first = self.settle(*left, ty, because);
                if matches!(op, BinaryOp::ShiftLeft | BinaryOp::ShiftRight) {
                    return first.and_then(|()| self.check_shift(*right, ty));
                }
                first.and(self.settle(*right, ty, because))
            }
            ExprKind::Tuple(elements) => {
                let Some(types) = self.cx.types.as_tuple(ty).map(<[TypeId]>::to_vec) else {
                    return Err(self.expected(span, ty, "a tuple", because));
                };
                if types.len() != elements.len() {
                    let what = format!("a tuple of {}", elements.len());
                    return Err(self.expected(span, ty, &what, because));
                }
                self.settle_all(elements.iter().copied().zip(types), because)
            }
            ExprKind::Array(elements) => {
                let Some((element, len)) = self.cx.types.as_array(ty) else {
                    return Err(self.expected(span, ty, "an array", because));
                };
                let at_least = matches!(self.known(id), Known::Array { at_least: true, .. });
                let have = elements.len() as u64;
                if have > u64::from(len) || have < u64::from(len) && !at_least {
                    let what = format!("an array of {have}");
                    return Err(self.expected(span, ty, &what, because));
                }
                self.settle_all(elements.iter().map(|&e| (e, element)), because)
            }
            ExprKind::If { then, otherwise, .. } => {
                let first = self.settle(*then, ty, because);
                first.and(self.settle(*otherwise, ty, because))
            }
            ExprKind::Match { arms, .. } => self.settle_all(arms.iter().map(|arm| (arm.value, ty)), because),
            ExprKind::Block { result: Some(result), .. } => self.settle(*result, ty, because),
            ExprKind::Range { start } => self.settle_range(id, start, ty, because),
            _ => Ok(()),
        }
    }

    fn settle_all(&mut self, parts: impl Iterator<Item = (ExprId, TypeId)>, because: Because) -> Check<()> {
        let mut result = Ok(());
        for (part, ty) in parts {
            result = result.and(self.settle(part, ty, because));
        }
        result
    }

    /// Bits of an operator.
    fn require_bits(&mut self, ty: TypeId, span: Span, because: Because) -> Check<()> {
        if self.cx.types.as_bits(ty).is_some() {
            return Ok(());
        }
        let text = format!("this operator needs bits, not `{}`", self.show(ty));
        let mut finding = labelled(Diagnostic::invalid("E1212", span, text), because);
        if self.cx.types.as_number(ty).is_some() {
            finding = finding.note("convert the enumeration: `x as u8`");
        }
        Err(self.report(finding))
    }

    fn require_operands(&mut self, op: BinaryOp, ty: TypeId, span: Span, because: Because) -> Check<()> {
        self.require_bits(ty, span, because)?;
        let logical = matches!(op, BinaryOp::LogicalAnd | BinaryOp::LogicalOr);
        if logical && self.cx.types.as_bits(ty) != Some((false, 1)) {
            let text = format!("`&&` and `||` need `bool`, not `{}`", self.show(ty));
            let finding = labelled(Diagnostic::invalid("E1213", span, text), because)
                .note("for single bits of numbers use `&` and `|`; to test a number write `x != 0`");
            return Err(self.report(finding));
        }
        Ok(())
    }

    /// A literal shift amount above the width of what is shifted is an error.
    fn check_shift(&mut self, amount: ExprId, ty: TypeId) -> Check<()> {
        let Some((_, width)) = self.cx.types.as_bits(ty) else { return Ok(()) };
        let ExprKind::Literal(value) = &self.body.expr(amount).kind else { return Ok(()) };
        let shifted = value.as_bits().and_then(xls_aot_ir::Bits::to_u64).unwrap_or(u64::MAX);
        if shifted <= u64::from(width) {
            return Ok(());
        }
        let text = format!("a shift by {shifted} is more than the {width} bits of `{}`", self.show(ty));
        let span = self.span_of(amount);
        Err(self.invalid("E1214", span, text))
    }

    /// Reports that an expression has another type than wanted.
    pub fn mismatch(&mut self, id: ExprId, wanted: TypeId, found: TypeId, because: Because) -> Reported {
        let from = self.notes[id.index()].from;
        // What gives a block its value is said, not the whole block.
        let span = match self.body.expr(id).kind {
            ExprKind::Block { .. } | ExprKind::If { .. } | ExprKind::Match { .. } => from,
            _ => self.span_of(id),
        };
        let (want, have) = (self.show(wanted), self.show(found));
        let want = if want == "u1" { "bool".to_string() } else { want };
        let text = match want == have {
            true => format!("expected `{want}`, found another type of this name"),
            false => format!("expected `{want}`, found `{have}`"),
        };
        let mut finding = Diagnostic::invalid("E1215", span, text);
        if from != span {
            finding = finding.label(from, format!("this is `{have}`"));
        }
        let mut finding = labelled(finding, because);
        if let Some(help) = self.conversion(wanted, found, span) {
            finding = finding.note(help);
        }
        self.report(finding)
    }

    /// How to get from one type to another.
    fn conversion(&self, wanted: TypeId, found: TypeId, span: Span) -> Option<String> {
        let types = &self.cx.types;
        let unit = types.is_unit(found);
        match (types.as_bits(wanted), types.as_number(found)) {
            (Some((false, 1)), Some(_)) => Some(format!("compare it: `{} != 0`", self.quoted(span))),
            (Some(_), Some(_)) => Some(format!("convert it: `{} as {}`", self.quoted(span), self.show(wanted))),
            (_, None) if unit => Some("a block that ends with `;` has the value `()`".to_string()),
            _ => None,
        }
    }

    /// The text of an operand, if it is short, in parentheses unless it is a word.
    fn quoted(&self, span: Span) -> String {
        let text = self.cx.sources.slice(span);
        let word = !text.is_empty() && text.chars().all(|c| c.is_alphanumeric() || c == '_');
        match text.len() {
            _ if word => text.into_owned(),
            1..=40 if !text.contains(['\n', '{']) => format!("({text})"),
            _ => "(...)".to_string(),
        }
    }

    /// Reports that an expression of one form stands where another type is wanted.
    fn expected(&mut self, span: Span, wanted: TypeId, found: &str, because: Because) -> Reported {
        let text = format!("expected `{}`, found {found}", self.show(wanted));
        let finding = labelled(Diagnostic::invalid("E1216", span, text), because);
        self.report(finding)
    }
}

/// The finding with the place that says which type is wanted.
pub(super) fn labelled(finding: Diagnostic, because: Because) -> Diagnostic {
    match because.what {
        "" => finding,
        what => finding.label(because.span, what),
    }
}
