//! The conversion of one instance, and of what it needs beside it: the form without token.

use xls_aot_ir::{Bits, FuncId, NodeId, Op, Type, Value};

use super::builder::Builder;
use super::names::{mangled, Convention};
use super::{Converted, Session};
use crate::check::typed::{Body, ExprId, Function, InstanceId, LocalId, LocalKind, LocalOrigin};
use crate::check::types::{ModuleId, TypeId};
use crate::source::Span;

/// What a function with effects carries along.
pub(super) struct Effects {
    /// The token that all effects take.
    pub(super) entry: NodeId,
    /// Whether the function is activated.
    pub(super) activated: NodeId,
    /// Tokens of the effects so far.
    pub(super) tokens: Vec<NodeId>,
    /// The branches that lead to the code that is being converted, the outermost first.
    pub(super) branches: Vec<Branch>,
}

/// A branch that is taken under a condition.
pub(super) enum Branch {
    /// The `if` part.
    Then(NodeId),
    /// The `else` part.
    Otherwise(NodeId),
    /// An arm of a `match`: it matches and none of those before.
    Arm {
        /// Whether the arms before match.
        before: Vec<NodeId>,
        /// Whether it matches; of the last arm nothing.
        matches: Option<NodeId>,
    },
}

/// The conversion of a function's body, or of a loop's body within it.
pub(super) struct FunctionConverter<'s, 'a> {
    pub(super) session: &'s mut Session<'a>,
    /// The module that the function is defined in.
    pub(super) module: ModuleId,
    pub(super) body: &'a Body,
    pub(super) builder: Builder,
    /// Nodes of the locals that are bound.
    pub(super) locals: Vec<Option<NodeId>>,
    /// `None` if the function has no effects.
    pub(super) effects: Option<Effects>,
    /// Number of loops so far.
    pub(super) loops: u32,
}

impl<'a> Session<'a> {
    /// Adds the function of an instance whose callees are converted, and its form without token if it has one.
    pub(super) fn convert_instance(&mut self, instance: InstanceId) -> Converted<()> {
        let function: &'a Function = self.checked.function(instance);
        // libxls numbers files in the order of the functions.
        self.positions.of(function.name_span);
        let convention = if function.needs_token { Convention::Token } else { Convention::Plain };
        let name = self.free_name(mangled(self.checked, self.request.modules, instance, convention));
        let mut converter = FunctionConverter::new(self, function.key.module, &function.body, name);
        if function.needs_token {
            let entry = converter.parameter("__token", Type::Token);
            let activated = converter.parameter("__activated", Type::Bits(1));
            converter.effects = Some(Effects { entry, activated, tokens: Vec::new(), branches: Vec::new() });
        }
        for &local in &function.parameters {
            let ty = converter.ir_type(function.body.local(local).ty);
            let node = converter.parameter(&function.body.local(local).name, ty);
            converter.bind(local, node);
        }
        let mut result = converter.expr(function.body.root())?;
        if let Some(effects) = converter.effects.take() {
            let token = converter.add(Op::AfterAll, effects.tokens, Type::Token, None);
            result = converter.tuple(vec![token, result], None);
        }
        let made = converter.builder.finish(result);
        let made = self.add_function(made);
        self.converted.insert(instance, made);
        let owner_is_parametric =
            function.key.owner.is_some_and(|owner| !self.checked.types.structure(owner).arguments.is_empty());
        let is_entry = function.public && function.key.arguments.is_empty() && !owner_is_parametric;
        if function.needs_token && (is_entry || self.request.top == Some(instance)) {
            self.wrap(instance);
        }
        Ok(())
    }

    /// libxls gives the only function of a package a form without token, also if it is not public.
    pub(super) fn wrap_only_function(&mut self, order: &[InstanceId]) {
        if let (&[instance], 1) = (order, self.package.functions.len()) {
            if self.checked.function(instance).needs_token {
                self.wrap(instance);
            }
        }
    }

    /// The form without token of a converted instance.
    pub(super) fn plain_form(&mut self, instance: InstanceId) -> FuncId {
        match self.plain.get(&instance) {
            Some(&plain) => plain,
            None => self.converted[&instance],
        }
    }

    /// The function of an instance that callers from outside use.
    pub(super) fn outer_form(&self, instance: InstanceId) -> FuncId {
        if self.checked.function(instance).public {
            if let Some(&plain) = self.plain.get(&instance) {
                return plain;
            }
        }
        self.converted[&instance]
    }

