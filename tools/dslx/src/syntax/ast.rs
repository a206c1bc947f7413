//! The syntax tree of a module.
//!
//! The tree says what is written, and nothing more: names are not resolved, and no type is known. Where the meaning of a
//! form depends on what a name stands for, the node's description says so, and the checker decides:
//!
//! - a lone name in a pattern ([`PatternKind::Name`]) refers to what it names, or binds the name if it names nothing;
//! - a path in a parametric argument ([`GenericArg::Expr`]) may name a type;
//! - `a::b` ([`ExprKind::Path`]) may be a member of a module, a value of an enum or an associated constant.
//!
//! Invariants of every tree that the parser returns:
//!
//! - Every node has a [`Span`](crate::source::Span) and a [`NodeId`] of its own below `module.node_count`; a few ids are of
//!   no node. Children of a node may have lower or higher ids.
//! - The span of a node encloses those of its children and has no space or comment at its ends. Parentheses around an
//!   expression are outside its span, as in libxls' positions.
//! - The height is bounded: at most [`MAX_NESTING`](super::MAX_NESTING) nested forms, and on any way down at most
//!   [`MAX_CHAIN`](super::MAX_CHAIN) operators or postfixes that stand in a row.

mod control;
mod expr;
mod item;
mod name;
mod pattern;
pub mod scopes;
mod types;
pub mod walk;

pub use control::{
    Block, ConstAssert, For, If, IfBranch, Lambda, LambdaParam, Let, Loop, Match, MatchArm, Stmt, StmtKind,
};
pub use expr::{
    BinaryOp, ChannelDecl, Expr, ExprKind, FormatMacro, FormatMacroKind, FormatPiece, FormatString, GenericArg, Index,
    Number, Radix, Splat, StructField, TypeMacro, UnaryOp,
};
pub use item::{
    Attribute, AttributeArg, AttributeValue, Const, Enum, EnumMember, Field, Function, GenericDefault, GenericParam,
    GenericParamKind, Impl, Import, Item, ItemKind, ModuleAttribute, Param, Proc, ProcAlias, ProcMember,
    ProcMemberKind, Struct, Sum, SumPayload, SumVariant, Trait, TypeAlias, Use, UseTree, UseTreeKind,
};
pub use name::{Ident, Name, NodeId, Path};
pub use pattern::{FieldPattern, Pattern, PatternKind, PatternPayload};
pub use types::{ChannelDirection, SizedKind, Type, TypeKind};

use crate::source::FileId;

/// A module: the syntax of one file.
#[derive(Clone, Debug)]
pub struct Module {
    /// The file.
    pub file: FileId,
    /// `#![...]` attributes.
    pub attributes: Vec<ModuleAttribute>,
    /// The comments that the file begins with, as far as an empty line follows them, without those that are about copyright
    /// and licence. Without `//`; lines end with `\n`, and an empty line is between two comments.
    pub docs: Option<String>,
    /// Items in the order of the text. What the parser could not read is left out; it is in the diagnostics.
    pub items: Vec<Item>,
    /// Number of node ids.
    pub node_count: u32,
}

impl Module {
    /// Whether the module has `#![feature(name)]`.
    pub fn has_feature(&self, name: &str) -> bool {
        self.has(|attribute| (attribute.name.as_str() == "feature").then_some(&attribute.args), name)
    }

    /// Whether the module has `#![allow(name)]`.
    pub fn allows(&self, name: &str) -> bool {
        self.has(|attribute| (attribute.name.as_str() == "allow").then_some(&attribute.args), name)
    }

    fn has<'a>(&'a self, args: impl Fn(&'a ModuleAttribute) -> Option<&'a Vec<Ident>>, name: &str) -> bool {
        self.attributes.iter().filter_map(args).flatten().any(|arg| arg.as_str() == name)
    }
}
