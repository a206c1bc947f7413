//! Evaluation of an expression: names, control flow, calls.
//!
//! The expression may be in a body that is still being checked: then a local gets its value from its right-hand side when
//! it is first needed ([`LocalOrigin`]). In finished functions statements run in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use xls_aot_ir::{Bits, Value};

use super::{builtin, operation, Budget, Stop, MAX_DEPTH, MAX_ELEMENTS};
use crate::check::typed::{
    Arm, Body, Callee, ConstantId, ExprId, ExprKind, Function, InstanceId, LocalId, LocalOrigin, Pattern, PatternKind,
    Statement,
};
use crate::check::types::{TypeId, Types};
use crate::source::Span;

/// What an evaluation needs of the check that it belongs to.
pub trait Host {
    /// The types.
    fn types(&self) -> &Types;
    /// The finished function, which is checked now if it was not. `None`: it has errors, which are reported.
    fn function(&mut self, id: InstanceId, span: Span) -> Option<Arc<Function>>;
    /// The value of a constant of a module.
    fn constant(&self, id: ConstantId) -> &Value;
    /// What is left.
    fn budget(&mut self) -> &mut Budget;
}

/// A value, and what became known on the way.
pub struct Evaluation {
    /// The value.
    pub value: Value,
    /// Locals of the body which turned out to be constant.
    pub learned: BTreeMap<LocalId, Value>,
}

/// The value of an expression of `body`, whose locals are known as far as their origin says.
///
/// # Errors
/// [`Stop`] says why there is none.
pub fn evaluate(host: &mut dyn Host, body: &Body, expr: ExprId) -> Result<Evaluation, Stop> {
    let mut frame = Frame { body, values: BTreeMap::new(), learned: BTreeMap::new() };
    let before = host.budget().depth;
    let value = frame.eval(host, expr);
    host.budget().depth = before;
    value.map(|value| Evaluation { value, learned: frame.learned })
}

/// One activation of a body.
struct Frame<'a> {
    body: &'a Body,
    /// Locals that have a value by execution.
    values: BTreeMap<LocalId, Value>,
    /// Locals whose origin was evaluated.
    learned: BTreeMap<LocalId, Value>,
}

type Result<T, E = Stop> = std::result::Result<T, E>;

