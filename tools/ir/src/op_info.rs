//! The facts about each operation in the table: the types of the columns, and functions that depend only on the
//! columns. The rows are in [`crate::op`].

use std::ops::Range;

use crate::{Family, FuncId, Keyword, Op, OpKind, Value};

/// The facts in one row of the table of operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OpInfo {
    /// The name in IR text.
    pub mnemonic: &'static str,
    /// The operands, in the order in which a node holds them. At most one of them repeats. Those given by position come
    /// first.
    pub operands: &'static [Operand],
    /// The keyword arguments besides `id` and `pos`, in the order of canonical text.
    pub keywords: &'static [KeywordArg],
    /// Whether the operands may change places without changing the value.
    pub commutative: bool,
    /// What the operation does besides computing its value.
    pub effect: Effect,
    /// The name of the type rule: the verifier's method that checks a node with this operation.
    pub rule: &'static str,
}

/// An operand, or a run of operands, of an operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Operand {
    /// The operand's name. An operand that a keyword argument gives has the keyword's name.
    pub name: &'static str,
    /// How many operands this entry stands for.
    pub count: OperandCount,
    /// The keyword argument that gives the operand; `None` if its position does.
    pub keyword: Option<Keyword>,
}

/// The number of operands that one entry of [`OpInfo::operands`] stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandCount {
    /// Exactly one.
    One,
    /// One if this attribute, a `bool`, is true; otherwise none.
    If(&'static str),
    /// Any number, or none.
    Any,
    /// Any number, but not none.
    AtLeastOne,
}

/// A keyword argument that an operation takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeywordArg {
    /// The keyword.
    pub keyword: Keyword,
    /// Whether the text may leave it out.
    pub optional: bool,
}

/// What an operation does besides computing its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It has no effect of its own. Effects of its callee do not count.
    None,
    /// It records a failure if its condition is zero.
    Assert,
    /// It prints a message.
    Trace,
    /// It counts how often its condition holds.
    Cover,
}

/// How many operands a node has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arity {
    /// Exactly this number.
    Exactly(usize),
    /// This number or more.
    AtLeast(usize),
}

/// One operand, given by position.
pub(crate) const fn one(name: &'static str) -> Operand {
    Operand { name, count: OperandCount::One, keyword: None }
}

/// Any number of operands, given by position.
pub(crate) const fn any(name: &'static str) -> Operand {
    Operand { name, count: OperandCount::Any, keyword: None }
}

/// One or more operands, given by position.
pub(crate) const fn at_least_one(name: &'static str) -> Operand {
    Operand { name, count: OperandCount::AtLeastOne, keyword: None }
}

/// Operands that a keyword argument gives.
pub(crate) const fn given_by(keyword: Keyword, count: OperandCount) -> Operand {
    Operand { name: keyword.spelling(), count, keyword: Some(keyword) }
}

/// A keyword argument that must be there.
pub(crate) const fn needed(keyword: Keyword) -> KeywordArg {
    KeywordArg { keyword, optional: false }
}

/// A keyword argument that may be left out.
pub(crate) const fn optional(keyword: Keyword) -> KeywordArg {
    KeywordArg { keyword, optional: true }
}

impl OpInfo {
    /// How many operands are given by position; `None` for any number.
    pub fn positional_operands(&self) -> Option<usize> {
        let positional = || self.operands.iter().filter(|operand| operand.keyword.is_none());
        positional().all(|operand| operand.count == OperandCount::One).then(|| positional().count())
    }
}

