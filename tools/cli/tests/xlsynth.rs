//! The program with the xlsynth back end: what that back end refuses.
#![cfg(feature = "xlsynth")]

mod program;

use program::Folder;

const ADD_ONE: &str =
    "package p\n\nfn add_one(x: bits[8] id=1) -> bits[8] {\n  one: bits[8] = literal(value=1, id=2)\n  \
                       ret y: bits[8] = add(x, one, id=3)\n}\n";

fn refused(ir: &str, arguments: &[&str], code: i32, message: &str) {
    let folder = Folder::new();
    folder.write("design.ir", ir);
    let outcome = folder.compile(&[&["--backend", "xlsynth"], arguments].concat());
    assert_eq!(outcome.stderr, format!("{message}\n"));
    assert_eq!(outcome.code, code);
    assert_eq!(folder.listing(), ["design.ir"]);
}

#[test]
fn a_mebibyte_of_bits() {
    refused(
        "package p\n\nfn f(x: bits[8388608] id=1) -> bits[8388608] {\n  ret y: bits[8388608] = not(x, id=2)\n}\n",
        &[],
        1,
        "design.ir:3:6: error[E1008]: `x` in function `f` has bits[8388608]; the xlsynth back end goes up to bits[65536]\n  \
         fn f(x: bits[8388608] id=1) -> bits[8388608] {\
         \n       ^\n  help: use an array of narrower values, or the native back end",
    );
}

#[test]
fn a_mebibyte_of_elements() {
    refused(
        "package p\n\nfn f(x: bits[8][1048576] id=1) -> bits[8][1048576] {\n  \
         ret y: bits[8][1048576] = identity(x, id=2)\n}\n",
        &[],
        1,
        "design.ir:3:6: error[E1008]: `x` in function `f` is made of 1048576 bits values; the xlsynth back end goes up to 16384\
         \n  fn f(x: bits[8][1048576] id=1) -> bits[8][1048576] {\
         \n       ^\n  help: process the data in smaller pieces, or use the native back end",
    );
}

#[test]
fn a_target_that_libxls_has_no_code_for() {
    refused(
        ADD_ONE,
        &["--target", "aarch64-apple-darwin"],
        2,
        "error: the back end `xlsynth` has no code for the target `aarch64-apple-darwin`\n  help: its targets are \
         x86_64-unknown-linux-gnu",
    );
}

#[test]
fn a_worker_without_a_job_says_so() {
    let folder = Folder::new();
    let outcome = folder.run(&["__libxls-worker"]);
    assert_eq!(outcome.code, 70);
    assert_eq!(
        outcome.stderr,
        "error: no talk with the parent: expected a job\n  help: this is a fault of xls_aot or of the compiler that it \
         runs, not of your input; please report it with the IR file\n"
    );
}
