//! The native back end and the optimiser on the recorded results in testdata/vectors.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use xls_aot_check::{check, CheckOptions};
use xls_aot_execute::Subject;
use xls_aot_ir::{FuncId, Package};
use xls_aot_native::{NativeBackend, OptLevel};
use xls_aot_opt::{optimize, Options};

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

fn optimized(package: &Package) -> Result<Package, String> {
    let top = FuncId::new(package.functions.len() - 1);
    let options = Options { level: OptLevel::Full, ..Options::default() };
    optimize(package, top, &options).map_err(|broken| broken.to_string())
}

/// Calls `run` with each subject.
fn with_subjects(run: impl FnOnce(&[(String, Subject<'_>)])) {
    let (none, full) = (NativeBackend::new(OptLevel::None), NativeBackend::new(OptLevel::Full));
    let in_parts = full.without_folding().in_small_parts();
    run(&[
        ("the optimiser".to_owned(), Subject::Transformed(&optimized)),
        ("native, not optimised".to_owned(), Subject::Compiled(&none)),
        ("native, optimised".to_owned(), Subject::Compiled(&full)),
        ("native, optimised, without folding, in small parts".to_owned(), Subject::Compiled(&in_parts)),
    ]);
}

/// Runs a vector file, all of it.
fn check_testdata(file: &str, count: usize) {
    let root = workspace().join("testdata/vectors");
    with_subjects(|subjects| {
        for (name, subject) in subjects {
            let options = CheckOptions {
                vectors: root.join(file),
                root: root.clone(),
                subject: *subject,
                jobs: NonZeroUsize::new(2).unwrap(),
                limits: Default::default(),
            };
            let report = check(&options).unwrap_or_else(|error| panic!("{error}"));
            let counts = report.counts();
            assert_eq!((counts.passed, counts.failed, counts.skipped), (count, 0, 0), "{name}: {report}");
        }
    });
}

#[test]
fn edge_cases() {
    check_testdata("edge_cases.jsonl", 1231);
}

#[test]
fn handwritten() {
    check_testdata("handwritten.jsonl", 199);
}

#[test]
fn designs() {
    check_testdata("designs.jsonl", 206);
}
