//! Faults of compiled code are failures of the tests that have them, and of no others. The faults are planted in the machine
//! code, because no DSLX text has them.
#![cfg(target_arch = "x86_64")]

use object::{Object as _, ObjectSection as _, ObjectSymbol as _};
use xls_aot_backend::{Backend, BackendError, CompileRequest, Compiled, FinishObject, Target};
use xls_aot_dslx::frontend::{to_ir, Functions, Program};
use xls_aot_dslx::modules::{ReadWith, Search, Top};
use xls_aot_dslx::warnings::Enabled;
use xls_aot_dslx_test::{run, Failure, Judge, Outcome, Settings, TestResult, Why};
use xls_aot_native::NativeBackend;
use xls_aot_runtime::abi::EventKind;

/// An instruction that no processor has.
const ILLEGAL: &[u8] = &[0x0f, 0x0b];
/// A function that calls itself for ever.
const CALLS_ITSELF: &[u8] = &[0xe8, 0xfb, 0xff, 0xff, 0xff];
/// A function that jumps to itself for ever.
const LOOPS: &[u8] = &[0xeb, 0xfe];
/// A function that returns 0 at once.
const RETURNS: &[u8] = &[0x31, 0xc0, 0xc3];
/// A function that writes to the first page, which nobody has.
const WRITES_NOWHERE: &[u8] = &[0xc7, 0x04, 0x25, 0, 0, 0, 0, 0, 0, 0, 0];

const MODULE: &str = "
#[test]
fn first() { assert_eq(u8:1, u8:1); }
#[test]
fn faulty() { assert_eq(u8:1, u8:2); }
#[quickcheck]
fn faulty_check(x: u32) -> bool { x == x }
#[test]
fn last() { assert_eq(u8:3, u8:3); }
";

/// The native back end, with other code at the start of the functions whose symbols contain a text.
struct Faulty {
    of: &'static str,
    code: &'static [u8],
}

struct FaultyObject {
    object: Box<dyn FinishObject>,
    of: &'static str,
    code: &'static [u8],
}

impl Backend for Faulty {
    fn name(&self) -> &'static str {
        "faulty"
    }

    fn version(&self) -> String {
        "1".to_owned()
    }

    fn targets(&self) -> &'static [Target] {
        Target::ALL
    }

    fn events(&self) -> &'static [EventKind] {
        NativeBackend::default().events()
    }

    fn compile(&self, request: &CompileRequest<'_>) -> Result<Compiled, BackendError> {
        let compiled = NativeBackend::default().compile(request)?;
        let object = Box::new(FaultyObject { object: compiled.object, of: self.of, code: self.code });
        Ok(Compiled { object, ..compiled })
    }
}

impl FinishObject for FaultyObject {
    fn finish(self: Box<Self>, symbols: &[String], description: &[u8]) -> Result<Vec<u8>, BackendError> {
        let FaultyObject { object, of, code } = *self;
        let mut bytes = object.finish(symbols, description)?;
        let file = object::File::parse(&*bytes).unwrap();
        let (text, _) = file.section_by_name(".text").unwrap().file_range().unwrap();
        let symbols = file.symbols().filter(|symbol| symbol.is_definition() && symbol.name().unwrap().contains(of));
        let places: Vec<usize> = symbols.map(|symbol| (text + symbol.address()) as usize).collect();
        assert!(!places.is_empty());
        for place in places {
            bytes[place..place + code.len()].copy_from_slice(code);
        }
        Ok(bytes)
    }
}

fn program() -> Program {
    let top = Top { name: "m", path: "m.x", shown: "m.x", text: MODULE.into() };
    let loader = ReadWith(|_: &str| Err(std::io::ErrorKind::NotFound.into()));
    to_ir(top, &Search::default(), &loader, &Functions::Tests, &Enabled::default())
        .unwrap_or_else(|report| panic!("{report}"))
}

