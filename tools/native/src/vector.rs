//! The same operation on neighbouring elements, in vectors of 128 bits.
//!
//! # What it does
//!
//! A *pack* is a list of nodes of one width, whose values are the lanes of vectors ([`pack`]). A function's packs are found
//! from *seeds*: the elements of an array that is made, and the addends of a long sum ([`plan`]). A pack of equal operations
//! leads to the packs of their operands, and so on, down to elements that are loaded together, constants, and values that are
//! put into lanes one by one. A seed is taken if its packs cost less than the scalar code that they replace ([`cost`]).
//!
//! The packs are a table beside the nodes, not a representation of their own between the nodes and Cranelift IR: each pack is
//! lowered where its last node would be ([`emit`]), from the packs of its operands; nodes outside of packs are lowered as ever,
//! and get the lanes that they need by extraction. [`lanes`] has the operations on lanes.
//!
//! # Invariants
//!
//! - A pack computes its lanes from its operands' packs or from scalar values, never from another pack's scalar values that are
//!   computed later. The operands of a node come before it, so the last node of each operand's pack does too.
//! - Lanes have 8, 16, 32 or 64 bits, the least that hold the width, as elements of arrays have in memory. Bits above the width
//!   may have any value, as far as the bound of the lanes says, as for scalar values (`value`).
//! - A vector is loaded only from bytes of the value that its lanes are elements of, and stored only to those of its lanes.
//! - Vectors need instructions that x86-64 has from its second level on. Other targets have none ([`is_supported`]).

mod cost;
mod emit;
mod lane_op;
mod lanes;
mod marks;
mod needs;
mod pack;
mod place;
mod plan;
mod reduction;
mod store;

use xls_aot_backend::Cpu;

pub(crate) use lanes::Lanes;
pub(crate) use pack::PackId;
pub(crate) use reduction::LaneSum;

/// Bits of a vector.
const VECTOR_BITS: u32 = 128;

/// Whether code for a processor may use vectors.
pub(crate) fn is_supported(cpu: Cpu) -> bool {
    match cpu {
        Cpu::X86_64V2 | Cpu::X86_64V3 => true,
        Cpu::X86_64 | Cpu::Armv8A => false,
    }
}

/// Bits of the lanes for a width from 1 to 64: those of an array's element in memory.
const fn lane_bits(width: u32) -> u32 {
    match width {
        0..=8 => 8,
        9..=16 => 16,
        17..=32 => 32,
        _ => 64,
    }
}
