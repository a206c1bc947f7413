//! `equivalence --dslx`: an artefact that `compile --dslx` made is compared with its module.

mod program;

use program::{Folder, Outcome};

const PARTS: &str = "pub struct Pair { a: u9, b: sN[70] }\npub fn third(x: u9) -> u9 { x / u9:3 }\n";

const DESIGN: &str = "import lib.parts;
// The smaller part.
pub fn smaller(p: parts::Pair) -> sN[70] { if (p.a as sN[70]) < p.b { p.a as sN[70] } else { p.b } }
fn checked(x: u9) -> u9 { assert!(x != u9:0, \"not_zero\"); parts::third(x) }
fn widen<N: u32, M: u32>(x: uN[N]) -> uN[M] { x as uN[M] }
";

const TOPS: &str = "smaller,checked,widen<u32:5, u32:70>";

/// A folder with the module compiled to `design.o`.
fn compiled() -> Folder {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("lib")).unwrap();
    folder.write("lib/parts.x", PARTS);
    folder.write("design.x", DESIGN);
    let target = xls_aot_execute::host().expect("the host is a target").triple();
    let design = ["compile", "--dslx", "design.x", "--path", ".", "--tops", TOPS, "--target", target];
    let outputs = ["--object", "design.o", "--wrapper", "design.rs", "--metadata", "design.json"];
    let outcome = folder.run(&[&design[..], &outputs, &["--crate-name", "design"]].concat());
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
    folder
}

fn compare(folder: &Folder, arguments: &[&str]) -> Outcome {
    folder.run(&[&["equivalence", "--dslx", "design.x", "--path", ".", "--object", "design.o"], arguments].concat())
}

#[test]
fn an_artefact_does_what_its_module_says() {
    let outcome = compare(&compiled(), &["--tops", TOPS]);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
    for function in ["__design__smaller", "__itok__design__checked", "__design__widen__70_5"] {
        assert!(
            outcome.stdout.contains(&format!("design.x top {function}, back end native: ")),
            "{function}\n{}",
            outcome.stdout
        );
    }
}

#[test]
fn another_module_is_noticed() {
    let folder = compiled();
    // The description has the digest of the top module's file; of imports, only what they do is known.
    folder.write("lib/parts.x", PARTS.replace("u9:3", "u9:5"));
    let outcome = compare(&folder, &["--tops", TOPS]);
    assert!(outcome.stdout.contains("FAILED: design.x top __itok__design__checked, input "), "{}", outcome.stdout);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 1));
    folder.write("lib/parts.x", PARTS.replace("a: u9", "a: u8"));
    let outcome = compare(&folder, &["--tops", TOPS]);
    assert!(outcome.stderr.contains("it has the signature"), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 1));
    folder.write("lib/parts.x", PARTS);
    folder.write("design.x", DESIGN.replace("smaller part", "lesser part"));
    let outcome = compare(&folder, &["--tops", TOPS]);
    assert!(outcome.stderr.contains("it was compiled from another DSLX file: the SHA-256"), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 1));
}

#[test]
fn the_tops_must_be_those_that_were_compiled() {
    let folder = compiled();
    let outcome = compare(&folder, &["--tops", "smaller,checked"]);
    let message =
        "error: design.o: it was compiled from `__design__widen__70_5`, which is not among the tops that are given\n";
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_str(), outcome.code), (message, "", 1));
    let outcome = compare(&folder, &[]);
    let message = "error: --dslx needs the name of a function\n  help: add --top NAME or --tops NAME,...\n";
    assert_eq!((outcome.stderr.as_str(), outcome.code), (message, 2));
    let outcome = folder.run(&["equivalence", "--ir", "design.ir", "--object", "design.o", "--path", "."]);
    let message = "error: options for DSLX need a DSLX file\n  help: name it with --dslx instead of --ir\n";
    assert_eq!((outcome.stderr.as_str(), outcome.code), (message, 2));
}
