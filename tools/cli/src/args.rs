//! The arguments of the command line.

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
    /// Compile functions of an IR file or a DSLX module to an object, the Rust source that calls it, and a description of both
    #[command(after_help = "\
Example:
  xls_aot compile --ir add_one.ir --top add_one --crate-name add_one \\
      --object add_one.o --wrapper add_one.rs --metadata add_one.json

Exit codes: 0: success. 1: the input has an error. 2: the command line has an error. 70: a bug in xls_aot.
Either all three files are written, or none.")]
    Compile(Box<CompileArgs>),
    /// Show the artefacts inside a file, and the source and tools of each
    #[command(after_help = "\
Example:
  xls_aot inspect target/release/my_program --json

Exit codes: 0: success, also if there is no artefact. 1: the file cannot be read.")]
    Inspect(InspectArgs),
    /// Check that files neither contain nor load anything of libxls, xlsynth or LLVM
    #[command(after_help = "\
Example:
  xls_aot audit target/release/my_program target/release/libmine.so

A stripped file fails, unless --unstripped or --list says where its symbols are, or --allow names it.
Exit codes: 0: nothing was found. 1: something was found, or a file cannot be read completely.")]
    Audit(AuditArgs),
    /// Evaluate a function on given arguments with the reference evaluator
    #[command(after_help = "\
Example:
  xls_aot eval --ir add_one.ir 'bits[8]:255'

Prints the typed result, then the traces and the failed assertions.
Exit codes: 0: success, also if assertions failed. 1: the input has an error.")]
    Eval(EvalArgs),
    /// Run test vectors on the evaluator or on compiled code
    #[command(after_help = "\
