//! Expressions.

use xls_aot_ir::format_string::Format;
use xls_aot_ir::Bits;

use super::{Block, For, Ident, If, Lambda, Match, Name, NodeId, Path, Type};
use crate::source::Span;

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Its id.
    pub id: NodeId,
    /// Where it stands, without parentheses around it.
    pub span: Span,
    /// What is written.
    pub kind: ExprKind,
    /// Whether parentheses are around it.
    pub in_parens: bool,
    /// `'label: expr`.
    pub label: Option<Name>,
}

/// Forms of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// `12`, `-3`, `0xff_ff`, `0b01`. Its type comes from the context or from [`ExprKind::Typed`].
    Number(Number),
    /// `true`, `false`.
    Bool(bool),
    /// `'a'`, `'\n'`, `'\xff'`: a `u8`.
    Char(u8),
    /// `"text"`, decoded: an array of `u8`, at least one; or the label of an assertion.
    Str(Vec<u8>),
    /// `type:literal`: `u8:3`, `MyEnumBits:0x1`, `u8[2]:[1, 2]`, `(u8, u8):(1, 2)`, `Point[2]:[p, q]`. The value is
    /// `Number`, `Bool`, `Char`, `Str`, `Array` or `Tuple`; of several types, as in `A:u8:1`, only the first counts.
    Typed {
        /// The type.
        ty: Box<Type>,
        /// The literal.
        value: Box<Expr>,
    },
    /// A name or names joined by `::`.
    Path(Path),
    /// `type::member` where the type is more than a path: `u8::MAX`, `uN[N]::ZERO`, `S<u32:8>::C`, `Self::C`.
    TypeMember {
        /// What is before the last `::`.
        ty: Box<Type>,
        /// What is behind it.
        member: Ident,
    },
    /// `(a, b)`, `(a,)`, `()`.
    Tuple(Vec<Expr>),
    /// `[a, b]`, `[a, b, ...]`.
    Array {
        /// The elements that are written.
        elements: Vec<Expr>,
        /// `...` at the end: the last element is repeated.
        ellipsis: Option<Span>,
    },
    /// `Struct { field: value, ..rest }`, also a variant of a sum type with named fields.
    Struct {
        /// The type (a [`Path`](super::TypeKind::Path), with or without arguments, or `Self`).
        ty: Box<Type>,
        /// The fields in the order of the text.
        fields: Vec<StructField>,
        /// `..rest`.
        splat: Option<Splat>,
    },
    /// `-x`, `!x`.
    Unary {
        /// The operator.
        op: UnaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// The operand.
        operand: Box<Expr>,
    },
    /// `a + b` and so on.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Where the operator stands.
        op_span: Span,
        /// Left operand.
        lhs: Box<Expr>,
        /// Right operand.
        rhs: Box<Expr>,
    },
    /// `x as type`.
    Cast {
        /// What is converted.
        operand: Box<Expr>,
        /// The type.
        ty: Box<Type>,
    },
    /// `a..b`, `a..=b`.
    Range {
        /// The first value.
        start: Box<Expr>,
        /// The last one, or the one behind it.
        end: Box<Expr>,
        /// Whether `end` belongs to it: `..=`.
        inclusive: bool,
    },
    /// `f(a)`, `f<args>(a)`, `m::f(a)`, `S::f(a)`, `x.method(a)`, `assert!(a, "label")`, and variants of a sum type.
    /// The callee is `Path`, `TypeMember`, `Field` for a method, or `Lambda` in parentheses.
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// Parametric arguments; empty if there are none.
        generics: Vec<GenericArg>,
        /// Arguments.
        args: Vec<Expr>,
        /// From `<` or `(` behind the callee to the closing `)`: libxls' position of a call, which the messages of
        /// assertions contain.
        args_span: Span,
    },
    /// `f<args>` that is not called: a function given as argument, `map(a, f<u32:8>)`.
    FunctionRef {
        /// The function: `Path` or `TypeMember`.
        callee: Box<Expr>,
        /// Parametric arguments; empty only for `f<>`.
        generics: Vec<GenericArg>,
    },
    /// `trace_fmt!`, `vtrace_fmt!`, `assert_fmt!`.
    FormatMacro(Box<FormatMacro>),
    /// `zero!<T>()`, `all_ones!<T>()`.
    TypeMacro {
        /// Which of the two.
        which: TypeMacro,
        /// The type; a bare path is a [`GenericArg::Expr`].
        ty: Box<GenericArg>,
        /// As in `Call`.
        args_span: Span,
    },
    /// `x.field`.
    Field {
        /// The struct.
        operand: Box<Expr>,
        /// The field.
        field: Ident,
    },
    /// `x.0`.
    TupleIndex {
        /// The tuple.
        operand: Box<Expr>,
        /// The number (beyond `u32::MAX`: `u32::MAX`).
        index: u32,
        /// Where the number stands.
        index_span: Span,
    },
    /// `x[i]`, `x[a:b]`, `x[a+:u8]`.
    Index {
        /// Array or bits.
        operand: Box<Expr>,
        /// What is between the brackets.
        index: Box<Index>,
        /// From `[` to `]`.
        brackets: Span,
    },
    /// `{ statements }`.
    Block(Box<Block>),
    /// `if c { } else if d { } else { }`, `const if`.
    If(Box<If>),
    /// `match x { pattern => value, }`, `const match`.
    Match(Box<Match>),
    /// `for (i, acc) in x { }(init)`, `const for`, `unroll_for!`.
    For(Box<For>),
    /// `|a, b| a + b`.
    Lambda(Box<Lambda>),
    /// `chan<u8, depth>[dims]("name")`. Procs only.
    Channel(Box<ChannelDecl>),
    /// `spawn P<args>(a)`. Procs only.
    Spawn {
        /// The proc: `Path`.
        callee: Box<Expr>,
        /// Parametric arguments.
        generics: Vec<GenericArg>,
        /// Arguments of the proc's `config`.
        args: Vec<Expr>,
    },
}

