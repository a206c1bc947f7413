//! `xls_aot dslx-check`: this DSLX front end against that of libxls.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use xls_aot_backend::Backend;
use xls_aot_dslx::convert::identifier;
use xls_aot_dslx::frontend::{Functions, Program};
use xls_aot_dslx::source::SourceMap;
use xls_aot_dslx::syntax::ast::{Attribute, AttributeValue};
use xls_aot_dslx::syntax::parse_module;
use xls_aot_dslx::warnings;
use xls_aot_dslx_check::{
    compare, compare_constants, random_program, run_test, Options, RandomProgram, TestOutcome, Verdict,
};
use xls_aot_execute::TempDir;
use xls_aot_ir::{read_package, Package};
use xls_aot_xlsynth::dslx::{Converted, DslxModule};
use xls_aot_xlsynth::worker::{Session, Worker, WorkerError};

use crate::args::{DslxCheckArgs, DslxOptions, OptName};
use crate::backends::{libxls_worker, native};
use crate::dslx::{front_end, module_name, read, utf8};
use crate::exit::{print, Failure};

/// Compares the modules of all files and prints what differs, and the counts.
pub fn run(args: &DslxCheckArgs) -> Result<(), Failure> {
    let mut libxls = Libxls::new(true)?;
    let mut total = Total::default();
    for file in &args.files {
        let text = read(file)?;
        let theirs = String::from_utf8(text.clone()).ok();
        let text = check(&mut libxls, args, &args.options, &readable(file)?, (text, theirs), &mut total)?;
        print(&format!("{}: {text}\n", file.display()))?;
    }
    if args.random > 0 {
        check_random(&mut libxls, args, &mut total)?;
    }
    print(&format!("{total}\n"))?;
    if total.faults == 0 && total.compared >= args.at_least {
        Ok(())
    } else {
        Err(Failure::Reported)
    }
}

/// Compares random programs. The modules that they import are written to a folder, where both front ends find them.
fn check_random(libxls: &mut Libxls, args: &DslxCheckArgs, total: &mut Total) -> Result<(), Failure> {
    let system =
        |error: &dyn std::fmt::Display| Failure::Internal(format!("cannot keep the modules of programs: {error}"));
    let folder = TempDir::new().map_err(|error| system(&error))?;
    let mut options = args.options.clone();
    options.path.push(folder.path().to_path_buf());
    // Nobody reads warnings about random programs.
    options.disable_warning = warnings::KINDS.iter().map(|kind| kind.name.to_owned()).collect();
    for number in args.first..args.first.saturating_add(args.random) {
        let program = random_program(args.seed, number);
        // libxls takes twice as long with them.
        libxls.constants = number % 8 == 0;
        write_imports(&program, folder.path()).map_err(|error| system(&error))?;
        let file = format!("random_{number}.x");
        let top = (program.top.clone().into_bytes(), Some(program.top_without_use()));
        let faults = total.faults;
        let text = check(libxls, args, &options, Path::new(&file), top, total)?;
        if args.verbose || faults != total.faults {
            print(&format!("{file}: {text}\n{program}\n"))?;
        }
    }
    Ok(())
}

fn write_imports(program: &RandomProgram, folder: &Path) -> std::io::Result<()> {
    for (path, text) in &program.imports {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text)?;
    }
    Ok(())
}

/// libxls, in a process that converts many modules.
pub struct Libxls {
    worker: Worker,
    session: Option<Session>,
    /// How many modules the process has converted.
    jobs: u32,
    /// Whether the values of constants are compared.
    constants: bool,
}

/// A process that has converted so many modules is not used any more, so that what libxls does not free does not add up.
const JOBS: u32 = 500;

impl Libxls {
    /// No process runs before the first module. `constants`: their values are wanted.
    pub fn new(constants: bool) -> Result<Self, Failure> {
        Ok(Libxls { worker: libxls_worker()?, session: None, jobs: 0, constants })
    }

    fn convert(&mut self, module: &DslxModule<'_>) -> Result<Converted, WorkerError> {
        let mut session = match self.session.take() {
            Some(session) if self.jobs < JOBS => session,
            _ => {
                self.jobs = 0;
                Session::start(&self.worker)?
            }
        };
        self.jobs += 1;
        let converted = session.convert(module);
        if matches!(converted, Ok(_) | Err(WorkerError::Refused(_))) {
            self.session = Some(session);
        }
        converted
    }
}

/// The path under which both front ends see a module: libxls names the package like the file, and its own reader does not
/// take every name.
pub fn readable(file: &Path) -> Result<PathBuf, Failure> {
    let name = module_name(file)?;
    let readable = identifier(name);
    Ok(if readable == name { file.to_path_buf() } else { file.with_file_name(format!("{readable}.x")) })
}

