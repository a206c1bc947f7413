//! Modules of several places, traces, and the activation bit.

use steps::{guarded, step};

#[test]
fn a_trace_names_the_file_as_it_is_in_the_workspace() {
    let (next, events) = step::Runner::new().run_with_events(40);
    assert_eq!((next, events.traces().len()), (83, 0));
    let (next, events) = step::Runner::new().run_with_events(49);
    let traces: Vec<String> = events.traces().iter().map(ToString::to_string).collect();
    assert_eq!((next, traces), (0, vec!["wraps at 101".to_owned()]));
    let place = events.traces()[0].site().position.map(|place| place.to_string());
    assert_eq!(place.as_deref(), Some("testdata/dslx_rules/steps.x:11:9"));
}

#[test]
fn a_function_that_is_not_active_asserts_nothing() {
    assert_eq!(guarded(true, 0).unwrap_err().label(), Some("not_zero"));
    assert_eq!(guarded(false, 0), Ok(0));
    assert_eq!(guarded(true, 7), Ok(7));
}
