//! A design in DSLX that imports the standard library.

use extremes::{extremes, Extremes};

#[test]
fn numbers_are_compared_with_their_signs() {
    let expected = Extremes { least: -3, greatest: 2 };
    assert_eq!((extremes(2, -3), extremes(-3, 2)), (expected, expected));
    assert_eq!(extremes(i16::MIN, i16::MAX), Extremes { least: i16::MIN, greatest: i16::MAX });
}
