//! Two crates, one type.

use shared_types::{absolute, Absolute};

#[test]
fn the_type_is_that_of_the_other_library() {
    let value: three_tops::float32::F32 = three_tops::negate(&three_tops::float32::HALF);
    let Absolute { value, was_negative } = absolute(&value);
    assert!(was_negative);
    let again: shared_types::float32::F32 = three_tops::negate(&value);
    assert_eq!(f32::from(again), -0.5);
}
