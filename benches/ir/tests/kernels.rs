//! Every kernel does what its name says: its `// run:` lines hold on the evaluator and on compiled code.
//!
//! The expectations were not computed by the kernels: they are published examples, or come from another algorithm.

use std::path::{Path, PathBuf};

use xls_aot_bench_ir::{cases::CASES, KERNELS};
use xls_aot_check::run_filetest;
use xls_aot_execute::Subject;
use xls_aot_ir::{read_package, Node, Op, Value};
use xls_aot_native::{NativeBackend, OptLevel};

/// The folder of the committed kernels: tests run in their crate's folder under cargo, in the workspace's under Bazel.
fn folder() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).unwrap_or(manifest).join("testdata/bench");
    if root.is_dir() {
        root
    } else {
        PathBuf::from("testdata/bench")
    }
}

/// Runs the file tests and gives the number of lines that held.
fn check(tests: impl IntoIterator<Item = (String, String)>) -> usize {
    let (none, full) = (NativeBackend::new(OptLevel::None), NativeBackend::new(OptLevel::Full));
    let subjects = [
        ("native, not optimised".to_owned(), Subject::Compiled(&none)),
        ("native, optimised".to_owned(), Subject::Compiled(&full)),
    ];
    let results: Vec<_> = tests.into_iter().map(|(name, text)| run_filetest(&name, &text, &subjects)).collect();
    let faults: Vec<String> =
        results.iter().filter_map(|result| result.as_ref().err()).map(ToString::to_string).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    results.into_iter().flatten().sum()
}

#[test]
fn committed_kernels() {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ir"));
    files.sort();
    let lines = check(files.iter().map(|path| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
    }));
    assert!(lines >= 60, "only {lines} lines were run");
}

#[test]
fn generated_kernels() {
    let lines = check(KERNELS.iter().map(|(name, text)| (format!("{name}.ir"), text())));
    assert_eq!(lines, KERNELS.len());
}

#[test]
fn cases_have_the_size_they_were_asked_for() {
    for (name, text) in CASES {
        for size in [1_000, 10_000] {
            let package = read_package(name, text(size).as_bytes()).unwrap_or_else(|findings| panic!("{findings}"));
            // The elements of an array literal count: the shape `literal` is little else.
            let elements = |node: &Node| match &node.op {
                Op::Literal { value } => match &**value {
                    Value::Array(elements) => elements.len(),
                    Value::Bits(_) | Value::Tuple(_) | Value::Token => 0,
                },
                _ => 0,
            };
            let nodes: usize = package
                .functions
                .iter()
                .map(|f| f.nodes.len() - f.params.len() + f.nodes.iter().map(elements).sum::<usize>())
                .sum();
            assert!(nodes.abs_diff(size) <= size / 20, "{name}: {nodes} nodes instead of {size}");
        }
    }
}
