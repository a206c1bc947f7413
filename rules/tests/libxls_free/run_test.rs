//! Runs planted `libxls_free_test`s as Bazel would, and looks at how they end and at what they print.

use std::path::Path;
use std::process::{Command, Output};
use std::{env, str};

fn run(variable: &str) -> Output {
    let program = env::var(variable).expect("the rule names the program");
    Command::new(Path::new(".").join(program)).output().expect("the program starts")
}

fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).expect("UTF-8")
}

#[test]
fn a_free_program_passes() {
    let output = run("BUILD_TIME_IS_FREE");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    let last = text(&output.stdout).lines().last();
    assert_eq!(last, Some("//rules/tests/libxls_free:with_build_time is free of libxls"));
}

#[test]
fn a_chain_fails_and_is_printed() {
    let output = run("THROUGH_LIBRARY_IS_FOUND");
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = text(&output.stderr).lines().take(4).collect();
    assert_eq!(
        lines,
        [
            "//rules/tests/libxls_free:with_library needs crate `xlsynth_sys` at run time:",
            "  //rules/tests/libxls_free:with_library",
            "  -> //rules/tests/libxls_free:library (deps)",
            "  -> //rules/tests/libxls_free:fake_crate (deps)",
        ]
    );
}

#[test]
fn a_linked_file_fails_on_its_own() {
    let output = run("AUDIT_FINDS");
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<&str> = text(&output.stderr).lines().collect();
    assert_eq!(lines.last(), Some(&"xls_aot audit: exit status: 1"), "{lines:#?}");
    let loads = "rules/tests/libxls_free/with_linked: loaded library: NEEDED `libxls.so`, a library of libxls";
    assert!(lines.contains(&loads), "no such line: {loads}: {lines:#?}");
}
