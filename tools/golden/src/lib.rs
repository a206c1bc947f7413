//! Compares generated files with their committed copies ("goldens").
//!
//! A golden is compared byte for byte with the output of a rule. A missing or empty golden is a failure, and so is a
//! golden that no file is compared with. Every failure names the command that updates the goldens.

use std::collections::BTreeSet;
use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::TextDiff;

/// How the outcome of one comparison reads.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mismatch {
    /// There is no golden of this name.
    Missing {
        /// Where it was expected.
        golden: PathBuf,
    },
    /// The golden has no content.
    Empty {
        /// The golden.
        golden: PathBuf,
    },
    /// The texts differ.
    Differs {
        /// The golden.
        golden: PathBuf,
        /// A unified diff from the golden to the generated file.
        diff: String,
    },
    /// A golden that nothing is compared with.
    Stale {
        /// The golden.
        golden: PathBuf,
    },
    /// A file cannot be read as text.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: String,
    },
    /// Two generated files would share one golden.
    Clash {
        /// The golden.
        golden: PathBuf,
    },
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Mismatch::Missing { golden } => write!(f, "{}: the golden is missing", golden.display()),
            Mismatch::Empty { golden } => write!(f, "{}: the golden is empty", golden.display()),
            Mismatch::Differs { golden, diff } => write!(f, "{}: differs\n{diff}", golden.display()),
            Mismatch::Stale { golden } => write!(f, "{}: no generated file belongs to this golden", golden.display()),
            Mismatch::Unreadable { path, error } => write!(f, "{}: {error}", path.display()),
            Mismatch::Clash { golden } => write!(f, "{}: two generated files have this name", golden.display()),
        }
    }
}

/// Compares each generated file with the golden of its name in `goldens`; also finds goldens that nothing belongs to.
pub fn check(generated: &[PathBuf], goldens: &Path) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let mut seen = BTreeSet::new();
    for path in generated {
        let golden = golden_of(path, goldens);
        if !seen.insert(golden.clone()) {
            mismatches.push(Mismatch::Clash { golden });
        } else if let Err(mismatch) = compare(path, golden) {
            mismatches.push(mismatch);
        }
    }
    for golden in listing(goldens, generated) {
        if !seen.contains(&golden) {
            mismatches.push(Mismatch::Stale { golden });
        }
    }
    mismatches
}

fn compare(path: &Path, golden: PathBuf) -> Result<(), Mismatch> {
    let unreadable =
        |path: &Path, error: io::Error| Mismatch::Unreadable { path: path.into(), error: error.to_string() };
    let actual = fs::read_to_string(path).map_err(|error| unreadable(path, error))?;
    let expected = match fs::read_to_string(&golden) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Mismatch::Missing { golden }),
        Err(error) => return Err(unreadable(&golden, error)),
    };
    if expected.is_empty() {
        return Err(Mismatch::Empty { golden });
    }
    if expected == actual {
        return Ok(());
    }
    let diff = TextDiff::from_lines(&expected, &actual)
        .unified_diff()
        .header(&golden.display().to_string(), &path.display().to_string())
        .to_string();
    Err(Mismatch::Differs { golden, diff })
}

/// Copies each generated file over its golden and removes goldens that nothing belongs to. Returns what was changed.
///
/// # Errors
/// If a file cannot be read or written; goldens already updated stay so.
pub fn update(generated: &[PathBuf], goldens: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(goldens)?;
    let mut changed = Vec::new();
    let mut kept = BTreeSet::new();
    for path in generated {
        let golden = golden_of(path, goldens);
        let content = fs::read(path)?;
        if fs::read(&golden).ok().as_deref() != Some(&content[..]) {
            fs::write(&golden, content)?;
            changed.push(golden.clone());
        }
        kept.insert(golden);
    }
    for golden in listing(goldens, generated) {
        if !kept.contains(&golden) {
            fs::remove_file(&golden)?;
            changed.push(golden);
        }
    }
    Ok(changed)
}

fn golden_of(generated: &Path, goldens: &Path) -> PathBuf {
    goldens.join(generated.file_name().unwrap_or_default())
}

/// The goldens of a folder in order: its files that have an extension of a generated file (a build file, say, is none).
/// Nothing if the folder does not exist: its files are then reported missing one by one.
fn listing(folder: &Path, generated: &[PathBuf]) -> BTreeSet<PathBuf> {
    let extensions: BTreeSet<_> = generated.iter().map(|path| path.extension()).collect();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    entries.filter(|path| path.is_file() && extensions.contains(&path.extension())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PathBuf, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let goldens = dir.path().join("goldens");
        fs::create_dir(&goldens).unwrap();
        let generated = dir.path().join("a.rs");
        fs::write(&generated, "one\ntwo\n").unwrap();
        (dir, goldens, generated)
    }

    #[test]
    fn equal_files_pass() {
        let (_dir, goldens, generated) = folder();
        fs::write(goldens.join("a.rs"), "one\ntwo\n").unwrap();
        assert_eq!(check(&[generated], &goldens), []);
    }

    #[test]
    fn missing_empty_stale_and_clashing_goldens_fail() {
        let (_dir, goldens, generated) = folder();
        let golden = goldens.join("a.rs");
        assert_eq!(check(std::slice::from_ref(&generated), &goldens), [Mismatch::Missing { golden: golden.clone() }]);
        fs::write(&golden, "").unwrap();
        let stale = goldens.join("b.rs");
        fs::write(&stale, "x").unwrap();
        let twice = [generated.clone(), generated];
        let clash = Mismatch::Clash { golden: golden.clone() };
        assert_eq!(check(&twice, &goldens), [Mismatch::Empty { golden }, clash, Mismatch::Stale { golden: stale }]);
    }

    #[test]
    fn a_difference_shows_as_a_diff_and_update_mends_it() {
        let (_dir, goldens, generated) = folder();
        let golden = goldens.join("a.rs");
        fs::write(&golden, "one\nthree\n").unwrap();
        fs::write(goldens.join("stale.rs"), "x").unwrap();
        fs::write(goldens.join("BUILD.bazel"), "x").unwrap();
        let mismatches = check(std::slice::from_ref(&generated), &goldens);
        let text = mismatches[0].to_string();
        assert!(text.ends_with("@@ -1,2 +1,2 @@\n one\n-three\n+two\n"), "{text}");
        let changed = update(std::slice::from_ref(&generated), &goldens).unwrap();
        assert_eq!(changed, [golden, goldens.join("stale.rs")]);
        assert!(goldens.join("BUILD.bazel").exists(), "not a golden");
        assert_eq!(check(std::slice::from_ref(&generated), &goldens), []);
        assert_eq!(update(&[generated], &goldens).unwrap(), Vec::<PathBuf>::new());
    }
}
