//! Stands in for the codegen tool where only analysis is under test: it is built into an action, and never runs.

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!("the stand-in of the analysis tests ran as an action");
    ExitCode::from(70)
}
