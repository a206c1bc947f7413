//! Runs every file of `testdata/filetests`: one test a file, named after it.
//!
//! A file is IR text with its expectations in comments:
//!
//! - `// error: E0301 5: message (help: note)` at the end of a line: this finding on this line, at this column. Several
//!   on a line follow one another. With at least one of them, the file must give exactly these findings. Where a line has
//!   no room for it, because it ends within a string, `//^ error: ...` on the next line is about it.
//! - `// print:` at the start of a line, and `//| text` lines behind it: the package is accepted and printed like that,
//!   and what is printed reads back to the same text.
//!
//! A file must have one of the two. Any other `// word:` comment is a mistake and fails. `cargo test --test filetests
//! NAME` runs the files whose names contain `NAME`; with `FILETESTS_SHOW=1`, what the reader says is printed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use xls_aot_ir::{print_package, read_package, OpKind, CODES};

/// Line, column, code and text with notes.
type Finding = (u32, u32, String, String);

fn main() -> ExitCode {
    let filters: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with('-')).collect();
    let folder = crate_folder().join("testdata/filetests");
    let files = ir_files(&folder);
    assert!(files.len() >= 200, "{}: only {} files", folder.display(), files.len());
    let (mut passed, mut failed) = (0, 0);
    for file in files {
        let name = file.strip_prefix(&folder).unwrap_or(&file).with_extension("").display().to_string();
        if !filters.is_empty() && !filters.iter().any(|filter| name.contains(filter)) {
            continue;
        }
        match run(&file) {
            Ok(()) => {
                println!("test {name} ... ok");
                passed += 1;
            }
            Err(message) => {
                println!("test {name} ... FAILED\n{message}");
                failed += 1;
            }
        }
    }
    if filters.is_empty() {
        let of_all_files = [
            ("every_code_has_a_file", every_code_has_a_file(&folder)),
            ("every_operation_is_accepted", every_operation_is_accepted(&folder.join("accept"))),
            ("every_type_rule_is_broken", every_type_rule_is_broken(&folder)),
        ];
        for (name, result) in of_all_files {
            match result {
                Ok(()) => {
                    println!("test {name} ... ok");
                    passed += 1;
                }
                Err(message) => {
                    println!("test {name} ... FAILED\n{message}");
                    failed += 1;
                }
            }
        }
    }
    println!("{passed} passed, {failed} failed");
    if failed == 0 && passed > 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// This crate's folder: Cargo says where it is, Bazel runs tests at the root of the source tree.
fn crate_folder() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from("tools/ir"), PathBuf::from)
}

fn ir_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Codes that no small file can have, and where they are tested.
const WITHOUT_FILE: [(&str, &str); 5] = [
    ("E0503", "tests/structure.rs: text cannot say this, only a package that is built"),
    ("E0504", "tests/structure.rs: text cannot say this, only a package that is built"),
    ("E0506", "tests/structure.rs: in text, an operand must stand before its use to be known at all"),
    ("E0901", "more than 4 GiB of text"),
    ("E0902", "tests/hostile.rs: more than 65,536 digits"),
];

/// Each code is expected by a file, or on the list of those that cannot be.
fn every_code_has_a_file(folder: &Path) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    for file in ir_files(folder) {
        let bytes = std::fs::read(&file).map_err(|e| e.to_string())?;
        let (errors, _) = expectations(&String::from_utf8_lossy(&bytes))?;
        seen.extend(errors.into_iter().map(|(_, _, code, _)| code));
    }
    for (code, meaning) in CODES {
        let listed = WITHOUT_FILE.iter().any(|(without, _)| without == code);
        match (seen.contains(*code), listed) {
            (true, false) | (false, true) => {}
            (false, false) => return Err(format!("no file expects {code} ({meaning})")),
            (true, true) => return Err(format!("a file expects {code}: take it off the list of codes without one")),
        }
    }
    Ok(())
}

/// Each operation is read and printed, with each of its keyword arguments. (Of the parameters, only the header tells.)
fn every_operation_is_accepted(folder: &Path) -> Result<(), String> {
    let (mut seen, mut given) = (BTreeSet::new(), BTreeSet::new());
    for file in ir_files(folder) {
        let bytes = std::fs::read(&file).map_err(|e| e.to_string())?;
        let package = read_package(&file.display().to_string(), &bytes).map_err(|e| e.to_string())?;
        seen.extend(package.functions.iter().flat_map(|function| &function.nodes).map(|node| node.op.kind()));
        for line in String::from_utf8_lossy(&bytes).lines().filter_map(|line| line.strip_prefix("//| ")) {
            let Some((op, arguments)) = line.split_once(" = ").and_then(|(_, node)| node.split_once('(')) else {
                continue;
            };
            given.extend(OpKind::ALL.iter().filter(|kind| kind.mnemonic() == op).flat_map(|kind| {
                let keywords = kind.info().keywords.iter().map(|arg| (*kind, arg.keyword.spelling()));
                keywords.filter(|(_, spelling)| arguments.contains(&format!("{spelling}=")))
            }));
        }
    }
    for &kind in OpKind::ALL {
        if !seen.contains(&kind) {
            return Err(format!("no file in accept has `{}`", kind.mnemonic()));
        }
        for arg in kind.info().keywords.iter().filter(|_| kind != OpKind::Param) {
            if !given.contains(&(kind, arg.keyword.spelling())) {
                return Err(format!(
                    "no file in accept prints `{}` with `{}=`",
                    kind.mnemonic(),
                    arg.keyword.spelling()
                ));
            }
        }
    }
    Ok(())
}

