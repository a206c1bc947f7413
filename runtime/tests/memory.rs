//! Memory: what the allocation callbacks give, that calls free everything, and what happens when there is none. Events: what
//! takes memory, what is lost without it, and what damaged objects report.
//!
//! The allocator of this test counts what is allocated, checks that blocks come back with their layout, and refuses on
//! demand. Counts are per thread, as tests run in parallel.

use core::ffi::c_void;
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use xls_aot_runtime::abi::{EventKind, EventSink, InstanceContext};
use xls_aot_runtime::private::{self, XlsEntry, XlsFunction};
use xls_aot_runtime::{Artifact, Bits8, EventOptions, EventSite, Events, Features, Format, Piece, Shape, SiteKind};

struct Counting;

thread_local! {
    static LIVE_BYTES: Cell<usize> = const { Cell::new(0) };
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static REFUSE: Cell<bool> = const { Cell::new(false) };
}

// SAFETY: passes on to the system's allocator; refusing is allowed.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if REFUSE.get() {
            return core::ptr::null_mut();
        }
        LIVE_BYTES.set(LIVE_BYTES.get().wrapping_add(layout.size()));
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's own request.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        assert_eq!(block.addr() % layout.align(), 0);
        LIVE_BYTES.set(LIVE_BYTES.get().wrapping_sub(layout.size()));
        // SAFETY: the caller's own request.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static GLOBAL: Counting = Counting;

/// Runs `f`; returns its result, how many bytes more are live after it, and how many allocations it made.
fn count<R>(f: impl FnOnce() -> R) -> (R, usize, usize) {
    let (live, allocations) = (LIVE_BYTES.get(), ALLOCATIONS.get());
    let result = f();
    (result, LIVE_BYTES.get().wrapping_sub(live), ALLOCATIONS.get() - allocations)
}

const fn artifact(features: Features) -> Artifact {
    Artifact {
        abi_version: 2,
        features,
        symbol: "fake",
        backend: "none",
        target: "any",
        cpu_baseline: "any",
        ir_sha256: "",
        top: "fake",
        crate_name: "fake",
        tool_version: "0",
    }
}

/// Declares a function of one `bits[64]` to another, compiled by hand: `|inputs, temp, events, context| result`.
macro_rules! fake {
    (
        $name:ident, $features:expr, temp $size:literal $align:literal, sites $sites:expr,
        |$input:ident, $temp:ident, $events:ident, $context:ident| $body:expr
    ) => {
        enum $name {}

        impl $name {
            unsafe extern "C" fn entry(
                inputs: *const *const u8,
                outputs: *const *mut u8,
                $temp: *mut c_void,
                $events: *mut EventSink,
                $context: *mut InstanceContext,
                _runtime: *mut c_void,
                _continuation: i64,
            ) -> i64 {
                // SAFETY: one 8-byte input and output; the body uses context and temp as compiled code may.
                unsafe {
                    let $input = (*inputs).cast::<u64>().read();
                    (*outputs).cast::<u64>().write($body);
                }
                0
            }
        }

        // SAFETY: as stated right here.
        unsafe impl XlsFunction for $name {
            type Output = u64;
            const ENTRY: XlsEntry = $name::entry;
            const ARTIFACT: Artifact = artifact($features);
            const TEMP_SIZE: usize = $size;
            const TEMP_ALIGN: usize = $align;
            const SITES: &'static [EventSite] = $sites;
        }
    };
}

const SITE: EventSite =
    EventSite { kind: SiteKind::Assertion { message: "failed" }, label: None, function: "fake", position: None };

unsafe fn allocate(context: *mut InstanceContext, size: i64, alignment: i64) -> *mut c_void {
    // SAFETY: a context's own callback.
    unsafe { ((*context).allocate)(context, size, alignment) }
}

unsafe fn deallocate(context: *mut InstanceContext, block: *mut c_void) {
    // SAFETY: a context's own callback.
    unsafe { ((*context).deallocate)(context, block) }
}