impl Frame<'_> {
    fn eval(&mut self, host: &mut dyn Host, id: ExprId) -> Result<Value> {
        let span = self.body.expr(id).span;
        let budget = host.budget();
        if budget.steps == 0 {
            return Err(Stop::Limit { span, what: format!("more than {} steps", super::MAX_STEPS) });
        }
        budget.steps -= 1;
        if budget.depth >= MAX_DEPTH {
            return Err(Stop::Limit { span, what: format!("calls and expressions nest deeper than {MAX_DEPTH}") });
        }
        budget.depth += 1;
        let value = self.eval_kind(host, id);
        // After an error the depth does not matter: the evaluation ends.
        host.budget().depth -= u32::from(value.is_ok());
        value
    }

    /// The expressions that nest deeply are here; the others have functions of their own, to keep the stack small.
    fn eval_kind(&mut self, host: &mut dyn Host, id: ExprId) -> Result<Value> {
        let body = self.body;
        let expr = body.expr(id);
        let ty = expr.ty;
        match &expr.kind {
            ExprKind::Literal(value) => Ok(value.clone()),
            ExprKind::Constant(constant) => Ok(host.constant(*constant).clone()),
            ExprKind::Local(local) => self.local(host, *local, expr.span),
            ExprKind::Unary(op, operand) => {
                let operand = self.eval(host, *operand)?;
                done(operation::unary(*op, &operand, host.types(), ty), expr.span)
            }
            ExprKind::Binary(op, left, right) => {
                let operand_ty = body.expr(*left).ty;
                let left = self.eval(host, *left)?;
                let right = self.eval(host, *right)?;
                if host.budget().wrapped.is_some() && operation::wraps(*op, (&left, &right), host.types(), ty) {
                    host.budget().wrapped.iter_mut().for_each(|spans| spans.push(expr.span));
                }
                done(operation::binary(*op, (&left, &right), host.types(), operand_ty, ty), expr.span)
            }
            ExprKind::Cast(operand) => {
                let from = body.expr(*operand).ty;
                let operand = self.eval(host, *operand)?;
                done(operation::cast(&operand, host.types(), from, ty), expr.span)
            }
            ExprKind::If { condition, then, otherwise } => {
                let condition = self.eval(host, *condition)?;
                self.eval(host, if is_true(&condition) { *then } else { *otherwise })
            }
            ExprKind::Match { scrutinee, arms } => self.matching(host, *scrutinee, arms),
            ExprKind::Block { statements, result } => self.block(host, statements, *result),
            ExprKind::For { iterable, iterator, state, init, body } => {
                let iterable = self.eval(host, *iterable)?;
                let init = self.eval(host, *init)?;
                self.looping(host, iterable, iterator, state, init, *body, expr.span)
            }
            ExprKind::Call { callee, arguments } => {
                let arguments = self.all(host, arguments)?;
                call(host, *callee, arguments, expr.span)
            }
            ExprKind::Tuple(_)
            | ExprKind::Array(_)
            | ExprKind::Range { .. }
            | ExprKind::Struct { .. }
            | ExprKind::StructUpdate { .. }
            | ExprKind::Element(..)
            | ExprKind::Index { .. }
            | ExprKind::BitSlice { .. }
            | ExprKind::WidthSlice { .. } => self.aggregate(host, id),
            ExprKind::Builtin { builtin, arguments, label, .. } => {
                let types: Vec<TypeId> = arguments.iter().map(|&a| body.expr(a).ty).collect();
                let arguments = self.all(host, arguments)?;
                builtin::apply(host, *builtin, &arguments, builtin::Site { types: &types, ty, span: expr.span, label })
            }
            ExprKind::Map { array, callee, captures } => self.map(host, *array, callee, captures, id),
            ExprKind::Trace(trace) if trace.yields_argument => self.eval(host, trace.arguments[0]),
            // A trace inside constant evaluation prints nothing.
            ExprKind::Trace(_) => Ok(Value::Token),
        }
    }

    fn all(&mut self, host: &mut dyn Host, exprs: &[ExprId]) -> Result<Vec<Value>> {
        exprs.iter().map(|&expr| self.eval(host, expr)).collect()
    }

    fn local(&mut self, host: &mut dyn Host, id: LocalId, used: Span) -> Result<Value> {
        if let Some(value) = self.values.get(&id).or_else(|| self.learned.get(&id)) {
            return Ok(value.clone());
        }
        let local = self.body.local(id);
        match &local.origin {
            LocalOrigin::Run => Err(Stop::NotConstant { name: local.name.clone(), used, bound: local.span }),
            LocalOrigin::Known(value) => Ok(value.clone()),
            LocalOrigin::Part { of, path } => {
                let mut value = self.eval(host, *of)?;
                for &index in path {
                    value = match value {
                        Value::Tuple(mut elements) if (index as usize) < elements.len() => {
                            elements.swap_remove(index as usize)
                        }
                        _ => return Err(Stop::NoValue { span: used }),
                    };
                }
                self.learned.insert(id, value.clone());
                Ok(value)
            }
        }
    }

    #[inline(never)]
    fn matching(&mut self, host: &mut dyn Host, scrutinee: ExprId, arms: &[Arm]) -> Result<Value> {
        let value = self.eval(host, scrutinee)?;
        for (i, arm) in arms.iter().enumerate() {
            let last = i + 1 == arms.len();
            for pattern in &arm.patterns {
                if self.matches(host, pattern, &value)? || last {
                    if last {
                        // The last arm is taken whatever the value is; its names are bound all the same.
                        self.bind(pattern, &value);
                    }
                    return self.eval(host, arm.value);
                }
            }
        }
        Err(Stop::NoValue { span: self.body.expr(scrutinee).span })
    }

    /// Whether a pattern matches; binds its names if so.
    fn matches(&mut self, host: &mut dyn Host, pattern: &Pattern, value: &Value) -> Result<bool> {
        Ok(match &pattern.kind {
            PatternKind::Wildcard | PatternKind::Rest => true,
            PatternKind::Bind(local) => {
                self.values.insert(*local, value.clone());
                true
            }
            PatternKind::Value(wanted) => wanted == value,
            PatternKind::Local(local) => self.local(host, *local, pattern.span)? == *value,
            PatternKind::Range { low, high, inclusive } => {
                in_range(host.types(), pattern.ty, low, high, *inclusive, value)
            }
            PatternKind::Tuple(patterns) => {
                let Value::Tuple(elements) = value else { return Err(Stop::NoValue { span: pattern.span }) };
                for (pattern, element) in patterns.iter().zip(elements) {
                    if !self.matches(host, pattern, element)? {
                        return Ok(false);
                    }
                }
                true
            }
        })
    }

    /// Binds the names of a pattern without asking whether it matches.
    fn bind(&mut self, pattern: &Pattern, value: &Value) {
        match (&pattern.kind, value) {
            (PatternKind::Bind(local), _) => {
                self.values.insert(*local, value.clone());
            }
            (PatternKind::Tuple(patterns), Value::Tuple(elements)) => {
                for (pattern, element) in patterns.iter().zip(elements) {
                    self.bind(pattern, element);
                }
            }
            (
                PatternKind::Wildcard
                | PatternKind::Rest
                | PatternKind::Value(_)
                | PatternKind::Local(_)
                | PatternKind::Range { .. }
                | PatternKind::Tuple(_),
                _,
            ) => {}
        }
    }

    #[inline(never)]
    fn block(&mut self, host: &mut dyn Host, statements: &[Statement], result: Option<ExprId>) -> Result<Value> {
        for statement in statements {
            match statement {
                Statement::Let { pattern, value } => {
                    let value = self.eval(host, *value)?;
                    self.bind(pattern, &value);
                }
                Statement::Expr(expr) => {
                    self.eval(host, *expr)?;
                }
            }
        }
        result.map_or(Ok(Value::Tuple(Vec::new())), |result| self.eval(host, result))
    }

    #[allow(clippy::too_many_arguments)] // The parts of a loop.
    #[inline(never)]
    fn looping(
        &mut self,
        host: &mut dyn Host,
        iterable: Value,
        iterator: &Pattern,
        state: &Pattern,
        init: Value,
        body: ExprId,
        span: Span,
    ) -> Result<Value> {
        let Value::Array(elements) = iterable else { return Err(Stop::NoValue { span }) };
        let mut value = init;
        for element in elements {
            self.bind(iterator, &element);
            self.bind(state, &value);
            value = self.eval(host, body)?;
        }
        Ok(value)
    }

    #[inline(never)]
    fn map(
        &mut self,
        host: &mut dyn Host,
        array: ExprId,
        callee: &Callee,
        captures: &[ExprId],
        id: ExprId,
    ) -> Result<Value> {
        let (span, ty) = (self.body.expr(id).span, self.body.expr(id).ty);
        let (Some((element, _)), Some((result, _))) =
            (host.types().as_array(self.body.expr(array).ty), host.types().as_array(ty))
        else {
            return Err(Stop::NoValue { span });
        };
        let Value::Array(elements) = self.eval(host, array)? else { return Err(Stop::NoValue { span }) };
        let captures = self.all(host, captures)?;
        let mut results = Vec::with_capacity(elements.len());
        for value in elements {
            results.push(match callee {
                Callee::Builtin(builtin) => {
                    let site = builtin::Site { types: &[element], ty: result, span, label: "" };
                    builtin::apply(host, *builtin, &[value], site)?
                }
                Callee::Instance(callee) => {
                    let mut arguments = captures.clone();
                    arguments.push(value);
                    call(host, *callee, arguments, span)?
                }
            });
        }
        Ok(Value::Array(results))
    }

    #[inline(never)]
    fn aggregate(&mut self, host: &mut dyn Host, id: ExprId) -> Result<Value> {
        let body = self.body;
        let expr = body.expr(id);
        let (ty, span) = (expr.ty, expr.span);
        let len = || host_len(&*host, ty);
        match &expr.kind {
            ExprKind::Tuple(elements) => Ok(Value::Tuple(self.all(host, elements)?)),
            ExprKind::Array(elements) => {
                let len = spend(len(), host, span)?;
                let mut values = self.all(host, elements)?;
                if let Some(last) = values.last().cloned() {
                    values.resize(len, last);
                }
                Ok(Value::Array(values))
            }
            ExprKind::Range { start } => {
                let len = spend(len(), host, span)?;
                let Value::Bits(first) = start else { return Err(Stop::NoValue { span }) };
                let width = first.width();
                let one = Value::Bits(Bits::from_u64(width, 1));
                let ir = xls_aot_ir::Type::Bits(width);
                let mut values = Vec::with_capacity(len);
                let mut next = start.clone();
                for _ in 0..len {
                    values.push(next.clone());
                    next = done(operation::apply(&xls_aot_ir::Op::Add, &[&next, &one], &ir), span)?;
                }
                Ok(Value::Array(values))
            }
            ExprKind::Struct { fields, order } => {
                let mut values = vec![Value::Token; fields.len()];
                for &field in order {
                    values[field as usize] = self.eval(host, fields[field as usize])?;
                }
                Ok(Value::Tuple(values))
            }
            ExprKind::StructUpdate { base, fields } => {
                let Value::Tuple(mut values) = self.eval(host, *base)? else { return Err(Stop::NoValue { span }) };
                for &(field, value) in fields {
                    values[field as usize] = self.eval(host, value)?;
                }
                Ok(Value::Tuple(values))
            }
            ExprKind::Element(operand, index) => match self.eval(host, *operand)? {
                Value::Tuple(mut elements) if (*index as usize) < elements.len() => {
                    Ok(elements.swap_remove(*index as usize))
                }
                _ => Err(Stop::NoValue { span }),
            },
            ExprKind::Index { array, index } => {
                let Value::Array(mut elements) = self.eval(host, *array)? else { return Err(Stop::NoValue { span }) };
                let index = self.eval(host, *index)?;
                let last = elements.len().checked_sub(1).ok_or(Stop::NoValue { span })?;
                Ok(elements.swap_remove(clamp(&index, last)))
            }
            ExprKind::BitSlice { operand, start } => {
                let operand = self.eval(host, *operand)?;
                let op = xls_aot_ir::Op::BitSlice { start: *start };
                done(operation::apply(&op, &[&operand], &host.types().to_ir(ty)), span)
            }
            ExprKind::WidthSlice { operand, start } => {
                let operand = self.eval(host, *operand)?;
                let start = self.eval(host, *start)?;
                let op = xls_aot_ir::Op::DynamicBitSlice;
                done(operation::apply(&op, &[&operand, &start], &host.types().to_ir(ty)), span)
            }
            _ => Err(Stop::NoValue { span }),
        }
    }
}

