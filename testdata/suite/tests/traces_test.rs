//! Traces of every format and type, in program order, as libxls prints them; covers; limits; and what is left of it where
//! nobody wants events.

use traces::xls_aot_runtime::{Bits128, Bits8, EventOptions, Events, SiteKind};
use traces::{quiet, traced, Tuple0};

fn all_ones() -> Bits128<70> {
    Bits128::new_masked(u128::MAX)
}

fn list() -> [Tuple0; 2] {
    let three = |value| Bits8::<3>::of(value);
    [Tuple0(1, [three(2), three(3)]), Tuple0(0, [three(7), three(0)])]
}

fn run(runner: &mut traced::Runner, x: u8, flag: bool) -> (u8, Events) {
    runner.run_with_events(x, all_ones(), Bits8::default(), flag, &list())
}

/// What the reference evaluator prints for the same arguments; it is held to libxls by tests of its own.
const TEXTS: [&str; 5] = [
    "197 197 -59 c5 c5 0xc5 11000101 1100_0101 0b1100_0101",
    "0x3f_ffff_ffff_ffff_ffff 1180591620717411303423 -1 3fffffffffffffffff 3f_ffff_ffff_ffff_ffff \
     0x3f_ffff_ffff_ffff_ffff 1111111111111111111111111111111111111111111111111111111111111111111111 \
     11_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111 \
     0b11_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111_1111",
    "{{0}} () (-59, -1) [(01, [2, 3]), (00, [7, 0])] 0b1",
    "no operand",
    "inner (0xc5, 0x3f_ffff_ffff_ffff_ffff)",
];

#[test]
fn traces_in_program_order_with_all_that_belongs_to_them() {
    let (result, events) = run(&mut traced::Runner::new(), 197, true);
    assert_eq!(result, !197);
    assert!(events.failures().is_empty() && events.lost() == 0);
    let texts: Vec<String> = events.traces().iter().map(ToString::to_string).collect();
    assert_eq!(texts, TEXTS);
    let verbosities: Vec<i64> = events.traces().iter().map(|trace| trace.verbosity()).collect();
    assert_eq!(verbosities, [0, 0, 1, 0, 2]);
    let inner = &events.traces()[4];
    assert_eq!(inner.site().function, "inner");
    assert_eq!(inner.site().position.map(|at| at.to_string()).as_deref(), Some("lib/traces.x:12:5"));
    let pair: Vec<_> = inner.operands().flat_map(|operand| operand.elements().collect::<Vec<_>>()).collect();
    assert_eq!((pair[0].get::<u8>(), pair[1].get::<Bits128<70>>()), (Some(197), Some(all_ones())));
    assert_eq!(pair[1].get::<u8>(), None, "it is another type");
}

#[test]
fn covers_are_counted_by_site() {
    let mut runner = traced::Runner::new();
    let counts = |events: &Events| -> Vec<(String, u64)> {
        events.covers().map(|cover| (cover.site().label.unwrap_or_default().to_owned(), cover.count())).collect()
    };
    let named = |inner: u64, odd: u64, big: u64| {
        vec![("inner reached".to_owned(), inner), ("x is odd".to_owned(), odd), ("x is big".to_owned(), big)]
    };
    assert_eq!(counts(&run(&mut runner, 197, true).1), named(1, 1, 0));
    assert_eq!(counts(&run(&mut runner, 196, false).1), named(0, 0, 0));
    assert_eq!(counts(&quiet::Runner::new().run_with_events(101).1), named(0, 0, 1));
    assert_eq!(traces::SITES.iter().filter(|site| matches!(site.kind, SiteKind::Cover)).count(), 3);
}

#[test]
fn limits_bound_what_is_stored() {
    let mut runner = traced::Runner::new();
    runner.set_event_options(EventOptions::new().with_max_verbosity(0));
    let texts = |events: &Events| events.traces().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(texts(&run(&mut runner, 197, true).1), [TEXTS[0], TEXTS[1], TEXTS[3]]);
    runner.set_event_options(EventOptions::new().with_max_stored(2));
    let (_, events) = run(&mut runner, 201, true);
    assert_eq!((events.traces().len(), events.failures().len(), events.lost()), (2, 0, 4));
}

#[test]
fn plain_calls_fail_on_assertions_only() {
    let mut runner = traced::Runner::new();
    assert_eq!(runner.run(197, all_ones(), Bits8::default(), true, &list()), Ok(!197));
    let failure = traced(201, all_ones(), Bits8::default(), false, &list()).unwrap_err();
    assert_eq!(failure.message(), "x is large");
    assert_eq!(run(&mut runner, 201, false).1.failures().len(), 1);
    assert_eq!(quiet(255), 255, "a function without assertions has no error");
}
