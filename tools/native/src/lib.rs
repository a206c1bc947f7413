//! The native back end: XLS IR functions to object code through Cranelift, without libxls.
//!
//! # Pipeline
//!
//! [`NativeBackend`] runs the optimiser (`xls_aot_opt`), decides which functions are compiled on their own and which
//! are inlined (`analysis`), lowers each to Cranelift IR (`function`, `lower_*`), lets Cranelift make machine code
//! (`program`), and lays out the object file (`object_file`).
//!
//! # Invariants
//!
//! - The code depends on the IR, the target and the optimisation level only: no host detection, no addresses, no time.
//! - Compiled code calls nothing but `memcpy` and `memset` of the platform and the callbacks of the ABI; routines for wide bit
//!   vectors are generated into the object.
//! - Stack use is bounded by the code, not by the data: values in memory live in a static frame (`frame`), which is
//!   the caller's scratch once it is larger than a page.

mod analysis;
mod backend;
mod bits;
mod clif;
mod data;
mod entry;
mod entry_direct;
mod fault;
mod frame;
mod function;
mod isa;
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
mod memory;
mod node;
mod object_file;
mod pressure;
mod program;
mod repr;
mod routines;
mod unwind;
mod value;

pub use backend::NativeBackend;
#[doc(hidden)]
pub use clif::{Clif, ClifFunction};
pub use xls_aot_opt::OptLevel;

use fault::Fault;
