//! What the command line looks like.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use xls_aot_backend::Target;

/// Turns XLS IR functions into Rust libraries that run without XLS.
#[derive(Parser, Debug)]
#[command(name = "xls_aot", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Compile a function of an IR file to an object, the Rust source that calls it, and a description of both
    #[command(after_help = "\
Example:
  xls_aot compile --ir add_one.ir --top add_one --crate-name add_one --backend native \\
      --object add_one.o --wrapper add_one.rs --metadata add_one.json

Exit codes: 0 success; 1 the input is at fault; 2 the command line is at fault; 70 xls_aot is at fault.
All three files are written, or none.")]
    Compile(CompileArgs),
    /// Show the artefacts inside a file and what they were made from
    #[command(after_help = "\
Example:
  xls_aot inspect target/release/my_program --json

Exit codes: 0 success, also if there is no artefact; 1 the file cannot be read.")]
    Inspect(InspectArgs),
    /// Check that files neither carry nor load anything of libxls, xlsynth or LLVM
    #[command(after_help = "\
Example:
  xls_aot audit target/release/my_program target/release/libmine.so

Exit codes: 0 clean; 1 something was found, or a file cannot be read.")]
    Audit(AuditArgs),
}

/// Arguments of `compile`.
#[derive(Args, Debug)]
pub struct CompileArgs {
    /// IR file to compile from
    #[arg(long, value_name = "FILE")]
    pub ir: PathBuf,
    /// Function to compile; by default the package's top, or its only function
    #[arg(long, value_name = "NAME")]
    pub top: Option<String>,
    /// Name of the Rust crate that the source will be
    #[arg(long, value_name = "NAME")]
    pub crate_name: String,
    /// Any text that keeps the symbols of equally named crates apart, such as a build label
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub symbol_salt: String,
    /// Code generator
    #[arg(long, value_name = "NAME")]
    pub backend: BackendName,
    /// Machine to compile for (never taken from the machine that compiles)
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu")]
    pub target: Target,
    /// Make the activation bit of a DSLX function in implicit-token form (`__itok__...`) a parameter, instead of passing true
    #[arg(long)]
    pub expose_activation: bool,
    /// Where the object file goes
    #[arg(long, value_name = "FILE")]
    pub object: PathBuf,
    /// Where the Rust source goes
    #[arg(long, value_name = "FILE")]
    pub wrapper: PathBuf,
    /// Where the description (JSON) goes
    #[arg(long, value_name = "FILE")]
    pub metadata: PathBuf,
}

/// The back ends that there are; a program need not have all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum BackendName {
    /// LLVM, through libxls
    Xlsynth,
    /// Cranelift
    Native,
}

/// Arguments of `inspect`.
#[derive(Args, Debug)]
pub struct InspectArgs {
    /// Object (.o), library (.a, .rlib, .so, .dylib) or program
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `audit`.
#[derive(Args, Debug)]
pub struct AuditArgs {
    /// Objects (.o), libraries (.a, .rlib, .so, .dylib) or programs
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Name of a library, symbol or file to pass over; `name*` stands for all that begin so. May be repeated
    #[arg(long, value_name = "NAME")]
    pub allow: Vec<String>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
