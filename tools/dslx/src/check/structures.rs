//! Structure literals: names of fields, and parametrics that follow from them.

use std::collections::HashSet;

use xls_aot_ir::{nearest, Diagnostic};

use super::checker::Check;
use super::generics::value_of;
use super::infer::{Because, Env, Home, Infer};
use super::known::Known;
use super::path::{StructDefinition, TypeName};
use super::typed::{ExprId, ExprKind};
use super::types::{StructId, Type, TypeId};
use crate::source::Span;
use crate::syntax::ast::{self, Splat, StructField, TypeKind};

impl<'a> Infer<'_, 'a> {
    /// `S { a: x, ..y }`.
    pub fn draft_struct(
        &mut self,
        ty: &'a ast::Type,
        fields: &'a [StructField],
        splat: Option<&'a Splat>,
        hint: Option<TypeId>,
        span: Span,
    ) -> Check<ExprId> {
        let (name, args) = match &ty.kind {
            TypeKind::Path { path, args } => (self.type_path(path)?, &args[..]),
            _ => (TypeName::Known(self.ty(ty)?), &[][..]),
        };
        // The names first: they can be told even if the values of parametrics are not known.
        if let TypeName::Struct(of) = name {
            self.field_names(of, fields, splat.is_some(), span)?;
        }
        let base = match splat {
            Some(splat) => Some(self.draft(&splat.value, hint)?),
            None => None,
        };
        let mut drafts: Vec<Option<ExprId>> = vec![None; fields.len()];
        let id = match name {
            TypeName::Struct(of) if args.is_empty() && !of.ast.generics.is_empty() => {
                self.infer_structure(of, fields, &mut drafts, base, hint, span)?
            }
            _ => {
                let ty_id = self.named(name, args, ty.span)?;
                let Some(id) = self.cx.types.as_struct(ty_id) else {
                    let text = format!("`{}` is not a structure", self.show(ty_id));
                    return Err(self.invalid("E1297", ty.span, text));
                };
                id
            }
        };
        if let TypeName::Known(_) = name {
            let definition = self.cx.types.structure(id).definition;
            if let ast::ItemKind::Struct(ast) = &self.cx.item(definition).kind {
                self.field_names(StructDefinition { definition, ast }, fields, splat.is_some(), span)?;
            }
        }
        let result = self.cx.types.intern(Type::Struct(id));
        if let Some(base) = base {
            self.settle(base, result, Because { span: ty.span, what: "the structure" })?;
        }
        let count = self.cx.types.structure(id).fields.len();
        let values: Vec<Check<(u32, ExprId)>> =
            fields.iter().zip(drafts).map(|(field, draft)| self.field_value(id, field, draft)).collect();
        let mut values = values.into_iter().collect::<Check<Vec<_>>>()?;
        let kind = match base {
            Some(base) if values.len() < count => ExprKind::StructUpdate { base, fields: values },
            Some(base) => {
                self.warn_useless_splat(self.span_of(base));
                ExprKind::StructUpdate { base, fields: values }
            }
            None => {
                let order = values.iter().map(|&(index, _)| index).collect();
                values.sort_by_key(|&(index, _)| index);
                ExprKind::Struct { fields: values.into_iter().map(|(_, value)| value).collect(), order }
            }
        };
        Ok(self.closed(kind, result, span))
    }

    /// Index and value of a field.
    fn field_value(&mut self, id: StructId, field: &'a StructField, draft: Option<ExprId>) -> Check<(u32, ExprId)> {
        let (index, wanted) = self.field(id, &field.name)?;
        let draft = match draft {
            Some(draft) => draft,
            None => self.draft(&field.value, Some(wanted))?,
        };
        self.settle(draft, wanted, Because { span: field.name.span, what: "the field has this type" })?;
        Ok((index, draft))
    }

    /// Checks that the names of fields are those of the structure, each once.
    fn field_names(&mut self, of: StructDefinition<'a>, fields: &[StructField], rest: bool, span: Span) -> Check<()> {
        let names: Vec<&str> = of.ast.fields.iter().map(|field| field.name.as_str()).collect();
        let known: HashSet<&str> = names.iter().copied().collect();
        let mut seen: HashSet<&str> = HashSet::new();
        for field in fields {
            let name = field.name.as_str();
            if !known.contains(name) {
                let text = format!("`{}` has no field `{name}`", of.ast.name.name);
                let mut finding = Diagnostic::invalid("E1286", field.name.span, text)
                    .label(of.ast.name.span, "the structure is defined here");
                if let Some(near) = nearest(name, names.iter().copied()) {
                    finding = finding.note(format!("there is `{near}`"));
                }
                return Err(self.report(finding));
            }
            if !seen.insert(name) {
                return Err(self.invalid("E1298", field.name.span, format!("field `{name}` has two values")));
            }
        }
        let missing: Vec<String> = names.iter().filter(|n| !seen.contains(*n)).map(|n| format!("`{n}`")).collect();
        if !rest && !missing.is_empty() {
            let text = format!("`{}` needs a value for {}", of.ast.name.name, missing.join(", "));
            let finding = Diagnostic::invalid("E1299", span, text)
                .label(of.ast.name.span, "the structure is defined here")
                .note("to take the others from another value write `..value` at the end");
            return Err(self.report(finding));
        }
        Ok(())
    }

    /// The structure whose parametrics follow from the context or from the fields.
    fn infer_structure(
        &mut self,
        of: StructDefinition<'a>,
        fields: &'a [StructField],
        drafts: &mut [Option<ExprId>],
        base: Option<ExprId>,
        hint: Option<TypeId>,
        span: Span,
    ) -> Check<StructId> {
        let base_ty = base.and_then(|base| match self.known(base) {
            Known::Type(ty) => Some(*ty),
            _ => None,
        });
        for ty in [hint, base_ty].into_iter().flatten() {
            if let Some(id) = self.cx.types.as_struct(ty) {
                if self.cx.types.structure(id).definition == of.definition {
                    return Ok(id);
                }
            }
        }
        let home = Home { module: of.definition.module, item: of.definition.item, owner: None };
        let mut formals = Vec::new();
        for (i, field) in fields.iter().enumerate() {
            drafts[i] = Some(self.draft(&field.value, None)?);
        }
        for formal in &of.ast.fields {
            let given = fields.iter().position(|field| field.name.name == formal.name.name);
            if let Some(draft) = given.and_then(|i| drafts[i]) {
                formals.push((&formal.ty, draft));
            }
        }
        let generics = &of.ast.generics;
        let solved = self.solve(&formals, generics, home)?;
        let mut env = Env::new();
        for parameter in generics {
            let argument = match self.default_argument(parameter, home, &env)? {
                Some(argument) => argument,
                None => match value_of(&solved, &parameter.name.name).cloned() {
                    Some(argument) => self.solved_argument(parameter, argument, home, &env)?,
                    None => return Err(self.not_inferred(parameter, &of.ast.name, span)),
                },
            };
            env.push((parameter.name.name.clone(), argument));
        }
        let found = self.cx.structure(of, env);
        self.note_failure(found)
    }
}
