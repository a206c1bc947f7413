//! The commands on DSLX modules: what they print, and what users see when a module has an error.

mod program;

use program::{Folder, Outcome};

/// Runs `dslx-to-ir` on `design.x`.
fn to_ir(text: &str, arguments: &[&str]) -> Outcome {
    let folder = Folder::new();
    folder.write("design.x", text);
    folder.run(&[&["dslx-to-ir", "design.x"], arguments].concat())
}

fn refused(text: &str, arguments: &[&str], code: i32, message: &str) {
    let outcome = to_ir(text, arguments);
    assert_eq!(outcome.stderr, format!("{message}\n"));
    assert_eq!((outcome.code, outcome.stdout.as_str()), (code, ""));
}

const SUM: &str = "// Sums.\nfn twice(x: u8) -> u8 { x + x }\npub fn sum(x: u8, y: u8) -> u8 { twice(x) + y }\n";

#[test]
fn a_module_is_printed_as_ir() {
    let outcome = to_ir(SUM, &[]);
    let expected = "package design

file_number 0 \"design.x\"

fn __design__twice(x: bits[8] id=1) -> bits[8] {
  ret add.2: bits[8] = add(x, x, id=2, pos=[(0,1,24)])
}

fn __design__sum(x: bits[8] id=3, y: bits[8] id=4) -> bits[8] {
  invoke.5: bits[8] = invoke(x, to_apply=__design__twice, id=5, pos=[(0,2,33)])
  ret add.6: bits[8] = add(invoke.5, y, id=6, pos=[(0,2,33)])
}
";
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.code), (expected, "", 0));
}

#[test]
fn a_top_is_converted_with_what_it_reaches() {
    let outcome = to_ir(SUM, &["--top", "twice"]);
    let expected = "package design

file_number 0 \"design.x\"

top fn __design__twice(x: bits[8] id=1) -> bits[8] {
  ret add.2: bits[8] = add(x, x, id=2, pos=[(0,1,24)])
}
";
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.code), (expected, "", 0));
}

#[test]
fn imports_are_looked_for_in_folders() {
    let folder = Folder::new();
    folder.write("design.x", "import parts.one;\nimport std;\nfn f(x: u8) -> u8 { std::id(one::ONE + x) }\n");
    for path in ["src/parts", "lib"] {
        std::fs::create_dir_all(folder.path().join(path)).unwrap();
    }
    folder.write("src/parts/one.x", "pub const ONE = u8:1;\n");
    folder.write("lib/std.x", "pub fn id(x: u8) -> u8 { x }\n");
    let outcome = folder.run(&["dslx-to-ir", "design.x", "--path", "src", "--stdlib", "lib"]);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
    assert!(outcome.stdout.contains("fn __std__id(x: bits[8]"), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("file_number 0 \"lib/std.x\""), "{}", outcome.stdout);
    let without = folder.run(&["dslx-to-ir", "design.x", "--path", "src"]);
    let message = "design.x:2:8: error[E1151]: there is no module `std`
  import std;
  help: looked for src/std.x
  help: `std` is a module of the standard library, whose folder is not given
";
    assert_eq!((without.stderr.as_str(), without.code), (message, 1));
}

#[test]
fn an_error_has_its_place() {
    refused(
        "fn f(x: u8) -> u8 { x + y }\n",
        &[],
        1,
        "design.x:1:25: error[E1231]: `y` is not defined here
  fn f(x: u8) -> u8 { x + y }",
    );
}

#[test]
fn an_unknown_top() {
    refused(
        SUM,
        &["--top", "twise"],
        1,
        "top twise:1:12: error[E1380]: module `design` has no function `twise`
  fn top() { twise() }
  help: there is `twice`",
    );
}

