//! Files that must parse: this repository's own, and the standard library of libxls if it is there.

mod sound;

use std::path::{Path, PathBuf};

use xls_aot_dslx::source::{Report, SourceMap};
use xls_aot_dslx::syntax::parse_module;

/// The DSLX files of a folder and of those in it.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display())) {
            let path = entry.expect("a folder entry").path();
            if path.is_dir() && path.file_name().is_some_and(|name| name != "invalid") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "x") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Parses all files and says what is wrong with them; gives their number.
fn parse_all(folder: &Path) -> usize {
    let files = files(folder);
    let mut map = SourceMap::default();
    let mut findings = Vec::new();
    for path in &files {
        let text = std::fs::read(path).expect("a file that can be read");
        let file = map.add(path.display().to_string(), text).expect("small files");
        let parsed = parse_module(&map, file);
        sound::check(&map, &parsed);
        assert!(!parsed.module.items.is_empty(), "{}: no items", path.display());
        findings.extend(parsed.findings);
    }
    let report = Report::new(&map, findings);
    assert!(report.is_empty(), "{report}");
    files.len()
}

/// The root of this repository: Cargo says where the crate is, Bazel runs tests there.
fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."))
}

#[test]
fn own_files_parse() {
    assert!(parse_all(&root().join("testdata/dslx")) >= 40);
}

/// `tools/libxls/with-libxls` sets the variable.
#[test]
fn the_standard_library_parses() {
    match std::env::var_os("DSLX_STDLIB_PATH") {
        Some(folder) => assert!(parse_all(Path::new(&folder)) >= 10),
        None => println!("skipped: DSLX_STDLIB_PATH is not set"),
    }
}
