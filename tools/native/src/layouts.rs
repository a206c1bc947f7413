//! Layouts of tuple types, each computed once: a function may have a tuple of a hundred thousand elements, and as many nodes
//! that need its size, the offset of an element, or whether it has padding.
//!
//! The key of a tuple type is its address in memory. The address determines the type, because the table keeps the type
//! alive. An equal type at another address is computed again, which only costs time; the reader makes equal types the
//! same tree.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use xls_aot_ir::Type;
use xls_aot_layout::tuple_offsets;

use crate::repr::layout;
use crate::Fault;

/// The layouts computed so far.
#[derive(Default)]
pub(crate) struct Layouts {
    tuples: RefCell<HashMap<*const [Type], Tuple>>,
}

/// The layout of a tuple type, in bytes.
#[derive(Clone)]
struct Tuple {
    /// Keeps the type alive, so that its address is not reused for another type.
    _elements: Arc<[Type]>,
    size: u64,
    offsets: Rc<[u64]>,
    has_padding: bool,
}

impl Layouts {
    /// Size of a type in memory.
    pub fn size_of(&self, ty: &Type) -> Result<u64, Fault> {
        match ty {
            Type::Tuple(elements) => Ok(self.tuple(elements)?.size),
            Type::Array(array) => match self.size_of(&array.element)?.checked_mul(array.len) {
                Some(size) if size <= xls_aot_layout::MAX_SIZE => Ok(size),
                // Says what is too large.
                _ => Ok(layout(ty)?.size),
            },
            Type::Bits(_) | Type::Token => Ok(layout(ty)?.size),
        }
    }

    /// The offset of element `index` of a tuple.
    pub fn tuple_offset(&self, ty: &Type, index: usize) -> Result<u64, Fault> {
        let Type::Tuple(elements) = ty else { return Err(Fault::Internal(format!("type {ty} is not a tuple"))) };
        let offset = self.tuple(elements)?.offsets.get(index).copied();
        offset.ok_or_else(|| Fault::Internal(format!("type {ty} has no element {index}")))
    }

    /// The offsets of a tuple's elements.
    pub fn tuple_offsets(&self, elements: &Arc<[Type]>) -> Result<Rc<[u64]>, Fault> {
        Ok(self.tuple(elements)?.offsets)
    }

    /// True if values of the type have bytes in memory that belong to no leaf.
    pub fn has_padding(&self, ty: &Type) -> Result<bool, Fault> {
        match ty {
            Type::Bits(_) | Type::Token => Ok(false),
            Type::Array(array) => Ok(array.len > 0 && self.has_padding(&array.element)?),
            Type::Tuple(elements) => Ok(self.tuple(elements)?.has_padding),
        }
    }

    /// The layout of the tuple of `elements`.
    fn tuple(&self, elements: &Arc<[Type]>) -> Result<Tuple, Fault> {
        let place = Arc::as_ptr(elements);
        if let Some(found) = self.tuples.borrow().get(&place) {
            return Ok(found.clone());
        }
        let size = layout(&Type::Tuple(elements.clone()))?.size;
        let offsets = tuple_offsets(elements).map_err(|error| Fault::TooLarge(error.to_string()))?.into();
        let has_padding = self.tuple_has_padding(elements, size)?;
        let tuple = Tuple { _elements: elements.clone(), size, offsets, has_padding };
        self.tuples.borrow_mut().insert(place, tuple.clone());
        Ok(tuple)
    }

    /// Whether `size` bytes are more than the elements have, or an element has padding.
    fn tuple_has_padding(&self, elements: &[Type], size: u64) -> Result<bool, Fault> {
        let mut used = 0;
        for element in elements {
            if self.has_padding(element)? {
                return Ok(true);
            }
            used += self.size_of(element)?;
        }
        Ok(used != size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_offsets_are_those_of_the_abi() {
        let layouts = Layouts::default();
        let inner = Type::tuple([Type::Bits(1), Type::Bits(33), Type::Bits(9)]);
        let outer = Type::tuple([Type::Bits(8), Type::array(inner.clone(), 3), Type::Token]);
        for ty in [inner, outer, Type::unit(), Type::Token, Type::Bits(700), Type::array(Type::unit(), 5)] {
            for _ in 0..2 {
                assert_eq!(layouts.size_of(&ty).unwrap(), layout(&ty).unwrap().size, "{ty}");
                if let Type::Tuple(elements) = &ty {
                    let offsets = (0..elements.len()).map(|i| layouts.tuple_offset(&ty, i).unwrap());
                    let expected = tuple_offsets(elements).unwrap();
                    assert!(offsets.eq(expected.iter().copied()), "{ty}");
                    assert_eq!(*layouts.tuple_offsets(elements).unwrap(), *expected, "{ty}");
                    assert!(layouts.tuple_offset(&ty, elements.len()).is_err());
                }
            }
        }
        assert!(layouts.size_of(&Type::array(Type::tuple([Type::Bits(64)]), u64::MAX / 8)).is_err());
    }

    #[test]
    fn padding_is_what_belongs_to_no_leaf() {
        let layouts = Layouts::default();
        let padded = Type::tuple([Type::Bits(8), Type::Bits(16)]);
        let at_the_end = Type::tuple([Type::Bits(16), Type::Bits(8)]);
        let full = Type::tuple([Type::Bits(9), Type::Token, Type::Bits(16), Type::unit(), Type::Bits(32)]);
        for (ty, expected) in [
            (Type::Bits(1), false),
            (Type::Bits(65), false),
            (Type::Token, false),
            (Type::unit(), false),
            (padded.clone(), true),
            (at_the_end, true),
            (full.clone(), false),
            (Type::array(padded.clone(), 2), true),
            (Type::array(padded.clone(), 0), false),
            (Type::array(full.clone(), 2), false),
            (Type::tuple([full.clone(), full.clone()]), false),
            (Type::tuple([full, padded]), true),
        ] {
            for _ in 0..2 {
                assert_eq!(layouts.has_padding(&ty).unwrap(), expected, "{ty}");
            }
        }
    }

    #[test]
    fn a_tuple_is_worked_out_once() {
        let layouts = Layouts::default();
        let elements: Arc<[Type]> = [Type::Bits(8), Type::Bits(16)].into();
        let offsets = || layouts.tuple_offsets(&elements).unwrap();
        assert!(Rc::ptr_eq(&offsets(), &offsets()));
    }

    #[test]
    fn a_place_is_not_used_again_for_another_type() {
        let layouts = Layouts::default();
        for width in 0..1000 {
            let ty = Type::tuple([Type::Bits(8), Type::Bits(width)]);
            assert_eq!(layouts.size_of(&ty).unwrap(), layout(&ty).unwrap().size, "{width}");
        }
    }
}
