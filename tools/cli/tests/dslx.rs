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
         ^^^
  help: looked for src/std.x
  help: `std` is a module of the standard library, whose folder is not given
";
    assert_eq!((without.stderr.as_str(), without.code), (message, 1));
}

/// A folder with two libraries as a build lays them out: sources, generated sources, another repository.
fn laid_out() -> Folder {
    let folder = Folder::new();
    for path in ["app", "out/bin/gen", "external/lib~1/parts", "external/std~2"] {
        std::fs::create_dir_all(folder.path().join(path)).unwrap();
    }
    folder.write("app/design.x", "import app.shared;\nimport gen.made;\nimport parts;\nimport std;\npub fn f(x: u8) -> u8 { std::id(parts::add(x, made::ONE)) + shared::ONE }\n");
    folder.write("app/shared.x", "pub const ONE = u8:1;\n");
    folder.write("out/bin/gen/made.x", "pub const ONE = u8:1;\n");
    folder.write("external/lib~1/parts/all.x", "pub fn add(x: u8, y: u8) -> u8 { assert!(x != y, \"same\"); x + y }\n");
    folder.write("external/std~2/std.x", "pub fn id(x: u8) -> u8 { x }\n");
    folder
}

const LAID_OUT: [&str; 16] = [
    "--module",
    "app.design=app/design.x",
    "--module",
    "app.shared=app/shared.x",
    "--module",
    "gen.made=out/bin/gen/made.x",
    "--module",
    "parts=external/lib~1/parts/all.x",
    "--remap-path-prefix",
    "external/lib~1=@lib",
    "--remap-path-prefix",
    "external/std~2/=dslx_stdlib",
    "--remap-path-prefix",
    "out/bin=",
    "--stdlib",
    "external/std~2",
];

#[test]
fn a_build_gives_the_file_of_each_module_and_how_it_is_shown() {
    let folder = laid_out();
    let outcome = folder.run(&[&["dslx-to-ir", "app/design.x", "--top", "f"], &LAID_OUT[..]].concat());
    assert_eq!((&*outcome.stderr, outcome.code), ("", 0));
    let files: Vec<&str> = outcome.stdout.lines().filter(|line| line.starts_with("file_number")).collect();
    let names = ["dslx_stdlib/std.x", "@lib/parts/all.x", "app/design.x", "gen/made.x", "app/shared.x"];
    let expected: Vec<String> = names.iter().zip(0..).map(|(name, n)| format!("file_number {n} \"{name}\"")).collect();
    assert_eq!(files, expected);
    assert!(outcome.stdout.contains("@ @lib/parts/all.x:1:41-1:57"), "{}", outcome.stdout);

    // Only these modules count, whatever is in the folders.
    folder.write("app/lonely.x", "import app.shard;\nimport gen.other;\nimport made;\n");
    let outcome = folder.run(&[&["dslx-to-ir", "app/lonely.x"], &LAID_OUT[..]].concat());
    let message = "app/lonely.x:1:8: error[E1151]: there is no module `app.shard`
  import app.shard;
         ^^^^^^^^^
  help: did you mean `app.shared`?
app/lonely.x:2:8: error[E1151]: there is no module `gen.other`
  import gen.other;
         ^^^^^^^^^
  help: the build gives no such module: add the library that has it to `deps`
app/lonely.x:3:8: error[E1151]: there is no module `made`
  import made;
         ^^^^
  help: looked for dslx_stdlib/made.x
  help: did you mean `gen.made`?
";
    assert_eq!((&*outcome.stderr, outcome.code), (message, 1));

    let outcome =
        folder.run(&["dslx-to-ir", "app/shared.x", "--module", "a=app/shared.x", "--module", "a=app/design.x"]);
    let message = "error: the module `a` is in two files, app/shared.x and app/design.x
  help: give the file that is meant, or import one by another name
";
    assert_eq!((&*outcome.stderr, outcome.code), (message, 2));
}