impl Op {
    /// What the table says about the operation.
    #[inline]
    pub const fn info(&self) -> &'static OpInfo {
        self.kind().info()
    }

    /// The operation's name in IR text.
    pub const fn mnemonic(&self) -> &'static str {
        self.info().mnemonic
    }

    /// The operation by family, without its attributes.
    pub const fn family(&self) -> Family {
        self.kind().family()
    }

    /// What the operation does besides computing its value; its callee's effects do not count.
    #[inline]
    pub const fn effect(&self) -> Effect {
        self.info().effect
    }

    /// How many operands a node with this operation has.
    pub fn arity(&self) -> Arity {
        let (mut least, mut repeats) = (0, false);
        for operand in self.info().operands {
            match operand.count {
                OperandCount::One => least += 1,
                OperandCount::If(attribute) => least += usize::from(self.flag(attribute)),
                OperandCount::Any => repeats = true,
                OperandCount::AtLeastOne => {
                    least += 1;
                    repeats = true;
                }
            }
        }
        if repeats {
            Arity::AtLeast(least)
        } else {
            Arity::Exactly(least)
        }
    }

    /// The positions of the operands called `name` in a node of `count` operands; empty if there are none.
    pub fn operands_called(&self, name: &str, count: usize) -> Range<usize> {
        let sure = |operand: &Operand| match operand.count {
            OperandCount::One => 1,
            OperandCount::If(attribute) => usize::from(self.flag(attribute)),
            OperandCount::Any | OperandCount::AtLeastOne => 0,
        };
        let operands = self.info().operands;
        let repeated = count.saturating_sub(operands.iter().map(sure).sum());
        let mut start = 0;
        for operand in operands {
            let len = match operand.count {
                OperandCount::One | OperandCount::If(_) => sure(operand),
                OperandCount::Any | OperandCount::AtLeastOne => repeated,
            };
            if operand.name == name {
                return start.min(count)..(start + len).min(count);
            }
            start += len;
        }
        0..0
    }

    /// The value of an attribute that is a `bool`.
    fn flag(&self, name: &str) -> bool {
        self.attribute(name) == Some(Attribute::Flag(true))
    }
}

impl OpKind {
    /// The operation's name in IR text.
    pub const fn mnemonic(self) -> &'static str {
        self.info().mnemonic
    }
}

/// The value of an attribute.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Attribute<'a> {
    /// A count or position.
    Natural(u64),
    /// A number with sign.
    Integer(i64),
    /// A choice.
    Flag(bool),
    /// A text; `None` if it was left out.
    Text(Option<&'a str>),
    /// The function that the operation applies.
    Callee(FuncId),
    /// A constant.
    Value(&'a Value),
}

/// The types that attributes have.
pub(crate) trait AttributeType {
    fn attribute(&self) -> Attribute<'_>;

    /// The function, if it is one.
    fn callee_mut(&mut self) -> Option<&mut FuncId> {
        None
    }
}

impl AttributeType for FuncId {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Callee(*self)
    }

    fn callee_mut(&mut self) -> Option<&mut FuncId> {
        Some(self)
    }
}

impl AttributeType for u32 {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Natural((*self).into())
    }
}

impl AttributeType for u64 {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Natural(*self)
    }
}

impl AttributeType for i64 {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Integer(*self)
    }
}

impl AttributeType for bool {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Flag(*self)
    }
}

impl AttributeType for Box<str> {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Text(Some(self))
    }
}

impl AttributeType for Option<Box<str>> {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Text(self.as_deref())
    }
}

impl AttributeType for Box<Value> {
    fn attribute(&self) -> Attribute<'_> {
        Attribute::Value(self)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::MNEMONICS;

    /// Attributes that no keyword argument gives.
    const WITHOUT_KEYWORD: [(OpKind, &str); 2] = [(OpKind::Param, "index"), (OpKind::Sel, "has_default")];

    #[test]
    fn names_are_unique() {
        let names: BTreeSet<&str> = MNEMONICS.iter().copied().collect();
        assert_eq!(names.len(), OpKind::ALL.len());
        assert!(OpKind::ALL.iter().map(|kind| kind.mnemonic()).eq(MNEMONICS.iter().copied()));
    }

