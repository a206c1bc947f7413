//! Methods that `#[derive(...)]` gives a structure: `to_bits` of `ToBits`.
//!
//! The value is the fields one after the other, the first one the most significant; elements of arrays and tuples likewise.

use xls_aot_ir::Diagnostic;

use super::call::CallSite;
use super::checker::Check;
use super::infer::Infer;
use super::typed::{BinaryOp, ExprId, ExprKind, LocalId, LocalKind, LocalOrigin, Pattern, PatternKind, Statement};
use super::types::{StructId, Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::AttributeValue;

impl<'a> Infer<'_, 'a> {
    /// Whether a structure derives `ToBits`.
    pub fn derives_to_bits(&self, owner: StructId) -> bool {
        let item = self.cx.item(self.cx.types.structure(owner).definition);
        item.attribute("derive").is_some_and(|attribute| {
            attribute
                .args
                .iter()
                .any(|arg| matches!(&arg.value, AttributeValue::Word(word) if word.as_str() == "ToBits"))
        })
    }

    /// `object.to_bits()` of a structure that derives it.
    pub fn draft_to_bits(&mut self, object: ExprId, site: CallSite<'a>) -> Check<ExprId> {
        let span = site.expr.span;
        if !site.args.is_empty() {
            return Err(self.invalid("E1334", site.at, "`to_bits` takes no arguments"));
        }
        // The object is bound once, for it is taken apart.
        let ty = self.ty_of(object);
        let origin = LocalOrigin::Part { of: object, path: Vec::new() };
        let local = self.add_local("", ty, span, LocalKind::Let, origin);
        let pattern = Pattern { kind: PatternKind::Bind(local), ty, span };
        let mut path = Vec::new();
        let bits = self.bits_of_part(local, &mut path, ty, span)?;
        let (result, ty) = match bits {
            Some(id) => (id, self.ty_of(id)),
            None => {
                let none = self.cx.types.unsigned(0);
                (self.literal(xls_aot_ir::Value::Bits(xls_aot_ir::Bits::zero(0)), none, span), none)
            }
        };
        let statements = vec![Statement::Let { pattern, value: object }];
        Ok(self.closed(ExprKind::Block { statements, result: Some(result) }, ty, span))
    }

    /// The bits of a part of a local; none if it has none.
    fn bits_of_part(&mut self, local: LocalId, path: &mut Vec<Step>, ty: TypeId, span: Span) -> Check<Option<ExprId>> {
        self.check_size(span)?;
        let parts: Vec<(Step, TypeId)> = match self.cx.types.get(ty) {
            Type::Bits { width, .. } => {
                let unsigned = *width;
                let unsigned = self.cx.types.unsigned(unsigned);
                let part = self.part(local, path, span);
                return Ok(Some(self.closed(ExprKind::Cast(part), unsigned, span)));
            }
            Type::Enum(id) => {
                let width = self.cx.types.enumeration(*id).width;
                let unsigned = self.cx.types.unsigned(width);
                let part = self.part(local, path, span);
                return Ok(Some(self.closed(ExprKind::Cast(part), unsigned, span)));
            }
            Type::Token => {
                return Err(self.report(Diagnostic::invalid("E1371", span, "a token has no bits")));
            }
            Type::Tuple(elements) => {
                elements.iter().enumerate().map(|(i, &element)| (Step::Element(i as u32, element), element)).collect()
            }
            Type::Array { element, len } => (0..*len).map(|i| (Step::Index(i, *element), *element)).collect(),
            Type::Struct(id) => {
                let fields = &self.cx.types.structure(*id).fields;
                fields.iter().enumerate().map(|(i, &(_, ty))| (Step::Element(i as u32, ty), ty)).collect()
            }
        };
        let mut bits: Option<ExprId> = None;
        for (step, ty) in parts {
            path.push(step);
            let part = self.bits_of_part(local, path, ty, span);
            path.pop();
            bits = match (bits, part?) {
                (Some(left), Some(right)) => {
                    let width = |id| self.cx.types.as_bits(self.ty_of(id)).map_or(0, |(_, width)| width);
                    let width = self.checked_width(width(left).saturating_add(width(right)), span)?;
                    let ty = self.cx.types.unsigned(width);
                    Some(self.closed(ExprKind::Binary(BinaryOp::Concat, left, right), ty, span))
                }
                (left, right) => left.or(right),
            };
        }
        Ok(bits)
    }

    fn part(&mut self, local: LocalId, path: &[Step], span: Span) -> ExprId {
        let mut part = self.read(local, span);
        for step in path {
            part = match *step {
                Step::Element(index, ty) => self.closed(ExprKind::Element(part, index), ty, span),
                Step::Index(index, ty) => {
                    let index = self.word(index, span);
                    self.closed(ExprKind::Index { array: part, index }, ty, span)
                }
            };
        }
        part
    }
}

/// A step into an aggregate: which part, and its type.
#[derive(Clone, Copy)]
enum Step {
    Element(u32, TypeId),
    Index(u32, TypeId),
}
