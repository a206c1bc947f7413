//! The command `dslx-test`: what it prints about tests that pass and fail, which tests it runs, and what it tells Bazel.

mod program;

use std::path::{Path, PathBuf};

use program::{Folder, Outcome};

/// The output without the times, which differ from run to run.
fn untimed(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let time = words.last().is_some_and(|last| {
            let number = last.trim_start_matches('(').rsplit(['\n', '(']).next().unwrap_or(last);
            !number.is_empty() && number.chars().all(|c| c.is_ascii_digit() || c == '.')
        });
        if word.starts_with("ms") && time {
            let before = words.pop().unwrap_or_default();
            let start = before.rfind('(').map_or("", |at| &before[..=at]);
            words.push(format!("{start}_ {word}"));
        } else {
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

/// Runs the tests of `design.x`.
fn test(text: &str, arguments: &[&str]) -> Outcome {
    test_in(text, &[], arguments)
}

fn test_in(text: &str, environment: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let folder = Folder::new();
    folder.write("design.x", text);
    folder.run_in(environment, &[&["dslx-test", "design.x"], arguments].concat())
}

/// The names of the tests that a run says it ran.
fn names(outcome: &Outcome) -> Vec<String> {
    let lines = outcome.stdout.lines().filter(|line| line.contains(" ... "));
    lines.map(|line| line.split(' ').nth(1).unwrap().to_owned()).collect()
}

const GOOD: &str = "fn add(x: u8, y: u8) -> u8 { x + y }
#[test]
fn adds() { assert_eq(add(u8:1, u8:2), u8:3); }
#[quickcheck]
fn commutes(x: u8, y: u8) -> bool { add(x, y) == add(y, x) }
#[quickcheck(test_count=50)]
fn wide(x: u64) -> bool { x + u64:1 != x }
#[quickcheck]
fn adds_zero(x: u64) -> bool { x + u64:0 == x }
#[quickcheck(exhaustive)]
fn few_more(x: u17) -> bool { x == x }
";

const BAD: &str = "enum Color : u2 { Red = 0, Blue = 2 }
struct Point { x: u8, y: s8 }
fn double(x: u8) -> u8 { x + x }
#[test]
fn wrong() {
    trace_fmt!(\"x is {}\", u8:3);
    assert_eq(double(u8:3), u8:5);
    assert!(double(u8:3) == u8:6, \"fine\");
    assert!(double(u8:3) > u8:7, \"too_small\");
}
#[test]
fn right() { assert_eq(double(u8:3), u8:6); }
#[quickcheck]
fn never_negative(p: Point, c: Color, b: bool) -> bool { p.y > s8:-5 || p.x < u8:10 || c == Color::Red }
#[quickcheck]
fn asserts(x: u32) -> bool { assert!(x < u32:100, \"small\"); true }
";

#[test]
fn tests_that_pass_are_listed() {
    let outcome = test(GOOD, &[]);
    let expected = "running 5 tests of design.x
test adds ... ok (_ ms)
quickcheck commutes ... ok (all 65536 inputs; _ ms)
quickcheck wide ... ok (50 random inputs; _ ms)
quickcheck adds_zero ... ok (1000 random inputs; _ ms)
quickcheck few_more ... ok (all 131072 inputs; _ ms)

test result: ok. 5 passed; 0 failed; 0 filtered out; _ ms; seed 1
";
    assert_eq!((untimed(&outcome.stdout).as_str(), outcome.stderr.as_str(), outcome.code), (expected, "", 0));
}

#[test]
fn failures_are_explained() {
    let outcome = test(BAD, &["--seed", "7"]);
    let expected = "running 4 tests of design.x
test wrong ... FAILED (_ ms)
test right ... ok (_ ms)
quickcheck never_negative ... FAILED (_ ms)
quickcheck asserts ... FAILED (_ ms)

failures:

---- wrong ----
design.x:7:5: error: assertion failed: assert_eq(double(u8:3), u8:5)
design.x:9:5: error: assertion failed: too_small
  traces:
    x is 3

---- never_negative ----
design.x:14:4: error: `never_negative` does not hold for p = Point { x: u8:10, y: s8:-5 }, c = (u2:1 as Color), b = false
  found as random input N of 1000 with seed 7, then made smaller
  as a test:

    #[test]
    fn never_negative_counterexample() {
        assert_eq(never_negative(Point { x: u8:10, y: s8:-5 }, (u2:1 as Color), false), true);
    }

---- asserts ----
design.x:16:4: error: `asserts` does not hold for x = u32:100
design.x:16:30: error: assertion failed: small
  found as random input N of 1000 with seed 7, then made smaller
  as a test:

    #[test]
    fn asserts_counterexample() {
        assert_eq(asserts(u32:100), true);
    }

test result: FAILED. 1 passed; 3 failed; 0 filtered out; _ ms; seed 7
";
    let mut stdout = untimed(&outcome.stdout);
    while let Some((before, after)) = stdout.split_once("random input ").filter(|(_, after)| !after.starts_with('N')) {
        let rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
        stdout = format!("{before}random_input N{rest}");
    }
    assert_eq!(stdout.replace("random_input", "random input"), expected);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 1));
}

#[test]
fn results_do_not_depend_on_the_run_or_the_level() {
    let first = untimed(&test(BAD, &[]).stdout);
    assert_eq!(untimed(&test(BAD, &[]).stdout), first);
    assert_eq!(untimed(&test(BAD, &["--opt", "none"]).stdout), first);
}

#[test]
fn seeds_give_other_inputs() {
    let text = "#[quickcheck]\nfn q(x: u32) -> bool { x & u32:0xff != u32:0x5a }\n";
    let number = |seed: &str| {
        let stdout = test(text, &["--seed", seed, "--quickcheck-count", "100000"]).stdout;
        let (_, rest) = stdout.split_once("random input ").unwrap_or_else(|| panic!("{stdout}"));
        rest.split(' ').next().unwrap().to_owned()
    };
    let first = number("1");
    assert_eq!(number("1"), first);
    assert!(["2", "3", "4"].iter().any(|seed| number(seed) != first));
}

#[test]
fn counterexamples_can_be_pasted() {
    let library = "pub struct Box<N: u32> { value: uN[N], list: s4[3] }\npub enum Mode : u1 { A = 0, B = 1 }\n";
    let text = "import parts.boxes as b;
type Wide = uN[130];
#[quickcheck]
fn of_parts(x: b::Box<u32:7>, m: b::Mode, t: (bool, u3), one: (u9,)) -> bool {
    x.list[1] > s4:-2 || m == b::Mode::A || !t.0 || one.0 == u9:0
}
#[quickcheck]
fn of_wide(x: Wide, none: (), many: u5[40]) -> bool { x < (Wide:1 << u32:100) || many[3] < u5:2 }
#[quickcheck]
fn alone(a: u16[5]) -> bool { a != u16[5]:[7, ...] && a[0] < u16:500 }
";
    let folder = Folder::new();
    std::fs::create_dir(folder.path().join("parts")).unwrap();
    folder.write("parts/boxes.x", library);
    folder.write("design.x", text);
    let run = |filter| folder.run(&["dslx-test", "design.x", "--path", ".", "--filter", filter]);
    let outcome = run("");
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 1));
    let pasted: Vec<&str> = outcome.stdout.lines().filter_map(|line| line.strip_prefix("    ")).collect();
    assert_eq!(pasted.iter().filter(|line| **line == "#[test]").count(), 3, "{}", outcome.stdout);
    let value = "b::Box<u32:7> { value: uN[7]:0, list: [s4:0, s4:-2, s4:0] }";
    let value = value.replace("uN[7]", "u7");
    let call = format!("of_parts({value}, b::Mode::B, (true, u3:0), (u9:1,))");
    assert!(outcome.stdout.contains(&call), "{}", outcome.stdout);
    folder.write("design.x", format!("{text}{}\n", pasted.join("\n")));
    let outcome = run("_counterexample");
    assert_eq!(outcome.stderr, "");
    assert!(outcome.stdout.contains("test result: FAILED. 0 passed; 3 failed; 3 filtered out;"), "{}", outcome.stdout);
}

#[test]
fn a_test_without_end_fails_and_the_next_one_runs() {
    let loops =
        "for (i, a) in u32:0..u32:0xfffff { for (j, b) in u32:0..u32:0xfffff { for (k, c) in u32:0..u32:0xfffff {
    (c ^ k) * (c + i) ^ j }(b) }(a) }";
    let text = format!(
        "#[test]\nfn endless() {{ assert_eq({loops}(u32:1), u32:7); }}\n#[test]\nfn next() {{ assert!(true, \"t\"); }}\n\
         #[quickcheck]\nfn slow(x: u32) -> bool {{ {loops}(x) == {loops}(x) }}\n"
    );
    let outcome = test(&text, &["--time-limit", "1"]);
    let expected =
        "design.x:2:4: error: `endless` did not finish: the process was killed by signal 14 (it took too long)\n";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    let expected =
        "`slow` did not finish: it was not finished within 1 s: 0 of 1000 inputs were tried; the next is x = u32:";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    assert!(outcome.stdout.contains("test next ... ok"), "{}", outcome.stdout);
    assert_eq!(outcome.code, 1);
}

