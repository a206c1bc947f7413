//! What generated crates look like, and that the runtime runs them.
//!
//! The modules below are generated crates written by hand: the generator emits this shape. The "compiled" functions at
//! the end are Rust, with the interface that compiled code has.

#[path = "generated_shape/add_one.rs"]
mod add_one;
#[path = "generated_shape/blend.rs"]
mod blend;
#[path = "generated_shape/checked_sum.rs"]
mod checked_sum;
#[path = "generated_shape/max.rs"]
mod max;

use core::ffi::{c_char, c_void};
use xls_aot_runtime::abi::{EventSink, InstanceContext};
use xls_aot_runtime::{Bits8, WideBits};

#[test]
fn infallible_scalar() {
    assert_eq!(add_one::add_one(41), 42);
    assert_eq!(add_one::add_one(255), 0);
    let mut runner = add_one::Runner::try_new().unwrap();
    assert_eq!(runner.run(1), 2);
    let (output, events) = add_one::Runner::default().run_with_events(7);
    assert_eq!(output, 8);
    assert!(events.is_empty());
}

#[test]
fn direct_entry() {
    let [three, seven] = [3, 7].map(|value| Bits8::new(value).unwrap());
    assert_eq!(max::max(three, seven), seven);
    assert_eq!(max::Runner::new().run(seven, three), seven);
    assert_eq!(max::Runner::new().run_with_events(three, three).0, three);
}

#[test]
fn assertions() {
    assert_eq!(checked_sum::checked_sum(1, 2).unwrap(), 3);
    let error = checked_sum::checked_sum(0, 2).unwrap_err();
    assert_eq!(error.message(), "x must not be zero");
    assert_eq!(error.label(), Some("x_nonzero"));
    assert_eq!(error.function(), "__itok__checked_sum");
    assert_eq!(error.position().unwrap().line, 3);
    assert_eq!(
        error.to_string(),
        "src/sum.x:3:5: assertion failed in __itok__checked_sum: x must not be zero (label \"x_nonzero\")"
    );

    let mut runner = checked_sum::Runner::new();
    assert_eq!(runner.run(5, 6).unwrap(), 11);
    assert_eq!(
        runner.run(u32::MAX, 1).unwrap_err().to_string(),
        "assertion failed in __itok__checked_sum: the sum overflows"
    );
    let (output, events) = runner.run_with_events(0, 9);
    assert_eq!(output, 9);
    assert_eq!(events.failures().iter().map(|f| f.message()).collect::<Vec<_>>(), ["x must not be zero"]);
    let (output, events) = runner.run_with_events(u32::MAX, 1);
    assert_eq!(output, 0);
    assert_eq!(events.into_failures()[0].site(), Some(&checked_sum_sites()[1]));
    assert!(runner.run_with_events(4, 4).1.is_empty());
}

fn checked_sum_sites() -> Vec<xls_aot_runtime::EventSite> {
    let (_, events) = checked_sum::Runner::new().run_with_events(0, 0);
    let first = *events.failures()[0].site().unwrap();
    let second = *checked_sum::checked_sum(u32::MAX, 1).unwrap_err().site().unwrap();
    vec![first, second]
}

#[test]
fn aggregates_in_place() {
    let mut frame = [blend::Tuple0::default(); 64];
    let mut mask = [false; 64];
    for (i, element) in frame.iter_mut().enumerate() {
        *element = blend::Tuple0(Bits8::new_masked(i as u8), WideBits::from(i as u64 + 1));
        mask[i] = i % 3 == 0;
    }
    let output = blend::blend(&frame, &mask).unwrap();
    for (i, element) in output.0.iter().enumerate() {
        let expected = if i % 3 == 0 { frame[i] } else { blend::Tuple0::default() };
        assert_eq!(*element, expected, "element {i}");
    }
    assert_eq!(output.1, 22);

    let mut runner = blend::Runner::try_new().unwrap();
    let mut in_place = blend::Output::default();
    runner.run_into(&frame, &mask, &mut in_place).unwrap();
    assert_eq!(in_place, output);
    assert_eq!(runner.run(&frame, &mask).unwrap(), output);

    let empty = [false; 64];
    assert_eq!(runner.run_into(&frame, &empty, &mut in_place).unwrap_err().message(), "the mask is empty");
    assert_eq!(in_place, blend::Output::default());
    let events = runner.run_with_events_into(&frame, &mask, &mut in_place);
    assert!(events.is_empty());
    assert_eq!(in_place, output);
    assert_eq!(runner.run_with_events(&frame, &empty).1.failures().len(), 1);
    assert_eq!(blend::Runner::new().run(&frame, &empty).unwrap_err().function(), "blend");
}