Example:
  xls_aot check --vectors testdata/vectors/designs.jsonl --backend native --opt full
  CC=aarch64-linux-gnu-gcc xls_aot check --vectors testdata/run/*.ir --backend native \\
      --target aarch64-unknown-linux-gnu --runner 'qemu-aarch64 -L /usr/aarch64-linux-gnu'

A vector is a line of JSON: {\"ir_file\": FILE, \"top\": NAME, \"args\": [VALUE, ...], \"expected\": VALUE}, where FILE is
relative to --root; or a line '// run: NAME(VALUE, ...) == VALUE' of an IR file.
A vector is skipped for one of these reasons: trace, cover (the function reaches one, which the back end cannot
report), refused (the back end does not support the function), host (the code cannot be loaded on this machine),
no-reference (there is no result to compare with).
Exit codes: 0: all vectors passed, and those that were skipped are as --expect-skipped says. 1: otherwise, or nothing ran.")]
    Check(CheckArgs),
    /// Compare a compiled artefact with the IR or the DSLX module that it was made from, on corner and random inputs
    #[command(
        args_override_self = true,
        after_help = "\
Example:
  xls_aot equivalence --ir add_one.ir --object add_one.o
  xls_aot equivalence --dslx design.x --path src --stdlib dslx_stdlib --tops add,mul --object design.o

The object is called from memory; nothing is linked. The reference evaluator computes the expected results. An input depends only on the seed and its number. A function of few input bits is compared on all inputs.
Exit codes: 0: no difference. 1: differences, fewer inputs compared than --at-least, or the object was not compiled from
this file."
    )]
    Equivalence(EquivalenceArgs),
    /// Print the XLS IR of a DSLX module
    #[command(after_help = "\
Example:
  xls_aot dslx-to-ir design.x --path src --stdlib dslx_stdlib --top add > design.ir

Names, calling conventions and assertions are those of libxls' own conversion. Without --top, all functions without
parametrics are converted, as libxls converts a module.
Exit codes: 0: success, also with warnings. 1: the module has an error. 2: the command line has an error.")]
    DslxToIr(DslxToIrArgs),
    /// Check DSLX modules completely, also what no other module uses
    #[command(after_help = "\
Example:
  xls_aot dslx-typecheck design.x parts/*.x --path . --stdlib dslx_stdlib --warnings-as-errors

All functions, tests and constants of each file are checked, not only those that some top reaches. Of a function with parametrics
that nothing calls, the names are checked.
Exit codes: 0: no errors, also with warnings. 1: a module has an error. 2: the command line has an error.")]
    DslxTypecheck(DslxTypecheckArgs),
    /// Run the tests and quickchecks of DSLX modules as compiled code
    #[command(after_help = "\
Example:
  xls_aot dslx-test design.x --path src --stdlib dslx_stdlib --filter add

Each test runs in a process of its own. A quickcheck of at most 2^16 inputs is tried on all of them; others, unless they are
`exhaustive`, on random inputs, which depend on the seed and their number only. A failing input is made smaller and printed
as a test. The variables of Bazel's tests count too: TESTBRIDGE_TEST_ONLY, TEST_TOTAL_SHARDS, XML_OUTPUT_FILE and so on.
Exit codes: 0: all tests passed. 1: a test failed, there are no tests, or the module has an error. 2: the command line has
an error.")]
    DslxTest(DslxTestArgs),
    /// Compare this DSLX front end with that of libxls; only in the programs that contain libxls
    #[command(after_help = "\
Example:
  xls_aot_xlsynth dslx-check --stdlib dslx_stdlib testdata/dslx/*.x

For every function of a module that libxls converts, tests included: the signature, and results, failed assertions and traces
on corner and random inputs; the value of every constant. The tests of the module are run on the evaluator.
Exit codes: 0: no difference. 1: differences, a module that only libxls accepts, or fewer modules compared
than --at-least.")]
    DslxCheck(DslxCheckArgs),
    /// Compare evaluator and code generators on random programs
    #[cfg(feature = "fuzz")]
    #[command(after_help = "\
Example:
  xls_aot fuzz --seed 1 --count 1000 --backend native

A program depends only on the seed and its number. A program that shows a difference is made as small as possible and
printed as a file test.
Exit codes: 0: no difference. 1: differences, or fewer programs compared than --at-least.")]
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
    #[arg(long, value_name = "FILE", required_unless_present = "dslx", conflicts_with = "dslx")]
    pub ir: Option<PathBuf>,
    /// DSLX file to compile from, instead of --ir; --top or --tops names the functions
    #[arg(long, value_name = "FILE", conflicts_with_all = ["types", "type_names"])]
    pub dslx: Option<PathBuf>,
    /// What converts the DSLX file to IR; its types come from the native front end always [default: native]
    #[arg(long, value_name = "NAME", requires = "dslx")]
    pub frontend: Option<FrontendName>,
    #[command(flatten)]
    pub dslx_options: DslxOptions,
    /// Function to compile: of DSLX also NAME<VALUE, ...>, for a parametric one; of IR by default the package's top, or its
    /// only function
    #[arg(long, value_name = "NAME", conflicts_with = "tops")]
    pub top: Option<String>,
    /// Functions to compile into one crate, instead of --top: each has a module for its `Runner` and `Output`, and they share
    /// their types
    #[arg(long, value_name = "NAME,...")]
    pub tops: Vec<String>,
    /// Type table: names for types, constants, and the types of parameters and results (JSON, see docs/types.md)
    #[arg(long, value_name = "FILE")]
    pub types: Option<PathBuf>,
    /// A struct for every tuple of a shape, such as `(bits[1], bits[8], bits[23])=F32(sign, exponent, fraction)`; may be given
    /// several times
    #[arg(long = "type-name", value_name = "TYPE=NAME(FIELD, ...)")]
    pub type_names: Vec<String>,
    /// Description (metadata file) of a library whose types are used instead of making second ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub types_from: Vec<PathBuf>,
    /// Events that the code reports beside failed assertions; without it, a design that reaches one is refused
    #[arg(long, value_name = "EVENT,...", value_delimiter = ',')]
    pub events: Vec<EventName>,
    /// What the Rust source is
    #[arg(long, value_name = "FORM", default_value = "crate")]
    pub form: FormName,
    /// Name of the Rust crate that the source will be, or of the module
    #[arg(long, value_name = "NAME")]
    pub crate_name: String,
    /// Any text, such as a build label, that makes the symbols of crates with equal names different
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub symbol_salt: String,
    /// Code generator
    #[arg(long, value_name = "NAME", default_value = "native")]
    pub backend: BackendName,
    /// How much the native back end optimises (the xlsynth back end has one level)
    #[arg(long, value_name = "LEVEL", default_value = "full")]
    pub opt: OptName,
    /// Verify the output of each step of the native back end: the IR after every pass, that no code overwrites a value which
    /// is needed later, and Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Machine to compile for (never detected from the machine that compiles)
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu")]
    pub target: Target,
    /// Least capable processor that must be able to run the code: x86-64, x86-64-v2 or x86-64-v3 on x86-64, armv8-a on 64-bit Arm
    /// [default: x86-64-v2 or armv8-a; the xlsynth back end has x86-64-v3 only]
    #[arg(long, value_name = "CPU")]
    pub cpu: Option<Cpu>,
    /// Make the activation bit of a DSLX function in implicit-token form (`__itok__...`) a parameter, instead of passing true
    #[arg(long)]
    pub expose_activation: bool,
    /// What runs the program: messages name an option as it is written there
    #[arg(long, value_name = "NAME", default_value = "command-line", hide = true)]
    pub invoked_by: Caller,
    /// Object file to write
    #[arg(long, value_name = "FILE")]
    pub object: PathBuf,
    /// Rust source to write
    #[arg(long, value_name = "FILE")]
    pub wrapper: PathBuf,
    /// Description (JSON) to write
    #[arg(long, value_name = "FILE")]
    pub metadata: PathBuf,
}

/// What runs the program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Caller {
    /// A person or a script
    CommandLine,
    /// A rule of rules/
    Bazel,
}

/// What converts DSLX to IR. A program need not contain all of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FrontendName {
    /// The one of xls_aot
    Native,
    /// That of libxls
    Xlsynth,
}

/// Events that a design may report beside failed assertions.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum EventName {
    /// What `trace` prints
    Trace,
    /// How often each `cover` was reached
    Cover,
    /// How often an array was accessed out of bounds although the IR assumes that it is not (`assumed_in_bounds`)
    #[value(name = "out_of_bounds")]
    OutOfBounds,
}

/// What the Rust source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum FormName {
    /// The root source of a crate
    Crate,
    /// One module, to be included in a crate
    Module,
}

/// All back ends. A program need not contain all of them.
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
    /// Code for what the optimiser makes of the IR, but without vectors for equal operations
    Scalar,
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
    /// Do not compute constants in the optimiser, which would use the evaluator; native code computes them instead
    #[arg(long)]
    pub no_folding: bool,
    /// Verify the output of each step of the native back end: the IR after every pass, that no code overwrites a value which
    /// is needed later, and Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Threads to use
    #[arg(long, value_name = "N", default_value = "1")]
    pub jobs: NonZeroUsize,
    /// Machine to compile for and run on. CC, a C compiler for it, links each batch into a program that --runner runs
    #[arg(long, value_name = "TRIPLE", default_value = "x86_64-unknown-linux-gnu", requires = "runner")]
    pub target: Target,
    /// Command that runs the programs, such as an emulator or memcheck; program and arguments are appended to it
    #[arg(long, value_name = "COMMAND")]
    pub runner: Option<String>,
    /// Leave scratch, padding and results undefined instead of filling them with a pattern, so that memcheck finds each use
    #[arg(long, requires = "runner")]
    pub undefined_memory: bool,
    /// Compare how often accesses to arrays break the promise `assumed_in_bounds` of the IR: the evaluator counts, and so
    /// does the code (`compile --events out_of_bounds`)
    #[arg(long)]
    pub out_of_bounds: bool,
    /// Exact number of vectors of all files that are skipped for a reason; 0 for reasons not given. May be repeated
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
    #[arg(long, value_name = "FILE", required_unless_present = "dslx", conflicts_with_all = ["dslx", "top", "tops"])]
    pub ir: Option<PathBuf>,
    /// DSLX file that the artefact was compiled from, instead of --ir; --top or --tops names the functions, as for `compile`
    #[arg(long, value_name = "FILE")]
    pub dslx: Option<PathBuf>,
    #[command(flatten)]
    pub dslx_options: DslxOptions,
    /// Function of the DSLX file that was compiled
    #[arg(long, value_name = "NAME", conflicts_with = "tops")]
    pub top: Option<String>,
    /// Functions of the DSLX file that were compiled, instead of --top
    #[arg(long, value_name = "NAME,...")]
    pub tops: Vec<String>,
    /// Object of the artefact
    #[arg(long, value_name = "FILE")]
    pub object: PathBuf,
    /// Determines the inputs
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: u64,
    /// Number of the first input, to repeat one
    #[arg(long, value_name = "N", default_value = "0")]
    pub first: u64,
    /// Maximum number of inputs
    #[arg(long, value_name = "N", default_value = "1024")]
    pub count: u64,
    /// Maximum number of evaluation steps for all inputs together; when it is used up, the remaining inputs are left out
    #[arg(long, value_name = "N", default_value = "100000000")]
    pub steps: u64,
    /// Fail if fewer inputs are compared, unless the function has no more [default: 256, or --count if that is less]
    #[arg(long, value_name = "N")]
    pub at_least: Option<u64>,
}

/// Where the imports of DSLX modules are, and which warnings are wanted.
#[derive(Args, Clone, Debug)]
pub struct DslxOptions {
    /// Folder where imports are looked for: `import a.b` is the file a/b.x in it. May be repeated; the first that has it
    /// counts
    #[arg(long, value_name = "FOLDER")]
    pub path: Vec<PathBuf>,
    /// Folder of the DSLX standard library
    #[arg(long, value_name = "FOLDER")]
    pub stdlib: Option<PathBuf>,
    /// File of a module: `import a.b` is FILE for `a.b=FILE`. May be repeated. These come before the folders of --path
    #[arg(long, value_name = "NAME=FILE", value_parser = pair)]
    pub module: Vec<(String, String)>,
    /// How messages and the description of the artefact show paths that begin with FROM: with TO instead. May be repeated; the
    /// longest FROM counts
    #[arg(long, value_name = "FROM=TO", value_parser = pair)]
    pub remap_path_prefix: Vec<(String, String)>,
    /// Kind of warning to switch on. May be repeated
    #[arg(long, value_name = "KIND")]
    pub enable_warning: Vec<String>,
    /// Kind of warning to switch off. May be repeated
    #[arg(long, value_name = "KIND")]
    pub disable_warning: Vec<String>,
    /// Fail if there are warnings
    #[arg(long)]
    pub warnings_as_errors: bool,
    /// Print no warnings
    #[arg(long, conflicts_with = "warnings_as_errors")]
    pub no_warnings: bool,
}

/// Reads two texts with `=` between them.
fn pair(text: &str) -> Result<(String, String), String> {
    let (left, right) = text.split_once('=').ok_or("expected two texts with `=` between them")?;
    match left.is_empty() {
        true => Err("there is nothing before the `=`".to_owned()),
        false => Ok((left.to_owned(), right.to_owned())),
    }
}

impl DslxOptions {
    /// Whether any of them is given.
    pub fn are_given(&self) -> bool {
        let DslxOptions {
            path,
            stdlib,
            module,
            remap_path_prefix,
            enable_warning,
            disable_warning,
            warnings_as_errors,
            no_warnings,
        } = self;
        let folders = !path.is_empty() || stdlib.is_some() || !module.is_empty() || !remap_path_prefix.is_empty();
        let warnings = !enable_warning.is_empty() || !disable_warning.is_empty() || *warnings_as_errors || *no_warnings;
        folders || warnings
    }
}

/// Arguments of `dslx-to-ir`.
#[derive(Args, Debug)]
pub struct DslxToIrArgs {
    /// DSLX file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[command(flatten)]
    pub options: DslxOptions,
    /// Function to convert, with all that it reaches: NAME, or NAME<VALUE, ...> for a parametric one
    #[arg(long, value_name = "NAME")]
    pub top: Option<String>,
    /// Convert the test functions too
    #[arg(long, conflicts_with = "top")]
    pub tests: bool,
    /// What converts
    #[arg(long, value_name = "NAME", default_value = "native")]
    pub frontend: FrontendName,
}

/// Arguments of `dslx-typecheck`.
#[derive(Args, Debug)]
pub struct DslxTypecheckArgs {
    /// DSLX files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub options: DslxOptions,
    /// Empty file to write if there are no errors
    #[arg(long, value_name = "FILE")]
    pub stamp: Option<PathBuf>,
}

/// Arguments of `dslx-test`.
#[derive(Args, Debug)]
pub struct DslxTestArgs {
    /// DSLX files
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub options: DslxOptions,
    /// Run the tests whose names contain this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Determines the random inputs of quickchecks
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: u64,
    /// Number of random inputs of quickchecks that do not state `test_count`
    #[arg(long, value_name = "N", default_value = "1000")]
    pub quickcheck_count: u64,
    /// Maximum time of a test, in seconds; 0 for no limit
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    pub time_limit: u32,
    /// How much the code of the tests is optimised
    #[arg(long, value_name = "LEVEL", default_value = "full")]
    pub opt: OptName,
    /// Compare the result of each test, and of quickchecks on up to 1000 inputs, with another way to run it. May be repeated
    #[arg(long, value_name = "NAME")]
    pub compare: Vec<JudgeName>,
    /// File to write the results to, as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
}

/// Other ways to run tests.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum JudgeName {
    /// The reference evaluator, on the same IR
    Evaluator,
    /// The reference evaluator, on what libxls makes of the module; only in the programs that contain libxls
    Libxls,
}

/// Arguments of `dslx-check`.
#[derive(Args, Debug)]
#[cfg_attr(not(feature = "xlsynth"), allow(dead_code))]
pub struct DslxCheckArgs {
    /// DSLX files
    #[arg(value_name = "FILE", required_unless_present = "random")]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub options: DslxOptions,
    /// Compare so many random programs too, each a module with its imports
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub random: u64,
    /// Number of the first random program, to repeat one
    #[arg(long, value_name = "N", default_value = "0")]
    pub first: u64,
    /// Determines the random programs and the inputs
    #[arg(long, value_name = "SEED", default_value = "1")]
    pub seed: u64,
    /// Maximum number of inputs for each function
    #[arg(long, value_name = "N", default_value = "64")]
    pub count: u64,
    /// Maximum number of evaluation steps for each input
    #[arg(long, value_name = "N", default_value = "10000000")]
    pub steps: u64,
    /// Fail if fewer modules are compared
    #[arg(long, value_name = "N", default_value = "1")]
    pub at_least: usize,
    /// Do not run functions that have the same nodes as those of libxls: they do the same for all inputs
    #[arg(long)]
    pub trust_nodes: bool,
    /// Do not run functions as native code, which otherwise must do what the evaluator says that libxls' functions do
    #[arg(long)]
    pub no_native: bool,
    /// Say for each function what was compared
    #[arg(long)]
    pub verbose: bool,
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
    /// Style of all programs: mixed, linear, pieces, choices, related, arithmetic, arrays, loops, reuse, lanes, long or large [default: any]
    #[arg(long, value_name = "NAME")]
    pub style: Option<xls_aot_fuzz::StyleName>,
    /// Number of the first program, to continue a run or to repeat one program
    #[arg(long, value_name = "N", default_value = "0")]
    pub first: u64,
    /// Back ends to compare with the evaluator; the native one runs unoptimised, optimised, and
    /// optimised without folding of constants. May be repeated
    #[arg(long, value_name = "NAME", required = true)]
    pub backend: Vec<BackendName>,
    /// Verify the output of each step of the native back end: the IR after every pass, that no code overwrites a value which
    /// is needed later, and Cranelift's IR before and after Cranelift's own steps
    #[arg(long)]
    pub verify_passes: bool,
    /// Threads to use
    #[arg(long, value_name = "N", default_value = "1")]
    pub jobs: NonZeroUsize,
    /// Start no further program after this many seconds
    #[arg(long, value_name = "SECONDS")]
    pub seconds: Option<u64>,
    /// Fail if fewer programs are compared on any back end
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
    /// A file in which each line names a file or folder to audit, of any kind. After the name and a tab, a line may name a
    /// file that the first one was linked from; this file is audited too if the first one is stripped
    #[arg(long, value_name = "FILE")]
    pub list: Option<PathBuf>,
    /// A program or library before it was stripped. It is audited too. May be repeated
    #[arg(long, value_name = "FILE")]
    pub unstripped: Vec<PathBuf>,
    /// Name of a library, symbol, string or file to ignore; `name*` matches all names that begin with `name`. May be repeated
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
