//! Functions that add common nodes to a graph.
//!
//! All of them use [`Graph::add`], so their results are simplified. An extension or slice to the same width returns the
//! operand itself.

use xls_aot_ir::{Bits, NodeId, Op, Operands, Type, Value};

use crate::graph::Graph;

/// Most leaves of a constant that is written where the source has none.
const MAX_NEW_LEAVES: u64 = 1 << 12;

/// Most bits of a constant that is written where the source has none.
const MAX_NEW_BITS: u64 = 1 << 20;

impl Graph<'_> {
    /// A constant.
    pub fn literal(&mut self, value: Value, ty: Type) -> NodeId {
        self.add(Op::Literal { value: Box::new(value) }, Vec::new(), ty)
    }

    /// A constant of a bits type.
    pub fn bits(&mut self, bits: Bits) -> NodeId {
        let ty = Type::Bits(bits.width());
        self.literal(Value::Bits(bits), ty)
    }

    /// A constant of a bits type.
    pub fn number(&mut self, width: u32, value: u64) -> NodeId {
        self.bits(Bits::from_u64(width, value))
    }

    /// 0 or 1 of type `bits[1]`.
    pub fn bool(&mut self, value: bool) -> NodeId {
        self.number(1, u64::from(value))
    }

    /// All zeros of a bits type.
    pub fn zeros(&mut self, width: u32) -> NodeId {
        self.bits(Bits::zero(width))
    }

    /// All ones.
    pub fn ones(&mut self, width: u32) -> NodeId {
        self.bits(Bits::ones(width))
    }

    /// The zero value of any type that has one of reasonable size.
    pub fn zero_of(&mut self, ty: &Type) -> Option<NodeId> {
        if !is_small_constant(ty) {
            return None;
        }
        let value = Value::zero(ty)?;
        Some(self.literal(value, ty.clone()))
    }

    /// An operation whose result has the type of its first operand.
    pub fn same(&mut self, op: Op, args: impl Into<Operands>) -> NodeId {
        let args = args.into();
        let ty = self.ty(args[0]).clone();
        self.add(op, args, ty)
    }

    /// `~x`.
    pub fn not(&mut self, x: NodeId) -> NodeId {
        self.same(Op::Not, [x])
    }

    /// `a & b`.
    pub fn and(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.same(Op::And, [a, b])
    }

    /// `a | b`.
    pub fn or(&mut self, a: NodeId, b: NodeId) -> NodeId {
        self.same(Op::Or, [a, b])
    }

    /// A comparison.
    pub fn compare(&mut self, op: Op, a: NodeId, b: NodeId) -> NodeId {
        self.add(op, [a, b], Type::Bits(1))
    }

    /// Bits `[start, start + width)` of `x`.
    pub fn slice(&mut self, x: NodeId, start: u32, width: u32) -> NodeId {
        if start == 0 && width == self.width(x) {
            return x;
        }
        self.add(Op::BitSlice { start }, [x], Type::Bits(width))
    }

    /// The operands side by side, the first in the most significant bits.
    pub fn concat(&mut self, pieces: impl Into<Operands>) -> NodeId {
        let pieces = pieces.into();
        if let [x] = pieces[..] {
            return x;
        }
        let width = pieces.iter().map(|&piece| self.width(piece)).sum();
        self.add(Op::Concat, pieces, Type::Bits(width))
    }

    /// `x` with zeros in front, `width` bits in all.
    pub fn zero_ext(&mut self, x: NodeId, width: u32) -> NodeId {
        if width == self.width(x) {
            return x;
        }
        self.add(Op::ZeroExt, [x], Type::Bits(width))
    }

    /// `x` with copies of its sign in front, `width` bits in all; of `bits[0]`, zeros.
    pub fn sign_ext(&mut self, x: NodeId, width: u32) -> NodeId {
        match self.width(x) {
            own if own == width => x,
            0 => self.zeros(width),
            _ => self.add(Op::SignExt, [x], Type::Bits(width)),
        }
    }

    /// `x` modulo 2^width, or with zeros in front.
    pub fn resize(&mut self, x: NodeId, width: u32) -> NodeId {
        if width < self.width(x) {
            self.slice(x, 0, width)
        } else {
            self.zero_ext(x, width)
        }
    }

    /// `x` modulo 2^width, or with copies of its sign in front.
    pub fn resize_signed(&mut self, x: NodeId, width: u32) -> NodeId {
        if width < self.width(x) {
            self.slice(x, 0, width)
        } else {
            self.sign_ext(x, width)
        }
    }

    /// `if condition { then } else { otherwise }`.
    pub fn select(&mut self, condition: NodeId, then: NodeId, otherwise: NodeId) -> NodeId {
        let ty = self.ty(then).clone();
        self.add(Op::Sel { has_default: false }, [condition, otherwise, then], ty)
    }

    /// Element `index` of a tuple.
    pub fn element(&mut self, tuple: NodeId, index: usize) -> Option<NodeId> {
        let Type::Tuple(types) = self.ty(tuple) else { return None };
        let ty = types.get(index)?.clone();
        Some(self.add(Op::TupleIndex { index: index as u32 }, [tuple], ty))
    }

    /// Element `index` of an array, which must have it.
    pub fn array_element(&mut self, array: NodeId, index: u64) -> Option<NodeId> {
        let Type::Array(ty) = self.ty(array) else { return None };
        if index >= ty.len {
            return None;
        }
        let element = ty.element.clone();
        let index = self.number((64 - index.leading_zeros()).max(1), index);
        Some(self.add(Op::ArrayIndex { assumed_in_bounds: true }, [array, index], element))
    }
}

/// Whether constants of this type are small, and exist: they have no tokens and no empty arrays.
pub(crate) fn is_small_constant(ty: &Type) -> bool {
    fn leaves(ty: &Type) -> Option<u64> {
        match ty {
            Type::Bits(_) => Some(1),
            Type::Token => None,
            Type::Tuple(elements) => elements.iter().try_fold(1u64, |sum, ty| sum.checked_add(leaves(ty)?)),
            Type::Array(array) if array.len == 0 => None,
            Type::Array(array) => leaves(&array.element)?.checked_mul(array.len),
        }
    }
    leaves(ty).is_some_and(|leaves| leaves <= MAX_NEW_LEAVES)
        && ty.flat_bit_count().is_some_and(|bits| bits <= MAX_NEW_BITS)
}