#[test]
fn a_run_without_tests_is_an_error() {
    let outcome = test("pub fn f(x: u8) -> u8 { x }\n", &[]);
    let message = "design.x: error: there are no tests\n  help: write functions with `#[test]` or `#[quickcheck]`\n";
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_str(), outcome.code), (message, "", 1));
    let outcome = test(GOOD, &["--filter", "subtracts"]);
    let message = "error: no name of the 5 tests contains `subtracts`\n  help: leave out --filter to see all names\n";
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_str(), outcome.code), (message, "", 1));
}

#[test]
fn a_module_with_errors_is_refused() {
    let outcome = test("#[test]\nfn t(x: u8) { assert_eq(x, x); }\n#[quickcheck]\nfn q(x: u8) -> u8 { x }\n", &[]);
    let message = "design.x:2:4: error[E1508]: the test `t` has parameters, and nothing gives them values
  fn t(x: u8) { assert_eq(x, x); }
     ^
  help: make it a `#[quickcheck]` with the result `bool`, or call it from a test
design.x:4:4: error[E1509]: the quickcheck `q` gives `u8`, not `bool`
  fn q(x: u8) -> u8 { x }
     ^
  help: give `true` for every input on which the property holds
";
    assert_eq!((outcome.stderr.as_str(), outcome.stdout.as_str(), outcome.code), (message, "", 1));
    let warned = "fn f() -> u8 { let unused = u8:1; u8:2 }\n#[test]\nfn t() { assert_eq(f(), u8:2); }\n";
    assert_eq!(test(warned, &[]).code, 0);
    let outcome = test(warned, &["--warnings-as-errors"]);
    assert!(outcome.stderr.contains("design.x:1:20: warning[unused_definition]"), "{}", outcome.stderr);
    assert_eq!((outcome.stdout.as_str(), outcome.code), ("", 1));
}

