//! Lambdas and `map`.
//!
//! A lambda becomes a function of its own. The names of the function around it that it uses become its first parameters;
//! those whose values are known at compile time become parametrics instead, so that they can give widths.

use std::sync::Arc;

use xls_aot_ir::Diagnostic;

use super::builtins;
use super::call::CallSite;
use super::checker::{Check, Reported};
use super::infer::{Because, Env, Infer, Outer, OuterName};
use super::path::Meaning;
use super::scope::Binding;
use super::signature::{FunctionRef, Slot, State};
use super::typed::{
    Callee, ExprId, ExprKind, Function, FunctionKey, FunctionKind, InstanceId, LocalId, LocalKind, LocalOrigin,
};
use super::types::TypeId;
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast, ItemKind, Lambda, LambdaParam, Name};

/// A lambda that was checked.
struct CheckedLambda {
    id: InstanceId,
    result: TypeId,
    /// Locals of the function around it, in the order of the leading parameters.
    captures: Vec<LocalId>,
}

impl<'a> Infer<'_, 'a> {
    /// A name of the function around a lambda: it becomes a parameter, or a parametric if its value is known.
    pub fn capture(&mut self, name: &Name) -> Option<Binding> {
        let binding = match self.outer.remove(name)? {
            OuterName::Type(ty) => Binding::Type(ty),
            OuterName::Broken => Binding::Broken,
            OuterName::Local(local) => {
                let known = matches!(local.origin, LocalOrigin::Known(_));
                let (kind, origin) = match local.origin {
                    LocalOrigin::Known(value) => (LocalKind::Parametric, LocalOrigin::Known(value)),
                    LocalOrigin::Run | LocalOrigin::Part { .. } => (LocalKind::Parameter, LocalOrigin::Run),
                };
                let id = self.add_local(&local.name, local.ty, local.span, kind, origin);
                if !known {
                    self.captured.push(name.clone());
                    self.capture_locals.push(id);
                }
                Binding::Local(id)
            }
        };
        // Bound below everything else, so that it stays for the whole lambda.
        self.scope.bind_outermost(name.clone(), binding);
        Some(binding)
    }

    /// The local that a captured name is here.
    fn captured_local(&mut self, name: &Name) -> Check<LocalId> {
        match self.scope.get(name).or_else(|| self.capture(name)) {
            Some(Binding::Local(local)) => Ok(local),
            Some(Binding::Type(_) | Binding::Broken) | None => Err(Reported),
        }
    }

    /// What a lambda here sees.
    fn visible_outside(&mut self) -> Outer {
        self.know_constants();
        let mut outer = self.outer.clone();
        for (name, binding) in self.scope.visible() {
            outer.insert(
                name,
                match binding {
                    Binding::Local(local) => OuterName::Local(self.body.local(local).clone()),
                    Binding::Type(ty) => OuterName::Type(ty),
                    Binding::Broken => OuterName::Broken,
                },
            );
        }
        outer
    }

    /// Checks a lambda whose parameters have these types, unless it says others.
    fn lambda(&mut self, lambda: &'a Lambda, types: &[TypeId], span: Span) -> Check<CheckedLambda> {
        let mut parameter_types = Vec::new();
        for (param, ty) in lambda.params.iter().zip(types) {
            parameter_types.push(match param {
                LambdaParam::Typed(param) => self.ty(&param.ty)?,
                LambdaParam::Untyped(_) => *ty,
            });
        }
        let declared = match &lambda.return_type {
            Some(ty) => Some((self.ty(ty)?, ty.span)),
            None => None,
        };
        let outer = self.visible_outside();
        let (home, current, uncalled) = (self.home, self.current, self.uncalled);
        let mut inner = Infer::new(self.cx, home, &Env::new());
        inner.uncalled = uncalled;
        inner.outer = outer;
        inner.current = current;
        let mut parameters = Vec::new();
        for (param, ty) in lambda.params.iter().zip(&parameter_types) {
            let name = match param {
                LambdaParam::Typed(param) => &param.name,
                LambdaParam::Untyped(name) => name,
            };
            parameters.push(inner.bind(name, *ty, LocalKind::Parameter, LocalOrigin::Run));
        }
        let root = inner.draft_block(&lambda.body, declared.map(|(ty, _)| ty));
        let result = root.and_then(|root| {
            let ty = match declared {
                Some((ty, span)) => {
                    inner.settle(root, ty, Because { span, what: "the lambda is declared to return this" }).map(|()| ty)
                }
                None => inner.settle_default(root),
            };
            ty.map(|ty| (root, ty))
        });
        let inner_failed = inner.failed;
        let (captured, capture_locals) =
            (std::mem::take(&mut inner.captured), std::mem::take(&mut inner.capture_locals));
        let (mut body, callees) = (std::mem::take(&mut inner.body), std::mem::take(&mut inner.callees));
        let token_callees = std::mem::take(&mut inner.token_callees);
        let constants = std::mem::take(&mut inner.constants);
        if result.is_err() || inner_failed {
            self.failed = true;
            return Err(Reported);
        }
        let (root, result) = result?;
        body.root = Some(root);
        for constant in constants {
            if !self.constants.contains(&constant) {
                self.constants.push(constant);
            }
        }
        let captured = captured.iter().map(|name| self.captured_local(name)).collect::<Check<Vec<_>>>()?;
        let mut all = capture_locals.clone();
        all.extend(parameters);
        let id = InstanceId::new(self.cx.slots.len());
        let key = FunctionKey {
            module: home.module,
            owner: home.owner,
            // Unique: no other instance has this number.
            name: format!("lambda.{}", id.index()),
            arguments: Vec::new(),
        };
        let captures: Vec<TypeId> = capture_locals.iter().map(|&local| body.local(local).ty).collect();
        let function = Function {
            key: key.clone(),
            kind: FunctionKind::Lambda,
            public: false,
            name_span: span,
            parameters: all,
            captures: captures.len(),
            result,
            needs_token: false,
            body,
        };
        self.cx.slots.push(Slot {
            key,
            of: None,
            env: Env::new(),
            parameters: captures.into_iter().chain(parameter_types).collect(),
            result,
            state: State::Done(Arc::new(function)),
            callees,
            token_callees,
            called: span,
            depth: 0,
        });
        self.note_callee(id);
        Ok(CheckedLambda { id, result, captures: captured })
    }

    /// Finds the values of visible locals that are known at compile time without calls.
    fn know_constants(&mut self) {
        for (_, binding) in self.scope.visible() {
            let Binding::Local(local) = binding else { continue };
            if let LocalOrigin::Part { of, path } = self.body.local(local).origin.clone() {
                if !path.is_empty() {
                    continue;
                }
                if let Ok(value) = self.try_evaluate(of) {
                    self.body.locals[local.index()].origin = LocalOrigin::Known(value);
                }
            }
        }
    }

    /// `(|a, b| a + b)(x, y)`.
    pub fn call_lambda(&mut self, lambda: &'a Lambda, site: CallSite<'a>) -> Check<ExprId> {
        if lambda.params.len() != site.args.len() {
            let text =
                format!("this lambda takes {} arguments, and {} are given", lambda.params.len(), site.args.len());
            return Err(self.invalid("E1334", site.at, text));
        }
        let mut values = Vec::new();
        let mut types = Vec::new();
        for (param, arg) in lambda.params.iter().zip(site.args) {
            let id = match param {
                LambdaParam::Typed(param) => {
                    let ty = self.ty(&param.ty)?;
                    self.check(arg, ty, Because { span: param.span, what: "the parameter has this type" })?
                }
                LambdaParam::Untyped(_) => self.infer(arg, None)?,
            };
            types.push(self.ty_of(id));
            values.push(id);
        }
        let span = site.expr.span;
        let checked = self.lambda(lambda, &types, span)?;
        let mut arguments: Vec<ExprId> = checked.captures.iter().map(|&local| self.read(local, span)).collect();
        arguments.extend(values);
        Ok(self.closed(ExprKind::Call { callee: checked.id, arguments }, checked.result, span))
    }

    /// `map(array, function)`.
    pub fn draft_map(&mut self, site: CallSite<'a>) -> Check<ExprId> {
        let span = site.expr.span;
        let [array, function] = site.args else {
            return Err(self.invalid("E1334", site.at, "`map` takes an array and a function"));
        };
        let array = self.infer(array, None)?;
        let ty = self.ty_of(array);
        let Some((element, len)) = self.cx.types.as_array(ty) else {
            let text = format!("`map` goes over an array, not over `{}`", self.show(ty));
            let at = self.span_of(array);
            return Err(self.invalid("E1341", at, text));
        };
        let (callee, captures, result) = self.mapped(function, element)?;
        let ty = self.array_of(result, len, span)?;
        Ok(self.closed(ExprKind::Map { array, callee, captures }, ty, span))
    }

    fn mapped(&mut self, function: &'a ast::Expr, element: TypeId) -> Check<(Callee, Vec<ExprId>, TypeId)> {
        let span = function.span;
        let (callee, generics) = match &function.kind {
            Ast::FunctionRef { callee, generics } => (&**callee, &generics[..]),
            Ast::Lambda(lambda) => {
                if lambda.params.len() != 1 {
                    return Err(self.invalid("E1342", span, "`map` gives one element to its function"));
                }
                let checked = self.lambda(lambda, &[element], span)?;
                let captures = checked.captures.iter().map(|&local| self.read(local, span)).collect();
                return Ok((Callee::Instance(checked.id), captures, checked.result));
            }
            _ => (function, &[][..]),
        };
        // A call of an element that no one wrote, as `f(element)`; it decides the parametrics.
        let origin = LocalOrigin::Run;
        let local = self.add_local("", element, span, LocalKind::Parameter, origin);
        let argument = self.read(local, span);
        let id = match &callee.kind {
            Ast::Path(path) => match self.meaning(path)? {
                Meaning::Builtin(name) => {
                    let (builtin, result) = self.mapped_builtin(name, element, span)?;
                    return Ok((Callee::Builtin(builtin), Vec::new(), result));
                }
                Meaning::Item(definition) => match &self.cx.item(definition).kind {
                    ItemKind::Function(of) => {
                        let item = self.cx.item(definition);
                        let home = super::infer::Home { module: definition.module, item: definition.item, owner: None };
                        self.mapped_instance(FunctionRef { home, function: of, item }, generics, argument, span)?
                    }
                    _ => return Err(self.invalid("E1332", span, format!("`{path}` is not a function"))),
                },
                Meaning::Member(name, member) => {
                    let owner = self.map_owner(name, element, span)?;
                    let of = self.associated_function(owner, member)?;
                    self.mapped_instance(of, generics, argument, span)?
                }
                Meaning::Local(_) | Meaning::Type(_) | Meaning::Module => {
                    return Err(self.invalid("E1332", span, format!("`{path}` is not a function")));
                }
            },
            Ast::TypeMember { ty, member } => {
                let name = self.member_subject(ty)?;
                let owner = self.map_owner(name, element, span)?;
                let of = self.associated_function(owner, member)?;
                self.mapped_instance(of, generics, argument, span)?
            }
            Ast::Field { operand, field } => {
                let object = self.infer(operand, None)?;
                let Some(owner) = self.cx.types.as_struct(self.ty_of(object)) else {
                    return Err(self.invalid("E1330", field.span, "only structures have methods"));
                };
                let of = self.associated_function(owner, field)?;
                let (id, result) = self.instance_for(of, generics, &[object, argument], span)?;
                return Ok((Callee::Instance(id), vec![object], result));
            }
            _ => return Err(self.invalid("E1332", span, "`map` needs the name of a function, or a lambda")),
        };
        Ok((Callee::Instance(id.0), Vec::new(), id.1))
    }

    fn map_owner(
        &mut self,
        name: super::path::TypeName<'a>,
        element: TypeId,
        span: Span,
    ) -> Check<super::types::StructId> {
        // `map(points, Point::norm)` of a parametric structure: the elements say which one.
        if let super::path::TypeName::Struct(of) = name {
            if let Some(id) = self.cx.types.as_struct(element) {
                if self.cx.types.structure(id).definition == of.definition {
                    return Ok(id);
                }
            }
            return self.structure_with(of, &[], span);
        }
        let super::path::TypeName::Known(ty) = name else { return Err(Reported) };
        match self.cx.types.as_struct(ty) {
            Some(id) => Ok(id),
            None => Err(self.invalid("E1330", span, "only structures have functions")),
        }
    }

    fn mapped_instance(
        &mut self,
        of: FunctionRef<'a>,
        generics: &'a [ast::GenericArg],
        argument: ExprId,
        span: Span,
    ) -> Check<(InstanceId, TypeId)> {
        self.instance_for(of, generics, &[argument], span)
    }

    /// The instance of a function for these arguments, which are settled.
    fn instance_for(
        &mut self,
        of: FunctionRef<'a>,
        generics: &'a [ast::GenericArg],
        arguments: &[ExprId],
        span: Span,
    ) -> Check<(InstanceId, TypeId)> {
        let function = of.function;
        if function.params.len() != arguments.len() {
            let text = format!("`{}` does not take one element", function.name.name);
            let finding = Diagnostic::invalid("E1342", span, text).label(function.name.span, "it is defined here");
            return Err(self.report(finding));
        }
        self.refuse_recursion(function, span)?;
        let parameters = &function.generics;
        if generics.len() > parameters.len() {
            return Err(self.too_many_arguments(&function.name, parameters.len(), generics.len(), span));
        }
        let formals: Vec<_> = function.params.iter().map(|param| &param.ty).zip(arguments.iter().copied()).collect();
        let solved = self.solve(&formals, &parameters[generics.len()..], of.home)?;
        let mut env = Env::new();
        for (i, parameter) in parameters.iter().enumerate() {
            let argument = if let Some(arg) = generics.get(i) {
                self.explicit_argument(parameter, arg, of.home, &env)?
            } else if let Some(argument) = self.default_argument(parameter, of.home, &env)? {
                argument
            } else {
                match super::generics::value_of(&solved, &parameter.name.name).cloned() {
                    Some(argument) => self.solved_argument(parameter, argument, of.home, &env)?,
                    None => return Err(self.not_inferred(parameter, &function.name, span)),
                }
            };
            env.push((parameter.name.name.clone(), argument));
        }
        let found = self.cx.instance(of, env, span);
        let callee = self.note_failure(found)?;
        let slot = &self.cx.slots[callee.index()];
        let (types, result) = (slot.parameters.clone(), slot.result);
        for ((&argument, ty), param) in arguments.iter().zip(types).zip(&function.params) {
            self.settle(argument, ty, Because { span: param.span, what: "the parameter has this type" })?;
        }
        self.note_callee(callee);
        Ok((callee, result))
    }

    fn mapped_builtin(
        &mut self,
        name: builtins::Name,
        element: TypeId,
        span: Span,
    ) -> Check<(super::typed::Builtin, TypeId)> {
        match self.unary_builtin(name, element, span)? {
            Some(found) => Ok(found),
            None => {
                let text = format!("`map` cannot apply the built-in function `{}`", name.as_str());
                let finding =
                    Diagnostic::invalid("E1343", span, text).note(format!("wrap it: `|x| {{ {}(x) }}`", name.as_str()));
                Err(self.report(finding))
            }
        }
    }
}
