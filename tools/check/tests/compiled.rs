//! How compiled code is run and judged, shown on hand-made entry points: right ones pass, and each way to be wrong is
//! found and told, without stopping the rest.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Cpu, EntryPoint, FinishObject, Target};
use xls_aot_check::{check, CheckOptions, Report, Subject, Verdict};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, Features};

/// A back end that compiles the C function of the same name, whatever the IR says.
struct HandMade {
    folder: PathBuf,
}

struct Bytes(Vec<u8>);

impl FinishObject for Bytes {
    fn finish(self: Box<Self>, _: &[u8]) -> Result<Vec<u8>, BackendError> {
        Ok(self.0)
    }
}

impl Backend for HandMade {
    fn name(&self) -> &'static str {
        "hand-made"
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn targets(&self) -> &'static [Target] {
        Target::ALL
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        let name = &request.package.function(request.top).name;
        assert_ne!(&**name, "panics");
        if &**name == "unsupported" {
            return Err(BackendError::Unsupported { what: "no code".to_owned(), hint: "none".to_owned() });
        }
        let source = workspace().join("tools/check/tests/compiled/functions.c");
        let object = self.folder.join(format!("{name}.o"));
        let direct = format!("{}_direct", request.symbol);
        let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        command.args(["-c", "-O1", "-fPIC", "-w", "-o"]).arg(&object).arg(source);
        command.arg(format!("-DFUNCTION={name}")).arg(format!("-DENTRY={}", request.symbol));
        let mut entry_points = vec![EntryPoint { kind: EntryKind::Xls, symbol: request.symbol.to_owned() }];
        let mut features = Features::NONE;
        if &**name == "direct" {
            command.arg(format!("-DDIRECT_ENTRY={direct}"));
            entry_points.push(EntryPoint { kind: EntryKind::Direct, symbol: direct });
            features = Features::DIRECT;
        }
        assert!(command.status().unwrap().success());
        Ok(Compiled {
            entry_points,
            temp_buffer: Layout { size: 0, align: 1 },
            features,
            cpu: Cpu::X86_64,
            object: Box::new(Bytes(std::fs::read(object).unwrap())),
        })
    }
}

/// Folder of the workspace: tests run in their crate's folder under cargo, in the workspace's under Bazel.
fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = manifest.ancestors().nth(2).unwrap_or(manifest);
    if root.join("tools/check/tests").is_dir() {
        root.to_path_buf()
    } else {
        PathBuf::from(".")
    }
}

const SIMPLE: &[&str] = &[
    "right",
    "wrong",
    "crash",
    "status",
    "overrun",
    "unwritten",
    "changes_input",
    "leak",
    "traces",
    "direct",
    "panics",
    "unsupported",
];

