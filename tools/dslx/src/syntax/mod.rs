//! Syntax: tokens, syntax tree, parser.

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
