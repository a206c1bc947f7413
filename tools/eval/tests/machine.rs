//! Calls, loops, events and limits of the evaluator, on IR text.

use std::fmt::Write as _;

use xls_aot_eval::{evaluate, EvalError, Evaluator, Options, Outcome, Resource};
use xls_aot_ir::{parse_typed_value, read_package, FuncId, Package};

fn package(text: &str) -> Package {
    read_package("test.ir", text.as_bytes()).unwrap_or_else(|error| panic!("{error}"))
}

fn run_with(text: &str, top: &str, args: &[&str], options: &Options) -> Result<Outcome, EvalError> {
    let package = package(text);
    let args: Vec<_> = args.iter().map(|arg| parse_typed_value(arg).unwrap()).collect();
    evaluate(&package, package.find_function(top).unwrap(), &args, options)
}

fn run(text: &str, top: &str, args: &[&str]) -> String {
    run_with(text, top, args, &Options::default()).unwrap().value.to_string()
}

fn error(text: &str, top: &str, args: &[&str]) -> String {
    run_with(text, top, args, &Options::default()).unwrap_err().to_string()
}

const LOOPS: &str = "package loops
fn body(i: bits[8], acc: bits[32], k: bits[32]) -> bits[32] {
  e: bits[32] = sign_ext(i, new_bit_count=32)
  m: bits[32] = umul(acc, k)
  ret s: bits[32] = add(m, e)
}
fn up(x: bits[32], k: bits[32]) -> bits[32] {
  ret r: bits[32] = counted_for(x, trip_count=4, stride=3, body=body, invariant_args=[k])
}
fn still(x: bits[32], k: bits[32]) -> bits[32] {
  ret r: bits[32] = counted_for(x, trip_count=3, stride=0, body=body, invariant_args=[k])
}
fn never(x: bits[32], k: bits[32]) -> bits[32] {
  ret r: bits[32] = counted_for(x, trip_count=0, body=body, invariant_args=[k])
}
fn dynamic(x: bits[32], k: bits[32], n: bits[7], d: bits[8]) -> bits[32] {
  ret r: bits[32] = dynamic_counted_for(x, n, d, body=body, invariant_args=[k])
}
";

#[test]
fn loops_count_as_specified() {
    // ((((1 * 2 + 0) * 2 + 3) * 2 + 6) * 2 + 9)
    assert_eq!(run(LOOPS, "up", &["bits[32]:1", "bits[32]:2"]), "bits[32]:49");
    assert_eq!(run(LOOPS, "still", &["bits[32]:1", "bits[32]:2"]), "bits[32]:8");
    assert_eq!(run(LOOPS, "never", &["bits[32]:7", "bits[32]:2"]), "bits[32]:7");
    let dynamic = |n: u32, d: u32| {
        run(LOOPS, "dynamic", &["bits[32]:1", "bits[32]:2", &format!("bits[7]:{n}"), &format!("bits[8]:{d}")])
    };
    assert_eq!(dynamic(4, 3), "bits[32]:49");
    assert_eq!(dynamic(0, 3), "bits[32]:1");
    assert_eq!(dynamic(5, 0), "bits[32]:1", "a stride of zero means no iteration");
    // Stride -1: (1 * 2 + 0) * 2 - 1
    assert_eq!(dynamic(2, 255), "bits[32]:3");
}

#[test]
fn a_dynamic_loop_whose_end_is_no_index_is_refused() {
    assert_eq!(
        error(LOOPS, "dynamic", &["bits[32]:1", "bits[32]:2", "bits[7]:127", "bits[8]:2"]),
        "node `r` of function `dynamic`: trip count times stride does not fit the loop's index: the loop has no end in XLS"
    );
}

