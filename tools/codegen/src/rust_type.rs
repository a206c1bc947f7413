//! The Rust types of a generated crate, and the XLS types that they represent.
//!
//! | XLS | Rust |
//! |---|---|
//! | `bits[1]` | `bool` |
//! | `bits[8]`, `[16]`, `[32]`, `[64]`, `[128]` | `u8` to `u128` |
//! | other widths up to 128 | `Bits8<W>` to `Bits128<W>`, the narrowest that holds them |
//! | wider | `WideBits<W, LIMBS>` |
//! | `()` | `()` |
//! | other tuples | a `#[repr(C)]` struct of the crate, one for each shape |
//! | `T[n]` | `[T; n]` |
//! | `token` | nothing: it takes no space, so leaving it out of a tuple moves no other element |
//!
//! Invariants: a [`RustType`] has exactly the size, alignment and element offsets of the XLS type it was made from;
//! structurally equal tuples (once tokens are gone) are the same struct; structs are numbered by first appearance, a
//! struct before those of its fields.

use std::collections::BTreeMap;
use std::fmt;

use xls_aot_ir::Type;
use xls_aot_runtime::abi;

use crate::names::Name;

/// A Rust type without tokens.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum RustType {
    /// `bool`.
    Bool,
    /// `u8`, `u16`, `u32`, `u64`, `u128`.
    Uint {
        /// Width in bits.
        width: u32,
    },
    /// `Bits8` to `Bits128`.
    Bits {
        /// Width in bits of the primitive below.
        carrier: u32,
        /// Width of the value.
        width: u32,
    },
    /// `WideBits`.
    Wide {
        /// Width of the value.
        width: u32,
        /// Number of 64-bit limbs.
        limbs: u64,
    },
    /// `()`.
    Unit,
    /// A struct of the crate.
    Struct(StructId),
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
    /// True for what functions take by value: bits types that a primitive carries.
    pub fn is_scalar(&self) -> bool {
        match self {
            RustType::Bool | RustType::Uint { .. } | RustType::Bits { .. } => true,
            RustType::Wide { .. } | RustType::Unit | RustType::Struct(_) | RustType::Array { .. } => false,
        }
    }
}

/// The type's text as generated code spells it.
impl fmt::Display for RustType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RustType::Bool => f.write_str("bool"),
            RustType::Uint { width } => write!(f, "u{width}"),
            RustType::Bits { carrier, width } => write!(f, "xls_aot_runtime::Bits{carrier}<{width}>"),
            RustType::Wide { width, limbs } => write!(f, "xls_aot_runtime::WideBits<{width}, {limbs}>"),
            RustType::Unit => f.write_str("()"),
            RustType::Struct(id) => f.write_str(id.name().as_str()),
            RustType::Array { element, len } => write!(f, "[{element}; {len}]"),
        }
    }
}

/// A struct of the generated crate.
#[derive(Clone, Debug)]
pub(crate) struct StructDef {
    /// Which struct this is.
    pub id: StructId,
    /// Types of its fields.
    pub fields: Vec<RustType>,
    /// The tuple type it stands for, tokens left out.
    pub ty: Type,
}

/// The structs of a generated crate.
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

    /// The Rust type of an XLS type; `None` if nothing is left once tokens are gone (a token, or an array of them).
    pub fn rust_type(&mut self, ty: &Type) -> Option<RustType> {
        without_tokens(ty).map(|ty| self.rust_type_of_data(&ty))
    }

    /// The Rust type of a type without tokens.
    fn rust_type_of_data(&mut self, ty: &Type) -> RustType {
        match ty {
            Type::Bits(width) => bits_type(*width),
            Type::Token => unreachable!("tokens were left out"),
            Type::Tuple(elements) if elements.is_empty() => RustType::Unit,
            Type::Tuple(elements) => RustType::Struct(self.struct_of(ty, elements)),
            Type::Array(array) => {
                RustType::Array { element: Box::new(self.rust_type_of_data(&array.element)), len: array.len }
            }
        }
    }

    /// The struct of a tuple; the text of a type without tokens is its shape.
    fn struct_of(&mut self, ty: &Type, elements: &[Type]) -> StructId {
        let shape = ty.to_string();
        if let Some(&id) = self.by_shape.get(&shape) {
            return id;
        }
        let id = StructId(self.definitions.len());
        self.by_shape.insert(shape, id);
        self.definitions.push(StructDef { id, fields: Vec::new(), ty: ty.clone() });
        let fields = elements.iter().map(|element| self.rust_type_of_data(element)).collect();
        self.definitions[id.0].fields = fields;
        id
    }
}

