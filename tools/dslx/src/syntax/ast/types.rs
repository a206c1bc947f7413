//! Types as they are written.

use super::{Expr, GenericArg, Ident, NodeId, Path};
use crate::source::Span;

/// A type annotation.
#[derive(Clone, Debug)]
pub struct Type {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// What is written.
    pub kind: TypeKind,
}

/// Forms of type annotations.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `bool`: the same type as `u1`.
    Bool,
    /// `token`.
    Token,
    /// `u1` to `u64`, `s1` to `s64`.
    Bits {
        /// `sN`.
        signed: bool,
        /// 1 to 64.
        width: u32,
    },
    /// `uN[width]`, `sN[width]`, `bits[width]`.
    Sized {
        /// Which of the words.
        kind: SizedKind,
        /// The width.
        width: Box<Expr>,
    },
    /// `xN[signed][width]`.
    Xn {
        /// The signedness, a `bool`.
        signed: Box<Expr>,
        /// The width.
        width: Box<Expr>,
    },
    /// `xN[signed]` where no width follows: only as an argument for a parameter of kind `type` that is given a width
    /// where it is used. `uN`, `sN`, `bits` without a width are the same with the signedness in the word.
    Widthless {
        /// The word.
        kind: SizedKind,
        /// `[signed]` of `xN`; none for the others.
        signed: Option<Box<Expr>>,
    },
    /// `element[size]`. `u8[2][3]` is `Array(Array(u8, 2), 3)`: the last size is the outermost.
    Array {
        /// Type of the elements.
        element: Box<Type>,
        /// Number of elements.
        size: Box<Expr>,
    },
    /// `(a, b)`.
    Tuple(Vec<Type>),
    /// A named type: struct, enum, alias, parameter of kind `type`. `a::B<args>`.
    Path {
        /// The name.
        path: Path,
        /// Parametric arguments; empty if there are none.
        args: Vec<GenericArg>,
    },
    /// `Self`, and the type of the parameter `self` that has no annotation (its span is then that of `self`).
    SelfType,
    /// `Self::member`, `S<u32:8>::member`: an alias of an `impl`, or a variant of a sum type in a struct literal. A path
    /// without parametric arguments is `Path`.
    Member {
        /// What is before the last `::`.
        ty: Box<Type>,
        /// What is behind it.
        member: Ident,
    },
    /// `chan<payload>[dims] in`. Procs only.
    Channel {
        /// Type of the messages.
        payload: Box<Type>,
        /// Sizes of an array of channels; empty for one channel.
        dims: Vec<Expr>,
        /// Direction.
        direction: ChannelDirection,
    },
}

/// Words that a width follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SizedKind {
    /// `uN`.
    Un,
    /// `sN`.
    Sn,
    /// `bits`: the same as `uN`.
    Bits,
    /// `xN`; occurs in [`TypeKind::Widthless`] only, see [`TypeKind::Xn`].
    Xn,
}

/// Direction of a channel, seen from the proc that has it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChannelDirection {
    /// `in`: received from.
    In,
    /// `out`: sent to.
    Out,
}
