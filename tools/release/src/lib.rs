//! The release archive: a Bazel module with the program `xls_aot` in it, so that its users compile no tools.
//!
//! The bytes of an archive depend on the contents and names of its files only: not on the order in which they are given, and
//! not on times, owners or permissions on the disk.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io;

use flate2::write::GzEncoder;
use flate2::Compression;
use sha2::{Digest, Sha256};

/// The file of the archive that has the digests of all others, in the form that `sha256sum --check` reads.
pub const CHECKSUMS: &str = "SHA256SUMS";

/// From this line on, MODULE.bazel is as in the repository (see [`module_file`]).
pub const MODULE_MARK: &str = "# release: from here on, the module file of a release archive is the same.";

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// All of it.
    pub contents: Vec<u8>,
    /// Whether it is a program.
    pub executable: bool,
}

/// Why there is no archive.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// MODULE.bazel lacks something that its form in the archive is made from.
    ModuleFile(&'static str),
    /// A name is no path below the archive's root, or it is that of the checksums.
    Name(String),
    /// The archive cannot be written.
    Io(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::ModuleFile(what) => write!(f, "MODULE.bazel has no {what}"),
            Error::Name(name) => write!(f, "`{name}` cannot be the name of a file in the archive"),
            Error::Io(error) => write!(f, "the archive cannot be written: {error}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Error {
        Error::Io(error)
    }
}

/// The SHA-256 digest of some bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("a String takes every text");
        text
    })
}

/// The archive's MODULE.bazel, made from that of the repository: the module, its dependencies, and everything after
/// [`MODULE_MARK`]. What only building the tools needs (Rust, crates, libxls) is left out.
///
/// # Errors
///
/// [`Error::ModuleFile`] if there is no module, no dependency or no mark.
pub fn module_file(text: &str) -> Result<String, Error> {
    let (head, tail) = text.split_once(MODULE_MARK).ok_or(Error::ModuleFile("mark for release archives"))?;
    let module = head
        .find("\nmodule(\n")
        .and_then(|start| head[start + 1..].split_once("\n)\n"))
        .ok_or(Error::ModuleFile("`module(...)`"))?
        .0;
    let dependencies: Vec<&str> = head.lines().filter(|line| line.starts_with("bazel_dep(")).collect();
    if dependencies.is_empty() {
        return Err(Error::ModuleFile("`bazel_dep`"));
    }
    Ok(format!("{module}\n)\n\n{}\n{tail}", dependencies.join("\n")))
}

/// Packs files into a gzip-compressed tar archive, under one folder, with their digests in [`CHECKSUMS`].
///
/// # Errors
///
/// [`Error::Name`] if a name is absolute, has a part `..`, or is [`CHECKSUMS`].
pub fn pack(root: &str, files: &BTreeMap<String, File>) -> Result<Vec<u8>, Error> {
    let mut checksums = String::new();
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, file) in files {
        if name == CHECKSUMS || name.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(Error::Name(name.clone()));
        }
        writeln!(checksums, "{}  {name}", digest(&file.contents)).expect("a String takes every text");
        append(&mut archive, root, name, file)?;
    }
    append(&mut archive, root, CHECKSUMS, &File { contents: checksums.into_bytes(), executable: false })?;
    Ok(archive.into_inner()?.finish()?)
}

fn append<W: io::Write>(archive: &mut tar::Builder<W>, root: &str, name: &str, file: &File) -> io::Result<()> {
    let mut header = tar::Header::new_gnu();
    header.set_mode(if file.executable { 0o755 } else { 0o644 });
    header.set_size(file.contents.len() as u64);
    header.set_mtime(0);
    header.set_uid(0);
    header.set_gid(0);
    archive.append_data(&mut header, format!("{root}/{name}"), file.contents.as_slice())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn file(contents: &str) -> File {
        File { contents: contents.into(), executable: false }
    }

    fn unpack(archive: &[u8]) -> Vec<(String, u32, u64, String)> {
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive));
        archive
            .entries()
            .unwrap()
            .map(|entry| {
                let mut entry = entry.unwrap();
                let mut text = String::new();
                entry.read_to_string(&mut text).unwrap();
                let header = entry.header();
                (entry.path().unwrap().display().to_string(), header.mode().unwrap(), header.mtime().unwrap(), text)
            })
            .collect()
    }

    #[test]
    fn an_archive_has_all_files_and_their_digests() {
        let program = File { contents: b"program".to_vec(), executable: true };
        let files = BTreeMap::from([("b.txt".to_owned(), file("text")), ("bin/a".to_owned(), program)]);
        let sums = "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1  b.txt\n\
                    1310ca2c8932dbd118668bd97442558a3e1f546b5e15c69699dfbd6024f548d8  bin/a\n";
        assert_eq!(
            unpack(&pack("x-1", &files).unwrap()),
            [
                ("x-1/b.txt".to_owned(), 0o644, 0, "text".to_owned()),
                ("x-1/bin/a".to_owned(), 0o755, 0, "program".to_owned()),
                ("x-1/SHA256SUMS".to_owned(), 0o644, 0, sums.to_owned()),
            ]
        );
    }

    #[test]
    fn equal_files_make_equal_archives() {
        let names = ["z", "a/b", "m"];
        let there: BTreeMap<_, _> = names.iter().map(|name| (name.to_string(), file(name))).collect();
        let back: BTreeMap<_, _> = names.iter().rev().map(|name| (name.to_string(), file(name))).collect();
        assert_eq!(pack("x", &there).unwrap(), pack("x", &back).unwrap());
    }

    #[test]
    fn names_outside_the_archive_are_refused() {
        for name in ["", "/a", "a/../b", "a//b", "./a", CHECKSUMS] {
            let error = pack("x", &BTreeMap::from([(name.to_owned(), file(""))])).unwrap_err();
            assert_eq!(error.to_string(), format!("`{name}` cannot be the name of a file in the archive"));
        }
    }

    #[test]
    fn the_module_file_keeps_the_module_its_dependencies_and_what_follows_the_mark() {
        let text = format!(
            "\"\"\"Doc.\"\"\"\n\nmodule(\n    name = \"x\",\n)\n\nbazel_dep(name = \"a\", version = \"1\")\n\n# Rust.\nrust = 1\n{MODULE_MARK}\nregister(\"//a\")\n"
        );
        assert_eq!(
            module_file(&text).unwrap(),
            "module(\n    name = \"x\",\n)\n\nbazel_dep(name = \"a\", version = \"1\")\n\nregister(\"//a\")\n"
        );
        assert!(module_file("\nmodule(\n)\n").is_err());
        assert!(module_file(&text.replace("module", "nodule")).is_err());
        assert!(module_file(&text.replace("bazel_dep", "dep")).is_err());
    }
}