/// `ty` with all tokens left out; `None` if it is a token, or an array of what is nothing.
pub(crate) fn without_tokens(ty: &Type) -> Option<Type> {
    if !ty.contains_token() {
        return Some(ty.clone());
    }
    match ty {
        Type::Bits(_) => Some(ty.clone()),
        Type::Token => None,
        Type::Tuple(elements) => Some(Type::tuple(elements.iter().filter_map(without_tokens).collect::<Vec<_>>())),
        Type::Array(array) => Some(Type::array(without_tokens(&array.element)?, array.len)),
    }
}

/// The type that a caller gets of a result type: tokens left out, and a tuple of which that leaves one element is that
/// element.
pub(crate) fn result_data(ty: &Type) -> Type {
    let data = without_tokens(ty).unwrap_or_else(Type::unit);
    match (&data, ty) {
        (Type::Tuple(left), Type::Tuple(all)) if left.len() == 1 && all.len() > 1 => left[0].clone(),
        _ => data,
    }
}

fn bits_type(width: u32) -> RustType {
    match width {
        1 => RustType::Bool,
        8 | 16 | 32 | 64 | 128 => RustType::Uint { width },
        0..=128 => RustType::Bits { carrier: abi::bits_size(width) as u32 * 8, width },
        129.. => RustType::Wide { width, limbs: abi::bits_size(width) / 8 },
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
        let bits = |carrier, width| RustType::Bits { carrier, width };
        for (width, expected) in [
            (0, bits(8, 0)),
            (1, RustType::Bool),
            (7, bits(8, 7)),
            (8, RustType::Uint { width: 8 }),
            (9, bits(16, 9)),
            (63, bits(64, 63)),
            (64, RustType::Uint { width: 64 }),
            (65, bits(128, 65)),
            (127, bits(128, 127)),
            (128, RustType::Uint { width: 128 }),
            (129, RustType::Wide { width: 129, limbs: 4 }),
            (256, RustType::Wide { width: 256, limbs: 4 }),
            (257, RustType::Wide { width: 257, limbs: 8 }),
            (8192, RustType::Wide { width: 8192, limbs: 128 }),
        ] {
            assert_eq!(bits_type(width), expected, "bits[{width}]");
        }
    }

    #[test]
    fn equal_shapes_are_one_struct_and_an_outer_one_comes_first() {
        let pair = Type::tuple([Type::Bits(8), Type::Bits(16)]);
        let outer = Type::tuple([pair.clone(), Type::array(pair.clone(), 3)]);
        let with_token = Type::tuple([Type::Bits(8), Type::Token, Type::Bits(16)]);
        let mut structs = Structs::default();
        assert_eq!(structs.rust_type(&outer), Some(RustType::Struct(StructId(0))));
        assert_eq!(structs.rust_type(&pair), Some(RustType::Struct(StructId(1))));
        assert_eq!(structs.rust_type(&with_token), Some(RustType::Struct(StructId(1))));
        let fields: Vec<_> = structs.iter().map(|definition| definition.fields.len()).collect();
        assert_eq!(fields, [2, 2]);
    }

    #[test]
    fn tokens_vanish() {
        let mut structs = Structs::default();
        assert_eq!(structs.rust_type(&Type::Token), None);
        assert_eq!(structs.rust_type(&Type::array(Type::Token, 3)), None);
        assert_eq!(structs.rust_type(&Type::tuple([Type::Token, Type::Token])), Some(RustType::Unit));
        assert_eq!(structs.rust_type(&Type::unit()), Some(RustType::Unit));
    }

    #[test]
    fn a_result_beside_a_token_is_the_result_itself() {
        let byte = Type::Bits(8);
        let pair = Type::tuple([byte.clone(), byte.clone()]);
        assert_eq!(result_data(&Type::tuple([Type::Token, byte.clone()])), byte);
        assert_eq!(result_data(&Type::tuple([Type::Token, pair.clone()])), pair);
        assert_eq!(result_data(&Type::tuple([Type::Token, byte.clone(), byte.clone()])), pair);
        assert_eq!(result_data(&Type::tuple([byte.clone()])), Type::tuple([byte]), "a one-tuple of the user stays one");
        assert_eq!(result_data(&Type::Token), Type::unit());
        assert_eq!(result_data(&Type::tuple([Type::Token])), Type::unit());
    }

    #[test]
    fn depths() {
        assert_eq!(depth(&Type::Bits(3)), 0);
        assert_eq!(depth(&Type::array(Type::tuple([Type::unit(), Type::Bits(1)]), 2)), 3);
    }
}
