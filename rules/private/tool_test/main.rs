//! The program behind every test that the rules make: one run of `xls_aot`, and what analysis found beforehand.
//!
//! It reads what to do from a file beside itself, `<own path>.manifest`, that the rule writes. Each line is a key, a tab
//! and a value:
//!
//! | key | value |
//! |---|---|
//! | `tool` | the program `xls_aot` (once) |
//! | `argument` | an argument for it: the subcommand first, all in order |
//! | `finding` | a line of what analysis found wrong; none if it found nothing |
//! | `success` | a line to print if all is well |
//!
//! The program's own arguments follow those of the manifest. Paths are relative to the working folder, as Bazel starts
//! tests. The exit code is 0 if analysis found nothing and the tool succeeded, 1 if either did not, and 70 if the manifest
//! is damaged or the tool cannot be started. The tool runs in any case, so that one run shows everything.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

/// What a test is to do.
#[derive(Debug, Default, PartialEq, Eq)]
struct Manifest {
    tool: PathBuf,
    arguments: Vec<OsString>,
    findings: Vec<String>,
    success: Vec<String>,
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
                "tool" => manifest.tool = PathBuf::from(value),
                "argument" => manifest.arguments.push(OsString::from(value)),
                "finding" => manifest.findings.push(value.to_owned()),
                "success" => manifest.success.push(value.to_owned()),
                _ => return Err(unknown()),
            }
        }
        if manifest.tool.as_os_str().is_empty() {
            return Err(Failure::Missing("tool"));
        }
        if manifest.arguments.is_empty() {
            return Err(Failure::Missing("argument"));
        }
        Ok(manifest)
    }
}

/// Where the manifest of a program lies.
fn manifest_path(program: &Path) -> PathBuf {
    let mut path = program.as_os_str().to_owned();
    path.push(".manifest");
    PathBuf::from(path)
}

/// Prints what analysis found, runs the tool, and says whether all is well.
fn run() -> Result<bool, Failure> {
    let mut own_arguments = env::args_os();
    let program = own_arguments.next().ok_or(Failure::NoOwnPath)?;
    let path = manifest_path(Path::new(&program));
    let text = fs::read_to_string(&path).map_err(|error| Failure::Unreadable(path, error))?;
    let manifest = Manifest::parse(&text)?;

    for line in &manifest.findings {
        eprintln!("{line}");
    }
    // Only a path with a separator names a file rather than a program to search for.
    let tool = Path::new(".").join(&manifest.tool);
    let status = Command::new(&tool)
        .args(&manifest.arguments)
        .args(own_arguments)
        .status()
        .map_err(|error| Failure::Tool(tool, error))?;
    if !status.success() {
        let subcommand = manifest.arguments.first().map(|argument| argument.to_string_lossy()).unwrap_or_default();
        eprintln!("xls_aot {subcommand}: {status}");
    }
    let is_well = manifest.findings.is_empty() && status.success();
    if is_well {
        manifest.success.iter().for_each(|line| println!("{line}"));
    }
    Ok(is_well)
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(failure) => {
            eprintln!("cannot run the test: {failure}");
            ExitCode::from(70)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALLEST: &str = "tool\ttools/xls_aot\nargument\taudit\n";

    fn failure(text: &str) -> String {
        Manifest::parse(text).expect_err("a damaged manifest").to_string()
    }

    #[test]
    fn reads_every_key() {
        let text = format!("{SMALLEST}argument\tc d\nsuccess\tx is well\nfinding\tone\nfinding\t  two\n");
        let manifest = Manifest::parse(&text).expect("a manifest");
        assert_eq!(
            manifest,
            Manifest {
                tool: "tools/xls_aot".into(),
                arguments: vec!["audit".into(), "c d".into()],
                findings: vec!["one".to_owned(), "  two".to_owned()],
                success: vec!["x is well".to_owned()],
            }
        );
    }

    #[test]
    fn refuses_damage() {
        assert_eq!(failure(""), "the manifest has no `tool`");
        assert_eq!(failure("argument\taudit\n"), "the manifest has no `tool`");
        assert_eq!(failure("tool\tx\n"), "the manifest has no `argument`");
        assert_eq!(failure("tool x\n"), "line 1 of the manifest is unknown: \"tool x\"");
        assert_eq!(failure(&format!("{SMALLEST}file\tx\n")), "line 3 of the manifest is unknown: \"file\\tx\"");
    }

    #[test]
    fn the_manifest_lies_beside_the_program() {
        assert_eq!(manifest_path(Path::new("x/a.test")), Path::new("x/a.test.manifest"));
    }
}
