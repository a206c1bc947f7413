//! `golden check FOLDER FILE...` compares, `golden update FOLDER FILE...` overwrites. `update` takes FOLDER relative to
//! the workspace that `bazel run` was started in.

use std::path::PathBuf;
use std::process::ExitCode;

use xls_aot_golden::{check, update};

const UPDATE_COMMAND: &str = "./bazelw run //:update_goldens";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, folder, files @ ..] = &arguments[..] else {
        eprintln!("usage: golden check|update FOLDER FILE...");
        return ExitCode::from(2);
    };
    let files: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
    match mode.as_str() {
        "check" => run_check(&files, &PathBuf::from(folder)),
        "update" => run_update(&files, folder),
        _ => {
            eprintln!("golden: unknown mode `{mode}`; expected check or update");
            ExitCode::from(2)
        }
    }
}

fn run_check(files: &[PathBuf], goldens: &std::path::Path) -> ExitCode {
    let mismatches = check(files, goldens);
    for mismatch in &mismatches {
        eprintln!("{mismatch}");
    }
    println!("golden: {} passed, {} failed", files.len().saturating_sub(mismatches.len()), mismatches.len());
    if mismatches.is_empty() && !files.is_empty() {
        return ExitCode::SUCCESS;
    }
    eprintln!("To update the goldens: {UPDATE_COMMAND}");
    ExitCode::FAILURE
}

fn run_update(files: &[PathBuf], folder: &str) -> ExitCode {
    let Some(workspace) = std::env::var_os("BUILD_WORKSPACE_DIRECTORY") else {
        eprintln!("golden: update writes into the workspace, so it must be started with {UPDATE_COMMAND}");
        return ExitCode::from(2);
    };
    match update(files, &PathBuf::from(workspace).join(folder)) {
        Ok(changed) => {
            for path in &changed {
                println!("updated {}", path.display());
            }
            println!("{} goldens changed", changed.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("golden: {error}");
            ExitCode::FAILURE
        }
    }
}
