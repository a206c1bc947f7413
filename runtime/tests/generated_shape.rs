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
#[path = "generated_shape/shapes.rs"]
mod shapes;
#[path = "generated_shape/traced.rs"]
mod traced;

use core::ffi::{c_char, c_void};
use core::mem::MaybeUninit;
use xls_aot_runtime::abi::{EventKind, EventSink, InstanceContext};
use xls_aot_runtime::{Bits128, Bits16, Bits32, Bits8, Dslx, EventOptions, SBits8, Shape, WideBits};

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
    let [three, seven] = [3, 7].map(|value| Bits8::of(value));
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

#[test]
fn types_of_the_design() {
    use shapes::float32::{F32, HALF};
    use shapes::{Direction, Place};

    // The stand-in adds the signed `by` to the exponent.
    let by = |number| SBits8::of(number);
    assert_eq!(f32::from(shapes::scale(&F32::from(3.5), by(-2))), 0.875);
    assert_eq!(f32::from(shapes::scale::Runner::new().run(&HALF, by(15))), 16384.0);
    assert_eq!(HALF.to_string(), "F32 { sign: u1:0, bexp: u8:126, fraction: u23:0 }");
    assert_eq!(<(bool, u8, Bits32<23>)>::from(HALF), (false, 126, Bits32::ZERO));
    assert_eq!(F32::from((false, 126, Bits32::ZERO)), HALF);
    assert_eq!(F32::default(), F32::from(0.0));

    let at = Place { height: -3, r#type: by(-16) };
    assert_eq!(shapes::step(&at, Direction::UP), Place { height: -2, ..at });
    assert_eq!(shapes::step(&at, Direction::DOWN).height, -4);
    assert_eq!(at.to_string(), "Place { height: s16:-3, type: s5:-16 }");
    assert_eq!(format!("{at:?}"), "Place { height: -3, type: -16 }");

    let unnamed = Direction::from_bits(Bits8::MAX);
    let describe = |direction| match direction {
        Direction::UP => "up",
        Direction::DOWN | Direction::SELF_ => "not up",
        _ => "not named",
    };
    assert_eq!([Direction::UP, Direction::SELF_, unnamed].map(describe), ["up", "not up", "not named"]);
    assert_eq!(Direction::ALL.iter().map(|d| d.name().unwrap()).collect::<Vec<_>>(), ["UP", "DOWN", "self"]);
    assert_eq!((unnamed.name(), unnamed.is_named(), Direction::UP.is_named()), (None, false, true));
    assert_eq!((unnamed.to_string(), format!("{unnamed:?}")), ("3".to_owned(), "Direction(3)".to_owned()));
    assert_eq!(
        (Direction::SELF_.to_string(), format!("{:?}", Direction::SELF_)),
        ("self".to_owned(), "self".to_owned())
    );
    assert_eq!(format!("[{:>6}]", Direction::DOWN), "[  DOWN]");
    assert_eq!(Dslx(&[Direction::DOWN, unnamed]).to_string(), "[Direction::DOWN, u2:3 as Direction]");
    assert_eq!(Direction::try_from(1), Ok(Direction::DOWN));
    for number in [3, 4, 255] {
        let error = Direction::try_from(number).unwrap_err();
        assert_eq!(error.to_string(), format!("the value {number} has no name in `Direction`"));
        assert_eq!(error.enumeration(), "Direction");
    }
    assert_eq!((Direction::default(), Direction::DOWN.to_bits().get()), (Direction::UP, 1));
}

#[test]
fn floats_keep_every_bit() {
    use shapes::float32::F32;
    for bits in [0, 1, 0x8000_0000, 0x7f80_0000, 0x7f80_0001, 0xffc0_0001, 0x7fff_ffff, 0x0080_0000, 0x3f80_0000, !0] {
        let float = F32::from(f32::from_bits(bits));
        assert_eq!(f32::from(float).to_bits(), bits);
        let fields = u32::from(float.sign) << 31 | u32::from(float.bexp) << 23 | float.fraction.get();
        assert_eq!(fields, bits);
    }
}

fn watched(x: i16) -> (Bits16<12>, [traced::Tuple0; 2]) {
    let pairs = [traced::Tuple0(true, Bits128::MAX), traced::Tuple0(false, Bits128::of(0x1_0005))];
    (Bits16::new_masked(x as u16), pairs)
}

#[test]
fn traces_and_covers() {
    let (x, pairs) = watched(-1234);
    assert_eq!(traced::watch(x, &pairs), x);
    let mut runner = traced::watch::Runner::new();
    assert_eq!(runner.run(x, &pairs), x);
    runner.set_event_options(EventOptions::default());
    let (output, events) = runner.run_with_events(x, &pairs);
    assert_eq!((output, events.failures().len(), events.lost()), (x, 0, 0));
    let [trace] = events.traces() else { panic!("{events:?}") };
    assert_eq!(trace.to_string(), "x=-1234 pairs=[(0x1, 0x3f_ffff_ffff_ffff_ffff), (0x0, 0x1_0005)]");
    assert_eq!((trace.verbosity(), trace.site().position.unwrap().line), (0, 7));
    let operands: Vec<_> = trace.operands().collect();
    assert_eq!((operands[0].get(), operands[1].get()), (Some(x), Some(pairs)));
    assert_eq!((operands[0].get::<u16>(), operands[0].get::<Bits16<11>>()), (None, None));
    assert_eq!((operands[0].to_u128(), operands[0].bits()), (Some(0xb2e), Some(&[0x2e, 0x0b][..])));
    assert_eq!(operands[1].shape().to_string(), "(bits[1], bits[70])[2]");
    assert_eq!((operands[1].to_u128(), operands[1].bits(), operands[0].elements().count()), (None, None, 0));
    let pair: Vec<_> = operands[1].elements().next().unwrap().elements().collect();
    assert_eq!((pair[0].get(), pair[1].get()), (Some(true), Some(Bits128::<70>::MAX)));
    assert_eq!(*pair[1].shape(), Shape::Bits(70));
    let counts = |events: &xls_aot_runtime::Events| {
        events.covers().map(|cover| (cover.label().unwrap(), cover.count())).collect::<Vec<_>>()
    };
    assert_eq!(counts(&events), [("x_is_odd", 0), ("guarded", 0)]);
    let (x, pairs) = watched(5);
    let (_, events) = runner.run_with_events(x, &pairs);
    assert_eq!(counts(&events), [("x_is_odd", 5), ("guarded", 0)]);
    assert_eq!(events.traces()[0].to_string(), "x=5 pairs=[(0x1, 0x3f_ffff_ffff_ffff_ffff), (0x0, 0x1_0005)]");
}

#[test]
fn events_of_all_kinds() {
    let x = Bits16::of(2);
    assert_eq!(traced::guard(x).unwrap(), x);
    assert_eq!(traced::guard(Bits16::ZERO).unwrap_err().to_string(), "assertion failed in guard: x must not be zero");
    let mut runner = traced::guard::Runner::new();
    let (_, events) = runner.run_with_events(Bits16::ZERO);
    assert_eq!((events.failures().len(), events.traces().len(), events.lost()), (1, 1, 0));
    assert_eq!((events.traces()[0].to_string(), events.traces()[0].operands().count()), ("guarded".to_owned(), 0));
    assert_eq!(events.covers().map(|cover| cover.count()).collect::<Vec<_>>(), [0, 1]);

    runner.set_event_options(EventOptions::new().with_max_verbosity(1));
    let (_, events) = runner.run_with_events(x);
    assert_eq!((events.traces().len(), events.lost(), events.is_empty()), (0, 0, false));
    runner.set_event_options(EventOptions::new().with_max_stored(1));
    let (_, events) = runner.run_with_events(Bits16::ZERO);
    assert_eq!((events.failures().len(), events.traces().len(), events.lost()), (1, 0, 1));
    runner.set_event_options(EventOptions::new().with_max_stored(0));
    let (_, events) = runner.run_with_events(Bits16::ZERO);
    assert_eq!((events.failures().len(), events.traces().len(), events.lost()), (0, 0, 2));
    assert_eq!(events.covers().map(|cover| cover.count()).sum::<u64>(), 1);
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

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000bb_scale(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    events: *mut EventSink,
    _context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: a float of 8 bytes, a signed number of 5 bits; 8 bytes out, whose bytes 2 and 3 are padding.
    unsafe {
        assert!(events.is_null());
        let by = (*inputs.add(1)).read();
        assert!(by < 32, "unused bits are zero in negative numbers too");
        (*outputs).copy_from_nonoverlapping(*inputs, 2);
        (*outputs).add(4).copy_from_nonoverlapping((*inputs).add(4), 4);
        let exponent = (*outputs).add(1);
        exponent.write(exponent.read().wrapping_add(by).wrapping_sub(if by >= 16 { 32 } else { 0 }));
    }
    0
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000cc_step(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    _events: *mut EventSink,
    _context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: a place of 4 bytes, a direction of one; a place out.
    unsafe {
        let by = if (*inputs.add(1)).read() == 0 { 1 } else { u16::MAX };
        (*outputs).cast::<u16>().write((*inputs).cast::<u16>().read().wrapping_add(by));
        (*outputs).add(2).write((*inputs).add(2).read());
    }
    0
}

/// Whether a caller wants events of a kind.
unsafe fn wants(events: *mut EventSink, kind: EventKind) -> bool {
    // SAFETY: functions with sites get a sink.
    unsafe { (*events).wanted & kind.bit() != 0 }
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000dd_watch(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    /// `(bits[12], (bits[1], bits[70])[2])`
    #[repr(C, align(16))]
    struct Operands {
        bytes: [MaybeUninit<u8>; 80],
    }

    // SAFETY: the inputs and output of the signature; the operands of sites 0 (padding is left as it is) and 1 (none).
    unsafe {
        let x = (*inputs).cast::<u16>().read();
        if wants(events, EventKind::Trace) {
            let mut operands = Operands { bytes: [MaybeUninit::uninit(); 80] };
            let at = (&raw mut operands).cast::<u8>();
            at.cast::<u16>().write(x);
            for pair in [0, 32] {
                at.add(16 + pair).write((*inputs.add(1)).add(pair).read());
                at.add(32 + pair).copy_from_nonoverlapping((*inputs.add(1)).add(16 + pair), 16);
            }
            ((*context).record_event)(context, events, 0, at);
        }
        if wants(events, EventKind::Cover) && x % 2 == 1 {
            for _ in 0..x {
                ((*context).record_event)(context, events, 1, core::ptr::null());
            }
        }
        (*outputs).cast::<u16>().write(x);
    }
    0
}

#[no_mangle]
unsafe extern "C" fn xls_aot_v2_00000000000000aa_00000000000000ee_guard(
    inputs: *const *const u8,
    outputs: *const *mut u8,
    _temp: *mut c_void,
    events: *mut EventSink,
    context: *mut InstanceContext,
    _runtime: *mut c_void,
    _continuation: i64,
) -> i64 {
    // SAFETY: two bytes in and out; sites 2 to 4, which have no operands.
    unsafe {
        let x = (*inputs).cast::<u16>().read();
        if x == 0 {
            ((*context).record_event)(context, events, 2, core::ptr::null());
        }
        if wants(events, EventKind::Trace) {
            ((*context).record_event)(context, events, 3, core::ptr::null());
        }
        if wants(events, EventKind::Cover) {
            ((*context).record_event)(context, events, 4, core::ptr::null());
        }
        (*outputs).cast::<u16>().write(x);
    }
    0
}
