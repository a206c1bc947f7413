//! Every operation on bit vectors, and the aggregates that carry them, at widths on both sides of each change of
//! representation: carriers (1, 32, 64), limbs in SSA values (up to 512), words in memory (above).
//!
//! The functions are generated; what they must give is computed by the reference evaluator.

#[path = "widths/program.rs"]
mod program;
#[path = "widths/values.rs"]
mod values;

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use xls_aot_check::{check, CheckOptions};
use xls_aot_eval::Evaluator;
use xls_aot_execute::Subject;
use xls_aot_ir::{parse_typed_value, read_package, FuncId, Package, Value};
use xls_aot_native::{NativeBackend, OptLevel};

use values::Values;

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

/// The calls of all functions of the package, with what the evaluator gives, as lines of a vector file.
fn vectors(package: &Package, file: &str, values: &mut Values) -> String {
    let mut evaluator = Evaluator::new(package, Default::default());
    let mut lines = String::new();
    for (id, function) in package.iter().filter(|(_, f)| !f.name.starts_with("part_")) {
        for call in 0..CALLS {
            let arguments: Vec<Value> =
                function.params.iter().map(|&param| values.of(&function.node(param).ty, call)).collect();
            let outcome = evaluate(&mut evaluator, id, &arguments);
            let arguments: Vec<String> = arguments.iter().map(|value| format!("\"{value}\"")).collect();
            writeln!(
                lines,
                r#"{{"ir_file": "{file}", "top": "{}", "args": [{}], "expected": "{outcome}"}}"#,
                function.name,
                arguments.join(", ")
            )
            .unwrap();
        }
    }
    lines
}

fn evaluate(evaluator: &mut Evaluator<'_>, id: FuncId, arguments: &[Value]) -> Value {
    let outcome = evaluator.run(id, arguments).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(parse_typed_value(&outcome.value.to_string()).as_ref(), Ok(&outcome.value));
    outcome.value
}

fn check_width(width: u32) {
    let folder = Folder::new(&width.to_string());
    let text = program::package(width);
    let package = read_package("widths.ir", text.as_bytes()).unwrap_or_else(|errors| panic!("{errors}"));
    let lines = vectors(&package, "widths.ir", &mut Values::new(u64::from(width)));
    let count = lines.lines().count();
    std::fs::write(folder.0.join("widths.ir"), text).unwrap();
    std::fs::write(folder.0.join("widths.jsonl"), lines).unwrap();
    // The optimiser's own rules do not depend on how a width is represented; a few widths show that the two go together.
    let levels: &[OptLevel] =
        if [7, 64, 513].contains(&width) { &[OptLevel::None, OptLevel::Full] } else { &[OptLevel::None] };
    for &level in levels {
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
    };
}

widths! {
    width_0: 0;
    small_widths: 1 7 8;
    around_32: 32 33;
    around_64: 63 64 65;
    around_128: 127 128 129;
    around_256: 256 257;
    around_512: 512 513;
    in_memory: 1025;
}
