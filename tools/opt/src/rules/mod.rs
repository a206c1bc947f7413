//! The rewrite rules, in a table by operation.
//!
//! A rule gets an expression whose operands are simplified nodes of a graph. It returns the node that replaces the
//! expression, or `None`. The comment of each rule is its identity, where `w` is the width of the result and `c` are
//! constants. The constant operand of a commutative operation is always the last one, because [`Graph::add`] orders operands.
//!
//! Rewriting must terminate: each rule makes the expression smaller, moves it towards a form that no rule changes again,
//! or moves an operation towards the operands.

mod arithmetic;
mod array;
mod chain;
mod compare;
mod divide;
mod equality;
mod extend;
mod fold;
mod implied;
mod lift;
mod logic;
mod lookup;
mod multiply;
mod priority;
mod select;
mod shift;
mod slice;
mod token;
mod tuple;

pub(crate) use compare::{exchanged, holds_if_equal, is_signed, opposite, to_unsigned, wants_less};

use std::collections::BTreeSet;

use xls_aot_ir::{NodeId, OpKind};

use crate::graph::{Expr, Graph};
use crate::invariants;
use crate::options::Topic;
use crate::prefix;
use crate::regroup;
use crate::scan;

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
pub(crate) fn rules_of(kind: OpKind) -> &'static [&'static [Rule]] {
    match kind {
        OpKind::Param | OpKind::Literal => &[],
        OpKind::Identity => &[token::IDENTITY],
        OpKind::Not => &[fold::PURE, logic::NOT],
        OpKind::Neg => &[fold::PURE, arithmetic::NEG],
        OpKind::Reverse => &[fold::PURE, logic::REVERSE],
        OpKind::And => &[fold::PURE, logic::NARY, logic::AND, implied::LOGIC, implied::MASK],
        OpKind::Or => &[fold::PURE, logic::NARY, logic::OR, implied::LOGIC, lookup::OR],
        OpKind::Xor => &[fold::PURE, logic::NARY, logic::XOR],
        OpKind::Nand => &[fold::PURE, logic::NAND],
        OpKind::Nor => &[fold::PURE, logic::NOR],
        OpKind::AndReduce | OpKind::OrReduce | OpKind::XorReduce => &[fold::PURE, logic::REDUCE],
        OpKind::Add => &[fold::PURE, arithmetic::ADD],
        OpKind::Sub => &[fold::PURE, arithmetic::SUB],
        OpKind::Umul => &[fold::PURE, multiply::MULTIPLY, multiply::UMUL],
        OpKind::Smul => &[fold::PURE, multiply::MULTIPLY, multiply::SMUL],
        OpKind::Umulp | OpKind::Smulp => &[fold::PURE],
        OpKind::Udiv => &[fold::PURE, divide::UDIV],
        OpKind::Umod => &[fold::PURE, divide::UMOD],
        OpKind::Sdiv => &[fold::PURE, divide::SDIV],
        OpKind::Smod => &[fold::PURE, divide::SMOD],
        OpKind::Eq | OpKind::Ne => &[fold::PURE, equality::EQUALITY, implied::COMPARISON],
        OpKind::Ult | OpKind::Ule | OpKind::Ugt | OpKind::Uge => {
            &[fold::PURE, compare::ORDER, compare::UNSIGNED, implied::COMPARISON]
        }
        OpKind::Slt | OpKind::Sle | OpKind::Sgt | OpKind::Sge => {
            &[fold::PURE, compare::ORDER, compare::SIGNED, implied::COMPARISON]
        }
        OpKind::Shll | OpKind::Shrl | OpKind::Shra => &[fold::PURE, shift::SHIFT],
        OpKind::ZeroExt => &[fold::PURE, extend::ZERO_EXT],
        OpKind::SignExt => &[fold::PURE, extend::SIGN_EXT],
        OpKind::BitSlice => &[fold::PURE, slice::BIT_SLICE],
        OpKind::DynamicBitSlice => &[fold::PURE, shift::DYNAMIC_BIT_SLICE],
        OpKind::BitSliceUpdate => &[fold::PURE, shift::BIT_SLICE_UPDATE],
        OpKind::Concat => &[fold::PURE, slice::CONCAT, lift::CONCAT],
        OpKind::OneHot | OpKind::Encode => &[fold::PURE],
        OpKind::Decode => &[fold::PURE, shift::DECODE],
        OpKind::Sel => {
            &[fold::PURE, select::SEL, implied::SEL, tuple::SELECTION, array::SELECTION, lookup::SEL, chain::SEL]
        }
        OpKind::OneHotSel => &[
            fold::PURE,
            priority::ONE_HOT_SEL,
            tuple::SELECTION,
            array::SELECTION,
            lookup::ONE_HOT_SEL,
            chain::ONE_HOT_SEL,
        ],
        OpKind::PrioritySel => &[
            fold::PURE,
            priority::PRIORITY_SEL,
            tuple::SELECTION,
            array::SELECTION,
            lookup::PRIORITY_SEL,
            chain::PRIORITY_SEL,
        ],
        OpKind::Gate => &[fold::PURE, priority::GATE],
        OpKind::Array => &[fold::PURE, array::ARRAY],
        // Elements of large constant arrays and tuples have rules of their own, which are faster.
        OpKind::ArrayIndex => &[array::ARRAY_INDEX, fold::PURE],
        OpKind::ArrayUpdate => &[fold::PURE, array::ARRAY_UPDATE],
        OpKind::ArraySlice => &[fold::PURE, array::ARRAY_SLICE],
        OpKind::ArrayConcat => &[fold::PURE, array::ARRAY_CONCAT],
        OpKind::Tuple => &[fold::PURE, tuple::TUPLE],
        OpKind::TupleIndex => &[tuple::TUPLE_INDEX, fold::PURE],
        OpKind::Invoke | OpKind::Map => &[],
        OpKind::CountedFor => &[token::COUNTED_FOR],
        OpKind::DynamicCountedFor => &[token::DYNAMIC_COUNTED_FOR],
        OpKind::AfterAll => &[token::AFTER_ALL],
        OpKind::MinDelay => &[token::IDENTITY],
        OpKind::Assert => &[token::ASSERT],
        OpKind::Trace => &[token::TRACE],
        OpKind::Cover => &[],
    }
}

/// The names of all rules with their topics, ordered by name: what a [`Report`](crate::Report) counts.
pub fn rule_names() -> Vec<(&'static str, Topic)> {
    let tabled =
        OpKind::ALL.iter().flat_map(|&kind| rules_of(kind)).copied().flatten().map(|rule| (rule.name, rule.topic));
    let of_passes = [
        ("known_constant", Topic::KnownBits),
        ("linear", Topic::Linear),
        (prefix::RULE, Topic::Cse),
        (regroup::RULE, Topic::Regroup),
        (scan::RULE, Topic::Scan),
        (invariants::RULE, Topic::Invariants),
    ];
    let names: BTreeSet<_> = tabled.chain(of_passes).collect();
    names.into_iter().collect()
}
