//! `xls_aot audit`
//!
//! A file of the command line must be an object, a library or a program. A list or a folder may also contain data, but
//! it must contain at least one of these, because an audit of nothing must not pass.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Serialize;
use xls_aot_objfile::audit::{audit_file, Allow, Audit, Finding, FindingKind, Options, Twin};

use crate::args::AuditArgs;
use crate::exit::{print, say, Failure};
use crate::inspect::{json, object_error};

/// The JSON form of an audit.
#[derive(Default, Serialize)]
struct Report {
    /// True if every file was read and nothing was found.
    clean: bool,
    /// The audited files, as named.
    files: Vec<String>,
    /// What was found.
    findings: Vec<Finding>,
    /// Files that could not be audited, and why.
    errors: Vec<String>,
}

/// What to audit, in order, and what stands in for the symbols of a file if it is stripped.
#[derive(Default)]
struct Files {
    paths: Vec<PathBuf>,
    origins: BTreeMap<PathBuf, Vec<PathBuf>>,
}

/// Audits every file, and fails if one is not clean.
pub fn run(args: &AuditArgs) -> Result<(), Failure> {
    let mut report = Report::default();
    let mut options = Options { allow: Allow::new(args.allow.clone()), twins: Vec::new() };
    for path in &args.unstripped {
        match Twin::read(path) {
            Ok(twin) => options.twins.push(twin),
            Err(error) => report.errors.push(object_error(path, &error)),
        }
    }
    let mut auditor = Auditor { options, report, audited: BTreeSet::new(), has_binary: false };
    for path in args.files.iter().chain(&args.unstripped) {
        auditor.named(path);
    }
    if let Some(list) = &args.list {
        let files = read_list(list)?;
        for path in &files.paths {
            auditor.listed(path, files.origins.get(path).map_or(&[], Vec::as_slice));
        }
    }
    finish(auditor, args.json)
}

/// Reads a list: `PATH`, or `PATH`, a tab, and one of the files that it was linked from.
fn read_list(list: &Path) -> Result<Files, Failure> {
    let text = std::fs::read_to_string(list)
        .map_err(|error| Failure::Input(format!("error: {}: cannot be read: {error}", list.display())))?;
    let mut files = Files::default();
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.split_once('\t') {
            None => files.paths.push(line.into()),
            Some((path, origin)) => files.origins.entry(path.into()).or_default().push(origin.into()),
        }
    }
    let unlisted = files.origins.keys().find(|path| !files.paths.contains(path));
    match unlisted {
        Some(path) => Err(Failure::Input(format!(
            "error: {}: says what {} was linked from, but has no line for that file itself",
            list.display(),
            path.display()
        ))),
        None => Ok(files),
    }
}

/// Audits one file after the other.
struct Auditor {
    options: Options,
    report: Report,
    audited: BTreeSet<PathBuf>,
    has_binary: bool,
}

impl Auditor {
    /// A file or folder of the command line. A file must be something that can be audited.
    fn named(&mut self, path: &Path) {
        if path.is_dir() {
            return self.folder(path, &[]);
        }
        if let Some(audit) = self.file(path) {
            if !audit.has_binary {
                let error = "is no object file, archive, executable or shared library of the formats ELF and Mach-O";
                self.report.errors.push(format!("{}: error: {error}", path.display()));
            }
            self.report.findings.extend(audit.findings);
        }
    }

    /// A file or folder of a list, with what it was linked from.
    fn listed(&mut self, path: &Path, origins: &[PathBuf]) {
        if path.is_dir() {
            return self.folder(path, origins);
        }
        let Some(mut audit) = self.file(path) else { return };
        let is_stripped = |finding: &Finding| finding.kind == FindingKind::NoSymbols && finding.member.is_none();
        let stands_in = !origins.is_empty() && audit.findings.iter().any(is_stripped);
        if stands_in {
            audit.findings.retain(|finding| !is_stripped(finding));
        }
        self.report.findings.extend(audit.findings);
        if stands_in {
            origins.iter().for_each(|origin| self.named(origin));
        }
    }

    /// All files of a folder, in alphabetical order. Links are followed; what leads back to a folder above fails.
    fn folder(&mut self, folder: &Path, origins: &[PathBuf]) {
        let entries = std::fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect::<Result<BTreeSet<_>, _>>());
        match entries {
            Ok(entries) => entries.iter().for_each(|entry| self.listed(entry, origins)),
            Err(error) => self.report.errors.push(format!("error: {}: cannot be read: {error}", folder.display())),
        }
    }

    /// One file, once; `None` if it was there before or cannot be read.
    fn file(&mut self, path: &Path) -> Option<Audit> {
        if !self.audited.insert(path.to_path_buf()) {
            return None;
        }
        self.report.files.push(path.display().to_string());
        match audit_file(path, &self.options) {
            Ok(audit) => {
                self.has_binary |= audit.has_binary;
                Some(audit)
            }
            Err(error) => {
                self.report.errors.push(object_error(path, &error));
                None
            }
        }
    }
}

/// Prints the report.
fn finish(auditor: Auditor, as_json: bool) -> Result<(), Failure> {
    let Auditor { mut report, has_binary, .. } = auditor;
    if !has_binary && report.errors.is_empty() {
        report.errors.push("error: there is no object file, library or program among the files".to_string());
    }
    report.clean = report.findings.is_empty() && report.errors.is_empty();
    if as_json {
        print(&json(&report)?)?;
    } else {
        for finding in &report.findings {
            say(&finding.to_string());
        }
        for error in &report.errors {
            say(error);
        }
        if report.findings.iter().any(|finding| finding.kind == FindingKind::NoSymbols) {
            say(STRIPPED);
        }
        if report.clean {
            let files =
                if report.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", report.files.len()) };
            print(&format!("{files}: nothing of libxls, xlsynth or LLVM\n"))?;
        }
    }
    if report.clean {
        Ok(())
    } else {
        Err(Failure::Reported)
    }
}

/// What to do about a stripped file.
const STRIPPED: &str =
    "help: a stripped file passes with `--unstripped FILE` (in a libxls_free_test: `unstripped`), the file \
                        as it was before it was stripped, or with `--allow NAME` if nobody has that";
