//! The measurement on the tool itself: every shape compiles at both levels, and limits are kept.

use xls_aot_bench_scaling::{run, Error};

/// Runs the program and reads the figures it writes: `[{"shape", "nodes", "compiled": [{"opt", "seconds"}]}]`.
fn figures(name: &str, arguments: &[&str]) -> Result<String, Error> {
    let folder = std::env::var("TEST_TMPDIR").expect("Bazel gives tests a folder");
    let file = format!("{folder}/{name}.json");
    run(["scaling", "--runs", "1", "--json", &file].iter().chain(arguments).map(Into::into))?;
    Ok(std::fs::read_to_string(file).expect("the program has written it"))
}

#[test]
fn every_shape_compiles() {
    let text = figures("all", &["--sizes", "30,300"]).unwrap_or_else(|error| panic!("{error}"));
    for (what, count) in [("\"shape\"", 26), ("\"seconds\"", 52), ("\"peak_bytes\"", 52), ("\"more_than", 0)] {
        assert_eq!(text.matches(what).count(), count, "{what} in {text}");
    }
}

#[test]
fn growth_can_be_limited() {
    // Even ten times the size takes less than a thousand times the time, and more than none.
    for (most, ends_well) in [("1000", true), ("0.001", false)] {
        match figures("growth", &["--sizes", "30,300", "--filter", "mixed", "--most-growth", most]) {
            Ok(_) if ends_well => {}
            Err(Error::Growth { steps }) if !ends_well => assert_eq!(steps.len(), 2, "{steps:?}"),
            other => panic!("{most}: {other:?}"),
        }
    }
    assert!(matches!(figures("one", &["--sizes", "30", "--most-growth", "9"]), Err(Error::NothingGrows)));
}

#[test]
fn a_tool_that_refuses_is_an_error() {
    match figures("refused", &["--tool", "/bin/false", "--sizes", "30"]) {
        Err(Error::Refused { case, .. }) => assert_eq!(case, "mixed of 30 nodes"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_tool_that_does_not_exist_is_an_error() {
    assert!(matches!(figures("none", &["--tool", "/nowhere/xls_aot", "--sizes", "30"]), Err(Error::Program { .. })));
}
