//! Which value of which function has which type: what the user says about an entry, and for the rest the types that go by
//! shape.

use std::collections::{BTreeMap, HashMap};

use xls_aot_ir::{nearest, Function, Package, Type};

use super::build::{structural, Built};
use super::findings::Findings;
use super::{RawEntry, RawType};
use crate::value_type::{TypeId, ValueType};

/// The types of the parameters and results of a package's functions.
#[derive(Debug, Default)]
pub(crate) struct EntryTypes {
    given: BTreeMap<String, Given>,
    everywhere: HashMap<Type, TypeId>,
}

/// What the user says about a function.
#[derive(Debug)]
pub(crate) struct Given {
    pub module: Vec<String>,
    pub name: Option<String>,
    pub docs: String,
    params: BTreeMap<String, ValueType>,
    result: Option<ValueType>,
}

impl EntryTypes {
    /// Checks what the user says against the package.
    pub(super) fn new(raw: &[RawEntry], built: &Built, package: &Package, findings: &mut Findings<'_>) -> Self {
        let mut given = BTreeMap::new();
        for entry in raw {
            let name = &entry.function.text;
            let Some(function) = package.find_function(name).map(|id| package.function(id)) else {
                let message = format!("the package has no function called `{name}`");
                let functions = package.functions.iter().map(|function| &*function.name);
                unknown(findings, entry.function.spot, message, nearest(name, functions));
                continue;
            };
            if let Some(typed) = given_for(entry, function, built, findings) {
                if given.insert(name.clone(), typed).is_some() {
                    let message = format!("the function `{name}` has two entries");
                    findings.invalid(entry.function.spot, "E1102", message);
                }
            }
        }
        EntryTypes { given, everywhere: built.everywhere().clone() }
    }

    /// What the user says about a function.
    pub fn given(&self, function: &str) -> Option<&Given> {
        self.given.get(function)
    }

    /// The types of parameters and result.
    pub fn of(&self, function: &Function) -> (Vec<ValueType>, ValueType) {
        let given = self.given(&function.name);
        let params = function.params.iter().map(|&id| {
            let node = function.node(id);
            let typed = given.and_then(|given| given.params.get(&node.display_name())).cloned();
            typed.unwrap_or_else(|| structural(&self.everywhere, &node.ty))
        });
        let result = given.and_then(|given| given.result.clone());
        (params.collect(), result.unwrap_or_else(|| structural(&self.everywhere, &function.return_type)))
    }
}

fn given_for(entry: &RawEntry, function: &Function, built: &Built, findings: &mut Findings<'_>) -> Option<Given> {
    let mut params = BTreeMap::new();
    for (name, ty) in &entry.params {
        let found = function.params.iter().map(|&id| function.node(id)).find(|node| node.display_name() == name.text);
        let Some(node) = found else {
            let message = format!("the function `{}` has no parameter called `{}`", function.name, name.text);
            let names: Vec<String> = function.params.iter().map(|&id| function.node(id).display_name()).collect();
            unknown(findings, name.spot, message, nearest(&name.text, names.iter().map(String::as_str)));
            continue;
        };
        let what = format!("parameter `{}`", name.text);
        let Some(ty) = checked(ty, &node.ty, &what, entry, built, findings) else { continue };
        if params.insert(name.text.clone(), ty).is_some() {
            findings.invalid(name.spot, "E1102", format!("the parameter `{}` is listed twice", name.text));
        }
    }
    let result = match &entry.result {
        Some(ty) => Some(result(ty, function, entry, built, findings)?),
        None => None,
    };
    let name = entry.name.as_ref().map(|name| name.text.clone());
    Some(Given { module: entry.module.clone(), name, docs: entry.docs.clone(), params, result })
}

/// The type of a result. Beside a token, the type of what is beside it is enough.
fn result(
    ty: &RawType,
    function: &Function,
    entry: &RawEntry,
    built: &Built,
    findings: &mut Findings<'_>,
) -> Option<ValueType> {
    if let Type::Tuple(elements) = &function.return_type {
        if let [Type::Token, data] = &elements[..] {
            let resolved = built.resolve(ty, &entry.module, findings)?;
            if built.table.erase(&resolved) == *data {
                return Some(ValueType::tuple([ValueType::Token, resolved]));
            }
        }
    }
    checked(ty, &function.return_type, "the result", entry, built, findings)
}

/// A type that must be that of an IR value.
fn checked(
    ty: &RawType,
    in_ir: &Type,
    what: &str,
    entry: &RawEntry,
    built: &Built,
    findings: &mut Findings<'_>,
) -> Option<ValueType> {
    let resolved = built.resolve(ty, &entry.module, findings)?;
    let erased = built.table.erase(&resolved);
    if erased == *in_ir {
        return Some(resolved);
    }
    let message = format!(
        "{what} of `{}` is {in_ir} in the IR, but `{}` is {erased}",
        entry.function.text,
        built.table.display(&resolved)
    );
    findings.invalid(ty.spot, "E1107", message);
    None
}

fn unknown(findings: &mut Findings<'_>, spot: super::Spot, message: String, near: Option<&str>) {
    match near {
        Some(near) => findings.invalid_with_note(spot, "E1108", message, format!("did you mean `{near}`?")),
        None => findings.invalid(spot, "E1108", message),
    }
}
