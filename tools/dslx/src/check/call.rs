//! Calls of functions and methods.

use xls_aot_ir::Diagnostic;

use super::checker::{Check, Reported};
use super::generics::value_of;
use super::infer::{Because, Env, Infer};
use super::path::{Meaning, TypeName};
use super::signature::FunctionRef;
use super::typed::{ExprId, ExprKind};
use super::types::{StructId, Type};
use crate::source::Span;
use crate::syntax::ast::{self, ExprKind as Ast, GenericArg, Ident, ItemKind};

/// A call as it is written.
#[derive(Clone, Copy)]
pub(super) struct CallSite<'a> {
    /// The whole expression.
    pub expr: &'a ast::Expr,
    /// What is called.
    pub callee: &'a ast::Expr,
    /// Parametric arguments.
    pub generics: &'a [GenericArg],
    /// Arguments.
    pub args: &'a [ast::Expr],
    /// From `<` or `(` to `)`.
    pub at: Span,
}

impl<'a> Infer<'_, 'a> {
    /// A call.
    pub fn draft_call(&mut self, site: CallSite<'a>) -> Check<ExprId> {
        match &site.callee.kind {
            Ast::Path(path) => match self.meaning(path)? {
                Meaning::Builtin(name) => self.draft_builtin(name, site),
                Meaning::Item(definition) => match &self.cx.item(definition).kind {
                    ItemKind::Function(function) => {
                        let item = self.cx.item(definition);
                        let home = super::infer::Home { module: definition.module, item: definition.item, owner: None };
                        self.call_function(FunctionRef { home, function, item }, site, None)
                    }
                    _ => Err(self.not_callable(path.span, &path.to_string())),
                },
                Meaning::Member(name, member) => {
                    let owner = self.owner_of(name, site.callee.span, member)?;
                    let of = self.associated_function(owner, member)?;
                    self.call_function(of, site, None)
                }
                Meaning::Local(_) | Meaning::Type(_) | Meaning::Module => {
                    Err(self.not_callable(path.span, &path.to_string()))
                }
            },
            Ast::TypeMember { ty, member } => {
                let name = self.member_subject(ty)?;
                let owner = self.owner_of(name, site.callee.span, member)?;
                let of = self.associated_function(owner, member)?;
                self.call_function(of, site, None)
            }
            Ast::Field { operand, field } => {
                let object = self.infer(operand, None)?;
                let ty = self.ty_of(object);
                let Some(owner) = self.cx.types.as_struct(ty) else {
                    let text = format!("`{}` has no methods", self.show(ty));
                    return Err(self.invalid("E1330", field.span, text));
                };
                if field.as_str() == "to_bits" && self.derives_to_bits(owner) {
                    return self.draft_to_bits(object, site);
                }
                let of = self.associated_function(owner, field)?;
                if of.function.params.first().is_none_or(|param| param.name.as_str() != "self") {
                    let text = format!("`{}` does not take `self`", field.name);
                    let finding = Diagnostic::invalid("E1331", field.span, text)
                        .label(of.function.name.span, "it is defined here")
                        .note("call it with the name of the structure: `S::f(...)`");
                    return Err(self.report(finding));
                }
                self.call_function(of, site, Some(object))
            }
            Ast::Lambda(lambda) => self.call_lambda(lambda, site),
            _ => Err(self.not_callable(site.callee.span, "this")),
        }
    }

    fn not_callable(&mut self, span: Span, name: &str) -> Reported {
        self.invalid("E1332", span, format!("`{name}` is not a function"))
    }

    fn owner_of(&mut self, name: TypeName<'a>, span: Span, member: &Ident) -> Check<StructId> {
        match name {
            TypeName::Struct(of) => self.structure_with(of, &[], span),
            TypeName::Known(ty) => match *self.cx.types.get(ty) {
                Type::Struct(id) => Ok(id),
                _ => {
                    let text = format!("`{}` has no function `{}`", self.show(ty), member.name);
                    Err(self.invalid("E1333", span, text))
                }
            },
        }
    }

    /// A call of a function; `object` is `self` of a method call.
    pub fn call_function(&mut self, of: FunctionRef<'a>, site: CallSite<'a>, object: Option<ExprId>) -> Check<ExprId> {
        let function = of.function;
        let before = usize::from(object.is_some());
        if site.args.len() + before != function.params.len() {
            let text = format!(
                "`{}` takes {}, and {} given",
                function.name.name,
                arguments(function.params.len() - before.min(function.params.len())),
                match site.args.len() {
                    1 => "1 is".to_string(),
                    n => format!("{n} are"),
                }
            );
            let finding = Diagnostic::invalid("E1334", site.at, text).label(function.name.span, "it is defined here");
            return Err(self.report(finding));
        }
        let mut drafts: Vec<Option<ExprId>> = vec![None; site.args.len()];
        self.refuse_recursion(function, site.expr.span)?;
        let env = self.arguments(of, site, before, &mut drafts)?;
        let found = self.cx.instance(of, env, site.expr.span);
        let callee = self.note_failure(found)?;
        let slot = &self.cx.slots[callee.index()];
        let (parameters, result) = (slot.parameters.clone(), slot.result);
        let mut values: Vec<ExprId> = Vec::with_capacity(parameters.len());
        if let Some(object) = object {
            let because = Because { span: function.name.span, what: "the method is defined here" };
            self.settle(object, parameters[0], because)?;
            values.push(object);
        }
        let mut failure = None;
        for (i, arg) in site.args.iter().enumerate() {
            let (param, wanted) = (&function.params[i + before], parameters[i + before]);
            let because = Because { span: param.span, what: "the parameter has this type" };
            let value = match drafts[i] {
                Some(draft) => self.settle(draft, wanted, because).map(|()| draft),
                None => self.check(arg, wanted, because),
            };
            match value {
                Ok(value) => values.push(value),
                Err(reported) => failure = Some(reported),
            }
        }
        if let Some(reported) = failure {
            return Err(reported);
        }
        self.note_callee(callee);
        Ok(self.closed(ExprKind::Call { callee, arguments: values }, result, site.expr.span))
    }

    /// Refuses a call of the function whose body this is.
    pub fn refuse_recursion(&mut self, function: &ast::Function, span: Span) -> Check<()> {
        if !self.current.is_some_and(|current| std::ptr::eq(current, function)) {
            return Ok(());
        }
        let text = format!("function `{}` calls itself", function.name.name);
        let finding = Diagnostic::invalid("E1262", span, text).note("hardware has no recursion: use `for`");
        Err(self.report(finding))
    }

    /// Values of all parametrics: those written, defaults, and what follows from the arguments.
    fn arguments(
        &mut self,
        of: FunctionRef<'a>,
        site: CallSite<'a>,
        before: usize,
        drafts: &mut [Option<ExprId>],
    ) -> Check<Env> {
        let generics = &of.function.generics;
        if site.generics.len() > generics.len() {
            let name = &of.function.name;
            return Err(self.too_many_arguments(name, generics.len(), site.generics.len(), site.at));
        }
        let implicit = generics[site.generics.len()..].iter().any(|parameter| parameter.default.is_none());
        let mut solved = Env::new();
        if implicit {
            let mut formals = Vec::new();
            let found: Vec<Check<ExprId>> = site.args.iter().map(|arg| self.draft(arg, None)).collect();
            for (i, draft) in found.into_iter().enumerate() {
                let draft = draft?;
                drafts[i] = Some(draft);
                formals.push((&of.function.params[i + before].ty, draft));
            }
            solved = self.solve(&formals, &generics[site.generics.len()..], of.home)?;
        }
        let mut env = Env::new();
        for (i, parameter) in generics.iter().enumerate() {
            let argument = if let Some(arg) = site.generics.get(i) {
                self.explicit_argument(parameter, arg, of.home, &env)?
            } else if let Some(argument) = self.default_argument(parameter, of.home, &env)? {
                argument
            } else {
                match value_of(&solved, &parameter.name.name).cloned() {
                    Some(argument) => self.solved_argument(parameter, argument, of.home, &env)?,
                    None => return Err(self.not_inferred(parameter, &of.function.name, site.expr.span)),
                }
            };
            env.push((parameter.name.name.clone(), argument));
        }
        Ok(env)
    }

    /// Reports a parametric that does not follow from the arguments.
    pub fn not_inferred(&mut self, parameter: &ast::GenericParam, name: &Ident, span: Span) -> Reported {
        let text = format!("the value of parametric `{}` of `{}` is not known", parameter.name.name, name.name);
        let finding = Diagnostic::invalid("E1335", span, text)
            .label(parameter.span, "it is defined here")
            .note("numbers without a type do not decide it: write their types, or the parametric: `f<u32:8>(...)`");
        self.report(finding)
    }
}

fn arguments(n: usize) -> String {
    match n {
        1 => "1 argument".to_string(),
        _ => format!("{n} arguments"),
    }
}