#[test]
fn an_exhaustive_quickcheck_of_too_many_inputs_fails() {
    let outcome = test("#[quickcheck(exhaustive)]\nfn q(x: u64) -> bool { x == x }\n", &[]);
    let expected = "design.x:2:4: error: `q` did not finish: it is exhaustive, and there are 2^64 inputs or more\n";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    assert_eq!(outcome.code, 1);
}

#[test]
fn bazel_filters_and_shards() {
    let filtered = test_in(GOOD, &[("TESTBRIDGE_TEST_ONLY", "adds")], &[]);
    assert_eq!((names(&filtered), filtered.code), (vec!["adds".to_owned(), "adds_zero".to_owned()], 0));
    // The filter is for all tests of a build.
    let nothing = test_in(GOOD, &[("TESTBRIDGE_TEST_ONLY", "subtracts")], &[]);
    assert_eq!((names(&nothing), nothing.code), (vec![], 0));
    assert!(nothing.stdout.starts_with("no name of a test contains `subtracts`\n"), "{}", nothing.stdout);
    let mut all = Vec::new();
    for index in ["0", "1", "2"] {
        let folder = Folder::new();
        folder.write("design.x", GOOD);
        let environment =
            [("TEST_SHARD_INDEX", index), ("TEST_TOTAL_SHARDS", "3"), ("TEST_SHARD_STATUS_FILE", "status")];
        let outcome = folder.run_in(&environment, &["dslx-test", "design.x"]);
        assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 0));
        assert!(folder.listing().contains(&"status".to_owned()));
        all.extend(names(&outcome));
    }
    all.sort();
    assert_eq!(all, ["adds", "adds_zero", "commutes", "few_more", "wide"]);
    let outcome = test_in(GOOD, &[("TEST_SHARD_INDEX", "3"), ("TEST_TOTAL_SHARDS", "3")], &[]);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("error: TEST_SHARD_INDEX is 3, and there are 3 shards\n", 2));
    // More shards than tests: the last one has nothing to do.
    let outcome = test_in(GOOD, &[("TEST_SHARD_INDEX", "7"), ("TEST_TOTAL_SHARDS", "8")], &[]);
    assert_eq!((names(&outcome), outcome.code), (vec![], 0));
}

