//! Arrays: making, reading, updating, slicing. Indices are unsigned, of any width; all their bits count.
//! And whether an access breaks its promise `assumed_in_bounds`.

use std::rc::Rc;

use xls_aot_ir::{Bits, Op, Type};

use crate::error::Fault;
use crate::operands::{as_array, as_bits, Operands};
use crate::val::Val;

/// The index if it is below `len`.
fn in_bounds(index: &Bits, len: usize) -> Option<usize> {
    index.to_u64().and_then(|index| usize::try_from(index).ok()).filter(|&index| index < len)
}

/// `array_index`: in each dimension an index beyond the end means the last element.
pub(crate) fn index(operands: &Operands<'_>) -> Result<Val, Fault> {
    let mut value = operands.get(0)?;
    for index in operands.from(1) {
        let elements = as_array(value)?;
        let last = elements.len().saturating_sub(1);
        let index = in_bounds(as_bits(index)?, elements.len()).unwrap_or(last);
        value = elements.get(index).ok_or_else(|| Fault::malformed("an empty array is indexed"))?;
    }
    Ok(value.clone())
}

/// `array_update`: any index beyond its end leaves the array as it is.
pub(crate) fn update(operands: &mut Operands<'_>) -> Result<Val, Fault> {
    let mut path = Vec::with_capacity(operands.len().saturating_sub(2));
    let mut place = operands.get(0)?;
    for index in operands.from(2) {
        let elements = as_array(place)?;
        let Some(index) = in_bounds(as_bits(index)?, elements.len()) else { return operands.take(0) };
        path.push(index);
        place = &elements[index];
    }
    let mut array = operands.take(0)?;
    let value = operands.take(1)?;
    let mut place = &mut array;
    for index in path {
        let Val::Array(elements) = place else { return Err(Fault::malformed("too many indices")) };
        // In place if this is the only reference, as it is when the array dies here.
        place = &mut Rc::make_mut(elements)[index];
    }
    *place = value;
    Ok(array)
}

/// Whether `op` promises that its indices are within the array, and one of them is not.
pub(crate) fn breaks_promise(op: &Op, operands: &Operands<'_>) -> Result<bool, Fault> {
    let first_index = if matches!(op, Op::ArrayIndex { assumed_in_bounds: true }) {
        1
    } else if matches!(op, Op::ArrayUpdate { assumed_in_bounds: true }) {
        2
    } else {
        return Ok(false);
    };
    let mut place = operands.get(0)?;
    for index in operands.from(first_index) {
        let elements = as_array(place)?;
        let Some(index) = in_bounds(as_bits(index)?, elements.len()) else { return Ok(true) };
        place = &elements[index];
    }
    Ok(false)
}

/// `array_slice`: element `i` is `array[start + i]`, the last element from the end on.
pub(crate) fn slice(operands: &Operands<'_>, ty: &Type) -> Result<Val, Fault> {
    let elements = operands.array(0)?;
    let start = in_bounds(operands.bits(1)?, elements.len()).unwrap_or(elements.len() - 1);
    let Type::Array(array) = ty else { return Err(Fault::malformed(format!("array_slice to type {ty}"))) };
    let len = usize::try_from(array.len).map_err(|_| Fault::malformed("array length above 2^64"))?;
    let last = &elements[elements.len() - 1];
    let taken = elements[start..].iter().chain(std::iter::repeat(last)).take(len);
    Val::array(taken.cloned().collect())
}

/// `array_concat`.
pub(crate) fn concat(operands: &Operands<'_>) -> Result<Val, Fault> {
    let mut elements = Vec::new();
    for operand in operands.all() {
        elements.extend(as_array(operand)?.iter().cloned());
    }
    Val::array(elements)
}
