//! DSLX, the language that XLS functions are written in: from source text to typed functions and XLS IR.
//!
//! The folders are the stages, in this order:
//!
//! - [`source`]: the texts of a run; places in them.
//! - [`syntax`]: tokens, syntax tree, parser.
//! - [`modules`], [`check`], [`constant`], [`convert`]: imports, types, constant values, XLS IR.
//! - [`frontend`]: all of them in one call.
//! - [`design`]: the same as a design, with the types' names.
//! - [`test_functions`]: the tests and quickchecks of a module.
//!
//! Nothing here does I/O, and no input makes it panic.

pub mod check;
pub mod constant;
pub mod convert;
pub mod design;
pub mod frontend;
pub mod modules;
pub mod source;
pub mod syntax;
pub mod test_functions;
pub mod warnings;

mod codes;

pub use codes::CODES;