unsafe fn record(context: *mut InstanceContext, message: &core::ffi::CStr, events: *mut EventSink) {
    // SAFETY: a context's own callback.
    unsafe { ((*context).record_assertion)(context, message.as_ptr(), events) }
}

/// Allocates at every alignment up to 65536 in many sizes, fills, checks, frees in an order chosen by `order`.
unsafe fn exercise(context: *mut InstanceContext, order: u64) -> u64 {
    let mut blocks = Vec::new();
    for shift in 0..=16 {
        for size in [1, 7, 8, 63, 64, 4096, 100_000] {
            // SAFETY: the context of the call; every block is written within its size.
            unsafe {
                let block = allocate(context, size, 1 << shift);
                assert!(!block.is_null());
                assert_eq!(block.addr() % (1 << shift), 0, "{size} bytes at alignment {}", 1 << shift);
                block.cast::<u8>().write_bytes(shift as u8, size as usize);
                blocks.push((block, size, shift as u8));
            }
        }
    }
    match order {
        0 => {}
        1 => blocks.reverse(),
        // 37 and the number of blocks have no common factor: every block comes once, far from its neighbours.
        _ => blocks = (0..blocks.len()).map(|i| blocks[i * 37 % blocks.len()]).collect(),
    }
    let total = blocks.len() as u64;
    for (block, size, fill) in blocks {
        // SAFETY: the blocks are live until they are given back, once.
        unsafe {
            let bytes = core::slice::from_raw_parts(block.cast::<u8>(), size as usize);
            assert!(bytes.iter().all(|&byte| byte == fill), "a block was overwritten");
            deallocate(context, block);
        }
    }
    total
}

fake!(Tracked, Features::HEAP_SCRATCH, temp 0 1, sites &[], |order, _temp, _events, context| exercise(context, order));
fake!(Untracked, Features::NONE, temp 0 1, sites &[], |order, _temp, _events, context| exercise(context, order));

#[test]
fn blocks_are_aligned_and_freed() {
    for order in 0..3u64 {
        // SAFETY: one u64 parameter.
        let (result, leaked, allocations) = count(|| unsafe { private::run::<Tracked, 1>([private::input(&order)]) });
        assert_eq!((result, leaked), (17 * 7, 0));
        assert!(allocations as u64 >= result);
        // SAFETY: one u64 parameter.
        let (_, leaked, _) = count(|| unsafe { private::run::<Untracked, 1>([private::input(&order)]) });
        assert_eq!(leaked, 0);
    }
}

fake!(Rejects, Features::HEAP_SCRATCH, temp 0 1, sites &[], |_input, _temp, _events, context| {
    let bad = [(0, 8), (-1, 8), (i64::MIN, 1), (8, 0), (8, 3), (8, -8), (8, i64::MIN), (8, 24), (0, 0)];
    let rejected = bad.iter().filter(|&&(size, alignment)| allocate(context, size, alignment).is_null()).count();
    deallocate(context, core::ptr::null_mut());
    (bad.len() - rejected) as u64
});

#[test]
fn bad_requests_give_null() {
    // SAFETY: one u64 parameter.
    let (accepted, leaked, allocations) = count(|| unsafe { private::run::<Rejects, 1>([private::input(&0u64)]) });
    assert_eq!((accepted, leaked, allocations), (0, 0, 0));
}

fake!(Forgets, Features::HEAP_SCRATCH, temp 0 1, sites &[], |keep, _temp, _events, context| {
    let blocks: [*mut c_void; 5] = core::array::from_fn(|i| allocate(context, 100, 1 << (4 * i)));
    for (i, block) in blocks.into_iter().enumerate() {
        if keep >> i & 1 == 0 {
            deallocate(context, block);
        }
    }
    keep
});

