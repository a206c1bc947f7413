//! The typed tree: what checking produces and conversion and constant evaluation consume.
//!
//! There is one [`Function`] for every instance of a function that is reached: a function without parametrics has one,
//! a parametric one has one for each set of values of its parametrics. Invariants, which every consumer may rely on:
//!
//! * Every expression has its concrete type; operand types satisfy the rule that is written at each [`ExprKind`].
//! * Names are resolved: an expression refers to a local of the same body, to another instance, or is a literal.
//!   Associated constants, enumeration members and type attributes are literals.
//! * Everything the language evaluates at compile time is evaluated: widths, array sizes, slice bounds, ranges,
//!   `const_assert!` (gone), `const if` and `const match` (the chosen branch), `unroll_for!` (unrolled).
//! * Branches of `const if` and `const match` that are not chosen are in [`Body::exprs`], but nothing refers to them.
//! * The call graph has no cycles.

use std::sync::Arc;

use xls_aot_ir::format_string::Format;
use xls_aot_ir::Value;

use super::types::{index, Argument, ModuleId, StructId, TypeId};
use crate::source::Span;

index!(
    /// An instance of a function.
    InstanceId
);
index!(
    /// An expression of a [`Body`].
    ExprId
);
index!(
    /// A name bound in a [`Body`].
    LocalId
);
index!(
    /// A constant of a module.
    ConstantId
);

/// A constant of a module (or of an `impl`) that is reached.
#[derive(Clone, Debug)]
pub struct Constant {
    /// The module that defines it.
    pub module: ModuleId,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Its value.
    pub value: Value,
    /// The right-hand side.
    pub span: Span,
    /// The constants that the right-hand side names, in the order of the text, without repetition.
    pub refers_to: Vec<ConstantId>,
}

/// A checked instance of a function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Who it is.
    pub key: FunctionKey,
    /// What it is in the source.
    pub kind: FunctionKind,
    /// True if it is `pub`.
    pub public: bool,
    /// Its name in the source.
    pub name_span: Span,
    /// The parameters, which are the first locals of the body; for a method the first one is `self`, for a lambda the
    /// captured names come first (`captures` of them).
    pub parameters: Vec<LocalId>,
    /// Number of leading parameters that are captured names of a lambda.
    pub captures: usize,
    /// Type of the result; equal to the type of the root of the body.
    pub result: TypeId,
    /// True if the function needs libxls' calling convention with a token: its body, branches that are not chosen
    /// included, has an assertion, `cover!` or a trace, or calls a function that needs it.
    pub needs_token: bool,
    /// The body.
    pub body: Body,
}

/// What makes an instance distinct.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FunctionKey {
    /// The module that defines it.
    pub module: ModuleId,
    /// The structure in whose `impl` it is.
    pub owner: Option<StructId>,
    /// Its name; for a lambda a name with a dot, which no function has.
    pub name: String,
    /// Name and value of every parametric of the function itself (those of the structure are in `owner`), derived ones
    /// included, in the order of the definition.
    pub arguments: Vec<(String, Argument)>,
}

/// What a function is in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FunctionKind {
    /// An ordinary function or method.
    Plain,
    /// `#[test]`.
    Test,
    /// `#[cfg(test)]`: for tests only.
    TestOnly,
    /// `#[quickcheck]`.
    QuickCheck {
        /// How many inputs are tried.
        cases: QuickCheckCases,
    },
    /// A lambda expression.
    Lambda,
}

/// How many inputs a quickcheck tries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum QuickCheckCases {
    /// The attribute says nothing.
    Default,
    /// `test_count = N`.
    Count(u64),
    /// `exhaustive`.
    Exhaustive,
}

/// An expression tree with the names that it binds.
#[derive(Clone, Default, Debug)]
pub struct Body {
    /// The expressions.
    pub exprs: Vec<Expr>,
    /// The names.
    pub locals: Vec<Local>,
    /// The expression whose value is the result.
    pub root: Option<ExprId>,
}

impl Body {
    /// The expression with this id.
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// The local with this id.
    pub fn local(&self, id: LocalId) -> &Local {
        &self.locals[id.index()]
    }

    /// The expression whose value is the result. A finished body has one.
    pub fn root(&self) -> ExprId {
        self.root.expect("a finished body has a root")
    }
}

