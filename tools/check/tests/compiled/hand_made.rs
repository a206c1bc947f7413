//! A back end whose code is C functions written by hand, and vectors run on it.

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;

use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, CompiledEntry, Cpu, FinishObject, Target};
use xls_aot_check::{check, CheckOptions, Report, Verdict};
use xls_aot_execute::{ExecuteError, Machine, Subject};
use xls_aot_layout::Layout;
use xls_aot_runtime::abi::{EntryKind, EventKind, Features};

/// The machine that runs the tests.
pub const HOST: Target = if cfg!(target_arch = "aarch64") { Target::Aarch64Linux } else { Target::X86_64Linux };

/// A back end that compiles the C function of the same name, whatever the IR says.
pub struct HandMade {
    folder: PathBuf,
}

/// A function that is compiled when its symbol is known.
struct HandMadeObject {
    folder: PathBuf,
    name: String,
}

impl FinishObject for HandMadeObject {
    fn finish(self: Box<Self>, symbols: &[String], _: &[u8]) -> Result<Vec<u8>, BackendError> {
        let [symbol] = symbols else { panic!("{symbols:?}") };
        let source = workspace().join("tools/check/tests/compiled/functions.c");
        let object = self.folder.join(format!("{}.o", self.name));
        let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        command.args(["-c", "-O1", "-fPIC", "-w", "-o"]).arg(&object).arg(source);
        command.arg(format!("-DFUNCTION={}", self.name)).arg(format!("-DENTRY={symbol}"));
        if self.name == "direct" {
            command.arg(format!("-DDIRECT_ENTRY={symbol}_direct"));
        }
        assert!(command.status().unwrap().success());
        Ok(std::fs::read(object).unwrap())
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

    fn events(&self) -> &'static [EventKind] {
        &[EventKind::Assertion]
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        let name = &request.package.function(request.entries[0]).name;
        assert_ne!(&**name, "panics");
        if &**name == "unsupported" {
            return Err(BackendError::Unsupported { what: "no code".to_owned(), hint: "none".to_owned(), place: None });
        }
        let mut kinds = vec![EntryKind::Xls];
        let mut features = Features::NONE;
        if &**name == "direct" {
            kinds.push(EntryKind::Direct);
            features = Features::DIRECT;
        }
        let mut temp_buffer = Layout { size: 0, align: 1 };
        if name.ends_with("_scratch") {
            temp_buffer = Layout { size: 16, align: 16 };
            features = features | Features::SCRATCH;
        }
        Ok(Compiled {
            entries: vec![CompiledEntry { kinds, temp_buffer, features }],
            cpu: Cpu::X86_64,
            object: Box::new(HandMadeObject { folder: self.folder.clone(), name: name.to_string() }),
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

/// Runs the vectors with a folder of their own: in children of this process, or as programs of `machine`.
pub fn run(name: &str, ir: &str, vectors: &str, machine: Option<&Machine>) -> Report {
    try_run(name, ir, vectors, machine).unwrap()
}

/// As [`run`], where the vectors may not be run at all.
pub fn try_run(name: &str, ir: &str, vectors: &str, machine: Option<&Machine>) -> Result<Report, ExecuteError> {
    let folder = std::env::temp_dir().join(format!("xls_aot_check_test_{}_{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("t.ir"), ir).unwrap();
    std::fs::write(folder.join("t.jsonl"), vectors).unwrap();
    let backend = HandMade { folder: folder.clone() };
    let options = CheckOptions {
        vectors: folder.join("t.jsonl"),
        root: folder.clone(),
        subject: match machine {
            None => Subject::Compiled(&backend),
            Some(machine) => Subject::CompiledFor(&backend, machine),
        },
        jobs: NonZeroUsize::new(2).unwrap(),
        limits: Default::default(),
    };
    let report = check(&options);
    std::fs::remove_dir_all(&folder).unwrap();
    report
}

/// A vector of a function that adds two numbers, as a line of a vector file.
pub fn vector(top: &str, x: u8, y: u8, width: u32, asserts: &[&str]) -> String {
    let sum = x.wrapping_add(y) & (0xffu16 >> (8 - width)) as u8;
    let asserts = if asserts.is_empty() { String::new() } else { format!(", \"asserts\": {asserts:?}") };
    format!(
        "{{\"ir_file\": \"t.ir\", \"top\": \"{top}\", \"args\": [\"bits[{width}]:{x}\", \"bits[{width}]:{y}\"], \
         \"expected\": \"bits[{width}]:{sum}\"{asserts}}}\n"
    )
}

/// What a verdict says of a call.
pub fn got(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Passed => "passed".to_owned(),
        Verdict::Failed { got, .. } => got.clone(),
        Verdict::Skipped { what, .. } => format!("skipped: {what}"),
        other => format!("{other:?}"),
    }
}
