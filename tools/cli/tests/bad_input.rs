//! What users see when the input has an error: the whole message and the exit code; and that no file is left.
//!
//! The tests run the program. What is wrong with the input is said before anything is said about back ends, so one text
//! serves them all.

mod program;

use program::{Folder, Outcome};

/// Compiles `ir` as the file `design.ir` and returns the outcome; nothing may be left behind.
fn refused(ir: impl AsRef<[u8]>, arguments: &[&str]) -> Outcome {
    let folder = Folder::new();
    folder.write("design.ir", ir);
    let outcome = folder.compile(arguments);
    assert_eq!(folder.listing(), ["design.ir"], "no output is left");
    assert_eq!(outcome.stdout, "");
    outcome
}

fn check(ir: impl AsRef<[u8]>, arguments: &[&str], message: &str) {
    let outcome = refused(ir, arguments);
    assert_eq!(outcome.stderr, format!("{message}\n"));
    assert_eq!(outcome.code, 1);
}

#[test]
fn text_that_is_no_package() {
    check(
        "",
        &[],
        "design.ir:1:1: error[E0208]: there is nothing in this file but blanks and comments\n  \
         \n  ^\
         \n  help: an XLS IR file begins \
         with `package NAME`",
    );
    check(
        "int main() { return 0; }\n",
        &[],
        "design.ir:1:1: error[E0201]: expected `package`, found `int`\n  int main() { return 0; }\
         \n  ^^^\
         \n  help: an XLS IR file \
         begins with `package NAME`; is this XLS IR text?",
    );
    check(
        b"\x7fELF\x02\xff\xfe".as_slice(),
        &[],
        "design.ir:1:6: error[E0103]: the byte 0xff here is not UTF-8\n  \u{fffd}ELF\u{fffd}\u{fffd}\u{fffd}\
         \n       ^\
         \n  help: XLS IR \
         is text; is this a binary file, or text in another encoding?",
    );
}

#[test]
fn truncated_text() {
    check(
        "package p\n\nfn add_inputs(lhs: bits[32] id=1, rhs: bits[17]",
        &[],
        "design.ir:3:48: error[E0202]: the text ends where `)` or `,` behind a parameter was expected\n  fn add_inputs(lhs: \
         bits[32] id=1, rhs: bits[17]\
         \n                                                 ^\
         \n  help: function `add_inputs` is not complete; is the file cut off?",
    );
}

#[test]
fn a_sign_extension_of_no_bits() {
    check(
        "package p\n\nfn f(x: bits[0] id=1) -> bits[8] {\n  ret y: bits[8] = sign_ext(x, new_bit_count=8, id=2)\n}\n",
        &[],
        "design.ir:4:7: error[E0404]: `sign_ext` cannot extend bits[0], which has no sign bit\n  ret y: bits[8] = \
         sign_ext(x, new_bit_count=8, id=2)\
         \n      ^",
    );
}

#[test]
fn bits_beyond_every_limit() {
    check(
        "package p\n\nfn f(x: bits[16777217] id=1) -> bits[1] {\n  ret y: bits[1] = and_reduce(x, id=2)\n}\n",
        &[],
        "design.ir:3:14: error[E0903]: bits[16777217] is wider than 16777216 bits\n  fn f(x: bits[16777217] id=1) -> bits[1] {\
         \n               ^^^^^^^^",
    );
}

const TWO: &str = "package p\n\nfn add_one(x: bits[8] id=1) -> bits[8] {\n  ret y: bits[8] = neg(x, id=2)\n}\n\n\
                   fn add_two(x: bits[8] id=3) -> bits[8] {\n  ret y: bits[8] = neg(x, id=4)\n}\n";

#[test]
fn unknown_top() {
    check(
        TWO,
        &["--top", "ad_one"],
        "design.ir: error[E1001]: the package has no function called `ad_one`\n  help: did you mean `add_one`?\n  help: \
         choose one with --top: add_one, add_two",
    );
    check(
        TWO,
        &["--top", "zebra"],
        "design.ir: error[E1001]: the package has no function called `zebra`\n  help: choose one with --top: add_one, add_two",
    );
}

