//! Parametrics: values from arguments and from defaults.

use xls_aot_ir::Diagnostic;

use super::checker::{Check, Reported};
use super::infer::{Because, Env, Home, Infer};
use super::path::StructDefinition;
use super::types::{Argument, StructId, TypeId};
use crate::source::Span;
use crate::syntax::ast::{GenericArg, GenericDefault, GenericParam, GenericParamKind, Ident, Name};

impl<'a> Infer<'_, 'a> {
    /// The type of a parametric with a value, where those before it have these values.
    pub fn parameter_type(&mut self, parameter: &'a GenericParam, home: Home, env: &Env) -> Check<Option<TypeId>> {
        match &parameter.kind {
            GenericParamKind::Type => Ok(None),
            GenericParamKind::Value(ty) => {
                let found = Infer::new(self.cx, home, env).ty(ty);
                self.note_failure(found).map(Some)
            }
        }
    }

    /// The value of an argument that is written.
    pub fn explicit_argument(
        &mut self,
        parameter: &'a GenericParam,
        arg: &'a GenericArg,
        home: Home,
        env: &Env,
    ) -> Check<Argument> {
        let Some(ty) = self.parameter_type(parameter, home, env)? else {
            return self.type_argument(arg).map(Argument::Type);
        };
        let expr = match arg {
            GenericArg::Expr(expr) => expr,
            GenericArg::Type(written) => {
                let text = format!("parametric `{}` is a value, and this is a type", parameter.name.name);
                let finding =
                    Diagnostic::invalid("E1255", written.span, text).label(parameter.span, "it is defined here");
                return Err(self.report(finding));
            }
        };
        let because = Because { span: parameter.span, what: "the parametric has this type" };
        let value = self.constant(expr, ty, because, "the value of a parametric")?;
        Ok(Argument::Value { value, ty })
    }

    /// The value that a parametric has by default. `None`: it has no default.
    pub fn default_argument(&mut self, parameter: &'a GenericParam, home: Home, env: &Env) -> Check<Option<Argument>> {
        let ty = match (&parameter.default, &parameter.kind) {
            (None, _) => return Ok(None),
            (Some(_), _) => self.parameter_type(parameter, home, env)?,
        };
        let watched = self.cx.budget.wrapped.replace(Vec::new());
        let mut inner = Infer::new(self.cx, home, env);
        let result = match (&parameter.default, ty) {
            (Some(GenericDefault::Expr(expr)), Some(ty)) => {
                let because = Because { span: parameter.span, what: "the parametric has this type" };
                let value = inner.constant(expr, ty, because, "the default of a parametric");
                value.map(|value| Argument::Value { value, ty })
            }
            (Some(GenericDefault::Type(written)), _) => inner.ty(written).map(Argument::Type),
            (Some(GenericDefault::Expr(expr)), None) => {
                Err(inner.invalid("E1255", expr.span, "a type is needed here, and this is a value"))
            }
            (None, _) => return Ok(None),
        };
        for span in inner.cx.budget.wrapped.take().unwrap_or_default() {
            inner.warn_rollover(span, parameter);
        }
        inner.cx.budget.wrapped = watched;
        let callees = std::mem::take(&mut inner.callees);
        if !callees.is_empty() {
            self.cx.default_callees.entry(parameter.span).or_default().extend(callees);
        }
        self.note_failure(result).map(Some)
    }

    /// Reports arguments beyond the parametrics.
    pub fn too_many_arguments(&mut self, name: &Ident, have: usize, given: usize, span: Span) -> Reported {
        let text = format!("`{}` has {have} parametrics, and {given} are given", name.name);
        let finding = Diagnostic::invalid("E1256", span, text).label(name.span, "it is defined here");
        self.report(finding)
    }

    /// The structure with these arguments; those left out must have defaults.
    pub fn structure_with(&mut self, of: StructDefinition<'a>, args: &'a [GenericArg], span: Span) -> Check<StructId> {
        let parameters = &of.ast.generics;
        if args.len() > parameters.len() {
            return Err(self.too_many_arguments(&of.ast.name, parameters.len(), args.len(), span));
        }
        let home = Home { module: of.definition.module, item: of.definition.item, owner: None };
        let mut env = Env::new();
        for (i, parameter) in parameters.iter().enumerate() {
            let argument = match args.get(i) {
                Some(arg) => Some(self.explicit_argument(parameter, arg, home, &env)?),
                None => self.default_argument(parameter, home, &env)?,
            };
            let Some(argument) = argument else {
                let text = format!("`{}` needs a value for its parametric `{}`", of.ast.name.name, parameter.name.name);
                let finding = Diagnostic::invalid("E1257", span, text)
                    .label(parameter.span, "it is defined here")
                    .note(format!("write `{}<...>`", of.ast.name.name));
                return Err(self.report(finding));
            };
            env.push((parameter.name.name.clone(), argument));
        }
        let found = self.cx.structure(of, env);
        self.note_failure(found)
    }
}

/// The value of a parametric in an environment.
pub(super) fn value_of<'e>(env: &'e Env, name: &Name) -> Option<&'e Argument> {
    env.iter().find(|(other, _)| other == name).map(|(_, argument)| argument)
}