#[test]
fn a_type_of_a_module_is_the_same_type_for_the_module_itself_and_for_those_that_import_it() {
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("a")).unwrap();
    folder.write(
        "a/types.x",
        "pub struct Pair<N: u32> { x: uN[N] }\npub type Byte = Pair<u32:8>;\npub fn swap(x: Byte) -> Byte { x }\n",
    );
    folder.write("user.x", "import a.types;\npub fn f(x: types::Byte) -> types::Pair<u32:8> { x }\n");
    let compiled = |file: &str, name: &str, more: &[&str]| {
        let outputs = [format!("{name}.o"), format!("{name}.rs"), format!("{name}.json")];
        let outputs = ["--object", &outputs[0], "--wrapper", &outputs[1], "--metadata", &outputs[2]];
        let arguments = ["compile", "--dslx", file, "--path", ".", "--crate-name", name];
        let outcome = folder.run(&[&arguments, more, &outputs].concat());
        assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
        let description = std::fs::read(folder.path().join(format!("{name}.json"))).unwrap();
        let description: serde_json::Value = serde_json::from_slice(&description).unwrap();
        let types = description["types"].as_array().unwrap().clone();
        let shown = |ty: &serde_json::Value| {
            let text = |key: &str| ty[key].as_str().unwrap_or("itself").to_owned();
            format!("{} at {} from {}", text("path"), text("rust_path"), text("defined_in"))
        };
        types.iter().map(shown).collect::<Vec<_>>()
    };
    assert_eq!(
        compiled("a/types.x", "types", &["--top", "swap"]),
        ["a::types::Pair<8> at Pair_8 from itself", "a::types::Byte at Byte from itself"]
    );
    assert_eq!(
        compiled("user.x", "user", &["--top", "f", "--types-from", "types.json"]),
        ["a::types::Pair<8> at a::types::Pair_8 from types", "a::types::Byte at a::types::Byte from types"]
    );
}

#[test]
fn a_module_is_checked_completely() {
    let folder = Folder::new();
    folder.write("good.x", "import bad;\nfn f(x: u8) -> u8 { let y = x; x }\n");
    folder.write("bad.x", "fn unreached(x: u8) -> u16 { x }\n#[test]\nfn test_it() { assert_eq(u8:1, u9:1) }\n");
    let check = |arguments: &[&str]| folder.run(&[&["dslx-typecheck", "--path", "."], arguments].concat());
    let warning = "good.x:2:25: warning[unused_definition]: `y` is not used in the function `f`
  fn f(x: u8) -> u8 { let y = x; x }
                          ^
  help: leave it out, or name it `_y` if it is there for the reader
";
    let outcome = check(&["bad.x", "--stamp", "stamp"]);
    let errors: Vec<&str> = outcome.stderr.lines().filter(|line| line.contains("error[")).collect();
    assert_eq!((outcome.code, errors.len()), (1, 2), "{}", outcome.stderr);
    assert!(!folder.path().join("stamp").exists());
    let both = check(&["good.x", "bad.x", "--stamp", "stamp"]);
    assert_eq!((both.code, both.stderr), (1, format!("{warning}{}", outcome.stderr)));

    folder.write("bad.x", "fn unreached(x: u8) -> u8 { x }\n");
    let outcome = check(&["good.x", "bad.x", "--stamp", "stamp"]);
    assert!(outcome.stderr.starts_with(warning), "{}", outcome.stderr);
    assert_eq!((outcome.code, &*outcome.stdout), (0, ""));
    assert_eq!(std::fs::read(folder.path().join("stamp")).unwrap(), b"");
    let strict = check(&["good.x", "--warnings-as-errors", "--stamp", "other"]);
    let end = "error: there are warnings\n  help: correct them, or leave out --warnings-as-errors\n";
    assert_eq!(strict.code, 1);
    assert!(strict.stderr.starts_with(warning) && strict.stderr.ends_with(end), "{}", strict.stderr);
    assert!(!folder.path().join("other").exists());
    let silent = check(&["good.x", "bad.x", "--no-warnings"]);
    assert_eq!((silent.code, &*silent.stderr), (0, ""));
}