#[test]
fn warnings_can_be_switched() {
    let text = "fn f(x: u8) -> u8 { let y = x; x }\n";
    let warning = "design.x:1:25: warning[unused_definition]: `y` is not used in the function `f`
  fn f(x: u8) -> u8 { let y = x; x }
  help: leave it out, or name it `_y` if it is there for the reader";
    let outcome = to_ir(text, &[]);
    assert_eq!((outcome.stderr, outcome.code), (format!("{warning}\n"), 0));
    let as_errors =
        format!("{warning}\nerror: there are warnings\n  help: correct them, or leave out --warnings-as-errors");
    refused(text, &["--warnings-as-errors"], 1, &as_errors);
    let off = to_ir(text, &["--warnings-as-errors", "--disable-warning", "unused_definition"]);
    assert_eq!((off.stderr.as_str(), off.code), ("", 0));
    refused(
        text,
        &["--enable-warning", "unused_definitions"],
        2,
        "error: there is no warning `unused_definitions`; did you mean `unused_definition`?",
    );
}

#[test]
fn a_file_that_is_not_there() {
    let folder = Folder::new();
    let outcome = folder.run(&["dslx-to-ir", "none.x"]);
    let message = "none.x: error: cannot read the file: No such file or directory (os error 2)
  help: name a DSLX file, as a rule one that ends in .x
";
    assert_eq!((outcome.stderr.as_str(), outcome.code), (message, 1));
}

#[cfg(not(feature = "xlsynth"))]
#[test]
fn the_comparison_needs_libxls() {
    let folder = Folder::new();
    let outcome = folder.run(&["dslx-check", "design.x"]);
    let message = "error: this program does not have the DSLX front end of libxls
  help: use the program xls_aot_xlsynth, which does: the Bazel target //tools/cli:xls_aot_xlsynth
";
    assert_eq!((outcome.stderr.as_str(), outcome.code), (message, 2));
}

/// Runs `compile` on `design.x` in a folder.
fn compile(folder: &Folder, arguments: &[&str]) -> Outcome {
    let outputs = ["--object", "design.o", "--wrapper", "design.rs", "--metadata", "design.json"];
    folder.run(&[&["compile", "--crate-name", "design"], arguments, &outputs].concat())
}

#[test]
fn a_design_states_the_digest_of_its_module_and_does_not_depend_on_the_folder() {
    let files = |name: &str| {
        let folder = Folder::new();
        folder.write(name, SUM);
        let outcome = compile(&folder, &["--dslx", name, "--top", "sum"]);
        assert_eq!((outcome.code, &*outcome.stdout, &*outcome.stderr), (0, "", ""));
        ["design.o", "design.rs", "design.json"].map(|file| std::fs::read(folder.path().join(file)).unwrap())
    };
    let [object, wrapper, metadata] = files("design.x");
    assert!(files("./design.x") == [object, wrapper, metadata.clone()]);
    let metadata: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    // `printf SUM | sha256sum`
    assert_eq!(metadata["ir_sha256"], "44145f237878fa84a7523edaa31c185a9f352506dac8065d2246cbe4b70f12c3");
    assert_eq!(metadata["package"], "design");
    assert_eq!(metadata["entries"][0]["function"], "__design__sum");
}

