//! Files that must check: this repository's own, and the standard library of libxls if it is there.

use std::path::{Path, PathBuf};

use xls_aot_dslx::check::{check, Tops};
use xls_aot_dslx::modules::{load, Loader, Root, Search, Top};
use xls_aot_dslx::source::{Report, SourceMap};

/// Files as they are on disk.
struct Disk;

impl Loader for Disk {
    fn load(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match std::fs::read(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn root() -> PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(PathBuf::new, |crate_folder| Path::new(&crate_folder).join("../.."))
}

/// The DSLX files directly in a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "x"));
    files.sort();
    files
}

/// Checks everything in a file; gives the findings as text if one is an error.
fn errors(path: &Path, search: &Search) -> Option<String> {
    let mut sources = SourceMap::default();
    let shown = path.display().to_string();
    let name = path.file_stem().expect("a file").to_string_lossy().into_owned();
    let text = std::fs::read(path).expect("a file that can be read");
    let loaded = load(&mut sources, Top { name: &name, path: &shown, shown: &shown, text }, search, &Disk);
    if loaded.findings.iter().any(|finding| finding.is_error()) {
        return Some(Report::new(&sources, loaded.findings).to_string());
    }
    let (checked, findings) = check(&loaded.modules, &sources, &Tops::All);
    checked.is_none().then(|| Report::new(&sources, findings).to_string())
}

fn library() -> Option<String> {
    std::env::var_os("DSLX_STDLIB_PATH").map(|folder| folder.to_string_lossy().into_owned())
}

fn check_all(files: &[PathBuf], search: &Search) {
    let errors: Vec<String> = files.iter().filter_map(|path| errors(path, search)).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

#[test]
fn own_files_check() {
    let folder = root().join("testdata/dslx");
    let roots = vec![Root::new(&folder.to_string_lossy())];
    let search = Search { library: library().map(|folder| Root::new(&folder)), roots, ..Search::default() };
    let mut all = files(&folder);
    all.extend(files(&folder.join("beyond")));
    assert!(all.len() >= 40);
    if search.library.is_none() {
        // Without the library, those that import it are left to the run that has it.
        all.retain(|path| !std::fs::read_to_string(path).expect("text").contains("import std"));
    }
    check_all(&all, &search);
}

#[test]
fn the_standard_library_checks() {
    let Some(folder) = library() else {
        println!("skipped: DSLX_STDLIB_PATH is not set");
        return;
    };
    let files = files(Path::new(&folder));
    assert!(files.len() >= 10);
    check_all(&files, &Search { library: Some(Root::new(&folder)), ..Search::default() });
}