/// A number. Its value is `magnitude`, or minus that.
#[derive(Clone, Debug)]
pub struct Number {
    /// Whether `-` is part of the literal, as it is where a digit follows it directly.
    pub negative: bool,
    /// Absolute value, as narrow as it can be: width 0 for zero.
    pub magnitude: Bits,
    /// How the digits are written.
    pub radix: Radix,
}

/// Radix of a literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Radix {
    /// Digits only.
    Decimal,
    /// `0x`.
    Hex,
    /// `0b`.
    Binary,
}

/// A parametric argument.
#[derive(Clone, Debug)]
pub enum GenericArg {
    /// A value, or a bare path or `S<N>::member`, which may also name a type. In braces, `f<{N + u32:1}>`, it is a value.
    Expr(Expr),
    /// What can only be a type.
    Type(Type),
}

/// A field of a struct literal. `name` alone stands for `name: name` (then `shorthand` is set, and the value is a path
/// at the same place).
#[derive(Clone, Debug)]
pub struct StructField {
    /// The field.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
    /// Whether only the name is written.
    pub shorthand: bool,
}

/// `..rest` of a struct literal.
#[derive(Clone, Debug)]
pub struct Splat {
    /// Where `..` stands.
    pub dots: Span,
    /// The struct that gives the other fields.
    pub value: Box<Expr>,
}

