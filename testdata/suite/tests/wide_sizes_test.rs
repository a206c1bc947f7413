//! Every kind of carrier, at its corners.

use wide_sizes::{wide_sizes, Output};
use xls_aot_runtime::{Bits128, Bits8};

const MASK65: u128 = (1 << 65) - 1;
const MASK73: u128 = (1 << 73) - 1;
const MASK127: u128 = (1 << 127) - 1;

#[test]
fn each_bit_is_inverted_in_its_place() {
    // One pattern for all inputs; each takes its low bits.
    let mut patterns: Vec<u128> = vec![0, u128::MAX, u128::MAX / 3];
    patterns.extend((0..128).map(|bit| 1u128 << bit));
    for p in patterns {
        let result: Output = wide_sizes(
            p & 1 == 1,
            Bits8::new_masked(p as u8),
            p as u8,
            p as u16,
            p as u32,
            p as u64,
            Bits128::new_masked(p),
            Bits128::new_masked(p),
            Bits128::new_masked(p),
            &[Bits128::new_masked(p), Bits128::new_masked(p >> 1)],
        );
        assert_eq!(result.0, p & 1 == 0);
        assert_eq!(result.1.get(), !(p as u8) & 0x7f);
        assert_eq!(result.2, !(p as u8));
        assert_eq!(result.3, !(p as u16));
        assert_eq!(result.4, !(p as u32));
        assert_eq!(result.5, !(p as u64));
        assert_eq!(result.6.get(), !p & MASK65);
        assert_eq!(result.7.get(), !p & MASK73);
        assert_eq!(result.8.get(), !p & MASK127);
        assert_eq!(result.9.map(|x| x.get()), [!(p >> 1) & MASK65, !p & MASK65]);
    }
}
