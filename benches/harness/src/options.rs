//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Compares kernels compiled in several ways: equality first, then time.
///
/// `benches/run` gives the options that name programs. A way whose program is missing has no column.
#[derive(Parser, Debug)]
#[command(name = "bench_kernels", max_term_width = 100)]
pub(crate) struct Options {
    /// Root of the repository
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub(crate) root: PathBuf,
    /// Folder for objects and libraries
    #[arg(long, value_name = "FOLDER", default_value = "target/bench")]
    pub(crate) out: PathBuf,
    /// Only kernels whose name or group contains one of these texts
    #[arg(long, value_name = "TEXT,...", value_delimiter = ',')]
    pub(crate) filter: Vec<String>,
    /// Only the native entry `xls` at x86-64-v2, with few rounds: to compare two states of the compiler
    #[arg(long)]
    pub(crate) quick: bool,
    /// Instead of the kernels, functions of 100,000 nodes: at both levels of optimisation, and as the peer compiles them
    #[arg(long, conflicts_with_all = ["quick", "instructions"])]
    pub(crate) large: bool,
    /// Rounds in which the ways take turns [default: 40; quick: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) rounds: Option<u16>,
    /// Copies of each way's code, which lie on other pages: the best counts [default: 4]
    #[arg(long, value_name = "N", default_value = "4", hide_default_value = true, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) copies: u16,
    /// Compare for equality only; no times
    #[arg(long)]
    pub(crate) check: bool,
    /// Also count the instructions of a call, with valgrind's callgrind
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Print ratios new/old against a file that --json wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the tables to this file, as Markdown
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,
    /// Write a plot of the ratios to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
    /// Measure nothing: show the figures of a file that --json wrote
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// The tool `xls_aot`
    #[arg(long, value_name = "PROGRAM", default_value = "target/debug/xls_aot")]
    pub(crate) tool: PathBuf,
    /// Another build of the tool, whose code is measured too, in the same rounds: the column `old`
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) old_tool: Option<PathBuf>,
    /// The tool `xls_aot_xlsynth`
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) libxls_tool: Option<PathBuf>,
    /// The program that runs libxls' optimiser: `PROGRAM IN TOP OUT`
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) optimiser: Option<PathBuf>,
    /// The library of benches/peers
    #[arg(long, value_name = "LIBRARY")]
    pub(crate) pir: Option<PathBuf>,
    /// clang
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) clang: Option<PathBuf>,
    /// The program that translates IR to C: `PROGRAM IN TOP SYMBOL OUT`
    #[arg(long, value_name = "PROGRAM")]
    pub(crate) translator: Option<PathBuf>,
    /// Count the instructions of one way, inside callgrind; for this program's own use
    #[arg(long, value_name = "WAY", hide = true)]
    pub(crate) count: Option<String>,
}

impl Options {
    pub(crate) fn rounds(&self) -> u16 {
        self.rounds.unwrap_or(if self.quick { 16 } else { 40 })
    }

    pub(crate) fn wants(&self, name: &str, group: &str) -> bool {
        self.filter.is_empty() || self.filter.iter().any(|text| name.contains(text) || group.contains(text))
    }
}
