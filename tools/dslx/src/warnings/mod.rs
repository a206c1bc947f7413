//! Warnings: what is valid, but probably not what was meant. The kinds are those of libxls, with its names, and what is
//! warned about is what libxls warns about, so that a module that has none there has none here.
//!
//! [`find`] gives those that can be seen in the syntax tree; those that need types or values come from
//! [`check`](crate::check). The code of a warning is the name of its kind. [`Enabled`] says which kinds are wanted.
//!
//! Procs are left out: they are not converted.

mod kind;
mod style;
#[cfg(test)]
mod tests;
mod unused;

pub use kind::{Enabled, Kind, UnknownKind, KINDS};

use xls_aot_ir::{Diagnostic, Span};

use crate::source::{SourceMap, MAX_FINDINGS};
use crate::syntax::ast::Module;

/// The warnings about a module that can be seen in its syntax tree; `name` is its dotted name.
pub fn find(name: &str, module: &Module, sources: &SourceMap) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    package_name(name, module, sources, &mut found);
    style::find(module, sources, &mut found);
    unused::find(module, &mut found);
    found.truncate(2 * MAX_FINDINGS);
    found
}

/// The name of a module becomes that of its package.
fn package_name(name: &str, module: &Module, sources: &SourceMap, found: &mut Vec<Diagnostic>) {
    let letter = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let begins = name.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
    if begins && name.chars().all(|c| letter(c) || c == '.') {
        return;
    }
    let start = sources.base(module.file);
    let message = format!("the module's name `{name}` cannot be the name of a package");
    let finding = Diagnostic::warning("illegal_package_name", Span { start, end: start }, message);
    found.push(finding.note("rename the file: letters, digits and `_`, and no digit first"));
}
