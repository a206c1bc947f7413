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

/// The lines that a planted test prints; it must fail although analysis finds nothing.
fn audit_lines(variable: &str) -> Vec<String> {
    let output = run(variable);
    assert_eq!(output.status.code(), Some(1), "{variable}");
    text(&output.stderr).lines().map(str::to_owned).collect()
}

#[test]
fn a_plugin_is_found_by_its_contents() {
    let plugin = "rules/tests/libxls_free/plugin.so";
    assert_eq!(
        audit_lines("PLUGIN_IS_FOUND")[..2],
        [
            format!("{plugin}: fingerprint: `N4llvm10ModulePassE`: run-time type names of LLVM"),
            format!("{plugin}: fingerprint: `N3xls7PackageE`: run-time type names of libxls"),
        ]
    );
}

#[test]
fn a_copy_is_found_under_any_name() {
    let found = "loaded library: SONAME `libxls.so`, a library of libxls";
    assert_eq!(audit_lines("COPY_IS_FOUND")[0], format!("rules/tests/libxls_free/engine.so: {found}"));
    let packed = "rules/tests/libxls_free/packed.tar.gz(unpacked:libxls.so)";
    assert_eq!(audit_lines("PACKED_IS_FOUND")[0], format!("{packed}: {found}"));
}

#[test]
fn a_stripped_program_is_read_in_what_it_was_linked_from() {
    let lines = audit_lines("STRIPPED_IS_FOUND");
    let [line, _] = &lines[..] else { panic!("{lines:#?}") };
    assert!(line.starts_with("rules/tests/libxls_free/libhidden.") && line.contains("hidden.pic.o): "), "{line}");
    assert!(line.ends_with("defined symbols: `xls_hidden`, of libxls"), "{line}");
}

#[test]
fn a_program_without_symbols_fails_and_says_what_to_give() {
    let lines = audit_lines("STRIPPED_BY_HAND_IS_FOUND");
    assert_eq!(
        lines[0],
        "rules/tests/libxls_free/stripped_copy: no symbols: has no symbol table (it was stripped), so what it contains can \
         not be told: give the file as it was before, or the objects and libraries that it was linked from"
    );
    assert!(lines[1].contains("`unstripped`"), "{}", lines[1]);
}
