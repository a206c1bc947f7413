//! The pipeline as a whole: passes and hooks, growth, effects and their order, signatures.

use std::cell::RefCell;
use std::fmt::Write;

use xls_aot_eval::{evaluate, Options as EvalOptions};
use xls_aot_ir::{print_package, read_package, verify, Bits, FuncId, Op, Package, Value};
use xls_aot_opt::{optimize, optimize_roots, optimize_with_report, OptLevel, Options, Topic, PASSES};

fn read(text: &str) -> Package {
    read_package("test.ir", text.as_bytes()).unwrap_or_else(|findings| panic!("{findings}\n{text}"))
}

fn top(package: &Package) -> FuncId {
    FuncId::new(package.functions.len() - 1)
}

fn full(package: &Package) -> Package {
    let optimised = optimize(package, top(package), &Options::new(OptLevel::Full)).unwrap();
    let findings = verify(&optimised);
    assert!(findings.is_empty(), "{}\n{}", findings[0], print_package(&optimised));
    optimised
}

/// Each function calls the one before twice.
fn doubling(levels: usize, effect: &str) -> String {
    let mut text = format!("package p\n\nfn f0(x: bits[32]) -> bits[32] {{\n{effect}  ret y: bits[32] = neg(x)\n}}\n");
    for level in 1..=levels {
        let (below, odd) = (level - 1, 2 * level + 1);
        let marker = if level == levels { "top " } else { "" };
        writeln!(text, "\n{marker}fn f{level}(x: bits[32]) -> bits[32] {{").unwrap();
        writeln!(text, "  k: bits[32] = literal(value={odd})\n  a: bits[32] = invoke(x, to_apply=f{below})").unwrap();
        writeln!(text, "  s: bits[32] = umul(a, k)\n  b: bits[32] = invoke(s, to_apply=f{below})").unwrap();
        writeln!(text, "  ret r: bits[32] = xor(a, b)\n}}").unwrap();
    }
    text
}

#[test]
fn hooks_see_every_pass_and_a_verified_package() {
    let package = read(&doubling(3, ""));
    let seen = RefCell::new(Vec::new());
    let hook = |pass: &str, package: &Package| {
        assert!(verify(package).is_empty(), "after {pass}");
        seen.borrow_mut().push(pass.to_owned());
    };
    let options = Options { print_after: Some(&hook), ..Options::new(OptLevel::Full) };
    optimize(&package, top(&package), &options).unwrap();
    assert_eq!(*seen.borrow(), PASSES);
}

#[test]
fn small_call_trees_become_one_function() {
    let optimised = full(&read(&doubling(4, "")));
    assert_eq!(optimised.functions.len(), 1);
}

/// All of them are small enough to be inlined wherever they are called.
#[test]
fn each_root_stays_whether_it_is_called_or_not() {
    let package = read(&doubling(3, ""));
    let id = |name: &str| package.find_function(name).unwrap();
    let roots = [id("f3"), id("f0"), id("f2")];
    let optimised = optimize_roots(&package, &roots, &Options::new(OptLevel::Full)).unwrap();
    assert!(verify(&optimised.package).is_empty());
    let names: Vec<&str> = optimised.roots.iter().map(|&root| &*optimised.package.function(root).name).collect();
    assert_eq!(names, ["f3", "f0", "f2"]);
    assert_eq!(optimised.package.functions.len(), 3, "f1 is inlined and no root");
    for (&root, &source) in optimised.roots.iter().zip(&roots) {
        let arguments = [Value::Bits(Bits::from_u64(32, 0x1234_5678))];
        let run = |package, function| evaluate(package, function, &arguments, &EvalOptions::default()).unwrap().value;
        assert_eq!(run(&optimised.package, root), run(&package, source));
    }
    // Without optimisation too, nothing is lost.
    let same = optimize_roots(&package, &roots, &Options::new(OptLevel::None)).unwrap();
    assert_eq!((same.package.functions.len(), same.roots.len()), (4, 3));
}

