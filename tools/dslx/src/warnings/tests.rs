//! Tests of the warnings: what libxls warns about, executed on it, and where.

use super::{find, Enabled, KINDS};
use crate::source::{Report, SourceMap};
use crate::syntax::parse_module;

fn warnings(text: &str) -> Vec<String> {
    let mut sources = SourceMap::default();
    let file = sources.add("t.x", text).unwrap();
    let parsed = parse_module(&sources, file);
    assert!(parsed.findings.is_empty(), "{}", Report::new(&sources, parsed.findings));
    let found = find("t", &parsed.module, &sources);
    assert!(found.iter().all(|finding| KINDS.iter().any(|kind| kind.name == finding.code)), "{found:?}");
    let report = Report::new(&sources, found);
    let findings = report.files.iter().flat_map(|file| &file.findings);
    findings.map(|finding| format!("{}:{} {}", finding.line, finding.column, finding.diagnostic.code)).collect()
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    assert_eq!(warnings(text), expected, "{text}");
}

#[test]
fn names_that_are_not_used() {
    let unused = |text: &str, columns: &[u32]| {
        let expected: Vec<String> = columns.iter().map(|column| format!("1:{column} unused_definition")).collect();
        check(text, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    };
    unused("fn f(x: u8) -> u8 { let y = x; x }", &[25]);
    unused("fn f(x: u8) -> u8 { let _y = x; x }", &[]);
    unused("fn f(x: u8) -> u8 { const C = x; x }", &[27]);
    // One of a tuple is enough.
    unused("fn f(x: u8) -> u8 { let (a, b) = (x, x); a }", &[]);
    unused("fn f(x: u8) -> u8 { let (a, (b, _)) = x; x }", &[26, 30]);
    // A name that is bound again is another.
    unused("fn f(x: u8) -> u8 { let a = x; let a = x; a }", &[25]);
    unused("fn f(x: u8) -> u8 { let a = x; let a = a; a }", &[]);
    unused("fn f(x: u8) -> u8 { let a = x; { let a = u8:2; a } }", &[25]);
    unused("fn f(x: u8) -> u8 { { let a = u8:2; g(x) }; let a = x; a }", &[27]);
    // Patterns that refer, and patterns that bind.
    unused("fn f(x: u8) -> u8 { let a = x; match x { a => x, _ => x } }", &[]);
    unused("const C = u8:1; fn f(x: u8) -> u8 { match x { C => x, y => x } }", &[55]);
    unused("fn f(x: (u8, u8)) -> u8 { match x { (y, z) => y } }", &[]);
    unused("fn f(x: (u8, u8)) -> u8 { match x { (y, z) => u8:1 } }", &[38, 41]);
    unused("fn f(x: E) -> u8 { match x { E::A(y) => u8:1, E::B { z, w: v } => z } }", &[35]);
    // Types, widths, fields.
    unused("fn f() -> u8 { const N = u32:3; let z: uN[N] = uN[N]:1; u8:1 }", &[37]);
    unused("fn f() -> u8 { type T = u8; u8:1 }", &[]);
    unused("fn f(x: u8) -> S { let a = x; S { a } }", &[]);
    unused("fn f(x: u8) -> S { let a = x; S { a: x } }", &[24]);
    // Loops and lambdas.
    unused("fn f(x: u8) -> u8 { for (i, a) in u8:0..u8:3 { let q = i; a }(x) }", &[52]);
    unused("fn f(x: u8) -> u8 { for (i, a) in u8:0..u8:3 { x }(x) }", &[26, 29]);
    unused("fn f(x: u8[2]) -> u8[2] { let n = u8:1; map(x, |v| v + n) }", &[]);
    unused("fn f(x: u8[2]) -> u8[2] { map(x, |v| u8:1) }", &[]);
    // Left out: tests, methods, tokens, procs.
    unused("#[test] fn t() { let z = u8:1; }", &[]);
    unused("#[quickcheck] fn q(x: u8) -> bool { let w = x; true }", &[]);
    unused("struct S {} impl S { fn m(self) -> u8 { let un = u8:1; u8:1 } }", &[]);
    unused("fn f() -> u8 { let t = token(); let s: token = join(t); u8:1 }", &[]);
    unused("proc P { init { u8:0 } config() { () } next(s: u8) { let z = s; s } }", &[]);
}

#[test]
fn statements_without_effect() {
    let useless = "useless_expression_statement";
    let text = "fn f(x: u8) {\n  x;\n  (x);\n  -x;\n  (x, x);\n  [x, x];\n  x as u16;\n  u8:3;\n  S { a: x };\n  x[0:1];\n  \
                match x { _ => x };\n  if x == u8:1 { x } else { x };\n  for (i, a) in x { a }(i);\n  { let z = x; z };\n  zero!<u8>();\n}";
    let expected: Vec<String> =
        (2..=15).map(|line| format!("{line}:{} {useless}", if line == 3 { 4 } else { 3 })).collect();
    check(text, &expected.iter().map(String::as_str).collect::<Vec<_>>());
    let calls =
        "fn f(x: u8) { g(x); { g(x) }; if x == u8:1 { g(x) }; trace_fmt!(\"a\"); assert!(true, \"l\"); x.m(); -g(x); }";
    check(calls, &[]);
    check("fn f(x: u8) -> u8 { g(x); x }", &[]);
    check("fn f() { (); }", &["1:10 useless_expression_statement"]);
}

#[test]
fn unit_at_the_end_of_a_block() {
    check("fn f(x: u8) { g(x); () }", &["1:21 trailing_tuple_after_semi"]);
    check("fn f(x: u8) { () }", &[]);
    check("fn f(x: u8) { g(x); (x,) }", &[]);
    check("fn f(x: u8) { if x == u8:1 { g(x); () } else { () } }", &["1:36 trailing_tuple_after_semi"]);
}

#[test]
fn bindings_of_nothing() {
    check("fn f(x: u8) { let _ = g(x); }", &["1:19 useless_let_binding"]);
    check("struct S {} impl S { fn f(x: u8) { let _ = g(x); } }", &["1:40 useless_let_binding"]);
    check("#[test] fn f() { let (_, _) = g(); }", &[]);
}

#[test]
fn commas_behind_the_last_element() {
    check("fn f(x: u8) -> T { (x, x,) }", &["1:25 single_line_tuple_trailing_comma"]);
    check("fn f(x: u8) -> T { (x, x , ) }", &["1:26 single_line_tuple_trailing_comma"]);
    check("fn f(x: u8) -> T { (x,) }", &[]);
    check("fn f(x: u8) -> T { (x,\n x,) }", &[]);
    check("fn f(x: u8) -> T { (x, (x, x,)) }", &["1:29 single_line_tuple_trailing_comma"]);
}

#[test]
fn names_of_another_style() {
    check("const lower = u8:1;", &["1:7 constant_naming"]);
    check("const UPPER_1' = u8:1;", &[]);
    check("#![allow(nonstandard_constant_naming)]\nconst lower = u8:1; fn f() -> u8 { const c = u8:1; c }", &[]);
    check("struct S {} impl S { const lower = u8:1; }", &["1:28 constant_naming"]);
    check("fn f() -> u8 { const c = u8:1; c }", &["1:22 constant_naming"]);
    check("struct S { fooBar: u8, size_8B: u8, B: u8 }", &["1:12 member_naming", "1:37 member_naming"]);
    check("#![allow(nonstandard_member_naming)]\nstruct S { fooBar: u8 }", &[]);
    check("fn my_test() {}", &["1:4 misleading_function_name"]);
    check("#[test] fn my_test() {}", &[]);
    check("#[cfg(test)] fn util_test() {}", &["1:17 misleading_function_name"]);
}

#[test]
fn conditionals_with_only_fail() {
    check("fn f(x: u8) { if x == u8:1 { fail!(\"a\", ()) } else { () } }", &["1:15 should_use_assert"]);
    check("fn f(x: u8) { if x == u8:1 { fail!(\"a\", ()); } }", &["1:15 should_use_assert"]);
    check("fn f(x: u8) { if x == u8:2 { g() } else if x == u8:1 { fail!(\"a\", ()) } }", &["1:41 should_use_assert"]);
    check("fn f(x: u8) { if x == u8:1 { fail!(\"a\", ()) } else { g() } }", &[]);
}

#[test]
fn names_of_modules() {
    let about = |name: &str| {
        let mut sources = SourceMap::default();
        let file = sources.add("t.x", "").unwrap();
        find(name, &parse_module(&sources, file).module, &sources).len()
    };
    assert_eq!(
        [about("a"), about("_a1"), about("a.b"), about("my-file"), about("9lives"), about("")],
        [0, 0, 0, 1, 1, 1]
    );
}

#[test]
fn kinds_are_switched_by_name() {
    let mut sources = SourceMap::default();
    let file = sources.add("t.x", "fn f(x: u8) { let y = x; if x == u8:1 { fail!(\"a\", ()) } }").unwrap();
    let found = find("t", &parse_module(&sources, file).module, &sources);
    let wanted = |enabled: &Enabled| {
        found.iter().filter(|finding| enabled.wants(finding)).map(|finding| finding.code).collect::<Vec<_>>()
    };
    let mut enabled = Enabled::default();
    assert_eq!(wanted(&enabled), ["unused_definition"]);
    enabled.set("should_use_assert", true).unwrap();
    enabled.set("unused_definition", false).unwrap();
    assert_eq!(wanted(&enabled), ["should_use_assert"]);
    assert!(wanted(&Enabled::none()).is_empty());
    let error = enabled.set("unused_definitions", true).unwrap_err();
    assert_eq!(error.to_string(), "there is no warning `unused_definitions`; did you mean `unused_definition`?");
    assert!(KINDS.windows(2).all(|pair| pair[0].name < pair[1].name));
}
