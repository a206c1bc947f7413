//! Arrays and tuples.

use std::sync::Arc;

use super::{Check, NodeCheck};
use crate::diagnostic::counted;
use crate::{ArrayType, Type};

impl NodeCheck<'_> {
    /// Requires that the operand is an array.
    fn array_operand(&mut self, index: usize) -> Check<Arc<ArrayType>> {
        match self.operand_type(index) {
            Type::Array(array) => Ok(array),
            other @ (Type::Bits(_) | Type::Token | Type::Tuple(_)) => {
                let message = format!("{} must be an array, has type {}", self.describe_operand(index), other.short());
                self.broken("E0402", message)
            }
        }
    }

    pub(crate) fn array(&mut self) -> Check {
        let Type::Array(array) = self.node.ty.clone() else {
            let message = format!("`array` gives an array, declared as {}", self.node.ty.short());
            return self.broken("E0401", message);
        };
        if self.operand_count() as u64 != array.len {
            let message = format!(
                "{} for an array declared as {}",
                counted(self.operand_count(), "element"),
                self.node.ty.short()
            );
            return self.broken("E0401", message);
        }
        for index in 0..self.operand_count() {
            self.operand_is(index, &array.element)?;
        }
        Ok(())
    }

    /// The type that the indices from operand `first` on select in a value of type `ty`. An update may index an empty array,
    /// which it does not change; a read may not.
    fn indexed(&mut self, mut ty: Type, first: usize, update: bool) -> Check<Type> {
        for index in first..self.operand_count() {
            self.bits(index)?;
            ty = match ty {
                Type::Array(array) if array.len == 0 && !update => {
                    let message = format!("{} points into an empty array", self.describe_operand(index));
                    return self.broken("E0406", message);
                }
                Type::Array(array) => array.element.clone(),
                other @ (Type::Bits(_) | Type::Token | Type::Tuple(_)) => {
                    let message =
                        format!("{} has no array to point into, only {}", self.describe_operand(index), other.short());
                    return self.broken("E0406", message);
                }
            };
        }
        Ok(ty)
    }

    pub(crate) fn array_index(&mut self) -> Check {
        self.array_operand(0)?;
        let element = self.indexed(self.operand_type(0), 1, false)?;
        if element.contains_token() {
            let message = format!("`array_index` cannot give {}, which holds a token", element.short());
            return self.broken("E0402", message);
        }
        self.gives(&element)
    }

    pub(crate) fn array_update(&mut self) -> Check {
        let ty = self.operand_type(0);
        let element = self.indexed(ty.clone(), 2, true)?;
        self.operand_is(1, &element)?;
        self.gives(&ty)
    }

    pub(crate) fn array_slice(&mut self) -> Check {
        let array = self.array_operand(0)?;
        self.bits(1)?;
        if array.len == 0 {
            return self.broken("E0406", "`array_slice` cannot take a slice of an empty array");
        }
        match &self.node.ty {
            Type::Array(slice) if slice.element == array.element && slice.len > 0 => Ok(()),
            declared @ (Type::Bits(_) | Type::Token | Type::Tuple(_) | Type::Array(_)) => {
                let message = format!("`array_slice` gives {}[width], declared as {declared}", array.element);
                self.broken("E0401", message)
            }
        }
    }

    pub(crate) fn array_concat(&mut self) -> Check {
        let element = self.array_operand(0)?.element.clone();
        let mut sum = 0u64;
        for index in 0..self.operand_count() {
            let array = self.array_operand(index)?;
            if array.element != element {
                let message = format!(
                    "{} has elements of type {}, but operand 0 of {element}",
                    self.describe_operand(index),
                    array.element
                );
                return self.broken("E0402", message);
            }
            sum = sum.saturating_add(array.len);
        }
        self.gives(&Type::array(element, sum))
    }

    pub(crate) fn tuple(&mut self) -> Check {
        let found: Vec<Type> = (0..self.operand_count()).map(|index| self.operand_type(index)).collect();
        self.gives(&Type::tuple(found))
    }

    pub(crate) fn tuple_index(&mut self, &index: &u32) -> Check {
        let ty = self.operand_type(0);
        let Type::Tuple(elements) = &ty else {
            let message = format!("{} must be a tuple, has type {}", self.describe_operand(0), ty.short());
            return self.broken("E0402", message);
        };
        match elements.get(index as usize) {
            Some(element) => self.gives(element),
            None => {
                let message = format!(
                    "{} has {}, `index={index}` is beyond them",
                    self.describe_operand(0),
                    counted(elements.len(), "element")
                );
                self.broken_with("E0406", message, "elements are counted from 0")
            }
        }
    }
}
