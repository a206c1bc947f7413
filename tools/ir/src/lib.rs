//! XLS IR functions: data model, text reader and printer, verifier.
//!
//! [`parse_package`] reads a package; procs, blocks and channels beside the functions are skipped. [`verify`] checks
//! every rule that libxls checks on functions and reports all findings; [`read_package`] does both. [`print_package`]
//! writes canonical text. Typed values, the form of tool inputs and outputs, are read by [`parse_typed_value`] and
//! written by `Display`. Nothing here does I/O, and no input makes it panic.
//!
//! A finding ([`Diagnostic`]) has a code ([`CODES`]), a place in the text and notes on how to correct it; [`LineIndex`]
//! turns places into lines and columns.
//!
//! # Where the verdict differs from libxls
//!
//! Text is accepted or refused as libxls 0.1.9934 does, except:
//!
//! Accepted here, refused by libxls:
//! - anything within procs, blocks and channels whose brackets balance: they are not compiled, and their syntax differs
//!   between versions of XLS (`metadata="..."` of channels, `state_element=` of `state_read`);
//! - any text in the text protos of `ffi_proto` and `fuzz_test(domains=...)`, because they do not affect a function's
//!   value.
//!
//! Refused here, accepted by libxls:
//! - `state_read` in a function, which libxls takes for `param` by accident;
//! - negative array lengths, file numbers and source positions, and source positions beyond 32 bits (libxls cuts them);
//! - `bit_slice` with a start near 2^63, where libxls' check overflows;
//! - a NUL behind the package (libxls takes it for the end of the text), invalid UTF-8 anywhere, and strings that are
//!   not UTF-8 once their escape sequences are decoded: messages are Rust strings;
//! - everything beyond [`limits`].
//!
//! Where libxls crashes (`and()` without operands, a comma behind the last element of a tuple literal, `map` over a
//! value that is no array, ...) there is a finding here.

// A new operation, type or effect must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

pub mod bits;
pub mod bounds;
pub mod closure;
pub mod edit_distance;
pub mod format_string;
pub mod limits;

mod codes;
mod diagnostic;
mod entity;
mod escape;
mod function;
mod keyword;
mod lexer;
mod line_index;
mod name_map;
mod number;
mod op;
mod op_info;
mod operands;
mod parser;
mod positions;
mod printer;
mod typed_value;
mod types;
mod value;
mod verifier;

pub use bits::Bits;
pub use codes::CODES;
pub use diagnostic::{Diagnostic, Diagnostics, Kind, Label, Located, LocatedLabel, Span};
pub use edit_distance::nearest;
pub use entity::{FuncId, NodeId};
pub use function::{Function, Node, Package, Skipped, SkippedKind, Top};
pub use keyword::Keyword;
pub use lexer::is_reserved;
pub use line_index::{LineColumn, LineIndex};
pub use number::{magnitude, TooManyDigits};
pub use op::{family, Family, Op, OpKind, MNEMONICS};
pub use op_info::{Arity, Attribute, Effect, KeywordArg, OpInfo, Operand, OperandCount};
pub use operands::Operands;
pub use parser::{parse_package, read_package};
pub use positions::{Positions, SourcePos};
pub use printer::print_package;
pub use typed_value::{parse_typed_value, TypedValueError};
pub use types::{ArrayType, Type};
pub use value::Value;
pub use verifier::{verify, verify_made, BrokenRule};