#[test]
fn the_end_of_a_call_frees_what_compiled_code_forgot() {
    for keep in 0..32u64 {
        // SAFETY: one u64 parameter.
        let (_, leaked, allocations) = count(|| unsafe { private::run::<Forgets, 1>([private::input(&keep)]) });
        assert_eq!((leaked, allocations), (0, 5), "keeping {keep:#b}");
    }
    let mut runner = private::Runner::<Forgets>::new();
    for _ in 0..3 {
        // SAFETY: one u64 parameter.
        let (_, leaked, _) = count(|| unsafe { runner.run([private::input(&31u64)]) });
        assert_eq!(leaked, 0);
    }
}

/// Fills the temp buffer and reports its alignment.
unsafe fn fill(temp: *mut c_void, size: usize) -> u64 {
    // SAFETY: the size that the function states.
    unsafe { temp.cast::<u8>().write_bytes(0x5a, size) };
    1 << temp.addr().trailing_zeros()
}

macro_rules! temp_sizes {
    ($($name:ident $size:literal $align:literal $allocations:literal)*) => {
        $(fake!($name, Features::SCRATCH, temp $size $align, sites &[], |_x, temp, _events, _context| fill(temp, $size));)*

        #[test]
        fn temp_buffers() {
            $(
                // SAFETY: one u64 parameter.
                let (align, leaked, allocations) =
                    count(|| unsafe { private::run::<$name, 1>([private::input(&0u64)]) });
                assert!(align >= $align, "{} at {}: {align}", $size, $align);
                assert_eq!((leaked, allocations), (0, $allocations), "{} at {}", $size, $align);
                let (_, leaked, allocations) = count(|| {
                    let mut runner = private::Runner::<$name>::new();
                    for _ in 0..3 {
                        // SAFETY: one u64 parameter.
                        assert!(unsafe { runner.run([private::input(&0u64)]) } >= $align);
                    }
                });
                assert_eq!((leaked, allocations), (0, 1));
            )*
        }
    };
}

temp_sizes! {
    Temp1 1 1 0
    Temp64 64 64 0
    Temp65 65 16 0
    Temp513 513 32 0
    Temp4096 4096 64 0
    Temp4097 4097 1 1
    Temp128 16 128 1
    Temp65536 100000 65536 1
}

fake!(
    Vast,
    Features::SCRATCH,
    temp 0x7fff_ffff_ffff_0000 16,
    sites &[],
    |_x, _temp, _events, _context| 0
);

#[test]
fn want_of_memory_for_a_runner_is_an_error() {
    let error = private::Runner::<Vast>::try_new().err().unwrap();
    assert_eq!(error.to_string(), "out of memory: no room for a temp buffer of 9223372036854710272 bytes");
    REFUSE.set(true);
    let refused = private::Runner::<Temp4097>::try_new().err();
    REFUSE.set(false);
    assert_eq!(refused.unwrap().size(), 4097);
}

fake!(Fails, Features::ASSERTIONS, temp 0 1, sites &[SITE], |times, _temp, events, context| {
    for _ in 0..times {
        record(context, c"0", events);
    }
    times
});

#[test]
fn failures_take_no_memory_until_all_are_wanted() {
    let run = |times: u64| {
        // SAFETY: one u64 parameter.
        count(|| unsafe { private::run_fallible::<Fails, 1>([private::input(&times)]) })
    };
    let (ok, leaked, allocations) = run(0);
    assert_eq!((ok.unwrap(), leaked, allocations), (0, 0, 0));
    let (error, leaked, allocations) = run(1000);
    assert_eq!((error.unwrap_err().message(), leaked, allocations), ("failed", 0, 0));

    let mut runner = private::Runner::<Fails>::new();
    let (_, leaked, _) = count(|| {
        // SAFETY: one u64 parameter.
        let (output, events) = unsafe { runner.run_with_events([private::input(&1000u64)]) };
        assert_eq!((output, events.failures().len(), events.lost()), (1000, 1000, 0));
    });
    assert_eq!(leaked, 0);
}

static OTHER: EventSite =
    EventSite { kind: SiteKind::Assertion { message: "other" }, label: Some("x"), function: "fake", position: None };

