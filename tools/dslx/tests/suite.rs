//! The feature suite: each file of testdata/dslx converts to IR that the verifier accepts, and its tests pass on the
//! evaluator. Files in `beyond` are those that libxls refuses or crashes on.

use std::path::{Path, PathBuf};

use xls_aot_dslx::frontend::{to_ir, Functions, Program};
use xls_aot_dslx::modules::{ReadWith, Root, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_eval::{Evaluator, Options};
use xls_aot_ir::{parse_typed_value, print_package, read_package, verify, Bits, Op, Value};

fn folder() -> PathBuf {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."));
    root.join("testdata/dslx")
}

/// Converts a file. Messages name it as `name`, whatever folder the test runs in.
fn converted(name: &str, functions: &Functions) -> Program {
    let folder = folder();
    let path = folder.join(name).display().to_string();
    let text = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let root = |folder: PathBuf, shown: &str| Root { folder: folder.display().to_string(), shown: shown.to_owned() };
    let search = Search {
        library: Some(root(folder.join("library"), "library")),
        roots: vec![root(folder, "")],
        ..Search::default()
    };
    let module = Path::new(name).file_stem().unwrap().to_str().unwrap();
    let top = Top { name: module, path: &path, shown: name, text };
    to_ir(top, &search, &ReadWith(|path: &str| std::fs::read(path)), functions, &Enabled::default())
        .unwrap_or_else(|report| panic!("{report}"))
}

fn run(name: &str) {
    let program = converted(name, &Functions::AllAndTests);
    let findings = verify(&program.package);
    assert!(findings.is_empty(), "{name}: {findings:?}");
    // What is printed is read back: names and labels are such that the text is unambiguous.
    let text = print_package(&program.package);
    let read = read_package("printed.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(print_package(&read), text);
    let tests = program.tests();
    assert!(!tests.is_empty(), "{name} has no tests");
    for (test, function) in tests {
        let id = program.package.find_function(&function).unwrap_or_else(|| panic!("{name}: there is no {function}"));
        let arguments: &[Value] = &[Value::Token, Value::bool(true)];
        let parameters = program.package.function(id).params.len();
        let outcome = Evaluator::new(&program.package, Options::default())
            .run(id, &arguments[..parameters])
            .unwrap_or_else(|error| panic!("{name}: {test}: {error}"));
        let failures: Vec<&str> = outcome.asserts.iter().map(|failure| failure.message(&program.package)).collect();
        assert!(failures.is_empty(), "{name}: {test}: {failures:?}");
    }
}

macro_rules! suite {
    ($($test:ident: $file:literal,)*) => {
        $( #[test] fn $test() { run($file); } )*

        const FILES: &[&str] = &[$($file),*];
    };
}

suite! {
    arithmetic: "arithmetic.x",
    array_builtins: "array_builtins.x",
    array_update: "array_update.x",
    arrays: "arrays.x",
    assertions: "assertions.x",
    bindings: "bindings.x",
    bit_builtins: "bit_builtins.x",
    bitwise: "bitwise.x",
    casts: "casts.x",
    checked_casts: "checked_casts.x",
    comparisons: "comparisons.x",
    concatenation: "concatenation.x",
    conditionals: "conditionals.x",
    const_conditionals: "const_conditionals.x",
    constant_expressions: "constant_expressions.x",
    constants: "constants.x",
    derived_bits: "derived_bits.x",
    division: "division.x",
    enums: "enums.x",
    enums_as_parameters: "enums_as_parameters.x",
    for_loops: "for_loops.x",
    generics: "generics.x",
    imports: "imports.x",
    lambdas: "lambdas.x",
    literals: "literals.x",
    map_: "map.x",
    match_patterns: "match_patterns.x",
    methods: "methods.x",
    parametric_functions: "parametric_functions.x",
    parametric_methods: "parametric_methods.x",
    parametric_structs: "parametric_structs.x",
    partial_products: "partial_products.x",
    precedence: "precedence.x",
    procs_beside: "procs_beside.x",
    quickcheck: "quickcheck.x",
    reached_effects: "reached_effects.x",
    reserved_names: "reserved_names.x",
    selections: "selections.x",
    shifts: "shifts.x",
    slices: "slices.x",
    strings: "strings.x",
    structs: "structs.x",
    test_only: "test_only.x",
    traces: "traces.x",
    tuples: "tuples.x",
    type_aliases: "type_aliases.x",
    type_attributes: "type_attributes.x",
    unrolled_loops: "unrolled_loops.x",
    widths: "widths.x",
    beyond_ceillog2: "beyond/ceillog2.x",
    beyond_chained_methods: "beyond/chained_methods.x",
    beyond_derived_struct_parameters: "beyond/derived_struct_parameters.x",
    beyond_instances_of_methods: "beyond/instances_of_methods.x",
    beyond_loop_patterns: "beyond/loop_patterns.x",
    beyond_loop_results: "beyond/loop_results.x",
    beyond_negative_ranges: "beyond/negative_ranges.x",
    beyond_nested_array_literals: "beyond/nested_array_literals.x",
}

#[test]
fn every_file_is_listed() {
    let mut files: Vec<String> = Vec::new();
    for (prefix, folder) in [("", folder()), ("beyond/", folder().join("beyond"))] {
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            files.extend(name.ends_with(".x").then(|| format!("{prefix}{name}")));
        }
    }
    files.sort();
    let mut listed: Vec<&str> = FILES.to_vec();
    listed.sort();
    assert_eq!(files, listed);
}

/// What a call does: the result, then the events in order.
fn call(file: &str, function: &str, arguments: &[&str]) -> Vec<String> {
    let program = converted(file, &Functions::All);
    let package = &program.package;
    let id = package.find_function(function).unwrap_or_else(|| panic!("there is no {function}"));
    let arguments: Vec<Value> = arguments
        .iter()
        .map(|text| match *text {
            "token" => Value::Token,
            text => parse_typed_value(text).unwrap_or_else(|error| panic!("{text}: {error:?}")),
        })
        .collect();
    let outcome = Evaluator::new(package, Options::default()).run(id, &arguments).unwrap();
    let mut lines = vec![outcome.value.to_string()];
    lines.extend(outcome.asserts.iter().map(|f| format!("{}: {}", f.label(package).unwrap_or(""), f.message(package))));
    lines.extend(outcome.traces.iter().map(|trace| format!("{} {}", trace.verbosity, trace.text)));
    lines
}

#[test]
fn assertions_name_label_and_place() {
    let checked = |x| call("assertions.x", "__itok__assertions__checked", &["token", "bits[1]:1", x]);
    assert_eq!(checked("bits[8]:8"), ["(token, bits[8]:8)"]);
    assert_eq!(
        checked("bits[8]:7"),
        ["(token, bits[8]:7)", "not_seven: Assertion failure via assert! @ assertions.x:4:12-4:36"]
    );
    assert_eq!(
        checked("bits[8]:101"),
        ["(token, bits[8]:100)", "too_large: Assertion failure via fail! @ assertions.x:5:26-5:47"]
    );
    let not_activated = call("assertions.x", "__itok__assertions__checked", &["token", "bits[1]:0", "bits[8]:7"]);
    assert_eq!(not_activated, ["(token, bits[8]:7)"]);
    let arms = |x| call("assertions.x", "__itok__assertions__arms", &["token", "bits[1]:1", x]);
    assert_eq!(
        arms("bits[8]:50"),
        ["(token, bits[8]:50)", "assert_lt(x, u8:50): Assertion failure via assert_lt @ assertions.x:12:22-12:32"]
    );
    assert_eq!(arms("bits[8]:0"), ["(token, bits[8]:1)", "zero: Assertion failure via fail! @ assertions.x:9:22-9:36"]);
}

#[test]
fn assertions_have_positions() {
    let program = converted("assertions.x", &Functions::All);
    let asserts = program
        .package
        .functions
        .iter()
        .flat_map(|function| &function.nodes)
        .filter(|node| node.op.kind() == xls_aot_ir::OpKind::Assert);
    let mut count = 0;
    for node in asserts {
        assert_eq!(node.positions.len(), 1, "{}", node.display_name());
        count += 1;
        if matches!(&node.op, Op::Assert { label: Some(label), .. } if &**label == "not_seven") {
            // `assert!` is the first word of line 4; positions count from 0.
            assert_eq!((node.positions[0].line, node.positions[0].column), (3, 4));
        }
    }
    assert!(count > 3);
}

#[test]
fn traces_print_the_parts_of_aggregates() {
    let arguments = [
        "token",
        "bits[1]:1",
        "(bits[8]:1, bits[8]:255)",
        "bits[2]:2",
        "[bits[8]:10, bits[8]:2]",
        "(bits[8]:1, bits[4]:2)",
    ];
    assert_eq!(
        call("traces.x", "__itok__traces__aggregates", &arguments),
        ["(token, bits[8]:1)", "0 p=Point{{x: 1, y: 255}} c=Color::2 a=[a, 2] t=(1, 2)", "0 braces {{}}"]
    );
    assert_eq!(
        call("traces.x", "__itok__traces__single", &["token", "bits[1]:1", "(bits[8]:5)"]),
        ["(token, bits[8]:5)", "0 (5,)"]
    );
    let conditional = |c| call("traces.x", "__itok__traces__conditional", &["token", "bits[1]:1", c, "bits[8]:3"]);
    assert_eq!(conditional("bits[1]:1"), ["(token, bits[8]:3)", "0 taken 3", "2 verbose 3"]);
    assert_eq!(conditional("bits[1]:0"), ["(token, bits[8]:3)", "2 verbose 3"]);
}

#[test]
fn what_array_size_counts_is_evaluated() {
    let sized = |x| call("reached_effects.x", "__itok__reached_effects__sized", &["token", "bits[1]:1", x]);
    assert_eq!(sized("bits[8]:5"), ["(token, bits[32]:2)", "0 sized 5"]);
    let failed = "small: Assertion failure via assert! @ reached_effects.x:4:12-4:32";
    assert_eq!(sized("bits[8]:10"), ["(token, bits[32]:2)", failed, "0 sized 10"]);
}

#[test]
fn covers_count_where_they_are_reached() {
    let program = converted("reached_effects.x", &Functions::All);
    let id = program.package.find_function("__itok__reached_effects__covered").unwrap();
    let covers = |x: u64| {
        let arguments = [Value::Token, Value::bool(true), Value::Bits(Bits::from_u64(8, x))];
        let outcome = Evaluator::new(&program.package, Options::default()).run(id, &arguments).unwrap();
        outcome.covers.into_values().sum::<u64>()
    };
    assert_eq!([3, 4, 13, 14].map(covers), [1, 0, 0, 0]);
}

#[test]
fn a_top_has_a_form_without_token() {
    let program = converted("assertions.x", &Functions::Top("checked".to_owned()));
    let Some(xls_aot_ir::Top::Function(top)) = program.package.top else { panic!("no top") };
    assert_eq!(program.package.function(top).signature(), "fn __assertions__checked(x: bits[8]) -> bits[8]");
    let names: Vec<&str> = program.package.functions.iter().map(|function| &*function.name).collect();
    assert_eq!(names, ["__itok__assertions__checked", "__assertions__checked"]);
}

#[test]
fn a_parametric_top_is_written_with_its_values() {
    let program = converted("parametric_functions.x", &Functions::Top("widen<u32:4>".to_owned()));
    let Some(xls_aot_ir::Top::Function(top)) = program.package.top else { panic!("no top") };
    assert_eq!(
        program.package.function(top).signature(),
        "fn __parametric_functions__widen__5_4(x: bits[4]) -> bits[5]"
    );
}

/// What is printed about a module that cannot be converted.
fn refused(text: &str) -> String {
    let top = Top { name: "m", path: "m.x", shown: "m.x", text: text.into() };
    let result =
        to_ir(top, &Search::default(), &ReadWith(|path: &str| std::fs::read(path)), &Functions::All, &Enabled::none());
    result.map(|program| print_package(&program.package)).unwrap_err().to_string()
}

#[test]
fn what_ir_cannot_express_is_refused() {
    assert_eq!(
        refused("fn f() -> u8[0] { [] }"),
        "m.x:1:19: error[E1501]: this array has no elements, and XLS IR has no such values
  fn f() -> u8[0] { [] }
                    ^^
  help: give it at least one element, or leave the code that uses it out with `const if`"
    );
    let both = refused("fn f() -> u8[0] { [] }\nfn g() -> u8[0] { f() }\nfn h() -> u8[0] { [] }");
    let places: Vec<&str> = both.lines().filter(|line| line.contains("E1501")).map(|line| &line[..8]).collect();
    assert_eq!(places, ["m.x:1:19", "m.x:3:19"]);
    for text in [
        "fn f() -> u32[100000000] { u32:0..u32:100000000 }",
        "fn f(x: u8) -> u8[4000000000] { [x, ...] }",
        "fn f(x: u8[4000000000]) -> u8[4000000000] { array_rev(x) }",
        "fn f(x: u8[200000000]) -> () { trace_fmt!(\"{}\", x); }",
        "fn g(x: u8) -> u8 { x }\nfn f(x: u8[200000000]) -> u8[200000000] { map(x, g) }",
    ] {
        let report = refused(text);
        assert!(report.contains("error[E1504]: this needs more than 4194304 elements of arrays"), "{report}");
    }
}

#[test]
fn the_deepest_expressions_are_converted() {
    // As deep as the parser lets pass, on the small stack of a test's thread.
    let mut expr = vec!["x"; 1000].join(" + ");
    for _ in 0..20 {
        expr = format!("({{ let y = {expr}; y + x }})");
    }
    let text = format!("fn f(x: u8) -> u8 {{ {expr} }}");
    let top = Top { name: "m", path: "m.x", shown: "m.x", text: text.into() };
    let program =
        to_ir(top, &Search::default(), &ReadWith(|path: &str| std::fs::read(path)), &Functions::All, &Enabled::none());
    let package = program.unwrap_or_else(|report| panic!("{report}")).package;
    let outcome = Evaluator::new(&package, Options::default())
        .run(xls_aot_ir::FuncId::new(0), &[parse_typed_value("bits[8]:3").unwrap()])
        .unwrap();
    assert_eq!(outcome.value, parse_typed_value("bits[8]:244").unwrap());
}