/// Each type rule is broken by an operation that it is for. A parameter has none, and that of a literal cannot be broken
/// by text, whose literals are read by the node's type (tests/structure.rs breaks it).
fn every_type_rule_is_broken(folder: &Path) -> Result<(), String> {
    let mut broken = BTreeSet::from(["param", "literal"]);
    for file in ir_files(folder) {
        let bytes = std::fs::read(&file).map_err(|e| e.to_string())?;
        for line in String::from_utf8_lossy(&bytes).lines().filter(|line| line.contains("// error: E04")) {
            let op = line.split_once(" = ").and_then(|(_, node)| node.split_once('(')).map(|(op, _)| op);
            let kinds = OpKind::ALL.iter().filter(|kind| Some(kind.mnemonic()) == op);
            broken.extend(kinds.map(|kind| kind.info().rule));
        }
    }
    match OpKind::ALL.iter().find(|kind| !broken.contains(kind.info().rule)) {
        None => Ok(()),
        Some(kind) => Err(format!("no file breaks the type rule `{}`, of `{}`", kind.info().rule, kind.mnemonic())),
    }
}

fn run(file: &Path) -> Result<(), String> {
    if file.extension().is_none_or(|extension| extension != "ir") {
        return Err("a file test's name ends in .ir".to_string());
    }
    let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
    // Expectations are ASCII; a file may be there because it is not UTF-8.
    let (errors, printed) = expectations(&String::from_utf8_lossy(&bytes))?;
    let outcome = read_package("input.ir", &bytes);
    if std::env::var_os("FILETESTS_SHOW").is_some() {
        match &outcome {
            Ok(package) => println!("{}", print_package(package)),
            Err(findings) => println!("{findings}"),
        }
    }
    match (outcome, printed) {
        (Ok(package), Some(printed)) => {
            same("printed text", &print_package(&package), &printed)?;
            let again = read_package("printed.ir", printed.as_bytes()).map_err(|findings| findings.to_string())?;
            same("printed text, read and printed again", &print_package(&again), &printed)
        }
        (Ok(_), None) => Err("accepted, but errors are expected".to_string()),
        (Err(findings), Some(_)) => Err(format!("refused:\n{findings}")),
        (Err(findings), None) => {
            let found: Vec<Finding> = findings
                .findings
                .iter()
                .map(|located| {
                    let mut message = located.diagnostic.message.clone();
                    for note in &located.diagnostic.notes {
                        message.push_str(&format!(" (help: {note})"));
                    }
                    (located.line, located.column, located.diagnostic.code.to_string(), message)
                })
                .collect();
            same("findings", &list(&found), &list(&errors))
        }
    }
}

fn list(findings: &[Finding]) -> String {
    findings.iter().map(|(line, column, code, text)| format!("line {line}: {code} {column}: {text}\n")).collect()
}

fn same(what: &str, found: &str, expected: &str) -> Result<(), String> {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what} differs\n--- expected\n{expected}\n--- found\n{found}"))
    }
}

/// The findings and the printed text that the comments of a file announce.
fn expectations(text: &str) -> Result<(Vec<Finding>, Option<String>), String> {
    let mut errors = Vec::new();
    let mut printed: Option<String> = None;
    for (number, line) in text.lines().enumerate() {
        let mut line_number = number as u32 + 1;
        if let Some(row) = line.strip_prefix("//|") {
            let printed = printed.as_mut().ok_or(format!("line {line_number}: `//|` without `// print:`"))?;
            printed.push_str(row.strip_prefix(' ').unwrap_or(row));
            printed.push('\n');
        } else if line == "// print:" {
            printed = Some(String::new());
        } else {
            if line.starts_with("//^ ") {
                line_number -= 1;
            }
            for comment in line.split("// ").chain(line.strip_prefix("//^ ")).skip(1) {
                let Some((word, rest)) = comment.split_once(": ") else { continue };
                if word.contains(' ') {
                    continue;
                }
                if word != "error" {
                    return Err(format!("line {line_number}: unknown key `{word}:`"));
                }
                errors
                    .push(expected_error(line_number, rest).ok_or(format!("line {line_number}: malformed `error:`"))?);
            }
        }
    }
    match (&printed, errors.is_empty()) {
        (None, true) => Err("the file has no expectations".to_string()),
        (Some(_), false) => Err("the file expects both errors and printed text".to_string()),
        _ => Ok((errors, printed)),
    }
}

/// `E0301 5: message`.
fn expected_error(line: u32, rest: &str) -> Option<Finding> {
    let (place, message) = rest.split_once(": ")?;
    let (code, column) = place.split_once(' ')?;
    if !CODES.iter().any(|(known, _)| *known == code) {
        return None;
    }
    Some((line, column.parse().ok()?, code.to_string(), message.trim_end().to_string()))
}
