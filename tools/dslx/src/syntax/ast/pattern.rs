//! Patterns of `let`, `for` and `match`.

use super::{Expr, Ident, NodeId, Path, Type};
use crate::source::Span;

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// What is written.
    pub kind: PatternKind,
}

/// Forms of patterns. In `let` and `for`: `Name` (always binds), `Wildcard`, `Rest`, `Tuple` of these.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`.
    Wildcard,
    /// `..` within a tuple pattern, at most once: any number of elements.
    Rest,
    /// A name. In `match`: the value that it names in the scope, compared with `==`; a new binding if it names nothing.
    Name(Ident),
    /// `a::b`, `m::E::X`: a constant or a value of an enum, or a variant without payload. At least two identifiers.
    Path(Path),
    /// `E<args>::X`, `Self::X`, `u8::MAX`.
    TypeMember {
        /// What is before the last `::`.
        ty: Box<Type>,
        /// What is behind it.
        member: Ident,
    },
    /// A literal: [`Number`](super::ExprKind::Number), [`Bool`](super::ExprKind::Bool),
    /// [`Char`](super::ExprKind::Char), or [`Typed`](super::ExprKind::Typed) around one of them.
    Literal(Box<Expr>),
    /// `first..last`, `first..=last`; both are literals as in `Literal`.
    Range {
        /// The first value that matches.
        first: Box<Expr>,
        /// The last value, or the one behind it.
        last: Box<Expr>,
        /// Whether `last` matches: `..=`.
        inclusive: bool,
    },
    /// `(a, b)`.
    Tuple(Vec<Pattern>),
    /// A variant of a sum type with its payload: `Option::Some(x)`, `m::Shape::Box { w, h: _ }`.
    Variant {
        /// The variant: a path, or a member of a type with parametric arguments.
        constructor: Box<Pattern>,
        /// The payload.
        payload: PatternPayload,
    },
}

/// Payload of [`PatternKind::Variant`].
#[derive(Clone, Debug)]
pub enum PatternPayload {
    /// `(a, b)`.
    Tuple(Vec<Pattern>),
    /// `{ a, b: pattern }`.
    Struct(Vec<FieldPattern>),
}

/// `name: pattern`; `name` alone stands for `name: name`.
#[derive(Clone, Debug)]
pub struct FieldPattern {
    /// The field.
    pub name: Ident,
    /// Its pattern.
    pub pattern: Pattern,
}