fake!(FailsTwice, Features::ASSERTIONS, temp 0 1, sites &[SITE, OTHER], |order, _temp, events, context| {
    let messages = if order == 0 { [c"0", c"1"] } else { [c"1", c"0"] };
    for message in messages {
        record(context, message, events);
    }
    order
});

#[test]
fn failures_are_in_program_order() {
    for (order, expected) in [(0u64, ["failed", "other"]), (1, ["other", "failed"])] {
        // SAFETY: one u64 parameter.
        let error = unsafe { private::run_fallible::<FailsTwice, 1>([private::input(&order)]) }.unwrap_err();
        assert_eq!(error.message(), expected[0]);
        let mut runner = private::Runner::<FailsTwice>::new();
        // SAFETY: one u64 parameter.
        let (_, events) = unsafe { runner.run_with_events([private::input(&order)]) };
        assert_eq!(events.failures().iter().map(|failure| failure.message()).collect::<Vec<_>>(), expected);
        // SAFETY: one u64 parameter.
        let error = unsafe { runner.run_fallible([private::input(&order)]) }.unwrap_err();
        assert_eq!(error.message(), expected[0]);
    }
}

#[test]
fn failures_that_find_no_memory_are_counted() {
    let mut runner = private::Runner::<Fails>::new();
    REFUSE.set(true);
    // SAFETY: one u64 parameter.
    let (output, events) = unsafe { runner.run_with_events([private::input(&7u64)]) };
    REFUSE.set(false);
    assert_eq!((output, events.failures().len(), events.lost()), (7, 0, 7));
    assert!(!events.is_empty());
}

fake!(Damaged, Features::ASSERTIONS, temp 0 1, sites &[SITE], |which, _temp, events, context| {
    let messages = [c"1", c"", c"-0", c"+0", c"x was \xff wrong", c"99999999999999999999999", c" 0", c"00"];
    record(context, messages[which as usize], events);
    which
});

#[test]
fn an_unknown_site_is_reported_by_its_text() {
    let run = |which: u64| {
        // SAFETY: one u64 parameter.
        unsafe { private::run_fallible::<Damaged, 1>([private::input(&which)]) }.unwrap_err()
    };
    let texts = ["1", "", "-0", "+0", "x was \u{fffd} wrong", "99999999999999999999999", " 0"];
    for (which, text) in texts.into_iter().enumerate() {
        let failure = run(which as u64);
        assert_eq!((failure.message(), failure.label(), failure.position()), (text, None, None));
        assert!(failure.site().is_none());
        assert_eq!(failure.to_string(), format!("assertion failed at an unknown site {text:?}: the object is damaged"));
    }
    assert_eq!(run(7).message(), "failed");
    REFUSE.set(true);
    let failure = run(0);
    REFUSE.set(false);
    assert_eq!(failure.message(), "");
}

const fn site(kind: SiteKind) -> EventSite {
    EventSite { kind, label: None, function: "fake", position: None }
}

const OPERANDS: &[Shape] = &[Shape::Bits(5), Shape::Tuple(&[Shape::Bits(1), Shape::Bits(33)]), Shape::Token];

/// One of each kind.
const SITES: &[EventSite] = &[
    SITE,
    site(SiteKind::Trace {
        verbosity: 0,
        pieces: &[
            Piece::Value(Format::Hex),
            Piece::Text(" "),
            Piece::Value(Format::Hex),
            Piece::Text(" "),
            Piece::Value(Format::Hex),
        ],
        operands: OPERANDS,
    }),
    site(SiteKind::Cover),
    site(SiteKind::Trace { verbosity: 7, pieces: &[], operands: &[] }),
    site(SiteKind::OutOfBounds),
];

const ALL_KINDS: Features = Features::ASSERTIONS.union(Features::TRACES).union(Features::COVERS);