/// A name that is bound: a parameter, by `let`, by a pattern, or by a loop.
#[derive(Clone, Debug)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// The name where it is bound.
    pub span: Span,
    /// What binds it.
    pub kind: LocalKind,
    /// Where its value comes from.
    pub origin: LocalOrigin,
}

/// What binds a local.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LocalKind {
    /// A parameter, or a captured name of a lambda.
    Parameter,
    /// A parametric of the function or of its structure, used as a value. Its origin is `Known`.
    Parametric,
    /// `let`.
    Let,
    /// `const` in a block.
    Const,
    /// `for` and `unroll_for!`.
    Loop,
    /// An arm of a `match`.
    Arm,
}

/// Where the value of a local comes from.
#[derive(Clone, PartialEq, Debug)]
pub enum LocalOrigin {
    /// Known when the code runs only: a parameter, a loop state, a name of a `match` pattern.
    Run,
    /// A known value: a parametric, the index of an `unroll_for!`.
    Known(Value),
    /// `let`: the value of an expression, or the part of it that `path` (elements of tuples) leads to.
    Part {
        /// The right-hand side.
        of: ExprId,
        /// Elements to take, outermost first.
        path: Vec<u32>,
    },
}

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: TypeId,
    /// Its place.
    pub span: Span,
}

/// What an expression is. `ty` is the type of the expression itself.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A value of type `ty`: a literal, a string, an enumeration member, an associated constant, `zero!`, `T::MAX`.
    Literal(Value),
    /// A constant of a module.
    Constant(ConstantId),
    /// A local of this body.
    Local(LocalId),
    /// Operand and result have the same bits type.
    Unary(UnaryOp, ExprId),
    /// See [`BinaryOp`].
    Binary(BinaryOp, ExprId, ExprId),
    /// `operand as ty`, `widening_cast`, `checked_cast`: bits or enumeration to bits or enumeration (extended by the sign
    /// of the operand's type, or cut), array of bits to bits and back (element 0 is the most significant), or no change.
    Cast(ExprId),
    /// One element for each of the tuple type.
    Tuple(Vec<ExprId>),
    /// Elements of an array; the last one repeats up to the length of `ty` (the source says `...`, or they are as many).
    Array(Vec<ExprId>),
    /// The integers from `start` (of the element type of `ty`), as many as `ty` is long.
    Range {
        /// First value.
        start: Value,
    },
    /// One value for each field, in the order of the definition; `order` has the fields as the source writes them.
    Struct {
        /// Values by field.
        fields: Vec<ExprId>,
        /// Fields in the order in which they are written.
        order: Vec<u32>,
    },
    /// `Type { field: value, ..base }`.
    StructUpdate {
        /// Where the other fields are from; of type `ty`.
        base: ExprId,
        /// Field and value, as written.
        fields: Vec<(u32, ExprId)>,
    },
    /// Element of a tuple or field of a structure.
    Element(ExprId, u32),
    /// `array[index]`; the index has an unsigned bits type; past the end is the last element.
    Index {
        /// An array with at least one element.
        array: ExprId,
        /// The index.
        index: ExprId,
    },
    /// Bits `start..start + width of ty` of an unsigned operand, all inside it.
    BitSlice {
        /// The operand.
        operand: ExprId,
        /// Lowest bit.
        start: u32,
    },
    /// `operand[start +: ty]`: bits from `start` on; those past the end are zero.
    WidthSlice {
        /// The operand, unsigned bits.
        operand: ExprId,
        /// Lowest bit, unsigned bits.
        start: ExprId,
    },
    /// `if`.
    If {
        /// `bool`.
        condition: ExprId,
        /// Of type `ty`.
        then: ExprId,
        /// Of type `ty`; the unit literal if the source has none.
        otherwise: ExprId,
    },
    /// `match`; one arm always matches or the last one is taken.
    Match {
        /// What is matched.
        scrutinee: ExprId,
        /// The arms, first match wins; there is at least one.
        arms: Vec<Arm>,
    },
    /// A block; its value is `result`, or `()`.
    Block {
        /// The statements.
        statements: Vec<Statement>,
        /// The value.
        result: Option<ExprId>,
    },
    /// `for (iterator, state) in iterable { body }(init)`; `state`, `init`, `body` have type `ty`.
    For {
        /// An array; often [`ExprKind::Range`].
        iterable: ExprId,
        /// What binds an element.
        iterator: Pattern,
        /// What binds the state.
        state: Pattern,
        /// The state before.
        init: ExprId,
        /// The next state.
        body: ExprId,
    },
    /// A call; arguments have the types of the parameters.
    Call {
        /// What is called.
        callee: InstanceId,
        /// The arguments; `self` first.
        arguments: Vec<ExprId>,
    },
    /// A built-in function.
    Builtin {
        /// Which one.
        builtin: Builtin,
        /// Its arguments, those that only give a type left out.
        arguments: Vec<ExprId>,
        /// From `<` or `(` behind the name to `)`.
        at: Span,
        /// For `assert_eq` and `assert_lt` the text of the call, for other assertions and `cover!` the label; else empty.
        label: String,
    },
    /// `map(array, callee)`: the callee gets `captures` first, then the element.
    Map {
        /// The array.
        array: ExprId,
        /// What is applied.
        callee: Callee,
        /// Values of the names that a lambda captures, or `self` of a method.
        captures: Vec<ExprId>,
    },
    /// `trace_fmt!`, `vtrace_fmt!`, `trace!`: of type `token` for the first two; `trace!` gives back its argument.
    Trace(Trace),
}

