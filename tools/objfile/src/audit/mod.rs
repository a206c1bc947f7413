//! Reports every trace of the build-time compiler in a file: libxls, the crates xlsynth and xlsynth-sys, LLVM.
//!
//! A program made from artefacts must neither carry nor load any of these. The audit looks at
//!
//! 1. what the file loads: library names in the dynamic section or in load commands, and search paths ([`loads`]);
//! 2. its symbols, defined and undefined ([`symbols`]);
//! 3. file names in the strings of what is loaded with the program, by which it could load a library later ([`strings`]).
//!
//! Each of these modules states its rules and why they do not hit innocent files: a user's crate may be called
//! `my_xls_model`, a spreadsheet reader links `libxlsreader.so`, and a program may talk about libxls in its help text.
//!
//! Invariants: findings come in the order of the file's parts and of the rules above; what can not be read completely is
//! an error, never a clean result.

mod loads;
mod strings;
mod symbols;

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::container::{self, Part};
use crate::Error;

/// How many symbols a finding shows.
const SHOWN_SYMBOLS: usize = 3;

/// What a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// The loader loads a library of the compiler with the file, or the file is such a library.
    LoadedLibrary,
    /// The loader looks for libraries in a folder of the compiler.
    SearchPath,
    /// The file needs functions of the compiler.
    UndefinedSymbols,
    /// The file contains functions of the compiler.
    DefinedSymbols,
    /// The file contains the name of a file of the compiler, where a program keeps names of files that it opens.
    FileName,
}

impl FindingKind {
    /// The kind as the texts spell it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            FindingKind::LoadedLibrary => "loaded library",
            FindingKind::SearchPath => "search path",
            FindingKind::UndefinedSymbols => "undefined symbols",
            FindingKind::DefinedSymbols => "defined symbols",
            FindingKind::FileName => "file name",
        }
    }
}

/// One violation. Its `Display` form is one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The audited file, as the caller named it.
    pub file: String,
    /// The archive member (and the architecture in a universal binary); `None` if it is the file itself.
    pub member: Option<String>,
    /// What was found and what it means.
    pub detail: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(member) = &self.member {
            write!(f, "({member})")?;
        }
        write!(f, ": {}: {}", self.kind.name(), self.detail)
    }
}

/// Names that the audit passes over: libraries, search paths, symbols and file names, exactly as a finding quotes them; a
/// name that ends in `*` stands for all that begin with what is before the star.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allow {
    names: Vec<String>,
}

impl Allow {
    /// A list of names.
    #[must_use]
    pub fn new(names: Vec<String>) -> Allow {
        Allow { names }
    }

    /// Whether a name is on the list.
    #[must_use]
    pub fn contains(&self, name: &str) -> bool {
        self.names.iter().any(|allowed| match allowed.strip_suffix('*') {
            Some(prefix) => name.starts_with(prefix),
            None => allowed == name,
        })
    }
}

/// Reads a file and reports its violations; a clean file has none.
///
/// # Errors
///
/// [`Error::Io`], and what [`audit_bytes`] gives.
pub fn audit_file(path: &Path, allow: &Allow) -> Result<Vec<Finding>, Error> {
    audit_bytes(&path.display().to_string(), &container::read(path)?, allow)
}

/// Reports the violations in the bytes of an object, an archive, an executable or a shared library. `file` only becomes
/// [`Finding::file`].
///
/// # Errors
///
/// [`Error::Unsupported`] for a file of another format or without the parts that an audit needs, [`Error::Invalid`] for a
/// damaged one.
pub fn audit_bytes(file: &str, bytes: &[u8], allow: &Allow) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    for part in container::parts(bytes)? {
        let found = audit_part(&part, allow).map_err(|error| error.in_member(part.member.as_deref()))?;
        findings.extend(found.into_iter().map(|(kind, detail)| Finding {
            kind,
            file: file.to_string(),
            member: part.member.clone(),
            detail,
        }));
    }
    Ok(findings)
}

fn audit_part(part: &Part<'_>, allow: &Allow) -> Result<Vec<(FindingKind, String)>, Error> {
    let mut findings = Vec::new();
    for load in loads::loads(part)? {
        if let Some(meaning) = load.meaning().filter(|_| !allow.contains(&load.name)) {
            let detail = format!("{} `{}`, {meaning}", load.tag, load.name);
            if !findings.contains(&(load.kind, detail.clone())) {
                findings.push((load.kind, detail));
            }
        }
    }
    let object = object::File::parse(part.data)?;
    for ((kind, origin), names) in symbols::foreign_symbols(&object, allow)? {
        let shown: Vec<_> = names.iter().take(SHOWN_SYMBOLS).map(|name| format!("`{name}`")).collect();
        let more = match names.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        findings.push((kind, format!("{}{more}, of {}", shown.join(", "), origin.name())));
    }
    for (name, meaning) in strings::file_names(&object)? {
        if !allow.contains(&name) {
            findings.push((FindingKind::FileName, format!("`{name}`, {meaning}")));
        }
    }
    Ok(findings)
}
