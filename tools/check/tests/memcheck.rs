//! What valgrind's memcheck says of compiled code becomes failed vectors, and code that keeps to its memory passes. Needs
//! valgrind, so it is no part of `cargo test`: `.ci/valgrind` runs it, before it trusts the same command with real code.

#[path = "compiled/hand_made.rs"]
mod hand_made;

use hand_made::{got, run, HOST};
use xls_aot_check::Report;
use xls_aot_execute::{Machine, Memory};

const RUNNER: [&str; 4] = ["valgrind", "--quiet", "--error-exitcode=99", "--exit-on-first-error=yes"];

fn report(name: &str, ir: &str, vectors: &str) -> Report {
    let machine = Machine { target: HOST, runner: RUNNER.iter().map(Into::into).collect(), memory: Memory::Undefined };
    run(name, ir, vectors, Some(&machine))
}

/// What is said of one call of a function that adds two bytes.
fn said_of_sum(name: &str) -> String {
    let ir = format!("package t\nfn {name}(x: bits[8], y: bits[8]) -> bits[8] {{\n  ret s: bits[8] = add(x, y)\n}}\n");
    let report = report(name, &ir, &hand_made::vector(name, 3, 4, 8, &[]));
    got(&report.entries[0].verdict)
}

/// What is said of one call of a function that returns a pair with padding.
fn said_of_pair(name: &str) -> String {
    let pair = "(bits[8], bits[16])";
    let ir = format!("package t\nfn {name}(x: {pair}) -> {pair} {{\n  ret s: {pair} = identity(x)\n}}\n");
    let value = "(bits[8]:1, bits[16]:515)";
    let vector = format!(r#"{{"ir_file": "t.ir", "top": "{name}", "args": ["{value}"], "expected": "{value}"}}"#);
    let report = report(name, &ir, &vector);
    got(&report.entries[0].verdict)
}

/// The text begins with the status that valgrind ends with, and holds its finding; process number and addresses differ
/// from run to run.
fn assert_finds(said: &str, finding: &str) {
    assert!(said.starts_with("the process exited with status 99\n") && said.contains(finding), "{said}");
}

#[test]
fn good_code_passes() {
    assert_eq!(said_of_sum("right"), "passed");
    assert_eq!(said_of_sum("good_use_of_scratch"), "passed");
    assert_eq!(said_of_pair("padding_unwritten"), "passed");
}

#[test]
fn uses_beyond_the_end_are_found() {
    assert_finds(&said_of_sum("reads_beyond_input"), "Invalid read of size 1");
    assert_finds(&said_of_sum("reads_beyond_scratch"), "Invalid read of size 1");
    assert_finds(&said_of_sum("overrun"), "Invalid write of size 1");
}

#[test]
fn uses_of_undefined_memory_are_found() {
    let branch = "Conditional jump or move depends on uninitialised value(s)";
    let result = "Syscall param write(buf) points to uninitialised byte(s)";
    assert_finds(&said_of_sum("branches_on_scratch"), branch);
    assert_finds(&said_of_sum("result_from_scratch"), result);
    assert_finds(&said_of_sum("unwritten"), result);
    assert_finds(&said_of_pair("padding_read"), branch);
}