#[test]
fn modules_that_import_each_other_are_no_success() {
    let folder = Folder::new();
    folder.write("a.x", "import b;\nfn f(x: u8) -> u8 { x }\n");
    folder.write("b.x", "import a;\nfn f(x: u8) -> u8 { x }\n");
    folder.write("c.x", "import a;\nfn f(x: u8) -> u8 { y }\n");
    let outcome = folder.run(&["dslx-typecheck", "--path", ".", "a.x", "b.x", "c.x", "--stamp", "stamp"]);
    let cycle = |first: &str, second: &str| {
        format!(
            "{second}.x:1:8: error[E1153]: modules import each other: `{first}` -> `{second}` -> `{first}`
  import {first};
         ^
  {first}.x:1:8: `{second}` is imported here
    import {second};
           ^
  help: move what both need to a module of its own
"
        )
    };
    // The cycle that `c` imports is that of `a` and `b` again. It does not hide what is wrong in `c`.
    let other = "c.x:2:21: error[E1231]: `y` is not defined here\n  fn f(x: u8) -> u8 { y }\n                      ^\n";
    assert_eq!((outcome.code, outcome.stderr), (1, cycle("a", "b") + &cycle("b", "a") + other));
    assert!(!folder.path().join("stamp").exists());
}

#[test]
fn an_import_that_leads_nowhere_hides_nothing_else() {
    let folder = Folder::new();
    let check = |text: &str, command: &[&str]| {
        folder.write("m.x", text);
        let outcome = folder.run(&[command, &["m.x"]].concat());
        let errors = outcome.stderr.lines().filter(|line| line.starts_with("m.x:")).map(str::to_owned);
        (outcome.code, errors.collect::<Vec<_>>())
    };
    let missing = "m.x:1:8: error[E1151]: there is no module `a`".to_owned();
    let wrong = "m.x:3:22: error[E1215]: expected `u16`, found `u8`".to_owned();
    for command in [&["dslx-typecheck"][..], &["dslx-to-ir"]] {
        let text = "import a;\nfn f(x: a::T) -> u8 { let y = a::g(x); y }\nfn g(x: u8) -> u16 { x }\n";
        assert_eq!(check(text, command), (1, vec![missing.clone(), wrong.clone()]), "{command:?}");
        assert_eq!(check("import a;\nfn f(x: u8) -> u8 { x }\n", command), (1, vec![missing.clone()]), "{command:?}");
    }
    let named = check("import a;\nfn f(x: u8) -> u8 { x }\n", &["dslx-to-ir", "--top", "f"]);
    assert_eq!(named, (1, vec![missing]));
}

#[test]
fn an_error_has_its_place() {
    refused(
        "fn f(x: u8) -> u8 { x + y }\n",
        &[],
        1,
        "design.x:1:25: error[E1231]: `y` is not defined here
  fn f(x: u8) -> u8 { x + y }\
         \n                          ^",
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
             ^^^^^
  help: there is `twice`",
    );
}

