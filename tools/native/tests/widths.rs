//! Every operation on bit vectors, and the aggregates that carry them, at widths on both sides of each change of
//! representation: carriers (1, 32, 64), limbs in SSA values (up to 512), words in memory (above).
//!
//! The functions are generated. What they must give is computed from the independent definitions: the evaluator, which
//! the optimiser computes constants with, has no part in this comparison.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use xls_aot_check::{check, CheckOptions};
use xls_aot_execute::Subject;
use xls_aot_independent::{probes, run, Value};
use xls_aot_ir::{read_package, FuncId, NodeId, Op, Package};
use xls_aot_native::{NativeBackend, OptLevel};

/// Calls of each function.
const CALLS: usize = 10;

/// A folder for the generated files, removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let base = std::env::var_os("TEST_TMPDIR").map_or_else(std::env::temp_dir, PathBuf::from);
        let path = base.join(format!("xls-aot-widths-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The calls of all functions of the package, with what they must give, as lines of a vector file.
fn vectors(package: &Package, file: &str, mut arguments: probes::Arguments) -> String {
    let mut lines = String::new();
    for (id, function) in package.iter().filter(|(_, f)| !f.name.starts_with("part_")) {
        for call in 0..CALLS {
            let arguments: Vec<Value> =
                function.params.iter().map(|&param| arguments.of(&function.node(param).ty, call)).collect();
            let outcome = run(package, id, &arguments).unwrap_or_else(|_| panic!("{} is not specified", function.name));
            let asserts: Vec<&str> = outcome.asserts.iter().map(|&place| message(package, place)).collect();
            let arguments: Vec<String> = arguments.iter().map(|value| value.to_ir().to_string()).collect();
            writeln!(
                lines,
                r#"{{"ir_file": "{file}", "top": "{}", "args": {arguments:?}, "expected": "{}", "asserts": {asserts:?}}}"#,
                function.name,
                outcome.value.to_ir(),
            )
            .unwrap();
        }
    }
    lines
}

fn message(package: &Package, (function, node): (FuncId, NodeId)) -> &str {
    match &package.function(function).node(node).op {
        Op::Assert { message, .. } => message,
        other => panic!("{other:?} is no assertion"),
    }
}

fn check_width(width: u32) {
    let folder = Folder::new(&width.to_string());
    let text = probes::package(width);
    let package = read_package("widths.ir", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
    let lines = vectors(&package, "widths.ir", probes::Arguments::new(u64::from(width)));
    let count = lines.lines().count();
    std::fs::write(folder.0.join("widths.ir"), text).unwrap();
    std::fs::write(folder.0.join("widths.jsonl"), lines).unwrap();
    for level in [OptLevel::None, OptLevel::Full] {
        let backend = NativeBackend::new(level);
        let options = CheckOptions {
            vectors: folder.0.join("widths.jsonl"),
            root: folder.0.clone(),
            subject: Subject::Compiled(&backend),
            jobs: NonZeroUsize::new(2).unwrap(),
            limits: Default::default(),
        };
        let report = check(&options).unwrap_or_else(|error| panic!("{error}"));
        let counts = report.counts();
        assert_eq!((counts.passed, counts.failed, counts.skipped), (count, 0, 0), "{level:?}: {report}");
    }
}

macro_rules! widths {
    ($($name:ident: $($width:literal)*;)*) => {
        $(#[test]
        fn $name() {
            for width in [$($width),*] {
                check_width(width);
            }
        })*

        #[test]
        fn all_widths_of_the_list_are_compiled() {
            assert_eq!([$($($width),*),*], *probes::WIDTHS);
        }
    };
}

widths! {
    small_widths: 0 1 7 8;
    around_32: 32 33;
    around_64: 63 64 65;
    around_128: 127 128 129;
    around_256: 256 257;
    around_512: 512 513 523;
    wide: 1200;
}
