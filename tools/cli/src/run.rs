//! From the process's arguments to its exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Args, FromArgMatches, Parser};

use crate::args::{Cli, Command, CompileArgs};
use crate::exit::{report_panics, say, Failure};
use crate::memory::keep_freed_memory;
use crate::{audit, compile, dslx, dslx_test, dslx_typecheck, equivalence, fuzz, inspect, verify};

/// Stack of the thread that works: types may nest deeply, and several libraries recurse over them.
const STACK: usize = 256 << 20;

/// Does what the command line says.
pub fn main() -> ExitCode {
    run(std::env::args_os().collect())
}

/// Does what the arguments of a command line say, of which the first is the program's name.
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    report_panics();
    // Memory is set up before the command line is parsed.
    if arguments.get(1).is_some_and(|command| command == "compile") {
        keep_freed_memory();
    }
    let work = move || work(&arguments);
    match std::thread::Builder::new().name("xls_aot".to_owned()).stack_size(STACK).spawn(work).map(|t| t.join()) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(failure))) => {
            let text = failure.to_string();
            if !text.is_empty() {
                say(&text);
            }
            failure.code()
        }
        // The hook has reported the panic.
        Ok(Err(_)) => ExitCode::from(70),
        Err(error) => {
            say(&format!("error: cannot start a thread: {error}"));
            ExitCode::from(70)
        }
    }
}

fn work(arguments: &[OsString]) -> Result<(), Failure> {
    #[cfg(feature = "xlsynth")]
    if arguments.get(1).is_some_and(|argument| argument == crate::backends::WORKER_ARGUMENT) {
        return crate::backends::serve_worker();
    }
    if let Some(args) = compile_args(arguments) {
        return compile::run(&args);
    }
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return explain(&error),
    };
    match cli.command {
        Command::Compile(args) => compile::run(&args),
        Command::Inspect(args) => inspect::run(&args),
        Command::Audit(args) => audit::run(&args),
        Command::Eval(args) => verify::eval(&args),
        Command::Check(args) => verify::check(&args),
        Command::Equivalence(args) => equivalence::run(&args),
        Command::DslxToIr(args) => dslx::run_to_ir(&args),
        Command::DslxTypecheck(args) => dslx_typecheck::run(&args),
        Command::DslxTest(args) => dslx_test::run(&args),
        Command::DslxCheck(args) => dslx_check(&args),
        Command::Fuzz(args) => fuzz::run(&args),
    }
}

/// The arguments of `compile`, if that is the command and they are in order. A build starts many compilations, most of them short, so
/// the options of the other commands are not made for it.
fn compile_args(arguments: &[OsString]) -> Option<CompileArgs> {
    let [_, arguments @ ..] = arguments else { return None };
    if arguments.first()? != "compile" {
        return None;
    }
    let command = CompileArgs::augment_args(clap::Command::new("compile"));
    CompileArgs::from_arg_matches(&command.try_get_matches_from(arguments).ok()?).ok()
}

#[cfg(feature = "xlsynth")]
fn dslx_check(args: &crate::args::DslxCheckArgs) -> Result<(), Failure> {
    crate::dslx_check::run(args)
}

#[cfg(not(feature = "xlsynth"))]
fn dslx_check(_args: &crate::args::DslxCheckArgs) -> Result<(), Failure> {
    Err(crate::backends::without_libxls("the DSLX front end of libxls"))
}

/// Help and version are results, everything else is a wrong command line.
fn explain(error: &clap::Error) -> Result<(), Failure> {
    let text = error.render().to_string();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => crate::exit::print(&text),
        _ => Err(Failure::Usage(text.trim_end().to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_of_compile_that_are_in_order_are_read_on_their_own() {
        let args = |line: &str| compile_args(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        let rest = "compile --crate-name c --object a.o --wrapper a.rs --metadata a.json";
        let line = format!("xls_aot {rest} --ir a.ir --top f");
        let expected = Cli::try_parse_from(line.split(' ')).unwrap().command;
        let found = Command::Compile(Box::new(args(&line).unwrap()));
        assert_eq!(format!("{found:?}"), format!("{expected:?}"));
        // What is said about the others is up to the parser of all commands.
        for other in [
            "xls_aot",
            "xls_aot compile",
            "xls_aot compile --help",
            &format!("xls_aot {rest} --unknown"),
            "xls_aot inspect a.o",
        ] {
            assert!(args(other).is_none(), "{other}");
        }
    }
}