#[test]
fn results_are_written_as_xml() {
    let folder = Folder::new();
    folder.write("design.x", BAD);
    folder.write("good.x", GOOD);
    let arguments = ["dslx-test", "design.x", "good.x", "--junit", "own.xml"];
    let outcome = folder.run_in(&[("XML_OUTPUT_FILE", "bazel.xml")], &arguments);
    assert_eq!((outcome.stderr.as_str(), outcome.code), ("", 1));
    let text = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
    let xml = text("own.xml");
    assert_eq!(xml, text("bazel.xml"));
    assert!(xml.contains("<testsuites tests=\"9\" failures=\"3\" errors=\"0\""), "{xml}");
    assert!(xml.contains("<testsuite name=\"good.x\" tests=\"5\" failures=\"0\""), "{xml}");
    assert!(
        xml.contains("<testcase name=\"right\" classname=\"design.x\" file=\"design.x\" line=\"12\" time="),
        "{xml}"
    );
    let message = "<failure message=\"design.x:7:5: error: assertion failed: assert_eq(double(u8:3), u8:5)\"";
    assert!(xml.contains(message), "{xml}");
    let outcome = folder.run(&["dslx-test", "good.x", "--junit", "none/own.xml"]);
    assert!(outcome.stderr.starts_with("none/own.xml: error: cannot write the file"), "{}", outcome.stderr);
    assert_eq!(outcome.code, 1);
}

#[test]
fn the_evaluator_agrees() {
    let outcome = test(GOOD, &["--compare", "evaluator"]);
    assert_eq!((names(&outcome).len(), outcome.stderr.as_str(), outcome.code), (5, "", 0));
    assert!(!outcome.stdout.contains("note:"), "{}", outcome.stdout);
    // What takes the evaluator too long is said.
    let text = "#[test]\nfn long() {\n    let x = for (i, a) in u32:0..u32:0xfffff { for (j, b) in u32:0..u32:64 \
                { b * u32:3 + i ^ j }(a) }(u32:1);\n    assert!(x != u32:1 || x == u32:1, \"l\");\n}\n";
    let outcome = test(text, &["--compare", "evaluator"]);
    let expected = "\n  note: 1 of 1 inputs were not compared with the evaluator: ";
    assert!(outcome.stdout.contains(expected), "{}", outcome.stdout);
    assert_eq!(outcome.code, 0);
}

