//! The Rust form of each type: this is the one place that decides it.
//!
//! | type | Rust |
//! |---|---|
//! | `u1` | `bool` |
//! | `u8`, `u16`, `u32`, `u64`, `u128` | `u8` to `u128` |
//! | `s8`, `s16`, `s32`, `s64`, `s128` | `i8` to `i128` |
//! | other widths up to 128 | `Bits8<W>` to `Bits128<W>` or `SBits8<W>` to `SBits128<W>`, the narrowest that holds them |
//! | wider | `WideBits<W, LIMBS>` or `WideSBits<W, LIMBS>` |
//! | `()` | `()` |
//! | other tuples | a `#[repr(C)]` struct of the crate, one for each shape |
//! | `T[n]` | `[T; n]` |
//! | a named type | the struct, enum or alias of that name |
//! | `token` | nothing: it takes no space, so leaving it out of a tuple moves no other element |
//!
//! Values of XLS IR have no sign, so they are unsigned; a type table can say otherwise.
//!
//! Invariants: a [`RustType`] has exactly the size, alignment and element offsets of the type it was made from; equal
//! tuples (once tokens and aliases are gone) are the same struct; structs are numbered by first appearance, a struct
//! before those of its fields.

use std::collections::BTreeMap;

use xls_aot_design::{TypeId, TypeKind, TypeTable, ValueType};
use xls_aot_ir::Type;
use xls_aot_runtime::abi;

use crate::names::Name;

/// A Rust type without tokens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum RustType {
    /// `bool`.
    Bool,
    /// `u8` to `u128`, `i8` to `i128`.
    Int {
        /// Width in bits.
        width: u32,
        /// Whether it is an `i`.
        signed: bool,
    },
    /// `Bits8` to `Bits128`, `SBits8` to `SBits128`.
    Bits {
        /// Width in bits of the primitive below.
        carrier: u32,
        /// Width of the value.
        width: u32,
        /// Whether it is an `SBits`.
        signed: bool,
    },
    /// `WideBits`, `WideSBits`.
    Wide {
        /// Width of the value.
        width: u32,
        /// Number of 64-bit limbs.
        limbs: u64,
        /// Whether it is a `WideSBits`.
        signed: bool,
    },
    /// `()`.
    Unit,
    /// The struct of a tuple.
    Struct(StructId),
    /// A type of the design's table.
    Named {
        /// Which one.
        id: TypeId,
        /// Whether functions take it by value.
        scalar: bool,
    },
    /// `[T; N]`.
    Array {
        /// Element type.
        element: Box<RustType>,
        /// Number of elements.
        len: u64,
    },
}

/// Index into [`Structs`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct StructId(usize);

impl StructId {
    /// The struct's name.
    pub fn name(self) -> Name {
        Name::own(&format!("Tuple{}", self.0))
    }
}

impl RustType {
    /// The type of an integer.
    pub fn integer(width: u32, signed: bool) -> Self {
        match width {
            1 if !signed => RustType::Bool,
            8 | 16 | 32 | 64 | 128 => RustType::Int { width, signed },
            0..=128 => RustType::Bits { carrier: abi::bits_size(width) as u32 * 8, width, signed },
            129.. => RustType::Wide { width, limbs: abi::bits_size(width) / 8, signed },
        }
    }

    /// True for what functions take by value: integers that a primitive carries.
    pub fn is_scalar(&self) -> bool {
        match self {
            RustType::Bool | RustType::Int { .. } | RustType::Bits { .. } => true,
            RustType::Named { scalar, .. } => *scalar,
            RustType::Wide { .. } | RustType::Unit | RustType::Struct(_) | RustType::Array { .. } => false,
        }
    }
}

/// The struct of a tuple.
#[derive(Clone, Debug)]
pub(crate) struct StructDef {
    /// Which struct this is.
    pub id: StructId,
    /// Types of its fields.
    pub fields: Vec<RustType>,
    /// The tuple type it stands for, tokens left out, without names.
    pub ty: Type,
}

