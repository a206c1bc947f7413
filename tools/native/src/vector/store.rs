//! Between lanes and scalar values: extraction, and stores of whole vectors.
//!
//! A lane that scalar code needs is extracted. Elements of an array that are extracted from neighbouring lanes are stored
//! together, so that the extractions are not used, and Cranelift leaves them out.

use cranelift_codegen::ir::{types, InstBuilder, InstructionData, Opcode, Type as ClifType, Value};

use super::lanes::{vector_type, Lanes};
use super::VECTOR_BITS;
use crate::function::{unaligned_flags, FnCtx};
use crate::ownership::Part;
use crate::value::{carrier, Bv, Lowered};

/// A lane of a vector.
#[derive(Clone, Copy, PartialEq, Eq)]
struct LaneOf {
    vector: Value,
    index: usize,
    bytes: u64,
}

impl FnCtx<'_, '_> {
    /// The scalar value of a lane. The lanes must be clean, so that whole vectors can be stored.
    pub fn lane_value(&mut self, lanes: &Lanes, index: usize) -> Bv {
        debug_assert!(lanes.is_clean());
        let in_vector = (VECTOR_BITS / lanes.lane) as usize;
        let vector = lanes.vectors[index / in_vector];
        let value = self.b.ins().extractlane(vector, (index % in_vector) as u8);
        let value = self.convert(value, carrier(lanes.width));
        Bv::one(lanes.width, value, lanes.bound)
    }

    /// The lane that a value is, if it is one, with no bit set above it.
    fn lane_of(&self, value: &Lowered) -> Option<LaneOf> {
        let Lowered::Bits(bits) = value else { return None };
        let [value] = bits.limbs() else { return None };
        if !bits.is_clean() {
            return None;
        }
        let mut inst = self.definition(*value)?;
        if let InstructionData::Unary { opcode: Opcode::Uextend, arg } = inst {
            inst = self.definition(arg)?;
        }
        let InstructionData::BinaryImm8 { opcode: Opcode::Extractlane, arg, imm } = inst else { return None };
        let bytes = u64::from(self.type_of(arg).lane_type().bytes());
        Some(LaneOf { vector: arg, index: usize::from(imm), bytes })
    }

    /// The vector whose lanes from the first on are the first of these elements of `size` bytes, and how many.
    fn vector_of(&self, elements: &[Lowered], size: u64) -> Option<(Value, usize)> {
        let first = self.lane_of(elements.first()?)?;
        if first.index != 0 || first.bytes != size {
            return None;
        }
        let follows = |(index, element): (usize, &Lowered)| self.lane_of(element) == Some(LaneOf { index, ..first });
        Some((first.vector, elements.iter().enumerate().take_while(|&element| follows(element)).count()))
    }

    /// The first bytes of a vector, a power of two.
    fn low_bytes(&mut self, vector: Value, bytes: u64) -> Value {
        let ty = match bytes {
            4 => types::I32X4,
            8 => types::I64X2,
            _ => return vector,
        };
        let vector = self.as_vector(ty, vector);
        self.b.ins().extractlane(vector, 0)
    }

    /// Stores the first of some elements of `size` bytes that are lanes of one vector. Returns how many; 0 if the first is
    /// not the first lane of a vector, or if there are too few.
    pub fn store_lanes(&mut self, elements: &[Lowered], size: u64, to: &Part<'_>) -> usize {
        let Some((vector, count)) = self.vector_of(elements, size) else { return 0 };
        let Some(&bytes) = [16, 8, 4].iter().find(|&&bytes| bytes <= count as u64 * size && bytes >= 2 * size) else {
            return 0;
        };
        let stored = self.low_bytes(vector, bytes);
        let (base, offset) = self.address_parts_to_write(to, 0, bytes);
        self.b.ins().store(unaligned_flags(), stored, base, offset);
        (bytes / size) as usize
    }

    /// The words that some elements of `size` bytes are, if they are the lanes of one vector and fill it or its first half.
    pub fn words_of_lanes(&mut self, elements: &[Lowered], size: u64) -> Option<Vec<Value>> {
        let (vector, count) = self.vector_of(elements, size)?;
        let bytes = count as u64 * size;
        if count != elements.len() || !(bytes == 8 || bytes == 16) {
            return None;
        }
        let vector = self.as_vector(types::I64X2, vector);
        Some((0..bytes / 8).map(|word| self.b.ins().extractlane(vector, word as u8)).collect())
    }

    /// A vector whose first bytes are those of a scalar value. Bytes and pairs of bytes have no instruction of their own.
    pub fn vector_of_scalar(&mut self, value: Value, ty: ClifType) -> Value {
        let lane = self.type_of(value).bits().max(32);
        let value = if lane == 32 { self.convert(value, types::I32) } else { value };
        let vector = self.b.ins().scalar_to_vector(vector_type(lane), value);
        self.as_vector(ty, vector)
    }
}