#[test]
fn maps_apply_in_order_and_events_keep_it() {
    let text = "package p
fn check(x: bits[8]) -> bits[9] {
  t: token = after_all()
  big: bits[8] = literal(value=9)
  ok: bits[1] = ult(x, big)
  a: token = assert(t, ok, message=\"too big\", label=\"limit\")
  yes: bits[1] = not(ok)
  tr: token = trace(a, yes, format=\"x is {:#x}\", data_operands=[x], verbosity=2)
  ret e: bits[9] = zero_ext(x, new_bit_count=9)
}
fn f(a: bits[8][4]) -> bits[9][4] {
  ret m: bits[9][4] = map(a, to_apply=check)
}
";
    let package = package(text);
    let args = [parse_typed_value("[bits[8]:1, bits[8]:20, bits[8]:2, bits[8]:30]").unwrap()];
    let outcome = evaluate(&package, FuncId::new(1), &args, &Options::default()).unwrap();
    assert_eq!(outcome.value.to_string(), "[bits[9]:1, bits[9]:20, bits[9]:2, bits[9]:30]");
    let messages: Vec<_> = outcome.asserts.iter().map(|a| (a.message(&package), a.label(&package))).collect();
    assert_eq!(messages, [("too big", Some("limit")); 2]);
    let traces: Vec<_> = outcome.traces.iter().map(|trace| (trace.text.as_str(), trace.verbosity)).collect();
    assert_eq!(traces, [("x is 0x14", 2), ("x is 0x1e", 2)]);
}

#[test]
fn call_chains_may_be_as_deep_as_the_package() {
    const DEPTH: usize = 100_000;
    let mut text = "package deep\nfn f0(x: bits[32]) -> bits[32] {\n  ret r: bits[32] = not(x)\n}\n".to_owned();
    for i in 1..=DEPTH {
        let callee = i - 1;
        write!(text, "fn f{i}(x: bits[32]) -> bits[32] {{\n  ret r: bits[32] = invoke(x, to_apply=f{callee})\n}}\n")
            .unwrap();
    }
    assert_eq!(run(&text, &format!("f{DEPTH}"), &["bits[32]:0"]), "bits[32]:4294967295");
}

/// Loops that take long: alone, in a callee, in a loop, as many times as an operand says, and over an array.
const LONG: &str = "package p
fn body(i: bits[48], x: bits[8]) -> bits[8] {
  ret y: bits[8] = not(x)
}
fn alone(x: bits[8]) -> bits[8] {
  ret r: bits[8] = counted_for(x, trip_count=281474976710655, body=body)
}
fn calls(x: bits[8]) -> bits[8] {
  y: bits[8] = neg(x)
  ret r: bits[8] = invoke(y, to_apply=alone)
}
fn short(i: bits[48], x: bits[8]) -> bits[8] {
  ret r: bits[8] = counted_for(x, trip_count=100, body=body)
}
fn nested(x: bits[8]) -> bits[8] {
  ret r: bits[8] = counted_for(x, trip_count=100, body=short)
}
fn given(x: bits[8], n: bits[40]) -> bits[8] {
  one: bits[2] = literal(value=1)
  ret r: bits[8] = dynamic_counted_for(x, n, one, body=body)
}
fn twice(x: bits[8], n: bits[40]) -> bits[8] {
  one: bits[2] = literal(value=1)
  y: bits[8] = dynamic_counted_for(x, n, one, body=body)
  z: bits[8] = not(y)
  ret r: bits[8] = not(z)
}
fn never(x: bits[8]) -> bits[8] {
  ret r: bits[8] = counted_for(x, trip_count=0, body=body)
}
fn forty(x: bits[8]) -> bits[8] {
  i: bits[48] = literal(value=0)
  a: bits[8] = invoke(i, x, to_apply=short)
  ret b: bits[8] = invoke(i, x, to_apply=short)
}
";

#[test]
fn work_that_is_sure_to_be_too_long_is_refused_at_once() {
    let check = |top: &str, args: &[&str], max_steps: u64, place: &str, needed: u64| {
        let options = Options { max_steps, ..Options::default() };
        let start = std::time::Instant::now();
        let error = run_with(LONG, top, args, &options).unwrap_err();
        assert!(matches!(error, EvalError::Limit { resource: Resource::Steps, .. }), "{error}");
        assert_eq!(
            error.to_string(),
            format!("{place}: the evaluation needs at least {needed} evaluation steps; the limit is {max_steps}")
        );
        assert!(start.elapsed().as_secs() < 10, "{top} took {:?}", start.elapsed());
    };
    let billion = 1_000_000_000;
    check("alone", &["bits[8]:0"], billion, "node `r` of function `alone`", 1 << 48);
    check("calls", &["bits[8]:0"], billion, "node `r` of function `alone`", 1 << 48);
    check("nested", &["bits[8]:0"], 10_100, "node `r` of function `nested`", 10_101);
    let given = ["bits[8]:0", "bits[40]:1099511627775"];
    check("given", &given, billion, "node `r` of function `given`", 1 << 40);
}

#[test]
fn the_estimate_is_not_above_what_is_needed() {
    let steps = |top: &str, args: &[&str], max_steps: u64| {
        let options = Options { max_steps, ..Options::default() };
        run_with(LONG, top, args, &options).map(|outcome| outcome.value.to_string())
    };
    assert_eq!(steps("nested", &["bits[8]:7"], 10_101).unwrap(), "bits[8]:7");
    assert_eq!(steps("never", &["bits[8]:7"], 1).unwrap(), "bits[8]:7");
    assert_eq!(steps("given", &["bits[8]:7", "bits[40]:99"], 100).unwrap(), "bits[8]:248");
    // The second call is remembered: 101 steps of the first, and both invokes.
    assert_eq!(steps("forty", &["bits[8]:7"], 103).unwrap(), "bits[8]:7");
}

#[test]
fn work_that_is_not_known_beforehand_is_stopped() {
    let options = Options { max_steps: 101, ..Options::default() };
    let error = run_with(LONG, "twice", &["bits[8]:0", "bits[40]:99"], &options).unwrap_err();
    assert!(matches!(error, EvalError::Limit { resource: Resource::Steps, limit: 101, needed: None, .. }), "{error}");
    assert_eq!(error.to_string(), "node `r` of function `twice`: the evaluation needs more than 101 evaluation steps");
}

#[test]
fn calls_are_remembered_with_all_of_their_arguments_but_never_their_events() {
    let mut text = "package p\nfn long(x: bits[8], y: bits[8]) -> bits[8] {\n  n0: bits[8] = shll(x, y)\n".to_owned();
    for i in 1..40 {
        writeln!(text, "  n{i}: bits[8] = not(n{})", i - 1).unwrap();
    }
    text += "  ret r: bits[8] = not(n39)
}
fn long_with_assertion(x: bits[8]) -> bits[8] {
  t: token = after_all()
  two: bits[8] = literal(value=2)
  c: bits[1] = ult(x, two)
  a: token = assert(t, c, message=\"not below 2\")
  ret r: bits[8] = invoke(x, x, to_apply=long)
}
fn f(x: bits[8], y: bits[8]) -> (bits[8], bits[8], bits[8], bits[8]) {
  a: bits[8] = invoke(x, y, to_apply=long)
  b: bits[8] = invoke(y, x, to_apply=long)
  c: bits[8] = invoke(x, y, to_apply=long)
  d: bits[8] = invoke(x, x, to_apply=long)
  ret r: (bits[8], bits[8], bits[8], bits[8]) = tuple(a, b, c, d)
}
fn g(x: bits[8], y: bits[8]) -> (bits[8], bits[8], bits[8], bits[8]) {
  a: bits[8] = invoke(x, to_apply=long_with_assertion)
  b: bits[8] = invoke(y, to_apply=long_with_assertion)
  c: bits[8] = invoke(x, to_apply=long_with_assertion)
  d: bits[8] = invoke(y, to_apply=long_with_assertion)
  ret r: (bits[8], bits[8], bits[8], bits[8]) = tuple(a, b, c, d)
}
";
    assert_eq!(run(&text, "f", &["bits[8]:3", "bits[8]:1"]), "(bits[8]:6, bits[8]:8, bits[8]:6, bits[8]:24)");
    let outcome = run_with(&text, "g", &["bits[8]:1", "bits[8]:2"], &Options::default()).unwrap();
    assert_eq!(outcome.value.to_string(), "(bits[8]:2, bits[8]:8, bits[8]:2, bits[8]:8)");
    assert_eq!(outcome.asserts.len(), 2, "each call that fails its assertion records it");
}

#[test]
fn memory_is_bounded_before_it_is_taken() {
    let text = "package p
fn f(a: bits[8][1], s: bits[8]) -> bits[8][4294967295] {
  ret r: bits[8][4294967295] = array_slice(a, s, width=4294967295)
}
";
    let options = Options { max_steps: u64::MAX, ..Options::default() };
    let error = run_with(text, "f", &["[bits[8]:1]", "bits[8]:0"], &options).unwrap_err();
    assert!(matches!(error, EvalError::Limit { resource: Resource::Cells, .. }), "{error}");
}

#[test]
fn events_are_bounded() {
    let text = "package p
fn body(i: bits[16], t: token) -> token {
  c: bits[1] = literal(value=0)
  ret a: token = assert(t, c, message=\"no\")
}
fn f(t: token) -> token {
  ret r: token = counted_for(t, trip_count=5000, body=body)
}
";
    let options = Options { max_events: 4999, ..Options::default() };
    let error = run_with(text, "f", &["token"], &options).unwrap_err();
    assert!(matches!(error, EvalError::Limit { resource: Resource::Events, .. }), "{error}");
    let options = Options { max_events: 5000, ..Options::default() };
    assert_eq!(run_with(text, "f", &["token"], &options).unwrap().asserts.len(), 5000);
}

#[test]
fn an_array_that_dies_in_an_update_is_not_copied() {
    // A million elements, updated a hundred thousand times: with a copy each time this would take minutes.
    let text = "package p
fn body(i: bits[32], a: bits[32][1000000]) -> bits[32][1000000] {
  ret u: bits[32][1000000] = array_update(a, i, indices=[i])
}
fn f(a: bits[32][1], s: bits[1], k: bits[32]) -> bits[32] {
  start: bits[32][1000000] = array_slice(a, s, width=1000000)
  l: bits[32][1000000] = counted_for(start, trip_count=100000, stride=7, body=body)
  ret r: bits[32] = array_index(l, indices=[k])
}
";
    assert_eq!(run(text, "f", &["[bits[32]:5]", "bits[1]:0", "bits[32]:693"]), "bits[32]:693");
    assert_eq!(run(text, "f", &["[bits[32]:5]", "bits[1]:0", "bits[32]:694"]), "bits[32]:5");
}

#[test]
fn arguments_must_fit() {
    let text = "package p\nfn f(x: bits[8]) -> bits[8] {\n  ret y: bits[8] = not(x)\n}\n";
    assert_eq!(error(text, "f", &[]), "`f` takes 1 arguments, but 0 were given: fn f(x: bits[8]) -> bits[8]");
    assert_eq!(
        error(text, "f", &["bits[9]:1"]),
        "argument `x` of `f` is of type bits[8], but the value given is of type bits[9]"
    );
}

#[test]
fn an_evaluator_starts_afresh_each_time() {
    let package = package(LOOPS);
    let up = package.find_function("up").unwrap();
    let options = Options { max_steps: 40, ..Options::default() };
    let mut evaluator = Evaluator::new(&package, options);
    let args = ["bits[32]:1", "bits[32]:2"].map(|arg| parse_typed_value(arg).unwrap());
    let first = evaluator.run(up, &args).unwrap();
    assert_eq!(evaluator.run(up, &args).unwrap(), first);
    assert!(evaluator.run(up, &args[..1]).is_err());
    assert_eq!(evaluator.run(up, &args).unwrap(), first);
}
