//! The harness on entry points made by hand: it finds differences and contradictions.

use std::ffi::c_void;

use xls_aot_bench_harness::{run, Artefact, Error};
use xls_aot_runtime::abi::{EventSink, InstanceContext};

/// An entry point that adds `$step` to a byte, and reports a failed assertion if the byte is `$fails`.
macro_rules! entry {
    ($name:ident, $step:expr, $fails:expr) => {
        unsafe extern "C" fn $name(
            inputs: *const *const u8,
            outputs: *const *mut u8,
            _: *mut c_void,
            events: *mut EventSink,
            context: *mut InstanceContext,
            _: *mut c_void,
            _: i64,
        ) -> i64 {
            // SAFETY: one byte in, one byte out, and the context of the ABI, as the description says.
            unsafe {
                let input = **inputs;
                **outputs = input.wrapping_add($step);
                if $fails == Some(input) {
                    ((*context).record_assertion)(context, c"0".as_ptr(), events);
                }
            }
            0
        }
    };
}

entry!(add_one, 1, None::<u8>);
entry!(also_add_one, 1, None::<u8>);
entry!(add_two, 2, None::<u8>);
entry!(add_one_to_some, 1, Some(0xff));

const DESCRIPTION: &str = include_str!("description.json");

fn artefact(way: &'static str, entry: xls_aot_runtime::abi::XlsEntry) -> Artefact {
    Artefact { kernel: "add", group: "small", way, entry, metadata: DESCRIPTION }
}

fn harness(artefacts: &[Artefact], arguments: &[&str]) -> Result<(), Error> {
    run(artefacts, ["kernels"].iter().chain(arguments).map(Into::into))
}

#[test]
fn equal_ways_are_timed() {
    let artefacts = [artefact("one", add_one), artefact("another", also_add_one)];
    harness(&artefacts, &["--rounds", "1"]).unwrap();
    harness(&artefacts, &["--rounds", "1", "--markdown"]).unwrap();
}

#[test]
fn different_values_are_found() {
    let artefacts = [artefact("one", add_one), artefact("two", add_two)];
    match harness(&artefacts, &["--rounds", "1"]) {
        Err(Error::Different { differences }) => {
            let [difference] = &differences[..] else { panic!("{differences:?}") };
            assert!(
                difference.starts_with("add(bits[8]:") && difference.contains("two gives bits[8]:"),
                "{difference}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn different_events_are_found() {
    let artefacts = [artefact("one", add_one), artefact("some", add_one_to_some)];
    match harness(&artefacts, &["--check"]) {
        Err(Error::Different { differences }) => assert_eq!(
            differences,
            ["add(bits[8]:255): one gives bits[8]:0, some gives bits[8]:0 with 1 failed assertions"]
        ),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_way_that_comes_twice_is_an_error() {
    let artefacts = [artefact("one", add_one), artefact("one", also_add_one)];
    let error = harness(&artefacts, &["--check"]).unwrap_err();
    assert_eq!(error.to_string(), "kernel add: there are two artefacts of way one");
}

#[test]
fn descriptions_that_contradict_each_other_are_errors() {
    let wider: &str = DESCRIPTION.replace("bits[8]", "bits[7]").leak();
    let artefacts = [artefact("one", add_one), Artefact { metadata: wider, ..artefact("two", add_two) }];
    let error = harness(&artefacts, &["--check"]).unwrap_err();
    assert_eq!(error.to_string(), "kernel add: way two is of another group or signature than those before");
    let larger: &str = DESCRIPTION.replace("bits[8]", "bits[9]").leak();
    let error = harness(&[Artefact { metadata: larger, ..artefact("one", add_one) }], &["--check"]).unwrap_err();
    assert_eq!(error.to_string(), "kernel add: a bits[9] takes 2 bytes, not 1 as the description says");
}
