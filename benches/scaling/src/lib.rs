//! Measures how the time and memory of `xls_aot compile --backend native` grow with the size of its input.
//!
//! Each shape of `xls_aot_bench_ir::cases` is made in several sizes and compiled by the tool in a process of its own,
//! whose CPU time and peak memory the system reports when it ends. Time that grows by the same factor as the size is
//! linear; the table shows the factor.

mod child;
mod clock;
mod error;
mod growth;
mod measure;
mod options;
mod report;

pub use error::Error;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Parser;

/// Measures what the command line asks for and prints the table; `arguments` are the program's, its name first.
///
/// # Errors
/// If the tool cannot be run or refuses a case. A case beyond the limits of time or memory is a figure, not an error, unless the
/// command line limits the growth.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Error> {
    let options = options::Options::parse_from(arguments);
    let rows = measure::rows(&options)?;
    print!("{}", if options.markdown { report::markdown(&rows, &options) } else { report::text(&rows, &options) });
    if let Some(file) = &options.json {
        let text = format!("{:#}\n", report::json(&rows));
        std::fs::write(beside_the_caller(file), text).map_err(|source| Error::File { file: file.clone(), source })?;
    }
    let Some(most) = options.most_growth else { return Ok(()) };
    let growth::Verdict { passed, failed } = growth::judge(&rows, most);
    println!("scaling: {passed} passed, {} failed", failed.len());
    match (passed, failed.is_empty()) {
        (0, true) => Err(Error::NothingGrows),
        (_, true) => Ok(()),
        (_, false) => Err(Error::Growth { steps: failed }),
    }
}

/// The file as the caller means it: `bazel run` starts programs in a folder of its own and says where it was called.
fn beside_the_caller(file: &Path) -> PathBuf {
    std::env::var_os("BUILD_WORKING_DIRECTORY").map(PathBuf::from).unwrap_or_default().join(file)
}
