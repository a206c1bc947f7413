//! `xls_aot dslx-typecheck`

use std::collections::HashSet;
use std::fs;

use xls_aot_codegen::{write_all, OutputFile};
use xls_aot_dslx::frontend::check_all;
use xls_aot_dslx::modules::{ReadWith, Top};

use crate::args::DslxTypecheckArgs;
use crate::dslx::{enabled, module_name, read, search, shown, utf8, warn};
use crate::exit::{say, Failure};

/// Checks the files. All are checked, whatever is found.
pub fn run(args: &DslxTypecheckArgs) -> Result<(), Failure> {
    let options = &args.options;
    let (search, enabled) = (search(options)?, enabled(options)?);
    let (mut failed, mut said) = (false, HashSet::new());
    for file in &args.files {
        let path = utf8(file)?;
        let shown = shown(options, path);
        let top = Top { name: module_name(file)?, path, shown: &shown, text: read(file)? };
        let wrong = match check_all(top, &search, &ReadWith(|path: &str| fs::read(path)), &enabled) {
            Ok(warnings) => match warn(&warnings, options) {
                Ok(()) => continue,
                Err(Failure::Input(text)) => text,
                Err(other) => return Err(other),
            },
            Err(mut report) => {
                // A module that others import is checked with each of them.
                for file in &mut report.files {
                    let name = &file.file;
                    file.findings.retain(|finding| said.insert(finding.in_file(name).to_string()));
                }
                report.files.retain(|file| !file.findings.is_empty());
                report.to_string()
            }
        };
        failed = true;
        if !wrong.is_empty() {
            say(&wrong);
        }
    }
    if failed {
        return Err(Failure::Reported);
    }
    match &args.stamp {
        Some(path) => {
            write_all(&[OutputFile { path, contents: &[] }]).map_err(|error| Failure::Input(format!("error: {error}")))
        }
        None => Ok(()),
    }
}
