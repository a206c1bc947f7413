//! The reference evaluator on recorded results: always on the part of them in testdata/vectors, and on the whole
//! corpus where the environment variable `XLS_AOT_CORPUS` names its folder.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use xls_aot_check::{check, CheckOptions, Counts, Report, Verdict};
use xls_aot_execute::Subject;
use xls_aot_ir::{closure, read_package, OpKind};

fn run(root: &Path, vectors: &Path) -> Report {
    let options = CheckOptions {
        vectors: root.join(vectors),
        root: root.to_path_buf(),
        subject: Subject::Evaluator,
        jobs: NonZeroUsize::new(2).unwrap(),
        limits: Default::default(),
    };
    check(&options).unwrap_or_else(|error| panic!("{error}"))
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

fn check_testdata(file: &str, expected: Counts) {
    let root = workspace().join("testdata/vectors");
    let report = run(&root, Path::new(file));
    assert_eq!(report.counts(), expected, "{report}");
}

#[test]
fn testdata_edge_cases() {
    check_testdata("edge_cases.jsonl", Counts { passed: 1231, ..Counts::default() });
}

#[test]
fn testdata_handwritten() {
    check_testdata("handwritten.jsonl", Counts { passed: 199, ..Counts::default() });
}

#[test]
fn testdata_designs() {
    check_testdata("designs.jsonl", Counts { passed: 206, ..Counts::default() });
}

#[test]
fn testdata_has_every_operation() {
    let root = workspace().join("testdata/vectors");
    let mut seen: BTreeSet<OpKind> = BTreeSet::new();
    for name in ["edge_cases", "handwritten"] {
        let text = std::fs::read(root.join(format!("{name}.ir"))).unwrap();
        let package = read_package(name, &text).unwrap_or_else(|error| panic!("{error}"));
        let report = run(&root, Path::new(&format!("{name}.jsonl")));
        let passed = report.entries.iter().filter(|entry| entry.verdict == Verdict::Passed);
        for top in passed.map(|entry| entry.top.as_str()).collect::<BTreeSet<_>>() {
            let called = closure::of(&package, package.find_function(top).unwrap());
            seen.extend(called.functions.iter().flat_map(|f| &f.nodes).map(|node| node.op.kind()));
        }
    }
    let missing: Vec<&OpKind> = OpKind::ALL.iter().filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "no vector that passes reaches {missing:?}");
}

fn corpus() -> Option<PathBuf> {
    let corpus = std::env::var_os("XLS_AOT_CORPUS").map(PathBuf::from);
    if corpus.is_none() {
        println!("skipped: XLS_AOT_CORPUS does not name the folder of the corpus");
    }
    corpus
}

fn check_corpus(file: &str, expected: Counts) {
    let Some(corpus) = corpus() else { return };
    let report = run(&corpus, Path::new(file));
    println!("{file}: {report}");
    assert_eq!(report.counts(), expected, "{report}");
}

macro_rules! corpus_file {
    ($name:ident, $passed:expr, $skipped:expr) => {
        #[test]
        fn $name() {
            let counts = Counts { passed: $passed, skipped: $skipped, ..Counts::default() };
            check_corpus(concat!("vectors/", stringify!($name), ".jsonl"), counts);
        }
    };
}

corpus_file!(edge_semantics, 2795, 1);
corpus_file!(cpp_handwritten, 232, 0);
corpus_file!(google_file, 2731, 0);
corpus_file!(google_embedded, 6431, 0);
corpus_file!(dslx_unopt, 5984, 0);
corpus_file!(designs, 406, 0);
