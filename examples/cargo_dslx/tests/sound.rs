//! The designs against the same arithmetic in Rust.

use sound::{gain, mixer, play, Stereo};

fn scaled(x: i16, volume: u8) -> i16 {
    ((i32::from(x) * i32::from(volume)) >> 4).clamp(i32::from(i16::MIN), i32::from(i16::MAX)) as i16
}

#[test]
fn volumes_and_sums_saturate() {
    let values = [0, 1, -1, 100, -100, 4096, 20000, i16::MAX, i16::MIN];
    for (&left, &right) in values.iter().zip(values.iter().rev()) {
        for volume in [0, 1, 16, 17, 255] {
            let sample = Stereo { left, right };
            let expected = Stereo { left: scaled(left, volume), right: scaled(right, volume) };
            assert_eq!(gain::apply(&sample, volume), expected);
            let sum = Stereo { left: left.saturating_add(right), right: right.saturating_add(left) };
            assert_eq!(mixer::mix(&sample, &Stereo { left: right, right: left }), sum);
        }
    }
}

#[test]
fn the_type_of_both_modules_is_one() {
    let sample: gain::audio::Stereo = mixer::audio::Stereo { left: 3, right: 4 };
    assert_eq!(play(&[(sample, 16)]), sample);
}