/// What is between the brackets of [`ExprKind::Index`].
#[derive(Clone, Debug)]
pub enum Index {
    /// `x[i]`.
    Element(Expr),
    /// `x[start:limit]`; both may be missing.
    Slice {
        /// First bit.
        start: Option<Expr>,
        /// The bit behind the last one.
        limit: Option<Expr>,
    },
    /// `x[start +: type]`.
    WidthSlice {
        /// First bit.
        start: Expr,
        /// Type of the result; its width is how many bits are taken.
        ty: Type,
    },
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnaryOp {
    /// `!`.
    Invert,
    /// `-`.
    Negate,
}

impl UnaryOp {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            UnaryOp::Invert => "!",
            UnaryOp::Negate => "-",
        }
    }
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BinaryOp {
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Mod,
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `<<`.
    Shl,
    /// `>>`.
    Shr,
    /// `++`.
    Concat,
    /// `&`.
    And,
    /// `^`.
    Xor,
    /// `|`.
    Or,
    /// `==`.
    Eq,
    /// `!=`.
    Ne,
    /// `<`.
    Lt,
    /// `<=`.
    Le,
    /// `>`.
    Gt,
    /// `>=`.
    Ge,
    /// `&&`.
    LogicalAnd,
    /// `||`.
    LogicalOr,
}

impl BinaryOp {
    /// How it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            BinaryOp::Mul => "*",
            BinaryOp::Div => "/",
            BinaryOp::Mod => "%",
            BinaryOp::Add => "+",
            BinaryOp::Sub => "-",
            BinaryOp::Shl => "<<",
            BinaryOp::Shr => ">>",
            BinaryOp::Concat => "++",
            BinaryOp::And => "&",
            BinaryOp::Xor => "^",
            BinaryOp::Or => "|",
            BinaryOp::Eq => "==",
            BinaryOp::Ne => "!=",
            BinaryOp::Lt => "<",
            BinaryOp::Le => "<=",
            BinaryOp::Gt => ">",
            BinaryOp::Ge => ">=",
            BinaryOp::LogicalAnd => "&&",
            BinaryOp::LogicalOr => "||",
        }
    }

    /// Whether it compares: the result is a `bool`, and a chain such as `a == b == c` is refused by the parser.
    pub fn is_comparison(self) -> bool {
        use BinaryOp::{Eq, Ge, Gt, Le, Lt, Ne};
        matches!(self, Eq | Ne | Lt | Le | Gt | Ge)
    }
}

/// Macros with a format string.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FormatMacroKind {
    /// `trace_fmt!(format, args)`.
    Trace,
    /// `vtrace_fmt!(verbosity, format, args)`.
    VTrace,
    /// `assert_fmt!(condition, format, args)`.
    Assert,
}

/// A call of a macro with a format string.
#[derive(Clone, Debug)]
pub struct FormatMacro {
    /// Which macro.
    pub kind: FormatMacroKind,
    /// Verbosity of `vtrace_fmt!`, condition of `assert_fmt!`; none for `trace_fmt!`.
    pub first: Option<Expr>,
    /// The format string.
    pub format: FormatString,
    /// The arguments behind it. Their number may differ from that of the placeholders.
    pub args: Vec<Expr>,
    /// From `(` to `)`: libxls' position.
    pub args_span: Span,
}

/// A format string.
#[derive(Clone, Debug)]
pub struct FormatString {
    /// Where the string literal stands.
    pub span: Span,
    /// The decoded text.
    pub text: String,
    /// Its parts.
    pub pieces: Vec<FormatPiece>,
}

/// A part of a format string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatPiece {
    /// Text.
    Text(String),
    /// A placeholder for an argument.
    Argument(Format),
}

/// Macros that make a value of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TypeMacro {
    /// `zero!`.
    Zero,
    /// `all_ones!`.
    AllOnes,
}

/// `chan<type, depth>[dims]("name")`. The attribute `#[channel(...)]` before it is read and left out.
#[derive(Clone, Debug)]
pub struct ChannelDecl {
    /// Type of the messages.
    pub payload: Type,
    /// Depth of the queue.
    pub depth: Option<GenericArg>,
    /// Sizes of an array of channels.
    pub dims: Vec<Expr>,
    /// The name.
    pub name: Expr,
}