/// A function that is referred to by name.
#[derive(Clone, Debug)]
pub enum Callee {
    /// An instance.
    Instance(InstanceId),
    /// A built-in function of one argument.
    Builtin(Builtin),
}

/// A trace.
#[derive(Clone, Debug)]
pub struct Trace {
    /// `trace_fmt!` has 0.
    pub verbosity: i64,
    /// Text and places of arguments.
    pub steps: Vec<FormatStep>,
    /// The arguments, one for each [`FormatStep::Argument`].
    pub arguments: Vec<ExprId>,
    /// True for `trace!(x)`: the value is that of the only argument.
    pub yields_argument: bool,
}

/// A part of a format string.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatStep {
    /// Text.
    Text(String),
    /// The next argument.
    Argument(Format),
}

/// A statement of a block.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `let pattern = value;`
    Let {
        /// What is bound; always matches.
        pattern: Pattern,
        /// The value.
        value: ExprId,
    },
    /// `value;`
    Expr(ExprId),
}

/// An arm of a `match`.
#[derive(Clone, Debug)]
pub struct Arm {
    /// One of them must match; if there are several, they bind nothing.
    pub patterns: Vec<Pattern>,
    /// The value.
    pub value: ExprId,
    /// The whole arm.
    pub span: Span,
}

/// A pattern.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// What it is.
    pub kind: PatternKind,
    /// Type of what is matched.
    pub ty: TypeId,
    /// Its place.
    pub span: Span,
}

/// What a pattern is.
#[derive(Clone, Debug)]
pub enum PatternKind {
    /// `_`: matches anything.
    Wildcard,
    /// An element that `..` stands for: matches anything.
    Rest,
    /// A name: matches anything and binds it.
    Bind(LocalId),
    /// A literal or constant: matches an equal value.
    Value(Value),
    /// A name that is no constant: matches an equal value.
    Local(LocalId),
    /// `low..high` or `low..=high`: matches what is in it, by the sign of the type. Empty if `low` is above `high`.
    Range {
        /// First.
        low: Value,
        /// Last (with `inclusive`) or one after.
        high: Value,
        /// True for `..=`.
        inclusive: bool,
    },
    /// `(a, b)`: one for each element of the tuple type; there is a [`PatternKind::Rest`] for each that `..` covers.
    Tuple(Vec<Pattern>),
}

/// An operation with one operand.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOp {
    /// `!`
    Not,
    /// `-`
    Negate,
}

