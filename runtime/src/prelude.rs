//! What programs that call generated crates use most. Each generated crate has it at its root: `fp32_add::Bits32` is
//! [`Bits32`]. An item of the design hides one of the same name.

pub use crate::{
    zeroed_box, AllocationFailure, AssertionFailure, Bits128, Bits16, Bits32, Bits64, Bits8, Dslx, EventOptions,
    Events, OutOfRange, SBits128, SBits16, SBits32, SBits64, SBits8, WideBits, WideSBits,
};
