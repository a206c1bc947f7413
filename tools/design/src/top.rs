//! Which function of a package is compiled: the requested one, else the one marked `top`, else the only one.

use xls_aot_ir::edit_distance::nearest;
use xls_aot_ir::{FuncId, Package, Skipped, SkippedKind, Top};

use crate::fault::Fault;
use crate::ir_front_end::dslx_name;

/// Longest list of candidates in a message.
const LISTED: usize = 20;
/// Most functions that a wrong name may stand for.
const MOST_MEANT: usize = 3;
/// Shortest text that is looked for inside of names.
const SHORTEST_PART: usize = 3;

/// Chooses the function to compile.
///
/// # Errors
/// A fault that lists the candidates if no function fits, or if nothing says which of several is meant. `option` is how the user names
/// a function.
pub(crate) fn choose(package: &Package, wanted: Option<&str>, option: &str) -> Result<FuncId, Fault> {
    match (wanted, &package.top) {
        (Some(name), _) => package.find_function(name).ok_or_else(|| not_a_function(package, name, option)),
        (None, Some(Top::Function(id))) => Ok(*id),
        (None, Some(Top::Skipped(index))) => {
            let found = &package.skipped[*index];
            Err(skipped(package, found, &format!("the package's top `{}`", found.name), option))
        }
        (None, None) => match package.functions.len() {
            0 => Err(no_functions(package)),
            1 => Ok(FuncId::new(0)),
            several => Err(Fault::invalid(
                "E1003",
                format!("the package has {several} functions, and none of them is marked `top`"),
            )
            .note(format!("choose one with {option}: {}", candidates(package)))),
        },
    }
}

fn not_a_function(package: &Package, name: &str, option: &str) -> Fault {
    if let Some(found) = package.skipped.iter().find(|found| &*found.name == name) {
        return skipped(package, found, &format!("`{name}`"), option);
    }
    if package.functions.is_empty() {
        return no_functions(package);
    }
    let fault = Fault::invalid("E1001", format!("the package has no function called `{name}`"));
    let meant: Vec<String> = meant(package, name).iter().map(|name| format!("`{name}`")).collect();
    let fault = match meant.split_last() {
        Some((last, [])) => fault.note(format!("did you mean {last}?")),
        Some((last, others)) => fault.note(format!("did you mean {} or {last}?", others.join(", "))),
        None => fault,
    };
    fault.note(format!("choose one with {option}: {}", candidates(package)))
}

/// The functions that a name which no function has may stand for: those that have it in DSLX; else the one whose spelling is
/// nearest; else those with it as a part of their name. At most [`MOST_MEANT`].
fn meant<'a>(package: &'a Package, name: &str) -> Vec<&'a str> {
    let names = || package.functions.iter().map(|function| &*function.name);
    let in_dslx = |function: &'a str| dslx_name(function, &package.name);
    let mut found: Vec<&str> = names().filter(|function| in_dslx(function) == Some(name)).collect();
    if found.is_empty() {
        found.extend(nearest(name, names()));
    }
    if found.is_empty() {
        let near = nearest(name, names().filter_map(in_dslx));
        found.extend(names().filter(|function| near.is_some() && in_dslx(function) == near));
    }
    if found.is_empty() && name.len() >= SHORTEST_PART {
        found.extend(names().filter(|function| function.contains(name)));
        // Functions that a converter made of loops are rarely meant.
        found.sort_by_key(|function| function.len());
    }
    found.truncate(MOST_MEANT);
    found
}

fn no_functions(package: &Package) -> Fault {
    let fault = Fault::invalid("E1004", "the package has no function");
    if package.skipped.is_empty() {
        fault.note("expected at least one `fn`")
    } else {
        fault.note("it has procs, blocks or channels only, and these cannot be compiled; expected at least one `fn`")
    }
}

fn skipped(package: &Package, found: &Skipped, what: &str, option: &str) -> Fault {
    let kind = match found.kind {
        SkippedKind::Proc => "proc",
        SkippedKind::Block => "block",
        SkippedKind::Channel => "channel",
    };
    let message = format!("{what} is a {kind}, and only functions can be compiled");
    let fault = Fault::invalid("E1002", message).at(found.span);
    if package.functions.is_empty() {
        return fault.note("the package has no function");
    }
    fault.note(format!("choose a function with {option}: {}", candidates(package)))
}

/// Names of the package's functions for a message.
fn candidates(package: &Package) -> String {
    let mut names: Vec<&str> = package.functions.iter().map(|function| &*function.name).collect();
    let more = names.len().saturating_sub(LISTED);
    names.truncate(LISTED);
    let names = names.join(", ");
    if more == 0 {
        names
    } else {
        format!("{names} and {more} more")
    }
}
