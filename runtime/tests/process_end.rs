//! What ends the process: callbacks that cannot answer end it with a message that says why, and never unwind into
//! compiled code. A result with unused bits set panics in debug builds.
//!
//! The parent test runs this very program once per case, naming the case in an environment variable.

use core::ffi::c_void;
use std::process::Command;
use xls_aot_runtime::abi::{EventSink, InstanceContext};
use xls_aot_runtime::private::{self, XlsEntry, XlsFunction};
use xls_aot_runtime::{Artifact, Bits8, EventSite, Features, Format, Piece, Shape, SiteKind};

const CASE: &str = "XLS_AOT_RUNTIME_TEST_CASE";

/// What the fake compiled function does, as its input says.
const UNSUPPORTED: [&str; 9] = [
    "string_step",
    "format_step",
    "record_trace",
    "create_trace_buffer",
    "queue_receive",
    "queue_send",
    "record_active_next_value",
    "record_node_result",
    "register_write",
];
const ASSERT: u8 = 9;
const TOO_MUCH: u8 = 10;
const EXHAUST: u8 = 11;
const EVENT: u8 = 12;
const TRACE: u8 = 13;

enum Fake {}

unsafe extern "C" fn entry(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: one byte in and out; callbacks are called as compiled code does.
    unsafe {
        let table = *context;
        match (*inputs).read() {
            0 => (table.string_step)(),
            1 => (table.format_step)(),
            2 => (table.record_trace)(),
            3 => (table.create_trace_buffer)(),
            4 => (table.queue_receive)(),
            5 => (table.queue_send)(),
            6 => (table.record_active_next_value)(),
            7 => (table.record_node_result)(),
            8 => (table.register_write)(),
            ASSERT => (table.record_assertion)(context, c"0".as_ptr(), events),
            TOO_MUCH => {
                (table.allocate)(context, i64::MAX, 16);
            }
            EXHAUST => {
                (table.allocate)(context, 1 << 60, 16);
            }
            EVENT | TRACE => (table.record_event)(context, events, 0, core::ptr::null()),
            other => (*outputs).write(other),
        }
    }
    0
}

// SAFETY: as stated right here, but for results above 31, which are what a damaged object would give.
unsafe impl XlsFunction for Fake {
    type Output = Bits8<5>;
    const ENTRY: XlsEntry = entry;
    const ARTIFACT: Artifact = Artifact {
        abi_version: 2,
        features: Features::NONE,
        symbol: "xls_aot_v2_00000000000000aa_00000000000000bb_fake",
        backend: "none",
        target: "any",
        cpu_baseline: "any",
        ir_sha256: "",
        top: "fake",
        crate_name: "fake",
        tool_version: "0",
    };
    const TEMP_SIZE: usize = 0;
    const TEMP_ALIGN: usize = 1;
    const SITES: &'static [EventSite] = &[];
}

/// The same code, stated to trace one operand.
enum Tracing {}

// SAFETY: as above.
unsafe impl XlsFunction for Tracing {
    type Output = Bits8<5>;
    const ENTRY: XlsEntry = entry;
    const ARTIFACT: Artifact = Artifact { features: Features::TRACES, ..Fake::ARTIFACT };
    const TEMP_SIZE: usize = 0;
    const TEMP_ALIGN: usize = 1;
    const SITES: &'static [EventSite] = &[EventSite {
        kind: SiteKind::Trace { verbosity: 0, pieces: &[Piece::Value(Format::Default)], operands: &[Shape::Bits(8)] },
        label: None,
        function: "fake",
        position: None,
    }];
}

fn run(input: u8) -> Bits8<5> {
    // SAFETY: one byte parameter.
    unsafe { private::run::<Fake, 1>([private::input(&input)]) }
}

/// Runs one case in a process of its own; returns whether it was killed by a signal, and its standard error.
fn in_process(case: u8) -> (bool, String) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "case", "--nocapture", "--test-threads=1"])
        .env(CASE, case.to_string())
        .output()
        .unwrap();
    (output.status.code().is_none(), String::from_utf8(output.stderr).unwrap())
}

/// The child's side.
#[test]
fn case() {
    if let Ok(case) = std::env::var(CASE) {
        let case = case.parse().unwrap();
        if case == TRACE {
            // SAFETY: one byte parameter.
            unsafe { private::Runner::<Tracing>::new().run_with_events([private::input(&case)]) };
        }
        run(case);
        panic!("the call came back");
    }
}

#[test]
fn unsupported_callbacks_abort_and_say_which() {
    for (case, name) in UNSUPPORTED.into_iter().enumerate() {
        let (aborted, stderr) = in_process(case as u8);
        let line =
            format!("xls_aot_runtime: fatal: compiled code called `{name}`, which this runtime does not support\n");
        assert!(aborted && stderr.contains(&line), "{stderr}");
    }
}

#[test]
fn an_assertion_that_cannot_be_aborts() {
    let (aborted, stderr) = in_process(ASSERT);
    let line = "xls_aot_runtime: fatal: compiled code recorded a failed assertion, but its artefact states none\n";
    assert!(aborted && stderr.contains(line), "{stderr}");
}

#[test]
fn events_that_cannot_be_abort() {
    let (aborted, stderr) = in_process(EVENT);
    let line = "xls_aot_runtime: fatal: compiled code recorded an event that its artefact does not state, or that its \
                caller does not want\n";
    assert!(aborted && stderr.contains(line), "{stderr}");
    let (aborted, stderr) = in_process(TRACE);
    let line = "xls_aot_runtime: fatal: compiled code recorded a trace without its operands: the object is damaged\n";
    assert!(aborted && stderr.contains(line), "{stderr}");
}

#[test]
fn want_of_memory_in_compiled_code_aborts() {
    let (aborted, stderr) = in_process(TOO_MUCH);
    let line = "xls_aot_runtime: fatal: compiled code asked for more memory than can exist\n";
    assert!(aborted && stderr.contains(line), "{stderr}");
    let (aborted, stderr) = in_process(EXHAUST);
    let line = "xls_aot_runtime: fatal: out of memory in a compiled function, which cannot report it\n";
    assert!(aborted && stderr.contains(line), "{stderr}");
}

#[test]
fn results_are_checked_in_debug_builds() {
    assert_eq!(run(31), Bits8::MAX);
    if cfg!(debug_assertions) {
        let panic = std::panic::catch_unwind(|| run(32)).unwrap_err();
        assert_eq!(
            panic.downcast_ref::<String>().unwrap(),
            "the result of `xls_aot_v2_00000000000000aa_00000000000000bb_fake` has unused bits set: the object is damaged"
        );
        let mut output = Bits8::MAX;
        let mut runner = private::Runner::<Fake>::new();
        // SAFETY: one byte parameter.
        let into = || unsafe { runner.run_into([private::input(&255u8)], &mut output) };
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(into)).is_err());
        assert_eq!(output, Bits8::ZERO);
    }
}
