//! Blocks, statements, and expressions that have blocks.

use super::{Expr, Ident, NodeId, Param, Pattern, Type, TypeAlias};
use crate::source::Span;

/// Statements in braces. Its value is that of the last statement if that is an expression without `;`, else `()`.
#[derive(Clone, Debug)]
pub struct Block {
    /// Its id.
    pub id: NodeId,
    /// From `{` to `}`; of the body of a lambda without braces, the expression.
    pub span: Span,
    /// The statements.
    pub statements: Vec<Stmt>,
    /// Whether the value is `()`: no statements, or the last one is no expression or ends with `;`.
    pub trailing_semi: bool,
    /// Where the `;` behind the last statement stands, if that is an expression with one.
    pub last_semi: Option<Span>,
}

impl Block {
    /// The expression that gives the value; none if the value is `()`.
    pub fn result(&self) -> Option<&Expr> {
        match self.statements.last() {
            Some(Stmt { kind: StmtKind::Expr(expr), .. }) if !self.trailing_semi => Some(expr),
            _ => None,
        }
    }
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// Its id.
    pub id: NodeId,
    /// Where it stands, with its `;`.
    pub span: Span,
    /// What is written.
    pub kind: StmtKind,
}

/// Forms of statements.
#[derive(Clone, Debug)]
pub enum StmtKind {
    /// `expr;` or the last expression of a block.
    Expr(Expr),
    /// `let pattern: type = value;`, `const NAME: type = value;`.
    Let(Box<Let>),
    /// `type T = type;`.
    TypeAlias(TypeAlias),
    /// `const_assert!(condition);`.
    ConstAssert(ConstAssert),
}

/// `let` or `const` in a block.
#[derive(Clone, Debug)]
pub struct Let {
    /// What is bound; of a `const` a single name.
    pub pattern: Pattern,
    /// The annotation.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expr,
    /// `const`.
    pub is_const: bool,
}

/// `const_assert!(condition);`, in a module, a proc or a block.
#[derive(Clone, Debug)]
pub struct ConstAssert {
    /// What must hold.
    pub condition: Expr,
}

/// `if c { a } else if d { b } else { e }`.
#[derive(Clone, Debug)]
pub struct If {
    /// The conditions with their blocks, at least one. (libxls nests them: the second is the `else` of the first.)
    pub branches: Vec<IfBranch>,
    /// The block behind the last `else`. Without one the value is `()`.
    pub otherwise: Option<Block>,
    /// `const if`: the conditions are constants, and only the block that is chosen is checked.
    pub is_const: bool,
}

/// `if condition block`.
#[derive(Clone, Debug)]
pub struct IfBranch {
    /// Its id.
    pub id: NodeId,
    /// From the branch's `if` to the end of the whole `if` expression, as libxls' position of the nested conditional.
    pub span: Span,
    /// The condition.
    pub condition: Expr,
    /// The block.
    pub block: Block,
}

/// `match x { ... }`.
#[derive(Clone, Debug)]
pub struct Match {
    /// What is matched.
    pub scrutinee: Expr,
    /// The arms; there may be none.
    pub arms: Vec<MatchArm>,
    /// `const match`: `x` is a constant, and only the arm that is chosen is checked.
    pub is_const: bool,
}

/// `a | b => value`.
#[derive(Clone, Debug)]
pub struct MatchArm {
    /// Its id.
    pub id: NodeId,
    /// From the first pattern to the end of the value.
    pub span: Span,
    /// At least one. If there are several, none may bind a name (the checker knows which do).
    pub patterns: Vec<Pattern>,
    /// The value.
    pub value: Expr,
}

/// `for (i, acc): (u32, T) in iterable { body }(init)`.
#[derive(Clone, Debug)]
pub struct For {
    /// Which loop.
    pub kind: Loop,
    /// A tuple pattern: index or element, and accumulator.
    pub pattern: Pattern,
    /// The annotation.
    pub ty: Option<Type>,
    /// A range or an array.
    pub iterable: Expr,
    /// The body.
    pub body: Block,
    /// The accumulator's first value.
    pub init: Expr,
}

/// Kinds of `for`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Loop {
    /// `for`.
    For,
    /// `const for`: unrolled, the index is a constant.
    ConstFor,
    /// `unroll_for!`: the same.
    UnrollFor,
}

/// `|a, b: u8| -> u8 { body }`.
#[derive(Clone, Debug)]
pub struct Lambda {
    /// The parameters.
    pub params: Vec<LambdaParam>,
    /// `-> type`.
    pub return_type: Option<Type>,
    /// The body: a block, or one expression without braces.
    pub body: Block,
    /// Whether braces are around the body.
    pub has_braces: bool,
}

/// A parameter of a lambda.
#[derive(Clone, Debug)]
pub enum LambdaParam {
    /// `name: type`.
    Typed(Param),
    /// `name`.
    Untyped(Ident),
}

impl LambdaParam {
    /// Its name.
    pub fn name(&self) -> &Ident {
        match self {
            LambdaParam::Typed(param) => &param.name,
            LambdaParam::Untyped(name) => name,
        }
    }
}
