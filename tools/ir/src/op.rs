//! The operations of XLS functions, declared once.
//!
//! [`Op`] holds what an operation has besides its operands; the operands of a node are a flat list in the order given
//! by the comment of each variant (lower-case names are operands, `..` repeats). Everything that treats operations
//! one by one does so with an exhaustive `match`, so a new operation breaks the build wherever it must be handled.

use crate::{FuncId, Value};

macro_rules! ops {
    ($( $(#[$doc:meta])* $variant:ident $({ $($(#[$fdoc:meta])* $field:ident : $ty:ty),* $(,)? })? = $mnemonic:literal; )*) => {
        /// An operation and its attributes.
        #[derive(Clone, PartialEq, Eq, Debug)]
        pub enum Op {
            $( $(#[$doc])* $variant $({ $($(#[$fdoc])* $field: $ty),* })?, )*
        }

        impl Op {
            /// The operation's name in IR text.
            pub fn mnemonic(&self) -> &'static str {
                match self {
                    $( ops!(@pattern $variant $({ $($field),* })?) => $mnemonic, )*
                }
            }
        }

        /// Every operation's name in IR text, in declaration order.
        pub const MNEMONICS: &[&str] = &[$($mnemonic),*];
    };
    (@pattern $variant:ident { $($field:ident),* }) => { Op::$variant { .. } };
    (@pattern $variant:ident) => { Op::$variant };
}

ops! {
    /// A parameter of the function; no operands.
    Param {
        /// Position in the parameter list.
        index: u32,
    } = "param";
    /// A constant; no operands.
    Literal {
        /// The constant; its shape is the node's type.
        value: Box<Value>,
    } = "literal";
    /// `x`.
    Identity = "identity";
    /// `x`.
    Not = "not";
    /// `x`.
    Neg = "neg";
    /// `x`.
    Reverse = "reverse";
    /// `x..`, at least one.
    And = "and";
    /// `x..`, at least one.
    Or = "or";
    /// `x..`, at least one.
    Xor = "xor";
    /// `x..`, at least one.
    Nand = "nand";
    /// `x..`, at least one.
    Nor = "nor";
    /// `x`.
    AndReduce = "and_reduce";
    /// `x`.
    OrReduce = "or_reduce";
    /// `x`.
    XorReduce = "xor_reduce";
    /// `lhs, rhs`.
    Add = "add";
    /// `lhs, rhs`.
    Sub = "sub";
    /// `lhs, rhs`; the result's width is the node type's.
    Umul = "umul";
    /// `lhs, rhs`; the result's width is the node type's.
    Smul = "smul";
    /// `lhs, rhs`; a pair whose sum is the product.
    Umulp = "umulp";
    /// `lhs, rhs`; a pair whose sum is the product.
    Smulp = "smulp";
    /// `lhs, rhs`.
    Udiv = "udiv";
    /// `lhs, rhs`.
    Umod = "umod";
    /// `lhs, rhs`.
    Sdiv = "sdiv";
    /// `lhs, rhs`.
    Smod = "smod";
    /// `lhs, rhs`, any type but token.
    Eq = "eq";
    /// `lhs, rhs`, any type but token.
    Ne = "ne";
    /// `lhs, rhs`.
    Ult = "ult";
    /// `lhs, rhs`.
    Ule = "ule";
    /// `lhs, rhs`.
    Ugt = "ugt";
    /// `lhs, rhs`.
    Uge = "uge";
    /// `lhs, rhs`.
    Slt = "slt";
    /// `lhs, rhs`.
    Sle = "sle";
    /// `lhs, rhs`.
    Sgt = "sgt";
    /// `lhs, rhs`.
    Sge = "sge";
    /// `x, amount`.
    Shll = "shll";
    /// `x, amount`.
    Shrl = "shrl";
    /// `x, amount`.
    Shra = "shra";
    /// `x`; `new_bit_count` is the node type's width.
    ZeroExt = "zero_ext";
    /// `x`; `new_bit_count` is the node type's width.
    SignExt = "sign_ext";
    /// `x`; `width` is the node type's width.
    BitSlice {
        /// First (least significant) bit taken.
        start: u32,
    } = "bit_slice";
    /// `x, start`; `width` is the node type's width.
    DynamicBitSlice = "dynamic_bit_slice";
    /// `x, start, update`.
    BitSliceUpdate = "bit_slice_update";
    /// `x..`, most significant first.
    Concat = "concat";
    /// `x`.
    OneHot {
        /// True: the lowest set bit wins, false: the highest.
        lsb_prio: bool,
    } = "one_hot";
    /// `x`.
    Encode = "encode";
    /// `x`; `width` is the node type's width.
    Decode = "decode";
    /// `selector, cases.., default` (the last only if `has_default`).
    Sel {
        /// Whether the last operand is the default.
        has_default: bool,
    } = "sel";
    /// `selector, cases..`.
    OneHotSel = "one_hot_sel";
    /// `selector, cases.., default`.
    PrioritySel = "priority_sel";
    /// `condition, data`.
    Gate = "gate";
    /// `elements..`.
    Array = "array";
    /// `array, indices..`.
    ArrayIndex {
        /// A promise to the optimiser; it does not change the value.
        assumed_in_bounds: bool,
    } = "array_index";
    /// `array, value, indices..`.
    ArrayUpdate {
        /// A promise to the optimiser; it does not change the value.
        assumed_in_bounds: bool,
    } = "array_update";
    /// `array, start`; `width` is the node type's length.
    ArraySlice = "array_slice";
    /// `arrays..`, at least one.
    ArrayConcat = "array_concat";
    /// `elements..`.
    Tuple = "tuple";
    /// `tuple`.
    TupleIndex {
        /// Element taken.
        index: u32,
    } = "tuple_index";
    /// `arguments..`.
    Invoke {
        /// The callee.
        to_apply: FuncId,
    } = "invoke";
    /// `array`.
    Map {
        /// Applied to each element.
        to_apply: FuncId,
    } = "map";
    /// `init, invariant_args..`.
    CountedFor {
        /// Number of iterations, `0 ..= 2^63-1`.
        trip_count: u64,
        /// Step of the induction variable; may be zero or negative.
        stride: i64,
        /// Called as `body(index, state, invariant_args..)`.
        body: FuncId,
    } = "counted_for";
    /// `init, trip_count, stride, invariant_args..`.
    DynamicCountedFor {
        /// Called as `body(index, state, invariant_args..)`.
        body: FuncId,
    } = "dynamic_counted_for";
    /// `tokens..`.
    AfterAll = "after_all";
    /// `token`.
    MinDelay {
        /// Minimum delay in cycles.
        delay: u64,
    } = "min_delay";
    /// `token, condition`.
    Assert {
        /// Reported when the condition is zero (escape sequences already decoded).
        message: Box<str>,
        /// The user's label, if any.
        label: Option<Box<str>>,
    } = "assert";
    /// `token, condition, data_operands..`.
    Trace {
        /// Format string (see ir-semantics: placeholders).
        format: Box<str>,
        /// Verbosity level.
        verbosity: u64,
    } = "trace";
    /// `condition`.
    Cover {
        /// The user's label.
        label: Box<str>,
    } = "cover";
}

impl Op {
    /// The function this operation applies, if it applies one.
    pub fn callee(&self) -> Option<FuncId> {
        match self {
            Op::Invoke { to_apply } | Op::Map { to_apply } => Some(*to_apply),
            Op::CountedFor { body, .. } | Op::DynamicCountedFor { body } => Some(*body),
            _ => None,
        }
    }

    /// The function this operation applies, for renumbering.
    pub fn callee_mut(&mut self) -> Option<&mut FuncId> {
        match self {
            Op::Invoke { to_apply } | Op::Map { to_apply } => Some(to_apply),
            Op::CountedFor { body, .. } | Op::DynamicCountedFor { body } => Some(body),
            _ => None,
        }
    }
}
