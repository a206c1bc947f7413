//! Reading, updating and slicing of arrays. Indices are unsigned and of any width; all of their bits count.

use crate::{Number, Value};

/// The element at `indices`; an index beyond the array means the last element of that dimension.
pub(crate) fn array_index(array: &Value, indices: &[Value]) -> Value {
    let Some((first, rest)) = indices.split_first() else { return array.clone() };
    let elements = array.array();
    let index = first.number().below(elements.len()).unwrap_or(elements.len() - 1);
    array_index(&elements[index], rest)
}

/// The array with `value` at `indices`; unchanged where any of them is beyond the array.
pub(crate) fn array_update(array: &Value, value: &Value, indices: &[Value]) -> Value {
    let Some((first, rest)) = indices.split_first() else { return value.clone() };
    let mut elements = array.array().to_vec();
    if let Some(index) = first.number().below(elements.len()) {
        elements[index] = array_update(&elements[index], value, rest);
    }
    Value::Array(elements)
}

/// The `width` elements from `start`; beyond the array it is the last element that repeats.
pub(crate) fn array_slice(array: &Value, start: &Number, width: u64) -> Value {
    let elements = array.array();
    let last = elements.len() - 1;
    let start = start.below(elements.len()).unwrap_or(last);
    Value::Array((0..width as usize).map(|offset| elements[(start + offset).min(last)].clone()).collect())
}

/// The elements of all arrays, the first array's first.
pub(crate) fn array_concat(arrays: &[Value]) -> Value {
    Value::Array(arrays.iter().flat_map(|array| array.array().to_vec()).collect())
}
