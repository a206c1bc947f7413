//! Checking: names, types, instances; from syntax trees to the typed tree.
//!
//! Functions are checked on demand, from the tops: an item that nothing reaches costs nothing. A parametric function is
//! checked once for each set of values of its parametrics, which come from the call (`call`, `solve`) and from defaults.
//!
//! Inference of one body is in `infer` (the state), `known` (what is known before a type is decided), `settle` (deciding),
//! and, by form of expression, `expr`, `literal`, `path`, `aggregate`, `structures`, `control`, `pattern`, `exhaustive`,
//! `call`, `builtins`, `lambda`, `format`, `derived`. Items are in `items`, `names`, `generics`, `signature`; what holds for
//! the program as a whole is in `top`, `finish`, `partial`, `free_names` and `declarations`.

mod aggregate;
mod annotation;
mod bounds;
mod builtins;
mod call;
mod checker;
mod control;
pub mod declarations;
mod derived;
mod exhaustive;
mod expr;
mod finish;
mod format;
mod free_names;
mod generics;
mod infer;
mod items;
mod known;
mod lambda;
mod literal;
mod names;
mod partial;
mod path;
mod pattern;
mod scope;
mod settle;
pub mod show_value;
mod signature;
mod solve;
mod structures;
mod top;
pub mod typed;
pub mod types;
mod warnings;

pub use finish::check;
pub use top::{NamedTop, Tops};
