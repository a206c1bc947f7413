//! Expressions: choice of the form, blocks and aggregates.

use xls_aot_ir::{Bits, Diagnostic, NodeId, Op, Type, Value};

use super::function::FunctionConverter;
use super::Converted;
use crate::check::typed::{Expr, ExprId, ExprKind, Pattern, PatternKind, Statement};
use crate::check::types::Type as DslxType;
use crate::source::Span;

impl FunctionConverter<'_, '_> {
    /// Converts an expression and all below it.
    pub(super) fn expr(&mut self, id: ExprId) -> Converted<NodeId> {
        let body = self.body;
        let Expr { kind, ty, span } = body.expr(id);
        let at = Some(*span);
        Ok(match kind {
            ExprKind::Literal(value) => {
                let ty = self.ir_type(*ty);
                self.constant(value, ty, *span)?
            }
            ExprKind::Constant(constant) => {
                let constant = self.session.checked.constant(*constant);
                let ty = self.ir_type(constant.ty);
                let node = self.constant(&constant.value, ty, constant.span)?;
                self.builder.rename(node, &constant.name);
                node
            }
            ExprKind::Local(local) => self.local(*local),
            ExprKind::Unary(op, operand) => {
                let operand = self.expr(*operand)?;
                self.unary(*op, operand, at)
            }
            ExprKind::Binary(op, left, right) => self.binary(*op, *left, *right, id)?,
            ExprKind::Cast(operand) => self.cast(*operand, id)?,
            ExprKind::Tuple(elements) => {
                let elements = self.all(elements)?;
                self.tuple(elements, at)
            }
            ExprKind::Array(elements) => {
                let nodes = self.all(elements)?;
                let ty = self.ir_type(*ty);
                self.array(nodes, ty, *span)?
            }
            ExprKind::Range { start } => self.range(start, id)?,
            ExprKind::Struct { fields, .. } => {
                let fields = self.all(fields)?;
                self.tuple(fields, at)
            }
            ExprKind::StructUpdate { base, fields } => self.update_struct(*base, fields, id)?,
            ExprKind::Element(operand, index) => {
                let tuple = self.expr(*operand)?;
                let ty = self.ir_type(*ty);
                let node = self.element(tuple, *index, ty, at);
                self.name_field(*operand, tuple, *index, node);
                node
            }
            ExprKind::Index { array, index } => {
                let array = self.expr(*array)?;
                let index = self.expr(*index)?;
                let ty = self.ir_type(*ty);
                self.add(Op::ArrayIndex { assumed_in_bounds: false }, vec![array, index], ty, at)
            }
            ExprKind::BitSlice { operand, start } => {
                let operand = self.expr(*operand)?;
                let ty = self.ir_type(*ty);
                self.add(Op::BitSlice { start: *start }, vec![operand], ty, at)
            }
            ExprKind::WidthSlice { operand, start } => {
                let operand = self.expr(*operand)?;
                let start = self.expr(*start)?;
                let ty = self.ir_type(*ty);
                self.add(Op::DynamicBitSlice, vec![operand, start], ty, at)
            }
            ExprKind::If { condition, then, otherwise } => self.conditional(*condition, *then, *otherwise, *span)?,
            ExprKind::Match { scrutinee, arms } => self.matching(*scrutinee, arms, *span)?,
            ExprKind::Block { statements, result } => self.block(statements, *result, *span)?,
            ExprKind::For { iterable, iterator, state, init, body } => {
                let parts = super::loops::Loop { iterable: *iterable, iterator, state, init: *init, body: *body };
                self.looping(parts, *span)?
            }
            ExprKind::Call { callee, arguments } => self.call(*callee, arguments, id)?,
            ExprKind::Builtin { .. } => self.builtin(id)?,
            ExprKind::Map { array, callee, captures } => self.map(*array, callee, captures, id)?,
            ExprKind::Trace(trace) => self.trace(trace, *span)?,
        })
    }

    pub(super) fn all(&mut self, exprs: &[ExprId]) -> Converted<Vec<NodeId>> {
        exprs.iter().map(|&expr| self.expr(expr)).collect()
    }

    /// A literal.
    pub(super) fn constant(&mut self, value: &Value, ty: Type, span: Span) -> Converted<NodeId> {
        if has_empty_array(value) {
            return Err(no_elements(span));
        }
        // One number more does not matter, also if there are many of them: the source is as long.
        self.session.take(leaves(&ty).saturating_sub(1), span)?;
        Ok(self.literal(value.clone(), ty, Some(span)))
    }

    /// An array of elements, of which the last one is repeated.
    pub(super) fn array(&mut self, mut elements: Vec<NodeId>, ty: Type, span: Span) -> Converted<NodeId> {
        let Some(&last) = elements.last() else { return Err(no_elements(span)) };
        let len = ty.array_len().map_or(0, |len| usize::try_from(len).unwrap_or(usize::MAX));
        if len == 0 {
            return Err(no_elements(span));
        }
        self.session.take(len as u64, span)?;
        elements.resize(len, last);
        Ok(self.add(Op::Array, elements, ty, Some(span)))
    }

