//! Reports every trace of the build-time compiler in a file: libxls, the crates xlsynth and xlsynth-sys, LLVM.
//!
//! A program made from artefacts must neither contain nor load any of these. The audit opens archives, also inside each
//! other ([`contents`]), and checks
//!
//! 1. what an object loads: library names in the dynamic section or in load commands, and search paths ([`loads`]);
//! 2. its symbols, defined and undefined ([`symbols`]), and whether there are any ([`names`]);
//! 3. file names in all its strings, by which it could load a library later ([`strings`], [`regions`]);
//! 4. what is left of LLVM and libxls in a stripped file: names of types, versions, options, source files, the build id
//!    of the pinned library ([`fingerprints`]).
//!
//! Rules 3 and 4 apply to data that is not an object, and the paths of rule 3 to text. Each of these modules states its
//! rules, and why they do not report unrelated files: a user's crate may be called `my_xls_model`, a spreadsheet reader
//! links `libxlsreader.so`, and a program may talk about libxls in its help text.
//!
//! Invariants: findings come in the order of the file's contents and of the rules above; a file that cannot be read
//! completely is a finding, never a clean result. So is a stripped file, unless its symbols can be read from another file
//! ([`twin`]).

mod contents;
mod fingerprints;
mod loads;
mod names;
mod regions;
mod strings;
mod symbols;
mod twin;

use std::fmt;
use std::path::Path;

use serde::Serialize;

use crate::container::{self, Part};
use crate::Error;

pub use twin::Twin;

/// How many names a finding shows.
const SHOWN_NAMES: usize = 3;

/// The kinds of findings.
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
    /// The file contains other things that only the compiler has.
    Fingerprint,
    /// The file was stripped, so that it does not say what functions it contains.
    NoSymbols,
    /// The file, or a part of it, can not be read.
    Unreadable,
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
            FindingKind::Fingerprint => "fingerprint",
            FindingKind::NoSymbols => "no symbols",
            FindingKind::Unreadable => "unreadable",
        }
    }
}

/// One violation. Its `Display` form is one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The kind of the violation.
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

/// Names that the audit does not report: libraries, search paths, symbols, file names and other strings, exactly as a
/// finding quotes them; and files that cannot be read completely, by path, by name or as `name(member)`. A name that ends in
/// `*` stands for all names that begin with the text before the star. The readable parts of an allowed file are still
/// audited.
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

/// The inputs of an audit besides the file.
#[derive(Debug, Default)]
pub struct Options {
    /// Names that are not reported.
    pub allow: Allow,
    /// Files with symbols, each of which is used for a stripped file that has the same contents.
    pub twins: Vec<Twin>,
}

/// The outcome for one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audit {
    /// What was found; nothing in a clean file.
    pub findings: Vec<Finding>,
    /// Whether the file is or contains an object, a library, a program or an archive of these.
    pub has_binary: bool,
}

/// Reads a file and reports its violations.
///
/// # Errors
///
/// [`Error::Io`].
pub fn audit_file(path: &Path, options: &Options) -> Result<Audit, Error> {
    Ok(audit_bytes(&path.display().to_string(), &container::read(path)?, options))
}

/// Reports the violations in the bytes of any file. `file` becomes [`Finding::file`], and may be allowed.
#[must_use]
pub fn audit_bytes(file: &str, bytes: &[u8], options: &Options) -> Audit {
    let has_binary = contents::is_binary(bytes);
    let mut auditor = Auditor { file, options, findings: Vec::new(), has_binary };
    contents::visit(bytes, &mut auditor);
    Audit { findings: auditor.findings, has_binary: auditor.has_binary }
}

/// Collects the findings of one file.
struct Auditor<'a> {
    file: &'a str,
    options: &'a Options,
    findings: Vec<Finding>,
    has_binary: bool,
}

