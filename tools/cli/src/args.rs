//! What the command line looks like.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use xls_aot_backend::{Cpu, Target};
use xls_aot_execute::SkipReason;

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
  xls_aot compile --ir add_one.ir --top add_one --crate-name add_one \\
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

A stripped file fails unless --unstripped or --list says where its symbols are, or --allow names it.
Exit codes: 0 clean; 1 something was found, or a file cannot be read completely.")]
    Audit(AuditArgs),
    /// Evaluate a function on given arguments, by the reference evaluator
    #[command(after_help = "\
Example:
  xls_aot eval --ir add_one.ir 'bits[8]:255'

Prints the typed result, then what was traced and which assertions failed.
Exit codes: 0 success, also if assertions failed; 1 the input is at fault.")]
    Eval(EvalArgs),
    /// Run test vectors on the evaluator or on compiled code
    #[command(after_help = "\
Example:
  xls_aot check --vectors testdata/vectors/designs.jsonl --backend native --opt full
  CC=aarch64-linux-gnu-gcc xls_aot check --vectors testdata/run/*.ir --backend native \\
      --target aarch64-unknown-linux-gnu --runner 'qemu-aarch64 -L /usr/aarch64-linux-gnu'

A vector is a line of JSON: {\"ir_file\": FILE, \"top\": NAME, \"args\": [VALUE, ...], \"expected\": VALUE}, FILE being
relative to --root; or a line '// run: NAME(VALUE, ...) == VALUE' of an IR file.
Vectors are skipped for these reasons: trace, cover (it reaches one, which compiled code does not have), refused (beyond
what the back end supports), host (code cannot be loaded on this machine), no-reference (nothing to compare with).
Exit codes: 0 all passed, but for the skips that --expect-skipped names; 1 otherwise, and if nothing was run.")]
    Check(CheckArgs),
    /// Compare a compiled artefact with the IR that it was made from, on corner and random inputs
    #[command(
        args_override_self = true,
        after_help = "\
Example:
  xls_aot equivalence --ir add_one.ir --library libadd_one.so

The library is a shared one that holds the artefact's object and no other artefact. The reference evaluator says what each
input must give; the inputs depend on the seed and their numbers alone. Functions of few input bits get all inputs.
Exit codes: 0 no difference; 1 differences, fewer inputs compared than --at-least, or two files that do not belong
together."
    )]
    Equivalence(EquivalenceArgs),
    /// Compare evaluator and code generators on random programs
    #[cfg(feature = "fuzz")]
    #[command(after_help = "\
Example:
  xls_aot fuzz --seed 1 --count 1000 --backend native

The programs depend on the seed alone. What differs is made small and printed as a file test.
Exit codes: 0 no difference; 1 differences, or fewer programs compared than --at-least (nothing compared, without it).")]
    Fuzz(FuzzArgs),
    /// Compare evaluator and code generators on random programs; this program is built without it
    #[cfg(not(feature = "fuzz"))]
    #[command(hide = true, disable_help_flag = true)]
    Fuzz(FuzzArgs),
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
    #[arg(long, value_name = "NAME", default_value = "native")]
    pub backend: BackendName,
    /// How much the native back end optimises (the xlsynth back end has one level)
    #[arg(long, value_name = "LEVEL", default_value = "full")]
    pub opt: OptName,
    /// Verify what each step of the native back end makes: the IR after every pass, that no code overwrites a value which is
    /// needed later, Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Machine to compile for (never taken from the machine that compiles)
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu")]
    pub target: Target,
    /// Least processor that must run the code: x86-64, x86-64-v2 or x86-64-v3 on x86-64, armv8-a on 64-bit Arm
    /// [default: x86-64-v2 or armv8-a; the xlsynth back end has x86-64-v3 only]
    #[arg(long, value_name = "CPU")]
    pub cpu: Option<Cpu>,
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
    /// Cranelift
    Native,
    /// LLVM, through libxls
    Xlsynth,
}

/// How much the native back end optimises.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum OptName {
    /// Code for the IR as it is written
    None,
    /// Code for what the optimiser makes of the IR
    Full,
}

/// What `check` runs vectors on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum SubjectName {
    /// The reference evaluator
    Eval,
    /// LLVM, through libxls
    Xlsynth,
    /// Cranelift
    Native,
}

/// Arguments of `eval`.
#[derive(Args, Debug)]
pub struct EvalArgs {
    /// IR file
    #[arg(long, value_name = "FILE")]
    pub ir: PathBuf,
    /// Function to evaluate; by default the package's top, or its only function
    #[arg(long, value_name = "NAME")]
    pub top: Option<String>,
    /// Typed values such as `bits[8]:255` or `(bits[1]:1, [bits[3]:2, bits[3]:5])`
    #[arg(value_name = "VALUE")]
    pub args: Vec<String>,
}

/// Arguments of `check`.
#[derive(Args, Debug)]
pub struct CheckArgs {
    /// Files of vectors (JSON lines), or IR files with `run:` lines
    #[arg(long, value_name = "FILE", required = true, num_args = 1..)]
    pub vectors: Vec<PathBuf>,
    /// Folder that the vectors' IR files are relative to; by default that of the vector file
    #[arg(long, value_name = "FOLDER")]
    pub root: Option<PathBuf>,
    /// What runs the vectors
    #[arg(long, value_name = "NAME")]
    pub backend: SubjectName,
    /// How much the native back end optimises
    #[arg(long, value_name = "LEVEL", default_value = "full")]
    pub opt: OptName,
    /// Have operations on constants computed by the native code, not by the evaluator while the IR is optimised
    #[arg(long)]
    pub no_folding: bool,
    /// Verify what each step of the native back end makes: the IR after every pass, that no code overwrites a value which is
    /// needed later, Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Threads to use
    #[arg(long, value_name = "N", default_value = "1")]
    pub jobs: NonZeroUsize,
    /// Machine to compile for and run on: each batch is linked by CC, a C compiler for it, into a program that --runner runs
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu", requires = "runner")]
    pub target: Target,
    /// Command that programs and their arguments are appended to: an emulator, or a tool that watches memory
    #[arg(long, value_name = "COMMAND")]
    pub runner: Option<String>,
    /// Do not fill scratch, padding and results with a pattern, so that a runner that watches memory sees each use of them
    #[arg(long, requires = "runner")]
    pub undefined_memory: bool,
    /// How many vectors of all files are skipped for a reason, exactly; none for a reason that is not named. May be repeated
    #[arg(long, value_name = "REASON=N", value_parser = expected_skips)]
    pub expect_skipped: Vec<(SkipReason, usize)>,
}

/// Reads a reason and a number.
fn expected_skips(text: &str) -> Result<(SkipReason, usize), String> {
    let (reason, count) = text.split_once('=').ok_or("expected REASON=N, such as trace=12")?;
    let count = count.parse().map_err(|_| format!("`{count}` is no number of vectors"))?;
    Ok((reason.parse()?, count))
}

/// Arguments of `equivalence`.
#[derive(Args, Debug)]
pub struct EquivalenceArgs {
    /// IR file that the artefact was compiled from
    #[arg(long, value_name = "FILE")]
    pub ir: PathBuf,
    /// Shared library (.so, .dylib) that holds the artefact
    #[arg(long, value_name = "FILE")]
    pub library: PathBuf,
    /// Determines the inputs
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: u64,
    /// Number of the first input, to repeat one
    #[arg(long, value_name = "N", default_value = "0")]
    pub first: u64,
    /// Most inputs to try
    #[arg(long, value_name = "N", default_value = "1024")]
    pub count: u64,
    /// Steps to evaluate in all; inputs are left out once they are used up
    #[arg(long, value_name = "N", default_value = "100000000")]
    pub steps: u64,
    /// Fewer inputs compared is a failure, unless there are no more [default: 256, or --count if that is less]
    #[arg(long, value_name = "N")]
    pub at_least: Option<u64>,
}

/// Arguments of `fuzz`.
#[cfg(feature = "fuzz")]
#[derive(Args, Debug)]
pub struct FuzzArgs {
    /// Determines the programs
    #[arg(long, value_name = "SEED")]
    pub seed: u64,
    /// How many programs
    #[arg(long, value_name = "N")]
    pub count: u64,
    /// Style of all programs: mixed, linear, pieces, choices, arithmetic, arrays, loops, reuse, long or large [default: any]
    #[arg(long, value_name = "NAME")]
    pub style: Option<xls_aot_fuzz::StyleName>,
    /// Number of the first program, to go on with a run or to repeat one program
    #[arg(long, value_name = "N", default_value = "0")]
    pub first: u64,
    /// Back ends to compare with the evaluator; the native one runs unoptimised, optimised, and
    /// optimised without folding of constants. May be repeated
    #[arg(long, value_name = "NAME", required = true)]
    pub backend: Vec<BackendName>,
    /// Verify what each step of the native back end makes: the IR after every pass, that no code overwrites a value which is
    /// needed later, Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Threads to use
    #[arg(long, value_name = "N", default_value = "1")]
    pub jobs: NonZeroUsize,
    /// Begin no program after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u64>,
    /// Fewer programs compared, on any back end, is a failure
    #[arg(long, value_name = "N", default_value = "1")]
    pub at_least: u64,
}

/// Arguments of `fuzz`, which nothing looks at.
#[cfg(not(feature = "fuzz"))]
#[derive(Args, Debug)]
pub struct FuzzArgs {
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    _any: Vec<std::ffi::OsString>,
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
    /// Objects (.o), libraries (.a, .rlib, .so, .dylib), programs, or folders with all that is in them
    #[arg(value_name = "FILE", required_unless_present = "list")]
    pub files: Vec<PathBuf>,
    /// A file of which each line names a file or folder to audit, any data included. After the name and a tab, a line may
    /// name one of the files that the first was linked from, which are audited too if the first is stripped
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// A stripped program or library as it was before it was stripped. It is audited too. May be repeated
    #[arg(long, value_name = "FILE")]
    pub unstripped: Vec<PathBuf>,
    /// Name of a library, symbol, string or file to pass over; `name*` stands for all that begin so. May be repeated
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
