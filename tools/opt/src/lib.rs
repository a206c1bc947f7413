//! The optimiser: XLS IR to XLS IR.
//!
//! [`optimize`] runs the pipeline that an [`OptLevel`] names. Its output is a package that the verifier accepts, whose
//! top computes the same value and the same assertions in the same program order.

mod pipeline;

pub use pipeline::{optimize, OptLevel, Optimized, Options};