/// Calls a function.
fn call(host: &mut dyn Host, callee: InstanceId, arguments: Vec<Value>, span: Span) -> Result<Value> {
    let function = host.function(callee, span).ok_or(Stop::Reported)?;
    let values = function.parameters.iter().copied().zip(arguments).collect();
    Frame { body: &function.body, values, learned: BTreeMap::new() }.eval(host, function.body.root())
}

/// The value, unless it is too large.
fn done(value: Option<Value>, span: Span) -> Result<Value> {
    value.ok_or_else(|| Stop::Limit { span, what: "the value is too large".to_string() })
}

fn host_len(host: &dyn Host, ty: TypeId) -> u64 {
    host.types().as_array(ty).map_or(0, |(_, len)| u64::from(len))
}

/// Takes `len` elements from the budget.
fn spend(len: u64, host: &mut dyn Host, span: Span) -> Result<usize> {
    let budget = host.budget();
    if len > MAX_ELEMENTS || len > budget.steps {
        return Err(Stop::Limit { span, what: format!("an array of {len} elements") });
    }
    budget.steps -= len;
    Ok(len as usize)
}

/// True for `bits[1]:1`.
pub(super) fn is_true(value: &Value) -> bool {
    value.as_bits().is_some_and(|bits| !bits.is_zero())
}

/// The index, or `last` if it is past it.
pub(super) fn clamp(index: &Value, last: usize) -> usize {
    let index = index.as_bits().and_then(Bits::to_u64).unwrap_or(u64::MAX);
    usize::try_from(index).unwrap_or(usize::MAX).min(last)
}

/// Whether a value is in a range pattern.
pub fn in_range(types: &Types, ty: TypeId, low: &Value, high: &Value, inclusive: bool, value: &Value) -> bool {
    let signed = types.as_number(ty).is_some_and(|(signed, _)| signed);
    let (Value::Bits(low), Value::Bits(high), Value::Bits(value)) = (low, high, value) else { return false };
    let above = operation::compare(value, high, signed);
    operation::compare(low, value, signed).is_le() && (above.is_lt() || inclusive && above.is_eq())
}
