//! Translates functions of XLS IR to C, to see what a C compiler makes of the same functions.
//!
//! The C follows the IR: a variable a node, in the smallest C type that holds its value; functions are static functions, loops
//! are loops. The entry point has the signature and the layout of the ABI's kind `xls`.
//!
//! Invariants: between nodes the unused bits of a value are zero. No expression has a behaviour that C leaves undefined: arithmetic is
//! unsigned, amounts of shifts and indices of arrays are in range.

#![warn(clippy::wildcard_enum_match_arm)]

mod aggregate;
mod entry;
mod function;
mod scalar;
mod types;

use std::collections::BTreeSet;

use xls_aot_ir::{FuncId, Package};

use crate::types::Types;

/// The C text of `top` and the functions that it calls; the entry point is called `symbol`.
///
/// # Errors
/// If the functions have an operation or a type for which there is no C here.
pub fn translate(package: &Package, top: FuncId, symbol: &str) -> Result<String, String> {
    let mut types = Types::default();
    let mut functions = String::new();
    for id in reached(package, top) {
        functions += &function::definition(package, id, &mut types)?;
    }
    let entry = entry::entry(package, top, symbol, &mut types)?;
    Ok(format!("{PRELUDE}{}\n{functions}{entry}", types.definitions()))
}

const PRELUDE: &str = "\
#include <stdbool.h>
#include <stdint.h>
typedef unsigned __int128 u128;
typedef __int128 i128;
typedef struct {} token;
static __attribute__((noinline, cold)) void failed(void *events, void **context) {
  ((void (*)(void *, const char *, void *))context[4])(context, \"0\", events);
}
";

/// `top` and the functions that it calls, callees first.
fn reached(package: &Package, top: FuncId) -> Vec<FuncId> {
    let mut reached = BTreeSet::from([top]);
    // Callees come before their callers.
    for (id, function) in package.iter().rev() {
        if reached.contains(&id) {
            reached.extend(function.nodes.iter().filter_map(|node| node.op.callee()));
        }
    }
    reached.into_iter().collect()
}
