//! `xls_aot dslx-to-ir`, and what all commands on DSLX need.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_design::Texts;
use xls_aot_dslx::design::{to_design, Read};
use xls_aot_dslx::frontend::{to_ir, Functions, Program};
use xls_aot_dslx::modules::{ModuleFile, ReadWith, Root, Search, Top};
use xls_aot_dslx::source::Report;
use xls_aot_dslx::warnings::Enabled;
use xls_aot_ir::print_package;

use crate::args::{DslxOptions, DslxToIrArgs, FrontendName};
use crate::exit::{print, say, Failure};
use crate::libxls_front_end;

/// Prints the IR of a module.
pub fn run_to_ir(args: &DslxToIrArgs) -> Result<(), Failure> {
    let functions = match (&args.top, args.tests) {
        (Some(top), _) => Functions::Top(top.clone()),
        (None, true) => Functions::AllAndTests,
        (None, false) => Functions::All,
    };
    let text = read(&args.file)?;
    let program = front_end(&args.file, text.clone(), &args.options, &functions)?;
    print(&match args.frontend {
        FrontendName::Native => print_package(&program.package),
        FrontendName::Xlsynth => libxls_front_end::text(&program, &text, args)?,
    })
}

/// Converts the module of a file with this front end; warnings go to standard error.
pub fn front_end(file: &Path, text: Vec<u8>, options: &DslxOptions, functions: &Functions) -> Result<Program, Failure> {
    let (path, name) = (utf8(file)?, module_name(file)?);
    let top = Top { name, path, shown: &shown(options, path), text };
    let program = to_ir(top, &search(options)?, &ReadWith(|path: &str| fs::read(path)), functions, &enabled(options)?)
        .map_err(|report| Failure::Input(report.to_string()))?;
    warn(&program.warnings, options)?;
    Ok(program)
}

/// A design and the files that it was read from.
pub struct DesignOfFiles {
    pub read: Read,
    /// Paths of all files that were read.
    pub files: Vec<PathBuf>,
    /// Their texts, by the names that messages show.
    pub texts: Texts,
}

/// Reads the module of a file as a design with these functions. Warnings go to standard error.
pub fn design(file: &Path, text: Vec<u8>, options: &DslxOptions, tops: &[String]) -> Result<DesignOfFiles, Failure> {
    let (path, name) = (utf8(file)?, module_name(file)?);
    let files = RefCell::new(vec![file.to_owned()]);
    let texts = RefCell::new(Texts::from([(shown(options, path), text.clone())]));
    let top = Top { name, path, shown: &shown(options, path), text };
    let loader = ReadWith(|path: &str| {
        let text = fs::read(path)?;
        files.borrow_mut().push(PathBuf::from(path));
        texts.borrow_mut().insert(shown(options, path), text.clone());
        Ok(text)
    });
    let read = to_design(top, &search(options)?, &loader, tops, &enabled(options)?)
        .map_err(|report| Failure::Input(report.to_string()))?;
    warn(&read.warnings, options)?;
    Ok(DesignOfFiles { read, files: files.into_inner(), texts: texts.into_inner() })
}

/// Options for DSLX were given without a DSLX file.
pub fn options_without_dslx() -> Failure {
    let what = "error: options for DSLX need a DSLX file\n  help: name it with --dslx instead of --ir";
    Failure::Usage(what.to_owned())
}

/// Prints warnings, or fails because of them.
pub fn warn(warnings: &Report, options: &DslxOptions) -> Result<(), Failure> {
    if warnings.is_empty() || options.no_warnings {
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
pub fn enabled(options: &DslxOptions) -> Result<Enabled, Failure> {
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
    let root = |path: &PathBuf| {
        let folder = utf8(path)?.to_owned();
        Ok(Root { shown: shown(options, &folder), folder })
    };
    let library = options.stdlib.as_ref().map(root).transpose()?;
    let roots = options.path.iter().map(root).collect::<Result<Vec<_>, _>>()?;
    let mut files: BTreeMap<String, ModuleFile> = BTreeMap::new();
    for (name, path) in &options.module {
        let file = ModuleFile { path: path.clone(), shown: shown(options, path) };
        if let Some(other) = files.get(name).filter(|&other| *other != file) {
            let what = format!("error: the module `{name}` is in two files, {} and {}", other.shown, file.shown);
            return Err(Failure::Usage(format!(
                "{what}\n  help: give the file that is meant, or import one by another name"
            )));
        }
        files.insert(name.clone(), file);
    }
    Ok(Search { library, files, roots })
}

/// How a path is shown.
pub fn shown(options: &DslxOptions, path: &str) -> String {
    let rest = |(from, to): &(String, String)| {
        let rest = path.strip_prefix(from.trim_end_matches('/'))?;
        (rest.is_empty() || rest.starts_with('/')).then(|| match to.is_empty() {
            true => rest.trim_start_matches('/').to_owned(),
            false => format!("{to}{rest}"),
        })
    };
    let longest_first = |(from, _): &&(String, String)| std::cmp::Reverse(from.len());
    let mut remaps: Vec<_> = options.remap_path_prefix.iter().collect();
    remaps.sort_by_key(longest_first);
    remaps.into_iter().find_map(rest).unwrap_or_else(|| path.to_owned())
}
