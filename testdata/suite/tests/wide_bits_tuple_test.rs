//! 257-bit addition with carry in and out.

use wide_bits_tuple::{wide_bits_tuple, Tuple0};
use xls_aot_runtime::WideBits;

type U257 = WideBits<257, 8>;

/// Addition limb by limb; the 257th bit lives in the fifth limb.
fn expected(x: &U257, y: &U257, carry: bool) -> ([u64; 8], bool) {
    let mut sum = [0; 8];
    let mut carry = u64::from(carry);
    for ((sum, &x), &y) in sum.iter_mut().zip(x.limbs()).zip(y.limbs()) {
        let wide = u128::from(x) + u128::from(y) + u128::from(carry);
        (*sum, carry) = (wide as u64, (wide >> 64) as u64);
    }
    let carry_out = sum[4] >> 1 == 1;
    sum[4] &= 1;
    (sum, carry_out)
}

#[test]
fn carries_run_through_all_limbs() {
    let values: Vec<U257> = [
        [0; 8],
        [1, 0, 0, 0, 0, 0, 0, 0],
        [u64::MAX, u64::MAX, u64::MAX, u64::MAX, 1, 0, 0, 0],
        [u64::MAX, u64::MAX, u64::MAX, u64::MAX, 0, 0, 0, 0],
        [0, 0, 0, 0, 1, 0, 0, 0],
        [0x0123_4567_89ab_cdef, 42, u64::MAX, 1 << 63, 1, 0, 0, 0],
    ]
    .map(|limbs| U257::new(limbs).unwrap())
    .to_vec();
    for x in &values {
        for y in &values {
            for carry in [false, true] {
                let result = wide_bits_tuple(x, &Tuple0(*y, carry));
                assert_eq!((*result.0.limbs(), result.1), expected(x, y, carry));
            }
        }
    }
}
