//! Rules about names and `..` that are checked as soon as a list is read.

use std::collections::HashMap;

use xls_aot_ir::Diagnostic;

use super::super::ast::{Ident, Pattern, PatternKind};
use super::Parser;
use crate::source::Span;

impl Parser<'_> {
    /// Reports names that a list has twice; `what` names one of the list.
    pub(super) fn unique<'i>(&mut self, names: impl IntoIterator<Item = &'i Ident>, what: &str) {
        let mut seen: HashMap<&str, Span> = HashMap::new();
        for name in names {
            if let Some(first) = seen.insert(name.as_str(), name.span) {
                let finding = Diagnostic::invalid("E1112", name.span, format!("a second {what} `{}`", name.name))
                    .label(first, "the first one")
                    .note("give them different names");
                self.report(finding);
            }
        }
    }

    /// Checks a pattern of `let` or `for`: every name once, and `..` only in tuples.
    pub(super) fn check_binding(&mut self, pattern: &Pattern) {
        let mut names = Vec::new();
        names_of(pattern, &mut names);
        self.unique(names, "name in the pattern:");
        self.check_rest(pattern);
    }

    /// Checks that `..` is only in tuples, and there once.
    pub(super) fn check_rest(&mut self, pattern: &Pattern) {
        match &pattern.kind {
            PatternKind::Rest => {
                let finding = Diagnostic::invalid("E1114", pattern.span, "`..` stands for elements of a tuple")
                    .note("write `_` for a value that is not needed");
                self.report(finding);
            }
            PatternKind::Tuple(elements) => {
                let mut first = None;
                for element in elements {
                    match (&element.kind, first) {
                        (PatternKind::Rest, None) => first = Some(element.span),
                        (PatternKind::Rest, Some(first)) => {
                            let finding = Diagnostic::invalid("E1114", element.span, "a second `..` in the same tuple")
                                .label(first, "the first one")
                                .note("write `_` for each element that is not needed");
                            self.report(finding);
                        }
                        _ => self.check_rest(element),
                    }
                }
            }
            PatternKind::Variant { payload: super::super::ast::PatternPayload::Tuple(elements), .. } => {
                for element in elements {
                    self.check_rest_in_payload(element);
                }
            }
            PatternKind::Variant { payload: super::super::ast::PatternPayload::Struct(fields), .. } => {
                for field in fields {
                    self.check_rest(&field.pattern);
                }
            }
            _ => {}
        }
    }

    /// A payload is a tuple: `..` may be in it.
    fn check_rest_in_payload(&mut self, element: &Pattern) {
        if !matches!(element.kind, PatternKind::Rest) {
            self.check_rest(element);
        }
    }
}

/// The names of a pattern of `let` or `for`, in order.
fn names_of<'p>(pattern: &'p Pattern, names: &mut Vec<&'p Ident>) {
    match &pattern.kind {
        PatternKind::Name(name) => names.push(name),
        PatternKind::Tuple(elements) => elements.iter().for_each(|element| names_of(element, names)),
        _ => {}
    }
}