// Reports site `input % 256`, `input / 256` times, whether it is wanted or not.
fake!(Reports, ALL_KINDS, temp 0 1, sites SITES, |input, _temp, events, context| {
    for _ in 0..input / 256 {
        // Bits above the widths and all padding are ones, as only a damaged object has them.
        let operands: [u64; 3] = [!0, u64::MAX << 8 | 1, !0];
        ((*context).record_event)(context, events, (input % 256) as u32, operands.as_ptr().cast());
    }
    input
});

fn report(options: EventOptions, site: u64, times: u64) -> (Events, usize) {
    let mut runner = private::Runner::<Reports>::new();
    runner.set_event_options(options);
    // SAFETY: one u64 parameter.
    let ((_, events), _, allocations) =
        count(|| unsafe { runner.run_with_events([private::input(&(site + 256 * times))]) });
    (events, allocations)
}

#[test]
fn the_first_failure_takes_no_memory() {
    for (site, message) in [(0u64, Some("failed")), (1, None), (2, None), (3, None), (4, None)] {
        let input = site + 256 * 1000;
        // SAFETY: one u64 parameter.
        let (result, leaked, allocations) =
            count(|| unsafe { private::run_fallible::<Reports, 1>([private::input(&input)]) });
        assert_eq!((leaked, allocations), (0, 0));
        // Traces and covers that nobody wants are ignored.
        assert_eq!(result.err().as_ref().map(|failure| failure.message()), message, "site {site}");
    }
}

#[test]
fn an_index_outside_the_table_is_a_failure() {
    for site in [5u64, 6, 255] {
        let input = site + 256;
        // SAFETY: one u64 parameter.
        let failure = unsafe { private::run_fallible::<Reports, 1>([private::input(&input)]) }.unwrap_err();
        assert_eq!((failure.message(), failure.site()), (&*site.to_string(), None));
        assert_eq!(
            failure.to_string(),
            format!("assertion failed at an unknown site \"{site}\": the object is damaged")
        );
        REFUSE.set(true);
        // SAFETY: one u64 parameter.
        let failure = unsafe { private::run_fallible::<Reports, 1>([private::input(&input)]) }.unwrap_err();
        REFUSE.set(false);
        assert_eq!(failure.message(), "");
        let (events, _) = report(EventOptions::default(), site, 1);
        assert_eq!(events.failures()[0].message(), site.to_string());
    }
}

fake!(NamesOther, ALL_KINDS, temp 0 1, sites SITES, |input, _temp, events, context| {
    record(context, c"1", events);
    record(context, c"4294967297", events);
    ((*context).record_event)(context, events, u32::MAX, core::ptr::null());
    input
});

#[test]
fn sites_of_another_kind_and_large_indices_are_failures() {
    let mut runner = private::Runner::<NamesOther>::new();
    // SAFETY: one u64 parameter.
    let (_, events) = unsafe { runner.run_with_events([private::input(&0u64)]) };
    assert_eq!(
        events.failures().iter().map(|failure| failure.message()).collect::<Vec<_>>(),
        ["1", "4294967297", "4294967295"]
    );
    assert!(events.failures().iter().all(|failure| failure.site().is_none()) && events.traces().is_empty());
}

#[test]
fn operands_have_neither_padding_nor_unused_bits() {
    let (events, _) = report(EventOptions::default(), 1, 1);
    let trace = &events.traces()[0];
    assert_eq!(trace.to_string(), "1f (1, 1ffffffff) token");
    let operands: Vec<_> = trace.operands().collect();
    assert_eq!((operands[0].get::<Bits8<5>>(), operands[0].get::<u8>()), (Some(Bits8::MAX), None));
    assert_eq!(operands[1].elements().nth(1).unwrap().to_u128(), Some(0x1_ffff_ffff));
    assert_eq!(operands[2].get::<()>(), None);
    let (again, _) = report(EventOptions::default(), 1, 1);
    assert_eq!(events, again, "what is compared is the values");
}

