//! What is known of an expression before its type is decided.
//!
//! In one context (the operands of `+`, the branches of an `if`, the elements of an array) all expressions have one type.
//! Names, casts, calls and literals with a type say it; a literal without one only says how many bits it needs. [`join`]
//! puts together what two expressions of a context say. It never fails: if two say different types, the first wins, and
//! the other is reported when types are settled ([`super::settle`]).

use super::types::{Type, TypeId, Types};

/// What is known of a type.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Known {
    /// Nothing.
    Any,
    /// All.
    Type(TypeId),
    /// A number without a type.
    Number(Width),
    /// A tuple of which not all is known.
    Tuple(Vec<Known>),
    /// An array of which not all is known.
    Array {
        /// The elements.
        element: Box<Known>,
        /// Number of elements.
        len: u32,
        /// `...`: `len` is the least that it can be.
        at_least: bool,
    },
}

/// The bits that a number without a type needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Width {
    /// It is negative.
    pub signed: bool,
    /// The least width.
    pub width: u32,
    /// It has a prefix (`0x`, `0b`): digits give the bits of a signed number too, and no sign bit is added.
    pub prefixed: bool,
}

/// What is known if both are in one context.
pub fn join(left: &Known, right: &Known) -> Known {
    match (left, right) {
        (Known::Any, other) | (other, Known::Any) => other.clone(),
        (Known::Type(ty), _) | (_, Known::Type(ty)) => Known::Type(*ty),
        (Known::Number(left), Known::Number(right)) => Known::Number(join_widths(*left, *right)),
        (Known::Tuple(left), Known::Tuple(right)) if left.len() == right.len() => {
            Known::Tuple(left.iter().zip(right).map(|(left, right)| join(left, right)).collect())
        }
        (
            Known::Array { element, len, at_least },
            Known::Array { element: other, len: other_len, at_least: other_at_least },
        ) => Known::Array {
            element: Box::new(join(element, other)),
            len: match (at_least, other_at_least) {
                (true, true) => *len.max(other_len),
                (true, false) => *other_len,
                (false, _) => *len,
            },
            at_least: *at_least && *other_at_least,
        },
        (Known::Number(_) | Known::Tuple(_) | Known::Array { .. }, _) => left.clone(),
    }
}

/// Numbers of one context: wide enough for both; an unsigned one gets a sign bit if the other is negative.
fn join_widths(left: Width, right: Width) -> Width {
    let signed = left.signed || right.signed;
    let needs = |w: Width| w.width + u32::from(signed && !w.signed && !w.prefixed);
    Width { signed, width: needs(left).max(needs(right)), prefixed: false }
}

impl Known {
    /// Whether something other than the size of a number is known: then it may decide the type of a name.
    pub fn is_explicit(&self) -> bool {
        match self {
            Known::Any | Known::Number(_) => false,
            Known::Type(_) | Known::Tuple(_) | Known::Array { .. } => true,
        }
    }

    /// The type if nothing more is said: numbers get the least width. `None`: too little is known.
    pub fn default_type(&self, types: &mut Types) -> Option<TypeId> {
        Some(match self {
            Known::Any | Known::Array { at_least: true, .. } => return None,
            Known::Type(ty) => *ty,
            Known::Number(Width { signed, width, .. }) => types.bits(*signed, *width),
            Known::Tuple(elements) => {
                let elements = elements.iter().map(|e| e.default_type(types)).collect::<Option<Vec<_>>>()?;
                types.tuple(elements)
            }
            Known::Array { element, len, at_least: false } => {
                let element = element.default_type(types)?;
                types.array(element, *len)
            }
        })
    }

    /// What is known of element `index` of a tuple.
    pub fn tuple_element(&self, types: &Types, index: usize) -> Known {
        match self {
            Known::Tuple(elements) => elements.get(index).cloned().unwrap_or(Known::Any),
            Known::Type(ty) => match types.get(*ty) {
                Type::Tuple(elements) => elements.get(index).map_or(Known::Any, |&e| Known::Type(e)),
                Type::Bits { .. } | Type::Array { .. } | Type::Struct(_) | Type::Enum(_) | Type::Token => Known::Any,
            },
            Known::Any | Known::Number(_) | Known::Array { .. } => Known::Any,
        }
    }

    /// What is known of the elements of an array.
    pub fn array_element(&self, types: &Types) -> Known {
        match self {
            Known::Array { element, .. } => (**element).clone(),
            Known::Type(ty) => types.as_array(*ty).map_or(Known::Any, |(element, _)| Known::Type(element)),
            Known::Any | Known::Number(_) | Known::Tuple(_) => Known::Any,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(signed: bool, width: u32, prefixed: bool) -> Known {
        Known::Number(Width { signed, width, prefixed })
    }

    #[test]
    fn numbers_of_a_context_are_as_wide_as_the_widest() {
        assert_eq!(join(&number(false, 2, false), &number(false, 5, false)), number(false, 5, false));
        // `[-1, 3]`: 3 needs a sign bit; `[-1, 0b11]`: it does not; `[-8, 7]`: 7 fits beside -8.
        assert_eq!(join(&number(true, 1, false), &number(false, 2, false)), number(true, 3, false));
        assert_eq!(join(&number(true, 1, false), &number(false, 2, true)), number(true, 2, false));
        assert_eq!(join(&number(true, 4, false), &number(false, 3, false)), number(true, 4, false));
    }

    #[test]
    fn what_is_explicit_wins() {
        let mut types = Types::new();
        let byte = Known::Type(types.unsigned(8));
        assert_eq!(join(&number(false, 2, false), &byte), byte);
        assert_eq!(join(&Known::Any, &byte), byte);
        let fixed = Known::Array { element: Box::new(byte.clone()), len: 4, at_least: false };
        let open = Known::Array { element: Box::new(number(false, 3, false)), len: 2, at_least: true };
        assert_eq!(join(&open, &fixed), fixed);
        assert_eq!(open.default_type(&mut types), None);
    }
}
