//! Checked access to the operands of a node: a wrong number or kind of operands is an error, not a panic.

use std::rc::Rc;

use xls_aot_ir::{Bits, Type};

use crate::error::Fault;
use crate::val::Val;

/// The operand values of one node. They are owned, so an operation may take them apart.
pub(crate) struct Operands<'a> {
    values: &'a mut [Val],
}

impl<'a> Operands<'a> {
    pub(crate) fn new(values: &'a mut [Val]) -> Self {
        Self { values }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// All of them.
    pub(crate) fn all(&self) -> &[Val] {
        self.values
    }

    /// Operand `index`.
    pub(crate) fn get(&self, index: usize) -> Result<&Val, Fault> {
        self.values.get(index).ok_or_else(|| missing(index))
    }

    /// Moves operand `index` out.
    pub(crate) fn take(&mut self, index: usize) -> Result<Val, Fault> {
        self.values.get_mut(index).map(|value| std::mem::replace(value, Val::Token)).ok_or_else(|| missing(index))
    }

    /// Operand `index`, which is a bit vector.
    pub(crate) fn bits(&self, index: usize) -> Result<&Bits, Fault> {
        as_bits(self.get(index)?)
    }

    /// Operands `index` and `index + 1`: bit vectors of one width.
    pub(crate) fn same_width(&self, index: usize) -> Result<(&Bits, &Bits), Fault> {
        let (a, b) = (self.bits(index)?, self.bits(index + 1)?);
        if a.width() != b.width() {
            return Err(Fault::malformed(format!("operand widths {} and {} differ", a.width(), b.width())));
        }
        Ok((a, b))
    }

    /// Operand `index`, which is an array.
    pub(crate) fn array(&self, index: usize) -> Result<&Rc<Vec<Val>>, Fault> {
        as_array(self.get(index)?)
    }

    /// The operands from `index` on.
    pub(crate) fn from(&self, index: usize) -> &[Val] {
        self.values.get(index..).unwrap_or(&[])
    }
}

/// The bit vector that `value` is.
pub(crate) fn as_bits(value: &Val) -> Result<&Bits, Fault> {
    match value {
        Val::Bits(bits) => Ok(bits),
        Val::Token | Val::Tuple(_) | Val::Array(_) => Err(Fault::malformed("operand is not of a bits type")),
    }
}

/// The array that `value` is.
pub(crate) fn as_array(value: &Val) -> Result<&Rc<Vec<Val>>, Fault> {
    match value {
        Val::Array(elements) => Ok(elements),
        Val::Bits(_) | Val::Token | Val::Tuple(_) => Err(Fault::malformed("operand is not of an array type")),
    }
}

/// The width of a node's bits type.
pub(crate) fn width_of(ty: &Type) -> Result<u32, Fault> {
    ty.bit_count().ok_or_else(|| Fault::malformed(format!("the node's type is {ty}, not a bits type")))
}

fn missing(index: usize) -> Fault {
    Fault::malformed(format!("operand {index} is missing"))
}