/// Runs the vectors with a folder of their own.
fn run(name: &str, ir: &str, vectors: &str) -> Report {
    let folder = std::env::temp_dir().join(format!("xls_aot_check_test_{}_{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("t.ir"), ir).unwrap();
    std::fs::write(folder.join("t.jsonl"), vectors).unwrap();
    let backend = HandMade { folder: folder.clone() };
    let options = CheckOptions {
        vectors: folder.join("t.jsonl"),
        root: folder.clone(),
        subject: Subject::Compiled(&backend),
        jobs: NonZeroUsize::new(2).unwrap(),
        limits: Default::default(),
    };
    let report = check(&options).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    report
}

fn vector(top: &str, x: u8, y: u8, width: u32, asserts: &[&str]) -> String {
    let sum = x.wrapping_add(y) & (0xffu16 >> (8 - width)) as u8;
    let asserts = if asserts.is_empty() { String::new() } else { format!(", \"asserts\": {asserts:?}") };
    format!(
        "{{\"ir_file\": \"t.ir\", \"top\": \"{top}\", \"args\": [\"bits[{width}]:{x}\", \"bits[{width}]:{y}\"], \
         \"expected\": \"bits[{width}]:{sum}\"{asserts}}}\n"
    )
}

fn got(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => "passed".to_owned(),
        Verdict::Failed { got, .. } => got.clone(),
        Verdict::Skipped { reason } => format!("skipped: {reason}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn each_way_to_be_wrong_is_told_and_the_rest_goes_on() {
    let mut ir = "package t\n".to_owned();
    let mut vectors = String::new();
    for name in SIMPLE {
        write!(ir, "fn {name}(x: bits[8], y: bits[8]) -> bits[8] {{\n  ret s: bits[8] = add(x, y)\n}}\n").unwrap();
        for x in [0, 9] {
            vectors += &vector(name, x, 200, 8, &[]);
        }
    }
    let report = run("simple", &ir, &vectors);
    let verdicts: Vec<(String, String)> =
        report.entries.iter().map(|entry| (entry.top.clone(), got(&entry.verdict))).collect();
    let expected = [
        ("right", ["passed", "passed"]),
        ("wrong", ["bits[8]:201", "bits[8]:210"]),
        ("crash", ["the process was killed by signal 6 (abort)", "passed"]),
        ("status", ["the entry point returned 5"; 2]),
        ("overrun", ["memory beside an input, the output or the scratch was changed"; 2]),
        ("unwritten", ["bits[8]:165"; 2]),
        ("changes_input", ["an input was changed"; 2]),
        ("leak", ["1 blocks were not given back"; 2]),
        ("traces", ["it called the unsupported callback 2"; 2]),
        ("direct", ["passed", "the entry point `xls` gives bits[8]:209, but `direct` gives bits[8]:0"]),
        ("panics", ["the compiler panicked (its message is above)"; 2]),
        ("unsupported", ["skipped: no code"; 2]),
    ];
    let expected: Vec<(String, String)> = expected
        .iter()
        .flat_map(|(top, verdicts)| verdicts.map(|verdict| (top.to_string(), verdict.to_owned())))
        .collect();
    assert_eq!(verdicts, expected);
    let counts = report.counts();
    assert_eq!((counts.passed, counts.failed, counts.skipped), (4, 18, 2));
}

#[test]
fn unused_bits_and_assertions_are_compared() {
    let ir = "package t
fn unused_bits(x: bits[7], y: bits[7]) -> bits[7] {
  ret s: bits[7] = add(x, y)
}
fn asserts(x: bits[8], y: bits[8]) -> bits[8] {
  t: token = after_all()
  a: bits[1] = or_reduce(x)
  b: bits[1] = or_reduce(y)
  c: token = assert(t, a, message=\"x is zero\")
  d: token = assert(c, b, message=\"y is zero\")
  ret s: bits[8] = add(x, y)
}
fn asserts_elsewhere(x: bits[8], y: bits[8]) -> bits[8] {
  t: token = after_all()
  a: bits[1] = or_reduce(x)
  c: token = assert(t, a, message=\"x is zero\")
  ret s: bits[8] = add(x, y)
}
";
    let vectors = [
        vector("unused_bits", 1, 2, 7, &[]),
        vector("unused_bits", 127, 1, 7, &[]),
        vector("asserts", 1, 1, 8, &[]),
        vector("asserts", 0, 0, 8, &["x is zero", "y is zero"]),
        vector("asserts", 1, 0, 8, &["x is zero"]),
        vector("asserts", 1, 0, 8, &[]),
        vector("asserts_elsewhere", 1, 0, 8, &[]),
    ];
    let report = run("events", ir, &vectors.concat());
    let verdicts: Vec<String> = report.entries.iter().map(|entry| got(&entry.verdict)).collect();
    assert_eq!(
        verdicts,
        [
            "passed",
            "a bits[7] in memory has bits set above its width",
            "passed",
            "passed",
            "bits[8]:1 asserts [\"y is zero\"]",
            "bits[8]:1 asserts [\"y is zero\"]",
            "an assertion reported the site `7`, which does not exist",
        ]
    );
}
