//! Proves the rules of the optimiser at full width with an SMT solver.
//!
//! The queries come from the rules themselves: the optimiser runs on the functions of `tools/opt/tests/rules`, which are there one
//! a rule, and on those of `rules.ir`, at several widths, and hands on each rewrite that a rule makes. A rewrite is proved for all arguments.
//!
//! Every rule is proved at the widths of [`WIDTHS`], or listed in [`NOT_PROVED`] with the widths that are missing and the reason.
//!
//! The solver is the program that `XLS_AOT_SMT` names, such as the `z3` of the Python package z3-solver (`.ci/proofs`).

mod not_proved;
#[path = "../solver/mod.rs"]
mod solver;
mod wider;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use not_proved::{HARD, NOT_PROVED, SINGLE_BITS};
use xls_aot_ir::{print_package, read_package, verify, FuncId, Package, Type};
use xls_aot_opt::{optimize, rule_names, OptLevel, Options};
use xls_aot_smt::query;

/// The widths at which rules are proved.
const WIDTHS: &[u32] = &[8, 32, 64, 65];

/// The functions that rules are applied to, as the optimiser's own tests have them.
const FILES: &[&str] = &[
    include_str!("../../../opt/tests/rules/arithmetic.ir"),
    include_str!("../../../opt/tests/rules/logic.ir"),
    include_str!("../../../opt/tests/rules/compare.ir"),
    include_str!("../../../opt/tests/rules/select.ir"),
    include_str!("../../../opt/tests/rules/implied.ir"),
    include_str!("../../../opt/tests/rules/slice.ir"),
    include_str!("../../../opt/tests/rules/scan.ir"),
    include_str!("../../../opt/tests/rules/aggregate.ir"),
    include_str!("../../../opt/tests/rules/effect.ir"),
    include_str!("rules.ir"),
];

/// For each rule and width, the rewrites as queries; a rewrite is shown as the function that it is.
type Queries = BTreeMap<(&'static str, u32), BTreeMap<String, String>>;

/// The packages of all files.
fn packages() -> Vec<&'static str> {
    let of_file = |text: &'static str| {
        let starts: Vec<usize> = text.match_indices("package ").map(|(at, _)| at).collect();
        let ends: Vec<usize> = starts.iter().skip(1).copied().chain([text.len()]).collect();
        starts.into_iter().zip(ends).map(move |(start, end)| &text[start..end]).collect::<Vec<_>>()
    };
    FILES.iter().flat_map(|text| of_file(text)).collect()
}

/// The rewrites of all functions at all widths.
fn queries() -> Queries {
    let mut queries = Queries::new();
    for text in packages() {
        // Rules about single bits are proved at their own width.
        for &width in WIDTHS.iter().chain(&[1]) {
            for text in wider::texts(text, width) {
                let Ok(package) = read_package("a rule at another width", text.as_bytes()) else { continue };
                for (rule, rewrite) in rewrites(&package) {
                    let function = &rewrite.functions[0];
                    if is_hard(rule, width) {
                        continue;
                    }
                    if !function.nodes.iter().any(|node| has_width(&node.ty, width)) {
                        continue;
                    }
                    if let Ok(query) = query(function) {
                        queries.entry((rule, width)).or_default().insert(print_package(&rewrite), query);
                    }
                }
            }
        }
    }
    queries
}

/// Whether the rule is listed as too hard at this width.
fn is_hard(rule: &str, width: u32) -> bool {
    NOT_PROVED.iter().any(|(hard, widths, reason)| *hard == rule && *reason == HARD && widths.contains(&width))
}

/// Whether a leaf of the type has that width.
fn has_width(ty: &Type, width: u32) -> bool {
    match ty {
        Type::Bits(own) => *own == width,
        Type::Token => false,
        Type::Tuple(elements) => elements.iter().any(|ty| has_width(ty, width)),
        Type::Array(array) => has_width(&array.element, width),
    }
}

/// What the optimiser rewrites in a package, and by which rules.
fn rewrites(package: &Package) -> Vec<(&'static str, Package)> {
    let found = RefCell::new(Vec::new());
    let keep = |rule, rewrite: &Package| {
        let findings = verify(rewrite);
        assert!(findings.is_empty(), "{rule}: {}\n{}", findings[0], print_package(rewrite));
        found.borrow_mut().push((rule, rewrite.clone()));
    };
    let options = Options { on_rewrite: Some(&keep), ..Options::new(OptLevel::Full) };
    let top = FuncId::new(package.functions.len() - 1);
    optimize(package, top, &options).unwrap_or_else(|error| panic!("{error}"));
    found.into_inner()
}

#[test]
fn every_rule_is_proved_or_listed() {
    let Some(solver) = solver::named() else { return };
    let queries = queries();
    let answers = solver::answers(&solver, queries.values().flat_map(BTreeMap::values));
    let mut answers = answers.iter();
    let mut proved: BTreeSet<(&str, u32)> = BTreeSet::new();
    let (mut count, mut wrong, mut open) = (0, Vec::new(), Vec::new());
    for (&(rule, width), rewrites) in &queries {
        let mut all = true;
        for (rewrite, answer) in rewrites.keys().zip(&mut answers) {
            count += 1;
            match answer.as_str() {
                "unsat" => {}
                "unknown" => {
                    open.push(format!("{rule} at width {width}"));
                    all = false;
                }
                answer => wrong.push(format!("rule `{rule}`: {answer}\n{rewrite}")),
            }
        }
        if all {
            proved.insert((rule, width));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let proved_singly = |rule| proved.contains(&(rule, 1));
    for (rule, _, reason) in NOT_PROVED.iter().filter(|(rule, ..)| !proved_singly(rule)) {
        assert!(*reason != SINGLE_BITS, "{rule} is not proved for single bits");
    }
    let missing: Vec<(&str, Vec<u32>)> = rule_names()
        .into_iter()
        .map(|(rule, _)| (rule, WIDTHS.iter().copied().filter(|&width| !proved.contains(&(rule, width))).collect()))
        .filter(|(_, widths): &(_, Vec<u32>)| !widths.is_empty())
        .collect();
    let listed: Vec<(&str, Vec<u32>)> = NOT_PROVED.iter().map(|(rule, widths, _)| (*rule, widths.to_vec())).collect();
    let rules = rule_names().len();
    println!("{count} rewrites proved; {} of {rules} rules at all widths; open: {open:?}", rules - missing.len());
    let difference: Vec<_> = missing
        .iter()
        .filter(|entry| !listed.contains(entry))
        .map(|(rule, widths)| format!("{rule} is not proved at {widths:?}, and not listed so"))
        .chain(
            listed
                .iter()
                .filter(|entry| !missing.contains(entry))
                .map(|(rule, _)| format!("{rule} is listed with other widths than those that are missing")),
        )
        .collect();
    assert!(difference.is_empty(), "{}", difference.join("\n"));
}
