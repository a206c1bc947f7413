//! A module without imports.

use invert::{invert, xls_aot_runtime::Bits16};

#[test]
fn every_bit_is_inverted() {
    let x = Bits16::<12>::new(0x0f5).unwrap();
    assert_eq!(invert(x).get(), 0xf0a);
}
