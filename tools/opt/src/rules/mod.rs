//! The rewrites: a table by operation.
//!
//! A rule looks at an expression whose operands are simplified nodes of a graph, and either gives the node that replaces
//! it or `None`. Above each stands its identity; `w` is the width of the result, `c` are constants. In all of them
//! the constant operand of a commutative operation is the last one, because [`Graph::add`] orders operands.
//!
//! Rules must come to an end: each makes the expression smaller, moves it towards a form that no rule leaves again, or
//! moves an operation towards the operands.

mod arithmetic;
mod array;
mod compare;
mod divide;
mod equality;
mod extend;
mod fold;
mod lift;
mod logic;
mod multiply;
mod priority;
mod select;
mod shift;
mod slice;
mod token;
mod tuple;

use std::collections::BTreeSet;

use xls_aot_ir::{NodeId, Op};

use crate::graph::{Expr, Graph};
use crate::options::Topic;

/// A local rewrite.
pub(crate) struct Rule {
    pub name: &'static str,
    pub topic: Topic,
    pub rewrite: fn(&mut Graph<'_>, &Expr<'_>) -> Option<NodeId>,
}

/// Declares the rules of a group: a function each, with its name.
macro_rules! rules {
    ($visibility:vis $group:ident: $topic:ident = $($rule:ident),* $(,)?) => {
        $visibility const $group: &[$crate::rules::Rule] = &[$($crate::rules::Rule {
            name: stringify!($rule),
            topic: $crate::options::Topic::$topic,
            rewrite: $rule,
        }),*];
    };
}
pub(crate) use rules;

/// The rules for an operation, to be tried in this order.
pub(crate) fn rules_of(op: &Op) -> &'static [&'static [Rule]] {
    match op {
        Op::Param { .. } | Op::Literal { .. } => &[],
        Op::Identity => &[token::IDENTITY],
        Op::Not => &[fold::PURE, logic::NOT],
        Op::Neg => &[fold::PURE, arithmetic::NEG],
        Op::Reverse => &[fold::PURE, logic::REVERSE],
        Op::And => &[fold::PURE, logic::NARY, logic::AND],
        Op::Or => &[fold::PURE, logic::NARY, logic::OR],
        Op::Xor => &[fold::PURE, logic::NARY, logic::XOR],
        Op::Nand => &[fold::PURE, logic::NAND],
        Op::Nor => &[fold::PURE, logic::NOR],
        Op::AndReduce | Op::OrReduce | Op::XorReduce => &[fold::PURE, logic::REDUCE],
        Op::Add => &[fold::PURE, arithmetic::ADD],
        Op::Sub => &[fold::PURE, arithmetic::SUB],
        Op::Umul => &[fold::PURE, multiply::MULTIPLY, multiply::UMUL],
        Op::Smul => &[fold::PURE, multiply::MULTIPLY, multiply::SMUL],
        Op::Umulp | Op::Smulp => &[fold::PURE],
        Op::Udiv => &[fold::PURE, divide::UDIV],
        Op::Umod => &[fold::PURE, divide::UMOD],
        Op::Sdiv => &[fold::PURE, divide::SDIV],
        Op::Smod => &[fold::PURE, divide::SMOD],
        Op::Eq | Op::Ne => &[fold::PURE, equality::EQUALITY],
        Op::Ult | Op::Ule | Op::Ugt | Op::Uge => &[fold::PURE, compare::ORDER, compare::UNSIGNED],
        Op::Slt | Op::Sle | Op::Sgt | Op::Sge => &[fold::PURE, compare::ORDER, compare::SIGNED],
        Op::Shll | Op::Shrl | Op::Shra => &[fold::PURE, shift::SHIFT],
        Op::ZeroExt => &[fold::PURE, extend::ZERO_EXT],
        Op::SignExt => &[fold::PURE, extend::SIGN_EXT],
        Op::BitSlice { .. } => &[fold::PURE, slice::BIT_SLICE],
        Op::DynamicBitSlice => &[fold::PURE, shift::DYNAMIC_BIT_SLICE],
        Op::BitSliceUpdate => &[fold::PURE, shift::BIT_SLICE_UPDATE],
        Op::Concat => &[fold::PURE, slice::CONCAT, lift::CONCAT],
        Op::OneHot { .. } | Op::Encode => &[fold::PURE],
        Op::Decode => &[fold::PURE, shift::DECODE],
        Op::Sel { .. } => &[fold::PURE, select::SEL, tuple::SELECTION, array::SELECTION],
        Op::OneHotSel => &[fold::PURE, priority::ONE_HOT_SEL, tuple::SELECTION, array::SELECTION],
        Op::PrioritySel => &[fold::PURE, priority::PRIORITY_SEL, tuple::SELECTION, array::SELECTION],
        Op::Gate => &[fold::PURE, priority::GATE],
        Op::Array => &[fold::PURE, array::ARRAY],
        // An element of a large constant array is found faster by its own rule, and so are those of tuples.
        Op::ArrayIndex { .. } => &[array::ARRAY_INDEX, fold::PURE],
        Op::ArrayUpdate { .. } => &[fold::PURE, array::ARRAY_UPDATE],
        Op::ArraySlice => &[fold::PURE, array::ARRAY_SLICE],
        Op::ArrayConcat => &[fold::PURE, array::ARRAY_CONCAT],
        Op::Tuple => &[fold::PURE, tuple::TUPLE],
        Op::TupleIndex { .. } => &[tuple::TUPLE_INDEX, fold::PURE],
        Op::Invoke { .. } | Op::Map { .. } => &[],
        Op::CountedFor { .. } => &[token::COUNTED_FOR],
        Op::DynamicCountedFor { .. } => &[token::DYNAMIC_COUNTED_FOR],
        Op::AfterAll => &[token::AFTER_ALL],
        Op::MinDelay { .. } => &[token::IDENTITY],
        Op::Assert { .. } => &[token::ASSERT],
        Op::Trace { .. } => &[token::TRACE],
        Op::Cover { .. } => &[],
    }
}