#[test]
fn warnings_can_be_switched() {
    let text = "fn f(x: u8) -> u8 { let y = x; x }\n";
    let warning = "design.x:1:25: warning[unused_definition]: `y` is not used in the function `f`
  fn f(x: u8) -> u8 { let y = x; x }
                          ^
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
            "top sun:1:12: error[E1380]: module `design` has no function `sun`\n  fn top() { sun() }\
             \n             ^^^\
             \n  help: there is `sum`",
        ),
        (
            &["--dslx", "design.x", "--tops", "sum,sum"],
            1,
            "design.x:3:8: error[E1383]: the function `sum` is to be compiled twice\n  pub fn sum(x: u8, y: u8) -> u8 { twice(x) + y }\
             \n         ^^^\n  \
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
1 modules compared: 3 functions (3 with the same nodes, 3 run as native code), 1 constants, 1 of 1 tests pass; 0 refused by both, 0 accepted only \
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

#[test]
fn what_the_compiler_refuses_has_its_place_in_the_module() {
    let folder = Folder::new();
    folder.write(
        "design.x",
        "fn inner(x: u8) -> u8 {
    trace_fmt!(\"x is {}\", x);
    x
}
pub fn outer(x: u8) -> u8 { inner(x) }
fn huge(x: u64[4194304][128]) -> u64 { x[0][0] }
",
    );
    let traced = compile(&folder, &["--dslx", "design.x", "--top", "outer"]);
    assert_eq!(
        traced.stderr.trim_end(),
        "design.x:2:5: error[E1005]: compiled code reports no traces unless it is asked to, but the top reaches `trace.4` in \
         function `__itok__design__inner`; the calls are __design__outer -> __itok__design__outer -> \
         __itok__design__inner\n  trace_fmt!(\"x is {}\", x);\n  ^\n  help: ask for them with `--events trace`\n  help: or take \
         it out of the design (in DSLX it is a `trace_fmt!` or `trace!`), or choose a top that does not reach it"
    );
    assert_eq!(traced.code, 1);
    let huge = compile(&folder, &["--dslx", "design.x", "--top", "huge"]);
    assert_eq!(
        huge.stderr.trim_end(),
        "design.x:6:4: error[E1006]: parameter `x` takes 4294967296 bytes; the limit of one value is 2147483648 bytes\n  \
         fn huge(x: u64[4194304][128]) -> u64 { x[0][0] }\n     ^\n  help: pass the data in smaller pieces"
    );
    assert_eq!(huge.code, 1);
    // The place may be in a module that the design imports, and that is shown by another name.
    std::fs::create_dir(folder.path().join("lib")).unwrap();
    folder.write("lib/inner.x", "pub fn traced(x: u8) -> u8 { let y = x; trace_fmt!(\"y is {}\", y); y }");
    folder.write("imports.x", "import inner;\npub fn outer(x: u8) -> u8 { inner::traced(x) }");
    let remap = ["--path", "lib", "--remap-path-prefix", "lib=elsewhere"];
    let imported = compile(&folder, &[&["--dslx", "imports.x", "--top", "outer"], &remap[..]].concat());
    let lines: Vec<&str> = imported.stderr.lines().collect();
    assert!(lines[0].starts_with("elsewhere/inner.x:1:41: error[E1005]: "), "{lines:#?}");
    let line = "  pub fn traced(x: u8) -> u8 { let y = x; trace_fmt!(\"y is {}\", y); y }";
    assert_eq!(lines[1..3], [line, &format!("{}^", " ".repeat(42))]);
}

#[cfg(not(feature = "xlsynth"))]
#[test]
fn the_front_end_of_libxls_is_in_another_program() {
    let folder = Folder::new();
    folder.write("design.x", SUM);
    let message =
        "error: this program does not have the DSLX front end of libxls\n  help: use the program xls_aot_xlsynth";
    let outcome = folder.run(&["dslx-to-ir", "design.x", "--frontend", "xlsynth"]);
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 2));
    let outcome = compile(&folder, &["--dslx", "design.x", "--top", "sum", "--frontend", "xlsynth"]);
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert_eq!((folder.listing(), outcome.code), (vec!["design.x".to_owned()], 2));
}