    #[test]
    fn attributes_and_operands_given_by_keyword_are_keyword_arguments() {
        for &kind in OpKind::ALL {
            let info = kind.info();
            let keywords: BTreeSet<&str> = info.keywords.iter().map(|arg| arg.keyword.spelling()).collect();
            assert_eq!(keywords.len(), info.keywords.len(), "{kind:?} takes a keyword argument once");
            for attribute in kind.attributes() {
                let without_keyword = WITHOUT_KEYWORD.contains(&(kind, attribute));
                assert_ne!(keywords.contains(attribute), without_keyword, "{kind:?}: {attribute}");
            }
            for operand in info.operands {
                if let Some(keyword) = operand.keyword {
                    assert_eq!(operand.name, keyword.spelling());
                    assert!(keywords.contains(operand.name), "{kind:?}: {}", operand.name);
                }
            }
        }
    }

    #[test]
    fn every_keyword_argument_gives_something() {
        for &kind in OpKind::ALL {
            for arg in kind.info().keywords {
                let name = arg.keyword.spelling();
                let given = kind.attributes().contains(&name)
                    || kind.info().operands.iter().any(|operand| operand.keyword == Some(arg.keyword))
                    || matches!(arg.keyword, Keyword::Width | Keyword::NewBitCount)
                    || (kind == OpKind::Param && arg.keyword == Keyword::Name);
                assert!(given, "{kind:?}: {name}");
            }
        }
    }

    #[test]
    fn operands_by_position_come_first_and_at_most_one_repeats() {
        for &kind in OpKind::ALL {
            let operands = kind.info().operands;
            let by_position = operands.iter().take_while(|operand| operand.keyword.is_none()).count();
            assert!(operands[by_position..].iter().all(|operand| operand.keyword.is_some()), "{kind:?}");
            let repeats = |operand: &&Operand| matches!(operand.count, OperandCount::Any | OperandCount::AtLeastOne);
            assert!(operands.iter().filter(repeats).count() <= 1, "{kind:?}");
            let names: BTreeSet<&str> = operands.iter().map(|operand| operand.name).collect();
            assert_eq!(names.len(), operands.len(), "{kind:?}");
        }
    }

    #[test]
    fn operands_are_found_by_name() {
        let with_default = Op::Sel { has_default: true };
        assert_eq!(with_default.arity(), Arity::AtLeast(3));
        assert_eq!(with_default.operands_called("selector", 5), 0..1);
        assert_eq!(with_default.operands_called("cases", 5), 1..4);
        assert_eq!(with_default.operands_called("default", 5), 4..5);
        let without = Op::Sel { has_default: false };
        assert_eq!(without.arity(), Arity::AtLeast(2));
        assert_eq!(without.operands_called("cases", 5), 1..5);
        assert_eq!(without.operands_called("default", 5), 5..5);
        let slice = Op::DynamicBitSlice;
        assert_eq!(slice.arity(), Arity::Exactly(2));
        assert_eq!(slice.operands_called("start", 2), 1..2);
        assert_eq!(slice.operands_called("cases", 2), 0..0);
        let update = Op::ArrayUpdate { assumed_in_bounds: false };
        assert_eq!(update.operands_called("indices", 2), 2..2);
        // Fewer operands than the operation has, which the verifier refuses.
        assert_eq!(with_default.operands_called("default", 1), 1..1);
    }

    #[test]
    fn callees_are_found() {
        let mut operation = Op::CountedFor { trip_count: 3, stride: -1, body: FuncId::new(4) };
        assert_eq!(operation.callee(), Some(FuncId::new(4)));
        if let Some(callee) = operation.callee_mut() {
            *callee = FuncId::new(5);
        }
        assert_eq!(operation, Op::CountedFor { trip_count: 3, stride: -1, body: FuncId::new(5) });
        assert_eq!(Op::BitSlice { start: 1 }.callee(), None);
        assert_eq!(Op::Not.callee_mut(), None);
    }
}
