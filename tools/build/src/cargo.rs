//! What Cargo tells a build script, and what a build script tells Cargo.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use xls_aot_backend::Target;

use crate::Error;

/// The environment of a build script.
pub(crate) struct Environment {
    /// The folder for generated files.
    pub out_dir: PathBuf,
    /// The machine that the package is built for.
    pub target: Target,
    /// The package and its version, which keep symbols of different packages apart.
    pub package: String,
}

impl Environment {
    /// The environment that Cargo made for this process.
    ///
    /// # Errors
    /// [`Error::NotABuildScript`] outside a build script, [`Error::Target`] for a target without code generator.
    pub fn of_cargo() -> Result<Self, Error> {
        let triple = variable("TARGET")?;
        Ok(Environment {
            out_dir: variable("OUT_DIR")?.into(),
            target: target(&triple).ok_or(Error::Target { triple })?,
            package: format!("{} {}", variable("CARGO_PKG_NAME")?, variable("CARGO_PKG_VERSION")?),
        })
    }
}

fn variable(name: &'static str) -> Result<String, Error> {
    env::var(name).map_err(|_| Error::NotABuildScript { variable: name })
}

/// The target of a triple as Cargo spells it. Compiled code calls nothing but `memcpy` and `memset`, so it does not depend on
/// the C library.
fn target(triple: &str) -> Option<Target> {
    let mut parts = triple.split('-');
    let (arch, _vendor, system) = (parts.next()?, parts.next()?, parts.next()?);
    match (arch, system, parts.next()) {
        ("x86_64", "linux", Some("gnu" | "musl")) => Some(Target::X86_64Linux),
        ("aarch64", "linux", Some("gnu" | "musl")) => Some(Target::Aarch64Linux),
        ("x86_64", "darwin", None) => Some(Target::X86_64Macos),
        ("aarch64", "darwin", None) => Some(Target::Aarch64Macos),
        _ => None,
    }
}

/// The directives for Cargo: link the static library `library` of the folder `out_dir`, run the build script again if one
/// of `inputs` changes, and show `warnings`.
pub(crate) fn directives(out_dir: &Path, library: &str, inputs: &[&Path], warnings: &str) -> String {
    let mut text = String::new();
    for line in warnings.lines() {
        let _ = writeln!(text, "cargo:warning={line}");
    }
    for input in inputs {
        let _ = writeln!(text, "cargo:rerun-if-changed={}", input.display());
    }
    let _ = writeln!(text, "cargo:rustc-link-search=native={}", out_dir.display());
    let _ = writeln!(text, "cargo:rustc-link-lib=static={library}");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn triples_of_cargo() {
        for (triple, expected) in [
            ("x86_64-unknown-linux-gnu", Some(Target::X86_64Linux)),
            ("x86_64-unknown-linux-musl", Some(Target::X86_64Linux)),
            ("aarch64-unknown-linux-gnu", Some(Target::Aarch64Linux)),
            ("aarch64-apple-darwin", Some(Target::Aarch64Macos)),
            ("x86_64-apple-darwin", Some(Target::X86_64Macos)),
            ("x86_64-unknown-linux-gnux32", None),
            ("aarch64-apple-ios", None),
            ("aarch64-unknown-linux-gnu_ilp32", None),
            ("x86_64-pc-windows-msvc", None),
            ("riscv64gc-unknown-linux-gnu", None),
            ("wasm32-unknown-unknown", None),
            ("", None),
        ] {
            assert_eq!(target(triple), expected, "{triple}");
        }
    }

    #[test]
    fn directives_are_lines() {
        assert_eq!(
            directives(Path::new("/out"), "f_1", &[Path::new("src/f.ir"), Path::new("src/f.json")], "a\n  b\n"),
            "cargo:warning=a\ncargo:warning=  b\ncargo:rerun-if-changed=src/f.ir\ncargo:rerun-if-changed=src/f.json\n\
             cargo:rustc-link-search=native=/out\ncargo:rustc-link-lib=static=f_1\n"
        );
    }
}