#[test]
fn ambiguous_top() {
    check(
        TWO,
        &[],
        "design.ir: error[E1003]: the package has 2 functions, and none of them is marked `top`\n  help: choose one with \
         --top: add_one, add_two",
    );
    let many: String = (0..23)
        .map(|i| {
            format!("fn f{i}(x: bits[8] id={0}) -> bits[8] {{\n  ret x: bits[8] = param(name=x, id={0})\n}}\n", i + 1)
        })
        .collect();
    let listed: Vec<String> = (0..20).map(|i| format!("f{i}")).collect();
    check(
        format!("package p\n\n{many}"),
        &[],
        &format!(
            "design.ir: error[E1003]: the package has 23 functions, and none of them is marked `top`\n  help: choose one with \
             --top: {} and 3 more",
            listed.join(", ")
        ),
    );
}

#[test]
fn no_function() {
    check(
        "package p\n",
        &[],
        "design.ir: error[E1004]: the package has no function\n  help: expected at least one `fn`",
    );
}

const PROC: &str = "package p\n\nfn f(x: bits[8] id=1) -> bits[8] {\n  ret y: bits[8] = neg(x, id=2)\n}\n\n\
                    top proc counter(state: bits[8], init={0}) {\n  state: bits[8] = state_read(state_element=state, id=3)\n  \
                    n: () = next_value(param=state, value=state, id=4)\n}\n";

#[test]
fn a_proc_as_top() {
    check(
        PROC,
        &[],
        "design.ir:7:10: error[E1002]: the package's top `counter` is a proc, and only functions can be compiled\n  \
         top proc counter(state: bits[8], init={0}) {\
         \n           ^^^^^^^\
         \n  help: choose a function with --top: f",
    );
    check(
        PROC.replace("top proc", "proc"),
        &["--top", "counter"],
        "design.ir:7:6: error[E1002]: `counter` is a proc, and only functions can be compiled\n  \
         proc counter(state: bits[8], init={0}) {\
         \n       ^^^^^^^\
         \n  help: choose a function with --top: f",
    );
}

#[test]
fn a_trace_in_the_top() {
    check(
        include_str!("../../../testdata/invalid/reachable_trace.ir"),
        &[],
        "design.ir:8:7: error[E1005]: compiled code reports no traces unless it is asked to, but the top reaches `t` in \
         function `main`, from lib/reachable_trace.x:7:3; the calls are main\n  ret t: token = trace(tok, on, \
         format=\"x = {}\", data_operands=[x], id=4, pos=[(0,6,2)])\
         \n      ^\
         \n  help: ask for them with `--events trace`\n  help: or take it out of the design (in DSLX it is a `trace_fmt!` or `trace!`), or \
         choose a top that does not reach it",
    );
}

#[test]
fn a_cover_two_calls_deep() {
    check(
        include_str!("../../../testdata/invalid/reachable_cover.ir"),
        // Traces are no covers.
        &["--events", "trace"],
        "design.ir:6:3: error[E1005]: compiled code reports no covers unless it is asked to, but the top reaches `c` in \
         function `inner`; the calls are outer -> middle -> inner\n  c: () = cover(hit, label=\"all ones\", id=3)\
         \n  ^\
         \n  help: \
         ask for them with `--events cover`\n  help: or take it out of the design \
         (in DSLX it is a `cover!`), or choose a top that does not reach it",
    );
}

#[test]
fn an_unreadable_file() {
    let folder = Folder::new();
    let outcome = folder.compile(&[]);
    assert_eq!(
        outcome.stderr,
        "design.ir: error: cannot read the file: No such file or directory (os error 2)\n  help: --ir names the XLS IR file \
         to compile\n"
    );
    assert_eq!(outcome.code, 1);
    std::fs::create_dir(folder.path().join("design.ir")).unwrap();
    let outcome = folder.compile(&[]);
    assert_eq!(
        outcome.stderr,
        "design.ir: error: cannot read the file: Is a directory (os error 21)\n  help: --ir names the XLS IR file to \
         compile\n"
    );
    assert_eq!(outcome.code, 1);
}

const ONE: &str = "package p\n\nfn f(x: bits[8] id=1) -> bits[8] {\n  ret y: bits[8] = neg(x, id=2)\n}\n";

#[test]
fn a_missing_output_folder() {
    check(
        ONE,
        &["--object", "none/design.o"],
        "error: cannot write none/design.o: there is no folder none\n  help: create the folder, or name another output",
    );
}

