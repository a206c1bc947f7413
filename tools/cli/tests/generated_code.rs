//! Generated code as programs have it: compiled by rustc, linked, run. The same modules and tests are in the Bazel suite
//! (`testdata/suite`); here they run with cargo, in both forms of the source, and with objects that do not belong to it.
//!
//! Needs `rustc` and a linker, so the build file of this folder does not have it.

mod program;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use program::Folder;

/// The repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rustc() -> Command {
    let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    command.args(["--edition", "2021", "-Dwarnings"]);
    command
}

fn succeed(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = text_of(&output);
    assert!(output.status.success(), "{command:?}\n{text}");
    text
}

fn text_of(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The runtime as a crate, compiled once.
fn runtime() -> &'static Path {
    static RUNTIME: OnceLock<(tempfile::TempDir, PathBuf)> = OnceLock::new();
    &RUNTIME
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let library = folder.path().join("libxls_aot_runtime.rlib");
            let source = root().join("runtime/src/lib.rs");
            let name = ["--crate-type", "rlib", "--crate-name", "xls_aot_runtime", "--cfg", "feature=\"std\""];
            succeed(rustc().args(name).arg(source).arg("-o").arg(&library));
            (folder, library)
        })
        .1
}

/// Adds the runtime to a command.
fn with_runtime(command: &mut Command) -> &mut Command {
    let library = runtime();
    command.arg("-L").arg(library.parent().unwrap_or(library));
    command.arg("--extern").arg(format!("xls_aot_runtime={}", library.display()))
}

/// Compiles a module of the suite to `NAME.{o,rs,json}`.
fn compile(folder: &Folder, name: &str, arguments: &[&str]) {
    let ir = root().join(format!("testdata/suite/designs/{name}.ir"));
    let (ir, files) = (ir.display().to_string(), ["o", "rs", "json"].map(|end| format!("{name}.{end}")));
    let target = xls_aot_execute::host().expect("the host is a target").triple();
    let common = ["--ir", &ir, "--crate-name", name, "--target", target];
    let outputs = ["--object", &files[0], "--wrapper", &files[1], "--metadata", &files[2]];
    let outcome = folder.run(&[&["compile"], &common[..], &outputs, arguments].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{name}");
}

/// The type table of a module of the suite.
fn types(name: &str) -> String {
    root().join(format!("testdata/suite/designs/{name}.json")).display().to_string()
}

/// Compiles a generated source to a crate; `others` are crates that it uses.
fn build_crate(folder: &Folder, name: &str, others: &[&str]) {
    let mut command = rustc();
    command.args(["--crate-type", "rlib", "--crate-name", name, &format!("{name}.rs")]).current_dir(folder.path());
    succeed(externs(with_runtime(&mut command), others));
}

fn externs<'a>(command: &'a mut Command, crates: &[&str]) -> &'a mut Command {
    crates
        .iter()
        .fold(command.arg("-L").arg("."), |command, name| command.arg("--extern").arg(format!("{name}=lib{name}.rlib")))
}

/// Compiles a test of the suite with the objects of `crates`.
fn test_command(folder: &Folder, source: &Path, crates: &[&str], objects: &[&str]) -> Command {
    let mut command = rustc();
    command.args(["--test", "-o", "tests"]).arg(source).current_dir(folder.path());
    externs(with_runtime(&mut command), crates);
    for object in objects {
        command.arg("-C").arg(format!("link-arg={}", folder.path().join(object).display()));
    }
    command
}

/// Builds and runs the test of a module of the suite.
fn run_suite_test(folder: &Folder, name: &str, crates: &[&str]) {
    let source = root().join(format!("testdata/suite/tests/{name}_test.rs"));
    let objects: Vec<String> = crates.iter().map(|name| format!("{name}.o")).collect();
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    succeed(&mut test_command(folder, &source, crates, &objects));
    let text = succeed(Command::new(folder.path().join("tests")).current_dir(folder.path()));
    assert!(text.contains("test result: ok. ") && !text.contains("ok. 0 passed"), "{text}");
}

const EVERY: &str = "echo,signs,raise,minus8,minus16,minus23,minus32";
const THREE: &str = "negate,__float32__apply,next_op";