/// The structs of the tuples of a generated crate.
#[derive(Clone, Debug, Default)]
pub(crate) struct Structs {
    definitions: Vec<StructDef>,
    by_shape: BTreeMap<String, StructId>,
}

impl Structs {
    /// The structs in order of appearance.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &StructDef> {
        self.definitions.iter()
    }

    /// The Rust type of a type; `None` if nothing is left once tokens are gone (a token, or an array of them).
    pub fn rust_type(&mut self, table: &TypeTable, ty: &ValueType) -> Option<RustType> {
        without_tokens(ty).map(|ty| self.rust_type_of_data(table, &ty))
    }

    /// The Rust type of a type without tokens.
    fn rust_type_of_data(&mut self, table: &TypeTable, ty: &ValueType) -> RustType {
        match ty {
            ValueType::Bits { width, signed } => RustType::integer(*width, *signed),
            ValueType::Token => unreachable!("tokens were left out"),
            ValueType::Tuple(elements) if elements.is_empty() => RustType::Unit,
            ValueType::Tuple(elements) => RustType::Struct(self.struct_of(table, ty, elements)),
            ValueType::Array(element, len) => {
                RustType::Array { element: Box::new(self.rust_type_of_data(table, element)), len: *len }
            }
            ValueType::Named(id) => RustType::Named { id: *id, scalar: is_scalar(table, ty) },
        }
    }

    /// The struct of a tuple.
    fn struct_of(&mut self, table: &TypeTable, ty: &ValueType, elements: &[ValueType]) -> StructId {
        let shape = table.display(&without_aliases(table, ty)).to_string();
        if let Some(&id) = self.by_shape.get(&shape) {
            return id;
        }
        let id = StructId(self.definitions.len());
        self.by_shape.insert(shape, id);
        self.definitions.push(StructDef { id, fields: Vec::new(), ty: table.erase(ty) });
        let fields = elements.iter().map(|element| self.rust_type_of_data(table, element)).collect();
        self.definitions[id.0].fields = fields;
        id
    }
}

/// Whether functions take a named type by value.
fn is_scalar(table: &TypeTable, ty: &ValueType) -> bool {
    match table.resolve(ty) {
        ValueType::Bits { width, .. } => *width <= 128,
        ValueType::Token | ValueType::Tuple(_) | ValueType::Array(..) => false,
        ValueType::Named(id) => match table.get(*id).kind {
            TypeKind::Enum { width, .. } => width <= 128,
            TypeKind::Struct { .. } | TypeKind::Alias { .. } => false,
        },
    }
}

/// `ty` with what aliases stand for.
fn without_aliases(table: &TypeTable, ty: &ValueType) -> ValueType {
    match table.resolve(ty) {
        ValueType::Tuple(elements) => {
            let elements = elements.iter().map(|element| without_aliases(table, element));
            ValueType::tuple(elements.collect::<Vec<_>>())
        }
        ValueType::Array(element, len) => ValueType::array(without_aliases(table, element), *len),
        plain @ (ValueType::Bits { .. } | ValueType::Token | ValueType::Named(_)) => plain.clone(),
    }
}

/// `ty` with all tokens left out; `None` if it is a token, or an array of what is nothing. Named types have none.
fn without_tokens(ty: &ValueType) -> Option<ValueType> {
    match ty {
        ValueType::Bits { .. } | ValueType::Named(_) => Some(ty.clone()),
        ValueType::Token => None,
        ValueType::Tuple(elements) => {
            Some(ValueType::tuple(elements.iter().filter_map(without_tokens).collect::<Vec<_>>()))
        }
        ValueType::Array(element, len) => Some(ValueType::array(without_tokens(element)?, *len)),
    }
}

/// The type that a caller gets of a result type: tokens left out, and a tuple of which that leaves one element is that
/// element.
pub(crate) fn result_data(ty: &ValueType) -> ValueType {
    let data = without_tokens(ty).unwrap_or_else(|| ValueType::tuple([]));
    match (&data, ty) {
        (ValueType::Tuple(left), ValueType::Tuple(all)) if left.len() == 1 && all.len() > 1 => left[0].clone(),
        _ => data,
    }
}

