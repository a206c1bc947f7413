//! Checks that run nothing, too little, or something else than they say: each is a failure, with figures.

mod program;

use program::{Folder, Outcome};

const IR: &str = "package p

fn add_one(x: bits[8]) -> bits[8] {
  one: bits[8] = literal(value=1)
  ret y: bits[8] = add(x, one)
}

fn traced(x: bits[8]) -> bits[8] {
  t: token = after_all()
  yes: bits[1] = literal(value=1)
  shown: token = trace(t, yes, format=\"{}\", data_operands=[x])
  ret y: bits[8] = identity(x)
}

fn step(i: bits[41], x: bits[8]) -> bits[8] {
  ret y: bits[8] = not(x)
}

fn endless(x: bits[8]) -> bits[8] {
  ret y: bits[8] = counted_for(x, trip_count=1099511627776, stride=1, body=step)
}
";

const PASSES: &str = r#"{"ir_file": "t.ir", "top": "add_one", "args": ["bits[8]:1"], "expected": "bits[8]:2"}"#;
const FAILS: &str = r#"{"ir_file": "t.ir", "top": "add_one", "args": ["bits[8]:1"], "expected": "bits[8]:3"}"#;
const TRACES: &str =
    r#"{"ir_file": "t.ir", "top": "traced", "args": ["bits[8]:1"], "expected": "bits[8]:1", "traces": [["1", 0]]}"#;
const NO_VALUE: &str = r#"{"ir_file": "t.ir", "top": "add_one", "args": ["bits[8]:1"], "expected": "ERR no"}"#;
const ENDLESS: &str = r#"{"ir_file": "t.ir", "top": "endless", "args": ["bits[8]:1"], "expected": "bits[8]:1"}"#;

/// Runs the program with a path, on which it finds the linker.
fn run(folder: &Folder, arguments: &[&str]) -> Outcome {
    folder.run_in(&[("PATH", &std::env::var("PATH").unwrap())], arguments)
}

/// Runs vectors on the native back end.
fn check(vectors: &[&str], options: &[&str]) -> Outcome {
    let folder = Folder::new();
    folder.write("t.ir", IR);
    folder.write("v.jsonl", vectors.join("\n"));
    let arguments = [&["check", "--vectors", "v.jsonl", "--backend", "native"], options].concat();
    run(&folder, &arguments)
}

fn assert_fails(outcome: &Outcome, end: &str) {
    assert_eq!(outcome.code, 1, "{outcome:?}");
    assert!(outcome.stdout.ends_with(end), "{outcome:?}");
}

const SKIPPED: &str = "if that is right, say --expect-skipped no-reference";

#[test]
fn skips_pass_only_in_the_number_expected() {
    let vectors = [PASSES, NO_VALUE, PASSES, NO_VALUE];
    assert_eq!(check(&vectors, &["--expect-skipped", "no-reference=2"]).code, 0);
    assert_eq!(check(&[PASSES, TRACES], &[]).code, 0, "traces are compared");
    assert_fails(
        &check(&vectors, &[]),
        &format!(
            "2 passed, 0 failed, 2 skipped\nFAILED: 2 vectors were skipped for the reason `no-reference`, not 0; {SKIPPED}=2\n"
        ),
    );
    for number in [1, 3, 0] {
        assert_fails(
            &check(&vectors, &["--expect-skipped", &format!("no-reference={number}")]),
            &format!("FAILED: 2 vectors were skipped for the reason `no-reference`, not {number}; {SKIPPED}=2\n"),
        );
    }
    // A number for one reason is none for another.
    let outcome = check(&[PASSES, NO_VALUE], &["--expect-skipped", "trace=1"]);
    assert!(outcome.stdout.contains("FAILED: 0 vectors were skipped for the reason `trace`, not 1; "), "{outcome:?}");
    assert_fails(
        &outcome,
        "FAILED: 1 vectors were skipped for the reason `no-reference`, not 0; if that is right, say --expect-skipped \
         no-reference=1\n",
    );
}

#[test]
fn a_check_of_nothing_fails() {
    assert_fails(
        &check(&[NO_VALUE], &["--expect-skipped", "no-reference=1"]),
        "0 passed, 0 failed, 1 skipped\nFAILED: no vector was run: 1 were skipped\n",
    );
    let empty = check(&[], &[]);
    assert_eq!((empty.code, &*empty.stderr), (1, "error: v.jsonl: no vector, so nothing is checked\n"));
}

#[test]
fn a_failure_is_counted() {
    assert_fails(&check(&[PASSES, FAILS], &[]), "1 passed, 1 failed, 0 skipped\nFAILED: 1 vectors failed\n");
}

#[test]
fn an_evaluation_without_end_fails_at_once() {
    let folder = Folder::new();
    folder.write("t.ir", IR);
    folder.write("v.jsonl", ENDLESS);
    let start = std::time::Instant::now();
    let outcome = folder.run(&["check", "--vectors", "v.jsonl", "--backend", "eval"]);
    let message =
        "node `y` of function `endless`: the evaluation needs at least 1099511627777 evaluation steps; the limit is \
                   1000000000";
    assert!(outcome.stdout.contains(message), "{outcome:?}");
    assert_fails(&outcome, "0 passed, 1 failed, 0 skipped\nFAILED: 1 vectors failed\n");
    let outcome = folder.run(&["eval", "--ir", "t.ir", "--top", "endless", "bits[8]:1"]);
    assert_eq!((outcome.code, outcome.stderr), (1, format!("error: {message}\n")));
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_reason_that_does_not_exist_is_refused() {
    for (text, what) in [
        ("traces=1", "`traces` is no reason to skip; expected one of trace, cover, refused, host, no-reference"),
        ("12", "expected REASON=N, such as trace=12"),
        ("trace=all", "`all` is no number of vectors"),
    ] {
        let outcome = check(&[PASSES], &["--expect-skipped", text]);
        let start = format!("error: invalid value '{text}' for '--expect-skipped <REASON=N>': {what}\n");
        assert!(outcome.code == 2 && outcome.stderr.starts_with(&start), "{outcome:?}");
    }
}

#[cfg(feature = "fuzz")]
#[test]
fn random_programs_that_are_not_run_fail() {
    let folder = Folder::new();
    let fuzz = |options: &[&str]| run(&folder, &[&["fuzz", "--seed", "1", "--backend", "native"], options].concat());
    assert_fails(
        &fuzz(&["--count", "256", "--seconds", "0"]),
        "the time was up\nFAILED: 0 programs were compared, not 1\n0 programs compared, 0 differences\n",
    );
    assert_fails(
        &fuzz(&["--count", "0"]),
        "FAILED: 0 programs were compared, not 1\n0 programs compared, 0 differences\n",
    );
    assert_fails(
        &fuzz(&["--count", "2", "--at-least", "3"]),
        "FAILED: 2 programs were compared, not 3\n2 programs compared, 0 differences\n",
    );
    assert_eq!(fuzz(&["--count", "2", "--at-least", "2"]).code, 0);
}