#[test]
fn three_tops_that_share_types_and_a_crate_that_uses_them() {
    let folder = Folder::new();
    compile(&folder, "three_tops", &["--tops", THREE, "--types", &types("three_tops")]);
    build_crate(&folder, "three_tops", &[]);
    run_suite_test(&folder, "three_tops", &["three_tops"]);

    compile(&folder, "shared_types", &["--types", &types("shared_types"), "--types-from", "three_tops.json"]);
    build_crate(&folder, "shared_types", &["three_tops"]);
    run_suite_test(&folder, "shared_types", &["three_tops", "shared_types"]);
}

#[test]
fn every_kind_of_type() {
    let folder = Folder::new();
    compile(&folder, "every_type", &["--tops", EVERY, "--types", &types("every_type")]);
    build_crate(&folder, "every_type", &[]);
    run_suite_test(&folder, "every_type", &["every_type"]);
}

/// The other back end makes one object of several functions too, and its Rust code is as good.
#[cfg(feature = "xlsynth")]
#[test]
fn several_functions_compiled_by_libxls() {
    let folder = Folder::new();
    let xlsynth = ["--backend", "xlsynth"];
    compile(&folder, "three_tops", &[&["--tops", THREE, "--types", &types("three_tops")][..], &xlsynth].concat());
    build_crate(&folder, "three_tops", &[]);
    run_suite_test(&folder, "three_tops", &["three_tops"]);
    compile(&folder, "every_type", &[&["--tops", EVERY, "--types", &types("every_type")][..], &xlsynth].concat());
    build_crate(&folder, "every_type", &[]);
    run_suite_test(&folder, "every_type", &["every_type"]);
}

#[test]
fn traces_and_covers() {
    let folder = Folder::new();
    compile(&folder, "traces", &["--tops", "traced,quiet", "--events", "trace,cover"]);
    build_crate(&folder, "traces", &[]);
    run_suite_test(&folder, "traces", &["traces"]);
}

#[test]
fn a_module_is_the_crate_in_another_place() {
    for (name, arguments) in [
        ("three_tops", &["--tops", THREE, "--types", &types("three_tops")][..]),
        ("every_type", &["--tops", EVERY, "--types", &types("every_type")]),
        ("traces", &["--tops", "traced,quiet", "--events", "trace,cover"]),
    ] {
        let folder = Folder::new();
        compile(&folder, name, arguments);
        let of_crate = std::fs::read(folder.path().join(format!("{name}.o"))).unwrap();
        compile(&folder, name, &[arguments, &["--form", "module"]].concat());
        let of_module = std::fs::read(folder.path().join(format!("{name}.o"))).unwrap();
        assert!(of_crate == of_module, "the object does not depend on the form of the source");

        // The tests of the suite, in a crate that includes the module two levels deep.
        let source = root().join(format!("testdata/suite/tests/{name}_test.rs"));
        let tests = std::fs::read_to_string(source).unwrap();
        let (docs, tests): (Vec<&str>, Vec<&str>) = tests.lines().partition(|line| line.starts_with("//!"));
        assert!(!docs.is_empty());
        let host = format!(
            "mod generated {{\n    include!(\"{name}.rs\");\n}}\nmod tests {{\nuse crate::generated::{name};\n{}\n}}\n",
            tests.join("\n")
        );
        // What generated code has and the test does not use is unused in a private module.
        folder.write("host.rs", format!("//! Tests.\n#![allow(unused)]\n#![deny(missing_docs)]\n{host}"));
        let object = format!("{name}.o");
        succeed(&mut test_command(&folder, &folder.path().join("host.rs"), &[], &[&object]));
        let text = succeed(Command::new(folder.path().join("tests")).current_dir(folder.path()));
        assert!(text.contains("test result: ok. ") && !text.contains("ok. 0 passed"), "{text}");
    }
}

/// One function of one type in one crate.
fn design(ty: &str) -> String {
    format!("package p\n\nfn f(x: {ty} id=1) -> {ty} {{\n  ret r: {ty} = identity(x, id=2)\n}}\n")
}

/// Compiles `ir` to `FILE.{o,rs,json}` for a crate called `f`.
fn compile_text(folder: &Folder, file: &str, ir: &str, arguments: &[&str]) {
    folder.write("f.ir", ir);
    let target = xls_aot_execute::host().expect("the host is a target").triple();
    let outputs = ["o", "rs", "json"].map(|end| format!("{file}.{end}"));
    let common = ["compile", "--ir", "f.ir", "--crate-name", "f", "--target", target];
    let outputs = ["--object", &outputs[0], "--wrapper", &outputs[1], "--metadata", &outputs[2]];
    let outcome = folder.run(&[&common[..], &outputs, arguments].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""), "{file}");
}

