//! How compiled code is run and judged, shown on hand-made entry points: right ones pass, and each way to be wrong is
//! found and told, without stopping the rest. In children of this process, and as programs of their own.

#[path = "compiled/hand_made.rs"]
mod hand_made;

use std::fmt::Write as _;

use hand_made::{got, run, vector, HOST};
use xls_aot_check::Report;
use xls_aot_execute::{ExecuteError, Machine, Memory};

/// The report of both ways to run the vectors, which must not differ.
fn run_both(name: &str, ir: &str, vectors: &str) -> Report {
    let machine = Machine { target: HOST, runner: Vec::new(), memory: Memory::Patterned };
    let here = run(name, ir, vectors, None);
    let there = run(&format!("{name}_there"), ir, vectors, Some(&machine));
    assert_eq!(here, there);
    here
}

const SIMPLE: &[&str] = &[
    "right",
    "wrong",
    "crash",
    "status",
    "overrun",
    "unwritten",
    "changes_input",
    "leak",
    "traces",
    "direct",
    "panics",
    "unsupported",
];

#[test]
fn each_way_to_be_wrong_is_told_and_the_rest_goes_on() {
    let mut ir = "package t\n".to_owned();
    let mut vectors = String::new();
    for name in SIMPLE {
        write!(ir, "fn {name}(x: bits[8], y: bits[8]) -> bits[8] {{\n  ret s: bits[8] = add(x, y)\n}}\n").unwrap();
        for x in [0, 9] {
            vectors += &vector(name, x, 200, 8, &[]);
        }
    }
    let report = run_both("simple", &ir, &vectors);
    let verdicts: Vec<(String, String)> =
        report.entries.iter().map(|entry| (entry.top.clone(), got(&entry.verdict))).collect();
    let expected = [
        ("right", ["passed", "passed"]),
        ("wrong", ["bits[8]:201", "bits[8]:210"]),
        ("crash", ["the process was killed by signal 11 (invalid memory access)", "passed"]),
        ("status", ["the entry point returned 5"; 2]),
        ("overrun", ["memory beside an input, the output or the scratch was changed"; 2]),
        ("unwritten", ["bits[8]:165"; 2]),
        ("changes_input", ["an input was changed"; 2]),
        ("leak", ["1 blocks were not given back"; 2]),
        ("traces", ["it called the unsupported callback 2"; 2]),
        ("direct", ["passed", "the entry point `xls` gives bits[8]:209, but `direct` gives bits[8]:0"]),
        ("panics", ["the compiler panicked (its message is above)"; 2]),
        ("unsupported", ["skipped: no code"; 2]),
    ];
    let expected: Vec<(String, String)> = expected
        .iter()
        .flat_map(|(top, verdicts)| verdicts.map(|verdict| (top.to_string(), verdict.to_owned())))
        .collect();
    assert_eq!(verdicts, expected);
    let counts = report.counts();
    assert_eq!((counts.passed, counts.failed, counts.skipped), (4, 18, 2));
}

#[test]
fn unused_bits_and_assertions_are_compared() {
    let ir = "package t
fn unused_bits(x: bits[7], y: bits[7]) -> bits[7] {
  ret s: bits[7] = add(x, y)
}
fn asserts(x: bits[8], y: bits[8]) -> bits[8] {
  t: token = after_all()
  a: bits[1] = or_reduce(x)
  b: bits[1] = or_reduce(y)
  c: token = assert(t, a, message=\"x is zero\")
  d: token = assert(c, b, message=\"y is zero\")
  ret s: bits[8] = add(x, y)
}
fn asserts_elsewhere(x: bits[8], y: bits[8]) -> bits[8] {
  t: token = after_all()
  a: bits[1] = or_reduce(x)
  c: token = assert(t, a, message=\"x is zero\")
  ret s: bits[8] = add(x, y)
}
";
    let vectors = [
        vector("unused_bits", 1, 2, 7, &[]),
        vector("unused_bits", 127, 1, 7, &[]),
        vector("asserts", 1, 1, 8, &[]),
        vector("asserts", 0, 0, 8, &["x is zero", "y is zero"]),
        vector("asserts", 1, 0, 8, &["x is zero"]),
        vector("asserts", 1, 0, 8, &[]),
        vector("asserts_elsewhere", 1, 0, 8, &[]),
    ];
    let report = run_both("events", ir, &vectors.concat());
    let verdicts: Vec<String> = report.entries.iter().map(|entry| got(&entry.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            "passed",
            "a bits[7] in memory has bits set above its width",
            "passed",
            "passed",
            "bits[8]:1 asserts [\"y is zero\"]",
            "bits[8]:1 asserts [\"y is zero\"]",
            "an event of site 7, which does not exist",
        ]
    );
}

#[test]
fn a_runner_that_does_not_run_programs_is_an_error() {
    let ir = "package t\nfn right(x: bits[8], y: bits[8]) -> bits[8] {\n  ret s: bits[8] = add(x, y)\n}\n";
    let check = |runner: &[&str], message: &str| {
        let machine =
            Machine { target: HOST, runner: runner.iter().map(Into::into).collect(), memory: Memory::Patterned };
        let error = hand_made::try_run("runner", ir, &vector("right", 1, 2, 8, &[]), Some(&machine)).unwrap_err();
        assert!(matches!(error, ExecuteError::System { .. }));
        assert_eq!(error.to_string(), message);
    };
    check(&["/nowhere/emulator"], "cannot run `/nowhere/emulator`: No such file or directory (os error 2)");
    let message = format!("a program for {HOST} cannot be run with `false now`: the process exited with status 1");
    check(&["false", "now"], &message);
}