#[test]
fn results_on_the_heap() {
    let frame = xls_aot_runtime::zeroed_box::<[blend::Tuple0; 64]>();
    let mut output = xls_aot_runtime::zeroed_box::<blend::Output>();
    blend::Runner::new().run_into(&frame, &[true; 64], &mut output).unwrap();
    assert_eq!((output.0, output.1), (*frame, 64));
    assert_eq!(*xls_aot_runtime::zeroed_box::<()>(), ());
}

/// What callers may send and share.
const _: () = {
    const fn send_and_sync<T: Send + Sync>() {}
    send_and_sync::<xls_aot_runtime::AssertionFailure>();
    send_and_sync::<xls_aot_runtime::Events>();
    send_and_sync::<xls_aot_runtime::Artifact>();
    send_and_sync::<blend::Output>();
    send_and_sync::<blend::Runner>();
};

#[test]
fn threads() {
    let mut runner = checked_sum::Runner::new();
    std::thread::scope(|scope| {
        scope.spawn(move || assert_eq!(runner.run(1, 1).unwrap(), 2));
        for x in 0..4 {
            scope.spawn(move || {
                for y in 0..1000 {
                    assert_eq!(checked_sum::checked_sum(x, y).ok(), (x != 0).then_some(x + y));
                }
            });
        }
    });
}

#[test]
fn artifacts_describe_themselves() {
    assert_eq!(
        blend::ARTIFACT.to_string(),
        "crate: blend\ntop: blend\nsymbol: xls_aot_v2_00000000000000aa_00000000000000bb_blend\nABI version: 2\n\
         features: assertions, scratch, heap_scratch\nback end: xlsynth\ntarget: x86_64-unknown-linux-gnu\n\
         CPU baseline: x86-64-v3\n\
         IR SHA-256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\ntool version: 0.1.0"
    );
    assert_eq!(add_one::ARTIFACT.symbol, "xls_aot_v2_00000000000000aa_00000000000000bb_add_one");
    assert!(checked_sum::ARTIFACT.features.contains(xls_aot_runtime::Features::ASSERTIONS));
    assert!(max::ARTIFACT.features.contains(xls_aot_runtime::Features::DIRECT));
}

// Stand-ins for compiled code.

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_add_one(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    temp: *mut c_void,
    events: *mut EventSink,
    _context: *mut InstanceContext,
    runtime: *mut c_void,
    continuation: i64,
) -> i64 {
    assert!(temp.is_null() && runtime.is_null() && continuation == 0);
    let _ = events;
    // SAFETY: one input and one output byte, as the signature says.
    unsafe { (*outputs).write((*inputs).read().wrapping_add(1)) };
    0
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_max(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    _events: *mut EventSink,
    _context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: two input bytes and one output byte, as the signature says.
    unsafe { (*outputs).write((*inputs).read().max((*inputs.add(1)).read())) };
    0
}

#[no_mangle]
extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_max_direct(a: Bits8<5>, b: Bits8<5>) -> Bits8<5> {
    a.max(b)
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_checked_sum(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: (token, bits[1], bits[32], bits[32]) in, bits[32] out, 24 bytes of temp at alignment 16.
    unsafe {
        assert_eq!(temp.addr() % 16, 0);
        temp.cast::<u8>().write_bytes(0xa5, 24);
        let activated = (*inputs.add(1)).read() == 1;
        let x = (*inputs.add(2)).cast::<u32>().read();
        let y = (*inputs.add(3)).cast::<u32>().read();
        let fail = |index: &core::ffi::CStr| ((*context).record_assertion)(context, index.as_ptr(), events);
        if activated && x == 0 {
            fail(c"0");
        }
        if activated && x.checked_add(y).is_none() {
            fail(c"1");
        }
        (*outputs).cast::<u32>().write(x.wrapping_add(y));
    }
    0
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_blend(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: 64 tuples of 80 bytes and 64 bytes in, 5136 bytes out, 5136 bytes of temp at alignment 64.
    unsafe {
        assert_eq!(temp.addr() % 64, 0);
        temp.cast::<u8>().write_bytes(0xa5, 5136);
        let scratch: *mut c_void = ((*context).allocate)(context, 5136, 4096);
        assert_eq!(scratch.addr() % 4096, 0);
        let image = scratch.cast::<u8>();
        image.write_bytes(0, 5136);
        let mut kept = 0u64;
        for i in 0..64 {
            if (*inputs.add(1)).add(i).read() == 1 {
                let element = (*inputs).add(80 * i);
                image.add(80 * i).copy_from_nonoverlapping(element, 1);
                image.add(80 * i + 16).copy_from_nonoverlapping(element.add(16), 64);
                kept += 1;
            }
        }
        image.add(5120).cast::<u64>().write(kept);
        (*outputs).copy_from_nonoverlapping(image, 5136);
        ((*context).deallocate)(context, scratch);
        if kept == 0 {
            let message: *const c_char = c"0".as_ptr();
            ((*context).record_assertion)(context, message, events);
        }
    }
    0
}
