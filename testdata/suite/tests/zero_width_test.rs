//! Values without bits.

use xls_aot_runtime::Bits8;
use zero_width::{zero_width, Tuple0};

#[test]
fn the_byte_passes_between_nothings() {
    let nothing = Bits8::<0>::of(0);
    assert!(Bits8::<0>::new(1).is_err());
    for byte in 0..=u8::MAX {
        let result = zero_width(nothing, &Tuple0(nothing, byte), &[nothing; 3]);
        assert_eq!((result.0, result.1, result.2), (nothing, byte.wrapping_add(1), [nothing; 3]));
    }
}