/// Links a program of the source `FILE.rs` with the object of another compilation.
fn link(folder: &Folder, source: &str, object: &str) -> Output {
    folder.write("main.rs", "fn main() { let _ = f::f(&Default::default()); }\n");
    let mut command = rustc();
    let file = format!("{source}.rs");
    command.args(["--crate-type", "rlib", "--crate-name", "f", &file]).current_dir(folder.path());
    succeed(with_runtime(&mut command));
    let mut command = rustc();
    let object = format!("link-arg={}", folder.path().join(object).display());
    command.args(["main.rs", "-C", &object]).current_dir(folder.path());
    externs(with_runtime(&mut command), &["f"]).output().unwrap()
}

#[test]
fn an_object_of_another_signature_does_not_link() {
    const PAIR: &str = "(bits[8], bits[16])";
    // Layout, names and order: each pair differs in one of them only.
    let named = |fields: &str| format!("{PAIR}=Pair({fields})");
    let enums = |value: u32| {
        format!(
            r#"{{"types": [{{"name": "E", "everywhere": true, "enum": {{"type": "u8", "variants": [{{"name": "A", "value": {value}}}]}}}},
               {{"name": "S", "everywhere": true, "struct": [{{"name": "e", "type": "E"}}]}}]}}"#
        )
    };
    /// A module, and the type table or the type name that goes with it.
    type Compiled = (String, Option<String>);
    let cases: [(&str, Compiled, Compiled); 6] = [
        ("another type", (design(PAIR), None), (design("(bits[32], bits[8])"), None)),
        ("a width", (design("(bits[8], bits[15])"), None), (design(PAIR), None)),
        ("order in the IR", (design("(bits[16], bits[8])"), None), (design(PAIR), None)),
        ("order of fields", (design(PAIR), Some(named("a, b"))), (design(PAIR), Some(named("b, a")))),
        ("a name", (design(PAIR), Some(named("a, b"))), (design(PAIR), None)),
        ("a value of an enum", (design("(bits[8])"), Some(enums(1))), (design("(bits[8])"), Some(enums(2)))),
    ];
    for (what, one, other) in cases {
        let folder = Folder::new();
        for (file, (ir, types)) in [("one", one), ("other", other)] {
            match &types {
                None => compile_text(&folder, file, &ir, &[]),
                Some(table) if table.starts_with('{') => {
                    folder.write("types.json", table);
                    compile_text(&folder, file, &ir, &["--types", "types.json"]);
                }
                Some(name) => compile_text(&folder, file, &ir, &["--type-name", name]),
            }
        }
        for (source, own, foreign) in [("one", "one.o", "other.o"), ("other", "other.o", "one.o")] {
            let good = link(&folder, source, own);
            assert!(good.status.success(), "{what}: {}", text_of(&good));
            let bad = link(&folder, source, foreign);
            let text = text_of(&bad);
            assert!(!bad.status.success() && text.contains("xls_aot_v2_"), "{what}: {text}");
        }
    }
}

/// Names that mean something to Rust or to generated code, in every role.
const AWKWARD: &str = r#"{
  "types": [
    {"name": "Result", "everywhere": true, "struct": [{"name": "self", "type": "u3"}, {"name": "output", "type": "add"}]},
    {"name": "add", "everywhere": true, "enum": {"type": "u4", "variants": [
      {"name": "None", "value": 0}, {"name": "ALL", "value": 1}, {"name": "name", "value": 2}, {"name": "Self", "value": 3}]}},
    {"name": "Tuple0", "alias": "(u5, u5)"},
    {"name": "i32", "struct": [{"name": "crate", "type": "(u5, u5)"}]},
    {"name": "Default", "module": "std", "struct": [{"name": "fn", "type": "Output"}]},
    {"name": "Output", "module": "std", "alias": "s9"},
    {"name": "Runner", "module": "core::add", "struct": [{"name": "value", "type": "std::Default"}]},
    {"name": "Clone", "struct": []},
    {"name": "Option", "struct": [{"name": "some", "type": "Clone"}]},
    {"name": "xls_aot_v2_", "struct": [{"name": "x", "type": "u6"}]}
  ],
  "constants": [
    {"name": "None", "type": "u8", "value": 1}, {"name": "ENTRY", "type": "u8", "value": 2},
    {"name": "add", "type": "u8", "value": 3}, {"name": "x", "type": "u8", "value": 4},
    {"name": "SITES", "module": "core", "type": "add", "value": "Self"}
  ],
  "entries": [
    {"function": "g", "name": "add", "module": "core"}, {"function": "Some", "name": "private", "docs": "`private` is [taken]."},
    {"function": "xls_aot_v2_f", "module": "std", "params": [{"name": "Aot", "type": "std::Output"}]}
  ]
}"#;

