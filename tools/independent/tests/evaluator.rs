//! The evaluator against the independent definitions: every operation at every width of the list on corner and random
//! arguments, and at small widths on all arguments.

use std::collections::{BTreeMap, BTreeSet};

use xls_aot_eval::{Evaluator, Options};
use xls_aot_independent::{probes, run, Outcome, Value};
use xls_aot_ir::{read_package, FuncId, Package, Type, MNEMONICS};

/// Calls of each function on corner and random arguments.
const CALLS: usize = 10;

/// Most bits of arguments of which all values are tried.
const MAX_BITS: u32 = 10;

fn read(text: &str) -> Package {
    read_package("probes.ir", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"))
}

fn parameter_types(package: &Package, function: FuncId) -> Vec<Type> {
    let function = package.function(function);
    function.params.iter().map(|&param| function.node(param).ty.clone()).collect()
}

/// The functions that are called, without their callees.
fn entries(package: &Package) -> impl Iterator<Item = FuncId> + '_ {
    package.iter().filter(|(_, function)| !function.name.starts_with("part_")).map(|(id, _)| id)
}

/// Runs one call on both, and compares values, failed assertions and traces.
fn compare(package: &Package, evaluator: &mut Evaluator<'_>, function: FuncId, arguments: &[Value]) {
    let name = &package.function(function).name;
    let shown = || arguments.iter().map(|argument| argument.to_ir().to_string()).collect::<Vec<_>>().join(", ");
    let expected = run(package, function, arguments).unwrap_or_else(|_| panic!("{name}({}) is not specified", shown()));
    let given: Vec<_> = arguments.iter().map(Value::to_ir).collect();
    let found = evaluator.run(function, &given).unwrap_or_else(|error| panic!("{name}({}): {error}", shown()));
    let found = Outcome {
        value: Value::from_ir(&found.value),
        asserts: found.asserts.iter().map(|failure| (failure.function, failure.node)).collect(),
        traces: found.traces.into_iter().map(|trace| (trace.text, trace.verbosity)).collect(),
    };
    assert_eq!(found, expected, "{name}({})", shown());
}

/// The names of the operations that a package has.
fn operations(package: &Package) -> BTreeSet<&'static str> {
    package.iter().flat_map(|(_, function)| &function.nodes).map(|node| node.op.mnemonic()).collect()
}

fn check_width(width: u32) {
    let mut found = BTreeSet::new();
    for text in [probes::package(width), probes::observed(width)] {
        let package = read(&text);
        let mut evaluator = Evaluator::new(&package, Options::default());
        let mut arguments = probes::Arguments::new(u64::from(width) + 1);
        for function in entries(&package) {
            let types = parameter_types(&package, function);
            for call in 0..CALLS {
                let arguments: Vec<_> = types.iter().map(|ty| arguments.of(ty, call)).collect();
                compare(&package, &mut evaluator, function, &arguments);
            }
        }
        found.append(&mut operations(&package));
    }
    // The verifier refuses to extend the sign of no bits.
    let is_possible = |name: &&str| width > 0 || *name != "sign_ext";
    let expected: BTreeSet<_> = MNEMONICS.iter().copied().filter(is_possible).collect();
    assert_eq!(found, expected, "operations compared at width {width}");
}

macro_rules! widths {
    ($($name:ident: $($width:literal)*;)*) => {
        $(#[test]
        fn $name() {
            for width in [$($width),*] {
                check_width(width);
            }
        })*

        #[test]
        fn all_widths_of_the_list_are_compared() {
            assert_eq!([$($($width),*),*], *probes::WIDTHS);
        }
    };
}

widths! {
    small_widths: 0 1 7 8;
    around_32: 32 33;
    around_64: 63 64 65;
    around_128: 127 128 129;
    around_256: 256 257;
    around_512: 512 513 523;
    wide: 1200;
}

#[test]
fn small_functions_on_all_arguments() {
    let package = read(&probes::small());
    let mut evaluator = Evaluator::new(&package, Options::default());
    // How many calls reach each operation.
    let mut calls: BTreeMap<&str, usize> = BTreeMap::new();
    for function in entries(&package) {
        let types = parameter_types(&package, function);
        let all = probes::all_arguments(&types, MAX_BITS);
        let all = all.unwrap_or_else(|| panic!("`{}` has too many bits of arguments", package.function(function).name));
        for arguments in &all {
            compare(&package, &mut evaluator, function, arguments);
        }
        for node in &package.function(function).nodes {
            *calls.entry(node.op.mnemonic()).or_default() += all.len();
        }
    }
    // A unary operation has 31 values at widths 0 to 4. What applies a function, or has effects, is compared at the widths above.
    let elsewhere = ["after_all", "assert", "counted_for", "cover", "invoke", "map", "min_delay", "trace"];
    for name in MNEMONICS.iter().filter(|name| !elsewhere.contains(name)) {
        let count = calls.get(name).copied().unwrap_or(0);
        assert!(count >= 31, "`{name}` is compared on {count} arguments only");
    }
}

#[test]
fn loops_without_an_end_are_refused_by_both() {
    let text = "package p
fn part_body(i: bits[4], s: bits[8]) -> bits[8] {
  ret r: bits[8] = not(s)
}
fn f(n: bits[3], d: bits[3]) -> bits[8] {
  z: bits[8] = literal(value=1)
  ret r: bits[8] = dynamic_counted_for(z, n, d, body=part_body)
}
";
    let package = read(text);
    let mut evaluator = Evaluator::new(&package, Options::default());
    let function = package.find_function("f").unwrap();
    let mut refused = 0;
    for arguments in probes::all_arguments(&parameter_types(&package, function), MAX_BITS).unwrap() {
        if run(&package, function, &arguments).is_ok() {
            compare(&package, &mut evaluator, function, &arguments);
        } else {
            refused += 1;
            let given: Vec<_> = arguments.iter().map(Value::to_ir).collect();
            let error = evaluator.run(function, &given).unwrap_err().to_string();
            assert!(error.contains("the loop has no end"), "{error}");
        }
    }
    // 3 * 3 to 7 * 3 (5), 4 * 2 to 7 * 2 (4); -4 * 3 to -4 * 7 (5), -3 * 3 to -3 * 7 (5), -2 * 5 to -2 * 7 (3).
    assert_eq!(refused, 22);
}
