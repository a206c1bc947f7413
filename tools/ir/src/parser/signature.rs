//! What the text of each operation looks like: number of operands, keyword arguments.
//!
//! One row an operation. [`Shape::Plain`] rows carry the finished [`Op`]; the others name the function of
//! [`super::operation`] that makes it from the keyword arguments.

use std::sync::LazyLock;

use crate::name_map::NameMap;
use crate::Op;

/// Keyword arguments of operations.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub(super) enum Key {
    Id,
    Pos,
    Name,
    Value,
    NewBitCount,
    Start,
    Width,
    LsbPrio,
    Cases,
    Default,
    Indices,
    AssumedInBounds,
    Index,
    ToApply,
    TripCount,
    Stride,
    Body,
    InvariantArgs,
    Delay,
    Message,
    Label,
    Format,
    DataOperands,
    Verbosity,
}

/// Every keyword argument with its spelling, in declaration order.
pub(super) const KEYS: &[(Key, &str)] = &[
    (Key::Id, "id"),
    (Key::Pos, "pos"),
    (Key::Name, "name"),
    (Key::Value, "value"),
    (Key::NewBitCount, "new_bit_count"),
    (Key::Start, "start"),
    (Key::Width, "width"),
    (Key::LsbPrio, "lsb_prio"),
    (Key::Cases, "cases"),
    (Key::Default, "default"),
    (Key::Indices, "indices"),
    (Key::AssumedInBounds, "assumed_in_bounds"),
    (Key::Index, "index"),
    (Key::ToApply, "to_apply"),
    (Key::TripCount, "trip_count"),
    (Key::Stride, "stride"),
    (Key::Body, "body"),
    (Key::InvariantArgs, "invariant_args"),
    (Key::Delay, "delay"),
    (Key::Message, "message"),
    (Key::Label, "label"),
    (Key::Format, "format"),
    (Key::DataOperands, "data_operands"),
    (Key::Verbosity, "verbosity"),
];

impl Key {
    pub fn named(name: &str) -> Option<Self> {
        KEYS.iter().find(|(_, spelling)| *spelling == name).map(|(key, _)| *key)
    }

    pub fn spelling(self) -> &'static str {
        KEYS[self as usize].1
    }

    pub const fn bit(self) -> u32 {
        1 << self as u32
    }
}

/// Operations whose [`Op`] needs more than its operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Special {
    Param,
    Literal,
    Extend(&'static Op),
    BitSlice,
    DynamicBitSlice,
    OneHot,
    Decode,
    Sel,
    OneHotSel,
    PrioritySel,
    ArrayIndex,
    ArrayUpdate,
    ArraySlice,
    TupleIndex,
    Invoke,
    Map,
    CountedFor,
    DynamicCountedFor,
    MinDelay,
    Assert,
    Trace,
    Cover,
}

/// How an operation becomes an [`Op`].
#[derive(PartialEq, Debug)]
pub(super) enum Shape {
    Plain(Op),
    Special(Special),
}

/// One operation of the text.
#[derive(Debug)]
pub(super) struct Signature {
    pub mnemonic: &'static str,
    /// Positional operands; `None` for any number.
    pub operands: Option<u8>,
    pub mandatory: &'static [Key],
    pub optional: &'static [Key],
    pub shape: Shape,
}

const fn plain(mnemonic: &'static str, operands: u8, op: Op) -> Signature {
    Signature { mnemonic, operands: Some(operands), mandatory: &[], optional: &[], shape: Shape::Plain(op) }
}

const fn variadic(mnemonic: &'static str, op: Op) -> Signature {
    Signature { mnemonic, operands: None, mandatory: &[], optional: &[], shape: Shape::Plain(op) }
}

const fn special(mnemonic: &'static str, operands: u8, mandatory: &'static [Key], what: Special) -> Signature {
    Signature { mnemonic, operands: Some(operands), mandatory, optional: &[], shape: Shape::Special(what) }
}

impl Signature {
    const fn optional(mut self, optional: &'static [Key]) -> Self {
        self.optional = optional;
        self
    }

    const fn any_operands(mut self) -> Self {
        self.operands = None;
        self
    }

    /// The row of `mnemonic`.
    pub fn named(mnemonic: &str) -> Option<&'static Self> {
        static ROWS: LazyLock<NameMap<'static, &'static Signature>> = LazyLock::new(|| {
            let mut rows = NameMap::default();
            for row in SIGNATURES {
                rows.insert(row.mnemonic, row);
            }
            rows
        });
        ROWS.get(mnemonic)
    }

    /// Whether the operation takes the keyword argument.
    pub fn takes(&self, key: Key) -> bool {
        matches!(key, Key::Id | Key::Pos) || self.mandatory.contains(&key) || self.optional.contains(&key)
    }

    /// The keyword arguments, for messages.
    pub fn key_list(&self) -> String {
        let own = self.mandatory.iter().chain(self.optional).copied();
        let names: Vec<String> = own.chain([Key::Id, Key::Pos]).map(|key| format!("`{}`", key.spelling())).collect();
        names.join(", ")
    }
}