#[test]
fn growth_is_bounded() {
    let package = read(&doubling(40, ""));
    let (optimised, report) = optimize_with_report(&package, top(&package), &Options::new(OptLevel::Full)).unwrap();
    assert!(verify(&optimised).is_empty());
    // Written out in full it would be 2^40 nodes.
    assert!(report.nodes_after < 400_000, "{}", report.nodes_after);
}

#[test]
fn without_inlining_calls_stay() {
    let package = read(&doubling(4, ""));
    let options = Options { disabled: [Topic::Inline].into(), ..Options::new(OptLevel::Full) };
    assert_eq!(optimize(&package, top(&package), &options).unwrap().functions.len(), package.functions.len());
}

/// The evaluator is what compiled code is compared with: a test that must not depend on it switches this off.
#[test]
fn without_folding_the_evaluator_computes_nothing() {
    let package = read(
        "package p\n\ntop fn f() -> bits[70] {\n  a: bits[70] = literal(value=0x3f_ffff_ffff_ffff_0001)\n  \
         b: bits[70] = literal(value=12345)\n  ret q: bits[70] = udiv(a, b)\n}\n",
    );
    let applied = |disabled| {
        let options = Options { disabled, ..Options::new(OptLevel::Full) };
        let (optimised, report) = optimize_with_report(&package, top(&package), &options).unwrap();
        let divides = optimised.functions[0].nodes.iter().any(|node| node.op == Op::Udiv);
        (report.applied.contains_key("constant_operands"), divides)
    };
    assert_eq!(applied([].into()), (true, false));
    assert_eq!(applied([Topic::Fold].into()), (false, true));
}

#[test]
fn equal_assertions_all_stay_and_keep_their_order() {
    let effect = "  t: token = after_all()\n  c: bits[32] = literal(value=7)\n  n: bits[1] = ne(x, c)\n  \
                  u: token = assert(t, n, message=\"seven\")\n";
    let package = read(&doubling(2, effect));
    let optimised = full(&package);
    let asserts =
        |p: &Package| p.functions.iter().flat_map(|f| &f.nodes).filter(|n| matches!(n.op, Op::Assert { .. })).count();
    assert_eq!((asserts(&package), asserts(&optimised)), (1, 4));
    for x in [0u64, 7, 0xffff_fff9] {
        let args = [Value::Bits(Bits::from_u64(32, x))];
        let before = evaluate(&package, top(&package), &args, &EvalOptions::default()).unwrap();
        let after = evaluate(&optimised, top(&optimised), &args, &EvalOptions::default()).unwrap();
        assert_eq!((before.value, before.asserts.len()), (after.value, after.asserts.len()));
    }
}

#[test]
fn a_call_for_its_events_only_stays() {
    let package = read(
        "package p\n\nfn g(x: bits[8]) -> () {\n  t: token = after_all()\n  z: bits[8] = literal(value=0)\n  \
         n: bits[1] = ne(x, z)\n  u: token = assert(t, n, message=\"zero\")\n  ret r: () = tuple()\n}\n\n\
         top fn f(x: bits[8]) -> bits[8] {\n  c: () = counted_for(v, trip_count=1000000, stride=0, body=h, invariant_args=[x])\n  \
         ret r: bits[8] = not(x)\n}\n"
            .replace("  c: ()", "  v: () = tuple()\n  c: ()")
            .replace("top fn", "fn h(i: bits[32], s: (), x: bits[8]) -> () {\n  ret r: () = invoke(x, to_apply=g)\n}\n\ntop fn")
            .as_str(),
    );
    let optimised = full(&package);
    let text = print_package(&optimised);
    assert!(text.contains("counted_for") && text.contains("assert"), "{text}");
}

#[test]
fn signatures_and_parameters_stay() {
    let package = read(
        "package p\n\ntop fn f(unused: bits[8], x: (bits[0], token), add.7: bits[3] id=7) -> (bits[0], token) {\n  \
         ret r: (bits[0], token) = identity(x)\n}\n"
            .replace("add.7: bits[3] id=7", "y: bits[3] id=7")
            .as_str(),
    );
    let optimised = full(&package);
    assert_eq!(optimised.functions[0].signature(), package.functions[0].signature());
    assert_eq!(optimised.functions[0].nodes.len(), 3);
}

