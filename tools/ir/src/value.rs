//! Values: constants of any type.

use std::sync::Arc;

use crate::{Bits, Type};

/// A value of some [`Type`]. Empty arrays do not exist as values (libxls has none either), so a value has one type.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Value {
    /// A bit vector.
    Bits(Bits),
    /// A token.
    Token,
    /// The elements of a tuple, in order.
    Tuple(Vec<Value>),
    /// The elements of an array, in order; all have one type.
    Array(Vec<Value>),
}

impl Value {
    /// `bits[1]`.
    pub fn bool(value: bool) -> Self {
        Value::Bits(Bits::from_bool(value))
    }

    /// The bit vector, if it is one.
    pub fn as_bits(&self) -> Option<&Bits> {
        match self {
            Value::Bits(bits) => Some(bits),
            Value::Token | Value::Tuple(_) | Value::Array(_) => None,
        }
    }

    /// The all-zero value of a type; `None` if the type has an empty array or more than `usize::MAX` elements.
    pub fn zero(ty: &Type) -> Option<Self> {
        Some(match ty {
            Type::Bits(width) => Value::Bits(Bits::zero(*width)),
            Type::Token => Value::Token,
            Type::Tuple(elements) => Value::Tuple(elements.iter().map(Value::zero).collect::<Option<_>>()?),
            Type::Array(array) if array.len == 0 => return None,
            Type::Array(array) => Value::Array(vec![Value::zero(&array.element)?; usize::try_from(array.len).ok()?]),
        })
    }

    /// True if this is a value of type `ty`.
    pub fn has_type(&self, ty: &Type) -> bool {
        match (self, ty) {
            (Value::Bits(bits), Type::Bits(width)) => bits.width() == *width,
            (Value::Token, Type::Token) => true,
            (Value::Tuple(values), Type::Tuple(types)) => {
                values.len() == types.len() && values.iter().zip(types.iter()).all(|(v, t)| v.has_type(t))
            }
            (Value::Array(values), Type::Array(array)) => {
                values.len() as u64 == array.len && values.iter().all(|v| v.has_type(&array.element))
            }
            _ => false,
        }
    }

    /// The type of this value. An empty array, which no verified package has, gets the element type `()`.
    pub fn type_of(&self) -> Type {
        match self {
            Value::Bits(bits) => Type::Bits(bits.width()),
            Value::Token => Type::Token,
            Value::Tuple(values) => Type::Tuple(values.iter().map(Value::type_of).collect::<Arc<[Type]>>()),
            Value::Array(values) => {
                Type::array(values.first().map_or(Type::unit(), Value::type_of), values.len() as u64)
            }
        }
    }
}