const AWKWARD_IR: &str = "package p

fn add(x: (bits[3], bits[4]) id=1, None: bits[8] id=2) -> (bits[3], bits[4]) {
  ret r1: (bits[3], bits[4]) = identity(x, id=3)
}

fn g(add: bits[4] id=4, private: bits[5] id=5) -> (bits[5], bits[4]) {
  ret r2: (bits[5], bits[4]) = tuple(private, add, id=6)
}

fn Some(Runner: (bits[5], bits[5]) id=7) -> (bits[5], bits[5]) {
  ret r3: (bits[5], bits[5]) = identity(Runner, id=8)
}

fn xls_aot_v2_f(Aot: bits[9] id=9, output: bits[1] id=10) -> bits[9] {
  ret r4: bits[9] = identity(Aot, id=11)
}
";

#[test]
fn awkward_names_give_code_that_compiles() {
    for top in [["--top", "add"], ["--top", "xls_aot_v2_f"], ["--tops", "add,g,Some,xls_aot_v2_f"]] {
        for form in ["crate", "module"] {
            let folder = Folder::new();
            folder.write("types.json", AWKWARD);
            compile_text(&folder, "f", AWKWARD_IR, &[&top[..], &["--types", "types.json", "--form", form]].concat());
            folder.write("host.rs", "//! Host.\n#![deny(missing_docs)]\n/// A.\npub mod core { /// B.\n pub mod deep { include!(\"f.rs\"); } }\n/// C.\npub mod std {}\n");
            let source = if form == "crate" { "f.rs" } else { "host.rs" };
            for edition in ["2021", "2024"] {
                let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
                command.args(["--edition", edition, "-Dwarnings", "--crate-type", "rlib", source]);
                succeed(with_runtime(command.current_dir(folder.path())));
            }
        }
    }
}

/// Texts of an author who thinks neither of Markdown nor of rustdoc, and types with the names of the runtime's.
const HOSTILE: &str = r#"{
  "types": [
    {"name": "Bits16", "docs": "Not a Vec<u8>, see [nothing] and http://example.org.\n\n    let not_rust = ;", "everywhere": true,
      "struct": [{"name": "low", "docs": "```\nnot rust either", "type": "u5"}, {"name": "high", "type": "u12"}]},
    {"name": "Events", "everywhere": true, "enum": {"type": "u3", "variants": [{"name": "NONE", "docs": "<b>", "value": 0}]}}
  ],
  "constants": [{"name": "x", "docs": "~~~rust\nfn main( {}", "type": "u9", "value": 1}],
  "entries": [{"function": "__m__f", "docs": "Returns `x`.\n- a\nlazy\n\n\tlet tab = ;\n\"[x]\"", "params": []}]
}"#;

const HOSTILE_IR: &str = "package m

fn __m__f(x: (bits[5], bits[12]) id=1, e: bits[3] id=2, n: bits[17] id=3, w: bits[200] id=4, a: bits[1][3] id=5, t: (bits[1], ()) id=6) -> bits[17] {
  ret r1: bits[17] = identity(n, id=7)
}