/// Counts over all files.
#[derive(Default)]
struct Total {
    compared: usize,
    refused_by_both: usize,
    accepted_only_here: usize,
    functions: usize,
    same_structure: usize,
    /// Functions that ran as native code.
    native: usize,
    constants: usize,
    tests: usize,
    tests_passed: usize,
    faults: usize,
}

impl std::fmt::Display for Total {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} modules compared: {} functions ({} with the same nodes, {} run as native code), {} constants, {} of {} \
             tests pass; {} refused by both, {} accepted only here; {} faults",
            self.compared,
            self.functions,
            self.same_structure,
            self.native,
            self.constants,
            self.tests_passed,
            self.tests,
            self.refused_by_both,
            self.accepted_only_here,
            self.faults
        )
    }
}

/// Compares one module; what is to be printed about it. libxls gets a text of its own: `None` if there is none, because
/// ours is not valid UTF-8.
fn check(
    libxls: &mut Libxls,
    args: &DslxCheckArgs,
    options: &DslxOptions,
    file: &Path,
    (text, theirs): (Vec<u8>, Option<String>),
    total: &mut Total,
) -> Result<String, Failure> {
    let Some(plain) = theirs else { return Ok("is not valid UTF-8".to_owned()) };
    // Without their attribute, tests are functions like others for libxls. If it refuses them, they are left out.
    let blanked = without_test_attributes(&plain);
    let mut theirs = convert(libxls, options, file, &blanked)?;
    let mut has_tests = true;
    if theirs.is_err() && blanked != plain {
        if let Ok(converted) = convert(libxls, options, file, &plain)? {
            theirs = Ok(converted);
            has_tests = false;
        }
    }
    let mut ours = front_end(file, text.clone(), options, &Functions::AllAndTests);
    if ours.is_err() && !has_tests {
        ours = front_end(file, text, options, &Functions::All);
    }
    match (ours, theirs) {
        (Err(Failure::Input(report)), Err(reason)) => {
            total.refused_by_both += 1;
            let ours = report.lines().next().unwrap_or_default();
            Ok(format!("refused by both\n    ours   {ours}\n    theirs {reason}"))
        }
        (Err(error), Err(_)) => Err(error),
        (Ok(program), Err(reason)) => {
            total.accepted_only_here += 1;
            let tests = run_tests(&program, args, total);
            Ok(format!("accepted only here ({reason}){tests}"))
        }
        (Err(Failure::Input(report)), Ok(_)) => {
            total.faults += 1;
            Ok(format!("FAILED: refused here, accepted by libxls\n{report}"))
        }
        (Err(error), Ok(_)) => Err(error),
        (Ok(program), Ok(converted)) => match read_package("libxls.ir", converted.ir.as_bytes()) {
            Ok(package) => compare_programs(&program, &package, &converted, args, has_tests, total),
            // Some names cannot be read back from IR text, neither by libxls.
            Err(error) => {
                total.accepted_only_here += 1;
                Ok(format!("libxls' IR cannot be read: {error}{}", run_tests(&program, args, total)))
            }
        },
    }
}

fn compare_programs(
    program: &Program,
    theirs: &Package,
    converted: &Converted,
    args: &DslxCheckArgs,
    has_tests: bool,
    total: &mut Total,
) -> Result<String, Failure> {
    let options = Options { seed: args.seed, count: args.count, steps: args.steps, run_all: !args.trust_nodes };
    let mut lines = String::new();
    let (mut functions, mut structures, mut not_needed) = (0, 0, 0);
    let mut unknown: BTreeSet<String> = program.entries().into_iter().collect();
    let backend = (!args.no_native).then(|| native(OptName::None, false));
    let backend = backend.as_ref().map(|backend| backend as &dyn Backend);
    let found = compare(&program.package, theirs, &options, backend)
        .map_err(|error| Failure::Internal(format!("error: {error}")))?;
    if let Some(why) = found.no_native {
        lines.push_str(&format!("\n  not run as native code: {why}"));
    }
    for report in found.functions {
        unknown.remove(&report.name);
        functions += 1;
        match report.verdict {
            Verdict::NotNeeded => {
                functions -= 1;
                not_needed += 1;
                if args.verbose {
                    lines.push_str(&format!("\n  {}: not needed here", report.name));
                }
            }
            Verdict::Same { inputs, structure, native } => {
                structures += usize::from(structure);
                total.native += usize::from(native > 0);
                if args.verbose {
                    let nodes = if structure { "same nodes" } else { "other nodes" };
                    lines.push_str(&format!("\n  {}: {nodes}, {inputs} inputs, {native} as native code", report.name));
                }
            }
            Verdict::Different(difference) => {
                total.faults += 1;
                lines.push_str(&format!("\n  FAILED: {}: {difference}", report.name));
            }
        }
    }
    for name in unknown.iter().filter(|_| has_tests) {
        total.faults += 1;
        lines.push_str(&format!("\n  FAILED: {name}: libxls has no such function"));
    }
    for (name, ours, theirs) in compare_constants(&program.constants(), &converted.constants) {
        total.faults += 1;
        let ours = ours.unwrap_or_else(|| "none".to_owned());
        lines.push_str(&format!("\n  FAILED: constant {name}\n    ours   {ours}\n    theirs {theirs}"));
    }
    total.compared += 1;
    total.functions += functions;
    total.same_structure += structures;
    total.constants += converted.constants.len();
    let tests = run_tests(program, args, total);
    let not_needed = match not_needed {
        0 => String::new(),
        count => format!(", {count} more that are not needed here"),
    };
    Ok(format!(
        "{functions} functions, {structures} with the same nodes{not_needed}, {} constants{tests}{lines}",
        converted.constants.len()
    ))
}