/// All groups of rules.
const GROUPS: &[&[Rule]] = &[
    arithmetic::ADD,
    arithmetic::NEG,
    arithmetic::SUB,
    array::ARRAY,
    array::ARRAY_CONCAT,
    array::ARRAY_INDEX,
    array::ARRAY_SLICE,
    array::ARRAY_UPDATE,
    array::SELECTION,
    compare::ORDER,
    compare::SIGNED,
    compare::UNSIGNED,
    divide::SDIV,
    divide::SMOD,
    divide::UDIV,
    divide::UMOD,
    equality::EQUALITY,
    extend::SIGN_EXT,
    extend::ZERO_EXT,
    fold::PURE,
    lift::CONCAT,
    logic::AND,
    logic::NAND,
    logic::NARY,
    logic::NOR,
    logic::NOT,
    logic::OR,
    logic::REDUCE,
    logic::REVERSE,
    logic::XOR,
    multiply::MULTIPLY,
    multiply::SMUL,
    multiply::UMUL,
    priority::GATE,
    priority::ONE_HOT_SEL,
    priority::PRIORITY_SEL,
    select::SEL,
    shift::BIT_SLICE_UPDATE,
    shift::DECODE,
    shift::DYNAMIC_BIT_SLICE,
    shift::SHIFT,
    slice::BIT_SLICE,
    slice::CONCAT,
    token::AFTER_ALL,
    token::ASSERT,
    token::COUNTED_FOR,
    token::DYNAMIC_COUNTED_FOR,
    token::IDENTITY,
    token::TRACE,
    tuple::SELECTION,
    tuple::TUPLE,
    tuple::TUPLE_INDEX,
];

/// The names of all rules with their topics, ordered by name: what a [`Report`](crate::Report) counts.
pub fn rule_names() -> Vec<(&'static str, Topic)> {
    let tabled = GROUPS.iter().copied().flatten().map(|rule| (rule.name, rule.topic));
    let names: BTreeSet<_> = tabled.chain([("known_constant", Topic::KnownBits), ("linear", Topic::Linear)]).collect();
    names.into_iter().collect()
}