fn __m__main(x: bits[8] id=8) -> (token, bits[8]) {
  t: token = after_all(id=9)
  z: bits[8] = literal(value=0, id=10)
  ok: bits[1] = ne(x, z, id=11)
  a: token = assert(t, ok, message=\"x ``must`` not be <zero>\", label=\"no`zero\", id=12)
  ret r2: (token, bits[8]) = tuple(a, x, id=13)
}
";

/// The program of the Rust toolchain beside `rustc`.
fn rustdoc() -> Command {
    let rustc = PathBuf::from(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    Command::new(rustc.with_file_name("rustdoc"))
}

#[test]
fn pages_have_examples_that_compile_and_texts_that_do_no_harm() {
    for arguments in [
        &["--tops", "__m__f,__m__main", "--types", "types.json"][..],
        &["--tops", "__m__f,__m__main"],
        &["--top", "__m__f", "--types", "types.json"],
        &["--top", "__m__main"],
    ] {
        let folder = Folder::new();
        // Without the entries of functions that are not compiled, the table is for both.
        folder.write("types.json", HOSTILE);
        compile_text(&folder, "f", HOSTILE_IR, arguments);
        for edition in ["2021", "2024"] {
            let mut command = rustdoc();
            command.args(["--edition", edition, "--crate-name", "f", "f.rs", "-Dwarnings", "-o", "docs"]);
            succeed(with_runtime(command.current_dir(folder.path())));
            let mut command = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
            command.args(["--edition", edition, "-Dwarnings", "--crate-type", "rlib", "--crate-name", "f", "f.rs"]);
            succeed(with_runtime(command.current_dir(folder.path())));
            let mut command = rustdoc();
            command.args([
                "--edition",
                edition,
                "--crate-name",
                "f",
                "f.rs",
                "--test",
                "--extern",
                "f=libf.rlib",
                "-L.",
            ]);
            let text = succeed(with_runtime(command.current_dir(folder.path())));
            let functions = if arguments[0] == "--tops" { 2 } else { 1 };
            assert!(text.contains(&format!("test result: ok. {functions} passed; 0 failed; 0 ignored")), "{text}");
        }
    }
}

#[test]
fn a_program_whose_main_returns_a_failure_prints_its_text() {
    let folder = Folder::new();
    compile_text(&folder, "f", HOSTILE_IR, &["--top", "__m__main"]);
    build_crate(&folder, "f", &[]);
    folder.write(
        "main.rs",
        "use f::{main as design, AssertionFailure, Bits32};\n\
         fn main() -> Result<(), AssertionFailure> {\n    let one = Bits32::<17>::of(1);\n    \
         assert_eq!(design(u8::try_from(one).unwrap())?, 1);\n    design(0)?;\n    Ok(())\n}\n",
    );
    let mut command = rustc();
    let object = format!("link-arg={}", folder.path().join("f.o").display());
    command.args(["main.rs", "-o", "main", "-C", &object]).current_dir(folder.path());
    succeed(externs(with_runtime(&mut command), &["f"]));
    let output = Command::new(folder.path().join("main")).output().unwrap();
    let text = text_of(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert_eq!(text, "Error: assertion failed in __m__main: x ``must`` not be <zero> (label \"no`zero\")\n");
}

/// Accesses that are assumed to be in bounds: one always is, one in a loop, one that is a result.
const BOUNDS: &str = "package p

fn body(i: bits[4] id=1, sum: bits[8] id=2, a: bits[8][3] id=3) -> bits[8] {
  x: bits[8] = array_index(a, indices=[i], assumed_in_bounds=true, id=4)
  ret s: bits[8] = add(sum, x, id=5)
}

top fn f(a: bits[8][3] id=6, i: bits[2] id=7, j: bits[1] id=8) -> (bits[8], bits[8][3], bits[8]) {
  zero: bits[8] = literal(value=0, id=9)
  sum: bits[8] = counted_for(zero, trip_count=5, stride=1, body=body, invariant_args=[a], id=10)
  updated: bits[8][3] = array_update(a, zero, indices=[i], assumed_in_bounds=true, id=11)
  always: bits[8] = array_index(a, indices=[j], assumed_in_bounds=true, id=12)
  ret r: (bits[8], bits[8][3], bits[8]) = tuple(sum, updated, always, id=13)
}
";

const BOUNDS_MAIN: &str = r#"
use f::{Runner, Tuple0};
use f::xls_aot_runtime::{EventSite, Features, SiteKind};

fn main() {
    // The loop reads the elements 0 to 4 of 3: the last one twice more.
    for (i, updated, violations) in [(0, [0, 2, 4], 0), (2, [1, 2, 0], 0), (3, [1, 2, 4], 1)] {
        let (a, i) = ([1, 2, 4], f::Bits8::<2>::of(i));
        assert_eq!(f::f(&a, i, true), Tuple0(15, updated, 2));
        let (result, events) = Runner::new().run_with_events(&a, i, true);
        assert_eq!(result, Tuple0(15, updated, 2));
        let counts: Vec<_> = events.out_of_bounds().map(|found| (found.site().function, found.site().label, found.count())).collect();
        assert_eq!(counts, [("body", Some("x"), 2), ("f", Some("updated"), violations)]);
        assert_eq!((events.covers().count(), events.is_empty()), (0, false));
    }
    assert!(f::SITES.iter().all(|site: &EventSite| site.kind == SiteKind::OutOfBounds));
    assert!(f::ARTIFACT.features.contains(Features::OUT_OF_BOUNDS) && !f::ARTIFACT.features.contains(Features::COVERS));
}
"#;

#[test]
fn violations_of_assumed_in_bounds_are_counted_if_asked_for() {
    let folder = Folder::new();
    compile_text(&folder, "f", BOUNDS, &["--events", "out_of_bounds"]);
    build_crate(&folder, "f", &[]);
    folder.write("main.rs", BOUNDS_MAIN);
    let mut command = rustc();
    let object = format!("link-arg={}", folder.path().join("f.o").display());
    command.args(["main.rs", "-o", "main", "-C", &object]).current_dir(folder.path());
    succeed(externs(with_runtime(&mut command), &["f"]));
    succeed(&mut Command::new(folder.path().join("main")));

    // What the object does is what the evaluator does, violations included.
    let arguments = ["equivalence", "--ir", "f.ir", "--object", "f.o"];
    let outcome = folder.run(&arguments);
    assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    assert!(outcome.stdout.contains("1024 passed, 0 failed"), "{}", outcome.stdout);

    // Without the event, nothing is reported and nothing costs.
    compile_text(&folder, "f", BOUNDS, &[]);
    let source = std::fs::read_to_string(folder.path().join("f.rs")).unwrap();
    assert!(!source.contains("SITES: &[") && !source.contains("OUT_OF_BOUNDS"), "{source}");
}

const SHAPES: &str = "// A point.
pub struct Point<N: u32> {
    x: sN[N],
    // Down.
    y: sN[N],
}
pub type Small = Point<u32:8>;
";

const DSLX: &str = "import lib.shapes;

pub enum Turn : u2 {
    LEFT = 0,
    RIGHT = 3,
}

// The farthest point.
pub const FAR = s8:-100;

// Turns a point.
pub fn turn(p: shapes::Small, t: Turn) -> shapes::Small {
    match t {
        Turn::LEFT => shapes::Small { x: p.y, y: -p.x },
        _ => shapes::Small { x: -p.y, y: p.x },
    }
}

pub fn half(x: s16) -> s16 {
    assert!((x as u16)[0:1] == u1:0, \"even\");
    x / s16:2
}

fn third(x: u8) -> u8 { assert!(x != u8:0, \"not_zero\"); x / u8:3 }

fn widen<N: u32, M: u32>(x: uN[N]) -> uN[M] { x as uN[M] }
";

const DSLX_MAIN: &str = r#"
use design::shapes::Small;
use design::xls_aot_runtime::{Bits128, Bits8};
use design::{half, third, turn, widen, Turn};

fn main() {
    let point = Small { x: 5, y: -7 };
    assert_eq!(turn(&point, Turn::LEFT), Small { x: -7, y: -5 });
    assert_eq!(turn(&point, Turn::RIGHT), Small { x: 7, y: 5 });
    let _: fn(&design::lib::shapes::Small, Turn) -> Small = turn;
    assert_eq!(turn(&Small { x: design::FAR, y: -128 }, Turn::RIGHT), Small { x: -128, y: -100 });
    assert_eq!(half(-300), Ok(-150));
    assert_eq!(half(3).unwrap_err().label(), Some("even"));
    assert_eq!(third(200), Ok(66));
    assert_eq!(third(0).unwrap_err().label(), Some("not_zero"));
    assert_eq!(widen(Bits8::<5>::of(31)), Bits128::<70>::of(31));
}
"#;

#[test]
fn dslx_becomes_a_crate() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path().join("src/lib")).unwrap();
    folder.write("src/lib/shapes.x", SHAPES);
    folder.write("design.x", DSLX);
    let target = xls_aot_execute::host().expect("the host is a target").triple();
    let arguments = ["compile", "--dslx", "design.x", "--path", "src", "--crate-name", "design", "--target", target];
    let tops = ["--tops", "turn,half,third,widen<u32:5,u32:70>"];
    let outputs = ["--object", "design.o", "--wrapper", "design.rs", "--metadata", "design.json"];
    let outcome = folder.run(&[&arguments[..], &tops, &outputs].concat());
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    build_crate(&folder, "design", &[]);
    folder.write("main.rs", DSLX_MAIN);
    let mut command = rustc();
    let object = format!("link-arg={}", folder.path().join("design.o").display());
    command.args(["main.rs", "-o", "main", "-C", &object]).current_dir(folder.path());
    succeed(externs(with_runtime(&mut command), &["design"]));
    succeed(&mut Command::new(folder.path().join("main")));
}
