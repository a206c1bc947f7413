//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Compares compiled kernels: equality first, then time.
#[derive(Parser, Debug)]
#[command(name = "kernels", max_term_width = 100)]
pub(crate) struct Options {
    /// Only kernels whose name or group contains this text
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub(crate) filter: String,
    /// Rounds in which the ways take turns
    #[arg(long, value_name = "N", default_value = "101", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) rounds: u16,
    /// Also write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Print Markdown
    #[arg(long)]
    pub(crate) markdown: bool,
    /// Compare for equality only; no times
    #[arg(long)]
    pub(crate) check: bool,
}
