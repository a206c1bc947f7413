//! The program behind every `libxls_free_test`.
//!
//! It reads what to do from a file beside itself, `<own path>.manifest`, that the rule writes. Each line is a key, a tab
//! and a value:
//!
//! | key | value |
//! |---|---|
//! | `target` | the label under test (once) |
//! | `tool` | the program `xls_aot` (once) |
//! | `file` | a file to audit |
//! | `allow` | a name that is no offence |
//! | `finding` | a line of what analysis found; none if it found nothing |
//!
//! Paths are relative to the working folder, as Bazel starts tests. The exit code is 0 if analysis found nothing and the
//! audit passed, 1 if either did not, and 70 if the manifest is damaged or the tool cannot be started. Both looks are
//! taken in any case, so that one run shows everything.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// What a test is to do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Manifest {
    target: String,
    tool: PathBuf,
    files: Vec<PathBuf>,
    allow: Vec<String>,
    findings: Vec<String>,
}

/// Why a test could not be run. All of these are faults of the rule or of how the program was started.
#[derive(Debug)]
enum Failure {
    /// The program does not know its own path.
    NoOwnPath,
    /// The manifest cannot be read.
    Unreadable(PathBuf, io::Error),
    /// A line of the manifest (counted from 1) has no known key.
    UnknownLine(usize, String),
    /// A key that must be there is not.
    Missing(&'static str),
    /// The tool cannot be started.
    Tool(PathBuf, io::Error),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::NoOwnPath => write!(f, "started without a path of its own"),
            Failure::Unreadable(path, error) => {
                write!(f, "cannot read {}: {error}; start the test with `bazel test` or `bazel run`", path.display())
            }
            Failure::UnknownLine(number, line) => {
                write!(f, "line {number} of the manifest is unknown: {line:?}")
            }
            Failure::Missing(key) => write!(f, "the manifest has no `{key}`"),
            Failure::Tool(path, error) => {
                write!(f, "cannot start {}: {error}; start the test with `bazel test` or `bazel run`", path.display())
            }
        }
    }
}

impl Manifest {
    /// Reads the text of a manifest.
    fn parse(text: &str) -> Result<Manifest, Failure> {
        let mut manifest = Manifest::default();
        for (index, line) in text.lines().enumerate() {
            let unknown = || Failure::UnknownLine(index + 1, line.to_owned());
            let (key, value) = line.split_once('\t').ok_or_else(unknown)?;
            match key {
                "target" => manifest.target = value.to_owned(),
                "tool" => manifest.tool = PathBuf::from(value),
                "file" => manifest.files.push(PathBuf::from(value)),
                "allow" => manifest.allow.push(value.to_owned()),
                "finding" => manifest.findings.push(value.to_owned()),
                _ => return Err(unknown()),
            }
        }
        if manifest.target.is_empty() {
            return Err(Failure::Missing("target"));
        }
        if manifest.tool.as_os_str().is_empty() {
            return Err(Failure::Missing("tool"));
        }
        if manifest.files.is_empty() {
            return Err(Failure::Missing("file"));
        }
        Ok(manifest)
    }

    /// The arguments that the tool is given.
    fn audit_arguments(&self) -> Vec<OsString> {
        let mut arguments = vec![OsString::from("audit")];
        arguments.extend(self.files.iter().map(|file| file.clone().into_os_string()));
        for name in &self.allow {
            arguments.push("--allow".into());
            arguments.push(name.into());
        }
        arguments
    }
}

/// Where the manifest of a program lies.
fn manifest_path(program: &Path) -> PathBuf {
    let mut path = program.as_os_str().to_owned();
    path.push(".manifest");
    PathBuf::from(path)
}

/// Takes both looks and prints what they see; whether the target is free of libxls.
fn run() -> Result<bool, Failure> {
    let program = env::args_os().next().ok_or(Failure::NoOwnPath)?;
    let path = manifest_path(Path::new(&program));
    let text = fs::read_to_string(&path).map_err(|error| Failure::Unreadable(path, error))?;
    let manifest = Manifest::parse(&text)?;

    for line in &manifest.findings {
        eprintln!("{line}");
    }
    // Only a path with a separator names a file rather than a program to search for.
    let tool = Path::new(".").join(&manifest.tool);
    let status =
        Command::new(&tool).args(manifest.audit_arguments()).status().map_err(|error| Failure::Tool(tool, error))?;
    if !status.success() {
        eprintln!("xls_aot audit: {status}");
    }
    let free = manifest.findings.is_empty() && status.success();
    if free {
        println!("{} is free of libxls", manifest.target);
    }
    Ok(free)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("libxls_free_test: {failure}");
            ExitCode::from(70)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "target\t//a:b\ntool\ttools/xls_aot\nfile\ta/b\n";

    fn failure(text: &str) -> String {
        Manifest::parse(text).expect_err("a damaged manifest").to_string()
    }

    #[test]
    fn reads_every_key() {
        let text = format!("{SMALLEST}file\tc d\nallow\tx\nfinding\tone\nfinding\t  two\n");
        let manifest = Manifest::parse(&text).expect("a manifest");
        assert_eq!(
            manifest,
            Manifest {
                target: "//a:b".to_owned(),
                tool: "tools/xls_aot".into(),
                files: vec!["a/b".into(), "c d".into()],
                allow: vec!["x".to_owned()],
                findings: vec!["one".to_owned(), "  two".to_owned()],
            }
        );
        assert_eq!(manifest.audit_arguments(), ["audit", "a/b", "c d", "--allow", "x"]);
    }

    #[test]
    fn refuses_damage() {
        assert_eq!(failure(""), "the manifest has no `target`");
        assert_eq!(failure("target\t//a:b\nfile\tx\n"), "the manifest has no `tool`");
        assert_eq!(failure("target\t//a:b\ntool\tx\n"), "the manifest has no `file`");
        assert_eq!(failure("target //a:b\n"), "line 1 of the manifest is unknown: \"target //a:b\"");
        assert_eq!(failure(&format!("{SMALLEST}files\tx\n")), "line 4 of the manifest is unknown: \"files\\tx\"");
    }

    #[test]
    fn the_manifest_lies_beside_the_program() {
        assert_eq!(manifest_path(Path::new("x/a.test")), Path::new("x/a.test.manifest"));
    }
}
