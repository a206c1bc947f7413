//! The type of a value as a user of the generated crate sees it: signedness and names, beside the bits.
//!
//! A [`ValueType`] is made of anonymous types and of names that a [`TypeTable`](crate::TypeTable) defines. Erasing it
//! ([`TypeTable::erase`](crate::TypeTable::erase)) gives the XLS type that it stands for.

use std::sync::Arc;

/// The type of a parameter, result, field or constant.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ValueType {
    /// An integer: `bits[width]` in the IR, which does not know signs.
    Bits {
        /// Width in bits; zero is allowed.
        width: u32,
        /// Whether the bits are a two's complement number.
        signed: bool,
    },
    /// A token: no data.
    Token,
    /// A tuple without a name.
    Tuple(Arc<[ValueType]>),
    /// An array: type of each element, and how many there are.
    Array(Arc<ValueType>, u64),
    /// A type of the design's table.
    Named(TypeId),
}

/// A definition of a [`TypeTable`](crate::TypeTable): an index into it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub(crate) u32);

impl TypeId {
    /// The definition's place in the table.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl ValueType {
    /// `uN[width]`.
    pub fn unsigned(width: u32) -> Self {
        ValueType::Bits { width, signed: false }
    }

    /// `sN[width]`.
    pub fn signed(width: u32) -> Self {
        ValueType::Bits { width, signed: true }
    }

    /// `(elements...)`.
    pub fn tuple(elements: impl Into<Vec<ValueType>>) -> Self {
        ValueType::Tuple(Arc::from(elements.into()))
    }

    /// `element[len]`.
    pub fn array(element: ValueType, len: u64) -> Self {
        ValueType::Array(Arc::new(element), len)
    }
}

/// The structural type of an IR type: unsigned, without names.
impl From<&xls_aot_ir::Type> for ValueType {
    fn from(ty: &xls_aot_ir::Type) -> Self {
        use xls_aot_ir::Type;
        match ty {
            Type::Bits(width) => ValueType::unsigned(*width),
            Type::Token => ValueType::Token,
            Type::Tuple(elements) => ValueType::tuple(elements.iter().map(ValueType::from).collect::<Vec<_>>()),
            Type::Array(array) => ValueType::array(ValueType::from(&array.element), array.len),
        }
    }
}
