//! A result that is too large to be returned by value.

use boxed_result::{boxed_result, Output, Runner};
use xls_aot_runtime::WideBits;

fn check(x: u64, at: u8, output: &Output) {
    assert_eq!(output.0, x != 0);
    for (index, row) in output.1.iter().enumerate() {
        let expected = if index == usize::from(at) { x } else { 0 };
        assert_eq!(*row, WideBits::from(expected), "row {index}");
    }
}

#[test]
fn comes_in_a_box() {
    assert!(size_of::<Output>() > 16 << 10);
    let mut runner = Runner::new();
    let mut place = xls_aot_runtime::zeroed_box::<Output>();
    for (x, at) in [(0, 0), (1, 0), (u64::MAX, 199), (77, 200), (5, 255)] {
        let wide = WideBits::from(x);
        let output: Box<Output> = boxed_result(&wide, at);
        check(x, at, &output);
        check(x, at, &runner.run(&wide, at));
        let (output, events) = runner.run_with_events(&wide, at);
        check(x, at, &output);
        assert!(events.is_empty());
        runner.run_into(&wide, at, &mut place);
        check(x, at, &place);
    }
}
