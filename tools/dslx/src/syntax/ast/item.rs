//! Items: what a module, an `impl` or a proc consists of.

use super::{Block, ConstAssert, Expr, Ident, NodeId, Path, Type};
use crate::source::Span;

/// A member of a module, an `impl` or a trait.
#[derive(Clone, Debug)]
pub struct Item {
    /// Its id.
    pub id: NodeId,
    /// From the first attribute or `pub` to the end.
    pub span: Span,
    /// `#[...]`.
    pub attributes: Vec<Attribute>,
    /// `pub`. Members of a trait always are.
    pub public: bool,
    /// The comment directly above, without `//`; lines end with `\n`.
    pub docs: Option<String>,
    /// What it is.
    pub kind: ItemKind,
}

/// Kinds of items.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `import a.b as c;`.
    Import(Import),
    /// `use a::{b, c};`.
    Use(Use),
    /// `fn`. Tests and quickchecks are functions with attributes.
    Function(Function),
    /// `struct`.
    Struct(Struct),
    /// `enum` with values.
    Enum(Enum),
    /// `enum` with payloads: a sum type.
    Sum(Sum),
    /// `type T = type;`.
    TypeAlias(TypeAlias),
    /// `const`.
    Const(Const),
    /// `const_assert!(condition);`.
    ConstAssert(ConstAssert),
    /// `impl`.
    Impl(Impl),
    /// `trait`.
    Trait(Trait),
    /// `proc`, with `config`, `init` and `next` inside, or only members (then an `impl` has the functions).
    Proc(Proc),
    /// `proc P = Q<args>;`.
    ProcAlias(ProcAlias),
}

impl Item {
    /// The name that the item defines in its module; an import's is the last part of the path or the alias. None for
    /// `use`, `impl` and `const_assert!`.
    pub fn name(&self) -> Option<&Ident> {
        match &self.kind {
            ItemKind::Import(import) => Some(import.name()),
            ItemKind::Function(function) => Some(&function.name),
            ItemKind::Struct(def) => Some(&def.name),
            ItemKind::Enum(def) => Some(&def.name),
            ItemKind::Sum(def) => Some(&def.name),
            ItemKind::TypeAlias(alias) => Some(&alias.name),
            ItemKind::Const(def) => Some(&def.name),
            ItemKind::Trait(def) => Some(&def.name),
            ItemKind::Proc(proc) => Some(&proc.name),
            ItemKind::ProcAlias(alias) => Some(&alias.name),
            ItemKind::Use(_) | ItemKind::ConstAssert(_) | ItemKind::Impl(_) => None,
        }
    }

    /// The attribute of this name.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name.as_str() == name)
    }
}

/// `#![feature(use_syntax)]`, `#![allow(nonstandard_constant_naming)]`. The parser refuses unknown names.
#[derive(Clone, Debug)]
pub struct ModuleAttribute {
    /// Its id.
    pub id: NodeId,
    /// From `#` to `]`.
    pub span: Span,
    /// `feature` or `allow`.
    pub name: Ident,
    /// What is in the parentheses.
    pub args: Vec<Ident>,
}

/// `#[name(args)]`: `test`, `quickcheck(test_count=100)`, `quickcheck(exhaustive)`, `cfg(test)`, `extern_verilog("...")`,
/// `sv_type("...")`, `derive(ToBits)`, `fuzz_test(...)`, `test_proc`, `dslx_format_disable`, ... The parser refuses
/// unknown names and repetitions.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its id.
    pub id: NodeId,
    /// From `#` to `]`.
    pub span: Span,
    /// The name.
    pub name: Ident,
    /// What is in the parentheses.
    pub args: Vec<AttributeArg>,
}

/// An argument of an attribute: `value` or `key = value`.
#[derive(Clone, Debug)]
pub struct AttributeArg {
    /// Where it stands.
    pub span: Span,
    /// The key.
    pub key: Option<Ident>,
    /// The value.
    pub value: AttributeValue,
}

/// Value of an attribute's argument.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttributeValue {
    /// A word.
    Word(super::Name),
    /// `"text"` or text between backticks, decoded.
    Text(String),
    /// A number that fits 64 bits.
    Number(i64),
}

