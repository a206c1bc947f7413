//! The front end for XLS IR: the functions are named by the request, and types have names only where the user gave them
//! ([`TypeNames`]).

use std::collections::BTreeSet;

use xls_aot_ir::{closure, read_package, FuncId, Package};

use crate::fault::{Fault, Finding};
use crate::front_end::{Design, Entry, FrontEnd};
use crate::table_text::{EntryTypes, NamedTypes, TypeNames};
use crate::top;

/// A design in XLS IR.
#[derive(Clone, Copy, Debug)]
pub struct IrFrontEnd<'a> {
    /// Name of the IR file as the user gave it, for messages.
    pub file: &'a str,
    /// The file's bytes.
    pub text: &'a [u8],
    /// The functions to compile; if none is named, the package's top or its only function.
    pub tops: &'a [&'a str],
    /// Names that the user gave to types.
    pub names: TypeNames<'a>,
}

impl FrontEnd for IrFrontEnd<'_> {
    fn design(&self) -> Result<Design, Finding> {
        let package = read_package(self.file, self.text).map_err(Finding::Placed)?;
        let in_ir = |fault: Fault| fault.in_text(self.file, self.text);
        let chosen = self.choose(&package).map_err(in_ir)?;
        let NamedTypes { table, entries: typed } = self.names.read(&package)?;
        let (package, chosen) = closure::cut_all(package, &chosen);
        let entries = chosen.into_iter().map(|id| entry(&package, id, &typed)).collect();
        Ok(Design { package, entries, types: table })
    }
}

impl IrFrontEnd<'_> {
    fn choose(&self, package: &Package) -> Result<Vec<FuncId>, Fault> {
        if self.tops.is_empty() {
            return Ok(vec![top::choose(package, None)?]);
        }
        let mut seen = BTreeSet::new();
        self.tops
            .iter()
            .map(|name| {
                if !seen.insert(name) {
                    let message = format!("the function `{name}` is to be compiled twice");
                    return Err(Fault::invalid("E1010", message).note("name each function once"));
                }
                top::choose(package, Some(name))
            })
            .collect()
    }
}

fn entry(package: &Package, id: FuncId, typed: &EntryTypes) -> Entry {
    let function = package.function(id);
    let (params, result) = typed.of(function);
    let given = typed.given(&function.name);
    Entry {
        function: id,
        module: given.map(|given| given.module.clone()).unwrap_or_default(),
        name: given.and_then(|given| given.name.clone()).unwrap_or_else(|| without_mangling(&function.name).to_owned()),
        docs: given.map(|given| given.docs.clone()).unwrap_or_default(),
        params,
        result,
    }
}

/// A function's name without the prefixes that DSLX's name mangling adds (`__itok__`, `__`), as long as something other
/// than underscores is left. `__fp32_add__main` and `__itok__fp32_add__main` both become `fp32_add__main`: the module and
/// the function stay recognisable, and the name reads the same whichever of the two forms is the top.
fn without_mangling(name: &str) -> &str {
    let mut rest = name;
    while let Some(shorter) = rest.strip_prefix("__itok__").or_else(|| rest.strip_prefix("__")) {
        if shorter.chars().all(|c| c == '_') {
            break;
        }
        rest = shorter;
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::without_mangling;

    #[test]
    fn dslx_mangling_is_dropped() {
        for (name, expected) in [
            ("__fp32_add__main", "fp32_add__main"),
            ("__itok__fp32_add__main", "fp32_add__main"),
            ("____itok__m__f_counted_for_0_body", "m__f_counted_for_0_body"),
            ("_f", "_f"),
            ("__", "__"),
            ("____", "____"),
            ("__itok__", "__itok__"),
        ] {
            assert_eq!(without_mangling(name), expected);
        }
    }
}
