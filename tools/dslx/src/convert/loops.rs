//! `for`: the body becomes a function, the loop a `counted_for`.
//!
//! The body is called with the index, the state, and what it reads from outside. Values that are known at compile time are
//! not passed but made again within the body.

use xls_aot_ir::{NodeId, Op, Type, Value};

use super::function::{Effects, FunctionConverter};
use super::operators::INDEX_WIDTH;
use super::walk::read_locals;
use super::Converted;
use crate::check::typed::{ExprId, ExprKind, LocalId, LocalOrigin, Pattern, PatternKind};
use crate::source::Span;

/// The parts of a loop.
#[derive(Clone, Copy)]
pub(super) struct Loop<'a> {
    pub(super) iterable: ExprId,
    pub(super) iterator: &'a Pattern,
    pub(super) state: &'a Pattern,
    pub(super) init: ExprId,
    pub(super) body: ExprId,
}

impl<'a> FunctionConverter<'_, 'a> {
    pub(super) fn looping(&mut self, parts: Loop<'_>, span: Span) -> Converted<NodeId> {
        let init = self.expr(parts.init)?;
        let iterable_type = self.expr_type(parts.iterable);
        let trip_count = iterable_type.array_len().unwrap_or_default();
        let body: &'a crate::check::typed::Body = self.body;
        let range = match &body.expr(parts.iterable).kind {
            ExprKind::Range { start } => Some(start.clone()),
            _ => None,
        };
        let elements = match range {
            Some(_) => None,
            None => Some(self.expr(parts.iterable)?),
        };
        let number = self.next_loop();
        let name = format!("__{}_counted_for_{number}_body", self.builder.name);
        let captured = self.captured(parts.body);
        let has_effects = self.effects.is_some();
        let state_type = self.builder.ty(init).clone();

        let name = self.session.free_name(name);
        let mut inner = FunctionConverter::new(self.session, self.module, body, name);
        inner.begin(parts, range, elements.map(|_| iterable_type), state_type.clone(), has_effects);
        for (local, known) in &captured {
            inner.capture(*local, known.is_none());
        }
        let mut result = inner.expr(parts.body)?;
        if let Some(effects) = inner.effects.take() {
            let mut tokens = effects.tokens;
            tokens.push(effects.entry);
            let token = match tokens.as_slice() {
                [only] => *only,
                _ => inner.add(Op::AfterAll, tokens, Type::Token, None),
            };
            result = inner.tuple(vec![token, effects.activated, result], None);
        }
        let made = inner.builder.finish(result);
        let loop_body = self.session.add_function(made);

        let mut first = init;
        if has_effects {
            let activated = if trip_count == 0 { self.bits_literal(1, 0, None) } else { self.reached() };
            let entry = self.entry_token();
            first = self.tuple(vec![entry, activated, init], None);
        }
        let mut operands = vec![first];
        operands.extend(elements);
        for (local, known) in captured {
            if known.is_none() {
                operands.push(self.local(local));
            }
        }
        let ty = self.builder.ty(first).clone();
        let op = Op::CountedFor { trip_count, stride: 1, body: loop_body };
        let result = self.add(op, operands, ty, Some(span));
        if !has_effects {
            return Ok(result);
        }
        let token = self.element(result, 0, Type::Token, None);
        self.wait_for(token);
        Ok(self.element(result, 2, state_type, None))
    }

    /// Number of the next loop of this function.
    pub(super) fn next_loop(&mut self) -> u32 {
        self.loops += 1;
        self.loops - 1
    }

    /// The locals from outside that a loop's body reads, by name; with the value of those that are known.
    fn captured(&self, body: ExprId) -> Vec<(LocalId, Option<Value>)> {
        let mut read = Vec::new();
        read_locals(self.body, body, &mut read);
        read.retain(|local| self.locals[local.index()].is_some());
        read.sort_by(|a, b| {
            let name = |local: &LocalId| self.body.local(*local).name.as_str();
            name(a).cmp(name(b)).then(a.cmp(b))
        });
        read.dedup();
        read.into_iter().map(|local| (local, self.known(local))).collect()
    }

    /// The value of a local that is a literal.
    fn known(&self, local: LocalId) -> Option<Value> {
        match &self.body.local(local).origin {
            LocalOrigin::Known(value) => Some(value.clone()),
            LocalOrigin::Part { of, path } if path.is_empty() => match &self.body.expr(*of).kind {
                ExprKind::Literal(value @ Value::Bits(_)) => Some(value.clone()),
                _ => None,
            },
            LocalOrigin::Part { .. } | LocalOrigin::Run => None,
        }
    }

    /// Makes a captured local known in a loop's body: a parameter, or a literal.
    fn capture(&mut self, local: LocalId, is_parameter: bool) {
        let described = self.body.local(local);
        let ty = self.ir_type(described.ty);
        let node = match (is_parameter, self.known(local)) {
            (false, Some(value)) => self.literal(value, ty, Some(described.span)),
            _ => self.parameter(&described.name, ty),
        };
        self.bind(local, node);
    }

    /// The parameters for index and state of a loop's body, and the names that they are bound to.
    fn begin(
        &mut self,
        parts: Loop<'_>,
        range: Option<Value>,
        elements: Option<Type>,
        state_type: Type,
        has_effects: bool,
    ) {
        let element_type = self.ir_type(parts.iterator.ty);
        let index = match (&parts.iterator.kind, &elements) {
            (_, Some(_)) => self.parameter("__index", Type::Bits(INDEX_WIDTH)),
            (PatternKind::Bind(local), None) => {
                let name = self.body.local(*local).name.clone();
                self.parameter(&name, element_type.clone())
            }
            (_, None) => self.parameter("__", element_type.clone()),
        };
        if let Some(start) = range {
            let offset = self.literal(start, element_type.clone(), None);
            let element = self.add(Op::Add, vec![index, offset], element_type, None);
            self.bind_pattern(parts.iterator, element, false);
        }
        let state = self.state_parameter(parts.state, state_type, has_effects);
        self.bind_pattern(parts.state, state, false);
        if let Some(elements) = elements {
            let array = self.parameter("__indexable", elements);
            let element = self.index(array, index, None);
            self.bind_pattern(parts.iterator, element, false);
        }
    }

    fn state_parameter(&mut self, state: &Pattern, ty: Type, has_effects: bool) -> NodeId {
        if has_effects {
            let wrapped = Type::tuple(vec![Type::Token, Type::Bits(1), ty.clone()]);
            let wrapped = self.parameter("__token_wrapped", wrapped);
            let entry = self.element(wrapped, 0, Type::Token, None);
            let activated = self.element(wrapped, 1, Type::Bits(1), None);
            self.effects = Some(Effects { entry, activated, tokens: Vec::new(), branches: Vec::new() });
            return self.element(wrapped, 2, ty, None);
        }
        match &state.kind {
            PatternKind::Bind(local) => {
                let name = self.body.local(*local).name.clone();
                self.parameter(&name, ty)
            }
            PatternKind::Wildcard
            | PatternKind::Rest
            | PatternKind::Value(_)
            | PatternKind::Local(_)
            | PatternKind::Range { .. }
            | PatternKind::Tuple(_) => self.parameter("__loop_carry", ty),
        }
    }
}
