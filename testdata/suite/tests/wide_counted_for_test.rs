//! A loop over a state of 8192 bits, on memory that the runtime provides.

use wide_counted_for::{wide_counted_for, Runner};
use xls_aot_runtime::WideBits;

type U8192 = WideBits<8192, 128>;

/// The same rotation on bytes, most significant last.
fn expected(seed: u8, wide: &U8192) -> (u8, Vec<u8>) {
    let mut count = seed;
    let mut bytes: Vec<u8> = wide.limbs().iter().flat_map(|limb| limb.to_le_bytes()).collect();
    for i in 0..20 {
        count = count.wrapping_add(i);
        let top = bytes.pop().unwrap();
        bytes.insert(0, top ^ count);
    }
    (count, bytes)
}

fn wide(seed: u64) -> U8192 {
    U8192::new(std::array::from_fn(|i| seed.wrapping_add(i as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15))).unwrap()
}

#[test]
fn twenty_rotations() {
    let mut runner = Runner::new();
    for seed in 0..10 {
        let input = wide(u64::from(seed));
        let plain = wide_counted_for(seed, &input);
        let reused = runner.run(seed, &input);
        assert_eq!(plain, reused);
        let bytes: Vec<u8> = plain.1.limbs().iter().flat_map(|limb| limb.to_le_bytes()).collect();
        assert_eq!((plain.0, bytes), expected(seed, &input));
    }
}