#[cfg(not(feature = "xlsynth"))]
#[test]
fn libxls_is_in_another_program() {
    let outcome = test(GOOD, &["--compare", "libxls"]);
    assert!(outcome.stderr.starts_with("error: this program does not have the DSLX front end of libxls"));
    assert_eq!(outcome.code, 2);
}

#[cfg(feature = "xlsynth")]
#[test]
fn libxls_agrees() {
    let Some(library) = standard_library() else { return };
    let outcome = test(GOOD, &["--compare", "libxls", "--stdlib", library.to_str().unwrap()]);
    assert_eq!((names(&outcome).len(), outcome.stderr.as_str(), outcome.code), (5, "", 0));
    assert!(!outcome.stdout.contains("note:"), "{}", outcome.stdout);
    // What libxls gets wrong (docs/dslx.md) is a difference.
    let text = "fn f(x: u8) -> u8 { for (i, acc) in u8:3..u8:5 { let next = acc + i; acc }(x) }
#[test]
fn t() { assert_eq(f(u8:1), u8:1); }
";
    let outcome = test(text, &["--compare", "libxls", "--stdlib", library.to_str().unwrap()]);
    assert!(outcome.stdout.contains("compiled code and libxls' front end differ"), "{}", outcome.stdout);
    assert_eq!(outcome.code, 1);
}

/// Where this repository's files are.
fn repository() -> PathBuf {
    let crate_folder = std::env::var_os("CARGO_MANIFEST_DIR");
    let root = crate_folder.map_or_else(PathBuf::new, |folder| Path::new(&folder).join("../.."));
    std::path::absolute(if root.as_os_str().is_empty() { Path::new(".") } else { &root }).unwrap()
}

/// libxls' standard library, where there is one.
fn standard_library() -> Option<PathBuf> {
    std::env::var_os("DSLX_STDLIB_PATH").map(PathBuf::from)
}

/// Runs the tests of files and compares them with the evaluator; how many passed. None may fail.
fn all_pass(files: &[PathBuf], arguments: &[&str]) -> usize {
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let outcome = Folder::new().run(&[&["dslx-test", "--compare", "evaluator"], arguments, &files].concat());
    assert_eq!(outcome.code, 0, "{}\n{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("; 0 failed; 0 filtered out;"));
    assert!(!outcome.stdout.contains("note:"), "{}", outcome.stdout);
    names(&outcome).len()
}

fn modules(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|e| e == "x")).collect();
    files.sort();
    files
}

#[test]
fn the_suite_passes() {
    let folder = repository().join("testdata/dslx");
    let files = [modules(&folder), modules(&folder.join("beyond"))].concat();
    assert!(files.len() >= 50, "{}", files.len());
    let library = folder.join("library");
    let arguments = ["--path", folder.to_str().unwrap(), "--stdlib", library.to_str().unwrap()];
    let passed = all_pass(&files, &arguments);
    assert!(passed >= 90, "{passed}");
}

#[test]
fn the_standard_library_passes() {
    let Some(library) = standard_library() else { return };
    let folder = tempfile::tempdir().unwrap();
    // Under its own name, a module of the library would be two modules.
    let copied = modules(&library).into_iter().map(|file| {
        let copy = folder.path().join(format!("tested_{}", file.file_name().unwrap().to_str().unwrap()));
        std::fs::copy(&file, &copy).unwrap();
        copy
    });
    let passed = all_pass(&copied.collect::<Vec<_>>(), &["--stdlib", library.to_str().unwrap()]);
    // 270 tests, and quickchecks.
    assert!(passed >= 311, "{passed}");
}
