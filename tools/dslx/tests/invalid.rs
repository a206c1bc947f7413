//! Runs every file of `testdata/dslx/invalid`: one test a file, named after it.
//!
//! A file is DSLX text that is refused, and behind it, in comments `//| ...`, all that is printed about it: nothing more and
//! nothing less. The folder says which stage refuses it: `syntax`, `types`. `cargo test --test invalid NAME` runs the files whose
//! names contain `NAME`; with `INVALID_SHOW=1`, what is printed about them is printed in the form of the comments.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use xls_aot_dslx::check::{check, Tops};
use xls_aot_dslx::modules::{load, Loader, Root, Search, Top};
use xls_aot_dslx::source::{Report, SourceMap};
use xls_aot_dslx::syntax::parse_module;
use xls_aot_dslx::CODES;
use xls_aot_ir::Diagnostic;

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let folder = root().join("testdata/dslx/invalid");
    let files = files(&folder);
    assert!(files.len() >= 50, "{}: only {} files", folder.display(), files.len());
    let (mut passed, mut failed) = (0, 0);
    let mut codes = BTreeSet::new();
    for file in files {
        let name = file.strip_prefix(&folder).unwrap_or(&file).with_extension("").display().to_string();
        let selected = filters.is_empty() || filters.iter().any(|filter| name.contains(filter));
        if !selected {
            continue;
        }
        count(&name, run(&file, &mut codes), &mut passed, &mut failed);
    }
    if filters.is_empty() {
        count("every_code_has_a_file", every_code(&codes), &mut passed, &mut failed);
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn count(name: &str, result: Result<(), String>, passed: &mut usize, failed: &mut usize) {
    match result {
        Ok(()) => {
            println!("test {name} ... ok");
            *passed += 1;
        }
        Err(message) => {
            println!("test {name} ... FAILED\n{message}");
            *failed += 1;
        }
    }
}

/// The root of this repository: Cargo says where the crate is, Bazel runs tests there.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."))
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for stage in ["syntax", "types"] {
        let folder = folder.join(stage);
        let entries = std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        files.extend(entries.map(|entry| entry.expect("a folder entry").path()));
    }
    files.sort();
    files
}

fn run(file: &Path, codes: &mut BTreeSet<String>) -> Result<(), String> {
    if file.extension().is_none_or(|extension| extension != "x") {
        return Err("a file's name ends in .x".to_string());
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = std::fs::read_to_string(file).map_err(|e| e.to_string())?;
    // The expectations are not part of what is read: it may end in the middle of something.
    let begin = text.find("//| ").ok_or("the file has no expectations, `//| ...`")?;
    let (source, expected) = text.split_at(begin);
    let mut map = SourceMap::default();
    let findings = if file.parent().is_some_and(|folder| folder.ends_with("types")) {
        check_text(&mut map, &name, source)?
    } else {
        let id = map.add(name, source).map_err(|_| "too much text")?;
        parse_module(&map, id).findings
    };
    let report = Report::new(&map, findings);
    for file in &report.files {
        codes.extend(file.findings.iter().map(|finding| finding.diagnostic.code.to_string()));
    }
    let found: String =
        report.to_string().lines().map(|line| format!("{}\n", format!("//| {line}").trim_end())).collect();
    if std::env::var_os("INVALID_SHOW").is_some() {
        println!("{found}");
    }
    if found == expected {
        Ok(())
    } else {
        Err(format!("--- expected\n{expected}\n--- found\n{found}"))
    }
}

/// What checking finds in a module, which may import the files of `testdata/dslx`.
fn check_text(map: &mut SourceMap, name: &str, source: &str) -> Result<Vec<Diagnostic>, String> {
    struct Imports;
    impl Loader for Imports {
        fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
            Ok(std::fs::read(root().join("testdata/dslx").join(path)).ok())
        }
    }
    let top = Top { name: "invalid", path: name, shown: name, text: source.into() };
    let search = Search { library: None, roots: vec![Root::new("")], ..Search::default() };
    let loaded = load(map, top, &search, &Imports);
    if !loaded.findings.is_empty() {
        return Err(format!("the file has errors of syntax\n{}", Report::new(map, loaded.findings)));
    }
    Ok(check(&loaded.modules, map, &Tops::All).1)
}

/// Codes that no small file can have, and where they are tested.
const WITHOUT_FILE: &[(&str, &str)] = &[
    ("E1005", "tests/hostile.rs: more digits than are converted"),
    ("E1103", "tests/hostile.rs: more findings than are reported"),
    ("E1104", "tests/hostile.rs: deep nesting"),
    ("E1105", "tests/hostile.rs: long rows of operators"),
    ("E1205", "tests/limits.rs: loops that unroll to millions of expressions"),
    ("E1206", "no thread can be started"),
    ("E1207", "an error that is not reported: there is none that is known"),
    ("E1220", "the parser refuses it first (E1113)"),
    ("E1222", "the parser refuses it first (E1120)"),
    ("E1224", "tests/limits.rs: deep types"),
    ("E1249", "the parser refuses it first (E1115)"),
    ("E1260", "tests/limits.rs: instances without end"),
    ("E1261", "tests/limits.rs: constants inside functions"),
    ("E1263", "the parser refuses it first (E1121)"),
    ("E1310", "the parser refuses it first (E1114)"),
    ("E1321", "tests/limits.rs: patterns that are hard to decide"),
    ("E1380", "tests/limits.rs: tops"),
    ("E1381", "tests/limits.rs: tops"),
    ("E1382", "tests/limits.rs: tops"),
    ("E1383", "tests/design.rs: tops"),
];

/// Each code of the lexer, the parser and the checker is expected by a file, or on the list of those that cannot be.
fn every_code(seen: &BTreeSet<String>) -> Result<(), String> {
    for (code, meaning) in CODES.iter().filter(|(code, _)| !("E1150".."E1200").contains(code) && *code < "E1400") {
        let listed = WITHOUT_FILE.iter().any(|(without, _)| without == code);
        match (seen.contains(*code), listed) {
            (true, false) | (false, true) => {}
            (false, false) => return Err(format!("no file expects {code} ({meaning})")),
            (true, true) => return Err(format!("a file expects {code}: take it off the list of codes without one")),
        }
    }
    Ok(())
}
