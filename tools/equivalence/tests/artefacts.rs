//! Compares artefacts with their IR: correct ones of every form pass, and each kind of fault is found and reported.

use std::path::{Path, PathBuf};
use std::process::Command;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Target};
use xls_aot_codegen::{compile, Options, Request, Tops};
use xls_aot_equivalence::{equivalence, EquivalenceOptions, EquivalenceReport, Reference};
use xls_aot_ir::{print_package, read_package};
use xls_aot_native::NativeBackend;
use xls_aot_runtime::abi::EventKind;

/// The native back end on another text than it is given: code that is wrong and a description that is right.
struct Tampered {
    from: &'static str,
    to: &'static str,
}

impl Backend for Tampered {
    fn name(&self) -> &'static str {
        "tampered"
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn targets(&self) -> &'static [Target] {
        Target::ALL
    }

    fn events(&self) -> &'static [EventKind] {
        NativeBackend::default().events()
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        let text = print_package(request.package);
        assert_eq!(text.matches(self.from).count(), 1, "{text}");
        let package = read_package("tampered.ir", text.replace(self.from, self.to).as_bytes()).unwrap();
        NativeBackend::default().compile(&CompileRequest { package: &package, ..*request })
    }
}

/// A folder with an IR file, removed when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, ir: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xls_aot_equivalence_{}_{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("t.ir"), ir).unwrap();
        Folder(path)
    }

    /// Compiles `top` of an IR text into the object `name`.
    fn object(&self, name: &str, ir: &str, top: Option<&str>, backend: &dyn Backend) -> PathBuf {
        let options = Options { symbol_salt: name, target: host(), ..Options::new("t") };
        let request = Request { tops: Tops::One(top), options, ..Request::new("t.ir", ir.as_bytes(), "t") };
        let path = self.0.join(name);
        std::fs::write(&path, compile(&request, backend).unwrap().object).unwrap();
        path
    }

    /// Links objects in a way that the options of the linker say.
    fn link(&self, name: &str, options: &[&str], objects: &[&Path]) -> PathBuf {
        let path = self.0.join(name);
        let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        command.args(options).arg("-nostdlib").arg("-o").arg(&path).args(objects);
        assert!(command.status().unwrap().success());
        path
    }

    fn reference(&self) -> Reference {
        Reference::of_ir(&self.0.join("t.ir")).unwrap_or_else(|error| panic!("{error}"))
    }

    fn options(&self, object: PathBuf) -> EquivalenceOptions {
        EquivalenceOptions { object, seed: 1, first: 0, count: 1024, steps: 2_000_000, at_least: 1 }
    }

    /// The message of a comparison that cannot be made, without the folder.
    fn refused(&self, object: &Path) -> String {
        let error = equivalence(&self.reference(), &self.options(object.to_path_buf())).unwrap_err().to_string();
        error.replace(&format!("{}/", self.0.display()), "")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn host() -> Target {
    if cfg!(target_arch = "aarch64") {
        Target::Aarch64Linux
    } else {
        Target::X86_64Linux
    }
}

/// The report on `ir` compiled by `backend`, with the options as `change` leaves them.
fn report(
    name: &str,
    ir: &str,
    backend: &dyn Backend,
    change: impl FnOnce(&mut EquivalenceOptions),
) -> EquivalenceReport {
    let folder = Folder::new(name, ir);
    let object = folder.object("t.o", ir, None, backend);
    let mut options = folder.options(object);
    change(&mut options);
    let mut reports = equivalence(&folder.reference(), &options).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(reports.len(), 1);
    let mut report = reports.remove(0);
    (report.ir, report.object) = ("t.ir".to_owned(), "t.o".to_owned());
    report
}

fn passes(name: &str, ir: &str) -> EquivalenceReport {
    let report = report(name, ir, &NativeBackend::default(), |_| {});
    assert!(report.is_success(), "{report}");
    report
}

const ADD_ONE: &str = "package p

fn add_one(x: bits[8] id=1) -> bits[8] {
  one: bits[8] = literal(value=1, id=2)
  ret y: bits[8] = add(x, one, id=3)
}
";

const IS_LEAST: &str = "package p

fn is_least(x: bits[32] id=1, y: bits[8] id=2) -> bits[1] {
  least: bits[32] = literal(value=0x8000_0000, id=3)
  ret r: bits[1] = eq(x, least, id=4)
}
";

const CHECKED: &str = "package p

fn checked(t: token id=1, x: bits[8] id=2) -> (token, bits[8]) {
  limit: bits[8] = literal(value=200, id=3)
  small: bits[1] = ult(x, limit, id=4)
  a: token = assert(t, small, message=\"too large\", label=\"large\", id=5)
  zero: bits[8] = literal(value=0, id=6)
  some: bits[1] = ne(x, zero, id=7)
  b: token = assert(a, some, message=\"zero\", id=8)
  ret r: (token, bits[8]) = tuple(b, x, id=9)
}
";

#[test]
fn all_inputs_of_a_small_function() {
    let report = passes("small", ADD_ONE);
    assert_eq!(report.to_string(), "t.ir top add_one, back end native: all 256 inputs\n256 passed, 0 failed");
}

#[test]
fn wrong_code_is_found_and_can_be_seen_again() {
    let backend = Tampered { from: "literal(value=1, id=2)", to: "literal(value=2, id=2)" };
    let all = report("wrong", ADD_ONE, &backend, |_| {});
    assert!(!all.is_success());
    assert_eq!((all.passed, all.failed, all.mismatches.len()), (0, 256, 5), "{all}");
    let one = report("wrong_again", ADD_ONE, &backend, |options| (options.first, options.count) = (3, 1));
    assert_eq!(
        one.to_string(),
        "FAILED: t.ir top add_one, input 3
  args:     bits[8]:3
  got:      bits[8]:5
  expected: bits[8]:4
  evaluate: xls_aot eval --ir t.ir --top add_one 'bits[8]:3'
  again:    xls_aot equivalence --ir t.ir --object t.o --seed 1 --first 3 --count 1
t.ir top add_one, back end tampered: inputs of seed 1
0 passed, 1 failed"
    );
}

#[test]
fn a_corner_that_is_wrong_is_found() {
    let backend = Tampered { from: "literal(value=2147483648, id=3)", to: "literal(value=2147483649, id=3)" };
    let report = report("corner", IS_LEAST, &backend, |_| {});
    assert!(report.failed >= 5 && report.passed > 200 && report.stopped, "{report}");
    assert_eq!(report.mismatches[0].args[0], "bits[32]:2147483648");
}

#[test]
fn assertions_count_as_results_do() {
    let report_of = |name, from, to| report(name, CHECKED, &Tampered { from, to }, |_| {});
    assert_eq!(passes("asserts", CHECKED).passed, 256);
    // The condition, and which assertion it is that fails.
    let condition = report_of("condition", "literal(value=200, id=3)", "literal(value=201, id=3)");
    assert_eq!((condition.passed, condition.failed), (255, 1), "{condition}");
    assert_eq!(condition.mismatches[0].got, "(token, bits[8]:200)");
    assert_eq!(
        condition.mismatches[0].expected,
        "(token, bits[8]:200) asserts [\"too large (label large, function checked)\"]"
    );
    let site = report_of("site", "message=\"0\"", "message=\"1\"");
    assert_eq!((site.passed, site.failed), (200, 56), "{site}");
}

/// Three functions that share code, traces and covers.
const SEVERAL: &str = "package p

fn part(x: bits[8] id=1) -> bits[8] {
  t: token = after_all(id=2)
  big: bits[1] = bit_slice(x, start=7, width=1, id=3)
  low: bits[1] = bit_slice(x, start=0, width=1, id=16)
  both: bits[8] = sign_ext(low, new_bit_count=8, id=17)
  c: () = cover(big, label=\"big\", id=4)
  u: token = trace(t, big, format=\"x={:x}\", data_operands=[x], verbosity=2, id=5)
  s: bits[8] = xor(both, x, id=18)
  ret r: bits[8] = neg(s, id=6)
}

fn one(x: bits[8] id=7) -> bits[8] {
  ret r: bits[8] = invoke(x, to_apply=part, id=8)
}

fn two(x: bits[8] id=9, y: bits[4] id=10) -> bits[8] {
  a: bits[8] = invoke(x, to_apply=one, id=11)
  z: bits[8] = zero_ext(y, new_bit_count=8, id=12)
  ret r: bits[8] = sub(a, z, id=13)
}

fn plain(x: bits[3] id=14) -> bits[3] {
  ret r: bits[3] = not(x, id=15)
}
";

fn reports(name: &str, backend: &dyn Backend) -> Vec<EquivalenceReport> {
    let folder = Folder::new(name, SEVERAL);
    let tops = ["two", "plain", "one"];
    let events = &[EventKind::Trace, EventKind::Cover];
    let options = Options { target: host(), events, ..Options::new("t") };
    let request = Request { tops: Tops::Several(&tops), options, ..Request::new("t.ir", SEVERAL.as_bytes(), "t") };
    let object = folder.0.join("t.o");
    std::fs::write(&object, compile(&request, backend).unwrap().object).unwrap();
    equivalence(&folder.reference(), &folder.options(object)).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn each_function_of_an_artefact_is_compared_with_its_events() {
    let all = reports("several", &NativeBackend::default());
    assert!(all.iter().all(EquivalenceReport::is_success), "{all:?}");
    let counts: Vec<(&str, u64)> = all.iter().map(|report| (&*report.top, report.passed)).collect();
    assert_eq!(counts, [("two", 1024), ("plain", 8), ("one", 256)]);
    // Only one of them is wrong; what a trace prints; which cover is reached.
    let failed = |name, from, to| {
        let all = reports(name, &Tampered { from, to });
        all.iter().map(|report| report.failed > 0).collect::<Vec<_>>()
    };
    assert_eq!(failed("several_plain", "not(x, id=15)", "identity(x, id=15)"), [false, true, false]);
    assert_eq!(failed("several_trace", "data_operands=[x]", "data_operands=[both]"), [true, false, true]);
    assert_eq!(failed("several_cover", "cover(big, label=", "cover(low, label="), [true, false, true]);
}

#[test]
fn shapes_of_every_kind() {
    let no_inputs = "package p\n\nfn f() -> bits[8] {\n  ret x: bits[8] = literal(value=3, id=1)\n}\n";
    assert_eq!(passes("no_inputs", no_inputs).passed, 1);
    let zero = "package p\n\nfn f(x: bits[0] id=1, u: () id=2) -> (bits[0], ()) {\n  \
                ret r: (bits[0], ()) = tuple(x, u, id=3)\n}\n";
    assert_eq!(passes("zero", zero).passed, 1);
    let wide = "package p\n\nfn f(x: bits[4099] id=1, y: bits[129] id=2) -> bits[4099] {\n  \
                z: bits[4099] = zero_ext(y, new_bit_count=4099, id=3)\n  ret r: bits[4099] = sub(x, z, id=4)\n}\n";
    assert_eq!(passes("wide", wide).passed, 1024);
    let large = "package p\n\nfn f(a: bits[8][100000] id=1, i: bits[20] id=2) -> bits[8] {\n  \
                 ret r: bits[8] = array_index(a, indices=[i], id=3)\n}\n";
    let large = passes("large", large);
    assert!(large.passed > 5 && large.untried > 0, "{large}");
    let activation =
        "package p\n\nfn __itok__f(t: token id=1, on: bits[1] id=2, x: bits[7] id=3) -> (token, bits[7]) {\n  \
                      n: bits[7] = neg(x, id=4)\n  ret r: (token, bits[7]) = tuple(t, n, id=5)\n}\n";
    assert_eq!(passes("activation", activation).passed, 256, "both activations");
}

#[test]
fn what_is_not_specified_does_not_count() {
    let ir = "package p

fn f(x: bits[16] id=1, y: bits[16] id=2) -> ((bits[32], bits[32]), bits[32]) {
  p: (bits[32], bits[32]) = umulp(x, y, id=3)
  a: bits[32] = tuple_index(p, index=0, id=4)
  b: bits[32] = tuple_index(p, index=1, id=5)
  product: bits[32] = add(a, b, id=6)
  ret r: ((bits[32], bits[32]), bits[32]) = tuple(p, product, id=7)
}
";
    assert_eq!(passes("partial", ir).passed, 1024);
    let backend = Tampered { from: "tuple(p, product, id=7)", to: "tuple(p, a, id=7)" };
    let report = report("partial_wrong", ir, &backend, |_| {});
    assert!(report.failed > 0, "the product is specified: {report}");
}

/// Sums x numbers: as many steps as x says, none where the index cannot count them.
const LOOP: &str = "package p

fn body(i: bits[33] id=1, sum: bits[32] id=2) -> bits[32] {
  low: bits[32] = bit_slice(i, start=0, width=32, id=3)
  ret r: bits[32] = add(sum, low, id=4)
}

top fn f(x: bits[32] id=5) -> bits[32] {
  zero: bits[32] = literal(value=0, id=6)
  one: bits[4] = literal(value=1, id=7)
  ret r: bits[32] = dynamic_counted_for(zero, x, one, body=body, id=8)
}
";

#[test]
fn evaluations_that_take_too_long_are_counted() {
    let report = passes("loop", LOOP);
    assert!(report.too_long > 10 && report.passed > 10, "{report}");
    assert!(
        report.to_string().contains("left out, because their evaluation takes more than 31250 steps: "),
        "{report}"
    );
}

#[test]
fn inputs_without_a_result_are_counted() {
    let ir = LOOP.replace("literal(value=1, id=7)", "literal(value=7, id=7)");
    let report = passes("undefined", &ir);
    let (count, why) = report.undefined.clone().unwrap();
    assert!(count > 0 && why.contains("does not fit the loop's index"), "{report}");
}

#[test]
fn comparing_nothing_is_a_failure() {
    let native = NativeBackend::default();
    let none = report("none", ADD_ONE, &native, |options| options.count = 0);
    let short = report("short", LOOP, &native, |options| (options.first, options.count, options.steps) = (4, 1, 1000));
    for report in [none, short] {
        assert!(!report.is_success());
        assert_eq!(report.compared(), 0);
        assert!(report.to_string().contains("FAILED: 0 inputs were compared, at least 1 must be; "), "{report}");
    }
    // One input may take all the steps if no input does with its share.
    let heavy = LOOP
        .replace("zero, x, one", "zero, many, one")
        .replace("  one: bits[4]", "  many: bits[32] = literal(value=100000, id=9)\n  one: bits[4]");
    let heavy = report("heavy", &heavy, &native, |options| options.steps = 1_000_000);
    assert!(heavy.is_success() && heavy.untried > 0 && heavy.steps == 1_000_000, "{heavy}");
}

#[test]
fn comparing_fewer_inputs_than_asked_for_is_a_failure() {
    let native = NativeBackend::default();
    let few = report("few", LOOP, &native, |options| options.at_least = 1024);
    assert!(few.failed == 0 && few.passed > 10 && few.too_long > 10 && !few.is_success(), "{few}");
    let expected = format!(
        "FAILED: {} inputs were compared, at least 1024 must be; give more steps with --steps (now 2000000; `steps` in a BUILD \
         file), or ",
        few.passed
    );
    assert!(few.to_string().contains(&expected), "{few}");
    let more = few.passed;
    assert!(report("just", LOOP, &native, |options| options.at_least = more).is_success());
    // A function has no more inputs than it has.
    let all = report("all", ADD_ONE, &native, |options| options.at_least = 1024);
    assert!(all.is_success() && all.at_least == 256, "{all}");
    let rest = report("rest", ADD_ONE, &native, |options| (options.first, options.at_least) = (200, 1024));
    assert!(rest.is_success() && rest.at_least == 56, "{rest}");
}

#[test]
fn files_that_do_not_belong_together_are_refused() {
    let folder = Folder::new("refused", ADD_ONE);
    let native = NativeBackend::default();
    let one = folder.object("one.o", ADD_ONE, None, &native);
    let other = folder.object("other.o", CHECKED, None, &native);
    assert_eq!(
        folder.refused(&other),
        format!(
            "other.o: it was compiled from another IR file: the SHA-256 of that is {}, of the one given {}; compile it \
             again",
            xls_aot_codegen::ir_digest(CHECKED.as_bytes()),
            xls_aot_codegen::ir_digest(ADD_ONE.as_bytes())
        )
    );
    assert_eq!(
        folder.refused(&folder.link("both.o", &["-r"], &[&one, &other])),
        "both.o: it holds 2 artefacts; compare an object of one"
    );
    std::fs::write(folder.0.join("none.c"), "").unwrap();
    let none = folder.link("none.o", &["-c"], &[&folder.0.join("none.c")]);
    assert_eq!(folder.refused(&none), "none.o: it holds no artefact of xls_aot");
    assert_eq!(
        folder.refused(&folder.0.join("nowhere.o")),
        "cannot read nowhere.o: No such file or directory (os error 2)"
    );
    assert!(folder.refused(&folder.0.join("t.ir")).starts_with("t.ir: "));
    // What was linked from an object is not the object.
    let library = folder.link("libone.so", &["-shared"], &[&one]);
    let message = folder.refused(&library);
    let expected = "libone.so: it is an ELF shared library or position-independent executable; give the object that it was linked from";
    assert_eq!(message, expected);
    let archive = folder.0.join("libone.a");
    assert!(Command::new("ar").arg("rc").arg(&archive).arg(&one).status().unwrap().success());
    let expected = "libone.a: the artefact is in the member one.o; give the object itself";
    assert_eq!(folder.refused(&archive), expected);
}

#[test]
fn code_for_another_machine_is_refused() {
    let folder = Folder::new("machine", ADD_ONE);
    let options = Options { target: Target::Aarch64Macos, ..Options::new("t") };
    let request = Request { options, ..Request::new("t.ir", ADD_ONE.as_bytes(), "t") };
    let path = folder.0.join("t.o");
    std::fs::write(&path, compile(&request, &NativeBackend::default()).unwrap().object).unwrap();
    let message = folder.refused(&path);
    assert!(message.starts_with("t.o: it is code for aarch64-apple-darwin, which cannot run on linux, "), "{message}");
}

/// Two functions that can fail and trace, with sites that are numbered together.
const TWO: &str = r#"package p

fn inner(t: token id=1, x: bits[8] id=2) -> token {
  c: bits[8] = literal(value=200, id=3)
  ok: bits[1] = ult(x, c, id=4)
  ret a: token = assert(t, ok, message="inner", id=5)
}

fn one(t: token id=6, x: bits[8] id=7) -> (token, bits[8]) {
  i: token = invoke(t, x, to_apply=inner, id=8)
  ret r: (token, bits[8]) = tuple(i, x, id=9)
}

fn two(t: token id=10, x: bits[8] id=11) -> (token, bits[8]) {
  i: token = invoke(t, x, to_apply=inner, id=12)
  odd: bits[1] = bit_slice(x, start=0, width=1, id=13)
  s: token = trace(i, odd, format="two {:x}", data_operands=[x], id=14)
  a: token = assert(s, odd, message="two", id=15)
  n: bits[8] = not(x, id=16)
  ret r: (token, bits[8]) = tuple(a, n, id=17)
}
"#;

#[test]
fn every_function_of_an_artefact_is_compared() {
    let folder = Folder::new("two", TWO);
    let compare = |name: &str, backend: &dyn Backend| {
        let options = Options { symbol_salt: name, target: host(), events: &[EventKind::Trace], ..Options::new("t") };
        let tops = Tops::Several(&["two", "one"]);
        let request = Request { tops, options, ..Request::new("t.ir", TWO.as_bytes(), "t") };
        let object = folder.0.join(format!("{name}.o"));
        std::fs::write(&object, compile(&request, backend).unwrap().object).unwrap();
        equivalence(&folder.reference(), &folder.options(object)).unwrap()
    };
    let reports = compare("right", &NativeBackend::default());
    let tops: Vec<&str> = reports.iter().map(|report| &*report.top).collect();
    assert_eq!(tops, ["two", "one"]);
    assert!(reports.iter().all(|report| report.is_success() && report.passed == 256), "{reports:?}");
}
