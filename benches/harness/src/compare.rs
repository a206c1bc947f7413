//! Checks that all compiled forms of a kernel give the same results on all sets of arguments.

use crate::arguments::Arguments;
use crate::callee::{Callee, Outcome};
use crate::table::Kernel;

/// The first difference of each way from the first way, as text.
pub(crate) fn differences(kernel: &Kernel, ways: &[&str], sets: &[Arguments]) -> Vec<String> {
    let mut callees: Vec<(&str, Callee<'_>)> =
        ways.iter().zip(&kernel.cells).filter_map(|(way, cell)| Some((*way, Callee::new(cell.as_ref()?)))).collect();
    let Some(((first_way, first), others)) = callees.split_first_mut() else { return Vec::new() };
    let expected: Vec<_> = sets.iter().map(|set| show(first.outcome(set, &kernel.result))).collect();
    let mut differences = Vec::new();
    for (way, callee) in others {
        let found = sets.iter().zip(&expected).find_map(|(set, expected)| {
            let got = show(callee.outcome(set, &kernel.result));
            let arguments = || set.values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            (got != *expected)
                .then(|| format!("{}({}): {first_way} gives {expected}, {way} gives {got}", kernel.name, arguments()))
        });
        differences.extend(found);
    }
    differences
}

fn show(outcome: Result<Outcome, impl ToString>) -> String {
    match outcome {
        Ok(Outcome { value, failed_assertions: 0 }) => value.to_string(),
        Ok(Outcome { value, failed_assertions }) => format!("{value} with {failed_assertions} failed assertions"),
        Err(fault) => fault.to_string(),
    }
}