#[test]
fn traces_and_covers_take_memory_once_each() {
    let (events, allocations) = report(EventOptions::default(), 2, 1000);
    assert_eq!((events.covers().map(|cover| cover.count()).collect::<Vec<_>>(), allocations), (vec![1000], 1));
    let (events, allocations) = report(EventOptions::default(), 4, 1000);
    assert_eq!((events.out_of_bounds().map(|found| found.count()).collect::<Vec<_>>(), allocations), (vec![1000], 1));
    assert_eq!((events.covers().map(|cover| cover.count()).collect::<Vec<_>>(), events.is_empty()), (vec![0], false));
    let (events, allocations) = report(EventOptions::default(), 3, 1);
    assert_eq!((events.traces().len(), allocations), (1, 1), "the list only: there are no operands");
    let (events, _) = report(EventOptions::default(), 1, 1000);
    assert_eq!((events.traces().len(), events.lost()), (1000, 0));
}

#[test]
fn events_that_find_no_memory_are_counted() {
    for (site, lost) in [(0, 7), (1, 7), (2, 7), (3, 7), (9, 7)] {
        REFUSE.set(true);
        let (events, _) = report(EventOptions::default(), site, 7);
        REFUSE.set(false);
        assert_eq!((events.failures().len(), events.traces().len(), events.lost()), (0, 0, lost), "site {site}");
        assert_eq!(events.covers().map(|cover| cover.count()).collect::<Vec<_>>(), [0]);
        assert!(!events.is_empty());
    }
}

#[test]
fn options_limit_what_is_stored() {
    let (events, _) = report(EventOptions::new().with_max_stored(3), 1, 10);
    assert_eq!((events.traces().len(), events.lost()), (3, 7));
    let (events, _) = report(EventOptions::new().with_max_stored(3), 0, 10);
    assert_eq!((events.failures().len(), events.lost()), (3, 7));
    let (events, allocations) = report(EventOptions::new().with_max_stored(0), 1, 10);
    assert_eq!((events.traces().len(), events.lost(), allocations), (0, 10, 0));
    for (max_verbosity, traces) in [(6, 0), (7, 2), (i64::MAX, 2), (i64::MIN, 0)] {
        let (events, _) = report(EventOptions::new().with_max_verbosity(max_verbosity), 3, 2);
        assert_eq!((events.traces().len(), events.lost()), (traces, 0), "{max_verbosity}");
        assert_eq!(events.is_empty(), traces == 0);
    }
}

// What a sink wants, as compiled code reads it; `u64::MAX` for a null sink.
fake!(SinkOfPlain, Features::TRACES, temp 0 1, sites SITES, |_input, _temp, events, _context| wanted(events));
fake!(SinkOfFallible, ALL_KINDS, temp 0 1, sites SITES, |_input, _temp, events, _context| wanted(events));
fake!(SinkOfOther, Features::NONE, temp 0 1, sites SITES, |_input, _temp, events, _context| wanted(events));

unsafe fn wanted(events: *mut EventSink) -> u64 {
    if events.is_null() {
        return u64::MAX;
    }
    // SAFETY: a sink.
    unsafe { u64::from((*events).wanted) }
}

#[test]
fn sinks_say_what_is_wanted() {
    let everything = EventKind::ALL.iter().map(|kind| u64::from(kind.bit())).sum();
    let input = [private::input(&0u64)];
    // SAFETY: one u64 parameter.
    unsafe {
        assert_eq!(private::run::<SinkOfPlain, 1>(input), 0);
        assert_eq!(private::run_fallible::<SinkOfFallible, 1>(input), Ok(0));
        assert_eq!(private::run::<SinkOfOther, 1>(input), u64::MAX, "no events, though the crate has sites");
        assert_eq!(private::Runner::<SinkOfPlain>::new().run_with_events(input).0, everything);
        assert_eq!(private::Runner::<SinkOfFallible>::new().run_with_events(input).0, everything);
        let (_, events) = private::Runner::<SinkOfOther>::new().run_with_events(input);
        assert!(events.is_empty() && events.covers().count() == 1);
    }
}
