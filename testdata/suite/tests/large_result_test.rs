//! A result of 1 MiB on a thread that has less stack than that, in code that is not optimised.

use large_result::{large_result, Output, Runner};

/// Less than one copy of the result; calls to check an assertion and to print take a part of it.
const STACK: usize = 256 << 10;

fn check(x: u32, at: usize, output: &Output) {
    let wrong = output.iter().enumerate().find(|&(index, &value)| value != if index == at { 0 } else { x });
    assert_eq!(wrong, None);
}

fn on_a_small_stack(test: fn()) {
    let thread = std::thread::Builder::new().stack_size(STACK).spawn(test);
    thread.expect("a thread").join().expect("no panic");
}

#[test]
fn takes_no_room_on_the_stack() {
    assert_eq!(size_of::<Output>(), 1 << 20);
    on_a_small_stack(|| {
        let at = 77_777;
        let index = xls_aot_runtime::Bits32::try_from(at).expect("18 bits");
        let mut runner = Runner::new();
        let mut place = xls_aot_runtime::zeroed_box::<Output>();
        for x in [1, u32::MAX] {
            check(x, at, &large_result(x, index).expect("x is not zero"));
            check(x, at, &runner.run(x, index).expect("x is not zero"));
            let (output, events) = runner.run_with_events(x, index);
            check(x, at, &output);
            assert!(events.is_empty());
            runner.run_into(x, index, &mut place).expect("x is not zero");
            check(x, at, &place);
        }
    });
}

#[test]
fn fails_as_any_other() {
    on_a_small_stack(|| {
        let index = xls_aot_runtime::Bits32::ZERO;
        assert_eq!(large_result(0, index).unwrap_err().message(), "x must not be zero");
        let (output, events) = Runner::new().run_with_events(0, index);
        check(0, 0, &output);
        assert_eq!(events.failures().len(), 1);
    });
}
