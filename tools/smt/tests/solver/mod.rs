//! The solver: the program that `XLS_AOT_SMT` names, such as the `z3` of the Python package z3-solver (`.ci/proofs`).

use std::path::{Path, PathBuf};
use std::process::Command;

/// Time for one query, in milliseconds.
const TIME: u32 = 30_000;

/// The solver; without one, it is said that the test skips.
pub(crate) fn named() -> Option<PathBuf> {
    let solver = std::env::var_os("XLS_AOT_SMT");
    if solver.is_none() {
        eprintln!("skipped: XLS_AOT_SMT names no solver");
    }
    solver.map(PathBuf::from)
}

/// The solver's answers to queries, in order: `unsat`, `sat`, or `unknown` if it takes too long.
pub(crate) fn answers<'q>(solver: &Path, queries: impl Iterator<Item = &'q String>) -> Vec<String> {
    let mut text = format!("(set-option :timeout {TIME})\n");
    let mut count = 0;
    for query in queries {
        text += &format!("(push)\n{query}(pop)\n");
        count += 1;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("queries.smt2");
    std::fs::write(&file, text).unwrap();
    let output = Command::new(solver).arg(&file).output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", solver.display()));
    let answers: Vec<String> = String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), count, "{:?}", answers.iter().find(|answer| answer.contains("error")));
    answers
}
