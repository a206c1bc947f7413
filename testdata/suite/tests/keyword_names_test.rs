//! Names that Rust reserves.

use keyword_names::r#match;

#[test]
fn arguments_keep_their_order() {
    assert_eq!(r#match(200, 100, 0b1010, 30, 7), ((100u8 ^ 0b1010) + 30) - 7);
    assert_eq!(r#match(1, 2, 3, 4, 5), (1u8.wrapping_sub(2) ^ 3).wrapping_add(4).wrapping_sub(5));
}
