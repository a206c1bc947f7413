//! Types: `bits[8]`, `token`, `(T, ...)`, `T[n]`.
//!
//! Recursion goes over tuples only and stops at [`MAX_TYPE_DEPTH`]; array suffixes count into the same depth because
//! everything that walks a type recurses over both.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Parse, Parser};
use crate::diagnostic::Diagnostic;
use crate::limits::{MAX_ARRAY_LEN, MAX_BIT_COUNT, MAX_FLAT_BIT_COUNT, MAX_TYPE_DEPTH};
use crate::Type;

/// Every tuple and array type of the package so far. Each is there once, so equal types are one tree. Types are compared by
/// the addresses of their element types, so nesting does not make it slower.
#[derive(Default)]
pub(super) struct TypeTable {
    tuples: HashMap<Box<[Identity]>, Type>,
    arrays: HashMap<(Identity, u64), Type>,
}

/// The key of a type in the table.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Identity {
    Bits(u32),
    Token,
    /// Address of the elements.
    Tuple(usize),
    /// Address of element type and length.
    Array(usize),
}

impl Identity {
    fn of(ty: &Type) -> Self {
        match ty {
            Type::Bits(width) => Identity::Bits(*width),
            Type::Token => Identity::Token,
            // Empty slices may share an address with anything; there is only one empty tuple.
            Type::Tuple(elements) if elements.is_empty() => Identity::Tuple(0),
            Type::Tuple(elements) => Identity::Tuple(Arc::as_ptr(elements).cast::<()>().addr()),
            Type::Array(array) => Identity::Array(Arc::as_ptr(array).addr()),
        }
    }
}

impl TypeTable {
    fn tuple(&mut self, elements: Vec<Type>) -> Type {
        let identities = elements.iter().map(Identity::of).collect();
        self.tuples.entry(identities).or_insert_with(|| Type::tuple(elements)).clone()
    }

    fn array(&mut self, element: Type, len: u64) -> Type {
        self.arrays.entry((Identity::of(&element), len)).or_insert_with(|| Type::array(element, len)).clone()
    }
}

impl Parser<'_> {
    /// A type, within the limits on size.
    pub(super) fn ty(&mut self) -> Parse<Type> {
        let start = self.token.span;
        let (ty, _) = self.nested_type(0)?;
        if let Type::Bits(_) = ty {
            return Ok(ty);
        }
        if ty.flat_bit_count().is_none_or(|bits| bits > MAX_FLAT_BIT_COUNT) {
            let message = format!("a value of this type has more than {MAX_FLAT_BIT_COUNT} bits");
            return Err(Diagnostic::limit("E0905", start, message).into());
        }
        Ok(ty)
    }

    /// A type and its own depth; `outer` is the depth of the type around it.
    fn nested_type(&mut self, outer: usize) -> Parse<(Type, usize)> {
        if outer > MAX_TYPE_DEPTH {
            return Err(self.too_deep());
        }
        if self.token.is_keyword("token") {
            self.advance()?;
            // `token[n]` is not a type; the `[` is the caller's syntax error, as in libxls.
            return Ok((Type::Token, 1));
        }
        let (mut ty, mut depth) = if self.token.is(b'(') {
            self.tuple_type(outer)?
        } else if self.token.is_keyword("bits") {
            (self.bits_type()?, 1)
        } else {
            return Err(self.unexpected("a type (`bits[N]`, `token`, `(...)` or an array of one)"));
        };
        while self.token.is(b'[') {
            self.advance()?;
            let (len, span) = self.expect_natural("an array length")?;
            self.expect(b']', "behind the array length")?;
            if len > MAX_ARRAY_LEN {
                return Err(Diagnostic::limit(
                    "E0904",
                    span,
                    format!("an array of more than {MAX_ARRAY_LEN} elements"),
                )
                .into());
            }
            depth += 1;
            if outer + depth > MAX_TYPE_DEPTH {
                return Err(self.too_deep());
            }
            ty = self.types.array(ty, len);
        }
        Ok((ty, depth))
    }

    fn tuple_type(&mut self, outer: usize) -> Parse<(Type, usize)> {
        self.expect(b'(', "before the element types")?;
        let mut elements = Vec::new();
        let mut depth = 1;
        if !self.token.is(b')') {
            loop {
                let (element, inner) = self.nested_type(outer + 1)?;
                depth = depth.max(inner + 1);
                elements.push(element);
                if !self.take(b',') {
                    break;
                }
            }
        }
        self.expect(b')', "or `,` behind an element type")?;
        Ok((self.types.tuple(elements), depth))
    }

    fn bits_type(&mut self) -> Parse<Type> {
        self.advance()?;
        self.expect(b'[', "behind `bits`")?;
        let (width, span) = self.expect_natural("a bit count")?;
        self.expect(b']', "behind the bit count")?;
        match u32::try_from(width) {
            Ok(width) if width <= MAX_BIT_COUNT => Ok(Type::Bits(width)),
            _ => {
                Err(Diagnostic::limit("E0903", span, format!("bits[{width}] is wider than {MAX_BIT_COUNT} bits"))
                    .into())
            }
        }
    }

    fn too_deep(&self) -> Box<Diagnostic> {
        Diagnostic::limit("E0906", self.token.span, format!("nested more than {MAX_TYPE_DEPTH} levels deep")).into()
    }
}
