//! `map`: a loop that fills an array; for built-in functions the operation `map`.

use xls_aot_ir::{FuncId, NodeId, Op, Type, Value};

use super::builder::Builder;
use super::builtins::builtin_name;
use super::expression::leaves;
use super::function::FunctionConverter;
use super::names::identifier;
use super::operators::INDEX_WIDTH;
use super::{Converted, Session};
use crate::check::typed::{Body, Builtin, Callee, ExprId, InstanceId};
use crate::check::types::ModuleId;
use crate::source::Span;

/// The body of a function that is made of one built-in function.
static NO_BODY: Body = Body { exprs: Vec::new(), locals: Vec::new(), root: None };

impl FunctionConverter<'_, '_> {
    pub(super) fn map(&mut self, array: ExprId, callee: &Callee, captures: &[ExprId], id: ExprId) -> Converted<NodeId> {
        let elements = self.expr(array)?;
        let captures = self.all(captures)?;
        let span = self.body.expr(id).span;
        let ty = self.expr_type(id);
        match callee {
            Callee::Builtin(builtin) => {
                let types = (self.builder.ty(elements), &ty);
                let to_apply = self.session.builtin_function(self.module, *builtin, types, span)?;
                Ok(self.add(Op::Map { to_apply }, vec![elements], ty, Some(span)))
            }
            Callee::Instance(callee) => self.map_instance(elements, *callee, captures, ty, span),
        }
    }

    fn map_instance(
        &mut self,
        elements: NodeId,
        callee: InstanceId,
        captures: Vec<NodeId>,
        ty: Type,
        span: Span,
    ) -> Converted<NodeId> {
        self.session.take(leaves(&ty), span)?;
        let Some(zero) = Value::zero(&ty) else { return Err(super::expression::no_elements(span)) };
        let to_apply = self.session.converted[&callee];
        let has_effects = self.session.checked.function(callee).needs_token;
        let callee_name = self.session.package.function(to_apply).name.clone();
        let number = self.next_loop();
        let caller = &self.builder.name;
        let name = format!("__SYNTHETIC_LOOP_BODY_{caller}_CALLING_{callee_name}__MAP_{number}");
        let mut invariants = Vec::new();
        if has_effects {
            invariants.push(self.reached());
        }
        invariants.extend(captures);
        invariants.push(elements);
        let types: Vec<Type> = invariants.iter().map(|&node| self.builder.ty(node).clone()).collect();
        let loop_body = self.session.map_body(name, to_apply, has_effects, &types, &ty, span);
        let zero = self.literal(zero, ty.clone(), None);
        let first = match has_effects {
            true => {
                let entry = self.entry_token();
                self.tuple(vec![entry, zero], None)
            }
            false => zero,
        };
        let op = Op::CountedFor { trip_count: ty.array_len().unwrap_or_default(), stride: 1, body: loop_body };
        let state = self.builder.ty(first).clone();
        let operands = [first].into_iter().chain(invariants).collect();
        let result = self.add(op, operands, state, Some(span));
        let function = &self.session.checked.function(callee).key.name;
        self.builder.rename(result, &format!("map_invocation__{function}"));
        if !has_effects {
            return Ok(result);
        }
        let token = self.element(result, 0, Type::Token, None);
        self.wait_for(token);
        Ok(self.element(result, 1, ty, None))
    }
}

impl Session<'_> {
    /// The body of the loop: calls the function for one element. `invariants` are the types of: the activation (with
    /// effects), the captured values, the array.
    fn map_body(
        &mut self,
        name: String,
        to_apply: FuncId,
        has_effects: bool,
        invariants: &[Type],
        ty: &Type,
        span: Span,
    ) -> FuncId {
        let name = self.free_name(name);
        let at = Some(self.positions.of(span));
        let mut builder = Builder::new(name);
        let index = builder.parameter(self.id(), "idx", Type::Bits(INDEX_WIDTH));
        let state = match has_effects {
            true => builder.parameter(self.id(), "token_and_array", Type::tuple(vec![Type::Token, ty.clone()])),
            false => builder.parameter(self.id(), "array_val", ty.clone()),
        };
        let mut rest = Vec::new();
        let captures = invariants.len() - 1 - usize::from(has_effects);
        for (i, invariant) in invariants.iter().enumerate() {
            let name = match i {
                0 if has_effects => "activated",
                _ if i + 1 == invariants.len() => "input_array",
                _ if captures == 1 => "context_struct",
                _ => "context",
            };
            rest.push(builder.parameter(self.id(), name, invariant.clone()));
        }
        let Some(input) = rest.pop() else { unreachable!("the array is passed") };
        let Type::Array(input_type) = builder.ty(input).clone() else { unreachable!("`map` takes an array") };
        let mut arguments = Vec::new();
        let mut array = state;
        if has_effects {
            array = builder.add(self.id(), Op::TupleIndex { index: 1 }, vec![state], ty.clone(), at);
            builder.rename(array, "out_array_value");
            let token = builder.add(self.id(), Op::TupleIndex { index: 0 }, vec![state], Type::Token, at);
            builder.rename(token, "token_value");
            arguments.push(token);
        }
        let read = Op::ArrayIndex { assumed_in_bounds: false };
        let element = builder.add(self.id(), read, vec![input, index], input_type.element.clone(), at);
        arguments.extend(rest);
        arguments.push(element);
        let result = self.package.function(to_apply).return_type.clone();
        let mut value = builder.add(self.id(), Op::Invoke { to_apply }, arguments, result.clone(), at);
        let mut token = None;
        if let (true, Type::Tuple(types)) = (has_effects, &result) {
            let pair = value;
            token = Some(builder.add(self.id(), Op::TupleIndex { index: 0 }, vec![pair], Type::Token, None));
            value = builder.add(self.id(), Op::TupleIndex { index: 1 }, vec![pair], types[1].clone(), None);
        }
        let write = Op::ArrayUpdate { assumed_in_bounds: false };
        let mut next = builder.add(self.id(), write, vec![array, value, index], ty.clone(), at);
        builder.rename(next, "map_iteration");
        if let Some(token) = token {
            let pair = Type::tuple(vec![Type::Token, ty.clone()]);
            next = builder.add(self.id(), Op::Tuple, vec![token, next], pair, None);
        }
        self.add_function(builder.finish(next))
    }

    /// A function that applies a built-in one to an element of `elements`.
    fn builtin_function(
        &mut self,
        module: ModuleId,
        builtin: Builtin,
        types: (&Type, &Type),
        span: Span,
    ) -> Converted<FuncId> {
        let (Type::Array(elements), Type::Array(results)) = (types.0.clone(), types.1.clone()) else {
            unreachable!("`map` takes an array and gives one")
        };
        let module_name = (self.request.modules)(module);
        let width = elements.element.flat_bit_count().unwrap_or_default();
        let name = identifier(&format!("__{module_name}__{}__{width}", builtin_name(builtin)));
        if let Some(&known) = self.names.get(&name) {
            return Ok(known);
        }
        let mut converter = FunctionConverter::new(self, module, &NO_BODY, name);
        let argument = converter.parameter("arg", elements.element.clone());
        let result = converter.pure_builtin(builtin, vec![argument], results.element.clone(), false, span)?;
        let made = converter.builder.finish(result);
        Ok(self.add_function(made))
    }
}
