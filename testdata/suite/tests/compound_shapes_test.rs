//! Tuples and arrays, nested, in and out; the result of one call feeds the next.

use compound_shapes::{compound_shapes, Output, Tuple0};

fn expected(point: Tuple0, bytes: [u8; 4], pairs: [Tuple0; 2]) -> (Tuple0, [u16; 4], [Tuple0; 2]) {
    let products = bytes.map(|b| u16::from(b).wrapping_mul(u16::from(point.0)));
    let moved = Tuple0(point.0.wrapping_add(bytes[0]), point.1.wrapping_sub(products[0]));
    (moved, products, [pairs[1], pairs[0]])
}

#[test]
fn calls_agree_with_rust() {
    let mut point = Tuple0(3, 40_000);
    let mut pairs = [Tuple0(1, 2), Tuple0(255, 65_535)];
    for round in 0..200u8 {
        let bytes = [round, round.wrapping_mul(7), 255 - round, 0];
        let Output { 0: moved, 1: products, 2: swapped } = compound_shapes(&point, &bytes, &pairs);
        assert_eq!((moved, products, swapped), expected(point, bytes, pairs));
        (point, pairs) = (moved, swapped);
    }
}
