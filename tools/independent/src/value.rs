//! Values of every type, and conversions from and to the data model of the IR.

use xls_aot_ir::{Bits, Type, Value as IrValue};

use crate::Number;

/// A value of some type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A bit vector.
    Bits(Number),
    /// A token.
    Token,
    /// Elements in order.
    Tuple(Vec<Value>),
    /// Elements in order.
    Array(Vec<Value>),
}

impl Value {
    /// A value of the IR's data model.
    pub fn from_ir(value: &IrValue) -> Self {
        let all = |values: &[IrValue]| values.iter().map(Value::from_ir).collect();
        match value {
            IrValue::Bits(bits) => Value::Bits(Number::from_words(bits.width(), bits.words())),
            IrValue::Token => Value::Token,
            IrValue::Tuple(values) => Value::Tuple(all(values)),
            IrValue::Array(values) => Value::Array(all(values)),
        }
    }

    /// The same in the IR's data model.
    pub fn to_ir(&self) -> IrValue {
        let all = |values: &[Value]| values.iter().map(Value::to_ir).collect();
        match self {
            Value::Bits(number) => IrValue::Bits(Bits::from_words(number.width(), &number.words())),
            Value::Token => IrValue::Token,
            Value::Tuple(values) => IrValue::Tuple(all(values)),
            Value::Array(values) => IrValue::Array(all(values)),
        }
    }

    /// The value of a type whose every bit is zero.
    pub(crate) fn zero(ty: &Type) -> Self {
        match ty {
            Type::Bits(width) => Value::Bits(Number::new(*width, 0)),
            Type::Token => Value::Token,
            Type::Tuple(types) => Value::Tuple(types.iter().map(Value::zero).collect()),
            Type::Array(array) => Value::Array((0..array.len).map(|_| Value::zero(&array.element)).collect()),
        }
    }

    /// The bit vector that the verifier promises.
    pub(crate) fn number(&self) -> &Number {
        let Value::Bits(number) = self else { panic!("{self:?} is no bit vector") };
        number
    }

    /// The elements of the array that the verifier promises.
    pub(crate) fn array(&self) -> &[Value] {
        let Value::Array(elements) = self else { panic!("{self:?} is no array") };
        elements
    }

    /// The elements of the tuple that the verifier promises.
    pub(crate) fn tuple(&self) -> &[Value] {
        let Value::Tuple(elements) = self else { panic!("{self:?} is no tuple") };
        elements
    }
}
