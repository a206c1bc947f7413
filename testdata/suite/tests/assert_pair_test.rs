//! Failed assertions have message, label, function and position. The value is available too.

use assert_pair::{assert_pair, Runner};

#[test]
fn passing_calls_return_the_value() {
    assert_eq!(assert_pair(99, 99).unwrap(), 198);
    assert_eq!(assert_pair(0, 0).unwrap(), 0);
}

#[test]
fn the_first_failure_is_the_error() {
    let failure = assert_pair(100, 200).unwrap_err();
    assert_eq!(failure.message(), "a must be \"small\" {a}: 100%");
    assert_eq!(failure.label(), Some("a_is_small"));
    assert_eq!(failure.function(), "assert_pair");
    let position = failure.position().expect("the IR has a position");
    assert_eq!((position.file, position.line, position.column), ("lib/assert_pair.x", 11, 5));

    let failure = assert_pair(1, 100).unwrap_err();
    assert_eq!(failure.message(), "b must be small");
    assert_eq!(failure.label(), None);
    assert!(failure.position().is_none());
}

#[test]
fn run_with_events_returns_the_value_and_every_failure_in_order() {
    let mut runner = Runner::new();
    let (value, events) = runner.run_with_events(200, 100);
    assert_eq!(value, 44);
    let messages: Vec<&str> = events.failures().iter().map(|failure| failure.message()).collect();
    assert_eq!(messages, ["a must be \"small\" {a}: 100%", "b must be small"]);

    let (value, events) = runner.run_with_events(1, 2);
    assert_eq!(value, 3);
    assert!(events.is_empty());
    assert_eq!(runner.run(1, 2).unwrap(), 3);
    assert!(runner.run(100, 2).is_err());
}