/// Runs the tests of a module; what is to be printed about them.
fn run_tests(program: &Program, args: &DslxCheckArgs, total: &mut Total) -> String {
    let mut lines = String::new();
    let (mut passed, mut all) = (0, 0);
    let backend = (!args.no_native).then(|| native(OptName::None, false));
    let backend = backend.as_ref().map(|backend| backend as &dyn Backend);
    for (name, function) in program.tests() {
        if program.package.find_function(&function).is_none() {
            continue;
        }
        all += 1;
        match run_test(&program.package, &function, args.steps, backend) {
            TestOutcome::Passed => passed += 1,
            TestOutcome::Failed(why) => lines.push_str(&format!("\n  test {name} fails: {}", why.join("; "))),
            TestOutcome::NotRun(why) => lines.push_str(&format!("\n  test {name} was not run: {why}")),
        }
    }
    total.tests += all;
    total.tests_passed += passed;
    if all == 0 {
        return String::new();
    }
    format!(", {passed} of {all} tests pass{lines}")
}

/// What libxls makes of a module with its tests.
pub fn tests_of_libxls(file: &Path, text: &[u8], options: &DslxOptions) -> Result<Package, Failure> {
    let refused = |reason: &str| {
        Failure::Input(format!(
            "{}: error: libxls does not convert the module with its tests: {reason}",
            file.display()
        ))
    };
    let text = std::str::from_utf8(text).map_err(|error| refused(&error.to_string()))?;
    let mut libxls = Libxls::new(false)?;
    let converted = convert(&mut libxls, options, file, &without_test_attributes(text))?;
    let converted = converted.map_err(|reason| refused(&reason))?;
    read_package("libxls.ir", converted.ir.as_bytes()).map_err(|error| refused(&error.to_string()))
}

/// Has libxls convert a module; its reason if it refuses.
pub fn convert(
    libxls: &mut Libxls,
    options: &DslxOptions,
    file: &Path,
    text: &str,
) -> Result<Result<Converted, String>, Failure> {
    let Some(library) = &options.stdlib else {
        let what = "error: libxls needs its standard library\n  help: add `--stdlib FOLDER`";
        return Err(Failure::Usage(what.to_owned()));
    };
    let search_paths = options.path.iter().map(|path| utf8(path)).collect::<Result<Vec<_>, _>>()?;
    let (path, standard_library) = (utf8(file)?, utf8(library)?);
    let module = DslxModule { text, path, standard_library, constants: libxls.constants, search_paths };
    match libxls.convert(&module) {
        Ok(converted) => Ok(Ok(converted)),
        Err(WorkerError::Refused(reason)) => Ok(Err(reason)),
        Err(died @ WorkerError::Died { .. }) => Ok(Err(died.to_string().lines().next().unwrap_or_default().to_owned())),
        Err(error) => Err(Failure::Internal(error.to_string())),
    }
}

/// The text with spaces for the attributes of functions that libxls leaves out, so that positions stay as they are.
pub fn without_test_attributes(text: &str) -> String {
    let mut sources = SourceMap::default();
    let Ok(file) = sources.add("module", text) else { return text.to_owned() };
    let parsed = parse_module(&sources, file);
    let is_word = |attribute: &Attribute, word: &str| {
        attribute.args.iter().any(|a| matches!(&a.value, AttributeValue::Word(name) if name.as_str() == word))
    };
    let mut bytes = text.as_bytes().to_vec();
    for attribute in parsed.module.items.iter().flat_map(|item| &item.attributes) {
        let name = attribute.name.as_str();
        if matches!(name, "test" | "fuzz_test") || name == "cfg" && is_word(attribute, "test") {
            let span = sources.within(file, attribute.span);
            bytes[span.start as usize..span.end as usize].fill(b' ');
        }
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_of_tests_are_blanked() {
        let text = "#[test]\nfn t() { }\n#[cfg(test)] fn u() { }\n#[quickcheck]\nfn q() -> bool { true }\n// #[test]\n";
        let expected =
            "       \nfn t() { }\n             fn u() { }\n#[quickcheck]\nfn q() -> bool { true }\n// #[test]\n";
        assert_eq!(without_test_attributes(text), expected);
    }
}
