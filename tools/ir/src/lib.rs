//! XLS IR functions: data model, text reader and printer, verifier.
//!
//! [`parse`](parser) reads a package; procs, blocks and channels beside the functions are skipped. [`verifier`] checks
//! every rule that libxls checks on functions and reports all findings. The printer writes canonical text.
//! Nothing here does I/O, and no input makes it panic.

pub mod bits;
pub mod closure;
pub mod edit_distance;
pub mod format_string;
pub mod limits;

mod diagnostic;
mod entity;
mod escape;
mod function;
mod lexer;
mod line_index;
mod number;
mod op;
mod parser;
mod printer;
mod typed_value;
mod types;
mod value;
mod verifier;

pub use bits::Bits;
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Located, Span};
pub use entity::{FuncId, NodeId};
pub use function::{Function, Node, Package, Skipped, SkippedKind, SourcePos, Top};
pub use line_index::{LineColumn, LineIndex};
pub use op::{Op, MNEMONICS};
pub use parser::{parse_package, read_package};
pub use printer::print_package;
pub use typed_value::{parse_typed_value, TypedValueError};
pub use types::{ArrayType, Type};
pub use value::Value;
pub use verifier::verify;
