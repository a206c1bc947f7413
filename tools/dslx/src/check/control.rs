//! Blocks, `let`, `if`, loops.

use xls_aot_ir::{Diagnostic, Value};

use super::checker::{Check, Reported};
use super::infer::{Because, Infer};
use super::known::{join, Known};
use super::scope::Binding;
use super::typed::{ExprId, ExprKind, LocalKind, LocalOrigin, Pattern, PatternKind, Statement};
use super::types::TypeId;
use crate::source::Span;
use crate::syntax::ast::{self, Block, For, If, Let, Loop, StmtKind};

impl<'a> Infer<'_, 'a> {
    /// `{ statements; value }`.
    pub fn draft_block(&mut self, block: &'a Block, hint: Option<TypeId>) -> Check<ExprId> {
        let drafted = self.draft_statements(block, hint);
        self.finish_block(block, drafted)
    }

    /// The block that is the body of a function, settled as what the function gives. An error in a statement does not hide
    /// that the value has another type.
    pub fn draft_body(&mut self, block: &'a Block, wanted: TypeId, because: Because) -> Check<ExprId> {
        let drafted = self.draft_statements(block, Some(wanted));
        if let Drafted { result: Some(result), outcome: Err(_), .. } = drafted {
            let _ = self.settle(result, wanted, because);
        }
        let root = self.finish_block(block, drafted)?;
        self.settle(root, wanted, because)?;
        Ok(root)
    }

    fn finish_block(&mut self, block: &'a Block, drafted: Drafted) -> Check<ExprId> {
        let Drafted { statements, result, outcome } = drafted;
        outcome?;
        let span = block.span;
        match result {
            Some(result) => {
                let known = self.known(result).clone();
                let from = self.notes[result.index()].from;
                Ok(self.open(ExprKind::Block { statements, result: Some(result) }, span, known, from))
            }
            None => {
                let unit = self.cx.types.unit();
                let id = self.closed(ExprKind::Block { statements, result: None }, unit, span);
                self.notes[id.index()].from = block.last_semi.unwrap_or(span);
                Ok(id)
            }
        }
    }

    fn draft_statements(&mut self, block: &'a Block, hint: Option<TypeId>) -> Drafted {
        let mark = self.scope.enter();
        let mut statements = Vec::new();
        let mut result = None;
        let last = block.statements.len().wrapping_sub(1);
        let mut failure = None;
        for (i, statement) in block.statements.iter().enumerate() {
            match &statement.kind {
                StmtKind::Expr(expr) if i == last && !block.trailing_semi => match self.draft(expr, hint) {
                    Ok(id) => result = Some(id),
                    Err(reported) => failure = Some(reported),
                },
                StmtKind::Expr(expr) => match self.infer(expr, None) {
                    Ok(id) => statements.push(Statement::Expr(id)),
                    Err(reported) => failure = Some(reported),
                },
                StmtKind::Let(binding) => match self.draft_let(binding) {
                    Ok(statement) => statements.push(statement),
                    Err(reported) => {
                        self.break_names(&binding.pattern);
                        failure = Some(reported);
                    }
                },
                StmtKind::TypeAlias(alias) => {
                    let binding = match self.ty(&alias.ty) {
                        Ok(ty) => Binding::Type(ty),
                        Err(reported) => {
                            failure = Some(reported);
                            Binding::Broken
                        }
                    };
                    self.scope.bind(alias.name.name.clone(), binding);
                }
                StmtKind::ConstAssert(assertion) => {
                    if let Err(reported) = self.const_assert(&assertion.condition) {
                        failure = Some(reported);
                    }
                }
            }
        }
        self.scope.leave(mark);
        Drafted { statements, result, outcome: failure.map_or(Ok(()), Err) }
    }

    /// Makes the names of a pattern known as broken, so that their uses are not reported.
    fn break_names(&mut self, pattern: &ast::Pattern) {
        match &pattern.kind {
            ast::PatternKind::Name(name) => self.scope.bind(name.name.clone(), Binding::Broken),
            ast::PatternKind::Tuple(patterns) => patterns.iter().for_each(|pattern| self.break_names(pattern)),
            _ => {}
        }
    }

    /// `const_assert!(condition)`.
    pub fn const_assert(&mut self, condition: &'a ast::Expr) -> Check<()> {
        let boolean = self.cx.types.boolean();
        let because = Because { span: condition.span, what: "" };
        let id = self.check(condition, boolean, because)?;
        if self.uncalled {
            // A function may assert that nothing calls it.
            return Ok(());
        }
        let value = self.evaluate(id, "the condition of `const_assert!`")?;
        if value == Value::bool(true) {
            return Ok(());
        }
        let mut finding = Diagnostic::invalid("E1300", condition.span, "this `const_assert!` fails");
        if let Some(values) = self.values_of(id) {
            finding = finding.note(values);
        }
        Err(self.report(finding))
    }

    /// The values of the names that a condition has, for messages.
    fn values_of(&mut self, id: ExprId) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut pending = vec![id];
        while let Some(id) = pending.pop() {
            let (name, value) = match &self.body.expr(id).kind {
                ExprKind::Unary(_, operand) | ExprKind::Cast(operand) => {
                    pending.push(*operand);
                    continue;
                }
                ExprKind::Binary(_, left, right) => {
                    pending.extend([*right, *left]);
                    continue;
                }
                ExprKind::Local(local) => (self.body.local(*local).name.clone(), self.try_evaluate(id).ok()?),
                ExprKind::Constant(constant) => {
                    let constant = &self.cx.constants[constant.index()];
                    (constant.name.clone(), constant.value.clone())
                }
                _ => continue,
            };
            let ty = self.ty_of(id);
            let text = format!("`{name}` is {}", super::show_value::show_value(&self.cx.types, &value, ty));
            if !parts.contains(&text) && parts.len() < 8 {
                parts.push(text);
            }
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    fn draft_let(&mut self, binding: &'a Let) -> Check<Statement> {
        let value = match &binding.ty {
            Some(annotation) => {
                let ty = self.ty(annotation)?;
                let because = Because { span: annotation.span, what: "the annotation says so" };
                self.check(&binding.value, ty, because)?
            }
            None => {
                let id = self.draft(&binding.value, None)?;
                if let ast::PatternKind::Name(name) = &binding.pattern.kind {
                    self.require_explicit(id, name)?;
                }
                self.settle_default(id)?;
                id
            }
        };
        let ty = self.ty_of(value);
        let kind = if binding.is_const { LocalKind::Const } else { LocalKind::Let };
        if binding.is_const {
            self.evaluate(value, "the value of a constant")?;
        }
        let pattern =
            self.bind_pattern(&binding.pattern, ty, &mut Source { kind, value: Some(value), path: Vec::new() })?;
        Ok(Statement::Let { pattern, value })
    }

    /// `if`, also `const if`.
    pub fn draft_if(&mut self, conditional: &'a If, hint: Option<TypeId>, span: Span) -> Check<ExprId> {
        let boolean = self.cx.types.boolean();
        // All branches are looked at, also those behind one with an error.
        let (mut conditions, mut values) = (Vec::new(), Vec::new());
        for branch in &conditional.branches {
            let because = Because { span: branch.condition.span, what: "" };
            let condition = self.check(&branch.condition, boolean, because);
            let value = self.draft_block(&branch.block, hint);
            conditions.push(condition.map(|condition| (condition, branch.span)));
            values.push(value);
        }
        let last = match &conditional.otherwise {
            Some(block) => self.draft_block(block, hint),
            None => Ok(self.unit(Span { start: span.end, end: span.end })),
        };
        let conditions = conditions.into_iter().collect::<Check<Vec<_>>>()?;
        let mut values = values.into_iter().collect::<Check<Vec<_>>>()?;
        let last = last?;
        if conditional.is_const {
            return self.choose(&conditions, values, last);
        }
        values.push(last);
        if conditional.otherwise.is_none() {
            self.require_unit(values[0])?;
        }
        let (known, from) = self.join_all(&values, "another branch has this type")?;
        let mut result = last;
        for ((condition, span), then) in conditions.into_iter().zip(values).rev() {
            let kind = ExprKind::If { condition, then, otherwise: result };
            result = self.open(kind, span, known.clone(), from);
        }
        self.body.exprs[result.index()].span = span;
        Ok(result)
    }

    /// An `if` without `else` has no value.
    fn require_unit(&mut self, then: ExprId) -> Check<()> {
        let unit = self.cx.types.unit();
        let explicit = match self.known(then) {
            Known::Type(ty) => (*ty != unit).then_some(*ty),
            known => known.clone().default_type(&mut self.cx.types),
        };
        let Some(ty) = explicit.filter(|&ty| ty != unit) else { return Ok(()) };
        let text = format!("an `if` without `else` has no value, and this branch has `{}`", self.show(ty));
        let span = self.notes[then.index()].from;
        let finding = Diagnostic::invalid("E1301", span, text).note("add an `else`, or end the branch with `;`");
        Err(self.report(finding))
    }

    /// The branch of a `const if` whose condition holds. The others are settled as what they are, for they must be right
    /// as well.
    fn choose(&mut self, conditions: &[(ExprId, Span)], values: Vec<ExprId>, last: ExprId) -> Check<ExprId> {
        let mut chosen = last;
        for (&(condition, _), &value) in conditions.iter().zip(&values).rev() {
            if self.evaluate(condition, "the condition of `const if`")? == Value::bool(true) {
                chosen = value;
            }
        }
        for value in values.into_iter().chain([last]) {
            if value != chosen {
                self.settle_default(value)?;
            }
        }
        Ok(chosen)
    }

    /// `for`, `const for`, `unroll_for!`.
    pub fn draft_for(&mut self, looping: &'a For, hint: Option<TypeId>, span: Span) -> Check<ExprId> {
        let ast::PatternKind::Tuple(parts) = &looping.pattern.kind else {
            return Err(self.loop_pattern(looping.pattern.span));
        };
        let [iterator, state] = &parts[..] else { return Err(self.loop_pattern(looping.pattern.span)) };
        let annotation = match &looping.ty {
            Some(ty) => Some((self.loop_annotation(ty)?, ty.span)),
            None => None,
        };
        let iterable = self.draft(&looping.iterable, None)?;
        let element = self.settle_iterable(iterable, annotation.map(|((element, _), span)| (element, span)))?;
        let wanted = annotation.map(|((_, state), _)| state);
        let init = self.draft(&looping.init, wanted.or(hint))?;
        let state_ty = match annotation {
            Some(((_, ty), _)) => ty,
            None => {
                let known = match hint {
                    Some(hint) => join(self.known(init), &Known::Type(hint)),
                    None => self.known(init).clone(),
                };
                if !known.is_explicit() {
                    let finding =
                        Diagnostic::invalid("E1302", looping.init.span, "the state of this loop needs a type").note(
                            "give the first value a type, `}(u32:0)`, or annotate: `for (i, acc): (u32, u32) in ...`",
                        );
                    return Err(self.report(finding));
                }
                self.default_type(&known, looping.init.span)?
            }
        };
        let because = annotation.map_or(Because { span: looping.init.span, what: "" }, |(_, span)| Because {
            span,
            what: "the annotation says so",
        });
        self.settle(init, state_ty, because)?;
        if looping.kind != Loop::For {
            return self.unroll(looping, (iterator, state), iterable, init, span);
        }
        let mark = self.scope.enter();
        let run = |kind| Source { kind, value: None, path: Vec::new() };
        let patterns = self
            .bind_pattern(iterator, element, &mut run(LocalKind::Loop))
            .and_then(|i| Ok((i, self.bind_pattern(state, state_ty, &mut run(LocalKind::Loop))?)));
        let body = patterns.and_then(|patterns| Ok((patterns, self.draft_block(&looping.body, Some(state_ty))?)));
        self.scope.leave(mark);
        let ((iterator, state), body) = body?;
        self.settle_body(body, state_ty, looping)?;
        Ok(self.closed(ExprKind::For { iterable, iterator, state, init, body }, state_ty, span))
    }

    fn settle_body(&mut self, body: ExprId, state: TypeId, looping: &'a For) -> Check<()> {
        self.settle(body, state, Because { span: looping.init.span, what: "the state of the loop has this type" })
    }

    fn loop_pattern(&mut self, span: Span) -> Reported {
        let finding = Diagnostic::invalid("E1303", span, "a loop binds a pair: the element and the state")
            .note("write `for (i, acc) in u32:0..4 { acc + i }(u32:0)`");
        self.report(finding)
    }

    fn loop_annotation(&mut self, ty: &'a ast::Type) -> Check<(TypeId, TypeId)> {
        let id = self.ty(ty)?;
        match self.cx.types.as_tuple(id) {
            Some(&[element, state]) => Ok((element, state)),
            _ => Err(self.loop_pattern(ty.span)),
        }
    }

    /// Settles what a loop goes over, and gives the type of its elements.
    fn settle_iterable(&mut self, iterable: ExprId, annotation: Option<(TypeId, Span)>) -> Check<TypeId> {
        let span = self.span_of(iterable);
        let known = self.known(iterable).clone();
        match (annotation, known) {
            (Some((element, at)), Known::Array { len, at_least: false, .. }) => {
                let ty = self.cx.types.array(element, len);
                self.settle(iterable, ty, Because { span: at, what: "the annotation says so" })?;
            }
            _ => {
                self.settle_default(iterable)?;
            }
        }
        let ty = self.ty_of(iterable);
        let Some((element, _)) = self.cx.types.as_array(ty) else {
            let text = format!("a loop goes over an array or a range, not over `{}`", self.show(ty));
            let finding = Diagnostic::invalid("E1304", span, text).note("write `u32:0..n` to count");
            return Err(self.report(finding));
        };
        match annotation {
            Some((wanted, at)) if wanted != element => {
                let text = format!("expected elements `{}`, found `{}`", self.show(wanted), self.show(element));
                Err(self.report(Diagnostic::invalid("E1215", span, text).label(at, "the annotation says so")))
            }
            _ => Ok(element),
        }
    }

    /// An unrolled loop: a block that binds the state and the index anew for each element.
    fn unroll(
        &mut self,
        looping: &'a For,
        (iterator, state): (&'a ast::Pattern, &'a ast::Pattern),
        iterable: ExprId,
        init: ExprId,
        span: Span,
    ) -> Check<ExprId> {
        let (iterable_ty, state_ty) = (self.ty_of(iterable), self.ty_of(init));
        let (element, len) = self.cx.types.as_array(iterable_ty).ok_or(Reported)?;
        let values = match self.try_evaluate(iterable) {
            Ok(Value::Array(values)) => Some(values),
            Ok(_) => None,
            Err(crate::constant::Stop::NotConstant { .. } | crate::constant::Stop::NoValue { .. }) => None,
            Err(stop) => {
                let finding = stop.diagnostic(span, "what this loop goes over");
                return Err(finding.map_or(Reported, |finding| self.report(finding)));
            }
        };
        // The array is bound once if its elements are known only when the code runs.
        let mut statements = Vec::new();
        let array = match values {
            Some(_) => None,
            None => {
                let origin = LocalOrigin::Part { of: iterable, path: Vec::new() };
                let local = self.add_local("", iterable_ty, self.span_of(iterable), LocalKind::Let, origin);
                let at = self.span_of(iterable);
                let pattern = Pattern { kind: PatternKind::Bind(local), ty: iterable_ty, span: at };
                statements.push(Statement::Let { pattern, value: iterable });
                Some(local)
            }
        };
        let mark = self.scope.enter();
        let mut value = init;
        for i in 0..len {
            self.check_size(span)?;
            let turn = self.scope.enter();
            let step = self.unrolled_turn(looping, (iterator, state), (element, state_ty), value, |infer| {
                let at = looping.iterable.span;
                match (&values, array) {
                    (Some(values), _) => infer.literal(values[i as usize].clone(), element, at),
                    (None, Some(array)) => {
                        let array = infer.read(array, at);
                        let index = infer.word(i, at);
                        infer.closed(ExprKind::Index { array, index }, element, at)
                    }
                    (None, None) => infer.unit(at),
                }
            });
            self.scope.leave(turn);
            let (bound, next) = step?;
            statements.extend(bound);
            value = next;
        }
        self.scope.leave(mark);
        Ok(self.closed(ExprKind::Block { statements, result: Some(value) }, state_ty, span))
    }

    fn unrolled_turn(
        &mut self,
        looping: &'a For,
        (iterator, state): (&'a ast::Pattern, &'a ast::Pattern),
        (element, state_ty): (TypeId, TypeId),
        value: ExprId,
        item: impl FnOnce(&mut Self) -> ExprId,
    ) -> Check<(Vec<Statement>, ExprId)> {
        let source = |value| Source { kind: LocalKind::Loop, value: Some(value), path: Vec::new() };
        let state = self.bind_pattern(state, state_ty, &mut source(value))?;
        let item = item(self);
        let iterator = self.bind_pattern(iterator, element, &mut source(item))?;
        let body = self.draft_block(&looping.body, Some(state_ty))?;
        self.settle_body(body, state_ty, looping)?;
        let bound = vec![Statement::Let { pattern: state, value }, Statement::Let { pattern: iterator, value: item }];
        Ok((bound, body))
    }
}

/// Where the names of an irrefutable pattern get their values.
pub(super) struct Source {
    /// What binds them.
    pub kind: LocalKind,
    /// The expression whose value is taken apart; none if it is known when the code runs only.
    pub value: Option<ExprId>,
    /// Elements taken so far.
    pub path: Vec<u32>,
}

/// The statements of a block without errors.
struct Drafted {
    statements: Vec<Statement>,
    /// The value of the block.
    result: Option<ExprId>,
    /// Whether there was an error.
    outcome: Check<()>,
}
