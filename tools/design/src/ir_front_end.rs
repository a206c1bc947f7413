//! The front end for XLS IR: the functions are named by the request, and types have names only where the user gave them
//! ([`TypeNames`]).

use std::collections::BTreeSet;

use xls_aot_ir::{closure, read_package, FuncId, Package};

use crate::door::Door;
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
    /// Where the request comes from.
    pub door: Door,
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
            return Ok(vec![top::choose(package, None, self.door.top())?]);
        }
        let option = if self.tops.len() > 1 { self.door.tops() } else { self.door.top() };
        let mut seen = BTreeSet::new();
        self.tops
            .iter()
            .map(|name| {
                if !seen.insert(name) {
                    let message = format!("the function `{name}` is to be compiled twice");
                    return Err(Fault::invalid("E1010", message).note("name each function once"));
                }
                top::choose(package, Some(name), option)
            })
            .collect()
    }
}

fn entry(package: &Package, id: FuncId, typed: &EntryTypes) -> Entry {
    let function = package.function(id);
    let (params, result) = typed.of(function);
    let given = typed.given(&function.name);
    let name = given.and_then(|given| given.name.clone());
    let alias = if name.is_none() { dslx_name(&function.name, &package.name).map(str::to_owned) } else { None };
    Entry {
        function: id,
        module: given.map(|given| given.module.clone()).unwrap_or_default(),
        name: name.unwrap_or_else(|| without_mangling(&function.name).to_owned()),
        alias,
        docs: given.map(|given| given.docs.clone()).unwrap_or_default(),
        position: None,
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

/// The name in DSLX of a function whose name is mangled, `__MODULE__NAME`. The module is the package, if the name begins with
/// that, else the text up to the next two underscores.
pub(crate) fn dslx_name<'a>(name: &'a str, package: &str) -> Option<&'a str> {
    let mangled = without_mangling(name);
    if mangled.len() == name.len() {
        return None;
    }
    let of_package = mangled.strip_prefix(package).and_then(|rest| rest.strip_prefix("__"));
    let found = of_package.or_else(|| mangled.split_once("__").map(|(_, rest)| rest))?;
    (!found.trim_start_matches('_').is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::{dslx_name, without_mangling};

    #[test]
    fn names_in_dslx() {
        for (name, package, expected) in [
            ("__fp32_fma__main", "fp32_fma", Some("main")),
            ("__itok__fp32_fma__main", "fp32_fma", Some("main")),
            ("__apfloat__add__8_23", "fp32_fma", Some("add__8_23")),
            ("__a__b__c", "a__b", Some("c")),
            ("__a__b__c", "other", Some("b__c")),
            ("__main", "main", None),
            ("__m__", "m", None),
            ("m__f", "m", None),
            ("add", "add", None),
        ] {
            assert_eq!(dslx_name(name, package), expected, "{name} of {package}");
        }
    }

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