#[test]
fn outputs_that_are_no_files() {
    check(
        ONE,
        &["--metadata", "/dev/null"],
        "error: cannot write /dev/null: it exists and is not a regular file\n  help: name another output",
    );
}

#[test]
fn outputs_in_one_place() {
    let outcome = refused(ONE, &["--wrapper", "same", "--metadata", "./same"]);
    assert_eq!(outcome.stderr, "error: ./same is named for two files\n  help: give each of them a path of its own\n");
    assert_eq!(outcome.code, 2);
    let outcome = refused(ONE, &["--wrapper", "./design.ir"]);
    assert_eq!(outcome.stderr, "error: the output ./design.ir is the IR file\n  help: name another output\n");
    assert_eq!(outcome.code, 2);
}

#[test]
fn a_bad_crate_name() {
    let outcome = refused(ONE, &["--crate-name", "fp32-add"]);
    assert_eq!(outcome.stderr, "error: `fp32-add` is not a crate name\n  help: write `fp32_add`\n");
    assert_eq!(outcome.code, 2);
}

#[test]
fn an_unknown_back_end() {
    let outcome = refused(ONE, &["--backend", "gcc"]);
    assert_eq!(
        outcome.stderr,
        "error: invalid value 'gcc' for '--backend <NAME>'\n  [possible values: native, xlsynth]\n\nFor more information, try \
         '--help'.\n"
    );
    assert_eq!(outcome.code, 2);
}

#[cfg(not(feature = "xlsynth"))]
#[test]
fn a_back_end_of_the_other_program() {
    let outcome = refused(ONE, &["--backend", "xlsynth"]);
    assert_eq!(
        outcome.stderr,
        "error: this program does not have the back end `xlsynth`\n  help: use the program xls_aot_xlsynth, which does: the \
         Bazel target //tools/cli:xls_aot_xlsynth\n"
    );
    assert_eq!(outcome.code, 2);
}

#[test]
fn folding_where_nothing_folds() {
    let outcome = Folder::new().run(&["check", "--vectors", "v.jsonl", "--backend", "eval", "--no-folding"]);
    assert_eq!(
        outcome.stderr,
        "error: --no-folding is a choice of the native back end\n  help: add `--backend native`\n"
    );
    assert_eq!(outcome.code, 2);
}

#[test]
fn passes_are_verified_where_there_are_passes() {
    let outcome = Folder::new().run(&["check", "--vectors", "v.jsonl", "--backend", "eval", "--verify-passes"]);
    assert_eq!(
        outcome.stderr,
        "error: --verify-passes is a choice of the native back end\n  help: add `--backend native`\n"
    );
    assert_eq!(outcome.code, 2);
}

#[cfg(not(feature = "fuzz"))]
#[test]
fn random_programs_in_a_program_without_them() {
    let folder = Folder::new();
    for arguments in [&["fuzz"][..], &["fuzz", "--seed", "1", "--count=9", "--backend", "native"], &["fuzz", "--help"]]
    {
        let outcome = folder.run(arguments);
        assert_eq!(
            outcome.stderr,
            "error: this program is built without the command `fuzz`\n  help: use one that has it: the Bazel target \
             //tools/cli:xls_aot_dev, or //tools/cli:xls_aot_xlsynth_dev with the back end `xlsynth`\n"
        );
        assert_eq!(outcome.code, 2);
    }
}

#[cfg(feature = "fuzz")]
#[test]
fn random_programs_on_no_back_end() {
    let outcome = Folder::new().run(&["fuzz", "--seed", "1", "--count", "1", "--backend", "gcc"]);
    assert!(outcome.stderr.starts_with("error: invalid value 'gcc' for '--backend <NAME>'\n"), "{}", outcome.stderr);
    assert_eq!(outcome.code, 2);
}

const F_AND_G: &str = "package p\n\nfn f(x: bits[8] id=1) -> bits[8] {\n  ret y: bits[8] = neg(x, id=2)\n}\n\n\
                   fn g(x: bits[8] id=3) -> bits[8] {\n  ret z: bits[8] = not(x, id=4)\n}\n";

