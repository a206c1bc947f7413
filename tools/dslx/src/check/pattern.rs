//! Patterns: of `let` and loops, which always match, and of `match`.

use xls_aot_ir::{Diagnostic, Value};

use super::checker::{Check, Reported};
use super::control::Source;
use super::infer::{Because, Infer};
use super::names::Global;
use super::scope::Binding;
use super::typed::{Arm, ExprId, ExprKind, LocalKind, LocalOrigin, Pattern, PatternKind};
use super::types::TypeId;
use crate::source::Span;
use crate::syntax::ast::{self, ItemKind, Match, PatternKind as Ast};

impl<'a> Infer<'_, 'a> {
    /// Binds the names of a pattern that always matches.
    pub(super) fn bind_pattern(
        &mut self,
        pattern: &'a ast::Pattern,
        ty: TypeId,
        source: &mut Source,
    ) -> Check<Pattern> {
        let span = pattern.span;
        let kind = match &pattern.kind {
            Ast::Wildcard => PatternKind::Wildcard,
            Ast::Rest => PatternKind::Rest,
            Ast::Name(name) => {
                let origin = match source.value {
                    Some(of) => match &self.body.expr(of).kind {
                        ExprKind::Literal(value) if source.path.is_empty() => LocalOrigin::Known(value.clone()),
                        _ => LocalOrigin::Part { of, path: source.path.clone() },
                    },
                    None => LocalOrigin::Run,
                };
                PatternKind::Bind(self.bind(name, ty, source.kind, origin))
            }
            Ast::Tuple(patterns) => {
                let types = self.tuple_types(patterns, ty, span)?;
                let mut parts = Vec::new();
                for part in spread(patterns, types.len()) {
                    let index = parts.len();
                    match part {
                        Some(part) => {
                            source.path.push(index as u32);
                            let bound = self.bind_pattern(part, types[index], source);
                            source.path.pop();
                            parts.push(bound?);
                        }
                        None => parts.push(Pattern { kind: PatternKind::Rest, ty: types[index], span }),
                    }
                }
                PatternKind::Tuple(parts)
            }
            Ast::Path(_) | Ast::TypeMember { .. } | Ast::Literal(_) | Ast::Range { .. } | Ast::Variant { .. } => {
                let text =
                    "this pattern does not match all values; only names, `_`, `..` and tuples of these may stand here";
                return Err(self.invalid("E1310", span, text));
            }
        };
        Ok(Pattern { kind, ty, span })
    }

    /// Types of the elements of a tuple that a pattern takes apart.
    fn tuple_types(&mut self, patterns: &[ast::Pattern], ty: TypeId, span: Span) -> Check<Vec<TypeId>> {
        let Some(types) = self.cx.types.as_tuple(ty).map(<[TypeId]>::to_vec) else {
            let text = format!("a tuple pattern does not fit `{}`", self.show(ty));
            return Err(self.invalid("E1311", span, text));
        };
        let rests = patterns.iter().filter(|pattern| matches!(pattern.kind, Ast::Rest)).count();
        let names = patterns.len() - rests;
        if names > types.len() || rests == 0 && names < types.len() {
            let text = format!("this pattern has {names} elements, and `{}` has {}", self.show(ty), types.len());
            let mut finding = Diagnostic::invalid("E1313", span, text);
            if names < types.len() {
                finding = finding.note("write `..` for those that do not matter");
            }
            return Err(self.report(finding));
        }
        Ok(types)
    }

    /// A pattern of `match`.
    fn match_pattern(&mut self, pattern: &'a ast::Pattern, ty: TypeId, alone: bool) -> Check<Pattern> {
        let span = pattern.span;
        let because = Because { span: self.matched, what: "this is matched" };
        let kind = match &pattern.kind {
            Ast::Wildcard => PatternKind::Wildcard,
            Ast::Rest => PatternKind::Rest,
            Ast::Name(name) => match self.lookup(&name.name) {
                Some(Binding::Local(local)) => {
                    let id = self.read(local, span);
                    self.settle(id, ty, because)?;
                    match self.try_evaluate(id) {
                        Ok(value) => PatternKind::Value(value),
                        Err(_) => PatternKind::Local(local),
                    }
                }
                Some(Binding::Broken) => return Err(Reported),
                Some(Binding::Type(_)) => {
                    return Err(self.invalid("E1314", span, format!("`{}` is a type, not a value", name.name)));
                }
                None if self.names_constant(name)? => {
                    let id = self.draft_name(name)?;
                    self.pattern_value(id, ty, because)?
                }
                None => {
                    if !alone {
                        let text = format!("`{}` would be bound, which patterns joined by `|` may not", name.name);
                        return Err(self.invalid("E1315", span, text));
                    }
                    PatternKind::Bind(self.bind(name, ty, LocalKind::Arm, LocalOrigin::Run))
                }
            },
            Ast::Path(path) => {
                let id = self.draft_path(path)?;
                self.pattern_value(id, ty, because)?
            }
            Ast::TypeMember { ty: subject, member } => {
                let name = self.member_subject(subject)?;
                let id = self.draft_member(name, member, span)?;
                self.pattern_value(id, ty, because)?
            }
            Ast::Literal(literal) => {
                let id = self.draft(literal, Some(ty))?;
                self.pattern_value(id, ty, because)?
            }
            Ast::Range { first, last, inclusive } => {
                let low = self.draft(first, Some(ty))?;
                let high = self.draft(last, Some(ty))?;
                self.settle(low, ty, because)?;
                self.settle(high, ty, because)?;
                let (low, high) = (self.evaluate(low, "a bound")?, self.evaluate(high, "a bound")?);
                self.check_range_pattern(&low, &high, *inclusive, ty, span);
                PatternKind::Range { low, high, inclusive: *inclusive }
            }
            Ast::Tuple(patterns) => {
                let types = self.tuple_types(patterns, ty, span)?;
                let mut parts = Vec::new();
                for part in spread(patterns, types.len()) {
                    let ty = types[parts.len()];
                    parts.push(match part {
                        Some(part) => self.match_pattern(part, ty, alone)?,
                        None => Pattern { kind: PatternKind::Rest, ty, span },
                    });
                }
                PatternKind::Tuple(parts)
            }
            Ast::Variant { .. } => {
                let text = "enumerations with payloads are not supported";
                return Err(self.report(Diagnostic::unsupported("E1232", span, text)));
            }
        };
        Ok(Pattern { kind, ty, span })
    }

    fn pattern_value(&mut self, id: ExprId, ty: TypeId, because: Because) -> Check<PatternKind> {
        self.settle(id, ty, because)?;
        self.evaluate(id, "the value of a pattern").map(PatternKind::Value)
    }

    fn check_range_pattern(&mut self, low: &Value, high: &Value, inclusive: bool, ty: TypeId, span: Span) {
        let signed = self.cx.types.as_number(ty).is_some_and(|(signed, _)| signed);
        if let (Value::Bits(low), Value::Bits(high)) = (low, high) {
            let order = crate::constant::compare(low, high, signed);
            if order.is_gt() || order.is_eq() && !inclusive {
                self.warn_empty_range(span);
            }
        }
    }

    /// Whether a lone name in a pattern names a constant of the module. Other items are no patterns.
    fn names_constant(&mut self, name: &'a ast::Ident) -> Check<bool> {
        let (module, item) = (self.home.module, self.home.item);
        let Some(entry) = self.cx.names(module).get(&name.name) else { return Ok(false) };
        if entry.item > item {
            return Ok(false);
        }
        let found = self.cx.global(module, name, item);
        let constant = match self.note_failure(found)? {
            Some(Global::Item(definition)) => matches!(self.cx.item(definition).kind, ItemKind::Const(_)),
            Some(Global::Module(_)) | None => false,
        };
        match constant {
            true => Ok(true),
            false => Err(self.invalid("E1314", name.span, format!("`{}` is not a value", name.name))),
        }
    }

    /// `match`, also `const match`.
    pub fn draft_match(&mut self, matching: &'a Match, hint: Option<TypeId>, span: Span) -> Check<ExprId> {
        let scrutinee = self.infer(&matching.scrutinee, None)?;
        let ty = self.ty_of(scrutinee);
        if matching.arms.is_empty() {
            return Err(self.invalid("E1316", span, "a `match` needs an arm"));
        }
        let mut arms: Vec<Arm> = Vec::new();
        let mut failure = None;
        for arm in &matching.arms {
            let mark = self.scope.enter();
            let outer = std::mem::replace(&mut self.matched, matching.scrutinee.span);
            let patterns: Check<Vec<Pattern>> =
                arm.patterns.iter().map(|pattern| self.match_pattern(pattern, ty, arm.patterns.len() == 1)).collect();
            self.matched = outer;
            let value = patterns.and_then(|patterns| Ok((patterns, self.draft(&arm.value, hint)?)));
            self.scope.leave(mark);
            match value {
                Ok((patterns, value)) => arms.push(Arm { patterns, value, span: arm.span }),
                Err(reported) => failure = Some(reported),
            }
        }
        if let Some(reported) = failure {
            return Err(reported);
        }
        self.check_duplicates(matching)?;
        if matching.is_const {
            return self.choose_arm(scrutinee, arms);
        }
        self.check_exhaustive(&arms, ty, span)?;
        let values: Vec<ExprId> = arms.iter().map(|arm| arm.value).collect();
        let (known, from) = self.join_all(&values, "another arm has this type")?;
        Ok(self.open(ExprKind::Match { scrutinee, arms }, span, known, from))
    }

    /// Two arms of the same text: the second can never be taken.
    fn check_duplicates(&mut self, matching: &Match) -> Check<()> {
        let mut seen = std::collections::HashMap::new();
        for arm in &matching.arms {
            let texts: Vec<String> =
                arm.patterns.iter().map(|pattern| self.cx.sources.slice(pattern.span).into_owned()).collect();
            let at = arm.patterns[0].span;
            if let Some(first) = seen.insert(texts, at) {
                let finding = Diagnostic::invalid("E1317", at, "this pattern stands in an arm above already")
                    .label(first, "this arm is taken");
                return Err(self.report(finding));
            }
        }
        Ok(())
    }

    /// The arm of a `const match` that matches.
    fn choose_arm(&mut self, scrutinee: ExprId, arms: Vec<Arm>) -> Check<ExprId> {
        let value = self.evaluate(scrutinee, "what a `const match` matches")?;
        let mut chosen = None;
        for arm in &arms {
            if chosen.is_none() && arm.patterns.iter().any(|pattern| self.matches_constant(pattern, &value)) {
                chosen = Some(arm.clone());
            } else {
                self.settle_default(arm.value)?;
            }
        }
        let Some(arm) = chosen else {
            let span = self.span_of(scrutinee);
            let ty = self.ty_of(scrutinee);
            let text = format!("no arm matches {}", super::show_value::show_value(&self.cx.types, &value, ty));
            return Err(self.invalid("E1318", span, text));
        };
        let binds = arm.patterns.first().is_some_and(binds_names);
        if !binds {
            return Ok(arm.value);
        }
        // The names of the pattern are bound by a `match` of one arm.
        let known = self.known(arm.value).clone();
        let (from, span) = (self.notes[arm.value.index()].from, arm.span);
        Ok(self.open(ExprKind::Match { scrutinee, arms: vec![arm] }, span, known, from))
    }

    fn matches_constant(&self, pattern: &Pattern, value: &Value) -> bool {
        match (&pattern.kind, value) {
            (PatternKind::Wildcard | PatternKind::Rest | PatternKind::Bind(_), _) => true,
            (PatternKind::Value(wanted), _) => wanted == value,
            (PatternKind::Local(_), _) => false,
            (PatternKind::Range { low, high, inclusive }, _) => {
                crate::constant::in_range(&self.cx.types, pattern.ty, low, high, *inclusive, value)
            }
            (PatternKind::Tuple(patterns), Value::Tuple(values)) => {
                patterns.iter().zip(values).all(|(pattern, value)| self.matches_constant(pattern, value))
            }
            (PatternKind::Tuple(_), _) => false,
        }
    }
}

/// Whether a pattern binds a name.
pub(super) fn binds_names(pattern: &Pattern) -> bool {
    match &pattern.kind {
        PatternKind::Bind(_) => true,
        PatternKind::Tuple(patterns) => patterns.iter().any(binds_names),
        PatternKind::Wildcard
        | PatternKind::Rest
        | PatternKind::Value(_)
        | PatternKind::Local(_)
        | PatternKind::Range { .. } => false,
    }
}

/// The pattern of each element of a tuple; `None` for those that `..` stands for.
fn spread(patterns: &[ast::Pattern], len: usize) -> Vec<Option<&ast::Pattern>> {
    let covered = (len + 1).saturating_sub(patterns.len());
    let mut result = Vec::with_capacity(len);
    for pattern in patterns {
        match pattern.kind {
            Ast::Rest => result.extend(std::iter::repeat_n(None, covered)),
            _ => result.push(Some(pattern)),
        }
    }
    result
}