#[test]
fn long_chains_need_no_stack() {
    let mut text = String::from("package p\n\ntop fn f(x: bits[8]) -> bits[8] {\n  v0: bits[8] = not(x)\n");
    let count = 60_000;
    for i in 1..count {
        writeln!(
            text,
            "  v{i}: bits[8] = {}",
            match i % 3 {
                0 => format!("zero_ext(v{}, new_bit_count=8)", i - 1),
                1 => format!("xor(v{}, x)", i - 1),
                _ => format!("identity(v{})", i - 1),
            }
        )
        .unwrap();
    }
    writeln!(text, "  ret r: bits[8] = add(v{}, x)\n}}", count - 1).unwrap();
    let package = read(&text);
    for disabled in [None, Some(Topic::Slice), Some(Topic::Logic), Some(Topic::Token), Some(Topic::Cse)] {
        let options = Options { disabled: disabled.into_iter().collect(), ..Options::new(OptLevel::Full) };
        assert!(verify(&optimize(&package, top(&package), &options).unwrap()).is_empty());
    }
}

/// A loop whose body rotates by table entries, and passes the table on to a loop in it.
const TABLES: &str = "package p

fn inner(i: bits[32], s: bits[32], table: bits[5][4]) -> bits[32] {
  one: bits[32] = literal(value=1)
  k: bits[5] = array_index(table, indices=[one])
  x: bits[32] = shll(s, k)
  ret r: bits[32] = add(x, i)
}

fn outer(i: bits[32], s: (bits[32], bits[5][4], bits[32]), by: (bits[5], bits[32])) -> (bits[32], bits[5][4], bits[32]) {
  x: bits[32] = tuple_index(s, index=0)
  table: bits[5][4] = tuple_index(s, index=1)
  m: bits[32] = tuple_index(s, index=2)
  k: bits[5] = tuple_index(by, index=0)
  z: bits[32] = tuple_index(by, index=1)
  y: bits[32] = shrl(x, k)
  l: bits[32] = counted_for(y, trip_count=1000, stride=1, body=inner, invariant_args=[table])
  w: bits[32] = xor(l, m, z)
  ret r: (bits[32], bits[5][4], bits[32]) = tuple(w, table, m)
}

top fn f(x: bits[32], z: bits[32]) -> (bits[32], bits[5][4], bits[32]) {
  table: bits[5][4] = literal(value=[1, 2, 3, 4])
  k: bits[5] = literal(value=7)
  m: bits[32] = literal(value=99)
  s: (bits[32], bits[5][4], bits[32]) = tuple(x, table, m)
  by: (bits[5], bits[32]) = tuple(k, z)
  ret r: (bits[32], bits[5][4], bits[32]) = counted_for(s, trip_count=1001, stride=1, body=outer, invariant_args=[by])
}
";

#[test]
fn literals_reach_the_bodies_of_loops() {
    let package = read(TABLES);
    let optimised = full(&package);
    let signatures: Vec<String> = optimised.functions.iter().map(|function| function.signature()).collect();
    assert_eq!(
        signatures,
        [
            "fn inner(i: bits[32], s: bits[32]) -> bits[32]",
            "fn outer(i: bits[32], s: (bits[32]), part_2: bits[32]) -> (bits[32])",
            "fn f(x: bits[32], z: bits[32]) -> (bits[32], bits[5][4], bits[32])",
        ]
    );
    let shifts = optimised.functions.iter().flat_map(|f| &f.nodes).filter(|n| matches!(n.op, Op::Shll | Op::Shrl));
    assert_eq!(shifts.count(), 0, "shifts by literals are slices");
    let short = |text: &str| read(&text.replace("1001", "3").replace("1000", "5"));
    let (package, args) = (short(TABLES), [Value::Bits(Bits::from_u64(32, 0x1234_5678)), Value::Bits(Bits::ones(32))]);
    let run = |package: &Package| evaluate(package, top(package), &args, &EvalOptions::default()).unwrap().value;
    assert_eq!(run(&full(&package)), run(&package));
}

