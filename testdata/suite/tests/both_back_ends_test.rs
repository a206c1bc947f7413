//! Artefacts of one function from both back ends link into one program and agree: on fixed inputs, and on random ones
//! that are the same in every run.

use xls_aot_runtime::WideBits;

/// The words that inputs are made of.
enum Words {
    /// One word throughout.
    Fixed(u64),
    /// Random ones (SplitMix64), now and then a corner among them.
    Random(u64),
}

const CORNERS: [u64; 8] =
    [0, 1, u64::MAX, u64::MAX >> 1, 1 << 63, 0x8000_8000_8080_8080, 0x5555_5555_5555_5555, 0xaaaa_aaaa_aaaa_aaaa];

/// Random inputs of each comparison.
const ROUNDS: u64 = 10_000;

/// The words of each input: one corner throughout, then random ones.
fn rounds(seed: u64) -> impl Iterator<Item = Words> {
    CORNERS.into_iter().map(Words::Fixed).chain((0..ROUNDS).map(move |round| Words::Random(seed << 32 | round)))
}

impl Words {
    fn next(&mut self) -> u64 {
        let state = match self {
            Words::Fixed(word) => return *word,
            Words::Random(state) => state,
        };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = *state;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        if z % 8 == 0 {
            CORNERS[(z >> 32) as usize % CORNERS.len()]
        } else {
            z
        }
    }

    fn wide<const W: u32, const LIMBS: usize>(&mut self) -> WideBits<W, LIMBS> {
        WideBits::new_masked(std::array::from_fn(|_| self.next()))
    }
}

/// What `$call` gives where the crate `design` is the native one, and where it is the other.
macro_rules! both {
    ($native:ident, $xlsynth:ident, $call:expr) => {
        (
            {
                use $native as design;
                $call
            },
            {
                use $xlsynth as design;
                $call
            },
        )
    };
}

#[test]
fn the_artefacts_are_two() {
    let (native, xlsynth) = both!(nested_calls_native, nested_calls_xlsynth, design::ARTIFACT);
    assert_ne!(native.symbol, xlsynth.symbol);
    assert_eq!((native.backend, xlsynth.backend), ("native", "xlsynth"));
    assert_eq!(native.ir_sha256, xlsynth.ir_sha256);
}

#[test]
fn nested_calls_agree() {
    for mut words in rounds(1) {
        let items: [u16; 3] = std::array::from_fn(|_| words.next() as u16);
        let start = words.next() as u16;
        let (native, xlsynth) = both!(nested_calls_native, nested_calls_xlsynth, {
            let result = design::nested_calls(&items, start);
            (result.0, result.1)
        });
        assert_eq!(native, xlsynth, "{items:?} {start}");
    }
}

#[test]
fn wide_additions_agree() {
    for mut words in rounds(2) {
        let (x, y, carry) = (words.wide::<257, 8>(), words.wide::<257, 8>(), words.next() % 2 == 0);
        let (native, xlsynth) = both!(wide_bits_tuple_native, wide_bits_tuple_xlsynth, {
            let result = design::wide_bits_tuple(&x, &design::Tuple0(y, carry));
            (result.0, result.1)
        });
        assert_eq!(native, xlsynth, "{x} {y} {carry}");
    }
}

#[test]
fn compound_shapes_agree() {
    for mut words in rounds(3) {
        let bytes: [u8; 4] = std::array::from_fn(|_| words.next() as u8);
        let point: [u64; 6] = std::array::from_fn(|_| words.next());
        let (native, xlsynth) = both!(compound_shapes_native, compound_shapes_xlsynth, {
            let pair = |at: usize| design::Tuple0(point[at] as u8, point[at + 1] as u16);
            let result = design::compound_shapes(&pair(0), &bytes, &[pair(2), pair(4)]);
            let fields = |pair: &design::Tuple0| (pair.0, pair.1);
            (fields(&result.0), result.1, [fields(&result.2[0]), fields(&result.2[1])])
        });
        assert_eq!(native, xlsynth, "{bytes:?} {point:?}");
    }
}

/// Every input there is: the value or the first failure, and the value with all failures.
#[test]
fn assertions_agree() {
    let mut failed = [0, 0, 0];
    for (a, b) in (0..=255u8).flat_map(|a| (0..=255u8).map(move |b| (a, b))) {
        let (native, xlsynth) = both!(assert_pair_native, assert_pair_xlsynth, {
            (design::assert_pair(a, b), design::Runner::new().run_with_events(a, b))
        });
        assert_eq!(native, xlsynth, "{a} {b}");
        failed[native.1 .1.failures().len()] += 1;
    }
    assert_eq!(failed, [100 * 100, 2 * 100 * 156, 156 * 156]);
}

/// A design with assertions in its callees.
#[test]
fn colours_agree() {
    for mut words in rounds(4) {
        let (h, s, v) = (words.next() as u16, words.next() as u8, words.next() as u8);
        let (native, xlsynth) = both!(hsv2rgb_native, hsv2rgb_xlsynth, {
            design::hsv2rgb__main(h, s, v).map(|rgb| (rgb.0, rgb.1, rgb.2))
        });
        assert_eq!(native, xlsynth, "{h} {s} {v}");
    }
}

#[test]
fn wide_quotients_agree() {
    for mut words in rounds(5) {
        // Divisors of every length, so that quotients are more than 0 and 1.
        let (a, mut b) = (words.wide::<200, 4>().into_limbs(), words.wide::<200, 4>().into_limbs());
        let limbs = words.next() as usize % 4 + 1;
        b[limbs..].fill(0);
        let (a, b) = (WideBits::<200, 4>::new_masked(a), WideBits::<200, 4>::new_masked(b));
        let (native, xlsynth) = both!(wide_sdivmod_200_native, wide_sdivmod_200_xlsynth, {
            let result = design::wide_sdivmod_200__main(&a, &b);
            (result.0, result.1)
        });
        assert_eq!(native, xlsynth, "{a} {b}");
    }
}