/// All operations, sorted by mnemonic.
pub(super) static SIGNATURES: &[Signature] = &[
    plain("add", 2, Op::Add),
    variadic("after_all", Op::AfterAll),
    variadic("and", Op::And),
    plain("and_reduce", 1, Op::AndReduce),
    variadic("array", Op::Array),
    variadic("array_concat", Op::ArrayConcat),
    special("array_index", 1, &[Key::Indices], Special::ArrayIndex).optional(&[Key::AssumedInBounds]),
    special("array_slice", 2, &[Key::Width], Special::ArraySlice),
    special("array_update", 2, &[Key::Indices], Special::ArrayUpdate).optional(&[Key::AssumedInBounds]),
    special("assert", 2, &[Key::Message], Special::Assert).optional(&[Key::Label]),
    special("bit_slice", 1, &[Key::Start, Key::Width], Special::BitSlice),
    plain("bit_slice_update", 3, Op::BitSliceUpdate),
    variadic("concat", Op::Concat),
    special("counted_for", 1, &[Key::TripCount, Key::Body], Special::CountedFor)
        .optional(&[Key::Stride, Key::InvariantArgs]),
    special("cover", 1, &[Key::Label], Special::Cover),
    special("decode", 1, &[Key::Width], Special::Decode),
    special("dynamic_bit_slice", 2, &[Key::Width], Special::DynamicBitSlice),
    special("dynamic_counted_for", 3, &[Key::Body], Special::DynamicCountedFor).optional(&[Key::InvariantArgs]),
    plain("encode", 1, Op::Encode),
    plain("eq", 2, Op::Eq),
    plain("gate", 2, Op::Gate),
    plain("identity", 1, Op::Identity),
    special("invoke", 0, &[Key::ToApply], Special::Invoke).any_operands(),
    special("literal", 0, &[Key::Value], Special::Literal),
    special("map", 1, &[Key::ToApply], Special::Map),
    special("min_delay", 1, &[Key::Delay], Special::MinDelay),
    variadic("nand", Op::Nand),
    plain("ne", 2, Op::Ne),
    plain("neg", 1, Op::Neg),
    variadic("nor", Op::Nor),
    plain("not", 1, Op::Not),
    special("one_hot", 1, &[Key::LsbPrio], Special::OneHot),
    special("one_hot_sel", 1, &[Key::Cases], Special::OneHotSel),
    variadic("or", Op::Or),
    plain("or_reduce", 1, Op::OrReduce),
    special("param", 0, &[Key::Name], Special::Param),
    special("priority_sel", 1, &[Key::Cases, Key::Default], Special::PrioritySel),
    plain("reverse", 1, Op::Reverse),
    plain("sdiv", 2, Op::Sdiv),
    special("sel", 1, &[Key::Cases], Special::Sel).optional(&[Key::Default]),
    plain("sge", 2, Op::Sge),
    plain("sgt", 2, Op::Sgt),
    plain("shll", 2, Op::Shll),
    plain("shra", 2, Op::Shra),
    plain("shrl", 2, Op::Shrl),
    special("sign_ext", 1, &[Key::NewBitCount], Special::Extend(&Op::SignExt)),
    plain("sle", 2, Op::Sle),
    plain("slt", 2, Op::Slt),
    plain("smod", 2, Op::Smod),
    plain("smul", 2, Op::Smul),
    plain("smulp", 2, Op::Smulp),
    plain("sub", 2, Op::Sub),
    special("trace", 2, &[Key::Format, Key::DataOperands], Special::Trace).optional(&[Key::Verbosity]),
    variadic("tuple", Op::Tuple),
    special("tuple_index", 1, &[Key::Index], Special::TupleIndex),
    plain("udiv", 2, Op::Udiv),
    plain("uge", 2, Op::Uge),
    plain("ugt", 2, Op::Ugt),
    plain("ule", 2, Op::Ule),
    plain("ult", 2, Op::Ult),
    plain("umod", 2, Op::Umod),
    plain("umul", 2, Op::Umul),
    plain("umulp", 2, Op::Umulp),
    variadic("xor", Op::Xor),
    plain("xor_reduce", 1, Op::XorReduce),
    special("zero_ext", 1, &[Key::NewBitCount], Special::Extend(&Op::ZeroExt)),
];

/// Operations that XLS has, but not in functions.
pub(super) const NOT_IN_FUNCTIONS: &[(&str, &str)] = &[
    ("input_port", "blocks"),
    ("instantiation_input", "blocks"),
    ("instantiation_output", "blocks"),
    ("new_channel", "procs"),
    ("next_value", "procs"),
    ("output_port", "blocks"),
    ("receive", "procs"),
    ("recv_channel_end", "procs"),
    ("register_read", "blocks"),
    ("register_write", "blocks"),
    ("send", "procs"),
    ("send_channel_end", "procs"),
    ("state_read", "procs"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MNEMONICS;

    #[test]
    fn every_operation_has_one_row() {
        let mut known: Vec<&str> = MNEMONICS.to_vec();
        known.sort_unstable();
        let rows: Vec<&str> = SIGNATURES.iter().map(|row| row.mnemonic).collect();
        assert_eq!(rows, known);
    }

    #[test]
    fn plain_rows_carry_their_own_operation() {
        for row in SIGNATURES {
            if let Shape::Plain(op) = &row.shape {
                assert_eq!(op.mnemonic(), row.mnemonic);
            }
        }
    }

    #[test]
    fn keys_stand_at_their_own_index() {
        for (i, (key, spelling)) in KEYS.iter().enumerate() {
            assert_eq!(*key as usize, i, "{spelling}");
        }
    }
}
