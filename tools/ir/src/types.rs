//! XLS types.
//!
//! Types are immutable trees shared by reference count; equality is structural. The parser bounds their nesting depth
//! ([`crate::limits::MAX_TYPE_DEPTH`]), so recursion over a type is safe.

use std::fmt;
use std::sync::Arc;

/// The type of a node or value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// `bits[n]`: an unsigned bit vector of `n` bits; zero is allowed.
    Bits(u32),
    /// `token`: orders side effects, carries no data.
    Token,
    /// `(T, ...)`: any number of elements, also none.
    Tuple(Arc<[Type]>),
    /// `T[n]`: `n` elements of one type.
    Array(Arc<ArrayType>),
}

/// Element type and length of an array type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ArrayType {
    /// Type of each element.
    pub element: Type,
    /// Number of elements.
    pub len: u64,
}

impl Type {
    /// The empty tuple `()`.
    pub fn unit() -> Self {
        Type::Tuple(Arc::from([]))
    }

    /// `(elements...)`.
    pub fn tuple(elements: impl Into<Vec<Type>>) -> Self {
        Type::Tuple(Arc::from(elements.into()))
    }

    /// `element[len]`.
    pub fn array(element: Type, len: u64) -> Self {
        Type::Array(Arc::new(ArrayType { element, len }))
    }

    /// Width in bits if this is a bits type.
    pub fn bit_count(&self) -> Option<u32> {
        match self {
            Type::Bits(width) => Some(*width),
            Type::Token | Type::Tuple(_) | Type::Array(_) => None,
        }
    }

    /// True if this is, or has anywhere within it, a token.
    pub fn contains_token(&self) -> bool {
        match self {
            Type::Bits(_) => false,
            Type::Token => true,
            Type::Tuple(elements) => elements.iter().any(Type::contains_token),
            Type::Array(array) => array.element.contains_token(),
        }
    }

    /// Total number of bits of all leaves (tokens count zero); `None` if it does not fit 64 bits.
    pub fn flat_bit_count(&self) -> Option<u64> {
        match self {
            Type::Bits(width) => Some(u64::from(*width)),
            Type::Token => Some(0),
            Type::Tuple(elements) => elements.iter().try_fold(0u64, |sum, t| sum.checked_add(t.flat_bit_count()?)),
            Type::Array(array) => array.element.flat_bit_count()?.checked_mul(array.len),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Bits(width) => write!(f, "bits[{width}]"),
            Type::Token => f.write_str("token"),
            Type::Tuple(elements) => {
                f.write_str("(")?;
                for (i, element) in elements.iter().enumerate() {
                    if i > 0 {
                        f.write_str(", ")?;
                    }
                    write!(f, "{element}")?;
                }
                f.write_str(")")
            }
            Type::Array(array) => write!(f, "{}[{}]", array.element, array.len),
        }
    }
}