/// `import a.b as c;`.
#[derive(Clone, Debug)]
pub struct Import {
    /// `a`, `b`: at least one.
    pub path: Vec<Ident>,
    /// `c`.
    pub alias: Option<Ident>,
}

impl Import {
    /// The name by which the module is known here.
    pub fn name(&self) -> &Ident {
        self.alias.as_ref().unwrap_or(&self.path[self.path.len() - 1])
    }
}

/// `use a::{b, c::d};`.
#[derive(Clone, Debug)]
pub struct Use {
    /// The tree behind `use`.
    pub tree: UseTree,
}

/// A part of a `use`.
#[derive(Clone, Debug)]
pub struct UseTree {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// The name: of a folder, a module or a member of a module.
    pub name: Ident,
    /// What follows it.
    pub kind: UseTreeKind,
}

/// Forms of [`UseTree`].
#[derive(Clone, Debug)]
pub enum UseTreeKind {
    /// The end: the name is known in this module.
    Leaf,
    /// `name::tree` or `name::{tree, tree}`: at least one.
    Inner(Vec<UseTree>),
}

/// `fn name<generics>(params) -> type { body }`.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name.
    pub name: Ident,
    /// Parametric parameters.
    pub generics: Vec<GenericParam>,
    /// Parameters.
    pub params: Vec<Param>,
    /// Without it: `()`.
    pub return_type: Option<Type>,
    /// The body; none in a trait.
    pub body: Option<Block>,
}

/// A parametric parameter: `N: u32`, `M: u32 = {N + 1}`, `T: type`.
#[derive(Clone, Debug)]
pub struct GenericParam {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Ident,
    /// Whether it stands for a value or a type.
    pub kind: GenericParamKind,
    /// What it is if no argument is given.
    pub default: Option<GenericDefault>,
}

/// What a parametric parameter stands for.
#[derive(Clone, Debug)]
pub enum GenericParamKind {
    /// A value of this type.
    Value(Type),
    /// A type (`T: type`). The parser has refused it without `#![feature(generics)]`.
    Type,
}

/// Default of a parametric parameter.
#[derive(Clone, Debug)]
pub enum GenericDefault {
    /// `= {expr}`: derived from the parameters before it.
    Expr(Expr),
    /// `= type`, of a parameter of kind `type`.
    Type(Type),
}

/// A parameter of a function: `name: type`, `self`, `self: Self`.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// Its name; `self` only as the first in an `impl`, a trait or a proc's `impl`.
    pub name: Ident,
    /// Its type; [`SelfType`](super::TypeKind::SelfType) for `self`.
    pub ty: Type,
}

/// `struct S<generics> { fields }`.
#[derive(Clone, Debug)]
pub struct Struct {
    /// Its name.
    pub name: Ident,
    /// Parametric parameters.
    pub generics: Vec<GenericParam>,
    /// The fields.
    pub fields: Vec<Field>,
}

/// A field of a struct, of a variant of a sum type, or of a proc.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// The comment directly above or behind it on its line, without `//`; lines end with `\n`.
    pub docs: Option<String>,
    /// Its name.
    pub name: Ident,
    /// Its type.
    pub ty: Type,
}

/// `enum E: type { A = 0, B = 1 }`.
#[derive(Clone, Debug)]
pub struct Enum {
    /// Its name.
    pub name: Ident,
    /// The underlying type; without it, it comes from the values.
    pub ty: Option<Type>,
    /// The values; none only if `ty` is there.
    pub members: Vec<EnumMember>,
}

/// `A = 0`.
#[derive(Clone, Debug)]
pub struct EnumMember {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// The comment directly above or behind it on its line, without `//`; lines end with `\n`.
    pub docs: Option<String>,
    /// Its name.
    pub name: Ident,
    /// Its value.
    pub value: Expr,
}

/// `enum Option<T: type> { None, Some(T) }`: an `enum` with a payload, or without members and type.
#[derive(Clone, Debug)]
pub struct Sum {
    /// Its name.
    pub name: Ident,
    /// Parametric parameters.
    pub generics: Vec<GenericParam>,
    /// Type of the tag; then every variant has a discriminant.
    pub tag_type: Option<Type>,
    /// The variants: all with a discriminant, or none.
    pub variants: Vec<SumVariant>,
}

