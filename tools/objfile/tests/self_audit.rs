//! The auditor is clean itself, although it contains the patterns that it looks for. This file names none of them.

use xls_aot_objfile::audit::{audit_file, Options};

#[test]
fn this_program_is_clean() {
    let program = std::env::current_exe().expect("the test is a file");
    assert_eq!(audit_file(&program, &Options::default()).map(|audit| audit.findings), Ok(vec![]));
}
