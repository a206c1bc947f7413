//! The part of a package that one function needs.

use xls_aot_ir::{closure, print_package, read_package, Package};

const PACKAGE: &str = "package p

file_number 3 \"a.x\"

fn leaf(x: bits[8] id=1) -> bits[8] {
  ret not.2: bits[8] = not(x, id=2)
}

fn dead(t: token id=3, c: bits[1] id=4) -> token {
  ret trace.5: token = trace(t, c, format=\"\", data_operands=[], id=5)
}

fn body(i: bits[8] id=6, acc: bits[8] id=7) -> bits[8] {
  ret invoke.8: bits[8] = invoke(acc, to_apply=leaf, id=8, pos=[(3,1,2)])
}

fn step(x: bits[8] id=9) -> bits[8] {
  ret counted_for.10: bits[8] = counted_for(x, trip_count=4, stride=1, body=body, id=10)
}

fn all(xs: bits[8][2] id=11) -> bits[8][2] {
  ret map.12: bits[8][2] = map(xs, to_apply=step, id=12)
}

top fn other(x: bits[8] id=13) -> bits[8] {
  ret neg.14: bits[8] = neg(x, id=14)
}
";

fn package() -> Package {
    read_package("p.ir", PACKAGE.as_bytes()).expect("valid")
}

#[test]
fn keeps_what_is_reached_through_calls_loops_and_maps() {
    let package = package();
    let all = package.find_function("all").expect("there");
    let closed = closure::of(&package, all);
    let names: Vec<&str> = closed.functions.iter().map(|f| &*f.name).collect();
    assert_eq!(names, ["leaf", "body", "step", "all"]);
    let printed = print_package(&closed);
    assert!(printed.contains("\nfile_number 3 \"a.x\"\n"));
    assert!(printed.contains("\ntop fn all("));
    assert_eq!(printed.matches("top ").count(), 1);
    let again = read_package("closed.ir", printed.as_bytes()).expect("valid");
    assert_eq!(print_package(&again), printed);
}

#[test]
fn of_a_leaf_is_the_leaf() {
    let package = package();
    let other = package.find_function("other").expect("there");
    let closed = closure::of(&package, other);
    assert_eq!(closed.functions.len(), 1);
    assert_eq!(closure::reachable(&package, other), [false, false, false, false, false, true]);
}

#[test]
fn of_several_functions_is_what_any_of_them_reaches() {
    let package = package();
    let id = |name| package.find_function(name).expect("there");
    let (closed, tops) = closure::of_all(&package, &[id("other"), id("leaf"), id("step")]);
    let names: Vec<&str> = tops.iter().map(|&top| &*closed.function(top).name).collect();
    assert_eq!(names, ["other", "leaf", "step"]);
    assert_eq!(closed.top, None);
    assert!(closed.find_function("all").is_none());
    assert_eq!(closure::cut_all(package.clone(), &[id("other"), id("leaf"), id("step")]), (closed, tops));
    assert_eq!(closure::of_all(&package, &[id("step")]).0, closure::of(&package, id("step")));
}

#[test]
fn of_a_closure_is_itself() {
    let package = package();
    let step = package.find_function("step").expect("there");
    let once = closure::of(&package, step);
    let twice = closure::of(&once, once.find_function("step").expect("there"));
    assert_eq!(once, twice);
}

#[test]
fn is_closed_means_that_nothing_would_be_left_out_or_moved() {
    let package = package();
    for (id, function) in package.iter() {
        let closed = closure::of(&package, id);
        let top = closed.find_function(&function.name).expect("there");
        assert!(closure::is_closed(&closed, &[top]), "{}", function.name);
        let same = closed.functions == package.functions;
        assert_eq!(closure::is_closed(&package, &[id]), same, "{}", function.name);
    }
}

#[test]
fn drops_procs_beside_the_functions() {
    let text = format!("{PACKAGE}\nproc q(s: bits[8], init={{3}}) {{ next (s) }}\n");
    let package = read_package("p.ir", text.as_bytes()).expect("valid");
    assert_eq!(package.skipped.len(), 1);
    let closed = closure::of(&package, package.find_function("leaf").expect("there"));
    assert!(closed.skipped.is_empty());
}