    fn range(&mut self, start: &Value, id: ExprId) -> Converted<NodeId> {
        let span = self.body.expr(id).span;
        let ty = self.expr_type(id);
        let (Type::Array(array), Value::Bits(start)) = (&ty, start) else {
            unreachable!("a range is an array of bits")
        };
        if array.len == 0 {
            return Err(no_elements(span));
        }
        self.session.take(array.len, span)?;
        let elements = (0..array.len).map(|i| Value::Bits(plus(start, i))).collect();
        Ok(self.literal(Value::Array(elements), ty, Some(span)))
    }

    fn update_struct(&mut self, base: ExprId, fields: &[(u32, ExprId)], id: ExprId) -> Converted<NodeId> {
        let base = self.expr(base)?;
        let Type::Tuple(types) = self.expr_type(id) else { unreachable!("a structure is a tuple in the IR") };
        let mut values: Vec<Option<NodeId>> = vec![None; types.len()];
        for &(field, value) in fields {
            values[field as usize] = Some(self.expr(value)?);
        }
        let span = Some(self.body.expr(id).span);
        let mut members = Vec::with_capacity(types.len());
        for (index, (value, ty)) in values.into_iter().zip(types.iter()).enumerate() {
            members.push(match value {
                Some(value) => value,
                None => self.element(base, index as u32, ty.clone(), None),
            });
        }
        Ok(self.tuple(members, span))
    }

    /// A field that is read is called like the structure and the field.
    fn name_field(&mut self, operand: ExprId, tuple: NodeId, index: u32, node: NodeId) {
        let types = &self.session.checked.types;
        if let DslxType::Struct(id) = types.get(self.body.expr(operand).ty) {
            let field = &types.structure(*id).fields[index as usize].0;
            let name = match self.builder.name_of(tuple) {
                Some(structure) => format!("{structure}_{field}"),
                None => field.clone(),
            };
            self.builder.rename(node, &name);
        }
    }

    fn block(&mut self, statements: &[Statement], result: Option<ExprId>, span: Span) -> Converted<NodeId> {
        for statement in statements {
            match statement {
                Statement::Let { pattern, value } => {
                    let value = self.expr(*value)?;
                    self.bind_pattern(pattern, value, true);
                }
                Statement::Expr(expr) => {
                    self.expr(*expr)?;
                }
            }
        }
        match result {
            Some(result) => self.expr(result),
            None => Ok(self.tuple(Vec::new(), Some(span))),
        }
    }

    /// Binds the names of a pattern that always matches. `renames`: the nodes get these names.
    pub(super) fn bind_pattern(&mut self, pattern: &Pattern, value: NodeId, renames: bool) {
        match &pattern.kind {
            PatternKind::Bind(local) => {
                if renames {
                    self.builder.rename(value, &self.body.local(*local).name);
                }
                self.bind(*local, value);
            }
            PatternKind::Tuple(elements) => {
                for (index, element) in elements.iter().enumerate() {
                    if matches!(element.kind, PatternKind::Rest) {
                        continue;
                    }
                    let ty = self.ir_type(element.ty);
                    let part = self.element(value, index as u32, ty, renames.then_some(element.span));
                    self.bind_pattern(element, part, renames);
                }
            }
            PatternKind::Wildcard
            | PatternKind::Rest
            | PatternKind::Value(_)
            | PatternKind::Local(_)
            | PatternKind::Range { .. } => {}
        }
    }
}

/// `start + i`, modulo the width.
fn plus(start: &Bits, i: u64) -> Bits {
    let mut sum = start.clone();
    let mut carry = i;
    for word in sum.words_mut() {
        let (value, overflow) = word.overflowing_add(carry);
        *word = value;
        carry = u64::from(overflow);
    }
    sum.clear_unused();
    sum
}

/// Number of bits values, and of tuples without elements, in a value of a type.
pub(super) fn leaves(ty: &Type) -> u64 {
    match ty {
        Type::Bits(_) | Type::Token => 1,
        Type::Tuple(elements) => elements.iter().map(leaves).fold(1, u64::saturating_add),
        Type::Array(array) => leaves(&array.element).saturating_mul(array.len),
    }
}

fn has_empty_array(value: &Value) -> bool {
    match value {
        Value::Bits(_) | Value::Token => false,
        Value::Tuple(elements) => elements.iter().any(has_empty_array),
        Value::Array(elements) => elements.is_empty() || elements.iter().any(has_empty_array),
    }
}

pub(super) fn no_elements(span: Span) -> Box<Diagnostic> {
    let finding = Diagnostic::unsupported("E1501", span, "this array has no elements, and XLS IR has no such values");
    Box::new(finding.note("give it at least one element, or leave the code that uses it out with `const if`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_ranges_wrap_around() {
        assert_eq!(plus(&Bits::from_u64(8, 254), 3), Bits::from_u64(8, 1));
        assert_eq!(plus(&Bits::from_words(128, &[u64::MAX, 0]), 1), Bits::from_words(128, &[0, 1]));
        assert_eq!(plus(&Bits::zero(0), 1), Bits::zero(0));
    }
}
