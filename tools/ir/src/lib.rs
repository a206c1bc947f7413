//! XLS IR functions: data model, text reader and printer, verifier.
//!
//! [`parse`](parser) reads a package; procs, blocks and channels beside the functions are skipped. [`verifier`] checks
//! every rule that libxls checks on functions and reports all findings. The printer writes canonical text.
//! Nothing here does I/O, and no input makes it panic.

pub mod bits;
pub mod limits;

mod diagnostic;
mod entity;
mod function;
mod op;
mod types;
mod value;

pub use bits::Bits;
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Located, Span};
pub use entity::{FuncId, NodeId};
pub use function::{Function, Node, Package, Skipped, SkippedKind, SourcePos, Top};
pub use op::{Op, MNEMONICS};
pub use types::{ArrayType, Type};
pub use value::Value;
