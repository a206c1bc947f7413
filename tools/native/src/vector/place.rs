//! Where values lie in memory, so that neighbouring ones are loaded together.

use std::collections::BTreeMap;

use cranelift_codegen::ir::{types, InstBuilder, InstructionData, Opcode, Value};
use xls_aot_ir::{Function, NodeId, Op, Type};

use super::lane_op::literal;
use super::lanes::vector_type;
use super::VECTOR_BITS;
use crate::function::{load_flags, FnCtx};
use crate::layouts::Layouts;
use crate::ownership::MemRef;
use crate::repr::in_memory;
use crate::value::Lowered;
use crate::Fault;

/// The parameters whose value in registers was loaded from memory that nobody writes, and where from.
pub(crate) type LoadedFrom = BTreeMap<NodeId, MemRef>;

/// Bytes of a vector.
const VECTOR_BYTES: u64 = (VECTOR_BITS / 8) as u64;

/// Where a value lies: the node that is in memory, and the distance in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Place {
    pub base: NodeId,
    pub offset: u64,
}

/// The place of an element that is read with constant indices.
pub(crate) fn place_of(
    function: &Function,
    layouts: &Layouts,
    loaded_from: &LoadedFrom,
    element: NodeId,
) -> Option<Place> {
    let mut at = element;
    let mut offset = 0;
    loop {
        let node = function.node(at);
        // The operand of any other node is not looked at: in a large function, it is far away in memory.
        let (Op::ArrayIndex { .. } | Op::TupleIndex { .. }) = node.op else { return None };
        let from = node.operands[0];
        let mut ty = &function.node(from).ty;
        if let Op::TupleIndex { index } = node.op {
            offset += layouts.tuple_offset(ty, index as usize).ok()?;
        }
        for &index in &node.operands[1..] {
            let Type::Array(array) = ty else { return None };
            let index = literal(function, index).filter(|&index| index < array.len)?;
            offset += index * layouts.size_of(&array.element).ok()?;
            ty = &array.element;
        }
        if in_memory(&function.node(from).ty) || loaded_from.contains_key(&from) {
            return Some(Place { base: from, offset });
        }
        at = from;
    }
}

/// How one vector is loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum VectorLoad {
    /// The bytes from an offset on: 4, 8 or 16.
    Bytes { from: u64, count: u64 },
    /// Bytes of the 16 from an offset on, by their numbers.
    Shuffled { from: u64, bytes: [u8; 16] },
    /// Bytes of the 32 from an offset on.
    ShuffledPair { from: u64, bytes: [u8; 16] },
}

/// How the vectors with elements of `size` bytes at some offsets of a value of `total` bytes are loaded; `None` if they are
/// too far apart.
pub(crate) fn vector_loads(offsets: &[u64], size: u64, total: u64) -> Option<Vec<VectorLoad>> {
    let in_vector = (VECTOR_BYTES / size) as usize;
    offsets.chunks(in_vector).map(|offsets| vector_load(offsets, size, total)).collect()
}

fn vector_load(offsets: &[u64], size: u64, total: u64) -> Option<VectorLoad> {
    let first = *offsets.first()?;
    if offsets.iter().zip(0..).all(|(&offset, index)| offset == first + index * size) {
        let count = size * offsets.len() as u64;
        return [4, 8, VECTOR_BYTES].contains(&count).then_some(VectorLoad::Bytes { from: first, count });
    }
    let (low, high) = (*offsets.iter().min()?, offsets.iter().max()? + size);
    let shuffled = |window: u64| {
        let from = low.min(total.checked_sub(window)?);
        if high > from + window {
            return None;
        }
        let mut bytes = [0; 16];
        for (index, &offset) in offsets.iter().enumerate() {
            for byte in 0..size {
                bytes[index * size as usize + byte as usize] = (offset - from + byte) as u8;
            }
        }
        Some((from, bytes))
    };
    if let Some((from, bytes)) = shuffled(VECTOR_BYTES) {
        return Some(VectorLoad::Shuffled { from, bytes });
    }
    shuffled(2 * VECTOR_BYTES).map(|(from, bytes)| VectorLoad::ShuffledPair { from, bytes })
}

impl FnCtx<'_, '_> {
    /// Loads vectors with lanes of `lane` bits from the value at `place`.
    pub fn load_vectors(&mut self, loads: &[VectorLoad], lane: u32, place: &MemRef) -> Vec<Value> {
        let ty = vector_type(lane);
        let mut vectors = Vec::with_capacity(loads.len());
        for load in loads {
            let vector = match load {
                VectorLoad::Bytes { from, count: 4 } => {
                    let low = self.load_part(types::I32, place, *from);
                    self.vector_of_scalar(low, ty)
                }
                VectorLoad::Bytes { from, count: 8 } => {
                    let low = self.load_part(types::I64, place, *from);
                    self.vector_of_scalar(low, ty)
                }
                VectorLoad::Bytes { from, .. } => self.load_part(ty, place, *from),
                VectorLoad::Shuffled { from, bytes } => {
                    let all = self.load_part(types::I8X16, place, *from);
                    let chosen = self.shuffled(all, all, *bytes);
                    self.as_vector(ty, chosen)
                }
                VectorLoad::ShuffledPair { from, bytes } => {
                    let low = self.load_part(types::I8X16, place, *from);
                    let high = self.load_part(types::I8X16, place, from + VECTOR_BYTES);
                    let chosen = self.shuffled(low, high, *bytes);
                    self.as_vector(ty, chosen)
                }
            };
            vectors.push(vector);
        }
        vectors
    }

