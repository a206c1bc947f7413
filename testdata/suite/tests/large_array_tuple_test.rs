//! Large values by reference, and in place.

use large_array_tuple::{large_array_tuple, Output, Runner};

fn expected(start: u16, samples: &[u16; 128]) -> (u16, [u16; 128]) {
    let mut sum = start;
    let sums = samples.map(|sample| {
        sum = sum.wrapping_add(sample);
        sum
    });
    (sum, sums)
}

fn samples(seed: u16) -> [u16; 128] {
    std::array::from_fn(|i| (i as u16).wrapping_mul(40_503).wrapping_add(seed))
}

#[test]
fn running_sums() {
    for seed in [0, 1, 12_345, u16::MAX] {
        let Output { 0: last, 1: sums } = large_array_tuple(seed, &samples(seed));
        assert_eq!((last, sums), expected(seed, &samples(seed)));
    }
}

#[test]
fn in_place_calls_write_where_they_are_told() {
    let mut runner = Runner::new();
    let mut output = Output::default();
    for seed in 0..50 {
        runner.run_into(seed, &samples(seed), &mut output);
        assert_eq!((output.0, output.1), expected(seed, &samples(seed)));
    }
}
