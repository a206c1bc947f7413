//! The Cranelift IR of the idioms that matter: one test a file of `testdata/clif`.
//!
//! A file is an IR package with one function that is the top, and sections in its last comments:
//!
//! ```text
//! // clif: x86_64-unknown-linux-gnu none lowered direct
//! //| function u0:0(i32, i32) -> i32 system_v {
//! ...
//! ```
//!
//! `// clif: TARGET LEVEL STAGE FUNCTION` names the target; the level of our optimiser (`none`, `full`); the stage:
//! `lowered`, which is what our lowering made, or `optimized`, which is what Cranelift made of that before it selects
//! instructions; and the function of the object: `direct`, `xls`, `fn NAME`, `routine NAME`. The lines behind it are that
//! function, whole. What must not change is said in the comment at the head of each file.
//!
//! `XLS_AOT_BLESS=1 cargo test -p xls_aot_native --test clif` rewrites the sections of all files, or of those that
//! `-- NAME` selects. It changes nothing else, and adds no section.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use similar::TextDiff;
use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, Target};
use xls_aot_codegen::{Options, Request};
use xls_aot_native::{ClifFunction, NativeBackend, OptLevel};
use xls_aot_runtime::abi::EventKind;

const BLESS: &str = "XLS_AOT_BLESS";
const SECTION: &str = "// clif: ";
const LINE: &str = "//|";

/// Each file is a test of its name.
macro_rules! files {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*

        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

files! {
    add_256
    arguments
    array_in_place
    array_index
    assertion
    bit_count
    compare_dirty
    compare_signed
    conditional_update
    concat_bytes
    constant_tables
    counted_for
    divide_200
    divide_by_constant
    divide_by_variable
    dynamic_counted_for
    encode_one_hot
    entry_copy
    events
    invoke_inlined
    leading_zeros
    lanes_dot_product
    lanes_not_worth_it
    lanes_of_pairs
    lanes_saturate
    lazy_masks
    linear_table
    long_loop
    multiply_256
    multiply_widening
    one_hot
    one_hot_sel
    priority_sel
    reductions
    result_in_place
    rotate
    scratch
    sel_aggregate
    sel_by_bit
    sel_two_way
    shift_by_variable
    sign_extended
    tuple_equality
    unused_argument
    wide_in_memory
}

#[test]
fn every_file_is_listed() {
    let entries = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path());
    let found: BTreeSet<String> =
        entries.map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    let listed: BTreeSet<String> = FILES.iter().map(|name| format!("{name}.ir")).collect();
    assert_eq!(found, listed, "the files of testdata/clif, and those in the list of tools/native/tests/clif.rs");
}

/// Tests run in their crate's folder under cargo, in the workspace's under Bazel.
fn folder() -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/clif");
    if folder.is_dir() {
        folder
    } else {
        PathBuf::from("tools/native/testdata/clif")
    }
}

