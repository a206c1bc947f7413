//! Optimised functions against the functions as written, on the reference evaluator: the arguments of recorded vectors,
//! always those in testdata/vectors, and the whole corpus where `XLS_AOT_CORPUS` names its folder. Results, failed
//! assertions and traces must agree, in order, and the optimiser's output must pass the verifier.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use xls_aot_eval::{EvalError, Evaluator, Options as EvalOptions, Outcome};
use xls_aot_ir::{parse_typed_value, print_package, read_package, verify, FuncId, Package, Value};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};

/// What a run of a function shows.
#[derive(PartialEq, Eq, Debug)]
struct Seen {
    value: Value,
    asserts: Vec<(String, Option<String>)>,
    traces: Vec<(String, u64)>,
}

fn seen(package: &Package, outcome: Outcome) -> Seen {
    let asserts = outcome.asserts.iter();
    Seen {
        value: outcome.value,
        asserts: asserts
            .map(|failure| (failure.message(package).to_owned(), failure.label(package).map(str::to_owned)))
            .collect(),
        traces: outcome.traces.into_iter().map(|trace| (trace.text, trace.verbosity)).collect(),
    }
}

fn run(evaluator: &mut Evaluator<'_>, package: &Package, top: FuncId, args: &[Value]) -> Result<Seen, EvalError> {
    Ok(seen(package, evaluator.run(top, args)?))
}

/// Compares all records of a vector file; how many were compared.
fn compare(root: &Path, vectors: &Path) -> usize {
    let text = std::fs::read_to_string(root.join(vectors)).unwrap_or_else(|e| panic!("{}: {e}", vectors.display()));
    let mut by_function: BTreeMap<(String, String), Vec<Vec<Value>>> = BTreeMap::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        let json: serde_json::Value = serde_json::from_str(line).unwrap();
        let field = |name: &str| json[name].as_str().unwrap().to_owned();
        let args = json["args"].as_array().unwrap().iter();
        let args: Result<Vec<Value>, _> = args.map(|arg| parse_typed_value(arg.as_str().unwrap())).collect();
        // Values that do not exist, such as empty arrays, are no arguments.
        if let Ok(args) = args {
            by_function.entry((field("ir_file"), field("top"))).or_default().push(args);
        }
    }
    let mut packages: BTreeMap<String, Package> = BTreeMap::new();
    let (mut compared, mut failures) = (0, Vec::new());
    for ((file, top), records) in &by_function {
        let package = packages.entry(file.clone()).or_insert_with(|| {
            let text = std::fs::read(root.join(file)).unwrap_or_else(|e| panic!("{file}: {e}"));
            read_package(file, &text).unwrap_or_else(|e| panic!("{e}"))
        });
        let top_id = package.find_function(top).unwrap_or_else(|| panic!("{file} has no function {top}"));
        let (optimised, _) = optimize_with_report(package, top_id, &Options::new(OptLevel::Full)).unwrap();
        let findings = verify(&optimised);
        assert!(findings.is_empty(), "{file}, {top}: {}\n{}", findings[0], print_package(&optimised));
        let optimised_top = FuncId::new(optimised.functions.len() - 1);
        let options = EvalOptions { max_steps: 20_000_000, ..EvalOptions::default() };
        let mut before = Evaluator::new(package, options);
        let mut after = Evaluator::new(&optimised, options);
        for args in records {
            let Ok(expected) = run(&mut before, package, top_id, args) else { continue };
            compared += 1;
            let got = run(&mut after, &optimised, optimised_top, args);
            if got.as_ref() != Ok(&expected) {
                failures.push(format!("{file}, {top}({args:?}):\n  expected {expected:?}\n  got      {got:?}"));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{} functions differ:\n{}", failures.len(), failures.join("\n"));
    compared
}

/// Folder of the workspace: tests run in their crate's folder under cargo, in the workspace's under Bazel.
fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).unwrap_or(manifest);
    if root.join("testdata/vectors").is_dir() {
        root.to_path_buf()
    } else {
        PathBuf::from(".")
    }
}

macro_rules! testdata {
    ($($name:ident: $at_least:expr;)*) => {
        mod testdata {
            $(#[test]
            fn $name() {
                let file = concat!(stringify!($name), ".jsonl");
                let compared = super::compare(&super::workspace().join("testdata/vectors"), file.as_ref());
                assert!(compared >= $at_least, "{compared}");
            })*
        }
    };
}

testdata! {
    designs: 20;
    edge_cases: 500;
    handwritten: 50;
}

macro_rules! corpus {
    ($($name:ident: $at_least:expr;)*) => {
        mod corpus {
            $(#[test]
            fn $name() {
                let Some(corpus) = std::env::var_os("XLS_AOT_CORPUS") else {
                    println!("skipped: XLS_AOT_CORPUS does not name the folder of the corpus");
                    return;
                };
                let file = concat!("vectors/", stringify!($name), ".jsonl");
                let compared = super::compare(corpus.as_ref(), file.as_ref());
                assert!(compared >= $at_least, "{compared}");
            })*
        }
    };
}

corpus! {
    edge_semantics: 2700;
    cpp_handwritten: 230;
    google_file: 2700;
    google_embedded: 6400;
    dslx_unopt: 5900;
    designs: 400;
}
