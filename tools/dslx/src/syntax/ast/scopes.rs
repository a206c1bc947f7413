//! Visits a function with its scopes: which names are bound where, for all that look at names without types.
//!
//! A [`Names`] is told of each binding and of each use, in the order in which names become visible.

use super::walk::{self, Visitor};
use super::*;

/// What binds a name.
#[derive(Clone, Copy, Debug)]
pub enum Binder<'a> {
    /// A parametric, a parameter, or a parameter of a lambda.
    Parameter,
    /// A local type.
    Alias,
    /// A pattern of `let`.
    Let(&'a Let),
    /// The pattern of a loop.
    Loop,
    /// A pattern of `match`.
    Arm,
}

/// What is done with names.
pub trait Names<'a> {
    /// A scope begins.
    fn open(&mut self);

    /// The last scope that began ends.
    fn close(&mut self);

    /// A name is bound. Those of one pattern have one number.
    fn bind(&mut self, name: &'a Ident, binder: Binder<'a>, pattern: usize);

    /// The first name of a path is used.
    fn refer(&mut self, path: &'a Path);

    /// A lone name in a pattern of `match`. True if it is used, because it means something; otherwise it is bound next.
    fn is_used(&mut self, name: &'a Ident) -> bool;
}

/// Tells `names` of what a function binds and uses.
pub fn visit<'a, N: Names<'a>>(names: &mut N, function: &'a Function) {
    Scopes { names, patterns: 0 }.function(function);
}

struct Scopes<'n, N> {
    names: &'n mut N,
    /// Patterns so far.
    patterns: usize,
}

impl<'a, N: Names<'a>> Scopes<'_, N> {
    fn scoped(&mut self, visit: impl FnOnce(&mut Self)) {
        self.names.open();
        visit(self);
        self.names.close();
    }

    fn next_pattern(&mut self) -> usize {
        self.patterns += 1;
        self.patterns
    }

    fn bind(&mut self, name: &'a Ident, binder: Binder<'a>) {
        let pattern = self.next_pattern();
        self.names.bind(name, binder, pattern);
    }

    /// Binds the names of a pattern of `let` or of a loop.
    fn bind_all(&mut self, pattern: &'a Pattern, binder: Binder<'a>, number: usize) {
        match &pattern.kind {
            PatternKind::Name(name) => self.names.bind(name, binder, number),
            PatternKind::Tuple(elements) => {
                elements.iter().for_each(|element| self.bind_all(element, binder, number));
            }
            _ => self.pattern(pattern),
        }
    }

    fn match_pattern(&mut self, pattern: &'a Pattern, number: usize) {
        match &pattern.kind {
            PatternKind::Name(name) => {
                if !self.names.is_used(name) {
                    self.names.bind(name, Binder::Arm, number);
                }
            }
            PatternKind::Tuple(elements) => {
                elements.iter().for_each(|element| self.match_pattern(element, number));
            }
            PatternKind::Variant { payload: PatternPayload::Tuple(elements), .. } => {
                elements.iter().for_each(|element| self.match_pattern(element, number));
            }
            PatternKind::Variant { payload: PatternPayload::Struct(fields), .. } => {
                fields.iter().for_each(|field| self.match_pattern(&field.pattern, number));
            }
            _ => self.pattern(pattern),
        }
    }

    fn matching(&mut self, value: &'a Match) {
        self.expr(&value.scrutinee);
        for arm in &value.arms {
            self.scoped(|scopes| {
                let number = scopes.next_pattern();
                arm.patterns.iter().for_each(|pattern| scopes.match_pattern(pattern, number));
                scopes.expr(&arm.value);
            });
        }
    }

    fn looping(&mut self, value: &'a For) {
        self.expr(&value.iterable);
        self.expr(&value.init);
        value.ty.iter().for_each(|ty| self.ty(ty));
        self.scoped(|scopes| {
            let number = scopes.next_pattern();
            scopes.bind_all(&value.pattern, Binder::Loop, number);
            scopes.block(&value.body);
        });
    }

    fn lambda(&mut self, value: &'a Lambda) {
        self.scoped(|scopes| {
            for param in &value.params {
                if let LambdaParam::Typed(param) = param {
                    scopes.ty(&param.ty);
                }
                scopes.bind(param.name(), Binder::Parameter);
            }
            value.return_type.iter().for_each(|ty| scopes.ty(ty));
            scopes.block(&value.body);
        });
    }
}

impl<'a, N: Names<'a>> Visitor<'a> for Scopes<'_, N> {
    fn function(&mut self, function: &'a Function) {
        function.generics.iter().for_each(|parameter| self.bind(&parameter.name, Binder::Parameter));
        function.params.iter().for_each(|param| self.bind(&param.name, Binder::Parameter));
        walk::children_of_function(self, function);
    }

    fn block(&mut self, block: &'a Block) {
        self.scoped(|scopes| block.statements.iter().for_each(|statement| scopes.statement(statement)));
    }

    fn statement(&mut self, statement: &'a Stmt) {
        match &statement.kind {
            StmtKind::Let(value) => {
                value.ty.iter().for_each(|ty| self.ty(ty));
                self.expr(&value.value);
                let number = self.next_pattern();
                self.bind_all(&value.pattern, Binder::Let(value), number);
            }
            StmtKind::TypeAlias(alias) => {
                self.ty(&alias.ty);
                self.bind(&alias.name, Binder::Alias);
            }
            StmtKind::Expr(_) | StmtKind::ConstAssert(_) => walk::children_of_statement(self, statement),
        }
    }

    fn expr(&mut self, expr: &'a Expr) {
        match &expr.kind {
            ExprKind::Path(path) => self.names.refer(path),
            ExprKind::Match(value) => self.matching(value),
            ExprKind::For(value) => self.looping(value),
            ExprKind::Lambda(value) => self.lambda(value),
            _ => walk::children_of_expr(self, expr),
        }
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        match &pattern.kind {
            PatternKind::Path(path) => self.names.refer(path),
            _ => walk::children_of_pattern(self, pattern),
        }
    }

    fn ty(&mut self, ty: &'a Type) {
        if let TypeKind::Path { path, .. } = &ty.kind {
            self.names.refer(path);
        }
        walk::children_of_type(self, ty);
    }
}
