//! `xls_aot dslx-to-ir`, and what all commands on DSLX need.

use std::fs;
use std::path::Path;

use xls_aot_dslx::design::{to_design, Read};
use xls_aot_dslx::frontend::{to_ir, Functions, Program};
use xls_aot_dslx::modules::{ReadWith, Root, Search, Top};
use xls_aot_dslx::source::Report;
use xls_aot_dslx::warnings::Enabled;
use xls_aot_ir::print_package;

use crate::args::{DslxOptions, DslxToIrArgs};
use crate::exit::{print, say, Failure};

/// Prints the IR of a module.
pub fn run_to_ir(args: &DslxToIrArgs) -> Result<(), Failure> {
    let functions = match (&args.top, args.tests) {
        (Some(top), _) => Functions::Top(top.clone()),
        (None, true) => Functions::AllAndTests,
        (None, false) => Functions::All,
    };
    let text = read(&args.file)?;
    let program = front_end(&args.file, text, &args.options, &functions)?;
    print(&print_package(&program.package))
}

/// Converts the module of a file with this front end; warnings go to standard error.
pub fn front_end(file: &Path, text: Vec<u8>, options: &DslxOptions, functions: &Functions) -> Result<Program, Failure> {
    let (path, name) = (utf8(file)?, module_name(file)?);
    let top = Top { name, path, shown: path, text };
    let program = to_ir(top, &search(options)?, &ReadWith(|path: &str| fs::read(path)), functions, &enabled(options)?)
        .map_err(|report| Failure::Input(report.to_string()))?;
    warn(&program.warnings, options)?;
    Ok(program)
}

/// Reads the module of a file as a design with these functions; warnings go to standard error.
pub fn design(file: &Path, text: Vec<u8>, options: &DslxOptions, tops: &[String]) -> Result<Read, Failure> {
    let (path, name) = (utf8(file)?, module_name(file)?);
    let top = Top { name, path, shown: path, text };
    let read = to_design(top, &search(options)?, &ReadWith(|path: &str| fs::read(path)), tops, &enabled(options)?)
        .map_err(|report| Failure::Input(report.to_string()))?;
    warn(&read.warnings, options)?;
    Ok(read)
}

/// Prints warnings, or fails because of them.
fn warn(warnings: &Report, options: &DslxOptions) -> Result<(), Failure> {
    if warnings.is_empty() {
        return Ok(());
    }
    if options.warnings_as_errors {
        let what = "error: there are warnings\n  help: correct them, or leave out --warnings-as-errors";
        return Err(Failure::Input(format!("{warnings}\n{what}")));
    }
    say(&warnings.to_string());
    Ok(())
}

/// The warnings that are wanted.
fn enabled(options: &DslxOptions) -> Result<Enabled, Failure> {
    let mut enabled = Enabled::default();
    let choices = [(&options.enable_warning, true), (&options.disable_warning, false)];
    for (name, wanted) in choices.iter().flat_map(|(names, wanted)| names.iter().map(move |name| (name, *wanted))) {
        enabled.set(name, wanted).map_err(|unknown| Failure::Usage(format!("error: {unknown}")))?;
    }
    Ok(enabled)
}

/// Reads a module's file.
pub fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(file).map_err(|error| {
        Failure::Input(format!(
            "{}: error: cannot read the file: {error}\n  help: name a DSLX file, as a rule one that ends in .x",
            file.display()
        ))
    })
}

/// The name of the module in a file: the file's without `.x`.
pub fn module_name(file: &Path) -> Result<&str, Failure> {
    let name = file.file_stem().and_then(|name| name.to_str());
    name.ok_or_else(|| Failure::Usage(format!("error: {} does not name a file", file.display())))
}

/// A path as text, as messages and positions show it.
pub fn utf8(path: &Path) -> Result<&str, Failure> {
    let text = path.to_str();
    text.ok_or_else(|| Failure::Usage(format!("error: the path {} is not valid UTF-8", path.display())))
}

/// Where imports are looked for.
pub fn search(options: &DslxOptions) -> Result<Search, Failure> {
    let root = |path: &std::path::PathBuf| utf8(path).map(Root::new);
    let library = options.stdlib.as_ref().map(root).transpose()?;
    let roots = options.path.iter().map(root).collect::<Result<Vec<_>, _>>()?;
    Ok(Search { library, roots })
}