#[test]
fn compile_says_what_is_wrong_with_a_module_or_the_options() {
    let folder = Folder::new();
    folder.write("design.x", SUM);
    folder.write("other.x", "pub fn f(x: u8) -> u8 { x }\n");
    folder.write("design.ir", "package p\n\nfn f(x: bits[8] id=1) -> bits[8] {\n  ret y: bits[8] = not(x, id=2)\n}\n");
    folder.write("import.x", "import other;\npub fn f(x: u8) -> u8 { other::f(x) }\n");
    let before = folder.listing();
    for (arguments, code, message) in [
        (
            &["--dslx", "design.x", "--top", "sun"][..],
            1,
            "top sun:1:12: error[E1380]: module `design` has no function `sun`\n  fn top() { sun() }\n  help: there is `sum`",
        ),
        (
            &["--dslx", "design.x", "--tops", "sum,sum"],
            1,
            "design.x:3:8: error[E1383]: the function `sum` is to be compiled twice\n  pub fn sum(x: u8, y: u8) -> u8 { twice(x) + y }\n  \
             help: name each function once",
        ),
        (
            &["--dslx", "design.x"],
            2,
            "error: --dslx needs the name of a function\n  help: add --top NAME or --tops NAME,...",
        ),
        (
            &["--ir", "design.ir", "--path", "."],
            2,
            "error: options for DSLX need a DSLX file\n  help: name it with --dslx instead of --ir",
        ),
        (
            &["--dslx", "none.x", "--top", "f"],
            1,
            "none.x: error: cannot read the file: No such file or directory (os error 2)\n  help: --dslx names the DSLX file to \
             compile, as a rule one that ends in .x",
        ),
    ] {
        let outcome = compile(&folder, arguments);
        assert_eq!((outcome.code, outcome.stderr), (code, format!("{message}\n")), "{arguments:?}");
    }
    let both = compile(&folder, &["--dslx", "design.x", "--ir", "design.ir", "--top", "sum"]);
    assert_eq!(both.code, 2);
    assert!(
        both.stderr.starts_with("error: the argument '--dslx <FILE>' cannot be used with '--ir <FILE>'"),
        "{both:?}"
    );
    let neither = compile(&folder, &["--top", "sum"]);
    assert_eq!(neither.code, 2);
    // An imported file is an input too.
    let arguments = ["compile", "--crate-name", "design", "--dslx", "import.x", "--path", ".", "--top", "f"];
    let outputs = ["--object", "other.x", "--wrapper", "design.rs", "--metadata", "design.json"];
    let outcome = folder.run(&[&arguments[..], &outputs].concat());
    let message = "error: the output other.x is a DSLX file that was read\n  help: name another output\n";
    assert_eq!((outcome.code, &*outcome.stderr), (2, message));
    assert_eq!(folder.listing(), before);
}

/// A program, and what the comparison with libxls says about it.
#[cfg(feature = "xlsynth")]
fn compared(text: &str) -> Outcome {
    let folder = Folder::new();
    folder.write("design.x", text);
    // The library is not imported, so any folder will do.
    folder.run(&["dslx-check", "design.x", "--stdlib", "."])
}

#[cfg(feature = "xlsynth")]
#[test]
fn the_comparison_finds_no_difference() {
    let outcome =
        compared(&format!("{SUM}const K = u8:3;\n#[test]\nfn sum_test() {{ assert_eq(sum(u8:1, K), u8:5); }}\n"));
    let expected = "design.x: 3 functions, 3 with the same nodes, 1 constants, 1 of 1 tests pass
1 modules compared: 3 functions (3 with the same nodes), 1 constants, 1 of 1 tests pass; 0 refused by both, 0 accepted only \
                    here; 0 faults
";
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str(), outcome.code), (expected, "", 0));
}

#[cfg(feature = "xlsynth")]
#[test]
fn a_comparison_of_nothing_is_no_success() {
    let outcome = compared("fn f(x: u8) -> u8 { y }\n");
    assert_eq!((outcome.stdout.lines().next(), outcome.code), (Some("design.x: refused by both"), 1));
}

/// Every file of the suite, against libxls. The small library of the suite serves both front ends.
#[cfg(feature = "xlsynth")]
#[test]
fn the_suite_means_the_same_to_libxls() {
    // Cargo says where the crate is; Bazel runs tests at the root.
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(std::path::PathBuf::new, |folder| std::path::Path::new(&folder).join("../.."));
    let suite = std::env::current_dir().unwrap().join(root).join("testdata/dslx");
    let text = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let entries = std::fs::read_dir(&suite).unwrap().map(|entry| text(entry.unwrap().path()));
    let mut files: Vec<String> = entries.filter(|path| path.ends_with(".x")).collect();
    files.sort();
    assert!(files.len() > 40);
    let (path, library) = (text(suite.clone()), text(suite.join("library")));
    let options = ["dslx-check", "--path", &path, "--stdlib", &library];
    let arguments: Vec<&str> = options.into_iter().chain(files.iter().map(String::as_str)).collect();
    let outcome = Folder::new().run(&arguments);
    let last = outcome.stdout.lines().last().unwrap_or_default();
    assert!(last.starts_with(&format!("{} modules compared", files.len())), "{}", outcome.stdout);
    assert!(last.ends_with("0 refused by both, 0 accepted only here; 0 faults"), "{}", outcome.stdout);
    assert_eq!(outcome.code, 0);
}
