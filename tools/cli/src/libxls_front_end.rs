//! `--frontend xlsynth`: libxls converts a DSLX module, and this front end gives the types.
//!
//! Both convert the same text. Their functions are paired by name, and must have the same signatures: then the types that this
//! front end names are those of libxls' functions.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xls_aot_design::Design;
use xls_aot_dslx::frontend::Program;
use xls_aot_ir::{closure, print_package, read_package, FuncId, Package, Top};

use crate::args::{DslxOptions, DslxToIrArgs};
use crate::dslx::{read, shown, utf8};
use crate::dslx_check::{convert, readable, without_test_attributes, Libxls};
use crate::exit::Failure;

/// Replaces the functions of `design`, which this front end made of the module in `file`, by those that libxls makes of it.
pub fn replace(design: &mut Design, file: &Path, text: &[u8], options: &DslxOptions) -> Result<(), Failure> {
    let theirs = converted(file, text, options, false)?;
    let entries: Vec<FuncId> = design.entries.iter().map(|entry| entry.function).collect();
    let paired = paired(&design.package, &entries, &theirs, file)?;
    let (package, functions) = closure::cut_all(theirs, &paired);
    design.entries.iter_mut().zip(functions).for_each(|(entry, function)| entry.function = function);
    design.package = package;
    Ok(())
}

/// The IR text that libxls makes of a module that this front end has made `program` of.
pub fn text(program: &Program, text: &[u8], args: &DslxToIrArgs) -> Result<String, Failure> {
    let theirs = converted(&args.file, text, &args.options, args.tests)?;
    let paired = paired(&program.package, &program.roots, &theirs, &args.file)?;
    Ok(print_package(&match (&args.top, paired.first()) {
        (Some(_), Some(&top)) => {
            let mut package = closure::cut(theirs, top);
            package.top = package.functions.len().checked_sub(1).map(|last| Top::Function(FuncId::new(last)));
            package
        }
        _ => theirs,
    }))
}

/// What libxls makes of a module.
fn converted(file: &Path, text: &[u8], options: &DslxOptions, tests: bool) -> Result<Package, Failure> {
    let tree = Tree::of(options)?;
    let refused = |reason: &dyn std::fmt::Display| {
        Failure::Input(format!("{}: error: libxls does not convert the module: {reason}", file.display()))
    };
    let text = std::str::from_utf8(text).map_err(|error| refused(&error))?;
    let text = if tests { without_test_attributes(text) } else { text.to_owned() };
    let path = PathBuf::from(shown(options, utf8(&readable(file)?)?));
    let converted = convert(&mut Libxls::new(false)?, &tree.options, &path, &text)?
        .map_err(|reason| refused(&tree.as_shown(&reason)))?;
    read_package("libxls.ir", tree.as_shown(&converted.ir).as_bytes()).map_err(|error| refused(&error))
}

/// The modules of `--module` in a folder of their own, which lives as long as this: libxls looks for the module `a.b` as a/b.x.
struct Tree {
    folder: TempDir,
    /// What libxls is given: the folder first.
    options: DslxOptions,
    /// Paths as libxls writes them, and as users see them.
    places: Vec<(String, String)>,
}

impl Tree {
    fn of(options: &DslxOptions) -> Result<Self, Failure> {
        let failed = |error: std::io::Error| {
            Failure::Internal(format!("error: the modules cannot be laid out for libxls: {error}"))
        };
        let folder = TempDir::with_prefix("xls_aot_modules").map_err(failed)?;
        let mut places = Vec::new();
        for (name, file) in &options.module {
            let path = folder.path().join(format!("{}.x", name.replace('.', "/")));
            std::fs::create_dir_all(path.parent().unwrap_or(folder.path())).map_err(failed)?;
            std::fs::write(&path, read(Path::new(file))?).map_err(failed)?;
            places.push((utf8(&path)?.to_owned(), shown(options, file)));
        }
        if let Some(library) = &options.stdlib {
            let library = utf8(library)?;
            places.push((format!("{library}/"), format!("{}/", shown(options, library))));
        }
        let mut options = options.clone();
        options.path.insert(0, folder.path().to_owned());
        Ok(Tree { folder, options, places })
    }

    /// A text of libxls with paths as users see them.
    fn as_shown(&self, text: &str) -> String {
        let shown = self.places.iter().fold(text.to_owned(), |text, (path, shown)| text.replace(path, shown));
        shown.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

/// The functions of `theirs` that have the names and the signatures of these functions of `ours`.
fn paired(ours: &Package, functions: &[FuncId], theirs: &Package, file: &Path) -> Result<Vec<FuncId>, Failure> {
    let failed = |what: String| Failure::Input(format!("{}: error: {what}", file.display()));
    let pair = |&id: &FuncId| {
        let function = ours.function(id);
        let name = &function.name;
        let other = theirs.find_function(name).ok_or_else(|| {
            failed(format!(
                "libxls makes no function `{name}` of the module\n  help: of a function with parametrics it makes what other \
                 functions call: call it from a function without parametrics, or leave out --frontend"
            ))
        })?;
        let (ours, theirs) = (function.signature(), theirs.function(other).signature());
        if ours != theirs {
            return Err(failed(format!(
                "the two front ends make functions of different signatures\n  xls_aot: {ours}\n  libxls:  {theirs}\n  help: \
                 this is a fault of one of them: please report it with the module"
            )));
        }
        Ok(other)
    };
    functions.iter().map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(functions: &str) -> Package {
        read_package("p.ir", format!("package p\n{functions}").as_bytes()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn functions_are_paired_by_name_and_must_have_equal_signatures() {
        let ours = package("fn __m__f(x: bits[8]) -> bits[8] { ret r: bits[8] = not(x) }");
        let other = "fn __m__g(x: bits[8]) -> bits[8] { ret r: bits[8] = neg(x) }\n";
        let same = package(&format!("{other}fn __m__f(x: bits[8]) -> bits[8] {{ ret r: bits[8] = neg(x) }}"));
        let pair = |theirs: &Package| paired(&ours, &[FuncId::new(0)], theirs, Path::new("d/m.x"));
        assert_eq!(pair(&same).unwrap(), [FuncId::new(1)]);
        let wide = package("fn __m__f(x: bits[9]) -> bits[9] { ret r: bits[9] = not(x) }");
        let expected = "d/m.x: error: the two front ends make functions of different signatures\n  xls_aot: fn __m__f(x: \
                        bits[8]) -> bits[8]\n  libxls:  fn __m__f(x: bits[9]) -> bits[9]\n  help: this is a fault of one of \
                        them: please report it with the module";
        assert_eq!(pair(&wide).unwrap_err().to_string(), expected);
        let renamed = package("fn __m__f(y: bits[8]) -> bits[8] { ret r: bits[8] = not(y) }");
        assert!(pair(&renamed).is_err());
        let error = pair(&package(other)).unwrap_err().to_string();
        assert!(
            error.starts_with("d/m.x: error: libxls makes no function `__m__f` of the module\n  help: "),
            "{error}"
        );
    }
}
