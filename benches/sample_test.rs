//! The harness runs: a few kernels of both back ends agree with each other and with the evaluator, and figures come out.

use std::process::{Command, Output};

/// Few, small, and quick to compile.
const SAMPLE: &str = "add32,memupd,prienc,fp32_mul,fp32_fma";

fn harness(arguments: &[&str]) -> Output {
    let program = |name: &str| std::env::var(name).unwrap_or_else(|_| panic!("{name} is set by the target"));
    let folder = format!("{}/objects", program("TEST_TMPDIR"));
    let tools = ["--tool", &program("XLS_AOT"), "--libxls-tool", &program("XLS_AOT_XLSYNTH")];
    let mut command = Command::new(program("BENCH_KERNELS"));
    command.args(["--out", &folder, "--copies", "2"]).args(tools).args(arguments).output().expect("it starts")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_kernels_agree_and_are_measured() {
    let file = format!("{}/figures.json", std::env::var("TEST_TMPDIR").expect("Bazel gives tests a folder"));
    let output = harness(&["--rounds", "2", "--filter", SAMPLE, "--json", &file]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let agreed = "6 kernels agree on 1026 or more sets of arguments each: v2, v2 direct, v3, v3 direct, libxls";
    assert!(text(&output.stderr).contains(agreed), "{}", text(&output.stderr));
    let figures = std::fs::read_to_string(&file).unwrap();
    assert!(figures.contains("\"add32\"") && !figures.contains("\"sort64\""), "{figures}");

    let again = harness(&["--quick", "--rounds", "2", "--filter", "add32", "--baseline", &file]);
    assert!(again.status.success(), "{}", text(&again.stderr));
    assert!(text(&again.stdout).contains("new / old"), "{}", text(&again.stdout));
}

#[test]
fn a_filter_without_kernels_is_an_error() {
    let output = harness(&["--filter", "nothing"]);
    assert!(!output.status.success());
    assert_eq!(
        text(&output.stderr),
        "bench_kernels: no kernel's name or group contains one of `nothing`\n"
    );
}
