//! The harness runs: a few kernels of both back ends agree, and figures come out in every form.

use sample_table::ARTEFACTS;
use xls_aot_bench_harness::{run, Error};

fn harness(arguments: &[&str]) -> Result<(), Error> {
    run(ARTEFACTS, ["kernels"].iter().chain(arguments).map(Into::into))
}

#[test]
fn the_kernels_agree() {
    assert_eq!(ARTEFACTS.len(), 10);
    harness(&["--check"]).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn figures_go_to_a_file() {
    let folder = std::env::var("TEST_TMPDIR").expect("Bazel gives tests a folder");
    let file = format!("{folder}/figures.json");
    harness(&["--rounds", "1", "--filter", "add32", "--json", &file]).unwrap_or_else(|error| panic!("{error}"));
    let figures = std::fs::read_to_string(file).unwrap();
    assert!(figures.contains("\"add32\"") && !figures.contains("\"memupd\""), "{figures}");
}

#[test]
fn a_filter_without_kernels_is_an_error() {
    assert!(matches!(harness(&["--check", "--filter", "nothing"]), Err(Error::NothingChosen { .. })));
}
