//! The translation means what the evaluator computes: for some arguments of every function of two files of `testdata/vectors`,
//! which have all operations at all widths that matter, the solver proves that the result is the evaluator's.

mod solver;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use xls_aot_eval::{Evaluator, Options};
use xls_aot_ir::{read_package, Function, Node, NodeId, Op, OpKind, Package, Type, Value};
use xls_aot_smt::{query, Untranslated};
use xls_aot_values::{value, Random};

/// Sets of arguments a function.
const SETS: u64 = 4;

/// Operations that are not translated.
const NOT_TRANSLATED: &[OpKind] = &[
    OpKind::Param,
    OpKind::Umulp,
    OpKind::Smulp,
    OpKind::Invoke,
    OpKind::Map,
    OpKind::CountedFor,
    OpKind::DynamicCountedFor,
    OpKind::AfterAll,
    OpKind::MinDelay,
    OpKind::Assert,
    OpKind::Trace,
    OpKind::Cover,
];

fn package(name: &str) -> Package {
    // Tests run in their crate's folder under cargo, in the workspace's under Bazel.
    let below = format!("testdata/vectors/{name}");
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).map(|root| root.join(&below));
    let file = manifest.filter(|file| file.exists()).unwrap_or_else(|| PathBuf::from(&below));
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    read_package(name, &text).unwrap_or_else(|findings| panic!("{findings}"))
}

/// The function on these arguments as constants, beside its result.
fn with_arguments(function: &Function, arguments: &[Value], result: &Value) -> Function {
    let mut function = function.clone();
    let literal = |value: &Value| Op::Literal { value: Box::new(value.clone()) };
    for (&param, value) in function.params.iter().zip(arguments) {
        function.nodes[param.index()].op = literal(value);
    }
    let ty = function.return_type.clone();
    let node = |op, operands: &[NodeId], ty| Node { op, operands: operands.into(), ty, ..function.nodes[0].clone() };
    let (expected, ret) = (NodeId::new(function.nodes.len()), NodeId::new(function.nodes.len() + 1));
    let added = [
        node(literal(result), &[], ty.clone()),
        node(Op::Tuple, &[function.ret, expected], Type::tuple([ty.clone(), ty])),
    ];
    function.nodes.extend(added);
    Function { params: Vec::new(), ret, ..function }
}

#[test]
fn results_are_those_of_the_evaluator() {
    let Some(solver) = solver::named() else { return };
    let packages = ["edge_cases.ir", "handwritten.ir"].map(package);
    let (mut queries, mut translated) = (Vec::new(), BTreeSet::new());
    for (package, (id, function)) in packages.iter().flat_map(|package| package.iter().map(move |f| (package, f))) {
        let mut evaluator = Evaluator::new(package, Options::default());
        let mut random = Random::new(1, id.index() as u64);
        for _ in 0..SETS {
            let types = function.params.iter().map(|&param| &function.node(param).ty);
            let arguments: Vec<Value> = types.map(|ty| value(&mut random, ty)).collect();
            let outcome = evaluator.run(id, &arguments).unwrap_or_else(|error| panic!("{}: {error}", function.name));
            match query(&with_arguments(function, &arguments, &outcome.value)) {
                Ok(query) => {
                    translated.extend(function.nodes.iter().map(|node| node.op.kind()));
                    queries.push((function, arguments, outcome.value, query));
                }
                Err(Untranslated::NoBits | Untranslated::Token) => {}
                Err(Untranslated::Operation(kind)) => assert!(NOT_TRANSLATED.contains(&kind), "{kind:?}"),
                Err(other) => panic!("{}: {other}", function.name),
            }
        }
    }
    let missing: Vec<_> =
        OpKind::ALL.iter().filter(|kind| !translated.contains(kind) && !NOT_TRANSLATED.contains(kind)).collect();
    assert!(missing.is_empty(), "no function of the files is about {missing:?}");
    let answers = solver::answers(&solver, queries.iter().map(|(_, _, _, query)| query));
    let wrong: Vec<String> = queries
        .iter()
        .zip(&answers)
        .filter(|(_, answer)| *answer != "unsat")
        .map(|((function, arguments, value, _), answer)| {
            format!("{answer}: `{}` of {arguments:?} is {value}", function.name)
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} calls", queries.len());
}

#[test]
fn values_that_differ_for_one_argument_only_are_found() {
    let Some(solver) = solver::named() else { return };
    let text = b"package p
fn f(x: bits[65]) -> (bits[1], bits[1]) {
  c: bits[65] = literal(value=0x1_2345_6789_abcd_ef01)
  a: bits[1] = eq(x, c)
  b: bits[1] = literal(value=0)
  ret r: (bits[1], bits[1]) = tuple(a, b)
}
";
    let package = read_package("p.ir", text).unwrap_or_else(|findings| panic!("{findings}"));
    let query = query(&package.functions[0]).unwrap();
    assert_eq!(solver::answers(&solver, [&query].into_iter()), ["sat"]);
}
