//! The native back end: XLS IR functions to object code through Cranelift, without libxls.
//!
//! # Pipeline
//!
//! [`NativeBackend`] runs the optimiser (`xls_aot_opt`), whose plan says which functions are compiled on their own, lowers
//! each of these to Cranelift IR (`function`, `lower_*`), cuts large ones into parts (`parts`), lets Cranelift make machine
//! code (`program`), and lays out the object file (`object_file`).
//!
//! # Tables of equal values
//!
//! The key of each table determines the entry completely. No key contains Cranelift values, because the meaning of a
//! Cranelift value depends on the width of the bit vector that it is part of.
//!
//! - `shared_divisions`: a `Division`, which is the operand nodes, whose type is that of the results, and the sign.
//! - `data`, constants: an `Item`, which is the bytes and their alignment; the types of equal bytes do not matter.
//! - `function`, references within one machine-level function: to functions by their index in the program, to signatures by
//!   the whole signature.
//! - `program`: routines by `Routine`, all of one calling convention; IR functions by their id.
//! - `object_file`: routines of the platform by name; symbols in the constants of Mach-O by offset.
//!
//! # Invariants
//!
//! - The code depends on the IR, the target and the optimisation level only: no host detection, no addresses, no time.
//! - Compiled code calls nothing but `memcpy` and `memset` of the platform and the callbacks of the ABI; routines for wide bit
//!   vectors are generated into the object.
//! - Code writes memory only if no other value refers to it (`ownership`).
//! - Stack use depends on the code, not on the data. Values in memory are in a static frame (`frame`); a frame larger than a
//!   page is in the caller's scratch memory.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod analysis;
mod backend;
mod bit_op;
mod bits;
mod clif;
mod conditions;
mod data;
mod depth;
mod early_stores;
mod early_sums;
mod entry;
mod entry_copy;
mod entry_direct;
mod factors;
mod fault;
mod frame;
mod function;
mod isa;
mod late_loads;
mod layouts;
mod leaf;
mod lower_arith;
mod lower_array;
mod lower_bitscan;
mod lower_call;
mod lower_compare;
mod lower_divide;
mod lower_effect;
mod lower_limbs;
mod lower_logic;
mod lower_loop;
mod lower_select;
mod lower_shift;
mod lower_slice;
mod lower_wide;
mod lower_wide_arith;
mod memory;
mod move_up;
mod near_constants;
mod node;
mod object_file;
mod operand_order;
mod ownership;
mod parts;
mod program;
mod register_allocator;
mod repr;
mod result_place;
mod routines;
mod schedule;
mod shared_divisions;
#[cfg(test)]
mod test_function;
mod unwind;
mod value;
mod vector;
mod wide_words;
mod write_check;

pub use backend::NativeBackend;
#[doc(hidden)]
pub use clif::{Clif, ClifFunction};
pub use xls_aot_opt::OptLevel;

use fault::Fault;
