//! The file of calls that the caller program reads: for each call, in 64-bit little-endian numbers and bytes,
//!
//! ```text
//! function, number of arguments,
//! for each argument: size, its bytes, and as many bytes that are 1 where the ABI defines the byte and 0 in padding,
//! for the result: size, and the same for it
//! ```

use xls_aot_ir::{Type, Value};
use xls_aot_layout::{layout_of, store, tuple_offsets};

use super::Function;

/// The file's bytes.
pub(crate) fn encode(functions: &[Function<'_>], calls: &[(usize, &[Value])]) -> Result<Vec<u8>, String> {
    let mut file = Vec::new();
    let number = |file: &mut Vec<u8>, number: usize| file.extend((number as u64).to_le_bytes());
    for &(index, arguments) in calls {
        let function = &functions[index];
        number(&mut file, index);
        number(&mut file, arguments.len());
        for (&ty, value) in function.params.iter().zip(arguments) {
            let mut bytes = vec![0; size_of(ty)?];
            store(value, ty, &mut bytes).map_err(|error| error.to_string())?;
            number(&mut file, bytes.len());
            file.extend(&bytes);
            file.extend(defined(ty)?);
        }
        let defined = defined(function.result)?;
        number(&mut file, defined.len());
        file.extend(&defined);
    }
    Ok(file)
}

fn size_of(ty: &Type) -> Result<usize, String> {
    let layout = layout_of(ty).map_err(|error| error.to_string())?;
    usize::try_from(layout.size).map_err(|error| error.to_string())
}

/// A byte for each byte of a value: 1 where it is part of a leaf, 0 where it is padding.
pub(crate) fn defined(ty: &Type) -> Result<Vec<u8>, String> {
    let mut bytes = vec![0; size_of(ty)?];
    mark(ty, &mut bytes)?;
    Ok(bytes)
}

fn mark(ty: &Type, bytes: &mut [u8]) -> Result<(), String> {
    match ty {
        Type::Token => {}
        Type::Bits(_) => bytes[..size_of(ty)?].fill(1),
        Type::Tuple(elements) => {
            let offsets = tuple_offsets(elements).map_err(|error| error.to_string())?;
            for (element, offset) in elements.iter().zip(offsets) {
                mark(element, &mut bytes[offset as usize..])?;
            }
        }
        Type::Array(array) => {
            let element = defined(&array.element)?;
            if !element.is_empty() {
                let places = bytes.chunks_exact_mut(element.len()).take(array.len as usize);
                places.for_each(|place| place.copy_from_slice(&element));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits(width: u32) -> Type {
        Type::Bits(width)
    }

    #[test]
    fn padding_is_not_defined() {
        let pair = Type::tuple(&[bits(8), Type::Token, bits(17)]);
        assert_eq!(defined(&pair), Ok(vec![1, 0, 0, 0, 1, 1, 1, 1]));
        assert_eq!(defined(&Type::array(pair, 2)), Ok([1, 0, 0, 0, 1, 1, 1, 1].repeat(2)));
        // Elements of no bytes have no place in the bytes that follow them.
        let nothing = Type::array(Type::tuple(&[]), 28);
        assert_eq!(defined(&Type::tuple(&[nothing, bits(8)])), Ok(vec![1]));
        assert_eq!(defined(&Type::array(Type::tuple(&[]), 3)), Ok(vec![]));
        assert_eq!(defined(&bits(0)), Ok(vec![1]));
        assert_eq!(defined(&bits(65)), Ok(vec![1; 16]));
    }
}
