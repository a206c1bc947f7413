//! Runs equivalence tests as Bazel would - of a right artefact, of wrong code that says it is right, of an artefact of
//! another file - and looks at how they end and at what they print.

use std::path::Path;
use std::process::{Command, Output};

const FOLDER: &str = "rules/tests/equivalence";

fn run(test: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let program = Path::new(".").join(FOLDER).join(test);
    let Output { status, stdout, stderr } = Command::new(program).args(arguments).output().expect("the program starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (status.code(), text(stdout), text(stderr))
}

const BACKENDS: [&str; 2] = ["native", "xlsynth"];

#[test]
fn right_code_passes() {
    for backend in BACKENDS {
        let (code, stdout, stderr) = run(&format!("right_{backend}_test"), &[]);
        assert_eq!((code, &*stderr), (Some(0), ""), "{stdout}");
        let expected =
            format!("{FOLDER}/right.ir top increment, back end {backend}: all 256 inputs\n256 passed, 0 failed\n");
        assert_eq!(stdout, expected);
    }
}

#[test]
fn wrong_code_fails_and_says_where() {
    for backend in BACKENDS {
        let test = format!("wrong_code_{backend}_test");
        let (code, stdout, stderr) = run(&test, &[]);
        assert_eq!((code, &*stderr), (Some(1), "xls_aot equivalence: exit status: 1\n"), "{stdout}");
        let expected = format!(
            "FAILED: {FOLDER}/right.ir top increment, input 128
  args:     bits[8]:128
  got:      bits[8]:128
  expected: bits[8]:129
  evaluate: xls_aot eval --ir {FOLDER}/right.ir --top increment 'bits[8]:128'
  again:    xls_aot equivalence --ir {FOLDER}/right.ir --object {FOLDER}/wrong_code_{backend}.o --seed 1 --first 128 --count 1
{FOLDER}/right.ir top increment, back end {backend}: all 256 inputs
255 passed, 1 failed
"
        );
        assert_eq!(stdout, expected);
    }
}

/// How the report on DSLX ends, but for the numbers.
const COMPARED: &str = "rules/tests/equivalence/right.x top __right__increment, back end native: all 256 inputs\n";

#[test]
fn code_of_dslx_is_compared_too() {
    let (code, stdout, stderr) = run("right_dslx_test", &[]);
    assert_eq!((code, &*stderr), (Some(0), ""), "{stdout}");
    assert_eq!(stdout, format!("{COMPARED}256 passed, 0 failed\n"));
    let (code, stdout, _) = run("wrong_code_dslx_test", &[]);
    assert_eq!(code, Some(1));
    let expected = format!(
        "FAILED: {FOLDER}/right.x top __right__increment, input 128
  args:     bits[8]:128
  got:      bits[8]:128
  expected: bits[8]:129
"
    );
    assert!(stdout.starts_with(&expected), "{stdout}");
    assert!(stdout.ends_with(&format!("{COMPARED}255 passed, 1 failed\n")), "{stdout}");
    let (code, stdout, stderr) = run("stale_dslx_test", &[]);
    assert_eq!((code, &*stdout), (Some(1), ""));
    let start = format!(
        "error: {FOLDER}/wrong_dslx.o: it was compiled from another DSLX file: the SHA-256 of that is "
    );
    assert!(stderr.starts_with(&start), "{stderr}");
}

#[test]
fn further_arguments_reach_the_tool() {
    let (code, stdout, _) = run("wrong_code_native_test", &["--count", "100"]);
    assert_eq!(code, Some(0), "the wrong input is number 128: {stdout}");
    assert!(stdout.ends_with("\n100 passed, 0 failed\n"), "{stdout}");
    let (code, stdout, _) = run("right_native_test", &["--count", "0"]);
    assert_eq!(code, Some(1), "comparing nothing is no success: {stdout}");
    let (code, stdout, _) = run("right_native_test", &["--count", "100", "--at-least", "101"]);
    assert_eq!(code, Some(1), "comparing too little is no success: {stdout}");
    assert!(stdout.starts_with("FAILED: 100 inputs were compared, at least 101 must be; try more inputs"), "{stdout}");
}

#[test]
fn an_artefact_of_other_ir_fails() {
    for backend in BACKENDS {
        let test = format!("stale_{backend}_test");
        let (code, stdout, stderr) = run(&test, &[]);
        assert_eq!((code, &*stdout), (Some(1), ""));
        let start =
            format!("error: {FOLDER}/wrong_{backend}.o: it was compiled from another IR file: the SHA-256 of that is ");
        assert!(stderr.starts_with(&start), "{stderr}");
    }
}