#[test]
fn without_the_topic_arguments_of_loops_stay() {
    let package = read(TABLES);
    let options = Options { disabled: [Topic::Invariants].into(), ..Options::new(OptLevel::Full) };
    let optimised = optimize(&package, top(&package), &options).unwrap();
    assert_eq!(optimised.functions[0].signature(), package.functions[0].signature());
}

/// The body selects one of many operations by a number that is halved in each iteration: a copy with a known number is light.
#[test]
fn loops_whose_copies_are_light_are_written_out() {
    let mut text =
        String::from("package p\n\nfn body(i: bits[32], s: (bits[32], bits[16])) -> (bits[32], bits[16]) {\n");
    text += "  x: bits[32] = tuple_index(s, index=0)\n  n: bits[16] = tuple_index(s, index=1)\n";
    let mut cases = String::new();
    for case in 0..400 {
        writeln!(text, "  k{case}: bits[16] = literal(value={case})\n  e{case}: bits[1] = eq(n, k{case})").unwrap();
        writeln!(text, "  c{case}: bits[32] = literal(value={})\n  a{case}: bits[32] = umul(x, c{case})", 2 * case + 3)
            .unwrap();
        let before = if case == 0 { "x".to_owned() } else { format!("v{}", case - 1) };
        writeln!(text, "  v{case}: bits[32] = sel(e{case}, cases=[{before}, a{case}])").unwrap();
        cases = format!("v{case}");
    }
    text += "  one: bits[16] = literal(value=1)\n  h: bits[16] = shrl(n, one)\n";
    writeln!(text, "  ret r: (bits[32], bits[16]) = tuple({cases}, h)\n}}\n").unwrap();
    let top_of = |first: &str| {
        format!(
            "{text}top fn f(x: bits[32], n: bits[16]) -> (bits[32], bits[16]) {{\n  k: bits[16] = literal(value=300)\n  \
             s: (bits[32], bits[16]) = tuple(x, {first})\n  \
             ret r: (bits[32], bits[16]) = counted_for(s, trip_count=12, stride=1, body=body)\n}}\n"
        )
    };
    let (light, heavy) = (full(&read(&top_of("k"))), full(&read(&top_of("n"))));
    assert_eq!((light.functions.len(), heavy.functions.len()), (1, 2));
    assert!(light.functions[0].nodes.len() < 40, "{}", print_package(&light));
}

/// Each level has a hundred times the element below, so that looking at each would take for ever.
/// A step of a conversion to decimal digits: the sum of the digit and 3 is not a part of a longer sum, because the comparison needs
/// the digit itself.
#[test]
fn a_concatenation_that_is_computed_anyway_is_not_made_longer() {
    let text = "package p

top fn f(x: bits[4], y: bits[4]) -> bits[4] {
  low: bits[3] = bit_slice(x, start=0, width=3)
  carry: bits[1] = bit_slice(y, start=3, width=1)
  digit: bits[4] = concat(low, carry)
  three: bits[4] = literal(value=3)
  four: bits[4] = literal(value=4)
  above: bits[1] = ugt(digit, four)
  sum: bits[4] = add(digit, three)
  ret r: bits[4] = sel(above, cases=[digit, sum])
}
";
    let optimised = full(&read(text));
    let sums = optimised.function(top(&optimised)).nodes.iter().filter(|node| node.op == Op::Add);
    let widths: Vec<_> = sums.map(|node| node.ty.bit_count()).collect();
    assert_eq!(widths, [Some(4)], "{}", print_package(&optimised));
}

