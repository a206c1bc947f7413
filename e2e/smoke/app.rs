//! Adds two numbers with a design compiled from XLS IR, and says where the design came from.

use saturate::{add_saturating, ARTIFACT};

fn main() {
    println!("{ARTIFACT}");
    for (a, b) in [(2, 3), (65_000, 535), (65_000, 536)] {
        let sum = add_saturating(a, b);
        println!("{a} + {b} = {}{}", sum.0, if sum.1 { " (saturated)" } else { "" });
    }
}
