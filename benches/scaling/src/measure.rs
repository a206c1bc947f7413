//! Compiles each case in a new process, and then reads it in this one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use xls_aot_bench_ir::cases::CASES;
use xls_aot_ir::{read_package, Node, Op, Value};

use crate::child::{self, Ended, Limits};
use crate::clock::cpu_time;
use crate::options::{Level, Options};
use crate::Error;

/// How often a case is read.
const READS: usize = 5;

/// The figures of one shape and size.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) case: &'static str,
    pub(crate) nodes: usize,
    /// Nodes, elements of literals among them, read and verified in a second of CPU time.
    pub(crate) read: f64,
    /// One for each level.
    pub(crate) compiled: Vec<Compiled>,
}

/// What compiling one case took.
#[derive(Debug)]
pub(crate) struct Compiled {
    pub(crate) level: Level,
    pub(crate) cost: Cost,
}

/// What compiling took, or why it was given up.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Cost {
    /// CPU time and the most memory at one time, in bytes.
    Known { cpu: Duration, peak: u64 },
    /// Instructions.
    Counted(u64),
    /// It was beyond the limit of time, in seconds.
    OutOfTime(u32),
    /// It was beyond the limit of memory, in GiB.
    OutOfMemory(u32),
    /// A smaller size of the shape was beyond a limit already.
    NotTried,
}

/// The programs that are run.
struct Programs {
    tool: PathBuf,
    generator: PathBuf,
}

/// Measures all cases that the options choose.
///
/// Linux counts the memory of the process that starts another towards the peak of the started one. So this process
/// stays small while it compiles: another one makes the cases, and they are read when all is compiled.
pub(crate) fn rows(options: &Options) -> Result<Vec<Row>, Error> {
    let programs = Programs {
        tool: named(&options.tool, "tool", "XLS_AOT")?,
        generator: named(&options.generator, "generator", "GENERATE_IR")?,
    };
    let folder = tempfile::tempdir().map_err(|source| Error::File { file: std::env::temp_dir(), source })?;
    let mut files = Vec::new();
    for (case, _) in CASES.iter().filter(|(case, _)| case.contains(&options.filter)) {
        let mut given_up = vec![false; options.opt.len()];
        for &size in &options.sizes {
            let name = format!("{case} of {size} nodes");
            let file = folder.path().join(format!("{case}_{size}.ir"));
            generate(&programs.generator, case, size, &file)?;
            let mut compiled = Vec::new();
            for (level, given_up) in options.opt.iter().zip(&mut given_up) {
                let cost =
                    if *given_up { Cost::NotTried } else { compile(options, &programs.tool, *level, &name, &file)? };
                *given_up = !matches!(cost, Cost::Known { .. } | Cost::Counted(_));
                compiled.push(Compiled { level: *level, cost });
            }
            eprintln!("{name}: {compiled:?}");
            files.push((*case, name, file, compiled));
        }
    }
    files
        .into_iter()
        .map(|(case, name, file, compiled)| {
            let (nodes, read) = read(&name, &file)?;
            Ok(Row { case, nodes, read, compiled })
        })
        .collect()
}

/// The program that an option or an environment variable names.
fn named(file: &Option<PathBuf>, option: &'static str, variable: &'static str) -> Result<PathBuf, Error> {
    let file = file.clone().or_else(|| std::env::var_os(variable).map(PathBuf::from));
    file.ok_or(Error::NotNamed { option, variable })
}

fn generate(generator: &Path, case: &str, size: usize, file: &Path) -> Result<(), Error> {
    let output = Command::new(generator)
        .args([case, &size.to_string()])
        .arg(file)
        .output()
        .map_err(|source| Error::Program { program: generator.to_owned(), source })?;
    if output.status.success() {
        return Ok(());
    }
    let message = format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    Err(Error::Refused { program: generator.to_owned(), case: format!("{case} of {size} nodes"), message })
}

/// The number of nodes, and how many are read and verified in a second: the best of some runs in this process.
fn read(case: &str, file: &Path) -> Result<(usize, f64), Error> {
    let text = std::fs::read(file).map_err(|source| Error::File { file: file.to_owned(), source })?;
    let mut best = Duration::MAX;
    let mut nodes = 0;
    for _ in 0..READS {
        let start = cpu_time();
        let package = read_package(case, &text)
            .map_err(|findings| Error::Case { case: case.to_owned(), findings: findings.to_string() })?;
        best = best.min(cpu_time() - start);
        nodes = package.functions.iter().flat_map(|function| &function.nodes).map(|node| 1 + elements(node)).sum();
    }
    Ok((nodes, nodes as f64 / best.as_secs_f64()))
}

/// Elements of an array literal: one node, but as much to read and to compile as so many.
fn elements(node: &Node) -> usize {
    match &node.op {
        Op::Literal { value } => match &**value {
            Value::Array(elements) => elements.len(),
            Value::Bits(_) | Value::Tuple(_) | Value::Token => 0,
        },
        _ => 0,
    }
}

/// Compiles a file as often as the options say. Other programs can only make a run longer, so the least time counts.
fn compile(options: &Options, tool: &Path, level: Level, case: &str, file: &Path) -> Result<Cost, Error> {
    let runs = if options.instructions { 1 } else { options.runs };
    let (mut cpu, mut peak) = (Duration::MAX, u64::MAX);
    for _ in 0..runs {
        let ended = compile_once(options, tool, level, file)?;
        if ended.was_out_of_time() {
            return Ok(Cost::OutOfTime(options.seconds));
        }
        if ended.was_out_of_memory() {
            return Ok(Cost::OutOfMemory(options.gib));
        }
        let refused = |message| Error::Refused { program: tool.to_owned(), case: case.to_owned(), message };
        if !ended.status.success() {
            return Err(refused(format!("{}: {}", ended.status, ended.errors)));
        }
        if options.instructions {
            let count = instructions(&ended.errors);
            return count.map(Cost::Counted).ok_or_else(|| refused(format!("no count in: {}", ended.errors)));
        }
        (cpu, peak) = (cpu.min(ended.cpu), peak.min(ended.peak));
    }
    Ok(Cost::Known { cpu, peak })
}

/// What valgrind says at the end: `==123== I   refs:      534,409`.
fn instructions(said: &str) -> Option<u64> {
    let line = said.lines().find(|line| line.contains("I ") && line.contains(" refs:"))?;
    line.rsplit(' ').next()?.replace(',', "").parse().ok()
}

fn compile_once(options: &Options, tool: &Path, level: Level, file: &Path) -> Result<Ended, Error> {
    let mut command = if options.instructions {
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null"]).arg(tool);
        valgrind
    } else {
        Command::new(tool)
    };
    let program = PathBuf::from(command.get_program());
    command.args(["compile", "--backend", "native", "--crate-name", "case", "--opt", level.name(), "--ir"]).arg(file);
    for (option, extension) in [("--object", "o"), ("--wrapper", "rs"), ("--metadata", "json")] {
        command.arg(option).arg(file.with_extension(extension));
    }
    let limits = Limits { seconds: options.seconds, bytes: u64::from(options.gib) << 30 };
    child::run(&mut command, limits).map_err(|source| Error::Program { program, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_are_what_valgrind_counted() {
        let said = "==7== Cachegrind, a cache and branch-prediction profiler\n==7== \n==7== I   refs:      2,534,409\n";
        assert_eq!(instructions(said), Some(2_534_409));
        assert_eq!(instructions("==7== I refs: 12"), Some(12));
        assert_eq!(instructions("==7== Cachegrind\n"), None);
        assert_eq!(instructions("==7== I   refs:      none\n"), None);
    }
}