/// As a square root finds its bits: each step uses all bits so far. They are put together bit by bit, not anew in each step. A
/// selector is left whole, because its single bits are looked at.
#[test]
fn concatenations_that_grow_are_put_together_once() {
    let steps = 20;
    let mut text = "package p\n\ntop fn f(x: bits[32], y: bits[32]) -> (bits[32], bits[32]) {\n".to_owned();
    text += "  one: bits[2] = literal(value=1)\n  sum0: bits[32] = add(x, y)\n  b0: bits[1] = ult(x, y)\n";
    let mut bits = "b0".to_owned();
    for step in 1..=steps {
        writeln!(text, "  r{step}: bits[{}] = concat({bits}, one)", step + 2).unwrap();
        writeln!(text, "  w{step}: bits[32] = zero_ext(r{step}, new_bit_count=32)").unwrap();
        writeln!(text, "  b{step}: bits[1] = uge(sum{}, w{step})", step - 1).unwrap();
        writeln!(text, "  sum{step}: bits[32] = add(sum{}, w{step})", step - 1).unwrap();
        write!(bits, ", b{step}").unwrap();
    }
    writeln!(text, "  s: bits[3] = concat(b0, b1, b2)").unwrap();
    writeln!(text, "  k: bits[32] = priority_sel(s, cases=[x, y, sum1], default=sum2)").unwrap();
    writeln!(text, "  ret r: (bits[32], bits[32]) = tuple(sum{steps}, k)\n}}").unwrap();
    let package = read(&text);
    let optimised = full(&package);
    let nodes = &optimised.function(top(&optimised)).nodes;
    let operands = |node: &&xls_aot_ir::Node| node.op == Op::Concat && node.operands.len() > 2;
    let long: Vec<usize> = nodes.iter().filter(operands).map(|node| node.operands.len()).collect();
    assert_eq!(long, [3], "{}", print_package(&optimised));
    for (x, y) in [(0, 0), (1, 2), (u32::MAX, 7), (0x1234_5678, 0x1234_5679), (3, 0x8000_0000)] {
        let args = [x, y].map(|value| Value::Bits(Bits::from_u64(32, value.into())));
        let run = |package: &Package| evaluate(package, top(package), &args, &EvalOptions::default()).unwrap().value;
        assert_eq!(run(&optimised), run(&package), "{x} {y}");
    }
}

/// As a decoder that corrects errors: the distance of the shift is put together from single bits, and it is compared, not its bits.
#[test]
fn a_concatenation_that_is_needed_anyway_is_compared_whole() {
    let text = "package p\n
top fn f(a: bits[9], b: bits[9], c: bits[9], d: bits[64]) -> (bits[64], bits[1]) {
  x: bits[1] = xor_reduce(a)
  y: bits[1] = xor_reduce(b)
  z: bits[1] = xor_reduce(c)
  distance: bits[3] = concat(x, y, z)
  zero: bits[3] = literal(value=0)
  shifted: bits[64] = shll(d, distance)
  is_shifted: bits[1] = ne(distance, zero)
  ret r: (bits[64], bits[1]) = tuple(shifted, is_shifted)
}
";
    let optimised = full(&read(text));
    let count = |op: &Op| optimised.function(top(&optimised)).nodes.iter().filter(|node| node.op == *op).count();
    assert_eq!((count(&Op::Ne), count(&Op::Or)), (1, 0), "{}", print_package(&optimised));
}

#[test]
fn arrays_of_arrays_are_not_looked_at_one_by_one() {
    let mut ty = "bits[1]".to_owned();
    let mut made = String::from("  k: bits[1] = literal(value=1)\n  a0: bits[1] = not(x)\n");
    for level in 1..=5 {
        ty += "[100]";
        let elements = vec![format!("a{}", level - 1); 100].join(", ");
        writeln!(made, "  a{level}: {ty} = array({elements})").unwrap();
    }
    let package = read(&format!(
        "package p\n\nfn body(i: bits[32], s: bits[1], t: {ty}, k: bits[1]) -> bits[1] {{\n  \
         e: bits[1] = array_index(t, indices=[i, i, i, i, i])\n  ret r: bits[1] = xor(s, e, k)\n}}\n\n\
         top fn f(x: bits[1]) -> bits[1] {{\n{made}  \
         ret r: bits[1] = counted_for(x, trip_count=100000, stride=1, body=body, invariant_args=[a5, k])\n}}\n"
    ));
    assert_eq!(full(&package).functions[0].params.len(), 3, "only the literal is gone");
}
