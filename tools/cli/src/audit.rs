//! `xls_aot audit`

use serde::Serialize;
use xls_aot_objfile::audit::{audit_file, Allow, Finding};

use crate::args::AuditArgs;
use crate::exit::{print, say, Failure};
use crate::inspect::{json, object_error};

/// The JSON form of an audit.
#[derive(Serialize)]
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

/// Audits every file, and fails if one is not clean.
pub fn run(args: &AuditArgs) -> Result<(), Failure> {
    let allow = Allow::new(args.allow.clone());
    let mut report = Report { clean: false, files: Vec::new(), findings: Vec::new(), errors: Vec::new() };
    for file in &args.files {
        report.files.push(file.display().to_string());
        match audit_file(file, &allow) {
            Ok(findings) => report.findings.extend(findings),
            Err(error) => report.errors.push(object_error(file, &error)),
        }
    }
    report.clean = report.findings.is_empty() && report.errors.is_empty();
    if args.json {
        print(&json(&report)?)?;
    } else {
        for finding in &report.findings {
            say(&finding.to_string());
        }
        for error in &report.errors {
            say(error);
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
        Err(Failure::Said)
    }
}