/// Levels of arrays and tuples around the innermost element.
pub(crate) fn depth(ty: &Type) -> usize {
    match ty {
        Type::Bits(_) | Type::Token => 0,
        Type::Tuple(elements) => 1 + elements.iter().map(depth).max().unwrap_or(0),
        Type::Array(array) => 1 + depth(&array.element),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_choose_the_carrier() {
        for signed in [false, true] {
            let bits = |carrier, width| RustType::Bits { carrier, width, signed };
            let int = |width| RustType::Int { width, signed };
            let wide = |width, limbs| RustType::Wide { width, limbs, signed };
            for (width, expected) in [
                (0, bits(8, 0)),
                (1, if signed { bits(8, 1) } else { RustType::Bool }),
                (7, bits(8, 7)),
                (8, int(8)),
                (9, bits(16, 9)),
                (63, bits(64, 63)),
                (64, int(64)),
                (65, bits(128, 65)),
                (127, bits(128, 127)),
                (128, int(128)),
                (129, wide(129, 4)),
                (256, wide(256, 4)),
                (257, wide(257, 8)),
                (8192, wide(8192, 128)),
            ] {
                assert_eq!(RustType::integer(width, signed), expected, "{width} bits, signed: {signed}");
            }
        }
    }

    #[test]
    fn equal_shapes_are_one_struct_and_an_outer_one_comes_first() {
        let (byte, word) = (ValueType::unsigned(8), ValueType::unsigned(16));
        let pair = ValueType::tuple([byte.clone(), word.clone()]);
        let outer = ValueType::tuple([pair.clone(), ValueType::array(pair.clone(), 3)]);
        let with_token = ValueType::tuple([byte.clone(), ValueType::Token, word]);
        let signed = ValueType::tuple([byte, ValueType::signed(16)]);
        let (mut structs, table) = (Structs::default(), TypeTable::default());
        assert_eq!(structs.rust_type(&table, &outer), Some(RustType::Struct(StructId(0))));
        assert_eq!(structs.rust_type(&table, &pair), Some(RustType::Struct(StructId(1))));
        assert_eq!(structs.rust_type(&table, &with_token), Some(RustType::Struct(StructId(1))));
        assert_eq!(structs.rust_type(&table, &signed), Some(RustType::Struct(StructId(2))));
        let fields: Vec<_> = structs.iter().map(|definition| definition.fields.len()).collect();
        assert_eq!(fields, [2, 2, 2]);
    }

    #[test]
    fn tokens_vanish() {
        let (mut structs, table) = (Structs::default(), TypeTable::default());
        let mut rust_type = |ty| structs.rust_type(&table, &ty);
        assert_eq!(rust_type(ValueType::Token), None);
        assert_eq!(rust_type(ValueType::array(ValueType::Token, 3)), None);
        assert_eq!(rust_type(ValueType::tuple([ValueType::Token, ValueType::Token])), Some(RustType::Unit));
        assert_eq!(rust_type(ValueType::tuple([])), Some(RustType::Unit));
    }

    #[test]
    fn a_result_beside_a_token_is_the_result_itself() {
        let byte = ValueType::unsigned(8);
        let pair = ValueType::tuple([byte.clone(), byte.clone()]);
        let data = |elements: &[ValueType]| result_data(&ValueType::tuple(elements.to_vec()));
        assert_eq!(data(&[ValueType::Token, byte.clone()]), byte);
        assert_eq!(data(&[ValueType::Token, pair.clone()]), pair);
        assert_eq!(data(&[ValueType::Token, byte.clone(), byte.clone()]), pair);
        assert_eq!(data(std::slice::from_ref(&byte)), ValueType::tuple([byte]), "a one-tuple of the user stays one");
        assert_eq!(result_data(&ValueType::Token), ValueType::tuple([]));
        assert_eq!(data(&[ValueType::Token]), ValueType::tuple([]));
    }

    #[test]
    fn depths() {
        assert_eq!(depth(&Type::Bits(3)), 0);
        assert_eq!(depth(&Type::array(Type::tuple([Type::unit(), Type::Bits(1)]), 2)), 3);
    }
}
