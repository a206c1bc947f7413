//! Every rewrite, exhaustively at small widths: each rule has at least one function (`tests/rules/*.ir`) to which it is
//! applied, and of which all arguments are tried, at most 8 bits in total.
//!
//! A file holds packages, each with one function; its `package` line names the rule that it is there for.

use std::collections::BTreeSet;

use xls_aot_eval::{Evaluator, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, Package, Type, Value};
use xls_aot_opt::{optimize_with_report, rule_names, OptLevel, Options, Topic};

/// The files, by topic.
const FILES: &[(&str, &str)] = &[
    ("arithmetic.ir", include_str!("rules/arithmetic.ir")),
    ("logic.ir", include_str!("rules/logic.ir")),
    ("compare.ir", include_str!("rules/compare.ir")),
    ("select.ir", include_str!("rules/select.ir")),
    ("implied.ir", include_str!("rules/implied.ir")),
    ("slice.ir", include_str!("rules/slice.ir")),
    ("scan.ir", include_str!("rules/scan.ir")),
    ("aggregate.ir", include_str!("rules/aggregate.ir")),
    ("effect.ir", include_str!("rules/effect.ir")),
];

/// A function and the rule that it is there for.
struct Case {
    rule: String,
    place: String,
    package: Package,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for (file, text) in FILES {
        let starts: Vec<usize> = text.match_indices("package ").map(|(at, _)| at).collect();
        for (i, &start) in starts.iter().enumerate() {
            let part = &text[start..starts.get(i + 1).copied().unwrap_or(text.len())];
            let place = format!("{file}, package at line {}", 1 + text[..start].matches('\n').count());
            let package = read_package(&place, part.as_bytes()).unwrap_or_else(|findings| panic!("{findings}"));
            cases.push(Case { rule: package.name.to_string(), place, package });
        }
    }
    cases
}

fn top(package: &Package) -> FuncId {
    FuncId::new(package.functions.len() - 1)
}

/// Takes the next bits of `bits` for a value of type `ty`.
fn take(ty: &Type, bits: &mut u32) -> Value {
    match ty {
        Type::Bits(width) => {
            let value = Bits::from_u64(*width, u64::from(*bits));
            *bits >>= width;
            Value::Bits(value)
        }
        Type::Token => Value::Token,
        Type::Tuple(types) => Value::Tuple(types.iter().map(|ty| take(ty, bits)).collect()),
        Type::Array(array) => Value::Array((0..array.len).map(|_| take(&array.element, bits)).collect()),
    }
}

/// All arguments of the package's last function.
fn arguments(case: &Case) -> Vec<Vec<Value>> {
    let function = case.package.function(top(&case.package));
    let types: Vec<&Type> = function.params.iter().map(|&param| &function.node(param).ty).collect();
    let count: u64 = types.iter().map(|ty| ty.flat_bit_count().unwrap()).sum();
    assert!(count <= 8, "{}: {count} bits of arguments are too many", case.place);
    (0..1u32 << count).map(|mut bits| types.iter().map(|ty| take(ty, &mut bits)).collect()).collect()
}

/// Everything that a call shows.
fn results(package: &Package, arguments: &[Vec<Value>]) -> Vec<(Value, Vec<String>, Vec<String>)> {
    let mut evaluator = Evaluator::new(package, EvalOptions::default());
    let run = |args: &Vec<Value>| {
        let outcome = evaluator.run(top(package), args).unwrap_or_else(|e| panic!("{e}\n{}", print_package(package)));
        let asserts = outcome.asserts.iter().map(|failure| failure.message(package).to_owned()).collect();
        (outcome.value, asserts, outcome.traces.into_iter().map(|trace| trace.text).collect())
    };
    arguments.iter().map(run).collect()
}

fn check(
    case: &Case,
    arguments: &[Vec<Value>],
    expected: &[(Value, Vec<String>, Vec<String>)],
    disabled: Option<Topic>,
) {
    let options = Options { disabled: disabled.into_iter().collect(), ..Options::new(OptLevel::Full) };
    let (optimised, report) = optimize_with_report(&case.package, top(&case.package), &options).unwrap();
    let text = print_package(&optimised);
    let findings = verify(&optimised);
    assert!(findings.is_empty(), "{} without {disabled:?}: {}\n{text}", case.place, findings[0]);
    if disabled.is_none() {
        assert!(report.applied.contains_key(&*case.rule), "{}: `{}` was not applied\n{text}", case.place, case.rule);
    }
    for ((got, expected), args) in results(&optimised, arguments).iter().zip(expected).zip(arguments) {
        assert_eq!(got, expected, "{} without {disabled:?}, `{}` of {args:?}\n{text}", case.place, case.rule);
    }
    // The text is read again as the same package.
    let again = read_package("printed", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"));
    assert_eq!(print_package(&again), text);
}

#[test]
fn every_rule_keeps_every_result() {
    for case in cases() {
        let arguments = arguments(&case);
        let expected = results(&case.package, &arguments);
        check(&case, &arguments, &expected, None);
        for &topic in Topic::ALL {
            check(&case, &arguments, &expected, Some(topic));
        }
    }
}

#[test]
fn every_rule_has_a_case() {
    let tested: BTreeSet<String> = cases().into_iter().map(|case| case.rule).collect();
    let rules = rule_names();
    let missing: Vec<_> = rules.iter().map(|(name, _)| *name).filter(|&name| !tested.contains(name)).collect();
    assert!(missing.is_empty(), "no function in tests/rules is there for: {}", missing.join(", "));
    let unknown: Vec<_> = tested.iter().filter(|&name| !rules.iter().any(|(rule, _)| rule == name)).collect();
    assert!(unknown.is_empty(), "no such rules: {unknown:?}");
}

#[test]
fn nothing_is_changed_without_optimisation() {
    for case in cases() {
        let (same, _) = optimize_with_report(&case.package, top(&case.package), &Options::new(OptLevel::None)).unwrap();
        assert_eq!(same.functions, case.package.functions, "{}", case.place);
    }
}

#[test]
fn the_result_is_the_same_each_time() {
    for case in cases() {
        let once =
            || print_package(&optimize_with_report(&case.package, top(&case.package), &Options::default()).unwrap().0);
        assert_eq!(once(), once(), "{}", case.place);
    }
}
