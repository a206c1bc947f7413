//! `xls_aot dslx-test`: the command line and the protocol of Bazel's tests around `xls_aot_dslx_test`.

use std::env;
use std::path::{Path, PathBuf};

use xls_aot_dslx::frontend::{Functions, Program};
use xls_aot_dslx_test::report::Summary;
use xls_aot_dslx_test::select::{select, Selection, Shard};
use xls_aot_dslx_test::{junit, report, Error, Judge, Settings, TestResult};
use xls_aot_ir::Package;

use crate::args::{DslxTestArgs, JudgeName};
use crate::backends::native;
use crate::dslx::{front_end, read};
use crate::exit::{print, Failure};
use crate::verify;

/// A module whose tests run.
struct Module {
    file: String,
    text: Vec<u8>,
    program: Program,
    /// What libxls makes of it, if it is compared.
    libxls: Option<Package>,
}

/// Runs the tests of all files.
pub fn run(args: &DslxTestArgs) -> Result<(), Failure> {
    let bazel = Bazel::of_environment()?;
    let modules = args.files.iter().map(|file| module(file, args)).collect::<Result<Vec<_>, _>>()?;
    let tests = modules.iter().map(|module| module.program.test_functions()).collect();
    let filter = args.filter.as_deref().or(bazel.filter.as_deref());
    let selection = select(tests, filter, bazel.shard);
    refuse_nothing(&selection, args, filter)?;
    let selected: usize = selection.tests.iter().map(Vec::len).sum();
    let mut summary = Summary {
        filtered_out: selection.all - selection.matched,
        of_other_shards: selection.matched - selected,
        seed: args.seed,
        ..Summary::default()
    };
    let mut results: Vec<Vec<TestResult>> = Vec::new();
    for (module, tests) in modules.iter().zip(&selection.tests) {
        print(&format!("running {} tests of {}\n", tests.len(), module.file))?;
        results.push(run_module(module, tests, args, &mut summary)?);
    }
    let failures: Vec<&TestResult> = results.iter().flatten().filter(|result| !result.has_passed()).collect();
    if !failures.is_empty() {
        print("\nfailures:\n")?;
    }
    for failure in &failures {
        print(&format!("\n---- {} ----\n{}", failure.name, report::failure(failure, args.seed)))?;
    }
    let suites: Vec<junit::Suite<'_>> =
        modules.iter().zip(&results).map(|(module, results)| junit::Suite { file: &module.file, results }).collect();
    let xml = junit::xml(&suites, args.seed);
    args.junit.iter().chain(&bazel.xml).try_for_each(|path| write(path, &xml))?;
    print(&format!("\n{}\n", summary.line()))?;
    if failures.is_empty() {
        Ok(())
    } else {
        Err(Failure::Reported)
    }
}

fn module(file: &Path, args: &DslxTestArgs) -> Result<Module, Failure> {
    let text = read(file)?;
    let program = front_end(file, text.clone(), &args.options, &Functions::Tests)?;
    let libxls = match args.compare.contains(&JudgeName::Libxls) {
        true => Some(of_libxls(file, &text, args)?),
        false => None,
    };
    let name = program.sources.name(program.modules.file(program.modules.top())).to_owned();
    Ok(Module { file: name, text, program, libxls })
}

/// Runs the selected tests of a module and prints a line for each.
fn run_module(
    module: &Module,
    tests: &[xls_aot_dslx::test_functions::TestFunction],
    args: &DslxTestArgs,
    summary: &mut Summary,
) -> Result<Vec<TestResult>, Failure> {
    let judges: Vec<Judge<'_>> = args
        .compare
        .iter()
        .map(|judge| match judge {
            JudgeName::Evaluator => Judge { name: "the evaluator", package: None },
            JudgeName::Libxls => Judge { name: "libxls' front end", package: module.libxls.as_ref() },
        })
        .collect();
    let backend = native(args.opt, false);
    let settings = Settings {
        backend: &backend,
        seed: args.seed,
        count: args.quickcheck_count,
        seconds: args.time_limit,
        judges: &judges,
    };
    let mut results = Vec::new();
    let mut printed = Ok(());
    let done = &mut |result: TestResult| {
        if printed.is_ok() {
            printed = print(&format!("{}\n", report::line(&result)));
        }
        summary.add(&result);
        results.push(result);
    };
    xls_aot_dslx_test::run(&module.program, &module.text, tests, &settings, done).map_err(|error| match error {
        Error::Compile(error) => crate::compile::compile_failure(error),
        Error::Execute(error) => verify::failure(error),
        other => Failure::Input(format!("error: {other}")),
    })?;
    printed?;
    Ok(results)
}

/// A run that tests nothing proves nothing. A filter of Bazel is for all tests of a build, so it may match nothing here.
fn refuse_nothing(selection: &Selection, args: &DslxTestArgs, filter: Option<&str>) -> Result<(), Failure> {
    if selection.all == 0 {
        let files: Vec<String> = args.files.iter().map(|file| file.display().to_string()).collect();
        return Err(Failure::Input(format!(
            "{}: error: there are no tests\n  help: write functions with `#[test]` or `#[quickcheck]`",
            files.join(", ")
        )));
    }
    match &args.filter {
        Some(given) if selection.matched == 0 => Err(Failure::Input(format!(
            "error: no name of the {} tests contains `{given}`\n  help: leave out --filter to see all names",
            selection.all
        ))),
        _ => match filter {
            Some(filter) if selection.matched == 0 => print(&format!("no name of a test contains `{filter}`\n")),
            _ => Ok(()),
        },
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| {
        let file = path.display();
        Failure::Input(format!(
            "{file}: error: cannot write the file: {error}\n  help: --junit names a file in a folder that exists"
        ))
    })
}

/// What Bazel tells a test.
struct Bazel {
    filter: Option<String>,
    shard: Option<Shard>,
    xml: Option<PathBuf>,
}

impl Bazel {
    fn of_environment() -> Result<Self, Failure> {
        let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let number = |name: &str| -> Result<Option<usize>, Failure> {
            variable(name).map(|value| value.parse()).transpose().map_err(|_| {
                Failure::Usage(format!("error: the environment variable {name} is not a number\n  help: unset it"))
            })
        };
        let shard = match (number("TEST_SHARD_INDEX")?, number("TEST_TOTAL_SHARDS")?) {
            (Some(index), Some(total)) => Some(Shard::new(index, total).ok_or_else(|| {
                Failure::Usage(format!("error: TEST_SHARD_INDEX is {index}, and there are {total} shards"))
            })?),
            _ => None,
        };
        if let (Some(_), Some(path)) = (shard, variable("TEST_SHARD_STATUS_FILE")) {
            // Says that this program shares its tests; without it, every shard would run all of them.
            write(Path::new(&path), "")?;
        }
        let filter = variable("TESTBRIDGE_TEST_ONLY");
        Ok(Bazel { filter, shard, xml: variable("XML_OUTPUT_FILE").map(PathBuf::from) })
    }
}

#[cfg(feature = "xlsynth")]
fn of_libxls(file: &Path, text: &[u8], args: &DslxTestArgs) -> Result<Package, Failure> {
    crate::dslx_check::tests_of_libxls(file, text, &args.options)
}

#[cfg(not(feature = "xlsynth"))]
fn of_libxls(_: &Path, _: &[u8], _: &DslxTestArgs) -> Result<Package, Failure> {
    Err(crate::backends::without_libxls("the DSLX front end of libxls"))
}
