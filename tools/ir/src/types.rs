//! XLS types.
//!
//! Types are immutable trees shared by reference count; equality is structural. The parser bounds their nesting depth
//! ([`crate::limits::MAX_TYPE_DEPTH`]), so recursion over a type is safe. It also makes equal types the same tree, so
//! comparing them takes no time.

use std::fmt::{self, Write as _};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// The type of a node or value.
#[derive(Clone, Eq, Debug)]
pub enum Type {
    /// `bits[n]`: an unsigned bit vector of `n` bits; zero is allowed.
    Bits(u32),
    /// `token`: orders side effects and has no data.
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

impl PartialEq for Type {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Type::Bits(a), Type::Bits(b)) => a == b,
            (Type::Token, Type::Token) => true,
            // Without this, the standard library compares the elements even if the pointers are equal.
            (Type::Tuple(a), Type::Tuple(b)) => Arc::ptr_eq(a, b) || a == b,
            (Type::Array(a), Type::Array(b)) => Arc::ptr_eq(a, b) || a == b,
            (Type::Bits(_) | Type::Token | Type::Tuple(_) | Type::Array(_), _) => false,
        }
    }
}

impl Hash for Type {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Type::Bits(width) => width.hash(state),
            Type::Token => {}
            Type::Tuple(elements) => elements.hash(state),
            Type::Array(array) => array.hash(state),
        }
    }
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

    /// Number of elements if this is an array type.
    pub fn array_len(&self) -> Option<u64> {
        match self {
            Type::Array(array) => Some(array.len),
            Type::Bits(_) | Type::Token | Type::Tuple(_) => None,
        }
    }

    /// True if this type is a token or contains one.
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

impl Type {
    /// The type for a message: all of it, or its beginning if it is long.
    pub(crate) fn short(&self) -> String {
        beginning(|out| write!(out, "{self}"))
    }
}

/// The text that `write` writes, or its beginning if it is long. A message must be readable, and many findings may quote one
/// declaration.
pub(crate) fn beginning(write: impl FnOnce(&mut Beginning) -> fmt::Result) -> String {
    let mut beginning = Beginning(String::new());
    if write(&mut beginning).is_err() {
        beginning.0.push_str("...");
    }
    beginning.0
}

/// Text that refuses to become long.
pub(crate) struct Beginning(String);

impl fmt::Write for Beginning {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        const LONGEST: usize = 400;
        if self.0.len() + text.len() > LONGEST {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
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