    fn load_part(&mut self, ty: cranelift_codegen::ir::Type, place: &MemRef, from: u64) -> Value {
        let (base, offset) = self.address_parts(place, from);
        self.b.ins().load(ty, load_flags(place, false), base, offset)
    }

    /// The parameters in registers that were loaded from memory that nobody writes, with all their parts in place.
    pub fn loaded_parameters(&self, function: &Function, arguments: &[Option<Lowered>]) -> Result<LoadedFrom, Fault> {
        let mut loaded = LoadedFrom::new();
        for (&param, argument) in function.params.iter().zip(arguments) {
            let ty = &function.node(param).ty;
            let Some(value @ Lowered::Agg(_)) = argument else { continue };
            let mut place = None;
            if self.is_loaded(value, ty, 0, &mut place)? {
                if let Some((base, offset)) = place {
                    loaded.insert(param, MemRef::constant(base, offset));
                }
            }
        }
        Ok(loaded)
    }

    /// Whether the parts of a value were loaded from one place in the layout of its type. The first part determines `place`.
    fn is_loaded(&self, value: &Lowered, ty: &Type, at: u64, place: &mut Option<(Value, i64)>) -> Result<bool, Fault> {
        match (value, ty) {
            (Lowered::Bits(bits), _) => {
                if bits.width == 0 {
                    return Ok(true);
                }
                Ok(bits.limbs().iter().zip(0..).all(|(&limb, index)| {
                    let Some((base, offset)) = self.constant_load(limb) else { return false };
                    let start = offset - (at + 8 * index) as i64;
                    *place.get_or_insert((base, start)) == (base, start)
                }))
            }
            (Lowered::Mem(_), _) => Ok(false),
            (Lowered::Agg(parts), Type::Tuple(elements)) => {
                let offsets = self.program.layouts.tuple_offsets(elements)?;
                for ((part, element), &offset) in parts.iter().zip(elements.iter()).zip(&*offsets) {
                    if !self.is_loaded(part, element, at + offset, place)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Lowered::Agg(parts), Type::Array(array)) => {
                let stride = self.size_of(&array.element)?;
                for (part, index) in parts.iter().zip(0..) {
                    if !self.is_loaded(part, &array.element, at + index * stride, place)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Lowered::Agg(_), Type::Token | Type::Bits(_)) => Ok(true),
        }
    }

    /// The base and offset that a value was loaded from, if nobody writes that memory.
    fn constant_load(&self, value: Value) -> Option<(Value, i64)> {
        let load = self.definition(value)?;
        let InstructionData::Load { opcode, arg, offset, .. } = load else { return None };
        let flags = load.memflags_data(&self.b.func.dfg)?;
        let is_load = matches!(opcode, Opcode::Load | Opcode::Uload8 | Opcode::Uload16);
        (is_load && flags.readonly() && flags.can_move()).then(|| (arg, i64::from(i32::from(offset))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_loaded_as_they_lie_and_others_within_their_value() {
        let bytes = |from, count| Some(vec![VectorLoad::Bytes { from, count }]);
        assert_eq!(vector_loads(&[4, 8, 12, 16], 4, 64), bytes(4, 16));
        assert_eq!(vector_loads(&[3, 4, 5, 6], 1, 7), bytes(3, 4));
        assert_eq!(vector_loads(&[2, 3], 1, 7), None);
        assert_eq!(vector_loads(&[0, 4, 8, 12, 16, 20, 24, 28], 4, 32).map(|loads| loads.len()), Some(2));
        // Reversed, at the end of a value of 20 bytes: the window begins at its last 16.
        let mut reversed = [0; 16];
        reversed[..4].copy_from_slice(&[15, 14, 13, 12]);
        let expected = VectorLoad::Shuffled { from: 4, bytes: reversed };
        assert_eq!(vector_loads(&[19, 18, 17, 16], 1, 20), Some(vec![expected]));
        // Too small for a vector, and too far apart.
        assert_eq!(vector_loads(&[3, 2, 1, 0], 1, 15), None);
        assert_eq!(vector_loads(&[0, 16, 32, 48], 4, 64), None);
        let every_second: Vec<u64> = (0..16).map(|i| 2 * i).collect();
        let bytes = std::array::from_fn(|i| 2 * i as u8);
        assert_eq!(vector_loads(&every_second, 1, 32), Some(vec![VectorLoad::ShuffledPair { from: 0, bytes }]));
    }
}
