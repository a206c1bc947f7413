//! Unwinders walk through compiled code: a stack trace taken in a callback shows who called the compiled function.

use std::backtrace::Backtrace;
use std::ffi::{c_char, c_void};
use std::ptr;

use assert_pair::{xls_aot_runtime::abi, ENTRY};

/// What the callback finds through the sink, which compiled code only passes on.
#[repr(C)]
struct Sink {
    head: abi::EventSink,
    trace: String,
}

unsafe extern "C" fn record(_: *mut abi::InstanceContext, _: *const c_char, sink: *mut abi::EventSink) {
    let sink = sink.cast::<Sink>();
    // SAFETY: the sink is the one of the call below, which nothing else refers to during the call.
    unsafe { (*sink).trace = Backtrace::force_capture().to_string() };
}

unsafe extern "C" fn record_event(
    context: *mut abi::InstanceContext,
    sink: *mut abi::EventSink,
    _: u32,
    _: *const u8,
) {
    // SAFETY: as above.
    unsafe { record(context, c"".as_ptr(), sink) };
}

unsafe extern "C" fn unsupported() -> ! {
    std::process::abort()
}

unsafe extern "C" fn allocate(_: *mut abi::InstanceContext, _: i64, _: i64) -> *mut c_void {
    std::process::abort()
}

unsafe extern "C" fn deallocate(_: *mut abi::InstanceContext, _: *mut c_void) {
    std::process::abort()
}

/// Calls the function with a failing assertion; the stack trace that the callback sees.
#[inline(never)]
fn caller_of_compiled_code() -> String {
    let mut context = abi::InstanceContext {
        string_step: unsupported,
        format_step: unsupported,
        record_trace: unsupported,
        create_trace_buffer: unsupported,
        record_assertion: record,
        queue_receive: unsupported,
        queue_send: unsupported,
        record_active_next_value: unsupported,
        record_node_result: unsupported,
        allocate,
        deallocate,
        register_write: unsupported,
        record_event,
    };
    let (token, a, b) = ([0u8; 0], 200u8, 1u8);
    let inputs = [token.as_ptr(), &raw const a, &raw const b];
    let mut value = [0u8; 1];
    let outputs = [value.as_mut_ptr()];
    let mut sink = Sink { head: abi::EventSink::new(0), trace: String::new() };
    // SAFETY: inputs and outputs are as the signature of `assert_pair` has them, a token and two bytes to a token and a
    // byte; it needs no temporary memory; the table has all callbacks.
    unsafe {
        ENTRY(
            inputs.as_ptr(),
            outputs.as_ptr(),
            ptr::null_mut(),
            (&raw mut sink).cast(),
            &mut context,
            ptr::null_mut(),
            0,
        )
    };
    assert_eq!(value[0], 201);
    sink.trace
}

#[test]
fn a_stack_trace_passes_through_compiled_code() {
    let trace = caller_of_compiled_code();
    let position = |name: &str| trace.find(name).unwrap_or_else(|| panic!("no `{name}` in the stack trace\n{trace}"));
    assert!(position("record") < position("caller_of_compiled_code"), "{trace}");
    assert!(position("caller_of_compiled_code") < position("a_stack_trace_passes"), "{trace}");
}
