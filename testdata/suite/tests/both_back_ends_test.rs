//! Artefacts of one function from both back ends link into one program and agree on random inputs.

use xls_aot_runtime::WideBits;

/// SplitMix64: the same inputs in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
}

#[test]
fn the_artefacts_are_two() {
    assert_ne!(nested_calls_native::ARTIFACT.symbol, nested_calls_xlsynth::ARTIFACT.symbol);
    assert_eq!(nested_calls_native::ARTIFACT.backend, "native");
    assert_eq!(nested_calls_xlsynth::ARTIFACT.backend, "xlsynth");
    assert_eq!(nested_calls_native::ARTIFACT.ir_sha256, nested_calls_xlsynth::ARTIFACT.ir_sha256);
}

#[test]
fn nested_calls_agree() {
    let mut random = Random(1);
    for _ in 0..10_000 {
        let (items, start) = ([random.next() as u16, random.next() as u16, random.next() as u16], random.next() as u16);
        let native = nested_calls_native::nested_calls(&items, start);
        let xlsynth = nested_calls_xlsynth::nested_calls(&items, start);
        assert_eq!((native.0, native.1), (xlsynth.0, xlsynth.1), "{items:?} {start}");
    }
}

#[test]
fn wide_additions_agree() {
    let mut random = Random(2);
    let mut wide = || WideBits::<257, 8>::new_masked(std::array::from_fn(|_| random.next()));
    for i in 0..10_000 {
        let (x, y, carry) = (wide(), wide(), i % 2 == 0);
        let native = wide_bits_tuple_native::wide_bits_tuple(&x, &wide_bits_tuple_native::Tuple0(y, carry));
        let xlsynth = wide_bits_tuple_xlsynth::wide_bits_tuple(&x, &wide_bits_tuple_xlsynth::Tuple0(y, carry));
        assert_eq!((native.0, native.1), (xlsynth.0, xlsynth.1), "{x} {y} {carry}");
    }
}
