//! Warnings about single expressions, statements and names.

use xls_aot_ir::{Diagnostic, Span};

use crate::source::SourceMap;
use crate::syntax::ast::walk::{self, Visitor};
use crate::syntax::ast::{
    Block, Const, Expr, ExprKind, Function, Ident, If, Item, ItemKind, Let, Module, PatternKind, Stmt, StmtKind,
};

pub(super) fn find(module: &Module, sources: &SourceMap, found: &mut Vec<Diagnostic>) {
    let mut style = Style {
        sources,
        constants_may_be_lower: module.allows("nonstandard_constant_naming"),
        fields_may_be_upper: module.allows("nonstandard_member_naming"),
        found,
    };
    walk::module(&mut style, module);
}

struct Style<'a> {
    sources: &'a SourceMap,
    constants_may_be_lower: bool,
    fields_may_be_upper: bool,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Visitor<'a> for Style<'_> {
    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Function(function) => self.name_of_function(item, function),
            ItemKind::Struct(def) => def.fields.iter().for_each(|field| self.name_of_field(&field.name)),
            ItemKind::Const(Const { name, .. }) => self.name_of_constant(name),
            ItemKind::Proc(_) | ItemKind::ProcAlias(_) => return,
            ItemKind::Import(_)
            | ItemKind::Use(_)
            | ItemKind::Enum(_)
            | ItemKind::Sum(_)
            | ItemKind::TypeAlias(_)
            | ItemKind::ConstAssert(_)
            | ItemKind::Impl(_)
            | ItemKind::Trait(_) => {}
        }
        walk::children_of_item(self, item);
    }

    fn block(&mut self, block: &'a Block) {
        self.statements_without_effect(block);
        self.trailing_unit(block);
        walk::children_of_block(self, block);
    }

    fn statement(&mut self, statement: &'a Stmt) {
        if let StmtKind::Let(value) = &statement.kind {
            self.binding(value);
        }
        walk::children_of_statement(self, statement);
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Tuple(elements) if elements.len() > 1 => self.comma_on_one_line(expr),
            ExprKind::If(value) => self.only_fail(value),
            _ => {}
        }
        walk::children_of_expr(self, expr);
    }
}

impl Style<'_> {
    fn warn(&mut self, name: &'static str, span: Span, message: String, help: &str) {
        self.found.push(Diagnostic::warning(name, span, message).note(help));
    }

    fn name_of_function(&mut self, item: &Item, function: &Function) {
        if function.name.as_str().ends_with("_test") && item.attribute("test").is_none() {
            let message = format!("the function `{}` is named like a test but is none", function.name.name);
            self.warn(
                "misleading_function_name",
                function.name.span,
                message,
                "write `#[test]` above it, or rename it",
            );
        }
    }

    fn name_of_field(&mut self, name: &Ident) {
        if !self.fields_may_be_upper && !is_snake_case(name.as_str()) {
            let message = format!("the field `{}` is not named in snake_case", name.name);
            let help = "rename it, or write `#![allow(nonstandard_member_naming)]` at the beginning of the file";
            self.warn("member_naming", name.span, message, help);
        }
    }

    fn name_of_constant(&mut self, name: &Ident) {
        let upper = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(c, '_' | '\'' | '!');
        if !self.constants_may_be_lower && !name.name.chars().all(upper) {
            let message = format!("the constant `{}` is not named in SCREAMING_SNAKE_CASE", name.name);
            let help = "rename it, or write `#![allow(nonstandard_constant_naming)]` at the beginning of the file";
            self.warn("constant_naming", name.span, message, help);
        }
    }

    fn binding(&mut self, value: &Let) {
        match &value.pattern.kind {
            PatternKind::Name(name) if value.is_const => self.name_of_constant(name),
            PatternKind::Wildcard => {
                let message = "`let _ = ...;` binds nothing".to_string();
                self.warn("useless_let_binding", value.pattern.span, message, "write only the expression and `;`");
            }
            _ => {}
        }
    }

    fn statements_without_effect(&mut self, block: &Block) {
        let last = block.statements.len().saturating_sub(1);
        for (index, statement) in block.statements.iter().enumerate() {
            let StmtKind::Expr(expr) = &statement.kind else { continue };
            let is_result = index == last && !block.trailing_semi;
            if !is_result && !has_effect(expr) {
                let message = "this statement has no effect".to_string();
                self.warn(
                    "useless_expression_statement",
                    expr.span,
                    message,
                    "leave it out, or bind its value with `let`",
                );
            }
        }
    }

    /// `()` behind other statements.
    fn trailing_unit(&mut self, block: &Block) {
        let [.., _, Stmt { kind: StmtKind::Expr(last), .. }] = block.statements.as_slice() else { return };
        if matches!(&last.kind, ExprKind::Tuple(elements) if elements.is_empty()) {
            let message = "the value of the block is `()` without this too".to_string();
            self.warn("trailing_tuple_after_semi", last.span, message, "leave `()` out");
        }
    }

    /// `(a, b,)` on one line.
    fn comma_on_one_line(&mut self, tuple: &Expr) {
        let text = self.sources.slice(tuple.span);
        let inside = text.strip_suffix(')').unwrap_or(&text).trim_end();
        if inside.ends_with(',') && !text.contains('\n') {
            let end = tuple.span.start + inside.len() as u32;
            let message = "a comma is behind the last element of a tuple on one line".to_string();
            let comma = Span { start: end - 1, end };
            self.warn("single_line_tuple_trailing_comma", comma, message, "leave the comma out");
        }
    }

    /// `if c { fail!(...) }` with nothing in `else`.
    fn only_fail(&mut self, value: &If) {
        let Some(last) = value.branches.last() else { return };
        let [Stmt { kind: StmtKind::Expr(then), .. }] = last.block.statements.as_slice() else { return };
        let fails = match &then.kind {
            ExprKind::Call { callee, .. } => {
                matches!(&callee.kind, ExprKind::Path(path) if path.as_name().is_some_and(|name| name.as_str() == "fail!"))
            }
            _ => false,
        };
        if fails && value.otherwise.as_ref().is_none_or(is_unit) {
            let message = "this `if` has nothing but `fail!`".to_string();
            self.warn("should_use_assert", last.span, message, "write `assert!(!condition, \"label\")`");
        }
    }
}

/// Whether a block is empty or has only `()`.
fn is_unit(block: &Block) -> bool {
    match block.statements.as_slice() {
        [] => true,
        [Stmt { kind: StmtKind::Expr(only), .. }] => {
            matches!(&only.kind, ExprKind::Tuple(elements) if elements.is_empty())
        }
        _ => false,
    }
}

/// Small letters and digits; `B` behind a digit stands for bytes.
fn is_snake_case(name: &str) -> bool {
    let mut before = ' ';
    name.chars().all(|c| {
        let lower = c.is_ascii_digit() || c.is_ascii_lowercase() || matches!(c, '_' | '\'' | '!');
        let bytes = c == 'B' && before.is_ascii_digit();
        before = c;
        lower || bytes
    })
}

/// Whether evaluating an expression may do something: it has a call in it.
fn has_effect(expr: &Expr) -> bool {
    let mut finder = Calls(false);
    finder.expr(expr);
    finder.0
}

struct Calls(bool);

impl<'a> Visitor<'a> for Calls {
    fn expr(&mut self, expr: &'a Expr) {
        if self.0 {
            return;
        }
        match expr.kind {
            ExprKind::Call { .. } | ExprKind::FormatMacro(_) | ExprKind::Spawn { .. } => self.0 = true,
            _ => walk::children_of_expr(self, expr),
        }
    }
}
