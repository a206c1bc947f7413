//! Syntax: tokens, syntax tree, parser.
//!
//! # Where the verdict differs from libxls' parser
//!
//! Accepted here, refused by libxls 0.1.9934:
//! - `a < b >> c`, `f(x < y, x >> s)`: comparisons, which libxls takes for parametric arguments;
//! - `uN[N]::MAX`, and `u8::MAX` in a pattern;
//! - operators and fields behind `for` and `if`: `for ... { ... }(x) + u8:1`, `if ... { ... } else { ... }.0`;
//! - `Type<N>=` without a space between `>` and `=`; a byte order mark at the beginning of a file;
//! - procs that are incomplete, or that mix `;` and `,`: nothing about procs is checked;
//! - forms that are nested more than about twenty deep ([`MAX_NESTING`]).
//!
//! Refused here, accepted by libxls:
//! - two fields of a struct with one name;
//! - rows of more than [`MAX_CHAIN`] operators, and numbers of more than 65,536 decimal digits.
//!
//! Text that libxls' parser accepts and its checker refuses may be refused by either of ours.

pub mod ast;

mod brackets;
mod canonical;
mod comments;
mod lexer;
mod parser;
mod rules;
mod text;
mod token;

pub use canonical::canonical_text;
pub(crate) use canonical::placeholder;
pub use parser::{parse_expression, parse_module, Parsed};

/// Most forms that may be nested: brackets, operands of unary operators, types in types, blocks. The parser refuses more.
pub const MAX_NESTING: usize = 128;

/// Most binary operators, postfixes and casts that may stand in a row, such as the `+` of `a + b + c`. They nest to the
/// left, so the whole tree is at most this higher than the nesting.
pub const MAX_CHAIN: usize = 1024;