/// The results of the test and the quickcheck with faulty code; the others must pass.
fn results(of: &'static str, code: &'static [u8], judges: &[Judge<'_>]) -> (TestResult, TestResult) {
    let program = program();
    let backend = Faulty { of, code };
    let settings = Settings { backend: &backend, seed: 1, count: 100, seconds: 1, judges };
    let mut results = Vec::new();
    let tests = program.test_functions();
    run(&program, MODULE.as_bytes(), &tests, &settings, &mut |result| results.push(result)).unwrap();
    let names: Vec<&str> = results.iter().map(|result| result.name.as_str()).collect();
    assert_eq!(names, ["first", "faulty", "faulty_check", "last"]);
    assert!(results[0].has_passed() && results[3].has_passed());
    (results.remove(1), results.remove(1))
}

/// How the test ended, and how the quickcheck did on its smallest input.
fn endings(code: &'static [u8]) -> (String, String) {
    let (test, check) = results("faulty", code, &[]);
    let Outcome::Failed(Failure::Ended(test)) = test.outcome else { panic!("{test:?}") };
    match check.outcome {
        Outcome::Failed(Failure::Counterexample(found)) => {
            assert_eq!(found.arguments, [("x".to_owned(), "u32:0".to_owned())]);
            let Why::Ended(how) = found.why else { panic!("{:?}", found.why) };
            (test, how)
        }
        Outcome::Failed(Failure::Ended(how)) => (test, how),
        other => panic!("{other:?}"),
    }
}

#[test]
fn crashes_are_failures_of_their_tests() {
    let how = "the process was killed by signal 4 (illegal instruction)".to_owned();
    assert_eq!(endings(ILLEGAL), (how.clone(), how));
    let how = "the process was killed by signal 11 (invalid memory access)".to_owned();
    assert_eq!(endings(WRITES_NOWHERE), (how.clone(), how));
}

#[test]
fn a_stack_that_overflows_is_a_failure_of_its_test() {
    let (test, check) = endings(CALLS_ITSELF);
    for how in [test, check] {
        // Rust's own handler of overflows may make an abort of it.
        assert!(how.starts_with("the process was killed by signal "), "{how}");
    }
}

#[test]
fn loops_without_end_are_stopped() {
    let (test, check) = endings(LOOPS);
    assert_eq!(test, "the process was killed by signal 14 (it took too long)");
    let expected = "it was not finished within 1 s: 0 of 100 inputs were tried; the next is x = ";
    assert!(check.starts_with(expected), "{check}");
}

#[test]
fn wrong_results_are_found_by_the_evaluator() {
    // Without an assertion that fails, the test would pass.
    let (test, _) = results("faulty", RETURNS, &[]);
    assert!(test.has_passed());
    let evaluator = Judge { name: "the evaluator", package: None };
    let (test, check) = results("faulty", RETURNS, &[evaluator]);
    let Outcome::Failed(Failure::Difference(what)) = test.outcome else { panic!("{test:?}") };
    let expected = "compiled code and the evaluator differ on the arguments (token, bits[1]:1)\n  compiled code: ";
    assert!(what.starts_with(expected), "{what}");
    assert!(what.contains("assert_eq(u8:1, u8:2)"), "{what}");
    // The result was not written: that is no value of its type.
    let Outcome::Failed(Failure::Counterexample(found)) = check.outcome else { panic!("{check:?}") };
    assert_eq!(found.why, Why::Ended("a bits[1] in memory has bits set above its width".to_owned()));
}

#[test]
fn correct_code_agrees_with_the_evaluator() {
    let evaluator = Judge { name: "the evaluator", package: None };
    // No instruction is replaced.
    let (test, check) = results("faulty", &[], &[evaluator]);
    assert!(matches!(test.outcome, Outcome::Failed(Failure::Assertions(_))), "{test:?}");
    assert!(check.has_passed() && check.remarks.is_empty(), "{check:?}");
}
