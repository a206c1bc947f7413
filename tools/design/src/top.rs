//! Which function of a package is compiled: the requested one, else the one marked `top`, else the only one.

use xls_aot_ir::edit_distance::nearest;
use xls_aot_ir::{FuncId, Package, Skipped, SkippedKind, Top};

use crate::fault::Fault;

/// Longest list of candidates in a message.
const LISTED: usize = 20;

/// Chooses the function to compile.
///
/// # Errors
/// A fault that lists the candidates if no function fits, or if nothing says which of several is meant.
pub(crate) fn choose(package: &Package, wanted: Option<&str>) -> Result<FuncId, Fault> {
    match (wanted, &package.top) {
        (Some(name), _) => package.find_function(name).ok_or_else(|| not_a_function(package, name)),
        (None, Some(Top::Function(id))) => Ok(*id),
        (None, Some(Top::Skipped(index))) => {
            let found = &package.skipped[*index];
            Err(skipped(package, found, &format!("the package's top `{}`", found.name)))
        }
        (None, None) => match package.functions.len() {
            0 => Err(no_functions(package)),
            1 => Ok(FuncId::new(0)),
            several => Err(Fault::invalid(
                "E1003",
                format!("the package has {several} functions, and none of them is marked `top`"),
            )
            .note(format!("choose one with --top: {}", candidates(package)))),
        },
    }
}

fn not_a_function(package: &Package, name: &str) -> Fault {
    if let Some(found) = package.skipped.iter().find(|found| &*found.name == name) {
        return skipped(package, found, &format!("`{name}`"));
    }
    if package.functions.is_empty() {
        return no_functions(package);
    }
    let fault = Fault::invalid("E1001", format!("the package has no function called `{name}`"));
    let fault = match nearest(name, package.functions.iter().map(|function| &*function.name)) {
        Some(nearest) => fault.note(format!("did you mean `{nearest}`?")),
        None => fault,
    };
    fault.note(format!("choose one with --top: {}", candidates(package)))
}

fn no_functions(package: &Package) -> Fault {
    let fault = Fault::invalid("E1004", "the package has no function");
    if package.skipped.is_empty() {
        fault.note("expected at least one `fn`")
    } else {
        fault.note("it has procs, blocks or channels only, and these cannot be compiled; expected at least one `fn`")
    }
}

fn skipped(package: &Package, found: &Skipped, what: &str) -> Fault {
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
    fault.note(format!("choose a function with --top: {}", candidates(package)))
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
