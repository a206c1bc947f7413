//! Constants that the optimiser computes, against the independent definitions.
//!
//! The optimiser computes constants with the evaluator, which judges it everywhere else. Here every operation is applied
//! to constants, optimised, and compared with a definition that shares no code with the evaluator.

use xls_aot_independent::{probes, run, Value};
use xls_aot_ir::{read_package, FuncId, Function, Node, NodeId, Op, Package, Span};
use xls_aot_opt::{optimize_with_report, OptLevel, Options};

/// Calls of each function that become constants.
const CALLS: usize = 3;

fn node(op: Op, operands: Vec<NodeId>, ty: xls_aot_ir::Type, id: u64) -> Node {
    let span = Span::default();
    Node { op, operands: operands.into(), ty, name: None, id, positions: Default::default(), span }
}

/// Adds a function without parameters that calls `callee` with constants.
fn add_call(package: &mut Package, callee: FuncId, arguments: &[Value]) -> FuncId {
    let mut id = package.functions.iter().flat_map(|f| &f.nodes).map(|node| node.id).max().unwrap_or(0);
    let mut next_id = || {
        id += 1;
        id
    };
    let called = package.function(callee);
    let mut nodes = Vec::new();
    for (&param, argument) in called.params.iter().zip(arguments) {
        let literal = Op::Literal { value: Box::new(argument.to_ir()) };
        nodes.push(node(literal, Vec::new(), called.node(param).ty.clone(), next_id()));
    }
    let operands: Vec<NodeId> = (0..nodes.len()).map(NodeId::new).collect();
    let ret = NodeId::new(nodes.len());
    let return_type = called.return_type.clone();
    nodes.push(node(Op::Invoke { to_apply: callee }, operands, return_type.clone(), next_id()));
    let (attributes, span) = (Vec::new(), Span::default());
    package.functions.push(Function {
        name: "constant".into(),
        params: Vec::new(),
        nodes,
        ret,
        return_type,
        attributes,
        span,
    });
    FuncId::new(package.functions.len() - 1)
}

/// The value and the failed assertions' messages.
fn outcome(package: &Package, function: FuncId, arguments: &[Value]) -> (Value, Vec<String>) {
    let outcome = run(package, function, arguments).expect("specified calls only");
    let message = |(function, node): (FuncId, NodeId)| match &package.function(function).node(node).op {
        Op::Assert { message, .. } => message.to_string(),
        other => panic!("{other:?} is no assertion"),
    };
    (outcome.value, outcome.asserts.into_iter().map(message).collect())
}

/// Compares each function on constants; how many became one constant.
fn check(text: &str, seed: u64) -> usize {
    let mut package = read_package("probes.ir", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}"));
    let mut arguments = probes::Arguments::new(seed);
    let mut constants = 0;
    for index in 0..package.functions.len() {
        let callee = FuncId::new(index);
        let function = package.function(callee);
        if function.name.starts_with("part_") {
            continue;
        }
        let (name, types) = (
            function.name.clone(),
            function.params.iter().map(|&param| function.node(param).ty.clone()).collect::<Vec<_>>(),
        );
        for call in 0..CALLS {
            let arguments: Vec<_> = types.iter().map(|ty| arguments.of(ty, call)).collect();
            let top = add_call(&mut package, callee, &arguments);
            let (optimised, report) = optimize_with_report(&package, top, &Options::new(OptLevel::Full)).unwrap();
            package.functions.pop();
            let new_top = FuncId::new(optimised.functions.len() - 1);
            assert_eq!(outcome(&optimised, new_top, &[]), outcome(&package, callee, &arguments), "{name}{arguments:?}");
            constants += usize::from(report.nodes_after == 1);
        }
    }
    constants
}

macro_rules! widths {
    ($($name:ident: $($width:literal)*;)*) => {
        $(#[test]
        fn $name() {
            for width in [$($width),*] {
                let constants = check(&probes::package(width), 100 + u64::from(width));
                assert!(constants >= 1000, "{constants} calls at width {width} became constants");
            }
        })*

        #[test]
        fn all_widths_of_the_list_are_folded() {
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
fn small_functions() {
    let constants = check(&probes::small(), 1);
    assert!(constants >= 4000, "{constants} calls of small functions became constants");
}