#[test]
fn tops_that_are_not_there_or_named_twice() {
    check(
        F_AND_G,
        &["--tops", "f,h"],
        "design.ir: error[E1001]: the package has no function called `h`\n  help: choose one with --tops: f, g",
    );
    check(
        F_AND_G,
        &["--tops", "f,h", "--invoked-by", "bazel"],
        "design.ir: error[E1001]: the package has no function called `h`\n  help: choose one with `tops = [\"NAME\", ...]`: f, g",
    );
    check(
        F_AND_G,
        &["--tops", "f,f"],
        "design.ir: error[E1010]: the function `f` is to be compiled twice\n  help: name each function once",
    );
    let outcome = refused(F_AND_G, &["--top", "f", "--tops", "g"]);
    assert!(
        outcome.stderr.starts_with("error: the argument '--top <NAME>' cannot be used with '--tops <NAME,...>'\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(outcome.code, 2);
}

/// Compiles [`F_AND_G`] with a type table; nothing may be left behind.
/// Functions as a converter from DSLX names them.
const MANGLED: &str = "package fp32_fma

fn __apfloat__add__8_23(x: bits[8] id=1) -> bits[8] {
  ret r: bits[8] = identity(x, id=2)
}

fn __fp32_fma__main(x: bits[8] id=3) -> bits[8] {
  ret r: bits[8] = invoke(x, to_apply=__apfloat__add__8_23, id=4)
}

fn __fp32_fma__round(x: bits[8] id=5) -> bits[8] {
  ret r: bits[8] = identity(x, id=6)
}
";

#[test]
fn a_wrong_name_leads_to_the_functions_that_may_be_meant() {
    const ALL: &str = "__apfloat__add__8_23, __fp32_fma__main, __fp32_fma__round";
    for (name, meant) in [
        ("main", "`__fp32_fma__main`"),
        ("add__8_23", "`__apfloat__add__8_23`"),
        ("mian", "`__fp32_fma__main`"),
        ("fma", "`__fp32_fma__main` or `__fp32_fma__round`"),
        ("__fp32_fma__mian", "`__fp32_fma__main`"),
    ] {
        for (caller, top) in [("command-line", "--top"), ("bazel", "`top = \"NAME\"`")] {
            let message = format!(
                "design.ir: error[E1001]: the package has no function called `{name}`\n  help: did you mean {meant}?\n  \
                 help: choose one with {top}: {ALL}"
            );
            check(MANGLED, &["--top", name, "--invoked-by", caller], &message);
        }
    }
}

#[test]
fn events_are_asked_for_where_the_design_is_named() {
    let ir = "package p

top fn f(t: token id=1, c: bits[1] id=2) -> () {
  ret r: () = cover(c, label=\"c\", id=3)
}
";
    for (caller, how) in [("command-line", "`--events cover`"), ("bazel", "`events = [\"cover\"]`")] {
        let outcome = refused(ir, &["--invoked-by", caller]);
        assert!(outcome.stderr.contains(&format!("\n  help: ask for them with {how}\n")), "{}", outcome.stderr);
    }
}

#[test]
fn a_file_of_the_other_language() {
    let folder = Folder::new();
    folder.write("design.x", "fn f() {}");
    folder.write("design.ir", F_AND_G);
    for (arguments, message) in [
        (
            &["--ir", "design.x"][..],
            "error: design.x is DSLX by its name, and --ir is for a file of another language\n  help: write --dslx design.x, \
             and --top NAME",
        ),
        (
            &["--ir", "design.x", "--invoked-by", "bazel"],
            "error: design.x is DSLX by its name, and `ir` is for a file of another language\n  help: write \
             `dslx = \"design.x\"`, and `tops = [\"NAME\"]`",
        ),
    ] {
        let outcome = folder.compile(arguments);
        assert_eq!((outcome.code, outcome.stderr), (2, format!("{message}\n")));
    }
    let named = folder.compile(&["--ir", "design.x", "--top", "f"]);
    assert!(named.stderr.ends_with("help: write --dslx design.x\n"), "{}", named.stderr);
    let outputs = ["--crate-name", "design", "--object", "o", "--wrapper", "w", "--metadata", "m", "--top", "f"];
    let outcome = folder.run(&[&["compile", "--dslx", "design.ir"], &outputs[..]].concat());
    let message =
        "error: design.ir is XLS IR by its name, and --dslx is for a file of another language\n  help: write --ir \
                   design.ir\n";
    assert_eq!((outcome.code, &*outcome.stderr), (2, message));
    assert_eq!(folder.listing(), ["design.ir", "design.x"]);
}

fn check_table(table: &str, arguments: &[&str], message: &str) {
    let folder = Folder::new();
    folder.write("design.ir", F_AND_G);
    folder.write("types.json", table);
    let outcome = folder.compile(&[&["--tops", "f,g", "--types", "types.json"], arguments].concat());
    assert_eq!((outcome.stderr, outcome.code), (format!("{message}\n"), 1));
    assert_eq!(folder.listing(), ["design.ir", "types.json"], "no output is left");
}

#[test]
fn type_tables_with_errors() {
    check_table(
        "{\"types\": [\n  {\"name\": \"A\", \"strct\": []}\n]}\n",
        &[],
        "types.json:2:23: error[E1101]: unknown field `strct`, expected one of `name`, `module`, `docs`, `everywhere`, \
         `parametrics`, `struct`, `enum`, `alias`\n  {\"name\": \"A\", \"strct\": []}\
         \n                      ^\
         \n  help: `docs/types.md` describes type \
         tables",
    );
    check_table(
        "{\"entries\": [\n  {\"function\": \"f\", \"result\": \"u7\"},\n  {\"function\": \"k\"}\n]}\n",
        &[],
        "types.json:2:31: error[E1107]: the result of `f` is bits[8] in the IR, but `u7` is bits[7]\n  {\"function\": \"f\", \
         \"result\": \"u7\"},\
         \n                              ^^^^\
         \ntypes.json:3:16: error[E1108]: the package has no function called `k`\n  {\"function\": \"k\"}\
         \n               ^^^",
    );
    // A function that is not compiled may have an entry.
    let folder = Folder::new();
    folder.write("design.ir", F_AND_G);
    folder.write("types.json", "{\"entries\": [{\"function\": \"g\", \"result\": \"s8\"}]}");
    assert_eq!(folder.compile(&["--top", "f", "--types", "types.json"]).code, 0);
}

#[test]
fn a_type_name_with_an_error() {
    check(
        F_AND_G,
        &["--top", "f", "--type-name", "(bits[1], u8)=Pair(sign)"],
        "--type-name:1:15: error[E1111]: `Pair` has 1 field names, but the tuple has 2 elements\n  (bits[1], \
         u8)=Pair(sign)\
         \n                ^^^^^^^^^^\
         \n  help: write `TYPE=Name(field, ...)`, such as `(bits[1], bits[8], bits[23])=F32(sign, exponent, \
         fraction)`",
    );
}

#[test]
fn libraries_whose_types_cannot_be_used() {
    check(
        F_AND_G,
        &["--top", "f", "--types-from", "none.json"],
        "none.json: error: cannot read the file: No such file or directory (os error 2)\n  help: --types-from names the \
         metadata file of a library",
    );
    check(
        F_AND_G,
        &["--top", "f", "--types-from", "design.ir"],
        "design.ir: error[E1011]: invalid artefact description: expected value at line 1 column 1\n  help: `--types-from` \
         names the metadata file of a library",
    );
}

#[test]
fn unknown_events() {
    let outcome = refused(F_AND_G, &["--top", "f", "--events", "trace,assert"]);
    assert_eq!(
        outcome.stderr,
        "error: invalid value 'assert' for '--events <EVENT,...>'\n  [possible values: trace, cover, out_of_bounds]\n\nFor more \
         information, try '--help'.\n"
    );
    assert_eq!(outcome.code, 2);
}

#[test]
fn an_output_that_is_the_type_table() {
    let folder = Folder::new();
    folder.write("design.ir", F_AND_G);
    folder.write("types.json", "{}");
    let outcome = folder.compile(&["--top", "f", "--types", "types.json", "--metadata", "./types.json"]);
    assert_eq!(outcome.stderr, "error: the output ./types.json is the type table\n  help: name another output\n");
    assert_eq!(outcome.code, 2);
}

#[test]
fn an_unsupported_triple() {
    let outcome = refused(ONE, &["--target", "riscv64gc-unknown-linux-gnu"]);
    assert_eq!(
        outcome.stderr,
        "error: invalid value 'riscv64gc-unknown-linux-gnu' for '--target <TRIPLE>': unknown target \
         `riscv64gc-unknown-linux-gnu`; expected one of x86_64-unknown-linux-gnu, aarch64-unknown-linux-gnu, \
         x86_64-apple-darwin, aarch64-apple-darwin\n\nFor more information, try '--help'.\n"
    );
    assert_eq!(outcome.code, 2);
}