    /// Adds the form without token.
    fn wrap(&mut self, instance: InstanceId) {
        if self.plain.contains_key(&instance) {
            return;
        }
        let name = self.free_name(mangled(self.checked, self.request.modules, instance, Convention::Plain));
        let callee = self.converted[&instance];
        let mut builder = Builder::new(name);
        let wrapped = self.package.function(callee);
        let parameters: Vec<(String, Type)> =
            wrapped.params[2..].iter().map(|&p| (wrapped.node(p).display_name(), wrapped.node(p).ty.clone())).collect();
        let pair = wrapped.return_type.clone();
        let result = self.checked.types.to_ir(self.checked.function(instance).result);
        let parameters: Vec<NodeId> =
            parameters.into_iter().map(|(name, ty)| builder.parameter(self.id(), &name, ty)).collect();
        let token = builder.add(self.id(), Op::AfterAll, Vec::new(), Type::Token, None);
        let one = Op::Literal { value: Box::new(Value::bool(true)) };
        let one = builder.add(self.id(), one, Vec::new(), Type::Bits(1), None);
        let arguments = [token, one].into_iter().chain(parameters).collect();
        let call = builder.add(self.id(), Op::Invoke { to_apply: callee }, arguments, pair, None);
        let result = builder.add(self.id(), Op::TupleIndex { index: 1 }, vec![call], result, None);
        let plain = self.add_function(builder.finish(result));
        self.plain.insert(instance, plain);
    }
}

impl<'s, 'a> FunctionConverter<'s, 'a> {
    pub(super) fn new(session: &'s mut Session<'a>, module: ModuleId, body: &'a Body, name: String) -> Self {
        let locals = vec![None; body.locals.len()];
        Self { session, module, body, builder: Builder::new(name), locals, effects: None, loops: 0 }
    }

    pub(super) fn parameter(&mut self, name: &str, ty: Type) -> NodeId {
        let id = self.session.id();
        self.builder.parameter(id, name, ty)
    }

    /// Adds a node; `span` is the expression that it belongs to.
    pub(super) fn add(&mut self, op: Op, operands: Vec<NodeId>, ty: Type, span: Option<Span>) -> NodeId {
        let id = self.session.id();
        let at = span.map(|span| self.session.positions.of(span));
        self.builder.add(id, op, operands, ty, at)
    }

    pub(super) fn tuple(&mut self, elements: Vec<NodeId>, span: Option<Span>) -> NodeId {
        let types: Vec<Type> = elements.iter().map(|&element| self.builder.ty(element).clone()).collect();
        self.add(Op::Tuple, elements, Type::tuple(types), span)
    }

    pub(super) fn literal(&mut self, value: Value, ty: Type, span: Option<Span>) -> NodeId {
        self.add(Op::Literal { value: Box::new(value) }, Vec::new(), ty, span)
    }

    pub(super) fn bits_literal(&mut self, width: u32, value: u64, span: Option<Span>) -> NodeId {
        self.literal(Value::Bits(Bits::from_u64(width, value)), Type::Bits(width), span)
    }

    /// An element of a tuple or structure; `ty` is its type.
    pub(super) fn element(&mut self, tuple: NodeId, index: u32, ty: Type, span: Option<Span>) -> NodeId {
        self.add(Op::TupleIndex { index }, vec![tuple], ty, span)
    }

    /// An operation on `bits[1]`.
    pub(super) fn bit(&mut self, op: Op, operands: Vec<NodeId>) -> NodeId {
        self.add(op, operands, Type::Bits(1), None)
    }

    pub(super) fn ir_type(&mut self, ty: TypeId) -> Type {
        self.session.ir_type(ty)
    }

    pub(super) fn expr_type(&mut self, expr: ExprId) -> Type {
        self.ir_type(self.body.expr(expr).ty)
    }

    pub(super) fn bind(&mut self, local: LocalId, node: NodeId) {
        self.locals[local.index()] = Some(node);
    }

    /// The node of a local. Known values, such as those of parametrics, are made when they are first needed.
    pub(super) fn local(&mut self, local: LocalId) -> NodeId {
        if let Some(node) = self.locals[local.index()] {
            return node;
        }
        let described = self.body.local(local);
        let LocalOrigin::Known(value) = &described.origin else {
            unreachable!("`{}` is used where it is not bound", described.name)
        };
        let ty = self.ir_type(described.ty);
        let node = self.literal(value.clone(), ty, Some(described.span));
        self.builder.rename(node, &described.name);
        if described.kind == LocalKind::Parametric {
            self.bind(local, node);
        }
        node
    }
}
