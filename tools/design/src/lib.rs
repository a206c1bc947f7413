//! What is compiled, as every front end hands it over: a [`Design`] is a package, the functions of it that become entry
//! points, and the types that people gave names to.
//!
//! | to | look at |
//! |---|---|
//! | write a front end | [`FrontEnd`]; [`IrFrontEnd`] is the one for XLS IR |
//! | know what a named type is | [`TypeTable`], [`TypeDef`] |
//! | know the type of a parameter or result | [`ValueType`] |
//! | read the text form of a type table | [`TypeNames`] and `docs/types.md` |
//!
//! What Rust makes of a type is not decided here but in `tools/codegen`.
//!
//! | code | the input |
//! |---|---|
//! | E1001 | has no function of the requested name |
//! | E1002 | has a proc, block or channel of the requested name |
//! | E1003 | has several functions, and neither it nor the request says which to compile |
//! | E1004 | has no function |
//! | E1010 | the request names a function twice |
//! | E1101 | is no type table: not JSON, not UTF-8, a key that is unknown or missing, a value of another kind |
//! | E1102 | has a name that is no identifier, or is used twice |
//! | E1103 | has a text that is no type |
//! | E1104 | has a type that nothing defines |
//! | E1105 | has a type that contains itself |
//! | E1106 | has a value that does not fit its type |
//! | E1107 | gives a parameter or result a type that it does not have in the IR |
//! | E1108 | names an entry or parameter that the IR does not have |
//! | E1109 | has two types for every value of one shape |
//! | E1110 | has a type beyond the limits |
//! | E1111 | names a type with `--type-name` in another form than `TYPE=Name(field, ...)` |
//!
//! Invariants: no input makes this crate panic; it does no I/O; its results depend only on its arguments.

// A new kind of type must be looked at wherever the others are told apart.
#![warn(clippy::wildcard_enum_match_arm)]

mod door;
mod fault;
mod front_end;
mod ir_front_end;
mod number;
mod size;
mod table;
mod table_text;
mod top;
mod value_type;

pub use door::Door;
pub use fault::{Fault, Finding, Texts};
pub use front_end::{Design, Entry, FrontEnd};
pub use ir_front_end::IrFrontEnd;
pub use number::Number;
pub use table::{Constant, Field, Misfit, Part, Position, TypeDef, TypeKind, TypeTable, Variant};
pub use table_text::{TableFile, TypeNames};
pub use value_type::{TypeId, ValueType};
