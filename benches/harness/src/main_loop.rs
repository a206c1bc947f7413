//! The program: options, equality, times, instructions, report.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::arguments::{random_sets, sets, Arguments, UNIFORM};
use crate::callee::Callee;
use crate::compare::differences;
use crate::compile::Workshop;
use crate::figures::{Figures, Row};
use crate::kernel::Kernel;
use crate::kernel_list::{kernels, large_functions};
use crate::options::Options;
use crate::way::{ways, Way};
use crate::{files, instructions, measure, plot, report, Error};

/// Compares the kernels and prints the figures; `arguments` are the program's, its name first.
///
/// # Errors
/// [`Error::Different`] if two ways of a kernel do not give the same, before anything is timed; else as [`Error`] says.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Error> {
    let mut options = Options::parse_from(arguments);
    options.out = beside_the_caller(&options.out);
    let baseline = options.baseline.as_deref().map(|file| Figures::read(&beside_the_caller(file))).transpose()?;
    if let Some(file) = &options.from {
        return print(&options, &Figures::read(&beside_the_caller(file))?, baseline.as_ref());
    }
    std::fs::create_dir_all(&options.out).map_err(|source| Error::File { file: options.out.clone(), source })?;
    let mut chosen = Vec::new();
    let listed = if options.large { large_functions() } else { kernels() };
    for listed in listed.iter().filter(|listed| options.wants(&listed.name, listed.group)) {
        chosen.push(Kernel::read(listed, &options.root, &options.out)?);
    }
    if chosen.is_empty() {
        return Err(Error::NothingChosen { filter: options.filter });
    }
    let ways = ways(&options);
    if let Some(way) = &options.count {
        let way: Vec<Way> = ways.into_iter().filter(|known| known.name == *way).collect();
        return count(&options, &chosen, &way);
    }
    let (mut found, mut fewest_sets) = (Vec::new(), usize::MAX);
    for kernel in &chosen {
        let Prepared { sets, mut callees, .. } = prepare(&options, kernel, &ways, sets(kernel)?)?;
        fewest_sets = fewest_sets.min(sets.len());
        found.extend(differences(kernel, &mut callees, &sets)?);
    }
    if !found.is_empty() {
        return Err(Error::Different { differences: found });
    }
    let names: Vec<&str> = ways.iter().map(|way| way.name).collect();
    let (kernels, by) = (chosen.len(), names.join(", "));
    eprintln!("{kernels} kernels agree on {fewest_sets} or more sets of arguments each: {by}");
    if options.check {
        return Ok(());
    }
    let counts = match options.instructions {
        true => instructions::counts(&ways, &options.out)?,
        false => vec![BTreeMap::new(); ways.len()],
    };
    let mut rows = Vec::new();
    for kernel in &chosen {
        rows.push(row(&options, kernel, &ways, &counts)?);
    }
    let ways = names.into_iter().map(str::to_owned).collect();
    let figures = Figures { ways, machine: machine(), rounds: options.rounds(), rows };
    print(&options, &figures, baseline.as_ref())
}

/// A kernel ready to be called.
struct Prepared<'a> {
    sets: Vec<Arguments>,
    /// Its code in the ways that can compile it.
    callees: Vec<(&'a str, Callee)>,
    /// Whether the C has values of more than 128 bits.
    wide: bool,
}

fn prepare<'a>(
    options: &Options,
    kernel: &Kernel,
    ways: &'a [Way],
    sets: Vec<Arguments>,
) -> Result<Prepared<'a>, Error> {
    let workshop = Workshop { folder: &options.out, copies: options.copies };
    let mut callees = Vec::new();
    let mut wide = false;
    for way in ways {
        let Some(built) = workshop.build(kernel, way)? else { continue };
        wide |= built.wide;
        if let Some(callee) = Callee::load(kernel, &built, &sets[0])? {
            callees.push((way.name, callee));
        }
    }
    Ok(Prepared { sets, callees, wide })
}

fn row(options: &Options, kernel: &Kernel, ways: &[Way], counts: &[BTreeMap<String, f64>]) -> Result<Row, Error> {
    let Prepared { sets, mut callees, wide } = prepare(options, kernel, ways, sets(kernel)?)?;
    let times = measure::times(&mut callees, &sets[..sets.len() - UNIFORM], options.rounds());
    let nanoseconds =
        ways.iter().map(|way| callees.iter().position(|(name, _)| *name == way.name).map(|at| times[at])).collect();
    let instructions = counts.iter().map(|counts| counts.get(&kernel.name).copied()).collect();
    Ok(Row { kernel: kernel.name.clone(), group: kernel.group.to_owned(), nanoseconds, instructions, wide })
}

/// Counts the instructions of one way; this program is inside callgrind.
fn count(options: &Options, kernels: &[Kernel], way: &[Way]) -> Result<(), Error> {
    for kernel in kernels {
        let Prepared { sets, mut callees, .. } =
            prepare(options, kernel, way, random_sets(kernel, instructions::CALLS)?)?;
        if let Some((_, callee)) = callees.first_mut() {
            instructions::count(&kernel.name, callee, &sets);
            let mut nothing = callee.of_nothing(kernel);
            instructions::count(instructions::EMPTY, &mut nothing, &sets);
        }
    }
    Ok(())
}

fn print(options: &Options, figures: &Figures, baseline: Option<&Figures>) -> Result<(), Error> {
    print!("{}{}", report::text(figures), report::means_text(figures));
    if options.old_tool.is_some() {
        print!("{}", report::against_second(figures));
    }
    if let Some(old) = baseline {
        print!("{}", report::against(figures, old));
    }
    let outputs = [
        (&options.json, format!("{:#}\n", figures.json())),
        (&options.markdown, report::markdown(figures)),
        (&options.svg, plot::svg(figures)),
    ];
    for (file, text) in outputs {
        if let Some(file) = file {
            files::write(&beside_the_caller(file), text.as_bytes())?;
        }
    }
    Ok(())
}

/// The file as the caller means it: `bazel run` starts programs in a folder of its own and says where it was called.
fn beside_the_caller(file: &Path) -> PathBuf {
    std::env::var_os("BUILD_WORKING_DIRECTORY").map(PathBuf::from).unwrap_or_default().join(file)
}

/// The processor, as the system names it.
fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.to_owned())
}
