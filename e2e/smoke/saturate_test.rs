//! The compiled design against Rust's own saturating addition.

use saturate::{add_saturating, Tuple0};

#[test]
fn agrees_with_saturating_add() {
    let corners = [0, 1, 2, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff];
    for a in corners.into_iter().chain((0..u16::MAX).step_by(4099)) {
        for b in corners.into_iter().chain((0..u16::MAX).step_by(3571)) {
            let expected = Tuple0(a.saturating_add(b), a.checked_add(b).is_none());
            assert_eq!(add_saturating(a, b), expected, "{a} + {b}");
        }
    }
}