/// Modules on which the front ends do the same: through libxls, nothing but positions of nodes differs.
#[cfg(feature = "xlsynth")]
#[test]
fn the_front_end_of_libxls_converts() {
    let Some(library) = std::env::var_os("DSLX_STDLIB_PATH") else { return };
    let library = library.to_str().unwrap();
    let folder = Folder::new();
    let text = "struct Point { x: u8, y: s8 }
pub fn third(p: Point) -> Point { assert!(p.x != u8:0, \"not_zero\"); Point { x: p.x / u8:3, y: p.y } }
fn twice<N: u32>(x: uN[N]) -> uN[N] { x + x }
fn user(x: u8) -> u8 { twice(x) }
#[test]
fn t() { assert_eq(user(u8:1), u8:2); }
";
    folder.write("design.x", text);
    let all = ["--frontend", "xlsynth", "--stdlib", library];
    let to_ir = |arguments: &[&str]| folder.run(&[&["dslx-to-ir", "design.x"], &all[..], arguments].concat());
    let outcome = to_ir(&[]);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
    for part in ["fn __itok__design__third(", "fn __design__third(", "fn __design__twice__8(", "fn __design__user("] {
        assert!(outcome.stdout.contains(part), "{part}\n{}", outcome.stdout);
    }
    assert!(!outcome.stdout.contains("__design__t("));
    assert!(to_ir(&["--tests"]).stdout.contains("fn __itok__design__t("));
    let top = to_ir(&["--top", "twice<u32:8>"]);
    assert!(top.stdout.contains("top fn __design__twice__8(") && !top.stdout.contains("third"), "{}", top.stdout);
    let outcome = to_ir(&["--top", "twice<u32:9>"]);
    let message = "design.x: error: libxls makes no function `__design__twice__9` of the module\n  help: ";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 1));

    let made = |tops: &str, frontend: &[&str]| {
        let tops = ["--dslx", "design.x", "--stdlib", library, "--tops", tops];
        let outcome = compile(&folder, &[&tops[..], frontend].concat());
        assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
        std::fs::read_to_string(folder.path().join("design.rs")).unwrap()
    };
    let wrapper = made("third,twice<u32:8>", &["--frontend", "xlsynth"]);
    assert!(wrapper.contains("pub struct Point {") && wrapper.contains("pub fn twice("), "{wrapper}");
    // Only positions of assertions differ: that of libxls is behind the macro's name.
    assert_eq!(made("user,twice<u32:8>", &["--frontend", "xlsynth"]), made("user,twice<u32:8>", &[]));

    // A module that only this front end takes.
    folder.write("design.x", "fn f(x: u8) -> u8 { for (i, a) in s8:-3..s8:3 { a + (i as u8) }(x) }\n");
    let outcome = to_ir(&[]);
    let message = "design.x: error: libxls does not convert the module: ";
    assert!(outcome.stderr.starts_with(message), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 1));

    // Modules whose files are given, as a rule gives them: paths are shown as the options say.
    std::fs::create_dir_all(folder.path().join("out/a")).unwrap();
    folder.write("out/a/design.x", "import p.q;\npub fn f(x: u8) -> u8 { q::half(x) }\n");
    folder.write("out/a/other.x", "pub fn half(x: u8) -> u8 { assert!(x > u8:1, \"small\"); x >> 1 }\n");
    let of_modules = |frontend: &[&str]| {
        let options = ["--module", "p.q=out/a/other.x", "--remap-path-prefix", "out/=", "--stdlib", library];
        let command = ["dslx-to-ir", "out/a/design.x", "--top", "f"];
        let outcome = folder.run(&[&command[..], &options, frontend].concat());
        assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
        outcome.stdout
    };
    let theirs = of_modules(&["--frontend", "xlsynth"]);
    assert!(theirs.contains("@ a/other.x:1:35-1:54\""), "{theirs}");
    assert!(theirs.contains("\"a/other.x\"") && !theirs.contains("xls_aot_modules"), "{theirs}");
    // The function is the same as this front end's, up to the first id.
    let top =
        |ir: &str| ir.lines().find(|line| line.starts_with("top fn ")).unwrap().split(" id=").next().map(str::to_owned);
    assert_eq!(top(&theirs), top(&of_modules(&[])));
}
