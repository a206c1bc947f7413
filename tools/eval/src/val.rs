//! Values during evaluation. Aggregates are shared by reference count, so passing one costs nothing, and an aggregate
//! with only one reference is updated in place.

use std::rc::Rc;

use xls_aot_ir::{Bits, Type, Value};

use crate::error::Fault;

/// A value.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Val {
    /// A bit vector.
    Bits(Bits),
    /// A token; also the contents of a slot whose value has been taken.
    Token,
    /// Elements in order.
    Tuple(Rc<[Val]>),
    /// Elements in order, at least one.
    Array(Rc<Vec<Val>>),
}

impl Val {
    /// `bits[1]`.
    pub(crate) fn bool(value: bool) -> Self {
        Val::Bits(Bits::from_bool(value))
    }

    /// An array.
    pub(crate) fn array(elements: Vec<Val>) -> Result<Self, Fault> {
        if elements.is_empty() {
            return Err(empty_array());
        }
        Ok(Val::Array(Rc::new(elements)))
    }

    /// From the IR's form.
    pub(crate) fn from_value(value: &Value) -> Result<Self, Fault> {
        Ok(match value {
            Value::Bits(bits) => Val::Bits(bits.clone()),
            Value::Token => Val::Token,
            Value::Tuple(elements) => Val::Tuple(elements.iter().map(Val::from_value).collect::<Result<_, _>>()?),
            Value::Array(elements) => Val::array(elements.iter().map(Val::from_value).collect::<Result<_, _>>()?)?,
        })
    }

    /// To the IR's form.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Val::Bits(bits) => Value::Bits(bits.clone()),
            Val::Token => Value::Token,
            Val::Tuple(elements) => Value::Tuple(elements.iter().map(Val::to_value).collect()),
            Val::Array(elements) => Value::Array(elements.iter().map(Val::to_value).collect()),
        }
    }

    /// All zeros (tokens stay tokens).
    pub(crate) fn zero(ty: &Type) -> Result<Self, Fault> {
        Ok(match ty {
            Type::Bits(width) => Val::Bits(Bits::zero(*width)),
            Type::Token => Val::Token,
            Type::Tuple(elements) => Val::Tuple(elements.iter().map(Val::zero).collect::<Result<_, _>>()?),
            Type::Array(array) => {
                let len = usize::try_from(array.len).map_err(|_| Fault::malformed("array length above 2^64"))?;
                Val::array(vec![Val::zero(&array.element)?; len])?
            }
        })
    }
}

/// The fault of making an empty array: XLS has the type, but no value of it.
fn empty_array() -> Fault {
    Fault::Unsupported("empty arrays have no values in XLS".to_owned())
}

/// Number of scalars in a value of type `ty`, where a wide one counts once for each 64-bit word. Memory and work depend
/// on it. Saturates.
pub(crate) fn cells(ty: &Type) -> u64 {
    match ty {
        Type::Bits(width) => u64::from(width.div_ceil(64)).max(1),
        Type::Token => 1,
        Type::Tuple(elements) => elements.iter().fold(1, |sum: u64, ty| sum.saturating_add(cells(ty))),
        Type::Array(array) => cells(&array.element).saturating_mul(array.len).saturating_add(1),
    }
}