/// A variant of a sum type.
#[derive(Clone, Debug)]
pub struct SumVariant {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// The comment directly above or behind it on its line, without `//`; lines end with `\n`.
    pub docs: Option<String>,
    /// Its name.
    pub name: Ident,
    /// What it carries.
    pub payload: SumPayload,
    /// `= value`.
    pub discriminant: Option<Expr>,
}

/// Payload of a variant.
#[derive(Clone, Debug)]
pub enum SumPayload {
    /// Nothing.
    Unit,
    /// `(a, b)`.
    Tuple(Vec<Type>),
    /// `{ a: type }`.
    Struct(Vec<Field>),
}

/// `type Name = type;`, in a module, an `impl`, a proc or a block.
#[derive(Clone, Debug)]
pub struct TypeAlias {
    /// Its name.
    pub name: Ident,
    /// What it stands for.
    pub ty: Type,
}

/// `const NAME: type = value;`, in a module, an `impl` or a proc (in a block it is a [`Let`](super::Let)).
#[derive(Clone, Debug)]
pub struct Const {
    /// Its name.
    pub name: Ident,
    /// The annotation.
    pub ty: Option<Type>,
    /// The value.
    pub value: Expr,
}

/// `impl S<N> { ... }`.
#[derive(Clone, Debug)]
pub struct Impl {
    /// The struct or proc ([`Path`](super::TypeKind::Path)). Its parametric arguments are the names of the struct's own
    /// parameters, which are known inside also if they are left out.
    pub target: Type,
    /// [`Const`](ItemKind::Const), [`Function`](ItemKind::Function), [`TypeAlias`](ItemKind::TypeAlias) only.
    pub items: Vec<Item>,
}

/// `trait T { fn f(self) -> u8; }`.
#[derive(Clone, Debug)]
pub struct Trait {
    /// Its name.
    pub name: Ident,
    /// [`Function`](ItemKind::Function) without bodies only.
    pub items: Vec<Item>,
}

/// `proc P<generics> { ... }`.
#[derive(Clone, Debug)]
pub struct Proc {
    /// Its name.
    pub name: Ident,
    /// Parametric parameters.
    pub generics: Vec<GenericParam>,
    /// What is in the braces. Either all of `config`, `init` and `next` are there, or none.
    pub members: Vec<ProcMember>,
}

impl Proc {
    /// Whether it has members only, and an `impl` has the functions.
    pub fn is_impl_style(&self) -> bool {
        !self.members.iter().any(|member| {
            matches!(member.kind, ProcMemberKind::Config { .. } | ProcMemberKind::Init(_) | ProcMemberKind::Next { .. })
        })
    }
}

/// A member of a proc.
#[derive(Clone, Debug)]
pub struct ProcMember {
    /// Its id.
    pub id: NodeId,
    /// Where it stands.
    pub span: Span,
    /// What it is.
    pub kind: ProcMemberKind,
}

/// Kinds of a proc's members.
#[derive(Clone, Debug)]
pub enum ProcMemberKind {
    /// `name: type;`, with `#[channel_strictness(...)]` and the like.
    Field(Vec<Attribute>, Field),
    /// `type T = type;`.
    TypeAlias(TypeAlias),
    /// `const NAME = value;`.
    Const(Const),
    /// `const_assert!(condition);`.
    ConstAssert(ConstAssert),
    /// `config(params) { body }`.
    Config {
        /// Parameters.
        params: Vec<Param>,
        /// Body.
        body: Block,
    },
    /// `init { body }`.
    Init(Block),
    /// `next(state: type) { body }`.
    Next {
        /// Parameters.
        params: Vec<Param>,
        /// Body.
        body: Block,
    },
}

/// `proc P = Q<args>;`.
#[derive(Clone, Debug)]
pub struct ProcAlias {
    /// Its name.
    pub name: Ident,
    /// The proc.
    pub target: Path,
    /// Parametric arguments.
    pub args: Vec<super::GenericArg>,
}
