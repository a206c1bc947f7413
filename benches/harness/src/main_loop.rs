//! The program: options, equality, times, report.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

use crate::arguments::{sets, RING};
use crate::compare::differences;
use crate::measure::times;
use crate::options::Options;
use crate::report::{Figures, Row};
use crate::{Artefact, Error, Table};

/// Compares the artefacts and prints the figures; `arguments` are the program's, its name first.
///
/// # Errors
/// [`Error::Different`] if two ways of a kernel do not give the same, before anything is timed; else as [`Error`] says.
pub fn run(artefacts: &[Artefact], arguments: impl IntoIterator<Item = OsString>) -> Result<(), Error> {
    let options = Options::parse_from(arguments);
    let mut table = Table::new(artefacts)?;
    table.keep(&options.filter);
    if table.kernels.is_empty() {
        return Err(Error::NothingChosen { filter: options.filter });
    }
    let mut arguments = Vec::with_capacity(table.kernels.len());
    for kernel in &table.kernels {
        let sets = sets(kernel).map_err(|what| Error::Table { kernel: kernel.name.into(), what: what.to_string() })?;
        arguments.push(sets);
    }
    let found: Vec<String> = table
        .kernels
        .iter()
        .zip(&arguments)
        .flat_map(|(kernel, sets)| differences(kernel, &table.ways, sets))
        .collect();
    if !found.is_empty() {
        return Err(Error::Different { differences: found });
    }
    let (kernels, sets) = (table.kernels.len(), RING + 2);
    eprintln!("{kernels} kernels agree on {sets} sets of arguments, compiled as {}", table.ways.join(", "));
    if options.check {
        return Ok(());
    }
    let rows = table
        .kernels
        .iter()
        .zip(&arguments)
        .map(|(kernel, sets)| Row {
            kernel: kernel.name,
            group: kernel.group,
            times: times(kernel, &sets[..RING], options.rounds.into()),
        })
        .collect();
    let figures = Figures { ways: table.ways, rounds: options.rounds, rows };
    print!("{}", if options.markdown { figures.markdown() } else { figures.text() });
    if let Some(file) = options.json {
        let text = format!("{:#}\n", figures.json());
        std::fs::write(beside_the_caller(&file), text)
            .map_err(|source| Error::Output { file: file.display().to_string(), source })?;
    }
    Ok(())
}

/// The file as the caller means it: `bazel run` starts programs in a folder of its own and says where it was called.
fn beside_the_caller(file: &Path) -> PathBuf {
    std::env::var_os("BUILD_WORKING_DIRECTORY").map(PathBuf::from).unwrap_or_default().join(file)
}