/// An operation with two operands. `T` is the type of the result unless something else is said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOp {
    /// Both operands `T`, bits. Wraps.
    Add,
    /// Both operands `T`, bits. Wraps.
    Subtract,
    /// Both operands `T`, bits. Wraps.
    Multiply,
    /// Both operands `T`, bits; by the sign of `T`; rounds to zero; by zero: as the IR says.
    Divide,
    /// Both operands `T`, bits; by the sign of `T`.
    Modulo,
    /// Both operands `T`, bits.
    And,
    /// Both operands `T`, bits.
    Or,
    /// Both operands `T`, bits.
    Xor,
    /// All `bool`. Both operands are evaluated.
    LogicalAnd,
    /// All `bool`. Both operands are evaluated.
    LogicalOr,
    /// Operands of one type, any without tokens; result `bool`.
    Equal,
    /// Operands of one type, any without tokens; result `bool`.
    NotEqual,
    /// Operands of one bits type, by its sign; result `bool`.
    Less,
    /// Operands of one bits type, by its sign; result `bool`.
    LessEqual,
    /// Operands of one bits type, by its sign; result `bool`.
    Greater,
    /// Operands of one bits type, by its sign; result `bool`.
    GreaterEqual,
    /// Left operand `T`, right one any unsigned bits.
    ShiftLeft,
    /// Left operand `T`, right one any unsigned bits; arithmetic if `T` is signed.
    ShiftRight,
    /// Two unsigned bits types, left one the most significant; or two arrays of one element type.
    Concat,
}

/// A built-in function. Arguments are those of the source, except where said.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Builtin {
    /// `(uN[n]) -> u1`
    AndReduce,
    /// `(uN[n]) -> u1`
    OrReduce,
    /// `(uN[n]) -> u1`
    XorReduce,
    /// `(T[n]) -> T[n]`
    ArrayRev,
    /// `(array, start)`: elements from `start` on, as many as `ty` has; past the end is the last element.
    ArraySlice,
    /// `(uN[n], start, value) -> uN[n]`
    BitSliceUpdate,
    /// `(uN[n]) -> uN[n]`: `ceil(log2(x))`, 0 for 0.
    CeilLog2,
    /// `(uN[n]) -> uN[n]`
    Clz,
    /// `(uN[n]) -> uN[n]`
    Ctz,
    /// `(uN[n]) -> uN[m]`
    Decode,
    /// `(uN[n]) -> uN[ceil(log2(n))]`
    Encode,
    /// `gate!(pass, value)`
    Gate,
    /// `(uN[n], lsb_is_priority) -> uN[n + 1]`; the second argument is a literal.
    OneHot,
    /// `(selector, cases)`
    OneHotSel,
    /// `(selector, cases, default)`
    PrioritySel,
    /// `(uN[n]) -> uN[n]`
    Rev,
    /// `(sN[n], sN[n]) -> (uN[n], uN[n])`
    Smulp,
    /// `(uN[n], uN[n]) -> (uN[n], uN[n])`
    Umulp,
    /// `(array, index, value)`; the index is unsigned bits or a tuple of them, outermost dimension first.
    Update,
    /// `(T[n], U[n]) -> (T, U)[n]`
    Zip,
    /// `(T[n]) -> (u32, T)[n]`
    Enumerate,
    /// `(a, b)`: fails if they differ; result `()`.
    AssertEq,
    /// `(a, b)`: fails unless `a < b`; result `()`.
    AssertLt,
    /// `assert!(label)`: the only argument is the condition; result `()`.
    Assert,
    /// `assert_fmt!`: the only argument is the condition; result `()`.
    AssertFmt,
    /// `fail!`: the only argument is the value that it yields.
    Fail,
    /// `cover!`: the only argument is the condition; result `()`.
    Cover,
}

/// All that a check gives: the instances with the constants and types that they refer to.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The types.
    pub types: super::types::Types,
    /// The instances, in the order of their discovery.
    pub functions: Vec<SharedFunction>,
    /// The constants of modules.
    pub constants: Vec<Constant>,
    /// The instance of each top that was asked for, in that order.
    pub tops: Vec<InstanceId>,
    /// Names and documentation of what the tops reach.
    pub declarations: super::declarations::Declarations,
}

impl Checked {
    /// The function with this id.
    pub fn function(&self, id: InstanceId) -> &Function {
        &self.functions[id.index()]
    }

    /// The constant with this id.
    pub fn constant(&self, id: ConstantId) -> &Constant {
        &self.constants[id.index()]
    }
}

/// A finished function, shared by those who look at it.
pub type SharedFunction = Arc<Function>;
