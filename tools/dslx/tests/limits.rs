//! Programs that would take the checker without end, or too deep: an error within limits, never a panic.

use xls_aot_dslx::check::{check, NamedTop, Tops};
use xls_aot_dslx::modules::{load, Loader, Search, Top};
use xls_aot_dslx::source::{Report, SourceMap};

/// No modules but the top one.
struct Nothing;

impl Loader for Nothing {
    fn load(&self, _path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// Codes of the errors in a module, in order.
fn codes(text: &str) -> Vec<String> {
    let mut sources = SourceMap::default();
    let top = Top { name: "limits", path: "limits.x", shown: "limits.x", text: text.into() };
    let loaded = load(&mut sources, top, &Search::default(), &Nothing);
    assert!(loaded.findings.is_empty(), "{}", Report::new(&sources, loaded.findings));
    let findings = check(&loaded.modules, &sources, &Tops::All).1;
    findings.into_iter().filter(|finding| finding.is_error()).map(|finding| finding.code.to_string()).collect()
}

/// The signature of a top, or the code of the first error.
fn outcome(text: &str, name: &str) -> String {
    let mut sources = SourceMap::default();
    let top = Top { name: "tops", path: "tops.x", shown: "tops.x", text: text.into() };
    let loaded = load(&mut sources, top, &Search::default(), &Nothing);
    let named = match NamedTop::parse(&mut sources, name) {
        Ok(named) => named,
        Err(findings) => return findings[0].code.to_string(),
    };
    let (checked, findings) = check(&loaded.modules, &sources, &Tops::Named(vec![named]));
    let Some(checked) = checked else { return findings[0].code.to_string() };
    let function = checked.function(checked.tops[0]);
    let types = function.parameters.iter().map(|&p| checked.types.display(function.body.local(p).ty).to_string());
    format!("({}) -> {}", types.collect::<Vec<_>>().join(", "), checked.types.display(function.result))
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(|i| line(i) + "\n").collect()
}

#[test]
fn unrolled_loops_are_limited() {
    let text = "fn f(x: u32) -> u32 {
        unroll_for! (i, a) in u32:0..u32:1000 { unroll_for! (j, b) in u32:0..u32:1000 { b + i + j + x }(a) }(x)
    }";
    assert_eq!(codes(text), ["E1205"]);
}

#[test]
fn types_do_not_nest_without_end() {
    let aliases = |count| format!("type T0 = u8;\n{}", lines(count, |i| format!("type T{} = (T{i},);", i + 1)));
    assert_eq!(codes(&aliases(200)), [""; 0]);
    assert_eq!(codes(&aliases(300)), ["E1224"]);
}

#[test]
fn instances_do_not_go_on_without_end() {
    let text = "struct S {}
impl S {
    fn a<N: u32>() -> u32 { S::b<{N + u32:1}>() }
    fn b<N: u32>() -> u32 { S::a<{N + u32:1}>() }
}
fn f() -> u32 { S::a<u32:0>() }";
    assert_eq!(codes(text), ["E1260"]);
}

#[test]
fn recursion_through_several_functions_is_refused() {
    let text = "struct S { x: u8 }
impl S {
    fn a(self) -> u8 { self.b() }
    fn b(self) -> u8 { self.a() }
}";
    assert_eq!(codes(text), ["E1262"]);
}

#[test]
fn constants_in_functions_nest_no_deeper() {
    let chain = |count: usize| {
        let rest = lines(count, |i| format!("fn f{}() -> u32 {{ const X = f{i}(); X }}", i + 1));
        format!("fn f0() -> u32 {{ u32:1 }}\n{rest}const ALL = f{count}();")
    };
    assert_eq!(codes(&chain(50)), [""; 0]);
    // In the order of the text each finds the one before it checked; from a top, they are checked inside one another.
    assert_eq!(codes(&chain(300)), [""; 0]);
    assert_eq!(outcome(&chain(50), "f50"), "() -> u32");
    assert_eq!(outcome(&chain(300), "f300"), "E1261");
}

#[test]
fn evaluation_takes_no_more_than_its_budget() {
    let text =
        "fn f(x: u32) -> u32 { for (i, a) in u32:0..u32:60000 { for (j, b) in u32:0..u32:60000 { b + j }(a) }(x) }
const X = f(u32:1);";
    assert_eq!(codes(text), ["E1387"]);
}

#[test]
fn long_chains_of_constants_are_fine() {
    let text = format!("const C0 = u32:1;\n{}", lines(3_000, |i| format!("const C{} = C{i} + u32:1;", i + 1)));
    assert_eq!(codes(&text), [""; 0]);
}

#[test]
fn coverage_that_is_hard_to_decide_is_refused() {
    // Nine pigeons do not fit eight holes, but to find that out takes long. A pattern is a way in which an attempt fails.
    let (pigeons, holes) = (9, 8);
    let pattern = |set: &dyn Fn(usize, usize) -> Option<bool>| {
        let elements: Vec<String> = (0..pigeons * holes)
            .map(|i| set(i / holes, i % holes).map_or("_".to_string(), |value| value.to_string()))
            .collect();
        format!("({})", elements.join(", "))
    };
    let mut arms = String::new();
    for p in 0..pigeons {
        arms += &format!("{} => u8:0,\n", pattern(&|pigeon, _| (pigeon == p).then_some(false)));
    }
    for h in 0..holes {
        for first in 0..pigeons {
            for second in first + 1..pigeons {
                let both = |pigeon, hole| (hole == h && (pigeon == first || pigeon == second)).then_some(true);
                arms += &format!("{} => u8:1,\n", pattern(&both));
            }
        }
    }
    let types = vec!["bool"; pigeons * holes].join(", ");
    assert_eq!(codes(&format!("fn f(x: ({types})) -> u8 {{ match x {{ {arms} }} }}")), ["E1321"]);
}

#[test]
fn a_chain_of_operators_as_long_as_the_parser_takes() {
    let text = format!("fn f(x: u32) -> u32 {{ x{} }}\nconst X = f(u32:1);", " + x".repeat(1_000));
    assert_eq!(codes(&text), [""; 0]);
}

#[test]
fn tops_are_named_as_they_are_called() {
    let text = "struct S<N: u32> { x: uN[N] }
impl S<N> { fn wide(self) -> u32 { self.x as u32 } }
fn plain(x: u8) -> u8 { x }
fn widen<N: u32, M: u32 = {N + u32:1}>(x: uN[N]) -> uN[M] { x as uN[M] }
const K = u32:4;";
    let found = |name| outcome(text, name);
    assert_eq!(found("plain"), "(u8) -> u8");
    assert_eq!(found("widen<u32:4>"), "(u4) -> u5");
    assert_eq!(found("widen<K, u32:16>"), "(u4) -> u16");
    assert_eq!(found("widen<{K * u32:2}>"), "(u8) -> u9");
    assert_eq!(found("S<u32:7>::wide"), "(S<7>) -> u32");
    assert_eq!(found("plane"), "E1380");
    assert_eq!(found("K"), "E1380");
    assert_eq!(found("widen"), "E1381");
    assert_eq!(found("widen<u8:4>"), "E1215");
    assert_eq!(found("widen<u32:1, u32:2, u32:3>"), "E1256");
    assert_eq!(found("a b"), "E1382");
    assert_eq!(found(""), "E1382");
}

#[test]
fn findings_are_limited() {
    // Each error would look for a name that is near, among all names.
    let text = lines(20_000, |i| format!("fn f{i}(x: Nothing{i}) -> u8 {{ let a: u16 = u8:1; nowhere{i}(a) }}"));
    assert_eq!(codes(&text).len(), 200);
    // Warnings do not take the place of errors.
    let warning =
        lines(300, |i| format!("fn f{i}(x: u8) -> u8[0] {{ for (i, a) in u8:3..u8:3 {{ a }}(u8:0); u8[0]:[] }}"));
    assert_eq!(codes(&format!("{warning}fn g() -> u8 {{ nowhere }}")), ["E1231"]);
}
