//! The command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

/// Measures how compile time and memory grow with the size of a function.
#[derive(Parser, Debug)]
#[command(name = "scaling", max_term_width = 100)]
pub(crate) struct Options {
    /// The tool, xls_aot; by default what the environment variable XLS_AOT names
    #[arg(long, value_name = "FILE")]
    pub(crate) tool: Option<PathBuf>,
    /// What writes the cases, generate_ir; by default what the environment variable GENERATE_IR names
    #[arg(long, value_name = "FILE")]
    pub(crate) generator: Option<PathBuf>,
    /// Sizes in nodes, in rising order
    #[arg(long, value_name = "N,..", value_delimiter = ',', default_value = "1000,10000,100000")]
    pub(crate) sizes: Vec<usize>,
    /// Only shapes whose name contains this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) filter: String,
    /// Levels of optimisation
    #[arg(long, value_name = "LEVEL,..", value_delimiter = ',', default_value = "none,full")]
    pub(crate) opt: Vec<Level>,
    /// CPU seconds after which a compilation is given up
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) seconds: u32,
    /// Memory beyond which a compilation is given up
    #[arg(long, value_name = "GIB", default_value = "4", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) gib: u32,
    /// How often a compilation is run; the least time and the least memory count
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) runs: u16,
    /// Count instructions instead of time, with valgrind: the same in every run, but it takes about fifty times as long
    #[arg(long)]
    pub(crate) instructions: bool,
    /// Fail if a size costs more than so many times as much as the one before
    #[arg(long, value_name = "FACTOR")]
    pub(crate) most_growth: Option<f64>,
    /// Also write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Print Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
}

/// The levels of `xls_aot compile --opt`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub(crate) enum Level {
    /// Code for the IR as it is written
    None,
    /// Code for what the optimiser makes of the IR
    Full,
}

impl Level {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::None => "none",
            Level::Full => "full",
        }
    }
}