impl contents::Visitor for Auditor<'_> {
    fn content(&mut self, content: &contents::Content<'_>) {
        let member = content.member.as_deref();
        let outcome = match content.kind {
            contents::Kind::Object(format) => {
                self.has_binary = true;
                self.object(content.data, format, member)
            }
            contents::Kind::Data => {
                self.strings(&[content.data], true, member);
                Ok(())
            }
            contents::Kind::Text => {
                self.strings(&[content.data], false, member);
                Ok(())
            }
        };
        if let Err(error) = outcome {
            self.unreadable(member, error);
            // A loader may still accept a damaged file.
            if let contents::Kind::Object(_) = content.kind {
                self.strings(&[content.data], true, member);
            }
        }
    }

    fn unreadable(&mut self, member: Option<&str>, error: Error) {
        self.add_incomplete(FindingKind::Unreadable, member, error.to_string());
    }
}

impl Auditor<'_> {
    fn object(&mut self, data: &[u8], format: object::FileKind, member: Option<&str>) -> Result<(), Error> {
        let object = object::File::parse(data)?;
        let part = Part { member: None, kind: "", format, data };
        let allow = &self.options.allow;
        let mut found = Vec::new();
        for load in loads::loads(&part)? {
            if let Some(meaning) = load.meaning().filter(|_| !allow.contains(&load.name)) {
                let detail = format!("{} `{}`, {meaning}", load.tag, load.name);
                if !found.contains(&(load.kind, detail.clone())) {
                    found.push((load.kind, detail));
                }
            }
        }
        for ((kind, origin), names) in symbols::foreign_symbols(&object, allow)? {
            found.push((kind, format!("{}, of {}", shown(&names), origin.name())));
        }
        for (kind, detail) in found {
            self.add(kind, member, detail);
        }
        if let Some(missing) = names::missing(&object)? {
            if !self.options.twins.iter().any(|twin| twin.is_of(&object)) {
                let detail = format!(
                    "{missing} (it was stripped), so what it contains can not be told: give the file as it was before, or \
                     the objects and libraries that it was linked from"
                );
                self.add_incomplete(FindingKind::NoSymbols, member, detail);
            }
        }
        let regions = regions::regions(&part, &object)?;
        self.strings(&regions, true, member);
        Ok(())
    }

    /// The rules for strings, on pieces of one content. Fingerprints are not looked for in text.
    fn strings(&mut self, pieces: &[&[u8]], has_fingerprints: bool, member: Option<&str>) {
        let mut names = strings::Names::new();
        let mut prints = fingerprints::Found::new();
        for piece in pieces {
            strings::collect(piece, &mut names);
            if has_fingerprints {
                fingerprints::collect(piece, &mut prints);
            }
        }
        for (name, meaning) in names {
            if !self.options.allow.contains(&name) {
                self.add(FindingKind::FileName, member, format!("`{name}`, {meaning}"));
            }
        }
        for (meaning, texts) in prints {
            let texts: Vec<_> = texts.into_iter().filter(|text| !self.options.allow.contains(text)).collect();
            if !texts.is_empty() {
                self.add(FindingKind::Fingerprint, member, format!("{}: {meaning}", shown(&texts)));
            }
        }
    }

    fn add(&mut self, kind: FindingKind, member: Option<&str>, detail: String) {
        let member = member.map(str::to_string);
        self.findings.push(Finding { kind, file: self.file.to_string(), member, detail });
    }

    /// Adds a finding about a part that could not be read, unless its file is allowed by path, name or member.
    fn add_incomplete(&mut self, kind: FindingKind, member: Option<&str>, detail: String) {
        let allow = &self.options.allow;
        let name = self.file.rsplit('/').next().unwrap_or(self.file);
        let is_allowed = allow.contains(self.file)
            || allow.contains(name)
            || member.is_some_and(|member| allow.contains(&format!("{name}({member})")));
        if !is_allowed {
            self.add(kind, member, detail);
        }
    }
}

/// The first names of a list, quoted, and how many more there are.
fn shown(names: &[String]) -> String {
    let first: Vec<_> = names.iter().take(SHOWN_NAMES).map(|name| format!("`{name}`")).collect();
    let more = match names.len().saturating_sub(first.len()) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{}{more}", first.join(", "))
}
