//! The operations of XLS functions, declared once: the table.
//!
//! The rows are grouped by family. A row has all facts about an operation: its attributes, its name in IR text, its
//! operands, its keyword arguments, whether it is commutative, its effect, and the type rule that checks it (a method of
//! the verifier). [`Op`] contains the attributes; the operands of a node are a flat list in the order of the row. An
//! attribute that the text gives has the name of its keyword argument. An attribute of type [`FuncId`] is the operation's
//! callee.
//!
//! All other code that treats operations one by one uses the table or an exhaustive `match` over [`Op`] or [`Family`], so
//! that a new operation does not compile until it is handled everywhere.

use crate::op_info::{any, at_least_one, given_by, needed, one, optional, Attribute, AttributeType, OpInfo};
use crate::op_info::{Effect, OperandCount::*};
use crate::verifier::{Check, NodeCheck};
use crate::Keyword::*;
use crate::{FuncId, Value};

/// Makes of the rows: [`Op`], [`OpKind`], [`Family`], the table ([`OpKind::info`]), access to attributes, and the choice
/// of the type rule.
macro_rules! ops {
    ($( [$family:ident: $family_doc:literal] $(
        $(#[$doc:meta])*
        $op:ident $({ $( $(#[$field_doc:meta])* $field:ident: $ty:ty ),* $(,)? })? = $mnemonic:literal,
        operands: [$($operand:expr),*],
        $(keywords: [$($keyword:expr),*],)?
        $(commutative: $commutative:literal,)?
        $(effect: $effect:ident,)?
        rule: $rule:ident($($argument:ident),*);
    )* )*) => {
        /// An operation and its attributes.
        #[derive(Clone, PartialEq, Eq, Hash, Debug)]
        pub enum Op {
            $($( $(#[$doc])* $op $({ $( $(#[$field_doc])* $field: $ty ),* })?, )*)*
        }

        /// An operation without its attributes.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum OpKind {
            $($( #[doc = concat!("`", $mnemonic, "`")] $op, )*)*
        }

        /// An operation without its attributes, by family. Operations of one family have operands and results of the same
        /// form. Code that treats most operations alike matches families, and the operations of a family one by one.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Family {
            $( #[doc = $family_doc] $family(family::$family), )*
        }

        /// The operations of each family.
        pub mod family {
            $(
                #[doc = $family_doc]
                #[derive(Clone, Copy, PartialEq, Eq, Debug)]
                pub enum $family {
                    $( #[doc = concat!("`", $mnemonic, "`")] $op, )*
                }
            )*
        }

        /// Every operation's name in IR text, in declaration order.
        pub const MNEMONICS: &[&str] = &[$($($mnemonic),*),*];

        impl OpKind {
            /// Every operation, in declaration order.
            pub const ALL: &[OpKind] = &[$($(OpKind::$op),*),*];

            /// What the table says about the operation.
            #[inline]
            pub const fn info(self) -> &'static OpInfo {
                match self {
                    $($( OpKind::$op => {
                        const INFO: OpInfo = OpInfo {
                            mnemonic: $mnemonic,
                            operands: &[$($operand),*],
                            keywords: &[$($($keyword),*)?],
                            commutative: false $(|| $commutative)?,
                            effect: ops!(@effect $($effect)?),
                            rule: stringify!($rule),
                        };
                        &INFO
                    } )*)*
                }
            }

            /// The operation by family.
            pub const fn family(self) -> Family {
                match self {
                    $($( OpKind::$op => Family::$family(family::$family::$op), )*)*
                }
            }

            /// The names of the operation's attributes.
            pub const fn attributes(self) -> &'static [&'static str] {
                match self {
                    $($( OpKind::$op => &[$($(stringify!($field)),*)?], )*)*
                }
            }

            /// The operation, if it has no attributes.
            pub const fn without_attributes(self) -> Option<Op> {
                match self {
                    $($( OpKind::$op => ops!(@without_attributes $op $({ $($field),* })?), )*)*
                }
            }
        }

        impl Op {
            /// The operation without its attributes.
            #[inline]
            pub const fn kind(&self) -> OpKind {
                match self {
                    $($( Op::$op { .. } => OpKind::$op, )*)*
                }
            }

            /// The value of the attribute called `name`.
            pub fn attribute(&self, name: &str) -> Option<Attribute<'_>> {
                match self {
                    $($( Op::$op $({ $($field),* })? => {
                        $($( if name == stringify!($field) { return Some($field.attribute()); } )*)?
                        None
                    } )*)*
                }
            }

            /// The function that this operation applies, if it applies one.
            #[inline]
            pub fn callee(&self) -> Option<FuncId> {
                match self {
                    $($( Op::$op $({ $($field),* })? => {
                        $($( if let Attribute::Callee(callee) = $field.attribute() { return Some(callee); } )*)?
                        None
                    } )*)*
                }
            }

            /// The function that this operation applies, for renumbering.
            pub fn callee_mut(&mut self) -> Option<&mut FuncId> {
                match self {
                    $($( Op::$op $({ $($field),* })? => {
                        $($( if let Some(callee) = $field.callee_mut() { return Some(callee); } )*)?
                        None
                    } )*)*
                }
            }
        }

        impl NodeCheck<'_> {
            /// Checks the type rule of the node's operation.
            #[allow(unused_variables)] // A rule need not look at all attributes.
            pub(crate) fn type_rule(&mut self) -> Check {
                match &self.node.op {
                    $($( Op::$op $({ $($field),* })? => self.$rule($($argument),*), )*)*
                }
            }
        }
    };
    (@effect) => { Effect::None };
    (@effect $effect:ident) => { Effect::$effect };
    (@without_attributes $op:ident) => { Some(Op::$op) };
    (@without_attributes $op:ident { $($field:ident),* }) => { None };
}

ops! {
    [Leaf: "Parameters and constants, which are not computed."]
    /// A parameter of the function. (`param(name=x)` in the text names the parameter again and makes no node.)
    Param {
        /// Position in the parameter list.
        index: u32,
    } = "param",
        operands: [],
        keywords: [needed(Name)],
        rule: param();
    /// A constant.
    Literal {
        /// The constant; its shape is the node's type.
        value: Box<Value>,
    } = "literal",
        operands: [],
        keywords: [needed(Value)],
        rule: literal(value);

    [Unary: "One operand, of the type of the result."]
    /// The operand, unchanged.
    Identity = "identity",
        operands: [one("x")],
        rule: identity();
    /// Each bit inverted.
    Not = "not",
        operands: [one("x")],
        rule: unary();
    /// `-x`, modulo 2^w.
    Neg = "neg",
        operands: [one("x")],
        rule: unary();
    /// The bits in opposite order.
    Reverse = "reverse",
        operands: [one("x")],
        rule: unary();

    [Logic: "Bitwise operations on any number of operands."]
    /// Bitwise and.
    And = "and",
        operands: [at_least_one("x")],
        commutative: true,
        rule: nary_logic();
    /// Bitwise or.
    Or = "or",
        operands: [at_least_one("x")],
        commutative: true,
        rule: nary_logic();
    /// Bitwise exclusive or.
    Xor = "xor",
        operands: [at_least_one("x")],
        commutative: true,
        rule: nary_logic();
    /// Bitwise and, inverted.
    Nand = "nand",
        operands: [at_least_one("x")],
        commutative: true,
        rule: nary_logic();
    /// Bitwise or, inverted.
    Nor = "nor",
        operands: [at_least_one("x")],
        commutative: true,
        rule: nary_logic();

    [Reduction: "One bit about all bits of the operand."]
    /// Whether all bits are set.
    AndReduce = "and_reduce",
        operands: [one("x")],
        rule: reduction();
    /// Whether any bit is set.
    OrReduce = "or_reduce",
        operands: [one("x")],
        rule: reduction();
    /// Whether the number of set bits is odd.
    XorReduce = "xor_reduce",
        operands: [one("x")],
        rule: reduction();

    [Sum: "Sums and differences."]
    /// Sum, modulo 2^w.
    Add = "add",
        operands: [one("lhs"), one("rhs")],
        commutative: true,
        rule: binary();
    /// Difference, modulo 2^w.
    Sub = "sub",
        operands: [one("lhs"), one("rhs")],
        rule: binary();

    [Product: "Products of operands of any widths."]
    /// Product of unsigned numbers, cut to the width of the node's type.
    Umul = "umul",
        operands: [one("lhs"), one("rhs")],
        commutative: true,
        rule: product();
    /// Product of signed numbers, cut or extended to the width of the node's type.
    Smul = "smul",
        operands: [one("lhs"), one("rhs")],
        commutative: true,
        rule: product();

    [PartialProduct: "Pairs whose sum is a product. Only the sum is specified."]
    /// A pair whose sum is the product of unsigned numbers.
    Umulp = "umulp",
        operands: [one("lhs"), one("rhs")],
        rule: partial_product();
    /// A pair whose sum is the product of signed numbers.
    Smulp = "smulp",
        operands: [one("lhs"), one("rhs")],
        rule: partial_product();

    [Division: "Quotients and remainders."]
    /// Quotient of unsigned numbers; all ones for division by zero.
    Udiv = "udiv",
        operands: [one("lhs"), one("rhs")],
        rule: binary();
    /// Remainder of unsigned numbers; zero for division by zero.
    Umod = "umod",
        operands: [one("lhs"), one("rhs")],
        rule: binary();
    /// Quotient of signed numbers, rounded to zero; the largest or smallest number for division by zero.
    Sdiv = "sdiv",
        operands: [one("lhs"), one("rhs")],
        rule: binary();
    /// Remainder of signed numbers, with the sign of `lhs`; zero for division by zero.
    Smod = "smod",
        operands: [one("lhs"), one("rhs")],
        rule: binary();

    [Equality: "Comparisons of two values of any one type."]
    /// Equality of two values of any type but token.
    Eq = "eq",
        operands: [one("lhs"), one("rhs")],
        commutative: true,
        rule: equality();
    /// Difference of two values of any type but token.
    Ne = "ne",
        operands: [one("lhs"), one("rhs")],
        commutative: true,
        rule: equality();

    [Order: "Comparisons of two numbers of one width."]
    /// `lhs < rhs`, unsigned.
    Ult = "ult",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs <= rhs`, unsigned.
    Ule = "ule",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs > rhs`, unsigned.
    Ugt = "ugt",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs >= rhs`, unsigned.
    Uge = "uge",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs < rhs`, signed.
    Slt = "slt",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs <= rhs`, signed.
    Sle = "sle",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs > rhs`, signed.
    Sgt = "sgt",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();
    /// `lhs >= rhs`, signed.
    Sge = "sge",
        operands: [one("lhs"), one("rhs")],
        rule: comparison();

    [Shift: "Shifts by a computed amount."]
    /// Shift to the left.
    Shll = "shll",
        operands: [one("x"), one("amount")],
        rule: shift();
    /// Shift to the right, filled with zeros.
    Shrl = "shrl",
        operands: [one("x"), one("amount")],
        rule: shift();
    /// Shift to the right, filled with the sign.
    Shra = "shra",
        operands: [one("x"), one("amount")],
        rule: shift();

    [Extension: "Extensions to a larger width."]
    /// Extension with zeros to the width of the node's type.
    ZeroExt = "zero_ext",
        operands: [one("x")],
        keywords: [needed(NewBitCount)],
        rule: zero_ext();
    /// Extension with the sign to the width of the node's type.
    SignExt = "sign_ext",
        operands: [one("x")],
        keywords: [needed(NewBitCount)],
        rule: sign_ext();

    [Slice: "Parts of bit vectors, and bit vectors made from parts."]
    /// The bits from `start` on, as many as the node's type has.
    BitSlice {
        /// First (least significant) bit taken.
        start: u32,
    } = "bit_slice",
        operands: [one("x")],
        keywords: [needed(Start), needed(Width)],
        rule: bit_slice(start);
    /// The bits from `start` on, as many as the node's type has; zeros beyond the end.
    DynamicBitSlice = "dynamic_bit_slice",
        operands: [one("x"), one("start")],
        keywords: [needed(Width)],
        rule: dynamic_bit_slice();
    /// `x` with the bits from `start` on replaced by `update`; bits beyond the end are lost.
    BitSliceUpdate = "bit_slice_update",
        operands: [one("x"), one("start"), one("update")],
        rule: bit_slice_update();
    /// The bits of all operands, the most significant first.
    Concat = "concat",
        operands: [any("x")],
        rule: concat();

    [Encoding: "Conversions between a number and the bit with that number."]
    /// The first set bit alone; an additional highest bit stands for no set bit.
    OneHot {
        /// True: the lowest set bit wins, false: the highest.
        lsb_prio: bool,
    } = "one_hot",
        operands: [one("x")],
        keywords: [needed(LsbPrio)],
        rule: one_hot();
    /// The bitwise or of the numbers of all set bits.
    Encode = "encode",
        operands: [one("x")],
        rule: encode();
    /// The bit whose number is `x`, in the width of the node's type.
    Decode = "decode",
        operands: [one("x")],
        keywords: [needed(Width)],
        rule: decode();

    [Selection: "Choices between values of any type."]
    /// The case whose number is the selector, or the default.
    Sel {
        /// Whether the last operand is the default.
        has_default: bool,
    } = "sel",
        operands: [one("selector"), given_by(Cases, AtLeastOne), given_by(Default, If("has_default"))],
        keywords: [needed(Cases), optional(Default)],
        rule: sel(has_default);
    /// The bitwise or of the cases whose selector bits are set.
    OneHotSel = "one_hot_sel",
        operands: [one("selector"), given_by(Cases, AtLeastOne)],
        keywords: [needed(Cases)],
        rule: one_hot_sel();
    /// The case of the lowest selector bit that is set, or the default.
    PrioritySel = "priority_sel",
        operands: [one("selector"), given_by(Cases, AtLeastOne), given_by(Default, One)],
        keywords: [needed(Cases), needed(Default)],
        rule: priority_sel();
    /// `data` if the condition holds, otherwise zeros.
    Gate = "gate",
        operands: [one("condition"), one("data")],
        rule: gate();

    [Array: "Arrays and their elements."]
    /// An array of its operands.
    Array = "array",
        operands: [any("elements")],
        rule: array();
    /// The element at the indices, the outermost first; an index beyond the end is the last one.
    ArrayIndex {
        /// A promise to the optimiser; it does not change the value.
        assumed_in_bounds: bool,
    } = "array_index",
        operands: [one("array"), given_by(Indices, Any)],
        keywords: [needed(Indices), optional(AssumedInBounds)],
        rule: array_index();
    /// The array with the element at the indices replaced; an index beyond the end changes nothing.
    ArrayUpdate {
        /// A promise to the optimiser; it does not change the value.
        assumed_in_bounds: bool,
    } = "array_update",
        operands: [one("array"), one("value"), given_by(Indices, Any)],
        keywords: [needed(Indices), optional(AssumedInBounds)],
        rule: array_update();
    /// The elements from `start` on, as many as the node's type has; the last one again beyond the end.
    ArraySlice = "array_slice",
        operands: [one("array"), one("start")],
        keywords: [needed(Width)],
        rule: array_slice();
    /// The elements of all operands.
    ArrayConcat = "array_concat",
        operands: [at_least_one("arrays")],
        rule: array_concat();

    [Tuple: "Tuples and their elements."]
    /// A tuple of its operands.
    Tuple = "tuple",
        operands: [any("elements")],
        rule: tuple();
    /// An element of a tuple.
    TupleIndex {
        /// Element taken.
        index: u32,
    } = "tuple_index",
        operands: [one("tuple")],
        keywords: [needed(Index)],
        rule: tuple_index(index);

    [Call: "Calls of a function, one or one for each element."]
    /// The callee's result.
    Invoke {
        /// The callee.
        to_apply: FuncId,
    } = "invoke",
        operands: [any("arguments")],
        keywords: [needed(ToApply)],
        rule: invoke(to_apply);
    /// The callee's results for the elements of an array.
    Map {
        /// Applied to each element.
        to_apply: FuncId,
    } = "map",
        operands: [one("array")],
        keywords: [needed(ToApply)],
        rule: map(to_apply);

    [Loop: "Repeated calls of a function, each with the result of the last."]
    /// A loop's last state.
    CountedFor {
        /// Number of iterations, `0 ..= 2^63-1`.
        trip_count: u64,
        /// Step of the induction variable; may be zero or negative.
        stride: i64,
        /// Called as `body(index, state, invariant_args..)`.
        body: FuncId,
    } = "counted_for",
        operands: [one("init"), given_by(InvariantArgs, Any)],
        keywords: [needed(TripCount), optional(Stride), needed(Body), optional(InvariantArgs)],
        rule: counted_for(trip_count, stride, body);
    /// A loop's last state; how often it runs, and with which steps, is computed.
    DynamicCountedFor {
        /// Called as `body(index, state, invariant_args..)`.
        body: FuncId,
    } = "dynamic_counted_for",
        operands: [one("init"), one("trip_count"), one("stride"), given_by(InvariantArgs, Any)],
        keywords: [needed(Body), optional(InvariantArgs)],
        rule: dynamic_counted_for(body);

    [Token: "Tokens without an effect."]
    /// A token behind all operands.
    AfterAll = "after_all",
        operands: [any("tokens")],
        rule: after_all();
    /// The operand, unchanged.
    MinDelay {
        /// Minimum delay in cycles.
        delay: u64,
    } = "min_delay",
        operands: [one("token")],
        keywords: [needed(Delay)],
        rule: min_delay();

    [Effect: "Operations with an effect of their own."]
    /// An assertion that the condition holds.
    Assert {
        /// Reported when the condition is zero (escape sequences already decoded).
        message: Box<str>,
        /// The user's label, if any.
        label: Option<Box<str>>,
    } = "assert",
        operands: [one("token"), one("condition")],
        keywords: [needed(Message), optional(Label)],
        effect: Assert,
        rule: assert();
    /// A message, if the condition holds.
    Trace {
        /// Format string (see [`format_string`](crate::format_string)).
        format: Box<str>,
        /// Verbosity level.
        verbosity: u64,
    } = "trace",
        operands: [one("token"), one("condition"), given_by(DataOperands, Any)],
        keywords: [needed(Format), needed(DataOperands), optional(Verbosity)],
        effect: Trace,
        rule: trace(format);
    /// Counts how often the condition holds.
    Cover {
        /// The user's label.
        label: Box<str>,
    } = "cover",
        operands: [one("condition")],
        keywords: [needed(Label)],
        effect: Cover,
        rule: cover(label);
}
