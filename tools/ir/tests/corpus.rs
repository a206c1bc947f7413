//! The whole corpus, where there is one: the environment variable `XLS_AOT_CORPUS` names a folder with `ir`,
//! `ir_mixed_original` (text that libxls accepts) and `ir_reject` (text that it refuses).

use std::path::{Path, PathBuf};

use xls_aot_ir::{parse_package, print_package, read_package};

/// Files of `ir_mixed_original` that are refused, as libxls refuses them: two declarations are marked `top`.
const TWO_TOPS: &[&str] = &["ir_mixed_original/google-xls/xls__ir__ir_parser_error_test.cc_L2273.ir"];

/// Files of `ir_reject` that are accepted. libxls parses the text proto of `fuzz_test(domains=...)`, which has no effect
/// on a function's value; here it may be any text.
const PROTO_NOT_READ: &[&str] = &["ir_reject/google-xls/xls__ir__ir_parser_test.cc_L1349.ir"];

/// Whether the file is one of those named.
fn is_listed(file: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| file.ends_with(name))
}

/// The corpus folder, or a message that says what is skipped.
fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("XLS_AOT_CORPUS").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    if folder.is_none() {
        println!("skipped: XLS_AOT_CORPUS does not name a corpus folder");
    }
    folder
}

/// All `.ir` files below `folder`, sorted.
fn ir_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "ir") {
                files.push(path);
            }
        }
    }
    files.sort();
    assert!(!files.is_empty(), "no .ir files below {}", folder.display());
    files
}

#[test]
fn accepted_files_are_read_and_survive_a_round_trip() {
    let Some(corpus) = corpus() else { return };
    let mut failures = Vec::new();
    let mut passed = 0;
    for file in ["ir", "ir_mixed_original"].iter().flat_map(|folder| ir_files(&corpus.join(folder))) {
        let text = std::fs::read(&file).expect("readable");
        if is_listed(&file, TWO_TOPS) {
            let findings = read_package("two_tops.ir", &text).expect_err("two tops");
            assert_eq!(findings.findings[0].diagnostic.code, "E0303");
            continue;
        }
        match round_trip(&file.display().to_string(), &text) {
            Ok(()) => passed += 1,
            Err(message) => failures.push(message),
        }
    }
    println!("{passed} passed, {} failed", failures.len());
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

fn round_trip(name: &str, text: &[u8]) -> Result<(), String> {
    let package = read_package(name, text).map_err(|findings| findings.to_string())?;
    let printed = print_package(&package);
    let again =
        parse_package(&format!("{name} (printed)"), printed.as_bytes()).map_err(|findings| findings.to_string())?;
    let printed_again = print_package(&again);
    if printed == printed_again {
        Ok(())
    } else {
        Err(format!("{name}: printed text changes when it is read and printed again"))
    }
}

#[test]
fn refused_files_are_refused() {
    let Some(corpus) = corpus() else { return };
    let mut unexpected = Vec::new();
    let mut refused = 0;
    for file in ir_files(&corpus.join("ir_reject")) {
        let text = std::fs::read(&file).expect("readable");
        match read_package(&file.display().to_string(), &text) {
            Err(_) if !is_listed(&file, PROTO_NOT_READ) => refused += 1,
            Ok(_) if is_listed(&file, PROTO_NOT_READ) => {}
            _ => unexpected.push(file.display().to_string()),
        }
    }
    println!("{refused} refused, {} not as expected", unexpected.len());
    assert!(unexpected.is_empty(), "not as expected:\n{}", unexpected.join("\n"));
}
