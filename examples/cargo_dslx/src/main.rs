//! Plays two voices.

use sound::{mixer, play, Stereo};

fn main() {
    let (flute, drum) = (Stereo { left: 1000, right: -2000 }, Stereo { left: 30000, right: 500 });
    let heard = play(&[(flute, 16), (drum, 24)]);
    println!("left {}, right {}, balance {}", heard.left, heard.right, mixer::balance(&heard));
}
