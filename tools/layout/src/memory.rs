//! Values to and from memory in the ABI's layout. Padding and unused bits are written as zeros; reading checks that
//! unused bits are zero, because the ABI requires this of compiled code.

use std::fmt;

use xls_aot_ir::{bits, Bits, Type, Value};

use crate::{layout_of, tuple_offsets};

/// A value and a buffer that do not fit the type they were said to have.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum ShapeMismatch {
    /// The buffer is smaller than the type's layout, or the type has no layout.
    Buffer {
        /// The type.
        ty: Type,
    },
    /// The value is of another type.
    Value {
        /// The type that was expected.
        ty: Type,
    },
    /// A leaf in memory has bits set above its width: compiled code broke the ABI.
    UnusedBits {
        /// Type of the leaf.
        ty: Type,
    },
}

impl fmt::Display for ShapeMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ShapeMismatch::Buffer { ty } => write!(f, "the buffer does not hold a value of type {ty}"),
            ShapeMismatch::Value { ty } => write!(f, "the value is not of type {ty}"),
            ShapeMismatch::UnusedBits { ty } => write!(f, "a {ty} in memory has bits set above its width"),
        }
    }
}

impl std::error::Error for ShapeMismatch {}

/// Writes `value` of type `ty` to the start of `memory`.
///
/// # Errors
/// If the value is not of the type or the buffer is too small; the buffer's contents are then unspecified.
pub fn store(value: &Value, ty: &Type, memory: &mut [u8]) -> Result<(), ShapeMismatch> {
    let memory = sized(ty, memory.len()).map(|size| &mut memory[..size])?;
    memory.fill(0);
    match (ty, value) {
        (Type::Bits(width), Value::Bits(bits)) if bits.width() == *width => {
            for (to, from) in memory.iter_mut().zip(bits.words().iter().flat_map(|w| w.to_le_bytes())) {
                *to = from;
            }
            Ok(())
        }
        (Type::Token, Value::Token) => Ok(()),
        (Type::Tuple(types), Value::Tuple(values)) if types.len() == values.len() => {
            let offsets = tuple_offsets(types).map_err(|_| ShapeMismatch::Buffer { ty: ty.clone() })?;
            for ((value, ty), offset) in values.iter().zip(types.iter()).zip(offsets) {
                store(value, ty, &mut memory[offset as usize..])?;
            }
            Ok(())
        }
        (Type::Array(array), Value::Array(values)) if array.len == values.len() as u64 => {
            let stride = sized(&array.element, usize::MAX)?;
            for (i, value) in values.iter().enumerate() {
                store(value, &array.element, &mut memory[i * stride..])?;
            }
            Ok(())
        }
        _ => Err(ShapeMismatch::Value { ty: ty.clone() }),
    }
}

/// Reads a value of type `ty` from the start of `memory`.
///
/// # Errors
/// If the buffer is too small, or a leaf has bits set above its width.
pub fn load(ty: &Type, memory: &[u8]) -> Result<Value, ShapeMismatch> {
    let memory = &memory[..sized(ty, memory.len())?];
    Ok(match ty {
        Type::Bits(width) => {
            let mut words = vec![0u64; memory.len().div_ceil(8)];
            for (i, byte) in memory.iter().enumerate() {
                words[i / 8] |= u64::from(*byte) << (i % 8 * 8);
            }
            let value = Bits::from_words(*width, &words);
            let used = bits::word_count(*width);
            if value.words() != &words[..used] || words[used..].iter().any(|&w| w != 0) {
                return Err(ShapeMismatch::UnusedBits { ty: ty.clone() });
            }
            Value::Bits(value)
        }
        Type::Token => Value::Token,
        Type::Tuple(types) => {
            let offsets = tuple_offsets(types).map_err(|_| ShapeMismatch::Buffer { ty: ty.clone() })?;
            let elements = types.iter().zip(offsets).map(|(ty, offset)| load(ty, &memory[offset as usize..]));
            Value::Tuple(elements.collect::<Result<_, _>>()?)
        }
        Type::Array(array) => {
            let stride = sized(&array.element, usize::MAX)?;
            let elements = (0..array.len as usize).map(|i| load(&array.element, &memory[i * stride..]));
            Value::Array(elements.collect::<Result<_, _>>()?)
        }
    })
}

/// Size of `ty` if it is at most `available`.
fn sized(ty: &Type, available: usize) -> Result<usize, ShapeMismatch> {
    layout_of(ty)
        .ok()
        .and_then(|layout| usize::try_from(layout.size).ok())
        .filter(|&size| size <= available)
        .ok_or_else(|| ShapeMismatch::Buffer { ty: ty.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_survive_the_way_through_memory() {
        let ty =
            Type::tuple([Type::Bits(1), Type::array(Type::Bits(65), 2), Type::Token, Type::Bits(0), Type::Bits(24)]);
        let value = Value::Tuple(vec![
            Value::bool(true),
            Value::Array(vec![Value::Bits(Bits::ones(65)), Value::Bits(Bits::from_u64(65, 7))]),
            Value::Token,
            Value::Bits(Bits::zero(0)),
            Value::Bits(Bits::from_u64(24, 0xabcdef)),
        ]);
        let mut memory = vec![0xff; layout_of(&ty).unwrap().size as usize];
        store(&value, &ty, &mut memory).unwrap();
        assert_eq!(load(&ty, &memory), Ok(value));
        assert_eq!(memory[1..16], [0; 15], "padding is written as zeros");
    }

    #[test]
    fn bits_above_the_width_are_found() {
        for (width, bytes) in [
            (0, vec![1]),
            (1, vec![2]),
            (7, vec![0x80]),
            (65, [&[0; 8][..], &[2], &[0; 7]].concat()),
            (129, [&[0; 24][..], &[1], &[0; 7]].concat()),
        ] {
            let ty = Type::Bits(width);
            assert_eq!(load(&ty, &bytes), Err(ShapeMismatch::UnusedBits { ty }));
        }
    }

    #[test]
    fn wrong_shapes_are_errors() {
        let ty = Type::Bits(16);
        assert!(store(&Value::bool(true), &ty, &mut [0; 2]).is_err());
        assert!(store(&Value::Bits(Bits::zero(16)), &ty, &mut [0; 1]).is_err());
        assert!(load(&ty, &[0]).is_err());
    }
}