fn check(name: &str) {
    let path = folder().join(format!("{name}.ir"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let now = with_sections_renewed(&text).unwrap_or_else(|error| panic!("{name}.ir: {error}"));
    if now == text {
        return;
    }
    if std::env::var_os(BLESS).is_some() {
        std::fs::write(&path, now).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        return;
    }
    let diff = TextDiff::from_lines(&text, &now);
    panic!(
        "{name}.ir: the Cranelift IR is another\n{}\n\
         If that is what you want: {BLESS}=1 cargo test -p xls_aot_native --test clif -- {name}",
        diff.unified_diff().header("expected", "found")
    );
}

/// The file's text as it would be if its sections held what lowering makes now.
fn with_sections_renewed(text: &str) -> Result<String, String> {
    let mut renewed = String::with_capacity(text.len());
    let mut sections = 0;
    for (i, line) in text.lines().enumerate() {
        if line.starts_with(LINE) {
            if sections == 0 {
                return Err(format!("line {}: `{LINE}` before the first `{SECTION}`", i + 1));
            }
            continue;
        }
        if sections > 0 && !line.is_empty() && !line.starts_with(SECTION) {
            return Err(format!(
                "line {}: expected `{SECTION}` or `{LINE}`: sections are the last thing in a file",
                i + 1
            ));
        }
        renewed += line;
        renewed.push('\n');
        if let Some(section) = line.strip_prefix(SECTION) {
            sections += 1;
            let clif = clif(text, section).map_err(|error| format!("line {}: {error}", i + 1))?;
            for line in clif.lines() {
                let line = format!("{LINE} {line}");
                renewed += line.trim_end();
                renewed.push('\n');
            }
        }
    }
    if sections == 0 {
        return Err(format!("no `{SECTION}TARGET LEVEL STAGE FUNCTION` line, so nothing is tested"));
    }
    Ok(renewed)
}

/// The Cranelift IR that a section is about.
fn clif(ir: &str, section: &str) -> Result<String, String> {
    let words: Vec<&str> = section.splitn(4, ' ').collect();
    let [target, level, stage, function] = words[..] else {
        return Err(format!("expected `{SECTION}TARGET LEVEL STAGE FUNCTION`"));
    };
    let target: Target = target.parse().map_err(|error| format!("{error}"))?;
    let level = match level {
        "none" => OptLevel::None,
        "full" => OptLevel::Full,
        other => return Err(format!("unknown level `{other}`; expected `none` or `full`")),
    };
    let functions = functions(ir, target, level)?;
    let Some(found) = functions.iter().find(|candidate| candidate.name == function) else {
        let names: Vec<&str> = functions.iter().map(|function| function.name.as_str()).collect();
        return Err(format!("the object has no function `{function}`; it has {}", names.join(", ")));
    };
    match stage {
        "lowered" => Ok(found.clif.lowered.clone()),
        "optimized" => Ok(found.clif.optimized.clone()),
        other => Err(format!("unknown stage `{other}`; expected `lowered` or `optimized`")),
    }
}

/// The native back end, watched: the driver's request is what is lowered.
struct Watched {
    backend: NativeBackend,
    functions: RefCell<Vec<ClifFunction>>,
}

impl Backend for Watched {
    fn name(&self) -> &'static str {
        self.backend.name()
    }

    fn version(&self) -> String {
        self.backend.version()
    }

    fn targets(&self) -> &'static [Target] {
        self.backend.targets()
    }

    fn events(&self) -> &'static [EventKind] {
        self.backend.events()
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        *self.functions.borrow_mut() = self.backend.clif(request)?;
        self.backend.compile(request)
    }
}

fn functions(ir: &str, target: Target, level: OptLevel) -> Result<Vec<ClifFunction>, String> {
    let events = &[EventKind::Trace, EventKind::Cover];
    let options = Options { target, events, ..Options::new("clif_test") };
    let request = Request { options, ..Request::new("test.ir", ir.as_bytes(), "clif_test") };
    let backend = Watched { backend: NativeBackend::new(level), functions: RefCell::default() };
    xls_aot_codegen::compile(&request, &backend).map_err(|error| error.to_string())?;
    Ok(backend.functions.into_inner())
}

#[test]
fn files_that_would_test_nothing_are_errors() {
    let ir = "package p\ntop fn f(x: bits[8]) -> bits[8] {\n  ret r: bits[8] = not(x)\n}\n";
    let check = |rest: &str, message: &str| {
        assert_eq!(with_sections_renewed(&format!("{ir}{rest}")).unwrap_err(), message);
    };
    check("", "no `// clif: TARGET LEVEL STAGE FUNCTION` line, so nothing is tested");
    check("//| x\n", "line 5: `//|` before the first `// clif: `");
    let clif = "// clif: x86_64-unknown-linux-gnu none lowered";
    check(&format!("{clif}\n"), "line 5: expected `// clif: TARGET LEVEL STAGE FUNCTION`");
    check(&format!("{clif} fn f\n"), "line 5: the object has no function `fn f`; it has direct, xls");
    check(
        &format!("{clif} direct\n// x\n"),
        "line 6: expected `// clif: ` or `//|`: sections are the last thing in a file",
    );
    let without_golden = format!("{ir}{clif} direct\n");
    assert_ne!(with_sections_renewed(&without_golden), Ok(without_golden));
}
