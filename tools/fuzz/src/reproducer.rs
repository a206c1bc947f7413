//! Writes a difference as a file test: the program, and the evaluator's result for the call.

use std::fmt::Write as _;

use xls_aot_ir::{print_package, Value};

use crate::differ::{Difference, Evaluated};
use crate::FuzzOptions;

/// The text of the file test.
pub(crate) fn text(
    options: &FuzzOptions<'_>,
    index: u64,
    subject: &str,
    evaluated: &Evaluated,
    difference: &Difference,
) -> String {
    let program = &evaluated.program;
    let function = &program.package.function(program.top()).name;
    let style = options.style.map_or_else(String::new, |style| format!(" --style {style}"));
    let mut text = format!("// Program {index} of `xls_aot fuzz --seed {}{style}`, on {subject}.\n", options.seed);
    // Writing to a string does not fail.
    for line in difference.got.lines() {
        let _ = writeln!(text, "// It gave: {line}");
    }
    text.push_str(print_package(&program.package).trim_end());
    text.push_str("\n\n");
    let _ = writeln!(
        text,
        "// run: {function}({}) == {}",
        arguments(&program.calls[difference.call]),
        evaluated.expected[difference.call]
    );
    text
}

fn arguments(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}
